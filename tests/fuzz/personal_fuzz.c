/* The input as a text that people wrote, with names of staff out of its own words. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "personal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void find_all(lyt_str text, const lyt_personal_names *names)
{
    lyt_personal found;

    for (size_t at = 0; lyt_personal_find(&found, text, at, names); at = found.end)
        if (found.start < at || found.end <= found.start || found.end > text.len ||
            found.kind >= LYT_PERSONAL_KIND_COUNT)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size};
    size_t line = lyt_str_find(text, '\n', 0);
    lyt_str names[2] = {lyt_str_slice(text, 0, line), LYT_STR("Mette Holm")};
    lyt_personal_names staff = {names, 2};
    lyt_buf masked, twice;
    char *copy;

    if (size > 1 << 16)
        return 0;
    find_all(text, NULL);
    find_all(text, &staff);
    lyt_buf_init(&masked, NULL);
    lyt_buf_init(&twice, NULL);
    lyt_personal_mask(&masked, text, &staff);
    lyt_personal_mask(&twice, lyt_buf_str(&masked), NULL);
    copy = malloc(size + 1);
    if (copy) {
        if (size)
            memcpy(copy, data, size);
        lyt_personal_blot_names(copy, size, &staff);
        /* nobody is found who was blotted out */
        if (lyt_personal_blot_names(copy, size, &(lyt_personal_names){names + 1, 1}))
            abort();
    }
    free(copy);
    lyt_buf_deinit(&masked);
    lyt_buf_deinit(&twice);
    return 0;
}
