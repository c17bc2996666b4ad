/* What a subscriber reads of an event that anybody on the wire may have written. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_heading heading;

    if (!lyt_heading_read(&heading, (lyt_str){(const char *)data, size}) &&
        strnlen(heading.publisher, sizeof heading.publisher) >= sizeof heading.publisher)
        abort();
    return 0;
}
