#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "housework.h"

LYT_SUITE(trigger);

static const int64_t a_minute_us = 60000000;

/* What was found, in the order it was reported. */
typedef struct finds {
    struct {
        char rule[48], subject[48];
        int64_t at_us;
        int severity;
        bool withdrawn, held_out;
    } item[256];
    size_t n;
} finds;

static void on_found(void *context, const lyt_finding *finding)
{
    finds *f = context;

    cr_assert(f->n < 256);
    snprintf(f->item[f->n].rule, 48, "%s", finding->rule->id);
    snprintf(f->item[f->n].subject, 48, "%.*s", LYT_STR_ARG(finding->subject));
    f->item[f->n].at_us = finding->at_us;
    f->item[f->n].severity = finding->severity;
    f->item[f->n].withdrawn = finding->is_withdrawn;
    f->item[f->n++].held_out = finding->is_held_out;
}

/* What still holds, sorted, as one text: the same for every order of arrival. */
static void standing(const finds *f, char out[4096])
{
    char lines[256][128], swap[128];
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        char line[128];
        size_t at = 0;

        snprintf(line, sizeof line, "%s %s %lld %d\n", f->item[i].rule, f->item[i].subject,
                 (long long)f->item[i].at_us, f->item[i].severity);
        while (at < n && strcmp(lines[at], line) != 0)
            at++;
        if (at == n && !f->item[i].withdrawn)
            memcpy(lines[n++], line, sizeof line);
        else if (at < n && f->item[i].withdrawn)
            memcpy(lines[at], lines[--n], sizeof line);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (strcmp(lines[i], lines[k]) > 0) {
                memcpy(swap, lines[i], sizeof swap);
                memcpy(lines[i], lines[k], sizeof swap);
                memcpy(lines[k], swap, sizeof swap);
            }
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        strncat(out, lines[i], 4095 - strlen(out));
}

typedef struct happening {
    const char *type, *subject, *ref;
    int64_t at_us;
    const char *key, *value, *key2, *value2;
} happening;

static lyt_status take(lyt_triggers *t, const happening *h, int64_t now_us, finds *f)
{
    static char id[64];
    lyt_behaviour event = {.type = lyt_str_of(h->type),
                           .subject = lyt_str_of(h->subject),
                           .ref = lyt_str_of(h->ref),
                           .at_us = h->at_us};
    lyt_error err;

    snprintf(id, sizeof id, "%s/%s/%s/%lld", h->type, h->subject, h->ref ? h->ref : "",
             (long long)h->at_us);
    event.id = lyt_str_of(id);
    if (h->key)
        event.attrs[event.n_attrs++] = (lyt_attr){lyt_str_of(h->key), lyt_str_of(h->value)};
    if (h->key2)
        event.attrs[event.n_attrs++] = (lyt_attr){lyt_str_of(h->key2), lyt_str_of(h->value2)};
    return lyt_triggers_take(t, &event, now_us, on_found, f, &err);
}

static lyt_triggers *of_settings(const lyt_settings *s)
{
    lyt_triggers *t;

    cr_assert_eq(lyt_triggers_new(&t, NULL, s->triggers, s->n_triggers, 10 * a_minute_us), LYT_OK);
    return t;
}

static lyt_triggers *of_rule(const lyt_trigger *rule)
{
    lyt_triggers *t;

    cr_assert_eq(lyt_triggers_new(&t, NULL, rule, 1, 10 * a_minute_us), LYT_OK);
    return t;
}

/*
 * The case of the seed: it is Friday noon, the car is needed for the weekend. Two requests were
 * rejected, two got no answer. At the fourth the agent gets a task to call, with the reason
 * and the advice; once.
 */
