#include "store_person.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "store_inner.h"

/*
 * ?1 is the guest, ?2 the message's number when there is no guest. going: the messages' numbers;
 * own: incidents that no other message is in. Both are of numbers only, and gone with the
 * connection.
 */
static const char *const begin_sql[] = {
    "CREATE TEMP TABLE IF NOT EXISTS going(id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE IF NOT EXISTS own(id INTEGER PRIMARY KEY)",
    "DELETE FROM going",
    "DELETE FROM own",
    "INSERT INTO going SELECT id FROM feedback WHERE (?1 <> '' AND sender = ?1)"
    " OR (?1 = '' AND id = ?2)",
    "INSERT INTO own SELECT DISTINCT h.incident_id FROM history h WHERE h.feedback_id > 0"
    " AND h.feedback_id IN (SELECT id FROM going) AND NOT EXISTS (SELECT 1 FROM history o"
    " WHERE o.incident_id = h.incident_id AND o.feedback_id > 0"
    " AND o.feedback_id NOT IN (SELECT id FROM going))",
};

#define HAS_GUEST "?1 <> '' AND length(?1) > 3 AND json_valid(json)"
#define WITHOUT_GUEST(member)                                                                      \
    "json_replace(json, '$." member "', replace(json_extract(json, '$." member                     \
    "'), ?1, ''))"

/* Those that are counted, in the order of lyt_erased; then the rest. */
static const char *const erase_sql[] = {
    "UPDATE feedback SET text = '', sender = '', source_id = '' WHERE id IN (SELECT id FROM going)",
    "UPDATE event SET json = json_replace(json, '$.id', '', '$.evidence', json('[]'), '$.reason',"
    " '') WHERE json_valid(json) AND json_extract(json, '$.feedback') IN (SELECT id FROM going)",
    "UPDATE history SET note = '' WHERE note <> '' AND incident_id IN (SELECT id FROM own)",
    "UPDATE fact SET json = json_remove(json, '$.guest') WHERE json_valid(json) AND ?1 <> ''"
    " AND json_extract(json, '$.guest') = ?1",
    "UPDATE verdict SET parked = 'erased' WHERE parked IS NOT NULL"
    " AND feedback_id IN (SELECT id FROM going)",
    "UPDATE event SET json = json_replace(json, '$.note', '') WHERE json_valid(json)"
    " AND json_extract(json, '$.note') <> '' AND (json_extract(json, '$.incident')"
    " IN (SELECT id FROM own) OR json_extract(json, '$.feedback') IN (SELECT id FROM going))",
    "UPDATE fact SET json = json_remove(json, '$.text') WHERE incident_id IN (SELECT id FROM own)"
    " AND json_valid(json) AND json_extract(json, '$.fact') NOT IN ('told', 'silenced',"
    " 'found', 'unfound')",
    "UPDATE history SET note = replace(note, ?1, '') WHERE ?1 <> '' AND length(?1) > 3"
    " AND instr(note, ?1)",
    "UPDATE event SET json = " WITHOUT_GUEST("note") " WHERE " HAS_GUEST
    " AND instr(json_extract(json, '$.note'), ?1)",
    "UPDATE fact SET json = " WITHOUT_GUEST("text") " WHERE " HAS_GUEST
    " AND instr(json_extract(json, '$.text'), ?1)",
    /* of what a trigger found, who is the guest */
    "UPDATE fact SET json = json_remove(json, '$.who') WHERE json_valid(json) AND ?1 <> ''"
    " AND json_extract(json, '$.fact') IN ('found', 'unfound')"
    " AND json_extract(json, '$.who') = ?1",
    LYT_STORE_DROP_SNAPSHOT,
    LYT_STORE_NOTE_FACTS,
};

/* Tables that a state may have; rows of the guest go as a whole. */
static const struct {
    const char *table, *column;
} more[] = {{"note", "guest"},
          {"stay", "guest"},
          {"behaviour", "subject"},
          {"contact", "guest"},
          {"reply", "guest"}};

