#include "actor.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "mem.h"

/*
 * The pipe carries frames of one byte: from the inside 'r' when ready and 'e' when the
 * body has ended, from the outside 's' to stop and 'w' to wake.
 */
struct lyt_actor {
    const lyt_alloc *alloc;
    const char *name;
    lyt_actor_fn body;
    void *argument;
    lyt_sock *outer, *inner;
    pthread_t thread;
    bool is_ready;
    bool has_ended;    /* the starter's */
    lyt_status status; /* the thread's; read after joining it */
    lyt_error err;
};

static void *run(void *argument)
{
    lyt_actor *actor = argument;

    (void)prctl(PR_SET_NAME, actor->name, 0, 0, 0);
    actor->status = actor->body(actor, actor->inner, actor->argument, &actor->err);
    (void)!lyt_sock_send(actor->inner, &LYT_STR("e"), 1);
    return NULL;
}

void lyt_actor_ready(lyt_actor *actor)
{
    actor->is_ready = true;
    (void)!lyt_sock_send(actor->inner, &LYT_STR("r"), 1);
}

/* What the pipe says next, 0 for nothing within that time. */
static char hear(lyt_sock *pipe, int timeout_ms)
{
    lyt_frames *frames;
    char what = 0;

    if (lyt_frames_new(&frames, NULL))
        return 0;
    if (lyt_sock_recv(pipe, frames, timeout_ms) == LYT_OK) {
        lyt_str said = lyt_frames_at(frames, 0);

        what = '?';
        if (said.len == 1)
            what = said.ptr[0];
    }
    lyt_frames_free(frames);
    return what;
}

bool lyt_actor_told_stop(lyt_sock *pipe)
{
    char what;

    do
        what = hear(pipe, 0);
    while (what == 'w');
    return what == 's';
}

/* Signals are the starter's affair: an actor is never interrupted. */
static lyt_status start_thread(lyt_actor *actor, lyt_error *err)
{
    sigset_t all, before;
    int code;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&actor->thread, NULL, run, actor);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code)
        return lyt_error_set(err, LYT_ENOMEM, "no thread for %s", actor->name);
    return LYT_OK;
}

static void free_actor(lyt_actor *actor)
{
    lyt_sock_close(actor->outer, 0);
    lyt_sock_close(actor->inner, 0);
    lyt_mem_free(actor->alloc, actor);
}

static lyt_status open_pipe(lyt_actor *actor, lyt_net *net, lyt_error *err)
{
    char address[48];
    lyt_status status;

    /* not by where it lies: the address of one that has ended may be taken a while longer */
    snprintf(address, sizeof address, "inproc://actor-%" PRIu64, lyt_net_number(net));
    status = lyt_sock_open(&actor->outer, net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_open(&actor->inner, net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_bind(actor->outer, address, NULL, 0, err);
    if (!status)
        status = lyt_sock_connect(actor->inner, address, err);
    return status;
}

static lyt_status end(lyt_actor *actor, lyt_error *err)
{
    lyt_status status;

    pthread_join(actor->thread, NULL);
    status = actor->status;
    if (status && err)
        *err = actor->err;
    free_actor(actor);
    return status;
}

lyt_status lyt_actor_start(lyt_actor **out, lyt_net *net, const char *name, lyt_actor_fn body,
                           void *argument, lyt_error *err)
{
    lyt_actor *actor = lyt_mem_new(NULL, sizeof *actor);
    lyt_status status;

    if (!actor)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for %s", name);
    actor->name = name;
    actor->body = body;
    actor->argument = argument;
    status = open_pipe(actor, net, err);
    if (!status)
        status = start_thread(actor, err);
    if (status) {
        free_actor(actor);
        return status;
    }
    if (hear(actor->outer, -1) != 'r') {
        status = end(actor, err);
        return status ? status : lyt_error_set(err, LYT_EIO, "%s ended before it was ready", name);
    }
    *out = actor;
    return LYT_OK;
}

bool lyt_actor_has_ended(lyt_actor *actor)
{
    actor->has_ended = actor->has_ended || hear(actor->outer, 0) == 'e';
    return actor->has_ended;
}

void lyt_actor_wake(lyt_actor *actor)
{
    (void)!lyt_sock_send(actor->outer, &LYT_STR("w"), 1);
}

lyt_status lyt_actor_stop(lyt_actor *actor, lyt_error *err)
{
    if (!actor)
        return LYT_OK;
    (void)!lyt_sock_send(actor->outer, &LYT_STR("s"), 1);
    return end(actor, err);
}
