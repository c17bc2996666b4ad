#include "webear.h"

#include "wire.h"

typedef struct state {
    const lyt_webear_options *o;
    lyt_sock *pipe, *out;
    lyt_subscriber *sub;
    lyt_buf number;
    bool is_told;
} state;

enum { step_ms = 100, ahead_max = 20000, pause_ms = 5 };

/* When the other side is behind this one waits; what it misses meanwhile it fetches. */
static lyt_status hand_on(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    state *ear = user;
    lyt_str frames[3];
    lyt_status status;

    lyt_buf_reset(&ear->number);
    lyt_wire_put_i64(&ear->number, seq);
    if (lyt_buf_status(&ear->number))
        return LYT_ENOMEM;
    frames[0] = lyt_buf_str(&ear->number);
    frames[1] = topic;
    frames[2] = json;
    while ((status = lyt_sock_send(ear->out, frames, 3)) == LYT_EBUSY && !ear->is_told) {
        (void)!lyt_sock_poll(NULL, 0, NULL, pause_ms);
        ear->is_told = lyt_actor_told_stop(ear->pipe);
    }
    return status;
}

static lyt_status open_ear(state *ear, lyt_error *err)
{
    static const lyt_str topics[] = {
        {"alarm.", 6}, {"incident.", 9}, {"notice.", 7}, {"parked.", 7}, {"health.", 7}};
    lyt_status status = lyt_sock_open(&ear->out, ear->o->net, LYT_SOCK_PAIR, ahead_max, err);

    if (!status)
        status = lyt_sock_bind(ear->out, LYT_ADDRESS_WEB_EAR, NULL, 0, err);
    if (status)
        return status;
    return lyt_subscriber_new(&ear->sub,
                              &(lyt_subscriber_options){.alloc = ear->o->alloc,
                                                        .net = ear->o->net,
                                                        .bus = ear->o->bus,
                                                        .replay = ear->o->replay,
                                                        .topics = topics,
                                                        .n_topics = sizeof topics / sizeof *topics,
                                                        .since = -1,
                                                        .on_event = hand_on,
                                                        .user = ear},
                              err);
}

lyt_status lyt_webear_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err)
{
    state ear = {.o = options, .pipe = pipe};
    lyt_status status;

    lyt_buf_init(&ear.number, ear.o->alloc);
    status = open_ear(&ear, err);
    if (!status)
        lyt_actor_ready(actor);
    while (!status && !ear.is_told) {
        /* no memory, or an answer that is not understood: it goes on from where it was */
        (void)!lyt_subscriber_step(ear.sub, step_ms);
        ear.is_told = ear.is_told || lyt_actor_told_stop(pipe);
    }
    lyt_subscriber_free(ear.sub);
    lyt_sock_close(ear.out, 0);
    lyt_buf_deinit(&ear.number);
    return status;
}
