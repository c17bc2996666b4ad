#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shiftwork.h"

LYT_SUITE(watch);

Test(watch, AL_03_the_first_alarm_goes_at_once_and_the_rest_joins)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "bent"), 1, "the technician on duty");
    shift_hear(&t, 1, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 2);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->n_messages, 2);
    shift_deinit(&t);
}

/* What an incident that nobody has taken on says of itself, beside its alarm. */
static size_t nagged(const shift *t, int64_t id)
{
    return shift_told(t, id, LYT_NOTICE_REMINDER, NULL) + shift_told(t, id, LYT_NOTICE_NEXT, NULL) +
           shift_told(t, id, LYT_NOTICE_WARNING, NULL) + shift_told(t, id, LYT_NOTICE_MISSED, NULL);
}

Test(watch, AL_06_children_are_silent_while_their_parent_speaks)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "wifi-down", "214", "anna", 2);
    shift_hear(&t, 1, "wifi-down", "215", "bo", 2);
    shift_hear(&t, 2, "wifi-down", "301", "carl", 2);
    cr_assert(lyt_book_find(t.w.book, 4)->is_parent);
    cr_expect_eq(shift_told(&t, 4, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(shift_told(&t, 3, LYT_NOTICE_ALARM, NULL), 0,
                 "the third found its parent at once");
    shift_hear(&t, 3, "wifi-down", "302", "dora", 2);
    cr_expect_eq(shift_told(&t, 5, LYT_NOTICE_ALARM, NULL), 0);
    shift_tick(&t, 39);
    for (int64_t id = 1; id <= 5; id++)
        if (id != 4)
            cr_expect_eq(nagged(&t, id), 0, "child %lld", (long long)id);
    cr_expect_gt(shift_told(&t, 4, LYT_NOTICE_NEXT, NULL), 0);
    /* the parent is void: who still waits speaks for itself */
    shift_move(&t, 40, 4, LYT_INCIDENT_VOID);
    cr_expect_eq(shift_told(&t, 3, LYT_NOTICE_ALARM, NULL), 1);
    cr_expect_eq(shift_told(&t, 5, LYT_NOTICE_ALARM, NULL), 1);
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
    shift_hear(&t, 1, "no-hot-water", "214", "anna", 2);
    shift_hear(&t, 2, "no-hot-water", "314", "bo", 2);
    shift_hear(&t, 3, "danger", "215", "carl", 4);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_gt(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0, "another floor");
    cr_expect_gt(shift_told(&t, 3, LYT_NOTICE_ALARM, NULL), 0, "danger is never silent");
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_MAINTENANCE, NULL), 0);
    shift_tick_us(&t, hush.until_us - 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(nagged(&t, 1), 0, "nor of its clocks");
    cr_expect(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_ACK].is_missed,
              "which is written down all the same");
    shift_tick_us(&t, hush.until_us);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_tick_us(&t, hush.until_us + 15 * a_minute);
    cr_expect_gt(nagged(&t, 1), 0, "from then on as any other");
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
    shift_hear(&t, 1, "no-hot-water", "214", "anna", 2);
    cr_expect_eq(lyt_watch_unsilence(&t.watch, 9, LYT_STR("lise"), t.start_us + 2 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_ENOTFOUND);
    cr_expect_eq(lyt_watch_unsilence(&t.watch, silence, LYT_STR("lise"), t.start_us + 2 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
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
    shift_hear(&t, 1, "lift-broken", "", "anna", 3);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_MAINTENANCE, LYT_WATCH_GUEST), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_tick(&t, 50);
    cr_expect_eq(nagged(&t, 1), 0);
    shift_hear(&t, 51, "lift-broken", "", "anna", 4);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0, "somebody is stuck in it");
    shift_deinit(&t);
}

Test(watch, AL_10_reminders_until_acknowledged_and_none_after)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    for (int64_t minute = 1; minute <= 29; minute++)
        shift_tick(&t, minute);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), 2, "at 10 and 20");
    shift_acknowledge(&t, 30, 1, "amira", 0);
    shift_tick(&t, 999);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), 2);
    shift_deinit(&t);
}

