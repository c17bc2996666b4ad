#include <math.h>
#include <string.h>

#include "care.h"
#include "housework.h"
#include "recovery.h"

/* The figures of a small week, counted by hand. */
LYT_SUITE(recovery);

typedef struct house {
    lyt_settings *s;
    lyt_care *care;
    lyt_facts facts;
    lyt_care_reply reply;
    lyt_error err;
    int64_t now_us;
    lyt_json *json;
    lyt_buf text;
} house;

static const int64_t minute_us = 60000000;

static void house_init(house *h)
{
    memset(h, 0, sizeof *h);
    h->s = housework_example("hotel");
    cr_assert_eq(lyt_care_new(&h->care, NULL, h->s), LYT_OK);
    cr_assert_eq(lyt_facts_init(&h->facts, NULL), LYT_OK);
    lyt_buf_init(&h->text, NULL);
    h->now_us = housework_at("2026-11-25T09:00:00Z");
}

static void house_deinit(house *h)
{
    lyt_json_free(h->json);
    lyt_buf_deinit(&h->text);
    lyt_care_free(h->care);
    lyt_facts_deinit(&h->facts);
    lyt_settings_free(h->s);
}

static int64_t hear(house *h, const char *scenario, const char *guest, bool is_drill)
{
    lyt_care_heard heard = {.property = LYT_STR("havnen"),
                            .scenario = lyt_str_of(scenario),
                            .team = LYT_STR("reception"),
                            .place = lyt_str_of(guest), /* everybody in a room of their own */
                            .guest = lyt_str_of(guest),
                            .severity = 2,
                            .message = (int64_t)h->facts.n + 1,
                            .now_us = h->now_us,
                            .is_drill = is_drill};
    int64_t incident = 0;

    cr_assert_eq(lyt_care_hear(h->care, &heard, &h->facts, &incident, &h->err), LYT_OK);
    return incident;
}

static void act(house *h, lyt_care_verb verb, int64_t incident, lyt_care_order order)
{
    order.verb = verb;
    order.act.incident = incident;
    order.act.by = order.act.by.len ? order.act.by : LYT_STR("mette");
    order.act.text = order.act.text.len ? order.act.text : LYT_STR("x");
    order.act.now_us = h->now_us;
    cr_assert_eq(lyt_care_do(h->care, &order, &h->facts, &h->reply, &h->err), LYT_OK, "%s: %s",
                 lyt_care_verb_name(verb), h->err.text);
}

static void wait(house *h, int64_t minutes)
{
    h->now_us += minutes * minute_us;
    cr_assert_eq(lyt_care_tick(h->care, h->now_us, &h->facts, &h->err), LYT_OK);
}

static void put_right(house *h, int64_t incident)
{
    act(h, LYT_CARE_CAUSE, incident, (lyt_care_order){0});
    act(h, LYT_CARE_ACTION, incident, (lyt_care_order){0});
    act(h, LYT_CARE_MOVE, incident, (lyt_care_order){.state = LYT_INCIDENT_REMEDIED});
}

static void figures(house *h, lyt_recovery what)
{
    lyt_jw jw;

    what.book = lyt_care_book(h->care);
    what.settings = h->s;
    lyt_buf_reset(&h->text);
    lyt_jw_init(&jw, &h->text);
    lyt_jw_object(&jw);
    cr_assert_eq(lyt_recovery_write(&jw, &what), LYT_OK);
    lyt_jw_object_end(&jw);
    lyt_json_free(h->json);
    cr_assert_eq(lyt_json_parse(&h->json, lyt_buf_str(&h->text), 1 << 20, &h->err), LYT_OK);
}

/* A number by keys and indices, as "clocks.0.met"; the text is there for what fails. */
static void expect(const house *h, int line, const char *path, double value)
{
    const lyt_json *at = h->json;
    double got = -1;

    for (lyt_str rest = lyt_str_of(path); rest.len;) {
        size_t dot = lyt_str_find(rest, '.', 0);
        char key[48];

        cr_assert_lt(dot, sizeof key);
        memcpy(key, rest.ptr, dot);
        key[dot] = 0;
        at = key[0] >= '0' && key[0] <= '9' ? lyt_json_at(at, (size_t)(key[0] - '0'))
                                            : lyt_json_get(at, key);
        rest = lyt_str_slice(rest, dot + 1, rest.len);
    }
    (void)lyt_json_real(at, &got);
    cr_expect(fabs(got - value) < 1e-9, "row at line %d: %s is %g, not %g\n%s", line, path, got,
              value, h->text.data);
}

