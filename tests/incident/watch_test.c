#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework.h"
#include "housework.h"
#include "watch.h"

LYT_SUITE(watch);

/* A hotel on a Wednesday morning, Lyt watching. */
typedef struct shift {
    casework w;
    lyt_settings *s;
    lyt_watch watch;
    int64_t start_us;
} shift;

static void shift_init(shift *t, const char *utc)
{
    casework_init(&t->w);
    t->s = housework_example("hotel");
    t->w.grouping = t->s->grouping;
    t->watch = (lyt_watch){t->s, t->w.book};
    t->start_us = housework_at(utc);
}

static void shift_deinit(shift *t)
{
    casework_deinit(&t->w);
    lyt_settings_free(t->s);
}

static int64_t hear(shift *t, int64_t minute, const char *scenario, const char *place,
                    const char *guest, int severity)
{
    size_t from = t->w.facts.n;
    int64_t id = casework_hear(&t->w, t->start_us / a_minute + minute, scenario, place, guest,
                               severity, (int64_t)t->w.facts.n + 1);

    cr_assert_eq(lyt_watch_after(&t->watch, from, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
    return id;
}

static void tick_us(shift *t, int64_t now_us)
{
    t->w.now_us = now_us;
    cr_assert_eq(lyt_watch_tick(&t->watch, now_us, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
}

static void tick(shift *t, int64_t minute)
{
    tick_us(t, t->start_us + minute * a_minute);
}

static lyt_act act_at(shift *t, int64_t minute, int64_t incident, const char *by, const char *text)
{
    t->w.now_us = t->start_us + minute * a_minute;
    return (lyt_act){.incident = incident,
                     .by = lyt_str_of(by),
                     .text = lyt_str_of(text),
                     .now_us = t->w.now_us};
}

static void after(shift *t, size_t from, lyt_status status)
{
    cr_assert_eq(status, LYT_OK, "%s", t->w.err.text);
    cr_assert_eq(lyt_watch_after(&t->watch, from, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
}

static void acknowledge(shift *t, int64_t minute, int64_t id, const char *by, int64_t until_min)
{
    lyt_act act = act_at(t, minute, id, by, "");
    size_t from = t->w.facts.n;

    after(t, from,
          lyt_act_acknowledge(t->w.book, &act, until_min ? t->start_us + until_min * a_minute : 0,
                              &t->w.facts, &t->w.err));
}

static void move(shift *t, int64_t minute, int64_t id, lyt_incident_state to)
{
    lyt_act act = act_at(t, minute, id, "bent", "because");
    size_t from = t->w.facts.n;

    after(t, from, lyt_act_move(t->w.book, &act, to, &t->w.facts, &t->w.err));
}

/* Notices of that kind of that incident (0: any) to that receiver (NULL: anybody). */
static size_t told(const shift *t, int64_t id, lyt_notice notice, const char *who)
{
    size_t n = 0;

    for (size_t i = 0; i < t->w.facts.n; i++) {
        const lyt_fact *f = &t->w.facts.items[i];

        n += f->kind == LYT_FACT_TOLD && f->which == (int64_t)notice &&
             (!id || f->incident == id) && (!who || lyt_str_equal(f->who, lyt_str_of(who)));
    }
    return n;
}

Test(watch, AL_03_the_first_alarm_goes_at_once_and_the_rest_joins)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, "bent"), 1, "the technician on duty");
    hear(&t, 1, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 2);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->n_messages, 2);
    shift_deinit(&t);
}

Test(watch, AL_06_children_are_silent_while_their_parent_speaks)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "wifi-down", "214", "anna", 2);
    hear(&t, 1, "wifi-down", "215", "bo", 2);
    hear(&t, 2, "wifi-down", "301", "carl", 2);
    cr_assert(lyt_book_find(t.w.book, 4)->is_parent);
    cr_expect_eq(told(&t, 4, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(told(&t, 3, LYT_NOTICE_ALARM, NULL), 0, "the third found its parent at once");
    hear(&t, 3, "wifi-down", "302", "dora", 2);
    cr_expect_eq(told(&t, 5, LYT_NOTICE_ALARM, NULL), 0);
    tick(&t, 39);
    for (int64_t id = 1; id <= 5; id++)
        if (id != 4)
            cr_expect_eq(told(&t, id, LYT_NOTICE_REMINDER, NULL) +
                             told(&t, id, LYT_NOTICE_NEXT, NULL),
                         0, "child %lld", (long long)id);
    cr_expect_gt(told(&t, 4, LYT_NOTICE_NEXT, NULL), 0);
    /* the parent is void: who still waits speaks for itself */
    move(&t, 40, 4, LYT_INCIDENT_VOID);
    cr_expect_eq(told(&t, 3, LYT_NOTICE_ALARM, NULL), 1);
    cr_expect_eq(told(&t, 5, LYT_NOTICE_ALARM, NULL), 1);
    shift_deinit(&t);
}

Test(watch, AL_07_a_silence_ends_and_what_is_open_speaks)
{
    lyt_hush hush = {.kind = LYT_SILENCE, .place = LYT_STR("2??")};
    int64_t silence = 0;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    cr_expect_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err),
                 LYT_EINVAL, "author and reason");
    hush.by = LYT_STR("lise");
    hush.reason = LYT_STR("pipes are being changed");
    cr_expect_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err),
                 LYT_EINVAL, "an end");
    hush.until_us = t.start_us + 60 * a_minute;
    cr_expect_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err),
                 LYT_OK);
    hear(&t, 1, "no-hot-water", "214", "anna", 2);
    hear(&t, 2, "no-hot-water", "314", "bo", 2);
    hear(&t, 3, "danger", "215", "carl", 4);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_gt(told(&t, 2, LYT_NOTICE_ALARM, NULL), 0, "another floor");
    cr_expect_gt(told(&t, 3, LYT_NOTICE_ALARM, NULL), 0, "danger is never silent");
    cr_expect_eq(told(&t, 1, LYT_NOTICE_MAINTENANCE, NULL), 0);
    tick_us(&t, hush.until_us - 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    tick_us(&t, hush.until_us);
    cr_expect_gt(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_deinit(&t);
}

Test(watch, AL_07_a_silence_is_taken_back)
{
    lyt_hush hush = {.kind = LYT_SILENCE,
                     .scenario = LYT_STR("no-hot-water"),
                     .by = LYT_STR("lise"),
                     .reason = LYT_STR("known")};
    int64_t silence = 0;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hush.until_us = t.start_us + 600 * a_minute;
    cr_assert_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err),
                 LYT_OK);
    hear(&t, 1, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(lyt_watch_unsilence(&t.watch, 9, LYT_STR("lise"), t.start_us + 2 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_ENOTFOUND);
    cr_expect_eq(lyt_watch_unsilence(&t.watch, silence, LYT_STR("lise"), t.start_us + 2 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_gt(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(lyt_watch_unsilence(&t.watch, silence, LYT_STR("lise"), t.start_us + 3 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_ESTATE);
    shift_deinit(&t);
}

Test(watch, AL_08_maintenance_answers_the_guest_and_wakes_nobody)
{
    lyt_hush hush = {.kind = LYT_MAINTENANCE,
                     .scenario = LYT_STR("lift-broken"),
                     .by = LYT_STR("bent"),
                     .reason = LYT_STR("yearly check")};
    int64_t silence = 0;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hush.until_us = t.start_us + 60 * a_minute;
    cr_assert_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err),
                 LYT_OK);
    hear(&t, 1, "lift-broken", "", "anna", 3);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_MAINTENANCE, LYT_WATCH_GUEST), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    hear(&t, 2, "lift-broken", "", "anna", 4);
    cr_expect_gt(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0, "somebody is stuck in it");
    shift_deinit(&t);
}

Test(watch, AL_10_reminders_until_acknowledged_and_none_after)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    for (int64_t minute = 1; minute <= 29; minute++)
        tick(&t, minute);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), 2, "at 10 and 20");
    acknowledge(&t, 30, 1, "amira", 0);
    tick(&t, 999);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), 2);
    shift_deinit(&t);
}

