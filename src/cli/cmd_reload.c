#include <stddef.h>

#include "online.h"
#include "reloadask.h"

typedef struct values {
    bool json;
    int64_t wait;
    const char *key, *server_key, *state;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print what came of it as JSON"},
    LYT_ONLINE_KEY(values),
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    {.name = "wait",
     .letter = 'w',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, wait),
     .value = "S",
     .min = 1,
     .max = 3600,
     .unit = "seconds",
     .fallback = "120",
     .help = "for the service to have read all files"},
};

static lyt_exit print(const lyt_call *call, const lyt_json *status)
{
    const values *v = call->values;
    const lyt_json *came = lyt_json_get(status, "reload");
    lyt_str why;
    bool is_refused = lyt_reload_is_refused(status, &why);
    lyt_buf out;

    if (is_refused && !v->json)
        return lyt_console_complain(call->console, "all stays as it was: %.*s", LYT_STR_ARG(why));
    lyt_buf_init(&out, NULL);
    if (v->json)
        lyt_json_write(&out, came);
    else
        lyt_buf_addf(&out, "from now on with %.*s", LYT_STR_ARG(lyt_json_text(came, "what")));
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    return is_refused ? LYT_EXIT_FAILED : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    char state[lyt_state_path_max];
    lyt_json *answer = NULL;
    lyt_error err;
    lyt_exit code;
    lyt_status status = lyt_state_folder(state, v->state, &err);

    if (!status)
        status = lyt_reload_ask(&answer, state, v->key, v->server_key, v->wait, &err);
    code = status ? lyt_console_error(call->console, &err) : print(call, answer);
    lyt_json_free(answer);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt reload", "after desk.yaml was changed"},
    {"lyt reload --state /srv/lyt && echo used", "only where all files were well"},
};

const lyt_command lyt_cmd_reload = {
    .name = "reload",
    .summary = "Have a running service read its files again",
    .usage = "[--json] [--state DIR] [--wait S]",
    .description =
        "Tells the service of that state on this machine (with SIGHUP) to read its pack, the "
        "settings of its house (--desk), its channels (--channels), the rules of what is kept "
        "(--retention), the keys of tags (--tag-keys) and of guests' addresses again, and waits for "
        "what comes of it. The words for guests are those of the pack and of the settings. Ends with 1 when something in them is wrong: then the place and the reason "
        "are printed, and the service goes on as it was. Clocks that run keep their limits; lyt "
        "incident limits gives them the new ones.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
