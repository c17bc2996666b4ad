/*
 * Server-sent events. A stream first gets from the log what came after the event it names, page
 * by page, and when the last page is as new as what the ear has heard it goes live. So none is
 * left out and none comes twice, whenever it came in.
 */
#include "listener.h"
#include "mem.h"
#include "webapi.h"
#include "weblook.h"
#include "wire.h"

struct lyt_webstream {
    lyt_exchange *x;
    lyt_webstream *next, *prev;
    lyt_buf out;
    size_t sent;
    int64_t last;    /* event that was handed out, or passed over */
    int64_t beat_us; /* when something was last written */
    bool is_live, is_over;
};

enum { waiting_max = 1 << 20, beat_s = 10 };

static void wake(lyt_webstream *s)
{
    if (s->x->is_suspended && s->x->is_done) {
        s->x->is_suspended = false;
        lyt_listener_wake(s->x->web->listener, s->x);
    }
}

static void write_event(lyt_webstream *s, int64_t seq, lyt_str topic, lyt_str json)
{
    lyt_buf_addf(&s->out, "id: %lld\nevent: %.*s\ndata: ", (long long)seq,
                 LYT_STR_ARG(lyt_str_slice(topic, 0, lyt_str_find(topic, '.', 0))));
    lyt_buf_add(&s->out, json);
    lyt_buf_add_text(&s->out, "\n\n");
    s->x->web->count.events++;
    s->beat_us = lyt_web_mono_us(s->x->web);
}

/* Who does not read, or whom there is no memory for, comes again and says how far it got. */
static void check_room(lyt_webstream *s)
{
    if (s->is_over || (!lyt_buf_status(&s->out) && s->out.len - s->sent <= waiting_max))
        return;
    s->is_over = true;
    lyt_listener_cut(s->x->web->listener, s->x);
    wake(s);
}

static void take_page(lyt_exchange *x);

static void ask_page(lyt_webstream *s, bool from_now)
{
    lyt_exchange *x = s->x;
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "events");
    if (!from_now)
        lyt_jw_kint(&jw, "since", s->last);
    lyt_web_look_end(x, &jw, take_page);
    /* no memory to ask: the stream ends, and its reader comes again */
    if (!x->n_pending && x->stream) {
        s->is_over = true;
        wake(s);
    }
}

static void take_events(lyt_webstream *s, const lyt_json *events)
{
    lyt_buf json;

    lyt_buf_init(&json, s->x->web->alloc);
    for (size_t i = 0; i < lyt_json_len(events); i++) {
        const lyt_json *row = lyt_json_at(events, i);

        lyt_buf_reset(&json);
        lyt_json_write(&json, lyt_json_get(row, "event"));
        if (lyt_buf_status(&json))
            s->out.status = LYT_ENOMEM;
        else
            write_event(s, lyt_json_number(row, "seq"), lyt_json_text(row, "topic"),
                        lyt_buf_str(&json));
    }
    lyt_buf_deinit(&json);
}

/* A page of the log has come. */
static void take_page(lyt_exchange *x)
{
    lyt_webstream *s = x->stream;
    lyt_json *tree = NULL;
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    bool more = false;

    if (!answer.len || lyt_str_begins(answer, LYT_STR("{\"http\":")) ||
        lyt_json_parse(&tree, answer, 16 << 20, NULL)) {
        s->is_over = true;
        if (!x->is_done)
            lyt_web_error(x, 503, "no-answer", NULL, "the log could not be read; come again");
        else
            wake(s);
        return;
    }
    take_events(s, lyt_json_get(tree, "events"));
    s->last = lyt_json_number(tree, "last");
    (void)lyt_json_bool(lyt_json_get(tree, "more"), &more);
    lyt_json_free(tree);
    if (!x->is_done)
        lyt_web_done(x, 200, "text/event-stream");
    else
        wake(s);
    check_room(s);
    if (s->is_over)
        return;
    if (more || s->last < x->web->heard_seq)
        ask_page(s, false);
    else
        s->is_live = true;
}