/* Whenever the acknowledgement comes, no reminder and no step follows it. */
Test(watch, AL_10_a_thousand_races_of_reminder_and_acknowledgement)
{
    for (int64_t i = 0; i < 1000; i += 50) {
        int64_t at_s;
        size_t before, from;
        lyt_act act;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        for (int64_t k = i; k < i + 50; k++) {
            int64_t id = hear(&t, k * 3000, "towels-missing", "214", "anna", 2);
            int64_t base = t.start_us + k * 3000 * a_minute;

            at_s = k * 3;
            tick_us(&t, base + at_s * 1000000 - 1);
            act =
                (lyt_act){.incident = id, .by = LYT_STR("amira"), .now_us = base + at_s * 1000000};
            from = t.w.facts.n;
            after(&t, from, lyt_act_acknowledge(t.w.book, &act, 0, &t.w.facts, &t.w.err));
            before = told(&t, id, LYT_NOTICE_REMINDER, NULL) + told(&t, id, LYT_NOTICE_NEXT, NULL);
            tick_us(&t, base + at_s * 1000000);
            tick_us(&t, base + 44 * a_minute + at_s * 1000000);
            cr_expect_eq(told(&t, id, LYT_NOTICE_REMINDER, NULL) +
                             told(&t, id, LYT_NOTICE_NEXT, NULL),
                         before, "acknowledged after %lld s", (long long)at_s);
            act.now_us += 2;
            act.text = LYT_STR("mistake");
            from = t.w.facts.n;
            after(&t, from, lyt_act_move(t.w.book, &act, LYT_INCIDENT_VOID, &t.w.facts, &t.w.err));
            lyt_book_mark(t.w.book);
        }
        shift_deinit(&t);
    }
}

