#include "follower.h"

#include "clock.h"
#include "heading.h"
#include "json.h"
#include "mem.h"
#include "wire.h"

/*
 * Each attaching has a tag of its own, so that what comes for an earlier one is passed
 * over: the service gives it again.
 */
struct lyt_follower {
    const lyt_alloc *alloc;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_buf attach; /* the question */
    lyt_buf say, tag, json;
    uint64_t n_attached;
    bool is_attached, stands_by;
    int64_t heard_us, said_us, asked_us, period_us;
    lyt_json *tree; /* of the frame being handed out */
    size_t at;
};

enum {
    follower_queue = 20000,
    ask_again_ms = 1000,
    period_usual_ms = 1000,
    answer_bytes_max = 64 << 20,
};

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void write_attach(lyt_follower *f, const lyt_follower_options *o)
{
    lyt_jw jw;

    lyt_jw_init(&jw, &f->attach);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("attach"));
    lyt_jw_kstr(&jw, "name", lyt_str_of(o->name));
    lyt_jw_key(&jw, "topic");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < o->n_topics; i++)
        lyt_jw_str(&jw, o->topics[i]);
    if (!o->n_topics)
        lyt_jw_str(&jw, LYT_STR(""));
    lyt_jw_array_end(&jw);
    lyt_jw_kint(&jw, "since", o->since);
    if (o->credit)
        lyt_jw_kint(&jw, "credit", o->credit);
    if (o->ack_wait_ms)
        lyt_jw_kint(&jw, "ack_wait_ms", o->ack_wait_ms);
    if (o->max_deliveries)
        lyt_jw_kint(&jw, "max_deliveries", o->max_deliveries);
    lyt_jw_object_end(&jw);
}

static lyt_status say(lyt_follower *f, lyt_str json)
{
    lyt_str frames[2] = {lyt_buf_str(&f->tag), json};
    lyt_status status = lyt_sock_send(f->sock, frames, 2);

    if (!status)
        f->said_us = now_us();
    return status;
}

static void attach(lyt_follower *f)
{
    f->is_attached = false;
    f->asked_us = now_us();
    lyt_json_free(f->tree);
    f->tree = NULL;
    lyt_buf_reset(&f->tag);
    lyt_wire_put_u64(&f->tag, ++f->n_attached);
    if (!lyt_buf_status(&f->tag))
        (void)!say(f, lyt_buf_str(&f->attach));
}

lyt_status lyt_follower_new(lyt_follower **out, const lyt_follower_options *options, lyt_error *err)
{
    lyt_follower *f = lyt_mem_new(options->alloc, sizeof *f);
    lyt_status status;

    if (!f)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a subscriber");
    f->alloc = options->alloc;
    f->period_us = period_usual_ms * 1000;
    f->heard_us = now_us();
    lyt_buf_init(&f->attach, f->alloc);
    lyt_buf_init(&f->say, f->alloc);
    lyt_buf_init(&f->tag, f->alloc);
    lyt_buf_init(&f->json, f->alloc);
    write_attach(f, options);
    status = lyt_buf_status(&f->attach);
    if (!status)
        status = lyt_frames_new(&f->frames, f->alloc);
    if (status)
        lyt_error_set(err, status, "no memory for a subscriber");
    else
        status = lyt_sock_open(&f->sock, options->net, LYT_SOCK_DEALER, follower_queue, err);
    if (!status)
        status = lyt_sock_connect(f->sock, options->replay, err);
    if (status) {
        lyt_follower_free(f);
        return status;
    }
    attach(f);
    *out = f;
    return LYT_OK;
}

void lyt_follower_free(lyt_follower *f)
{
    if (!f)
        return;
    if (f->sock && f->is_attached)
        (void)!say(f, LYT_STR("{\"request\":\"detach\"}"));
    lyt_sock_close(f->sock, f->is_attached ? 300 : 0);
    lyt_frames_free(f->frames);
    lyt_json_free(f->tree);
    lyt_buf_deinit(&f->attach);
    lyt_buf_deinit(&f->say);
    lyt_buf_deinit(&f->tag);
    lyt_buf_deinit(&f->json);
    lyt_mem_free(f->alloc, f);
}

void lyt_follower_beat(lyt_follower *f)
{
    int64_t now = now_us();

    if (!f->is_attached) {
        if (now - f->asked_us > ask_again_ms * 1000)
            attach(f);
    } else if (now - f->said_us >= f->period_us / 2) {
        (void)!say(f, LYT_STR("{\"request\":\"beat\"}"));
        /* what was not taken (no connection) is not said again at once */
        f->said_us = now;
    }
}

static lyt_status take_attached(lyt_follower *f, const lyt_json *tree)
{
    int64_t period_ms = lyt_json_number(tree, "period_ms");

    f->is_attached = true;
    f->stands_by = false;
    (void)lyt_json_bool(lyt_json_get(tree, "standby"), &f->stands_by);
    if (period_ms > 0 && period_ms <= lyt_heading_period_most)
        f->period_us = period_ms * 1000;
    return LYT_OK;
}

