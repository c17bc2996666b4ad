#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "json.h"
#include "online.h"
#include "send_input.h"
#include "utf8.h"

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
    {.name = "timeout",
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, timeout),
     .value = "S",
     .min = 0.1,
     .max = 1e6,
     .unit = "seconds",
     .fallback = "30",
     .help = "give up when nothing is taken for so long"},
    {.name = "window",
     .letter = 'w',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, window),
     .value = "N",
     .min = 1,
     .max = 10000,
     .unit = "messages",
     .fallback = "100",
     .help = "most messages on the way at a time"},
};

typedef struct sending {
    const lyt_call *call;
    char prefix[128];
    uint64_t n; /* messages handed to the sender */
    uint64_t accepted, duplicate, refused, unsent;
    int64_t progress_us; /* when something was last taken */
    lyt_buf text;
} sending;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    sending *state = user;
    const values *v = state->call->values;

    state->progress_us = now_us();
    if (lyt_str_equal(status, LYT_STR("accepted")))
        state->accepted++;
    else if (lyt_str_equal(status, LYT_STR("duplicate")))
        state->duplicate++;
    else
        state->refused++;
    if (v->json)
        lyt_console_printf(state->call->console, "%.*s\n", LYT_STR_ARG(answer));
    else if (lyt_str_equal(status, LYT_STR("refused")))
        lyt_console_complain(state->call->console, "message %llu was refused: %.*s",
                             (unsigned long long)number, LYT_STR_ARG(answer));
}

static void put_default(lyt_jw *jw, const lyt_json *given, const char *key, const char *value)
{
    if (value && !lyt_json_get(given, key))
        lyt_jw_kstr(jw, key, lyt_str_of(value));
}

/* The message as it goes out: what the line says, and what the options say where it is silent. */
static void compose(sending *state, const lyt_json *given, lyt_str text)
{
    const values *v = state->call->values;
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;
    lyt_jw jw;

    lyt_buf_reset(&state->text);
    lyt_jw_init(&jw, &state->text);
    lyt_jw_object(&jw);
    while (lyt_json_each(given, &cursor, &key, &value)) {
        lyt_buf nested;

        lyt_buf_init(&nested, NULL);
        lyt_json_write(&nested, value);
        lyt_jw_key_str(&jw, key);
        lyt_jw_raw(&jw, lyt_buf_str(&nested));
        lyt_buf_deinit(&nested);
    }
    if (!lyt_json_get(given, "id")) {
        lyt_buf id;

        lyt_buf_init(&id, NULL);
        lyt_buf_addf(&id, "%s-%llu", state->prefix, (unsigned long long)state->n + 1);
        lyt_jw_kstr(&jw, "id", lyt_buf_str(&id));
        lyt_buf_deinit(&id);
    }
    put_default(&jw, given, "channel", v->channel);
    put_default(&jw, given, "property", v->property);
    put_default(&jw, given, "place", v->place);
    put_default(&jw, given, "lang", v->language);
    if (!given)
        lyt_jw_kstr(&jw, "text", text);
    lyt_jw_object_end(&jw);
}

static void complain_line(sending *state, const lyt_send_input *input, size_t column,
                          const char *why)
{
    state->unsent++;
    if (column)
        lyt_console_complain(state->call->console, "%s:%llu:%zu: %s", input->name,
                             (unsigned long long)input->line, column, why);
    else
        lyt_console_complain(state->call->console, "%s:%llu: %s", input->name,
                             (unsigned long long)input->line, why);
}

/* False when the line cannot be sent; it was complained of. */
static bool prepare(sending *state, const lyt_send_input *input, lyt_str line)
{
    const values *v = state->call->values;
    lyt_json *given = NULL;
    lyt_error err;
    size_t bad = 0;

    if (lyt_utf8_check(line, &bad)) {
        complain_line(state, input, bad + 1,
                      "is not UTF-8 (or holds a NUL byte); the line is left out");
        return false;
    }
    if (!v->jsonl) {
        compose(state, NULL, line);
        return true;
    }
    if (lyt_json_parse(&given, line, lyt_send_line_max, &err)) {
        complain_line(state, input, err.column, err.text);
        return false;
    }
    if (lyt_json_typeof(given) != LYT_JSON_OBJECT) {
        complain_line(state, input, 1, "is no JSON object");
        lyt_json_free(given);
        return false;
    }
    if (!lyt_json_get(given, "text") && !lyt_json_get(given, "score") &&
        !lyt_json_get(given, "type")) {
        complain_line(state, input, 1, "has neither \"text\" nor \"score\"");
        lyt_json_free(given);
        return false;
    }
    compose(state, given, (lyt_str){NULL, 0});
    lyt_json_free(given);
    return true;
}

