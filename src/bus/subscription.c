#include <lyt/subscriber.h>

#include <string.h>

#include "access.h"
#include "client.h"
#include "follower.h"
#include "mem.h"

/*
 * A face for lyt_follower and lyt_subscriber. The latter calls back for every event,
 * perhaps a thousand in one step; they wait in `queue` as topic, NUL, JSON, NUL.
 */
typedef struct waiting {
    int64_t seq;
    size_t topic_at, topic_len, json_at, json_len;
} waiting;

struct lyt_subscription {
    const lyt_alloc *alloc;
    lyt_net *net;
    lyt_follower *follower;
    lyt_subscriber *subscriber;
    waiting *rows;
    size_t n_rows, cap_rows, next_row;
    lyt_buf queue;
    bool was_noticed, is_silent;
    lyt_stream_notice notice;
    int64_t from, to;
};

enum { silent_ms = 3000 };

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    lyt_subscription *s = user;
    lyt_status status =
        lyt_mem_grow(s->alloc, &s->rows, &s->cap_rows, s->n_rows + 1, sizeof *s->rows);
    waiting row = {seq, s->queue.len, topic.len, s->queue.len + topic.len + 1, json.len};

    lyt_buf_add(&s->queue, topic);
    lyt_buf_add_char(&s->queue, '\0');
    lyt_buf_add(&s->queue, json);
    lyt_buf_add_char(&s->queue, '\0');
    if (!status)
        status = lyt_buf_status(&s->queue);
    if (!status)
        s->rows[s->n_rows++] = row;
    return status;
}

static void on_notice(void *user, lyt_stream_notice notice, int64_t from, int64_t to)
{
    lyt_subscription *s = user;

    /* the widest of several gaps is told of once */
    if (s->was_noticed && s->notice == notice && from > s->from)
        from = s->from;
    s->was_noticed = notice != LYT_STREAM_BACK;
    s->notice = notice;
    s->from = from;
    s->to = to;
}

static lyt_status use_key(lyt_subscription *s, const lyt_subscription_options *o, lyt_error *err)
{
    char secret[lyt_key_bytes];
    lyt_status status;

    if (!o->server_key && !o->key_file)
        return LYT_OK;
    if (!o->server_key || !o->key_file)
        return lyt_error_set(err, LYT_EINVAL, "server_key and key_file: give both or neither");
    status = lyt_key_load(secret, lyt_fs_system(), o->key_file, err);
    if (!status)
        status = lyt_net_unlock(s->net, o->server_key, secret, err);
    memset(secret, 0, sizeof secret);
    return status;
}

static lyt_status open_named(lyt_subscription *s, const lyt_subscription_options *o,
                             const lyt_str *topics, lyt_error *err)
{
    return lyt_follower_new(&s->follower,
                            &(lyt_follower_options){
                                .alloc = o->alloc,
                                .net = s->net,
                                .replay = o->replay,
                                .name = o->name,
                                .topics = topics,
                                .n_topics = o->n_topics,
                                .since = o->since,
                                .credit = o->credit,
                                .ack_wait_ms = o->ack_wait_ms,
                                .max_deliveries = o->max_deliveries,
                            },
                            err);
}

static lyt_status open_free(lyt_subscription *s, const lyt_subscription_options *o,
                            const lyt_str *topics, lyt_error *err)
{
    return lyt_subscriber_new(&s->subscriber,
                              &(lyt_subscriber_options){
                                  .alloc = o->alloc,
                                  .net = s->net,
                                  .bus = o->bus,
                                  .replay = o->replay,
                                  .topics = topics,
                                  .n_topics = o->n_topics,
                                  .since = o->since,
                                  .on_event = on_event,
                                  .on_notice = on_notice,
                                  .user = s,
                                  .late_ms = o->late_ms,
                              },
                              err);
}

lyt_status lyt_subscription_open(lyt_subscription **out, const lyt_subscription_options *options,
                                 lyt_error *err)
{
    lyt_str topics[lyt_subscriber_topics_max];
    lyt_subscription *s;
    lyt_status status;

    if (!options->replay || (!options->bus && !options->name))
        return lyt_error_set(err, LYT_EINVAL, "replay: is needed, and bus without a name");
    if (options->n_topics > lyt_subscriber_topics_max)
        return lyt_error_set(err, LYT_EINVAL, "topics: at most %d", lyt_subscriber_topics_max);
    s = lyt_mem_new(options->alloc, sizeof *s);
    if (!s)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a subscription");
    s->alloc = options->alloc;
    lyt_buf_init(&s->queue, s->alloc);
    for (size_t i = 0; i < options->n_topics; i++)
        topics[i] = lyt_str_of(options->topics[i]);
    status = lyt_net_new(&s->net, s->alloc, err);
    if (!status)
        status = use_key(s, options, err);
    if (!status)
        status = options->name ? open_named(s, options, topics, err)
                               : open_free(s, options, topics, err);
    if (status) {
        lyt_subscription_close(s);
        return status;
    }
    *out = s;
    return LYT_OK;
}

