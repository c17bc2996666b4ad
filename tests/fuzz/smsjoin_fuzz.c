/*
 * The input as what was written down of long messages; if that is taken, it is written as it was,
 * and all of it comes out. If it is not, each of its bytes is a part: nothing is lost or doubled
 * without bound.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smsjoin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { parts_max = 14 }; /* of an input; 28 reach the same 380 edges and cost 1.4 times as much */

static const int64_t t0 = 1795326000000000;

static void take_all(lyt_smsjoin *join, int64_t now_us, lyt_arena *arena)
{
    lyt_inbound got;
    lyt_status status;

    while ((status = lyt_smsjoin_next(join, now_us, arena, &got)) == LYT_OK) {
        lyt_smsjoin_drop(join, now_us);
        lyt_arena_reset(arena);
    }
    if (status != LYT_EEND)
        abort();
}

static void add_parts(lyt_smsjoin *join, const uint8_t *data, size_t size, lyt_arena *arena)
{
    static const char *const texts[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i + 1 < size && i < 2 * (size_t)parts_max; i += 2) {
        lyt_inbound part = {.kind = LYT_INBOUND_PART,
                            .text = lyt_str_of(texts[data[i] >> 6]),
                            .parts = 2 + (data[i] & 3),
                            .part = 1 + (data[i] >> 2 & 3),
                            .reference = data[i] >> 4 & 3};
        int64_t now_us = t0 + (int64_t)i * 1000000 * (data[i + 1] & 31);
        lyt_status status = lyt_smsjoin_add(join, &part, now_us);

        if (status && status != LYT_EINVAL && status != LYT_ELIMIT)
            abort();
        if (data[i + 1] & 32)
            take_all(join, now_us, arena);
        if (lyt_smsjoin_waiting(join) > 4)
            abort();
    }
}

static void again(const lyt_smsjoin *join)
{
    lyt_smsjoin *copy = NULL;
    lyt_buf first, second;

    lyt_buf_init(&first, NULL);
    lyt_buf_init(&second, NULL);
    lyt_smsjoin_save(join, &first);
    if (lyt_smsjoin_new(&copy, &(lyt_smsjoin_options){.max_waiting = 4, .max_remembered = 8}) ||
        lyt_smsjoin_load(copy, lyt_buf_str(&first), NULL))
        abort();
    lyt_smsjoin_save(copy, &second);
    if (!lyt_str_equal(lyt_buf_str(&first), lyt_buf_str(&second)))
        abort();
    lyt_smsjoin_free(copy);
    lyt_buf_deinit(&first);
    lyt_buf_deinit(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_smsjoin_options options = {.max_waiting = 4, .max_bytes = 1 << 20, .max_remembered = 8};
    static lyt_arena *arena;
    lyt_smsjoin *join = NULL;

    if ((!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20)) ||
        lyt_smsjoin_new(&join, &options))
        abort();
    lyt_arena_reset(arena);
    if (lyt_smsjoin_load(join, (lyt_str){(const char *)data, size}, NULL))
        add_parts(join, data, size, arena);
    again(join);
    take_all(join, INT64_MAX / 2, arena);
    if (lyt_smsjoin_waiting(join) != 0)
        abort();
    lyt_smsjoin_free(join);
    return 0;
}
