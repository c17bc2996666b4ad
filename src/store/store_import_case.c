/* Incidents of a guest who comes from elsewhere: row, history and facts, under numbers of this store. */
#include <stdio.h>
#include <string.h>

#include "fact.h"
#include "import_inside.h"

enum { fact_bytes_max = 1 << 20 };

static lyt_status add_up(void *user, lyt_str text)
{
    lyt_import *in = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, in->err);

    in->has_facts = true;
    if (!status)
        status = lyt_fact_read(&fact, json, in->err);
    if (!status)
        status = lyt_book_fold(in->book, &fact, in->err);
    if (!status)
        lyt_book_mark(in->book);
    lyt_json_free(json);
    return status;
}

lyt_status lyt_import_book(lyt_import *in)
{
    sqlite3_stmt *s = NULL;
    int64_t n = 0;
    lyt_status status = lyt_book_new(&in->book, in->store->alloc);

    if (status)
        return lyt_error_set(in->err, status, "no memory for the incidents");
    status = lyt_store_each_fact(in->store, add_up, in, in->err);
    if (!status)
        status = lyt_import_sql(in, &s, "SELECT count(*) FROM incident");
    if (!status)
        status = lyt_import_ask(in, s, &n);
    in->has_cases = n > 0;
    return status;
}

static lyt_status find_incident(lyt_import *in, const lyt_incident *i, int64_t *id)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = lyt_import_sql(in, &s,
                                       "SELECT id FROM incident WHERE scenario = ?1 AND property ="
                                       " ?2 AND place = ?3 AND opened_us = ?4");

    if (status)
        return status;
    lyt_store_bind_str(s, 1, lyt_str_of(i->scenario));
    lyt_store_bind_str(s, 2, lyt_str_of(i->property));
    lyt_store_bind_str(s, 3, lyt_str_of(i->place));
    sqlite3_bind_int64(s, 4, i->opened_us);
    return lyt_import_ask(in, s, id);
}

static lyt_status copy(lyt_import *in, const lyt_json *row, const char *member, char *out,
                       size_t size_bytes)
{
    lyt_str text;
    lyt_status status = lyt_import_text(in, row, member, &text);

    if (!status && text.len >= size_bytes)
        return lyt_error_set(in->err, LYT_EFORMAT, "%s[%zu].%s: at most %zu bytes", in->list,
                             in->index, member, size_bytes - 1);
    if (!status)
        snprintf(out, size_bytes, "%.*s", LYT_STR_ARG(text));
    return status;
}

static lyt_status read_incident(lyt_import *in, const lyt_json *row, lyt_incident *out,
                                int64_t *old)
{
    const struct {
        const char *member;
        char *to;
        size_t size_bytes;
    } texts[] = {{"scenario", out->scenario, sizeof out->scenario},
                 {"team", out->team, sizeof out->team},
                 {"property", out->property, sizeof out->property},
                 {"place", out->place, sizeof out->place},
                 {"owner", out->owner, sizeof out->owner}};
    int64_t severity = 0;
    lyt_str state = {"", 0};
    lyt_status status = lyt_import_number(in, row, "incident", true, old);

    for (size_t i = 0; !status && i < sizeof texts / sizeof *texts; i++)
        status = copy(in, row, texts[i].member, texts[i].to, texts[i].size_bytes);
    if (!status)
        status = lyt_import_number(in, row, "severity", true, &severity);
    if (!status)
        status = lyt_import_number(in, row, "opened_us", true, &out->opened_us);
    if (!status)
        status = lyt_import_number(in, row, "updated_us", true, &out->updated_us);
    if (!status)
        status = lyt_import_number(in, row, "last_message_us", false, &out->last_message_us);
    if (!status)
        status = lyt_import_number(in, row, "messages", false, &out->n_messages);
    if (!status)
        status = lyt_import_text(in, row, "state", &state);
    if (!status && (severity > 4 || lyt_incident_state_parse(&out->state, state)))
        status = lyt_error_set(in->err, LYT_EFORMAT, "%s[%zu].%s: must be %s", in->list, in->index,
                               severity > 4 ? "severity" : "state",
                               severity > 4 ? "0 to 4" : "the name of a state");
    out->severity = (int)severity;
    return status;
}

/* What it means elsewhere only, or between incidents that did not all come along. */
static bool stays_behind(lyt_fact_kind kind)
{
    switch (kind) {
    case LYT_FACT_REPEAT:
    case LYT_FACT_MERGED:
    case LYT_FACT_UNMERGED:
    case LYT_FACT_TAKEN:
    case LYT_FACT_LINKED:
    case LYT_FACT_UNLINKED:
    case LYT_FACT_SILENCED:
    case LYT_FACT_UNSILENCED:
    case LYT_FACT_FOUND:
    case LYT_FACT_UNFOUND:
    case LYT_FACT_FIX_OPENED:
    case LYT_FACT_FIX_DONE:
    case LYT_FACT_FIX_LATE:
    case LYT_FACT_FIX_BACK:
        return true;
    default:
        return false;
    }
}

