#include <string.h>
#include <unistd.h>

#include "actor.h"
#include "testing.h"

LYT_SUITE(net);

static lyt_net *new_net(void)
{
    lyt_net *net;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    return net;
}

static lyt_sock *open_sock(lyt_net *net, lyt_sock_type type, int high_water)
{
    lyt_sock *sock;
    lyt_error err;

    cr_assert_eq(lyt_sock_open(&sock, net, type, high_water, &err), LYT_OK);
    return sock;
}

Test(net, frames_travel_whole)
{
    lyt_net *net = new_net();
    lyt_sock *router = open_sock(net, LYT_SOCK_ROUTER, 10);
    lyt_sock *dealer = open_sock(net, LYT_SOCK_DEALER, 10);
    lyt_frames *frames;
    lyt_str said[lyt_frames_max + 1];
    char bound[64];
    lyt_error err;

    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    cr_assert_eq(lyt_sock_bind(router, "tcp://127.0.0.1:*", bound, sizeof bound, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(dealer, bound, &err), LYT_OK);
    for (size_t i = 0; i <= lyt_frames_max; i++)
        said[i] = i % 2 ? LYT_STR("") : LYT_STR("abc");
    /* with the identity in front 15 fill the 16 there are, 16 are too many and dropped whole */
    cr_expect_eq(lyt_sock_recv(router, frames, 0), LYT_EBUSY);
    cr_expect_eq(lyt_sock_send(dealer, said, lyt_frames_max), LYT_OK);
    cr_expect_eq(lyt_sock_send(dealer, said, lyt_frames_max - 1), LYT_OK);
    cr_expect_eq(lyt_sock_recv(router, frames, 10000), LYT_ELIMIT);
    cr_expect_eq(lyt_frames_count(frames), 0);
    cr_expect_eq(lyt_sock_recv(router, frames, 10000), LYT_OK);
    cr_expect_eq(lyt_frames_count(frames), lyt_frames_max);
    cr_expect(lyt_str_equal(lyt_frames_at(frames, 1), LYT_STR("abc")));
    cr_expect_eq(lyt_frames_at(frames, 2).len, 0);
    cr_expect_eq(lyt_frames_at(frames, 99).len, 0);
    cr_expect_eq(lyt_sock_recv(dealer, frames, 10), LYT_ETIMEOUT);
    lyt_frames_free(frames);
    lyt_sock_close(dealer, 0);
    lyt_sock_close(router, 0);
    lyt_net_free(net);
}

Test(net, a_router_says_who_is_gone_and_who_is_full)
{
    lyt_net *net = new_net();
    lyt_sock *router = open_sock(net, LYT_SOCK_ROUTER, 2);
    lyt_sock *dealer = open_sock(net, LYT_SOCK_DEALER, 2);
    lyt_frames *frames;
    lyt_str answer[2] = {LYT_STR("nobody"), LYT_STR("x")};
    lyt_status status = LYT_OK;
    lyt_error err;

    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    cr_assert_eq(lyt_sock_bind(router, "inproc://r", NULL, 0, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(dealer, "inproc://r", &err), LYT_OK);
    cr_expect_eq(lyt_sock_send(router, answer, 2), LYT_ECLOSED);
    cr_assert_eq(lyt_sock_send(dealer, answer, 1), LYT_OK);
    cr_assert_eq(lyt_sock_recv(router, frames, 10000), LYT_OK);
    answer[0] = lyt_frames_at(frames, 0);
    for (int i = 0; i < 100 && !status; i++)
        status = lyt_sock_send(router, answer, 2);
    cr_expect_eq(status, LYT_EBUSY);
    lyt_frames_free(frames);
    lyt_sock_close(dealer, 0);
    lyt_sock_close(router, 0);
    lyt_net_free(net);
}

Test(net, BU_08_a_bus_says_that_somebody_has_no_room)
{
    enum { room = 4, rounds = 20 };
    lyt_net *net = new_net();
    lyt_sock *bus = open_sock(net, LYT_SOCK_XPUB, room);
    lyt_sock *slow = open_sock(net, LYT_SOCK_SUB, room);
    lyt_sock *other = open_sock(net, LYT_SOCK_SUB, 1000);
    lyt_str frames[2] = {LYT_STR("alarm.x"), LYT_STR("{}")};
    size_t n_lost = 0, n_slow = 0, n_other = 0;
    lyt_frames *got;
    lyt_error err;

    cr_assert_eq(lyt_frames_new(&got, NULL), LYT_OK);
    cr_assert_eq(lyt_sock_bind(bus, "inproc://bus", NULL, 0, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(slow, "inproc://bus", &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(other, "inproc://bus", &err), LYT_OK);
    cr_assert_eq(lyt_sock_subscribe(slow, LYT_STR("alarm.")), LYT_OK);
    cr_assert_eq(lyt_sock_subscribe(other, LYT_STR("")), LYT_OK);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(lyt_sock_recv(bus, got, 10000), LYT_OK);
    for (int i = 0; i < rounds; i++) {
        bool is_lost = true;

        cr_expect_eq(lyt_sock_publish(bus, frames, 2, &is_lost), LYT_OK);
        n_lost += is_lost;
        /* who reads is not touched by it, to the last frame */
        cr_assert_eq(lyt_sock_recv(other, got, 10000), LYT_OK);
        cr_expect_eq(lyt_frames_count(got), 2);
        n_other++;
    }
    while (lyt_sock_recv(slow, got, 0) == LYT_OK) {
        cr_expect_eq(lyt_frames_count(got), 2);
        n_slow++;
    }
    cr_expect_eq(n_other, rounds);
    cr_expect_lt(n_slow, rounds);
    cr_expect_geq(n_lost, 1);
    /* what nobody wants is nobody's loss */
    frames[0] = LYT_STR("praise.x");
    for (int i = 0; i < rounds; i++) {
        bool is_lost = true;

        cr_expect_eq(lyt_sock_publish(bus, frames, 2, &is_lost), LYT_OK);
        cr_expect_not(is_lost);
        cr_assert_eq(lyt_sock_recv(other, got, 10000), LYT_OK);
    }
    lyt_frames_free(got);
    lyt_sock_close(slow, 0);
    lyt_sock_close(other, 0);
    lyt_sock_close(bus, 0);
    lyt_net_free(net);
}

Test(net, names_the_endpoint_that_does_not_work)
{
    static const struct {
        int line;
        const char *endpoint;
        lyt_status status;
    } rows[] = {
        {__LINE__, "nonsense", LYT_EINVAL},
        {__LINE__, "tcp://127.0.0.1:99999", LYT_EINVAL},
        {__LINE__, "tcp://127.0.0.1:x", LYT_EINVAL},
        {__LINE__, "smtp://127.0.0.1:1", LYT_EINVAL},
        {__LINE__, "inproc://taken", LYT_EEXISTS},
        {__LINE__, "tcp://localhost:*", LYT_EINVAL},
        {__LINE__, "tcp://192.0.2.1:*", LYT_EINVAL},
    };
    lyt_net *net = new_net();
    lyt_sock *taken = open_sock(net, LYT_SOCK_PULL, 1), *sock = open_sock(net, LYT_SOCK_PULL, 1);
    lyt_error err;

    cr_assert_eq(lyt_sock_bind(taken, "inproc://taken", NULL, 0, &err), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(lyt_sock_bind(sock, rows[i].endpoint, NULL, 0, &err), rows[i].status,
                     "row at line %d: %s", rows[i].line, err.text);
        cr_expect_not_null(strstr(err.text, rows[i].endpoint), "row at line %d: %s", rows[i].line,
                           err.text);
    }
    lyt_sock_close(sock, 0);
    lyt_sock_close(taken, 0);
    lyt_net_free(net);
}

typedef struct plan {
    bool ready;
    lyt_status status;
    int n_wakes;
} plan;

static lyt_status body(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    plan *p = argument;

    if (p->ready) {
        bool ready;

        lyt_actor_ready(actor);
        do {
            (void)!lyt_sock_poll(&pipe, 1, &ready, -1);
            p->n_wakes++;
        } while (!lyt_actor_told_stop(pipe));
    }
    return p->status ? lyt_error_set(err, p->status, "as planned") : LYT_OK;
}

/* Where the machine has IPv6 at all. */
Test(net, frames_travel_over_ipv6)
{
    lyt_net *net = new_net();
    lyt_sock *pull = open_sock(net, LYT_SOCK_PULL, 10), *push = open_sock(net, LYT_SOCK_PUSH, 10);
    lyt_str said = LYT_STR("over six");
    lyt_frames *frames;
    char bound[64];
    lyt_error err;
    lyt_status status = lyt_sock_bind(pull, "tcp://[::1]:*", bound, sizeof bound, &err);

    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    if (status) {
        cr_expect_eq(access("/proc/net/if_inet6", R_OK), -1, "%s", err.text);
    } else {
        cr_expect_eq(strncmp(bound, "tcp://[::1]:", 12), 0, "%s", bound);
        cr_assert_eq(lyt_sock_connect(push, bound, &err), LYT_OK);
        cr_assert_eq(lyt_sock_send(push, &said, 1), LYT_OK);
        cr_assert_eq(lyt_sock_recv(pull, frames, 20000), LYT_OK);
        cr_expect(lyt_str_equal(lyt_frames_at(frames, 0), said));
    }
    lyt_frames_free(frames);
    lyt_sock_close(push, 0);
    lyt_sock_close(pull, 0);
    lyt_net_free(net);
}

Test(net, an_actor_starts_and_stops)
{
    static const struct {
        int line;
        bool ready;
        lyt_status status, start, stop;
    } rows[] = {
        {__LINE__, true, LYT_OK, LYT_OK, LYT_OK},
        {__LINE__, true, LYT_ELIMIT, LYT_OK, LYT_ELIMIT},
        {__LINE__, false, LYT_EFORMAT, LYT_EFORMAT, LYT_OK},
        {__LINE__, false, LYT_OK, LYT_EIO, LYT_OK},
    };
    lyt_net *net = new_net();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plan p = {rows[i].ready, rows[i].status, 0};
        lyt_actor *actor = NULL;
        lyt_error err = {.text = ""};

        cr_expect_eq(lyt_actor_start(&actor, net, "planned", body, &p, &err), rows[i].start,
                     "row at line %d", rows[i].line);
        cr_expect_eq(lyt_actor_stop(actor, &err), rows[i].stop, "row at line %d", rows[i].line);
        if (rows[i].status)
            cr_expect_str_eq(err.text, "as planned");
        cr_expect_eq(p.n_wakes, rows[i].ready);
    }
    lyt_net_free(net);
}
