#include "store_import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "import_inside.h"
#include "mem.h"
#include "store_guest.h"
#include "store_inner.h"

/* ---- what a row must have ---- */

static lyt_status refuse(lyt_import *in, const char *member, const char *what)
{
    return lyt_error_set(in->err, LYT_EFORMAT, "%s[%zu].%s: must be %s", in->list, in->index, member,
                         what);
}

lyt_status lyt_import_text(lyt_import *in, const lyt_json *row, const char *member, lyt_str *out)
{
    const lyt_json *value = lyt_json_get(row, member);

    *out = (lyt_str){"", 0};
    if (!value || lyt_json_typeof(value) == LYT_JSON_NULL || lyt_json_str(value, out))
        return LYT_OK;
    return refuse(in, member, "a text");
}

lyt_status lyt_import_number(lyt_import *in, const lyt_json *row, const char *member, bool is_needed,
                             int64_t *out)
{
    const lyt_json *value = lyt_json_get(row, member);

    *out = 0;
    if (!value || lyt_json_typeof(value) == LYT_JSON_NULL)
        return is_needed ? refuse(in, member, "a number") : LYT_OK;
    return lyt_json_int(value, out) && *out >= 0 ? LYT_OK
                                                 : refuse(in, member, "a whole number from 0 on");
}

lyt_status lyt_import_sql(lyt_import *in, sqlite3_stmt **out, const char *sql)
{
    int code = sqlite3_prepare_v2(in->store->db, sql, -1, out, NULL);

    return code == SQLITE_OK ? LYT_OK
                             : lyt_store_fail(in->store, code, "prepare a statement", in->err);
}

/* The first column of the first row, or 0; finalizes. */
lyt_status lyt_import_ask(lyt_import *in, sqlite3_stmt *s, int64_t *out)
{
    int code = sqlite3_step(s);

    *out = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE
               ? LYT_OK
               : lyt_store_fail(in->store, code, "look what is there", in->err);
}

/* Every row of a list, which may be absent. */
static lyt_status each_row(lyt_import *in, const char *list,
                           lyt_status (*take)(lyt_import *in, const lyt_json *row))
{
    const lyt_json *rows = lyt_json_get(in->tree, list);
    lyt_status status = LYT_OK;

    in->list = list;
    if (rows && lyt_json_typeof(rows) != LYT_JSON_ARRAY)
        return lyt_error_set(in->err, LYT_EFORMAT, "%s: must be a list", list);
    for (in->index = 0; !status && in->index < lyt_json_len(rows); in->index++) {
        const lyt_json *row = lyt_json_at(rows, in->index);

        if (lyt_json_typeof(row) != LYT_JSON_OBJECT)
            return lyt_error_set(in->err, LYT_EFORMAT, "%s[%zu]: must be an object", list, in->index);
        status = take(in, row);
    }
    return status;
}

/* ---- messages ---- */

static lyt_status read_message(lyt_import *in, const lyt_json *row, lyt_feedback *f)
{
    lyt_status status = lyt_import_text(in, row, "id", &f->source_id);

    if (!status)
        status = lyt_import_text(in, row, "channel", &f->channel);
    if (!status)
        status = lyt_import_text(in, row, "property", &f->property);
    if (!status)
        status = lyt_import_text(in, row, "place", &f->place);
    if (!status)
        status = lyt_import_text(in, row, "from", &f->sender);
    if (!status)
        status = lyt_import_text(in, row, "lang", &f->language);
    if (!status)
        status = lyt_import_text(in, row, "text", &f->text);
    if (!status)
        status = lyt_import_text(in, row, "author", &f->author);
    if (!status)
        status = lyt_import_text(in, row, "mark", &f->mark);
    if (!status)
        status = lyt_import_number(in, row, "accepted_us", true, &f->received_us);
    if (!status)
        status = lyt_import_number(in, row, "sent_us", false, &f->sent_us);
    if (status)
        return status;
    f->score = NAN;
    f->scale = 0;
    if (lyt_json_get(row, "score") && lyt_json_typeof(lyt_json_get(row, "score")) != LYT_JSON_NULL &&
        (!lyt_json_real(lyt_json_get(row, "score"), &f->score) ||
         !lyt_json_real(lyt_json_get(row, "scale"), &f->scale)))
        return refuse(in, "score", "a number, with a scale");
    if (!lyt_str_equal(f->sender, in->guest))
        return refuse(in, "from", "the guest that the file is of");
    return LYT_OK;
}

