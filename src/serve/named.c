#include <stdio.h>
#include <string.h>

#include "events.h"
#include "mem.h"
#include "named_inner.h"

typedef lyt_named_member member;
typedef lyt_subscriber_row subscriber;

enum {
    given_at_once = 200,
    given_bytes = 256 * 1024,
    looked_at_once = 5000,
    blocked_ms = 100,
};

static int64_t mono_us(const lyt_named *n)
{
    return lyt_clock_mono_us(n->o.core->options.clock);
}

static int64_t beat_period_us(const lyt_named *n)
{
    return n->o.core->options.heartbeat_ms * 1000;
}

/* Cuts the kept text into prefixes; no text is the prefix of everything. */
void lyt_named_split(subscriber *s)
{
    lyt_str text = lyt_str_of(s->topics);
    size_t at = 0;

    s->n_prefixes = 0;
    do {
        size_t end = lyt_str_find(text, ' ', at);

        s->prefixes[s->n_prefixes++] = lyt_str_slice(text, at, end);
        at = end + 1;
    } while (at < text.len && s->n_prefixes < lyt_access_topics_max);
}

static void free_subscriber(lyt_named *n, subscriber *s)
{
    lyt_cursor_free(s->cursor);
    lyt_mem_free(n->alloc, s->topics);
    memset(s, 0, sizeof *s);
}

lyt_status lyt_named_add(lyt_named *n, const lyt_cursor_row *row, subscriber **out)
{
    lyt_status status = LYT_ELIMIT;
    subscriber *s;

    if (n->n_subscribers < lyt_named_rows_max)
        status = lyt_mem_grow(n->alloc, &n->subscribers, &n->cap_subscribers, n->n_subscribers + 1,
                              sizeof *n->subscribers);
    if (status)
        return status;
    s = &n->subscribers[n->n_subscribers];
    memset(s, 0, sizeof *s);
    snprintf(s->name, sizeof s->name, "%.*s", LYT_STR_ARG(row->name));
    snprintf(s->owner, sizeof s->owner, "%.*s", LYT_STR_ARG(row->owner));
    s->limits = (lyt_cursor_limits){lyt_named_credit, row->wait_ms, row->most, lyt_named_bytes_out};
    s->kept_floor = row->floor;
    s->topics = lyt_mem_strdup(n->alloc, row->topics);
    if (!s->topics || lyt_cursor_new(&s->cursor, n->alloc, row->floor, &s->limits)) {
        free_subscriber(n, s);
        return LYT_ENOMEM;
    }
    lyt_named_split(s);
    n->n_subscribers++;
    *out = s;
    return LYT_OK;
}

static lyt_status restore(void *user, const lyt_cursor_row *row)
{
    subscriber *s;

    return lyt_named_add(user, row, &s);
}

lyt_status lyt_named_new(lyt_named **out, const lyt_named_options *options, lyt_error *err)
{
    const lyt_alloc *alloc = options->core->options.alloc;
    lyt_named *n = lyt_mem_new(alloc, sizeof *n);
    lyt_status status;

    if (!n)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for subscribers");
    n->o = *options;
    n->alloc = alloc;
    lyt_buf_init(&n->out, alloc);
    lyt_buf_init(&n->order, alloc);
    status = lyt_store_each_cursor(options->store, restore, n, err);
    if (status) {
        lyt_named_free(n);
        return status;
    }
    *out = n;
    return LYT_OK;
}

void lyt_named_free(lyt_named *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->n_subscribers; i++)
        free_subscriber(n, &n->subscribers[i]);
    lyt_mem_free(n->alloc, n->subscribers);
    lyt_mem_free(n->alloc, n->members);
    lyt_buf_deinit(&n->out);
    lyt_buf_deinit(&n->order);
    lyt_mem_free(n->alloc, n);
}

subscriber *lyt_named_find(const lyt_named *n, lyt_str name)
{
    for (size_t i = 0; i < n->n_subscribers; i++)
        if (lyt_str_equal(lyt_str_of(n->subscribers[i].name), name))
            return &n->subscribers[i];
    return NULL;
}

member *lyt_named_find_member(const lyt_named *n, lyt_str id)
{
    for (size_t i = 0; i < n->n_members; i++)
        if (lyt_str_equal((lyt_str){n->members[i].id, n->members[i].id_len}, id))
            return &n->members[i];
    return NULL;
}

