#include "store_reply.h"

#include <string.h>

#include "store_inner.h"

static const char *const states[] = {
#define X(name, text) text,
    LYT_REPLY_STATES(X)
#undef X
};

const char *lyt_reply_state_name(lyt_reply_state state)
{
    return state < LYT_REPLY_STATE_COUNT ? states[state] : "unknown";
}

static lyt_reply_state state_of(lyt_str name)
{
    for (unsigned i = 0; i < LYT_REPLY_STATE_COUNT; i++)
        if (lyt_str_equal(lyt_str_of(states[i]), name))
            return (lyt_reply_state)i;
    return LYT_REPLY_HELD;
}

/* These are few a message; they are not worth being kept. */
static sqlite3_stmt *prepare(lyt_store *store, const char *text, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, text, -1, &s, NULL);

    lyt_store_clear(err);
    if (code != SQLITE_OK) {
        (void)!lyt_store_fail(store, code, "prepare a statement", err);
        return NULL;
    }
    return s;
}

static lyt_status finish(lyt_store *store, sqlite3_stmt *s, const char *doing, lyt_error *err)
{
    lyt_status status = lyt_store_run(store, s, doing, err);

    sqlite3_finalize(s);
    return status;
}

/* ---- where to ---- */

lyt_status lyt_store_put_contact(lyt_store *store, const lyt_contact_row *row, lyt_error *err)
{
    sqlite3_stmt *s = prepare(
        store,
        "INSERT INTO contact(guest, kind, language, sealed, is_typed, seen_us, until_us)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7) ON CONFLICT(guest) DO UPDATE SET kind=?2,"
        " language=iif(?3 = '', language, ?3), sealed=?4, is_typed=?5, seen_us=?6, until_us=?7"
        " WHERE is_typed >= ?5 OR until_us < ?6",
        err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, row->guest);
    lyt_store_bind_str(s, 2, row->kind);
    lyt_store_bind_str(s, 3, row->language);
    lyt_store_bind_str(s, 4, row->sealed);
    sqlite3_bind_int(s, 5, row->is_typed);
    sqlite3_bind_int64(s, 6, row->seen_us);
    sqlite3_bind_int64(s, 7, row->until_us);
    return finish(store, s, "keep where a guest can be written to", err);
}

lyt_status lyt_store_get_contact(lyt_store *store, lyt_str guest, int64_t now_us,
                                 lyt_contact_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT kind, language, sealed, is_typed, seen_us, until_us"
                              " FROM contact WHERE guest = ?1 AND until_us > ?2",
                              err);
    lyt_status status = LYT_OK;
    int code;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    sqlite3_bind_int64(s, 2, now_us);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        lyt_contact_row row = {.guest = guest,
                               .kind = lyt_store_column_str(s, 0),
                               .language = lyt_store_column_str(s, 1),
                               .sealed = lyt_store_column_str(s, 2),
                               .is_typed = sqlite3_column_int(s, 3) != 0,
                               .seen_us = sqlite3_column_int64(s, 4),
                               .until_us = sqlite3_column_int64(s, 5)};

        status = each(user, &row);
    } else if (code == SQLITE_DONE) {
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is no address of this guest");
    } else {
        status = lyt_store_fail(store, code, "read where a guest can be written to", err);
    }
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_each_contact(lyt_store *store, lyt_str after, int64_t most,
                                  lyt_contact_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT guest, kind, language, sealed, is_typed, seen_us, until_us"
                              " FROM contact WHERE guest > ?1 ORDER BY guest LIMIT ?2",
                              err);
    lyt_status status = LYT_OK;
    int code = SQLITE_ROW;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, after);
    sqlite3_bind_int64(s, 2, most);
    while (!status && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_contact_row row = {.guest = lyt_store_column_str(s, 0),
                               .kind = lyt_store_column_str(s, 1),
                               .language = lyt_store_column_str(s, 2),
                               .sealed = lyt_store_column_str(s, 3),
                               .is_typed = sqlite3_column_int(s, 4) != 0,
                               .seen_us = sqlite3_column_int64(s, 5),
                               .until_us = sqlite3_column_int64(s, 6)};

        status = each(user, &row);
    }
    if (!status && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read where guests can be written to", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_reseal_contact(lyt_store *store, lyt_str guest, lyt_str before,
                                    lyt_str sealed, bool *is_done, lyt_error *err)
{
    sqlite3_stmt *s = prepare(
        store, "UPDATE contact SET sealed = ?3 WHERE guest = ?1 AND sealed = ?2", err);
    lyt_status status;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    lyt_store_bind_str(s, 2, before);
    lyt_store_bind_str(s, 3, sealed);
    status = finish(store, s, "seal anew where a guest can be written to", err);
    *is_done = !status && sqlite3_changes(store->db) == 1;
    return status;
}

