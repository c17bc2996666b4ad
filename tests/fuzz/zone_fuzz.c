/* Whatever the bytes: a zone that answers for every moment, or a refusal. */
#include <stdint.h>
#include <stdlib.h>

#include "zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t moments[] = {-4000000000, -1, 0, 1774746000, 1793149200, 4102444800};
    lyt_zone *zone = NULL;
    lyt_error err = {0};

    if (lyt_zone_read(&zone, NULL, (lyt_str){size ? (const char *)data : "", size}, &err)) {
        if (!err.text[0])
            abort();
        return 0;
    }
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        int64_t offset = lyt_zone_offset(zone, moments[i]);

        if (offset < -14 * 86400 || offset > 14 * 86400)
            abort();
        (void)lyt_zone_utc(zone, moments[i]);
    }
    lyt_zone_free(zone);
    return 0;
}
