/*
 * From a sender to subscribers through a whole service over TCP, every message an alarm: messages a
 * second and latency, with one and ten subscribers, with and without CURVE, against two raw
 * limits of the same run: ZeroMQ alone, and SQLite alone with the same group size.
 *
 *   bench_bus [SECONDS]    for each row, 2
 */
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "follower.h"
#include "json.h"
#include "service.h"

enum {
    samples_max = 2000000,
    subscribers_max = 10,
    raw_window = 1000,
    raw_bytes = 200,
    group = 256
};

static const lyt_str alarm_words = {"room", 4};

typedef struct bench {
    char folder[64], keys[80];
    char server_open[lyt_key_bytes], open[lyt_key_bytes], secret[lyt_key_bytes];
    lyt_endpoints at;
    bool has_keys;
    double seconds;
} bench;

typedef struct heard {
    const bench *b;
    int64_t *us; /* from accepting to hearing */
    _Atomic size_t n;
    _Atomic bool is_listening, stop;
    pthread_t thread;
} heard;

typedef struct sent {
    int64_t *us, *since; /* until the answer; when it was sent */
    size_t n;
} sent;

static int64_t wall_us(void)
{
    return lyt_clock_wall_us(lyt_clock_system());
}

static int64_t mono_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void must(lyt_status status, const lyt_error *err)
{
    if (!status)
        return;
    fprintf(stderr, "bench_bus: %s\n", err && err->text[0] ? err->text : lyt_status_text(status));
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* In milliseconds. */
static double quantile(int64_t *us, size_t n, double q)
{
    if (!n)
        return 0;
    qsort(us, n, sizeof *us, by_size);
    return (double)us[(size_t)(q * (double)(n - 1))] / 1000;
}

static lyt_status judge_open(void *context, void **session, lyt_error *err)
{
    (void)context;
    (void)err;
    *session = NULL;
    return LYT_OK;
}

static lyt_status judge_all(void *session, const lyt_question *question, lyt_judgement *out,
                            lyt_error *err)
{
    (void)session;
    (void)err;
    *out = (lyt_judgement){
        .json = LYT_STR("{}"), .language = question->language, .place = question->place};
    out->n_failures = 1;
    out->failures[0] = (lyt_judged_failure){LYT_STR("room-too-cold"),
                                            LYT_STR("maintenance"),
                                            0.97,
                                            2,
                                            0,
                                            (uint32_t)question->text.len,
                                            {{alarm_words.ptr, alarm_words.len}},
                                            1,
                                            0,
                                            0};
    return LYT_OK;
}

static void judge_free(void *session)
{
    (void)session;
}

static const lyt_judge judge = {
    .version = 1, .open = judge_open, .judge = judge_all, .free = judge_free};

static lyt_net *net_of(const bench *b)
{
    lyt_net *net;
    lyt_error err;

    must(lyt_net_new(&net, NULL, &err), &err);
    if (b->has_keys)
        must(lyt_net_unlock(net, b->server_open, b->secret, &err), &err);
    return net;
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    static const lyt_str lead = {"\"accepted_at\":\"", 15};
    heard *h = user;
    int64_t at;

    (void)seq;
    (void)topic;
    if (h->n == samples_max || json.len < 50)
        return LYT_OK;
    for (size_t i = json.len - lead.len; i > 0; i--) {
        if (memcmp(json.ptr + i, lead.ptr, lead.len) != 0)
            continue;
        if (!lyt_clock_parse(&at, lyt_str_slice(json, i + lead.len, i + lead.len + 27)))
            h->us[h->n] = wall_us() - at;
        break;
    }
    h->n++;
    return LYT_OK;
}

static void *listen(void *argument)
{
    heard *h = argument;
    lyt_net *net = net_of(h->b);
    lyt_str topic = LYT_STR("alarm.");
    lyt_subscriber *sub;
    lyt_error err;

    must(lyt_subscriber_new(&sub,
                            &(lyt_subscriber_options){.net = net,
                                                      .bus = h->b->at.bus,
                                                      .replay = h->b->at.replay,
                                                      .topics = &topic,
                                                      .n_topics = 1,
                                                      .since = -1,
                                                      .on_event = on_event,
                                                      .user = h},
                            &err),
         &err);
    while (!h->stop) {
        (void)!lyt_subscriber_step(sub, 20);
        h->is_listening = lyt_subscriber_seq(sub) >= 0;
    }
    lyt_subscriber_free(sub);
    lyt_net_free(net);
    return NULL;
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    sent *s = user;

    (void)status;
    (void)answer;
    s->us[s->n++] = mono_us() - s->since[number];
}

/* rate 0: as fast as it goes. */
static double send_all(const bench *b, sent *s, double rate)
{
    lyt_net *net = net_of(b);
    lyt_sender *sender;
    lyt_error err;
    uint64_t n = 0;
    int64_t began = mono_us(), end = began + (int64_t)(b->seconds * 1e6);
    double took;

    must(lyt_sender_new(&sender,
                        &(lyt_sender_options){.net = net,
                                              .endpoint = b->at.submit,
                                              .window = raw_window,
                                              .on_answer = on_answer,
                                              .user = s},
                        &err),
         &err);
    while (mono_us() < end && n < samples_max) {
        double due = rate > 0 ? (double)(mono_us() - began) / 1e6 * rate : (double)n + 64;
        char json[240];

        while ((double)n < due && n < samples_max) {
            snprintf(json, sizeof json,
                     "{\"id\":\"%" PRId64 "-%" PRIu64
                     "\",\"channel\":\"sms\",\"text\":\"room %" PRIu64
                     " is freezing and nobody comes although we have called three times\"}",
                     began, n, n);
            s->since[n] = mono_us();
            if (lyt_sender_send(sender, n, lyt_str_of(json)))
                break;
            n++;
        }
        (void)!lyt_sender_step(sender, rate > 0 && (double)n >= due ? 1 : 0);
    }
    while (lyt_sender_pending(sender))
        (void)!lyt_sender_step(sender, 100);
    took = (double)(mono_us() - began) / 1e6;
    lyt_sender_free(sender);
    lyt_net_free(net);
    return (double)n / took;
}

static void run_row(const bench *b, double rate, size_t n_subscribers)
{
    static heard hear[subscribers_max];
    sent s = {malloc(samples_max * sizeof(int64_t)), malloc(samples_max * sizeof(int64_t)), 0};
    double a_second;
    int64_t began, patience;
    char load[32] = "saturated";

    if (rate > 0)
        snprintf(load, sizeof load, "%.0f/s", rate);
    /* what the row before left to be written is not this one's */
    sync();
    for (size_t i = 0; i < n_subscribers; i++) {
        hear[i] = (heard){.b = b, .us = malloc(samples_max * sizeof(int64_t))};
        pthread_create(&hear[i].thread, NULL, listen, &hear[i]);
    }
    for (size_t i = 0; i < n_subscribers; i++)
        while (!hear[i].is_listening)
            usleep(1000);
    began = mono_us();
    a_second = send_all(b, &s, rate);
    patience = mono_us() + 60000000;
    for (size_t i = 0; i < n_subscribers; i++)
        while (hear[i].n < s.n && mono_us() < patience)
            usleep(1000);
    printf("  %6.0f accepted, %6.0f alarmed a second; accept p50 %6.2f p99 %6.2f ms; alarm p50 "
           "%6.2f p99 %6.2f ms; %s, %zu subscriber%s, %s%s\n",
           a_second, (double)s.n / ((double)(mono_us() - began) / 1e6), quantile(s.us, s.n, 0.5),
           quantile(s.us, s.n, 0.99), quantile(hear[0].us, hear[0].n, 0.5),
           quantile(hear[0].us, hear[0].n, 0.99), load, n_subscribers, n_subscribers > 1 ? "s" : "",
           b->has_keys ? "CURVE" : "plain",
           hear[n_subscribers - 1].n < s.n ? " (NOT ALL ARRIVED)" : "");
    fflush(stdout);
    for (size_t i = 0; i < n_subscribers; i++) {
        hear[i].stop = true;
        pthread_join(hear[i].thread, NULL);
        free(hear[i].us);
    }
    free(s.us);
    free(s.since);
}

static void replay_all(const bench *b)
{
    lyt_net *net = net_of(b);
    lyt_asker *asker;
    lyt_error err;
    int64_t since = 0, n = 0, began = mono_us();
    bool more = true;

    must(lyt_asker_new(&asker, net, NULL, b->at.replay, &err), &err);
    while (more && n < 100000) {
        char question[120];
        lyt_json *page = NULL;
        lyt_str answer;

        snprintf(question, sizeof question,
                 "{\"request\":\"events\",\"since\":%" PRId64 ",\"limit\":1000}", since);
        must(lyt_asker_ask(asker, lyt_str_of(question), 10000, &answer), NULL);
        must(lyt_json_parse(&page, answer, 64 << 20, &err), &err);
        n += (int64_t)lyt_json_len(lyt_json_get(page, "events"));
        since = lyt_json_number(page, "last");
        (void)lyt_json_bool(lyt_json_get(page, "more"), &more);
        lyt_json_free(page);
    }
    printf("  %" PRId64 " events replayed in %.2f s, %s\n", n, (double)(mono_us() - began) / 1e6,
           b->has_keys ? "CURVE" : "plain");
    lyt_asker_free(asker);
    lyt_net_free(net);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) || chmod(path, 0600))
        exit(1);
}

