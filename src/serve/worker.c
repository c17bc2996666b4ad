#include "worker.h"

#include <sys/random.h>

#include "clock.h"
#include "mem.h"
#include "workframe.h"

typedef struct state {
    lyt_worker_options o;
    lyt_log log;
    lyt_sock *sock;
    lyt_frames *frames;
    const lyt_judge *judge; /* the one that it was given, or that with lessons */
    lyt_judge taught;
    bool is_taught;
    void *session;
    lyt_buf out;
    lyt_done_item *done; /* too big for a stack */
    uint32_t n_done;
    uint64_t number; /* its own, so that it is known again after a lost connection */
    int64_t beat_us; /* when the last heartbeat went out */
    int64_t heard_us;
    bool is_alone, is_joined;
    lyt_error *err;
} state;

enum {
    credit_default = 64,
    beat_default_ms = 1000,
    flush_bytes = 256 * 1024,
    beats_until_alone = 3,
};

static void say(state *w)
{
    lyt_str frame = lyt_buf_str(&w->out);

    /* what does not go out is given to another worker */
    if (!lyt_buf_status(&w->out))
        (void)!lyt_sock_send(w->sock, &frame, 1);
}

static void say_ready(state *w)
{
    lyt_workframe_ready(&w->out, &(lyt_work_ready){w->o.credit, w->judge->version, w->number,
                                                   w->o.judge->base});
    say(w);
}

static void beat(state *w)
{
    static const char frame[] = {LYT_WORK_HEARTBEAT, lyt_work_version};
    int64_t now = lyt_clock_mono_us(w->o.clock);

    if (now - w->beat_us < w->o.heartbeat_ms * 1000)
        return;
    w->beat_us = now;
    (void)!lyt_sock_send(w->sock, &(lyt_str){frame, sizeof frame}, 1);
}

static void flush(state *w)
{
    if (!w->n_done)
        return;
    lyt_workframe_count(&w->out, w->n_done);
    say(w);
    w->n_done = 0;
}

static lyt_status judge_one(void *user, const lyt_work_item *item)
{
    state *w = user;
    lyt_error why = {.code = LYT_OK};
    lyt_status status;

    if (!w->n_done)
        lyt_workframe_begin(&w->out, LYT_WORK_DONE);
    w->done->id = item->id;
    w->done->pack = w->judge->version;
    status = w->judge->judge(
        w->session, &(lyt_question){item->text, item->language, item->place, item->property, item->score,
                        item->scale},
        &w->done->judgement, &why);
    w->done->failed = status != LYT_OK;
    w->done->reason = lyt_str_of(why.text[0] ? why.text : lyt_status_text(status));
    lyt_workframe_add_done(&w->out, w->done);
    w->n_done++;
    if (w->out.len > flush_bytes)
        flush(w);
    beat(w);
    return lyt_buf_status(&w->out);
}

static void leave(state *w)
{
    flush(w);
    lyt_workframe_begin(&w->out, LYT_WORK_LEAVE);
    say(w);
}

static void take_work(state *w, lyt_str frame)
{
    lyt_status status = lyt_workframe_each_work(frame, judge_one, w);

    flush(w);
    if (!status)
        return;
    lyt_log_say(&w->log, LYT_LOG_WARN, "LYT-WORKER-BATCH", "A batch of work was given back.",
                LYT_KV("why", lyt_status_text(status)));
    leave(w);
    say_ready(w);
}

/* From now on with that judge, which is ours when it was taught. */
static lyt_status use(state *w, const lyt_judge *judge, bool is_taught)
{
    void *session = NULL;
    lyt_judge before = w->taught;
    bool was_taught = w->is_taught;
    lyt_status status = judge->open(judge->context, &session, w->err);

    if (status)
        return status;
    if (w->judge)
        w->judge->free(w->session);
    w->session = session;
    if (is_taught)
        w->taught = *judge;
    w->judge = is_taught ? &w->taught : w->o.judge;
    w->is_taught = is_taught;
    if (was_taught)
        before.forget(before.context);
    return LYT_OK;
}

/* What people corrected at the service, so that verdicts are those of its own workers. */
static lyt_status learn(state *w, lyt_str frame)
{
    const lyt_judge *own = w->o.judge;
    uint64_t pack, base;
    lyt_judge taught;
    lyt_str lessons;
    lyt_status status;

    if (lyt_workframe_get_lessons(frame, &pack, &base, &lessons) || base != own->base)
        return LYT_OK; /* READY says again what it is */
    if (pack == own->version) {
        status = use(w, own, false);
    } else if (!own->teach) {
        return lyt_error_set(w->err, LYT_ESTATE, "this worker cannot be taught");
    } else {
        status = own->teach(own->context, lessons, &taught, w->err);
        if (!status && taught.version != pack)
            status = lyt_error_set(w->err, LYT_EFORMAT,
                                   "the service's lessons give another version here: it runs "
                                   "another version of Lyt");
        else if (!status)
            status = use(w, &taught, true);
        else
            return status;
        if (status)
            taught.forget(taught.context);
    }
    if (!status) {
        lyt_log_say(&w->log, LYT_LOG_INFO, "LYT-WORKER-TAUGHT",
                    "From now on with what was corrected.");
        say_ready(w);
    }
    return status;
}

