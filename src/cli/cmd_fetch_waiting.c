/*
 * Answers that gateways heard of and whose words have to be asked for: taken from the folder they
 * wait in (fetchspool.h), fetched one by one, handed to the service, and taken out when the service
 * has them on its disk. What fails is tried again, ever more slowly, for three days.
 */
#include <stdio.h>
#include <string.h>

#include "cmd_fetch.h"

#include "channelfile.h"
#include "datapaths.h"
#include "delivery.h"
#include "fetchspool.h"
#include "qualtricsdetails.h"
#include "surveydetails.h"
#include "webget.h"

enum {
    item_arena_bytes = 64 << 20,
    look_ms = 1000,
    tried_max = 1024, /* of those that failed, how often is remembered */
    again_s = 15,
    again_most_s = 3600,
};

static const int64_t give_up_us = 3 * 86400 * (int64_t)1000000;

typedef struct tried {
    char name[lyt_fetch_name_bytes];
    int64_t due_us, wait_s;
} tried;

typedef struct waiting {
    const lyt_call *call;
    const lyt_fetch_values *v;
    char folder[lyt_state_path_max + 8];
    lyt_channelfile *file;
    lyt_arena *arena;
    lyt_delivery delivery;
    bool is_refused; /* the last one handed over */
    bool is_cut;     /* the service is not there: nothing else would go either */
    tried tried[tried_max];
    size_t n_tried;
    uint64_t n_fetched, n_empty, n_failed, n_given_up, n_left;
    lyt_error err;
} waiting;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

/* ---- when each is tried again ---- */

static tried *find(waiting *w, const char *name)
{
    for (size_t i = 0; i < w->n_tried; i++)
        if (strcmp(w->tried[i].name, name) == 0)
            return &w->tried[i];
    return NULL;
}

static void forget(waiting *w, const char *name)
{
    tried *t = find(w, name);

    if (t)
        *t = w->tried[--w->n_tried];
}

/* With too many to remember the first is tried sooner than it might be. */
static void try_later(waiting *w, const char *name)
{
    tried *t = find(w, name);

    if (!t) {
        t = &w->tried[w->n_tried < tried_max ? w->n_tried++ : 0];
        *t = (tried){.wait_s = again_s / 2};
        snprintf(t->name, sizeof t->name, "%s", name);
    }
    t->wait_s = t->wait_s * 2 < again_most_s ? t->wait_s * 2 : again_most_s;
    t->due_us = now_us() + t->wait_s * (int64_t)1000000;
}

/* ---- one of them ---- */

static bool is_qualtrics(const lyt_gateway_config *gate)
{
    return strcmp(lyt_gateway_name(gate->gateway), "qualtrics") == 0;
}

static lyt_status refuse_http(waiting *w, long http)
{
    switch (http) {
    case 401:
    case 403:
        return lyt_error_set(&w->err, LYT_EIO,
                             "the token is not taken (%ld): is it the account's, with the right to "
                             "view responses?",
                             http);
    case 404:
        return lyt_error_set(&w->err, LYT_ENOTFOUND, "there is no such answer (yet)");
    case 429:
        return lyt_error_set(&w->err, LYT_EBUSY, "it was asked too often; it is tried again later");
    default:
        return lyt_error_set(&w->err, LYT_EIO, "it answered %ld", http);
    }
}

static lyt_status ask(waiting *w, const lyt_gateway_config *gate, const lyt_fetch_item *item,
                      lyt_buf *body)
{
    bool qualtrics = is_qualtrics(gate);
    lyt_secrets token;
    lyt_status status;
    lyt_buf url;
    long http = 0;

    /* read each time: it may have been changed */
    status = lyt_secrets_load(&token, NULL, lyt_fs_system(), gate->fetch_token, &w->err);
    if (status)
        return status;
    lyt_buf_init(&url, NULL);
    lyt_buf_addf(&url,
                 qualtrics ? "%.*s/API/v3/surveys/%.*s/responses/%.*s"
                           : "%.*s/v3/surveys/%.*s/responses/%.*s/details?simple=true",
                 LYT_STR_ARG(gate->fetch_api), LYT_STR_ARG(item->survey),
                 LYT_STR_ARG(item->response));
    status = lyt_buf_status(&url);
    if (!status)
        status =
            lyt_webget(body, &http,
                       &(lyt_webget_options){.url = url.data,
                                             .bearer = token.keys[0],
                                             .token_header = qualtrics ? "X-API-TOKEN: " : NULL,
                                             .ca_file = w->v->ca,
                                             .timeout_ms = (int64_t)(w->v->timeout * 1000),
                                             .limit_bytes = lyt_qualtricsdetails_max},
                       &w->err);
    if (!status && http != 200)
        status = refuse_http(w, http);
    lyt_secrets_deinit(&token);
    lyt_buf_deinit(&url);
    return status;
}

