/*
 * What every test of Lyt needs: a suite that fails on a leak, an allocator and
 * files that fail on demand, a clock that stands still, a folder to write in.
 */
#ifndef LYT_TESTING_H
#define LYT_TESTING_H

#include <criterion/criterion.h>

#include "clock.h"
#include "fs.h"

/* A Criterion suite whose tests abort when they leaked (address sanitizer). */
#define LYT_SUITE(name) TestSuite(name, .fini = testing_end, .timeout = 60)
void testing_end(void);

/* An allocator that fails the allocation number `fail_at` (from 1; 0: never) and all after it. */
typedef struct testing_alloc {
    lyt_alloc alloc;
    long fail_at;
    long asked;
    long live; /* blocks not yet given back */
} testing_alloc;
void testing_alloc_init(testing_alloc *failing, long fail_at);

/*
 * for (long n = 1; testing_each_failure(&failing, &n);) runs a body with allocation
 * 1, 2, 3 … failing, until a run in which none failed.
 */
bool testing_each_failure(testing_alloc *failing, long *n);

/* The system's files, but call number fail_at (from 1) of any kind fails with `status`. */
typedef struct testing_fs {
    lyt_fs fs;
    long fail_at;
    long asked;
    lyt_status status;
} testing_fs;
void testing_fs_init(testing_fs *failing, long fail_at, lyt_status status);

/* A clock that shows what the test sets. */
typedef struct testing_clock {
    lyt_clock clock;
    int64_t wall_us, mono_us;
} testing_clock;
void testing_clock_init(testing_clock *clock, int64_t wall_us);

/* An empty folder of its own; removed with all it holds by testing_folder_remove(). */
void testing_folder(char path[64]);
/* The same in memory where that can be had: for who counts calls of the disk and waits for none. */
void testing_quick_folder(char path[64]);
void testing_folder_remove(const char *path);

/* $LYT_TESTS and $LYT_DATA: tests/ of the source tree and the tree itself. */
const char *testing_tests(void);
const char *testing_data(void);

/* Writes a file or fails the test. */
void testing_write(const char *folder, const char *name, lyt_str data);

#endif
