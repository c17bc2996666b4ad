#include <stdio.h>
#include <string.h>

#include "care.h"
#include "housework.h"

LYT_SUITE(care);

typedef struct house {
    lyt_settings *s;
    lyt_care *care;
    lyt_facts facts;
    lyt_care_reply reply;
    lyt_error err;
    int64_t now_us;
} house;

static void house_init(house *h, const char *pack, const char *utc)
{
    memset(h, 0, sizeof *h);
    h->s = housework_example(pack);
    cr_assert_eq(lyt_care_new(&h->care, NULL, h->s), LYT_OK);
    cr_assert_eq(lyt_facts_init(&h->facts, NULL), LYT_OK);
    h->now_us = housework_at(utc);
}

/* A restart from the facts alone is the same house. */
static void house_deinit(house *h)
{
    lyt_care *again;

    cr_assert_eq(lyt_care_new(&again, NULL, h->s), LYT_OK);
    for (size_t i = 0; i < h->facts.n; i++)
        cr_assert_eq(lyt_care_restore(again, &h->facts.items[i], &h->err), LYT_OK, "%s",
                     h->err.text);
    cr_expect_eq(lyt_book_hash(lyt_care_book(again)), lyt_book_hash(lyt_care_book(h->care)));
    lyt_care_free(again);
    lyt_care_free(h->care);
    lyt_facts_deinit(&h->facts);
    lyt_settings_free(h->s);
}

static int64_t hear(house *h, const char *scenario, const char *team, const char *place,
                    const char *guest, int severity)
{
    lyt_care_heard heard = {.property = LYT_STR("havnen"),
                            .scenario = lyt_str_of(scenario),
                            .team = lyt_str_of(team),
                            .place = lyt_str_of(place),
                            .guest = lyt_str_of(guest),
                            .language = LYT_STR("da"),
                            .severity = severity,
                            .message = (int64_t)h->facts.n + 1,
                            .now_us = h->now_us};
    int64_t incident = 0;

    cr_assert_eq(lyt_care_hear(h->care, &heard, &h->facts, &incident, &h->err), LYT_OK, "%s",
                 h->err.text);
    return incident;
}

static lyt_status act(house *h, lyt_care_verb verb, int64_t incident, const char *by,
                      lyt_care_order order)
{
    order.verb = verb;
    order.act.incident = incident;
    order.act.by = lyt_str_of(by);
    order.act.now_us = h->now_us;
    return lyt_care_do(h->care, &order, &h->facts, &h->reply, &h->err);
}

static void event(house *h, const char *id, const char *type, const char *subject)
{
    lyt_behaviour what = {.id = lyt_str_of(id),
                          .type = lyt_str_of(type),
                          .subject = lyt_str_of(subject),
                          .at_us = h->now_us};

    cr_assert_eq(lyt_care_event(h->care, &what, h->now_us, &h->facts, &h->err), LYT_OK, "%s",
                 h->err.text);
}

static size_t told(const house *h, lyt_notice notice, const char *who)
{
    size_t n = 0;

    for (size_t i = 0; i < h->facts.n; i++)
        n += h->facts.items[i].kind == LYT_FACT_TOLD &&
             h->facts.items[i].which == (int64_t)notice &&
             (!who || lyt_str_equal(h->facts.items[i].who, lyt_str_of(who)));
    return n;
}

