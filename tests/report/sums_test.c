#include <math.h>
#include <string.h>

#include "staybook.h"
#include "sums.h"

LYT_SUITE(sums);

static bool near(double got, double want)
{
    return (isnan(got) && isnan(want)) || fabs(got - want) < 1e-9;
}

Test(sums, median_and_p90)
{
    static const struct {
        int line;
        double minutes[12];
        size_t n;
        double median, p90;
    } rows[] = {
        {__LINE__, {0}, 0, NAN, NAN},
        {__LINE__, {7}, 1, 7, 7},
        {__LINE__, {9, 1}, 2, 5, 9},
        {__LINE__, {3, 1, 2}, 3, 2, 3},
        {__LINE__, {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 10, 5.5, 9},
        {__LINE__, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 11, 6, 10},
        {__LINE__, {2, 2, 2, 2, 2, 2, 2, 2, 2, 50}, 10, 2, 2},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double minutes[12];
        lyt_lasting lasting;

        memcpy(minutes, rows[i].minutes, sizeof minutes);
        lasting = lyt_lasting_of(minutes, rows[i].n);
        cr_expect_eq(lasting.n, (int64_t)rows[i].n);
        cr_expect(near(lasting.median_min, rows[i].median) && near(lasting.p90_min, rows[i].p90),
                  "line %d: %f, %f", rows[i].line, lasting.median_min, lasting.p90_min);
    }
}

Test(sums, RP_04_bands)
{
    static const struct {
        int line;
        double score, scale;
        lyt_band band;
    } rows[] = {
        {__LINE__, 0, 10, LYT_BAND_LOW},      {__LINE__, 6, 10, LYT_BAND_LOW},
        {__LINE__, 6.9, 10, LYT_BAND_LOW},    {__LINE__, 7, 10, LYT_BAND_MIDDLE},
        {__LINE__, 8, 10, LYT_BAND_MIDDLE},   {__LINE__, 9, 10, LYT_BAND_HIGH},
        {__LINE__, 10, 10, LYT_BAND_HIGH},    {__LINE__, 1, 5, LYT_BAND_LOW},
        {__LINE__, 3, 5, LYT_BAND_LOW},       {__LINE__, 4, 5, LYT_BAND_MIDDLE},
        {__LINE__, 5, 5, LYT_BAND_HIGH},      {__LINE__, 1, 4, LYT_BAND_LOW},
        {__LINE__, 2, 4, LYT_BAND_LOW},       {__LINE__, 3, 4, LYT_BAND_MIDDLE},
        {__LINE__, 4, 4, LYT_BAND_HIGH},      {__LINE__, 60, 100, LYT_BAND_LOW},
        {__LINE__, 61, 100, LYT_BAND_MIDDLE}, {__LINE__, 90, 100, LYT_BAND_HIGH},
        {__LINE__, NAN, 10, LYT_BAND_NONE},   {__LINE__, 3, 0, LYT_BAND_NONE},
        {__LINE__, 11, 10, LYT_BAND_NONE},    {__LINE__, -1, 10, LYT_BAND_NONE},
        {__LINE__, 3, NAN, LYT_BAND_NONE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_band_of(rows[i].score, rows[i].scale), rows[i].band, "line %d",
                     rows[i].line);
}

Test(sums, RP_05_pace)
{
    static const struct {
        int line;
        int opened, remedied; /* minutes from Monday 00:00 in Copenhagen; 0: never */
        lyt_pace pace;
    } rows[] = {
        {__LINE__, 600, 0, LYT_PACE_NOT_YET},
        {__LINE__, 600, 660, LYT_PACE_ON_THE_SPOT},
        {__LINE__, 600, 661, LYT_PACE_SAME_DAY},
        {__LINE__, 600, 1439, LYT_PACE_SAME_DAY},
        {__LINE__, 600, 1440, LYT_PACE_24_H},
        {__LINE__, 600, 2040, LYT_PACE_24_H},
        {__LINE__, 600, 2041, LYT_PACE_LATER},
        {__LINE__, 1430, 1480, LYT_PACE_ON_THE_SPOT},
        /* 23:30 to 00:40 is another local day, though it is the same in UTC */
        {__LINE__, 1410, 1480, LYT_PACE_24_H},
    };
    staybook s;

    staybook_init(&s, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_pace_of(s.zone, staybook_us(rows[i].opened),
                                 rows[i].remedied ? staybook_us(rows[i].remedied) : 0),
                     rows[i].pace, "line %d", rows[i].line);
    staybook_deinit(&s);
}

static void groups_of(lyt_groups *out, const staybook *s, const lyt_chronicle *c, lyt_by by,
                      int64_t least)
{
    cr_assert_eq(lyt_groups_make(
                     out, NULL,
                     &(lyt_groups_options){c, s->zone, s->week, by, {{420, 900, 1380}, 3}, least}),
                 LYT_OK);
}

Test(sums, RP_01_the_week_in_all_by_hand)
{
    staybook s;
    lyt_groups groups;
    lyt_chronicle *c;
    const lyt_sums *sums;

    staybook_init(&s, true);
    c = staybook_read(&s);
    groups_of(&groups, &s, c, LYT_BY_ALL, 0);
    cr_assert_eq(groups.n, 1);
    sums = &groups.items[0].sums;
    cr_expect_eq(sums->messages, 9);
    cr_expect_eq(sums->guests, 6, "anna, bo, carl, dora, and two nobody knows");
    cr_expect_eq(sums->scored, 5);
    cr_expect(sums->low == 2 && sums->middle == 1 && sums->high == 2);
    cr_expect(near(sums->low_share, .4) && near(sums->nps, 0));
    cr_expect_eq(sums->alarms, 5);
    cr_expect_eq(sums->incidents, 3);
    cr_expect_eq(sums->voided, 1);
    cr_expect_eq(sums->open, 1);
    cr_expect_eq(sums->repeats, 1);
    cr_expect_eq(sums->reopened, 1);
    cr_expect(sums->confirmed == 1 && sums->unconfirmed == 1);
    cr_expect(sums->took[LYT_CLOCK_ACK].n == 2 && near(sums->took[LYT_CLOCK_ACK].median_min, 22.5));
    cr_expect(near(sums->took[LYT_CLOCK_ACK].p90_min, 30));
    cr_expect(sums->took[LYT_CLOCK_CONTACT].n == 1 &&
              near(sums->took[LYT_CLOCK_CONTACT].median_min, 20));
    cr_expect(near(sums->took[LYT_CLOCK_REMEDY].median_min, (40 + 2900) / 2.0));
    cr_expect(near(sums->took[LYT_CLOCK_CLOSE].p90_min, 3000));
    cr_expect_eq(sums->pace[LYT_PACE_ON_THE_SPOT], 1);
    cr_expect_eq(sums->pace[LYT_PACE_LATER], 1);
    cr_expect_eq(sums->pace[LYT_PACE_NOT_YET], 1);
    cr_expect(near(sums->within_24_share, .5));
    cr_expect(sums->given == 1 && near(sums->cost_dkk, 150) && near(sums->cost_eur, 0));
    lyt_groups_free(&groups);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(sums, groups_by_hand)
{
    static const struct {
        int line;
        lyt_by by;
        const char *property, *name;
        int64_t messages, alarms, incidents, guests;
    } rows[] = {
        {__LINE__, LYT_BY_SCENARIO, "", "cold", 1, 1, 1, 1},
        {__LINE__, LYT_BY_SCENARIO, "", "noise", 3, 4, 2, 2},
        {__LINE__, LYT_BY_TEAM, "", "bar", 3, 4, 2, 2},
        {__LINE__, LYT_BY_TEAM, "", "maintenance", 1, 1, 1, 1},
        {__LINE__, LYT_BY_OWNER, "", "bent", 3, 4, 2, 2},
        {__LINE__, LYT_BY_CAUSE, "", "", 1, 2, 1, 1},
        {__LINE__, LYT_BY_CAUSE, "", "bar open late", 2, 2, 1, 1},
        {__LINE__, LYT_BY_CAUSE, "", "valve stuck", 1, 1, 1, 1},
        {__LINE__, LYT_BY_PROPERTY, "", "havnen", 7, 4, 2, 5},
        {__LINE__, LYT_BY_PROPERTY, "", "skoven", 2, 1, 1, 1},
        {__LINE__, LYT_BY_PLACE, "havnen", "", 2, 0, 0, 2},
        {__LINE__, LYT_BY_PLACE, "havnen", "214", 4, 4, 2, 2},
        {__LINE__, LYT_BY_PLACE, "havnen", "305", 1, 0, 0, 1},
        {__LINE__, LYT_BY_PLACE, "skoven", "12", 2, 1, 1, 1},
        {__LINE__, LYT_BY_CHANNEL, "", "", 0, 0, 0, 0}, /* see below */
        {__LINE__, LYT_BY_CHANNEL, "", "nfc", 1, 0, 0, 1},
        {__LINE__, LYT_BY_CHANNEL, "", "sms", 5, 5, 3, 3},
        {__LINE__, LYT_BY_CHANNEL, "", "survey", 2, 0, 0, 2},
        {__LINE__, LYT_BY_CHANNEL, "", "tablet", 1, 0, 0, 1},
        {__LINE__, LYT_BY_DAY, "", "2026-11-23", 3, 2, 1, 2},
        {__LINE__, LYT_BY_DAY, "", "2026-11-24", 3, 1, 1, 2},
        {__LINE__, LYT_BY_DAY, "", "2026-11-25", 2, 0, 0, 2},
        {__LINE__, LYT_BY_DAY, "", "2026-11-29", 1, 2, 1, 1},
        {__LINE__, LYT_BY_HOUR, "", "01", 3, 2, 1, 2},
        {__LINE__, LYT_BY_HOUR, "", "06", 1, 2, 1, 1},
        /* 08:20; all others are in the night */
        {__LINE__, LYT_BY_SHIFT, "", "07:00-15:00", 1, 0, 0, 1},
        {__LINE__, LYT_BY_SHIFT, "", "15:00-23:00", 0, 0, 0, 0},
        {__LINE__, LYT_BY_SHIFT, "", "23:00-07:00", 8, 5, 3, 5},
    };
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_groups groups;
        const lyt_group *found = NULL;

        groups_of(&groups, &s, c, rows[i].by, 0);
        for (size_t k = 0; k < groups.n; k++)
            if (lyt_str_equal(groups.items[k].name, lyt_str_of(rows[i].name)) &&
                lyt_str_equal(groups.items[k].property, lyt_str_of(rows[i].property)))
                found = &groups.items[k];
        if (rows[i].messages == 0) {
            cr_expect_null(found, "line %d", rows[i].line);
        } else {
            cr_assert_not_null(found, "line %d", rows[i].line);
            cr_expect_eq(found->sums.messages, rows[i].messages, "line %d: %d messages",
                         rows[i].line, (int)found->sums.messages);
            cr_expect_eq(found->sums.alarms, rows[i].alarms, "line %d: %d alarms", rows[i].line,
                         (int)found->sums.alarms);
            cr_expect_eq(found->sums.incidents, rows[i].incidents, "line %d: %d incidents",
                         rows[i].line, (int)found->sums.incidents);
            cr_expect_eq(found->sums.guests, rows[i].guests, "line %d: %d guests", rows[i].line,
                         (int)found->sums.guests);
        }
        lyt_groups_free(&groups);
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

/* Places have 2, 2, 1 and 1 guests; what is told must be of enough, also by subtraction. */
Test(sums, RP_10_small_groups_are_told_together)
{
    static const struct {
        int line;
        int64_t least;
        size_t n, n_merged;
        int64_t rest; /* messages */
    } rows[] = {
        {__LINE__, 0, 4, 0, 0},
        {__LINE__, 1, 4, 0, 0},
        /* 305 and 12 have one guest each, which makes two */
        {__LINE__, 2, 3, 2, 3},
        /* all are below three */
        {__LINE__, 3, 1, 4, 9},
        {__LINE__, 5, 1, 4, 9},
        {__LINE__, 100, 1, 4, 9},
    };
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_groups groups;
        const lyt_group *last;

        groups_of(&groups, &s, c, LYT_BY_PLACE, rows[i].least);
        cr_assert_eq(groups.n, rows[i].n, "line %d: %zu", rows[i].line, groups.n);
        last = &groups.items[groups.n - 1];
        cr_expect_eq(last->is_rest, rows[i].n_merged > 0, "line %d", rows[i].line);
        cr_expect_eq(last->n_merged, rows[i].n_merged, "line %d", rows[i].line);
        if (last->is_rest)
            cr_expect_eq(last->sums.messages, rows[i].rest, "line %d: %d", rows[i].line,
                         (int)last->sums.messages);
        lyt_groups_free(&groups);
    }
    /* properties have 5 and 1: the one would be known by subtraction, so both are hidden */
    for (int64_t least = 1; least <= 6; least++) {
        lyt_groups groups;

        groups_of(&groups, &s, c, LYT_BY_PROPERTY, least);
        cr_expect_eq(groups.n, least == 1 ? 2 : 1, "%d", (int)least);
        lyt_groups_free(&groups);
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(sums, only_of_the_period)
{
    staybook s;
    lyt_chronicle *c;
    lyt_groups groups;

    staybook_init(&s, true);
    c = staybook_read(&s);
    s.week = (lyt_extent){staybook_us(60), staybook_us(70)};
    groups_of(&groups, &s, c, LYT_BY_ALL, 0);
    cr_expect_eq(groups.items[0].sums.messages, 1, "the end is no part of it");
    cr_expect_eq(groups.items[0].sums.alarms, 1);
    cr_expect_eq(groups.items[0].sums.incidents, 1);
    cr_expect_eq(groups.items[0].sums.open, 0, "with all that became of it later");
    lyt_groups_free(&groups);
    s.week = (lyt_extent){staybook_us(-10), staybook_us(0)};
    groups_of(&groups, &s, c, LYT_BY_ALL, 0);
    cr_expect_eq(groups.n, 0);
    lyt_groups_free(&groups);
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}

Test(sums, without_memory)
{
    static const lyt_by ways[] = {LYT_BY_ALL, LYT_BY_PLACE, LYT_BY_DAY};
    staybook s;
    lyt_chronicle *c;

    staybook_init(&s, true);
    c = staybook_read(&s);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        testing_alloc failing = {.fail_at = 0};

        for (long n = 1; testing_each_failure(&failing, &n);) {
            lyt_groups groups;
            lyt_status status =
                lyt_groups_make(&groups, &failing.alloc,
                                &(lyt_groups_options){c, s.zone, s.week, ways[i], {{0}, 0}, 3});

            if (failing.asked >= failing.fail_at)
                cr_expect_eq(status, LYT_ENOMEM, "%ld", n);
            if (!status)
                lyt_groups_free(&groups);
            cr_expect_eq(failing.live, 0);
        }
    }
    lyt_chronicle_free(c);
    staybook_deinit(&s);
}
