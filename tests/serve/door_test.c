#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "serving.h"
#include "worker.h"

LYT_SUITE(door);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

typedef struct pair {
    char open[lyt_key_bytes], secret[lyt_key_bytes];
} pair;

typedef struct house {
    serving s;
    char keys[64];
    pair server, all, pager, gateway, stranger;
} house;

static void make(pair *p)
{
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_key_pair(p->open, p->secret, &err), LYT_OK, "%s", err.text);
}

static void write_access(const house *h, const char *pager_rights)
{
    char text[600];

    snprintf(text, sizeof text, "all %s all\ngateway %s submit\n%s%s %s\n", h->all.open,
             h->gateway.open, *pager_rights ? "pager " : "# ", h->pager.open, pager_rights);
    testing_write(h->keys, "access", lyt_str_of(text));
}

static void open_house(house *h)
{
    char text[200], path[128];
    lyt_error err;

    make(&h->server);
    make(&h->all);
    make(&h->pager);
    make(&h->gateway);
    make(&h->stranger);
    testing_folder(h->keys);
    snprintf(text, sizeof text, "secret %s\n", h->server.secret);
    testing_write(h->keys, "server.key", lyt_str_of(text));
    snprintf(path, sizeof path, "%s/server.key", h->keys);
    chmod(path, 0600);
    write_access(h, "topic=alarm.havnen.");
    serving_init(&h->s);
    cr_assert_eq(lyt_net_unlock(h->s.net, h->server.open, h->all.secret, &err), LYT_OK);
    h->s.options.keys = h->keys;
    serving_start(&h->s);
}

static void close_house(house *h)
{
    serving_deinit(&h->s);
    testing_folder_remove(h->keys);
}

static lyt_net *net_of(const house *h, const pair *with)
{
    lyt_net *net;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    if (with)
        cr_assert_eq(lyt_net_unlock(net, h->server.open, with->secret, &err), LYT_OK);
    return net;
}

/* What that key's holder is answered; "" when nobody answers in time. */
static void ask(const house *h, const pair *with, const char *endpoint, const char *json,
                int timeout_ms, char out[400])
{
    lyt_net *net = net_of(h, with);
    lyt_asker *asker;
    lyt_str answer = {NULL, 0};
    lyt_error err;

    out[0] = '\0';
    cr_assert_eq(lyt_asker_new(&asker, net, NULL, endpoint, &err), LYT_OK);
    if (lyt_asker_ask(asker, lyt_str_of(json), timeout_ms, &answer) == LYT_OK)
        snprintf(out, 400, "%.*s", LYT_STR_ARG(answer));
    lyt_asker_free(asker);
    lyt_net_free(net);
}

Test(door, without_a_key_nothing_is_read_or_sent)
{
    static const char status[] = "{\"request\":\"status\"}", send[] = "{\"text\":\"cold\"}";
    char answer[400];
    house h;

    open_house(&h);
    HAS(serving_submit(&h.s, send), "accepted");
    ask(&h, NULL, h.s.at.replay, status, 300, answer);
    cr_expect_str_eq(answer, "");
    ask(&h, NULL, h.s.at.submit, send, 300, answer);
    cr_expect_str_eq(answer, "");
    ask(&h, &h.stranger, h.s.at.submit, send, 300, answer);
    cr_expect_str_eq(answer, "");
    cr_expect_gt(serving_number(&h.s, status, "queue", "keys_turned_away"), 0);
    cr_expect_eq(serving_number(&h.s, status, "counts", "feedback"), 1);
    close_house(&h);
}

