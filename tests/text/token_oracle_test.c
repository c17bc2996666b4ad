#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "testing.h"
#include "token_oracle.h"
#include "utf8.h"

LYT_SUITE(token_oracle);

typedef struct bench {
    token_oracle oracle;
    lyt_breaks breaks;
    lyt_arena *arena;
    unsigned long lines, differ;
} bench;

static void bench_open(bench *b)
{
    UErrorCode code = U_ZERO_ERROR;

    *b = (bench){.arena = NULL};
    cr_assert(token_oracle_open(&b->oracle));
    b->breaks.words = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    b->breaks.run = utext_openUTF8(NULL, "", 0, &code);
    cr_assert(U_SUCCESS(code));
    cr_assert_eq(lyt_arena_new(&b->arena, NULL, "test", 16 << 20), LYT_OK);
}

static void bench_close(bench *b)
{
    token_oracle_close(&b->oracle);
    ubrk_close(b->breaks.words);
    utext_close(b->breaks.run);
    lyt_arena_free(b->arena);
}

/* Bytes of any text; a sentence of a data set is never shown. */
static void check(bench *b, lyt_str text, const char *from)
{
    lyt_raws raws;
    size_t bad = 0;

    lyt_arena_reset(b->arena);
    b->lines++;
    cr_assert_eq(lyt_raw_scan(b->arena, &b->breaks, text, &raws), LYT_OK);
    if (token_oracle_agrees(&b->oracle, text, &raws, &bad))
        return;
    b->differ++;
    cr_expect(false, "%s, text %lu: another boundary at byte %zu", from, b->lines, bad);
}

static void check_file(bench *b, const char *folder, const char *name, unsigned long every)
{
    lyt_buf path, text;
    lyt_error err;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_fs_join(&path, folder, name);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path.data, 64 << 20, &text, &err), LYT_OK, "%s",
                 err.text);
    for (size_t at = 0, end, line = 0; at < text.len; at = end + 1, line++) {
        end = lyt_str_find(lyt_buf_str(&text), '\n', at);
        if (line % every == 0 &&
            lyt_utf8_check(lyt_str_slice(lyt_buf_str(&text), at, end), NULL) == LYT_OK)
            check(b, lyt_str_slice(lyt_buf_str(&text), at, end), name);
    }
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&text);
}

Test(token_oracle, agrees_on_the_sentences_of_the_packs)
{
    static const char *const names[] = {"models/hotel/training/en.txt",
                                        "models/hotel/training/da.txt",
                                        "models/support/training/en.txt",
                                        "models/support/training/da.txt",
                                        "README.md",
                                        "tests/golden/tokens.txt"};
    bench b;

    bench_open(&b);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_file(&b, testing_data(), names[i], 1);
    cr_expect_gt(b.lines, 8000);
    bench_close(&b);
}

/*
 * Texts of other people, where they are at hand: beside the source tree, one line in 16, or all
 * of them in $LYT_CORPORA.
 */
Test(token_oracle, agrees_on_real_messages, .timeout = 600)
{
    static const char *const names[] = {"airline/en.train.txt",     "airline/en.dev.txt",
                                        "hospitality/en.train.txt", "hospitality/da.train.txt",
                                        "polarity/da.txt",          "polarity/de.txt",
                                        "polarity/en.txt",          "polarity/sv.txt"};
    const char *corpora = getenv("LYT_CORPORA");
    lyt_buf folder;
    lyt_map map;
    bench b;

    bench_open(&b);
    lyt_buf_init(&folder, NULL);
    if (corpora)
        lyt_buf_add_text(&folder, corpora);
    else
        lyt_fs_join(&folder, testing_data(), "../shared/data");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lyt_buf path;

        lyt_buf_init(&path, NULL);
        lyt_fs_join(&path, folder.data, names[i]);
        if (lyt_fs_map(lyt_fs_system(), path.data, &map, NULL) == LYT_OK) {
            lyt_fs_unmap(lyt_fs_system(), &map);
            check_file(&b, folder.data, names[i], corpora ? 1 : 16);
        }
        lyt_buf_deinit(&path);
    }
    if (corpora)
        fprintf(stderr, "%lu texts, %lu places between letters, %lu by a rule, %lu texts differ\n",
                b.lines, b.oracle.places, b.oracle.by_rule, b.differ);
    lyt_buf_deinit(&folder);
    bench_close(&b);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* From everywhere in Unicode, or most from where the tokenizer has rules. */
static uint32_t random_letter(uint32_t *seed, bool rules_alone)
{
    static const char rules[] = ".,:;/()'`-_@#&<>^=!?nNtT019aAxD \n%+";
    static const uint32_t joiners[] = {0x200D, 0xFE0F, 0x1F1E9, 0x1F1F0, 0x1F3FD, 0x1F469,
                                       0x301,  0xAD,   0x2019,  0x200B,  0x2011,  0x4E2D,
                                       0xFF0E, 0xFF0F, 0xFF11,  0xFF4E,  0xFF07,  0xFF1A};
    uint32_t r = next_random(seed), kind = r % 16;

    r >>= 4;
    if (rules_alone || kind < 7)
        return (unsigned char)rules[r % (sizeof rules - 1)];
    if (kind < 9)
        return joiners[r % (sizeof joiners / sizeof *joiners)];
    if (kind < 11)
        return 0xA0 + r % 0x1B0;
    if (kind < 13)
        return 0x1F000 + r % 0xB00;
    r = kind < 14 ? 0x300 + r % 0x2D00 : 1 + r % 0xFFFF;
    return r >= 0xD800 && r <= 0xDFFF ? 0x1F600 : r;
}

Test(token_oracle, agrees_on_random_texts)
{
    enum { n_texts = 20000, letters_max = 24 };
    uint32_t seed = 11;
    bench b;

    bench_open(&b);
    for (int i = 0; i < n_texts && !b.differ; i++) {
        char text[4 * letters_max];
        size_t n = 0;

        for (uint32_t k = 0, letters = 1 + next_random(&seed) % letters_max; k < letters; k++)
            n += lyt_utf8_put(text + n, random_letter(&seed, i % 2));
        check(&b, (lyt_str){text, n}, "random");
    }
    bench_close(&b);
}