Test(care, a_life_from_the_alarm_to_the_guests_yes)
{
    house h;
    int64_t id;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    id = hear(&h, "no-hot-water", "maintenance", "214", "anna", 2);
    cr_expect_eq(told(&h, LYT_NOTICE_ALARM, "bent"), 1);
    h.now_us += 60000000;
    cr_expect_eq(act(&h, LYT_CARE_ACK, id, "bent", (lyt_care_order){0}), LYT_OK);
    cr_expect_eq(act(&h, LYT_CARE_CONTACTED, id, "bent", (lyt_care_order){0}), LYT_OK);
    cr_expect_eq(act(&h, LYT_CARE_OFFER, id, "mette",
                     (lyt_care_order){.whom = LYT_STR("fruit-plate"),
                                      .act.text = LYT_STR("for the cold shower")}),
                 LYT_OK, "%s", h.err.text);
    cr_expect(h.reply.is_given);
    cr_expect_eq(act(&h, LYT_CARE_OFFER, id, "mette", (lyt_care_order){.whom = LYT_STR("gold")}),
                 LYT_ENOTFOUND);
    cr_expect_eq(act(&h, LYT_CARE_CAUSE, id, "bent",
                     (lyt_care_order){.act.text = LYT_STR("the boiler stopped")}),
                 LYT_OK);
    cr_expect_eq(act(&h, LYT_CARE_ACTION, id, "bent",
                     (lyt_care_order){.act.text = LYT_STR("started it, ordered a valve")}),
                 LYT_OK);
    cr_expect_eq(
        act(&h, LYT_CARE_MOVE, id, "bent", (lyt_care_order){.state = LYT_INCIDENT_REMEDIED}),
        LYT_OK);
    cr_expect_eq(act(&h, LYT_CARE_ASK, id, "bent", (lyt_care_order){0}), LYT_OK);
    cr_expect_eq(act(&h, LYT_CARE_ANSWER, id, "", (lyt_care_order){.score = 9}), LYT_OK);
    cr_expect_eq(lyt_care_incident(h.care, id).state, LYT_INCIDENT_CLOSED);
    cr_expect_str_eq(lyt_care_incident(h.care, id).owner, "bent");
    cr_expect_eq(told(&h, LYT_NOTICE_CLOSED, "bent"), 1);
    cr_expect_eq(lyt_care_due(h.care, h.now_us), INT64_MAX);
    house_deinit(&h);
}

Test(care, who_is_not_known_has_no_authority)
{
    house h;
    int64_t id;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    id = hear(&h, "towels-missing", "housekeeping", "214", "anna", 2);
    cr_expect_eq(
        act(&h, LYT_CARE_OFFER, id, "stranger", (lyt_care_order){.whom = LYT_STR("fruit-plate")}),
        LYT_OK);
    cr_expect_not(h.reply.is_given);
    cr_expect_eq(told(&h, LYT_NOTICE_APPROVAL, NULL), 1);
    cr_expect_eq(act(&h, LYT_CARE_APPROVE, id, "another", (lyt_care_order){.other = 1}),
                 LYT_ESTATE);
    cr_expect_eq(act(&h, LYT_CARE_APPROVE, id, "lise", (lyt_care_order){.other = 1}), LYT_OK);
    house_deinit(&h);
}

static size_t told_as(const house *h, int64_t incident, lyt_notice notice, const char *who)
{
    size_t n = 0;

    for (size_t i = 0; i < h->facts.n; i++)
        n += h->facts.items[i].kind == LYT_FACT_TOLD && h->facts.items[i].incident == incident &&
             h->facts.items[i].which == (int64_t)notice &&
             (!who || lyt_str_equal(h->facts.items[i].who, lyt_str_of(who)));
    return n;
}

/* Of a team that takes turns it is told whose the incident is, and nobody else in it. */
Test(care, AL_18_IN_02_the_alarm_goes_to_whom_it_belongs)
{
    size_t n[2] = {0, 0};
    house h;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    for (int i = 0; i < 40; i++) {
        char place[16];
        const char *owner;
        int64_t id;

        snprintf(place, sizeof place, "%d", 120 + i);
        h.now_us += (int64_t)3600 * 1000000; /* no common cause */
        id = hear(&h, "bad-smell", "housekeeping", place, "", 2);
        owner = lyt_book_find(lyt_care_book(h.care), id)->owner;
        n[strcmp(owner, "tove") == 0]++;
        cr_expect_eq(told_as(&h, id, LYT_NOTICE_ALARM, owner), 1, "%d: %s", i, owner);
        cr_expect_eq(
            told_as(&h, id, LYT_NOTICE_ALARM, strcmp(owner, "tove") == 0 ? "amira" : "tove"), 0,
            "%d", i);
    }
    cr_expect_eq(n[0], 20);
    cr_expect_eq(n[1], 20);
    house_deinit(&h);
}

