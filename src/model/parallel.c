#include "parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

typedef struct share {
    unsigned thread, n_threads;
    size_t n_tasks;
    void (*job)(void *context, unsigned thread, size_t task);
    void *context;
} share;

unsigned lyt_parallel_threads(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > lyt_threads_max ? lyt_threads_max : (unsigned)n;
}

static void *run(void *user)
{
    const share *s = user;

    for (size_t task = s->thread; task < s->n_tasks; task += s->n_threads)
        s->job(s->context, s->thread, task);
    return NULL;
}

void lyt_parallel(unsigned n_threads, size_t n_tasks,
                  void (*job)(void *context, unsigned thread, size_t task), void *context)
{
    share shares[lyt_threads_max];
    pthread_t threads[lyt_threads_max];
    bool started[lyt_threads_max] = {false};

    for (unsigned t = 0; t < n_threads; t++) {
        shares[t] = (share){t, n_threads, n_tasks, job, context};
        started[t] = t > 0 && pthread_create(&threads[t], NULL, run, &shares[t]) == 0;
    }
    for (unsigned t = 0; t < n_threads; t++) {
        if (!started[t])
            (void)run(&shares[t]);
    }
    for (unsigned t = 0; t < n_threads; t++) {
        if (started[t])
            (void)pthread_join(threads[t], NULL);
    }
}
