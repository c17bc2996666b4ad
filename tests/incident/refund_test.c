#include <stdio.h>
#include <string.h>

#include "refund.h"
#include "shiftwork.h"

/* Where guests ask for money back, and what comes of asking. */
LYT_SUITE(refund);

Test(refund, RE_11_the_word_is_the_whole_message_in_five_languages)
{
    static const struct {
        int line;
        const char *text;
        bool is_asked;
    } rows[] = {
        {__LINE__, "RETUR", true},
        {__LINE__, " retur. ", true},
        {__LINE__, "Refund!", true},
        {__LINE__, "Penge tilbage?", true},
        {__LINE__, "MONEY BACK", true},
        {__LINE__, "ÅTERBETALNING", true},
        {__LINE__, "Pengarna tillbaka", true},
        {__LINE__, "Refusjon", true},
        {__LINE__, "RÜCKERSTATTUNG", true},
        {__LINE__, "\"Erstattung\"", true},
        {__LINE__, "I want a refund", true},
        {__LINE__, "", false},
        {__LINE__, "returbillet", false},
        {__LINE__, "no refund", false},
        {__LINE__, "Jeg vil have penge tilbage for det kolde vand", false},
        {__LINE__, "refund refund", false},
        {__LINE__, "ja", false},
        {__LINE__, "RETUR\xc3", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_refund_is_asked(lyt_str_of(rows[i].text)), rows[i].is_asked,
                     "row at line %d", rows[i].line);
    cr_expect_not(lyt_refund_is_asked((lyt_str){"RETUR\0x", 7}));
}

Test(refund, RE_11_a_message_says_where_in_the_guests_language)
{
    static const struct {
        int line;
        const char *link, *call, *language, *says;
    } rows[] = {
        {__LINE__, NULL, NULL, "da", "Penge tilbage? Svar RETUR."},
        {__LINE__, NULL, NULL, "en-GB", "Money back? Answer REFUND."},
        {__LINE__, NULL, NULL, "sv", "Pengarna tillbaka? Svara RETUR."},
        {__LINE__, NULL, NULL, "nn", "Penger tilbake? Svar RETUR."},
        {__LINE__, NULL, NULL, "de", "Geld zurück? Antworten Sie ERSTATTUNG."},
        {__LINE__, NULL, NULL, "fr", "Money back? Answer REFUND."},
        {__LINE__, NULL, NULL, "", "Money back? Answer REFUND."},
        {__LINE__, NULL, "9", "da", "Penge tilbage? Ring 9."},
        {__LINE__, "https://havnen.dk/retur", NULL, "da", "Penge tilbage: https://havnen.dk/retur"},
    };
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_refund_rules rules = {.is_there = true, .link = rows[i].link, .call = rows[i].call};
        const char *word = strrchr(rows[i].says, ' ');

        lyt_buf_reset(&out);
        lyt_refund_say(&out, &rules, lyt_str_of(rows[i].language));
        cr_expect_str_eq(out.data, rows[i].says, "row at line %d", rows[i].line);
        /* what it asks to be answered with is understood */
        if (!rows[i].link && !rows[i].call)
            cr_expect(lyt_refund_is_asked(lyt_str_of(word + 1)), "row at line %d", rows[i].line);
    }
    lyt_buf_reset(&out);
    lyt_refund_say(&out, &(lyt_refund_rules){.link = "https://x.dk"}, LYT_STR("da"));
    cr_expect_eq(out.len, 0, "a house that says nothing");
    lyt_buf_deinit(&out);
}

Test(refund, RE_11_which_failures_money_is_given_back_for)
{
    static const char *const some[] = {"no-hot-water"}, *const none[] = {"injury"};
    lyt_refund_rules all = {.is_there = true, .never = {none, 1}}, few = all, off = {false};

    few.scenarios = (lyt_names){some, 1};
    cr_expect(lyt_refund_is_for(&all, LYT_STR("wifi-down"), true));
    cr_expect_not(lyt_refund_is_for(&all, LYT_STR("wifi-down"), false), "the pack pays nothing");
    cr_expect_not(lyt_refund_is_for(&all, LYT_STR("injury"), true));
    cr_expect(lyt_refund_is_for(&few, LYT_STR("no-hot-water"), false), "the house says so");
    cr_expect_not(lyt_refund_is_for(&few, LYT_STR("wifi-down"), true));
    cr_expect_not(lyt_refund_is_for(&off, LYT_STR("no-hot-water"), true));
}

static lyt_status ask(shift *t, int64_t minute, int64_t incident, const char *by)
{
    lyt_act act = shift_act(t, minute, incident, by, "sms");
    size_t from = t->w.facts.n;
    int64_t promise = 0;
    lyt_status status = lyt_refund_ask(&t->watch, &act, &t->w.facts, &promise, &t->w.err);

    if (!status)
        shift_after(t, from, status);
    else
        cr_expect_eq(t->w.facts.n, from, "nothing is left of what was refused");
    return status;
}