/* What the settings have for some failures is not given after others, whoever gives it. */
Test(care, RE_01_RE_03_a_gesture_is_for_its_scenarios)
{
    lyt_care_order half = {.score = -1, .whom = LYT_STR("half-night")};
    int64_t wifi, dirty;
    house h;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    wifi = hear(&h, "wifi-down", "it", "214", "anna", 2);
    dirty = hear(&h, "room-not-cleaned", "housekeeping", "215", "bo", 2);
    cr_expect_eq(act(&h, LYT_CARE_OFFER, wifi, "signe", half), LYT_EINVAL);
    cr_expect(strstr(h.err.text, "'half-night' is not for wifi-down"), "%s", h.err.text);
    cr_expect_eq(act(&h, LYT_CARE_OFFER, dirty, "signe", half), LYT_OK, "%s", h.err.text);
    cr_expect(h.reply.is_given);
    house_deinit(&h);
}

/* Who has it hears that it came back, wherever the routes lead. */
Test(care, AL_13_IN_04_the_owner_hears_that_it_came_back)
{
    lyt_care_order none = {.score = -1}, bad = {.score = 2};
    int64_t id;
    house h;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    id = hear(&h, "wifi-down", "it", "214", "anna", 2);
    cr_assert_eq(act(&h, LYT_CARE_ACK, id, "jonas", none), LYT_OK);
    none.state = LYT_INCIDENT_REMEDIED;
    cr_assert_eq(act(&h, LYT_CARE_MOVE, id, "jonas", none), LYT_OK, "%s", h.err.text);
    cr_assert_eq(act(&h, LYT_CARE_ASK, id, "jonas", none), LYT_OK);
    cr_assert_eq(act(&h, LYT_CARE_ANSWER, id, "mette", bad), LYT_OK);
    cr_expect_eq(told_as(&h, id, LYT_NOTICE_REOPENED, "jonas"), 1);
    house_deinit(&h);
}

Test(care, RE_05_what_is_known_against_a_gesture_stops_it)
{
    lyt_note note = {LYT_NOTE_ALLERGY, "anna", "milk", "said so", 0};
    house h;
    int64_t id;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    cr_assert_eq(lyt_notes_add(lyt_care_notes(h.care), &note), LYT_OK);
    id = hear(&h, "food-cold", "food-and-beverage", "", "anna", 2);
    cr_expect_eq(act(&h, LYT_CARE_OFFER, id, "mette",
                     (lyt_care_order){.whom = LYT_STR("strawberry-smoothie")}),
                 LYT_ESTATE);
    cr_expect(strstr(h.err.text, "allergy milk"), "%s", h.err.text);
    house_deinit(&h);
}

Test(care, BT_07_BT_08_an_offer_by_itself_once_and_nothing_after_a_success)
{
    int64_t sums[LYT_CURRENCY_COUNT];
    house h;

    house_init(&h, "support", "2026-11-25T09:00:00Z");
    event(&h, "1", "booking-failed", "bo");
    event(&h, "2", "booking-failed", "bo");
    event(&h, "3", "booking-failed", "bo");
    cr_expect_eq(lyt_book_size(lyt_care_book(h.care)), 0);
    event(&h, "4", "booking-failed", "bo");
    event(&h, "5", "booking-failed", "bo");
    cr_expect_eq(lyt_book_size(lyt_care_book(h.care)), 1);
    lyt_ledger_sum(lyt_care_book(h.care), &(lyt_ledger_filter){0}, sums);
    cr_expect_eq(sums[LYT_EUR], 2000);
    h.now_us++;
    event(&h, "6", "booking-made", "bo");
    cr_expect_eq(lyt_care_incident(h.care, 1).state, LYT_INCIDENT_VOID);
    house_deinit(&h);
}

