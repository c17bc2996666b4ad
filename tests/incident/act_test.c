#include <stdio.h>
#include <string.h>

#include "casework.h"

LYT_SUITE(act);

/* Brings a fresh incident 1 into the state. */
static void bring(casework *w, lyt_incident_state to)
{
    static const lyt_incident_state ways[LYT_INCIDENT_STATE_COUNT][4] = {
        [LYT_INCIDENT_ACKNOWLEDGED] = {LYT_INCIDENT_ACKNOWLEDGED},
        [LYT_INCIDENT_IN_WORK] = {LYT_INCIDENT_IN_WORK},
        [LYT_INCIDENT_REMEDIED] = {LYT_INCIDENT_REMEDIED},
        [LYT_INCIDENT_CONFIRMED] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_CONFIRMED},
        [LYT_INCIDENT_CLOSED] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_CONFIRMED,
                                 LYT_INCIDENT_CLOSED},
        [LYT_INCIDENT_REOPENED] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_REOPENED},
        [LYT_INCIDENT_VOID] = {LYT_INCIDENT_VOID},
    };

    casework_hear(w, 0, "cold", "214", "", 2, 1);
    casework_write_up(w, 1);
    for (size_t i = 0; i < 4 && ways[to][i] != LYT_INCIDENT_NEW; i++)
        casework_move(w, 1, ways[to][i], LYT_OK);
    casework_write_up(w, 1);
    cr_assert_eq(lyt_book_find(w->book, 1)->state, to);
}

Test(act, IN_01_every_pair_of_states_moves_or_is_refused_with_the_reason)
{
    for (int from = 0; from < LYT_INCIDENT_STATE_COUNT; from++) {
        for (int to = 0; to < LYT_INCIDENT_STATE_COUNT; to++) {
            bool may = lyt_incident_may_move((lyt_incident_state)from, (lyt_incident_state)to);
            uint64_t before;
            lyt_status got;
            casework w;
            lyt_act act;

            casework_init(&w);
            bring(&w, (lyt_incident_state)from);
            before = lyt_book_hash(w.book);
            act = casework_act(&w, 1, "Jens", "no failure after all");
            got = lyt_act_move(w.book, &act, (lyt_incident_state)to, &w.facts, &w.err);
            cr_expect_eq(got, may ? LYT_OK : LYT_ESTATE, "%s to %s: %s",
                         lyt_incident_state_name((lyt_incident_state)from),
                         lyt_incident_state_name((lyt_incident_state)to), w.err.text);
            if (!may) {
                cr_expect_eq(lyt_book_hash(w.book), before);
                cr_expect(strstr(w.err.text, "may become"), "%s", w.err.text);
            }
            casework_deinit(&w);
        }
    }
}