static lyt_status find_message(lyt_import *in, const lyt_feedback *f, int64_t *id)
{
    sqlite3_stmt *s = NULL;
    lyt_status status =
        lyt_import_sql(in, &s,
                       "SELECT id FROM feedback WHERE received_us = ?1 AND channel = ?2"
                       " AND source_id = ?3 AND text = ?4 AND sender = ?5");

    if (status)
        return status;
    sqlite3_bind_int64(s, 1, f->received_us);
    lyt_store_bind_str(s, 2, f->channel);
    lyt_store_bind_str(s, 3, f->source_id);
    lyt_store_bind_str(s, 4, f->text);
    lyt_store_bind_str(s, 5, f->sender);
    return lyt_import_ask(in, s, id);
}

/* What was heard then; one that was never judged stays so, or it would raise an alarm today. */
static lyt_status add_verdict(lyt_import *in, const lyt_json *verdict, int64_t id, int64_t at_us)
{
    unsigned long long version = 0;
    char hex[17] = "";
    lyt_status status;
    lyt_buf json;

    lyt_buf_init(&json, in->store->alloc);
    if (lyt_json_typeof(verdict) == LYT_JSON_OBJECT)
        lyt_json_write(&json, verdict);
    else
        lyt_buf_add_text(&json, "{\"text\":\"\",\"language\":{\"code\":\"und\",\"probability\":0},"
                                "\"kind\":\"other\",\"failures\":[]}");
    snprintf(hex, sizeof hex, "%.*s", LYT_STR_ARG(lyt_str_slice(lyt_json_text(verdict, "pack"), 0, 16)));
    (void)sscanf(hex, "%16llx", &version);
    status = lyt_buf_status(&json);
    if (status)
        (void)lyt_error_set(in->err, status, "no memory for a verdict");
    else
        status = lyt_store_add_verdict(in->store, id, version, lyt_buf_str(&json), at_us, in->err);
    lyt_buf_deinit(&json);
    return status;
}

static lyt_status take_message(lyt_import *in, const lyt_json *row)
{
    lyt_feedback f = {.id = 0};
    int64_t old = 0, id = 0;
    lyt_status status = lyt_import_number(in, row, "feedback", true, &old);

    if (!status)
        status = read_message(in, row, &f);
    if (!status)
        status = find_message(in, &f, &id);
    if (!status && id) {
        in->out->there++;
    } else if (!status) {
        status = lyt_store_add_feedback(in->store, &f, &id, in->err);
        if (!status)
            status = add_verdict(in, lyt_json_get(row, "verdict"), id, f.received_us);
        in->out->messages += !status;
    }
    return status ? status : lyt_import_pair(in, LYT_PAIR_MESSAGE, old, id);
}

/* ---- what else is kept ---- */

/* A statement with the row's texts (of `members`) from ?2 on and a time as the last. */
static lyt_status put_row(lyt_import *in, const lyt_json *row, const char *there, const char *put,
                          const char *const *members, const char *time)
{
    sqlite3_stmt *s[2] = {NULL, NULL};
    int64_t at_us = 0, is_there = 0;
    lyt_status status = lyt_import_number(in, row, time, true, &at_us);

    for (int k = 0; !status && k < 2 && !is_there; k++) {
        int n = 2;

        status = lyt_import_sql(in, &s[k], k ? put : there);
        if (!status)
            lyt_store_bind_str(s[k], 1, in->guest);
        for (; !status && members[n - 2]; n++) {
            lyt_str text;

            status = lyt_import_text(in, row, members[n - 2], &text);
            if (!status)
                lyt_store_bind_str(s[k], n, text);
        }
        if (!status)
            sqlite3_bind_int64(s[k], n, at_us);
        if (!status && k == 0)
            status = lyt_import_ask(in, s[0], &is_there), s[0] = NULL;
        else if (!status)
            status = lyt_store_run(in->store, s[1], "take in what is kept of a guest", in->err);
    }
    sqlite3_finalize(s[0]);
    sqlite3_finalize(s[1]);
    in->out->there += !status && is_there;
    in->out->others += !status && !is_there;
    return status;
}

