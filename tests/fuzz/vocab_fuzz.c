/*
 * The input's lines: all but the last are added, the last is looked up, and so is
 * every word of the vocabulary with its first letter gone.
 */
#include <stdint.h>
#include <stdlib.h>

#include "vocab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const lyt_vocab *vocab, lyt_str word)
{
    int score;
    lyt_str found = lyt_vocab_nearest(vocab, word, NULL, &score);

    if (found.ptr && (!lyt_vocab_count(vocab, found) || lyt_str_equal(found, word)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str all = {(const char *)data, size}, line;
    lyt_vocab *vocab;

    if (lyt_vocab_new(&vocab, NULL))
        return 0;
    for (size_t at = 0;; at += line.len + 1) {
        line = lyt_str_slice(all, at, lyt_str_find(all, '\n', at));
        if (at + line.len >= size)
            break;
        if (lyt_vocab_add(vocab, line, 1 + (uint32_t)(at & 3)) && line.len && line.len <= 64 * 1024)
            abort();
    }
    if (lyt_vocab_seal(vocab, 2))
        abort();
    ask(vocab, line);
    for (size_t i = 0; i < lyt_vocab_size(vocab); i++) {
        lyt_str word = lyt_vocab_word(vocab, i, NULL);

        ask(vocab, lyt_str_slice(word, 1, word.len));
    }
    lyt_vocab_free(vocab);
    return 0;
}
