#include <stdio.h>
#include <string.h>

#include "eventwork.h"

LYT_SUITE(trigger_rule);

/* What still holds, sorted, as one text: the same for every order of arrival. */
static void standing(const finds *f, char out[4096])
{
    char lines[256][128], swap[128];
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        char line[128];
        size_t at = 0;

        snprintf(line, sizeof line, "%s %s %lld %d\n", f->item[i].rule, f->item[i].subject,
                 (long long)f->item[i].at_us, f->item[i].severity);
        while (at < n && strcmp(lines[at], line) != 0)
            at++;
        if (at == n && !f->item[i].withdrawn)
            memcpy(lines[n++], line, sizeof line);
        else if (at < n && f->item[i].withdrawn)
            memcpy(lines[at], lines[--n], sizeof line);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (strcmp(lines[i], lines[k]) > 0) {
                memcpy(swap, lines[i], sizeof swap);
                memcpy(lines[i], lines[k], sizeof swap);
                memcpy(lines[k], swap, sizeof swap);
            }
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        strncat(out, lines[i], 4095 - strlen(out));
}

Test(trigger_rule, BT_10_frequency_spike_flatline_new_value_cardinality_change)
{
    enum { minute = 60 };
    static const lyt_trigger rules[] = {
        {.id = "often",
         .kind = LYT_TRIGGER_FREQUENCY,
         .on = "e",
         .n = 3,
         .within_us = 10 * 60000000LL,
         .again_us = 10 * 60000000LL,
         .scenario = "x"},
        {.id = "spike",
         .kind = LYT_TRIGGER_SPIKE,
         .on = "e",
         .n = 4,
         .times = 3,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "flat",
         .kind = LYT_TRIGGER_FLATLINE,
         .on = "e",
         .n = 1,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "new", .kind = LYT_TRIGGER_NEW_TERM, .on = "e", .attr = "v", .scenario = "x"},
        {.id = "many",
         .kind = LYT_TRIGGER_CARDINALITY,
         .on = "e",
         .attr = "v",
         .n = 2,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "change", .kind = LYT_TRIGGER_CHANGE, .on = "e", .attr = "v", .scenario = "x"},
        {.id = "change-soon",
         .kind = LYT_TRIGGER_CHANGE,
         .on = "e",
         .attr = "v",
         .within_us = 10 * 60000000LL,
         .scenario = "x"},
    };
    static const struct {
        int line;
        int rule;
        int at_min[8];
        const char *value[8];
        int until_min;
        const char *found; /* minutes */
    } rows[] = {
        {__LINE__, 0, {0, 5, 9}, {0}, 9, "9 "},
        {__LINE__, 0, {0, 5, 10}, {0}, 30, ""},
        {__LINE__, 0, {0, 1, 2, 3, 4, 13, 14, 15}, {0}, 20, "2 15 "},
        {__LINE__, 1, {0, 12, 31, 32, 33, 34}, {0}, 40, "34 "},
        {__LINE__, 1, {0, 22, 23, 31, 32, 33, 34}, {0}, 40, ""},
        {__LINE__, 1, {31, 32, 33, 34, 35}, {0}, 40, ""},
        {__LINE__, 2, {0, 5, 9}, {0}, 18, ""},
        {__LINE__, 2, {0, 5, 9}, {0}, 19, "19 "},
        {__LINE__, 3, {0, 1, 2, 3}, {"a", "a", "b", "a"}, 9, "2 "},
        {__LINE__, 4, {0, 1, 2, 3}, {"a", "b", "a", "c"}, 9, "3 "},
        {__LINE__, 4, {0, 1, 11, 12}, {"a", "b", "a", "c"}, 20, ""},
        {__LINE__, 5, {0, 1, 2, 3}, {"a", "a", "b", "b"}, 9, "2 "},
        {__LINE__, 5, {0, 1, 99}, {"a", "a", "b"}, 100, "99 "},
        {__LINE__, 6, {0, 1, 10}, {"a", "a", "b"}, 20, "10 "},
        {__LINE__, 6, {0, 1, 11}, {"a", "a", "b"}, 20, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t start = housework_at("2026-11-27T11:00:00Z");
        lyt_trigger rule = rules[rows[i].rule];
        lyt_triggers *t;
        char got[64] = "";
        lyt_error err;
        finds f = {.n = 0};

        if (!rule.again_us)
            rule.again_us = 1;
        t = eventwork_rule(&rule);
        for (int k = 0; k < 8 && (k == 0 || rows[i].at_min[k]); k++) {
            happening h = {.type = "e",
                           .subject = "s",
                           .at_us = start + rows[i].at_min[k] * minute * 1000000LL,
                           .key = rows[i].value[k] ? "v" : NULL,
                           .value = rows[i].value[k]};

            cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
        }
        cr_assert_eq(lyt_triggers_tick(t, start + rows[i].until_min * a_minute_us, eventwork_found,
                                       &f, &err),
                     LYT_OK);
        for (size_t k = 0; k < f.n; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d ",
                     f.item[k].withdrawn ? "-" : "",
                     (int)((f.item[k].at_us - start) / a_minute_us));
        cr_expect_str_eq(got, rows[i].found, "row at line %d: %s", rows[i].line, got);
        lyt_triggers_free(t);
    }
}

Test(trigger_rule, BT_11_every_order_of_arrival_finds_the_same)
{
    enum { n_events = 60, orders = 200 };
    static const char *const types[] = {"booking-failed",  "request-rejected", "car-requested",
                                        "booking-failed",  "request-rejected", "payment-failed",
                                        "booking-failed",  "car-requested",    "booking-made",
                                        "request-accepted"};
    lyt_settings *s = housework_example("support");
    int64_t start = housework_at("2026-11-27T08:00:00Z");
    happening events[n_events];
    char first[4096] = "", got[4096];
    lyt_trigger rules[8];
    unsigned seed = 7;

    cr_assert(s->n_triggers <= 8);
    for (size_t i = 0; i < s->n_triggers; i++) {
        rules[i] = s->triggers[i];
        rules[i].again_us = 30 * a_minute_us; /* so that there is more than one of each */
    }

    for (int i = 0; i < n_events; i++) {
        static const char *const refs[] = {"r1", "r2", "r3", "r4", "r5"};
        static const char *const subjects[] = {"anna", "bo"};

        seed = seed * 1103515245 + 12345;
        events[i] = (happening){types[(seed >> 16) % (i < 40 ? 10 : 8)],
                                subjects[seed >> 20 & 1],
                                refs[(seed >> 21) % 5],
                                start + i * 2 * a_minute_us,
                                "needed_at",
                                "2026-11-28T08:00:00Z",
                                NULL,
                                NULL};
    }
    for (int order = 0; order < orders; order++) {
        int64_t arrives[n_events];
        size_t at[n_events];
        lyt_triggers *t;
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(lyt_triggers_new(&t, NULL, rules, s->n_triggers, 10 * a_minute_us), LYT_OK);
        for (size_t i = 0; i < n_events; i++) {
            size_t k = i;

            seed = seed * 1103515245 + 12345;
            arrives[i] = events[i].at_us + (order ? (int64_t)(seed >> 16) % 600 * 1000000 : 0);
            while (k > 0 && arrives[at[k - 1]] > arrives[i]) {
                at[k] = at[k - 1];
                k--;
            }
            at[k] = i;
        }
        for (size_t i = 0; i < n_events; i++)
            cr_assert_eq(eventwork_take(t, &events[at[i]], arrives[at[i]], &f), LYT_OK);
        cr_assert_eq(lyt_triggers_tick(t, start + 24 * 60 * a_minute_us, eventwork_found, &f, &err),
                     LYT_OK);
        standing(&f, order ? got : first);
        if (order)
            cr_assert_str_eq(got, first, "order %d finds:\n%snot:\n%s", order, got, first);
        lyt_triggers_free(t);
    }
    cr_expect(strlen(first) > 0, "the day has findings to compare");
    lyt_settings_free(s);
}

Test(trigger_rule, BT_13_a_share_is_left_alone_to_compare_with)
{
    lyt_trigger rule = {.id = "often",
                        .kind = LYT_TRIGGER_FREQUENCY,
                        .on = "e",
                        .n = 1,
                        .within_us = 60000000,
                        .again_us = INT64_MAX,
                        .scenario = "x",
                        .hold_out = 20};
    lyt_triggers *t = eventwork_rule(&rule);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    size_t held = 0;

    for (int i = 0; i < 1000; i++) {
        char subject[32];
        finds f = {.n = 0};
        happening h = {.type = "e", .subject = subject, .at_us = now};

        snprintf(subject, sizeof subject, "guest-%d", i);
        cr_assert_eq(eventwork_take(t, &h, now, &f), LYT_OK);
        cr_assert_eq(f.n, 1);
        held += f.item[0].held_out;
    }
    cr_expect(held > 150 && held < 250, "%zu of 1000", held);
    lyt_triggers_free(t);
}

Test(trigger_rule, BT_01_bad_events_are_refused_and_twice_is_once)
{
    lyt_trigger rule = {.id = "often",
                        .kind = LYT_TRIGGER_FREQUENCY,
                        .on = "e",
                        .n = 2,
                        .within_us = 60000000,
                        .again_us = 0,
                        .scenario = "x"};
    lyt_triggers *t = eventwork_rule(&rule);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    char longest[300];
    happening h = {.type = "e", .subject = "anna", .at_us = now};
    finds f = {.n = 0};

    memset(longest, 'x', sizeof longest);
    longest[299] = '\0';
    cr_expect_eq(eventwork_take(t, &h, now, &f), LYT_OK);
    cr_expect_eq(eventwork_take(t, &h, now, &f), LYT_EEXISTS);
    cr_expect_eq(f.n, 0);
    h.subject = "";
    cr_expect_eq(eventwork_take(t, &h, now, &f), LYT_EINVAL);
    h.subject = longest;
    cr_expect_eq(eventwork_take(t, &h, now, &f), LYT_ELIMIT);
    h.subject = "anna";
    h.at_us = now - 400 * 24 * 60 * a_minute_us;
    cr_expect_eq(eventwork_take(t, &h, now, &f), LYT_ELIMIT);
    cr_expect_eq(lyt_triggers_events(t), 1);
    lyt_triggers_free(t);
}

Test(trigger_rule, old_events_are_forgotten_and_once_stays_once)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = eventwork_settings(s);
    int64_t now = housework_at("2026-01-01T00:00:00Z"), day = 24 * 60 * a_minute_us;
    finds f = {.n = 0};

    for (int i = 0; i < 400; i++) {
        happening h = {.type = "booking-failed", .subject = "bo", .at_us = now + i * day};

        cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
    }
    cr_expect_eq(f.n, 1, "once for ever: %zu", f.n);
    cr_expect(lyt_triggers_events(t) < 200, "%zu are kept", lyt_triggers_events(t));
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger_rule, survives_every_failed_allocation)
{
    static const lyt_trigger rule = {.id = "often",
                                     .kind = LYT_TRIGGER_FREQUENCY,
                                     .on = "e",
                                     .n = 2,
                                     .within_us = 60000000,
                                     .again_us = 0,
                                     .scenario = "x"};
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_triggers *t = NULL;
        finds f = {.n = 0};

        if (lyt_triggers_new(&t, &failing.alloc, &rule, 1, a_minute_us))
            continue;
        for (int i = 0; i < 6; i++) {
            happening h = {.type = "e", .subject = i % 2 ? "a" : "b", .at_us = i};
            lyt_status status = eventwork_take(t, &h, i, &f);

            cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        }
        lyt_triggers_free(t);
    }
}

