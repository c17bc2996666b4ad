#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "send_lines.h"

typedef struct values {
    bool json, jsonl;
    int64_t window;
    double timeout;
    const char *channel, *id, *key, *language, *place, *property, *server_key, *state, *submit;
} values;

static const lyt_option options[] = {
    {.name = "channel",
     .letter = 'c',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, channel),
     .value = "NAME",
     .fallback = "generic",
     .help = "how it came: sms, tablet, nfc, survey, staff, generic"},
    {.name = "id",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, id),
     .value = "PREFIX",
     .help = "begin the ids of the messages so: PREFIX-1, PREFIX-2 …; the same id within 48 hours "
             "is the same message"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print the service's answer to each message as JSON"},
    {.name = "jsonl",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, jsonl),
     .help = "each line is a JSON object with id, channel, property, place, from, text, lang, "
             "score, scale, sent_at"},
    LYT_ONLINE_KEY(values),
    {.name = "language",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, language),
     .value = "CODE",
     .help = "language of the messages, if it is known"},
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, place),
     .value = "NAME",
     .help = "room, table or touchpoint"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "hotel or desk"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
    LYT_DELIVERY_TIMEOUT(values),
    LYT_DELIVERY_WINDOW(values),
};

typedef struct sending {
    const values *values;
    char prefix[128];
} sending;

static void put_default(lyt_jw *jw, const lyt_json *given, const char *key, const char *value)
{
    if (value && !lyt_json_get(given, key))
        lyt_jw_kstr(jw, key, lyt_str_of(value));
}

/* The message as it goes out: what the line says, and what the options say where it is silent. */
static const char *make(void *user, const lyt_json *given, lyt_str line, uint64_t n, lyt_buf *out)
{
    const sending *state = user;
    const values *v = state->values;
    char id[160];
    lyt_jw jw;

    if (given && !lyt_json_get(given, "text") && !lyt_json_get(given, "score") &&
        !lyt_json_get(given, "type"))
        return "has neither \"text\" nor \"score\"";
    snprintf(id, sizeof id, "%s-%llu", state->prefix, (unsigned long long)n);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_members(&jw, given);
    put_default(&jw, given, "id", id);
    put_default(&jw, given, "channel", v->channel);
    put_default(&jw, given, "property", v->property);
    put_default(&jw, given, "place", v->place);
    put_default(&jw, given, "lang", v->language);
    if (!given)
        lyt_jw_kstr(&jw, "text", line);
    lyt_jw_object_end(&jw);
    return NULL;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    sending state = {.values = v};

    if (v->id && lyt_str_of(v->id).len > 40)
        return lyt_console_misuse(call->console, "--id takes at most 40 bytes");
    if (v->id)
        snprintf(state.prefix, sizeof state.prefix, "%s", v->id);
    else
        snprintf(state.prefix, sizeof state.prefix, "%llx-%lx",
                 (unsigned long long)lyt_clock_wall_us(lyt_clock_system()), (long)getpid());
    return lyt_send_lines(&(lyt_send_lines_options){
        .call = call,
        .service = {.state = v->state,
                    .submit = v->submit,
                    .key = v->key,
                    .server_key = v->server_key,
                    .timeout_s = v->timeout,
                    .window = (size_t)v->window},
        .json = v->json,
        .plain = !v->jsonl,
        .make = make,
        .user = &state,
    });
}

static const lyt_sample samples[] = {
    {"echo 'The shower is cold' | lyt send --channel sms --property havnen --place 214",
     "one message"},
    {"lyt send --jsonl messages.jsonl", "many, each with its own channel, place and id"},
};

const lyt_command lyt_cmd_send = {
    .name = "send",
    .summary = "Hand messages to a running service",
    .usage = "[--channel NAME] [--property NAME] [--place NAME] [FILE…]\n--jsonl [FILE…]",
    .description =
        "Sends a message a line, from files or standard input, and ends when each has been "
        "accepted, which means that it is on the service's disk. A message that gets no answer "
        "is sent again; it is still one message, because it carries an id.\n\n"
        "Ends with 1 when a message was refused, could not be sent or got no answer.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
