#include <string.h>

#include "casework.h"

LYT_SUITE(join);

static void expect_all_heard(const casework *w, int64_t messages)
{
    for (int64_t m = 1; m <= messages; m++)
        cr_expect(lyt_book_case_of(w->book, m, LYT_STR("cold")), "message %lld is in no incident",
                  (long long)m);
}

Test(join, IN_06_merging_and_unmerging_lose_no_message)
{
    casework w;
    lyt_act act;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    casework_hear(&w, 1, "cold", "214", "", 2, 2);
    casework_hear(&w, 2, "cold", "216", "", 2, 3);
    act = casework_act(&w, 2, "Mette", "the same pipe");
    cr_expect_eq(lyt_act_merge(w.book, &act, 2, &w.facts, &w.err), LYT_ESTATE, "into itself");
    cr_expect_eq(lyt_act_merge(w.book, &act, 9, &w.facts, &w.err), LYT_ENOTFOUND);
    cr_expect_eq(lyt_act_merge(w.book, &act, 1, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_messages(w.book, 1), 3);
    cr_expect_eq(lyt_book_case_of(w.book, 3, LYT_STR("cold")), 1);
    expect_all_heard(&w, 3);
    /* nobody works on what was merged away; one more word of its room is one on the same pipe */
    casework_move(&w, 2, LYT_INCIDENT_ACKNOWLEDGED, LYT_ESTATE);
    cr_expect(strstr(w.err.text, "merged into 1"), "%s", w.err.text);
    cr_expect_eq(casework_hear(&w, 3, "cold", "216", "", 2, 4), 1);
    act = casework_act(&w, 1, "Mette", "");
    cr_expect_eq(lyt_act_merge(w.book, &act, 2, &w.facts, &w.err), LYT_ESTATE, "in a circle");
    act = casework_act(&w, 2, "Mette", "another pipe");
    cr_expect_eq(lyt_act_unmerge(w.book, &act, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_act_unmerge(w.book, &act, &w.facts, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_book_messages(w.book, 1), 3);
    cr_expect_eq(lyt_book_messages(w.book, 2), 1);
    expect_all_heard(&w, 4);
    casework_deinit(&w);
}

/* The guest of what was merged, too, for as long as what it went into is worked on. */
Test(join, AL_04_IN_06_the_guest_of_a_merged_incident_writes_again)
{
    static const struct {
        int line;
        const char *place, *guest;
        lyt_incident_state state; /* of what it went into */
        int64_t minute;
        int64_t incident; /* 3: one more */
    } rows[] = {
        {__LINE__, "", "anna", LYT_INCIDENT_NEW, 600, 1},
        {__LINE__, "216", "bo", LYT_INCIDENT_NEW, 100, 1},
        {__LINE__, "216", "", LYT_INCIDENT_NEW, 100, 1},
        {__LINE__, "216", "bo", LYT_INCIDENT_NEW, 125, 3},
        {__LINE__, "", "anna", LYT_INCIDENT_NEW, 1500, 3},
        {__LINE__, "", "bo", LYT_INCIDENT_NEW, 100, 3},
        {__LINE__, "", "anna", LYT_INCIDENT_ACKNOWLEDGED, 600, 1},
        {__LINE__, "", "anna", LYT_INCIDENT_REMEDIED, 600, 3},
        {__LINE__, "", "anna", LYT_INCIDENT_VOID, 600, 3},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        casework w;
        lyt_act act;

        casework_init(&w);
        casework_hear(&w, 0, "cold", "214", "eva", 2, 1);
        casework_hear(&w, 1, "cold", "216", "anna", 2, 2);
        act = casework_act(&w, 2, "mette", "the same pipe");
        cr_assert_eq(lyt_act_merge(w.book, &act, 1, &w.facts, &w.err), LYT_OK);
        if (rows[i].state != LYT_INCIDENT_NEW)
            casework_move(&w, 1, rows[i].state, LYT_OK);
        cr_expect_eq(casework_hear(&w, rows[i].minute, "cold", rows[i].place, rows[i].guest, 2, 3),
                     rows[i].incident, "line %d", rows[i].line);
        casework_deinit(&w);
    }
}

Test(join, IN_06_splitting_is_undone_by_merging_back)
{
    static const int64_t two[] = {2}, none_of_it[] = {7}, all[] = {1, 2, 3};
    int64_t fresh = 0;
    casework w;
    lyt_act act;

    casework_init(&w);
    for (int64_t m = 1; m <= 3; m++)
        casework_hear(&w, m, "cold", "214", "", 2, m);
    act = casework_act(&w, 1, "Mette", "that was the window");
    cr_expect_eq(lyt_act_split(w.book, &act, all, 3, &w.facts, &fresh, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_act_split(w.book, &act, NULL, 0, &w.facts, &fresh, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_act_split(w.book, &act, none_of_it, 1, &w.facts, &fresh, &w.err),
                 LYT_ENOTFOUND);
    cr_expect_eq(lyt_book_size(w.book), 1, "a refused split opens nothing");
    cr_expect_eq(lyt_act_split(w.book, &act, two, 1, &w.facts, &fresh, &w.err), LYT_OK);
    cr_expect_eq(fresh, 2);
    cr_expect_eq(lyt_book_messages(w.book, 1), 2);
    cr_expect_eq(lyt_book_messages(w.book, 2), 1);
    cr_expect_eq(lyt_book_case_of(w.book, 2, LYT_STR("cold")), 2);
    expect_all_heard(&w, 3);
    act = casework_act(&w, 2, "Mette", "it was the same");
    cr_expect_eq(lyt_act_merge(w.book, &act, 1, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_messages(w.book, 1), 3);
    cr_expect_eq(lyt_book_case_of(w.book, 2, LYT_STR("cold")), 1);
    casework_deinit(&w);
}

Test(join, IN_06_a_child_leaves_its_parent_and_comes_back)
{
    casework w;
    lyt_act act;

    casework_init(&w);
    for (int64_t m = 1; m <= 3; m++) {
        static const char *const places[] = {"", "214", "215", "216"};

        casework_hear(&w, m, "cold", places[m], "", 2, m);
    }
    cr_assert_eq(lyt_book_find(w.book, 1)->parent, 4);
    act = casework_act(&w, 1, "Mette", "");
    cr_expect_eq(lyt_act_link(w.book, &act, 0, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_find(w.book, 1)->parent, 0);
    cr_expect_eq(lyt_act_link(w.book, &act, 0, &w.facts, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_act_link(w.book, &act, 2, &w.facts, &w.err), LYT_ESTATE, "no parent");
    cr_expect_eq(lyt_act_link(w.book, &act, 4, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_find(w.book, 1)->parent, 4);
    casework_deinit(&w);
}

Test(join, a_log_that_cannot_be_is_refused)
{
    static const struct {
        int line;
        lyt_fact fact;
    } rows[] = {
        {__LINE__, {.kind = LYT_FACT_OPENED, .incident = 3, .who = {"x", 1}}},
        {__LINE__, {.kind = LYT_FACT_OPENED, .incident = 2}},
        {__LINE__, {.kind = LYT_FACT_NOTED, .incident = 9}},
        {__LINE__, {.kind = LYT_FACT_MOVED, .incident = 1, .which = LYT_INCIDENT_CLOSED}},
        {__LINE__, {.kind = LYT_FACT_MOVED, .incident = 1, .which = 99}},
        {__LINE__, {.kind = LYT_FACT_MOVED, .incident = 1, .which = -1}},
        {__LINE__, {.kind = LYT_FACT_OWNED, .incident = 1}},
        {__LINE__, {.kind = LYT_FACT_TAKEN, .incident = 1, .other = 1, .number = 5}},
        {__LINE__, {.kind = LYT_FACT_CLOCK_STARTED, .incident = 1, .which = 4}},
        {__LINE__, {.kind = LYT_FACT_UNSILENCED, .other = 1}},
        {__LINE__, {.kind = LYT_FACT_SILENCED, .other = 2}},
        {__LINE__, {.kind = LYT_FACT_KIND_COUNT, .incident = 1}},
    };
    casework w;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t before = lyt_book_hash(w.book);

        cr_expect_eq(lyt_book_fold(w.book, &rows[i].fact, &w.err), LYT_EFORMAT, "row at line %d",
                     rows[i].line);
        cr_expect_eq(lyt_book_hash(w.book), before, "row at line %d", rows[i].line);
    }
    casework_deinit(&w);
}

/* What belongs to two houses has two teams; and what is over takes nothing in. */
Test(join, IN_06_what_does_not_go_together)
{
    lyt_hearing other = {.property = LYT_STR("lyngen"),
                         .scenario = LYT_STR("cold"),
                         .team = LYT_STR("maintenance"),
                         .owner = LYT_STR("maintenance"),
                         .place = LYT_STR("214"),
                         .severity = 2,
                         .message = 2};
    int64_t incident = 0;
    casework w;
    lyt_act act;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    other.now_us = w.now_us;
    cr_assert_eq(lyt_book_hear(w.book, &other, &w.grouping, &w.facts, &incident, &w.err), LYT_OK);
    cr_assert_eq(incident, 2);
    act = casework_act(&w, 2, "Mette", "");
    cr_expect_eq(lyt_act_merge(w.book, &act, 1, &w.facts, &w.err), LYT_ESTATE);
    cr_expect(strstr(w.err.text, "different properties"), "%s", w.err.text);
    casework_hear(&w, 1, "wifi", "214", "", 2, 3);
    casework_move(&w, 1, LYT_INCIDENT_VOID, LYT_OK);
    act = casework_act(&w, 3, "Mette", "");
    cr_expect_eq(lyt_act_merge(w.book, &act, 1, &w.facts, &w.err), LYT_ESTATE);
    cr_expect(strstr(w.err.text, "merge into one that is open"), "%s", w.err.text);
    casework_deinit(&w);
}
