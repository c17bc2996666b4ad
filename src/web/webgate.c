/*
 * Gateways: what they send is verified and read by the channel room, handed to the service, and
 * answered when it is on the disk. A gateway that hears 503 sends it again; the id that the
 * channel room gives a message makes it one all the same.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fetchspool.h"
#include "hash.h"
#include "mem.h"
#include "phone.h"
#include "refusal.h"
#include "staffanswer.h"
#include "stafforder.h"
#include "webapi.h"
#include "weblook.h"

enum { arena_bytes = 8 << 20, parts_file_max = 16 << 20 };

static size_t n_gates(const lyt_webactor *web)
{
    return web->channels ? web->channels->n_gateways : 0;
}

static lyt_gatecount *count_of(const lyt_exchange *x)
{
    /* its gateway went while it was being kept */
    return !x->gate ? &x->web->gone : &x->web->gates[x->gate - x->web->channels->gateways];
}

/* ---- long SMS ---- */

static char *parts_path(const lyt_webactor *web)
{
    lyt_buf path;
    char *taken;

    lyt_buf_init(&path, web->alloc);
    lyt_fs_join(&path, web->o->state, "smsparts.json");
    taken = lyt_buf_take(&path);
    lyt_buf_deinit(&path);
    return taken;
}

/* Numbers and words of guests stand in it: it is for nobody else. */
static lyt_status save_parts(lyt_webactor *web)
{
    char *path = parts_path(web);
    lyt_status status = LYT_ENOMEM;
    lyt_buf bytes;

    lyt_buf_init(&bytes, web->alloc);
    lyt_smsjoin_save(web->parts, &bytes);
    if (path && !lyt_buf_status(&bytes))
        status = lyt_web_write_secret(path, lyt_buf_str(&bytes));
    lyt_buf_deinit(&bytes);
    lyt_mem_free(web->alloc, path);
    return status;
}

