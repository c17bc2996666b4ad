/*
 * lyt_out_retry: what comes after an attempt to send: done, again later, or never. The table
 * is that of the Standard Webhooks specification: at once, then after 5 s, 5 min, 30 min, 2 h,
 * 5 h, 10 h, 14 h, 20 h and 24 h, each with jitter.
 *
 * Threads   pure functions; time and chance are arguments.
 * Units     microseconds since 1970 UTC.
 */
#ifndef LYT_OUT_RETRY_H
#define LYT_OUT_RETRY_H

#include <stdint.h>

#include <lyt/str.h>

enum { lyt_out_attempts_max = 10 };

/* What an attempt came to. */
typedef struct lyt_out_result {
    bool is_answered; /* a status came; else the line was the trouble */
    bool is_mail;     /* status is SMTP's: 5xx never, 4xx again */
    int status;
    int64_t retry_after_us; /* 0: none was asked for */
    bool is_patient;        /* a receiver of our own form: what it refuses today it may take
                               tomorrow, when somebody has mended it */
} lyt_out_result;

typedef enum lyt_out_verdict {
    LYT_OUT_SENT,
    LYT_OUT_AGAIN,
    LYT_OUT_DEAD, /* nobody tries again by himself */
    LYT_OUT_GONE, /* dead, and nothing more goes this way until somebody says so (410) */
} lyt_out_verdict;

typedef struct lyt_out_next {
    lyt_out_verdict verdict;
    int64_t due_us;     /* of LYT_OUT_AGAIN */
    int64_t way_due_us; /* nothing else goes this way before (429, 502, 503, 504); 0: no matter */
} lyt_out_next;

/*
 * attempts: how many there have been, this one too. chance: 0 to 1, from outside. An attempt
 * that would come after give_up_us is not made.
 */
lyt_out_next lyt_out_retry(const lyt_out_result *result, int64_t attempts, int64_t give_up_us,
                           int64_t now_us, double chance);

#endif