Test(refund, RE_11_RE_10_a_request_is_a_promise_that_somebody_is_told_of)
{
    const lyt_promise *p;
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    cr_expect_null(lyt_refund_find(t.w.book, 1));
    cr_expect_eq(ask(&t, 5, 1, "guest"), LYT_OK);
    p = lyt_refund_find(t.w.book, 1);
    cr_assert_not_null(p);
    cr_expect_str_eq(p->by, "supervisor-duty", "as the settings have it");
    cr_expect_eq(p->due_us, t.start_us + (5 + 24 * 60) * a_minute);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_REFUND_ASKED, "karim") +
                     shift_told(&t, 1, LYT_NOTICE_REFUND_ASKED, "lise"),
                 1, "whoever is on that duty");
    cr_expect_eq(casework_count(&t.w, LYT_FACT_OFFERED, 1) +
                     casework_count(&t.w, LYT_FACT_APPROVAL_ASKED, 1),
                 0, "asking gives nothing");
    /* once */
    cr_expect_eq(ask(&t, 6, 1, "guest"), LYT_EEXISTS);
    cr_expect_eq(ask(&t, 6, 1, "mette"), LYT_EEXISTS);
    cr_expect_eq(casework_count(&t.w, LYT_FACT_REFUND_ASKED, 0), 1);
    cr_expect_eq(ask(&t, 6, 99, "guest"), LYT_ENOTFOUND);
    /* nobody answers: who was to hears of it, and the manager */
    shift_tick(&t, 24 * 60 + 6);
    cr_expect(lyt_refund_find(t.w.book, 1)->is_late);
    cr_expect_eq(shift_told(&t, 1, LYT_NOTICE_PROMISE, NULL), 2);
    act = shift_act(&t, 24 * 60 + 9, 1, "lise", "");
    cr_expect_eq(lyt_watch_kept(&t.watch, &act, p->id, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_gt(lyt_refund_find(t.w.book, 1)->kept_us, 0);
    cr_expect_eq(ask(&t, 24 * 60 + 10, 1, "guest"), LYT_EEXISTS, "it was answered");
    shift_deinit(&t);
}

Test(refund, RE_11_closed_opens_again_and_void_and_drills_have_none)
{
    shift t;
    lyt_act act;
    lyt_settings *none;
    lyt_watch without;
    int64_t promise = 0;
    lyt_error err = {0};

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "", 2);
    casework_write_up(&t.w, 1);
    shift_move(&t, 5, 1, LYT_INCIDENT_REMEDIED);
    shift_move(&t, 6, 1, LYT_INCIDENT_CLOSED);
    cr_expect_eq(ask(&t, 60, 1, "guest"), LYT_OK);
    cr_expect_eq(lyt_book_find(t.w.book, 1)->state, LYT_INCIDENT_REOPENED);
    shift_hear(&t, 61, "noise-from-bar", "301", "bo", 1);
    shift_move(&t, 62, 2, LYT_INCIDENT_VOID);
    cr_expect_eq(ask(&t, 63, 2, "guest"), LYT_ESTATE);
    cr_expect(strstr(t.w.err.text, "reopen it first"), "%s", t.w.err.text);
    none = housework_text("desk: d\npack: hotel\nzone: Europe/Copenhagen\nmanager: m\npeople:\n"
                          "  - {id: m, name: M, role: manager, channels: [bus]}\n"
                          "teams: [{id: t}]\nroutes:\n  - {id: all, to: [m]}\n",
                          LYT_OK, &err);
    without = (lyt_watch){none, t.w.book, NULL};
    act = shift_act(&t, 64, 1, "guest", "sms");
    cr_expect_eq(lyt_refund_ask(&without, &act, &t.w.facts, &promise, &t.w.err), LYT_ESTATE);
    cr_expect(strstr(t.w.err.text, "write 'refunds'"), "%s", t.w.err.text);
    lyt_settings_free(none);
    shift_deinit(&t);
}

Test(refund, RE_11_what_was_merged_was_asked_about)
{
    shift t;
    lyt_act act;

    shift_init(&t, "2026-11-25T09:00:00Z");
    shift_hear(&t, 0, "towels-missing", "214", "anna", 2);
    shift_hear(&t, 1, "room-not-cleaned", "214", "anna", 2);
    cr_expect_eq(ask(&t, 2, 2, "guest"), LYT_OK);
    act = shift_act(&t, 3, 2, "mette", "");
    cr_expect_eq(lyt_act_merge(t.w.book, &act, 1, &t.w.facts, &t.w.err), LYT_OK);
    cr_expect_not_null(lyt_refund_find(t.w.book, 1));
    cr_expect_eq(ask(&t, 4, 1, "guest"), LYT_EEXISTS);
    cr_expect_eq(ask(&t, 4, 2, "guest"), LYT_ESTATE, "it is the other one now");
    shift_deinit(&t);
}

Test(refund, survives_every_failed_allocation)
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
            lyt_act act = {.incident = 1, .by = LYT_STR("guest"), .now_us = 2};
            int64_t promise = 0;

            if (!lyt_book_emit(book, &facts, &fact, &err)) {
                uint64_t before = lyt_book_hash(book);

                if (lyt_refund_ask(&watch, &act, &facts, &promise, &err)) {
                    cr_expect_eq(lyt_book_hash(book), before);
                    cr_expect_eq(facts.n, 1);
                }
            }
        }
        lyt_facts_deinit(&facts);
        lyt_book_free(book);
    }
    lyt_settings_free(s);
}