Test(recovery, SL_01_SL_09_SL_15_RE_09_RE_12_counted_by_hand)
{
    static const struct {
        int line;
        const char *path;
        double value;
    } rows[] = {
        {__LINE__, "incidents.opened", 4},
        {__LINE__, "incidents.open", 1},
        {__LINE__, "incidents.closed", 2},
        {__LINE__, "incidents.void", 1},
        {__LINE__, "incidents.confirmed", 1},
        {__LINE__, "incidents.unconfirmed", 1},
        {__LINE__, "incidents.drills", 1},
        {__LINE__, "speed.on_the_spot", 1},
        {__LINE__, "speed.same_day", 1},
        {__LINE__, "speed.within_24_h", 0},
        {__LINE__, "speed.not_yet", 1},
        {__LINE__, "speed.within_24_h_percent", 100},
        /* acknowledged after 5 and after 15 minutes, within 10; one waits, and is too late */
        {__LINE__, "clocks.0.met", 1},
        {__LINE__, "clocks.0.missed", 2},
        {__LINE__, "clocks.0.met_percent", 33.3},
        {__LINE__, "clocks.0.median_s", 900},
        {__LINE__, "teams.0.incidents", 3},
        {__LINE__, "properties.0.incidents", 3},
        {__LINE__, "offers.given", 2},
        {__LINE__, "offers.declined", 1},
        {__LINE__, "offers.sums.DKK", 6000 + 33000},
        {__LINE__, "offers.decided_by.contact", 1},
        {__LINE__, "offers.decided_by.supervisor", 1},
        {__LINE__, "offers.decided_at_contact_percent", 50},
        {__LINE__, "apology.gestures", 2},
        {__LINE__, "apology.within_10_min", 1},
        {__LINE__, "promises.given", 1},
        {__LINE__, "promises.kept", 1},
        {__LINE__, "promises.late", 1},
        {__LINE__, "gestures.0.used", 1},
        {__LINE__, "gestures.0.confirmed", 1},
        {__LINE__, "gestures.0.mean_score", 9},
    };
    house h;
    int64_t a, b, c;

    house_init(&h);
    a = hear(&h, "food-cold", "anna", false);
    b = hear(&h, "no-hot-water", "bo", false);
    (void)hear(&h, "no-hot-water", "", true);
    wait(&h, 5);
    act(&h, LYT_CARE_ACK, a, (lyt_care_order){0});
    act(&h, LYT_CARE_OFFER, a, (lyt_care_order){.whom = LYT_STR("fruit-plate")});
    act(&h, LYT_CARE_PROMISE, a, (lyt_care_order){.until_us = h.now_us + 5 * minute_us});
    wait(&h, 10);
    act(&h, LYT_CARE_ACK, b, (lyt_care_order){.act.by = LYT_STR("lise")});
    act(&h, LYT_CARE_OFFER, b,
        (lyt_care_order){.whom = LYT_STR("breakfast"), .act.by = LYT_STR("lise")});
    act(&h, LYT_CARE_KEPT, a, (lyt_care_order){.other = 1});
    wait(&h, 25);
    put_right(&h, a);
    act(&h, LYT_CARE_ASK, a, (lyt_care_order){0});
    act(&h, LYT_CARE_ANSWER, a, (lyt_care_order){.score = 9, .act.by = LYT_STR("guest")});
    wait(&h, 120);
    put_right(&h, b);
    act(&h, LYT_CARE_ASK, b, (lyt_care_order){0});
    wait(&h, 60 * 24);
    c = hear(&h, "lift-broken", "cy", false);
    act(&h, LYT_CARE_OFFER, c,
        (lyt_care_order){.whom = LYT_STR("next-stay"), .act.by = LYT_STR("mette")});
    act(&h, LYT_CARE_DECLINE, c, (lyt_care_order){.other = 3, .act.by = LYT_STR("lise")});
    c = hear(&h, "tv-broken", "di", false);
    act(&h, LYT_CARE_MOVE, c, (lyt_care_order){.state = LYT_INCIDENT_VOID});
    wait(&h, 30);
    figures(&h, (lyt_recovery){0});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(&h, rows[i].line, rows[i].path, rows[i].value);
    /* of a day, and of a house that is not this one */
    figures(&h, (lyt_recovery){.until_us = housework_at("2026-11-26T00:00:00Z")});
    expect(&h, __LINE__, "incidents.opened", 2);
    figures(&h, (lyt_recovery){.property = LYT_STR("other")});
    expect(&h, __LINE__, "incidents.opened", 0);
    house_deinit(&h);
}

Test(recovery, BT_13_whether_a_trigger_helps)
{
    static lyt_finding_row rows[40];
    house h;

    house_init(&h);
    for (size_t i = 0; i < 40; i++)
        rows[i] = (lyt_finding_row){.trigger = "late-delivery",
                                    .subject = "x",
                                    .is_held_out = i >= 30,
                                    /* 24 of 30 against 4 of 10 */
                                    .withdrawn_us = i < 24 || (i >= 30 && i < 34)};
    figures(&h, (lyt_recovery){.findings = rows, .n_findings = 40});
    expect(&h, __LINE__, "triggers.0.acted", 30);
    expect(&h, __LINE__, "triggers.0.held_out_succeeded", 4);
    expect(&h, __LINE__, "triggers.0.difference", 0.4);
    /* (25/32 - 5/12) -+ 1.96 sqrt(25/32 7/32 / 32 + 5/12 7/12 / 12) */
    expect(&h, __LINE__, "triggers.0.low", 0.051);
    expect(&h, __LINE__, "triggers.0.high", 0.6781);
    house_deinit(&h);
}

