#include <stddef.h>

#include "json.h"
#include "online.h"

typedef struct values {
    bool json;
    const char *replay, *state;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print the whole answer as JSON"},
    LYT_ONLINE_REPLAY(values),
    LYT_ONLINE_STATE(values),
};

/* Nested objects become dotted names: one fact a line, easy to grep. */
static void print(lyt_buf *out, const char *prefix, const lyt_json *json)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key, text;

    while (lyt_json_each(json, &cursor, &key, &value)) {
        if (lyt_json_typeof(value) == LYT_JSON_OBJECT) {
            lyt_buf inner;

            lyt_buf_init(&inner, NULL);
            lyt_buf_addf(&inner, "%s%.*s.", prefix, LYT_STR_ARG(key));
            print(out, inner.data ? inner.data : "", value);
            lyt_buf_deinit(&inner);
            continue;
        }
        lyt_buf_addf(out, "%s%.*s: ", prefix, LYT_STR_ARG(key));
        if (lyt_json_str(value, &text))
            lyt_buf_add(out, text);
        else
            lyt_json_write(out, value);
        lyt_buf_add_char(out, '\n');
    }
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_endpoints at;
    lyt_net *net = NULL;
    lyt_json *json = NULL;
    lyt_error err;
    lyt_buf out;
    lyt_status status = LYT_OK;

    if (!v->replay)
        status = lyt_endpoints_find(&at, v->state, &err);
    if (!status)
        status = lyt_net_new(&net, NULL, &err);
    if (!status)
        status = lyt_online_ask(net, v->replay ? v->replay : at.replay,
                                LYT_STR("{\"request\":\"status\"}"), &json, &err);
    if (!status) {
        lyt_buf_init(&out, NULL);
        if (v->json)
            lyt_json_write(&out, json);
        else
            print(&out, "", json);
        if (v->json)
            lyt_buf_add_char(&out, '\n');
        lyt_console_write_buf(call->console, &out);
        lyt_buf_deinit(&out);
    }
    lyt_json_free(json);
    lyt_net_free(net);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt status", "how the service in the usual state is doing"},
    {"lyt status --state /var/lib/lyt --json", "the same of another one, for a program"},
};

const lyt_command lyt_cmd_status = {
    .name = "status",
    .summary = "Show how a running service is doing",
    .usage = "[--json] [--state DIR | --replay ENDPOINT]",
    .description =
        "Prints what the service has taken in, what waits, how many workers are alive, how "
        "many incidents are open and whether anything is wrong.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