lyt_status lyt_store_end_contact(lyt_store *store, lyt_str guest, int64_t until_us, lyt_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "UPDATE contact SET until_us = min(until_us, ?2) WHERE guest = ?1", err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    sqlite3_bind_int64(s, 2, until_us);
    return finish(store, s, "let go of where a guest can be written to", err);
}

lyt_status lyt_store_forget_replies(lyt_store *store, lyt_str guest, lyt_error *err)
{
    static const char *const going[] = {"DELETE FROM contact WHERE guest = ?1",
                                        "DELETE FROM reply WHERE guest = ?1"};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < 2; i++) {
        sqlite3_stmt *s = prepare(store, going[i], err);

        if (!s)
            return LYT_EIO;
        lyt_store_bind_str(s, 1, guest);
        status = finish(store, s, "forget what was written to a guest", err);
    }
    return status;
}

lyt_status lyt_store_drop_contacts(lyt_store *store, int64_t now_us, int64_t replies_before_us,
                                   int64_t *n, lyt_error *err)
{
    /* what a clock that was days ahead has seen was seen now, at the latest: it goes in its time */
    static const char *const going[] = {
        "UPDATE contact SET until_us = until_us - (seen_us - ?1), seen_us = ?1"
        " WHERE seen_us > ?1 + 86400000000",
        "UPDATE reply SET at_us = ?1 WHERE at_us > ?1 + 86400000000",
        "DELETE FROM contact WHERE until_us <= ?1",
        "DELETE FROM reply WHERE at_us < ?1 AND incident NOT IN (SELECT id FROM incident"
        " WHERE open = 1)"};
    lyt_status status = lyt_store_begin(store, err);

    *n = 0;
    for (size_t i = 0; !status && i < sizeof going / sizeof *going; i++) {
        sqlite3_stmt *s = prepare(store, going[i], err);

        if (s)
            sqlite3_bind_int64(s, 1, i == 3 ? replies_before_us : now_us);
        status = s ? finish(store, s, "let go of where guests can be written to", err) : LYT_EIO;
        *n += status || i < 2 ? 0 : sqlite3_changes(store->db);
    }
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status;
}

/* ---- whether they want it ---- */

lyt_status lyt_store_add_consent(lyt_store *store, const lyt_consent_row *row, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "INSERT INTO consent(guest, what, how, by_whom, source_id, at_us)"
                              " VALUES(?1,?2,?3,?4,?5,?6)",
                              err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, row->guest);
    lyt_store_bind_str(s, 2, row->stops ? LYT_STR("stop") : LYT_STR("start"));
    lyt_store_bind_str(s, 3, row->how);
    lyt_store_bind_str(s, 4, row->by);
    lyt_store_bind_str(s, 5, row->source_id);
    sqlite3_bind_int64(s, 6, row->at_us);
    return finish(store, s, "keep what a guest wants", err);
}

