#include <stdatomic.h>

#include "actor.h"
#include "testing.h"

LYT_SUITE(actor);

enum { long_ms = 60000 };

typedef struct looks {
    atomic_int n;
    atomic_bool sleeps; /* does not look at its pipe */
} looks;

/* Looks once, and again each time its wait ends; no wait ends by itself within a test. */
static lyt_status look_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    lyt_sock *const socks[] = {pipe};
    looks *l = argument;
    bool ready[1] = {false};

    (void)err;
    lyt_actor_ready(actor);
    do {
        (void)atomic_fetch_add(&l->n, 1);
        while (atomic_load(&l->sleeps))
            (void)!lyt_sock_poll(NULL, 0, NULL, 1);
        (void)!lyt_sock_poll(socks, 1, ready, long_ms);
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    return LYT_OK;
}

static void wait_until(const looks *l, int n)
{
    while (atomic_load(&l->n) < n)
        (void)!lyt_sock_poll(NULL, 0, NULL, 1);
}

Test(actor, one_that_is_woken_looks_and_goes_on)
{
    looks l = {.n = 0};
    lyt_actor *actor = NULL;
    lyt_net *net = NULL;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, net, "looks", look_run, &l, &err), LYT_OK);
    for (int i = 1; i < 5; i++) {
        wait_until(&l, i);
        lyt_actor_wake(actor);
    }
    wait_until(&l, 5);
    cr_expect_not(lyt_actor_has_ended(actor));
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    lyt_net_free(net);
}

/* However often it was woken before: the first look at the pipe is enough. */
Test(actor, the_end_is_heard_behind_any_number_of_wakes)
{
    looks l = {.n = 0, .sleeps = true};
    lyt_actor *actor = NULL;
    lyt_net *net = NULL;
    lyt_error err;
    int before;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, net, "looks", look_run, &l, &err), LYT_OK);
    wait_until(&l, 1);
    for (int i = 0; i < 20; i++)
        lyt_actor_wake(actor);
    before = atomic_load(&l.n);
    atomic_store(&l.sleeps, false);
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    cr_expect_leq(atomic_load(&l.n), before + 2);
    lyt_net_free(net);
}

static lyt_status end_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    (void)pipe;
    (void)argument;
    lyt_actor_ready(actor);
    return lyt_error_set(err, LYT_EIO, "the disk is gone");
}

/* Whoever waits for several asks each more than once. */
Test(actor, one_that_ended_by_itself_has_ended_whenever_it_is_asked)
{
    lyt_actor *actor = NULL;
    lyt_net *net = NULL;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, net, "ends", end_run, NULL, &err), LYT_OK);
    while (!lyt_actor_has_ended(actor))
        (void)!lyt_sock_poll(NULL, 0, NULL, 1);
    cr_expect(lyt_actor_has_ended(actor));
    lyt_actor_wake(actor);
    cr_expect(lyt_actor_has_ended(actor));
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_EIO);
    cr_expect_str_eq(err.text, "the disk is gone");
    lyt_net_free(net);
}
