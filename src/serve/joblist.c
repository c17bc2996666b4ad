#include "joblist.h"

#include <string.h>

#include "mem.h"
#include "wire.h"

lyt_job *lyt_job_new(const lyt_alloc *alloc, lyt_str slip, lyt_str item)
{
    lyt_wire in = lyt_wire_of(item), about = lyt_wire_of(slip);
    lyt_job *job = lyt_mem_new(alloc, sizeof *job + slip.len + item.len);

    if (!job)
        return NULL;
    memcpy(job->bytes, slip.ptr, slip.len);
    memcpy(job->bytes + slip.len, item.ptr, item.len);
    job->slip = (lyt_str){job->bytes, slip.len};
    job->item = (lyt_str){job->bytes + slip.len, item.len};
    job->id = lyt_wire_i64(&in);
    job->feedback = lyt_wire_i64(&about);
    return job;
}

void lyt_joblist_append(lyt_joblist *to, lyt_job *job)
{
    job->prev = to->last;
    job->next = NULL;
    *(to->last ? &to->last->next : &to->first) = job;
    to->last = job;
    to->n++;
}

void lyt_joblist_put_first(lyt_joblist *to, lyt_job *job)
{
    job->prev = NULL;
    job->next = to->first;
    *(to->first ? &to->first->prev : &to->last) = job;
    to->first = job;
    to->n++;
}

void lyt_joblist_remove(lyt_joblist *from, lyt_job *job)
{
    *(job->prev ? &job->prev->next : &from->first) = job->next;
    *(job->next ? &job->next->prev : &from->last) = job->prev;
    from->n--;
}

bool lyt_job_blame(lyt_job *job, uint64_t worker)
{
    if (job->deaths < lyt_job_deaths_max)
        job->blamed[job->deaths++] = worker;
    return job->deaths < lyt_job_deaths_max;
}

bool lyt_job_has_hope(const lyt_job *job)
{
    for (unsigned i = 0; i < job->deaths; i++)
        if (!job->blamed[i])
            return false;
    return true;
}

void lyt_joblist_forgive(lyt_joblist *jobs, uint64_t worker)
{
    for (lyt_job *job = jobs->first; job; job = job->next) {
        unsigned n = 0;

        for (unsigned i = 0; i < job->deaths; i++)
            if (job->blamed[i] != worker)
                job->blamed[n++] = job->blamed[i];
        job->deaths = n;
    }
}

void lyt_joblist_clear(const lyt_alloc *alloc, lyt_joblist *jobs)
{
    while (jobs->first) {
        lyt_job *job = jobs->first;

        lyt_joblist_remove(jobs, job);
        lyt_mem_free(alloc, job);
    }
}
