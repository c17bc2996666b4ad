/* The input as a file of a guest's steps; what is refused is refused with a place. */
#include <stdint.h>
#include <stdlib.h>

#include "experiencefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_error err = {.text = ""};
    static lyt_arena *arena;
    lyt_showing showings[lyt_showings_max];
    size_t n = lyt_showings(showings);
    lyt_experience experience;
    lyt_yaml *yaml = NULL;

    if (lyt_yaml_parse(&yaml, NULL, (lyt_str){(const char *)data, size}, "experience.yaml", &err))
        return 0;
    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 16 << 20))
        abort();
    lyt_arena_reset(arena);
    if (lyt_experiencefile_read(&experience, yaml, showings, n, arena, &err)) {
        if (!err.text[0] || !err.line)
            abort();
    } else {
        for (size_t i = 0; i < experience.n; i++)
            if (!experience.steps[i].showing || !experience.steps[i].name_en[0] ||
                !experience.steps[i].name_da[0])
                abort();
    }
    lyt_yaml_free(yaml);
    return 0;
}
