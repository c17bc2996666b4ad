#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "actor.h"
#include "serving.h"
#include "worker.h"
#include "workpeer.h"

LYT_SUITE(fault);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

Test(fault, a_dead_workers_work_goes_to_another)
{
    serving s;
    peer first, second;
    int64_t id;

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_listen(&s);
    peer_open(&first, &s);
    peer_ready(&first, 10);
    serving_submit(&s, "{\"text\":\"cold\"}");
    (void)peer_wait(&first, LYT_WORK_WORK);
    peer_close(&first);
    peer_open(&second, &s);
    peer_ready(&second, 10);
    id = peer_work(&second);
    peer_done(&second, id, "lift");
    /* a second time it is nobody's */
    peer_done(&second, id, "lift");
    serving_hear(&s, 2);
    cr_expect_str_eq(s.heard.data, "alarm.default.none.4.lift\nincident.default.none.new\n");
    HAS(serving_ask(&s, "{\"request\":\"feedback\",\"feedback\":1}"), "{\"by\":\"a peer\"}");
    serving_until(&s, "queue", "lost_workers", 1);
    /* who runs the service hears of it, too */
    cr_expect_eq(s.n_health, 1);
    HAS(serving_ask(&s, "{\"request\":\"events\",\"topic\":\"health.\"}"),
        "\"what\":\"worker-lost\",\"note\":\"its connection was closed\"");
    peer_close(&second);
    serving_deinit(&s);
}

/* Not after three heartbeats, but as soon as the connection is seen to have gone. */
Test(fault, BU_10_a_dead_workers_work_is_with_another_at_once)
{
    enum { rounds = 10 };
    const lyt_clock *clock = lyt_clock_system();
    int64_t worst_us = 0;
    serving s;
    peer spare;

    serving_init(&s);
    s.options.n_workers = 0;
    s.options.heartbeat_ms = 5000;
    serving_start(&s);
    for (int i = 0; i < rounds; i++) {
        peer first;
        int64_t since_us;
        char text[60];

        peer_open(&first, &s);
        peer_ready(&first, 10);
        snprintf(text, sizeof text, "{\"text\":\"cold %d\"}", i);
        serving_submit(&s, text);
        (void)peer_wait(&first, LYT_WORK_WORK);
        peer_open(&spare, &s);
        peer_ready(&spare, 10);
        serving_until(&s, "workers", NULL, 2);
        since_us = lyt_clock_mono_us(clock);
        peer_close(&first);
        (void)peer_wait(&spare, LYT_WORK_WORK);
        since_us = lyt_clock_mono_us(clock) - since_us;
        worst_us = since_us > worst_us ? since_us : worst_us;
        /* it goes without blame */
        lyt_workframe_begin(&spare.out, LYT_WORK_LEAVE);
        peer_say(&spare, lyt_buf_str(&spare.out));
        serving_until(&s, "workers", NULL, 0);
        peer_close(&spare);
        serving_stop(&s);
        testing_folder_remove(s.folder);
        testing_folder(s.folder);
        serving_start(&s);
    }
    fprintf(stderr, "worker loss: with another after at most %.1f ms\n", (double)worst_us / 1000);
    /* 100 ms on a machine of its own; this one may be at other things */
    cr_expect_lt(worst_us, 1000000);
    serving_deinit(&s);
}

/* Gives signs of life while it looks whether the other one has got work. */
static int64_t beat_until_work(peer *beating, peer *other)
{
    const lyt_clock *clock = lyt_clock_system();
    int64_t end_us = lyt_clock_mono_us(clock) + 60000000, id = 0;

    while (!id && lyt_clock_mono_us(clock) < end_us) {
        lyt_workframe_begin(&beating->out, LYT_WORK_HEARTBEAT);
        peer_say(beating, lyt_buf_str(&beating->out));
        lyt_workframe_begin(&other->out, LYT_WORK_HEARTBEAT);
        peer_say(other, lyt_buf_str(&other->out));
        if (lyt_sock_recv(other->sock, other->frames, 20) == LYT_OK &&
            lyt_frames_at(other->frames, 0).ptr[0] == LYT_WORK_WORK)
            cr_assert_eq(
                lyt_workframe_each_work(lyt_frames_at(other->frames, 0), peer_note_work, &id),
                LYT_OK);
    }
    cr_assert_neq(id, 0, "nobody else got it");
    return id;
}

