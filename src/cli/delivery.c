#include "delivery.h"

#include <string.h>

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    lyt_delivery *d = user;
    bool accepted = lyt_str_equal(status, LYT_STR("accepted"));
    bool duplicate = lyt_str_equal(status, LYT_STR("duplicate"));

    d->progress_us = now_us();
    d->accepted += accepted;
    d->duplicate += duplicate;
    d->refused += !accepted && !duplicate;
    if (d->options.on_done)
        d->options.on_done(d->options.user, number, accepted || duplicate, answer);
}

lyt_status lyt_delivery_open(lyt_delivery *d, const lyt_delivery_options *options, lyt_error *err)
{
    lyt_endpoints at = {.submit = ""};
    lyt_status status = LYT_OK;

    memset(d, 0, sizeof *d);
    d->options = *options;
    d->progress_us = now_us();
    lyt_online_catch_signals();
    if (!options->submit)
        status = lyt_endpoints_find(&at, options->state, err);
    if (!status)
        status = lyt_online_net(&d->net, &at, options->key, options->server_key, err);
    if (!status)
        status = lyt_sender_new(
            &d->sender,
            &(lyt_sender_options){.net = d->net,
                                  .endpoint = options->submit ? options->submit : at.submit,
                                  .window = options->window,
                                  .on_answer = on_answer,
                                  .user = d},
            err);
    return status;
}

void lyt_delivery_close(lyt_delivery *d)
{
    lyt_sender_free(d->sender);
    lyt_net_free(d->net);
    d->sender = NULL;
    d->net = NULL;
}

size_t lyt_delivery_pending(const lyt_delivery *d)
{
    return d->sender ? lyt_sender_pending(d->sender) : 0;
}

lyt_status lyt_delivery_step(lyt_delivery *d, int timeout_ms, lyt_error *err)
{
    lyt_status status;

    if (!lyt_sender_pending(d->sender))
        return LYT_OK;
    status = lyt_sender_step(d->sender, timeout_ms);
    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    if (lyt_online_stopped() && lyt_sender_pending(d->sender))
        return lyt_error_set(err, LYT_ECLOSED, "stopped; %zu messages have no answer",
                             lyt_sender_pending(d->sender));
    if (now_us() - d->progress_us > (int64_t)(d->options.timeout_s * 1e6))
        return lyt_error_set(err, LYT_ETIMEOUT,
                             "nothing was taken in time, %zu messages have no answer: is `lyt "
                             "serve` running, and well (lyt status)?",
                             lyt_sender_pending(d->sender));
    return LYT_OK;
}

lyt_status lyt_delivery_put(lyt_delivery *d, uint64_t number, lyt_str json, lyt_error *err)
{
    lyt_status status;

    /* the time in which there was nothing to take is not the service's */
    if (!lyt_sender_pending(d->sender))
        d->progress_us = now_us();
    status = lyt_sender_send(d->sender, number, json);
    while (status == LYT_EBUSY) {
        status = lyt_delivery_step(d, 100, err);
        if (status)
            return status;
        status = lyt_sender_send(d->sender, number, json);
    }
    if (status)
        return lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    return number % 64 == 0 ? lyt_delivery_step(d, 0, err) : LYT_OK;
}

lyt_status lyt_delivery_drain(lyt_delivery *d, lyt_error *err)
{
    lyt_status status = LYT_OK;

    while (!status && lyt_sender_pending(d->sender))
        status = lyt_delivery_step(d, 100, err);
    return status;
}

void lyt_delivery_complain(lyt_console *console, const char *what, lyt_str answer)
{
    lyt_json *json = NULL;
    lyt_str why = answer;

    if (lyt_json_parse(&json, answer, 1 << 20, NULL) == LYT_OK)
        (void)lyt_json_str(lyt_json_get(json, "error"), &why);
    lyt_console_complain(console, "%s was refused: %.*s", what, LYT_STR_ARG(why));
    lyt_json_free(json);
}