static lyt_status take_error(lyt_follower *f, lyt_str text, lyt_error *err)
{
    /* the service has started anew, or took us for dead */
    if (lyt_str_begins(text, LYT_STR("attach first"))) {
        if (f->is_attached)
            attach(f);
        return LYT_OK;
    }
    return lyt_error_set(err, LYT_ESTATE, "%.*s", LYT_STR_ARG(text));
}

/* What was to come and is kept no more: the caller hears it before the events after it. */
static lyt_status take_lost(const lyt_json *lost, lyt_error *err)
{
    if (!lost)
        return LYT_OK;
    return lyt_error_set(
        err, LYT_ELIMIT,
        "events %lld to %lld are too old and not kept any more; ask for a snapshot",
        (long long)lyt_json_number(lost, "from"), (long long)lyt_json_number(lost, "to"));
}

/* Answers, heartbeats; a delivery is kept for lyt_follower_next(). */
static lyt_status take(lyt_follower *f, lyt_error *err)
{
    lyt_json *tree = NULL;
    lyt_str text;
    lyt_status status = LYT_OK;

    f->heard_us = now_us();
    if (lyt_frames_count(f->frames) != 2 ||
        !lyt_str_equal(lyt_frames_at(f->frames, 0), lyt_buf_str(&f->tag)))
        return LYT_OK;
    status = lyt_json_parse(&tree, lyt_frames_at(f->frames, 1), answer_bytes_max, err);
    if (status)
        return status;
    if (lyt_json_get(tree, "deliver")) {
        f->tree = tree;
        f->at = 0;
        return take_lost(lyt_json_get(tree, "lost"), err);
    }
    if (lyt_json_get(tree, "attached"))
        status = take_attached(f, tree);
    else if (lyt_json_get(tree, "busy"))
        f->asked_us = f->heard_us;
    else if (lyt_json_str(lyt_json_get(tree, "error"), &text))
        status = take_error(f, text, err);
    lyt_json_free(tree);
    return status;
}

/* The next event of the frame at hand; LYT_EEND when it has no more. */
static lyt_status hand_out(lyt_follower *f, lyt_followed *out)
{
    const lyt_json *row, *event;

    if (!f->tree)
        return LYT_EEND;
    row = lyt_json_at(lyt_json_get(f->tree, "deliver"), f->at++);
    if (!row) {
        lyt_json_free(f->tree);
        f->tree = NULL;
        return LYT_EEND;
    }
    event = lyt_json_get(row, "event");
    lyt_buf_reset(&f->json);
    lyt_json_write(&f->json, event);
    *out = (lyt_followed){lyt_json_number(event, "seq"), lyt_json_number(row, "delivery"),
                          lyt_json_text(row, "topic"), lyt_buf_str(&f->json)};
    return lyt_buf_status(&f->json);
}

lyt_status lyt_follower_next(lyt_follower *f, lyt_followed *out, int timeout_ms, lyt_error *err)
{
    int64_t end_us = now_us() + (int64_t)timeout_ms * 1000;

    for (;;) {
        lyt_status status = hand_out(f, out);
        int64_t left_us = end_us - now_us(), wait_us = f->period_us / 2;

        lyt_follower_beat(f);
        if (status != LYT_EEND)
            return status;
        if (timeout_ms >= 0 && left_us < wait_us)
            wait_us = left_us > 0 ? left_us : 0;
        status = lyt_sock_recv(f->sock, f->frames, (int)((wait_us + 999) / 1000));
        if (!status) {
            status = take(f, err);
            if (status)
                return status;
            continue;
        }
        if (status != LYT_EBUSY && status != LYT_ETIMEOUT && status != LYT_ELIMIT)
            return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
        if (timeout_ms >= 0 && now_us() >= end_us)
            return LYT_ETIMEOUT;
        /* a signal may have come: its handler's owner wants to know */
        if (status == LYT_EBUSY && wait_us > 0)
            return LYT_ETIMEOUT;
    }
}

static lyt_status say_of(lyt_follower *f, const char *what, int64_t seq, int64_t delay_ms)
{
    lyt_jw jw;

    lyt_buf_reset(&f->say);
    lyt_jw_init(&jw, &f->say);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", lyt_str_of(what));
    lyt_jw_kint(&jw, "seq", seq);
    if (delay_ms >= 0)
        lyt_jw_kint(&jw, "delay_ms", delay_ms);
    lyt_jw_object_end(&jw);
    return lyt_buf_status(&f->say) ? LYT_ENOMEM : say(f, lyt_buf_str(&f->say));
}

lyt_status lyt_follower_done(lyt_follower *f, int64_t seq)
{
    return say_of(f, "ack", seq, -1);
}

lyt_status lyt_follower_put_off(lyt_follower *f, int64_t seq, int64_t delay_ms)
{
    return say_of(f, "nack", seq, delay_ms);
}

bool lyt_follower_is_attached(const lyt_follower *f)
{
    return f->is_attached;
}

bool lyt_follower_stands_by(const lyt_follower *f)
{
    return f->stands_by;
}

int64_t lyt_follower_silent_ms(const lyt_follower *f)
{
    return (now_us() - f->heard_us) / 1000;
}
