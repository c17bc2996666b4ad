#include <stddef.h>

#include "command.h"
#include "json.h"

typedef struct version_values {
    bool json;
} version_values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(version_values, json),
     .help = "print it as JSON"},
};

static lyt_exit run(const lyt_call *call)
{
    const version_values *v = call->values;
    lyt_buf out;
    lyt_jw jw;

    if (!v->json) {
        lyt_console_printf(call->console, "lyt %s\n", call->cli->version);
        return LYT_EXIT_DONE;
    }
    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "version", lyt_str_of(call->cli->version));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    return LYT_EXIT_DONE;
}

const lyt_command lyt_cmd_version = {
    .name = "version",
    .summary = "Print the version",
    .usage = "[--json]",
    .description = "Prints the name and the version on one line; the same as lyt --version.",
    LYT_ROWS(options),
    .values_bytes = sizeof(version_values),
    .run = run,
};