/* Numbers of messages, offers and promises are those of this store from now on. */
static lyt_status renumber(lyt_import *in, lyt_fact *fact, int64_t incident)
{
    lyt_pair_kind kind = LYT_PAIR_MESSAGE;
    int64_t fresh = 0;

    fact->incident = incident;
    switch (fact->kind) {
    case LYT_FACT_OPENED:
    case LYT_FACT_HEARD:
        break;
    case LYT_FACT_OFFERED:
    case LYT_FACT_APPROVAL_ASKED:
        kind = LYT_PAIR_OFFER;
        if (!lyt_import_find(in, kind, fact->other))
            fresh = (int64_t)lyt_book_offers(in->book) + 1;
        break;
    case LYT_FACT_APPROVAL_RAISED:
    case LYT_FACT_APPROVED:
    case LYT_FACT_DECLINED:
    case LYT_FACT_WITHDRAWN:
        kind = LYT_PAIR_OFFER;
        break;
    case LYT_FACT_PROMISED:
        kind = LYT_PAIR_PROMISE;
        fresh = (int64_t)lyt_book_promises(in->book) + 1;
        break;
    case LYT_FACT_KEPT:
    case LYT_FACT_LATE:
        kind = LYT_PAIR_PROMISE;
        break;
    default:
        return LYT_OK;
    }
    if (fresh && lyt_import_pair(in, kind, fact->other, fresh))
        return LYT_ENOMEM;
    fact->other = lyt_import_find(in, kind, fact->other);
    return LYT_OK;
}

static lyt_status take_fact(lyt_import *in, const lyt_json *row, int64_t incident)
{
    lyt_fact fact;
    lyt_buf json;
    lyt_status status = lyt_fact_read(&fact, row, in->err);

    if (status || stays_behind(fact.kind))
        return status;
    status = renumber(in, &fact, incident);
    if (!status)
        status = lyt_book_fold(in->book, &fact, in->err);
    if (status)
        return status;
    lyt_buf_init(&json, in->store->alloc);
    lyt_fact_write(&json, &fact);
    status = lyt_buf_status(&json);
    if (status)
        (void)lyt_error_set(in->err, status, "no memory for a fact");
    else
        status = lyt_store_add_fact(in->store, incident, lyt_buf_str(&json), fact.at_us, in->err);
    lyt_buf_deinit(&json);
    return status;
}

/* *n: how many facts of that incident the file has. */
static lyt_status take_facts(lyt_import *in, int64_t old, int64_t incident, size_t *n)
{
    const lyt_json *facts = lyt_json_get(in->tree, "facts");
    lyt_status status = LYT_OK;

    *n = 0;
    for (size_t i = 0; !status && i < lyt_json_len(facts); i++) {
        const lyt_json *row = lyt_json_at(facts, i);

        if (lyt_json_number(row, "incident") != old)
            continue;
        status = take_fact(in, row, incident);
        ++*n;
    }
    return status;
}

static lyt_status take_history(lyt_import *in, const lyt_json *row, int64_t incident)
{
    const lyt_json *history = lyt_json_get(row, "history");
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_json_len(history); i++) {
        const lyt_json *step = lyt_json_at(history, i);
        int64_t message = lyt_json_number(step, "feedback");

        status = lyt_store_add_history(
            in->store, incident, message ? lyt_import_find(in, LYT_PAIR_MESSAGE, message) : 0,
            lyt_json_text(step, "what"), lyt_json_text(step, "by"), lyt_json_text(step, "note"),
            lyt_json_number(step, "at_us"), in->err);
    }
    return status;
}

static bool has_facts_of(const lyt_import *in, int64_t old)
{
    const lyt_json *facts = lyt_json_get(in->tree, "facts");

    for (size_t i = 0; i < lyt_json_len(facts); i++)
        if (lyt_json_number(lyt_json_at(facts, i), "incident") == old)
            return true;
    return false;
}

lyt_status lyt_import_incident(lyt_import *in, const lyt_json *row)
{
    lyt_incident incident = {.id = 0};
    int64_t old = 0, there = 0, last = 0;
    sqlite3_stmt *s = NULL;
    size_t n_facts = 0;
    bool keeps_facts;
    lyt_status status = read_incident(in, row, &incident, &old);

    if (!status)
        status = find_incident(in, &incident, &there);
    if (status)
        return status;
    in->out->there += there > 0;
    /* a house with settings has its incidents from facts, another has none of them */
    keeps_facts = in->has_facts || !in->has_cases;
    if (!there && (lyt_incident_is_open(incident.state) ||
                   (in->has_facts && !has_facts_of(in, old)))) {
        in->out->left_out++;
        return LYT_OK;
    }
    if (there)
        return LYT_OK;
    status = lyt_import_sql(in, &s, "SELECT max(id) FROM incident");
    if (!status)
        status = lyt_import_ask(in, s, &last);
    incident.id = last + 1;
    if (!status && keeps_facts)
        status = take_facts(in, old, incident.id, &n_facts);
    if (!status && n_facts) {
        lyt_book_mark(in->book);
        in->has_facts = true;
    }
    if (!status)
        status = lyt_store_put_incident(in->store, &incident, in->err);
    if (!status)
        status = take_history(in, row, incident.id);
    in->has_cases = true;
    in->out->incidents += !status;
    return status;
}
