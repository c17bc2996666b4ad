#include <stdio.h>
#include <string.h>

#include "housing.h"

/* Behaviour, notes and stays through the running service: the cases of the seed, to the letter. */
LYT_SUITE(feed);

/*
 * It is Friday noon, the car is needed for the weekend: two rejects, two without an answer. The
 * agent gets a task to call before the customer complains, with the reason and the advice; once.
 */
Test(feed, BT_01_BT_02_BT_05_BT_06_the_car_sharing_case_to_the_letter)
{
    static const char needed[] = "\"needed_at\":\"2026-11-28T08:00:00Z\",\"response_rate\":\"31 "
                                 "%\",\"response_time\":\"9 h\"";
    house h;

    housing_init(&h, "support", "2026-11-27T10:59:59Z");
    housing_event(&h, "1", "car-requested", "anna", "r1", "2026-11-27T06:00:00Z", needed);
    housing_event(&h, "2", "car-requested", "anna", "r2", "2026-11-27T06:01:00Z", needed);
    housing_event(&h, "4", "car-requested", "anna", "r3", "2026-11-27T06:50:00Z", needed);
    housing_event(&h, "5", "car-requested", "anna", "r4", "2026-11-27T07:00:00Z", needed);
    housing_event(&h, "6", "request-rejected", "anna", "r2", "2026-11-27T07:10:00Z", "");
    housing_event(&h, "3", "request-rejected", "anna", "r1", "2026-11-27T06:20:00Z", "");
    housing_submit(
        &h,
        "{\"id\":\"6\",\"type\":\"request-rejected\",\"subject\":\"anna\",\"ref\":\"r2\","
        "\"at\":\"2026-11-27T07:10:00Z\"}",
        "\"duplicate\"");
    cr_expect_eq(housing_found(&h, "no-car-yet"), 0, "three are not four");
    serving_listen(&h.s);
    /* r4 was silent for four hours: that is the fourth */
    h.clock.wall_us = housing_at("2026-11-27T11:00:00Z");
    serving_hear(&h.s, 3);
    cr_expect_eq(housing_found(&h, "no-car-yet"), 1);
    housing_ask(&h, "{\"request\":\"case\",\"incident\":1}", "\"severity\":2");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}", "phone: Ring til anna: fire");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}", "phone: Call anna: four requests");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}",
                "facts: response_rate 31 %, response_time 9 h");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}",
                "advice: Choose cars whose owners");
    /* the alarm has the facts and the advice, and nobody's name */
    housing_ask(&h, "{\"request\":\"events\",\"topic\":\"alarm.\"}",
                "\"trigger\":\"no-car-yet\",\"facts\":{\"response_rate\":\"31 %\"");
    cr_expect_null(strstr(h.s.json.data, "anna"), "%s", h.s.json.data);
    /* once: not for a fifth, and not after a restart */
    housing_event(&h, "7", "request-rejected", "anna", "r5", "2026-11-27T11:00:00Z", "");
    serving_stop(&h.s);
    h.clock.wall_us = housing_at("2026-11-27T12:00:00Z");
    serving_start(&h.s);
    housing_event(&h, "8", "request-rejected", "anna", "r6", "2026-11-27T12:00:00Z", "");
    cr_expect_eq(housing_found(&h, "no-car-yet"), 1);
    housing_ask(&h, "{\"request\":\"status\"}", "\"incidents\":1,");
    /* and then somebody says yes: nobody need call any more */
    housing_event(&h, "9", "request-accepted", "anna", "r6", "2026-11-27T12:00:00Z", "");
    housing_ask(&h, "{\"request\":\"triggers\",\"trigger\":\"no-car-yet\"}", "\"withdrawn\":1");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}", "\"state\":\"void\"");
    housing_deinit(&h);
}