/*
 * That the guest wants no messages stays, where who it is is a pseudonym: somebody who is forgotten
 * must not be written to again. Any other name of a guest goes.
 */
static const char consent_sql[] =
    "DELETE FROM consent WHERE guest = ?1 AND NOT (length(guest) = 33 AND substr(guest, 1, 1) = 'g'"
    " AND NOT substr(guest, 2) GLOB '*[^0-9a-f]*')";

static lyt_status one(lyt_store *store, const char *text, const lyt_who *person, int64_t *n,
                      lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, text, -1, &s, NULL);
    lyt_status status = LYT_OK;

    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "prepare a statement", err);
    if (sqlite3_bind_parameter_count(s) > 0)
        lyt_store_bind_str(s, 1, person->guest);
    if (sqlite3_bind_parameter_count(s) > 1)
        sqlite3_bind_int64(s, 2, person->feedback);
    code = sqlite3_step(s);
    if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "erase", err);
    else if (n)
        *n += sqlite3_changes(store->db);
    sqlite3_finalize(s);
    return status;
}

static bool has_table(lyt_store *store, const char *name)
{
    sqlite3_stmt *s = NULL;
    bool has = sqlite3_prepare_v2(store->db,
                                  "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
                                  -1, &s, NULL) == SQLITE_OK &&
               sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(s) == SQLITE_ROW;

    sqlite3_finalize(s);
    return has;
}

static lyt_status find_going(lyt_store *store, const lyt_who *person, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < sizeof begin_sql / sizeof *begin_sql; i++)
        status = one(store, begin_sql[i], person, NULL, err);
    return status;
}

static lyt_status blank_verdicts(lyt_store *store, lyt_error *err)
{
    sqlite3_stmt *ids = NULL, *blank = NULL;
    lyt_status status = LYT_OK;
    int code = sqlite3_prepare_v2(store->db, "SELECT id FROM going", -1, &ids, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(store->db, LYT_STORE_BLANK_VERDICT, -1, &blank, NULL);
    if (code != SQLITE_OK)
        status = lyt_store_fail(store, code, "prepare a statement", err);
    while (!status && (code = sqlite3_step(ids)) == SQLITE_ROW) {
        sqlite3_bind_int64(blank, 1, sqlite3_column_int64(ids, 0));
        status = lyt_store_run(store, blank, "erase what a verdict quotes", err);
    }
    if (!status && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "erase", err);
    sqlite3_finalize(ids);
    sqlite3_finalize(blank);
    return status;
}

static lyt_status erase_all(lyt_store *store, const lyt_who *person, lyt_erased *out,
                            lyt_error *err)
{
    int64_t *const counts[] = {&out->messages, &out->events, &out->incidents, &out->others};
    lyt_status status = find_going(store, person, err);

    if (!status)
        status = blank_verdicts(store, err);
    for (size_t i = 0; !status && i < sizeof erase_sql / sizeof *erase_sql; i++)
        status = one(store, erase_sql[i], person, i < 4 ? counts[i] : NULL, err);
    for (size_t i = 0; !status && person->guest.len && i < sizeof more / sizeof *more; i++) {
        char text[80];

        if (!has_table(store, more[i].table))
            continue;
        snprintf(text, sizeof text, "DELETE FROM %s WHERE %s = ?1", more[i].table, more[i].column);
        status = one(store, text, person, &out->others, err);
    }
    if (!status && person->guest.len && has_table(store, "consent"))
        status = one(store, consent_sql, person, &out->others, err);
    if (!status)
        status = one(store, LYT_STORE_NOTE_BLANKED, person, NULL, err);
    return status;
}

lyt_status lyt_store_erase(lyt_store *store, const lyt_who *person, lyt_erased *out,
                           lyt_error *err)
{
    lyt_status status = lyt_store_begin(store, err);

    *out = (lyt_erased){0};
    if (!status)
        status = erase_all(store, person, out, err);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status;
}

/*
 * Whoever empties the log keeps others from writing while it waits for those who read: so it waits
 * a moment only, lets them write, and tries again.
 */
static int empty_log(lyt_store *store)
{
    enum { slice_ms = 100, pause_ms = 100, tries_most = 300 };
    int code = SQLITE_BUSY;

    sqlite3_busy_timeout(store->db, slice_ms);
    for (int i = 0; i < tries_most && (code & 0xff) == SQLITE_BUSY; i++) {
        if (i)
            (void)sqlite3_sleep(pause_ms);
        code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_busy_timeout(store->db, (int)store->busy_ms);
    return code;
}

lyt_status lyt_store_scrub(lyt_store *store, lyt_error *err)
{
    int code = sqlite3_exec(store->db, "VACUUM", NULL, NULL, NULL);

    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "write the database anew", err);
    code = empty_log(store);
    return code == SQLITE_OK ? LYT_OK : lyt_store_fail(store, code, "empty the log", err);
}

lyt_status lyt_store_sender(lyt_store *store, int64_t feedback, char *out, size_t out_bytes,
                            lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code =
        sqlite3_prepare_v2(store->db, "SELECT sender FROM feedback WHERE id = ?1", -1, &s, NULL);
    lyt_status status = LYT_OK;
    lyt_str sender;

    if (code == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, feedback);
        code = sqlite3_step(s);
    }
    if (code == SQLITE_ROW) {
        sender = lyt_store_column_str(s, 0);
        if (sender.len < out_bytes)
            snprintf(out, out_bytes, "%.*s", LYT_STR_ARG(sender));
        else
            status = lyt_error_at(err, LYT_EFORMAT, sqlite3_db_filename(store->db, "main"), 0, 0,
                                  "the sender of message %lld is damaged", (long long)feedback);
    } else if (code == SQLITE_DONE) {
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is no message %lld", (long long)feedback);
    } else {
        status = lyt_store_fail(store, code, "read the database", err);
    }
    sqlite3_finalize(s);
    return status;
}

