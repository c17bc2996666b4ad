#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "eventwork.h"

LYT_SUITE(trigger);

/*
 * The case of the seed: it is Friday noon, the car is needed for the weekend. Two requests were
 * rejected, two got no answer. At the fourth the agent gets a task to call, with the reason
 * and the advice; once.
 */
Test(trigger, BT_02_the_car_sharing_case_to_the_letter)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = eventwork_settings(s);
    int64_t noon = housework_at("2026-11-27T11:00:00Z");
    const char *needed = "2026-11-28T08:00:00Z";
    happening rows[] = {
        {"car-requested", "anna", "r1", noon - 300 * a_minute_us, "needed_at", needed,
         "response_rate", "31 %"},
        {"car-requested", "anna", "r2", noon - 299 * a_minute_us, "needed_at", needed,
         "response_time", "9 h"},
        {"request-rejected", "anna", "r1", noon - 280 * a_minute_us, NULL, NULL, NULL, NULL},
        {"car-requested", "anna", "r3", noon - 250 * a_minute_us, "needed_at", needed, NULL, NULL},
        {"car-requested", "anna", "r4", noon - 240 * a_minute_us, "needed_at", needed, NULL, NULL},
        {"request-rejected", "anna", "r2", noon - 230 * a_minute_us, NULL, NULL, NULL, NULL},
    };
    int64_t fourth = noon; /* r4 was silent for four hours now */
    lyt_finding finding;
    lyt_error err;
    finds f = {.n = 0};
    lyt_buf text;

    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(eventwork_take(t, &rows[i], rows[i].at_us, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, fourth - 1, eventwork_found, &f, &err), LYT_OK);
    cr_expect_eq(f.n, 0, "three are not four");
    cr_expect_eq(lyt_triggers_due(t, fourth - 1), fourth);
    cr_assert_eq(lyt_triggers_tick(t, fourth, eventwork_found, &f, &err), LYT_OK);
    cr_assert_eq(f.n, 1);
    cr_expect_str_eq(f.item[0].rule, "no-car-yet");
    cr_expect_str_eq(f.item[0].subject, "anna");
    cr_expect_eq(f.item[0].at_us, fourth);
    cr_expect_eq(f.item[0].severity, 2, "21 hours are left");
    /* never again, also when a fifth is rejected */
    rows[5] = (happening){"request-rejected", "anna", "r5", fourth + 9, NULL, NULL, NULL, NULL};
    cr_assert_eq(eventwork_take(t, &rows[5], fourth + 9, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, fourth + 999 * a_minute_us, eventwork_found, &f, &err),
                 LYT_OK);
    cr_expect_eq(f.n, 1);
    /* the reason and the advice */
    finding = (lyt_finding){.subject = LYT_STR("anna"), .at_us = fourth};
    for (size_t i = 0; i < s->n_triggers; i++)
        if (strcmp(s->triggers[i].id, "no-car-yet") == 0)
            finding.rule = &s->triggers[i];
    cr_expect_str_eq(finding.rule->task, "phone");
    cr_expect(strstr(finding.rule->tips_en, "say yes more often"));
    lyt_buf_init(&text, NULL);
    lyt_trigger_fill(&text, finding.rule->script_da, t, &finding, NULL);
    cr_expect(strstr(text.data, "Ring til anna"), "%s", text.data);
    cr_expect(strstr(text.data, "31 %"), "%s", text.data);
    cr_expect(strstr(text.data, "9 h"), "%s", text.data);
    lyt_buf_deinit(&text);
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, BT_06_times_are_those_of_the_house)
{
    static const struct {
        int line;
        const char *value, *said;
    } rows[] = {
        {__LINE__, "2026-11-28T08:00:00Z", "2026-11-28 09:00"},
        {__LINE__, "2026-07-01T23:30:00Z", "2026-07-02 01:30"},
        {__LINE__, "2026-11-28T08:00:00+05:00", "2026-11-28 04:00"},
        {__LINE__, "2026-11-28", "2026-11-28"},
        {__LINE__, "31 %", "31 %"},
        {__LINE__, "", ""},
    };
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_trigger_value(&out, lyt_str_of(rows[i].value), zone);
        cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(rows[i].said)), "line %d",
                  rows[i].line);
        lyt_buf_reset(&out);
        lyt_trigger_value(&out, lyt_str_of(rows[i].value), NULL);
        cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(rows[i].value)), "line %d",
                  rows[i].line);
        lyt_buf_deinit(&out);
    }
    lyt_zone_free(zone);
}