static lyt_status hand_over(waiting *w, const lyt_inbound *item)
{
    lyt_status status;
    lyt_buf json;

    lyt_buf_init(&json, NULL);
    status = lyt_inbound_submission(item, &json);
    if (!status)
        status = lyt_buf_status(&json);
    w->is_refused = false;
    if (!status && w->v->dry_run)
        lyt_console_printf(w->call->console, "%.*s\n", LYT_STR_ARG(lyt_buf_str(&json)));
    else if (!status)
        status = lyt_delivery_put(&w->delivery, 1, lyt_buf_str(&json), &w->err);
    if (!status && !w->v->dry_run)
        status = lyt_delivery_drain(&w->delivery, &w->err);
    w->is_cut = status != LYT_OK;
    lyt_buf_deinit(&json);
    return status;
}

/* LYT_ENOTFOUND: there is nothing in it to hand over. */
static lyt_status fetch(waiting *w, const lyt_gateway_config *gate, const lyt_fetch_item *item,
                        bool *is_empty)
{
    lyt_inbound message;
    lyt_status status;
    lyt_buf body;

    lyt_buf_init(&body, NULL);
    status = ask(w, gate, item, &body);
    lyt_arena_reset(w->arena);
    if (!status) {
        int64_t wall_us = lyt_clock_wall_us(w->call->console->clock);

        status = is_qualtrics(gate) ? lyt_qualtrics_details(&message, lyt_buf_str(&body), gate,
                                                            wall_us, w->arena, &w->err)
                                    : lyt_surveymonkey_details(&message, lyt_buf_str(&body), gate,
                                                               wall_us, w->arena, &w->err);
        *is_empty = status == LYT_ENOTFOUND;
    }
    if (!status)
        status = hand_over(w, &message);
    lyt_buf_deinit(&body);
    return status;
}

static void complain(waiting *w, const lyt_fetch_item *item, const char *what)
{
    char text[512];

    lyt_console_complain(w->call->console, "%.*s, survey %.*s, answer %.*s: %s%s",
                         LYT_STR_ARG(item->gateway), LYT_STR_ARG(item->survey),
                         LYT_STR_ARG(item->response), lyt_error_format(&w->err, text, sizeof text),
                         what);
}

static void fail(waiting *w, const char *name, const lyt_fetch_item *item, lyt_status status)
{
    bool is_old = lyt_clock_wall_us(w->call->console->clock) - item->heard_us > give_up_us;

    w->n_failed++;
    if (!w->err.text[0])
        (void)lyt_error_set(&w->err, status, "%s", lyt_status_text(status));
    complain(w, item, is_old ? "; given up after three days" : "");
    if (is_old) {
        lyt_fetchspool_remove(w->folder, name, true);
        forget(w, name);
        w->n_given_up++;
        return;
    }
    try_later(w, name);
    w->n_left++;
}

static lyt_status each(void *user, const char *name, const lyt_fetch_item *item)
{
    waiting *w = user;
    const lyt_gateway_config *gate =
        lyt_channels_named(lyt_channelfile_channels(w->file), item->gateway);
    const tried *before = find(w, name);
    bool is_empty = false;
    lyt_status status = LYT_OK;

    if (lyt_online_stopped())
        return LYT_EEND;
    if (before && now_us() < before->due_us) {
        w->n_left++;
        return LYT_OK;
    }
    w->err = (lyt_error){.code = LYT_OK};
    if (!gate || !gate->fetch_token)
        status = lyt_error_set(&w->err, LYT_ENOTFOUND, "no gateway of that name fetches any more");
    else
        status = fetch(w, gate, item, &is_empty);
    if (status && w->is_cut)
        return status;
    if (status && !is_empty) {
        fail(w, name, item, status);
        return LYT_OK;
    }
    w->n_empty += is_empty;
    w->n_fetched += !is_empty;
    /* what the service never takes is for people to look at */
    w->n_given_up += w->is_refused;
    if (!w->v->dry_run)
        lyt_fetchspool_remove(w->folder, name, w->is_refused);
    w->is_refused = false;
    forget(w, name);
    return LYT_OK;
}

