/*
 * Intake: the senders' side. It reads, checks and answers; what is well goes to the
 * ledger with an envelope (who sent it, in which shape, with which tag) that comes
 * back with the answer. At most queue_hard messages are on the way; beyond that
 * senders hear "busy", as they do while more than that wait to be classified.
 */
#include <string.h>

#include "core.h"
#include "hash.h"
#include "order.h"

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *senders, *ledger;
    lyt_frames *frames;
    lyt_buf envelope, order, answer;
    lyt_submission submission;
    int64_t in_flight;
    uint64_t n_made; /* ids given to messages that came without */
    bool warned;     /* of the soft limit; re-armed at half of it */
} state;

enum { burst = 256, with_delimiter = 1, with_tag = 2, frame_max = 1 << 20, stop_ms = 5000 };

typedef struct shape {
    lyt_str identity, tag, json;
    uint8_t flags;
} shape;

/* identity, perhaps an empty delimiter, then [tag, JSON] or [JSON] */
static bool read_shape(const lyt_frames *frames, shape *out)
{
    size_t n = lyt_frames_count(frames), at = 1;

    memset(out, 0, sizeof *out);
    out->identity = lyt_frames_at(frames, 0);
    if (n > 2 && lyt_frames_at(frames, 1).len == 0) {
        out->flags |= with_delimiter;
        at++;
    }
    if (n == at + 2) {
        out->flags |= with_tag;
        out->tag = lyt_frames_at(frames, at++);
    }
    out->json = lyt_frames_at(frames, at);
    return n == at + 1 && out->tag.len <= lyt_answer_tag_max;
}

static void add(_Atomic int64_t *gauge, int64_t n)
{
    atomic_fetch_add_explicit(gauge, n, memory_order_relaxed);
}

static void answer_to(state *in, const shape *to, lyt_str json)
{
    lyt_str frames[4];
    size_t n = 0;

    frames[n++] = to->identity;
    if (to->flags & with_delimiter)
        frames[n++] = (lyt_str){"", 0};
    if (to->flags & with_tag)
        frames[n++] = to->tag;
    frames[n++] = json;
    /* gone, or not reading: it sends again by id if it still wants to know */
    if (lyt_sock_send(in->senders, frames, n))
        add(&in->core->gauges.undelivered, 1);
}

static void refuse(state *in, const shape *to, const char *why)
{
    lyt_jw jw;

    lyt_buf_reset(&in->answer);
    lyt_jw_init(&jw, &in->answer);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "status", LYT_STR("refused"));
    lyt_jw_kstr(&jw, "id", in->submission.feedback.source_id);
    lyt_jw_kstr(&jw, "error", lyt_str_of(why));
    lyt_jw_object_end(&jw);
    add(&in->core->gauges.refused, 1);
    if (!lyt_buf_status(&in->answer))
        answer_to(in, to, lyt_buf_str(&in->answer));
}

static void say_busy(state *in, const shape *to)
{
    lyt_jw jw;

    lyt_buf_reset(&in->answer);
    lyt_jw_init(&jw, &in->answer);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "status", LYT_STR("busy"));
    lyt_jw_kstr(&jw, "id", in->submission.feedback.source_id);
    lyt_jw_kint(&jw, "retry_ms", lyt_retry_ms);
    lyt_jw_object_end(&jw);
    add(&in->core->gauges.turned_away, 1);
    if (!lyt_buf_status(&in->answer))
        answer_to(in, to, lyt_buf_str(&in->answer));
}

/* Staff's commands pass a full queue: they are what empties a house of trouble. */
static bool is_full(state *in)
{
    const lyt_service_options *o = &in->core->options;
    int64_t n = in->core->gauges.waiting + in->in_flight;

    if (n >= o->queue_soft && !in->warned) {
        in->warned = true;
        lyt_log_say(&in->log, LYT_LOG_WARN, "LYT-QUEUE-LONG",
                    "More messages wait to be classified than usual.", LYT_KN("n", n),
                    LYT_KN("limit", o->queue_hard));
    }
    if (in->warned && n < o->queue_soft / 2)
        in->warned = false;
    if (in->submission.kind != LYT_SUBMIT_FEEDBACK)
        return in->in_flight >= 2 * o->queue_hard;
    return n >= o->queue_hard || in->core->gauges.waiting_bytes >= o->queue_bytes;
}

/* Without an id every message is its own, even the same words a second time. */
static void make_id(state *in, char room[32], lyt_str json)
{
    static const char digits[] = "0123456789abcdef";
    lyt_feedback *feedback = &in->submission.feedback;
    uint64_t h = lyt_hash_pair(lyt_hash_str(json, (uint64_t)feedback->received_us), ++in->n_made);

    memcpy(room, "auto-", 5);
    for (size_t i = 0; i < 16; i++)
        room[5 + i] = digits[h >> (60 - 4 * i) & 15];
    feedback->source_id = (lyt_str){room, 21};
}

