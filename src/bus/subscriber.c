#include "client.h"

#include <string.h>

#include "json.h"
#include "mem.h"

/*
 * 1. checked: every wanted event up to this one was delivered.
 * 2. heard: the events after it that were delivered, ascending but for late ones.
 * 3. A heartbeat with number N comes after all events up to N on the same
 *    connection; what of them is not in heard by then was lost, and is fetched.
 * 4. Before the first heartbeat nothing live counts: the subscription may not
 *    be known to the service yet. What came before is fetched or not wanted.
 */
struct lyt_subscriber {
    lyt_subscriber_options options;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_asker *asker;
    lyt_buf wanted; /* the topics as JSON */
    lyt_buf question;
    bool synced, everything;
    bool disordered; /* heard does not ascend: something was fetched late */
    int64_t checked;
    int64_t *heard;
    size_t n_heard, heard_cap;
    uint64_t n_fetched;
    lyt_status said; /* what on_event answered */
};

enum {
    subscriber_queue = 200000,
    page_events = 1000,
    ask_ms = 5000,
    answer_max_bytes = 64 << 20,
    burst = 1000,
};

static const char heartbeat_topic[] = "heartbeat";

static lyt_status note_topics(lyt_subscriber *sub)
{
    lyt_jw jw;

    lyt_jw_init(&jw, &sub->wanted);
    lyt_jw_array(&jw);
    sub->everything = sub->options.n_topics == 0;
    for (size_t i = 0; i < sub->options.n_topics; i++) {
        sub->everything = sub->everything || sub->options.topics[i].len == 0;
        lyt_jw_str(&jw, sub->options.topics[i]);
    }
    if (sub->options.n_topics == 0)
        lyt_jw_str(&jw, LYT_STR(""));
    lyt_jw_array_end(&jw);
    return lyt_buf_status(&sub->wanted);
}

static lyt_status open_subscriber(lyt_subscriber *sub, lyt_error *err)
{
    const lyt_subscriber_options *o = &sub->options;
    lyt_status status = note_topics(sub);

    if (!status)
        status = lyt_frames_new(&sub->frames, o->alloc);
    if (status)
        return lyt_error_set(err, status, "no memory for a subscriber");
    status = lyt_asker_new(&sub->asker, o->net, o->alloc, o->replay, err);
    if (!status)
        status = lyt_sock_open(&sub->sock, o->net, LYT_SOCK_SUB, subscriber_queue, err);
    for (size_t i = 0; !status && i < o->n_topics; i++)
        status = lyt_sock_subscribe(sub->sock, o->topics[i]);
    if (!status && o->n_topics == 0)
        status = lyt_sock_subscribe(sub->sock, LYT_STR(""));
    if (!status)
        status = lyt_sock_subscribe(sub->sock, lyt_str_of(heartbeat_topic));
    if (!status)
        status = lyt_sock_connect(sub->sock, o->bus, err);
    return status;
}

lyt_status lyt_subscriber_new(lyt_subscriber **out, const lyt_subscriber_options *options,
                              lyt_error *err)
{
    lyt_subscriber *sub;
    lyt_status status;

    if (options->n_topics > lyt_subscriber_topics_max)
        return lyt_error_set(err, LYT_EINVAL, "at most %d topics", lyt_subscriber_topics_max);
    for (size_t i = 0; i < options->n_topics; i++)
        if (options->topics[i].len > lyt_subscriber_topic_bytes_max)
            return lyt_error_set(err, LYT_EINVAL, "a topic is at most %d bytes long",
                                 lyt_subscriber_topic_bytes_max);
    sub = lyt_mem_new(options->alloc, sizeof *sub);
    if (!sub)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a subscriber");
    sub->options = *options;
    sub->checked = options->since;
    lyt_buf_init(&sub->wanted, options->alloc);
    lyt_buf_init(&sub->question, options->alloc);
    status = open_subscriber(sub, err);
    if (status) {
        lyt_subscriber_free(sub);
        return status;
    }
    sub->options.topics = NULL;
    *out = sub;
    return LYT_OK;
}

void lyt_subscriber_free(lyt_subscriber *sub)
{
    if (!sub)
        return;
    lyt_sock_close(sub->sock, 0);
    lyt_frames_free(sub->frames);
    lyt_asker_free(sub->asker);
    lyt_buf_deinit(&sub->wanted);
    lyt_buf_deinit(&sub->question);
    lyt_mem_free(sub->options.alloc, sub->heard);
    lyt_mem_free(sub->options.alloc, sub);
}