/* A threshold with hysteresis: found when it is crossed, and again only after it was clear. */
Test(trigger_rule, AL_17_share_and_mean_with_hysteresis)
{
    static const lyt_trigger rules[] = {
        {.id = "share",
         .kind = LYT_TRIGGER_SHARE,
         .on = "e",
         .attr = "v",
         .n = 4,
         .percent = 50,
         .clear = 25,
         .at_most = 6,
         .at_least = INT64_MIN,
         .within_us = 15 * 60000000LL,
         .scenario = "x"},
        {.id = "low",
         .kind = LYT_TRIGGER_MEAN,
         .on = "e",
         .attr = "v",
         .n = 3,
         .at_most = 5,
         .clear = 8,
         .at_least = INT64_MIN,
         .within_us = 15 * 60000000LL,
         .scenario = "x"},
        {.id = "high",
         .kind = LYT_TRIGGER_MEAN,
         .on = "e",
         .attr = "v",
         .n = 2,
         .at_most = INT64_MIN,
         .at_least = 9,
         .clear = 7,
         .within_us = 5 * 60000000LL,
         .scenario = "x"},
    };
    static const struct {
        int line, rule;
        const char *values; /* one a minute; "-" is no number */
        const char *found;  /* an x at each minute at which it is found */
    } rows[] = {
        {__LINE__, 0, "9 1 1 1 1 9 1", "   x   "},
        {__LINE__, 0, "1 1 1 9 9 9 9", "   x   "},
        {__LINE__, 0, "1 9 1 9 9 9 9", "       "},
        {__LINE__, 0, "1 1 1 - 1 - -", "    x  "},
        {__LINE__, 0, "1 1 1 1 9 9 9 9 9 9 9 9 9 9 9 9 1 1 1 1 1 1 1 1 1 1",
         "   x                   x  "},
        {__LINE__, 1, "5 5 5 1 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 1 1 1 1 1 1 1 1",
         "  x                       x"},
        {__LINE__, 2, "9 9 9 1 1 9 9 9 9 9", " x       x"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_triggers *t = eventwork_rule(&rules[rows[i].rule]);
        int64_t begin = housework_at("2026-11-25T09:00:00Z");
        char got[64];
        finds f = {.n = 0};
        int n = 0;

        memset(got, 0, sizeof got);
        for (const char *v = rows[i].values; *v; v += v[1] ? 2 : 1, n++) {
            char value[2] = {*v, 0};
            happening h = {"e", "a", NULL, begin + n * a_minute_us, "v", value, NULL, NULL};

            cr_assert_eq(eventwork_take(t, &h, begin + n * a_minute_us, &f), LYT_OK);
            got[n] = ' ';
        }
        for (size_t k = 0; k < f.n; k++)
            got[(f.item[k].at_us - begin) / a_minute_us] = 'x';
        cr_expect_str_eq(got, rows[i].found, "row at line %d: \"%s\"", rows[i].line, got);
        lyt_triggers_free(t);
    }
}
