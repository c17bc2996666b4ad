#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "serving.h"

LYT_SUITE(named);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

/* A connection of a named subscriber, as somebody with nothing but ZeroMQ writes it. */
typedef struct peer {
    lyt_sock *sock;
    lyt_frames *frames;
    int64_t seqs[4096];
    int64_t deliveries[4096];
    size_t n;
    int64_t lost_from, lost_to;
    lyt_buf last; /* what was not a delivery or a heartbeat */
} peer;

static void peer_open(peer *p, serving *s)
{
    lyt_error err;

    memset(p, 0, sizeof *p);
    cr_assert_eq(lyt_sock_open(&p->sock, s->net, LYT_SOCK_DEALER, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(p->sock, s->at.replay, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&p->frames, NULL), LYT_OK);
    lyt_buf_init(&p->last, NULL);
}

static void peer_close(peer *p)
{
    lyt_sock_close(p->sock, 0);
    lyt_frames_free(p->frames);
    lyt_buf_deinit(&p->last);
}

static void peer_say(peer *p, const char *json)
{
    lyt_str frames[2] = {LYT_STR("t"), lyt_str_of(json)};

    cr_assert_eq(lyt_sock_send(p->sock, frames, 2), LYT_OK);
}

static void take(peer *p)
{
    lyt_json *tree = NULL;
    const lyt_json *events;

    cr_expect(lyt_str_equal(lyt_frames_at(p->frames, 0), LYT_STR("t")));
    cr_assert_eq(lyt_json_parse(&tree, lyt_frames_at(p->frames, 1), 1 << 22, NULL), LYT_OK);
    events = lyt_json_get(tree, "deliver");
    if (lyt_json_get(tree, "lost")) {
        p->lost_from = lyt_json_number(lyt_json_get(tree, "lost"), "from");
        p->lost_to = lyt_json_number(lyt_json_get(tree, "lost"), "to");
    }
    for (size_t i = 0; i < lyt_json_len(events); i++) {
        const lyt_json *row = lyt_json_at(events, i);

        cr_assert_lt(p->n, 4096);
        p->deliveries[p->n] = lyt_json_number(row, "delivery");
        p->seqs[p->n++] = lyt_json_number(lyt_json_get(row, "event"), "seq");
    }
    if (!events && !lyt_json_get(tree, "heartbeat")) {
        lyt_buf_reset(&p->last);
        lyt_buf_add(&p->last, lyt_frames_at(p->frames, 1));
    }
    lyt_json_free(tree);
}

/* Until an answer came that is neither delivery nor heartbeat. */
static const char *peer_ask(peer *p, const char *json)
{
    lyt_buf_reset(&p->last);
    lyt_buf_add_text(&p->last, "");
    peer_say(p, json);
    while (!p->last.len) {
        cr_assert_eq(lyt_sock_recv(p->sock, p->frames, 20000), LYT_OK, "no answer to %s", json);
        take(p);
    }
    return p->last.data;
}

/* Many times at once, so that they are more than a slow machine earns meanwhile; the last answer.
 */
static const char *peer_ask_much(peer *p, const char *json)
{
    enum { many = 300 };

    for (int i = 1; i < many; i++)
        peer_say(p, json);
    for (int i = 1; i < many; i++) {
        lyt_buf_reset(&p->last);
        while (!p->last.len) {
            cr_assert_eq(lyt_sock_recv(p->sock, p->frames, 20000), LYT_OK);
            take(p);
        }
    }
    return peer_ask(p, json);
}

static void peer_until(peer *p, size_t n)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + 20000000;

    while (p->n < n && lyt_clock_mono_us(lyt_clock_system()) < end_us) {
        peer_say(p, "{\"request\":\"beat\"}");
        if (!lyt_sock_recv(p->sock, p->frames, 50))
            take(p);
    }
    cr_assert_eq(p->n, n, "%zu events, not %zu; %s", p->n, n, p->last.data ? p->last.data : "");
}

static void peer_ack(peer *p, int64_t seq)
{
    char text[80];

    snprintf(text, sizeof text, "{\"request\":\"ack\",\"seq\":%d}", (int)seq);
    peer_say(p, text);
}

/* n messages make 2 n events, all of them on the disk. */
static void fill(serving *s, int n)
{
    char text[80];

    for (int i = 0; i < n; i++) {
        snprintf(text, sizeof text, "{\"place\":\"%d\",\"text\":\"cold\"}", (int)s->n_heard + i);
        HAS(serving_submit(s, text), "accepted");
    }
    serving_hear(s, s->n_heard + 2 * (size_t)n);
}

