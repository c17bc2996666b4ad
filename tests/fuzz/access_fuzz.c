/* The file of keys, and what is granted to whoever it names. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "access.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size}, granted[lyt_access_topics_max];
    lyt_access *access = NULL;
    lyt_error err;

    if (lyt_access_parse(&access, NULL, text, &err))
        return 0;
    for (size_t from = 0; from < size; from += 7) {
        lyt_str name = lyt_str_slice(text, from, from + 5);
        size_t n = lyt_access_narrow(access, name, LYT_STR("alarm."), granted);

        if (n > lyt_access_topics_max)
            abort();
        for (size_t i = 0; i < n; i++)
            if (!lyt_access_hears(access, name, granted[i]))
                abort();
        (void)lyt_access_holder(access, name);
    }
    lyt_access_free(access);
    return 0;
}
