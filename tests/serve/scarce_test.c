#include <stdio.h>
#include <stdlib.h>

#include "diskfault.h"
#include "follower.h"
#include "scarcity.h"
#include "serving.h"

/*
 * Memory that fails at the n-th call of one message's way through all actors, and of one reload,
 * and a disk that does at the n-th call of a message's way, for one n after the other
 * ($LYT_TORTURE_S above 10: for each): what was acknowledged is stored, classified and delivered
 * once, and the service is as it was, or as it was told to be.
 */
LYT_SUITE(scarce);

enum { patience_ms = 60000, steps_most = 2000 };

typedef struct scene {
    serving s;
    lyt_sender *sender;
    lyt_follower *follower;
    int64_t n_sent, n_answered, last_seq;
} scene;

static long stride(void)
{
    const char *text = getenv("LYT_TORTURE_S");

    return text && strtod(text, NULL) > 10 ? 1 : 3;
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    scene *t = user;

    (void)number;
    cr_expect(lyt_str_equal(status, LYT_STR("accepted")) ||
                  lyt_str_equal(status, LYT_STR("duplicate")),
              "%.*s", LYT_STR_ARG(answer));
    t->n_answered++;
}

static void begin(scene *t)
{
    lyt_sender_options sending = {.window = 1, .resend_ms = 300, .on_answer = on_answer, .user = t};
    lyt_follower_options following = {.name = "scarce", .credit = 10, .ack_wait_ms = 300};
    lyt_error err = {.text = ""};

    serving_init(&t->s);
    t->s.options.alloc = &scarcity;
    serving_start(&t->s);
    sending.net = following.net = t->s.net;
    sending.endpoint = t->s.at.submit;
    following.replay = t->s.at.replay;
    cr_assert_eq(lyt_sender_new(&t->sender, &sending, &err), LYT_OK);
    cr_assert_eq(lyt_follower_new(&t->follower, &following, &err), LYT_OK);
}

static void end(scene *t)
{
    scarcity_fail(0);
    lyt_sender_free(t->sender);
    lyt_follower_free(t->follower);
    serving_deinit(&t->s);
    cr_expect_eq(scarcity_live(), 0, "%ld blocks are left", scarcity_live());
}

/* Every number once; those that come again are known. */
static void hear(scene *t)
{
    lyt_followed event;
    lyt_error err;

    while (!lyt_follower_next(t->follower, &event, 5, &err)) {
        cr_expect_leq(event.seq, t->last_seq + 1, "event %lld was passed over",
                      (long long)t->last_seq + 1);
        if (event.seq == t->last_seq + 1)
            t->last_seq = event.seq;
        (void)!lyt_follower_done(t->follower, event.seq);
    }
}

/* One message that opens an incident: two events, delivered; whatever fails on the way. */
static void one_message(scene *t, long n)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + (int64_t)patience_ms * 1000;
    char json[120];

    snprintf(json, sizeof json, "{\"id\":\"s%lld\",\"place\":\"%lld\",\"text\":\"cold\"}",
             (long long)t->n_sent, (long long)t->n_sent);
    cr_assert_eq(lyt_sender_send(t->sender, (uint64_t)t->n_sent, lyt_str_of(json)), LYT_OK);
    t->n_sent++;
    while ((t->n_answered < t->n_sent || t->last_seq < 2 * t->n_sent) &&
           lyt_clock_mono_us(lyt_clock_system()) < end_us) {
        (void)!lyt_sender_step(t->sender, 1);
        hear(t);
    }
    cr_assert_eq(t->n_answered, t->n_sent, "call %ld failing: no answer", n);
    cr_assert_eq(t->last_seq, 2 * t->n_sent, "call %ld failing: %lld events for %lld messages", n,
                 (long long)t->last_seq, (long long)t->n_sent);
}

static void check_sums(scene *t)
{
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "feedback"),
                 t->n_sent);
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "verdicts"),
                 t->n_sent);
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "last_seq"),
                 2 * t->n_sent);
    /* events go out before that is counted */
    serving_until(&t->s, "waiting", NULL, 0);
}

/* The first message finds everything empty: its way has more calls than that of any later one. */
Test(scarce, each_call_of_one_messages_way, .timeout = 1000000)
{
    long n, failed_before = -1;

    for (n = 1; n < steps_most && failed_before != scarcity_failed(); n += stride()) {
        scene t = {.n_sent = 0};

        begin(&t);
        failed_before = scarcity_failed();
        scarcity_fail(n);
        one_message(&t, n);
        /* a question that cannot be answered for want of memory is asked again by people */
        scarcity_fail(0);
        check_sums(&t);
        end(&t);
    }
    fprintf(stderr, "scarce: a first message's calls up to %ld tried, %ld failed\n", n,
            scarcity_failed());
    cr_expect_gt(scarcity_failed(), 1);
}

static uint64_t version_now(scene *t)
{
    lyt_json *tree = NULL;
    lyt_str pack;
    uint64_t version = 0;

    cr_assert_eq(lyt_json_parse(&tree, lyt_str_of(serving_ask(&t->s, "{\"request\":\"status\"}")),
                                1 << 20, NULL),
                 LYT_OK);
    pack = lyt_json_text(tree, "pack");
    cr_assert(pack.len);
    version = strtoull(pack.ptr, NULL, 16);
    lyt_json_free(tree);
    return version;
}

Test(scarce, each_call_of_a_reload, .timeout = 1000000)
{
    scene t = {.n_sent = 0};
    uint64_t version = serving_judge.version;
    long n, failed_before, n_refused = 0;
    lyt_error err = {.text = ""};

    begin(&t);
    for (n = 1; n<steps_most; n += stride()> 1 ? 3 : 1) {
        lyt_judge judge = serving_judge;
        lyt_status status;

        judge.version = version + 1;
        failed_before = scarcity_failed();
        scarcity_fail(n);
        status = lyt_service_rejudge(t.s.service, &judge, 60, &err);
        if (!status)
            version = judge.version;
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "call %ld failing: %s %s", n,
                  lyt_status_name(status), err.text);
        n_refused += status != LYT_OK;
        one_message(&t, n);
        /* beats of other actors are calls, too: past all of a reload's own nothing is refused */
        if (scarcity_failed() == failed_before)
            break;
    }
    scarcity_fail(0);
    cr_expect_eq(version_now(&t), version);
    check_sums(&t);
    fprintf(stderr, "scarce: %ld calls of a reload tried, %ld reloads were refused\n", n,
            n_refused);
    end(&t);
}

/* A call of the disk, of whichever actor; the senders hear "busy", ask again, and lose nothing. */
Test(scarce, each_call_of_the_disk_on_a_messages_way, .timeout = 1000000)
{
    diskfault_install();
    for (diskfault_kind kind = DISK_EIO; kind < DISK_KINDS; kind++) {
        scene t = {.n_sent = 0};
        long n_injected = 0, n = 1;
        bool is_past = false;

        diskfault_plan(kind, 0, 0);
        begin(&t);
        for (; !is_past && n < steps_most; n += stride()) {
            diskfault_plan(kind, n, 1);
            one_message(&t, n);
            is_past = diskfault_asked() < n;
            n_injected += diskfault_injected();
        }
        diskfault_plan(kind, 0, 0);
        check_sums(&t);
        fprintf(stderr, "scarce: %s at %ld calls of a message's way, up to call %ld\n",
                diskfault_names[kind], n_injected, n);
        cr_expect(is_past, "%s: there are more calls", diskfault_names[kind]);
        cr_expect_geq(n_injected, 1, "%s", diskfault_names[kind]);
        end(&t);
    }
}