void lyt_webstream_open(lyt_exchange *x, int64_t since, bool has_since)
{
    lyt_webactor *web = x->web;
    lyt_webstream *s = lyt_mem_new(web->alloc, sizeof *s);

    if (!s) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    s->x = x;
    s->last = since;
    lyt_buf_init(&s->out, web->alloc);
    /* a browser that lost its line comes again soon; what it has missed it gets then */
    lyt_buf_add_text(&s->out, "retry: 2000\n\n");
    s->next = web->streams;
    if (s->next)
        s->next->prev = s;
    web->streams = s;
    x->stream = s;
    web->count.streams++;
    ask_page(s, !has_since);
}

void lyt_webstream_free(lyt_webstream *s)
{
    lyt_webactor *web;

    if (!s)
        return;
    web = s->x->web;
    if (s->next)
        s->next->prev = s->prev;
    if (s->prev)
        s->prev->next = s->next;
    else
        web->streams = s->next;
    web->count.streams--;
    lyt_buf_deinit(&s->out);
    lyt_mem_free(web->alloc, s);
}

long lyt_webstream_read(lyt_webstream *s, char *to, size_t room)
{
    size_t n = s->out.len - s->sent;

    if (n == 0)
        return s->is_over ? -1 : 0;
    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++)
        to[i] = s->out.data[s->sent + i];
    s->sent += n;
    if (s->sent == s->out.len) {
        lyt_buf_reset(&s->out);
        s->sent = 0;
    }
    return (long)n;
}

static bool sees(const lyt_webstream *s, lyt_str topic)
{
    const lyt_who *who = &s->x->who;
    size_t dot = lyt_str_find(topic, '.', 0);
    lyt_str rest = lyt_str_slice(topic, dot + 1, topic.len);

    if (who->n_properties == 0)
        return true;
    return !lyt_str_begins(topic, LYT_STR("health.")) &&
           lyt_who_has(who, lyt_str_slice(rest, 0, lyt_str_find(rest, '.', 0)));
}

void lyt_webstream_hear(lyt_webactor *web, lyt_str frame_seq, lyt_str topic, lyt_str json)
{
    lyt_wire number = lyt_wire_of(frame_seq);
    int64_t seq = lyt_wire_i64(&number);

    if (lyt_wire_end(&number))
        return;
    web->heard_seq = seq > web->heard_seq ? seq : web->heard_seq;
    for (lyt_webstream *s = web->streams; s; s = s->next) {
        if (!s->is_live || s->is_over || seq <= s->last)
            continue;
        s->last = seq;
        if (!sees(s, topic))
            continue;
        write_event(s, seq, topic, json);
        check_room(s);
        wake(s);
    }
}

/* Once a second. A token that is not known any more hears nothing more. */
void lyt_webstream_tick(lyt_webactor *web)
{
    int64_t now = lyt_web_mono_us(web);

    for (lyt_webstream *s = web->streams; s; s = s->next) {
        bool is_known = !web->tokens.path || lyt_web_who_of_hash(web, s->x->who.hash);

        if (web->stopping || !is_known) {
            s->is_over = true;
            wake(s);
        } else if (now - s->beat_us > beat_s * (int64_t)1000000 && s->x->is_done) {
            lyt_buf_addf(&s->out, "event: heartbeat\ndata: {\"seq\":%lld}\n\n", (long long)s->last);
            s->beat_us = now;
            check_room(s);
            wake(s);
        }
    }
}

void lyt_api_events(lyt_exchange *x)
{
    lyt_str given = lyt_webreq_header(&x->req, "Last-Event-ID");
    int64_t since = 0;

    if (!given.len)
        given = lyt_webreq_query(&x->req, "since");
    if (given.len && !lyt_webreq_int(given, 0, INT64_MAX / 2, &since)) {
        lyt_web_error(x, 422, "invalid", "Last-Event-ID",
                      "Last-Event-ID: must be the number of an event");
        return;
    }
    lyt_webstream_open(x, since, given.len > 0);
}
