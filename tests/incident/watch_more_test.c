/* What waits for the night or a silence, and what does not: repeats, idle owners, dangers. */
#include <string.h>

#include "shiftwork.h"

LYT_SUITE(watch_more);

/* Of something small the manager is not told in the night, and is not left out either. */
Test(watch_more, IN_05_AL_20_a_small_repeat_waits_with_its_alarm)
{
    static const struct {
        int line;
        const char *utc;
        int severity; /* of the second one, a grade more since it is one */
        bool taken;   /* on in the night */
        size_t at_once, in_the_end;
    } rows[] = {
        {__LINE__, "2026-11-25T09:00:00Z", 0, false, 1, 1}, {__LINE__, "2026-11-25T22:00:00Z", 1, false, 1, 1},
        {__LINE__, "2026-11-25T22:00:00Z", 0, false, 0, 1}, {__LINE__, "2026-11-25T22:00:00Z", 0, true, 0, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        shift t;

        shift_init(&t, "2026-11-20T09:00:00Z");
        shift_hear(&t, 0, "parking-full", "p1", "anna", 0);
        shift_move(&t, 1, 1, LYT_INCIDENT_REMEDIED);
        t.start_us = housework_at(rows[i].utc);
        shift_hear(&t, 0, "parking-full", "p2", "anna", rows[i].severity);
        cr_expect_eq(lyt_book_find(t.w.book, 2)->repeat_of, 1, "line %d", rows[i].line);
        cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), rows[i].at_once, "line %d",
                     rows[i].line);
        if (rows[i].taken)
            shift_acknowledge(&t, 5, 2, "tove", 0);
        shift_tick_us(&t, housework_at("2026-11-26T06:30:00Z"));
        cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), rows[i].in_the_end, "line %d",
                     rows[i].line);
        shift_deinit(&t);
    }
}

/* "Nobody is told of them until the silence is over", the manager of a repeat neither. */
Test(watch_more, IN_05_AL_07_a_repeat_waits_for_the_end_of_a_silence)
{
    lyt_hush hush = {.scenario = LYT_STR("room-not-cleaned"),
                     .by = LYT_STR("lise"),
                     .reason = LYT_STR("new floors")};
    int64_t silence = 0;
    size_t from;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "room-not-cleaned", "214", "anna", 2);
    shift_move(&t, 1, 1, LYT_INCIDENT_REMEDIED);
    hush.until_us = t.start_us + 4000 * (int64_t)60000000;
    from = t.w.facts.n;
    shift_after(&t, from,
                lyt_watch_silence(&t.watch, &hush, t.start_us + 2 * (int64_t)60000000, &t.w.facts,
                                  &silence, &t.w.err));
    shift_hear(&t, 3000, "room-not-cleaned", "216", "anna", 2);
    cr_expect_eq(lyt_book_find(t.w.book, 2)->repeat_of, 1);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), 0);
    shift_tick(&t, 3999);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), 0);
    shift_tick(&t, 4000);
    cr_expect_gt(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), 1);
    shift_tick(&t, 4100);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_REPEAT, NULL), 1);
    shift_deinit(&t);
}

/* An owner who does nothing in the night hands over something small in the morning. */
Test(watch_more, SL_07_AL_20_nobody_is_woken_to_be_given_something_small)
{
    static const struct {
        int line;
        int severity;
        size_t at_night;
    } rows[] = {{__LINE__, 1, 0}, {__LINE__, 2, 1}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t night;
        shift t;

        shift_init(&t, "2026-11-25T20:45:00Z"); /* 21:45 */
        shift_hear(&t, 0, "parking-full", "", "anna", rows[i].severity);
        shift_acknowledge(&t, 5, 1, "tove", 0);
        for (int64_t minute = 10; minute < 9 * 60 + 15; minute += 5)
            shift_tick(&t, minute);
        night = shift_told(&t, 1, LYT_NOTICE_OWNER, NULL);
        cr_expect_eq(night > 0, rows[i].at_night > 0, "line %d: %zu", rows[i].line, night);
        shift_tick(&t, 9 * 60 + 16);
        cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_OWNER, NULL), 0, "line %d", rows[i].line);
        shift_deinit(&t);
    }
}

/* Its matcher is all that it is about: another house, another kind, another floor speak. */
Test(watch_more, AL_07_a_silence_holds_only_what_it_names)
{
    static const struct {
        int line;
        const char *property, *scenario, *place;
        bool held;
    } rows[] = {
        {__LINE__, "havnen", "", "", true},
        {__LINE__, "lyngen", "", "", false},
        {__LINE__, "", "no-hot-water", "", true},
        {__LINE__, "", "wifi-down", "", false},
        {__LINE__, "", "", "2*", true},
        {__LINE__, "", "", "3*", false},
        {__LINE__, "havnen", "no-hot-water", "214", true},
        {__LINE__, "lyngen", "no-hot-water", "214", false},
        {__LINE__, "havnen", "wifi-down", "214", false},
        {__LINE__, "havnen", "no-hot-water", "215", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_hush hush = {.property = lyt_str_of(rows[i].property),
                         .scenario = lyt_str_of(rows[i].scenario),
                         .place = lyt_str_of(rows[i].place),
                         .by = LYT_STR("lise"),
                         .reason = LYT_STR("known")};
        int64_t silence = 0;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        hush.until_us = t.start_us + 60 * a_minute;
        cr_assert_eq(
            lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &silence, &t.w.err), LYT_OK);
        shift_hear(&t, 1, "no-hot-water", "214", "anna", 2);
        cr_expect_str_eq(lyt_book_find(t.w.book, 1)->property, "havnen");
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL) == 0, rows[i].held, "line %d",
                     rows[i].line);
        shift_deinit(&t);
    }
}

