#include <string.h>

#include "drift.h"
#include "testing.h"

LYT_SUITE(drift);

enum { n_labels = 70 };

/* A stream of messages: chance from a counter, so that every run is the same. */
typedef struct stream {
    uint64_t state;
    int64_t at_us;
    double unknown, unclear, failing, first_label; /* rates; first_label: of the failures */
    bool has_days;                                 /* mornings have failures of their own */
} stream;

static double chance(stream *s)
{
    s->state += 0x9e3779b97f4a7c15u;
    uint64_t x = s->state;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (double)((x ^ x >> 31) >> 11) / 9007199254740992.0;
}

static lyt_drift_seen next(stream *s)
{
    const int64_t pause_us = (int64_t)120 * 1000000; /* 720 a day */
    const bool failed = chance(s) < s->failing;
    lyt_drift_seen seen = {.label = lyt_drift_none};
    int words = 4 + (int)(chance(s) * 16), unknown = 0;

    s->at_us += (int64_t)(2 * chance(s) * (double)pause_us);
    seen.at_us = s->at_us;
    for (int i = 0; i < words; i++)
        unknown += chance(s) < s->unknown;
    seen.unknown = (double)unknown / words;
    seen.is_unclear = chance(s) < s->unclear;
    seen.anything = failed ? .5 + .5 * chance(s) : .3 * chance(s);
    if (failed && s->has_days && s->at_us / 3600000000 % 24 < 6)
        seen.label = (uint16_t)(1 + chance(s) * 3);
    else if (failed)
        seen.label =
            chance(s) < s->first_label ? 0 : (uint16_t)(1 + chance(s) * chance(s) * (n_labels - 1));
    return seen;
}

static stream usual(uint64_t seed)
{
    return (stream){seed * 1000003, (int64_t)1764000000 * 1000000, .03, .2, .5, .4, false};
}

/* How many messages until a change is told; 0: none within n. */
static size_t run(lyt_drift *drift, stream *s, size_t n, lyt_drift_change *out)
{
    for (size_t i = 1; i <= n; i++) {
        const lyt_drift_seen seen = next(s);

        if (lyt_drift_note(drift, &seen, out))
            return i;
    }
    return 0;
}

Test(drift, nl_24_a_twofold_change_is_told_once_within_200_messages)
{
    static const struct {
        int line;
        double unknown, unclear, failing, first_label;
        lyt_drift_measure measure;
    } rows[] = {
        {__LINE__, .06, .2, .5, .4, LYT_DRIFT_UNKNOWN},
        {__LINE__, .03, .4, .5, .4, LYT_DRIFT_UNCLEAR},
        {__LINE__, .03, .2, 1, .4, LYT_DRIFT_ANYTHING},
        {__LINE__, .03, .2, .5, .8, LYT_DRIFT_LABEL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            stream s = usual(seed);
            lyt_drift_change change = {0}, again;
            lyt_drift *drift = NULL;
            size_t after;

            cr_assert_eq(lyt_drift_new(&drift, NULL, n_labels), LYT_OK);
            cr_assert_eq(run(drift, &s, 3000, &change), 0, "row at line %d", rows[i].line);
            s.unknown = rows[i].unknown;
            s.unclear = rows[i].unclear;
            s.failing = rows[i].failing;
            s.first_label = rows[i].first_label;
            after = run(drift, &s, 200, &change);
            cr_expect(after > 0, "row at line %d, seed %d: not seen", rows[i].line, (int)seed);
            /* when more fail, more of each failure is there: either is right */
            cr_expect(change.measure == rows[i].measure ||
                          (rows[i].measure == LYT_DRIFT_ANYTHING && change.label == 0),
                      "row at line %d: measure %d", rows[i].line, (int)change.measure);
            cr_expect_eq(run(drift, &s, 3000, &again), 0, "row at line %d: told twice",
                         rows[i].line);
            lyt_drift_free(drift);
        }
    }
}

Test(drift, nl_24_what_stays_as_it_is_is_not_told_of)
{
    size_t told = 0;

    for (uint64_t seed = 1; seed <= 4; seed++) {
        stream s = usual(seed + 100);
        lyt_drift_change change;
        lyt_drift *drift = NULL;

        s.has_days = seed % 2 == 0;
        cr_assert_eq(lyt_drift_new(&drift, NULL, n_labels), LYT_OK);
        for (int i = 0; i < 20; i++)
            told += run(drift, &s, 2500, &change) > 0;
        lyt_drift_free(drift);
    }
    /* 200,000 messages: 280 days of a hotel */
    cr_expect_leq(told, 2, "%zu changes where there were none", told);
}

Test(drift, says_what_was_and_what_is)
{
    stream s = usual(7);
    lyt_drift_change change = {0};
    lyt_drift *drift = NULL;

    cr_assert_eq(lyt_drift_new(&drift, NULL, n_labels), LYT_OK);
    cr_assert_eq(run(drift, &s, 3000, &change), 0);
    s.unknown = .12;
    s.failing = .25; /* half is a change, too, and a smaller one */
    cr_assert_neq(run(drift, &s, 400, &change), 0);
    cr_expect_eq(change.measure, LYT_DRIFT_UNKNOWN);
    cr_expect_float_eq(change.before, .03, .01);
    cr_expect_gt(change.after, .05);
    cr_expect_eq(change.n, 200);
    lyt_drift_free(drift);
}

Test(drift, has_no_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_drift *drift = NULL;

        if (lyt_drift_new(&drift, &failing.alloc, n_labels) == LYT_OK)
            lyt_drift_free(drift);
        cr_expect_eq(failing.live, 0);
    }
}
