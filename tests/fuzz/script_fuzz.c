/* Lines of recovery.jsonl: what is filled in is JSON again, and matches itself. */
#include <stdint.h>
#include <stdlib.h>

#include "demo_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_script script = {.now_us = 1795608600000000};
    lyt_script_name *name = lyt_script_name_of(&script, LYT_STR("lunch"));
    lyt_json *line = NULL, *filled = NULL;
    lyt_error err;
    lyt_buf out;

    name->incident = 7;
    if (lyt_json_parse(&line, (lyt_str){(const char *)data, size}, 1 << 16, &err))
        return 0;
    lyt_buf_init(&out, NULL);
    if (lyt_script_fill(&script, line, &out, &err) == LYT_OK) {
        if (lyt_json_parse(&filled, lyt_buf_str(&out), 1 << 20, &err) == LYT_EFORMAT)
            abort();
        (void)lyt_script_is_in(filled, line);
        lyt_json_free(filled);
    }
    lyt_buf_deinit(&out);
    lyt_json_free(line);
    return 0;
}
