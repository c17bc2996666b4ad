/* The input as a time and as a period, of a house in UTC; what is taken for one is one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "period.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t now_us = 1795600000 * (int64_t)1000000;
    char since[64], *until;
    int64_t at_us = 0, from_us = 0, to_us = 0;
    lyt_zone *zone = NULL;
    lyt_shifts shifts;
    lyt_error err = {.code = LYT_OK};

    if (size >= sizeof since || lyt_zone_read(&zone, NULL, (lyt_str){NULL, 0}, NULL))
        return 0;
    memcpy(since, data, size);
    since[size] = '\0';
    if (lyt_period_ago(since, &at_us) && at_us <= 0)
        abort();
    if (lyt_period_shifts(&shifts, since) == LYT_OK && (!shifts.n || shifts.n > lyt_shifts_max))
        abort();
    at_us = -1;
    if (lyt_period_time(&at_us, since, zone, now_us) && at_us != -1)
        abort();
    until = strchr(since, ' ');
    if (until)
        *until++ = '\0';
    for (int days = 0; days <= 30; days += days < 2 ? 1 : 14)
        if (lyt_period_span(&from_us, &to_us, since, until, days, zone, now_us, &err) == LYT_OK &&
            from_us >= to_us)
            abort();
    lyt_zone_free(zone);
    return 0;
}
