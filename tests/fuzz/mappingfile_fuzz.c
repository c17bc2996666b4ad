/* The input as a mapping file; its own tests are run, however odd. */
#include <stdint.h>
#include <stdlib.h>

#include "mappingfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_error err = {.text = ""};
    static lyt_arena *arena, *tests;
    lyt_yaml *yaml = NULL;
    lyt_mapping mapping;

    if (lyt_yaml_parse(&yaml, NULL, (lyt_str){(const char *)data, size}, "mapping.yaml", &err))
        return 0;
    if (!arena && (lyt_arena_new(&arena, NULL, "fuzz", 16 << 20) ||
                   lyt_arena_new(&tests, NULL, "fuzz", 16 << 20)))
        abort();
    lyt_arena_reset(arena);
    if (lyt_mappingfile_read(&mapping, yaml, arena, &err)) {
        if (!err.text[0] || !err.line)
            abort();
    } else {
        for (size_t i = 0; i < mapping.n_tests; i++) {
            lyt_error why = {.text = ""};

            lyt_arena_reset(tests);
            if (lyt_mapping_try(&mapping, &mapping.tests[i], tests, &why) && !why.text[0])
                abort();
        }
        lyt_mapping_deinit(&mapping);
    }
    lyt_yaml_free(yaml);
    return 0;
}