/* A fire that nobody takes on: an hour of reminders is not the end of it. */
Test(watch, AL_10_AL_15_danger_is_never_forgotten)
{
    static const struct {
        int line, severity;
        size_t after_5_h;
    } rows[] = {
        {__LINE__, 2, 6},
        {__LINE__, 3, 6},
        {__LINE__, 4, 30},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        shift_hear(&t, 0, "fire-gas-smoke", "214", "anna", rows[i].severity);
        for (int64_t minute = 1; minute <= 300; minute++)
            shift_tick(&t, minute);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), rows[i].after_5_h,
                     "line %d: %zu", rows[i].line,
                     shift_told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"));
        shift_acknowledge(&t, 301, 1, "amira", 0);
        shift_tick(&t, 999);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REMINDER, "maintenance"), rows[i].after_5_h,
                     "line %d", rows[i].line);
        shift_deinit(&t);
    }
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
            int64_t id = shift_hear(&t, k * 3000, "towels-missing", "214", "anna", 2);
            int64_t base = t.start_us + k * 3000 * a_minute;

            at_s = k * 3;
            shift_tick_us(&t, base + at_s * 1000000 - 1);
            act =
                (lyt_act){.incident = id, .by = LYT_STR("amira"), .now_us = base + at_s * 1000000};
            from = t.w.facts.n;
            shift_after(&t, from, lyt_act_acknowledge(t.w.book, &act, 0, &t.w.facts, &t.w.err));
            before = shift_told(&t, id, LYT_NOTICE_REMINDER, NULL) +
                     shift_told(&t, id, LYT_NOTICE_NEXT, NULL);
            shift_tick_us(&t, base + at_s * 1000000);
            shift_tick_us(&t, base + 44 * a_minute + at_s * 1000000);
            cr_expect_eq(shift_told(&t, id, LYT_NOTICE_REMINDER, NULL) +
                             shift_told(&t, id, LYT_NOTICE_NEXT, NULL),
                         before, "acknowledged after %lld s", (long long)at_s);
            act.now_us += 2;
            act.text = LYT_STR("mistake");
            from = t.w.facts.n;
            shift_after(&t, from,
                        lyt_act_move(t.w.book, &act, LYT_INCIDENT_VOID, &t.w.facts, &t.w.err));
            lyt_book_mark(t.w.book);
        }
        shift_deinit(&t);
    }
}

Test(watch, AL_11_an_acknowledgement_runs_out)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    shift_acknowledge(&t, 1, 1, "amira", 31);
    shift_tick(&t, 30);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REMINDER, NULL), 0);
    shift_tick(&t, 31);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_REMINDER, NULL), 0);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "amira");
    /* then somebody else may have it */
    shift_acknowledge(&t, 32, 1, "tove", 0);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "tove");
    shift_deinit(&t);
}

Test(watch, AL_13_who_was_told_is_told_of_acknowledgement_and_close_once)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "", 2);
    shift_acknowledge(&t, 1, 1, "bent", 0);
    shift_acknowledge(&t, 2, 1, "bent", 9);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ACK, "maintenance"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ACK, "bent"), 1);
    act = shift_act(&t, 3, 1, "bent", "valve");
    cr_assert_eq(lyt_act_write(t.w.book, &act, LYT_FACT_CAUSE, &t.w.facts, &t.w.err), LYT_OK);
    cr_assert_eq(lyt_act_write(t.w.book, &act, LYT_FACT_ACTION, &t.w.facts, &t.w.err), LYT_OK);
    shift_move(&t, 4, 1, LYT_INCIDENT_REMEDIED);
    shift_move(&t, 5, 1, LYT_INCIDENT_CLOSED);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_CLOSED, "maintenance"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_CLOSED, "bent"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_CLOSED, NULL), 2);
    cr_expect_eq(lyt_watch_due(&t.watch), INT64_MAX, "nothing is left to do");
    shift_deinit(&t);
}

