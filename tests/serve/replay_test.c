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
