#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "found.h"
#include "houseline.h"
#include "mayview.h"
#include "markup.h"
#include "shown.h"
#include "statefile.h"
#include "webmessage.h"

typedef struct values {
    bool json;
    int64_t limit;
    const char *by, *property, *since, *state;
} values;

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who looks; default: you. What the house calls sensitive is shown to whom "
             "it names alone"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "a JSON object a message, with its verdict, as the API gives it"},
    {.name = "limit",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, limit),
     .value = "N",
     .min = 1,
     .max = 1e6,
     .fallback = "50",
     .help = "at most so many, the newest"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "only of this property"},
    {.name = "since",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, since),
     .value = "TIME",
     .help = "from that time on: 2026-11-01T00:00:00Z"},
    LYT_ONLINE_STATE(values),
};

enum { rows_a_step = 20000 };

typedef struct finding {
    const lyt_call *call;
    const values *v;
    lyt_buf out;
    lyt_mayview mayview;
    lyt_store *store;
    bool has_words; /* that are looked for */
} finding;

/* Found by its words, it is not even told that it is there; else a receipt. */
static void add_receipt(finding *f, const lyt_feedback *m)
{
    lyt_buf at;
    lyt_jw jw;

    if (f->has_words)
        return;
    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, m->received_us);
    lyt_jw_init(&jw, &f->out);
    if (f->v->json) {
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "feedback", m->id);
        lyt_jw_kstr(&jw, "property", m->property);
        lyt_jw_kstr(&jw, "accepted_at", lyt_buf_str(&at));
        lyt_jw_kbool(&jw, "restricted", true);
        lyt_jw_object_end(&jw);
    } else {
        lyt_buf_addf(&f->out, "%lld  %.19sZ  ", (long long)m->id, at.data ? at.data : "");
        lyt_plain_add(&f->out, m->property);
        lyt_buf_add_text(&f->out, "  restricted");
    }
    lyt_buf_add_char(&f->out, '\n');
    lyt_buf_deinit(&at);
}

/* "812  2026-11-26T03:05:14Z  havnen 214  sms: the words" */
static void add_text(finding *f, const lyt_feedback *m)
{
    lyt_buf at;

    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, m->received_us);
    lyt_buf_addf(&f->out, "%lld  %.19sZ  ", (long long)m->id, at.data ? at.data : "");
    lyt_plain_add(&f->out, m->property);
    lyt_buf_add_text(&f->out, m->place.len ? " " : "");
    lyt_plain_add(&f->out, m->place);
    lyt_buf_add_text(&f->out, "  ");
    lyt_plain_add(&f->out, m->channel);
    lyt_buf_add_text(&f->out, ": ");
    lyt_shown_words(f->call->console, &f->out, m->text);
    if (!isnan(m->score)) {
        lyt_buf_add_text(&f->out, " (");
        lyt_shown_fixed(&f->out, m->score, 0);
        lyt_buf_add_char(&f->out, ')');
    }
    lyt_buf_add_char(&f->out, '\n');
    lyt_buf_deinit(&at);
}

static lyt_status one(void *user, const lyt_feedback *feedback, lyt_str verdict_json, lyt_str why)
{
    finding *f = user;
    lyt_status status = LYT_OK;
    bool is_hidden = false;
    lyt_jw jw;

    (void)why;
    lyt_buf_reset(&f->out);
    lyt_jw_init(&jw, &f->out);
    if (f->mayview.n_hidden)
        status = lyt_store_is_message_of(f->store, feedback->id, lyt_buf_str(&f->mayview.hidden),
                                         &is_hidden, NULL);
    if (status)
        return status;
    if (is_hidden) {
        add_receipt(f, feedback);
    } else if (f->v->json) {
        lyt_jw_message(&jw, feedback, verdict_json);
        lyt_buf_add_char(&f->out, '\n');
    } else {
        add_text(f, feedback);
    }
    status = lyt_buf_status(&f->out);
    if (!status)
        lyt_console_write_buf(f->call->console, &f->out);
    return status;
}

/* The service's own file is open in the service; this one is made in memory, and gone again. */
static lyt_status find(finding *f, const char *database, const lyt_found_query *query,
                       lyt_error *err)
{
    lyt_found *found = NULL;
    bool more = query->words.len > 0;
    lyt_status status =
        lyt_mayview_read(&f->mayview, f->store, lyt_str_of(lyt_houseline_who(f->v->by)), err);

    f->has_words = more;
    if (!status)
        status = lyt_found_open(&found, NULL, ":memory:", database, err);

    while (!status && more)
        status = lyt_found_catch_up(found, rows_a_step, &more, err);
    if (!status)
        status = lyt_found_each(found, query, one, f, err);
    lyt_found_close(found);
    lyt_mayview_deinit(&f->mayview);
    return status;
}

static void add_properties(lyt_buf *out, const char *property)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_array(&jw);
    if (property)
        lyt_jw_str(&jw, lyt_str_of(property));
    lyt_jw_array_end(&jw);
}

static lyt_exit run(const lyt_call *call)
{
    finding f = {.call = call, .v = call->values};
    lyt_found_query query = {.limit = f.v->limit};
    lyt_buf words, properties;
    lyt_statefile file;
    lyt_error err;
    lyt_status status;

    if (f.v->since && lyt_clock_parse(&query.since_us, lyt_str_of(f.v->since)))
        return lyt_console_misuse(call->console, "--since takes a time like 2026-11-22T05:40:00Z");
    lyt_buf_init(&f.out, NULL);
    lyt_buf_init(&words, NULL);
    lyt_buf_init(&properties, NULL);
    for (int i = 0; i < call->n_operands; i++)
        lyt_buf_addf(&words, "%s%s", i ? " " : "", call->operands[i]);
    add_properties(&properties, f.v->property);
    query.words = lyt_buf_str(&words);
    query.properties = lyt_buf_str(&properties);
    status = lyt_buf_status(&words) ? lyt_buf_status(&words) : lyt_buf_status(&properties);
    if (status)
        (void)lyt_error_set(&err, status, "out of memory");
    if (!status)
        status = lyt_statefile_find(&file, f.v->state, true, &err);
    if (!status)
        status = lyt_statefile_open(&f.store, &file, LYT_STORE_READS, &err);
    if (!status)
        status = find(&f, file.database, &query, &err);
    lyt_store_close(f.store);
    lyt_buf_deinit(&properties);
    lyt_buf_deinit(&words);
    lyt_buf_deinit(&f.out);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt find cold shower", "messages with both words, or longer ones that begin so"},
    {"lyt find --property havnen --since 2026-11-01T00:00:00Z --json", "all of a house since then"},
};

const lyt_command lyt_cmd_find = {
    .name = "find",
    .summary = "Find messages by their words",
    .usage = "[--by NAME] [--since TIME] [--limit N] [--json] [WORD…]",
    .description =
        "The search of the pages from a shell: messages in which all the words, or longer ones "
        "that begin with them, stand; the newest first. Without a word all are shown. Works beside "
        "a running service and without one. What the settings of the house call sensitive is shown "
        "to people of the roles they name (--by, or who runs the command); for others a message "
        "of it is a receipt, and nothing where it would be found by its words. Whoever may read "
        "the state folder could read the database without Lyt.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