/* Four tries and no flat: 20 euro towards a dearer one, by itself, within the limits, once. */
Test(feed, BT_07_BT_08_the_flat_sharing_case_to_the_letter)
{
    static const char attrs[] = "\"city\":\"Lisboa\"";
    house h;

    housing_init(&h, "support", "2026-11-27T12:00:00Z");
    housing_event(&h, "1", "booking-failed", "bo", "", "2026-11-25T10:00:00Z", attrs);
    housing_event(&h, "2", "booking-failed", "bo", "", "2026-11-25T18:00:00Z", attrs);
    housing_event(&h, "3", "booking-failed", "bo", "", "2026-11-26T10:00:00Z", attrs);
    housing_ask(&h, "{\"request\":\"gestures\"}", "\"gestures\":[]");
    housing_event(&h, "4", "booking-failed", "bo", "", "2026-11-27T11:59:00Z", attrs);
    housing_ask(
        &h, "{\"request\":\"gestures\"}",
        "\"state\":\"given\",\"gesture\":\"top-up-20-eur\",\"amount\":2000,\"currency\":\"EUR\","
        "\"by\":\"lyt\"");
    serving_stop(&h.s);
    serving_start(&h.s);
    housing_event(&h, "5", "booking-failed", "bo", "", "2026-11-27T11:59:30Z", attrs);
    housing_ask(&h, "{\"request\":\"gestures\"}", "\"sums\":{\"DKK\":0,\"EUR\":2000}");
    /* a success before the fourth: nothing is given */
    housing_event(&h, "6", "booking-failed", "eva", "", "2026-11-25T10:00:00Z", attrs);
    housing_event(&h, "7", "booking-failed", "eva", "", "2026-11-25T18:00:00Z", attrs);
    housing_event(&h, "8", "booking-made", "eva", "", "2026-11-25T19:00:00Z", attrs);
    housing_event(&h, "9", "booking-failed", "eva", "", "2026-11-26T10:00:00Z", attrs);
    housing_event(&h, "10", "booking-failed", "eva", "", "2026-11-27T11:59:00Z", attrs);
    housing_ask(&h, "{\"request\":\"gestures\"}", "\"sums\":{\"DKK\":0,\"EUR\":2000}");
    housing_ask(&h, "{\"request\":\"recovery\"}", "\"without_words\":1");
    housing_deinit(&h);
}

/*
 * Lunch lacked the blue cheese; on two days before it was a strawberry smoothie. So the gesture is
 * that smoothie, with the orders as the reason; and it is given within ten minutes.
 */
Test(feed, OP_08_RE_04_RE_06_RE_09_the_smoothie_case)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T11:40:00Z");
    housing_submit(
        &h,
        "{\"type\":\"order\",\"guest\":\"klaus\",\"item\":\"strawberry-smoothie\",\"source\":"
        "\"bar order 118\",\"at\":\"2026-11-23T09:10:00Z\"}",
        "\"accepted\"");
    housing_submit(
        &h,
        "{\"kind\":\"order\",\"guest\":\"klaus\",\"item\":\"strawberry-smoothie\",\"source\":"
        "\"bar order 161\",\"at\":\"2026-11-24T09:05:00Z\"}",
        "\"accepted\"");
    housing_submit(
        &h,
        "{\"kind\":\"order\",\"guest\":\"klaus\",\"item\":\"strawberry-smoothie\",\"source\":"
        "\"bar order 161\",\"at\":\"2026-11-24T09:05:00Z\"}",
        "\"duplicate\"");
    housing_submit(
        &h,
        "{\"kind\":\"allergy\",\"guest\":\"bo\",\"item\":\"milk\",\"at\":\"2026-11-24T09:05:00Z"
        "\"}",
        "\"accepted\"");
    serving_stop(&h.s);
    serving_start(&h.s);
    housing_ask(&h, "{\"request\":\"guest\",\"guest\":\"klaus\",\"scenario\":\"food-cold\"}",
                "\"proposals\":[{\"gesture\":\"strawberry-smoothie\"");
    cr_expect(strstr(h.s.json.data, "bar order 161"), "%s", h.s.json.data);
    cr_expect(strstr(h.s.json.data, "bar order 118"), "%s", h.s.json.data);
    housing_ask(&h, "{\"request\":\"guest\",\"guest\":\"bo\",\"scenario\":\"food-cold\"}",
                "\"never\":[{\"gesture\":\"strawberry-smoothie\"");
    housing_submit(&h,
                   "{\"id\":\"1\",\"property\":\"havnen\",\"from\":\"klaus\",\"text\":\"cold\"}",
                   "accepted");
    serving_until(&h.s, "counts", "open_incidents", 1);
    housing_ask(&h, "{\"request\":\"guest\",\"guest\":\"klaus\"}", "\"may_ask_review\":false");
    h.clock.wall_us += 9 * 60000000LL;
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"offer\",\"incident\":1,\"by\":\"mette\",\"whom\":"
        "\"strawberry-smoothie\"}",
        "\"given\":true");
    housing_ask(&h, "{\"request\":\"recovery\"}",
                "\"apology\":{\"gestures\":1,\"within_10_min\":1,\"median_s\":540");
    /* taken back with the guest, of the disk, too */
    housing_submit(&h, "{\"type\":\"guest.forget\",\"guest\":\"klaus\"}", "\"accepted\"");
    serving_stop(&h.s);
    serving_start(&h.s);
    housing_ask(&h, "{\"request\":\"guest\",\"guest\":\"klaus\"}", "\"notes\":[]");
    housing_deinit(&h);
}

