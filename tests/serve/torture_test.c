#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diskfault.h"
#include "follower.h"
#include "scarcity.h"
#include "serving.h"

/*
 * A service under faults: what was acknowledged is stored, classified and delivered, once by
 * id, and the log has no gap. $LYT_TORTURE_S is how long each goes on (1 s), $LYT_SEED repeats
 * one; each prints seed, duration, what was injected and what was counted.
 */
LYT_SUITE(torture);

enum { messages_max = 20000 };

typedef struct torture {
    serving s;
    uint64_t random, seed;
    double seconds;
    int64_t began_us;
    lyt_sender *sender;
    lyt_follower *follower;
    uint64_t n_sent, n_accepted, n_duplicate, n_refused;
    int delivered[2 * messages_max + 1];
    int64_t n_delivered, n_again, injected;
} torture;

static double number_of(const char *variable, double usual)
{
    const char *text = getenv(variable);

    return text && *text ? strtod(text, NULL) : usual;
}

/* xorshift64*, G. Marsaglia / S. Vigna. */
static uint64_t pick(torture *t, uint64_t n)
{
    t->random ^= t->random >> 12;
    t->random ^= t->random << 25;
    t->random ^= t->random >> 27;
    return (t->random * 2685821657736338717ULL >> 33) % n;
}

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    torture *t = user;

    (void)number;
    (void)answer;
    t->n_accepted += lyt_str_equal(status, LYT_STR("accepted"));
    t->n_duplicate += lyt_str_equal(status, LYT_STR("duplicate"));
    t->n_refused += lyt_str_equal(status, LYT_STR("refused"));
}

static void begin(torture *t)
{
    serving_init(&t->s);
    t->seed = (uint64_t)number_of("LYT_SEED", (double)(now_us() % 1000000007));
    t->random = t->seed * 2 + 1;
    t->seconds = number_of("LYT_TORTURE_S", 1);
}

static void start(torture *t)
{
    lyt_error err;
    lyt_sender_options sending = {
        .net = t->s.net, .window = 50, .resend_ms = 300, .on_answer = on_answer, .user = t};
    lyt_follower_options following = {.net = t->s.net, .name = "torture", .credit = 64};

    serving_start(&t->s);
    sending.endpoint = t->s.at.submit;
    following.replay = t->s.at.replay;
    cr_assert_eq(lyt_sender_new(&t->sender, &sending, &err), LYT_OK);
    cr_assert_eq(lyt_follower_new(&t->follower, &following, &err), LYT_OK);
    t->began_us = now_us();
}

static void hear(torture *t, int timeout_ms)
{
    lyt_followed event;
    lyt_error err = {.text = ""};
    lyt_status status;

    while (!(status = lyt_follower_next(t->follower, &event, timeout_ms, &err))) {
        timeout_ms = 0;
        cr_assert(event.seq > 0 && event.seq <= 2 * messages_max);
        t->n_again += t->delivered[event.seq] > 0;
        t->n_delivered += t->delivered[event.seq]++ == 0;
        (void)!lyt_follower_done(t->follower, event.seq);
    }
    cr_expect(status == LYT_ETIMEOUT || status == LYT_ESTATE, "%s: %s", lyt_status_name(status),
              err.text);
}

static void send_some(torture *t)
{
    char json[120];

    for (int i = 0; i < 20 && t->n_sent < messages_max; i++) {
        snprintf(json, sizeof json, "{\"id\":\"t%llu\",\"place\":\"%llu\",\"text\":\"cold\"}",
                 (unsigned long long)t->n_sent, (unsigned long long)t->n_sent);
        if (lyt_sender_send(t->sender, t->n_sent, lyt_str_of(json)))
            break;
        t->n_sent++;
    }
    (void)!lyt_sender_step(t->sender, 1);
}

