#include "kin.h"

#include "hash.h"

enum { lines_min = 50, places_max = 100, lines_per_place = 20, tolerance = 50 };

static bool are_parallel(const lyt_span *a, const lyt_span *b)
{
    const size_t more = a->n > b->n ? a->n : b->n, less = a->n > b->n ? b->n : a->n;

    return less >= lines_min && (more - less) * tolerance < more;
}

/* The first span that this one is parallel to, itself when there is no other. */
static size_t family_of(const lyt_span *spans, size_t n_spans, size_t s, bool *is_alone)
{
    size_t first = s;

    *is_alone = true;
    for (size_t i = n_spans; i-- > 0;) {
        if (i == s || !are_parallel(&spans[i], &spans[s]))
            continue;
        *is_alone = false;
        first = i < first ? i : first;
    }
    return first;
}

static uint64_t topics_hash(const lyt_example *example, uint64_t hash)
{
    for (size_t j = 0; j < example->n_topics; j++)
        hash = lyt_hash_pair(hash, example->topics[j]);
    for (size_t j = 0; j < example->n_labels; j++)
        hash = lyt_hash_pair(hash, 1 + (uint64_t)example->labels[j] * 2);
    return hash;
}

/* Into how many places a file of so many lines is cut: lines may be missing here and there. */
static size_t places_of(size_t n_lines)
{
    const size_t places = n_lines / lines_per_place;

    return places < 1 ? 1 : places > places_max ? places_max : places;
}

void lyt_kin_set(lyt_example *examples, const lyt_span *spans, size_t n_spans)
{
    for (size_t s = 0; s < n_spans; s++) {
        bool is_alone;
        const size_t family = family_of(spans, n_spans, s, &is_alone);
        const size_t places = places_of(spans[family].n);

        for (size_t i = 0; i < spans[s].n; i++) {
            lyt_example *example = &examples[spans[s].first + i];
            const uint64_t place = lyt_hash_pair(family, i * places / spans[s].n);

            example->kin = is_alone ? lyt_hash_str(example->text, 7) : topics_hash(example, place);
        }
    }
}