static void pass_on(state *in, const shape *from)
{
    char room[32];
    lyt_str frames[2];

    in->submission.feedback.received_us = lyt_clock_wall_us(in->core->options.clock);
    if (in->submission.kind == LYT_SUBMIT_FEEDBACK && !in->submission.feedback.source_id.len)
        make_id(in, room, from->json);
    lyt_buf_reset(&in->envelope);
    lyt_wire_put_text(&in->envelope, from->identity);
    lyt_wire_put_u8(&in->envelope, from->flags);
    lyt_wire_put_text(&in->envelope, from->tag);
    lyt_buf_reset(&in->order);
    lyt_order_put(&in->order, &in->submission);
    frames[0] = lyt_buf_str(&in->envelope);
    frames[1] = lyt_buf_str(&in->order);
    if (lyt_buf_status(&in->envelope) || lyt_buf_status(&in->order) ||
        lyt_sock_send(in->ledger, frames, 2)) {
        say_busy(in, from);
        return;
    }
    in->core->gauges.in_flight = ++in->in_flight;
}

static void take_message(state *in)
{
    lyt_status status;
    lyt_error why;
    shape from;

    if (!read_shape(in->frames, &from)) {
        memset(&in->submission, 0, sizeof in->submission);
        add(&in->core->gauges.bad_frames, 1);
        from.tag.len = 0;
        refuse(in, &from, "frames: send [tag, JSON] or [JSON], the tag at most 256 bytes");
        return;
    }
    status = lyt_submission_parse(&in->submission, from.json, &why);
    if (status == LYT_ENOMEM || (!status && is_full(in)))
        say_busy(in, &from);
    else if (status)
        refuse(in, &from, why.text);
    else
        pass_on(in, &from);
    lyt_submission_deinit(&in->submission);
}

static void take_answer(state *in)
{
    lyt_wire envelope = lyt_wire_of(lyt_frames_at(in->frames, 0));
    shape to = {.identity = {NULL, 0}};

    in->core->gauges.in_flight = --in->in_flight;
    to.identity = lyt_wire_bytes(&envelope, 256);
    to.flags = lyt_wire_u8(&envelope);
    to.tag = lyt_wire_bytes(&envelope, lyt_answer_tag_max);
    if (!lyt_wire_end(&envelope))
        answer_to(in, &to, lyt_frames_at(in->frames, 1));
}

static void take_burst(state *in, lyt_sock *sock, void (*take)(state *in))
{
    for (size_t i = 0; i < burst; i++) {
        lyt_status status = lyt_sock_recv(sock, in->frames, 0);

        if (status == LYT_ELIMIT)
            add(&in->core->gauges.bad_frames, 1);
        else if (status)
            return;
        else
            take(in);
    }
}

static lyt_status open_intake(state *in, lyt_error *err)
{
    lyt_core *core = in->core;
    lyt_status status = lyt_frames_new(&in->frames, core->options.alloc);

    if (status)
        return lyt_error_set(err, status, "no memory for the intake");
    status = lyt_sock_open(&in->ledger, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(in->ledger, LYT_ADDRESS_INTAKE, err);
    if (!status)
        status = lyt_sock_open(&in->senders, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status && lyt_sock_limit_frame(in->senders, frame_max))
        status = lyt_error_set(err, LYT_EIO, "the frame limit was not taken");
    if (!status)
        status = lyt_sock_bind(in->senders, core->options.submit, core->bound.submit,
                               sizeof core->bound.submit, err);
    return status;
}

/* Once told to stop it only hands out the answers that are still owed. */
static lyt_status serve(state *in, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, in->ledger, in->senders};
    int64_t end_us = 0;
    bool stopping = false;

    for (;;) {
        bool ready[3] = {false, false, false};
        lyt_status status = lyt_sock_poll(socks, stopping ? 2 : 3, ready, stopping ? 50 : 1000);

        if (status && status != LYT_ETIMEOUT)
            return status;
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            stopping = true;
            end_us = lyt_clock_mono_us(in->core->options.clock) + stop_ms * 1000;
        }
        if (ready[1])
            take_burst(in, in->ledger, take_answer);
        if (ready[2] && !stopping)
            take_burst(in, in->senders, take_message);
        if (stopping && (!in->in_flight || lyt_clock_mono_us(in->core->options.clock) > end_us))
            return LYT_OK;
    }
}

lyt_status lyt_intake_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    state in = {.core = core};
    const lyt_alloc *alloc = in.core->options.alloc;
    lyt_status status;

    in.log = lyt_log_child(in.core->options.log, "serve/intake");
    lyt_buf_init(&in.envelope, alloc);
    lyt_buf_init(&in.order, alloc);
    lyt_buf_init(&in.answer, alloc);
    status = open_intake(&in, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&in, pipe);
    }
    lyt_sock_close(in.senders, 1000);
    lyt_sock_close(in.ledger, 0);
    lyt_frames_free(in.frames);
    lyt_buf_deinit(&in.envelope);
    lyt_buf_deinit(&in.order);
    lyt_buf_deinit(&in.answer);
    return status;
}