Test(watch, AL_11_an_acknowledgement_runs_out)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    acknowledge(&t, 1, 1, "amira", 31);
    tick(&t, 30);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_REMINDER, NULL), 0);
    tick(&t, 31);
    cr_expect_gt(told(&t, 1, LYT_NOTICE_REMINDER, NULL), 0);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "amira");
    /* then somebody else may have it */
    acknowledge(&t, 32, 1, "tove", 0);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "tove");
    shift_deinit(&t);
}

Test(watch, AL_13_who_was_told_is_told_of_acknowledgement_and_close_once)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "no-hot-water", "214", "", 2);
    acknowledge(&t, 1, 1, "bent", 0);
    acknowledge(&t, 2, 1, "bent", 9);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ACK, "maintenance"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ACK, "bent"), 1);
    act = act_at(&t, 3, 1, "bent", "valve");
    cr_assert_eq(lyt_act_write(t.w.book, &act, LYT_FACT_CAUSE, &t.w.facts, &t.w.err), LYT_OK);
    cr_assert_eq(lyt_act_write(t.w.book, &act, LYT_FACT_ACTION, &t.w.facts, &t.w.err), LYT_OK);
    move(&t, 4, 1, LYT_INCIDENT_REMEDIED);
    move(&t, 5, 1, LYT_INCIDENT_CLOSED);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_CLOSED, "maintenance"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_CLOSED, "bent"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_CLOSED, NULL), 2);
    cr_expect_eq(lyt_watch_due(&t.watch), INT64_MAX, "nothing is left to do");
    shift_deinit(&t);
}

Test(watch, AL_14_raised_and_closed_within_a_second_leaves_both)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "", 2);
    move(&t, 0, 1, LYT_INCIDENT_VOID);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_CLOSED, "maintenance"), 1);
    shift_deinit(&t);
}

Test(watch, AL_15_SL_05_the_ladder_goes_up_once_each_in_order)
{
    static const struct {
        int line;
        const char *ticks; /* minutes at which Lyt was awake */
    } rows[] = {
        {__LINE__, "10 25 40"},
        {__LINE__, "9 10 11 24 25 26 39 40 41 80"},
        {__LINE__, "200"},          /* an hour and more down: all of them, once */
        {__LINE__, "26 25 24 100"}, /* the clock steps back */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ticks[64], *rest = NULL;
        int64_t last = 0;
        size_t n = 0;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        hear(&t, 0, "towels-missing", "214", "anna", 2);
        snprintf(ticks, sizeof ticks, "%s", rows[i].ticks);
        for (char *word = strtok_r(ticks, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
            tick(&t, strtol(word, NULL, 10));
        for (size_t k = 0; k < t.w.facts.n; k++) {
            const lyt_fact *f = &t.w.facts.items[k];

            if (f->kind != LYT_FACT_TOLD || f->which != LYT_NOTICE_NEXT)
                continue;
            cr_expect_eq(f->number, last + 1, "row at line %d", rows[i].line);
            last = f->number;
            n++;
        }
        cr_expect_eq(n, 3, "row at line %d: %zu", rows[i].line, n);
        cr_expect_eq(told(&t, 1, LYT_NOTICE_NEXT, "jonas"), 1, "front desk");
        shift_deinit(&t);
    }
}

Test(watch, AL_15_what_cannot_be_sent_goes_another_way)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "no-hot-water", "214", "", 2);
    cr_expect_eq(lyt_watch_unsent(&t.watch, 1, LYT_STR("bent"), LYT_STR("sms"),
                                  t.start_us + a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, "bent"), 2);
    cr_expect(lyt_str_equal(t.w.facts.items[t.w.facts.n - 1].text, LYT_STR("bus")));
    cr_expect_eq(told(&t, 1, LYT_NOTICE_NEXT, NULL), 0);
    cr_expect_eq(lyt_watch_unsent(&t.watch, 1, LYT_STR("bent"), LYT_STR("bus"),
                                  t.start_us + a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_NEXT, NULL), 1, "and when there is none, the next step");
    shift_deinit(&t);
}