static lyt_status load_parts(lyt_webactor *web, lyt_error *err)
{
    char *path = parts_path(web);
    lyt_status status = LYT_ENOMEM;
    lyt_buf bytes;

    lyt_buf_init(&bytes, web->alloc);
    (void)lyt_error_set(err, status, "no memory for the gateways");
    if (path)
        status = lyt_fs_read(web->o->fs, path, parts_file_max, &bytes, err);
    if (!status)
        status = lyt_smsjoin_load(web->parts, lyt_buf_str(&bytes), err);
    if (status == LYT_EFORMAT && err)
        snprintf(err->file, sizeof err->file, "%s", path);
    lyt_buf_deinit(&bytes);
    lyt_mem_free(web->alloc, path);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

/*
 * Staff's orders go as such, and what begins like one and is none is a message. So is STOP where
 * nobody knows who wants it: no key for pseudonyms, no sender.
 */
static void as_message(lyt_inbound *item)
{
    bool is_order = item->kind == LYT_INBOUND_STAFF &&
                    (item->verb == LYT_STAFF_ACK || item->verb == LYT_STAFF_RESOLVE);
    bool is_consent =
        (item->kind == LYT_INBOUND_OPT_OUT || item->kind == LYT_INBOUND_OPT_IN) && item->sender.len;

    if (!is_order && !is_consent)
        item->kind = LYT_INBOUND_FEEDBACK;
}

/* The number goes no further than here but sealed, and only where a house may answer it. */
static lyt_status seal(lyt_webactor *web, const lyt_gateway_config *gate, lyt_inbound *item)
{
    char sealed[lyt_contact_sealed_bytes];
    lyt_status status;

    if (!web->settings || !item->sender.len || item->person.len || !lyt_phone_is(item->from))
        return LYT_OK;
    status = lyt_contact_seal(&web->guests, item->sender, item->from, sealed);
    item->sealed = lyt_arena_copy(web->arena, lyt_str_of(sealed));
    item->sealed_kind = lyt_str_of(lyt_contact_kind_name(LYT_CONTACT_PHONE));
    item->is_typed = strcmp(lyt_gateway_channel(gate->gateway), "survey") == 0;
    return status ? status : lyt_arena_status(web->arena);
}

/* The service has the message that was put together; the next one may come. */
static void whole_is_kept(lyt_exchange *x)
{
    lyt_webactor *web = x->web;
    lyt_json *tree = NULL;
    int status = 503;

    if (!lyt_json_parse(&tree, lyt_buf_str(&x->parts[0]), 1 << 16, NULL))
        status = lyt_web_status_of(tree);
    lyt_json_free(tree);
    if (status != 503) {
        lyt_smsjoin_drop(web->parts, lyt_clock_wall_us(web->clock));
        (void)!save_parts(web);
    }
    web->has_whole = false;
    lyt_exchange_free(x);
}

/* One at a time, in an exchange that no connection waits for. */
static void send_whole(lyt_webactor *web)
{
    const lyt_gateway_config *gate;
    lyt_inbound whole;
    lyt_exchange *x;

    lyt_arena_reset(web->arena);
    if (web->has_whole || web->stopping || !web->parts ||
        lyt_smsjoin_next(web->parts, lyt_clock_wall_us(web->clock), web->arena, &whole))
        return;
    gate = lyt_channels_named(web->channels, whole.provider);
    if (gate && (lyt_inbound_settle(&whole, gate, web->arena) || seal(web, gate, &whole)))
        return;
    as_message(&whole);
    x = lyt_exchange_new(web, LYT_STR("/"));
    if (!x)
        return;
    if (lyt_inbound_submission(&whole, &x->kept) || lyt_buf_status(&x->kept)) {
        lyt_exchange_free(x);
        return;
    }
    x->parts = lyt_mem_array(web->alloc, 1, sizeof *x->parts);
    if (!x->parts) {
        lyt_exchange_free(x);
        return;
    }
    x->n_parts = 1;
    lyt_buf_init(&x->parts[0], web->alloc);
    web->has_whole = true;
    x->then = whole_is_kept;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
    if (x->is_done) {
        web->has_whole = false;
        lyt_exchange_free(x);
    }
}

void lyt_webgate_tick(lyt_webactor *web)
{
    send_whole(web);
}

static lyt_status open_parts(lyt_webactor *web)
{
    lyt_smsjoin_options options = {.seed = 0, .alloc = web->alloc};

    memcpy(&options.seed, web->secret, sizeof options.seed);
    return lyt_smsjoin_new(&web->parts, &options);
}

lyt_status lyt_webgate_open(lyt_webactor *web, lyt_error *err)
{
    lyt_status status = lyt_arena_new(&web->arena, web->alloc, "gateway", arena_bytes);

    if (!status && n_gates(web)) {
        web->gates = lyt_mem_array(web->alloc, n_gates(web), sizeof *web->gates);
        status = web->gates ? LYT_OK : LYT_ENOMEM;
    }
    if (!status && n_gates(web))
        status = open_parts(web);
    if (status)
        return lyt_error_set(err, status, "no memory for the gateways");
    return web->parts ? load_parts(web, err) : LYT_OK;
}

/* The gateway of that name; NULL: there is none. */
static const lyt_gateway_config *gate_named(const lyt_channels *channels, lyt_str name)
{
    for (size_t i = 0; channels && i < channels->n_gateways; i++)
        if (lyt_str_equal(channels->gateways[i].name, name))
            return &channels->gateways[i];
    return NULL;
}

lyt_status lyt_webgate_change(lyt_webactor *web, const lyt_channels *channels)
{
    size_t n = channels ? channels->n_gateways : 0;
    lyt_gatecount *gates = lyt_mem_array(web->alloc, n + 1, sizeof *gates);
    bool is_first = n && !web->parts;

    if (!gates || (is_first && open_parts(web))) {
        lyt_mem_free(web->alloc, gates);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const lyt_gateway_config *before =
            gate_named(web->channels, channels->gateways[i].name);

        if (before)
            gates[i] = web->gates[before - web->channels->gateways];
    }
    for (lyt_exchange *x = web->exchanges; x; x = x->next)
        if (x->gate)
            x->gate = gate_named(channels, x->gate->name);
    lyt_mem_free(web->alloc, web->gates);
    web->gates = gates;
    web->channels = channels;
    /* what came in parts before the last stop, when there was no gateway since */
    if (is_first)
        (void)!load_parts(web, NULL);
    return LYT_OK;
}

void lyt_webgate_close(lyt_webactor *web)
{
    lyt_smsjoin_free(web->parts);
    lyt_mem_free(web->alloc, web->gates);
    lyt_arena_free(web->arena);
}

/* ---- calls ---- */

static void copy_text(char *out, size_t out_bytes, lyt_str text)
{
    snprintf(out, out_bytes, "%.*s", LYT_STR_ARG(text));
}

/* The gateway's own answer, kept until the messages are on the disk. */
static void keep_answer(lyt_exchange *x, const lyt_http_answer *answer)
{
    x->number = answer->status;
    lyt_buf_reset(&x->out);
    lyt_buf_add(&x->out, answer->body);
    copy_text(x->type_room, sizeof x->type_room, answer->content_type);
    if (answer->extra.name.len < sizeof x->more_name &&
        answer->extra.value.len < sizeof x->more_value) {
        copy_text(x->more_name, sizeof x->more_name, answer->extra.name);
        copy_text(x->more_value, sizeof x->more_value, answer->extra.value);
    }
}

static void send_answer(lyt_exchange *x)
{
    lyt_web_done(x, (int)x->number, x->type_room);
}

/* By the way that the order came: whoever gave it reads why it moved nothing. */
static void tell_staff(lyt_exchange *x, lyt_str text)
{
    lyt_http_answer answer;
    lyt_buf said;

    if (!x->gate || !x->staff_lang[0])
        return;
    lyt_buf_init(&said, x->web->alloc);
    if (strcmp(x->staff_lang, "da") == 0)
        (void)lyt_refusal_say(&said, text);
    else
        lyt_buf_add(&said, text);
    lyt_arena_reset(x->web->arena);
    if (!lyt_buf_status(&said) &&
        lyt_staff_answer(x->gate, lyt_buf_str(&said), x->web->arena, &answer))
        keep_answer(x, &answer);
    lyt_buf_deinit(&said);
}

/* What the service never takes is not sent again; what it could not take just now is. */
static void answer_gateway(lyt_exchange *x)
{
    lyt_gatecount *count = count_of(x);
    bool is_kept = true;

    for (size_t i = 0; i < x->n_parts; i++) {
        lyt_json *tree = NULL;
        int status = 503;

        if (x->parts[i].len && !lyt_json_parse(&tree, lyt_buf_str(&x->parts[i]), 1 << 16, NULL))
            status = lyt_web_status_of(tree);
        if (status == 422)
            tell_staff(x, lyt_json_text(tree, "error"));
        lyt_json_free(tree);
        is_kept = is_kept && status != 503;
        count->not_taken += status == 422;
    }
    if (is_kept) {
        send_answer(x);
        return;
    }
    x->more_name[0] = '\0';
    lyt_web_error(x, 503, "busy", NULL, "nothing can be taken just now; send it again");
}

static lyt_str meta_of(const lyt_inbound *item, lyt_str name)
{
    for (size_t i = 0; i < item->n_meta; i++)
        if (lyt_str_equal(item->meta[i].name, name))
            return item->meta[i].value;
    return (lyt_str){"", 0};
}

/*
 * What has to be fetched lies in a folder for the helper that does; without a token for it the
 * provider keeps it until `lyt fetch` comes. Ids that are none are passed over: sent again they
 * would be none either.
 */
static lyt_status keep_fetch(lyt_exchange *x, const lyt_inbound *item)
{
    lyt_fetch_item wanted = {.gateway = x->gate->name,
                             .survey = meta_of(item, LYT_STR("survey_id")),
                             .response = meta_of(item, LYT_STR("response_id")),
                             .heard_us = lyt_clock_wall_us(x->web->clock)};
    lyt_status status;
    lyt_buf folder;

    if (!x->gate->fetch_token)
        return LYT_EEND;
    lyt_buf_init(&folder, x->web->alloc);
    lyt_fs_join(&folder, x->web->o->state, "fetch");
    status = lyt_buf_status(&folder);
    if (!status)
        status = lyt_fetchspool_put(x->web->o->fs, folder.data, &wanted, NULL);
    lyt_buf_deinit(&folder);
    count_of(x)->not_taken += status == LYT_EINVAL;
    return !status || status == LYT_EINVAL ? LYT_EEND : status;
}

/*
 * False: it is none, and whoever sent it is told what is missing. Where the gateway texts nothing
 * back it goes on as a message, so that somebody sees it.
 */
static bool take_order(lyt_exchange *x, const lyt_inbound *item)
{
    bool is_danish = lyt_str_begins(item->reply_lang, LYT_STR("da"));
    const char *text;
    lyt_http_answer answer;

    if (item->verb == LYT_STAFF_NONE)
        return true;
    snprintf(x->staff_lang, sizeof x->staff_lang, "%s", is_danish ? "da" : "en");
    text = item->verb == LYT_STAFF_UNCLEAR
               ? lyt_staff_problem_text(item->problem, lyt_str_of(x->staff_lang))
               : NULL;
    if (!text || !lyt_staff_answer(x->gate, lyt_str_of(text), x->web->arena, &answer))
        return true;
    keep_answer(x, &answer);
    return false;
}

/* Taken once all parts of it are on the disk; LYT_EEND: nothing to hand on. */
static lyt_status take_item(lyt_exchange *x, lyt_inbound *item, lyt_buf *out)
{
    int64_t now_us = lyt_clock_wall_us(x->web->clock);
    lyt_status status;

    switch (item->kind) {
    case LYT_INBOUND_PART:
        status = lyt_smsjoin_add(x->web->parts, item, now_us);
        if (status == LYT_EINVAL)
            return LYT_EEND;
        return status ? status : save_parts(x->web) ? LYT_EIO : LYT_EEND;
    case LYT_INBOUND_STAFF:
        if (!take_order(x, item))
            return LYT_EEND;
        as_message(item);
        break;
    case LYT_INBOUND_OPT_OUT:
    case LYT_INBOUND_OPT_IN:
    case LYT_INBOUND_FEEDBACK:
        as_message(item);
        break;
    case LYT_INBOUND_FETCH:
        return keep_fetch(x, item);
    case LYT_INBOUND_REPORT:
        if (!item->opted_out || !item->sender.len)
            return LYT_EEND;
        break;
    case LYT_INBOUND_CHALLENGE:
    case LYT_INBOUND_N_KINDS:
        return LYT_EEND;
    }
    status = seal(x->web, x->gate, item);
    if (status)
        return status;
    lyt_buf_reset(out);
    status = lyt_inbound_submission(item, out);
    return status ? status : lyt_buf_status(out);
}

static void take_items(lyt_exchange *x, lyt_received *received)
{
    lyt_gatecount *count = count_of(x);

    if (received->n_items && !lyt_web_parts(x, received->n_items))
        return;
    x->then = answer_gateway;
    x->n_pending = 1; /* not before the last is sent */
    for (size_t i = 0; i < received->n_items && !x->is_done; i++) {
        lyt_status status;

        count->kinds[received->items[i].kind]++;
        status = take_item(x, &received->items[i], &x->kept);
        if (!status)
            lyt_web_submit(x, i, lyt_buf_str(&x->kept));
        else if (status == LYT_EEND)
            lyt_buf_add_text(&x->parts[i], "{\"status\":\"accepted\"}");
        /* else its part stays empty: the gateway sends it again */
    }
    x->n_pending--;
    if (!x->n_pending && !x->is_done)
        answer_gateway(x);
    send_whole(x->web);
}

static void refuse(lyt_exchange *x, const lyt_received *received)
{
    lyt_webactor *web = x->web;
    int64_t retry_ms = 0;

    count_of(x)->refused[received->refusal]++;
    web->count.refused[LYT_WEB_REFUSED_GATEWAY]++;
    if (received->refusal == LYT_REFUSAL_RETRY ||
        lyt_ratelimit_take(&web->per_guess, x->req.source, lyt_web_mono_us(web), &retry_ms)) {
        send_answer(x);
        return;
    }
    web->count.refused[LYT_WEB_REFUSED_RATE]++;
    x->retry_s = retry_ms / 1000 + 1;
    x->more_name[0] = '\0';
    lyt_web_error(x, 429, "rate", NULL, "too many calls that were refused; wait a little");
}

static void make_call(const lyt_exchange *x, lyt_http_header *headers, lyt_http_request *out)
{
    const lyt_webreq *req = &x->req;
    const lyt_channels *channels = x->web->channels;
    lyt_str base = channels->public_url.len ? channels->public_url : lyt_str_of(x->web->url);

    for (size_t i = 0; i < req->n_headers; i++)
        headers[i] = (lyt_http_header){req->headers[i].name, req->headers[i].value};
    *out = (lyt_http_request){
        .method = req->is_head ? LYT_STR("HEAD") : lyt_str_of(lyt_method_name(req->method)),
        .url = lyt_http_url(x->web->arena, base, lyt_buf_str(&req->raw)),
        .path = req->raw_path,
        .query = req->raw_query,
        .remote = lyt_str_of(req->remote),
        .headers = headers,
        .n_headers = req->n_headers,
        .body = lyt_buf_str(&req->body),
        .now_us = lyt_clock_wall_us(x->web->clock),
    };
}

void lyt_api_gateway(lyt_exchange *x)
{
    lyt_webactor *web = x->web;
    lyt_http_header headers[lyt_webreq_headers_max];
    lyt_http_request call;
    lyt_received received;

    memset(&received, 0, sizeof received);
    if (web->channels)
        x->gate = lyt_channels_at(web->channels, x->req.raw_path);
    if (!x->gate) {
        web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_error(x, 404, "not-found", NULL, "there is nothing at this address");
        return;
    }
    lyt_arena_reset(web->arena);
    make_call(x, headers, &call);
    if (!call.url.ptr ||
        lyt_gateway_receive(x->gate->gateway, x->gate, &call, web->arena, &received, NULL)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    keep_answer(x, &received.answer);
    if (received.refusal != LYT_REFUSAL_NONE)
        refuse(x, &received);
    else
        take_items(x, &received);
}

void lyt_webgate_write(const lyt_webactor *web, lyt_buf *out)
{
    if (n_gates(web))
        lyt_buf_add_text(out, "# TYPE lyt_gateway_refused_total counter\n"
                              "# TYPE lyt_gateway_items_total counter\n"
                              "# TYPE lyt_gateway_not_taken_total counter\n");
    for (size_t i = 0; i < n_gates(web); i++) {
        lyt_str name = web->channels->gateways[i].name;

        for (int why = 1; why < LYT_N_REFUSALS; why++)
            if (web->gates[i].refused[why])
                lyt_buf_addf(out, "lyt_gateway_refused_total{gateway=\"%.*s\",why=\"%s\"} %lld\n",
                             LYT_STR_ARG(name), lyt_refusal_name((lyt_refusal)why),
                             (long long)web->gates[i].refused[why]);
        for (int kind = 0; kind < LYT_INBOUND_N_KINDS; kind++)
            if (web->gates[i].kinds[kind])
                lyt_buf_addf(out, "lyt_gateway_items_total{gateway=\"%.*s\",kind=\"%s\"} %lld\n",
                             LYT_STR_ARG(name), lyt_inbound_kind_name((lyt_inbound_kind)kind),
                             (long long)web->gates[i].kinds[kind]);
        lyt_buf_addf(out, "lyt_gateway_not_taken_total{gateway=\"%.*s\"} %lld\n", LYT_STR_ARG(name),
                     (long long)web->gates[i].not_taken);
    }
    if (web->parts)
        lyt_buf_addf(out,
                     "# TYPE lyt_gateway_parts_waiting gauge\nlyt_gateway_parts_waiting %lld\n",
                     (long long)lyt_smsjoin_waiting(web->parts));
}
