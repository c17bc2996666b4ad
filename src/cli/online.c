#include "online.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "fs.h"
#include "json.h"
#include "markup.h"

const char *const lyt_online_log_levels[] = {"error", "warn", "info", "debug", "trace", NULL};

/* The one variable of the whole program: a signal handler has no argument. */
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

void lyt_online_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool lyt_online_stopped(void)
{
    return stopped != 0;
}

lyt_log lyt_online_log(int64_t level, bool json)
{
    return json ? lyt_log_stderr_json((lyt_log_level)level, lyt_clock_system())
                : lyt_log_stderr((lyt_log_level)level, lyt_clock_system());
}

static bool is_set(const char *text)
{
    return text && *text;
}

lyt_status lyt_state_folder(char out[lyt_state_path_max], const char *given, lyt_error *err)
{
    const char *named = is_set(given) ? given : getenv("LYT_STATE");
    const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
    int n;

    if (is_set(named))
        n = snprintf(out, lyt_state_path_max, "%s", named);
    else if (is_set(xdg))
        n = snprintf(out, lyt_state_path_max, "%s/lyt", xdg);
    else if (is_set(home))
        n = snprintf(out, lyt_state_path_max, "%s/.local/state/lyt", home);
    else
        return lyt_error_set(err, LYT_ENOTFOUND, "no home folder: name a state with --state DIR");
    if (n < 0 || n >= lyt_state_path_max)
        return lyt_error_set(err, LYT_ELIMIT, "the path of the state is too long");
    return LYT_OK;
}

static lyt_status read_one(const lyt_json *json, const char *key, char out[lyt_endpoint_max],
                           const char *path, lyt_error *err)
{
    lyt_str text;

    if (!lyt_json_str(lyt_json_get(json, key), &text) || text.len >= lyt_endpoint_max)
        return lyt_error_at(err, LYT_EFORMAT, path, 0, 0, "has no \"%s\"", key);
    snprintf(out, lyt_endpoint_max, "%.*s", LYT_STR_ARG(text));
    return LYT_OK;
}

static void read_optional(const lyt_json *json, const char *key, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "%.*s", LYT_STR_ARG(lyt_json_text(json, key)));
}

static lyt_status read_endpoints(lyt_endpoints *out, const char *path, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_buf data;
    lyt_status status;

    lyt_buf_init(&data, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, 65536, &data, err);
    if (!status)
        status = lyt_json_parse(&json, lyt_buf_str(&data), 65536, err);
    lyt_buf_deinit(&data);
    if (!status)
        status = read_one(json, "submit", out->submit, path, err);
    if (!status)
        status = read_one(json, "work", out->work, path, err);
    if (!status)
        status = read_one(json, "bus", out->bus, path, err);
    if (!status)
        status = read_one(json, "replay", out->replay, path, err);
    read_optional(json, "http", out->http, sizeof out->http);
    read_optional(json, "server_key", out->server_key, sizeof out->server_key);
    read_optional(json, "local_key", out->local_key, sizeof out->local_key);
    lyt_json_free(json);
    return status;
}

lyt_status lyt_endpoints_find(lyt_endpoints *out, const char *given, lyt_error *err)
{
    static const lyt_endpoints usual = {.submit = "tcp://127.0.0.1:7701",
                                        .work = "tcp://127.0.0.1:7702",
                                        .bus = "tcp://127.0.0.1:7703",
                                        .replay = "tcp://127.0.0.1:7704"};
    bool named = is_set(given) || is_set(getenv("LYT_STATE"));
    char folder[lyt_state_path_max];
    lyt_endpoints found = usual;
    lyt_status status;
    lyt_buf path;

    status = lyt_state_folder(folder, given, err);
    if (status) {
        *out = usual;
        return named ? status : LYT_OK;
    }
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, "endpoints.json");
    status = lyt_buf_status(&path);
    if (!status)
        status = read_endpoints(&found, path.data, err);
    if (status == LYT_ENOTFOUND && named)
        status = lyt_error_at(err, LYT_ENOTFOUND, path.data, 0, 0,
                              "no service runs in this state; start one with: lyt serve --state %s",
                              folder);
    else if (status == LYT_ENOTFOUND)
        status = LYT_OK;
    lyt_buf_deinit(&path);
    if (!status)
        *out = found;
    return status;
}

