#include "sums.h"

#include <math.h>
#include <stdlib.h>

static const int64_t minute_us = 60 * (int64_t)1000000;

bool lyt_extent_has(lyt_extent span, int64_t at_us)
{
    return at_us >= span.since_us && at_us < span.until_us;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

lyt_lasting lyt_lasting_of(double *minutes, size_t n)
{
    if (!n)
        return (lyt_lasting){0, NAN, NAN};
    qsort(minutes, n, sizeof *minutes, by_size);
    return (lyt_lasting){
        .n = (int64_t)n,
        .median_min = (minutes[(n - 1) / 2] + minutes[n / 2]) / 2,
        .p90_min = minutes[(9 * n + 9) / 10 - 1],
    };
}

lyt_band lyt_band_of(double score, double scale)
{
    double share;

    if (!isfinite(score) || !(scale > 0) || score < 0 || score > scale)
        return LYT_BAND_NONE;
    share = score / scale;
    if (scale == 5)
        return score <= 3 ? LYT_BAND_LOW : score < 5 ? LYT_BAND_MIDDLE : LYT_BAND_HIGH;
    if (scale == 4)
        return score <= 2 ? LYT_BAND_LOW : score < 4 ? LYT_BAND_MIDDLE : LYT_BAND_HIGH;
    if (scale == 10)
        return score < 7 ? LYT_BAND_LOW : score < 9 ? LYT_BAND_MIDDLE : LYT_BAND_HIGH;
    return share <= .6 ? LYT_BAND_LOW : share < .9 ? LYT_BAND_MIDDLE : LYT_BAND_HIGH;
}

lyt_pace lyt_pace_of(const lyt_zone *zone, int64_t opened_us, int64_t remedied_us)
{
    int64_t took_us = remedied_us - opened_us;

    if (!remedied_us)
        return LYT_PACE_NOT_YET;
    if (took_us <= 60 * minute_us)
        return LYT_PACE_ON_THE_SPOT;
    if (lyt_local_at(zone, opened_us).days == lyt_local_at(zone, remedied_us).days)
        return LYT_PACE_SAME_DAY;
    return took_us <= 24 * 60 * minute_us ? LYT_PACE_24_H : LYT_PACE_LATER;
}
