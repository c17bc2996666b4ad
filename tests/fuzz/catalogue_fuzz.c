/* The input as a gettext catalogue, both ways, and as a text. */
#include <stdint.h>
#include <stdlib.h>

#include "catalogue.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str bytes = {(const char *)data, size};
    lyt_error err;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (int original = 0; original < 2; original++)
        if (lyt_catalogue_add(&out, bytes, "fuzz", original, &err) == LYT_OK && size < 28)
            abort();
    lyt_prose_add(&out, bytes);
    if (lyt_utf8_check(lyt_buf_str(&out), NULL))
        abort();
    lyt_buf_deinit(&out);
    return 0;
}
