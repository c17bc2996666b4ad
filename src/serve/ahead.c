#include "ahead.h"

enum {
    few = 16,       /* of more than so many the last verdict is not near */
    pass_most = 64, /* after waiting in vain again and again */
};

bool lyt_ahead_may(const lyt_ahead *ahead)
{
    return ahead->n_voids < lyt_ahead_void_max;
}

void lyt_ahead_out(lyt_ahead *ahead, size_t text_bytes)
{
    ahead->n_out++;
    ahead->bytes_out += (int64_t)text_bytes;
}

lyt_ahead_fate lyt_ahead_back(lyt_ahead *ahead, uint64_t number)
{
    if (number == ahead->number) {
        ahead->n_back++;
        return LYT_AHEAD_MINE;
    }
    for (size_t i = 0; i < ahead->n_voids; i++) {
        struct lyt_ahead_void *failed = &ahead->voids[i];

        if (failed->number != number)
            continue;
        if (--failed->n <= 0)
            *failed = ahead->voids[--ahead->n_voids];
        return LYT_AHEAD_VOID;
    }
    return LYT_AHEAD_KEPT;
}

void lyt_ahead_end(lyt_ahead *ahead, bool is_committed)
{
    if (!is_committed && ahead->n_out > ahead->n_back)
        ahead->voids[ahead->n_voids++] =
            (struct lyt_ahead_void){ahead->number, ahead->n_out - ahead->n_back};
    ahead->number++;
    ahead->n_out = ahead->bytes_out = ahead->n_back = 0;
    ahead->is_done = false;
}

bool lyt_ahead_waits(lyt_ahead *ahead)
{
    if (!ahead->n_out || ahead->n_out > few)
        return false;
    if (!ahead->n_pass)
        return true;
    ahead->n_pass--;
    return false;
}

void lyt_ahead_waited(lyt_ahead *ahead)
{
    if (ahead->n_back >= ahead->n_out) {
        ahead->n_in_vain = 0;
        return;
    }
    /* workers that are far away or busy: less and less often is it tried */
    if (ahead->n_in_vain < 6)
        ahead->n_in_vain++;
    ahead->n_pass = (1u << ahead->n_in_vain) < pass_most ? 1u << ahead->n_in_vain : pass_most;
}
