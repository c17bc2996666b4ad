/*
 * lyt_parallel: independent tasks on a few threads. Which thread runs a task
 * is fixed, and tasks share nothing that they write, so the outcome does not
 * depend on how many threads there are.
 *
 * Threads   from any thread; job is called from several at once, and what it writes must be its
 *           task's or its thread's own. All of it is seen by the caller when lyt_parallel() is back.
 */
#ifndef LYT_PARALLEL_H
#define LYT_PARALLEL_H

#include <stddef.h>

enum { lyt_threads_max = 4 };

/* As many as this machine runs at once, 1 to lyt_threads_max. */
unsigned lyt_parallel_threads(void);

/*
 * Runs job(context, thread, task) for every task below n_tasks; returns when all are
 * done. A thread that cannot be started has its tasks done by the caller.
 */
void lyt_parallel(unsigned n_threads, size_t n_tasks,
                  void (*job)(void *context, unsigned thread, size_t task), void *context);

#endif
