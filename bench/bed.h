/*
 * What the benchmarks share: messages from files, CPU clocks, a median, memory in use,
 * and an allocator that counts.
 *
 * Units     nanoseconds of CPU time of the calling thread, unless a name says else.
 */
#ifndef LYT_BENCH_BED_H
#define LYT_BENCH_BED_H

#include <lyt/lyt.h>

enum { bed_lines_max = 200000, bed_runs = 9 };

typedef struct bed_lines {
    lyt_str *items;
    size_t n, bytes;
} bed_lines;

/*
 * Adds a file's messages, one a line, without the labels in front of them; comments and
 * empty lines are left out. The text stays until the program ends. Exits when it cannot.
 */
void bed_read(bed_lines *lines, const char *path);

double bed_cpu_ns(void);
double bed_wall_ns(void);
long bed_resident_kib(void);

typedef struct bed_time {
    double minimum, median;
} bed_time;

/* Sorts the values. */
bed_time bed_time_of(double *values, size_t n);

/* malloc, counted: how often it was asked for memory. Not for two threads at once. */
typedef struct bed_alloc {
    lyt_alloc alloc;
    size_t asked;
} bed_alloc;
void bed_alloc_init(bed_alloc *counting);

/* "name.lytm" is a model file, anything else a pack. Prints and exits when it cannot. */
lyt_classifier *bed_open(const char *subject, const lyt_alloc *alloc);
lyt_session *bed_session(const lyt_classifier *classifier);

#endif
