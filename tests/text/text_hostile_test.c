#include <stdlib.h>
#include <time.h>

#include "textbed.h"
#include "utf8.h"

LYT_SUITE(text_hostile);

/* What must hold of any text. */
static void check_text(const lyt_text *text)
{
    size_t before = 0;

    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        cr_assert_lt(t->start, t->end);
        cr_assert_leq(t->end, text->original.len);
        cr_assert_geq(t->start, before);
        cr_assert_eq(lyt_utf8_check(lyt_str_slice(text->original, t->start, t->end), NULL), LYT_OK);
        cr_assert_eq(lyt_utf8_check(t->norm, NULL), LYT_OK);
        cr_assert_lt(t->clause, text->n_clauses);
        before = t->end;
    }
}

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

Test(text_hostile, long_repeated_text_costs_little)
{
    static const char *const pieces[] = {
        "a",
        "A",
        "å",
        "😀",
        "\xCC\x81",
        "\xCC\x81\xCC\xA3",
        "a.",
        "a-",
        "a'",
        "1.",
        "1/",
        "@",
        "@a",
        "#",
        "#a",
        "&",
        "&a",
        ":",
        ":)",
        ".",
        "n't",
        "http://",
        "www.",
        "a@",
        "a.b@c.",
        "x_",
        "(",
        "\n",
        "\xC2\xAD",
        "👩‍",
        "🇩🇰",
        "你",
        "ส",
        "я",
        "אב",
        "aя",
        "°",
        "'",
        "-",
        "aab",
        "<",
        "^",
        "\xEF\xB7\xBA",
        "½",
        "aaa bbb ",
        "recepton ",
        "ikke ",
    };
    enum { size = lyt_text_bytes_max };
    char *text = malloc(size + 1);
    textbed bed;
    lyt_vocab *vocab;

    cr_assert_not_null(text);
    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    cr_assert_eq(lyt_vocab_add(vocab, LYT_STR("reception"), 5), LYT_OK);
    cr_assert_eq(lyt_vocab_seal(vocab, 1), LYT_OK);
    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t n = strlen(pieces[i]), len = 0;
        double start = cpu_seconds(), spent;
        lyt_status status;

        for (; len + n <= size; len += n)
            memcpy(text + len, pieces[i], n);
        lyt_arena_reset(bed.arena);
        status = lyt_text_analyze(bed.space, vocab, (lyt_str){text, len}, -1, bed.arena, &bed.text);
        spent = cpu_seconds() - start;
        cr_expect(status == LYT_OK || status == LYT_ELIMIT, "%s: %d", pieces[i], status);
        if (status == LYT_OK)
            check_text(&bed.text);
        /* a hundred times what it takes here, a fiftieth of what a square would */
        cr_expect_lt(spent, 2.0, "%s takes %g s", pieces[i], spent);
    }
    memset(text, 'a', size + 1);
    cr_expect_eq(
        lyt_text_analyze(bed.space, NULL, (lyt_str){text, size + 1}, -1, bed.arena, &bed.text),
        LYT_ELIMIT);
    textbed_close(&bed);
    lyt_vocab_free(vocab);
    free(text);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Code points from all over, most from where the tokenizer has rules. */
static size_t random_text(uint32_t *seed, char *out, size_t size)
{
    static const char rules[] = ".,:;/()'`-_@#&<>^=!?nNtT019aAxD \n%+";
    size_t n = 0;

    while (n + 4 <= size) {
        uint32_t r = next_random(seed), c;

        switch (r % 8) {
        case 0:
            c = 0xA0 + (r >> 3) % 0x1B0;
            break;
        case 1:
            c = 0x300 + (r >> 3) % 0x2D00;
            break;
        case 2:
            c = 0x1F000 + (r >> 3) % 0xB00;
            break;
        case 3:
            c = 1 + (r >> 3) % 0xFFFF;
            break;
        default:
            c = (unsigned char)rules[(r >> 3) % (sizeof rules - 1)];
        }
        if (c >= 0xD800 && c <= 0xDFFF)
            c = 0x200D;
        n += lyt_utf8_put(out + n, c);
    }
    return n;
}

Test(text_hostile, random_text_keeps_the_rules)
{
    textbed bed;
    uint32_t seed = 7;
    char text[300];

    textbed_open(&bed, NULL);
    for (int i = 0; i < 3000; i++) {
        size_t len = random_text(&seed, text, 4 + (size_t)i % 290);

        cr_assert_eq(lyt_utf8_check((lyt_str){text, len}, NULL), LYT_OK);
        lyt_arena_reset(bed.arena);
        cr_assert_eq(lyt_text_analyze(bed.space, NULL, (lyt_str){text, len}, i % 3 - 1, bed.arena,
                                      &bed.text),
                     LYT_OK);
        check_text(&bed.text);
    }
    textbed_close(&bed);
}