Test(door, BU_12_each_key_has_its_rights)
{
    char answer[400];
    house h;

    open_house(&h);
    ask(&h, &h.gateway, h.s.at.submit, "{\"text\":\"cold\"}", 20000, answer);
    HAS(answer, "accepted");
    ask(&h, &h.gateway, h.s.at.submit, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"x\"}",
        20000, answer);
    HAS(answer, "refused");
    HAS(answer, "key: ");
    ask(&h, &h.gateway, h.s.at.replay, "{\"request\":\"status\"}", 20000, answer);
    HAS(answer, "may not ask");
    ask(&h, &h.pager, h.s.at.submit, "{\"text\":\"cold\"}", 20000, answer);
    HAS(answer, "refused");
    ask(&h, &h.pager, h.s.at.replay, "{\"request\":\"events\"}", 20000, answer);
    HAS(answer, "\"events\":[]");
    ask(&h, &h.pager, h.s.at.replay, "{\"request\":\"snapshot\"}", 20000, answer);
    HAS(answer, "\"incidents\":[]");
    ask(&h, &h.pager, h.s.at.replay,
        "{\"request\":\"attach\",\"name\":\"p\",\"topic\":\"incident.\"}", 20000, answer);
    HAS(answer, "may hear none");
    ask(&h, &h.pager, h.s.at.replay, "{\"request\":\"attach\",\"name\":\"p\"}", 20000, answer);
    HAS(answer, "attached");
    ask(&h, &h.gateway, h.s.at.replay, "{\"request\":\"forget\",\"name\":\"p\"}", 20000, answer);
    HAS(answer, "another key");
    close_house(&h);
}

static lyt_status note(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    (void)seq;
    (void)json;
    lyt_buf_addf(user, "%.*s\n", LYT_STR_ARG(topic));
    return LYT_OK;
}

static lyt_subscriber *listen(house *h, lyt_net *net, lyt_buf *heard)
{
    lyt_subscriber_options options = {.net = net,
                                      .bus = h->s.at.bus,
                                      .replay = h->s.at.replay,
                                      .since = -1,
                                      .on_event = note,
                                      .user = heard};
    lyt_subscriber *sub;
    lyt_error err;

    cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
    while (lyt_subscriber_seq(sub) < 0)
        (void)!lyt_subscriber_step(sub, 50);
    return sub;
}

/* The bus gives a key its topics only, and nothing more once it is revoked. */
Test(door, BU_12_a_key_hears_its_topics_until_it_is_revoked)
{
    static const char havnen[] = "{\"property\":\"havnen\",\"text\":\"cold\"}";
    lyt_subscriber *sub;
    lyt_buf heard;
    lyt_net *net;
    house h;

    open_house(&h);
    lyt_buf_init(&heard, NULL);
    lyt_buf_add_text(&heard, "");
    net = net_of(&h, &h.pager);
    sub = listen(&h, net, &heard);
    serving_listen(&h.s);
    serving_submit(&h.s, "{\"property\":\"byen\",\"text\":\"cold\"}");
    serving_submit(&h.s, havnen);
    serving_hear(&h.s, 4);
    while (!heard.len)
        (void)!lyt_subscriber_step(sub, 50);
    cr_expect_str_eq(heard.data, "alarm.havnen.technical.3.heating-broken\n");
    write_access(&h, "");
    /* who stays comes in again; that the keys were read is seen by the stranger it is now */
    while (serving_number(&h.s, "{\"request\":\"status\"}", "queue", "keys_turned_away") == 0)
        (void)!lyt_subscriber_step(sub, 50);
    serving_submit(&h.s, havnen);
    serving_hear(&h.s, 5);
    for (int i = 0; i < 10; i++)
        (void)!lyt_subscriber_step(sub, 20);
    cr_expect_str_eq(heard.data, "alarm.havnen.technical.3.heating-broken\n");
    lyt_subscriber_free(sub);
    lyt_net_free(net);
    lyt_buf_deinit(&heard);
    close_house(&h);
}

/* What comes next that is no heartbeat, or "" when nothing does in time. */
static const char *next_of(lyt_sock *sock, lyt_frames *frames, int timeout_ms, char out[2000])
{
    out[0] = '\0';
    while (!*out && !lyt_sock_recv(sock, frames, timeout_ms)) {
        lyt_str json = lyt_frames_at(frames, 1);

        if (!lyt_str_begins(json, LYT_STR("{\"heartbeat\"")))
            snprintf(out, 2000, "%.*s", LYT_STR_ARG(json));
    }
    return out;
}

/* A named subscriber may ask for everything, gets what its key may hear, and nothing once revoked.
 */
