#include <stdio.h>
#include <string.h>

#include "events.h"
#include "mem.h"
#include "named_inner.h"
#include "topic.h"

/* What a subscriber asks for. Every handler writes the members of its answer. */
typedef struct asking {
    lyt_named *n;
    const lyt_asking *from;
    const lyt_json *tree;
    lyt_jw *jw;
    bool *is_silent;
    lyt_error *err;
} asking;

enum {
    wait_ms_max = 3600000,
    silence_ms_max = 86400000,
    dead_default = 100,
    dead_max = 1000,
    dead_bytes = 4 << 20,
    seqs_max = 10000,
    raised_max = 10000, /* at once; whoever has more asks again */
};

static lyt_status refuse(const asking *a, lyt_status status, const char *why)
{
    return lyt_error_set(a->err, status, "%s", why);
}

static bool is_name(lyt_str name)
{
    char out[lyt_id_max + 1];

    return name.len && !lyt_topic_part(name, out, sizeof out) &&
           lyt_str_equal(lyt_str_of(out), name);
}

/* A number of the request between two bounds, or what it is when it is not given. */
static lyt_status number_of(const asking *a, const char *key, int64_t low, int64_t high,
                            int64_t *value)
{
    const lyt_json *given = lyt_json_get(a->tree, key);
    int64_t number;

    if (!given)
        return LYT_OK;
    if (!lyt_json_int(given, &number) || number < low || number > high)
        return lyt_error_set(a->err, LYT_EINVAL, "%s: must be %lld to %lld", key, (long long)low,
                             (long long)high);
    *value = number;
    return LYT_OK;
}

/* The prefixes asked for, with a space between. */
static lyt_status topics_of(const asking *a, lyt_buf *out)
{
    const lyt_json *topic = lyt_json_get(a->tree, "topic");
    bool is_list = lyt_json_typeof(topic) == LYT_JSON_ARRAY;
    size_t n = is_list ? lyt_json_len(topic) : topic ? 1 : 0;
    lyt_str granted[lyt_access_topics_max], text;
    bool any = n == 0 && lyt_door_narrow(a->n->o.door, a->from->user, LYT_STR(""), granted);

    if (n > lyt_access_topics_max)
        return refuse(a, LYT_EINVAL, "topic: at most 32 prefixes");
    for (size_t i = 0; i < n; i++) {
        if (!lyt_json_str(is_list ? lyt_json_at(topic, i) : topic, &text))
            return refuse(a, LYT_EINVAL, "topic: must be a text or a list of texts");
        if (text.len > lyt_topic_max)
            return refuse(a, LYT_EINVAL, "topic: too long for a topic");
        for (size_t k = 0; k < text.len; k++)
            if ((unsigned char)text.ptr[k] <= ' ')
                return refuse(a, LYT_EINVAL, "topic: no spaces");
        /* one that is everything is all of them */
        if (!text.len) {
            lyt_buf_reset(out);
            return lyt_door_narrow(a->n->o.door, a->from->user, text, granted)
                       ? lyt_buf_status(out)
                       : refuse(a, LYT_ESTATE, "topic: this key may hear none of it");
        }
        any = any || lyt_door_narrow(a->n->o.door, a->from->user, text, granted);
        if (out->len)
            lyt_buf_add_char(out, ' ');
        lyt_buf_add(out, text);
    }
    if (!any)
        return refuse(a, LYT_ESTATE, "topic: this key may hear none of it");
    return lyt_buf_status(out);
}

/* Where a name that is new begins. */
static lyt_status floor_of(const asking *a, int64_t *floor)
{
    int64_t last = a->n->o.core->gauges.last_seq, at_us, seq = 0;
    lyt_str at = {NULL, 0};
    lyt_status status;

    *floor = last;
    if (lyt_json_str(lyt_json_get(a->tree, "at"), &at)) {
        if (lyt_clock_parse(&at_us, at))
            return refuse(a, LYT_EINVAL, "at: must be a time like 2026-11-22T05:40:00Z");
        status = lyt_store_seq_at(a->n->o.store, at_us, &seq, a->err);
        *floor = seq ? seq - 1 : last;
        return status;
    }
    status = number_of(a, "since", -1, INT64_MAX, floor);
    if (*floor < 0 || *floor > last)
        *floor = last;
    return status;
}

