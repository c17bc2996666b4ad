#include <stdio.h>
#include <string.h>

#include "kind.h"
#include "lexis_read.h"
#include "testing.h"

LYT_SUITE(kind);

/* The shipped lexicons, without a pack: no failure helps. */
typedef struct bench {
    lyt_lexis *lexis;
    lyt_textspace *space;
    lyt_arena *arena;
    lyt_text text;
    const lyt_lexcue *cues;
    size_t n_cues;
} bench;

static void bench_init(bench *b, const char *folder)
{
    lyt_error err = {0};
    char path[512];

    memset(b, 0, sizeof *b);
    snprintf(path, sizeof path, "%s", folder);
    cr_assert_eq(
        lyt_lexis_read(&b->lexis, NULL, lyt_fs_system(), path, lyt_usual_languages, 2, &err),
        LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    cr_assert_eq(
        lyt_textspace_new(&b->space, &(lyt_textspace_options){.lexis = b->lexis, .seed = 7}, &err),
        LYT_OK);
    cr_assert_eq(lyt_arena_new(&b->arena, NULL, "message", 64 << 20), LYT_OK);
}

static void bench_shipped(bench *b)
{
    char path[512];

    snprintf(path, sizeof path, "%s/lexicons", testing_data());
    bench_init(b, path);
}

static void bench_small(bench *b)
{
    char path[512];

    snprintf(path, sizeof path, "%s/golden/minilex", testing_tests());
    bench_init(b, path);
}

static void bench_deinit(bench *b)
{
    lyt_textspace_free(b->space);
    lyt_lexis_free(b->lexis);
    lyt_arena_free(b->arena);
}

static void read(bench *b, lyt_str message)
{
    lyt_arena_reset(b->arena);
    cr_assert_eq(lyt_text_analyze(b->space, NULL, message, -1, b->arena, &b->text), LYT_OK);
    cr_assert_eq(lyt_lexcues_find(b->lexis, &b->text, b->arena, &b->cues, &b->n_cues), LYT_OK);
}

static lyt_kind kind_of(bench *b, lyt_str message)
{
    read(b, message);
    if (lyt_is_opt_out(b->lexis, &b->text))
        return LYT_KIND_OPT_OUT;
    return lyt_kind_find(&b->text, b->cues, b->n_cues, 0);
}

static lyt_kind kind_named(lyt_str name)
{
    for (int kind = 0; kind < LYT_KINDS; kind++)
        if (lyt_str_equal(lyt_str_of(lyt_kind_name((lyt_kind)kind)), name))
            return (lyt_kind)kind;
    return LYT_KINDS;
}

typedef struct tally {
    int truth[LYT_KINDS], said[LYT_KINDS], right[LYT_KINDS];
} tally;

static double macro_f1(const tally *t)
{
    double sum = 0;

    for (int kind = 0; kind < LYT_KINDS; kind++)
        sum += 2.0 * t->right[kind] / (t->truth[kind] + t->said[kind]);
    return sum / LYT_KINDS;
}

Test(kind, NL_27_the_table_of_messages)
{
    tally all = {.truth = {0}}, unseen = {.truth = {0}};
    lyt_buf rows;
    char path[512];
    size_t at = 0;
    bench b;

    bench_shipped(&b);
    lyt_buf_init(&rows, NULL);
    snprintf(path, sizeof path, "%s/golden/kinds.txt", testing_tests());
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 20, &rows, NULL), LYT_OK);
    while (at < rows.len) {
        lyt_str whole = lyt_buf_str(&rows);
        size_t end = lyt_str_find(whole, '\n', at);
        lyt_str line = lyt_str_slice(whole, at, end);
        size_t gap = lyt_str_find(line, ' ', 0);
        lyt_kind truth, said;

        at = end + 1;
        if (lyt_str_begins(line, LYT_STR("#")))
            continue;
        truth = kind_named(lyt_str_slice(line, 0, gap));
        cr_assert_neq(truth, LYT_KINDS, "%.*s", LYT_STR_ARG(line));
        said = kind_of(&b, lyt_str_slice(line, gap + 1, line.len));
        for (tally *t = &all; t; t = t == &all && all.truth[truth] % 2 == 0 ? &unseen : NULL) {
            t->truth[truth]++;
            t->said[said]++;
            t->right[truth] += said == truth;
        }
        if (said != truth)
            fprintf(stderr, "%s for %.*s\n", lyt_kind_name(said), LYT_STR_ARG(line));
    }
    for (int kind = 0; kind < LYT_KINDS; kind++)
        cr_expect_geq(all.truth[kind], 30, "%s", lyt_kind_name((lyt_kind)kind));
    fprintf(stderr, "kinds: macro-F1 %.3f, of the even rows %.3f\n", macro_f1(&all),
            macro_f1(&unseen));
    cr_expect_geq(macro_f1(&all), 0.85);
    cr_expect_geq(macro_f1(&unseen), 0.80);
    lyt_buf_deinit(&rows);
    bench_deinit(&b);
}

