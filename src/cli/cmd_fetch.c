#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd_fetch.h"
#include "delivery.h"
#include "fetchcursor.h"
#include "fs.h"
#include "secret.h"
#include "shown.h"
#include "sourcebook.h"
#include "surveydetails.h"
#include "webget.h"

typedef lyt_fetch_values fetch_values;

static const lyt_option options[] = {
    {.name = "api",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, api),
     .value = "URL",
     .fallback = "https://api.surveymonkey.com",
     .help =
         "where SurveyMonkey's interface is; https://api.eu.surveymonkey.com for data in the EU",
     .verbs = "surveymonkey"},
    {.name = "ca",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, ca),
     .value = "FILE",
     .help = "certificates that count, instead of the system's"},
    {.name = "channels",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, channels),
     .value = "FILE",
     .help = "channels.yaml, as the service has it",
     .verbs = "waiting"},
    {.name = "cursor",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, cursor),
     .value = "FILE",
     .help = "how far was fetched; default: fetched-SURVEY in the service's state folder",
     .verbs = "surveymonkey"},
    {.name = "dry-run",
     .letter = 'n',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(fetch_values, dry_run),
     .help = "print what would be sent, a JSON object a line; send and remember nothing"},
    {.name = "follow",
     .letter = 'f',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(fetch_values, follow),
     .help = "go on as long as it is not stopped",
     .verbs = "waiting"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(fetch_values, json),
     .help = "print the counts as JSON"},
    LYT_ONLINE_KEY(fetch_values),
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, place),
     .value = "NAME",
     .help = "room, table or touchpoint of answers that do not say",
     .verbs = "surveymonkey"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, property),
     .value = "NAME",
     .help = "hotel or desk of answers that do not say",
     .verbs = "surveymonkey"},
    LYT_SOURCEBOOK_PSEUDONYMS(fetch_values),
    LYT_ONLINE_SERVER_KEY(fetch_values),
    LYT_ONLINE_STATE(fetch_values),
    LYT_ONLINE_SUBMIT(fetch_values),
    {.name = "survey",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, survey),
     .value = "ID",
     .help = "the survey's number",
     .verbs = "surveymonkey"},
    {.name = "timeout",
     .type = LYT_OPT_REAL,
     .offset = offsetof(fetch_values, timeout),
     .value = "S",
     .min = 0.1,
     .max = 1e6,
     .unit = "seconds",
     .fallback = "30",
     .help = "give up when nothing comes for so long"},
    {.name = "token",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(fetch_values, token),
     .value = "FILE",
     .help = "the access token, in a file that only its owner may read",
     .verbs = "surveymonkey"},
};

enum verb { VERB_SURVEYMONKEY, VERB_WAITING };
static const char *const verbs[] = {"surveymonkey", "waiting", NULL};

enum { pages_max = 10000, page_arena_bytes = 16 * 1024 * 1024 };

typedef struct fetching {
    const lyt_call *call;
    lyt_sourcebook book;
    lyt_secrets token;
    lyt_fetchcursor cursor;
    char cursor_path[lyt_state_path_max + 64];
    lyt_delivery delivery;
    lyt_arena *arena;
    uint64_t seen, before, partial, empty;
    lyt_error err;
} fetching;

static const fetch_values *values_of(const fetching *f)
{
    return f->call->values;
}

static void on_done(void *user, uint64_t number, bool accepted, lyt_str answer)
{
    fetching *f = user;
    char what[40];

    if (accepted)
        return;
    snprintf(what, sizeof what, "answer %llu", (unsigned long long)number);
    lyt_delivery_complain(f->call->console, what, answer);
}

static lyt_status say(fetching *f, lyt_status status, const char *text)
{
    return lyt_error_set(&f->err, status, "SurveyMonkey %s", text);
}

static lyt_status refuse_http(fetching *f, long http)
{
    switch (http) {
    case 401:
    case 403:
        return say(f, LYT_EIO,
                   "does not take the token: is it the app's access token, with the "
                   "right to view responses' details?");
    case 404:
        return say(f, LYT_ENOTFOUND, "has no survey of that number");
    case 429:
        return say(f, LYT_EBUSY, "was asked too often for today or this minute; try later");
    default:
        return lyt_error_set(&f->err, LYT_EIO, "SurveyMonkey answered %ld", http);
    }
}

