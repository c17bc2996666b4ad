#include <stddef.h>

#include "houseline.h"

typedef struct values {
    bool json, parked, subscribers;
    const char *key, *replay, *server_key, *state;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print the whole answer as JSON"},
    LYT_ONLINE_KEY(values),
    {.name = "parked",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, parked),
     .help = "list the messages that could not be classified"},
    LYT_ONLINE_REPLAY(values),
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    {.name = "subscribers",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, subscribers),
     .help = "list the named subscribers and how far behind they are"},
};

/* Nested objects become dotted names: one fact a line, easy to grep. */
static void print_facts(lyt_buf *out, const char *prefix, const lyt_json *json)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key, text;

    while (lyt_json_each(json, &cursor, &key, &value)) {
        if (lyt_json_typeof(value) == LYT_JSON_OBJECT) {
            lyt_buf inner;

            lyt_buf_init(&inner, NULL);
            lyt_buf_addf(&inner, "%s%.*s.", prefix, LYT_STR_ARG(key));
            print_facts(out, inner.data ? inner.data : "", value);
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

/* A row a line, as JSON: name=value would need quoting of its own. */
static void print_rows(lyt_buf *out, const lyt_json *rows)
{
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        lyt_json_write(out, lyt_json_at(rows, i));
        lyt_buf_add_char(out, '\n');
    }
}

static void print(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const values *v = user;

    if (v->parked || v->subscribers)
        print_rows(out, lyt_json_get(answer, v->parked ? "parked" : "subscribers"));
    else
        print_facts(out, "", answer);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false, 0};
    lyt_buf question;
    lyt_exit code;

    if (v->parked && v->subscribers)
        return lyt_console_misuse(call->console,
                                  "status: --parked and --subscribers exclude one another");
    lyt_buf_init(&question, NULL);
    lyt_buf_addf(&question, "{\"request\":\"%s\"}",
                 v->parked        ? "parked"
                 : v->subscribers ? "subscribers"
                                  : "status");
    code = lyt_houseline_show(call, &line, &question, v->json ? NULL : print, v);
    lyt_buf_deinit(&question);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt status", "how the service in the usual state is doing"},
    {"lyt status --state /var/lib/lyt --json", "the same of another one, for a program"},
};

const lyt_command lyt_cmd_status = {
    .name = "status",
    .summary = "Show how a running service is doing",
    .usage = "[--parked | --subscribers] [--json] [--state DIR | --replay ENDPOINT]",
    .description =
        "Prints what the service has taken in, what waits, how many workers are alive, how "
        "many incidents are open and whether anything is wrong.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