static void begin(serving *s, int n)
{
    serving_init(s);
    serving_start(s);
    serving_listen(s);
    fill(s, n);
}

Test(named, BU_05_what_is_not_acknowledged_comes_again_after_a_restart)
{
    serving s;
    peer p;

    begin(&s, 3);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0}"),
        "{\"attached\":\"pager\",\"floor\":0,\"seq\":6,");
    peer_until(&p, 6);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(p.seqs[i], i + 1);
    peer_ack(&p, 1);
    peer_ack(&p, 2);
    peer_ack(&p, 4);
    HAS(peer_ask(&p, "{\"request\":\"detach\"}"), "detached");
    peer_close(&p);
    serving_stop(&s);
    serving_start(&s);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0}"), "\"floor\":2");
    peer_until(&p, 4);
    cr_expect_eq(p.seqs[0], 3);
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, BU_06_only_wanted_topics_and_never_more_than_the_credit)
{
    serving s;
    peer p;

    begin(&s, 5);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"topic\":\"alarm.\",\"since\":0,"
                     "\"credit\":2}"),
        "attached");
    peer_until(&p, 2);
    cr_expect_eq(p.seqs[0], 1);
    cr_expect_eq(p.seqs[1], 3);
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"out\":2");
    cr_expect_eq(p.n, 2);
    peer_ack(&p, 1);
    peer_until(&p, 3);
    peer_say(&p, "{\"request\":\"ack\",\"seq\":[3,5]}");
    peer_until(&p, 5);
    cr_expect_eq(p.seqs[4], 9);
    peer_say(&p, "{\"request\":\"ack\",\"seq\":[7,9]}");
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"floor\":10,\"behind\":0,\"out\":0");
    /* and what happens now comes at once */
    fill(&s, 1);
    peer_until(&p, 6);
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, a_standby_takes_over_when_the_connection_goes)
{
    serving s;
    peer first, second;

    begin(&s, 2);
    peer_open(&first, &s);
    peer_open(&second, &s);
    HAS(peer_ask(&first, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0}"),
        "\"standby\":false");
    HAS(peer_ask(&second, "{\"request\":\"attach\",\"name\":\"pager\"}"), "\"standby\":true");
    peer_until(&first, 4);
    cr_expect_eq(second.n, 0);
    peer_close(&first);
    peer_until(&second, 4);
    cr_expect_eq(second.seqs[0], 1);
    cr_expect_eq(second.deliveries[0], 2);
    cr_expect_eq(second.deliveries[1], 1);
    peer_close(&second);
    serving_deinit(&s);
}

Test(named, BU_09_who_is_silent_is_dropped_and_told)
{
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"silence_ms\":1}"),
        "attached");
    serving_until(&s, "queue", "attached", 0);
    HAS(peer_ask(&p, "{\"request\":\"ack\",\"seq\":1}"), "attach first");
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, BU_09_any_question_is_a_sign_of_life)
{
    const lyt_clock *clock = lyt_clock_system();
    int64_t now, end_us;
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"silence_ms\":1000}"),
        "attached");
    for (now = lyt_clock_mono_us(clock), end_us = now + 2500000; now < end_us;
         now = lyt_clock_mono_us(clock)) {
        HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"attached\":true");
        (void)!lyt_sock_poll(NULL, 0, NULL, 20);
    }
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, BU_05_an_event_nobody_can_deal_with_becomes_a_dead_letter)
{
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"topic\":\"alarm.\","
                     "\"ack_wait_ms\":10,\"max_deliveries\":3}"),
        "attached");
    peer_until(&p, 3);
    cr_expect_eq(p.seqs[2], 1);
    cr_expect_eq(p.deliveries[2], 3);
    serving_until(&s, "queue", "dead_letters", 1);
    while (!strstr(peer_ask(&p, "{\"request\":\"dead\",\"name\":\"pager\"}"), "\"seq\":1"))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    HAS(p.last.data, "\"deliveries\":3");
    HAS(p.last.data, "\"topic\":\"alarm.default.technical.3.heating-broken\",\"event\":{");
    cr_expect_eq(p.n, 3);
    /* once more, and this time it can */
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\"}"), "\"raised\":1");
    peer_until(&p, 4);
    peer_ack(&p, 1);
    while (!strstr(peer_ask(&p, "{\"request\":\"dead\",\"name\":\"pager\"}"), "\"dead\":[]"))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    HAS(peer_ask(&p, "{\"request\":\"forget\",\"name\":\"pager\"}"), "is attached");
    HAS(peer_ask(&p, "{\"request\":\"detach\"}"), "detached");
    HAS(peer_ask(&p, "{\"request\":\"forget\",\"name\":\"pager\"}"), "forgotten");
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"subscribers\":[]");
    peer_close(&p);
    serving_deinit(&s);
}