static lyt_status own(const asking *a, lyt_subscriber_row **out)
{
    lyt_str name = lyt_json_text(a->tree, "name");

    *out = lyt_named_find(a->n, name);
    if (!*out)
        return refuse(a, LYT_ENOTFOUND, "name: there is no such subscriber");
    if (!lyt_str_equal(lyt_str_of((*out)->owner), lyt_str_of(a->from->user)) &&
        !lyt_door_may(a->n->o.door, a->from->user, LYT_RIGHT_COMMAND))
        return refuse(a, LYT_ESTATE, "name: it belongs to another key");
    return LYT_OK;
}

static lyt_status make(const asking *a, lyt_str name, lyt_str topics, int64_t floor,
                       lyt_subscriber_row **out)
{
    lyt_cursor_row row = {.name = name,
                          .topics = topics,
                          .owner = lyt_str_of(a->from->user),
                          .floor = floor,
                          .wait_ms = lyt_named_wait_ms_usual,
                          .most = lyt_named_most};
    lyt_status status = lyt_named_add(a->n, &row, out);

    if (status == LYT_ELIMIT)
        return refuse(a, status, "name: there are too many subscribers; forget some");
    if (!status)
        (*out)->is_new = true;
    return status;
}

static lyt_status change_topics(const asking *a, lyt_subscriber_row *row, lyt_str topics)
{
    char *copy;

    if (!lyt_json_get(a->tree, "topic") || lyt_str_equal(lyt_str_of(row->topics), topics))
        return LYT_OK;
    copy = lyt_mem_strdup(a->n->alloc, topics);
    if (!copy)
        return LYT_ENOMEM;
    lyt_mem_free(a->n->alloc, row->topics);
    row->topics = copy;
    lyt_named_split(row);
    row->is_new = true;
    return LYT_OK;
}

static lyt_status join(const asking *a, lyt_subscriber_row *row, int64_t silence_ms,
                       lyt_named_member **out)
{
    const lyt_asking *from = a->from;
    lyt_named *n = a->n;
    lyt_named_member *m;
    lyt_status status = LYT_ELIMIT;

    if (n->n_members < lyt_named_members_max)
        status = lyt_mem_grow(n->alloc, &n->members, &n->cap_members, n->n_members + 1,
                              sizeof *n->members);
    if (status)
        return refuse(a, status, "attach: there are too many subscribers");
    m = &n->members[n->n_members++];
    memset(m, 0, sizeof *m);
    memcpy(m->id, from->head[0].ptr, from->head[0].len);
    m->id_len = from->head[0].len;
    for (size_t i = 1; i < from->n_head; i++) {
        if (i == 1 && !from->head[i].len && from->n_head == 3) {
            m->has_delimiter = true;
            continue;
        }
        m->has_tag = true;
        m->tag_len = from->head[i].len;
        if (m->tag_len)
            memcpy(m->tag, from->head[i].ptr, m->tag_len);
    }
    snprintf(m->user, sizeof m->user, "%s", from->user);
    m->subscriber = (size_t)(row - n->subscribers);
    m->seen_us = lyt_clock_mono_us(n->o.core->options.clock);
    m->silence_us = silence_ms * 1000;
    m->order = ++n->n_attached;
    n->o.core->gauges.attached = (int64_t)n->n_members;
    n->is_behind = true;
    *out = m;
    return LYT_OK;
}

static lyt_status limits_of(const asking *a, lyt_cursor_limits *limits, int64_t *silence_ms)
{
    lyt_status status = number_of(a, "credit", 1, lyt_cursor_credit_max, &limits->credit);

    if (!status)
        status = number_of(a, "ack_wait_ms", 10, wait_ms_max, &limits->wait_ms);
    if (!status)
        status = number_of(a, "max_deliveries", 1, lyt_cursor_most_max, &limits->most);
    if (!status)
        status = number_of(a, "silence_ms", 0, silence_ms_max, silence_ms);
    return status;
}

static void set_limits(lyt_subscriber_row *row, const lyt_cursor_limits *limits)
{
    row->is_new =
        row->is_new || limits->wait_ms != row->limits.wait_ms || limits->most != row->limits.most;
    row->limits = *limits;
    lyt_cursor_limit(row->cursor, limits);
}

