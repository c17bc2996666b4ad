#include "out_retry.h"

static const int64_t second_us = 1000000;

/* Waits after attempt 1, 2, … in seconds. */
static const int64_t waits_s[lyt_out_attempts_max - 1] = {
    5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};

/* Up to a tenth longer: receivers that came back are not met by all at once. */
static int64_t wait_us(int64_t attempts, double chance)
{
    int64_t wait = waits_s[attempts - 1] * second_us;

    return wait + (int64_t)((double)wait / 10 * chance);
}

static bool is_overload(const lyt_out_result *r)
{
    return r->is_answered && !r->is_mail &&
           (r->status == 429 || r->status == 502 || r->status == 503 || r->status == 504);
}

/* Other answers of the 400s mean that the same bytes will not be taken next time either. */
static bool is_final(const lyt_out_result *r)
{
    if (!r->is_answered)
        return false;
    if (r->is_mail)
        return r->status >= 500 && r->status < 600;
    return !r->is_patient && r->status >= 400 && r->status < 500 && r->status != 401 &&
           r->status != 403 && r->status != 404 && r->status != 407 && r->status != 408 &&
           r->status != 409 && r->status != 421 && r->status != 425 && r->status != 429;
}

lyt_out_next lyt_out_retry(const lyt_out_result *r, int64_t attempts, int64_t give_up_us,
                           int64_t now_us, double chance)
{
    lyt_out_next next = {LYT_OUT_AGAIN, 0, 0};
    int64_t wait;

    if (r->is_answered && r->status >= 200 && r->status < 300)
        return (lyt_out_next){LYT_OUT_SENT, 0, 0};
    if (r->is_answered && !r->is_mail && r->status == 410)
        return (lyt_out_next){LYT_OUT_GONE, 0, 0};
    if (is_final(r) || attempts < 1 || attempts >= lyt_out_attempts_max)
        return (lyt_out_next){LYT_OUT_DEAD, 0, 0};
    wait = wait_us(attempts, chance);
    if (r->retry_after_us > wait)
        wait = r->retry_after_us;
    next.due_us = now_us + wait;
    if (is_overload(r))
        next.way_due_us = now_us + (r->retry_after_us ? r->retry_after_us : 5 * second_us);
    if (next.due_us > give_up_us)
        next.verdict = LYT_OUT_DEAD;
    return next;
}