lyt_status lyt_store_consent(lyt_store *store, lyt_str guest, bool *stops, int64_t *at_us,
                             lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT what = 'stop', at_us FROM consent WHERE guest = ?1"
                              " ORDER BY id DESC LIMIT 1",
                              err);
    int code;

    *stops = false;
    *at_us = 0;
    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        *stops = sqlite3_column_int(s, 0) != 0;
        *at_us = sqlite3_column_int64(s, 1);
        code = SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? LYT_OK
                               : lyt_store_fail(store, code, "read what a guest wants", err);
}

lyt_status lyt_store_write_consents(lyt_store *store, lyt_buf *out, lyt_error *err)
{
    sqlite3_stmt *s = prepare(
        store,
        "SELECT json_object('guest', guest, 'how', how, 'by', by_whom, 'id', source_id, 'at_us',"
        " at_us) FROM consent c WHERE what = 'stop' AND NOT EXISTS (SELECT 1 FROM consent n"
        " WHERE n.guest = c.guest AND n.id > c.id) ORDER BY id",
        err);
    int code;

    if (!s)
        return LYT_EIO;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_buf_add(out, lyt_store_column_str(s, 0));
        lyt_buf_add_char(out, '\n');
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? lyt_buf_status(out)
                               : lyt_store_fail(store, code, "read what guests want", err);
}

#define AT "strftime('%Y-%m-%dT%H:%M:%SZ', at_us / 1000000, 'unixepoch')"

lyt_status lyt_store_each_ledger(lyt_store *store, lyt_str guest, lyt_fact_fn each, void *user,
                                 lyt_error *err)
{
    /* what was held back or is a draft has gone to nobody */
    sqlite3_stmt *s = prepare(
        store,
        "SELECT json FROM (SELECT at_us, 0 AS kind, id, json_object('at', " AT ", 'guest', guest, 'what',"
        " what, 'by', by_whom, 'how', how) AS json FROM consent WHERE guest = ?1 OR ?1 = ''"
        " UNION ALL SELECT at_us, 1, id, json_object('at', " AT ", 'guest', guest, 'what',"
        " 'message', 'by', by_whom, 'kind', kind, 'state', state, 'incident', incident, 'ground',"
        " ground) FROM reply WHERE (guest = ?1 OR ?1 = '') AND state IN ('queued', 'sent', 'dead'))"
        " ORDER BY at_us, kind, id",
        err);
    lyt_status status = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    while (!status && (code = sqlite3_step(s)) == SQLITE_ROW)
        status = each(user, lyt_store_column_str(s, 0));
    if (!status && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read what guests want", err);
    sqlite3_finalize(s);
    return status;
}

/* Unless the guest has said something since. */
static lyt_status take_consent(lyt_store *store, lyt_str line, int64_t *n, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_consent_row row = {.stops = true};
    bool stops = false;
    int64_t at_us = 0;
    lyt_status status = lyt_json_parse(&json, line, 1 << 16, err);

    if (!status) {
        row.guest = lyt_json_text(json, "guest");
        row.how = lyt_json_text(json, "how");
        row.by = lyt_json_text(json, "by");
        row.source_id = lyt_json_text(json, "id");
        row.at_us = lyt_json_number(json, "at_us");
        status = lyt_store_consent(store, row.guest, &stops, &at_us, err);
    }
    if (!status && !stops && at_us < row.at_us) {
        status = lyt_store_add_consent(store, &row, err);
        *n += !status;
        status = status == LYT_EEXISTS ? LYT_OK : status;
    }
    lyt_json_free(json);
    return status;
}

lyt_status lyt_store_take_consents(lyt_store *store, lyt_str lines, int64_t *n, lyt_error *err)
{
    lyt_status status = lyt_store_begin(store, err);

    *n = 0;
    for (size_t at = 0; !status && at < lines.len;) {
        size_t end = lyt_str_find(lines, '\n', at);

        if (end > at)
            status = take_consent(store, lyt_str_slice(lines, at, end), n, err);
        at = end + 1;
    }
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status;
}

/* ---- what was written ---- */

lyt_status lyt_store_add_reply(lyt_store *store, const lyt_reply_row *row, lyt_error *err)
{
    sqlite3_stmt *s =
        prepare(store,
                "INSERT INTO reply(seq, incident, state, guest, kind, message, language, text, why,"
                " by_whom, ground, at_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
                err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, row->seq);
    sqlite3_bind_int64(s, 2, row->incident);
    lyt_store_bind_str(s, 3, lyt_str_of(lyt_reply_state_name(row->state)));
    lyt_store_bind_str(s, 4, row->guest);
    lyt_store_bind_str(s, 5, row->kind);
    lyt_store_bind_str(s, 6, row->message);
    lyt_store_bind_str(s, 7, row->language);
    lyt_store_bind_str(s, 8, row->text);
    lyt_store_bind_str(s, 9, row->why);
    lyt_store_bind_str(s, 10, row->by);
    lyt_store_bind_str(s, 11, row->ground);
    sqlite3_bind_int64(s, 12, row->at_us);
    return finish(store, s, "keep a message to a guest", err);
}

#define REPLY_COLUMNS                                                                              \
    "id, seq, incident, state, guest, kind, message, language, text, why, by_whom, ground, at_us"

static lyt_status walk(lyt_store *store, sqlite3_stmt *s, lyt_reply_fn each, void *user, size_t *n,
                       lyt_error *err)
{
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_reply_row row = {.id = sqlite3_column_int64(s, 0),
                             .seq = sqlite3_column_int64(s, 1),
                             .incident = sqlite3_column_int64(s, 2),
                             .state = state_of(lyt_store_column_str(s, 3)),
                             .guest = lyt_store_column_str(s, 4),
                             .kind = lyt_store_column_str(s, 5),
                             .message = lyt_store_column_str(s, 6),
                             .language = lyt_store_column_str(s, 7),
                             .text = lyt_store_column_str(s, 8),
                             .why = lyt_store_column_str(s, 9),
                             .by = lyt_store_column_str(s, 10),
                             .ground = lyt_store_column_str(s, 11),
                             .at_us = sqlite3_column_int64(s, 12)};

        ++*n;
        told = each(user, &row);
    }
    told = lyt_store_end_walk(store, s, code, told, err);
    sqlite3_finalize(s);
    return told;
}

