#include "client.h"

#include <string.h>

#include "clock.h"
#include "hash.h"
#include "heading.h"
#include "json.h"
#include "mem.h"

/*
 * 1. checked: every wanted event up to this one was delivered.
 * 2. heard: the events after it that were delivered, ascending but for late ones.
 * 3. A heartbeat with number N comes after all events up to N on the same
 *    connection; what of them is not in heard by then was lost, and is fetched.
 * 4. Before the first heartbeat nothing live counts: the subscription may not
 *    be known to the service yet. What came before is fetched or not wanted.
 * 5. An event says which one of its topic it is. When that is not the one after the last heard of
 *    the topic, something was lost, and no heartbeat need be waited for.
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
    int64_t gone; /* up to which event it was said that some are kept no more */
    int64_t *heard;
    size_t n_heard, heard_cap;
    uint64_t n_fetched;
    lyt_status said; /* what on_event answered */
    struct stream {
        uint64_t topic; /* its hash; 0: free */
        int64_t n, seq; /* the last one heard */
    } * streams;        /* open addressing, at most half full */
    size_t n_streams, cap_streams;
    char publisher[lyt_heading_publisher];
    int64_t beat_us, period_us; /* when the last heartbeat came, and how often they should */
    bool is_silent;
};

enum {
    subscriber_queue = 16384, /* some 10 MiB; what does not fit is fetched */
    page_events = 1000,
    ask_ms = 5000,
    answer_max_bytes = 64 << 20,
    burst = 1000,
    streams_first = 64,
    period_usual_us = 1000000,
    silent_periods = 3,
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
    sub->period_us = period_usual_us;
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
    lyt_mem_free(sub->options.alloc, sub->streams);
    lyt_mem_free(sub->options.alloc, sub);
}

static void tell(const lyt_subscriber *sub, lyt_stream_notice notice, int64_t from, int64_t to)
{
    if (sub->options.on_notice)
        sub->options.on_notice(sub->options.user, notice, from, to);
}

static struct stream *cell_of(struct stream *streams, size_t cap, uint64_t topic)
{
    size_t at = (size_t)topic & (cap - 1);

    while (streams[at].topic && streams[at].topic != topic)
        at = (at + 1) & (cap - 1);
    return &streams[at];
}

static lyt_status grow_streams(lyt_subscriber *sub)
{
    size_t cap = sub->cap_streams ? sub->cap_streams * 2 : streams_first;
    struct stream *streams = lyt_mem_array(sub->options.alloc, cap, sizeof *streams);

    if (!streams)
        return LYT_ENOMEM;
    for (size_t i = 0; i < sub->cap_streams; i++)
        if (sub->streams[i].topic)
            *cell_of(streams, cap, sub->streams[i].topic) = sub->streams[i];
    lyt_mem_free(sub->options.alloc, sub->streams);
    sub->streams = streams;
    sub->cap_streams = cap;
    return LYT_OK;
}

/* *missing: events of the topic between the last one heard of it and this one. */
static lyt_status note_stream(lyt_subscriber *sub, lyt_str topic, const lyt_heading *h,
                              int64_t *missing)
{
    uint64_t hash = lyt_hash_str(topic, 0) | 1;
    struct stream *s;

    *missing = 0;
    if (!h->stream)
        return LYT_OK;
    if (2 * (sub->n_streams + 1) > sub->cap_streams && grow_streams(sub))
        return LYT_ENOMEM;
    s = cell_of(sub->streams, sub->cap_streams, hash);
    if (!s->topic)
        sub->n_streams++;
    else if (h->stream > s->n + 1)
        *missing = h->stream - s->n - 1;
    else if (h->stream <= s->n)
        return LYT_OK;
    *s = (struct stream){hash, h->stream, h->seq};
    return LYT_OK;
}