/* ---- all of them ---- */

static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    waiting *w = user;

    (void)number;
    w->is_refused = !accepted;
    if (!accepted)
        lyt_console_complain(w->call->console, "an answer was refused: %.*s", LYT_STR_ARG(answer));
}

static lyt_status read_channels(waiting *w)
{
    lyt_datapaths paths;
    lyt_status status = LYT_ENOTFOUND;

    if (lyt_datapaths_find(&paths, w->call->console) == LYT_EXIT_DONE)
        status = lyt_channelfile_read(
            &w->file, w->v->channels,
            &(lyt_channelfile_options){.fs = lyt_fs_system(), .lexicons = paths.lexicons.data},
            &w->err);
    else
        (void)lyt_error_set(&w->err, status, "the lexicons are needed to read %s", w->v->channels);
    lyt_datapaths_deinit(&paths);
    return status;
}

static lyt_status prepare(waiting *w)
{
    char state[lyt_state_path_max];
    lyt_status status = lyt_state_folder(state, w->v->state, &w->err);

    snprintf(w->folder, sizeof w->folder, "%s/fetch", state);
    if (!status)
        status = read_channels(w);
    if (!status)
        status = lyt_arena_new(&w->arena, NULL, "fetch", item_arena_bytes);
    if (!status && !w->v->dry_run)
        status = lyt_delivery_open(&w->delivery,
                                   &(lyt_delivery_options){.state = w->v->state,
                                                           .submit = w->v->submit,
                                                           .key = w->v->key,
                                                           .server_key = w->v->server_key,
                                                           .timeout_s = w->v->timeout,
                                                           .on_done = on_done,
                                                           .user = w},
                                   &w->err);
    return status;
}

static lyt_status go_round(waiting *w)
{
    lyt_status status;

    do {
        w->n_left = 0;
        status = lyt_fetchspool_each(lyt_fs_system(), w->folder, each, w, &w->err);
        if (!status && w->v->follow && !lyt_online_stopped())
            (void)!lyt_sock_poll(NULL, 0, NULL, look_ms);
    } while (!status && w->v->follow && !lyt_online_stopped());
    return status;
}

static void print_counts(const waiting *w)
{
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    if (w->v->json) {
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "fetched", (int64_t)w->n_fetched);
        lyt_jw_kint(&jw, "empty", (int64_t)w->n_empty);
        lyt_jw_kint(&jw, "failed", (int64_t)w->n_failed);
        lyt_jw_kint(&jw, "given_up", (int64_t)w->n_given_up);
        lyt_jw_kint(&jw, "left", (int64_t)w->n_left);
        lyt_jw_object_end(&jw);
    } else {
        lyt_buf_addf(&out,
                     "%llu fetched, %llu without text or score, %llu failed, %llu given up, %llu "
                     "left",
                     (unsigned long long)w->n_fetched, (unsigned long long)w->n_empty,
                     (unsigned long long)w->n_failed, (unsigned long long)w->n_given_up,
                     (unsigned long long)w->n_left);
    }
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(w->call->console, &out);
    lyt_buf_deinit(&out);
}

lyt_exit lyt_cmd_fetch_waiting(const lyt_call *call)
{
    static waiting w; /* what was tried is too much for a stack */
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status;

    w = (waiting){.call = call, .v = call->values};
    if (!w.v->channels)
        return lyt_console_misuse(call->console,
                                  "lyt fetch waiting needs --channels; tokens stand in it");
    lyt_online_catch_signals();
    status = prepare(&w);
    if (!status)
        status = go_round(&w);
    if (status)
        code = lyt_console_error(call->console, &w.err);
    else if (!w.v->dry_run)
        print_counts(&w);
    if (!code && !w.v->follow && (w.n_left || w.n_given_up))
        code = LYT_EXIT_FAILED;
    lyt_delivery_close(&w.delivery);
    lyt_arena_free(w.arena);
    lyt_channelfile_free(w.file);
    return code;
}
