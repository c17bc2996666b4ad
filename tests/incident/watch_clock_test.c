#include <stdio.h>
#include <string.h>

#include "shiftwork.h"

LYT_SUITE(watch_clock);

Test(watch_clock, SL_02_SL_06_four_clocks_warn_once_and_are_missed_once)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2); /* 10, 20, 240, 1440 minutes */
    shift_tick(&t, 7);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_WARNED, 1), 0);
    shift_tick(&t, 8);
    shift_tick(&t, 9);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_WARNED, 1), 1,
                 "at three quarters of 10 minutes");
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 0);
    shift_tick(&t, 10);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 1);
    shift_acknowledge(&t, 12, 1, "amira", 0);
    act = shift_act(&t, 14, 1, "amira", "");
    cr_expect_eq(lyt_watch_contacted(&t.watch, &act, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_contacted(&t.watch, &act, &t.w.facts, &t.w.err), LYT_EEXISTS);
    shift_move(&t, 30, 1, LYT_INCIDENT_REMEDIED);
    shift_tick(&t, 1000);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 1);
    cr_expect(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_ACK].is_missed);
    cr_expect_not(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_CONTACT].stopped_us,
                 t.start_us + 14 * a_minute);
    shift_tick(&t, 1440);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 2, "nobody closed it");
    shift_deinit(&t);
}

Test(watch_clock, SL_01_how_fast_it_was)
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
        shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
        cr_expect_eq(lyt_watch_speed(&t.watch, lyt_book_find(t.w.book, 1)), LYT_SPEED_NOT_YET);
        shift_move(&t, rows[i].minutes, 1, LYT_INCIDENT_REMEDIED);
        cr_expect_eq(lyt_watch_speed(&t.watch, lyt_book_find(t.w.book, 1)), rows[i].speed,
                     "row at line %d", rows[i].line);
        shift_deinit(&t);
    }
}

Test(watch_clock, SL_04_a_pause_is_not_counted_and_has_a_reason_and_an_end)
{
    const lyt_case *c;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    c = lyt_book_find(t.w.book, 1);
    act = shift_act(&t, 100, 1, "amira", "");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 200 * a_minute, &t.w.facts, &t.w.err),
                 LYT_EINVAL);
    act.text = LYT_STR("the guest sleeps");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 900 * a_minute, &t.w.facts, &t.w.err),
                 LYT_ELIMIT);
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 400 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    shift_tick(&t, 300);
    cr_expect_not(c->clocks[LYT_CLOCK_REMEDY].is_missed, "it stands still");
    act = shift_act(&t, 350, 1, "amira", "");
    cr_expect_eq(lyt_watch_resume(&t.watch, &act, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_resume(&t.watch, &act, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect_eq(c->paused_us, 250 * a_minute);
    cr_expect_eq(c->clocks[LYT_CLOCK_REMEDY].due_us, t.start_us + (240 + 250) * a_minute);
    /* and ends by itself */
    act = shift_act(&t, 400, 1, "amira", "asleep again");
    cr_expect_eq(lyt_watch_pause(&t.watch, &act, t.start_us + 410 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    shift_tick(&t, 410);
    cr_expect_eq(c->paused_at_us, 0);
    cr_expect_eq(c->paused_us, 260 * a_minute);
    shift_deinit(&t);
}

Test(watch_clock, SL_07_an_owner_who_does_nothing_loses_it)
{
    size_t from;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "anna", 2);
    shift_acknowledge(&t, 1, 1, "bent", 0);
    shift_tick(&t, 40);
    act = shift_act(&t, 41, 1, "bent", "the part is on its way");
    from = t.w.facts.n;
    shift_after(&t, from, lyt_act_write(t.w.book, &act, LYT_FACT_NOTED, &t.w.facts, &t.w.err));
    shift_tick(&t, 60);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "bent", "he did something at 41");
    shift_tick(&t, 86);
    cr_expect_str_neq(lyt_book_find(t.w.book, 1)->owner, "bent");
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_OWNER, "bent"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_OWNER, lyt_book_find(t.w.book, 1)->owner), 1);
    shift_deinit(&t);
}