/* One page of answers, oldest first, from the moment that the cursor is at. */
static lyt_status ask(fetching *f, int page, lyt_json **tree)
{
    const fetch_values *v = values_of(f);
    lyt_str api = lyt_str_of(v->api);
    lyt_buf url, body, since;
    lyt_status status;
    long http = 0;

    lyt_buf_init(&url, NULL);
    lyt_buf_init(&body, NULL);
    lyt_buf_init(&since, NULL);
    while (lyt_str_ends(api, LYT_STR("/")))
        api.len--;
    lyt_buf_addf(&url,
                 "%.*s/v3/surveys/%s/responses/bulk?simple=true&per_page=100&page=%d"
                 "&sort_by=date_modified&sort_order=ASC",
                 LYT_STR_ARG(api), v->survey, page);
    if (f->cursor.at_us) {
        lyt_clock_format(&since, f->cursor.at_us);
        /* whole seconds, without a zone it is UTC */
        lyt_buf_addf(&url, "&start_modified_at=%.19s", since.data ? since.data : "");
    }
    status = lyt_buf_status(&url) ? lyt_buf_status(&url) : lyt_buf_status(&since);
    if (!status)
        status = lyt_webget(&body, &http,
                            &(lyt_webget_options){.url = url.data,
                                                  .bearer = f->token.keys[0],
                                                  .ca_file = v->ca,
                                                  .timeout_ms = (int64_t)(v->timeout * 1000),
                                                  .limit_bytes = lyt_surveydetails_max},
                            &f->err);
    if (!status && http != 200)
        status = refuse_http(f, http);
    if (!status) {
        status = lyt_json_parse(tree, lyt_buf_str(&body), lyt_surveydetails_max, &f->err);
        if (!status && lyt_json_typeof(lyt_json_get(*tree, "data")) != LYT_JSON_ARRAY)
            status = LYT_EFORMAT;
        if (status == LYT_EFORMAT)
            (void)say(f, status, "did not answer with a page of responses (is --api right?)");
    }
    lyt_buf_deinit(&url);
    lyt_buf_deinit(&body);
    lyt_buf_deinit(&since);
    return status;
}

static lyt_status send_response(fetching *f, const lyt_inbound *item)
{
    lyt_buf json;
    lyt_status status;

    lyt_buf_init(&json, NULL);
    status = lyt_inbound_submission(item, &json);
    if (!status)
        status = lyt_buf_status(&json);
    if (status)
        (void)lyt_error_set(&f->err, status, "%s", lyt_status_text(status));
    else if (values_of(f)->dry_run)
        lyt_console_printf(f->call->console, "%.*s\n", LYT_STR_ARG(lyt_buf_str(&json)));
    else
        status = lyt_delivery_put(&f->delivery, f->seen, lyt_buf_str(&json), &f->err);
    lyt_buf_deinit(&json);
    return status;
}

static lyt_status take_response(fetching *f, const lyt_json *response)
{
    lyt_str id = lyt_json_text(response, "id"), state = lyt_json_text(response, "response_status");
    int64_t at_us = 0;
    lyt_inbound item;
    lyt_status status;

    f->seen++;
    if (!lyt_str_equal(state, LYT_STR("completed"))) {
        f->partial++;
        return LYT_OK;
    }
    lyt_arena_reset(f->arena);
    status =
        lyt_surveymonkey_response(&item, response, &f->book.config,
                                  lyt_clock_wall_us(f->call->console->clock), f->arena, &f->err);
    if (status == LYT_EFORMAT)
        return say(f, status, "gave a response without id or pages");
    if (status && status != LYT_ENOTFOUND)
        return status;
    if (lyt_clock_parse(&at_us, lyt_json_text(response, "date_modified")))
        return say(f, LYT_EFORMAT, "gave a response without date_modified");
    if (lyt_fetchcursor_has(&f->cursor, at_us, id)) {
        f->before++;
        return LYT_OK;
    }
    if (status == LYT_ENOTFOUND)
        f->empty++;
    else
        status = send_response(f, &item);
    if (status && status != LYT_ENOTFOUND)
        return status;
    lyt_fetchcursor_add(&f->cursor, at_us, id);
    return LYT_OK;
}

/*
 * The cursor is written once the service has all that it covers on its disk. The question of each
 * page is of the same moment, or pages would shift under it.
 */
static lyt_status fetch_all(fetching *f)
{
    int64_t from_us = f->cursor.at_us;
    lyt_status status = LYT_OK;
    bool more = true;

    for (int page = 1; page <= pages_max && more && !status && !lyt_online_stopped(); page++) {
        int64_t reached_us = f->cursor.at_us;
        lyt_json *tree = NULL;
        const lyt_json *data;

        f->cursor.at_us = from_us;
        status = ask(f, page, &tree);
        f->cursor.at_us = reached_us;
        data = lyt_json_get(tree, "data");
        for (size_t i = 0; i < lyt_json_len(data) && !status; i++)
            status = take_response(f, lyt_json_at(data, i));
        more = lyt_json_text(lyt_json_get(tree, "links"), "next").len > 0;
        lyt_json_free(tree);
        if (!status && !values_of(f)->dry_run)
            status = lyt_delivery_drain(&f->delivery, &f->err);
        if (!status && !values_of(f)->dry_run && f->cursor.at_us)
            status = lyt_fetchcursor_save(&f->cursor, f->cursor_path, &f->err);
    }
    return status;
}

static bool is_number(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c < '0' || *c > '9')
            return false;
    return *text && strlen(text) <= 32;
}