member *lyt_named_active(const lyt_named *n, const subscriber *s)
{
    size_t index = (size_t)(s - n->subscribers);
    member *best = NULL;

    for (size_t i = 0; i < n->n_members; i++) {
        member *m = &n->members[i];

        if (m->subscriber == index && (!best || m->order < best->order))
            best = m;
    }
    return best;
}

static lyt_status send_to(const lyt_named *n, const member *m, lyt_str json)
{
    lyt_str frames[4];
    size_t n_frames = 0;

    frames[n_frames++] = (lyt_str){m->id, m->id_len};
    if (m->has_delimiter)
        frames[n_frames++] = (lyt_str){"", 0};
    if (m->has_tag)
        frames[n_frames++] = (lyt_str){m->tag, m->tag_len};
    frames[n_frames++] = json;
    return lyt_sock_send(n->o.replay, frames, n_frames);
}

void lyt_named_heard(lyt_named *n, lyt_str id)
{
    member *m = lyt_named_find_member(n, id);

    if (m)
        m->seen_us = mono_us(n);
}

void lyt_named_drop_member(lyt_named *n, member *m, const char *why)
{
    subscriber *s = &n->subscribers[m->subscriber];

    if (lyt_named_active(n, s) == m)
        lyt_cursor_lose(s->cursor, mono_us(n));
    lyt_log_say(n->o.log, LYT_LOG_INFO, "LYT-SUBSCRIBER-GONE", "A named subscriber is gone.",
                LYT_KV("name", s->name), LYT_KV("why", why));
    *m = n->members[--n->n_members];
    n->o.core->gauges.attached = (int64_t)n->n_members;
    n->is_behind = true;
}

lyt_cursor_row lyt_named_row_of(const subscriber *s)
{
    return (lyt_cursor_row){
        .name = lyt_str_of(s->name),
        .topics = lyt_str_of(s->topics),
        .owner = lyt_str_of(s->owner),
        .floor = lyt_cursor_floor(s->cursor),
        .wait_ms = s->limits.wait_ms,
        .most = s->limits.most,
    };
}

void lyt_named_send_order(lyt_named *n, const lyt_cursor_order *order)
{
    lyt_str frame;

    lyt_buf_reset(&n->order);
    lyt_cursor_order_put(&n->order, order);
    frame = lyt_buf_str(&n->order);
    /* without memory it hears some events again after a restart */
    if (!lyt_buf_status(&n->order))
        (void)!lyt_sock_send(n->o.ledger, &frame, 1);
}

static void keep(lyt_named *n, subscriber *s)
{
    lyt_cursor_order order = {.op = LYT_CURSOR_PUT, .row = lyt_named_row_of(s)};

    if (s->is_on_way || (!s->is_new && order.row.floor == s->kept_floor))
        return;
    s->is_on_way = true;
    s->is_new = false;
    lyt_named_send_order(n, &order);
}

void lyt_named_flush(lyt_named *n)
{
    for (size_t i = 0; i < n->n_subscribers; i++) {
        /* one that is on the way may be older than what we know; they arrive in order */
        n->subscribers[i].is_on_way = false;
        keep(n, &n->subscribers[i]);
    }
}

void lyt_named_committed(lyt_named *n, lyt_str frame)
{
    lyt_cursor_order order;
    subscriber *s;

    if (!frame.len || lyt_cursor_order_get(&order, frame) || order.op != LYT_CURSOR_PUT)
        return;
    s = lyt_named_find(n, order.row.name);
    if (!s)
        return;
    s->is_on_way = false;
    s->kept_floor = order.row.floor;
    keep(n, s);
}

static void bury(lyt_named *n, subscriber *s, const lyt_cursor_due *due)
{
    lyt_cursor_order order = {.op = LYT_CURSOR_BURY, .row = lyt_named_row_of(s)};

    order.dead =
        (lyt_dead_row){due->seq, due->deliveries, lyt_clock_wall_us(n->o.core->options.clock),
                       LYT_STR("not acknowledged")};
    lyt_named_send_order(n, &order);
    (void)!lyt_cursor_done(s->cursor, due->seq, NULL);
    n->o.core->gauges.dead_letters++;
    lyt_log_say(n->o.log, LYT_LOG_WARN, "LYT-DEAD-LETTER",
                "A subscriber could not deal with an event; it is a dead letter now.",
                LYT_KV("name", s->name), LYT_KN("seq", due->seq),
                LYT_KN("deliveries", due->deliveries));
}

