/* What words speak of: names that are the same in every language. See lexis.h. */
#include "hash.h"
#include "lexis_inner.h"
#include "mem.h"

enum { stemmed_bytes_max = 255 };

static lyt_status concept_of(lyt_lexis *lexis, lyt_str name, size_t *out)
{
    const char *kept;

    for (*out = 0; *out < lexis->n_concepts; ++*out)
        if (lyt_str_equal(lyt_str_of(lexis->concepts[*out]), name))
            return LYT_OK;
    if (lexis->n_concepts == lyt_concepts_max)
        return LYT_ELIMIT;
    kept = lyt_arena_copy(lexis->arena, name).ptr;
    if (!kept)
        return lyt_arena_status(lexis->arena);
    lexis->keys[lexis->n_concepts] = lyt_hash_str(name, 3);
    lexis->concepts[lexis->n_concepts++] = kept;
    return LYT_OK;
}

lyt_status lyt_lexis_add_concept(lyt_lexis *lexis, lyt_language which, lyt_str concept,
                                 lyt_str word)
{
    size_t index;
    lyt_lexis_entry *e;
    lyt_status status = lyt_lexis_find_or_add(lexis, which, word, &e);

    lyt_arena_reset(lexis->scratch);
    if (!status)
        status = concept_of(lexis, concept, &index);
    if (status)
        return status;
    e->concepts |= (uint64_t)1 << index;
    return LYT_OK;
}

/* The stem a word's other forms end at: its lemma, else Snowball's. */
static lyt_str stem_of(const lyt_lexis_entry *e, struct sb_stemmer *const *stemmers)
{
    const sb_symbol *stem;

    if (e->lemma.len)
        return e->lemma;
    if (lyt_str_find(e->word, ' ', 0) < e->word.len || e->word.len > stemmed_bytes_max)
        return (lyt_str){NULL, 0};
    stem = sb_stemmer_stem(stemmers[e->language], (const sb_symbol *)e->word.ptr, (int)e->word.len);
    return stem ? (lyt_str){(const char *)stem, (size_t)sb_stemmer_length(stemmers[e->language])}
                : (lyt_str){NULL, 0};
}

static lyt_status spread_to_stems(lyt_lexis *lexis, struct sb_stemmer *const *stemmers)
{
    const size_t n = lexis->n_entries;

    for (size_t i = 0; i < n; i++) {
        const uint64_t concepts = lexis->entries[i].concepts;
        const lyt_language which = lexis->entries[i].language;
        lyt_str stem;
        lyt_lexis_entry *of_stem;

        if (!concepts)
            continue;
        stem = stem_of(&lexis->entries[i], stemmers);
        if (!stem.len)
            continue;
        if (lyt_lexis_entry_for(lexis, which + lyt_lexis_stems_of, stem, &of_stem))
            return LYT_ENOMEM;
        of_stem->concepts |= concepts;
    }
    return LYT_OK;
}

lyt_status lyt_lexis_spread_concepts(lyt_lexis *lexis)
{
    struct sb_stemmer *stemmers[lyt_languages_max] = {0};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lexis->n_languages; i++) {
        stemmers[i] = sb_stemmer_new(lexis->languages[i].stemmer, NULL);
        status = stemmers[i] ? LYT_OK : LYT_ENOMEM;
    }
    if (!status && lexis->n_concepts)
        status = spread_to_stems(lexis, stemmers);
    for (size_t i = 0; i < lexis->n_languages; i++)
        sb_stemmer_delete(stemmers[i]);
    return status;
}

/* Gives each entry the number of its set, so that a record of a word need not hold 64 bits. */
lyt_status lyt_lexis_number_sets(lyt_lexis *lexis)
{
    for (size_t i = 0; i < lexis->n_entries; i++) {
        lyt_lexis_entry *e = &lexis->entries[i];
        size_t set = 0;

        while (set < lexis->n_sets && lexis->sets[set] != e->concepts)
            set++;
        if (set == lexis->n_sets || !lexis->n_sets) {
            if (lexis->n_sets > UINT16_MAX)
                return LYT_ELIMIT;
            if (lyt_mem_grow(lexis->alloc, &lexis->sets, &lexis->cap_sets, lexis->n_sets + 2,
                             sizeof *lexis->sets))
                return LYT_ENOMEM;
            if (!lexis->n_sets)
                lexis->sets[lexis->n_sets++] = 0;
            set = e->concepts ? lexis->n_sets : 0;
            if (e->concepts)
                lexis->sets[lexis->n_sets++] = e->concepts;
        }
        e->set = (uint16_t)set;
    }
    return LYT_OK;
}

size_t lyt_lexis_concepts(const lyt_lexis *lexis)
{
    return lexis->n_concepts;
}

const char *lyt_lexis_concept_name(const lyt_lexis *lexis, size_t index)
{
    return lexis->concepts[index];
}

uint64_t lyt_lexis_concept_key(const lyt_lexis *lexis, size_t index)
{
    return lexis->keys[index];
}

uint64_t lyt_lexis_concept_set(const lyt_lexis *lexis, uint16_t set)
{
    return set < lexis->n_sets ? lexis->sets[set] : 0;
}

uint16_t lyt_lexis_stem_concepts(const lyt_lexis *lexis, lyt_language which, lyt_str stem)
{
    const lyt_lexis_entry *e =
        which < 0 ? NULL : lyt_lexis_entry_of(lexis, which + lyt_lexis_stems_of, stem);

    return e ? e->set : 0;
}
