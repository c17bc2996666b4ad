/*
 * Any text: its normal form is UTF-8 and its own normal form, and the short cut for plain
 * text says the same as the long way.
 */
#include <stdlib.h>

#include "normal.h"
#include "valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(lyt_arena *arena, lyt_str text)
{
    char *plain = malloc(text.len + 1);
    lyt_str once, twice;
    size_t len;
    bool changed;

    if (!plain || lyt_normal_fold(arena, text, &once) || lyt_normal_fold(arena, once, &twice))
        abort();
    if (lyt_utf8_check(once, NULL) || !lyt_str_equal(once, twice))
        abort();
    if (lyt_normal_fold_plain(text, plain, &len, &changed) &&
        (len > text.len || !lyt_str_equal((lyt_str){plain, len}, once) ||
         changed == lyt_str_equal(once, text)))
        abort();
    free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lyt_arena *arena;
    char *bytes = malloc(size + 1);

    if (!bytes || (!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20)))
        abort();
    lyt_arena_reset(arena);
    check(arena, (lyt_str){bytes, keep_valid(data, size, bytes)});
    free(bytes);
    return 0;
}
