#include <stddef.h>
#include <stdio.h>

#include "send_lines.h"
#include "sha256.h"

typedef struct values {
    bool json;
    const char *key, *server_key, *state, *submit;
    double timeout;
    int64_t window;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print the service's answer to each line as JSON"},
    LYT_ONLINE_KEY(values),
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
    LYT_DELIVERY_TIMEOUT(values),
    LYT_DELIVERY_WINDOW(values),
};

/* Without an id of the sender's the line's own bytes are one: sent twice it is one event. */
static void add_id(lyt_jw *jw, lyt_str line)
{
    enum { id_bytes = 12 };
    unsigned char digest[lyt_sha256_bytes];
    char id[2 * id_bytes + 1];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, line);
    lyt_sha256_end(&sha, digest);
    for (size_t i = 0; i < id_bytes; i++)
        snprintf(id + 2 * i, 3, "%02x", digest[i]);
    lyt_jw_kstr(jw, "id", lyt_str_of(id));
}

/* What these lines may be: not a word from a guest, and no command of staff. */
static bool is_feed(const lyt_json *given)
{
    lyt_str type = lyt_json_text(given, "type");

    return lyt_json_get(given, "subject") || lyt_str_equal(type, LYT_STR("stay")) ||
           (lyt_json_get(given, "guest") && !lyt_str_begins(type, LYT_STR("guest.")));
}

/* The service would take it for a message of a guest, in which there are no words. */
static bool is_vague(const lyt_json *given)
{
    return !lyt_json_get(given, "subject") && !lyt_json_get(given, "type") &&
           !lyt_json_get(given, "kind");
}

static const char *make(void *user, const lyt_json *given, lyt_str line, uint64_t n, lyt_buf *out)
{
    lyt_jw jw;

    (void)user;
    (void)n;
    if (!is_feed(given))
        return "is no event (with \"subject\"), note, order or stay (with \"guest\")";
    if (is_vague(given))
        return "says \"guest\" and not what of: \"type\" must be \"stay\" or \"order\", or \"kind\" one of "
               "a note";
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_members(&jw, given);
    if (!lyt_json_get(given, "id") && lyt_json_get(given, "subject"))
        add_id(&jw, line);
    lyt_jw_object_end(&jw);
    return NULL;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;

    return lyt_send_lines(&(lyt_send_lines_options){
        .call = call,
        .service = {.state = v->state,
                    .submit = v->submit,
                    .key = v->key,
                    .server_key = v->server_key,
                    .timeout_s = v->timeout,
                    .window = (size_t)v->window},
        .json = v->json,
        .make = make,
    });
}

static const lyt_sample samples[] = {
    {"lyt event events.jsonl", "what guests did, for the triggers of the house"},
    {"echo '{\"type\":\"stay\",\"id\":\"s1\",\"guest\":\"anna\",\"place\":\"214\",\"arrives\":"
     "\"2026-11-24T14:00:00Z\",\"departs\":\"2026-11-26T10:00:00Z\"}' | lyt event",
     "who is in the house"},
};

const lyt_command lyt_cmd_event = {
    .name = "event",
    .summary = "Tell a running service what guests did, like and where they stay",
    .usage = "[--json] [FILE…]",
    .description =
        "Sends lines of JSON, from files or standard input, to a service that knows its house "
        "(lyt serve --desk), and ends when each is on the service's disk. Triggers look at "
        "events at once (lyt trigger show); notes and orders choose gestures (lyt guest "
        "propose); stays say by when something has to be put right.\n"
        "\n"
        "An event has type, subject, at, and perhaps id, ref and attrs. The same id of one subject "
        "is one event, whenever and however often it comes; without an id the same line is. They "
        "may come in any order. An order or note has guest, item and at; a stay id, guest, arrives "
        "and departs. The forms stand in docs/formats.md, section 10.\n"
        "\n"
        "Ends with 1 when a line was refused, could not be sent or got no answer.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