/* The house is open for the workshop: Bent is on duty for it, and the team answers as a whole. */
Test(watch_clock, SL_07_it_goes_to_a_person_before_a_team)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "anna", 2);
    shift_acknowledge(&t, 1, 1, "mette", 0);
    shift_tick(&t, 47);
    cr_expect_str_eq(lyt_book_find(t.w.book, 1)->owner, "bent");
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_OWNER, "mette"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_OWNER, "bent"), 1);
    shift_deinit(&t);
}

Test(watch_clock, SL_10_an_approval_nobody_answers_goes_up_and_the_guest_hears_of_it)
{
    lyt_giver giver = {LYT_ROLE_CONTACT, true};
    lyt_gift gift = {LYT_STR("half-night"), 70000, LYT_DKK};
    int64_t offer;
    bool is_given;
    size_t from;
    lyt_act act;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "room-not-cleaned", "214", "anna", 2);
    act = shift_act(&t, 1, 1, "mette", "");
    from = t.w.facts.n;
    shift_after(&t, from,
                lyt_authority_offer(t.w.book, &t.s->authority, t.s->zone, &act, &giver, &gift,
                                    &t.w.facts, &offer, &is_given, &t.w.err));
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 1);
    shift_tick(&t, 10);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 1);
    shift_tick(&t, 11);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 2);
    cr_expect_eq(lyt_book_offer_at(t.w.book, 0)->role, LYT_ROLE_MANAGER);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_HOLDING, LYT_WATCH_GUEST), 1);
    shift_tick(&t, 21);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 3, "the highest is asked once more");
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_HOLDING, LYT_WATCH_GUEST), 1,
                 "the guest is told once");
    for (int64_t minute = 22; minute <= 24 * 60; minute++)
        shift_tick(&t, minute);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL), 9,
                 "and then at 41, 81, 161, 321, 641, 1281 minutes, not every ten: %zu",
                 shift_told(&t, 1, LYT_NOTICE_APPROVAL, NULL));
    shift_deinit(&t);
}

Test(watch_clock, SL_11_a_restart_an_hour_down_and_steps_of_the_clock_change_nothing)
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
        shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
        for (size_t k = 0; k < 6; k++) {
            /* a restart before each: only the facts survive */
            cr_assert_eq(lyt_book_new(&again, NULL), LYT_OK);
            for (size_t f = 0; f < t.w.facts.n; f++)
                cr_assert_eq(lyt_book_fold(again, &t.w.facts.items[f], &t.w.err), LYT_OK);
            cr_assert_eq(lyt_book_hash(again), lyt_book_hash(t.w.book));
            lyt_book_free(t.w.book);
            t.w.book = t.watch.book = again;
            shift_tick(&t, steps[i][k]);
        }
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, NULL), 3, "row %zu", i);
        cr_expect_eq(casework_count(&t.w, LYT_FACT_CLOCK_MISSED, 1), 2, "row %zu", i);
        shift_deinit(&t);
    }
}

Test(watch_clock, SL_12_new_limits_only_when_asked_for)
{
    lyt_clock_rule strict = {.severity_max = 4, .limit_us = {60000000, 0, 30 * 60000000LL, 0}};
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    shift_tick(&t, 10); /* the first is missed */
    t.s->clocks = &strict;
    t.s->n_clocks = 1;
    shift_tick(&t, 40);
    cr_expect_not(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_watch_apply_limits(&t.watch, t.start_us + 40 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    shift_tick(&t, 40);
    cr_expect(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].is_missed);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_ACK].due_us,
                 t.start_us + 10 * a_minute, "what was missed stays as it was");
    shift_deinit(&t);
}