static const char *const messages[] = {
    "Værelset var ikke gjort rent og der var larm fra baren hele natten",
    "The heating is broken in 214 and it isn't clean, pls help!!!",
    "Dejligt ophold men recepton var laaaangsom :-( #fail 你好世界",
    "rengøringspersonalet på 214'eren happy happy froze cleaned",
};
enum { n_messages = sizeof messages / sizeof *messages };

static void same_text(const lyt_text *a, const lyt_text *b)
{
    cr_assert_eq(a->n_tokens, b->n_tokens);
    cr_assert_eq(a->n_clauses, b->n_clauses);
    for (size_t i = 0; i < a->n_tokens; i++) {
        const lyt_token *x = &a->tokens[i], *y = &b->tokens[i];

        cr_expect(lyt_str_equal(x->norm, y->norm));
        cr_expect(lyt_str_equal(x->stem, y->stem));
        cr_expect(lyt_str_equal(x->corrected, y->corrected));
        cr_expect(x->flags == y->flags && x->polarity == y->polarity && x->kind == y->kind &&
                  x->clause == y->clause && x->start == y->start && x->end == y->end);
    }
}

Test(text_hostile, the_same_whatever_came_before)
{
    textbed fresh, used;
    uint32_t seed = 3;

    textbed_open(&used, NULL);
    for (int round = 0; round < 20000; round++) {
        char word[16];
        size_t n = 2 + next_random(&seed) % 10;

        for (size_t i = 0; i < n; i++)
            word[i] = (char)('a' + next_random(&seed) % 26);
        word[n] = '\0';
        textbed_read(&used, NULL, word, round % 3 - 1);
    }
    for (size_t i = 0; i < n_messages; i++)
        for (lyt_language hint = -1; hint < 2; hint++) {
            textbed_open(&fresh, NULL);
            textbed_read(&fresh, NULL, messages[i], hint);
            for (int again = 0; again < 2; again++) {
                textbed_read(&used, NULL, messages[i], hint);
                same_text(&fresh.text, &used.text);
            }
            textbed_close(&fresh);
        }
    textbed_close(&used);
}

Test(text_hostile, warm_analysis_allocates_nothing)
{
    testing_alloc counting;
    lyt_lexis *lexis;
    lyt_textspace *space;
    lyt_arena *arena;
    lyt_text text;
    long asked = 0;

    testing_alloc_init(&counting, 0);
    cr_assert_eq(textbed_lexis(&lexis, &counting.alloc, false), LYT_OK);
    cr_assert_eq(
        lyt_textspace_new(&space,
                          &(lyt_textspace_options){.alloc = &counting.alloc, .lexis = lexis}, NULL),
        LYT_OK);
    cr_assert_eq(lyt_arena_new(&arena, &counting.alloc, "message", 1 << 20), LYT_OK);
    for (int round = 0; round < 3; round++) {
        asked = counting.asked;
        for (size_t i = 0; i < n_messages; i++) {
            lyt_arena_reset(arena);
            cr_assert_eq(lyt_text_analyze(space, NULL, lyt_str_of(messages[i]), -1, arena, &text),
                         LYT_OK);
        }
    }
    cr_expect_eq(counting.asked, asked);
    lyt_arena_free(arena);
    lyt_textspace_free(space);
    lyt_lexis_free(lexis);
    cr_expect_eq(counting.live, 0);
}

Test(text_hostile, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    lyt_lexis *lexis;
    char message[4000];

    for (size_t i = 0; i < sizeof message; i += 8)
        memcpy(message + i, "\xC5\x92uuuvre", 8);
    message[sizeof message - 1] = '\0';
    message[2000] = ' ';
    cr_assert_eq(textbed_lexis(&lexis, NULL, false), LYT_OK);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_textspace *space;
        lyt_arena *arena;
        lyt_text text;
        lyt_status status;
        lyt_textspace_options options = {.alloc = &failing.alloc, .lexis = lexis};

        if (lyt_textspace_new(&space, &options, NULL))
            continue;
        if (lyt_arena_new(&arena, &failing.alloc, "message", 1 << 20) == LYT_OK) {
            status = lyt_text_analyze(space, NULL, lyt_str_of(message), -1, arena, &text);
            cr_expect(status == LYT_OK || status == LYT_ENOMEM);
            lyt_arena_free(arena);
        }
        lyt_textspace_free(space);
    }
    lyt_lexis_free(lexis);
}

Test(text_hostile, stops_at_the_cap_of_the_arena)
{
    textbed bed;
    lyt_arena *small;

    textbed_open(&bed, NULL);
    for (size_t cap = 0; cap < 4000; cap += 40) {
        lyt_status status;

        cr_assert_eq(lyt_arena_new(&small, NULL, "small", cap), LYT_OK);
        status = lyt_text_analyze(bed.space, NULL, lyt_str_of(messages[2]), -1, small, &bed.text);
        cr_expect(status == LYT_OK || status == LYT_ELIMIT);
        cr_expect(cap > 200 || status == LYT_ELIMIT);
        lyt_arena_free(small);
    }
    textbed_close(&bed);
}
