/*
 * What a verdict costs, text to verdict through the public library, on messages a line
 * from the files given (labels in front are left out). CPU time; minimum and median of
 * several runs over all of them, so that a busy machine shows as a gap between the two.
 * Prints a name, a tab and a number a line, for speed.py.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"

enum { workers_max = 2, hostile_bytes = 1024, hostile_rounds = 5, cold_bytes = 16 << 20 };

static void say(const char *name, double value)
{
    printf("%s\t%.1f\n", name, value);
}

/* Text to verdict of all messages; ns a message. */
static double pass(lyt_session *session, const bed_lines *lines, size_t *failures)
{
    double start = bed_cpu_ns();

    *failures = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const lyt_verdict *verdict;
        lyt_error err;

        if (lyt_classify(session, &(lyt_message){.text = lines->items[i]}, &verdict, &err)) {
            fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        *failures += verdict->n_failures;
    }
    return (bed_cpu_ns() - start) / (double)lines->n;
}

static void warm_runs(lyt_session *session, const bed_lines *lines)
{
    double ns[bed_runs];
    size_t failures;
    bed_time time;

    for (int i = 0; i < bed_runs; i++)
        ns[i] = pass(session, lines, &failures);
    time = bed_time_of(ns, bed_runs);
    say("warm_min_ns", time.minimum);
    say("warm_median_ns", time.median);
    say("failures", (double)failures);
}

/* Each run by a session that has met none of the words, with the caches full of other things. */
static void cold_runs(const lyt_classifier *classifier, const bed_lines *lines)
{
    static char other[cold_bytes];
    double ns[bed_runs];
    size_t failures;
    bed_time time;

    for (int i = 0; i < bed_runs; i++) {
        lyt_session *session = bed_session(classifier);

        memset(other, i, sizeof other);
        ns[i] = pass(session, lines, &failures);
        lyt_session_free(session);
    }
    time = bed_time_of(ns, bed_runs);
    say("cold_min_ns", time.minimum);
    say("cold_median_ns", time.median);
}

typedef struct worker {
    pthread_t thread;
    lyt_session *session;
    const bed_lines *lines;
    double cpu_ns;
} worker;

static void *work(void *context)
{
    worker *w = context;
    size_t failures;

    w->cpu_ns = 0;
    for (int i = 0; i < bed_runs; i++)
        w->cpu_ns += pass(w->session, w->lines, &failures) / bed_runs;
    return NULL;
}

/* CPU ns a message of each of n workers at once, and messages a second of them all by the wall. */
static void work_at_once(const lyt_classifier *classifier, const bed_lines *lines, size_t n)
{
    worker workers[workers_max];
    double cpu = 0, start;
    char name[64];

    for (size_t i = 0; i < n; i++) {
        workers[i] = (worker){.session = bed_session(classifier), .lines = lines};
        (void)work(&workers[i]);
    }
    start = bed_wall_ns();
    for (size_t i = 0; i < n; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
            exit(1);
    for (size_t i = 0; i < n; i++) {
        pthread_join(workers[i].thread, NULL);
        cpu += workers[i].cpu_ns / (double)n;
        lyt_session_free(workers[i].session);
    }
    snprintf(name, sizeof name, "workers_%zu_cpu_ns", n);
    say(name, cpu);
    snprintf(name, sizeof name, "workers_%zu_wall_per_s", n);
    say(name, (double)(n * lines->n * bed_runs) / (bed_wall_ns() - start) * 1e9);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* 1 kB of the piece over and over; of words that nobody has met when there is none. */
static lyt_str hostile(const char *piece, char *out, uint32_t *seed)
{
    size_t n = strlen(piece), len = 0;

    for (; n && len + n <= hostile_bytes; len += n)
        memcpy(out + len, piece, n);
    for (; !n && len < hostile_bytes; len++)
        out[len] = next_random(seed) % 8 ? (char)('a' + next_random(seed) % 26) : ' ';
    return (lyt_str){out, len};
}

/* The dearest kind of message; of several tries at each, the cheapest counts. */
static void hostile_runs(lyt_session *session)
{
    static const char *const pieces[] = {
        "",           "a",
        "å",          "😀",
        "\xCC\x81",   "a.",
        "a-",         "a'",
        "1.",         "@",
        "#a",         "&a;",
        ":)",         ".",
        "n't ",       "a@b.c",
        "http://a",   "\n",
        "你",         "ส",
        "я",          "aя ",
        "°",          "aab",
        "½",          "👩‍",
        "🇩🇰",         "a b ",
        "ikke ",      "recepton ",
        "aaabbb ",    "not bad ",
        "room ",      "\xEF\xB7\xBA",
        "214 kr ",    "rengøringspersonalemorgenmad ",
        "vaerelset ", "the room was not clean and ",
    };
    char text[hostile_bytes + 1];
    uint32_t seed = 1;
    double dearest = 0;
    const char *which = "";

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double best = 1e18;

        for (int k = 0; k < hostile_rounds; k++) {
            lyt_str message = hostile(pieces[i], text, &seed);
            bed_lines one = {&message, 1, message.len};
            size_t failures;
            double ns = pass(session, &one, &failures);

            best = ns < best ? ns : best;
        }
        if (best > dearest) {
            dearest = best;
            which = pieces[i];
        }
    }
    say("hostile_ns", dearest);
    fprintf(stderr, "dearest kilobyte: \"%s\"\n", which);
}

static void count_allocations(const char *subject, const bed_lines *lines)
{
    bed_alloc counting;
    lyt_classifier *classifier;
    lyt_session *session;
    size_t before, failures;

    bed_alloc_init(&counting);
    classifier = bed_open(subject, &counting.alloc);
    session = bed_session(classifier);
    (void)pass(session, lines, &failures);
    before = counting.asked;
    (void)pass(session, lines, &failures);
    say("warm_allocations", (double)(counting.asked - before));
    lyt_session_free(session);
    lyt_classifier_close(classifier);
}

static void first_verdict(const char *subject, lyt_classifier **classifier, lyt_session **session)
{
    double wall = bed_wall_ns(), cpu = bed_cpu_ns();
    const lyt_verdict *verdict;
    lyt_error err;

    *classifier = bed_open(subject, NULL);
    *session = bed_session(*classifier);
    if (lyt_classify(*session, &(lyt_message){.text = LYT_STR("The room was cold")}, &verdict,
                     &err))
        exit(1);
    say("start_wall_ms", (bed_wall_ns() - wall) / 1e6);
    say("start_cpu_ms", (bed_cpu_ns() - cpu) / 1e6);
}

int main(int argc, char **argv)
{
    lyt_classifier *classifier;
    lyt_session *session;
    bed_lines lines = {NULL, 0, 0};
    size_t failures;

    if (argc < 3) {
        fprintf(stderr, "usage: bench_verdict PACK|MODEL.lytm FILE…\n");
        return 2;
    }
    first_verdict(argv[1], &classifier, &session);
    for (int i = 2; i < argc; i++)
        bed_read(&lines, argv[i]);
    if (!lines.n)
        return 1;
    say("messages", (double)lines.n);
    say("bytes_each", (double)lines.bytes / (double)lines.n);
    (void)pass(session, &lines, &failures);
    say("resident_mib", (double)(bed_resident_kib() - (long)(lines.bytes / 1024)) / 1024);
    warm_runs(session, &lines);
    cold_runs(classifier, &lines);
    hostile_runs(session);
    for (size_t n = 1; n <= workers_max; n++)
        work_at_once(classifier, &lines, n);
    lyt_session_free(session);
    lyt_classifier_close(classifier);
    count_allocations(argv[1], &lines);
    return 0;
}