Test(watch, AL_20_a_small_thing_waits_for_the_morning)
{
    shift t;

    shift_init(&t, "2026-11-25T22:00:00Z");
    hear(&t, 0, "parking-full", "", "anna", 1);
    hear(&t, 1, "noise-from-bar", "214", "bo", 2);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_gt(told(&t, 2, LYT_NOTICE_ALARM, NULL), 0);
    tick_us(&t, housework_at("2026-11-26T05:59:59Z"));
    cr_expect_eq(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    tick_us(&t, housework_at("2026-11-26T06:00:00Z"));
    cr_expect_gt(told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_deinit(&t);
}

Test(watch, IN_05_the_manager_hears_of_a_repeat)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "room-not-cleaned", "214", "anna", 2);
    move(&t, 1, 1, LYT_INCIDENT_VOID);
    hear(&t, 3000, "room-not-cleaned", "216", "anna", 2);
    cr_expect_eq(told(&t, 0, LYT_NOTICE_REPEAT, NULL), 0, "void was no failure");
    move(&t, 3001, 2, LYT_INCIDENT_REMEDIED);
    hear(&t, 9000, "room-not-cleaned", "217", "anna", 2);
    cr_expect_eq(told(&t, 3, LYT_NOTICE_REPEAT, NULL), 1);
    cr_expect_eq(lyt_book_find(t.w.book, 3)->severity, 3);
    shift_deinit(&t);
}

Test(watch, SL_02_SL_06_four_clocks_warn_once_and_are_missed_once)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2); /* 10, 20, 240, 1440 minutes */
    tick(&t, 7);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_WARNED, 1), 0);
    tick(&t, 8);
    tick(&t, 9);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_WARNED, 1), 1, "at 75 % of 10 minutes");
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 0);
    tick(&t, 10);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 1);
    acknowledge(&t, 12, 1, "amira", 0);
    act = act_at(&t, 14, 1, "amira", "");
    cr_expect_eq(lyt_watch_contacted(&t.watch, &act, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_contacted(&t.watch, &act, &t.w.facts, &t.w.err), LYT_EEXISTS);
    move(&t, 30, 1, LYT_INCIDENT_REMEDIED);
    tick(&t, 1000);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 1);
    cr_expect(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_ACK].is_missed);
    cr_expect_not(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_CONTACT].stopped_us,
                 t.start_us + 14 * a_minute);
    tick(&t, 1440);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 2, "nobody closed it");
    shift_deinit(&t);
}

Test(watch, SL_01_how_fast_it_was)
{
    static const struct {
        int line;
        const char *opened;
        int64_t minutes;
        lyt_speed speed;
    } rows[] = {
        {__LINE__, "2026-11-25T09:00:00Z", 0, LYT_SPEED_ON_THE_SPOT},
        {__LINE__, "2026-11-25T09:00:00Z", 60, LYT_SPEED_ON_THE_SPOT},
        {__LINE__, "2026-11-25T09:00:00Z", 61, LYT_SPEED_SAME_DAY},
        {__LINE__, "2026-11-25T09:00:00Z", 13 * 60 + 59, LYT_SPEED_SAME_DAY},
        {__LINE__, "2026-11-25T09:00:00Z", 14 * 60, LYT_SPEED_24_H},
        {__LINE__, "2026-11-25T09:00:00Z", 24 * 60, LYT_SPEED_24_H},
        {__LINE__, "2026-11-25T09:00:00Z", 24 * 60 + 1, LYT_SPEED_LATER},
        /* 24 hours are wall-clock hours, also over the night of 25 */
        {__LINE__, "2026-10-24T12:00:00Z", 24 * 60, LYT_SPEED_24_H},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        shift t;

        shift_init(&t, rows[i].opened);
        hear(&t, 0, "towels-missing", "214", "anna", 2);
        cr_expect_eq(lyt_watch_speed(&t.watch, lyt_book_find(t.w.book, 1)), LYT_SPEED_NOT_YET);
        move(&t, rows[i].minutes, 1, LYT_INCIDENT_REMEDIED);
        cr_expect_eq(lyt_watch_speed(&t.watch, lyt_book_find(t.w.book, 1)), rows[i].speed,
                     "row at line %d", rows[i].line);
        shift_deinit(&t);
    }
}

