#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "follower.h"
#include "serving.h"

/*
 * Hours at 50 messages a second on a wall clock that goes as fast as the service takes them:
 * memory, descriptors and the log of what was written stay within bounds after a warm-up,
 * and what is too old goes meanwhile. $LYT_ENDURE_H is how many hours ($LYT_ENDURE_H=72 is 13
 * million messages); without it five minutes of them.
 */
LYT_SUITE(endure);

enum {
    a_second = 50,
    window = 400,
    guests = 200,
    wal_most_mb = 48,
    /* RSS after the warm-up: malloc's arenas and SQLite's caches fill up to here */
    growth_most_kb = 24 * 1024,
    /* what is remembered of each message for 48 hours, so that none counts twice (keyset.c) */
    key_bytes = 10,
    remembered_h = 48,
    /* after them as many keys go as come: a part of the table comes before another one goes */
    flat_most_kb = 16 * 1024,
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

/* Only the wall's time is fast: beats and time limits are real ones. */
typedef struct fast {
    lyt_clock clock;
    _Atomic int64_t wall_us;
} fast;

static int64_t fast_wall(void *context)
{
    return ((fast *)context)->wall_us;
}

static int64_t fast_mono(void *context)
{
    (void)context;
    return lyt_clock_mono_us(lyt_clock_system());
}

static int64_t resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;