/* Three radiators of floor 2 are cold; that words join it is in tests/e2e/event_test.py. */
Test(feed, IN_10_events_open_an_incident_that_nobody_said_a_word_of)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T11:40:00Z");
    for (int i = 0; i < 3; i++) {
        char id[16];

        snprintf(id, sizeof id, "%d", i);
        housing_event(&h, id, "radiator-cold", "floor-2", "", "2026-11-25T11:39:00Z",
                      "\"place\":\"floor-2\",\"property\":\"havnen\"");
    }
    housing_ask(&h, "{\"request\":\"case\",\"incident\":1}", "\"scenario\":\"room-too-cold\"");
    housing_ask(&h, "{\"request\":\"recovery\"}", "\"without_words\":1");
    housing_deinit(&h);
}

/* The remedy is due an hour before the guest leaves, when that is sooner than the limit. */
Test(feed, IN_12_before_departure)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T07:00:00Z");
    housing_submit(
        &h,
        "{\"type\":\"stay\",\"id\":\"s1\",\"guest\":\"anna\",\"place\":\"214\",\"arrives\":"
        "\"2026-11-24T14:00:00Z\",\"departs\":\"2026-11-26T09:00:00Z\"}",
        "accepted");
    housing_submit(
        &h,
        "{\"type\":\"stay\",\"id\":\"s1\",\"guest\":\"anna\",\"place\":\"214\",\"arrives\":"
        "\"2026-11-24T14:00:00Z\",\"departs\":\"2026-11-25T09:00:00Z\"}",
        "accepted");
    housing_submit(
        &h,
        "{\"type\":\"stay\",\"id\":\"s2\",\"guest\":\"bo\",\"arrives\":\"2026-11-24T14:00:00Z\","
        "\"departs\":\"2026-11-23T09:00:00Z\"}",
        "departs: this must be after arrives");
    serving_stop(&h.s);
    serving_start(&h.s);
    housing_submit(
        &h,
        "{\"id\":\"1\",\"property\":\"havnen\",\"place\":\"214\",\"from\":\"anna\",\"text\":"
        "\"dirty\"}",
        "accepted");
    serving_until(&h.s, "counts", "open_incidents", 1);
    housing_ask(&h, "{\"request\":\"case\",\"incident\":1}",
                "\"clock\":\"remedy\",\"started_at\":\"2026-11-25T07:00:00.000000Z\",\"due\":"
                "\"2026-11-25T08:00:00.000000Z\"");
    housing_deinit(&h);
}