/* It lives and says so, but what it was given never comes back. */
Test(fault, BU_10_work_does_not_stay_with_a_worker_that_gives_no_verdict)
{
    lyt_str told = LYT_STR("gave no verdict; start it anew");
    serving s;
    peer stuck, spare;
    int64_t id;

    serving_init(&s);
    s.options.n_workers = 0;
    s.options.heartbeat_ms = 100;
    serving_start(&s);
    serving_listen(&s);
    peer_open(&stuck, &s);
    stuck.number = 5;
    peer_ready(&stuck, 1000);
    serving_submit(&s, "{\"text\":\"cold\"}");
    (void)peer_wait(&stuck, LYT_WORK_WORK);
    peer_open(&spare, &s);
    spare.number = 6;
    peer_ready(&spare, 1);
    /* who has nothing to do comes first, however much the other one would take */
    serving_until(&s, "workers", NULL, 2);
    serving_submit(&s, "{\"text\":\"dirty\"}");
    id = beat_until_work(&stuck, &spare);
    peer_done(&spare, id, "bed");
    serving_hear(&s, 2);
    id = beat_until_work(&stuck, &spare);
    peer_done(&spare, id, "lift");
    serving_hear(&s, 4);
    HAS(s.heard.data, "alarm.default.none.4.lift\n");
    cr_expect(lyt_str_ends(peer_wait(&stuck, LYT_WORK_REFUSED), told));
    /* and it does not help to say READY again */
    peer_ready(&stuck, 1000);
    cr_expect(lyt_str_ends(peer_wait(&stuck, LYT_WORK_REFUSED), told));
    peer_close(&stuck);
    peer_close(&spare);
    serving_deinit(&s);
}

Test(fault, a_worker_of_another_pack_is_refused)
{
    serving s;
    peer p;

    serving_init(&s);
    serving_start(&s);
    peer_open(&p, &s);
    lyt_workframe_ready(&p.out, &(lyt_work_ready){1, 8, 0, 0});
    peer_say(&p, lyt_buf_str(&p.out));
    HAS(peer_wait(&p, LYT_WORK_REFUSED).ptr + 6, "this worker has the pack 0000000000000008");
    peer_close(&p);
    serving_deinit(&s);
}