lyt_status lyt_online_net(lyt_net **out, const lyt_endpoints *at, const char *key,
                          const char *server_key, lyt_error *err)
{
    const char *named = is_set(key) ? key : getenv("LYT_KEY");
    const char *server = is_set(server_key) ? server_key : at ? at->server_key : NULL;
    char secret[lyt_key_bytes];
    lyt_net *net = NULL;
    lyt_status status;

    if (!is_set(named) && at && is_set(at->local_key))
        named = at->local_key;
    if (is_set(key) && !is_set(server))
        return lyt_error_set(err, LYT_EINVAL, "--key needs the service's public key: --server-key");
    status = lyt_net_new(&net, NULL, err);
    if (!status && is_set(server) && !is_set(named))
        status = lyt_error_set(err, LYT_EINVAL, "this service asks for a key: --key FILE");
    if (!status && is_set(server)) {
        status = lyt_key_load(secret, lyt_fs_system(), named, err);
        if (!status)
            status = lyt_net_unlock(net, server, secret, err);
        memset(secret, 0, sizeof secret);
    }
    if (status) {
        lyt_net_free(net);
        return status;
    }
    *out = net;
    return LYT_OK;
}

const char *lyt_online_hint(const lyt_net *net)
{
    return lyt_net_has_key(net)
               ? "is `lyt serve` running there, is this its --server-key, and has its file access "
                 "this key?"
               : "is `lyt serve` running there? With keys it answers only who has one (--key)";
}

/* What a refusal says, as an error. */
static lyt_status refusal(const lyt_json *json, lyt_error *err)
{
    lyt_str text, status;

    if (lyt_json_str(lyt_json_get(json, "error"), &text) && text.len)
        return lyt_error_set(err, LYT_EINVAL, "%.*s", LYT_STR_ARG(text));
    if (lyt_json_str(lyt_json_get(json, "status"), &status) &&
        lyt_str_equal(status, LYT_STR("busy")))
        return lyt_error_set(err, LYT_EBUSY, "the service is busy; try again in a moment");
    return LYT_OK;
}

lyt_status lyt_online_ask(lyt_net *net, const char *endpoint, lyt_str question, lyt_json **json,
                          lyt_error *err)
{
    lyt_asker *asker = NULL;
    lyt_json *parsed = NULL;
    lyt_str answer;
    lyt_status status = lyt_asker_new(&asker, net, NULL, endpoint, err);

    if (status)
        return status;
    status = lyt_asker_ask(asker, question, 5000, &answer);
    if (status == LYT_ETIMEOUT)
        (void)lyt_error_set(err, status, "no answer from %s: %s", endpoint, lyt_online_hint(net));
    else if (status)
        (void)lyt_error_set(err, status, "%s: %s", endpoint, lyt_status_text(status));
    else
        status = lyt_json_parse(&parsed, answer, 64U << 20, err);
    lyt_asker_free(asker);
    if (!status)
        status = refusal(parsed, err);
    if (status) {
        lyt_json_free(parsed);
        return status;
    }
    *json = parsed;
    return LYT_OK;
}

lyt_str lyt_online_time_of_day(lyt_str rfc3339)
{
    int64_t us;

    return lyt_clock_parse(&us, rfc3339) ? rfc3339 : lyt_str_slice(rfc3339, 11, 19);
}

/* What others wrote must not steer the terminal of whoever listens. */
static void add_plain(lyt_buf *out, const char *before, lyt_str text)
{
    lyt_buf_add_text(out, before);
    lyt_plain_add(out, text);
}

static void alarm_line(const lyt_console *console, const lyt_json *json, lyt_buf *out)
{
    const lyt_json *words = lyt_json_get(json, "evidence");
    int64_t severity = lyt_json_number(json, "severity");
    lyt_str place = lyt_json_text(json, "place"), word;

    lyt_buf_addf(
        out, "%ssev %lld%s  %.*s  %s%.*s%s",
        severity >= 3 ? lyt_console_style(console, LYT_STYLE_HOT) : "", (long long)severity,
        severity >= 3 ? lyt_console_style(console, LYT_STYLE_NONE) : "",
        LYT_STR_ARG(lyt_json_text(json, "team")), lyt_console_style(console, LYT_STYLE_BOLD),
        LYT_STR_ARG(lyt_json_text(json, "scenario")), lyt_console_style(console, LYT_STYLE_NONE));
    add_plain(out, "  ", lyt_json_text(json, "property"));
    add_plain(out, place.len ? "/" : "", place);
    lyt_buf_addf(out, "  incident %lld %.*s", (long long)lyt_json_number(json, "incident"),
                 LYT_STR_ARG(lyt_json_text(json, "outcome")));
    for (size_t i = 0; i < lyt_json_len(words); i++) {
        if (!lyt_json_str(lyt_json_at(words, i), &word))
            continue;
        add_plain(out, i ? ", \"" : "  \"", word);
        lyt_buf_add_char(out, '"');
    }
    if (lyt_json_text(json, "trigger").len)
        lyt_buf_addf(out, "  found by %.*s", LYT_STR_ARG(lyt_json_text(json, "trigger")));
}