Test(feed, what_is_refused_says_why_and_leaves_nothing)
{
    static const struct {
        const char *json, *part;
    } rows[] = {
        {"{\"type\":\"x\",\"subject\":\"a\",\"at\":\"2026-11-25T07:00:00Z\"}", "id: this must be"},
        {"{\"id\":\"1\",\"type\":\"x\",\"subject\":\"a\",\"at\":\"noon\"}", "at: this must be"},
        {"{\"id\":\"1\",\"type\":\"x\",\"subject\":\"a\",\"at\":\"2026-01-25T07:00:00Z\"}",
         "too old"},
        {"{\"kind\":\"hates\",\"guest\":\"a\",\"item\":\"b\",\"at\":\"2026-11-25T07:00:00Z\"}",
         "kind: this must be"},
        {"{\"type\":\"order\",\"guest\":\"a\",\"at\":\"2026-11-25T07:00:00Z\"}", "item: this must"},
        {"{\"type\":\"stay\",\"id\":\"1\"}", "guest: this must be"},
        {"{\"type\":\"guest.forget\"}", "guest: must name"},
        {"{\"type\":\"nothing\"}", "type: must be"},
    };
    house h;

    housing_init(&h, "hotel", "2026-11-25T07:00:00Z");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *answer = serving_submit(&h.s, rows[i].json);

        cr_expect(strstr(answer, "\"refused\""), "%s: %s", rows[i].json, answer);
        cr_expect(strstr(answer, rows[i].part), "%s: %s", rows[i].json, answer);
    }
    housing_ask(&h, "{\"request\":\"status\"}", "\"fed_since_start\":0");
    housing_ask(&h, "{\"request\":\"triggers\",\"trigger\":\"gold\"}", "none called 'gold'");
    housing_ask(&h, "{\"request\":\"case\",\"incident\":7}", "there is no incident 7");
    housing_ask(&h, "{\"request\":\"recovery\",\"from\":\"noon\"}", "from: must be a time");
    housing_deinit(&h);
    serving_init(&h.s);
    serving_start(&h.s);
    housing_submit(
        &h, "{\"id\":\"1\",\"type\":\"x\",\"subject\":\"a\",\"at\":\"2026-11-25T07:00:00Z\"}",
        "start it with --desk");
    housing_ask(&h, "{\"request\":\"recovery\"}", "start it with --desk");
    serving_stop(&h.s);
    serving_deinit(&h.s);
}

/* A cause is mended for good; a failure of the kind opens the fix again by itself. */
Test(feed, IN_11_a_fix_is_a_claim_until_time_has_shown_it)
{
    house h;

    housing_init(&h, "hotel", "2026-11-25T07:00:00Z");
    housing_submit(&h,
                   "{\"id\":\"1\",\"property\":\"havnen\",\"place\":\"214\",\"text\":\"dirty\"}",
                   "accepted");
    serving_until(&h.s, "counts", "open_incidents", 1);
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"fix\",\"incident\":1,\"by\":\"signe\",\"whom\":"
        "\"tove\",\"place\":\"2\?\?\",\"minutes\":60,\"note\":\"two in each room\"}",
        "\"number\":1");
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"fix\",\"incident\":1,\"by\":\"signe\",\"whom\":"
        "\"tove\",\"note\":\"no day\"}",
        "by when");
    serving_listen(&h.s);
    h.clock.wall_us += 61 * 60000000LL;
    serving_until(&h.s, "waiting", NULL, 0);
    for (int i = 0; !strstr(h.s.heard.data, "notice.havnen.tove.fix-late"); i++)
        serving_hear(&h.s, h.s.n_heard + 1);
    housing_ask(&h, "{\"request\":\"fixes\"}", "\"state\":\"late\"");
    housing_submit(&h, "{\"type\":\"incident.do\",\"verb\":\"fixed\",\"other\":1,\"by\":\"tove\"}",
                   "what shows that it is mended");
    housing_submit(
        &h,
        "{\"type\":\"incident.do\",\"verb\":\"fixed\",\"other\":1,\"by\":\"tove\",\"note\":\"40 "
        "rooms looked at\"}",
        "accepted");
    housing_ask(&h, "{\"request\":\"fixes\"}", "\"fixes\":[]");
    serving_stop(&h.s);
    h.clock.wall_us += 86400000000LL;
    serving_start(&h.s);
    housing_submit(&h,
                   "{\"id\":\"2\",\"property\":\"havnen\",\"place\":\"310\",\"text\":\"dirty\"}",
                   "accepted");
    serving_until(&h.s, "counts", "incidents", 2);
    housing_ask(&h, "{\"request\":\"fixes\",\"all\":true}", "\"state\":\"done\"");
    housing_submit(&h,
                   "{\"id\":\"3\",\"property\":\"havnen\",\"place\":\"207\",\"text\":\"dirty\"}",
                   "accepted");
    serving_until(&h.s, "counts", "incidents", 3);
    housing_ask(&h, "{\"request\":\"fixes\"}", "\"reopened\":1,\"before\":{\"incidents\":1");
    housing_ask(&h, "{\"request\":\"incident\",\"incident\":1}", "\"fix-reopened\"");
    housing_deinit(&h);
}

