/*
 * lyt_job: one message on its way through the workers; lyt_joblist: jobs in order. A job is
 * in one list at a time.
 *
 * Threads   one at a time (dispatch's).
 */
#ifndef LYT_JOBLIST_H
#define LYT_JOBLIST_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_job lyt_job;
struct lyt_job {
    lyt_job *prev, *next;
    int64_t id;
    unsigned deaths; /* workers that ended while they had it */
    bool is_urgent;
    lyt_str slip, item; /* in bytes[] */
    char bytes[];
};

typedef struct lyt_joblist {
    lyt_job *first, *last;
    size_t n;
} lyt_joblist;

/* Copies both; the id is the item's. Freed with lyt_mem_free(). NULL: no memory. */
lyt_job *lyt_job_new(const lyt_alloc *alloc, lyt_str slip, lyt_str item);

void lyt_joblist_append(lyt_joblist *to, lyt_job *job);
void lyt_joblist_put_first(lyt_joblist *to, lyt_job *job);
void lyt_joblist_remove(lyt_joblist *from, lyt_job *job);
/* Frees all that are in it. */
void lyt_joblist_clear(const lyt_alloc *alloc, lyt_joblist *jobs);

#endif
