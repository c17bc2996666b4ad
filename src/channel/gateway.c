#include <math.h>
#include <string.h>

#include "address.h"
#include "receiver.h"
#include "signing.h"

#define X(name) &lyt_gateway_##name,
static const lyt_gateway *const rows[] = {LYT_GATEWAYS(X)};
#undef X

size_t lyt_gateways(void)
{
    return sizeof rows / sizeof *rows;
}

const lyt_gateway *lyt_gateway_at(size_t index)
{
    return rows[index];
}

const lyt_gateway *lyt_gateway_find(const char *name)
{
    for (size_t i = 0; i < lyt_gateways(); i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return NULL;
}

const char *lyt_gateway_channel(const lyt_gateway *gateway)
{
    return gateway->channel;
}

const char *lyt_gateway_name(const lyt_gateway *gateway)
{
    return gateway->name;
}

const lyt_gateway_config *lyt_channels_at(const lyt_channels *channels, lyt_str path)
{
    const lyt_gateway_config *found = NULL;

    /* a path may be all that keeps strangers out, so that each is compared to its end */
    for (size_t i = 0; i < channels->n_gateways; i++)
        if (lyt_same_secret(channels->gateways[i].path, path))
            found = &channels->gateways[i];
    return found;
}

const lyt_gateway_config *lyt_channels_named(const lyt_channels *channels, lyt_str name)
{
    for (size_t i = 0; i < channels->n_gateways; i++)
        if (lyt_str_equal(channels->gateways[i].name, name))
            return &channels->gateways[i];
    return NULL;
}

#define X(name, text, status) {text, status},
static const struct {
    const char *name;
    int http;
} refusals[] = {LYT_REFUSALS(X)};
#undef X

const char *lyt_refusal_name(lyt_refusal refusal)
{
    return refusals[refusal].name;
}

int lyt_refusal_http(lyt_refusal refusal)
{
    return refusals[refusal].http;
}

static lyt_status lacks(lyt_error *err, const char *field, const char *advice)
{
    return lyt_error_at(err, LYT_EINVAL, field, 0, 0, "%s", advice);
}

lyt_status lyt_gateway_check(const lyt_gateway_config *config, lyt_error *err)
{
    const lyt_gateway *gateway = config->gateway;

    if (gateway->needs_secret && config->scheme != LYT_SCHEME_NONE && !config->secrets.n)
        return lacks(err, "secret", "is needed to check signatures: give the file that holds it");
    if (config->scheme > LYT_SCHEME_NONE && !(gateway->schemes & 1u << config->scheme))
        return lacks(err, "signature", "is none that this kind of gateway has");
    for (size_t i = 0; i < config->n_addresses; i++)
        if (!lyt_address_is(config->addresses[i]))
            return lacks(err, "addresses", "must be like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
    return gateway->check ? gateway->check(config, err) : LYT_OK;
}

static unsigned method_bit(lyt_str method)
{
    if (lyt_str_equal(method, LYT_STR("POST")))
        return LYT_HTTP_POST;
    if (lyt_str_equal(method, LYT_STR("GET")))
        return LYT_HTTP_GET;
    return lyt_str_equal(method, LYT_STR("HEAD")) ? LYT_HTTP_HEAD : 0;
}

static bool is_known(const lyt_gateway_config *config, const lyt_http_request *request)
{
    char text[4 * (lyt_secret_bytes_max + 2) / 3 + 1];
    lyt_str value;
    bool found = false;

    if (!lyt_http_header_find(request, "authorization", &value) ||
        !lyt_str_begins(value, LYT_STR("Basic ")))
        return false;
    value = lyt_str_slice(value, 6, value.len);
    for (size_t i = 0; i < config->basic.n; i++)
        found |= lyt_same_secret(lyt_base64_of(config->basic.keys[i], text), value);
    return found;
}

static bool is_allowed(const lyt_gateway_config *config, lyt_str remote)
{
    for (size_t i = 0; i < config->n_addresses; i++)
        if (lyt_address_covers(config->addresses[i], remote))
            return true;
    return config->n_addresses == 0;
}

/* What can be told without understanding the message. False: refused. */
static bool enters(lyt_reception *in)
{
    const lyt_gateway_config *config = in->config;
    const lyt_http_request *request = in->request;

    if (!(method_bit(request->method) & config->gateway->methods))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_METHOD, "%s is not called like that",
                                   config->gateway->name);
    else if (config->is_closed)
        (void)lyt_reception_refuse(in, LYT_REFUSAL_NOT_CONFIGURED,
                                   "what its settings name could not be read");
    else if (request->body.len > lyt_http_body_max || request->query.len > lyt_http_query_max)
        (void)lyt_reception_refuse(in, LYT_REFUSAL_TOO_LARGE, "at most %d bytes, and %d of query",
                                   lyt_http_body_max, lyt_http_query_max);
    else if (!is_allowed(config, request->remote))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_ADDRESS,
                                   "the sender's address is none of those allowed");
    else if (config->basic.n && !is_known(config, request))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_UNAUTHORISED,
                                   "user or password is missing or wrong");
    else if (config->gateway->needs_secret && config->scheme != LYT_SCHEME_NONE &&
             !config->secrets.n)
        (void)lyt_reception_refuse(in, LYT_REFUSAL_NOT_CONFIGURED,
                                   "there is no secret to check the signature with");
    return in->out->refusal == LYT_REFUSAL_NONE;
}

/* An empty message says nothing, and the service takes none. */
static bool says_something(const lyt_inbound *item)
{
    return item->kind != LYT_INBOUND_FEEDBACK || item->text.len || !isnan(item->score);
}

static lyt_status settle_all(lyt_reception *in)
{
    lyt_status status = LYT_OK;
    size_t n = 0;

    for (size_t i = 0; i < in->out->n_items && !status; i++) {
        lyt_inbound *item = &in->out->items[i];

        item->received_us = in->request->now_us;
        status = lyt_inbound_clean(item, in->national_from, in->config, in->arena);
        if (!status)
            status = lyt_inbound_settle(item, in->config, in->arena);
        if (says_something(item))
            in->out->items[n++] = *item;
    }
    in->out->n_items = n;
    return status;
}

lyt_status lyt_gateway_receive(const lyt_gateway *gateway, const lyt_gateway_config *config,
                               const lyt_http_request *request, lyt_arena *arena, lyt_received *out,
                               lyt_error *err)
{
    lyt_reception in = {
        .config = config, .request = request, .arena = arena, .out = out, .err = err};
    lyt_status status = LYT_OK;

    memset(out, 0, sizeof *out);
    out->answer = gateway->thanks;
    if (enters(&in)) {
        if (method_bit(request->method) == LYT_HTTP_HEAD)
            out->answer = (lyt_http_answer){.status = 200};
        else
            status = gateway->receive(&in);
        /* what went unread for want of memory must not pass for a refusal */
        if (!status)
            status = in.failed ? in.failed : lyt_arena_status(arena);
        if (!status)
            status = settle_all(&in);
    }
    lyt_json_free(in.json);
    if (status) {
        memset(out, 0, sizeof *out);
        out->answer.status = 503;
        (void)lyt_error_set(err, status, "no memory to read the message");
    }
    return status;
}
