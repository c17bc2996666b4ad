/*
 * lyt_online: what the commands that talk to a service share: where its state and its
 * sockets are, and the wish to stop.
 *
 * The state folder is --state, else $LYT_STATE, else $XDG_STATE_HOME/lyt or
 * ~/.local/state/lyt. A service leaves endpoints.json there while it runs. Without it,
 * and without a state named by the user, the default ports are tried.
 *
 * Threads   one at a time.
 */
#ifndef LYT_ONLINE_H
#define LYT_ONLINE_H

#include "client.h"
#include "command.h"
#include "json.h"
#include "service.h"

enum { lyt_state_path_max = 2048 };

/* Rows of options that several commands share; fields of the command's values struct. */
#define LYT_ONLINE_ENDPOINT(values, field, text)                                                   \
    {                                                                                              \
        .name = #field, .type = LYT_OPT_TEXT, .offset = offsetof(values, field),                   \
        .value = "ENDPOINT", .help = text                                                          \
    }
#define LYT_ONLINE_REPLAY(values)                                                                  \
    LYT_ONLINE_ENDPOINT(values, replay,                                                            \
                        "the service's replay socket, instead of looking in the state")
#define LYT_ONLINE_SUBMIT(values)                                                                  \
    LYT_ONLINE_ENDPOINT(values, submit,                                                            \
                        "the service's submit socket, instead of looking in the state")
#define LYT_ONLINE_KEY(values)                                                                     \
    {                                                                                              \
        .name = "key", .type = LYT_OPT_TEXT, .offset = offsetof(values, key), .value = "FILE",     \
        .help = "your secret key (lyt keygen), for a service with keys; default $LYT_KEY, else "   \
                "this machine's own"                                                               \
    }
#define LYT_ONLINE_SERVER_KEY(values)                                                              \
    {                                                                                              \
        .name = "server-key", .type = LYT_OPT_TEXT, .offset = offsetof(values, server_key),        \
        .value = "KEY", .help = "public key of the service, where its state is not at hand"        \
    }
#define LYT_ONLINE_STATE(values)                                                                   \
    {                                                                                              \
        .name = "state", .type = LYT_OPT_TEXT, .offset = offsetof(values, state), .value = "DIR",  \
        .help = "state folder of the service"                                                      \
    }
#define LYT_ONLINE_JSON_LOG(values)                                                                \
    {                                                                                              \
        .name = "json", .letter = 'j', .type = LYT_OPT_FLAG, .offset = offsetof(values, json),     \
        .help = "each line of the log as a JSON object"                                            \
    }
#define LYT_ONLINE_LOG(values)                                                                     \
    {                                                                                              \
        .name = "log", .type = LYT_OPT_CHOICE, .offset = offsetof(values, log), .value = "LEVEL",  \
        .choices = lyt_online_log_levels, .fallback = "info",                                      \
        .help = "least urgent line that is written"                                                \
    }
#define LYT_ONLINE_NO_SPELLING(values)                                                             \
    {                                                                                              \
        .name = "no-spelling", .type = LYT_OPT_FLAG, .offset = offsetof(values, no_spelling),      \
        .help = "do not load the tables of words: no compounds, no spelling"                       \
    }
#define LYT_ONLINE_OWN(values)                                                                     \
    {                                                                                              \
        .name = "own", .type = LYT_OPT_TEXT, .offset = offsetof(values, own), .value = "DIR",      \
        .help = "the house's own scenarios, which stand in place of the pack's; default own in "   \
                "the state folder"                                                                 \
    }

#define LYT_ONLINE_PACK(values)                                                                    \
    {                                                                                              \
        .name = "pack", .letter = 'p', .type = LYT_OPT_TEXT, .offset = offsetof(values, pack),     \
        .value = "PACK", .fallback = "hotel",                                                      \
        .help = "folder of a pack, or the name of a shipped one"                                   \
    }

/* NULL-terminated, in the order of lyt_log_level. */
extern const char *const lyt_online_log_levels[];

/* LYT_ELIMIT: path too long. LYT_ENOTFOUND: no state named and no home folder. */
LYT_MUST_USE lyt_status lyt_state_folder(char out[lyt_state_path_max], const char *given,
                                         lyt_error *err);

/*
 * given: --state or NULL. LYT_ENOTFOUND: a state was named and no service runs in
 * it. LYT_EFORMAT: endpoints.json is damaged.
 */
LYT_MUST_USE lyt_status lyt_endpoints_find(lyt_endpoints *out, const char *given, lyt_error *err);

/* What to look at when nobody answers; a key that a service does not have gets no answer either. */
const char *lyt_online_hint(const lyt_net *net);

/*
 * A net that comes in where doors are locked: key and server_key as given (or NULL), else as
 * endpoints.json says. at may be NULL. Without any of them it is a plain one.
 */
LYT_MUST_USE lyt_status lyt_online_net(lyt_net **out, const lyt_endpoints *at, const char *key,
                                       const char *server_key, lyt_error *err);

/*
 * Asks a socket one question and parses the answer: *json is the caller's
 * (lyt_json_free). An answer {"error": …} or {"status": "refused"} becomes LYT_EINVAL with its
 * text. LYT_ETIMEOUT: nobody answered; err says how to start a service.
 */
LYT_MUST_USE lyt_status lyt_online_ask(lyt_net *net, const char *endpoint, lyt_str question,
                                       lyt_json **json, lyt_error *err);

/* The log of a command that runs until it is stopped: lines, or JSON, on the standard error. */
lyt_log lyt_online_log(int64_t level, bool json);

/* From now on SIGINT and SIGTERM only make lyt_online_stopped() true. */
void lyt_online_catch_signals(void);
bool lyt_online_stopped(void);

/* Moves text past the RFC 3339 date to the time of day, "05:40:12"; the text itself when it is
 * none. */
lyt_str lyt_online_time_of_day(lyt_str rfc3339);

/* An event of the bus as one line for people, with a newline. */
void lyt_online_event_line(const lyt_console *console, lyt_str json, lyt_buf *out);

#endif