void lyt_subscription_close(lyt_subscription *s)
{
    if (!s)
        return;
    lyt_follower_free(s->follower);
    lyt_subscriber_free(s->subscriber);
    lyt_net_free(s->net);
    lyt_mem_free(s->alloc, s->rows);
    lyt_buf_deinit(&s->queue);
    lyt_mem_free(s->alloc, s);
}

static lyt_status say_notice(lyt_subscription *s, lyt_error *err)
{
    long long from = (long long)s->from, to = (long long)s->to;

    s->was_noticed = false;
    switch (s->notice) {
    case LYT_STREAM_GAP:
        return lyt_error_set(err, LYT_ELIMIT,
                             "events after %lld up to %lld did not come and are fetched", from, to);
    case LYT_STREAM_GONE:
        return lyt_error_set(err, LYT_ELIMIT,
                             "events after %lld up to %lld are too old and not kept any more; ask "
                             "for a snapshot",
                             from, to);
    case LYT_STREAM_LATE:
        return lyt_error_set(err, LYT_ELIMIT, "event %lld is %lld ms old: this is too slow", from,
                             to);
    case LYT_STREAM_SILENT:
        return lyt_error_set(err, LYT_ECLOSED, "the service has been silent for %lld ms", to);
    case LYT_STREAM_OTHER:
        return lyt_error_set(err, LYT_ELIMIT,
                             "this is another log; its events begin with number 1");
    case LYT_STREAM_BACK:
        break;
    }
    return LYT_OK;
}

static bool take_row(lyt_subscription *s, lyt_bus_event *event)
{
    const waiting *row;

    if (s->next_row == s->n_rows) {
        s->n_rows = s->next_row = 0;
        lyt_buf_reset(&s->queue);
        return false;
    }
    row = &s->rows[s->next_row++];
    *event = (lyt_bus_event){row->seq,
                             1,
                             {s->queue.data + row->topic_at, row->topic_len},
                             {s->queue.data + row->json_at, row->json_len}};
    return true;
}

static lyt_status next_free(lyt_subscription *s, lyt_bus_event *event, int timeout_ms,
                            lyt_error *err)
{
    lyt_status status;

    if (take_row(s, event))
        return LYT_OK;
    status = lyt_subscriber_step(s->subscriber, timeout_ms);
    if (s->was_noticed)
        return say_notice(s, err);
    if (take_row(s, event))
        return LYT_OK;
    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
    return LYT_ETIMEOUT;
}

static lyt_status next_named(lyt_subscription *s, lyt_bus_event *event, int timeout_ms,
                             lyt_error *err)
{
    lyt_followed followed;
    lyt_status status = lyt_follower_next(s->follower, &followed, timeout_ms, err);

    if (!status) {
        s->is_silent = false;
        *event = (lyt_bus_event){followed.seq, followed.delivery, followed.topic, followed.json};
    } else if (status == LYT_ETIMEOUT && !s->is_silent &&
               lyt_follower_silent_ms(s->follower) > silent_ms) {
        s->is_silent = true;
        return lyt_error_set(err, LYT_ECLOSED, "the service has been silent for %lld ms",
                             (long long)lyt_follower_silent_ms(s->follower));
    }
    return status;
}

lyt_status lyt_subscription_next(lyt_subscription *s, lyt_bus_event *event, int timeout_ms,
                                 lyt_error *err)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + (int64_t)timeout_ms * 1000;

    /* in steps of a second, so that silence is noticed whatever the patience */
    for (;;) {
        int64_t left_ms = (end_us - lyt_clock_mono_us(lyt_clock_system()) + 999) / 1000;
        int step_ms = timeout_ms < 0 || left_ms > 1000 ? 1000 : left_ms > 0 ? (int)left_ms : 0;
        lyt_status status =
            s->follower ? next_named(s, event, step_ms, err) : next_free(s, event, step_ms, err);

        if (status != LYT_ETIMEOUT)
            return status;
        if (timeout_ms >= 0 && lyt_clock_mono_us(lyt_clock_system()) >= end_us)
            return lyt_error_set(err, LYT_ETIMEOUT, "no event came");
    }
}

lyt_status lyt_subscription_ack(lyt_subscription *s, int64_t seq)
{
    return s->follower ? lyt_follower_done(s->follower, seq) : LYT_OK;
}

lyt_status lyt_subscription_later(lyt_subscription *s, int64_t seq, int64_t delay_ms)
{
    return s->follower ? lyt_follower_put_off(s->follower, seq, delay_ms) : LYT_ESTATE;
}

void lyt_subscription_alive(lyt_subscription *s)
{
    if (s->follower)
        lyt_follower_beat(s->follower);
}

int64_t lyt_subscription_seq(const lyt_subscription *s)
{
    /* what waits here was not seen by the caller yet */
    if (s->next_row < s->n_rows)
        return s->rows[s->next_row].seq - 1;
    return s->subscriber ? lyt_subscriber_seq(s->subscriber) : -1;
}
