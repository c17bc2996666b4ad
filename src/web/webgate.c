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
#include "webapi.h"
#include "weblook.h"
#include "webstaff.h"

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

/* The number goes no further than here but sealed, and only where a house may answer it. */
static lyt_status seal(lyt_webactor *web, const lyt_gateway_config *gate, lyt_inbound *item)
{
    char sealed[lyt_contact_sealed_bytes];
    lyt_status status;

    if (!web->settings || !item->sender.len || item->person.len || !lyt_phone_is(item->from))
        return LYT_OK;
    status = lyt_contact_seal(web->keys.guests, item->sender, item->from, sealed);
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
    lyt_inbound_as_told(&whole);
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

static void be_busy(lyt_exchange *x)
{
    x->more_name[0] = '\0';
    lyt_web_error(x, 503, "busy", NULL, "nothing can be taken just now; send it again");
}

/* What the service made of a part; 503: nothing. */
static int status_of(const lyt_exchange *x, size_t part, lyt_json **tree)
{
    *tree = NULL;
    return x->parts[part].len && !lyt_json_parse(tree, lyt_buf_str(&x->parts[part]), 1 << 16, NULL)
               ? lyt_web_status_of(*tree)
               : 503;
}

/* The words for who gave an order are on their way to them, or will not be: the gateway need not ask again. */
static void staff_is_told(lyt_exchange *x)
{
    lyt_json *tree;
    int status = status_of(x, 0, &tree);

    lyt_json_free(tree);
    if (status == 503)
        be_busy(x);
    else
        send_answer(x);
}

/* What the service never takes is not sent again; what it could not take just now is. */
static void answer_gateway(lyt_exchange *x)
{
    lyt_gatecount *count = count_of(x);
    bool is_kept = true, texts = false;

    lyt_buf_reset(&x->kept);
    for (size_t i = 0; i < x->n_parts; i++) {
        lyt_http_answer answer;
        lyt_json *tree;
        int status = status_of(x, i, &tree);

        if (status == 422 && !texts) {
            lyt_webstaff_fate fate =
                lyt_webstaff_refused(x, lyt_json_text(tree, "error"), &x->kept, &answer);

            if (fate == LYT_STAFF_ANSWERED)
                keep_answer(x, &answer);
            texts = fate == LYT_STAFF_TEXTED;
        }
        lyt_json_free(tree);
        is_kept = is_kept && status != 503;
        count->not_taken += status == 422;
    }
    if (!is_kept) {
        be_busy(x);
        return;
    }
    if (!texts || lyt_buf_status(&x->kept)) {
        send_answer(x);
        return;
    }
    lyt_buf_reset(&x->parts[0]);
    x->then = staff_is_told;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
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

/* Taken once all parts of it are on the disk; LYT_EEND: nothing to hand on. */
static lyt_status take_item(lyt_exchange *x, lyt_inbound *item, lyt_buf *out)
{
    int64_t now_us = lyt_clock_wall_us(x->web->clock);
    lyt_http_answer answer;
    lyt_webstaff_fate fate;
    lyt_status status;

    switch (item->kind) {
    case LYT_INBOUND_PART:
        status = lyt_smsjoin_add(x->web->parts, item, now_us);
        if (status == LYT_EINVAL)
            return LYT_EEND;
        return status ? status : save_parts(x->web) ? LYT_EIO : LYT_EEND;
    case LYT_INBOUND_STAFF:
        fate = lyt_webstaff_take(x, item, out, &answer);
        if (fate == LYT_STAFF_ANSWERED)
            keep_answer(x, &answer);
        if (fate != LYT_STAFF_GOES_ON)
            return fate == LYT_STAFF_ANSWERED ? LYT_EEND : lyt_buf_status(out);
        lyt_inbound_as_told(item);
        break;
    case LYT_INBOUND_OPT_OUT:
    case LYT_INBOUND_OPT_IN:
    case LYT_INBOUND_FEEDBACK:
        lyt_inbound_as_told(item);
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
