#include "reloading.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

lyt_status lyt_reloading_init(lyt_reloading *r, lyt_error *err)
{
    memset(r, 0, sizeof *r);
    if (pthread_mutex_init(&r->lock, NULL) != 0)
        return lyt_error_set(err, LYT_EIO, "the system gives no lock");
    if (pthread_cond_init(&r->changed, NULL) == 0)
        return LYT_OK;
    pthread_mutex_destroy(&r->lock);
    return lyt_error_set(err, LYT_EIO, "the system gives no lock");
}

void lyt_reloading_deinit(lyt_reloading *r)
{
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
}

lyt_status lyt_reloading_ask(void *context, lyt_error *err)
{
    lyt_reloading *r = context;
    lyt_status status;
    uint64_t mine;

    pthread_mutex_lock(&r->lock);
    mine = ++r->asked;
    (void)kill(getpid(), SIGHUP);
    while (r->done < mine && !r->is_over)
        pthread_cond_wait(&r->changed, &r->lock);
    if (r->done < mine) {
        status = lyt_error_set(err, LYT_ESTATE, "the service is being stopped");
    } else {
        status = r->status;
        if (status && err)
            *err = r->err;
    }
    pthread_mutex_unlock(&r->lock);
    return status;
}

uint64_t lyt_reloading_begin(lyt_reloading *r)
{
    uint64_t asked;

    pthread_mutex_lock(&r->lock);
    asked = r->asked;
    pthread_mutex_unlock(&r->lock);
    return asked;
}

void lyt_reloading_done(lyt_reloading *r, uint64_t began, lyt_status status, const lyt_error *err)
{
    pthread_mutex_lock(&r->lock);
    r->done = began;
    r->status = status;
    if (status)
        r->err = *err;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

void lyt_reloading_end(lyt_reloading *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_over = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}