static void run_service(bench *b, bool with_keys)
{
    char server[lyt_key_bytes], text[200];
    lyt_service *service;
    lyt_service_options options = {.submit = "tcp://127.0.0.1:*",
                                   .work = "tcp://127.0.0.1:*",
                                   .bus = "tcp://127.0.0.1:*",
                                   .replay = "tcp://127.0.0.1:*",
                                   .state = b->folder,
                                   .judge = &judge,
                                   .n_workers = 1};
    lyt_error err = {.text = ""};

    b->has_keys = with_keys;
    if (with_keys) {
        must(lyt_key_pair(b->server_open, server, &err), &err);
        must(lyt_key_pair(b->open, b->secret, &err), &err);
        snprintf(text, sizeof text, "secret %s\n", server);
        write_file(b->keys, "server.key", text);
        snprintf(text, sizeof text, "bench %s all\n", b->open);
        write_file(b->keys, "access", text);
        options.keys = b->keys;
    }
    must(lyt_service_start(&service, &options, &b->at, &err), &err);
    run_row(b, 1000, 1);
    run_row(b, 5000, 1);
    run_row(b, 20000, 1);
    run_row(b, 0, 1);
    run_row(b, 1000, 10);
    run_row(b, 0, 10);
    replay_all(b);
    must(lyt_service_stop(service, &err), &err);
}

