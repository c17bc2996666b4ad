#include <stdio.h>
#include <string.h>

#include "serving.h"

LYT_SUITE(replay);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)
#define LACKS(text, part) cr_expect_null(strstr(text, part), "%s is in %s", part, text)

static void say(serving *s, const char *place, const char *text)
{
    char json[120];

    snprintf(json, sizeof json, "{\"place\":\"%s\",\"text\":\"%s\"}", place, text);
    HAS(serving_submit(s, json), "accepted");
}

Test(replay, BU_02_events_say_whose_and_which_of_their_topic_they_are)
{
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    say(&s, "1", "cold");
    say(&s, "2", "dirty");
    say(&s, "3", "cold");
    serving_hear(&s, 6);
    serving_ask(&s, "{\"request\":\"events\",\"topic\":\"alarm.default.technical.\"}");
    HAS(s.json.data, "{\"seq\":1,\"stream\":1,\"publisher\":\"");
    HAS(s.json.data, "{\"seq\":5,\"stream\":2,\"publisher\":\"");
    /* and they go on so after a restart */
    serving_stop(&s);
    serving_start(&s);
    serving_listen(&s);
    say(&s, "4", "cold");
    serving_hear(&s, 8);
    HAS(serving_ask(&s, "{\"request\":\"events\",\"since\":6,\"topic\":\"alarm.\"}"),
        "{\"seq\":7,\"stream\":3,\"publisher\":\"");
    serving_deinit(&s);
}

Test(replay, BU_04_from_a_time_and_the_last_of_each_topic)
{
    testing_clock clock;
    serving s;

    serving_init(&s);
    testing_clock_init(&clock, 1000000000000000);
    serving_start(&s);
    serving_listen(&s);
    say(&s, "1", "cold");
    say(&s, "2", "cold");
    say(&s, "3", "dirty");
    serving_hear(&s, 6);
    serving_ask(&s, "{\"request\":\"last\",\"topic\":\"alarm.\"}");
    HAS(s.json.data, "\"count\":2");
    HAS(s.json.data, "{\"seq\":3,");
    HAS(s.json.data, "{\"seq\":5,");
    LACKS(s.json.data, "{\"seq\":1,");
    HAS(serving_ask(&s, "{\"request\":\"events\",\"at\":\"2001-01-01T00:00:00Z\"}"), "\"count\":6");
    HAS(serving_ask(&s, "{\"request\":\"events\",\"at\":\"2999-01-01T00:00:00Z\"}"), "\"count\":0");
    HAS(serving_ask(&s, "{\"request\":\"events\",\"at\":\"soon\"}"), "at: must be a time");
    serving_deinit(&s);
}

/* what is not understood would otherwise be the answer to another question */
Test(replay, BU_04_a_question_that_is_wrong_is_not_answered_as_another)
{
    static const struct {
        int line;
        const char *request, *error;
    } rows[] = {
        {__LINE__, "[]", "json: must be an object"},
        {__LINE__, "{\"request\":5}", "request: must be a text"},
        {__LINE__, "{\"request\":\"nope\"}", "request: must be events, last, snapshot,"},
        {__LINE__, "{\"request\":\"events\",\"since\":\"4\"}",
         "since: must be the number of an event"},
        {__LINE__, "{\"request\":\"events\",\"since\":1.5}",
         "since: must be the number of an event"},
        {__LINE__, "{\"request\":\"events\",\"until\":\"4\"}",
         "until: must be the number of an event"},
        {__LINE__, "{\"request\":\"events\",\"limit\":\"4\"}", "limit: must be a whole number"},
        {__LINE__, "{\"request\":\"events\",\"count\":1}", "count: must be true or false"},
        {__LINE__, "{\"request\":\"events\",\"topic\":5}",
         "topic: must be a text or 1 to 32 texts"},
        {__LINE__, "{\"request\":\"last\",\"topic\":{}}", "topic: must be a text or 1 to 32 texts"},
        {__LINE__, "{\"request\":\"snapshot\",\"topic\":[]}",
         "topic: must be a text or 1 to 32 texts"},
        {__LINE__, "{\"request\":\"snapshot\",\"topic\":[5]}",
         "topic: must be a text or a list of texts"},
        {__LINE__, "{\"request\":\"incident\",\"incident\":\"1\"}",
         "incident: must be the number of an incident"},
        {__LINE__, "{\"request\":\"feedback\",\"feedback\":true}",
         "feedback: must be the number of a message"},
        {__LINE__, "{\"request\":\"incidents\",\"open\":\"yes\"}", "open: must be true or false"},
        {__LINE__, "{\"request\":\"parked\",\"after\":\"\"}", "after: must be a whole number"},
        {__LINE__, "{\"request\":\"outbox\",\"way\":[]}", "way: must be a text"},
        /* null is as good as nothing */
        {__LINE__, "{\"request\":\"events\",\"since\":null,\"at\":null}", "\"count\":0"},
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *said = serving_ask(&s, rows[i].request);

        cr_expect_not_null(strstr(said, rows[i].error), "row at line %d: %s", rows[i].line, said);
    }
    serving_deinit(&s);
}

