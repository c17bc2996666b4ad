#include "send_lines.h"

#include "send_input.h"
#include "utf8.h"

/*
 * Where a message stood is its number for the delivery: so nothing is kept of each. Of a file that is
 * something else altogether not every line is complained of.
 */
enum { line_bits = 40, told_max = 1000 };

typedef struct carrying {
    const lyt_send_lines_options *options;
    lyt_console *console;
    lyt_send_input input;
    lyt_delivery delivery;
    uint64_t n, unsent;
    lyt_buf text;
} carrying;

/* The file counts from 1. */
static uint64_t place_of(const lyt_send_input *input)
{
    return (uint64_t)input->at_path << line_bits | input->line;
}

static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    const carrying *c = user;
    size_t file = number >> line_bits;
    lyt_buf where;

    if (c->options->json) {
        lyt_console_printf(c->console, "%.*s\n", LYT_STR_ARG(answer));
        /* whoever reads them may wait for this one before the next line is written */
        lyt_console_flush(c->console);
        return;
    }
    if (accepted)
        return;
    lyt_buf_init(&where, NULL);
    lyt_buf_addf(&where, "%s:%llu:", lyt_send_input_name(&c->input, file - 1),
                 (unsigned long long)(number & ((UINT64_C(1) << line_bits) - 1)));
    lyt_delivery_complain(c->console, where.data ? where.data : "a line:", answer);
    lyt_buf_deinit(&where);
}

static void complain(carrying *c, size_t column, const char *why)
{
    c->unsent++;
    if (c->unsent == told_max + 1)
        lyt_console_complain(c->console, "%s: over %d lines cannot be sent; the rest of them are "
                             "counted, and told no more",
                             c->input.name, told_max);
    if (c->unsent > told_max)
        return;
    if (column)
        lyt_console_complain(c->console, "%s:%llu:%zu: %s", c->input.name,
                             (unsigned long long)c->input.line, column, why);
    else
        lyt_console_complain(c->console, "%s:%llu: %s", c->input.name,
                             (unsigned long long)c->input.line, why);
}

/* False when there is nothing to send; it was complained of. */
static bool prepare(carrying *c, lyt_str line)
{
    const lyt_send_lines_options *o = c->options;
    lyt_json *given = NULL;
    lyt_error err = {0};
    const char *why = NULL;
    size_t bad = 0;

    if (lyt_utf8_check(line, &bad)) {
        complain(c, bad + 1, "is not UTF-8 (or holds a NUL byte); the line is left out");
        return false;
    }
    if (!o->plain && lyt_json_parse(&given, line, lyt_send_line_max, &err)) {
        complain(c, err.column, err.text);
        return false;
    }
    if (!o->plain && lyt_json_typeof(given) != LYT_JSON_OBJECT)
        why = "is no JSON object";
    lyt_buf_reset(&c->text);
    if (!why)
        why = o->make(o->user, given, line, c->n + 1, &c->text);
    if (why)
        complain(c, 1, why);
    lyt_json_free(given);
    return !why;
}

static lyt_status hand_over(carrying *c, lyt_error *err)
{
    lyt_status status = lyt_buf_status(&c->text);

    if (status)
        return lyt_error_set(err, status, "no memory for a message");
    status = lyt_delivery_put(&c->delivery, place_of(&c->input), lyt_buf_str(&c->text), err);
    if (!status)
        c->n++;
    return status;
}

static lyt_status take_line(carrying *c, bool *at_end, lyt_error *err)
{
    /* while answers are due, a silent pipe is looked at for a moment only */
    int wait_ms = lyt_delivery_pending(&c->delivery) ? 2 : 200;
    lyt_str line;

    switch (lyt_send_input_next(&c->input, wait_ms, &line, err)) {
    case LYT_OK:
        return lyt_str_trim(line).len && prepare(c, line) ? hand_over(c, err) : LYT_OK;
    case LYT_EBUSY:
        return lyt_delivery_step(&c->delivery, 0, err);
    case LYT_EEND:
        *at_end = true;
        return LYT_OK;
    case LYT_ELIMIT:
        complain(c, 0, "is longer than 256 KiB; the line is left out");
        return LYT_OK;
    case LYT_ENOTFOUND:
    case LYT_EIO:
        c->unsent++;
        (void)lyt_console_error(c->console, err);
        return LYT_OK;
    default:
        return LYT_ENOMEM;
    }
}

static lyt_status carry(carrying *c, lyt_error *err)
{
    lyt_status status = LYT_OK;
    bool at_end = false;

    while (!status && !at_end && lyt_console_ok(c->console)) {
        status = take_line(c, &at_end, err);
        if (!status && !at_end && lyt_online_stopped())
            status = lyt_error_set(err, LYT_ECLOSED, "stopped before the end of %s",
                                   c->input.name ? c->input.name : "the input");
    }
    return status ? status : lyt_delivery_drain(&c->delivery, err);
}

static lyt_exit conclude(carrying *c, lyt_status status, const lyt_error *err)
{
    const lyt_delivery *d = &c->delivery;
    size_t pending = lyt_delivery_pending(d);
    lyt_exit code = LYT_EXIT_DONE;

    if (status)
        code = lyt_console_error(c->console, err);
    else if (d->refused || c->unsent)
        code = LYT_EXIT_FAILED;
    if (!c->options->json && d->sender)
        lyt_console_printf(
            c->console,
            "%llu accepted, %llu duplicate, %llu refused, %llu not sent, %llu without an answer\n",
            (unsigned long long)d->accepted, (unsigned long long)d->duplicate,
            (unsigned long long)d->refused, (unsigned long long)c->unsent,
            (unsigned long long)pending);
    return code;
}

lyt_exit lyt_send_lines(const lyt_send_lines_options *options)
{
    const lyt_call *call = options->call;
    carrying c = {.options = options, .console = call->console};
    lyt_delivery_options service = options->service;
    lyt_error err = {0};
    lyt_status status;
    lyt_exit code;

    service.on_done = on_done;
    service.user = &c;
    lyt_buf_init(&c.text, NULL);
    lyt_send_input_init(&c.input, call->operands, (size_t)call->n_operands, call->console->in_fd);
    status = lyt_delivery_open(&c.delivery, &service, &err);
    if (!status)
        status = carry(&c, &err);
    code = conclude(&c, status, &err);
    lyt_delivery_close(&c.delivery);
    lyt_send_input_deinit(&c.input);
    lyt_buf_deinit(&c.text);
    return code;
}