static void *echo(void *argument)
{
    lyt_sock *router = argument;
    lyt_frames *frames;

    must(lyt_frames_new(&frames, NULL), NULL);
    while (!lyt_sock_recv(router, frames, 1000)) {
        lyt_str out[2] = {lyt_frames_at(frames, 0), {"accepted", 8}};

        (void)!lyt_sock_send(router, out, 2);
    }
    lyt_frames_free(frames);
    return NULL;
}

static void raw_zeromq(double seconds)
{
    static char text[raw_bytes];
    char at[lyt_endpoint_max];
    lyt_sock *router, *dealer;
    lyt_frames *frames;
    lyt_net *net;
    lyt_error err;
    pthread_t thread;
    size_t n = 0, out = 0;
    int64_t began, end;

    must(lyt_net_new(&net, NULL, &err), &err);
    must(lyt_frames_new(&frames, NULL), NULL);
    must(lyt_sock_open(&router, net, LYT_SOCK_ROUTER, 2 * raw_window, &err), &err);
    must(lyt_sock_bind(router, "tcp://127.0.0.1:*", at, sizeof at, &err), &err);
    must(lyt_sock_open(&dealer, net, LYT_SOCK_DEALER, 2 * raw_window, &err), &err);
    must(lyt_sock_connect(dealer, at, &err), &err);
    pthread_create(&thread, NULL, echo, router);
    began = mono_us();
    end = began + (int64_t)(seconds * 1e6);
    while (mono_us() < end) {
        for (; out < raw_window; out++)
            if (lyt_sock_send(dealer, &(lyt_str){text, sizeof text}, 1))
                break;
        for (lyt_status s = lyt_sock_recv(dealer, frames, 100); !s;
             s = lyt_sock_recv(dealer, frames, 0), n++)
            out--;
    }
    printf("  %6.0f a second: ZeroMQ alone, DEALER to ROUTER and back over TCP, window %d\n",
           (double)n / ((double)(mono_us() - began) / 1e6), raw_window);
    pthread_join(thread, NULL);
    lyt_sock_close(dealer, 0);
    lyt_sock_close(router, 0);
    lyt_frames_free(frames);
    lyt_net_free(net);
}

static void raw_sqlite(const char *folder, double seconds)
{
    char path[100], text[280];
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    size_t n = 0;
    int64_t began = mono_us(), end = began + (int64_t)(seconds * 1e6);

    memset(text, 'x', sizeof text);
    snprintf(path, sizeof path, "%s/raw.db", folder);
    if (sqlite3_open(path, &db) ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)",
                     NULL, NULL, NULL) ||
        sqlite3_prepare_v2(db, "INSERT INTO t(text) VALUES(?1)", -1, &insert, NULL))
        exit(1);
    sqlite3_bind_text(insert, 1, text, sizeof text, SQLITE_STATIC);
    while (mono_us() < end) {
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        for (size_t i = 0; i < group; i++, n++) {
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    printf("  %6.0f rows a second: SQLite alone, FULL, %d rows a commit\n",
           (double)n / ((double)(mono_us() - began) / 1e6), group);
    sqlite3_finalize(insert);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    bench b = {.folder = "/tmp/lyt-bench-XXXXXX", .seconds = argc > 1 ? strtod(argv[1], NULL) : 2};
    char command[100];
    int code;

    if (!mkdtemp(b.folder))
        return 1;
    snprintf(b.keys, sizeof b.keys, "%s/keys", b.folder);
    mkdir(b.keys, 0700);
    raw_zeromq(b.seconds);
    raw_sqlite(b.folder, b.seconds);
    run_service(&b, false);
    run_service(&b, true);
    snprintf(command, sizeof command, "rm -rf %s", b.folder);
    code = system(command);
    return code != 0;
}