    cr_assert(file);
    cr_assert_eq(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return (int64_t)resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int64_t n = 0;

    cr_assert(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

static int64_t file_kb(const serving *s, const char *name)
{
    char path[128];
    struct stat file = {.st_size = 0};

    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    (void)!stat(path, &file);
    return (int64_t)file.st_size / 1024;
}

static int64_t wal_kb(const serving *s)
{
    return file_kb(s, "lyt.db-wal");
}

typedef struct stream {
    serving s;
    fast fast;
    lyt_sender *sender;
    lyt_keep_rules keep;
    int64_t n, n_all, n_answered, n_open;
    int64_t wal_most_kb;
} stream;

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    (void)number;
    (void)answer;
    cr_expect(lyt_str_equal(status, LYT_STR("accepted")), "%.*s", LYT_STR_ARG(status));
    ((stream *)user)->n_answered++;
}

/* One of ten is a failure; somebody resolves the incidents (resolve_open). */
static void send_one(stream *t)
{
    char json[200];

    snprintf(json, sizeof json,
             "{\"id\":\"e%lld\",\"channel\":\"sms\",\"place\":\"%lld\",\"from\":\"g%lld\",\"text\":"
             "\"%s, says number %lld\"}",
             (long long)t->n, (long long)(t->n / 50 % 40), (long long)(t->n % guests),
             t->n % 10 ? "all is well" : "it is cold in here", (long long)t->n);
    if (lyt_sender_send(t->sender, (uint64_t)t->n, lyt_str_of(json)))
        return;
    t->n++;
    t->fast.wall_us += 1000000 / a_second;
}

static void resolve_open(stream *t)
{
    lyt_json *tree = NULL;
    const lyt_json *incidents;

    cr_assert_eq(
        lyt_json_parse(&tree,
                       lyt_str_of(serving_ask(&t->s, "{\"request\":\"incidents\",\"open\":true}")),
                       1 << 24, NULL),
        LYT_OK);
    incidents = lyt_json_get(tree, "incidents");
    for (size_t i = 0; i < lyt_json_len(incidents); i++) {
        char order[160];

        snprintf(order, sizeof order,
                 "{\"type\":\"incident.resolve\",\"incident\":%lld,\"by\":\"jens\",\"note\":"
                 "\"radiator bled\"}",
                 (long long)lyt_json_number(lyt_json_at(incidents, i), "incident"));
        serving_submit(&t->s, order);
        t->n_open++;
    }
    lyt_json_free(tree);
}

/* Sends until so many are out, answered and judged. */
static void flow(stream *t, int64_t until)
{
    int64_t seen = t->n;

    while (t->n < until) {
        send_one(t);
        (void)!lyt_sender_step(t->sender, lyt_sender_pending(t->sender) >= window ? 5 : 0);
        if (t->n - seen < 5000)
            continue;
        seen = t->n;
        resolve_open(t);
        if (wal_kb(&t->s) > t->wal_most_kb)
            t->wal_most_kb = wal_kb(&t->s);
    }
    while (lyt_sender_pending(t->sender))
        (void)!lyt_sender_step(t->sender, 20);
    serving_until(&t->s, "waiting", NULL, 0);
}

static void begin(stream *t, double hours)
{
    lyt_error err = {.text = ""};
    lyt_sender_options sending = {.window = window, .resend_ms = 60000, .on_answer = on_answer};

    t->n_all = (int64_t)(hours * 3600 * a_second);
    t->fast.clock = (lyt_clock){fast_wall, fast_mono, &t->fast};
    t->fast.wall_us = (int64_t)1764000000 * 1000000;
    serving_init(&t->s);
    t->s.options.clock = &t->fast.clock;
    t->s.options.heartbeat_ms = 1000;
    cr_assert_eq(lyt_keep_parse(&t->keep, NULL,
                                LYT_STR("retention: {text: 1, verdicts: 1, events: 1, "
                                        "incidents: 1}"),
                                "retention.yaml", &err),
                 LYT_OK);
    t->s.options.keep = &t->keep;
    serving_start(&t->s);
    sending.net = t->s.net;
    sending.endpoint = t->s.at.submit;
    sending.user = t;
    cr_assert_eq(lyt_sender_new(&t->sender, &sending, &err), LYT_OK);
}

/* What it takes at a moment. */
typedef struct taken {
    int64_t rss_kb, descriptors, database_kb;
} taken;

static taken take(const stream *t)
{
    return (taken){resident_kb(), descriptors(), file_kb(&t->s, "lyt.db")};
}

static void print_taken(const char *when, const taken *now, const taken *before)
{
    fprintf(stderr, "endure: %s: RSS %lld KiB (%+lld), descriptors %lld (%+lld), database %lld KiB\n",
            when, (long long)now->rss_kb, (long long)(now->rss_kb - before->rss_kb),
            (long long)now->descriptors, (long long)(now->descriptors - before->descriptors),
            (long long)now->database_kb);
}

/* On from 48 hours, from where on nothing may grow any more. */
static void flow_flat(stream *t)
{
    taken before = take(t), after;

    flow(t, t->n_all);
    after = take(t);
    print_taken("at the end, beside 48 hours", &after, &before);
    if (!is_sanitized)
        cr_expect_leq(after.rss_kb, before.rss_kb + flat_most_kb);
    cr_expect_leq(after.descriptors, before.descriptors);
}

static lyt_status has_words(void *user, const lyt_feedback *feedback, lyt_str verdict_json)
{
    (void)verdict_json;
    *(bool *)user = feedback->text.len > 0;
    return LYT_OK;
}

/* Words go in the order of the messages: the first that has some is found by halves. */
static int64_t words_gone(const stream *t)
{
    char path[128];
    lyt_store *store = NULL;
    lyt_error err = {.text = ""};
    int64_t from = 0, to = t->n_all;

    snprintf(path, sizeof path, "%s/lyt.db", t->s.folder);
    cr_assert_eq(lyt_store_open(&store,
                                &(lyt_store_options){
                                    .path = path, .read_only = true, .busy_ms = 10000},
                                &err),
                 LYT_OK, "%s", err.text);
    while (from < to) {
        const int64_t middle = from + (to - from) / 2;
        bool has = false;
        /* a message may be gone as a whole */
        lyt_status status = lyt_store_get_feedback(store, middle + 1, has_words, &has, &err);

        cr_assert(!status || status == LYT_ENOTFOUND, "%s", err.text);
        if (has)
            to = middle;
        else
            from = middle + 1;
    }
    lyt_store_close(store);
    return from;
}

static int64_t wait_for_gone(const stream *t, int64_t n, int64_t limit_s, int64_t *took_us)
{
    const int64_t began_us = fast_mono(NULL);
    int64_t gone;

    do {
        (void)!lyt_sock_poll(NULL, 0, NULL, 50);
        gone = words_gone(t);
        *took_us = fast_mono(NULL) - began_us;
    } while (gone < n && *took_us < limit_s * 1000000);
    return gone;
}

/*
 * A run goes over what came in a day, of which it has a day of real time; here the clock is faster
 * than that, so that it is asked how many rows go in a second, beside how many come. The service
 * starts again, as the run of before is as many days behind the clock as it takes minutes.
 */
static void keep_up(stream *t)
{
    const int64_t start_most_s = 120, some_most = 4000;
    int64_t some = t->n_all / 2 < some_most ? t->n_all / 2 : some_most, first, gone;
    int64_t waited_us, took_us;

    lyt_sender_free(t->sender);
    t->sender = NULL;
    serving_stop(&t->s);
    t->fast.wall_us += (int64_t)26 * 3600 * 1000000;
    serving_start(&t->s);
    first = wait_for_gone(t, 1, start_most_s, &waited_us);
    gone = wait_for_gone(t, first + some, 120, &took_us);
    fprintf(stderr,
            "endure: retention: after %.1f s the words of %lld of %lld messages went in %.1f s; %d "
            "a second come\n",
            (double)waited_us / 1e6, (long long)(gone - first), (long long)t->n_all,
            (double)took_us / 1e6, a_second);
    cr_expect_geq(first, 1);
    if (first + some <= t->n_all)
        cr_expect_geq(gone, first + some);
    /* their words, and then the rest of them */
    if (!is_sanitized && first < t->n_all)
        cr_expect_geq((double)(gone - first) * 1e6 / (double)took_us, 2.0 * a_second);
}

Test(endure, hours_of_messages_cost_no_more_than_the_first, .timeout = 100000)
{
    const char *given = getenv("LYT_ENDURE_H");
    double hours = given && *given ? strtod(given, NULL) : 5.0 / 60;
    stream *t = calloc(1, sizeof *t);
    const int64_t kept = (int64_t)remembered_h * 3600 * a_second;
    int64_t warm, n, began_us, took_us;
    taken first, then;

    cr_assert(t);
    begin(t, hours);
    began_us = fast_mono(NULL);
    n = t->n_all < kept ? t->n_all : kept;
    warm = n / 3 < 200000 ? n / 3 : 200000;
    flow(t, warm);
    first = take(t);
    flow(t, n);
    then = take(t);
    print_taken(n == kept ? "after 48 hours, beside the first 200,000 messages" : "at the end",
                &then, &first);
    /* a sanitizer keeps what is freed for a while */
    if (!is_sanitized)
        cr_expect_leq(then.rss_kb, first.rss_kb + growth_most_kb + n * key_bytes / 1024);
    cr_expect_leq(then.descriptors, first.descriptors + 2);
    if (t->n_all > n)
        flow_flat(t);
    took_us = fast_mono(NULL) - began_us;
    fprintf(stderr,
            "endure: %.2f h of stream, %lld messages in %.1f s (%.0f a second), %lld incidents; "
            "WAL at most %lld KiB\n",
            hours, (long long)t->n_all, (double)took_us / 1e6,
            (double)t->n_all / ((double)took_us / 1e6), (long long)t->n_open,
            (long long)t->wal_most_kb);
    cr_expect_eq(t->n_answered, t->n_all);
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"status\"}", "counts", "waiting"), 0);
    cr_expect_leq(t->wal_most_kb, (int64_t)wal_most_mb * 1024);
    keep_up(t);
    lyt_sender_free(t->sender);
    serving_deinit(&t->s);
    free(t);
}