Test(kind, only_a_whole_message_opts_out)
{
    static const struct {
        const char *text;
        bool out;
    } rows[] = {
        {"STOP", true},
        {" stop. ", true},
        {"AFMELD", true},
        {"Stop 🙂", true},
        {"Opt out!", true},
        {"opt\tout", true},
        {"Stop larmen i baren", false},
        {"STOP 12345", false},
        {"stop stop", false},
        {"Stop?", false},
        {"opt", false},
        {"Please make them stop", false},
        {".", false},
        {"", false},
        {"🙂", false},
    };
    bench b;

    bench_small(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read(&b, lyt_str_of(rows[i].text));
        cr_expect_eq(lyt_is_opt_out(b.lexis, &b.text), rows[i].out, "%s", rows[i].text);
    }
    bench_deinit(&b);
}

Test(kind, times_are_the_guests_own_words)
{
    static const struct {
        const char *text, *when;
    } rows[] = {
        {"The bar was loud last night", "last night"},
        {"Loud at 23.30 again", "at 23.30"},
        {"Larm fra kl. 2 i nat", "kl. 2"},
        {"It began 11 pm", "11 pm"},
        {"Der var koldt i nat", "i nat"},
        {"the last, night", NULL},
        {"214", NULL},
        {"", NULL},
    };
    bench b;

    bench_small(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str when;

        read(&b, lyt_str_of(rows[i].text));
        when = lyt_when_find(&b.text, b.cues, b.n_cues);
        cr_expect(lyt_str_equal(when, lyt_str_of(rows[i].when ? rows[i].when : "")), "%s: %.*s",
                  rows[i].text, LYT_STR_ARG(when));
    }
    bench_deinit(&b);
}

Test(kind, the_longest_row_of_words_wins_within_a_clause)
{
    static const struct {
        const char *text;
        uint32_t first, end, role;
        bool negated;
    } rows[] = {
        {"the bed is on fire", 3, 5, LYT_WORD_SAFETY, false},
        {"We can't sleep", 1, 4, LYT_WORD_COMPLAINS, false},
        {"this mustn't happen", 1, 3, LYT_WORD_COMPLAINS, false},
        {"there was no blood", 3, 4, LYT_WORD_SAFETY, true},
        {"Good morning!", 0, 2, LYT_WORD_CHATS, false},
        {"it lugter af gas", 1, 4, LYT_WORD_SAFETY, false},
    };
    bench b;

    bench_small(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read(&b, lyt_str_of(rows[i].text));
        cr_assert_eq(b.n_cues, 1, "%s: %zu", rows[i].text, b.n_cues);
        cr_expect(b.cues[0].first == rows[i].first && b.cues[0].end == rows[i].end, "%s: %u-%u",
                  rows[i].text, b.cues[0].first, b.cues[0].end);
        cr_expect_eq(b.cues[0].roles, 1u << rows[i].role, "%s", rows[i].text);
        cr_expect_eq(b.cues[0].negated, rows[i].negated, "%s", rows[i].text);
    }
    read(&b, LYT_STR("put it on, fire"));
    cr_expect_eq(b.n_cues, 0);
    bench_deinit(&b);
}

Test(kind, NL_12_praise_that_tells_of_a_failure_is_a_complaint)
{
    static const char *const praises[] = {
        "thank you, a lovely room and a wonderful, friendly staff, everything was perfect",
        "great food, great service, the best evening we ever had, only the toilet was dirty",
    };
    bench b;

    bench_shipped(&b);
    for (size_t i = 0; i < 2; i++) {
        read(&b, lyt_str_of(praises[i]));
        cr_expect_eq(lyt_kind_find(&b.text, b.cues, b.n_cues, 0), LYT_KIND_PRAISE, "%s",
                     praises[i]);
        cr_expect_eq(lyt_kind_find(&b.text, b.cues, b.n_cues, 0.01), LYT_KIND_COMPLAINT, "%s",
                     praises[i]);
    }
    bench_deinit(&b);
}

Test(kind, NL_27_a_failure_weighs_most_and_only_two_kinds_alarm)
{
    bench b;

    bench_small(&b);
    read(&b, LYT_STR("can we get a clean room, what time"));
    cr_expect_eq(lyt_kind_find(&b.text, b.cues, b.n_cues, 0), LYT_KIND_REQUEST);
    cr_expect_eq(lyt_kind_find(&b.text, b.cues, b.n_cues, 1), LYT_KIND_COMPLAINT);
    bench_deinit(&b);
    for (int kind = 0; kind < LYT_KINDS; kind++)
        cr_expect_eq(lyt_kind_alarms((lyt_kind)kind),
                     kind == LYT_KIND_COMPLAINT || kind == LYT_KIND_REQUEST);
    cr_expect_str_eq(lyt_kind_name(LYT_KINDS), "");
}