Test(act, IN_02_there_is_one_owner_and_every_change_says_who_when_why)
{
    casework w;
    lyt_act act;
    const lyt_fact *last;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    cr_expect_str_eq(lyt_book_find(w.book, 1)->owner, "maintenance");
    casework_move(&w, 1, LYT_INCIDENT_ACKNOWLEDGED, LYT_OK);
    cr_expect_str_eq(lyt_book_find(w.book, 1)->owner, "Mette");
    act = casework_act(&w, 1, "Mette", "my shift ends");
    cr_expect_eq(lyt_act_assign(w.book, &act, LYT_STR("Jens"), &w.facts, &w.err), LYT_OK);
    cr_expect_str_eq(lyt_book_find(w.book, 1)->owner, "Jens");
    last = &w.facts.items[w.facts.n - 1];
    cr_expect_eq(last->kind, LYT_FACT_OWNED);
    cr_expect(lyt_str_equal(last->by, LYT_STR("Mette")));
    cr_expect(lyt_str_equal(last->text, LYT_STR("my shift ends")));
    cr_expect_eq(last->at_us, w.now_us);
    cr_expect_eq(lyt_act_assign(w.book, &act, LYT_STR("Jens"), &w.facts, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_act_assign(w.book, &act, LYT_STR(""), &w.facts, &w.err), LYT_EINVAL);
    casework_deinit(&w);
}

Test(act, IN_03_no_closing_without_cause_and_action)
{
    static const struct {
        int line;
        bool cause, action;
        lyt_status want;
        const char *says;
    } rows[] = {
        {__LINE__, false, false, LYT_ESTATE, "no cause and no action"},
        {__LINE__, true, false, LYT_ESTATE, "no action taken"},
        {__LINE__, false, true, LYT_ESTATE, "no cause"},
        {__LINE__, true, true, LYT_OK, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        casework w;
        lyt_act act;

        casework_init(&w);
        casework_hear(&w, 0, "cold", "214", "", 2, 1);
        casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
        casework_move(&w, 1, LYT_INCIDENT_CONFIRMED, LYT_OK);
        act = casework_act(&w, 1, "Mette", "valve");
        if (rows[i].cause)
            cr_assert_eq(lyt_act_write(w.book, &act, LYT_FACT_CAUSE, &w.facts, &w.err), LYT_OK);
        if (rows[i].action)
            cr_assert_eq(lyt_act_write(w.book, &act, LYT_FACT_ACTION, &w.facts, &w.err), LYT_OK);
        casework_move(&w, 1, LYT_INCIDENT_CLOSED, rows[i].want);
        if (rows[i].want)
            cr_expect(strstr(w.err.text, rows[i].says), "row at line %d: %s", rows[i].line,
                      w.err.text);
        act.text = LYT_STR("  ");
        cr_expect_eq(lyt_act_write(w.book, &act, LYT_FACT_CAUSE, &w.facts, &w.err), LYT_EINVAL);
        casework_deinit(&w);
    }
}

Test(act, IN_04_the_guest_confirms_or_it_reopens)
{
    static const struct {
        int line;
        int score;
        bool complains, written;
        lyt_incident_state after;
    } rows[] = {
        {__LINE__, 10, false, true, LYT_INCIDENT_CLOSED},
        {__LINE__, 7, false, true, LYT_INCIDENT_CLOSED},
        {__LINE__, 7, false, false, LYT_INCIDENT_CONFIRMED},
        {__LINE__, -1, false, true, LYT_INCIDENT_CLOSED},
        {__LINE__, 6, false, true, LYT_INCIDENT_REOPENED},
        {__LINE__, 0, false, true, LYT_INCIDENT_REOPENED},
        {__LINE__, 9, true, true, LYT_INCIDENT_REOPENED},
        {__LINE__, -1, true, true, LYT_INCIDENT_REOPENED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        casework w;
        lyt_act act;

        casework_init(&w);
        casework_hear(&w, 0, "cold", "214", "anna", 2, 1);
        if (rows[i].written)
            casework_write_up(&w, 1);
        act = casework_act(&w, 1, "Mette", "");
        cr_expect_eq(lyt_act_ask(w.book, &act, 9, &w.facts, &w.err), LYT_ESTATE, "too early");
        casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
        if (rows[i].written)
            casework_move(&w, 1, LYT_INCIDENT_CLOSED, LYT_ESTATE); /* not asked */
        act = casework_act(&w, 1, "Mette", "");
        cr_expect_eq(lyt_act_ask(w.book, &act, 9, &w.facts, &w.err), LYT_OK);
        cr_expect_eq(lyt_act_ask(w.book, &act, 9, &w.facts, &w.err), LYT_ESTATE, "once only");
        act = casework_act(&w, 1, "", "");
        cr_expect_eq(
            lyt_act_answer(w.book, &act, rows[i].score, rows[i].complains, &w.facts, &w.err),
            LYT_OK);
        cr_expect_eq(lyt_book_find(w.book, 1)->state, rows[i].after, "row at line %d",
                     rows[i].line);
        cr_expect_eq(lyt_book_find(w.book, 1)->score, rows[i].score);
        cr_expect_eq(lyt_book_size(w.book), 1, "the same number");
        casework_deinit(&w);
    }
}

Test(act, IN_04_no_answer_closes_as_unconfirmed_and_a_late_complaint_reopens)
{
    casework w;
    lyt_act act;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "anna", 2, 1);
    casework_write_up(&w, 1);
    casework_move(&w, 1, LYT_INCIDENT_REMEDIED, LYT_OK);
    act = casework_act(&w, 1, "Mette", "");
    cr_expect_eq(lyt_act_unanswered(w.book, 1, w.now_us, &w.facts, &w.err), LYT_ESTATE);
    cr_expect_eq(lyt_act_ask(w.book, &act, w.now_us + a_minute, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_act_unanswered(w.book, 1, w.now_us + a_minute, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_find(w.book, 1)->state, LYT_INCIDENT_CLOSED);
    cr_expect(lyt_book_find(w.book, 1)->is_unconfirmed);
    cr_expect_eq(lyt_act_answer(w.book, &act, 3, false, &w.facts, &w.err), LYT_OK);
    cr_expect_eq(lyt_book_find(w.book, 1)->state, LYT_INCIDENT_REOPENED);
    cr_expect_not(lyt_book_find(w.book, 1)->is_unconfirmed);
    /* what was done did not help, so it has to be done and said again */
    cr_expect_not(lyt_book_find(w.book, 1)->has_action);
    casework_deinit(&w);
}

Test(act, IN_13_of_two_who_take_it_on_at_once_one_has_it)
{
    casework w;
    lyt_act act;
    int64_t seen;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    seen = lyt_book_find(w.book, 1)->version;
    act = casework_act(&w, 1, "Mette", "");
    act.version = seen;
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_OK);
    act.by = LYT_STR("Jens");
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_EBUSY);
    cr_expect(strstr(w.err.text, "changed by Mette"), "%s", w.err.text);
    act.version = 0;
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_EBUSY);
    cr_expect(strstr(w.err.text, "with Mette"), "%s", w.err.text);
    cr_expect_str_eq(lyt_book_find(w.book, 1)->owner, "Mette");
    casework_deinit(&w);
}

Test(act, IN_13_no_note_of_fifty_writers_is_lost)
{
    casework w;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    for (int i = 0; i < 50; i++) {
        char by[32];
        lyt_act act;

        snprintf(by, sizeof by, "writer-%d", i);
        act = casework_act(&w, 1, by, by);
        act.version = 1; /* all read it at the same time */
        cr_expect_eq(lyt_act_write(w.book, &act, LYT_FACT_NOTED, &w.facts, &w.err), LYT_OK);
    }
    cr_expect_eq(casework_count(&w, LYT_FACT_NOTED, 1), 50);
    cr_expect_eq(lyt_book_find(w.book, 1)->version, 51);
    casework_deinit(&w);
}

Test(act, AL_12_acknowledging_what_is_remedied_leaves_it_so)
{
    static const lyt_incident_state ends[] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_CONFIRMED,
                                              LYT_INCIDENT_CLOSED, LYT_INCIDENT_VOID};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        casework w;
        lyt_act act;

        casework_init(&w);
        bring(&w, ends[i]);
        act = casework_act(&w, 1, "Jens", "");
        cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_ESTATE);
        cr_expect(strstr(w.err.text, lyt_incident_state_name(ends[i])), "%s", w.err.text);
        cr_expect_eq(lyt_book_find(w.book, 1)->state, ends[i]);
        casework_deinit(&w);
    }
}

Test(act, who_does_nothing_by_name_is_refused)
{
    char longest[lyt_incident_text_max + 1];
    casework w;
    lyt_act act;

    casework_init(&w);
    casework_hear(&w, 0, "cold", "214", "", 2, 1);
    act = casework_act(&w, 1, "", "");
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_EINVAL);
    act = casework_act(&w, 9, "Mette", "");
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_ENOTFOUND);
    memset(longest, 'x', sizeof longest);
    act = casework_act(&w, 1, "Mette", "");
    act.by = (lyt_str){longest, lyt_incident_text_max};
    cr_expect_eq(lyt_act_acknowledge(w.book, &act, 0, &w.facts, &w.err), LYT_ELIMIT);
    casework_deinit(&w);
}
