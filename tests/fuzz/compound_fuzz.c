/*
 * The input's lines are words; all but the last are a dictionary's, that may stand anywhere in a
 * compound. The last is cut, and looked up as a misspelt word: parts lie within the word, in
 * order, and a correction is a word of the dictionary.
 */
#include <stdint.h>
#include <stdlib.h>

#include "compound.h"
#include "spelling.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(lyt_str word, const lyt_compound *compound)
{
    size_t end = 0;

    for (size_t i = 0; i < compound->n; i++) {
        if (compound->part[i].start < end || compound->part[i].len == 0)
            abort();
        end = (size_t)compound->part[i].start + compound->part[i].len;
    }
    if (end > word.len)
        abort();
}

static void ask(const lyt_words *words, lyt_str word)
{
    lyt_compound compound;
    lyt_vocab *common = NULL;
    lyt_str known;
    uint32_t count;

    lyt_compound_split(words, word, &compound);
    check_parts(word, &compound);
    lyt_compound_hyphened(word, &compound);
    check_parts(word, &compound);
    if (lyt_vocab_new(&common, NULL))
        return;
    for (size_t at = 0; lyt_words_common(words, &at, &known, &count);)
        if (known.len && lyt_vocab_add(common, known, count))
            abort();
    if (lyt_vocab_seal(common, 1))
        abort();
    {
        lyt_spelling found = lyt_spelling_find(NULL, common, -1, word);

        if (found.len && !lyt_vocab_count(common, (lyt_str){found.bytes, found.len}))
            abort();
    }
    lyt_vocab_free(common);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char rules[] = "SET UTF-8\nCOMPOUNDFLAG c\n";
    lyt_str all = {(const char *)data, size}, line = {NULL, 0};
    lyt_words_text texts[] = {{all, false}};
    lyt_words_source source = {"fuzz", {rules, sizeof rules - 1}, {NULL, 0}, texts, 0};
    lyt_words *words = NULL;
    lyt_buf list, table;
    lyt_error err;

    lyt_buf_init(&list, NULL);
    lyt_buf_init(&table, NULL);
    lyt_buf_add_text(&list, "0\n");
    for (size_t at = 0; at < size; at += line.len + 1) {
        line = lyt_str_slice(all, at, lyt_str_find(all, '\n', at));
        lyt_buf_add(&list, line);
        lyt_buf_add_text(&list, "/c\n");
    }
    source.words = lyt_buf_str(&list);
    if (lyt_words_build(&source, NULL, &table, &err) == LYT_OK &&
        lyt_words_of(&words, NULL, lyt_buf_str(&table), "fuzz", &err) == LYT_OK)
        ask(words, line);
    lyt_words_free(words);
    lyt_buf_deinit(&table);
    lyt_buf_deinit(&list);
    return 0;
}