static void write_attached(const asking *a, const lyt_subscriber_row *row,
                           const lyt_named_member *member)
{
    lyt_jw_kstr(a->jw, "attached", lyt_str_of(row->name));
    lyt_jw_kint(a->jw, "floor", lyt_cursor_floor(row->cursor));
    lyt_jw_kint(a->jw, "seq", a->n->o.core->gauges.last_seq);
    lyt_jw_kstr(a->jw, "publisher", lyt_str_of(lyt_store_publisher(a->n->o.store)));
    lyt_jw_kint(a->jw, "period_ms", a->n->o.core->options.heartbeat_ms);
    lyt_jw_kint(a->jw, "silence_ms", member->silence_us / 1000);
    lyt_jw_kint(a->jw, "credit", row->limits.credit);
    lyt_jw_kbool(a->jw, "standby", lyt_named_active(a->n, row) != member);
}

static lyt_status attach(const asking *a)
{
    lyt_str name = lyt_json_text(a->tree, "name");
    int64_t silence_ms = a->n->o.core->options.heartbeat_ms * lyt_named_beats_until_gone;
    lyt_named_member *member = lyt_named_find_member(a->n, a->from->head[0]);
    lyt_subscriber_row *row = lyt_named_find(a->n, name);
    lyt_cursor_limits limits = {lyt_named_credit, lyt_named_wait_ms_usual, lyt_named_most,
                                lyt_named_bytes_out};
    int64_t floor = 0;
    lyt_buf topics;
    lyt_status status;

    if (row)
        limits = row->limits;
    if (!is_name(name))
        return refuse(a, LYT_EINVAL, "name: 1 to 64 of a to z, digits and \"-\"");
    lyt_buf_init(&topics, a->n->alloc);
    lyt_buf_add_text(&topics, "");
    status = topics_of(a, &topics);
    if (!status)
        status = limits_of(a, &limits, &silence_ms);
    if (!status)
        status = floor_of(a, &floor);
    if (!status && row)
        status = own(a, &row);
    else if (!status)
        status = make(a, name, lyt_buf_str(&topics), floor, &row);
    if (!status)
        status = change_topics(a, row, lyt_buf_str(&topics));
    if (!status)
        set_limits(row, &limits);
    lyt_buf_deinit(&topics);
    /* once more from the same connection: it has forgotten what it had */
    if (!status && member)
        lyt_named_drop_member(a->n, member, "it attached again");
    if (!status)
        status = join(a, row, silence_ms, &member);
    if (!status)
        write_attached(a, row, member);
    return status;
}

static lyt_status member_of(const asking *a, lyt_named_member **out)
{
    *out = lyt_named_find_member(a->n, a->from->head[0]);
    if (!*out)
        return refuse(a, LYT_ESTATE, "attach first: this connection has no name (any more)");
    *a->is_silent = true;
    return LYT_OK;
}

static void done(const asking *a, lyt_subscriber_row *row, int64_t seq)
{
    lyt_cursor_order order = {.op = LYT_CURSOR_UNBURY, .row = lyt_named_row_of(row)};
    bool was_raised = false;

    /* one that is done already was delivered twice and acknowledged twice */
    if (lyt_cursor_done(row->cursor, seq, &was_raised) || !was_raised)
        return;
    order.dead.seq = seq;
    lyt_named_send_order(a->n, &order);
}

/* Numbers in "seq" (one, or a list). */
static lyt_status each_seq(const asking *a, lyt_subscriber_row *row,
                           void (*each)(const asking *a, lyt_subscriber_row *row, int64_t seq))
{
    const lyt_json *seqs = lyt_json_get(a->tree, "seq");
    int64_t seq;

    if (lyt_json_int(seqs, &seq)) {
        each(a, row, seq);
        return LYT_OK;
    }
    if (lyt_json_typeof(seqs) != LYT_JSON_ARRAY || lyt_json_len(seqs) > seqs_max)
        return refuse(a, LYT_EINVAL, "seq: must be an event's number, or a list of them");
    for (size_t i = 0; i < lyt_json_len(seqs); i++)
        if (!lyt_json_int(lyt_json_at(seqs, i), &seq))
            return refuse(a, LYT_EINVAL, "seq: must be an event's number, or a list of them");
    for (size_t i = 0; i < lyt_json_len(seqs); i++) {
        (void)lyt_json_int(lyt_json_at(seqs, i), &seq);
        each(a, row, seq);
    }
    return LYT_OK;
}

