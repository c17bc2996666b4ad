/* Whatever the bytes: slots with words in them, or a refusal at a byte of the pattern. */
#include <stdlib.h>

#include "pattern.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size};
    static lyt_arena *arena;
    lyt_pattern pattern;
    lyt_error err = {0};
    size_t bad = 0;
    lyt_status status;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 1 << 20))
        abort();
    if (lyt_utf8_check(text, NULL))
        return 0;
    lyt_arena_reset(arena);
    status = lyt_pattern_parse(&pattern, arena, text, &bad, &err);
    if (status == LYT_EFORMAT && bad > size)
        abort();
    if (status == LYT_OK) {
        if (pattern.n_slots == 0)
            abort();
        for (size_t i = 0; i < pattern.n_slots; i++)
            if (pattern.slots[i].n_words == 0)
                abort();
    }
    return 0;
}
