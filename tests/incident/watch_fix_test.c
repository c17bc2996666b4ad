#include <string.h>

#include "shiftwork.h"

LYT_SUITE(watch_fix);

/* A fix of the failure of incident 1, at these places, done a day after it was begun. */
static void mend(shift *t, const char *place)
{
    int64_t fix = 0;
    lyt_act act;

    shift_hear(t, 0, "no-hot-water", "214", "anna", 2);
    act = shift_act(t, 10, 1, "lise", "new valves");
    cr_assert_eq(lyt_watch_fix(&t->watch, &act, LYT_STR("bent"), lyt_str_of(place),
                               t->start_us + 14 * 1440 * a_minute, &t->w.facts, &fix, &t->w.err),
                 LYT_OK, "%s", t->w.err.text);
    shift_move(t, 20, 1, LYT_INCIDENT_REMEDIED);
    act = shift_act(t, 1440, 1, "bent", "60 degrees in 20 rooms");
    cr_assert_eq(lyt_watch_fixed(&t->watch, &act, fix, &t->w.facts, &t->w.err), LYT_OK);
}

static void hear(shift *t, const char *property, const char *scenario, const char *place,
                 bool is_drill)
{
    lyt_hearing heard = {.property = lyt_str_of(property),
                         .scenario = lyt_str_of(scenario),
                         .team = LYT_STR("maintenance"),
                         .owner = LYT_STR("maintenance"),
                         .place = lyt_str_of(place),
                         .guest = lyt_str_of(place[0] ? place : "bo"),
                         .language = LYT_STR("da"),
                         .severity = 2,
                         .message = (int64_t)t->w.facts.n + 77,
                         .now_us = t->start_us + 5 * 1440 * a_minute,
                         .is_drill = is_drill};
    size_t from = t->w.facts.n;
    int64_t incident = 0;

    t->w.now_us = heard.now_us;
    shift_after(t, from,
                lyt_book_hear(t->w.book, &heard, &t->w.grouping, &t->w.facts, &incident,
                              &t->w.err));
}

/* Only what it was to end brings it back: the same failure, in the same house, at those places. */
Test(watch_fix, IN_11_what_reopens_a_fix)
{
    static const struct {
        int line;
        const char *of; /* places of the fix */
        const char *property, *scenario, *place;
        bool is_drill, comes_back;
    } rows[] = {
        {__LINE__, "", "havnen", "no-hot-water", "305", false, true},
        {__LINE__, "", "havnen", "no-hot-water", "", false, true},
        {__LINE__, "2??", "havnen", "no-hot-water", "216", false, true},
        {__LINE__, "2??", "havnen", "no-hot-water", "305", false, false},
        {__LINE__, "2??", "havnen", "no-hot-water", "", false, false},
        {__LINE__, "", "lyngen", "no-hot-water", "305", false, false},
        {__LINE__, "", "havnen", "wifi-down", "305", false, false},
        {__LINE__, "", "havnen", "no-hot-water", "305", true, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_fix *f;
        shift t;

        shift_init(&t, "2026-11-23T09:00:00Z");
        mend(&t, rows[i].of);
        hear(&t, rows[i].property, rows[i].scenario, rows[i].place, rows[i].is_drill);
        f = lyt_book_fix_at(t.w.book, 0);
        cr_expect_eq(f->done_us == 0, rows[i].comes_back, "line %d", rows[i].line);
        cr_expect_eq(f->n_back, rows[i].comes_back, "line %d", rows[i].line);
        cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_FIX_BACK, "bent"), rows[i].comes_back,
                     "line %d", rows[i].line);
        shift_deinit(&t);
    }
}

/* Owner and manager hear of it once; what is done in time is nobody's to hear of. */
Test(watch_fix, IN_11_a_late_fix_is_told_of_once)
{
    int64_t fix = 0;
    lyt_act act;
    shift t;

    shift_init(&t, "2026-11-23T09:00:00Z");
    shift_hear(&t, 0, "no-hot-water", "214", "anna", 2);
    act = shift_act(&t, 1, 1, "lise", "new valves");
    cr_assert_eq(lyt_watch_fix(&t.watch, &act, LYT_STR("bent"), LYT_STR(""),
                               t.start_us + 100 * a_minute, &t.w.facts, &fix, &t.w.err),
                 LYT_OK);
    shift_tick(&t, 99);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_FIX_LATE, NULL), 0);
    shift_tick(&t, 100);
    shift_tick(&t, 3000);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_FIX_LATE, "bent"), 1);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_FIX_LATE, NULL), 2);
    shift_deinit(&t);
}

/* Failures on purpose in several rooms have no common cause. */
Test(watch_fix, IN_15_AL_05_drills_open_no_parent)
{
    static const char *const places[] = {"214", "305", "118", "401"};
    shift t;

    shift_init(&t, "2026-11-23T09:00:00Z");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        hear(&t, "havnen", "no-hot-water", places[i], true);
    cr_expect_eq(lyt_book_size(t.w.book), 4);
    for (int64_t id = 1; id <= 4; id++) {
        cr_expect_not(lyt_book_find(t.w.book, id)->is_parent);
        cr_expect_eq(lyt_book_find(t.w.book, id)->parent, 0);
    }
    shift_deinit(&t);
}

/* Neither a merge nor a split makes a guest's failure of one on purpose, or the other way. */
Test(watch_fix, IN_15_IN_06_a_drill_stays_one_and_alone)
{
    int64_t message, fresh = 0;
    lyt_act act;
    shift t;

    shift_init(&t, "2026-11-23T09:00:00Z");
    hear(&t, "havnen", "no-hot-water", "214", true);
    message = (int64_t)t.w.facts.n + 77;
    hear(&t, "havnen", "no-hot-water", "214", true);
    hear(&t, "havnen", "wifi-down", "305", true);
    hear(&t, "havnen", "no-hot-water", "401", false);
    cr_assert_eq(lyt_book_size(t.w.book), 3);
    act = shift_act(&t, 9000, 1, "lise", "");
    cr_expect_eq(lyt_act_merge(t.w.book, &act, 3, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect(strstr(t.w.err.text, "incident 1 is a drill"), "%s", t.w.err.text);
    act = shift_act(&t, 9001, 3, "lise", "");
    cr_expect_eq(lyt_act_merge(t.w.book, &act, 1, &t.w.facts, &t.w.err), LYT_ESTATE);
    cr_expect(strstr(t.w.err.text, "incident 1 is a drill"), "%s", t.w.err.text);
    act = shift_act(&t, 9002, 2, "lise", "");
    cr_expect_eq(lyt_act_merge(t.w.book, &act, 1, &t.w.facts, &t.w.err), LYT_OK);
    act = shift_act(&t, 9003, 1, "lise", "");
    cr_assert_eq(lyt_act_split(t.w.book, &act, &message, 1, &t.w.facts, &fresh, &t.w.err), LYT_OK,
                 "%s", t.w.err.text);
    cr_expect(lyt_book_find(t.w.book, fresh)->is_drill);
    shift_deinit(&t);
}
