#include "workpeer.h"

LYT_SUITE(lostworker);

/* It has forgotten what it had: that is given out anew, and there is one of it. */
Test(lostworker, BU_10_a_worker_that_says_ready_again_is_one_and_gets_its_work_again)
{
    serving s;
    peer p;

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_listen(&s);
    peer_open(&p, &s);
    peer_ready(&p, 10);
    serving_submit(&s, "{\"text\":\"cold\"}");
    (void)peer_work(&p);
    peer_ready(&p, 10);
    peer_done(&p, peer_work(&p), "lift");
    serving_hear(&s, 2);
    serving_until(&s, "workers", NULL, 1);
    peer_ready(&p, 10);
    peer_ready(&p, 10);
    serving_submit(&s, "{\"text\":\"dirty\"}");
    peer_done(&p, peer_work(&p), "bed");
    serving_hear(&s, 4);
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "workers", NULL), 1);
    peer_close(&p);
    serving_deinit(&s);
}

/*
 * While messages come, the end of a worker is seen when it is to be given the next one, and not by
 * looking for it: it is lost all the same, and what it had is blamed.
 */
Test(lostworker, BU_11_a_worker_that_ends_amid_traffic_is_lost_and_its_message_blamed)
{
    enum { rounds = 8 };
    serving s;

    serving_init(&s);
    s.options.n_workers = 0;
    s.options.heartbeat_ms = 60000;
    serving_start(&s);
    serving_submit(&s, "{\"text\":\"cold\"}");
    for (int i = 0; i < rounds; i++) {
        peer p;

        peer_open(&p, &s);
        peer_ready(&p, 1000);
        (void)peer_wait(&p, LYT_WORK_WORK);
        peer_close(&p);
        serving_submit(&s, "{\"text\":\"and another one\"}");
        serving_until(&s, "queue", "lost_workers", i + 1);
    }
    cr_expect_geq(serving_number(&s, "{\"request\":\"status\"}", "counts", "parked"), 1);
    serving_deinit(&s);
}