static bool is_wanted(const lyt_named *n, const subscriber *s, const member *m, lyt_str topic)
{
    for (size_t i = 0; i < s->n_prefixes; i++)
        if (lyt_str_begins(topic, s->prefixes[i]))
            return lyt_door_hears(n->o.door, m->user, topic);
    return false;
}

static void write_event(lyt_named *n, lyt_str topic, lyt_str json, int64_t deliveries)
{
    lyt_jw_object(&n->jw);
    lyt_jw_kstr(&n->jw, "topic", topic);
    lyt_jw_kint(&n->jw, "delivery", deliveries);
    lyt_jw_key(&n->jw, "event");
    lyt_jw_raw(&n->jw, json);
    lyt_jw_object_end(&n->jw);
    n->n_given++;
}

static bool is_frame_full(const lyt_named *n)
{
    return n->n_given >= given_at_once || n->out.len > given_bytes;
}

/* Numbers have no gaps: what is missing before the next one is kept no more. */
static void note_lost(subscriber *s, int64_t to)
{
    int64_t seen = lyt_cursor_seen(s->cursor);

    if (to <= seen)
        return;
    if (!s->lost_from)
        s->lost_from = seen + 1;
    s->lost_to = to;
    lyt_cursor_pass(s->cursor, to);
}

static lyt_status give_new(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    lyt_named *n = user;
    lyt_status status;

    (void)at_us;
    n->is_empty = false;
    note_lost(n->to, seq - 1);
    if (!is_wanted(n, n->to, n->by, topic)) {
        lyt_cursor_pass(n->to->cursor, seq);
        return LYT_OK;
    }
    if (!lyt_cursor_room(n->to->cursor) || is_frame_full(n))
        return LYT_EEND;
    status = lyt_cursor_give(n->to->cursor, seq, json.len, n->now_us);
    if (!status)
        write_event(n, topic, json, 1);
    return status;
}

typedef struct again {
    lyt_named *n;
    int64_t deliveries;
    size_t size_bytes;
} again;

static lyt_status give_again(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    again *a = user;

    (void)seq;
    (void)at_us;
    a->size_bytes = json.len;
    write_event(a->n, topic, json, a->deliveries);
    return LYT_OK;
}

static void begin_delivery(lyt_named *n)
{
    lyt_buf_reset(&n->out);
    lyt_jw_init(&n->jw, &n->out);
    lyt_jw_object(&n->jw);
    lyt_jw_key(&n->jw, "deliver");
    lyt_jw_array(&n->jw);
    n->n_given = 0;
}

/* What was out and is due; what is spent is buried. */
static void write_due(lyt_named *n, subscriber *s)
{
    lyt_cursor_due due;

    while (!is_frame_full(n) && lyt_cursor_find_due(s->cursor, n->now_us, &due)) {
        again a = {n, due.deliveries + 1, 0};

        if (due.is_spent) {
            bury(n, s, &due);
            continue;
        }
        n->o.core->gauges.redelivered += due.deliveries > 0;
        if (lyt_store_get_event(n->o.store, due.seq, give_again, &a, NULL) == LYT_ENOTFOUND)
            (void)!lyt_cursor_done(s->cursor, due.seq, NULL);
        else
            lyt_cursor_again(s->cursor, due.seq, a.size_bytes, n->now_us);
    }
}

static void write_lost(lyt_named *n, const subscriber *s)
{
    if (!s->lost_from)
        return;
    lyt_jw_key(&n->jw, "lost");
    lyt_jw_object(&n->jw);
    lyt_jw_kint(&n->jw, "from", s->lost_from);
    lyt_jw_kint(&n->jw, "to", s->lost_to);
    lyt_jw_object_end(&n->jw);
}