/* Brings incident `id` to where its guest is asked. */
static void put_right(house *h, int id)
{
    static const char *const steps[] = {
        "\"verb\":\"cause\",\"note\":\"the boiler\"", "\"verb\":\"action\",\"note\":\"mended\"",
        "\"verb\":\"move\",\"state\":\"remedied\"", "\"verb\":\"ask\""};

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char json[256];

        snprintf(json, sizeof json,
                 "{\"type\":\"incident.do\",\"incident\":%d,\"by\":\"mette\",%s}", id, steps[i]);
        housing_submit(h, json, "accepted");
    }
}

/* The follow-up goes to the guest, and what the guest answers counts. */
Test(feed, IN_04_the_guest_is_asked_and_answers)
{
    static const struct {
        int line;
        const char *answer; /* members of the guest's message */
        const char *state, *score;
    } rows[] = {
        {__LINE__, "\"text\":\"9\"", "\"state\":\"closed\"", "\"score\":9"},
        {__LINE__, "\"text\":\"Ja tak!\"", "\"state\":\"closed\"", "\"state\""},
        {__LINE__, "\"text\":\"4\"", "\"state\":\"reopened\"", "\"score\":4"},
        {__LINE__, "\"text\":\"Nej\"", "\"state\":\"reopened\"", "\"state\""},
        {__LINE__, "\"score\":2,\"scale\":5", "\"state\":\"reopened\"", "\"score\":4"},
        {__LINE__, "\"text\":\"it is dirty\"", "\"state\":\"reopened\"", "\"state\""},
        {__LINE__, "\"text\":\"still cold\"", "\"state\":\"reopened\"", "\"state\""},
        {__LINE__, "\"text\":\"thank you for the flowers\"", "\"state\":\"remedied\"", "\"state\""},
    };
    house h;

    housing_init(&h, "hotel", "2026-11-25T07:00:00Z");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char json[256];
        int id;

        snprintf(json, sizeof json,
                 "{\"id\":\"a%zu\",\"property\":\"havnen\",\"from\":\"g%zu\",\"text\":\"cold\"}", i,
                 i);
        housing_submit(&h, json, "accepted");
        serving_until(&h.s, "waiting", NULL, 0);
        id = (int)serving_number(&h.s, "{\"request\":\"status\"}", "counts", "incidents");
        put_right(&h, id);
        snprintf(json, sizeof json,
                 "{\"id\":\"b%zu\",\"property\":\"havnen\",\"from\":\"g%zu\",%s}", i, i,
                 rows[i].answer);
        housing_submit(&h, json, "accepted");
        serving_until(&h.s, "waiting", NULL, 0);
        snprintf(json, sizeof json, "{\"request\":\"case\",\"incident\":%d}", id);
        cr_expect(strstr(serving_ask(&h.s, json), rows[i].state), "row at line %d: %s",
                  rows[i].line, h.s.json.data);
        cr_expect(strstr(h.s.json.data, rows[i].score), "row at line %d: %s", rows[i].line,
                  h.s.json.data);
        h.clock.wall_us += 3600000000LL * 3;
    }
    housing_ask(
        &h, "{\"request\":\"events\",\"topic\":\"notice.havnen.guest.follow-up\",\"count\":true}",
        "\"count\":8");
    cr_expect_null(strstr(serving_ask(&h.s, "{\"request\":\"events\"}"), "\"g1\""));
    housing_deinit(&h);
}