static bool was_heard(const lyt_subscriber *sub, int64_t seq)
{
    if (seq <= sub->checked)
        return true;
    for (size_t i = sub->n_heard; i-- > 0;) {
        if (sub->heard[i] == seq)
            return true;
        /* while they ascend the last one decides at once */
        if (!sub->disordered && sub->heard[i] < seq)
            return false;
    }
    return false;
}

static lyt_status deliver(lyt_subscriber *sub, int64_t seq, lyt_str topic, lyt_str json)
{
    lyt_status status;

    if (was_heard(sub, seq))
        return LYT_OK;
    if (sub->everything && seq == sub->checked + 1 && sub->n_heard == 0) {
        sub->checked = seq;
    } else {
        status = lyt_mem_grow(sub->options.alloc, &sub->heard, &sub->heard_cap, sub->n_heard + 1,
                              sizeof *sub->heard);
        if (status)
            return status;
        if (sub->n_heard && sub->heard[sub->n_heard - 1] > seq)
            sub->disordered = true;
        sub->heard[sub->n_heard++] = seq;
    }
    status = sub->options.on_event(sub->options.user, seq, topic, json);
    if (status && !sub->said)
        sub->said = status;
    return LYT_OK;
}

static void check_up_to(lyt_subscriber *sub, int64_t seq)
{
    size_t kept = 0;

    sub->checked = seq;
    for (size_t i = 0; i < sub->n_heard; i++) {
        if (sub->heard[i] > seq)
            sub->heard[kept++] = sub->heard[i];
    }
    sub->n_heard = kept;
    sub->disordered = sub->disordered && kept > 0;
}

static lyt_status ask(lyt_subscriber *sub, int64_t since, int64_t until, bool only_count,
                      lyt_json **out)
{
    lyt_str answer;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_reset(&sub->question);
    lyt_jw_init(&jw, &sub->question);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("events"));
    lyt_jw_kint(&jw, "since", since);
    lyt_jw_kint(&jw, "until", until);
    lyt_jw_key(&jw, "topic");
    lyt_jw_raw(&jw, lyt_buf_str(&sub->wanted));
    lyt_jw_kint(&jw, "limit", page_events);
    lyt_jw_kbool(&jw, "count", only_count);
    lyt_jw_object_end(&jw);
    if (lyt_buf_status(&sub->question))
        return lyt_buf_status(&sub->question);
    status = lyt_asker_ask(sub->asker, lyt_buf_str(&sub->question), ask_ms, &answer);
    return status ? status : lyt_json_parse(out, answer, answer_max_bytes, NULL);
}

/* One event of a replay: {"topic":…, "event":{…}}; the event's own bytes are written anew. */
static lyt_status deliver_fetched(lyt_subscriber *sub, const lyt_json *item, bool late)
{
    const lyt_json *event = lyt_json_get(item, "event");
    lyt_str topic;
    int64_t seq;
    lyt_buf json;
    lyt_status status;

    if (!lyt_json_str(lyt_json_get(item, "topic"), &topic) ||
        !lyt_json_int(lyt_json_get(event, "seq"), &seq))
        return LYT_EFORMAT;
    if (was_heard(sub, seq))
        return LYT_OK;
    sub->n_fetched += late;
    lyt_buf_init(&json, sub->options.alloc);
    lyt_json_write(&json, event);
    status = lyt_buf_status(&json);
    if (!status)
        status = deliver(sub, seq, topic, lyt_buf_str(&json));
    lyt_buf_deinit(&json);
    return status;
}

static lyt_status fetch(lyt_subscriber *sub, int64_t until, bool late)
{
    int64_t since = sub->checked;
    bool more = true;

    while (more) {
        lyt_json *answer = NULL;
        const lyt_json *events;
        int64_t last = 0;
        lyt_status status = ask(sub, since, until, false, &answer);

        if (status)
            return status;
        events = lyt_json_get(answer, "events");
        if (!lyt_json_int(lyt_json_get(answer, "last"), &last) ||
            !lyt_json_bool(lyt_json_get(answer, "more"), &more) || last < since ||
            (more && last == since))
            status = LYT_EFORMAT;
        for (size_t i = 0; !status && i < lyt_json_len(events); i++)
            status = deliver_fetched(sub, lyt_json_at(events, i), late);
        lyt_json_free(answer);
        if (status)
            return status;
        since = last;
        check_up_to(sub, more ? last : until);
    }
    return LYT_OK;
}

