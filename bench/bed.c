#include "bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static lyt_str without_labels(lyt_str line)
{
    while (lyt_str_begins(line, LYT_STR("__label__")))
        line = lyt_str_trim(lyt_str_slice(line, lyt_str_find(line, ' ', 0), line.len));
    return line;
}

void bed_read(bed_lines *lines, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    if (!lines->items)
        lines->items = malloc(bed_lines_max * sizeof *lines->items);
    if (!file || !lines->items) {
        perror(path);
        exit(1);
    }
    while ((n = getline(&line, &cap, file)) > 0 && lines->n < bed_lines_max) {
        lyt_str text = without_labels(lyt_str_trim((lyt_str){line, (size_t)n}));

        if (!text.len || text.ptr[0] == '#')
            continue;
        lines->items[lines->n++] = text;
        lines->bytes += text.len;
        line = NULL;
        cap = 0;
    }
    free(line);
    fclose(file);
}

static double clock_ns(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double bed_cpu_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

double bed_wall_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

long bed_resident_kib(void)
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

static int up(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

bed_time bed_time_of(double *values, size_t n)
{
    qsort(values, n, sizeof *values, up);
    return (bed_time){values[0], values[n / 2]};
}

static void *counted_resize(void *context, void *ptr, size_t size_bytes)
{
    bed_alloc *counting = context;

    if (size_bytes == 0) {
        free(ptr);
        return NULL;
    }
    counting->asked++;
    return realloc(ptr, size_bytes);
}

void bed_alloc_init(bed_alloc *counting)
{
    *counting = (bed_alloc){{counted_resize, counting}, 0};
}

lyt_classifier *bed_open(const char *subject, const lyt_alloc *alloc)
{
    lyt_str name = lyt_str_of(subject);
    lyt_classifier_options options = {.alloc = alloc};
    lyt_classifier *classifier;
    lyt_error err;

    if (lyt_str_ends(name, LYT_STR(".lytm")))
        options.model = subject;
    else
        options.pack = subject;
    if (lyt_classifier_open(&classifier, &options, &err))
        give_up(err.text);
    return classifier;
}

lyt_session *bed_session(const lyt_classifier *classifier)
{
    lyt_session *session;
    lyt_error err;

    if (lyt_session_new(&session, classifier, &err))
        give_up(err.text);
    return session;
}