/* What a run of the ledger's leaves, and who was told of what went. */
Test(endure, BU_08_what_is_too_old_goes_by_itself_and_subscribers_are_told, .timeout = 300)
{
    stream *t = calloc(1, sizeof *t);
    lyt_follower_options following = {.name = "pager", .credit = 1000};
    lyt_follower *follower = NULL;
    lyt_followed event;
    lyt_error err = {.text = ""};
    lyt_status status;
    int64_t gone;
    char question[100];

    cr_assert(t);
    begin(t, 1);
    /* a name that is known and was away */
    following.net = t->s.net;
    following.replay = t->s.at.replay;
    cr_assert_eq(lyt_follower_new(&follower, &following, &err), LYT_OK);
    while (!lyt_follower_is_attached(follower)) {
        status = lyt_follower_next(follower, &event, 100, &err);
        cr_assert(!status || status == LYT_ETIMEOUT);
    }
    lyt_follower_free(follower);
    serving_until(&t->s, "queue", "attached", 0);
    flow(t, 2000);
    resolve_open(t);
    t->fast.wall_us += (int64_t)26 * 3600 * 1000000;
    serving_until(&t->s, "counts", "feedback", 0);
    /* what stays is of now: that the clock was set */
    serving_until(&t->s, "counts", "events", 1);
    gone = serving_number(&t->s, "{\"request\":\"status\"}", "counts", "last_seq") - 1;
    cr_expect_geq(gone, 200);
    cr_expect_eq(serving_number(&t->s, "{\"request\":\"events\",\"since\":3}", "gone", NULL), gone);
    snprintf(question, sizeof question, "{\"request\":\"events\",\"since\":%lld}", (long long)gone);
    cr_expect_eq(serving_number(&t->s, question, "gone", NULL), -1, "nothing after it is gone");
    cr_assert_eq(lyt_follower_new(&follower, &following, &err), LYT_OK);
    do
        status = lyt_follower_next(follower, &event, 20000, &err);
    while (status == LYT_ETIMEOUT);
    cr_expect_eq(status, LYT_ELIMIT, "%s", lyt_status_name(status));
    snprintf(question, sizeof question, "events 1 to %lld are", (long long)gone);
    cr_expect_eq(strncmp(err.text, question, strlen(question)), 0, "%s", err.text);
    flow(t, 2010);
    do
        status = lyt_follower_next(follower, &event, 20000, &err);
    while (status == LYT_ETIMEOUT);
    cr_expect_eq(status, LYT_OK, "%s", err.text);
    cr_expect_eq(event.seq, gone + 1, "numbers go on");
    lyt_follower_free(follower);
    lyt_sender_free(t->sender);
    serving_deinit(&t->s);
    free(t);
}