/* The driver's fault is nobody's fee: waived by itself, once a failure, within the limits. */
Test(care, RE_03_BT_07_no_penalty_for_a_failure_that_was_ours)
{
    static const char *const types[] = {"driver-no-show", "no-show-fee-charged"};
    house h;

    for (int order = 0; order < 2; order++) {
        int64_t sums[LYT_CURRENCY_COUNT];

        house_init(&h, "support", "2026-11-25T09:00:00Z");
        event(&h, "0", types[1], "clara"); /* charged, and it was her own affair */
        event(&h, "1", types[order], "bo");
        cr_expect_eq(lyt_book_size(lyt_care_book(h.care)), 0);
        event(&h, "2", types[!order], "bo");
        event(&h, "3", types[1], "bo"); /* the same fee, told twice */
        cr_expect_eq(lyt_book_size(lyt_care_book(h.care)), 1);
        cr_expect_str_eq(lyt_care_incident(h.care, 1).scenario, "wrong-invoice");
        lyt_ledger_sum(lyt_care_book(h.care), &(lyt_ledger_filter){0}, sums);
        cr_expect_eq(sums[LYT_DKK], 7500);
        /* two more such weeks are within what Lyt may give a customer; after that people decide */
        for (int week = 1; week <= 5; week++) {
            char id[2][16];

            h.now_us += (int64_t)7 * 86400 * 1000000;
            snprintf(id[0], sizeof id[0], "a%d", week);
            snprintf(id[1], sizeof id[1], "b%d", week);
            event(&h, id[0], types[0], "bo");
            event(&h, id[1], types[1], "bo");
        }
        lyt_ledger_sum(lyt_care_book(h.care), &(lyt_ledger_filter){0}, sums);
        cr_expect_eq(sums[LYT_DKK], 30000, "300 a customer and year, and no more: %lld",
                     (long long)sums[LYT_DKK]);
        house_deinit(&h);
    }
}

Test(care, BT_05_BT_06_a_call_task_with_its_script_facts_and_advice)
{
    static const char *const types[] = {"request-rejected", "request-unanswered",
                                        "request-rejected", "request-unanswered"};
    house h;
    size_t notes = 0;

    house_init(&h, "support", "2026-11-27T11:00:00Z");
    for (int i = 0; i < 4; i++) {
        lyt_behaviour what = {.id = {&"abcd"[i], 1},
                              .type = lyt_str_of(types[i]),
                              .subject = LYT_STR("anna"),
                              .at_us = h.now_us + i,
                              .attrs = {{LYT_STR("needed_at"), LYT_STR("2026-11-28T08:00:00Z")}},
                              .n_attrs = 1};

        cr_assert_eq(lyt_care_event(h.care, &what, h.now_us + i, &h.facts, &h.err), LYT_OK);
    }
    for (size_t i = 0; i < h.facts.n; i++) {
        static const char *const begins[] = {"phone: Ring til anna", "phone: Call anna",
                                             "facts: needed_at", "advice: Vælg", "advice: Choose"};

        if (h.facts.items[i].kind != LYT_FACT_NOTED)
            continue;
        cr_assert_lt(notes, sizeof begins / sizeof *begins);
        cr_expect(lyt_str_begins(h.facts.items[i].text, lyt_str_of(begins[notes])), "%.*s",
                  LYT_STR_ARG(h.facts.items[i].text));
        notes++;
    }
    cr_expect_eq(notes, 5);
    cr_expect_gt(told(&h, LYT_NOTICE_ALARM, NULL), 0);
    house_deinit(&h);
}

