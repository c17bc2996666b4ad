/*
 * What the subscriber, the named subscriber, the sender and the asker hear from a service that
 * anybody may be: frames in any number, answers that were not asked for, numbers that go back or
 * break off. The first byte says how the subscriber is set; the rest is a script (fakenet.h) of
 * what comes on the bus (b), in answer to its questions (a), for the named one (f), for the sender
 * (s) and for the asker (q).
 *
 * Every event is delivered once and none of a number that is none; a message is answered once.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "fakenet.h"
#include "follower.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { seen_max = 512, rounds = 64, n_messages = 8 };

typedef struct hearing {
    int64_t seen[seen_max];
    size_t n_seen;
    uint8_t how;
    bool answered[n_messages];
    unsigned sum;
} hearing;

static void see(hearing *h, lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        h->sum += (unsigned char)text.ptr[i];
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    hearing *h = user;

    see(h, topic);
    see(h, json);
    for (size_t i = 0; i < h->n_seen; i++)
        if (h->seen[i] == seq)
            abort();
    if (h->n_seen < seen_max)
        h->seen[h->n_seen++] = seq;
    /* now and then somebody has enough */
    return h->how & 8 && seq % 5 == 0 ? LYT_EEND : LYT_OK;
}

static lyt_status on_incident(void *user, lyt_str json)
{
    see(user, json);
    return LYT_OK;
}

static void on_notice(void *user, lyt_notice notice, int64_t from, int64_t to)
{
    hearing *h = user;

    (void)from;
    (void)to;
    if (notice == LYT_NOTICE_OTHER)
        h->n_seen = 0; /* its numbers are others */
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    hearing *h = user;

    see(h, status);
    see(h, answer);
    if (number >= n_messages || h->answered[number])
        abort();
    h->answered[number] = true;
}

static void subscribe(hearing *h)
{
    static const lyt_str topics[] = {{"alarm.", 6}, {"incident.", 9}};
    lyt_subscriber_options o = {.bus = "fake:b",
                                .replay = "fake:a",
                                .topics = topics,
                                .n_topics = h->how & 1 ? 2 : 0,
                                .since = h->how & 2 ? 0 : -1,
                                .on_incident = h->how & 4 ? on_incident : NULL,
                                .on_event = on_event,
                                .on_notice = on_notice,
                                .user = h,
                                .late_ms = h->how & 16 ? 1000 : 0};
    lyt_subscriber *sub = NULL;

    if (lyt_subscriber_new(&sub, &o, NULL))
        abort();
    for (int i = 0; i < rounds && fakenet_has('b'); i++)
        if (lyt_subscriber_step(sub, 0) == LYT_OK && lyt_subscriber_seq(sub) < -1)
            abort();
    lyt_subscriber_free(sub);
}

static void follow(hearing *h)
{
    lyt_follower_options o = {.replay = "fake:f", .name = "pager", .since = -1};
    lyt_follower *f = NULL;
    lyt_followed event;
    lyt_error err;

    if (lyt_follower_new(&f, &o, NULL))
        abort();
    for (int i = 0; i < rounds; i++) {
        lyt_status status = lyt_follower_next(f, &event, 1, &err);

        if (status == LYT_ECLOSED)
            break;
        if (status)
            continue;
        see(h, event.topic);
        see(h, event.json);
        (void)!(i % 2 ? lyt_follower_done(f, event.seq) : lyt_follower_put_off(f, event.seq, -1));
    }
    (void)lyt_follower_is_attached(f);
    lyt_follower_free(f);
}

static void send(hearing *h)
{
    lyt_sender_options o = {
        .endpoint = "fake:s", .window = n_messages, .on_answer = on_answer, .user = h};
    lyt_sender *sender = NULL;
    size_t n_answered = 0;

    if (lyt_sender_new(&sender, &o, NULL))
        abort();
    for (uint64_t i = 0; i < n_messages; i++)
        if (lyt_sender_send(sender, i, LYT_STR("{\"text\":\"cold\"}")))
            abort();
    for (int i = 0; i < rounds && fakenet_has('s'); i++)
        (void)!lyt_sender_step(sender, 0);
    for (int i = 0; i < n_messages; i++)
        n_answered += h->answered[i];
    if (lyt_sender_pending(sender) + n_answered != n_messages)
        abort();
    lyt_sender_free(sender);
}

static void ask(hearing *h)
{
    lyt_asker *asker = NULL;
    lyt_str answer;

    if (lyt_asker_new(&asker, NULL, NULL, "fake:q", NULL))
        abort();
    if (!lyt_asker_ask(asker, LYT_STR("{\"request\":\"status\"}"), 10, &answer))
        see(h, answer);
    lyt_asker_free(asker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearing h = {.how = size ? data[0] : 0};

    if (!size)
        return 0;
    fakenet_begin((lyt_str){(const char *)data + 1, size - 1});
    subscribe(&h);
    if (fakenet_has('f'))
        follow(&h);
    if (fakenet_has('s'))
        send(&h);
    if (fakenet_has('q'))
        ask(&h);
    return 0;
}