static lyt_status take_note(lyt_import *in, const lyt_json *row)
{
    static const char *const members[] = {"kind", "item", "source", NULL};

    return put_row(in, row,
                   "SELECT 1 FROM note WHERE guest = ?1 AND kind = ?2 AND item = ?3"
                   " AND source = ?4 AND at_us = ?5",
                   "INSERT INTO note(guest, kind, item, source, at_us) VALUES(?1,?2,?3,?4,?5)",
                   members, "at_us");
}

static lyt_status take_consent(lyt_import *in, const lyt_json *row)
{
    static const char *const members[] = {"what", "how", "by", NULL};

    return put_row(in, row,
                   "SELECT 1 FROM consent WHERE guest = ?1 AND what = ?2 AND how = ?3"
                   " AND by_whom = ?4 AND at_us = ?5",
                   "INSERT INTO consent(guest, what, how, by_whom, source_id, at_us)"
                   " VALUES(?1,?2,?3,?4,'',?5)",
                   members, "at_us");
}

/* What waited to go out then is not sent now. */
static lyt_status take_sent(lyt_import *in, const lyt_json *row)
{
    static const char *const members[] = {"kind", "state", "lang",   "text",
                                          "why",  "by",    "ground", NULL};

    return put_row(in, row,
                   "SELECT 1 FROM reply WHERE guest = ?1 AND kind = ?2 AND language = ?4"
                   " AND text = ?5 AND by_whom = ?7 AND at_us = ?9",
                   "INSERT INTO reply(seq, incident, state, guest, kind, message, language, text,"
                   " why, by_whom, ground, at_us) VALUES(0, 0, iif(?3 IN ('sent', 'dead'), ?3,"
                   " 'dropped'), ?1, ?2, '', ?4, ?5, ?6, ?7, ?8, ?9)",
                   members, "at_us");
}

static lyt_status take_stay(lyt_import *in, const lyt_json *row)
{
    lyt_str id = {"", 0}, property, place;
    int64_t from_us = 0, to_us = 0, is_there = 0;
    sqlite3_stmt *s = NULL;
    lyt_status status = lyt_import_text(in, row, "id", &id);

    if (!status)
        status = lyt_import_text(in, row, "property", &property);
    if (!status)
        status = lyt_import_text(in, row, "place", &place);
    if (!status)
        status = lyt_import_number(in, row, "from_us", true, &from_us);
    if (!status)
        status = lyt_import_number(in, row, "to_us", true, &to_us);
    if (!status && !id.len)
        status = refuse(in, "id", "the stay's");
    if (!status)
        status = lyt_import_sql(in, &s, "SELECT 1 FROM stay WHERE id = ?1");
    if (status)
        return status;
    lyt_store_bind_str(s, 1, id);
    status = lyt_import_ask(in, s, &is_there);
    if (!status && !is_there)
        status = lyt_import_sql(in, &s,
                                "INSERT INTO stay(id, guest, property, place, from_us, to_us)"
                                " VALUES(?1,?2,?3,?4,?5,?6)");
    in->out->there += !status && is_there;
    if (status || is_there)
        return status;
    lyt_store_bind_str(s, 1, id);
    lyt_store_bind_str(s, 2, in->guest);
    lyt_store_bind_str(s, 3, property);
    lyt_store_bind_str(s, 4, place);
    sqlite3_bind_int64(s, 5, from_us);
    sqlite3_bind_int64(s, 6, to_us);
    status = lyt_store_run(in->store, s, "take in a stay", in->err);
    sqlite3_finalize(s);
    in->out->others += !status;
    return status;
}

