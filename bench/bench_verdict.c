/*
 * What a verdict costs: CPU time a message, one thread, warm, on messages a line from
 * the files given (labels in front are left out). Minimum and median of several runs
 * over all of them, so that a busy machine shows as a gap between the two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lyt/lyt.h>

enum { runs = 9, lines_max = 100000 };

static lyt_str lines[lines_max];
static size_t n_lines, n_bytes;

static double cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int up(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static lyt_str without_labels(lyt_str line)
{
    while (lyt_str_begins(line, LYT_STR("__label__")))
        line = lyt_str_trim(lyt_str_slice(line, lyt_str_find(line, ' ', 0), line.len));
    return line;
}

/* The text stays for the whole run: nothing is freed before the program ends. */
static int read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    if (!file) {
        perror(path);
        return 1;
    }
    while ((n = getline(&line, &cap, file)) > 0 && n_lines < lines_max) {
        lyt_str text = without_labels(lyt_str_trim((lyt_str){line, (size_t)n}));

        if (!text.len || text.ptr[0] == '#')
            continue;
        lines[n_lines++] = text;
        n_bytes += text.len;
        line = NULL;
        cap = 0;
    }
    free(line);
    fclose(file);
    return 0;
}

static int pass(lyt_session *session, size_t *failures)
{
    *failures = 0;
    for (size_t i = 0; i < n_lines; i++) {
        const lyt_verdict *verdict;
        lyt_error err;

        if (lyt_classify(session, &(lyt_message){.text = lines[i]}, &verdict, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        *failures += verdict->n_failures;
    }
    return 0;
}

static long resident_kib(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;

    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib;
}

static int measure(lyt_session *session, double open_ms)
{
    double ns[runs], start;
    size_t failures = 0;

    start = cpu_ns();
    if (pass(session, &failures))
        return 1;
    printf("%-34s %10.1f us\n", "cold, first pass, a message", (cpu_ns() - start) / 1e3 / (double)n_lines);
    for (int i = 0; i < runs; i++) {
        start = cpu_ns();
        if (pass(session, &failures))
            return 1;
        ns[i] = (cpu_ns() - start) / (double)n_lines;
    }
    qsort(ns, runs, sizeof *ns, up);
    printf("%-34s %10.2f us, median %.2f us\n", "warm, text to verdict, minimum", ns[0] / 1e3, ns[runs / 2] / 1e3);
    printf("%-34s %10.0f a second on one core\n", "messages", 1e9 / ns[runs / 2]);
    printf("%-34s %10zu, %zu bytes each, %zu failures\n", "messages measured", n_lines, n_bytes / n_lines, failures);
    printf("%-34s %10.0f ms CPU\n", "opening the pack", open_ms);
    printf("%-34s %10ld MiB\n", "memory", resident_kib() / 1024);
    return 0;
}

int main(int argc, char **argv)
{
    lyt_classifier *classifier = NULL;
    lyt_session *session = NULL;
    lyt_error err;
    double start = cpu_ns();
    int status = 1;

    for (int i = 2; i < argc; i++)
        if (read_file(argv[i]))
            return 1;
    if (argc < 3 || !n_lines) {
        fprintf(stderr, "usage: bench_verdict PACK FILE…\n");
        return 2;
    }
    start = cpu_ns();
    if (lyt_classifier_open(&classifier, &(lyt_classifier_options){.pack = argv[1]}, &err) ||
        lyt_session_new(&session, classifier, &err))
        fprintf(stderr, "%s\n", err.text);
    else
        status = measure(session, (cpu_ns() - start) / 1e6);
    lyt_session_free(session);
    lyt_classifier_close(classifier);
    return status;
}