static lyt_status prepare(fetching *f)
{
    const fetch_values *v = values_of(f);
    char folder[lyt_state_path_max];
    lyt_status status = lyt_sourcebook_open(&f->book, "surveymonkey", v->property, v->place,
                                            v->pseudonyms, &f->err);

    f->book.config.channel = LYT_STR("survey");
    if (!status)
        status = lyt_secrets_load(&f->token, NULL, lyt_fs_system(), v->token, &f->err);
    if (!status && !v->dry_run)
        status = lyt_delivery_open(&f->delivery,
                                   &(lyt_delivery_options){.state = v->state,
                                                           .submit = v->submit,
                                                           .key = v->key,
                                                           .server_key = v->server_key,
                                                           .timeout_s = v->timeout,
                                                           .on_done = on_done,
                                                           .user = f},
                                   &f->err);
    if (!status && v->cursor)
        snprintf(f->cursor_path, sizeof f->cursor_path, "%s", v->cursor);
    else if (!status) {
        status = lyt_state_folder(folder, v->state, &f->err);
        if (!status)
            snprintf(f->cursor_path, sizeof f->cursor_path, "%s/fetched-%s", folder, v->survey);
    }
    if (!status)
        status = lyt_fetchcursor_load(&f->cursor, f->cursor_path, &f->err);
    if (!status)
        status = lyt_arena_new(&f->arena, NULL, "fetch", page_arena_bytes);
    return status;
}

static void print_counts(const fetching *f)
{
    const lyt_shown_count counts[] = {
        {"answers", "answers", f->seen},
        {"accepted", "accepted", f->delivery.accepted},
        {"duplicate", "duplicate", f->delivery.duplicate},
        {"before", "fetched before", f->before},
        {"partial", "not completed", f->partial},
        {"empty", "without text or score", f->empty},
        {"refused", "refused", f->delivery.refused},
    };
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_shown_counts(&out, values_of(f)->json, counts, sizeof counts / sizeof *counts);
    lyt_console_write_buf(f->call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_exit run(const lyt_call *call)
{
    const fetch_values *v = call->values;
    fetching f = {.call = call};
    lyt_exit code = LYT_EXIT_DONE;
    lyt_status status;

    if (call->verb == VERB_WAITING)
        return lyt_cmd_fetch_waiting(call);
    if (!v->survey || !v->token)
        return lyt_console_misuse(call->console, "lyt fetch needs --survey and --token");
    if (!is_number(v->survey))
        return lyt_console_misuse(call->console, "--survey takes a number, not %s", v->survey);
    lyt_buf_init(&f.cursor.ids, NULL);
    status = prepare(&f);
    if (!status)
        status = fetch_all(&f);
    if (status)
        code = status == LYT_EINVAL
                   ? lyt_console_misuse(call->console, "%s %s",
                                        f.err.file[0] ? f.err.file : "--api", f.err.text)
                   : lyt_console_error(call->console, &f.err);
    else if (!v->dry_run)
        print_counts(&f);
    if (f.delivery.refused && code == LYT_EXIT_DONE)
        code = LYT_EXIT_FAILED;
    lyt_delivery_close(&f.delivery);
    lyt_arena_free(f.arena);
    lyt_fetchcursor_deinit(&f.cursor);
    lyt_secrets_deinit(&f.token);
    lyt_sourcebook_close(&f.book);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt fetch surveymonkey --survey 555666777 --token /etc/lyt/surveymonkey.token -p havnen",
     "what is new since the last time"},
    {"lyt fetch surveymonkey --survey 555666777 --token token --dry-run", "what there is"},
    {"lyt fetch waiting --channels /etc/lyt/channels.yaml", "what gateways heard of"},
};

const lyt_command lyt_cmd_fetch = {
    .name = "fetch",
    .summary = "Fetch answers that a survey system does not send",
    .usage = "surveymonkey --survey ID --token FILE\n"
             "waiting --channels FILE [--follow]",
    .description =
        "SurveyMonkey's webhook says only that somebody has answered; the words have to be asked "
        "for. This asks for all completed answers that are new since the last time and hands them "
        "to a running service. Run it from a timer, every few minutes; without it nothing of Lyt "
        "goes out to SurveyMonkey.\n\n"
        "How far it came is kept beside the service's state, and moves on only when the service "
        "has what came before on its disk.\n\n"
        "waiting fetches what gateways heard of: those of channels.yaml that have fetch (a token, "
        "and where to ask), of SurveyMonkey or Qualtrics, put what they were called about into the "
        "folder fetch of the state, and here each is asked for, handed over, and taken out when "
        "the service has it on its disk. What fails is tried again, ever more slowly, for three "
        "days; then it is put aside as .given-up. lyt serve --fetch runs it as a process of its "
        "own.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(fetch_values),
    LYT_ROWS(samples),
    .max_operands = 0,
    .run = run,
};