static lyt_status take(state *w)
{
    lyt_str frame = lyt_frames_at(w->frames, 0);
    lyt_workframe_type type;
    lyt_wire in;
    lyt_str reason;

    if (lyt_workframe_type_of(frame, &type))
        return LYT_OK;
    switch (type) {
    case LYT_WORK_WORK:
        take_work(w, frame);
        break;
    case LYT_WORK_HELLO:
        say_ready(w);
        break;
    case LYT_WORK_REFUSED:
        in = lyt_wire_of(lyt_str_slice(frame, 2, frame.len));
        reason = lyt_wire_bytes(&in, 500);
        return lyt_error_set(w->err, LYT_ESTATE, "the service refused this worker: %.*s",
                             LYT_STR_ARG(reason));
    case LYT_WORK_LESSONS:
        return learn(w, frame);
    case LYT_WORK_READY:
    case LYT_WORK_DONE:
    case LYT_WORK_HEARTBEAT:
    case LYT_WORK_LEAVE:
        break;
    }
    return LYT_OK;
}

static lyt_status open_worker(state *w)
{
    lyt_status status;

    lyt_buf_init(&w->out, w->o.alloc);
    if (getrandom(&w->number, sizeof w->number, 0) != (ssize_t)sizeof w->number)
        w->number = 0;
    w->done = lyt_mem_new(w->o.alloc, sizeof *w->done);
    if (!w->done || lyt_frames_new(&w->frames, w->o.alloc))
        return lyt_error_set(w->err, LYT_ENOMEM, "no memory for a worker");
    status = use(w, w->o.judge, false);
    if (!status)
        status =
            lyt_sock_open(&w->sock, w->o.net, LYT_SOCK_DEALER, lyt_work_credit_max * 2, w->err);
    if (!status)
        status = lyt_sock_connect(w->sock, w->o.endpoint, w->err);
    return status;
}

/* A key that the service does not have, or a port of something else, looks like no work otherwise.
 */
static void look_for_service(state *w, bool has_heard)
{
    int64_t now = lyt_clock_mono_us(w->o.clock);

    if (lyt_str_begins(lyt_str_of(w->o.endpoint), LYT_STR("inproc:")))
        return;
    if (has_heard)
        w->heard_us = now;
    if (has_heard && (w->is_alone || !w->is_joined)) {
        w->is_alone = false;
        w->is_joined = true;
        lyt_log_say(&w->log, LYT_LOG_INFO, "LYT-WORKER-JOINED", "The service gives work.");
    } else if (!w->is_alone && now - w->heard_us > beats_until_alone * w->o.heartbeat_ms * 1000) {
        w->is_alone = true;
        lyt_log_say(&w->log, LYT_LOG_WARN, "LYT-WORKER-ALONE",
                    "Nobody answers; is lyt serve running there, and has its file access this key?",
                    LYT_KV("service", w->o.endpoint));
    }
}

static lyt_status serve(state *w, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, w->sock};
    lyt_status status = LYT_OK;

    w->heard_us = lyt_clock_mono_us(w->o.clock);
    say_ready(w);
    while (!status || status == LYT_ETIMEOUT) {
        bool ready[2] = {false, false};

        status = lyt_sock_poll(socks, 2, ready, w->o.heartbeat_ms);
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            leave(w);
            return LYT_OK;
        }
        beat(w);
        ready[1] = ready[1] && lyt_sock_recv(w->sock, w->frames, 0) == LYT_OK;
        if (ready[1])
            status = take(w);
        if (!status || status == LYT_ETIMEOUT)
            look_for_service(w, ready[1]);
    }
    return status;
}

lyt_status lyt_worker_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err)
{
    state w = {.o = *(const lyt_worker_options *)options, .err = err};
    lyt_status status;

    if (!w.o.credit)
        w.o.credit = credit_default;
    if (!w.o.heartbeat_ms)
        w.o.heartbeat_ms = beat_default_ms;
    if (!w.o.clock)
        w.o.clock = lyt_clock_system();
    w.log = lyt_log_child(w.o.log, "serve/worker");
    status = open_worker(&w);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&w, pipe);
    }
    lyt_sock_close(w.sock, 1000);
    lyt_frames_free(w.frames);
    if (w.judge)
        w.judge->free(w.session);
    if (w.is_taught)
        w.taught.forget(w.taught.context);
    lyt_mem_free(w.o.alloc, w.done);
    lyt_buf_deinit(&w.out);
    return status;
}