/* Failures of long ago do not add up with those of today. */
Test(trigger, BT_02_only_what_is_within_the_time_counts)
{
    static const struct {
        int line;
        int64_t minute; /* of the second of two */
        size_t found;
    } rows[] = {{__LINE__, 1, 1}, {__LINE__, 9, 1}, {__LINE__, 10, 0}, {__LINE__, 11, 0}};
    lyt_trigger rule = {.id = "twice",
                        .kind = LYT_TRIGGER_COUNT,
                        .each = {{"failed", 2}},
                        .n_each = 1,
                        .within_us = 10 * a_minute_us,
                        .again_us = 1,
                        .scenario = "x"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t now = housework_at("2026-11-27T11:00:00Z");
        lyt_triggers *t = eventwork_rule(&rule);
        happening h = {.type = "failed", .subject = "anna", .at_us = now};
        finds f = {.n = 0};

        cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
        h.at_us = now + rows[i].minute * a_minute_us;
        cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
        cr_expect_eq(f.n, rows[i].found, "line %d", rows[i].line);
        lyt_triggers_free(t);
    }
}

Test(trigger, BT_02_not_with_a_yes_and_not_long_before)
{
    static const struct {
        int line;
        bool accepted;
        int64_t need_h;
        size_t found;
        int severity;
    } rows[] = {
        {__LINE__, false, 40, 1, 1}, {__LINE__, false, 48, 1, 1}, {__LINE__, false, 5, 1, 3},
        {__LINE__, true, 40, 0, 0},  {__LINE__, false, 60, 0, 0}, {__LINE__, false, -1, 0, 0},
    };
    lyt_settings *s = housework_example("support");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t now = housework_at("2026-11-27T11:00:00Z");
        lyt_triggers *t = eventwork_settings(s);
        finds f = {.n = 0};
        lyt_buf need;
        happening h = {.subject = "anna", .key = "needed_at"};

        lyt_buf_init(&need, NULL);
        lyt_clock_format(&need, now + rows[i].need_h * 60 * a_minute_us);
        h.value = need.data;
        for (int k = 0; k < 4; k++) {
            static const char *const types[] = {"request-rejected", "request-unanswered",
                                                "request-rejected", "request-unanswered"};

            if (k == 3 && rows[i].accepted) {
                h.type = "request-accepted";
                h.at_us = now - 1;
                cr_assert_eq(eventwork_take(t, &h, now, &f), LYT_OK);
            }
            h.type = types[k];
            h.at_us = now - 3 + k;
            cr_assert_eq(eventwork_take(t, &h, now, &f), LYT_OK);
        }
        cr_expect_eq(f.n, rows[i].found, "row at line %d: %zu", rows[i].line, f.n);
        cr_expect(!f.n || f.item[0].severity == rows[i].severity, "row at line %d: %d",
                  rows[i].line, f.item[0].severity);
        /* too early is found when its time has come */
        if (rows[i].need_h == 60) {
            lyt_error err;

            cr_assert_eq(
                lyt_triggers_tick(t, now + 12 * 60 * a_minute_us, eventwork_found, &f, &err),
                LYT_OK);
            cr_expect_eq(f.n, 1);
            cr_expect_eq(f.item[0].at_us, now + 12 * 60 * a_minute_us);
        }
        lyt_buf_deinit(&need);
        lyt_triggers_free(t);
    }
    lyt_settings_free(s);
}

