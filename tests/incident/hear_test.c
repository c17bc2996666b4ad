#include <stdio.h>
#include <string.h>

#include "casework.h"

LYT_SUITE(hear);

Test(hear, AL_03_AL_04_what_belongs_together_is_one_incident)
{
    static const struct {
        int line;
        int64_t at;
        const char *scenario, *place, *guest;
        int severity;
        int64_t incident, messages;
        int severity_after;
    } rows[] = {
        {__LINE__, 0, "cold", "214", "anna", 2, 1, 1, 2},
        /* the same guest from the phone, without a room */
        {__LINE__, 5, "cold", "", "anna", 1, 1, 2, 2},
        /* somebody else in that room */
        {__LINE__, 6, "cold", "214", "bo", 3, 1, 3, 3},
        {__LINE__, 7, "cold", "214", "", 2, 1, 4, 3},
        /* another thing, another room */
        {__LINE__, 8, "noise", "214", "anna", 2, 2, 1, 2},
        {__LINE__, 9, "cold", "215", "carl", 2, 3, 1, 2},
        /* guests without a room are not one guest; without both they are one thing */
        {__LINE__, 10, "wifi", "", "anna", 1, 4, 1, 1},
        {__LINE__, 11, "wifi", "", "bo", 1, 5, 1, 1},
        {__LINE__, 12, "lift", "", "", 1, 6, 1, 1},
        {__LINE__, 13, "lift", "", "", 1, 6, 2, 1},
        /* the guest's window is longer than the room's */
        {__LINE__, 13 + 23 * 60, "wifi", "", "anna", 1, 4, 2, 1},
        {__LINE__, 14 + 23 * 60, "cold", "214", "", 2, 7, 1, 2},
    };
    casework w;

    casework_init(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = casework_hear(&w, rows[i].at, rows[i].scenario, rows[i].place, rows[i].guest,
                                    rows[i].severity, (int64_t)i + 1);
        const lyt_case *c = lyt_book_find(w.book, got);

        cr_expect_eq(got, rows[i].incident, "row at line %d: %lld", rows[i].line, (long long)got);
        cr_expect_eq(c->n_messages, rows[i].messages, "row at line %d", rows[i].line);
        cr_expect_eq(c->severity, rows[i].severity_after, "row at line %d", rows[i].line);
        cr_expect(c->owner[0], "row at line %d", rows[i].line);
    }
    casework_deinit(&w);
}

Test(hear, AL_05_three_rooms_open_one_parent)
{
    casework w;

    casework_init(&w);
    cr_expect_eq(casework_hear(&w, 0, "cold", "214", "", 2, 1), 1);
    cr_expect_eq(casework_hear(&w, 1, "cold", "214", "", 2, 2), 1);
    cr_expect_eq(casework_hear(&w, 2, "cold", "215", "", 3, 3), 2);
    cr_expect_eq(casework_count(&w, LYT_FACT_LINKED, 0), 0);
    cr_expect_eq(casework_hear(&w, 29, "cold", "301", "", 2, 4), 3);
    cr_assert_eq(lyt_book_size(w.book), 4);
    cr_expect(lyt_book_find(w.book, 4)->is_parent);
    cr_expect_eq(lyt_book_find(w.book, 4)->severity, 3);
    for (int64_t id = 1; id <= 3; id++)
        cr_expect_eq(lyt_book_find(w.book, id)->parent, 4);
    /* the next room goes to the parent that is there */
    cr_expect_eq(casework_hear(&w, 50, "cold", "302", "", 2, 5), 5);
    cr_expect_eq(lyt_book_find(w.book, 5)->parent, 4);
    cr_expect_eq(lyt_book_size(w.book), 5);
    /* and what names no room joins it */
    cr_expect_eq(casework_hear(&w, 51, "cold", "", "", 2, 6), 4);
    casework_deinit(&w);
}

Test(hear, AL_05_rooms_far_apart_in_time_have_no_parent)
{
    casework w;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    casework_hear(&w, 20, "cold", "215", "", 2, 2);
    casework_hear(&w, 31, "cold", "216", "", 2, 3);
    cr_expect_eq(lyt_book_size(w.book), 3);
    casework_deinit(&w);
}

Test(hear, IN_05_the_same_failure_to_the_same_guest_weighs_more)
{
    static const struct {
        int line;
        int64_t days;
        const char *guest;
        int severity, severity_after;
        int64_t repeat_of;
    } rows[] = {
        {__LINE__, 0, "anna", 2, 2, 0},   {__LINE__, 60, "anna", 2, 3, 1},
        {__LINE__, 60, "bo", 2, 2, 0},    {__LINE__, 150, "anna", 4, 4, 2},
        {__LINE__, 241, "anna", 2, 2, 0}, {__LINE__, 242, "", 2, 2, 0},
        {__LINE__, 243, "", 2, 2, 0},
    };
    casework w;

    casework_init(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char place[16];
        const lyt_case *c;

        snprintf(place, sizeof place, "%zu", 200 + i);
        c = lyt_book_find(w.book, casework_hear(&w, rows[i].days * 1440, "cold", place,
                                                rows[i].guest, rows[i].severity, 1 + (int64_t)i));
        cr_expect_eq(c->severity, rows[i].severity_after, "row at line %d", rows[i].line);
        cr_expect_eq(c->repeat_of, rows[i].repeat_of, "row at line %d", rows[i].line);
    }
    casework_deinit(&w);
}