Test(door, BU_12_a_name_hears_the_topics_of_its_key_until_that_is_revoked)
{
    lyt_str attach[2] = {{"", 0},
                         LYT_STR("{\"request\":\"attach\",\"name\":\"p\",\"silence_ms\":0}")};
    lyt_frames *frames;
    char said[2000];
    lyt_sock *sock;
    lyt_error err;
    lyt_net *net;
    house h;

    open_house(&h);
    net = net_of(&h, &h.pager);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    cr_assert_eq(lyt_sock_open(&sock, net, LYT_SOCK_DEALER, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, h.s.at.replay, &err), LYT_OK);
    cr_assert_eq(lyt_sock_send(sock, attach, 2), LYT_OK);
    HAS(next_of(sock, frames, 20000, said), "\"attached\":\"p\"");
    serving_submit(&h.s, "{\"property\":\"byen\",\"text\":\"cold\"}");
    serving_submit(&h.s, "{\"property\":\"havnen\",\"text\":\"cold\"}");
    HAS(next_of(sock, frames, 20000, said),
        "{\"deliver\":[{\"topic\":\"alarm.havnen.technical.3.heating-broken\"");
    cr_expect_null(strstr(said, "byen"), "%s", said);
    cr_expect_null(strstr(said, "incident."), "%s", said);
    cr_expect_eq(serving_number(&h.s, "{\"request\":\"status\"}", "queue", "attached"), 1);
    write_access(&h, "");
    serving_until(&h.s, "queue", "attached", 0);
    serving_submit(&h.s, "{\"property\":\"havnen\",\"text\":\"cold\"}");
    cr_expect_str_eq(next_of(sock, frames, 300, said), "");
    lyt_sock_close(sock, 0);
    lyt_frames_free(frames);
    lyt_net_free(net);
    close_house(&h);
}

/* Whoever was there before its key was in the file is not turned away for good. */
Test(door, BU_12_a_key_that_comes_late_is_let_in)
{
    lyt_subscriber *sub;
    lyt_buf heard;
    lyt_net *net;
    house h;
    lyt_subscriber_options options = {.since = -1, .on_event = note, .user = &heard};
    lyt_error err;

    open_house(&h);
    write_access(&h, "");
    lyt_buf_init(&heard, NULL);
    net = net_of(&h, &h.pager);
    options.net = net;
    options.bus = h.s.at.bus;
    options.replay = h.s.at.replay;
    cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
    while (serving_number(&h.s, "{\"request\":\"status\"}", "queue", "keys_turned_away") < 2)
        (void)!lyt_subscriber_step(sub, 50);
    cr_expect_lt(lyt_subscriber_seq(sub), 0);
    write_access(&h, "topic=");
    for (int i = 0; i < 400 && lyt_subscriber_seq(sub) < 0; i++)
        (void)!lyt_subscriber_step(sub, 50);
    cr_expect_geq(lyt_subscriber_seq(sub), 0, "it never came in");
    lyt_subscriber_free(sub);
    lyt_net_free(net);
    lyt_buf_deinit(&heard);
    close_house(&h);
}

Test(door, a_worker_needs_the_right_to_work)
{
    lyt_worker_options options = {.judge = &serving_judge, .heartbeat_ms = 300};
    lyt_error err = {.text = ""};
    lyt_actor *worker;
    lyt_net *net;
    house h;

    open_house(&h);
    net = net_of(&h, &h.gateway);
    options.net = net;
    options.endpoint = h.s.at.work;
    cr_assert_eq(lyt_actor_start(&worker, net, "worker", lyt_worker_run, &options, &err), LYT_OK);
    while (!serving_number(&h.s, "{\"request\":\"status\"}", "queue", "not_allowed"))
        (void)!lyt_sock_poll(NULL, 0, NULL, 20);
    while (!lyt_actor_has_ended(worker))
        (void)!lyt_sock_poll(NULL, 0, NULL, 20);
    cr_expect_eq(lyt_actor_stop(worker, &err), LYT_ESTATE);
    HAS(err.text, "right to work");
    lyt_net_free(net);
    close_house(&h);
}