/* The case of the seed: four tries without a flat, and 20 euro come by themselves, once. */
Test(trigger, BT_07_the_flat_sharing_case_to_the_letter)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = eventwork_settings(s);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    lyt_grouping grouping = s->grouping;
    lyt_giver lyt_itself = {LYT_ROLE_AUTOMATIC, true};
    lyt_act act = {.incident = 1, .by = LYT_STR("lyt"), .now_us = now};
    lyt_hearing heard = {.property = LYT_STR("flats"),
                         .scenario = LYT_STR("no-reply"),
                         .guest = LYT_STR("bo"),
                         .owner = LYT_STR("customer-care"),
                         .now_us = now};
    lyt_gift gift = {LYT_STR("top-up-20-eur"), 2000, LYT_EUR};
    int64_t incident, offer, sums[LYT_CURRENCY_COUNT];
    finds f = {.n = 0};
    bool is_given;
    lyt_book *book;
    lyt_facts facts;
    lyt_error err;

    for (int i = 0; i < 7; i++) {
        happening h = {.type = "booking-failed", .subject = "bo", .at_us = now + i};

        cr_assert_eq(eventwork_take(t, &h, now + i, &f), LYT_OK);
        cr_expect_eq(f.n, i < 3 ? 0 : 1, "try %d", i + 1);
    }
    cr_expect_str_eq(f.item[0].rule, "no-flat-yet");
    cr_assert_eq(lyt_book_new(&book, NULL), LYT_OK);
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    cr_assert_eq(lyt_book_hear(book, &heard, &grouping, &facts, &incident, &err), LYT_OK);
    cr_assert_eq(lyt_authority_offer(book, &s->authority, s->zone, &act, &lyt_itself, &gift, &facts,
                                     &offer, &is_given, &err),
                 LYT_OK, "%s", err.text);
    cr_expect(is_given, "149.20 kroner are within 150");
    cr_expect_eq(lyt_authority_offer(book, &s->authority, s->zone, &act, &lyt_itself, &gift, &facts,
                                     &offer, &is_given, &err),
                 LYT_ESTATE);
    lyt_ledger_sum(book, &(lyt_ledger_filter){0}, sums);
    cr_expect_eq(sums[LYT_EUR], 2000);
    lyt_facts_deinit(&facts);
    lyt_book_free(book);
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, BT_03_silence_for_so_long_and_not_a_millisecond_less)
{
    static const char *const none[] = {"answer"};
    static const lyt_trigger rule = {.id = "silent",
                                     .kind = LYT_TRIGGER_ABSENCE,
                                     .on = "question",
                                     .none = {none, 1},
                                     .by_ref = true,
                                     .within_us = 600 * 1000000LL,
                                     .again_us = 0,
                                     .scenario = "no-reply",
                                     .severity = 1};
    static const struct {
        int line;
        int64_t answer_ms; /* after the question; 0: none */
        const char *ref;
        bool found;
    } rows[] = {
        {__LINE__, 0, "q1", true},      {__LINE__, 599999, "q1", false},
        {__LINE__, 600000, "q1", true}, {__LINE__, 600001, "q1", true},
        {__LINE__, 100000, "q2", true}, {__LINE__, 1, "q1", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t start = housework_at("2026-11-27T11:00:00Z"), due = start + rule.within_us;
        lyt_triggers *t = eventwork_rule(&rule);
        happening h = {.type = "question", .subject = "anna", .ref = "q1", .at_us = start};
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(eventwork_take(t, &h, start, &f), LYT_OK);
        h = (happening){.type = "answer",
                        .subject = "anna",
                        .ref = rows[i].ref,
                        .at_us = start + rows[i].answer_ms * 1000};
        if (rows[i].answer_ms)
            cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
        cr_assert_eq(lyt_triggers_tick(t, due - 1, eventwork_found, &f, &err), LYT_OK);
        cr_expect(f.n == 0 || h.at_us >= due, "row at line %d", rows[i].line);
        cr_assert_eq(lyt_triggers_tick(t, due + 2, eventwork_found, &f, &err), LYT_OK);
        cr_expect_eq(f.n, rows[i].found, "row at line %d", rows[i].line);
        cr_expect(!f.n || f.item[0].at_us == due, "row at line %d", rows[i].line);
        lyt_triggers_free(t);
    }
}

Test(trigger, BT_04_severity_rises_as_the_time_comes_near)
{
    static const char *const none[] = {"booked"};
    static const lyt_trigger rule = {
        .id = "near",
        .kind = LYT_TRIGGER_DEADLINE,
        .on = "wanted",
        .none = {none, 1},
        .need = "needed_at",
        .steps = {{72 * 3600000000LL, 1}, {24 * 3600000000LL, 2}, {6 * 3600000000LL, 3}},
        .n_steps = 3,
        .scenario = "x"};
    int64_t need = housework_at("2026-11-28T12:00:00Z"), hour = 3600000000LL;
    static const struct {
        int line;
        int64_t wanted_h, booked_h; /* before it is needed; booked 0: never */
        const char *severities;
    } rows[] = {
        {__LINE__, 100, 0, "123"}, {__LINE__, 100, 30, "1"}, {__LINE__, 30, 0, "123"},
        {__LINE__, 10, 0, "23"},   {__LINE__, 2, 0, "3"},    {__LINE__, 100, 80, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_triggers *t = eventwork_rule(&rule);
        happening h = {.type = "wanted",
                       .subject = "anna",
                       .at_us = need - rows[i].wanted_h * hour,
                       .key = "needed_at",
                       .value = "2026-11-28T12:00:00Z"};
        char got[8] = "";
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
        for (int64_t left = rows[i].wanted_h; left >= 0; left--) {
            h = (happening){.type = "booked", .subject = "anna", .at_us = need - left * hour};
            if (left == rows[i].booked_h && left)
                cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
            cr_assert_eq(lyt_triggers_tick(t, need - left * hour, eventwork_found, &f, &err),
                         LYT_OK);
        }
        for (size_t k = 0; k < f.n && k < 7; k++)
            got[k] = (char)('0' + f.item[k].severity);
        cr_expect_str_eq(got, rows[i].severities, "row at line %d: %s", rows[i].line, got);
        lyt_triggers_free(t);
    }
}

Test(trigger, BT_08_a_success_withdraws_it)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = eventwork_settings(s);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    happening h = {.type = "booking-failed", .subject = "bo"};
    finds f = {.n = 0};

    for (int i = 0; i < 4; i++) {
        h.at_us = now + i;
        cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
    }
    cr_assert_eq(f.n, 1);
    cr_expect_not(f.item[0].withdrawn);
    h = (happening){.type = "booking-made", .subject = "bo", .at_us = now + 9};
    cr_assert_eq(eventwork_take(t, &h, h.at_us, &f), LYT_OK);
    cr_assert_eq(f.n, 2);
    cr_expect(f.item[1].withdrawn);
    cr_expect_eq(f.item[1].at_us, f.item[0].at_us);
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, BT_09_a_promised_time_that_passed_opens_by_itself)
{
    lyt_settings *s = housework_example("hotel");
    lyt_triggers *t = eventwork_settings(s);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    happening h = {"order-placed",         "anna",  "o1", now, "promised_at",
                   "2026-11-27T11:20:00Z", "place", "214"};
    lyt_error err;
    finds f = {.n = 0};

    cr_assert_eq(eventwork_take(t, &h, now, &f), LYT_OK);
    h.ref = "o2";
    h.at_us++;
    cr_assert_eq(eventwork_take(t, &h, now + 1, &f), LYT_OK);
    h = (happening){.type = "order-delivered", .subject = "anna", .ref = "o2", .at_us = now + 99};
    cr_assert_eq(eventwork_take(t, &h, now + 99, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, now + 20 * a_minute_us - 1, eventwork_found, &f, &err),
                 LYT_OK);
    cr_expect_eq(f.n, 0);
    cr_assert_eq(lyt_triggers_tick(t, now + 20 * a_minute_us, eventwork_found, &f, &err), LYT_OK);
    cr_assert_eq(f.n, 1);
    cr_expect_str_eq(f.item[0].rule, "late-delivery");
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

/* A day of events, shuffled within ten minutes, many ways. */

/* A restart: events and findings come back without being told, and go on from there. */
Test(trigger, BT_11_restored_it_is_as_it_was)
{
    lyt_settings *s = housework_example("support");
    int64_t now = housework_at("2026-11-27T11:00:00Z");

    for (int told = 0; told < 2; told++) {
        lyt_triggers *t = eventwork_settings(s);
        finds f = {.n = 0};
        lyt_error err;

        for (int i = 0; i < 4; i++) {
            char id[2] = {(char)('0' + i), 0};
            lyt_behaviour event = {.id = lyt_str_of(id),
                                   .type = LYT_STR("booking-failed"),
                                   .subject = LYT_STR("bo"),
                                   .at_us = now + i};

            cr_assert_eq(lyt_triggers_restore(t, &event), LYT_OK);
            cr_expect_eq(lyt_triggers_restore(t, &event), LYT_EEXISTS);
        }
        if (told) {
            lyt_told_finding before = {.rule = LYT_STR("no-flat-yet"),
                                       .subject = LYT_STR("bo"),
                                       .at_us = now + 3,
                                       .told_us = now + 4,
                                       .severity = 1};

            cr_assert_eq(lyt_triggers_restore_found(t, &before), LYT_OK);
            before.rule = LYT_STR("a-rule-of-old");
            cr_assert_eq(lyt_triggers_restore_found(t, &before), LYT_OK);
        }
        cr_expect_eq(lyt_triggers_due(t, now + 9), now + 9, "looked at as soon as may be");
        cr_assert_eq(lyt_triggers_tick(t, now + 9, eventwork_found, &f, &err), LYT_OK);
        cr_expect_eq(f.n, told ? 0 : 1, "what was told is not told again; what was not is");
        lyt_triggers_free(t);
    }
    lyt_settings_free(s);
}

static lyt_status take(lyt_triggers *t, int i, int64_t now_us, finds *f)
{
    char id[2] = {(char)('0' + i), 0};
    lyt_behaviour event = {.id = lyt_str_of(id),
                           .type = LYT_STR("booking-failed"),
                           .subject = LYT_STR("bo"),
                           .at_us = now_us + i};
    lyt_error err;

    return lyt_triggers_take(t, &event, now_us + i, eventwork_found, f, &err);
}

/* What was taken in vain goes, whatever failed, and is found when it comes again. */
Test(trigger, taken_back_it_is_as_before)
{
    lyt_settings *s = housework_example("support");
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_triggers *t = NULL;
        finds f = {.n = 0};
        bool failed;

        if (lyt_triggers_new(&t, &failing.alloc, s->triggers, s->n_triggers, 0))
            continue;
        failed = take(t, 0, now, &f) || take(t, 1, now, &f) || take(t, 2, now, &f);
        lyt_triggers_mark(t);
        if (!failed && !take(t, 3, now, &f)) {
            cr_expect_eq(f.n, 1);
            lyt_triggers_rollback(t);
            cr_expect_eq(lyt_triggers_events(t), 3);
            if (!take(t, 3, now, &f))
                cr_expect_eq(f.n, 2, "once more, for what was found in vain");
        } else if (!failed) {
            lyt_triggers_rollback(t);
            cr_expect_eq(lyt_triggers_events(t), 3);
        }
        lyt_triggers_free(t);
    }
    lyt_settings_free(s);
}
