#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "online.h"
#include "statefile.h"

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

enum { look_ms = 50, at_max = 64 };

typedef struct asked {
    const lyt_endpoints *at;
    lyt_net *net;
    char before[at_max]; /* when the last reload was; "" never */
} asked;

/* Owned by the caller. at: when its last reload was. */
static lyt_status ask(const asked *a, lyt_json **out, lyt_str *at, lyt_error *err)
{
    lyt_status status =
        lyt_online_ask(a->net, a->at->replay, LYT_STR("{\"request\":\"status\"}"), out, err);

    *at = status ? LYT_STR("") : lyt_json_text(lyt_json_get(*out, "reload"), "at");
    return status;
}

/* The status after a reload that was not there before. */
static lyt_status wait_for_it(const asked *a, int64_t wait_s, lyt_json **out, lyt_error *err)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + wait_s * 1000000;

    for (;;) {
        lyt_str at;
        lyt_status status = ask(a, out, &at, err);

        if (status || !lyt_str_equal(at, lyt_str_of(a->before)))
            return status;
        lyt_json_free(*out);
        *out = NULL;
        if (lyt_clock_mono_us(lyt_clock_system()) > end_us)
            return lyt_error_set(err, LYT_ETIMEOUT,
                                 "the service has not read its files in time; lyt status and its "
                                 "log say how it is");
        (void)!lyt_sock_poll(NULL, 0, NULL, look_ms);
    }
}

static lyt_status tell(int64_t pid, lyt_error *err)
{
    if (kill((pid_t)pid, SIGHUP) == 0)
        return LYT_OK;
    return errno == EPERM ? lyt_error_set(err, LYT_ESTATE,
                                          "process %lld is somebody else's; ask as that user",
                                          (long long)pid)
                          : lyt_error_set(err, LYT_ENOTFOUND,
                                          "process %lld has ended; start the service again",
                                          (long long)pid);
}

static lyt_status reload(const values *v, const char *state, lyt_json **out, lyt_error *err)
{
    int64_t pid = lyt_statefile_number(state, "endpoints.json", "pid");
    lyt_endpoints at;
    asked a = {.at = &at};
    lyt_json *before = NULL;
    lyt_str at_before;
    lyt_status status;

    if (pid <= 1)
        return lyt_error_set(err, LYT_ENOTFOUND,
                             "no service runs in %s; start one with: lyt serve --state %s", state,
                             state);
    status = lyt_endpoints_find(&at, state, err);
    if (!status)
        status = lyt_online_net(&a.net, &at, v->key, v->server_key, err);
    if (!status)
        status = ask(&a, &before, &at_before, err);
    if (!status)
        snprintf(a.before, sizeof a.before, "%.*s", LYT_STR_ARG(at_before));
    lyt_json_free(before);
    if (!status)
        status = tell(pid, err);
    if (!status)
        status = wait_for_it(&a, v->wait, out, err);
    lyt_net_free(a.net);
    return status;
}

static lyt_exit print(const lyt_call *call, const lyt_json *status)
{
    const values *v = call->values;
    const lyt_json *came = lyt_json_get(status, "reload");
    lyt_str why = lyt_json_text(came, "why");
    bool is_refused = false;
    lyt_buf out;

    (void)lyt_json_bool(lyt_json_get(came, "refused"), &is_refused);
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
        status = reload(v, state, &answer, &err);
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
        "settings of its house (--desk) and its channels (--channels) again, and waits for what "
        "comes of it. Ends with 1 when something in them is wrong: then the place and the reason "
        "are printed, and the service goes on as it was. Clocks that run keep their limits; lyt "
        "incident limits gives them the new ones.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