/* Taking one back says nothing of what another holds; nor does it say anything twice. */
Test(watch_more, AL_07_a_silence_that_is_taken_back_frees_its_own)
{
    lyt_hush hush = {.by = LYT_STR("lise"), .reason = LYT_STR("known")};
    int64_t water = 0, wifi = 0, both = 0;
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    hush.until_us = t.start_us + 60 * a_minute;
    hush.scenario = LYT_STR("no-hot-water");
    cr_assert_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &water, &t.w.err),
                 LYT_OK);
    hush.scenario = LYT_STR("wifi-down");
    cr_assert_eq(lyt_watch_silence(&t.watch, &hush, t.start_us, &t.w.facts, &wifi, &t.w.err),
                 LYT_OK);
    shift_hear(&t, 1, "no-hot-water", "214", "anna", 2);
    shift_hear(&t, 1, "wifi-down", "315", "bo", 2);
    /* one more, that begins later and covers both */
    hush.scenario = (lyt_str){"", 0};
    hush.property = LYT_STR("havnen");
    hush.until_us = t.start_us + 90 * a_minute;
    cr_assert_eq(lyt_watch_unsilence(&t.watch, water, LYT_STR("lise"), t.start_us + 2 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_gt(shift_told(&t, 1, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0);
    cr_expect_eq(lyt_book_find(t.w.book, 2)->silence, wifi);
    cr_assert_eq(lyt_watch_silence(&t.watch, &hush, t.start_us + 3 * a_minute, &t.w.facts, &both,
                                   &t.w.err),
                 LYT_OK);
    cr_assert_eq(lyt_watch_unsilence(&t.watch, wifi, LYT_STR("lise"), t.start_us + 4 * a_minute,
                                     &t.w.facts, &t.w.err),
                 LYT_OK);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0, "the third holds it now");
    shift_tick(&t, 90);
    cr_expect_gt(shift_told(&t, 2, LYT_NOTICE_ALARM, NULL), 0);
    shift_deinit(&t);
}

/* Said of something smaller before, by whoever has it and whoever is silent: a danger is told of. */
Test(watch_more, AL_20_AL_08_what_becomes_a_danger_speaks_again)
{
    static const struct {
        int line;
        int64_t taken_min; /* 0: nobody has it */
        int first, second;
        size_t alarms; /* more than before, to the supervisor, whom only a danger's route names */
    } rows[] = {
        {__LINE__, 0, 2, 4, 1}, {__LINE__, 5, 2, 4, 1}, {__LINE__, 5, 2, 3, 0},
        {__LINE__, 0, 2, 2, 0}, {__LINE__, 5, 4, 4, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t before, owner;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        shift_hear(&t, 0, "tv-broken", "214", "anna", rows[i].first);
        if (rows[i].taken_min)
            shift_acknowledge(&t, rows[i].taken_min, 1, "bent", 0);
        before = shift_told(&t, 1, LYT_NOTICE_ALARM, "karim");
        owner = shift_told(&t, 1, LYT_NOTICE_ALARM, "bent");
        cr_expect_eq(before, rows[i].first == 4, "line %d: Karim has the duty", rows[i].line);
        shift_hear(&t, 8, "tv-broken", "214", "anna", rows[i].second);
        cr_expect_eq(lyt_book_size(t.w.book), 1);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "karim") - before, rows[i].alarms,
                     "line %d", rows[i].line);
        if (rows[i].taken_min)
            cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "bent") - owner, rows[i].alarms,
                         "line %d: whoever has it", rows[i].line);
        /* two minutes later, by the ladder of a danger, while nobody has it */
        shift_tick(&t, 10);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_NEXT, "karim"),
                     rows[i].alarms && !rows[i].taken_min, "line %d", rows[i].line);
        /* and once is enough */
        shift_hear(&t, 11, "tv-broken", "214", "anna", 4);
        if (rows[i].second == 4)
            cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "karim") - before, rows[i].alarms,
                         "line %d", rows[i].line);
        shift_deinit(&t);
    }
}