static void forget_streams(lyt_subscriber *sub)
{
    if (sub->cap_streams)
        memset(sub->streams, 0, sub->cap_streams * sizeof *sub->streams);
    sub->n_streams = 0;
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

    /* never back: what was delivered on the way there is not remembered otherwise */
    if (seq <= sub->checked)
        return;
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

/*
 * One event of a replay: {"topic":…, "event":{…}}; the event's own bytes are written anew. One that
 * was not asked for would be delivered a second time when its turn comes.
 */
static lyt_status deliver_fetched(lyt_subscriber *sub, const lyt_json *item, int64_t until,
                                  bool late)
{
    const lyt_json *event = lyt_json_get(item, "event");
    lyt_str topic;
    int64_t seq;
    lyt_buf json;
    lyt_status status;

    if (!lyt_json_str(lyt_json_get(item, "topic"), &topic) ||
        !lyt_json_int(lyt_json_get(event, "seq"), &seq) || seq < 1 || seq > until)
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

/* Once: the next page begins after what is gone, or is asked for from there on again. */
static void tell_gone(lyt_subscriber *sub, int64_t since, int64_t until, int64_t gone)
{
    if (gone <= since || gone <= sub->gone)
        return;
    sub->gone = gone;
    tell(sub, LYT_STREAM_GONE, since, gone < until ? gone : until);
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
        tell_gone(sub, since, until, lyt_json_number(answer, "gone"));
        if (!lyt_json_int(lyt_json_get(answer, "last"), &last) ||
            !lyt_json_bool(lyt_json_get(answer, "more"), &more) || last < since || last > until ||
            (more && last == since))
            status = LYT_EFORMAT;
        for (size_t i = 0; !status && !sub->said && i < lyt_json_len(events); i++) {
            status = deliver_fetched(sub, lyt_json_at(events, i), until, late);
            since = lyt_json_number(lyt_json_get(lyt_json_at(events, i), "event"), "seq");
        }
        lyt_json_free(answer);
        if (status)
            return status;
        /* who wants no more now gets the rest after the next heartbeat */
        if (sub->said) {
            check_up_to(sub, since);
            return LYT_OK;
        }
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

/* All open incidents, and from which event on the log goes on. */
static lyt_status take_snapshot(lyt_subscriber *sub)
{
    lyt_json *answer = NULL;
    const lyt_json *incidents;
    int64_t seq = 0;
    lyt_str text;
    lyt_buf json;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_reset(&sub->question);
    lyt_jw_init(&jw, &sub->question);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("snapshot"));
    lyt_jw_key(&jw, "topic");
    lyt_jw_raw(&jw, lyt_buf_str(&sub->wanted));
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&sub->question);
    if (!status)
        status = lyt_asker_ask(sub->asker, lyt_buf_str(&sub->question), ask_ms, &text);
    if (!status)
        status = lyt_json_parse(&answer, text, answer_max_bytes, NULL);
    incidents = lyt_json_get(answer, "incidents");
    if (!status &&
        (!lyt_json_int(lyt_json_get(answer, "seq"), &seq) || seq < 0 || seq > LYT_HEADING_MOST))
        status = LYT_EFORMAT;
    lyt_buf_init(&json, sub->options.alloc);
    for (size_t i = 0; !status && i < lyt_json_len(incidents); i++) {
        lyt_buf_reset(&json);
        lyt_json_write(&json, lyt_json_at(incidents, i));
        status = lyt_buf_status(&json);
        if (!status)
            status = sub->options.on_incident(sub->options.user, lyt_buf_str(&json));
    }
    lyt_buf_deinit(&json);
    lyt_json_free(answer);
    if (!status) {
        sub->checked = seq;
        sub->synced = true;
    }
    return status;
}

static lyt_status synchronise_first(lyt_subscriber *sub, int64_t seq)
{
    if (sub->options.on_incident)
        return take_snapshot(sub);
    if (sub->options.since >= 0 && sub->options.since < seq) {
        lyt_status status = fetch(sub, seq, false);

        if (status)
            return status;
    } else {
        sub->checked = seq;
    }
    sub->synced = true;
    return LYT_OK;
}

static lyt_status synchronise(lyt_subscriber *sub, int64_t seq, bool is_other)
{
    bool complete = false;
    lyt_status status;

    if (!sub->synced)
        return synchronise_first(sub, seq);
    if (is_other || (seq < sub->checked && !sub->options.on_incident)) {
        /* another log: what it holds is all new */
        tell(sub, LYT_STREAM_OTHER, 0, seq);
        forget_streams(sub);
        sub->checked = 0;
        sub->n_heard = 0;
        return fetch(sub, seq, false);
    }
    /* a snapshot may be of later than the heartbeat that was on its way */
    if (seq <= sub->checked)
        return LYT_OK;
    status = is_complete(sub, seq, &complete);
    if (status)
        return status;
    if (!complete) {
        tell(sub, LYT_STREAM_GAP, sub->checked, seq);
        return fetch(sub, seq, true);
    }
    check_up_to(sub, seq);
    return LYT_OK;
}

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void note_late(lyt_subscriber *sub, const lyt_heading *h)
{
    int64_t age_ms;

    if (!sub->options.late_ms || !h->at_us)
        return;
    age_ms = (lyt_clock_wall_us(lyt_clock_system()) - h->at_us) / 1000;
    if (age_ms > sub->options.late_ms)
        tell(sub, LYT_STREAM_LATE, h->seq, age_ms);
}

static lyt_status take_beat(lyt_subscriber *sub, const lyt_heading *h)
{
    bool is_other = *sub->publisher && *h->publisher && strcmp(h->publisher, sub->publisher) != 0;

    sub->beat_us = mono_us();
    if (h->period_ms > 0)
        sub->period_us = h->period_ms * 1000;
    if (sub->is_silent)
        tell(sub, LYT_STREAM_BACK, sub->checked, 0);
    sub->is_silent = false;
    if (*h->publisher) {
        memcpy(sub->publisher, h->publisher, sizeof sub->publisher);
    }
    return synchronise(sub, h->seq, is_other);
}

static lyt_status take(lyt_subscriber *sub)
{
    lyt_str topic = lyt_frames_at(sub->frames, 0), json = lyt_frames_at(sub->frames, 1);
    int64_t missing = 0;
    lyt_heading h;
    lyt_status status = lyt_heading_read(&h, json);

    if (status)
        return status;
    if (lyt_str_equal(topic, lyt_str_of(heartbeat_topic)))
        return take_beat(sub, &h);
    if (!sub->synced)
        return LYT_OK;
    status = note_stream(sub, topic, &h, &missing);
    if (status)
        return status;
    if (sub->everything)
        missing = sub->n_heard == 0 ? h.seq - sub->checked - 1 : 0;
    if (missing > 0 && h.seq > sub->checked + 1) {
        tell(sub, LYT_STREAM_GAP, sub->checked, h.seq - 1);
        status = fetch(sub, h.seq - 1, true);
        if ((status && status != LYT_ETIMEOUT) || sub->said)
            return status;
    }
    note_late(sub, &h);
    return deliver(sub, h.seq, topic, json);
}

/* Once when three heartbeats did not come. */
static void note_silence(lyt_subscriber *sub)
{
    int64_t silent_us = mono_us() - sub->beat_us;

    if (!sub->synced || sub->is_silent || silent_us <= silent_periods * sub->period_us)
        return;
    sub->is_silent = true;
    tell(sub, LYT_STREAM_SILENT, sub->checked, silent_us / 1000);
}

lyt_status lyt_subscriber_step(lyt_subscriber *sub, int timeout_ms)
{
    lyt_status status = lyt_sock_recv(sub->sock, sub->frames, timeout_ms);

    sub->said = LYT_OK;
    note_silence(sub);
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
