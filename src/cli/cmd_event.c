#include <stddef.h>
#include <stdio.h>

#include "json.h"
#include "mem.h"
#include "online.h"
#include "send_input.h"
#include "sha256.h"
#include "utf8.h"

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
     .unit = "lines",
     .fallback = "100",
     .help = "most lines on the way at a time"},
};

/* Where a line stood that was sent, to say so when it is refused. */
typedef struct origin {
    const char *name;
    uint64_t line;
} origin;

typedef struct feeding {
    const lyt_call *call;
    origin *origins;
    size_t n, cap;
    uint64_t accepted, duplicate, refused, unsent;
    int64_t progress_us;
    lyt_buf text;
} feeding;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void complain_refused(feeding *f, uint64_t number, lyt_str answer)
{
    const origin *from = &f->origins[number - 1];
    lyt_json *json = NULL;
    lyt_str why = answer;

    if (lyt_json_parse(&json, answer, 1 << 20, NULL) == LYT_OK)
        (void)lyt_json_str(lyt_json_get(json, "error"), &why);
    lyt_console_complain(f->call->console, "%s:%llu: %.*s", from->name,
                         (unsigned long long)from->line, LYT_STR_ARG(why));
    lyt_json_free(json);
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    feeding *f = user;

    f->progress_us = now_us();
    if (lyt_str_equal(status, LYT_STR("accepted")))
        f->accepted++;
    else if (lyt_str_equal(status, LYT_STR("duplicate")))
        f->duplicate++;
    else
        f->refused++;
    if (((const values *)f->call->values)->json)
        lyt_console_printf(f->call->console, "%.*s\n", LYT_STR_ARG(answer));
    else if (lyt_str_equal(status, LYT_STR("refused")))
        complain_refused(f, number, answer);
}

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

static void compose(feeding *f, const lyt_json *given, lyt_str line)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_buf nested;
    lyt_str key;
    lyt_jw jw;

    lyt_buf_reset(&f->text);
    lyt_buf_init(&nested, NULL);
    lyt_jw_init(&jw, &f->text);
    lyt_jw_object(&jw);
    while (lyt_json_each(given, &cursor, &key, &value)) {
        lyt_buf_reset(&nested);
        lyt_json_write(&nested, value);
        lyt_jw_key_str(&jw, key);
        lyt_jw_raw(&jw, lyt_buf_str(&nested));
    }
    if (!lyt_json_get(given, "id") && lyt_json_get(given, "subject"))
        add_id(&jw, line);
    lyt_jw_object_end(&jw);
    lyt_buf_deinit(&nested);
}

static bool complain(feeding *f, const lyt_send_input *input, uint32_t column, const char *why)
{
    f->unsent++;
    if (column)
        lyt_console_complain(f->call->console, "%s:%llu:%u: %s", input->name,
                             (unsigned long long)input->line, column, why);
    else
        lyt_console_complain(f->call->console, "%s:%llu: %s", input->name,
                             (unsigned long long)input->line, why);
    return false;
}

/* What these lines may be: not a word from a guest, and no command of staff. */
static bool is_feed(const lyt_json *given)
{
    lyt_str type = lyt_json_text(given, "type");

    return lyt_json_get(given, "subject") || lyt_str_equal(type, LYT_STR("stay")) ||
           (lyt_json_get(given, "guest") && !lyt_str_begins(type, LYT_STR("guest.")));
}

static bool prepare(feeding *f, const lyt_send_input *input, lyt_str line)
{
    lyt_json *given = NULL;
    lyt_error err = {0};
    size_t bad = 0;
    bool good = true;

    if (lyt_utf8_check(line, &bad))
        return complain(f, input, (uint32_t)bad + 1, "is not UTF-8 (or holds a NUL byte)");
    if (lyt_json_parse(&given, line, lyt_send_line_max, &err))
        return complain(f, input, err.column, err.text);
    if (lyt_json_typeof(given) != LYT_JSON_OBJECT)
        good = complain(f, input, 1, "is no JSON object");
    else if (!is_feed(given))
        good = complain(f, input, 1,
                        "is no event (with \"subject\"), note, order or stay (with \"guest\")");
    else
        compose(f, given, line);
    lyt_json_free(given);
    return good;
}