#define STATE_NAME                                                                                 \
    "(SELECT value FROM json_each('[\"new\",\"acknowledged\",\"in-work\",\"remedied\","            \
    "\"confirmed\",\"closed\",\"reopened\",\"void\"]') WHERE key = i.state)"

typedef struct list {
    const char *name, *sql, *needs;
} list;

/* Each row is a JSON object already. */
static const list lists[] = {
    {"messages",
     "SELECT json_patch(json_object('feedback', f.id, 'id', f.source_id, 'channel', f.channel,"
     " 'property', f.property, 'place', f.place, 'from', f.sender, 'lang', f.language, 'text',"
     " f.text, 'author', nullif(f.author, ''), 'mark', nullif(f.mark, ''), 'score', f.score, 'scale', iif(f.score IS NULL, NULL, f.scale), 'accepted_us',"
     " f.received_us, 'sent_us', nullif(f.sent_us, 0)), json_object('verdict', iif(json_valid("
     "v.json), json(v.json), NULL))) FROM feedback f JOIN going g ON g.id = f.id"
     " LEFT JOIN verdict v ON v.feedback_id = f.id ORDER BY f.id",
     NULL},
    {"incidents",
     "SELECT json_object('incident', i.id, 'scenario', i.scenario, 'property', i.property,"
     " 'place', i.place, 'severity', i.severity, 'team', i.team, 'opened_us', i.opened_us,"
     " 'updated_us', i.updated_us, 'last_message_us', i.last_message_us, 'messages',"
     " i.n_messages, 'owner', i.owner, 'state', " STATE_NAME ", 'open', json(iif(i.open, 'true', 'false')), 'history',"
     " json((SELECT json_group_array(json_object('at_us', h.at_us, 'what', h.what, 'feedback',"
     " h.feedback_id, 'by', h.by_whom, 'note', h.note)) FROM history h WHERE h.incident_id = i.id"
     " AND (h.feedback_id = 0 OR h.feedback_id IN (SELECT id FROM going))))) FROM incident i"
     " WHERE i.id IN (SELECT incident_id FROM history WHERE feedback_id > 0"
     " AND feedback_id IN (SELECT id FROM going)) ORDER BY i.id",
     NULL},
    {"facts",
     "SELECT json FROM fact WHERE json_valid(json) AND (incident_id IN (SELECT id FROM own)"
     " OR (?1 <> '' AND json_extract(json, '$.guest') = ?1)) ORDER BY id",
     NULL},
    {"notes",
     "SELECT json_object('kind', kind, 'guest', guest, 'item', item, 'source', source, 'at_us',"
     " at_us) FROM note WHERE guest = ?1 AND ?1 <> '' ORDER BY id",
     "note"},
    {"stays",
     "SELECT json_object('id', id, 'guest', guest, 'property', property, 'place', place, 'from_us',"
     " from_us, 'to_us', to_us) FROM stay WHERE guest = ?1 AND ?1 <> '' ORDER BY id",
     "stay"},
    {"behaviour", "SELECT json FROM behaviour WHERE subject = ?1 AND json_valid(json) ORDER BY id",
     "behaviour"},
    {"contact",
     "SELECT json_object('kind', kind, 'lang', language, 'sealed', sealed, 'typed',"
     " json(iif(is_typed, 'true', 'false')), 'seen_us', seen_us, 'until_us', until_us)"
     " FROM contact WHERE guest = ?1 AND ?1 <> ''",
     "contact"},
    {"consent",
     "SELECT json_object('what', what, 'how', how, 'by', by_whom, 'at_us', at_us) FROM consent"
     " WHERE guest = ?1 AND ?1 <> '' ORDER BY id",
     "consent"},
    {"sent",
     "SELECT json_object('incident', incident, 'kind', kind, 'state', state, 'lang', language,"
     " 'text', text, 'why', why, 'by', by_whom, 'ground', ground, 'at_us', at_us) FROM reply"
     " WHERE guest = ?1 AND ?1 <> '' ORDER BY id",
     "reply"},
};