/* A worker of the service's pack gets what was corrected, first, and again when there is more. */
Test(fault, a_worker_is_taught_what_was_corrected)
{
    serving s;
    peer p;
    uint64_t pack = 0, base = 0;
    lyt_str lessons = {NULL, 0};
    lyt_judge judge = serving_judge;
    lyt_error err = {.text = ""};

    judge.base = 5;
    judge.lessons = LYT_STR("one");
    serving_init(&s);
    s.options.judge = &judge;
    s.options.n_workers = 0;
    serving_start(&s);
    peer_open(&p, &s);
    lyt_workframe_ready(&p.out, &(lyt_work_ready){1, 5, 0, 5});
    peer_say(&p, lyt_buf_str(&p.out));
    cr_expect_eq(lyt_workframe_get_lessons(peer_wait(&p, LYT_WORK_LESSONS), &pack, &base, &lessons),
                 LYT_OK);
    cr_expect_eq(pack, 7);
    cr_expect_eq(base, 5);
    cr_expect(lyt_str_equal(lessons, LYT_STR("one")));
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "workers", NULL), 0,
                 "not before it knows them");
    lyt_workframe_ready(&p.out, &(lyt_work_ready){1, 7, 0, 5});
    peer_say(&p, lyt_buf_str(&p.out));
    serving_until(&s, "workers", NULL, 1);
    judge.version = 9;
    judge.lessons = LYT_STR("one and two");
    cr_assert_eq(lyt_service_rejudge(s.service, &judge, 120, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(lyt_workframe_get_lessons(peer_wait(&p, LYT_WORK_LESSONS), &pack, &base, &lessons),
                 LYT_OK);
    cr_expect_eq(pack, 9);
    cr_expect(lyt_str_equal(lessons, LYT_STR("one and two")));
    /* what comes meanwhile waits for it */
    serving_submit(&s, "{\"text\":\"cold\"}");
    lyt_workframe_ready(&p.out, &(lyt_work_ready){1, 9, 0, 5});
    peer_say(&p, lyt_buf_str(&p.out));
    (void)peer_work(&p);
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "queue", "bad_workers"), 0);
    /* with another base it is told to go, as ever */
    judge.version = judge.base = 11;
    judge.lessons = (lyt_str){NULL, 0};
    cr_assert_eq(lyt_service_rejudge(s.service, &judge, 120, &err), LYT_OK, "%s", err.text);
    (void)peer_wait(&p, LYT_WORK_REFUSED);
    peer_close(&p);
    serving_deinit(&s);
}

Test(fault, BU_11_what_ends_two_workers_is_parked)
{
    serving s;

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_listen(&s);
    serving_submit(&s, "{\"id\":\"poison\",\"text\":\"cold\"}");
    for (int i = 0; i < 2; i++) {
        peer p;

        peer_open(&p, &s);
        peer_ready(&p, 10);
        (void)peer_wait(&p, LYT_WORK_WORK);
        peer_close(&p);
    }
    serving_hear(&s, 1);
    cr_expect_str_eq(s.heard.data, "parked.default\n");
    HAS(s.json.data, "two workers ended");
    HAS(serving_ask(&s, "{\"request\":\"parked\"}"), "{\"parked\":[{\"feedback\":1,\"at\":\"");
    HAS(s.json.data, "two workers ended");
    serving_until(&s, "waiting", NULL, 0);
    serving_deinit(&s);
}

/* The same worker loses its connection again and again: the message is not what ends it. */
Test(fault, a_worker_that_comes_back_was_not_ended_by_its_message)
{
    serving s;
    peer p;

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_submit(&s, "{\"id\":\"innocent\",\"text\":\"cold\"}");
    for (int i = 0; i < 5; i++) {
        peer_open(&p, &s);
        p.number = 4711;
        peer_ready(&p, 10);
        (void)peer_wait(&p, LYT_WORK_WORK);
        if (i < 4)
            peer_close(&p);
    }
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "counts", "parked"), 0);
    peer_close(&p);
    /* two that do not come back did end */
    peer_open(&p, &s);
    p.number = 4712;
    peer_ready(&p, 10);
    (void)peer_wait(&p, LYT_WORK_WORK);
    peer_close(&p);
    serving_listen(&s);
    serving_hear(&s, 1);
    cr_expect_str_eq(s.heard.data, "parked.default\n");
    serving_deinit(&s);
}