Test(replay, a_snapshot_is_of_one_moment)
{
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    say(&s, "1", "cold");
    say(&s, "2", "dirty");
    serving_hear(&s, 4);
    serving_submit(&s,
                   "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"Ida\",\"note\":\"ok\"}");
    serving_ask(&s, "{\"request\":\"snapshot\"}");
    HAS(s.json.data, "\"seq\":7");
    HAS(s.json.data, "\"incident\":2");
    LACKS(s.json.data, "\"incident\":1,");
    HAS(serving_ask(&s, "{\"request\":\"snapshot\",\"topic\":\"alarm.default.technical.\"}"),
        "\"incidents\":[]");
    HAS(serving_ask(&s, "{\"request\":\"snapshot\",\"topic\":[\"alarm.default.housekeeping.2.\"]}"),
        "\"incident\":2");
    serving_deinit(&s);
}

typedef struct joiner {
    int64_t opened[64], last_seq;
    size_t n_opened;
    bool bad;
} joiner;

static lyt_status snap(void *user, lyt_str json)
{
    joiner *j = user;
    lyt_json *tree = NULL;

    cr_assert_eq(lyt_json_parse(&tree, json, 1 << 20, NULL), LYT_OK);
    j->opened[j->n_opened++] = lyt_json_number(tree, "incident");
    lyt_json_free(tree);
    return LYT_OK;
}

static lyt_status live(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    joiner *j = user;
    lyt_json *tree = NULL;

    j->bad = j->bad || (j->last_seq && seq != j->last_seq + 1);
    j->last_seq = seq;
    if (!lyt_str_begins(topic, LYT_STR("incident.")))
        return LYT_OK;
    cr_assert_eq(lyt_json_parse(&tree, json, 1 << 20, NULL), LYT_OK);
    j->opened[j->n_opened++] = lyt_json_number(tree, "incident");
    lyt_json_free(tree);
    return LYT_OK;
}

/* Joins while incidents are being opened: each of them comes once, from the snapshot or live. */
Test(replay, BU_03_a_snapshot_then_live_misses_and_doubles_nothing)
{
    enum { joins = 20 };
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    for (int i = 0; i < joins; i++) {
        joiner j = {.bad = false};
        lyt_subscriber *sub;
        lyt_error err;
        char place[16];
        lyt_subscriber_options options = {.net = s.net,
                                          .bus = s.at.bus,
                                          .replay = s.at.replay,
                                          .on_event = live,
                                          .on_incident = snap,
                                          .user = &j};

        cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
        for (int k = 0; k < 2; k++) {
            snprintf(place, sizeof place, "%d", 2 * i + k);
            say(&s, place, "cold");
            (void)!lyt_subscriber_step(sub, k);
        }
        serving_hear(&s, 4 * (size_t)(i + 1));
        while (lyt_subscriber_seq(sub) < 4 * (i + 1))
            (void)!lyt_subscriber_step(sub, 50);
        cr_expect_eq(j.n_opened, 2 * (size_t)(i + 1), "join %d: %zu incidents", i, j.n_opened);
        for (size_t k = 0; k < j.n_opened; k++)
            cr_expect_eq(j.opened[k], (int64_t)k + 1);
        cr_expect_not(j.bad);
        lyt_subscriber_free(sub);
    }
    serving_deinit(&s);
}