/* Until all are answered and all they caused is delivered; then the sums. */
static void settle(torture *t, const char *what)
{
    int64_t end_us = now_us() + 50000000, last = 0;

    while ((lyt_sender_pending(t->sender) || t->n_delivered < 2 * (int64_t)t->n_sent) &&
           now_us() < end_us) {
        (void)!lyt_sender_step(t->sender, 1);
        hear(t, 20);
    }
    cr_expect_eq(t->n_accepted + t->n_duplicate, t->n_sent, "seed %llu",
                 (unsigned long long)t->seed);
    cr_expect_eq(t->n_refused, 0);
    serving_ask(&t->s, "{\"request\":\"status\"}");
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "feedback"),
                 (int64_t)t->n_sent, "seed %llu: %s", (unsigned long long)t->seed, t->s.json.data);
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "verdicts"),
                 (int64_t)t->n_sent);
    last = serving_number(&t->s, "{\"request\":\"status\"}", "counts", "last_seq");
    cr_expect_eq(last, 2 * (int64_t)t->n_sent);
    for (int64_t seq = 1; seq <= last; seq++)
        cr_expect_geq(t->delivered[seq], 1, "seed %llu: event %d was never delivered",
                      (unsigned long long)t->seed, (int)seq);
    fprintf(stderr,
            "torture %s: seed %llu, %.1f s, injected %lld; %llu sent, %llu accepted, %llu known "
            "already, %lld events, %lld delivered again\n",
            what, (unsigned long long)t->seed, (double)(now_us() - t->began_us) / 1e6,
            (long long)t->injected, (unsigned long long)t->n_sent,
            (unsigned long long)t->n_accepted, (unsigned long long)t->n_duplicate, (long long)last,
            (long long)t->n_again);
}

static void end(torture *t)
{
    lyt_sender_free(t->sender);
    lyt_follower_free(t->follower);
    serving_deinit(&t->s);
    free(t);
}

Test(torture, a_disk_that_fails_now_and_then, .timeout = 1000000)
{
    torture *t = calloc(1, sizeof *t);

    cr_assert(t);
    diskfault_install();
    begin(t);
    start(t);
    while (now_us() - t->began_us < (int64_t)(t->seconds * 1e6) && t->n_sent < messages_max) {
        int64_t until_us = now_us() + 20000 + (int64_t)pick(t, 60000);

        diskfault_plan((diskfault_kind)pick(t, DISK_KINDS), 1 + (long)pick(t, 40),
                       1 + (long)pick(t, 30));
        while (now_us() < until_us) {
            send_some(t);
            hear(t, 0);
        }
        t->injected += diskfault_injected();
    }
    diskfault_plan(DISK_EIO, 0, 0);
    settle(t, "disk");
    cr_expect_gt(t->injected, 0);
    end(t);
}

Test(torture, memory_that_fails_at_each_step_of_the_start, .timeout = 1000000)
{
    torture *t = calloc(1, sizeof *t);
    long n, stride;
    lyt_error err;

    cr_assert(t);
    begin(t);
    t->s.options.alloc = &scarcity;
    stride = t->seconds > 10 ? 1 : 9;
    for (n = 1 + (long)pick(t, (uint64_t)stride);; n += stride) {
        lyt_service *service = NULL;
        lyt_status status;
        long failed = scarcity_failed();

        scarcity_fail(n);
        status = lyt_service_start(&service, &t->s.options, NULL, &err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "allocation %ld: %s %s", n,
                  lyt_status_name(status), err.text);
        (void)!lyt_service_stop(service, NULL);
        cr_expect_eq(scarcity_live(), 0, "allocation %ld failing leaves %ld blocks", n,
                     scarcity_live());
        if (scarcity_failed() == failed)
            break;
    }
    scarcity_fail(0);
    fprintf(stderr, "torture start: seed %llu, %ld allocations, each %ldth failed\n",
            (unsigned long long)t->seed, n, stride);
    lyt_net_free(t->s.net);
    lyt_buf_deinit(&t->s.said);
    lyt_buf_deinit(&t->s.heard);
    lyt_buf_deinit(&t->s.json);
    testing_folder_remove(t->s.folder);
    free(t);
}

Test(torture, memory_that_fails_while_messages_go_through, .timeout = 1000000)
{
    torture *t = calloc(1, sizeof *t);

    cr_assert(t);
    begin(t);
    t->s.options.alloc = &scarcity;
    start(t);
    while (now_us() - t->began_us < (int64_t)(t->seconds * 1e6) && t->n_sent < messages_max) {
        if (!scarcity_waits())
            scarcity_fail(1 + (long)pick(t, 300));
        send_some(t);
        hear(t, 0);
    }
    t->injected = scarcity_failed();
    scarcity_fail(0);
    settle(t, "memory");
    end(t);
    cr_expect_eq(scarcity_live(), 0);
}
