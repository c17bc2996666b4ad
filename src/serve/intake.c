/*
 * Intake: the senders' side. It reads, checks and answers; what is well goes to the
 * ledger with an envelope (who sent it, in which shape, with which tag) that comes
 * back with the answer. At most queue_hard messages are on the way; beyond that
 * senders hear "busy", as they do while more than that wait to be classified, or while
 * the disk stalls.
 *
 * Messages are looked at here already at two times. While many wait: one that tells of danger to
 * people passes all the others on a way of its own, and a full queue too. And while none waits: the
 * verdict follows the message while the ledger writes it, and no worker has to be woken up for it.
 */
#include <string.h>

#include "access.h"
#include "core.h"
#include "hash.h"
#include "mem.h"
#include "order.h"
#include "sha256.h"
#include "workframe.h"

enum {
    looked_kept = 4096,  /* a power of two */
    urgent_severity = 4, /* danger to people */
    urgent_from = 200,   /* messages that wait: fewer are done in a few milliseconds */
    early_bytes = 1000,  /* a longer text would keep the next sender waiting */
    look_ms = 200,
    wake_ms = 20,
};

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *senders, *ledger, *urgent;
    lyt_sock *inside; /* senders of this process, who may do all */
    lyt_frames *frames;
    lyt_door door;
    const lyt_judge *judge;
    void *session;
    lyt_done_item *done; /* too big for a stack */
    lyt_buf envelope, order, verdict, answer;
    lyt_submission submission;
    struct looked {
        uint64_t id;
        bool is_urgent;
    } looked[looked_kept]; /* at messages that were told to come again */
    int64_t look_us;
    int64_t stall_us; /* when the disk was first seen to stall; 0: it does not */
    int64_t in_flight;
    uint64_t n_early; /* messages whose verdict was made here */
    uint64_t n_made; /* ids given to messages that came without */
    bool warned;     /* of the soft limit; re-armed at half of it */
} state;

enum { burst = 256, with_delimiter = 1, with_tag = 2, from_inside = 4, frame_max = 1 << 20, stop_ms = 5000 };

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
    if (lyt_sock_send(to->flags & from_inside ? in->inside : in->senders, frames, n))
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
    lyt_refusals_count(&in->core->gauges.refusals, lyt_str_of(why));
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

/*
 * Staff's commands pass a full queue: they are what empties a house of trouble. So does danger to
 * people, up to as much again: somebody may send nothing else.
 */
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
    if (in->submission.kind != LYT_SUBMIT_FEEDBACK && !lyt_submission_is_feed(&in->submission))
        return in->in_flight >= 2 * o->queue_hard;
    if (in->submission.urgent)
        return n >= 2 * o->queue_hard || in->core->gauges.waiting_bytes >= 2 * o->queue_bytes;
    if (lyt_core_is_stalled(in->core))
        return true;
    return n >= o->queue_hard || in->core->gauges.waiting_bytes >= o->queue_bytes;
}

static lyt_status judge(state *in)
{
    const lyt_feedback *f = &in->submission.feedback;
    lyt_question question = {f->text, f->language, f->place, f->property, f->score, f->scale};

    return in->judge->judge(in->session, &question, &in->done->judgement, NULL);
}

static bool judge_says_urgent(state *in)
{
    if (judge(in))
        return false;
    for (size_t i = 0; i < in->done->judgement.n_failures; i++)
        if (in->done->judgement.failures[i].severity >= urgent_severity)
            return true;
    return false;
}

/*
 * Nothing else is going on: what a worker would say is known sooner here than one wakes up. Where
 * other processes do the work the house wants none of it done by this one.
 */
static bool may_judge_early(const state *in)
{
    const lyt_feedback *f = &in->submission.feedback;

    return in->submission.kind == LYT_SUBMIT_FEEDBACK && f->text.len &&
           f->text.len <= early_bytes && in->session && in->core->options.n_workers &&
           !(in->core->gauges.waiting + in->in_flight);
}

/* The number of the order before, and what is said of it: nothing where a worker has to. */
static void judge_early(state *in)
{
    lyt_str frame;

    in->done->pack = in->judge->version;
    lyt_buf_reset(&in->verdict);
    lyt_wire_put_u64(&in->verdict, in->n_early);
    if (!judge(in))
        lyt_workframe_add_done(&in->verdict, in->done);
    frame = lyt_buf_str(&in->verdict);
    /* the ledger waits for it a moment only */
    if (!lyt_buf_status(&in->verdict))
        (void)!lyt_sock_send(in->ledger, &frame, 1);
}

/* Costs as much as classifying it, so only while there is something to get ahead of. */
static bool is_urgent(state *in)
{
    const lyt_feedback *f = &in->submission.feedback;
    struct looked *before;
    uint64_t id;

    if (in->submission.kind != LYT_SUBMIT_FEEDBACK || !f->text.len || !in->session ||
        in->core->gauges.waiting + in->in_flight < urgent_from)
        return false;
    id = lyt_hash_str(f->text, lyt_hash_str(f->source_id, 0)) | 1;
    before = &in->looked[(id >> 1) & (looked_kept - 1)];
    if (before->id != id)
        *before = (struct looked){id, judge_says_urgent(in)};
    in->core->gauges.urgent += before->is_urgent;
    return before->is_urgent;
}

