#include <string.h>

#include "housework.h"

LYT_SUITE(rota);

Test(rota, AL_09_who_is_on_duty)
{
    static const struct {
        int line;
        const char *duty, *utc, *who;
    } rows[] = {
        /* Wednesday 25 November 2026, a week of mornings for jonas */
        {__LINE__, "front-desk", "2026-11-25T05:59:59Z", "tove"},
        {__LINE__, "front-desk", "2026-11-25T06:00:00Z", "jonas"},
        {__LINE__, "front-desk", "2026-11-25T13:59:59Z", "jonas"},
        {__LINE__, "front-desk", "2026-11-25T14:00:00Z", "mette"},
        {__LINE__, "front-desk", "2026-11-25T22:00:00Z", "tove"},
        /* a week on it is the other's turn */
        {__LINE__, "front-desk", "2026-12-02T06:00:00Z", "mette"},
        /* a cover */
        {__LINE__, "front-desk", "2026-12-24T13:59:59Z", "jonas"},
        {__LINE__, "front-desk", "2026-12-24T14:00:00Z", "amira"},
        {__LINE__, "front-desk", "2026-12-24T22:00:00Z", "tove"},
        /* the night on which the clock goes forward, and back */
        {__LINE__, "front-desk", "2026-03-29T00:59:59Z", "tove"},
        {__LINE__, "front-desk", "2026-03-29T01:00:00Z", "tove"},
        {__LINE__, "front-desk", "2026-03-29T04:59:59Z", "tove"},
        {__LINE__, "front-desk", "2026-10-25T00:30:00Z", "tove"},
        {__LINE__, "front-desk", "2026-10-25T01:30:00Z", "tove"},
        {__LINE__, "front-desk", "2026-10-25T05:59:59Z", "tove"},
        /* weekends and nights: on call */
        {__LINE__, "technician", "2026-11-25T08:00:00Z", "bent"},
        {__LINE__, "technician", "2026-11-28T08:00:00Z", "oskar"},
        /* a public holiday */
        /* by day and by night; karim would have one of the two, as two days before */
        {__LINE__, "supervisor-duty", "2026-12-25T10:00:00Z", "lise"},
        {__LINE__, "supervisor-duty", "2026-12-25T20:00:00Z", "lise"},
        {__LINE__, "supervisor-duty", "2026-12-23T10:00:00Z", "karim"},
        {__LINE__, "supervisor-duty", "2026-12-23T20:00:00Z", "lise"},
    };
    lyt_settings *s = housework_example("hotel");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_rota *duty = lyt_settings_duty(s, lyt_str_of(rows[i].duty));
        const char *got = lyt_rota_on(duty, s->zone, housework_at(rows[i].utc));

        cr_expect_str_eq(got, rows[i].who, "row at line %d: %s", rows[i].line, got);
    }
    lyt_settings_free(s);
}

/* Of two covers for one moment the later in the list counts, whichever begins first. */
Test(rota, AL_09_the_later_cover_counts)
{
    static const struct {
        int line;
        int64_t at_us;
        const char *who;
    } rows[] = {
        {__LINE__, 99, "mette"},  {__LINE__, 100, "amira"}, {__LINE__, 149, "amira"},
        {__LINE__, 150, "tove"},  {__LINE__, 249, "tove"},  {__LINE__, 250, "amira"},
        {__LINE__, 299, "amira"}, {__LINE__, 300, "mette"},
    };
    lyt_cover covers[] = {{100, 300, "amira"}, {150, 250, "tove"}};
    lyt_rota rota = {.id = "x", .covers = covers, .n_covers = 2, .otherwise = "mette"};
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(lyt_rota_on(&rota, zone, rows[i].at_us), rows[i].who, "line %d",
                         rows[i].line);
    lyt_zone_free(zone);
}

/* Every minute of two years, with two nights each on which the clock changes. */
Test(rota, AL_09_two_years_have_exactly_one_owner_every_minute)
{
    static const char *const packs[] = {"hotel", "support"};
    const int64_t minute = 60000000;

    for (size_t p = 0; p < 2; p++) {
        lyt_settings *s = housework_example(packs[p]);
        int64_t from = housework_at("2026-01-01T00:00:00Z");
        int64_t until = housework_at("2028-01-01T00:00:00Z");

        for (size_t d = 0; d < s->n_duties; d++) {
            const lyt_rota *duty = &s->duties[d];
            const char *last = NULL;
            size_t a, b, nobody = 0;

            cr_expect_not(lyt_rota_overlap(duty, &a, &b), "%s", duty->id);
            for (int64_t at = from; at < until; at += minute) {
                const char *who = lyt_rota_on(duty, s->zone, at);

                /* whoever was a person a minute before still is */
                nobody += !who || (who != last && !lyt_settings_person(s, lyt_str_of(who)));
                last = who;
            }
            cr_expect_eq(nobody, 0, "%s: %zu minutes without anybody", duty->id, nobody);
        }
        lyt_settings_free(s);
    }
}

Test(rota, overlapping_shifts_are_found_also_over_the_end_of_the_week)
{
    static const struct {
        int line;
        lyt_shift a, b;
        bool overlap;
    } rows[] = {
        {__LINE__,
         {.days = 1, .from_min = 420, .to_min = 900},
         {.days = 1, .from_min = 900, .to_min = 1380},
         false},
        {__LINE__,
         {.days = 1, .from_min = 420, .to_min = 901},
         {.days = 1, .from_min = 900, .to_min = 1380},
         true},
        {__LINE__,
         {.days = 1, .from_min = 420, .to_min = 900},
         {.days = 2, .from_min = 420, .to_min = 900},
         false},
        {__LINE__,
         {.days = 64, .from_min = 1380, .to_min = 420},
         {.days = 1, .from_min = 360, .to_min = 900},
         true},
        {__LINE__,
         {.days = 127, .from_min = 0, .to_min = 0},
         {.days = 4, .from_min = 0, .to_min = 1},
         true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_shift shifts[2] = {rows[i].a, rows[i].b};
        lyt_rota rota = {.id = "x", .shifts = shifts, .n_shifts = 2, .otherwise = "y"};
        size_t a, b;

        cr_expect_eq(lyt_rota_overlap(&rota, &a, &b), rows[i].overlap, "row at line %d",
                     rows[i].line);
    }
}

Test(rota, the_next_change_of_duty)
{
    lyt_settings *s = housework_example("hotel");
    const lyt_rota *duty = lyt_settings_duty(s, LYT_STR("front-desk"));

    cr_expect_eq(lyt_rota_until(duty, s->zone, housework_at("2026-11-25T06:10:30Z")),
                 housework_at("2026-11-25T14:00:00Z"));
    cr_expect_eq(lyt_rota_until(lyt_settings_duty(s, LYT_STR("manager-duty")), s->zone,
                                housework_at("2026-11-25T06:10:30Z")),
                 housework_at("2026-11-30T07:00:00Z"));
    lyt_settings_free(s);
}
