/* Labelled lines, twice into one corpus, then sealed. */
#include <stdlib.h>

#include "corpus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_sound(const lyt_corpus *corpus, const lyt_example *example)
{
    for (size_t j = 0; j < example->n_labels; j++) {
        if (example->labels[j] >= lyt_corpus_labels(corpus) ||
            (j && example->labels[j - 1] >= example->labels[j]))
            return false;
    }
    return example->text.len > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lyt_str text = {(const char *)data, size};
    lyt_corpus *corpus;

    if (lyt_corpus_new(&corpus, NULL))
        return 0;
    for (int i = 0; i < 2; i++) {
        const size_t before = lyt_corpus_size(corpus);

        if (lyt_corpus_parse(corpus, text, "fuzz", i, NULL) && lyt_corpus_size(corpus) != before)
            abort();
    }
    if (lyt_corpus_seal(corpus))
        abort();
    for (size_t i = 0; i < lyt_corpus_size(corpus); i++) {
        if (!is_sound(corpus, lyt_corpus_at(corpus, i)))
            abort();
    }
    lyt_corpus_free(corpus);
    return 0;
}