static lyt_status ack(const asking *a)
{
    lyt_named_member *m;
    lyt_status status = member_of(a, &m);

    a->n->is_behind = true;
    return status ? status : each_seq(a, &a->n->subscribers[m->subscriber], done);
}

static void put_off(const asking *a, lyt_subscriber_row *row, int64_t seq)
{
    int64_t delay_ms = -1;

    if (!number_of(a, "delay_ms", 0, wait_ms_max, &delay_ms))
        (void)!lyt_cursor_put_off(row->cursor, seq, delay_ms,
                                  lyt_clock_mono_us(a->n->o.core->options.clock));
}

static lyt_status nack(const asking *a)
{
    lyt_named_member *m;
    int64_t delay_ms = -1;
    lyt_status status = member_of(a, &m);

    if (!status)
        status = number_of(a, "delay_ms", 0, wait_ms_max, &delay_ms);
    return status ? status : each_seq(a, &a->n->subscribers[m->subscriber], put_off);
}

static lyt_status beat(const asking *a)
{
    lyt_named_member *m;

    return member_of(a, &m);
}

static lyt_status detach(const asking *a)
{
    lyt_named_member *m;
    lyt_status status = member_of(a, &m);

    if (status)
        return status;
    *a->is_silent = false;
    lyt_jw_kstr(a->jw, "detached", lyt_str_of(a->n->subscribers[m->subscriber].name));
    lyt_named_drop_member(a->n, m, "it left");
    return LYT_OK;
}

static lyt_status write_dead_event(void *user, int64_t seq, int64_t at_us, lyt_str topic,
                                   lyt_str json)
{
    lyt_jw *jw = user;

    (void)seq;
    (void)at_us;
    lyt_jw_kstr(jw, "topic", topic);
    lyt_jw_key(jw, "event");
    lyt_jw_raw(jw, json);
    return LYT_OK;
}

static lyt_status write_dead(void *user, const lyt_dead_row *row)
{
    const asking *a = user;
    lyt_status status;

    lyt_jw_object(a->jw);
    lyt_jw_kint(a->jw, "seq", row->seq);
    lyt_jw_kint(a->jw, "deliveries", row->deliveries);
    lyt_jw_ktime(a->jw, "at", row->at_us);
    lyt_jw_kstr(a->jw, "reason", row->reason);
    status = lyt_store_get_event(a->n->o.store, row->seq, write_dead_event, a->jw, NULL);
    lyt_jw_object_end(a->jw);
    if (status && status != LYT_ENOTFOUND)
        return status;
    return a->jw->out->len > dead_bytes ? LYT_EEND : LYT_OK;
}

static lyt_status dead(const asking *a)
{
    int64_t after = 0, limit = dead_default;
    lyt_subscriber_row *row;
    lyt_status status = own(a, &row);

    if (!status)
        status = number_of(a, "after", 0, INT64_MAX, &after);
    if (!status)
        status = number_of(a, "limit", 1, dead_max, &limit);
    if (status)
        return status;
    lyt_jw_key(a->jw, "dead");
    lyt_jw_array(a->jw);
    status = lyt_store_each_dead(a->n->o.store, lyt_str_of(row->name), after, limit, write_dead,
                                 (void *)(uintptr_t)a, a->err);
    lyt_jw_array_end(a->jw);
    return status;
}

typedef struct raising {
    const asking *a;
    lyt_subscriber_row *row;
    int64_t only, n, last;
    size_t n_read;
} raising;

static lyt_status raise_one(void *user, const lyt_dead_row *row)
{
    raising *r = user;
    lyt_status status;

    if (r->n == raised_max)
        return LYT_EEND;
    r->n_read++;
    r->last = row->seq;
    if (r->only && row->seq != r->only)
        return LYT_EEND;
    status = lyt_cursor_raise(r->row->cursor, row->seq,
                              lyt_clock_mono_us(r->a->n->o.core->options.clock));
    r->n += !status;
    /* one that is out already is raised already */
    return status == LYT_EEXISTS ? LYT_OK : status;
}

