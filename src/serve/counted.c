#include "counted.h"

/* What took less holds up nobody, and a machine that is busy makes all of it look long. */
enum { long_us = 100000, times_as_long = 20 };

lyt_status lyt_counted_get(lyt_counted *counted, lyt_store *store, const lyt_clock *clock,
                           lyt_store_counts *out, lyt_error *err)
{
    int64_t began_us = lyt_clock_mono_us(clock);
    lyt_status status;

    if (counted && counted->is_known && counted->took_us >= long_us &&
        began_us - counted->at_us < counted->took_us * times_as_long) {
        *out = counted->counts;
        return lyt_store_last_seq(store, &out->last_seq, err);
    }
    status = lyt_store_count(store, out, err);
    if (!status && counted) {
        int64_t now_us = lyt_clock_mono_us(clock);

        *counted = (lyt_counted){*out, now_us, now_us - began_us, true};
    }
    return status;
}
