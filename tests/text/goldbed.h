/*
 * What the tests over tests/golden's lists of words share: the tree's lexicons for English and
 * Danish read by hand (room scenario's reader is above this room), the build's tables, and the
 * words of the packs' sentences as the vocabulary.
 */
#ifndef LYT_GOLDBED_H
#define LYT_GOLDBED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chars.h"
#include "normal.h"
#include "testing.h"
#include "text.h"
#include "utf8.h"

typedef struct goldbed {
    lyt_lexis *lexis;
    lyt_wordbook *words;
    lyt_vocab *vocab;
    lyt_textspace *space;
    lyt_arena *arena;
    lyt_text text;
    lyt_buf list;
    lyt_language en, da;
} goldbed;

static inline void goldbed_file(const char *folder, const char *name, lyt_buf *out)
{
    char path[512];
    lyt_error err;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    lyt_buf_reset(out);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 64 << 20, out, &err), LYT_OK, "%s: %s", path,
                 err.text);
}

/* "  form: lemma" lines under "lemmas:", and flow lists of the other keys that matter here. */
static inline void goldbed_lexicon(goldbed *bed, const char *file, lyt_language language)
{
    static const struct {
        const char *key;
        lyt_word_role role;
    } lists[] = {
        {"negators:", LYT_WORD_NEGATOR}, {"breakers:", LYT_WORD_BREAKER}, {"stop:", LYT_WORD_STOP}};
    int list = -1;
    bool lemmas = false;
    lyt_buf text;
    lyt_str all;

    lyt_buf_init(&text, NULL);
    goldbed_file(testing_data(), file, &text);
    all = lyt_buf_str(&text);
    for (size_t at = 0, end; at < all.len; at = end + 1) {
        lyt_str line;
        size_t colon;

        end = lyt_str_find(all, '\n', at);
        line = lyt_str_slice(all, at, end);
        if (line.len && line.ptr[0] != ' ' && line.ptr[0] != '#') {
            lemmas = lyt_str_begins(line, LYT_STR("lemmas:"));
            list = -1;
            for (int i = 0; i < 3; i++)
                if (lyt_str_begins(line, lyt_str_of(lists[i].key)))
                    list = i;
        }
        colon = lyt_str_find(line, ':', 0);
        if (lemmas && line.len && line.ptr[0] == ' ' && colon < line.len)
            cr_assert_eq(lyt_lexis_add_lemma(
                             bed->lexis, language, lyt_str_trim(lyt_str_slice(line, 0, colon)),
                             lyt_str_trim(lyt_str_slice(line, colon + 1, line.len))),
                         LYT_OK);
        for (size_t from = list >= 0 && colon < line.len ? colon + 1 : 0;
             list >= 0 && from < line.len;) {
            size_t comma = lyt_str_find(line, ',', from);
            lyt_str word = lyt_str_trim(lyt_str_slice(line, from, comma));

            while (word.len && strchr("[]\"", word.ptr[0]))
                word = lyt_str_slice(word, 1, word.len);
            while (word.len && strchr("[]\"", word.ptr[word.len - 1]))
                word.len--;
            if (word.len)
                cr_assert_eq(lyt_lexis_add_word(bed->lexis, language, lists[list].role, word),
                             LYT_OK);
            from = comma + 1;
        }
    }
    lyt_buf_deinit(&text);
}

/* Words of a text, without what begins with "__". */
static inline void goldbed_learn(goldbed *bed, const char *file)
{
    lyt_buf text;
    lyt_str all;

    lyt_buf_init(&text, NULL);
    goldbed_file(testing_data(), file, &text);
    all = lyt_buf_str(&text);
    for (size_t at = 0; at < all.len;) {
        size_t from = at, to = at, n;
        bool changed;
        char room[256];
        lyt_str word;

        while (at < all.len && lyt_char_classify(lyt_utf8_next(all, &at)) == LYT_CHAR_LETTER)
            to = at;
        word = lyt_str_slice(all, from, to);
        if (word.len && word.len < sizeof room && lyt_normal_fold_plain(word, room, &n, &changed))
            cr_assert_eq(lyt_vocab_add(bed->vocab, (lyt_str){room, n}, 1), LYT_OK);
    }
    lyt_buf_deinit(&text);
}