Test(trigger, BT_02_the_car_sharing_case_to_the_letter)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = of_settings(s);
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
        cr_assert_eq(take(t, &rows[i], rows[i].at_us, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, fourth - 1, on_found, &f, &err), LYT_OK);
    cr_expect_eq(f.n, 0, "three are not four");
    cr_expect_eq(lyt_triggers_due(t, fourth - 1), fourth);
    cr_assert_eq(lyt_triggers_tick(t, fourth, on_found, &f, &err), LYT_OK);
    cr_assert_eq(f.n, 1);
    cr_expect_str_eq(f.item[0].rule, "no-car-yet");
    cr_expect_str_eq(f.item[0].subject, "anna");
    cr_expect_eq(f.item[0].at_us, fourth);
    cr_expect_eq(f.item[0].severity, 2, "21 hours are left");
    /* never again, also when a fifth is rejected */
    rows[5] = (happening){"request-rejected", "anna", "r5", fourth + 9, NULL, NULL, NULL, NULL};
    cr_assert_eq(take(t, &rows[5], fourth + 9, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, fourth + 999 * a_minute_us, on_found, &f, &err), LYT_OK);
    cr_expect_eq(f.n, 1);
    /* the reason and the advice */
    finding = (lyt_finding){.subject = LYT_STR("anna"), .at_us = fourth};
    for (size_t i = 0; i < s->n_triggers; i++)
        if (strcmp(s->triggers[i].id, "no-car-yet") == 0)
            finding.rule = &s->triggers[i];
    cr_expect_str_eq(finding.rule->task, "phone");
    cr_expect(strstr(finding.rule->tips_en, "say yes more often"));
    lyt_buf_init(&text, NULL);
    lyt_trigger_fill(&text, finding.rule->script_da, t, &finding);
    cr_expect(strstr(text.data, "Ring til anna"), "%s", text.data);
    cr_expect(strstr(text.data, "31 %"), "%s", text.data);
    cr_expect(strstr(text.data, "9 h"), "%s", text.data);
    lyt_buf_deinit(&text);
    lyt_triggers_free(t);
    lyt_settings_free(s);
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
        lyt_triggers *t = of_settings(s);
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
                cr_assert_eq(take(t, &h, now, &f), LYT_OK);
            }
            h.type = types[k];
            h.at_us = now - 3 + k;
            cr_assert_eq(take(t, &h, now, &f), LYT_OK);
        }
        cr_expect_eq(f.n, rows[i].found, "row at line %d: %zu", rows[i].line, f.n);
        cr_expect(!f.n || f.item[0].severity == rows[i].severity, "row at line %d: %d",
                  rows[i].line, f.item[0].severity);
        /* too early is found when its time has come */
        if (rows[i].need_h == 60) {
            lyt_error err;

            cr_assert_eq(lyt_triggers_tick(t, now + 12 * 60 * a_minute_us, on_found, &f, &err),
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
    lyt_triggers *t = of_settings(s);
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

        cr_assert_eq(take(t, &h, now + i, &f), LYT_OK);
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
        lyt_triggers *t = of_rule(&rule);
        happening h = {.type = "question", .subject = "anna", .ref = "q1", .at_us = start};
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(take(t, &h, start, &f), LYT_OK);
        h = (happening){.type = "answer",
                        .subject = "anna",
                        .ref = rows[i].ref,
                        .at_us = start + rows[i].answer_ms * 1000};
        if (rows[i].answer_ms)
            cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
        cr_assert_eq(lyt_triggers_tick(t, due - 1, on_found, &f, &err), LYT_OK);
        cr_expect(f.n == 0 || h.at_us >= due, "row at line %d", rows[i].line);
        cr_assert_eq(lyt_triggers_tick(t, due + 2, on_found, &f, &err), LYT_OK);
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
        lyt_triggers *t = of_rule(&rule);
        happening h = {.type = "wanted",
                       .subject = "anna",
                       .at_us = need - rows[i].wanted_h * hour,
                       .key = "needed_at",
                       .value = "2026-11-28T12:00:00Z"};
        char got[8] = "";
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
        for (int64_t left = rows[i].wanted_h; left >= 0; left--) {
            h = (happening){.type = "booked", .subject = "anna", .at_us = need - left * hour};
            if (left == rows[i].booked_h && left)
                cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
            cr_assert_eq(lyt_triggers_tick(t, need - left * hour, on_found, &f, &err), LYT_OK);
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
    lyt_triggers *t = of_settings(s);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    happening h = {.type = "booking-failed", .subject = "bo"};
    finds f = {.n = 0};

    for (int i = 0; i < 4; i++) {
        h.at_us = now + i;
        cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
    }
    cr_assert_eq(f.n, 1);
    cr_expect_not(f.item[0].withdrawn);
    h = (happening){.type = "booking-made", .subject = "bo", .at_us = now + 9};
    cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
    cr_assert_eq(f.n, 2);
    cr_expect(f.item[1].withdrawn);
    cr_expect_eq(f.item[1].at_us, f.item[0].at_us);
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, BT_09_a_promised_time_that_passed_opens_by_itself)
{
    lyt_settings *s = housework_example("hotel");
    lyt_triggers *t = of_settings(s);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    happening h = {"order-placed",         "anna",  "o1", now, "promised_at",
                   "2026-11-27T11:20:00Z", "place", "214"};
    lyt_error err;
    finds f = {.n = 0};

    cr_assert_eq(take(t, &h, now, &f), LYT_OK);
    h.ref = "o2";
    h.at_us++;
    cr_assert_eq(take(t, &h, now + 1, &f), LYT_OK);
    h = (happening){.type = "order-delivered", .subject = "anna", .ref = "o2", .at_us = now + 99};
    cr_assert_eq(take(t, &h, now + 99, &f), LYT_OK);
    cr_assert_eq(lyt_triggers_tick(t, now + 20 * a_minute_us - 1, on_found, &f, &err), LYT_OK);
    cr_expect_eq(f.n, 0);
    cr_assert_eq(lyt_triggers_tick(t, now + 20 * a_minute_us, on_found, &f, &err), LYT_OK);
    cr_assert_eq(f.n, 1);
    cr_expect_str_eq(f.item[0].rule, "late-delivery");
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, BT_10_frequency_spike_flatline_new_value_cardinality_change)
{
    enum { minute = 60 };
    static const lyt_trigger rules[] = {
        {.id = "often",
         .kind = LYT_TRIGGER_FREQUENCY,
         .on = "e",
         .n = 3,
         .within_us = 10 * 60000000LL,
         .again_us = 10 * 60000000LL,
         .scenario = "x"},
        {.id = "spike",
         .kind = LYT_TRIGGER_SPIKE,
         .on = "e",
         .n = 4,
         .times = 3,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "flat",
         .kind = LYT_TRIGGER_FLATLINE,
         .on = "e",
         .n = 1,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "new", .kind = LYT_TRIGGER_NEW_TERM, .on = "e", .attr = "v", .scenario = "x"},
        {.id = "many",
         .kind = LYT_TRIGGER_CARDINALITY,
         .on = "e",
         .attr = "v",
         .n = 2,
         .within_us = 10 * 60000000LL,
         .again_us = 60 * 60000000LL,
         .scenario = "x"},
        {.id = "change", .kind = LYT_TRIGGER_CHANGE, .on = "e", .attr = "v", .scenario = "x"},
    };
    static const struct {
        int line;
        int rule;
        int at_min[8];
        const char *value[8];
        int until_min;
        const char *found; /* minutes */
    } rows[] = {
        {__LINE__, 0, {0, 5, 9}, {0}, 9, "9 "},
        {__LINE__, 0, {0, 5, 10}, {0}, 30, ""},
        {__LINE__, 0, {0, 1, 2, 3, 4, 13, 14, 15}, {0}, 20, "2 15 "},
        {__LINE__, 1, {0, 12, 31, 32, 33, 34}, {0}, 40, "34 "},
        {__LINE__, 1, {0, 22, 23, 31, 32, 33, 34}, {0}, 40, ""},
        {__LINE__, 1, {31, 32, 33, 34, 35}, {0}, 40, ""},
        {__LINE__, 2, {0, 5, 9}, {0}, 18, ""},
        {__LINE__, 2, {0, 5, 9}, {0}, 19, "19 "},
        {__LINE__, 3, {0, 1, 2, 3}, {"a", "a", "b", "a"}, 9, "2 "},
        {__LINE__, 4, {0, 1, 2, 3}, {"a", "b", "a", "c"}, 9, "3 "},
        {__LINE__, 4, {0, 1, 11, 12}, {"a", "b", "a", "c"}, 20, ""},
        {__LINE__, 5, {0, 1, 2, 3}, {"a", "a", "b", "b"}, 9, "2 "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t start = housework_at("2026-11-27T11:00:00Z");
        lyt_trigger rule = rules[rows[i].rule];
        lyt_triggers *t;
        char got[64] = "";
        lyt_error err;
        finds f = {.n = 0};

        if (!rule.again_us)
            rule.again_us = 1;
        t = of_rule(&rule);
        for (int k = 0; k < 8 && (k == 0 || rows[i].at_min[k]); k++) {
            happening h = {.type = "e",
                           .subject = "s",
                           .at_us = start + rows[i].at_min[k] * minute * 1000000LL,
                           .key = rows[i].value[k] ? "v" : NULL,
                           .value = rows[i].value[k]};

            cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
        }
        cr_assert_eq(
            lyt_triggers_tick(t, start + rows[i].until_min * a_minute_us, on_found, &f, &err),
            LYT_OK);
        for (size_t k = 0; k < f.n; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d ",
                     f.item[k].withdrawn ? "-" : "",
                     (int)((f.item[k].at_us - start) / a_minute_us));
        cr_expect_str_eq(got, rows[i].found, "row at line %d: %s", rows[i].line, got);
        lyt_triggers_free(t);
    }
}

/* A day of events, shuffled within ten minutes, many ways. */
Test(trigger, BT_11_every_order_of_arrival_finds_the_same)
{
    enum { n_events = 60, orders = 200 };
    static const char *const types[] = {"booking-failed",  "request-rejected", "car-requested",
                                        "booking-failed",  "request-rejected", "payment-failed",
                                        "booking-failed",  "car-requested",    "booking-made",
                                        "request-accepted"};
    lyt_settings *s = housework_example("support");
    int64_t start = housework_at("2026-11-27T08:00:00Z");
    happening events[n_events];
    char first[4096] = "", got[4096];
    lyt_trigger rules[8];
    unsigned seed = 7;

    cr_assert(s->n_triggers <= 8);
    for (size_t i = 0; i < s->n_triggers; i++) {
        rules[i] = s->triggers[i];
        rules[i].again_us = 30 * a_minute_us; /* so that there is more than one of each */
    }

    for (int i = 0; i < n_events; i++) {
        static const char *const refs[] = {"r1", "r2", "r3", "r4", "r5"};
        static const char *const subjects[] = {"anna", "bo"};

        seed = seed * 1103515245 + 12345;
        events[i] = (happening){types[(seed >> 16) % (i < 40 ? 10 : 8)],
                                subjects[seed >> 20 & 1],
                                refs[(seed >> 21) % 5],
                                start + i * 2 * a_minute_us,
                                "needed_at",
                                "2026-11-28T08:00:00Z",
                                NULL,
                                NULL};
    }
    for (int order = 0; order < orders; order++) {
        int64_t arrives[n_events];
        size_t at[n_events];
        lyt_triggers *t;
        lyt_error err;
        finds f = {.n = 0};

        cr_assert_eq(lyt_triggers_new(&t, NULL, rules, s->n_triggers, 10 * a_minute_us), LYT_OK);
        for (size_t i = 0; i < n_events; i++) {
            size_t k = i;

            seed = seed * 1103515245 + 12345;
            arrives[i] = events[i].at_us + (order ? (int64_t)(seed >> 16) % 600 * 1000000 : 0);
            while (k > 0 && arrives[at[k - 1]] > arrives[i]) {
                at[k] = at[k - 1];
                k--;
            }
            at[k] = i;
        }
        for (size_t i = 0; i < n_events; i++)
            cr_assert_eq(take(t, &events[at[i]], arrives[at[i]], &f), LYT_OK);
        cr_assert_eq(lyt_triggers_tick(t, start + 24 * 60 * a_minute_us, on_found, &f, &err),
                     LYT_OK);
        standing(&f, order ? got : first);
        if (order)
            cr_assert_str_eq(got, first, "order %d finds:\n%snot:\n%s", order, got, first);
        lyt_triggers_free(t);
    }
    cr_expect(strlen(first) > 0, "the day has findings to compare");
    lyt_settings_free(s);
}

Test(trigger, BT_13_a_share_is_left_alone_to_compare_with)
{
    lyt_trigger rule = {.id = "often",
                        .kind = LYT_TRIGGER_FREQUENCY,
                        .on = "e",
                        .n = 1,
                        .within_us = 60000000,
                        .again_us = INT64_MAX,
                        .scenario = "x",
                        .hold_out = 20};
    lyt_triggers *t = of_rule(&rule);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    size_t held = 0;

    for (int i = 0; i < 1000; i++) {
        char subject[32];
        finds f = {.n = 0};
        happening h = {.type = "e", .subject = subject, .at_us = now};

        snprintf(subject, sizeof subject, "guest-%d", i);
        cr_assert_eq(take(t, &h, now, &f), LYT_OK);
        cr_assert_eq(f.n, 1);
        held += f.item[0].held_out;
    }
    cr_expect(held > 150 && held < 250, "%zu of 1000", held);
    lyt_triggers_free(t);
}

Test(trigger, BT_01_bad_events_are_refused_and_twice_is_once)
{
    lyt_trigger rule = {.id = "often",
                        .kind = LYT_TRIGGER_FREQUENCY,
                        .on = "e",
                        .n = 2,
                        .within_us = 60000000,
                        .again_us = 0,
                        .scenario = "x"};
    lyt_triggers *t = of_rule(&rule);
    int64_t now = housework_at("2026-11-27T11:00:00Z");
    char longest[300];
    happening h = {.type = "e", .subject = "anna", .at_us = now};
    finds f = {.n = 0};

    memset(longest, 'x', sizeof longest);
    longest[299] = '\0';
    cr_expect_eq(take(t, &h, now, &f), LYT_OK);
    cr_expect_eq(take(t, &h, now, &f), LYT_EEXISTS);
    cr_expect_eq(f.n, 0);
    h.subject = "";
    cr_expect_eq(take(t, &h, now, &f), LYT_EINVAL);
    h.subject = longest;
    cr_expect_eq(take(t, &h, now, &f), LYT_ELIMIT);
    h.subject = "anna";
    h.at_us = now - 400 * 24 * 60 * a_minute_us;
    cr_expect_eq(take(t, &h, now, &f), LYT_ELIMIT);
    cr_expect_eq(lyt_triggers_events(t), 1);
    lyt_triggers_free(t);
}

Test(trigger, old_events_are_forgotten_and_once_stays_once)
{
    lyt_settings *s = housework_example("support");
    lyt_triggers *t = of_settings(s);
    int64_t now = housework_at("2026-01-01T00:00:00Z"), day = 24 * 60 * a_minute_us;
    finds f = {.n = 0};

    for (int i = 0; i < 400; i++) {
        happening h = {.type = "booking-failed", .subject = "bo", .at_us = now + i * day};

        cr_assert_eq(take(t, &h, h.at_us, &f), LYT_OK);
    }
    cr_expect_eq(f.n, 1, "once for ever: %zu", f.n);
    cr_expect(lyt_triggers_events(t) < 200, "%zu are kept", lyt_triggers_events(t));
    lyt_triggers_free(t);
    lyt_settings_free(s);
}

Test(trigger, survives_every_failed_allocation)
{
    static const lyt_trigger rule = {.id = "often",
                                     .kind = LYT_TRIGGER_FREQUENCY,
                                     .on = "e",
                                     .n = 2,
                                     .within_us = 60000000,
                                     .again_us = 0,
                                     .scenario = "x"};
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_triggers *t = NULL;
        finds f = {.n = 0};

        if (lyt_triggers_new(&t, &failing.alloc, &rule, 1, a_minute_us))
            continue;
        for (int i = 0; i < 6; i++) {
            happening h = {.type = "e", .subject = i % 2 ? "a" : "b", .at_us = i};
            lyt_status status = take(t, &h, i, &f);

            cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        }
        lyt_triggers_free(t);
    }
}