Test(fault, a_bad_worker_is_told_and_dropped)
{
    static const struct {
        int line;
        bool ready;
        lyt_str frame;
    } rows[] = {
        {__LINE__, false, {"", 0}},
        {__LINE__, false, {"\x01\x02", 2}},
        {__LINE__, false, {"\x01\x03\x00\x00", 4}},
        {__LINE__, false, {"\x01\x03\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 14}},
        {__LINE__, true, {"\x03\x03\xff\xff\xff\xff", 6}},
        {__LINE__, true, {"\x03\x03\x01\x00\x00\x00", 6}},
        {__LINE__, true, {"\x02\x03\x00\x00\x00\x00", 6}},
        {__LINE__, true, {"GET / HTTP/1.1\r\n\r\n", 18}},
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        peer p;

        peer_open(&p, &s);
        if (rows[i].ready)
            peer_ready(&p, 1);
        peer_say(&p, rows[i].frame);
        cr_expect_eq(peer_wait(&p, LYT_WORK_REFUSED).ptr[0], LYT_WORK_REFUSED, "row at line %d",
                     rows[i].line);
        peer_close(&p);
    }
    serving_until(&s, "queue", "bad_workers", sizeof rows / sizeof *rows);
    serving_submit(&s, "{\"text\":\"cold\"}");
    serving_hear(&s, 2);
    serving_deinit(&s);
}

Test(fault, a_stranger_is_asked_who_it_is)
{
    static const char beat[] = {LYT_WORK_HEARTBEAT, lyt_work_version};
    serving s;
    peer p;

    serving_init(&s);
    serving_start(&s);
    peer_open(&p, &s);
    peer_say(&p, (lyt_str){beat, sizeof beat});
    (void)peer_wait(&p, LYT_WORK_HELLO);
    peer_close(&p);
    serving_deinit(&s);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* Files may not grow at all: every commit fails in the system, as on a disk that breaks. */
Test(fault, a_commit_that_fails_acknowledges_nothing)
{
    serving s;
    lyt_str before;

    signal(SIGXFSZ, SIG_IGN);
    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    HAS(serving_submit(&s, "{\"id\":\"a\",\"text\":\"cold\"}"), "accepted");
    serving_hear(&s, 2);
    limit_files(4096);
    HAS(serving_submit(&s, "{\"id\":\"b\",\"text\":\"cold\"}"), "\"status\":\"busy\"");
    HAS(s.json.data, "\"retry_ms\":");
    HAS(serving_submit(&s, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"Ida\"}"), "busy");
    HAS(serving_submit(&s, "{\"id\":\"a\",\"text\":\"cold\"}"), "duplicate");
    HAS(serving_submit(&s, "{\"id\":\"b\",\"text\":\"cold\"}"), "busy");
    limit_files(RLIM_INFINITY);
    HAS(serving_submit(&s, "{\"id\":\"b\",\"text\":\"cold\"}"),
        "{\"status\":\"accepted\",\"id\":\"b\",\"feedback\":2}");
    HAS(serving_submit(&s, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"Ida\"}"),
        "acknowledged");
    serving_hear(&s, 4);
    serving_until(&s, "counts", "last_seq", 4);
    HAS(serving_ask(&s, "{\"request\":\"status\"}"), "\"state\":\"ok\"");
    serving_stop(&s);
    before = lyt_buf_str(&s.said);
    cr_expect(lyt_str_begins(before, LYT_STR("LYT-STORE-BAD\n")), "%s", s.said.data);
    cr_expect(lyt_str_ends(before, LYT_STR("LYT-STORE-GOOD\n")), "%s", s.said.data);
    serving_deinit(&s);
}

/* The verdict comes while nothing can be stored: it is kept, and tried until it can. */
Test(fault, a_verdict_outlives_a_broken_store)
{
    serving s;
    peer p;
    int64_t id;

    signal(SIGXFSZ, SIG_IGN);
    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_listen(&s);
    peer_open(&p, &s);
    peer_ready(&p, 1);
    serving_submit(&s, "{\"text\":\"cold\"}");
    id = peer_work(&p);
    serving_until(&s, "counts", "feedback", 1);
    limit_files(4096);
    peer_done(&p, id, "lift");
    /* with only this to commit, its failing is what makes the state bad */
    while (!strstr(serving_ask(&s, "{\"request\":\"status\"}"), "senders are asked to wait"))
        (void)!lyt_subscriber_step(s.sub, 50);
    limit_files(RLIM_INFINITY);
    serving_hear(&s, 2);
    cr_expect_eq(s.last_seq, 2);
    HAS(serving_ask(&s, "{\"request\":\"incident\",\"incident\":1}"), "\"messages\":1");
    peer_close(&p);
    serving_deinit(&s);
}

Test(fault, a_full_disk_says_busy_and_keeps_what_it_had)
{
    enum { size = 20000 };
    static char message[size + 64];
    serving s;
    int64_t n_accepted = 0;
    bool busy = false;

    serving_init(&s);
    s.options.size_max_mb = 1;
    s.options.n_workers = 0;
    serving_start(&s);
    memset(message, 'x', sizeof message);
    memcpy(message, "{\"text\":\"cold ", 14);
    memcpy(message + size, "\"}", 3);
    for (int i = 0; i < 200 && !busy; i++) {
        busy = strstr(serving_submit(&s, message), "busy") != NULL;
        n_accepted += !busy;
    }
    cr_expect(busy);
    cr_expect_gt(n_accepted, 10);
    HAS(serving_ask(&s, "{\"request\":\"status\"}"), "\"state\":\"disk full");
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "counts", "feedback"), n_accepted);
    serving_stop(&s);
    s.options.size_max_mb = 0;
    s.options.n_workers = 1;
    serving_start(&s);
    HAS(serving_submit(&s, message), "accepted");
    serving_listen(&s);
    serving_hear(&s, (size_t)n_accepted + 2);
    serving_until(&s, "counts", "verdicts", n_accepted + 1);
    serving_deinit(&s);
}

Test(fault, a_remote_worker_survives_a_restart_of_the_service)
{
    serving s;
    lyt_actor *worker;
    lyt_worker_options options;
    lyt_error err = {.text = ""};

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    options = (lyt_worker_options){
        .net = s.net, .endpoint = s.at.work, .judge = &serving_judge, .heartbeat_ms = 300};
    cr_assert_eq(lyt_actor_start(&worker, s.net, "worker", lyt_worker_run, &options, &err), LYT_OK);
    serving_listen(&s);
    serving_submit(&s, "{\"text\":\"cold\"}");
    serving_hear(&s, 2);
    serving_stop(&s);
    s.options.work = s.at.work;
    serving_start(&s);
    serving_listen(&s);
    serving_submit(&s, "{\"text\":\"dirty\"}");
    serving_hear(&s, 4);
    cr_expect_eq(lyt_actor_stop(worker, &err), LYT_OK, "%s", err.text);
    serving_deinit(&s);
}

/*
 * Work goes out before its message is on the disk. When it never gets there its number is the
 * next message's, and what a worker says of the first must not be taken for the second's.
 */
Test(fault, a_verdict_on_what_was_never_kept_is_nobodys)
{
    serving s;
    peer p;
    int64_t first, second;

    signal(SIGXFSZ, SIG_IGN);
    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    serving_listen(&s);
    peer_open(&p, &s);
    peer_ready(&p, 10);
    serving_until(&s, "workers", NULL, 1);
    limit_files(4096);
    HAS(serving_submit(&s, "{\"id\":\"a\",\"text\":\"never kept\"}"), "\"busy\"");
    first = peer_work(&p);
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "waiting", NULL), 0);
    limit_files(RLIM_INFINITY);
    while (!strstr(serving_ask(&s, "{\"request\":\"status\"}"), "\"state\":\"ok\""))
        (void)!lyt_subscriber_step(s.sub, 50);
    HAS(serving_submit(&s, "{\"id\":\"b\",\"text\":\"kept\"}"), "\"feedback\":1");
    second = peer_work(&p);
    cr_expect_neq(first, second);
    peer_done(&p, first, "of-the-first");
    peer_done(&p, second, "of-the-second");
    serving_hear(&s, 2);
    cr_expect_str_eq(s.heard.data, "alarm.default.none.4.of-the-second\n"
                                   "incident.default.none.new\n");
    serving_until(&s, "counts", "waiting", 0);
    peer_close(&p);
    serving_deinit(&s);
}