static void write_id(state *in, char room[32], const char *lead, uint64_t a, size_t n_digits,
                     uint64_t b)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = strlen(lead);

    memcpy(room, lead, n);
    for (size_t i = 0; i < n_digits; i++)
        room[n + i] = digits[(i < 16 ? a >> (60 - 4 * i) : b >> (124 - 4 * i)) & 15];
    in->submission.feedback.source_id = (lyt_str){room, n + n_digits};
}

/* The same words of the same sender, or of the same moment, are the same message. */
static void content_id(state *in, char room[32])
{
    const lyt_feedback *f = &in->submission.feedback;
    const lyt_str parts[] = {f->channel, f->property, f->place, f->sender, f->text};
    unsigned char sum[lyt_sha256_bytes];
    uint64_t a = 0, b = 0;
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        lyt_sha256_add(&sha, parts[i]);
        lyt_sha256_add(&sha, (lyt_str){"", 1});
    }
    lyt_sha256_add(&sha, (lyt_str){(const char *)&f->sent_us, sizeof f->sent_us});
    lyt_sha256_add(&sha, (lyt_str){(const char *)&f->score, sizeof f->score});
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < 8; i++) {
        a = a << 8 | sum[i];
        b = b << 8 | sum[8 + i];
    }
    write_id(in, room, "text-", a, 26, b);
}

/*
 * Without an id: what has a sender or a time of sending is known by its content; what has
 * neither is its own, even the same words a second time: two guests may write them.
 */
static void make_id(state *in, char room[32], lyt_str json)
{
    const lyt_feedback *f = &in->submission.feedback;

    if (f->sender.len || f->sent_us)
        content_id(in, room);
    else
        write_id(in, room, "auto-",
                 lyt_hash_pair(lyt_hash_str(json, (uint64_t)f->received_us), ++in->n_made), 16, 0);
}

static void pass_on(state *in, const shape *from)
{
    bool early = may_judge_early(in);
    char room[32];
    lyt_str frames[3];

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
    lyt_buf_reset(&in->verdict);
    lyt_wire_put_u64(&in->verdict, in->n_early += early);
    frames[2] = lyt_buf_str(&in->verdict);
    early = early && !lyt_buf_status(&in->verdict);
    if (lyt_buf_status(&in->envelope) || lyt_buf_status(&in->order) ||
        lyt_sock_send(in->submission.urgent ? in->urgent : in->ledger, frames,
                      early ? 3 : 2)) {
        say_busy(in, from);
        return;
    }
    in->core->gauges.in_flight = ++in->in_flight;
    if (early)
        judge_early(in);
}

static bool is_drill(const state *in)
{
    return in->submission.kind == LYT_SUBMIT_FEEDBACK &&
           lyt_str_equal(in->submission.feedback.channel, LYT_STR(LYT_CHANNEL_DRILL));
}

/* What is in no figure is not for everybody to send. */
static bool is_allowed(const state *in, const shape *from)
{
    if (from->flags & from_inside)
        return true;
    if (is_drill(in))
        return lyt_door_may(&in->door, lyt_frames_user(in->frames), LYT_RIGHT_COMMAND);
    return lyt_door_may(&in->door, lyt_frames_user(in->frames),
                        in->submission.kind == LYT_SUBMIT_FEEDBACK ||
                                lyt_submission_is_feed(&in->submission)
                            ? LYT_RIGHT_SUBMIT
                            : LYT_RIGHT_COMMAND);
}

static void take_message(state *in, uint8_t flags)
{
    bool is_shaped;
    lyt_status status;
    lyt_error why;
    shape from;

    is_shaped = read_shape(in->frames, &from);
    from.flags |= flags;
    if (!is_shaped) {
        memset(&in->submission, 0, sizeof in->submission);
        add(&in->core->gauges.bad_frames, 1);
        from.tag.len = 0;
        refuse(in, &from, "frames: send [tag, JSON] or [JSON], the tag at most 256 bytes");
        return;
    }
    status = lyt_submission_parse(&in->submission, from.json, &why);
    if (!status && !is_allowed(in, &from)) {
        in->core->gauges.not_allowed++;
        status = lyt_error_set(&why, LYT_ESTATE, "key: it does not give the right to do this");
    }
    if (!status && is_drill(in) && !in->core->has_house)
        status = lyt_error_set(&why, LYT_ESTATE,
                               "channel: a drill needs a house; start the service with --desk");
    if (!status)
        in->submission.urgent = is_urgent(in);
    if (status == LYT_ENOMEM || (!status && is_full(in)))
        say_busy(in, &from);
    else if (status)
        refuse(in, &from, why.text);
    else
        pass_on(in, &from);
    lyt_submission_deinit(&in->submission);
}

static void take_from_outside(state *in)
{
    take_message(in, 0);
}