/* A failure on purpose costs nothing, also where somebody forgets that it is one. */
Test(care, IN_15_nothing_is_given_in_a_drill)
{
    lyt_care_heard heard = {.property = LYT_STR("havnen"),
                            .scenario = LYT_STR("tv-broken"),
                            .team = LYT_STR("maintenance"),
                            .place = LYT_STR("214"),
                            .severity = 2,
                            .message = 1,
                            .is_drill = true};
    lyt_care_order order = {.verb = LYT_CARE_OFFER,
                            .act = {.by = LYT_STR("mette")},
                            .whom = LYT_STR("fruit-plate")};
    house h;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    heard.now_us = order.act.now_us = h.now_us;
    cr_assert_eq(lyt_care_hear(h.care, &heard, &h.facts, &order.act.incident, &h.err), LYT_OK);
    cr_expect_eq(lyt_care_do(h.care, &order, &h.facts, &h.reply, &h.err), LYT_ESTATE);
    cr_expect(strstr(h.err.text, "is a drill; nothing is given in it"), "%s", h.err.text);
    cr_expect_eq(lyt_book_offers(lyt_care_book(h.care)), 0);
    house_deinit(&h);
}

/* However they write their name: the owner is somebody whom notices reach. */
Test(care, IN_02_a_name_is_a_person)
{
    static const struct {
        int line;
        const char *by, *to; /* to NULL: takes it on */
        const char *owner;
        bool stranger;
    } rows[] = {
        {__LINE__, "mette", NULL, "mette", false},
        {__LINE__, "Mette", NULL, "mette", false},
        {__LINE__, "METTE HOLM", NULL, "mette", false},
        {__LINE__, "mete", NULL, "mete", true},
        {__LINE__, "reception", NULL, "reception", false},
        {__LINE__, "front-desk", NULL, "front-desk", false},
        {__LINE__, "lise", "Bent Krog", "bent", false},
        {__LINE__, "lise", "TOVE", "tove", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_care_order order = {.verb = rows[i].to ? LYT_CARE_ASSIGN : LYT_CARE_ACK,
                                .act = {.by = lyt_str_of(rows[i].by)},
                                .whom = lyt_str_of(rows[i].to ? rows[i].to : "")};
        house h;

        house_init(&h, "hotel", "2026-11-25T09:00:00Z");
        order.act.incident = hear(&h, "tv-broken", "maintenance", "214", "anna", 2);
        order.act.now_us = h.now_us;
        cr_assert_eq(lyt_care_do(h.care, &order, &h.facts, &h.reply, &h.err), LYT_OK, "%s",
                     h.err.text);
        cr_expect_str_eq(lyt_book_find(lyt_care_book(h.care), 1)->owner, rows[i].owner, "line %d",
                         rows[i].line);
        cr_expect_eq(h.reply.is_with_stranger, rows[i].stranger, "line %d", rows[i].line);
        house_deinit(&h);
    }
}

Test(care, every_verb_is_refused_for_an_incident_that_is_not_there)
{
    house h;

    house_init(&h, "hotel", "2026-11-25T09:00:00Z");
    for (int verb = 0; verb < LYT_CARE_VERB_COUNT; verb++) {
        lyt_care_verb same = LYT_CARE_ACK;
        lyt_status got;

        cr_expect_eq(
            lyt_care_verb_parse(&same, lyt_str_of(lyt_care_verb_name((lyt_care_verb)verb))),
            LYT_OK);
        cr_expect_eq((int)same, verb);
        if (verb == LYT_CARE_LIMITS) /* of all that are open */
            continue;
        got = act(&h, (lyt_care_verb)verb, 7, "mette",
                  (lyt_care_order){.whom = LYT_STR("sorry"),
                                   .act.text = LYT_STR("x"),
                                   .until_us = h.now_us + 1,
                                   .other = 1});
        cr_expect(got == LYT_ENOTFOUND || got == LYT_EINVAL, "%s: %s",
                  lyt_care_verb_name((lyt_care_verb)verb), lyt_status_name(got));
        cr_expect_eq(h.facts.n, 0);
    }
    house_deinit(&h);
}
