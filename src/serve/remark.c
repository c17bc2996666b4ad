#include "remark.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum { is_free, is_being_written, is_waiting };

lyt_status lyt_remark_put(lyt_remark *remark, const char *what, const char *note)
{
    int state = is_free;

    if (!atomic_compare_exchange_strong(&remark->state, &state, is_being_written))
        return LYT_EBUSY;
    snprintf(remark->what, sizeof remark->what, "%s", what);
    snprintf(remark->note, sizeof remark->note, "%s", note);
    /* a letter that was cut in two is taken away whole */
    for (size_t n = strlen(remark->note);
         n && lyt_utf8_check((lyt_str){remark->note, n}, NULL) != LYT_OK;)
        remark->note[--n] = '\0';
    atomic_store_explicit(&remark->state, is_waiting, memory_order_release);
    return LYT_OK;
}

void lyt_remark_take(lyt_remark *remark, lyt_batch *batch)
{
    if (atomic_load_explicit(&remark->state, memory_order_acquire) != is_waiting ||
        lyt_batch_add_health(batch, lyt_str_of(remark->what), lyt_str_of(remark->note)))
        return;
    atomic_store_explicit(&remark->state, is_free, memory_order_release);
}