/* No car, and still a happy customer: what they say counts beside what they got. */
Test(recovery, BT_13_RP_06_what_those_say_whom_a_trigger_helped)
{
    lyt_finding_row rows[4];
    int64_t glad, sad;
    house h;

    house_init(&h);
    glad = hear(&h, "food-cold", "anna", false);
    sad = hear(&h, "lift-broken", "bo", false);
    put_right(&h, glad);
    act(&h, LYT_CARE_ASK, glad, (lyt_care_order){0});
    act(&h, LYT_CARE_ANSWER, glad, (lyt_care_order){.score = 9, .act.by = LYT_STR("guest")});
    put_right(&h, sad);
    act(&h, LYT_CARE_ASK, sad, (lyt_care_order){0});
    act(&h, LYT_CARE_ANSWER, sad, (lyt_care_order){.score = 2, .act.by = LYT_STR("guest")});
    /* found twice, one case; held out: nobody asked about it */
    for (size_t i = 0; i < 4; i++)
        rows[i] = (lyt_finding_row){.trigger = "late-delivery",
                                    .subject = "x",
                                    .incident = i < 2 ? glad : i == 2 ? sad : 0,
                                    .is_held_out = i == 3};
    figures(&h, (lyt_recovery){.findings = rows, .n_findings = 4});
    expect(&h, __LINE__, "triggers.0.acted", 3);
    expect(&h, __LINE__, "triggers.0.acted_succeeded", 0);
    expect(&h, __LINE__, "triggers.0.asked", 2);
    expect(&h, __LINE__, "triggers.0.confirmed", 1);
    expect(&h, __LINE__, "triggers.0.mean_score", 5.5);
    house_deinit(&h);
}

/* Bounds of a count, against the exact ones of Garwood (chi-squared quantiles). */
Test(recovery, RP_03_IN_11_rates_have_bounds)
{
    static const struct {
        int64_t n;
        double low, high;
    } rows[] = {{0, 0, 3.689}, {1, 0.0253, 5.572}, {5, 1.623, 11.668}, {20, 12.217, 30.888}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_rate rate = lyt_rate_of(rows[i].n, 30 * 86400 * (int64_t)1000000);

        cr_expect(fabs(rate.rate - (double)rows[i].n) < 1e-9);
        cr_expect(fabs(rate.low - rows[i].low) < 0.03, "%g", rate.low);
        cr_expect(fabs(rate.high - rows[i].high) < 0.03, "%g", rate.high);
    }
}

Test(recovery, memory_may_end_at_any_time)
{
    testing_alloc failing = {.fail_at = 0};
    house h;

    house_init(&h);
    (void)hear(&h, "food-cold", "anna", false);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_recovery what = {
            .alloc = &failing.alloc, .book = lyt_care_book(h.care), .settings = h.s};
        lyt_jw jw;

        lyt_buf_reset(&h.text);
        lyt_jw_init(&jw, &h.text);
        lyt_jw_object(&jw);
        if (lyt_recovery_write(&jw, &what))
            continue;
        lyt_jw_object_end(&jw);
    }
    house_deinit(&h);
}

/* Whoever has three of them and is late with one is not the one who has the fourth in time. */
Test(recovery, SL_15_each_person_has_figures_of_their_own)
{
    static const struct {
        int line;
        const char *path;
        double value;
    } rows[] = {
        {__LINE__, "people.0.incidents", 2},         {__LINE__, "people.1.incidents", 1},
        {__LINE__, "people.0.clocks.0.met", 1},      {__LINE__, "people.0.clocks.0.missed", 1},
        {__LINE__, "people.0.clocks.0.met_percent", 50}, {__LINE__, "people.1.clocks.0.met", 1},
        {__LINE__, "people.1.clocks.0.missed", 0},   {__LINE__, "people.1.clocks.0.met_percent", 100},
        {__LINE__, "properties.0.incidents", 3},     {__LINE__, "teams.0.incidents", 3},
    };
    static const char *const guests[] = {"anna", "bo", "carl"};
    house h;

    house_init(&h);
    for (size_t i = 0; i < 3; i++) {
        int64_t id = hear(&h, "tv-broken", guests[i], false);

        wait(&h, i == 1 ? 12 : 2); /* of 10 minutes to take it on */
        act(&h, LYT_CARE_ACK, id,
            (lyt_care_order){.act = {.by = i == 2 ? LYT_STR("tove") : LYT_STR("mette")}});
        put_right(&h, id);
        wait(&h, 60); /* too far apart to have one cause */
    }
    figures(&h, (lyt_recovery){0});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(&h, rows[i].line, rows[i].path, rows[i].value);
    house_deinit(&h);
}