/* Each joins just before, while or after an incident is opened, and hears of it once. */
Test(replay, BU_03_a_thousand_joins_amid_traffic, .timeout = 300)
{
    enum { joins = 1000, a_join = 5 }; /* events: an alarm, opened, and three of its end */
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    for (int i = 0; i < joins; i++) {
        joiner j = {.bad = false};
        lyt_subscriber *sub;
        lyt_error err;
        char text[120];
        lyt_subscriber_options options = {.net = s.net,
                                          .bus = s.at.bus,
                                          .replay = s.at.replay,
                                          .on_event = live,
                                          .on_incident = snap,
                                          .user = &j};

        if (i % 3 == 2) {
            snprintf(text, sizeof text, "%d", i);
            say(&s, text, "cold");
        }
        cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
        if (i % 3 == 1)
            (void)!lyt_subscriber_step(sub, 1);
        if (i % 3 != 2) {
            snprintf(text, sizeof text, "%d", i);
            say(&s, text, "cold");
        }
        while (lyt_subscriber_seq(sub) < a_join * i + 2)
            (void)!lyt_subscriber_step(sub, 50);
        cr_assert(j.n_opened == 1 && j.opened[0] == i + 1 && !j.bad, "join %d: %zu incidents", i,
                  j.n_opened);
        lyt_subscriber_free(sub);
        snprintf(text, sizeof text,
                 "{\"type\":\"incident.resolve\",\"incident\":%d,\"by\":\"Ida\",\"note\":\"ok\"}",
                 i + 1);
        serving_submit(&s, text);
        serving_hear(&s, (size_t)(a_join * (i + 1)));
    }
    serving_deinit(&s);
}

Test(replay, who_asks_too_much_is_put_off)
{
    enum { asked = 2300 };
    lyt_frames *frames;
    lyt_sock *sock;
    serving s;
    lyt_error err;
    int n_busy = 0;

    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 10000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.replay, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    for (int i = 0; i < asked; i++)
        cr_assert_eq(lyt_sock_send(sock, &LYT_STR("{\"request\":\"events\"}"), 1), LYT_OK);
    for (int i = 0; i < asked; i++) {
        cr_assert_eq(lyt_sock_recv(sock, frames, 20000), LYT_OK);
        n_busy += lyt_str_begins(lyt_frames_at(frames, 0), LYT_STR("{\"busy\":true,\"retry_ms\":"));
    }
    /* slower than 500 a second it may well have had them all */
    cr_expect_lt(n_busy, asked / 2);
    /* others are not put off */
    HAS(serving_ask(&s, "{\"request\":\"events\"}"), "\"events\":[]");
    lyt_sock_close(sock, 0);
    lyt_frames_free(frames);
    serving_deinit(&s);
}

/* Silence would look to whoever writes a client as if nobody were there. */
Test(replay, CH_18_frames_of_another_shape_are_answered)
{
    enum { rounds = 4 };
    static char long_tag[300];
    const lyt_str json = LYT_STR("{\"request\":\"status\"}"), none = {"", 0}, a = LYT_STR("a");
    const lyt_str rows[rounds][4] = {{a, a, json, {NULL, 0}},
                                     {none, a, a, json},
                                     {{long_tag, 257}, json, {NULL, 0}, {NULL, 0}},
                                     {a, a, a, a}};
    lyt_frames *frames;
    lyt_sock *sock;
    lyt_error err;
    serving s;

    memset(long_tag, 't', sizeof long_tag);
    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 100, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.replay, &err), LYT_OK);
    for (int i = 0; i < rounds; i++) {
        size_t n = 0, n_back;

        while (n < 4 && rows[i][n].ptr)
            n++;
        cr_assert_eq(lyt_sock_send(sock, rows[i], n), LYT_OK);
        cr_assert_eq(lyt_sock_recv(sock, frames, 20000), LYT_OK, "no answer to row %d", i);
        n_back = lyt_frames_count(frames);
        /* the delimiter of who put one in front, as everywhere */
        cr_expect_eq(n_back, i == 1 ? 2 : 1, "row %d", i);
        cr_expect(
            lyt_str_begins(lyt_frames_at(frames, n_back - 1), LYT_STR("{\"error\":\"frames: ")),
            "row %d", i);
    }
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "queue", "bad_frames"), rounds);
    lyt_sock_close(sock, 0);
    lyt_frames_free(frames);
    serving_deinit(&s);
}