Test(watch, AL_14_raised_and_closed_within_a_second_leaves_both)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "", 2);
    shift_move(&t, 0, 1, LYT_INCIDENT_VOID);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "maintenance"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_CLOSED, "maintenance"), 1);
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
        shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
        snprintf(ticks, sizeof ticks, "%s", rows[i].ticks);
        for (char *word = strtok_r(ticks, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
            shift_tick(&t, strtol(word, NULL, 10));
        for (size_t k = 0; k < t.w.facts.n; k++) {
            const lyt_fact *f = &t.w.facts.items[k];

            if (f->kind != LYT_FACT_TOLD || f->which != LYT_NOTICE_NEXT)
                continue;
            cr_expect_eq(f->number, last + 1, "row at line %d", rows[i].line);
            last = f->number;
            n++;
        }
        cr_expect_eq(n, 3, "row at line %d: %zu", rows[i].line, n);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, "jonas"), 1, "front desk");
        shift_deinit(&t);
    }
}

Test(watch, AL_15_what_cannot_be_sent_goes_another_way)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "", 2);
    cr_expect_eq(lyt_watch_unsent(&t.watch, 1, LYT_STR("bent"), LYT_STR("sms"),
                                  t.start_us + a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "bent"), 2);
    cr_expect(lyt_str_equal(t.w.facts.items[t.w.facts.n - 1].text, LYT_STR("bus")));
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, NULL), 0);
    cr_expect_eq(lyt_watch_unsent(&t.watch, 1, LYT_STR("bent"), LYT_STR("bus"),
                                  t.start_us + a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, NULL), 1,
                 "and when there is none, the next step");
    shift_deinit(&t);
}

Test(watch, AL_20_a_small_thing_waits_for_the_morning)
{
    shift t;

    shift_init(&t, "2026-11-25T22:00:00Z");
    shift_hear(&t, 0, "parking-full", "", "anna", 1);
    shift_hear(&t, 1, "noise-from-bar", "214", "bo", 2);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_gt(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0);
    shift_tick_us(&t, housework_at("2026-11-26T05:59:59Z"));
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(nagged(&t, 1), 0);
    cr_expect_gt(nagged(&t, 2), 0, "what cannot wait does not");
    shift_tick_us(&t, housework_at("2026-11-26T06:00:00Z"));
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_deinit(&t);
}

/* It was told of in the evening: the night is quiet, and in the morning it goes on. */
Test(watch, AL_20_nobody_is_reminded_of_a_small_thing_at_night)
{
    size_t evening;
    shift t;

    shift_init(&t, "2026-11-25T20:45:00Z");
    shift_hear(&t, 0, "parking-full", "", "anna", 1);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    shift_tick(&t, 14);
    evening = nagged(&t, 1);
    cr_expect_gt(evening, 0, "at 21:55");
    for (int64_t minute = 15; minute < 9 * 60 + 15; minute += 5)
        shift_tick(&t, minute);
    cr_expect_eq(nagged(&t, 1), evening, "%zu more", nagged(&t, 1) - evening);
    shift_tick(&t, 9 * 60 + 16);
    cr_expect_gt(nagged(&t, 1), evening);
    for (int64_t minute = 9 * 60 + 20; minute < 12 * 60; minute += 5)
        shift_tick(&t, minute);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, NULL), 3, "every step of the ladder, once");
    shift_deinit(&t);
}

Test(watch, IN_05_the_manager_hears_of_a_repeat)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "room-not-cleaned", "214", "anna", 2);
    shift_move(&t, 1, 1, LYT_INCIDENT_VOID);
    shift_hear(&t, 3000, "room-not-cleaned", "216", "anna", 2);
    cr_expect_eq(shift_told(&t, 0, LYT_NOTICE_REPEAT, NULL), 0, "void was no failure");
    shift_move(&t, 3001, 2, LYT_INCIDENT_REMEDIED);
    shift_hear(&t, 9000, "room-not-cleaned", "217", "anna", 2);
    cr_expect_eq(shift_told(&t, 3, LYT_NOTICE_REPEAT, NULL), 1);
    cr_expect_eq(lyt_book_find(t.w.book, 3)->severity, 3);
    shift_deinit(&t);
}
