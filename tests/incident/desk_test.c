#include <stdio.h>
#include <string.h>

#include "desk.h"
#include "testing.h"

LYT_SUITE(desk);

static const int64_t minute = 60 * 1000000LL;

static lyt_heard heard(const char *scenario, const char *place, int severity, int64_t at)
{
    return (lyt_heard){LYT_STR("havnen"),
                       lyt_str_of(scenario),
                       LYT_STR("maintenance"),
                       lyt_str_of(place),
                       severity,
                       at * minute,
                       120 * minute};
}

Test(desk, first_opens_then_joins_within_the_window)
{
    static const struct {
        int line;
        const char *scenario, *place;
        int severity;
        int64_t at_min;
        lyt_desk_outcome outcome;
        int64_t id, messages;
        int severity_after;
    } rows[] = {
        {__LINE__, "cold", "214", 2, 0, LYT_DESK_OPENED, 5, 1, 2},
        {__LINE__, "cold", "214", 1, 60, LYT_DESK_JOINED, 5, 2, 2},
        {__LINE__, "cold", "215", 2, 61, LYT_DESK_OPENED, 6, 1, 2},
        {__LINE__, "noise", "214", 2, 62, LYT_DESK_OPENED, 7, 1, 2},
        {__LINE__, "cold", "", 2, 63, LYT_DESK_OPENED, 8, 1, 2},
        {__LINE__, "cold", "214", 4, 180, LYT_DESK_JOINED, 5, 3, 4},
        {__LINE__, "cold", "214", 2, 301, LYT_DESK_OPENED, 9, 1, 2},
        {__LINE__, "cold", "214", 2, 302, LYT_DESK_JOINED, 9, 2, 2},
        {__LINE__, "cold", "214", 2, 301, LYT_DESK_JOINED, 9, 3, 2},
    };
    lyt_desk *desk;

    cr_assert_eq(lyt_desk_new(&desk, NULL, 5), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_heard h = heard(rows[i].scenario, rows[i].place, rows[i].severity, rows[i].at_min);
        const lyt_incident *incident;
        lyt_desk_outcome outcome;

        cr_assert_eq(lyt_desk_hear(desk, &h, &outcome, &incident), LYT_OK);
        cr_expect_eq(outcome, rows[i].outcome, "row at line %d", rows[i].line);
        cr_expect_eq(incident->id, rows[i].id, "row at line %d", rows[i].line);
        cr_expect_eq(incident->n_messages, rows[i].messages, "row at line %d", rows[i].line);
        cr_expect_eq(incident->severity, rows[i].severity_after, "row at line %d", rows[i].line);
    }
    lyt_desk_free(desk);
}

Test(desk, a_closed_case_is_not_joined)
{
    lyt_heard h = heard("cold", "214", 2, 0);
    const lyt_incident *incident;
    lyt_desk_outcome outcome;
    lyt_incident after;
    lyt_error err;
    lyt_desk *desk;

    cr_assert_eq(lyt_desk_new(&desk, NULL, 1), LYT_OK);
    cr_assert_eq(lyt_desk_hear(desk, &h, &outcome, &incident), LYT_OK);
    cr_expect_eq(lyt_desk_move(desk, 1, LYT_INCIDENT_CLOSED, LYT_STR("M"), 1, &after, &err),
                 LYT_ESTATE);
    cr_expect_eq(lyt_desk_move(desk, 1, LYT_INCIDENT_VOID, LYT_STR("M"), 1, &after, &err), LYT_OK);
    cr_expect_eq(after.state, LYT_INCIDENT_VOID);
    cr_expect_null(lyt_desk_find(desk, 1));
    cr_expect_eq(lyt_desk_move(desk, 1, LYT_INCIDENT_REOPENED, LYT_STR("M"), 1, &after, &err),
                 LYT_ENOTFOUND);
    cr_assert_eq(lyt_desk_hear(desk, &h, &outcome, &incident), LYT_OK);
    cr_expect_eq(outcome, LYT_DESK_OPENED);
    cr_expect_eq(incident->id, 2);
    lyt_desk_free(desk);
}