static void take_from_inside(state *in)
{
    take_message(in, from_inside);
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

/* Whoever waits for the disk cannot say so; a log without a line would be as if all were well. */
static void look_at_disk(state *in, int64_t now)
{
    bool stalls = lyt_core_is_stalled(in->core);

    if (stalls == (in->stall_us != 0))
        return;
    if (stalls)
        lyt_log_say(&in->log, LYT_LOG_ERROR, "LYT-DISK-STALLS",
                    "A commit takes longer than a second; senders are asked to wait.");
    else
        lyt_log_say(&in->log, LYT_LOG_INFO, "LYT-DISK-GOES-ON", "The disk answers again.",
                    LYT_KN("stalled_ms", lyt_stall_ms + (now - in->stall_us) / 1000));
    in->stall_us = stalls ? now : 0;
}

/* The judge may have changed (reload); with none to be had nothing is urgent. */
static void look_around(state *in)
{
    int64_t now = lyt_clock_mono_us(in->core->options.clock);
    const lyt_judge *judge = lyt_core_judge(in->core);
    bool changed;

    look_at_disk(in, now);
    if (in->judge != judge) {
        if (in->judge)
            in->judge->free(in->session);
        in->session = NULL;
        in->judge = judge;
        memset(in->looked, 0, sizeof in->looked);
        (void)!judge->open(judge->context, &in->session, NULL);
        atomic_store_explicit(&in->core->gauges.intake_judge, judge, memory_order_release);
    }
    if (now - in->look_us < look_ms * 1000)
        return;
    in->look_us = now;
    (void)!lyt_door_refresh(&in->door, &changed, NULL);
}

static lyt_status open_intake(state *in, lyt_error *err)
{
    lyt_core *core = in->core;
    lyt_status status = lyt_frames_new(&in->frames, core->options.alloc);

    in->done = lyt_mem_new(core->options.alloc, sizeof *in->done);
    if (status || !in->done)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the intake");
    look_around(in);
    status =
        lyt_door_open(&in->door, core->options.alloc, core->options.fs, core->access_file, err);
    if (!status)
        status = lyt_sock_open(&in->urgent, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(in->urgent, LYT_ADDRESS_URGENT, err);
    if (!status)
        status = lyt_sock_open(&in->ledger, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(in->ledger, LYT_ADDRESS_INTAKE, err);
    if (!status)
        status = lyt_sock_open(&in->inside, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status)
        status = lyt_sock_bind(in->inside, LYT_ADDRESS_SUBMIT, NULL, 0, err);
    if (!status)
        status = lyt_sock_open(&in->senders, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status && core->access_file)
        status = lyt_sock_lock(in->senders, core->secret_key, err);
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
    lyt_sock *const socks[] = {pipe, in->ledger, in->inside, in->senders};
    int64_t end_us = 0;
    bool stopping = false;

    for (;;) {
        bool ready[4] = {false, false, false, false};
        lyt_status status = lyt_sock_poll(socks, stopping ? 2 : 4, ready, stopping ? 50 : wake_ms);

        if (status && status != LYT_ETIMEOUT)
            return status;
        lyt_core_tick(in->core, LYT_TICK_INTAKE);
        look_around(in);
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            stopping = true;
            end_us = lyt_clock_mono_us(in->core->options.clock) + stop_ms * 1000;
        }
        if (ready[1])
            take_burst(in, in->ledger, take_answer);
        if (ready[2] && !stopping)
            take_burst(in, in->inside, take_from_inside);
        if (ready[3] && !stopping)
            take_burst(in, in->senders, take_from_outside);
        if (stopping && (!in->in_flight || lyt_clock_mono_us(in->core->options.clock) > end_us))
            return LYT_OK;
    }
}

static void close_intake(state *in)
{
    lyt_sock_close(in->senders, 1000);
    lyt_sock_close(in->inside, 1000);
    lyt_sock_close(in->ledger, 0);
    lyt_sock_close(in->urgent, 0);
    lyt_door_close(&in->door);
    if (in->judge)
        in->judge->free(in->session);
    lyt_mem_free(in->core->options.alloc, in->done);
    lyt_frames_free(in->frames);
    lyt_buf_deinit(&in->envelope);
    lyt_buf_deinit(&in->order);
    lyt_buf_deinit(&in->verdict);
    lyt_buf_deinit(&in->answer);
}

lyt_status lyt_intake_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    lyt_core *c = core;
    const lyt_alloc *alloc = c->options.alloc;
    state *in = lyt_mem_new(alloc, sizeof *in);
    lyt_status status;

    if (!in)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the intake");
    in->core = c;
    in->log = lyt_log_child(c->options.log, "serve/intake");
    lyt_buf_init(&in->envelope, alloc);
    lyt_buf_init(&in->order, alloc);
    lyt_buf_init(&in->verdict, alloc);
    lyt_buf_init(&in->answer, alloc);
    status = open_intake(in, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(in, pipe);
    }
    close_intake(in);
    lyt_mem_free(alloc, in);
    return status;
}