Test(watch, SL_04_a_pause_is_not_counted_and_has_a_reason_and_an_end)
{
    const lyt_case *c;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    c = lyt_book_find(t.w.book, 1);
    act = act_at(&t, 100, 1, "amira", "");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 200 * a_minute, &t.w.facts, &t.w.err),
                 LYT_EINVAL);
    act.text = LYT_STR("the guest sleeps");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 900 * a_minute, &t.w.facts, &t.w.err),
                 LYT_ELIMIT);
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 400 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    tick(&t, 300);
    cr_expect_not(c->clocks[LYT_CLOCK_REMEDY].is_missed, "it stands still");
    act = act_at(&t, 350, 1, "amira", "");
    cr_expect_eq(lyt_watch_resume(&t.watch, &act, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_resume(&t.watch, &act, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect_eq(c->paused_us, 250 * a_minute);
    cr_expect_eq(c->clocks[LYT_CLOCK_REMEDY].due_us, t.start_us + (240 + 250) * a_minute);
    /* and ends by itself */
    act = act_at(&t, 400, 1, "amira", "asleep again");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 410 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    tick(&t, 410);
    cr_expect_eq(c->paused_at_us, 0);
    cr_expect_eq(c->paused_us, 260 * a_minute);
    shift_deinit(&t);
}

Test(watch, SL_07_an_owner_who_does_nothing_loses_it)
{
    size_t from;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "no-hot-water", "214", "anna", 2);
    acknowledge(&t, 1, 1, "bent", 0);
    tick(&t, 40);
    act = act_at(&t, 41, 1, "bent", "the part is on its way");
    from = t.w.facts.n;
    after(&t, from, lyt_act_write(t.w.book, &act, LYT_FACT_NOTED, &t.w.facts, &t.w.err));
    tick(&t, 60);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "bent", "he did something at 41");
    tick(&t, 86);
    cr_expect_str_neq(lyt_book_find(t.w.book, 1)->owner, "bent");
    cr_expect_eq(told(&t, 1, LYT_NOTICE_OWNER, "bent"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_OWNER, lyt_book_find(t.w.book, 1)->owner), 1);
    shift_deinit(&t);
}

Test(watch, SL_10_an_approval_nobody_answers_goes_up_and_the_guest_hears_of_it)
{
    lyt_giver giver = {LYT_ROLE_CONTACT, true};
    lyt_gift gift = {LYT_STR("half-night"), 70000, LYT_DKK};
    int64_t offer;
    bool is_given;
    size_t from;
    lyt_act act;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "room-not-cleaned", "214", "anna", 2);
    act = act_at(&t, 1, 1, "mette", "");
    from = t.w.facts.n;
    after(&t, from,
          lyt_authority_offer(t.w.book, &t.s->authority, t.s->zone, &act, &giver, &gift, &t.w.facts,
                              &offer, &is_given, &t.w.err));
    cr_expect_eq(told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 1);
    tick(&t, 10);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 1);
    tick(&t, 11);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 2);
    cr_expect_eq(lyt_book_offer_at(t.w.book, 0)->role, LYT_ROLE_MANAGER);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_HOLDING, LYT_WATCH_GUEST), 1);
    tick(&t, 21);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 3, "the highest is asked once more");
    cr_expect_eq(told(&t, 1, LYT_NOTICE_HOLDING, LYT_WATCH_GUEST), 1, "the guest is told once");
    shift_deinit(&t);
}