/* False when there is nothing more for it now. */
static bool deliver(lyt_named *n, subscriber *s, member *m)
{
    int64_t seen = lyt_cursor_seen(s->cursor), last = n->o.core->gauges.last_seq;
    lyt_status status = LYT_OK;

    if (m->blocked_us > n->now_us)
        return false;
    begin_delivery(n);
    n->to = s;
    n->by = m;
    write_due(n, s);
    n->is_empty = !is_frame_full(n) && lyt_cursor_room(s->cursor) && seen < last;
    if (n->is_empty)
        status =
            lyt_store_each_event(n->o.store, seen, LYT_STR(""), looked_at_once, give_new, n, NULL);
    if (n->is_empty && !status)
        note_lost(s, last);
    lyt_jw_array_end(&n->jw);
    write_lost(n, s);
    lyt_jw_object_end(&n->jw);
    if (status) {
        /* what was given of a page that could not be read on must not wait to be missed */
        lyt_cursor_lose(s->cursor, n->now_us);
        m->blocked_us = n->now_us + blocked_ms * 1000;
        return false;
    }
    if (!n->n_given && !s->lost_from)
        return lyt_cursor_seen(s->cursor) != seen;
    status = lyt_buf_status(&n->out);
    if (!status)
        status = send_to(n, m, lyt_buf_str(&n->out));
    if (status == LYT_ECLOSED) {
        lyt_named_drop_member(n, m, "its connection was closed");
        return false;
    }
    if (status) {
        /* its queue is full, or there is no memory: a little later, all of it again */
        n->o.core->gauges.slowed++;
        lyt_cursor_lose(s->cursor, n->now_us);
        m->blocked_us = n->now_us + blocked_ms * 1000;
        return false;
    }
    s->lost_from = 0;
    return true;
}

static void beat(lyt_named *n)
{
    if (n->now_us - n->beat_us < beat_period_us(n))
        return;
    n->beat_us = n->now_us;
    lyt_buf_reset(&n->out);
    lyt_jw_init(&n->jw, &n->out);
    lyt_jw_object(&n->jw);
    lyt_jw_key(&n->jw, "heartbeat");
    lyt_jw_object(&n->jw);
    lyt_jw_kint(&n->jw, "seq", n->o.core->gauges.last_seq);
    lyt_jw_ktime(&n->jw, "at", lyt_clock_wall_us(n->o.core->options.clock));
    lyt_jw_object_end(&n->jw);
    lyt_jw_object_end(&n->jw);
    for (size_t i = n->n_members; i-- > 0;) {
        member *m = &n->members[i];
        /* half a heartbeat, written without memory for the rest, is worse than none */
        lyt_status status = lyt_buf_status(&n->out) ? LYT_OK : send_to(n, m, lyt_buf_str(&n->out));

        if (status == LYT_ECLOSED)
            lyt_named_drop_member(n, m, "its connection was closed");
        else if (!lyt_door_knows(n->o.door, m->user))
            lyt_named_drop_member(n, m, "its key is not valid any more");
        else if (m->silence_us && n->now_us - m->seen_us > m->silence_us)
            lyt_named_drop_member(n, m, "it was silent for three heartbeats");
    }
}

void lyt_named_step(lyt_named *n)
{
    n->now_us = mono_us(n);
    n->is_behind = false;
    beat(n);
    for (size_t i = 0; i < n->n_subscribers; i++) {
        subscriber *s = &n->subscribers[i];
        member *m = lyt_named_active(n, s);

        if (m && deliver(n, s, m))
            n->is_behind = true;
        keep(n, s);
    }
}

int64_t lyt_named_wait_ms(const lyt_named *n, int64_t max_ms)
{
    int64_t now = mono_us(n), wake = now + max_ms * 1000;

    if (n->is_behind)
        return 0;
    for (size_t i = 0; i < n->n_members; i++) {
        const member *m = &n->members[i];
        const subscriber *s = &n->subscribers[m->subscriber];
        int64_t due = lyt_cursor_wake_us(s->cursor);

        if (lyt_named_active(n, s) != m)
            continue;
        if (due < m->blocked_us)
            due = m->blocked_us;
        if (due < wake)
            wake = due;
    }
    if (n->n_members && n->beat_us + beat_period_us(n) < wake)
        wake = n->beat_us + beat_period_us(n);
    return wake > now ? (wake - now + 999) / 1000 : 0;
}