Test(watch_clock, RE_10_a_promise_that_is_late_is_heard_of)
{
    int64_t promise = 0, other = 0;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    act = shift_act(&t, 1, 1, "mette", "");
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
    act = shift_act(&t, 50, 1, "mette", "");
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, promise, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, promise, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, 9, &t.w.facts, &t.w.err), LYT_ENOTFOUND);
    shift_tick(&t, 69);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_PROMISE, NULL), 0);
    shift_tick(&t, 70);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_PROMISE, "mette"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_PROMISE, NULL), 2, "and the manager");
    shift_deinit(&t);
}

Test(watch_clock, IN_04_the_answer_that_never_came)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    shift_move(&t, 5, 1, LYT_INCIDENT_REMEDIED);
    act = shift_act(&t, 6, 1, "amira", "");
    cr_assert_eq(lyt_act_ask(t.w.book, &act, t.start_us + 100 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    shift_tick(&t, 100);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->state, LYT_INCIDENT_REMEDIED);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_CAUSE, NULL), 1, "nobody wrote down why it was");
    shift_deinit(&t);
}

Test(watch_clock, survives_every_failed_allocation)
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
            lyt_watch watch = {s, book, NULL};
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

static lyt_status pause_it(shift *t, int64_t minute, int64_t until)
{
    lyt_act act = shift_act(t, minute, 1, "amira", "the guest sleeps");

    return lyt_watch_pause(&t->watch, &act, t->start_us + until * a_minute, &t->w.facts, &t->w.err);
}

static void go_on(shift *t, int64_t minute)
{
    lyt_act act = shift_act(t, minute, 1, "amira", "");

    cr_assert_eq(lyt_watch_resume(&t->watch, &act, &t->w.facts, &t->w.err), LYT_OK);
}

/* The hotel allows 720 minutes of an incident, however many pauses they are. */
Test(watch_clock, SL_04_all_pauses_together_have_a_limit)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    cr_assert_eq(pause_it(&t, 10, 500), LYT_OK);
    go_on(&t, 410);
    cr_expect_eq(pause_it(&t, 420, 741), LYT_ELIMIT);
    cr_expect(strstr(t.w.err.text, "320 minutes more"), "%s", t.w.err.text);
    cr_expect_eq(pause_it(&t, 420, 740), LYT_OK);
    go_on(&t, 740);
    cr_expect_eq(pause_it(&t, 750, 751), LYT_ELIMIT);
    shift_deinit(&t);
}

/* Neither the warning nor the limit counts the pause; a warning that was is not given again. */
Test(watch_clock, SL_04_SL_06_the_warning_moves_with_the_limit)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    shift_acknowledge(&t, 1, 1, "amira", 0);
    shift_tick(&t, 16); /* of the 20 minutes to the contact */
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_WARNING, "amira"), 1);
    cr_assert_eq(pause_it(&t, 17, 200), LYT_OK);
    go_on(&t, 117);
    shift_tick(&t, 118);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_WARNING, "amira"), 1, "three minutes are left of it");
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_CONTACT].due_us,
                 t.start_us + 120 * a_minute);
    shift_tick(&t, 279); /* 180 of 240 minutes to the remedy, and 100 of pause */
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_WARNING, NULL), 1);
    shift_tick(&t, 280);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_WARNING, NULL), 2);
    shift_deinit(&t);
}

/* What was paused does not count against a new limit either. */
Test(watch_clock, SL_12_SL_04_new_limits_leave_pauses_out)
{
    lyt_clock_rule strict = {.severity_max = 4, .limit_us = {0, 0, 60 * 60000000LL, 0}};
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    cr_assert_eq(pause_it(&t, 10, 60), LYT_OK);
    go_on(&t, 50);
    t.s->clocks = &strict;
    t.s->n_clocks = 1;
    cr_expect_eq(lyt_watch_apply_limits(&t.watch, t.start_us + 51 * a_minute, &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->clocks[LYT_CLOCK_REMEDY].due_us,
                 t.start_us + 100 * a_minute);
    shift_deinit(&t);
}