/* Who reads the past over the same connection has to wait for more of it, not with what it owes. */
Test(named, BU_05_an_acknowledgement_counts_whatever_else_was_asked)
{
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"silence_ms\":0}"),
        "attached");
    peer_until(&p, 2);
    for (const char *said = ""; !strstr(said, "{\"busy\":true");)
        said = peer_ask_much(&p, "{\"request\":\"events\",\"limit\":1}");
    peer_ack(&p, 1);
    peer_ack(&p, 2);
    while (!strstr(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"subscribers\""))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    HAS(p.last.data, "\"floor\":2,\"behind\":0,\"out\":0");
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, what_is_put_off_comes_again)
{
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p,
                 "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"topic\":\"alarm.\"}"),
        "attached");
    peer_until(&p, 1);
    peer_say(&p, "{\"request\":\"nack\",\"seq\":1,\"delay_ms\":1}");
    peer_until(&p, 2);
    cr_expect_eq(p.seqs[1], 1);
    cr_expect_eq(p.deliveries[1], 2);
    serving_until(&s, "queue", "redelivered", 1);
    peer_close(&p);
    serving_deinit(&s);
}

/* Retention may have let go of all there is: that no event comes must not look like a quiet day. */
Test(named, BU_08_that_everything_since_is_gone_is_told)
{
    char path[128];
    sqlite3 *db;
    serving s;
    peer p;

    begin(&s, 3);
    snprintf(path, sizeof path, "%s/lyt.db", s.folder);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_busy_timeout(db, 20000), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db,
                              "BEGIN IMMEDIATE; DELETE FROM event;"
                              " INSERT INTO about(key, value) VALUES('gone.event', 6); COMMIT",
                              NULL, NULL, NULL),
                 SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":2}"), "attached");
    while (!p.lost_to) {
        cr_assert_eq(lyt_sock_recv(p.sock, p.frames, 20000), LYT_OK);
        take(&p);
    }
    cr_expect_eq(p.lost_from, 3);
    cr_expect_eq(p.lost_to, 6);
    cr_expect_eq(p.n, 0);
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"floor\":6,\"behind\":0,\"out\":0");
    /* and only once */
    p.lost_to = 0;
    fill(&s, 1);
    peer_until(&p, 2);
    cr_expect_eq(p.seqs[0], 7);
    cr_expect_eq(p.lost_to, 0);
    peer_close(&p);
    serving_deinit(&s);
}

/* A name is known from the first moment on, whatever becomes of the service then. */
Test(named, BU_05_a_new_name_is_kept_before_anything_is_acknowledged)
{
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\"}"), "\"floor\":2");
    HAS(peer_ask(&p, "{\"request\":\"detach\"}"), "detached");
    peer_close(&p);
    serving_stop(&s);
    serving_start(&s);
    serving_listen(&s);
    fill(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\"}"), "\"floor\":2");
    peer_until(&p, 2);
    cr_expect_eq(p.seqs[0], 3);
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, BU_06_who_attaches_again_with_less_credit_gets_no_more_than_that)
{
    serving s;
    peer p;

    begin(&s, 10);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0}"), "attached");
    peer_until(&p, 20);
    p.n = 0;
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"credit\":3}"), "\"credit\":3");
    peer_until(&p, 3);
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"out\":20");
    cr_expect_eq(p.n, 3);
    for (size_t i = 0; i < 20; i++) {
        peer_ack(&p, p.seqs[i]);
        peer_until(&p, i + 4 < 20 ? i + 4 : 20);
        cr_expect_eq(p.seqs[i], i + 1);
    }
    peer_close(&p);
    serving_deinit(&s);
}