/* A child is silent while its parent speaks; then the parent speaks of the danger. */
Test(watch_more, AL_06_AL_20_the_parent_tells_of_a_childs_danger)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "wifi-down", "214", "a", 2);
    shift_hear(&t, 1, "wifi-down", "215", "b", 2);
    shift_hear(&t, 2, "wifi-down", "216", "c", 2);
    cr_assert(lyt_book_find(t.w.book, 4)->is_parent);
    shift_acknowledge(&t, 3, 4, "bent", 0);
    cr_expect_eq(shift_told(&t, 0, LYT_NOTICE_ALARM, "karim"), 0);
    shift_hear(&t, 4, "wifi-down", "215", "b", 4);
    cr_expect_eq(lyt_book_find(t.w.book, 4)->severity, 4);
    cr_expect_eq(shift_told(&t, 4, LYT_NOTICE_ALARM, "karim"), 1);
    cr_expect_eq(shift_told(&t, 2, LYT_NOTICE_ALARM, "karim"), 0);
    /* a new room that is one is the same parent's, once more is not told */
    shift_hear(&t, 5, "wifi-down", "301", "d", 4);
    cr_expect_eq(lyt_book_find(t.w.book, 5)->parent, 4);
    cr_expect_eq(shift_told(&t, 0, LYT_NOTICE_ALARM, "karim"), 1);
    shift_deinit(&t);
}

/* And a first child of that gravity raises a parent that somebody has. */
Test(watch_more, AL_06_AL_20_a_new_child_may_be_a_danger)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "wifi-down", "214", "a", 2);
    shift_hear(&t, 1, "wifi-down", "215", "b", 2);
    shift_hear(&t, 2, "wifi-down", "216", "c", 2);
    shift_acknowledge(&t, 3, 4, "bent", 0);
    shift_hear(&t, 5, "wifi-down", "301", "d", 4);
    cr_expect_eq(shift_told(&t, 4, LYT_NOTICE_ALARM, "karim"), 1);
    cr_expect_eq(shift_told(&t, 5, LYT_NOTICE_ALARM, NULL), 0);
    shift_deinit(&t);
}

/* It is right an hour before they leave, or when they leave; spoken with and closed as ever. */
Test(watch_more, IN_12_the_remedy_is_due_before_they_leave)
{
    static const struct {
        int line;
        int64_t leaves_min; /* 0: nobody knows */
        int64_t due_min;    /* of the remedy, 240 by the settings */
    } rows[] = {
        {__LINE__, 0, 240},  {__LINE__, 600, 240}, {__LINE__, 300, 240}, {__LINE__, 299, 239},
        {__LINE__, 100, 40}, {__LINE__, 61, 1},    {__LINE__, 60, 60},   {__LINE__, 30, 30},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_case_clock *clocks;
        lyt_stays *stays = NULL;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        cr_assert_eq(lyt_stays_new(&stays, NULL), LYT_OK);
        if (rows[i].leaves_min)
            cr_assert_eq(lyt_stays_put(stays, &(lyt_stay){"s1", "anna", "havnen", "214",
                                                          t.start_us - a_minute,
                                                          t.start_us +
                                                              rows[i].leaves_min * a_minute}),
                         LYT_OK);
        t.watch.stays = stays;
        shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
        clocks = lyt_book_find(t.w.book, 1)->clocks;
        cr_expect_eq(clocks[LYT_CLOCK_REMEDY].due_us, t.start_us + rows[i].due_min * a_minute,
                     "line %d", rows[i].line);
        cr_expect_eq(clocks[LYT_CLOCK_ACK].due_us, t.start_us + 10 * a_minute);
        cr_expect_eq(clocks[LYT_CLOCK_CONTACT].due_us, t.start_us + 20 * a_minute);
        cr_expect_eq(clocks[LYT_CLOCK_CLOSE].due_us, t.start_us + 1440 * a_minute);
        t.watch.stays = NULL;
        shift_deinit(&t);
        lyt_stays_free(stays);
    }
}

/* What others write does not show that the owner does anything. */
Test(watch_more, SL_07_only_what_the_owner_does_counts)
{
    static const struct {
        int line;
        const char *by;
        bool keeps;
    } rows[] = {{__LINE__, "bent", true}, {__LINE__, "mette", false}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_act act;
        size_t from;
        shift t;

        shift_init(&t, "2026-11-25T09:00:00Z");
        shift_hear(&t, 0, "no-hot-water", "214", "anna", 2);
        shift_acknowledge(&t, 1, 1, "bent", 0);
        act = shift_act(&t, 30, 1, rows[i].by, "the guest asked again");
        from = t.w.facts.n;
        shift_after(&t, from, lyt_act_write(t.w.book, &act, LYT_FACT_NOTED, &t.w.facts, &t.w.err));
        shift_tick(&t, 46); /* of 45 minutes */
        cr_expect_eq(strcmp(lyt_book_find(t.w.book, 1)->owner, "bent") == 0, rows[i].keeps,
                     "line %d", rows[i].line);
        shift_deinit(&t);
    }
}

/* What comes back as a danger is told of once: it is open again. */
Test(watch_more, AL_20_IN_07_a_danger_that_reopens_speaks_once)
{
    shift t;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "tv-broken", "214", "anna", 2);
    shift_move(&t, 5, 1, LYT_INCIDENT_REMEDIED);
    shift_hear(&t, 8, "tv-broken", "214", "anna", 4);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->state, LYT_INCIDENT_REOPENED);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REOPENED, "karim"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_ALARM, "karim"), 0);
    shift_deinit(&t);
}