Test(watch, SL_11_a_restart_an_hour_down_and_steps_of_the_clock_change_nothing)
{
    static const int64_t steps[][6] = {
        {10, 20, 25, 30, 40, 50}, /* awake all the time */
        {70, 70, 70, 70, 70, 70}, /* an hour down */
        {25, 10, 20, 40, 30, 50}, /* steps back and forth */
        {100, 40, 41, 42, 43, 44},
    };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lyt_book *again;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        hear(&t, 0, "towels-missing", "214", "anna", 2);
        for (size_t k = 0; k < 6; k++) {
            /* a restart before each: only the facts survive */
            cr_assert_eq(lyt_book_new(&again, NULL), LYT_OK);
            for (size_t f = 0; f < t.w.facts.n; f++)
                cr_assert_eq(lyt_book_fold(again, &t.w.facts.items[f], &t.w.err), LYT_OK);
            cr_assert_eq(lyt_book_hash(again), lyt_book_hash(t.w.book));
            lyt_book_free(t.w.book);
            t.w.book = t.watch.book = again;
            tick(&t, steps[i][k]);
        }
        cr_expect_eq(told(&t, 1, LYT_NOTICE_NEXT, NULL), 3, "row %zu", i);
        cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 2, "row %zu", i);
        shift_deinit(&t);
    }
}

Test(watch, SL_12_new_limits_only_when_asked_for)
{
    lyt_clock_rule strict = {.severity_max = 4, .limit_us = {60000000, 0, 30 * 60000000LL, 0}};
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    tick(&t, 10); /* the first is missed */
    t.s->clocks = &strict;
    t.s->n_clocks = 1;
    tick(&t, 40);
    cr_expect_not(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_watch_apply_limits(&t.watch, t.start_us + 40 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    tick(&t, 40);
    cr_expect(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_ACK].due_us,
                 t.start_us + 10 * a_minute, "what was missed stays as it was");
    shift_deinit(&t);
}

Test(watch, RE_10_a_promise_that_is_late_is_heard_of)
{
    int64_t promise = 0, other = 0;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    act = act_at(&t, 1, 1, "mette", "");
    cr_expect_eq(lyt_watch_promise(&t.watch, &act, t.start_us + 60 * a_minute, &t.w.facts, &promise,
                                   &t.w.err),
                 LYT_EINVAL);
    act.text = LYT_STR("new towels by eleven");
    cr_expect_eq(lyt_watch_promise(&t.watch, &act, t.start_us + 60 * a_minute, &t.w.facts, &promise,
                                   &t.w.err),
                 LYT_OK);
    act.text = LYT_STR("a call tomorrow");
    cr_expect_eq(
        lyt_watch_promise(&t.watch, &act, t.start_us + 70 * a_minute, &t.w.facts, &other, &t.w.err),
        LYT_OK);
    act = act_at(&t, 50, 1, "mette", "");
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, promise, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, promise, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, 9, &t.w.facts, &t.w.err), LYT_ENOTFOUND);
    tick(&t, 69);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_PROMISE, NULL), 0);
    tick(&t, 70);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_PROMISE, "mette"), 1);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_PROMISE, NULL), 2, "and the manager");
    shift_deinit(&t);
}

Test(watch, IN_04_the_answer_that_never_came)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hear(&t, 0, "towels-missing", "214", "anna", 2);
    move(&t, 5, 1, LYT_INCIDENT_REMEDIED);
    act = act_at(&t, 6, 1, "amira", "");
    cr_assert_eq(lyt_act_ask(t.w.book, &act, t.start_us + 100 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    tick(&t, 100);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->state, LYT_INCIDENT_REMEDIED);
    cr_expect_eq(told(&t, 1, LYT_NOTICE_CAUSE, NULL), 1, "nobody wrote down why it was");
    shift_deinit(&t);
}

Test(watch, survives_every_failed_allocation)
{
    lyt_settings *s = housework_example("hotel");
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_book *book = NULL;
        lyt_facts facts;
        lyt_error err;

        if (lyt_book_new(&book, &failing.alloc))
            continue;
        if (!lyt_facts_init(&facts, &failing.alloc)) {
            lyt_watch watch = {s, book};
            lyt_fact fact = {.kind = LYT_FACT_OPENED,
                             .incident = 1,
                             .at_us = 1,
                             .number = 2,
                             .who = LYT_STR("it"),
                             .team = LYT_STR("it")};

            if (!lyt_book_emit(book, &facts, &fact, &err)) {
                uint64_t before = lyt_book_hash(book);

                if (lyt_watch_after(&watch, 0, &facts, &err))
                    cr_expect_eq(lyt_book_hash(book), before);
                before = lyt_book_hash(book);
                if (lyt_watch_tick(&watch, 999 * a_minute, &facts, &err))
                    cr_expect_eq(lyt_book_hash(book), before);
            }
        }
        lyt_facts_deinit(&facts);
        lyt_book_free(book);
    }
    lyt_settings_free(s);
}
