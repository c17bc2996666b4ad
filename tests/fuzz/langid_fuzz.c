/*
 * The input as a language table, as it is and with its checksum made right (so
 * that what lies behind the checksum is reached too); a table that loads is asked.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "langid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lyt_status map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    (void)path;
    (void)err;
    *out = *(const lyt_map *)context;
    return LYT_OK;
}

static void unmap(void *context, lyt_map *mapped)
{
    (void)context;
    (void)mapped;
}

static void try_table(const uint8_t *data, size_t size)
{
    lyt_map file = {data, size};
    lyt_fs fs = {.map = map, .unmap = unmap, .context = &file};
    lyt_str texts[] = {{(const char *)data, size}, LYT_STR("Værelset er koldt")};
    lyt_langid *langid;
    lyt_error err;
    double p[64], sum = 0;

    if (lyt_langid_load(&langid, NULL, &fs, "fuzz", &err))
        return;
    if (lyt_langid_languages(langid) > sizeof p / sizeof p[0])
        abort();
    for (size_t i = 0; i < 2; i++) {
        int best = lyt_langid_guess(langid, texts[i], p);

        if (best >= (int)lyt_langid_languages(langid))
            abort();
        for (size_t l = 0; l < lyt_langid_languages(langid); l++)
            sum += p[l];
    }
    if (!(fabs(sum - 2) < 1e-6))
        abort();
    lyt_langid_free(langid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t sum;
    uint8_t *mended;

    try_table(data, size);
    if (size < 8)
        return 0;
    mended = malloc(size);
    if (!mended)
        return 0;
    memcpy(mended, data, size);
    sum = lyt_hash64(data, size - 8, 0);
    for (size_t i = 0; i < 8; i++)
        mended[size - 8 + i] = (uint8_t)(sum >> (8 * i));
    try_table(mended, size);
    free(mended);
    return 0;
}