static lyt_status take_answers(sending *state, lyt_sender *sender, int timeout_ms, lyt_error *err)
{
    const values *v = state->call->values;
    lyt_status status;

    if (!lyt_sender_pending(sender)) {
        state->progress_us = now_us();
        return LYT_OK;
    }
    status = lyt_sender_step(sender, timeout_ms);
    lyt_console_flush(state->call->console);
    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    if (now_us() - state->progress_us > (int64_t)(v->timeout * 1e6))
        return lyt_error_set(
            err, LYT_ETIMEOUT,
            "nothing was taken in time, %zu messages have no answer: is `lyt serve` "
            "running, and well (lyt status)?",
            lyt_sender_pending(sender));
    return LYT_OK;
}

/* Hands over what prepare() made, taking answers until there is room. */
static lyt_status hand_over(sending *state, lyt_sender *sender, lyt_error *err)
{
    lyt_status status = lyt_buf_status(&state->text);

    while (!status && !lyt_online_stopped()) {
        status = lyt_sender_send(sender, state->n + 1, lyt_buf_str(&state->text));
        if (!status) {
            state->n++;
            return LYT_OK;
        }
        if (status == LYT_EBUSY)
            status = take_answers(state, sender, 100, err);
        else
            (void)lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    }
    return status;
}

static lyt_status send_all(sending *state, lyt_sender *sender, lyt_send_input *input,
                           lyt_error *err)
{
    lyt_status status = LYT_OK;
    bool more = true;

    while (!status && more && !lyt_online_stopped()) {
        /* while answers are due, a silent pipe is looked at for a moment only */
        int wait_ms = lyt_sender_pending(sender) ? 2 : 200;
        lyt_status got;
        lyt_str line;

        got = lyt_send_input_next(input, wait_ms, &line, err);
        if (got == LYT_EEND)
            more = false;
        else if (got == LYT_ELIMIT)
            complain_line(state, input, 0, "is longer than 256 KiB; the line is left out");
        else if (got == LYT_ENOTFOUND || got == LYT_EIO) {
            state->unsent++;
            (void)lyt_console_error(state->call->console, err);
        } else if (got && got != LYT_EBUSY)
            status = got;
        else if (!got && lyt_str_trim(line).len && prepare(state, input, line))
            status = hand_over(state, sender, err);
        if (!status && (got == LYT_EBUSY || state->n % 64 == 0))
            status = take_answers(state, sender, 0, err);
    }
    while (!status && lyt_sender_pending(sender) && !lyt_online_stopped())
        status = take_answers(state, sender, 100, err);
    return status;
}

static lyt_exit conclude(sending *state, size_t pending, lyt_status status, const lyt_error *err)
{
    const values *v = state->call->values;
    lyt_exit code = LYT_EXIT_DONE;

    if (status)
        code = lyt_console_error(state->call->console, err);
    else if (state->refused || state->unsent || pending)
        code = LYT_EXIT_FAILED;
    if (!v->json)
        lyt_console_printf(
            state->call->console,
            "%llu accepted, %llu duplicate, %llu refused, %llu not sent, %llu without an answer\n",
            (unsigned long long)state->accepted, (unsigned long long)state->duplicate,
            (unsigned long long)state->refused, (unsigned long long)state->unsent,
            (unsigned long long)pending);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    sending state = {.call = call};
    lyt_sender *sender = NULL;
    lyt_send_input input;
    lyt_net *net = NULL;
    lyt_endpoints at = {.submit = ""};
    lyt_error err;
    lyt_status status = LYT_OK;
    lyt_exit code;

    if (v->id && lyt_str_of(v->id).len > 40)
        return lyt_console_misuse(call->console, "--id takes at most 40 bytes");
    if (v->id)
        snprintf(state.prefix, sizeof state.prefix, "%s", v->id);
    else
        snprintf(state.prefix, sizeof state.prefix, "%llx-%lx",
                 (unsigned long long)lyt_clock_wall_us(lyt_clock_system()), (long)getpid());
    lyt_buf_init(&state.text, NULL);
    lyt_send_input_init(&input, call->operands, (size_t)call->n_operands, call->console->in_fd);
    lyt_online_catch_signals();
    state.progress_us = now_us();
    if (!v->submit)
        status = lyt_endpoints_find(&at, v->state, &err);
    if (!status)
        status = lyt_online_net(&net, &at, v->key, v->server_key, &err);
    if (!status)
        status = lyt_sender_new(&sender,
                                &(lyt_sender_options){
                                    .net = net,
                                    .endpoint = v->submit ? v->submit : at.submit,
                                    .window = (size_t)v->window,
                                    .on_answer = on_answer,
                                    .user = &state,
                                },
                                &err);
    if (!status)
        status = send_all(&state, sender, &input, &err);
    code = conclude(&state, sender ? lyt_sender_pending(sender) : 0, status, &err);
    lyt_sender_free(sender);
    lyt_net_free(net);
    lyt_send_input_deinit(&input);
    lyt_buf_deinit(&state.text);
    return code;
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
