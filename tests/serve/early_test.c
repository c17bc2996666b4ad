/* A message that comes alone is judged at the door while the ledger writes it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "actor.h"
#include "serving.h"
#include "worker.h"

LYT_SUITE(early);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

enum { n_alone = 20 };

/* How often it was asked, and one that is held up until another has come. */
typedef struct asked {
    pthread_mutex_t lock;
    pthread_cond_t another;
    _Atomic int n;
    bool holds;
} asked;

static asked count = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false};

static lyt_status judge_counting(void *session, const lyt_question *question, lyt_judgement *out,
                                 lyt_error *err)
{
    pthread_mutex_lock(&count.lock);
    count.n++;
    pthread_cond_broadcast(&count.another);
    while (count.holds && count.n < 2)
        pthread_cond_wait(&count.another, &count.lock);
    pthread_mutex_unlock(&count.lock);
    return serving_judge.judge(session, question, out, err);
}

static void start(serving *s, lyt_judge *judge, size_t n_workers)
{
    *judge = serving_judge;
    judge->judge = judge_counting;
    serving_init(s);
    s->options.judge = judge;
    s->options.n_workers = n_workers;
    serving_start(s);
    serving_listen(s);
}

Test(early, one_alone_is_judged_once_and_wakes_no_worker)
{
    lyt_judge judge;
    serving s;
    char text[80];

    start(&s, &judge, 2);
    for (size_t i = 0; i < n_alone; i++) {
        snprintf(text, sizeof text, "{\"id\":\"%zu\",\"place\":\"%zu\",\"text\":\"cold\"}", i, i);
        HAS(serving_submit(&s, text), "accepted");
        serving_hear(&s, 2 * i + 2);
        /* a copy is none, whatever was said of it */
        HAS(serving_submit(&s, text), "duplicate");
    }
    serving_until(&s, "counts", "verdicts", n_alone);
    /* once at the door each, copies too; on a busy machine the ledger loses patience now and then */
    cr_expect_geq(count.n, 2 * n_alone - 5, "judged %d times", count.n);
    cr_expect_leq(count.n, 2 * n_alone + 10, "judged %d times", count.n);
    cr_expect_eq(s.n_heard, 2 * n_alone);
    serving_until(&s, "waiting", NULL, 0);
    serving_deinit(&s);
}

/* What other processes are there for is not done by this one. */
Test(early, without_threads_that_judge_nobody_does)
{
    lyt_judge judge;
    serving s;

    start(&s, &judge, 0);
    HAS(serving_submit(&s, "{\"text\":\"cold\"}"), "accepted");
    serving_until(&s, "waiting", NULL, 1);
    cr_expect_eq(count.n, 0);
    serving_deinit(&s);
}

/* The ledger waits a moment only; a worker has judged it, and what intake says is too late. */
Test(early, a_verdict_that_comes_too_late_is_nobodys)
{
    lyt_judge judge;
    serving s;

    count.holds = true;
    start(&s, &judge, 1);
    HAS(serving_submit(&s, "{\"text\":\"cold\"}"), "accepted");
    serving_hear(&s, 2);
    count.holds = false;
    HAS(serving_submit(&s, "{\"text\":\"dirty\",\"place\":\"7\"}"), "accepted");
    serving_hear(&s, 4);
    cr_expect_eq(s.n_heard, 4);
    serving_until(&s, "counts", "verdicts", 2);
    serving_until(&s, "waiting", NULL, 0);
    serving_deinit(&s);
}

/* A long one would keep the next sender waiting: it goes to a worker. */
Test(early, a_long_text_is_judged_by_a_worker)
{
    static char text[2200];
    lyt_judge judge;
    serving s;

    start(&s, &judge, 1);
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "{\"text\":\"cold ", 14);
    memcpy(text + 2100, "\"}", 3);
    HAS(serving_submit(&s, text), "accepted");
    serving_hear(&s, 2);
    cr_expect_eq(count.n, 1);
    serving_deinit(&s);
}

/* A thread of the process is a sender like any other, and needs no key. */
Test(early, a_sender_of_this_process)
{
    const lyt_str frames[2] = {LYT_STR("7"), LYT_STR("{\"id\":\"a\",\"text\":\"cold\"}")};
    const lyt_str bad[2] = {LYT_STR("8"), LYT_STR("{\"id\":5}")};
    lyt_frames *heard;
    lyt_sock *sock;
    serving s;
    lyt_error err;

    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_frames_new(&heard, NULL), LYT_OK);
    cr_assert_eq(lyt_service_open_sender(s.service, &sock, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_sock_send(sock, frames, 2), LYT_OK);
    cr_assert_eq(lyt_sock_recv(sock, heard, 20000), LYT_OK);
    cr_expect(lyt_str_equal(lyt_frames_at(heard, 0), LYT_STR("7")));
    cr_expect(lyt_str_begins(lyt_frames_at(heard, 1), LYT_STR("{\"status\":\"accepted\"")));
    cr_assert_eq(lyt_sock_send(sock, bad, 2), LYT_OK);
    cr_assert_eq(lyt_sock_recv(sock, heard, 20000), LYT_OK);
    cr_expect(lyt_str_equal(lyt_frames_at(heard, 0), LYT_STR("8")));
    cr_expect(lyt_str_begins(lyt_frames_at(heard, 1), LYT_STR("{\"status\":\"refused\"")));
    lyt_sock_close(sock, 0);
    lyt_frames_free(heard);
    serving_deinit(&s);
}
