#include "reloadask.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "statefile.h"

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

lyt_status lyt_reload_ask(lyt_json **out, const char *state, const char *key, const char *server_key,
                          int64_t wait_s, lyt_error *err)
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
        status = lyt_online_net(&a.net, &at, key, server_key, err);
    if (!status)
        status = ask(&a, &before, &at_before, err);
    if (!status)
        snprintf(a.before, sizeof a.before, "%.*s", LYT_STR_ARG(at_before));
    lyt_json_free(before);
    if (!status)
        status = tell(pid, err);
    if (!status)
        status = wait_for_it(&a, wait_s, out, err);
    lyt_net_free(a.net);
    return status;
}

bool lyt_reload_is_refused(const lyt_json *status, lyt_str *why)
{
    const lyt_json *came = lyt_json_get(status, "reload");
    bool is_refused = false;

    (void)lyt_json_bool(lyt_json_get(came, "refused"), &is_refused);
    *why = lyt_json_text(came, "why");
    return is_refused;
}
