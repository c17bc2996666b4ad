/* A link of a tag, and a key file: what is right is right again when it is made anew. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char zeros[] =
        "link 0000000000000000000000000000000000000000000000000000000000000000\n"
        "meta 00000000000000000000000000000000\nfile 00000000000000000000000000000000\n";
    lyt_str bytes = {(const char *)data, size};
    static lyt_arena *arena;
    static lyt_tagkeys keys;
    lyt_tagkeys own;
    lyt_error err;
    lyt_tap tap;

    if (lyt_tagkeys_parse(&own, NULL, bytes, "fuzz", &err) == LYT_OK && !own.n_links)
        abort();
    lyt_tagkeys_deinit(&own);
    if (!arena && (lyt_tagkeys_parse(&keys, NULL, lyt_str_of(zeros), "keys", &err) ||
                   lyt_arena_new(&arena, NULL, "fuzz", 1 << 20)))
        abort();
    lyt_arena_reset(arena);
    if (lyt_tag_read(&tap, bytes, &keys, arena) == LYT_OK) {
        if ((tap.verdict == LYT_TAG_RIGHT) != (tap.problem == NULL))
            abort();
        if (tap.is_signed && tap.verdict != LYT_TAG_RIGHT)
            abort();
    }
    return 0;
}