Test(hear, IN_07_what_still_happens_comes_back_under_its_number)
{
    static const struct {
        int line;
        int64_t after_close_min;
        const char *guest, *place;
        bool reopens;
    } rows[] = {
        {__LINE__, 1, "anna", "214", true}, {__LINE__, 9, "", "214", true},
        {__LINE__, 9, "anna", "", true},    {__LINE__, 11, "anna", "214", false},
        {__LINE__, 5, "bo", "300", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        casework w;
        int64_t got;

        casework_init(&w);
        casework_hear(&w, 0, "cold", "214", "anna", 2, 1);
        casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
        casework_move(&w, 1, LYT_INCIDENT_CONFIRMED, LYT_OK);
        casework_write_up(&w, 1);
        casework_move(&w, 1, LYT_INCIDENT_CLOSED, LYT_OK);
        got =
            casework_hear(&w, rows[i].after_close_min, "cold", rows[i].place, rows[i].guest, 2, 2);
        cr_expect_eq(got, rows[i].reopens ? 1 : 2, "row at line %d", rows[i].line);
        cr_expect_eq(lyt_book_find(w.book, 1)->state,
                     rows[i].reopens ? LYT_INCIDENT_REOPENED : LYT_INCIDENT_CLOSED,
                     "row at line %d", rows[i].line);
        casework_deinit(&w);
    }
}

Test(hear, CH_14_still_cold_after_the_remedy_reopens)
{
    casework w;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "anna", 2, 1);
    casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
    cr_expect_eq(casework_hear(&w, 200, "cold", "", "anna", 2, 2), 1);
    cr_expect_eq(lyt_book_find(w.book, 1)->state, LYT_INCIDENT_REOPENED);
    casework_deinit(&w);
}

Test(hear, IN_10_staff_and_events_open_without_a_message)
{
    casework w;

    casework_init(&w);
    cr_expect_eq(casework_hear(&w, 0, "delivery-late", "", "anna", 2, 0), 1);
    cr_expect_eq(lyt_book_messages(w.book, 1), 0);
    casework_move(&w, 1, LYT_INCIDENT_ACKNOWLEDGED, LYT_OK);
    casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
    /* then the guest writes, too */
    cr_expect_eq(casework_hear(&w, 5, "delivery-late", "", "anna", 2, 9), 1);
    cr_expect_eq(lyt_book_messages(w.book, 1), 1);
    casework_deinit(&w);
}

Test(hear, BT_12_words_join_the_fault_that_an_event_showed)
{
    static const lyt_str areas[] = {{"floor-2", 7}, {"house", 5}};
    lyt_hearing heard = {.property = LYT_STR("havnen"),
                         .scenario = LYT_STR("cold"),
                         .place = LYT_STR("214"),
                         .owner = LYT_STR("maintenance"),
                         .areas = areas,
                         .n_areas = 2,
                         .severity = 2,
                         .message = 7,
                         .now_us = 9 * a_minute};
    int64_t incident = 0;
    casework w;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "floor-3", "", 2, 0);
    casework_hear(&w, 1, "cold", "floor-2", "", 2, 0);
    cr_assert_eq(lyt_book_hear(w.book, &heard, &w.grouping, &w.facts, &incident, &w.err), LYT_OK);
    cr_expect_eq(incident, 2);
    casework_deinit(&w);
}

Test(hear, IN_14_no_review_is_asked_for_while_something_is_open)
{
    casework w;
    lyt_act act;

    casework_init(&w);
    cr_expect(lyt_book_may_ask_review(w.book, LYT_STR("anna")));
    casework_hear(&w, 0, "cold", "214", "anna", 2, 1);
    cr_expect_not(lyt_book_may_ask_review(w.book, LYT_STR("anna")));
    cr_expect(lyt_book_may_ask_review(w.book, LYT_STR("bo")));
    casework_write_up(&w, 1);
    casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
    act = casework_act(&w, 1, "Mette", "");
    cr_assert_eq(lyt_act_ask(w.book, &act, w.now_us + a_minute, &w.facts, &w.err), LYT_OK);
    cr_assert_eq(lyt_act_unanswered(w.book, 1, w.now_us + 2 * a_minute, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_find(w.book, 1)->state, LYT_INCIDENT_CLOSED);
    cr_expect_not(lyt_book_may_ask_review(w.book, LYT_STR("anna")), "closed, but unconfirmed");
    casework_deinit(&w);
}

Test(hear, a_refusal_and_a_failed_allocation_change_nothing)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_grouping grouping = lyt_grouping_default();
        lyt_book *book = NULL;
        lyt_facts facts;
        lyt_error err;

        if (lyt_book_new(&book, &failing.alloc))
            continue;
        if (!lyt_facts_init(&facts, &failing.alloc)) {
            for (int64_t i = 0; i < 12; i++) {
                uint64_t before = lyt_book_hash(book);
                size_t n_facts = facts.n;
                char place[16];
                int64_t incident;
                lyt_hearing heard = {.property = LYT_STR("havnen"),
                                     .scenario = LYT_STR("cold"),
                                     .owner = LYT_STR("maintenance"),
                                     .message = i + 1,
                                     .now_us = i};

                snprintf(place, sizeof place, "%d", (int)(i / 2));
                heard.place = lyt_str_of(place);
                if (lyt_book_hear(book, &heard, &grouping, &facts, &incident, &err)) {
                    cr_expect_eq(lyt_book_hash(book), before);
                    cr_expect_eq(facts.n, n_facts);
                }
            }
            lyt_book_rollback(book);
            cr_expect_eq(lyt_book_size(book), 0);
        }
        lyt_facts_deinit(&facts);
        lyt_book_free(book);
    }
}