Test(desk, restores_and_goes_on_counting)
{
    lyt_incident old = {.id = 41, .state = LYT_INCIDENT_IN_WORK, .n_messages = 2};
    lyt_heard h = heard("cold", "214", 2, 0);
    const lyt_incident *incident;
    lyt_desk_outcome outcome;
    lyt_desk *desk;

    strcpy(old.scenario, "cold");
    strcpy(old.property, "havnen");
    strcpy(old.place, "214");
    cr_assert_eq(lyt_desk_new(&desk, NULL, 1), LYT_OK);
    cr_expect_eq(lyt_desk_restore(desk, &old), LYT_OK);
    cr_expect_eq(lyt_desk_restore(desk, &old), LYT_EEXISTS);
    old.id = 40;
    strcpy(old.place, "9");
    cr_expect_eq(lyt_desk_restore(desk, &old), LYT_OK);
    cr_expect_eq(lyt_desk_next_id(desk), 42);
    cr_assert_eq(lyt_desk_hear(desk, &h, &outcome, &incident), LYT_OK);
    cr_expect_eq(outcome, LYT_DESK_JOINED);
    cr_expect_eq(incident->id, 41);
    cr_expect_eq(incident->n_messages, 3);
    lyt_desk_free(desk);
}

Test(desk, rollback_takes_back_all_since_the_mark)
{
    lyt_heard a = heard("cold", "214", 2, 0), b = heard("noise", "", 4, 1);
    const lyt_incident *incident;
    lyt_desk_outcome outcome;
    lyt_incident after;
    lyt_desk *desk;

    cr_assert_eq(lyt_desk_new(&desk, NULL, 1), LYT_OK);
    cr_assert_eq(lyt_desk_hear(desk, &a, &outcome, &incident), LYT_OK);
    lyt_desk_mark(desk);
    cr_assert_eq(lyt_desk_hear(desk, &a, &outcome, &incident), LYT_OK);
    cr_assert_eq(lyt_desk_hear(desk, &b, &outcome, &incident), LYT_OK);
    cr_assert_eq(lyt_desk_move(desk, 1, LYT_INCIDENT_VOID, LYT_STR("M"), 9, &after, NULL), LYT_OK);
    lyt_desk_rollback(desk);
    cr_expect_eq(lyt_desk_size(desk), 1);
    cr_expect_eq(lyt_desk_next_id(desk), 2);
    cr_assert_not_null(lyt_desk_find(desk, 1));
    cr_expect_eq(lyt_desk_find(desk, 1)->n_messages, 1);
    cr_expect_eq(lyt_desk_find(desk, 1)->state, LYT_INCIDENT_NEW);
    lyt_desk_free(desk);
}

Test(desk, too_long_a_name_changes_nothing)
{
    char name[lyt_incident_text_max + 1];
    lyt_heard h = heard("cold", "214", 2, 0);
    const lyt_incident *incident;
    lyt_desk_outcome outcome;
    lyt_desk *desk;

    memset(name, 'x', sizeof name);
    h.place = (lyt_str){name, lyt_incident_text_max};
    cr_assert_eq(lyt_desk_new(&desk, NULL, 1), LYT_OK);
    cr_expect_eq(lyt_desk_hear(desk, &h, &outcome, &incident), LYT_ELIMIT);
    cr_expect_eq(lyt_desk_size(desk), 0);
    cr_expect_eq(lyt_desk_next_id(desk), 1);
    lyt_desk_free(desk);
}

Test(desk, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        const lyt_incident *incident;
        lyt_desk_outcome outcome;
        lyt_desk *desk;
        size_t before = 0;

        if (lyt_desk_new(&desk, &failing.alloc, 1))
            continue;
        for (int i = 0; i < 20; i++) {
            char place[16];
            lyt_heard h;

            snprintf(place, sizeof place, "%d", i);
            h = heard("cold", place, 2, i);
            before = lyt_desk_size(desk);
            if (lyt_desk_hear(desk, &h, &outcome, &incident))
                cr_expect_eq(lyt_desk_size(desk), before);
        }
        lyt_desk_rollback(desk);
        cr_expect_eq(lyt_desk_size(desk), 0);
        lyt_desk_free(desk);
    }
}