static lyt_status take_answers(feeding *f, lyt_sender *sender, int timeout_ms, lyt_error *err)
{
    const values *v = f->call->values;
    lyt_status status;

    if (!lyt_sender_pending(sender)) {
        f->progress_us = now_us();
        return LYT_OK;
    }
    status = lyt_sender_step(sender, timeout_ms);
    lyt_console_flush(f->call->console);
    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    if (now_us() - f->progress_us > (int64_t)(v->timeout * 1e6))
        return lyt_error_set(err, LYT_ETIMEOUT,
                             "nothing was taken in time, %zu lines have no answer: is `lyt serve` "
                             "running, and well (lyt status)?",
                             lyt_sender_pending(sender));
    return LYT_OK;
}

static lyt_status hand_over(feeding *f, lyt_sender *sender, const lyt_send_input *input,
                            lyt_error *err)
{
    lyt_status status = lyt_buf_status(&f->text);

    if (!status)
        status = lyt_mem_grow(NULL, &f->origins, &f->cap, f->n + 1, sizeof *f->origins);
    if (status)
        return lyt_error_set(err, status, "no memory for an event");
    f->origins[f->n] = (origin){input->name, input->line};
    while (!status && !lyt_online_stopped()) {
        status = lyt_sender_send(sender, f->n + 1, lyt_buf_str(&f->text));
        if (!status) {
            f->n++;
            return LYT_OK;
        }
        if (status == LYT_EBUSY)
            status = take_answers(f, sender, 100, err);
        else
            (void)lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    }
    return status;
}

static lyt_status feed_all(feeding *f, lyt_sender *sender, lyt_send_input *input, lyt_error *err)
{
    lyt_status status = LYT_OK;
    bool more = true;

    while (!status && more && !lyt_online_stopped()) {
        lyt_str line;
        lyt_status got =
            lyt_send_input_next(input, lyt_sender_pending(sender) ? 2 : 200, &line, err);

        if (got == LYT_EEND)
            more = false;
        else if (got == LYT_ELIMIT)
            complain(f, input, 0, "is longer than 256 KiB; the line is left out");
        else if (got == LYT_ENOTFOUND || got == LYT_EIO) {
            f->unsent++;
            (void)lyt_console_error(f->call->console, err);
        } else if (got && got != LYT_EBUSY)
            status = got;
        else if (!got && lyt_str_trim(line).len && prepare(f, input, line))
            status = hand_over(f, sender, input, err);
        if (!status && (got == LYT_EBUSY || f->n % 64 == 0))
            status = take_answers(f, sender, 0, err);
    }
    while (!status && lyt_sender_pending(sender) && !lyt_online_stopped())
        status = take_answers(f, sender, 100, err);
    return status;
}

static lyt_exit conclude(feeding *f, size_t pending, lyt_status status, const lyt_error *err)
{
    lyt_exit code = LYT_EXIT_DONE;

    if (status)
        code = lyt_console_error(f->call->console, err);
    else if (f->refused || f->unsent || pending)
        code = LYT_EXIT_FAILED;
    if (!((const values *)f->call->values)->json)
        lyt_console_printf(
            f->call->console,
            "%llu accepted, %llu duplicate, %llu refused, %llu not sent, %llu without an answer\n",
            (unsigned long long)f->accepted, (unsigned long long)f->duplicate,
            (unsigned long long)f->refused, (unsigned long long)f->unsent,
            (unsigned long long)pending);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    feeding f = {.call = call};
    lyt_sender *sender = NULL;
    lyt_send_input input;
    lyt_net *net = NULL;
    lyt_endpoints at = {.submit = ""};
    lyt_error err;
    lyt_status status = LYT_OK;
    lyt_exit code;

    lyt_buf_init(&f.text, NULL);
    lyt_send_input_init(&input, call->operands, (size_t)call->n_operands, call->console->in_fd);
    lyt_online_catch_signals();
    f.progress_us = now_us();
    if (!v->submit)
        status = lyt_endpoints_find(&at, v->state, &err);
    if (!status)
        status = lyt_online_net(&net, &at, v->key, v->server_key, &err);
    if (!status)
        status = lyt_sender_new(&sender,
                                &(lyt_sender_options){.net = net,
                                                      .endpoint = v->submit ? v->submit : at.submit,
                                                      .window = (size_t)v->window,
                                                      .on_answer = on_answer,
                                                      .user = &f},
                                &err);
    if (!status)
        status = feed_all(&f, sender, &input, &err);
    code = conclude(&f, sender ? lyt_sender_pending(sender) : 0, status, &err);
    lyt_sender_free(sender);
    lyt_net_free(net);
    lyt_send_input_deinit(&input);
    lyt_buf_deinit(&f.text);
    lyt_mem_free(NULL, f.origins);
    return code;
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