/* What the guest did: the event as it came. */
static lyt_status take_behaviour(lyt_import *in, const lyt_json *row)
{
    int64_t at_us = 0, is_there = 0;
    sqlite3_stmt *s = NULL;
    lyt_buf json;
    lyt_status status = LYT_OK;

    if (lyt_clock_parse(&at_us, lyt_json_text(row, "at")))
        return refuse(in, "at", "a time like 2026-11-22T05:40:00Z");
    lyt_buf_init(&json, in->store->alloc);
    lyt_json_write(&json, row);
    if (lyt_buf_status(&json))
        status = lyt_error_set(in->err, LYT_ENOMEM, "no memory for an event");
    if (!status)
        status = lyt_import_sql(in, &s,
                                "SELECT 1 FROM behaviour WHERE subject = ?1 AND at_us = ?3"
                                " AND json_valid(json) AND json(json) = json(?2)");
    if (!status) {
        lyt_store_bind_str(s, 1, in->guest);
        lyt_store_bind_str(s, 2, lyt_buf_str(&json));
        sqlite3_bind_int64(s, 3, at_us);
        status = lyt_import_ask(in, s, &is_there);
    }
    if (!status && !is_there)
        status = lyt_store_add_behaviour(in->store, in->guest, lyt_buf_str(&json), at_us, in->err);
    lyt_buf_deinit(&json);
    in->out->there += !status && is_there;
    in->out->others += !status && !is_there;
    return status;
}

/* ---- the whole ---- */

lyt_status lyt_import_pair(lyt_import *in, lyt_pair_kind kind, int64_t old, int64_t now)
{
    if (lyt_mem_grow(in->store->alloc, &in->pairs, &in->cap_pairs, in->n_pairs + 1,
                     sizeof *in->pairs))
        return lyt_error_set(in->err, LYT_ENOMEM, "no memory for the numbers");
    in->pairs[in->n_pairs++] = (lyt_pair){kind, old, now};
    return LYT_OK;
}

int64_t lyt_import_find(const lyt_import *in, lyt_pair_kind kind, int64_t old)
{
    for (size_t i = 0; i < in->n_pairs; i++)
        if (in->pairs[i].kind == kind && in->pairs[i].old == old)
            return in->pairs[i].now;
    return 0;
}

static lyt_status import_all(lyt_import *in)
{
    static const struct {
        const char *list;
        lyt_status (*take)(lyt_import *in, const lyt_json *row);
    } lists[] = {
        {"messages", take_message}, {"incidents", lyt_import_incident}, {"notes", take_note},
        {"stays", take_stay},       {"consent", take_consent},          {"sent", take_sent},
        {"behaviour", take_behaviour},
    };
    lyt_status status = lyt_import_book(in);

    for (size_t i = 0; !status && i < sizeof lists / sizeof *lists; i++)
        status = each_row(in, lists[i].list, lists[i].take);
    return status;
}

lyt_status lyt_store_import(lyt_store *store, const lyt_json *tree, lyt_imported *out,
                            lyt_error *err)
{
    lyt_import in = {.store = store, .tree = tree, .out = out, .err = err};
    lyt_status status;

    *out = (lyt_imported){0};
    if (lyt_json_typeof(tree) != LYT_JSON_OBJECT ||
        !lyt_json_str(lyt_json_get(tree, "guest"), &in.guest) || !lyt_json_get(tree, "messages"))
        return lyt_error_set(err, LYT_EFORMAT,
                             "must be an object with \"guest\" and \"messages\", as lyt privacy "
                             "export writes it");
    status = lyt_store_begin(store, err);
    if (!status)
        status = import_all(&in);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    lyt_book_free(in.book);
    lyt_mem_free(store->alloc, in.pairs);
    return status;
}
