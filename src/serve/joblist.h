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

enum { lyt_job_deaths_max = 2 };

typedef struct lyt_job lyt_job;
struct lyt_job {
    lyt_job *prev, *next;
    int64_t id;                          /* its own, of no message */
    int64_t feedback;
    unsigned deaths;                     /* workers that ended while they had it, or seem to have */
    uint64_t blamed[lyt_job_deaths_max]; /* which those were; 0: one that does not say who it is */
    int64_t due_us; /* of one that is condemned: until when a worker may come back */
    bool is_urgent;
    lyt_str slip, item; /* in bytes[] */
    char bytes[];
};

typedef struct lyt_joblist {
    lyt_job *first, *last;
    size_t n;
} lyt_joblist;

/* Copies both; the id is the item's, the feedback the slip's. Freed with lyt_mem_free(). NULL: no memory. */
lyt_job *lyt_job_new(const lyt_alloc *alloc, lyt_str slip, lyt_str item);

void lyt_joblist_append(lyt_joblist *to, lyt_job *job);
void lyt_joblist_put_first(lyt_joblist *to, lyt_job *job);
void lyt_joblist_remove(lyt_joblist *from, lyt_job *job);
/* One more death; false: this was one too many. */
bool lyt_job_blame(lyt_job *job, uint64_t worker);
/* Whether each of the workers blamed can still turn out to be alive. */
bool lyt_job_has_hope(const lyt_job *job);
/* That worker lives: it had only lost its connection. */
void lyt_joblist_forgive(lyt_joblist *jobs, uint64_t worker);

/* Frees all that are in it. */
void lyt_joblist_clear(const lyt_alloc *alloc, lyt_joblist *jobs);

#endif