static void incident_line(const lyt_json *json, lyt_buf *out)
{
    lyt_buf_addf(out, "incident %lld %.*s  %.*s  %.*s", (long long)lyt_json_number(json, "incident"),
                 LYT_STR_ARG(lyt_json_text(json, "state")), LYT_STR_ARG(lyt_json_text(json, "team")),
                 LYT_STR_ARG(lyt_json_text(json, "scenario")));
    add_plain(out, "  ", lyt_json_text(json, "by"));
    add_plain(out, "  ", lyt_json_text(json, "note"));
}

static void notice_line(const lyt_json *json, lyt_buf *out)
{
    lyt_buf_addf(out, "%.*s to %.*s by %.*s  incident %lld %.*s  %.*s",
                 LYT_STR_ARG(lyt_json_text(json, "notice")),
                 LYT_STR_ARG(lyt_json_text(json, "who")),
                 LYT_STR_ARG(lyt_json_text(json, "channel")),
                 (long long)lyt_json_number(json, "incident"),
                 LYT_STR_ARG(lyt_json_text(json, "state")),
                 LYT_STR_ARG(lyt_json_text(json, "scenario")));
}

static void praise_line(const lyt_json *json, lyt_buf *out)
{
    lyt_str place = lyt_json_text(json, "place"), word = lyt_json_text(json, "word");

    lyt_buf_addf(out, "praise for %.*s", LYT_STR_ARG(lyt_json_text(json, "who")));
    add_plain(out, "  ", lyt_json_text(json, "property"));
    add_plain(out, place.len ? "/" : "", place);
    lyt_buf_addf(out, "  feedback %lld", (long long)lyt_json_number(json, "feedback"));
    add_plain(out, word.len ? "  " : "", word);
}

static void silence_line(const lyt_json *json, lyt_buf *out)
{
    lyt_str scenario = lyt_json_text(json, "scenario"), place = lyt_json_text(json, "place");

    lyt_buf_addf(out, "%.*s %lld %.*s  ", LYT_STR_ARG(lyt_json_text(json, "kind")),
                 (long long)lyt_json_number(json, "silence"),
                 LYT_STR_ARG(lyt_json_text(json, "state")));
    add_plain(out, "", scenario.len ? scenario : LYT_STR("all"));
    add_plain(out, "  ", lyt_json_text(json, "property"));
    add_plain(out, place.len ? "/" : "", place);
    lyt_buf_addf(out, "  until %.*s", LYT_STR_ARG(lyt_json_text(json, "until")));
    add_plain(out, "  ", lyt_json_text(json, "by"));
    add_plain(out, "  \"", lyt_json_text(json, "reason"));
    lyt_buf_add_char(out, '"');
}

static void health_line(const lyt_json *json, lyt_buf *out)
{
    lyt_buf_addf(out, "health %.*s", LYT_STR_ARG(lyt_json_text(json, "what")));
    add_plain(out, lyt_json_text(json, "note").len ? "  " : "", lyt_json_text(json, "note"));
}

void lyt_online_event_line(const lyt_console *console, lyt_str json_text, lyt_buf *out)
{
    lyt_json *json = NULL;
    lyt_str type;

    if (lyt_json_parse(&json, json_text, 1 << 20, NULL)) {
        lyt_buf_add(out, json_text);
        lyt_buf_add_char(out, '\n');
        return;
    }
    type = lyt_json_text(json, "type");
    lyt_buf_addf(out, "%6lld  %.*s  ", (long long)lyt_json_number(json, "seq"),
                 LYT_STR_ARG(lyt_online_time_of_day(lyt_json_text(json, "at"))));
    if (lyt_str_equal(type, LYT_STR("alarm")))
        alarm_line(console, json, out);
    else if (lyt_str_equal(type, LYT_STR("incident")))
        incident_line(json, out);
    else if (lyt_str_equal(type, LYT_STR("notice")))
        notice_line(json, out);
    else if (lyt_str_equal(type, LYT_STR("praise")))
        praise_line(json, out);
    else if (lyt_str_equal(type, LYT_STR("silence")))
        silence_line(json, out);
    else if (lyt_str_equal(type, LYT_STR("health")))
        health_line(json, out);
    else
        lyt_buf_add(out, json_text); /* JSON: control letters are escaped in it */
    lyt_buf_add_char(out, '\n');
    lyt_json_free(json);
}