static lyt_status raise_dead(const asking *a)
{
    raising r = {.a = a};
    lyt_status status = own(a, &r.row);

    if (!status)
        status = number_of(a, "seq", 1, INT64_MAX, &r.only);
    if (r.only)
        r.last = r.only - 1;
    do {
        r.n_read = 0;
        if (!status)
            status = lyt_store_each_dead(a->n->o.store, lyt_str_of(r.row->name), r.last, dead_max,
                                         raise_one, &r, a->err);
    } while (!status && r.n_read == dead_max && !r.only);
    if (!status) {
        lyt_jw_kint(a->jw, "raised", r.n);
        lyt_jw_kbool(a->jw, "more", r.n == raised_max);
    }
    a->n->is_behind = true;
    return status;
}

static lyt_status forget(const asking *a)
{
    lyt_named *n = a->n;
    lyt_subscriber_row *row;
    lyt_status status = own(a, &row);
    lyt_cursor_order order = {.op = LYT_CURSOR_FORGET};
    size_t index, last = n->n_subscribers - 1;

    if (status)
        return status;
    if (lyt_named_active(n, row))
        return refuse(a, LYT_ESTATE, "name: it is attached; end it first");
    order.row = lyt_named_row_of(row);
    lyt_named_send_order(n, &order);
    lyt_jw_kstr(a->jw, "forgotten", lyt_str_of(row->name));
    lyt_cursor_free(row->cursor);
    lyt_mem_free(n->alloc, row->topics);
    index = (size_t)(row - n->subscribers);
    n->subscribers[index] = n->subscribers[last];
    n->n_subscribers--;
    for (size_t i = 0; i < n->n_members; i++)
        if (n->members[i].subscriber == last)
            n->members[i].subscriber = index;
    return LYT_OK;
}

static lyt_status subscribers(const asking *a)
{
    if (!lyt_door_may(a->n->o.door, a->from->user, LYT_RIGHT_ASK))
        return refuse(a, LYT_ESTATE, "this key may not ask");
    lyt_jw_key(a->jw, "subscribers");
    lyt_jw_array(a->jw);
    for (size_t i = 0; i < a->n->n_subscribers; i++) {
        const lyt_subscriber_row *row = &a->n->subscribers[i];

        lyt_jw_object(a->jw);
        lyt_jw_kstr(a->jw, "name", lyt_str_of(row->name));
        lyt_jw_kstr(a->jw, "topics", lyt_str_of(row->topics));
        lyt_jw_kint(a->jw, "floor", lyt_cursor_floor(row->cursor));
        lyt_jw_kint(a->jw, "behind", a->n->o.core->gauges.last_seq - lyt_cursor_seen(row->cursor));
        lyt_jw_kint(a->jw, "out", (int64_t)lyt_cursor_out(row->cursor));
        lyt_jw_kbool(a->jw, "attached", lyt_named_active(a->n, row) != NULL);
        lyt_jw_kstr(a->jw, "owner", lyt_str_of(row->owner));
        lyt_jw_object_end(a->jw);
    }
    lyt_jw_array_end(a->jw);
    return LYT_OK;
}

bool lyt_named_is_word(lyt_str request)
{
    return lyt_str_equal(request, LYT_STR("ack")) || lyt_str_equal(request, LYT_STR("nack")) ||
           lyt_str_equal(request, LYT_STR("beat")) || lyt_str_equal(request, LYT_STR("detach"));
}

bool lyt_named_take(lyt_named *named, const lyt_asking *from, const lyt_json *request, lyt_jw *jw,
                    bool *is_silent, lyt_status *status, lyt_error *err)
{
    static const struct {
        lyt_str name;
        lyt_status (*take)(const asking *a);
    } requests[] = {
        {{"ack", 3}, ack},   {{"attach", 6}, attach},    {{"beat", 4}, beat},
        {{"dead", 4}, dead}, {{"detach", 6}, detach},    {{"forget", 6}, forget},
        {{"nack", 4}, nack}, {{"raise", 5}, raise_dead}, {{"subscribers", 11}, subscribers},
    };
    asking a = {named, from, request, jw, is_silent, err};
    lyt_str name = lyt_json_text(request, "request");

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        if (!lyt_str_equal(name, requests[i].name))
            continue;
        *status = requests[i].take(&a);
        return true;
    }
    return false;
}