/* More dead letters than are read at once; and never more of them than the credit. */
Test(named, BU_05_every_dead_letter_can_be_raised, .timeout = 120)
{
    enum { messages = 520, events = 2 * messages };
    serving s;
    peer p;

    begin(&s, messages);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0,\"credit\":2000,"
                     "\"ack_wait_ms\":10,\"max_deliveries\":1}"),
        "attached");
    peer_until(&p, events);
    serving_until(&s, "queue", "dead_letters", events);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"credit\":7,"
                     "\"ack_wait_ms\":60000,\"max_deliveries\":5}"),
        "\"floor\":1040");
    p.n = 0;
    while (!strstr(peer_ask(&p, "{\"request\":\"dead\",\"name\":\"pager\",\"after\":1039}"), "seq"))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\",\"seq\":1039}"),
        "{\"raised\":1,\"more\":false}");
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\",\"seq\":1041}"), "\"raised\":0,");
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\"}"),
        "{\"raised\":1039,\"more\":false}");
    peer_until(&p, 7);
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"out\":1040");
    cr_expect_eq(p.n, 7);
    for (size_t i = 0; i < events; i++) {
        peer_ack(&p, p.seqs[i]);
        if (i + 7 < events)
            peer_until(&p, i + 8);
    }
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"out\":0");
    while (!strstr(peer_ask(&p, "{\"request\":\"dead\",\"name\":\"pager\"}"), "\"dead\":[]"))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    peer_close(&p);
    serving_deinit(&s);
}

static void bury(serving *s, int64_t n)
{
    char path[128], sql[400];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/lyt.db", s->folder);
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE k(seq) AS (VALUES(1) UNION ALL SELECT seq + 1 FROM k WHERE seq < %lld)"
             " INSERT INTO dead SELECT 'pager', seq, 1, 1, 'nobody could' FROM k",
             (long long)n);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* What waits in memory is bounded: of more dead letters whoever asks is told that there are more.
 */
Test(named, BU_05_no_more_than_ten_thousand_are_raised_at_once)
{
    static const char attach[] =
        "{\"request\":\"attach\",\"name\":\"pager\",\"since\":2,\"credit\":1}";
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, attach), "attached");
    peer_close(&p);
    serving_stop(&s);
    bury(&s, 10001);
    serving_start(&s);
    peer_open(&p, &s);
    HAS(peer_ask(&p, attach), "attached");
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\"}"),
        "{\"raised\":10000,\"more\":true}");
    HAS(peer_ask(&p, "{\"request\":\"raise\",\"name\":\"pager\"}"),
        "{\"raised\":1,\"more\":false}");
    peer_close(&p);
    serving_deinit(&s);
}

/* There is no answer when all is well, but what cannot be meant is said, and nothing of it done. */
Test(named, an_acknowledgement_that_is_wrong_is_said)
{
    static const char *const rows[] = {
        "{\"request\":\"ack\"}",
        "{\"request\":\"ack\",\"seq\":[1,\"x\"]}",
        "{\"request\":\"nack\",\"seq\":1,\"delay_ms\":-4}",
        "{\"request\":\"nack\",\"seq\":{}}",
    };
    serving s;
    peer p;

    begin(&s, 1);
    peer_open(&p, &s);
    HAS(peer_ask(&p, "{\"request\":\"attach\",\"name\":\"pager\",\"since\":0}"), "attached");
    peer_until(&p, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        HAS(peer_ask(&p, rows[i]), "must be");
    HAS(peer_ask(&p, "{\"request\":\"subscribers\"}"), "\"out\":2");
    cr_expect_eq(p.n, 2);
    peer_close(&p);
    serving_deinit(&s);
}

Test(named, what_is_wrong_is_said)
{
    static const struct {
        int line;
        const char *request;
        const char *answer;
    } rows[] = {
        {__LINE__, "{\"request\":\"attach\"}", "name: 1 to 64"},
        {__LINE__, "{\"request\":\"attach\",\"name\":\"Pager\"}", "name: 1 to 64"},
        {__LINE__, "{\"request\":\"attach\",\"name\":\"p\",\"credit\":0}", "credit: must be 1 to"},
        {__LINE__, "{\"request\":\"attach\",\"name\":\"p\",\"at\":\"noon\"}", "at: must be a time"},
        {__LINE__, "{\"request\":\"attach\",\"name\":\"p\",\"topic\":[1]}", "topic: must be"},
        {__LINE__, "{\"request\":\"attach\",\"name\":\"p\",\"topic\":\"a b\"}", "no spaces"},
        {__LINE__, "{\"request\":\"ack\",\"seq\":1}", "attach first"},
        {__LINE__, "{\"request\":\"dead\",\"name\":\"nobody\"}", "no such subscriber"},
        {__LINE__, "{\"request\":\"nonsense\"}", "request: must be"},
    };
    serving s;
    peer p;

    begin(&s, 0);
    peer_open(&p, &s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_not_null(strstr(peer_ask(&p, rows[i].request), rows[i].answer),
                           "row at line %d: %s", rows[i].line, p.last.data);
    peer_close(&p);
    serving_deinit(&s);
}
