/*
 * lyt_poster: sends requests (out_note.h) over HTTP and SMTP, several at once, from one
 * thread, and says what came of each. libcurl behind it, through its multi interface.
 *
 * What goes out is held to this: only http, https, smtp and smtps; no redirect is followed
 * and no proxy of the environment is used; certificates are checked; a connection to a
 * private address (out_address.h) is not opened unless the request says that it may, whatever
 * the name in the URL resolves to at that moment; an answer longer than 1 MiB is not read.
 *
 * Lifetime  lyt_poster_new() to lyt_poster_free(), which ends what is still under way.
 * Threads   one.
 */
#ifndef LYT_OUT_POST_H
#define LYT_OUT_POST_H

#include "out_note.h"
#include "out_retry.h"

typedef struct lyt_poster lyt_poster;

typedef struct lyt_post_options {
    uint64_t tag;        /* comes back with the result */
    bool allow_private;  /* may go to private addresses, and without TLS */
    bool is_patient;     /* lyt_out_result.is_patient */
    const char *ca_file; /* whose certificates count; NULL: the system's */
    int64_t timeout_ms;  /* for all of it */
} lyt_post_options;

typedef struct lyt_posted {
    uint64_t tag;
    lyt_out_result result;
    char reason[200]; /* for people, one line of UTF-8: what was answered or what failed */
} lyt_posted;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_poster_new(lyt_poster **out, const lyt_alloc *alloc);
/* NULL is accepted. */
void lyt_poster_free(lyt_poster *poster);

/* Begins to send; the request is copied. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_poster_send(lyt_poster *poster, const lyt_out_request *request,
                                        const lyt_post_options *options);
size_t lyt_poster_active(const lyt_poster *poster);

/*
 * Goes on with all that is under way; waits for something to do, or until one of fds (at most
 * lyt_poster_fds_max) can be read. Returns at once when something has ended.
 */
enum { lyt_poster_fds_max = 4 };
void lyt_poster_step(lyt_poster *poster, const int *fds, size_t n, int64_t wait_ms);

/* One that has ended; false: none has. */
bool lyt_poster_take(lyt_poster *poster, lyt_posted *out);

/*
 * What takes requests to their receivers, for whoever sends: the poster, or for a simulation
 * something that keeps its promises in another time. context belongs to whoever made it.
 */
typedef struct lyt_carrier {
    lyt_status (*send)(void *context, const lyt_out_request *request,
                       const lyt_post_options *options);
    bool (*take)(void *context, lyt_posted *out);
    void *context;
} lyt_carrier;

/* Borrows the poster. */
lyt_carrier lyt_poster_carrier(lyt_poster *poster);

#endif