lyt_status lyt_store_get_reply(lyt_store *store, int64_t seq, lyt_reply_fn each, void *user,
                               lyt_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "SELECT " REPLY_COLUMNS " FROM reply WHERE seq = ?1 AND seq > 0", err);
    size_t n = 0;
    lyt_status status;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, seq);
    status = walk(store, s, each, user, &n, err);
    return status || n
               ? status
               : lyt_error_set(err, LYT_ENOTFOUND, "what was to be written to the guest is gone");
}

lyt_status lyt_store_put_reply(lyt_store *store, int64_t seq, lyt_reply_state state, lyt_str why,
                               lyt_error *err)
{
    sqlite3_stmt *s =
        prepare(store, "UPDATE reply SET state = ?2, why = ?3 WHERE seq = ?1 AND seq > 0", err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, seq);
    lyt_store_bind_str(s, 2, lyt_str_of(lyt_reply_state_name(state)));
    lyt_store_bind_str(s, 3, why);
    return finish(store, s, "keep what became of a message to a guest", err);
}

lyt_status lyt_store_follow_outbox(lyt_store *store, lyt_str way, int64_t row, lyt_error *err)
{
    /* of one row nothing else is read */
#define FOLLOW(these)                                                                              \
    "UPDATE reply SET (state, why) = (SELECT CASE o.state WHEN 2 THEN 'sent' WHEN 3 THEN 'dead'"   \
    " WHEN 4 THEN 'dropped' ELSE 'queued' END, o.reason FROM outbox o WHERE o.seq = reply.seq"     \
    " AND o.who = 'guest') WHERE seq > 0 AND seq IN (SELECT seq FROM outbox WHERE who = 'guest'"   \
    " AND " these ")"
    sqlite3_stmt *s = prepare(store, row ? FOLLOW("id = ?2") : FOLLOW("way = ?1"), err);
#undef FOLLOW

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    sqlite3_bind_int64(s, 2, row);
    return finish(store, s, "keep what became of messages to guests", err);
}