static lyt_status write_list(lyt_store *store, const list *l, const lyt_who *person, lyt_jw *jw,
                             lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, l->sql, -1, &s, NULL);
    lyt_status status = LYT_OK;

    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "prepare a statement", err);
    if (sqlite3_bind_parameter_count(s) > 0)
        lyt_store_bind_str(s, 1, person->guest);
    lyt_jw_key(jw, l->name);
    lyt_jw_array(jw);
    while ((code = sqlite3_step(s)) == SQLITE_ROW)
        lyt_jw_raw(jw, lyt_store_column_str(s, 0));
    lyt_jw_array_end(jw);
    if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read what is kept about a guest", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_export(lyt_store *store, const lyt_who *person, lyt_buf *out,
                            lyt_error *err)
{
    lyt_status status = LYT_OK;
    lyt_jw jw;

    /* a table of this connection alone: the database is not written to */
    if (sqlite3_exec(store->db, "PRAGMA query_only=0", NULL, NULL, NULL) != SQLITE_OK)
        return lyt_error_set(err, LYT_EIO, "the database cannot be read");
    status = find_going(store, person, err);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "guest", person->guest);
    for (size_t i = 0; !status && i < sizeof lists / sizeof *lists; i++)
        if (!lists[i].needs || has_table(store, lists[i].needs))
            status = write_list(store, &lists[i], person, &jw, err);
    lyt_jw_object_end(&jw);
    (void)sqlite3_exec(store->db, "PRAGMA query_only=1", NULL, NULL, NULL);
    if (!status && lyt_buf_status(out))
        status = lyt_error_set(err, lyt_buf_status(out), "no memory for what is kept");
    return status;
}
