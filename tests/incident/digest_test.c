#include <stdio.h>
#include <string.h>

#include "casework.h"
#include "digest.h"
#include "housework.h"
#include "smslen.h"

LYT_SUITE(digest);

/* Local times of Copenhagen, of which the last due one and the one before are looked for. */
Test(digest, RP_11_what_is_due_is_the_last_time_and_its_shift_began_at_the_one_before)
{
    static const struct {
        int line;
        int at_min[3];
        size_t n;
        unsigned days;
        const char *now, *at, *since; /* NULL: none */
    } rows[] = {
        {__LINE__, {420, 900, 1380}, 3, 127, "2026-11-26T06:00:00Z", "2026-11-26T06:00:00Z",
         "2026-11-25T22:00:00Z"},
        {__LINE__, {420, 900, 1380}, 3, 127, "2026-11-26T05:59:59Z", "2026-11-25T22:00:00Z",
         "2026-11-25T14:00:00Z"},
        {__LINE__, {420, 900, 1380}, 3, 127, "2026-11-26T13:59:59Z", "2026-11-26T06:00:00Z",
         "2026-11-25T22:00:00Z"},
        /* once a day, and only from Monday to Friday: Monday's is since Friday */
        {__LINE__, {900}, 1, 31, "2026-11-30T14:00:00Z", "2026-11-30T14:00:00Z",
         "2026-11-27T14:00:00Z"},
        {__LINE__, {900}, 1, 31, "2026-11-29T20:00:00Z", "2026-11-27T14:00:00Z",
         "2026-11-26T14:00:00Z"},
        /* the nights when the clock is set: 02:30 is once a night all the same */
        {__LINE__, {150}, 1, 127, "2026-10-25T02:00:00Z", "2026-10-25T00:30:00Z",
         "2026-10-24T00:30:00Z"},
        {__LINE__, {180}, 1, 127, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z",
         "2026-03-28T02:00:00Z"},
        {__LINE__, {900}, 1, 0, "2026-11-26T20:00:00Z", NULL, NULL},
    };
    lyt_settings *s = housework_example("hotel");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_digest_rule rule = {.n_at = rows[i].n, .days = rows[i].days};
        int64_t at = 0, since = 0;
        bool is_due;

        memcpy(rule.at_min, rows[i].at_min, sizeof rows[i].at_min);
        is_due = lyt_digest_due(&rule, s->zone, housework_at(rows[i].now), &at, &since);
        cr_expect_eq(is_due, rows[i].at != NULL, "row at line %d", rows[i].line);
        if (!rows[i].at)
            continue;
        cr_expect_eq(at, housework_at(rows[i].at), "row at line %d", rows[i].line);
        cr_expect_eq(since, housework_at(rows[i].since), "row at line %d", rows[i].line);
    }
    lyt_settings_free(s);
}

/* Every quarter of an hour of two years: due times only rise, and each is the one after the last. */
Test(digest, RP_11_in_two_years_each_time_comes_once_and_none_is_left_out)
{
    lyt_settings *s = housework_example("hotel");
    lyt_digest_rule rule = {.at_min = {420, 900, 1380}, .n_at = 3, .days = 127};
    int64_t begin = housework_at("2026-01-05T00:00:00Z"), last = 0;
    int n = 0;

    for (int64_t now = begin; now < begin + 730 * 86400 * (int64_t)1000000; now += 15 * a_minute) {
        int64_t at = 0, since = 0;

        cr_assert(lyt_digest_due(&rule, s->zone, now, &at, &since));
        cr_assert_leq(at, now);
        cr_assert_lt(since, at);
        if (at == last)
            continue;
        cr_assert(!last || since == last, "%lld", (long long)now);
        last = at;
        n++;
    }
    cr_expect_eq(n, 3 * 730 + 1);
    lyt_settings_free(s);
}

Test(digest, RP_11_the_figures_are_those_of_the_book_and_fit_one_sms)
{
    static const lyt_digest_counts many = {999999, 999999, 999999, 999999};
    lyt_settings *s = housework_example("hotel");
    lyt_digest_counts n;
    casework w;
    lyt_act act;
    int64_t id;

    casework_init(&w);
    casework_hear(&w, 0, "food-cold", "214", "anna", 2, 1);
    id = casework_hear(&w, 90, "noise-from-bar", "315", "bo", 2, 2);
    casework_hear(&w, 100, "wifi-down", "316", "eva", 2, 3);
    casework_move(&w, id, LYT_INCIDENT_VOID, LYT_OK);
    n = lyt_digest_count(w.book, w.now_us - 60 * a_minute, w.now_us);
    cr_expect_eq(n.fresh, 1);
    cr_expect_eq(n.open, 2);
    cr_expect_eq(n.overdue, 0);
    cr_expect_eq(n.promises, 0);
    /* one that went into another is the other; it is one more until then */
    id = casework_hear(&w, 101, "tv-broken", "317", "ida", 2, 4);
    n = lyt_digest_count(w.book, w.now_us - 60 * a_minute, w.now_us);
    cr_expect_eq(n.fresh, 2);
    cr_expect_eq(n.open, 3);
    act = casework_act(&w, id, "mette", "");
    cr_assert_eq(lyt_act_merge(w.book, &act, 3, &w.facts, &w.err), LYT_OK);
    n = lyt_digest_count(w.book, w.now_us - 60 * a_minute, w.now_us);
    cr_expect_eq(n.fresh, 1);
    cr_expect_eq(n.open, 2);
    casework_deinit(&w);
    for (int language = 0; language < LYT_WAY_LANGUAGES; language++) {
        lyt_buf text;

        lyt_buf_init(&text, NULL);
        lyt_digest_write(&text, &many, s->zone, housework_at("2026-11-26T22:00:00Z"),
                         (lyt_way_language)language);
        cr_expect_eq(lyt_sms_length(lyt_buf_str(&text)).parts, 1, "%s", text.data);
        cr_expect(strstr(text.data, "26.11. ") && strstr(text.data, "23:00"), "%s", text.data);
        lyt_buf_deinit(&text);
    }
    lyt_settings_free(s);
}