lyt_status lyt_store_each_reply(lyt_store *store, int64_t incident, lyt_str guest,
                                lyt_reply_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT " REPLY_COLUMNS " FROM reply WHERE incident = ?1"
                              " AND (guest = ?2 OR ?2 = '') ORDER BY id",
                              err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident);
    lyt_store_bind_str(s, 2, guest);
    return walk(store, s, each, user, &n, err);
}

lyt_status lyt_store_each_reply_of(lyt_store *store, lyt_str guest, lyt_reply_fn each, void *user,
                                   lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT " REPLY_COLUMNS " FROM reply WHERE guest = ?1"
                              " ORDER BY at_us DESC, id DESC LIMIT 100",
                              err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    return walk(store, s, each, user, &n, err);
}

lyt_status lyt_store_drop_drafts(lyt_store *store, int64_t incident, lyt_str guest, lyt_str kind,
                                 lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "DELETE FROM reply WHERE incident = ?1 AND state = 'draft'"
                              " AND (guest = ?2 OR ?2 = '') AND (kind = ?3 OR ?3 = '')",
                              err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident);
    lyt_store_bind_str(s, 2, guest);
    lyt_store_bind_str(s, 3, kind);
    return finish(store, s, "take a draft away", err);
}

lyt_status lyt_store_count_replies(lyt_store *store, lyt_str guest, int64_t since_us, int64_t *n,
                                   lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "SELECT count(*) FROM reply WHERE guest = ?1 AND at_us > ?2"
                              " AND seq > 0 AND by_whom = ''",
                              err);
    int code;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    sqlite3_bind_int64(s, 2, since_us);
    code = sqlite3_step(s);
    *n = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return code == SQLITE_ROW ? LYT_OK
                              : lyt_store_fail(store, code, "count messages to a guest", err);
}

lyt_status lyt_store_overtake_replies(lyt_store *store, lyt_str guest, int64_t incident,
                                      lyt_str kinds, lyt_str why, int64_t now_us, lyt_error *err)
{
/* by what they are looked for: each has an index, and what has gone out long ago is not read */
#define OF_GUEST "r.guest = ?1"
#define OF_INCIDENT "r.incident = ?2 AND instr(' ' || ?3 || ' ', ' ' || r.kind || ' ')"
#define DROP_REPLY(these)                                                                          \
    "UPDATE reply SET state = 'dropped', why = ?4 WHERE id IN (SELECT r.id FROM reply r"           \
    " CROSS JOIN outbox o WHERE " these " AND r.seq > 0 AND o.seq = r.seq AND o.state < 2)"
#define DROP_ROW(these)                                                                            \
    "UPDATE outbox SET state = 4, reason = ?4, last_us = ?5 WHERE state < 2 AND seq IN"            \
    " (SELECT r.seq FROM reply r WHERE " these " AND r.seq > 0 AND r.state = 'dropped')"
    static const char *const steps[2][2] = {{DROP_REPLY(OF_INCIDENT), DROP_ROW(OF_INCIDENT)},
                                            {DROP_REPLY(OF_GUEST), DROP_ROW(OF_GUEST)}};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < 2; i++) {
        sqlite3_stmt *s = prepare(store, steps[guest.len > 0][i], err);

        if (!s)
            return LYT_EIO;
        lyt_store_bind_str(s, 1, guest);
        sqlite3_bind_int64(s, 2, incident);
        lyt_store_bind_str(s, 3, kinds);
        lyt_store_bind_str(s, 4, why);
        sqlite3_bind_int64(s, 5, now_us);
        status = finish(store, s, "drop what is overtaken", err);
    }
    return status;
#undef OF_GUEST
#undef OF_INCIDENT
#undef DROP_REPLY
#undef DROP_ROW
}