/* Whether as many wanted events up to `until` exist as were heard. */
static lyt_status is_complete(lyt_subscriber *sub, int64_t until, bool *yes)
{
    int64_t n_heard = 0, n_there = -1;
    lyt_json *answer = NULL;
    lyt_status status;

    for (size_t i = 0; i < sub->n_heard; i++)
        n_heard += sub->heard[i] <= until;
    if (sub->everything) {
        *yes = n_heard == until - sub->checked;
        return LYT_OK;
    }
    status = ask(sub, sub->checked, until, true, &answer);
    if (status)
        return status;
    if (!lyt_json_int(lyt_json_get(answer, "count"), &n_there))
        status = LYT_EFORMAT;
    *yes = n_heard == n_there;
    lyt_json_free(answer);
    return status;
}

static lyt_status synchronise(lyt_subscriber *sub, int64_t seq)
{
    bool complete = false;
    lyt_status status;

    if (!sub->synced) {
        if (sub->options.since >= 0 && sub->options.since < seq) {
            status = fetch(sub, seq, false);
            if (status)
                return status;
        } else {
            sub->checked = seq;
        }
        sub->synced = true;
        return LYT_OK;
    }
    if (seq < sub->checked) {
        /* a log that got shorter is another log: what it holds is all new */
        sub->checked = 0;
        sub->n_heard = 0;
        return fetch(sub, seq, false);
    }
    if (seq == sub->checked)
        return LYT_OK;
    status = is_complete(sub, seq, &complete);
    if (status)
        return status;
    if (!complete)
        return fetch(sub, seq, true);
    check_up_to(sub, seq);
    return LYT_OK;
}

static lyt_status seq_of(lyt_str json, int64_t *seq)
{
    static const lyt_str lead = {"{\"seq\":", 7};
    lyt_json *tree = NULL;
    bool found;

    /* our own events begin so; parsing a whole event for its number would cost more than the rest
     */
    if (lyt_str_begins(json, lead) && json.len < 4096) {
        int64_t value = 0;
        size_t at = lead.len;

        for (; at < json.len && at < lead.len + 18 && json.ptr[at] >= '0' && json.ptr[at] <= '9';
             at++)
            value = value * 10 + (json.ptr[at] - '0');
        if (at > lead.len && at < json.len && json.ptr[at] == ',') {
            *seq = value;
            return LYT_OK;
        }
    }
    if (lyt_json_parse(&tree, json, answer_max_bytes, NULL))
        return LYT_EFORMAT;
    found = lyt_json_int(lyt_json_get(tree, "seq"), seq);
    lyt_json_free(tree);
    return found ? LYT_OK : LYT_EFORMAT;
}

static lyt_status take(lyt_subscriber *sub)
{
    lyt_str topic = lyt_frames_at(sub->frames, 0), json = lyt_frames_at(sub->frames, 1);
    int64_t seq = 0;
    lyt_status status = seq_of(json, &seq);

    if (status)
        return status;
    if (lyt_str_equal(topic, lyt_str_of(heartbeat_topic)))
        return synchronise(sub, seq);
    if (!sub->synced)
        return LYT_OK;
    if (sub->everything && seq > sub->checked + 1 && sub->n_heard == 0) {
        status = fetch(sub, seq - 1, true);
        if (status)
            return status == LYT_ETIMEOUT ? deliver(sub, seq, topic, json) : status;
    }
    return deliver(sub, seq, topic, json);
}

lyt_status lyt_subscriber_step(lyt_subscriber *sub, int timeout_ms)
{
    lyt_status status = lyt_sock_recv(sub->sock, sub->frames, timeout_ms);

    sub->said = LYT_OK;
    for (size_t i = 0; !status; i++) {
        status = take(sub);
        /* no answer now: the next heartbeat asks again */
        if (status == LYT_ETIMEOUT)
            status = LYT_OK;
        if (!status)
            status = sub->said;
        if (status || i == burst)
            return status;
        status = lyt_sock_recv(sub->sock, sub->frames, 0);
        if (status == LYT_EBUSY)
            return LYT_OK;
    }
    return status == LYT_EBUSY ? LYT_ETIMEOUT : status;
}

int64_t lyt_subscriber_seq(const lyt_subscriber *sub)
{
    return sub->synced ? sub->checked : -1;
}

uint64_t lyt_subscriber_fetched(const lyt_subscriber *sub)
{
    return sub->n_fetched;
}