static inline void goldbed_open(goldbed *bed)
{
    static const char *const texts[] = {
        "models/hotel/training/da.txt", "models/hotel/training/en.txt",
        "models/support/training/da.txt", "models/support/training/en.txt"};
    lyt_error err;

    lyt_buf_init(&bed->list, NULL);
    cr_assert_eq(lyt_lexis_new(&bed->lexis, NULL), LYT_OK);
    cr_assert_eq(lyt_lexis_add_language(bed->lexis, LYT_STR("en"), LYT_STR("english"),
                                        LYT_STR("en_US"), &bed->en),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_add_language(bed->lexis, LYT_STR("da"), LYT_STR("danish"),
                                        LYT_STR("da_DK"), &bed->da),
                 LYT_OK);
    goldbed_lexicon(bed, "lexicons/en.yaml", bed->en);
    goldbed_lexicon(bed, "lexicons/da.yaml", bed->da);
    cr_assert_eq(lyt_lexis_seal(bed->lexis), LYT_OK);
    cr_assert_eq(lyt_wordbook_open(&bed->words,
                                   &(lyt_wordbook_options){.fs = lyt_fs_system(),
                                                           .lexis = bed->lexis,
                                                           .languages = UINT32_MAX,
                                                           .words_folder = getenv("LYT_WORDS")},
                                   &err),
                 LYT_OK);
    cr_assert_eq(lyt_wordbook_origin_of(bed->words, bed->da), LYT_WORDBOOK_MAPPED,
                 "the build made no table; set LYT_WORDS to its models/");
    cr_assert_eq(lyt_vocab_new(&bed->vocab, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        goldbed_learn(bed, texts[i]);
    cr_assert_eq(lyt_vocab_seal(bed->vocab, 2), LYT_OK);
    cr_assert_eq(lyt_textspace_new(
                     &bed->space,
                     &(lyt_textspace_options){.lexis = bed->lexis, .words = bed->words, .seed = 7},
                     &err),
                 LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_arena_new(&bed->arena, NULL, "message", 64 << 20), LYT_OK);
}

static inline void goldbed_close(goldbed *bed)
{
    lyt_textspace_free(bed->space);
    lyt_vocab_free(bed->vocab);
    lyt_wordbook_free(bed->words);
    lyt_lexis_free(bed->lexis);
    lyt_arena_free(bed->arena);
    lyt_buf_deinit(&bed->list);
}

static inline void goldbed_read(goldbed *bed, const char *message, lyt_language hint)
{
    lyt_arena_reset(bed->arena);
    cr_assert_eq(
        lyt_text_analyze(bed->space, bed->vocab, lyt_str_of(message), hint, bed->arena, &bed->text),
        LYT_OK);
    cr_assert_gt(bed->text.n_tokens, 0);
}

/* The next line that is no comment and not empty; at: 0 to begin. */
static inline bool goldbed_line(goldbed *bed, const char *file, size_t *at, lyt_str *line)
{
    char folder[256];
    lyt_str all;

    snprintf(folder, sizeof folder, "%s/golden", testing_tests());
    if (*at == 0)
        goldbed_file(folder, file, &bed->list);
    all = lyt_buf_str(&bed->list);
    while (*at < all.len) {
        size_t end = lyt_str_find(all, '\n', *at);

        *line = lyt_str_slice(all, *at, end);
        *at = end + 1;
        if (line->len && line->ptr[0] != '#')
            return true;
    }
    return false;
}

static inline void goldbed_without(lyt_str line, char what, char out[128])
{
    size_t n = 0;

    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != what)
            out[n++] = line.ptr[i];
    out[n] = '\0';
}

static inline bool goldbed_same_stem(goldbed *bed, lyt_language language, lyt_str a, lyt_str b)
{
    char kept[128];
    lyt_str stem = lyt_textspace_stem(bed->space, language, a);

    snprintf(kept, sizeof kept, "%.*s", LYT_STR_ARG(stem));
    return lyt_str_equal(lyt_textspace_stem(bed->space, language, b), lyt_str_of(kept));
}

#endif
