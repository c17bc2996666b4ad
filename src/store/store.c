#include "store_inner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "store_file.h"

/*
 * Row n takes the schema from version n to n + 1. Rows are only ever added.
 *
 * feedback is append-only: what became of it stands in verdict, so that
 * classifying a message does not write its page again. Neither has an index on a
 * sender's id: duplicates are remembered by the ledger (an index on random keys costs
 * three times the throughput; docs/tour.md, "Why it is so").
 */
static const char *const migrations[] = {
    "CREATE TABLE feedback("
    " id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, channel TEXT NOT NULL,"
    " property TEXT NOT NULL, place TEXT NOT NULL, sender TEXT NOT NULL, language TEXT NOT NULL,"
    " text TEXT NOT NULL, score REAL, scale REAL NOT NULL, sent_us INTEGER NOT NULL,"
    " received_us INTEGER NOT NULL) STRICT;"
    "CREATE TABLE verdict("
    " feedback_id INTEGER PRIMARY KEY REFERENCES feedback(id), at_us INTEGER NOT NULL,"
    " pack_version INTEGER NOT NULL, json TEXT NOT NULL, parked TEXT) STRICT;"
    "CREATE TABLE incident("
    " id INTEGER PRIMARY KEY, state INTEGER NOT NULL, severity INTEGER NOT NULL,"
    " scenario TEXT NOT NULL, team TEXT NOT NULL, property TEXT NOT NULL, place TEXT NOT NULL,"
    " opened_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, last_message_us INTEGER NOT NULL,"
    " n_messages INTEGER NOT NULL, owner TEXT NOT NULL, open INTEGER NOT NULL) STRICT;"
    "CREATE INDEX incident_open ON incident(id) WHERE open = 1;"
    "CREATE TABLE history("
    " id INTEGER PRIMARY KEY, incident_id INTEGER NOT NULL REFERENCES incident(id),"
    " feedback_id INTEGER NOT NULL, at_us INTEGER NOT NULL, what TEXT NOT NULL,"
    " by_whom TEXT NOT NULL, note TEXT NOT NULL) STRICT;"
    "CREATE INDEX history_incident ON history(incident_id, id);"
    "CREATE TABLE event("
    " seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, topic TEXT NOT NULL, json TEXT NOT NULL)"
    " STRICT;",
    /*
     * A stream is one topic: how many events it has had, and its last one. An index on at_us costs
     * little, since its keys come nearly in order.
     */
    "CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO about VALUES('publisher', lower(hex(randomblob(8))));"
    "CREATE TABLE stream("
    " topic TEXT PRIMARY KEY, n INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO stream SELECT topic, count(*), max(seq) FROM event GROUP BY topic;"
    "CREATE INDEX event_at ON event(at_us);"
    "CREATE TABLE cursor("
    " name TEXT PRIMARY KEY, topics TEXT NOT NULL, floor INTEGER NOT NULL,"
    " wait_ms INTEGER NOT NULL, most INTEGER NOT NULL, owner TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE dead("
    " name TEXT NOT NULL, seq INTEGER NOT NULL, deliveries INTEGER NOT NULL,"
    " at_us INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY(name, seq)) STRICT, WITHOUT ROWID;",
    "CREATE TABLE fact("
    " id INTEGER PRIMARY KEY, incident_id INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " json TEXT NOT NULL) STRICT;",
    /* What is still to go out is little, whatever has gone: it has indices of its own. */
    "CREATE TABLE outbox("
    " id INTEGER PRIMARY KEY, way TEXT NOT NULL, seq INTEGER NOT NULL,"
    " alarm_seq INTEGER NOT NULL, incident INTEGER NOT NULL, event INTEGER NOT NULL,"
    " who TEXT NOT NULL, channel TEXT NOT NULL, lane TEXT NOT NULL, at_us INTEGER NOT NULL,"
    " due_us INTEGER NOT NULL, give_up_us INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0, last_us INTEGER NOT NULL DEFAULT 0,"
    " reason TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE UNIQUE INDEX outbox_cause ON outbox(seq, way);"
    "CREATE INDEX outbox_incident ON outbox(incident, way, id);"
    "CREATE INDEX outbox_open ON outbox(way, incident, lane, id) WHERE state < 2;"
    "CREATE INDEX outbox_due ON outbox(way, due_us, id) WHERE state < 2;"
    "CREATE TABLE way("
    " way TEXT PRIMARY KEY, told_us INTEGER NOT NULL, stopped_us INTEGER NOT NULL,"
    " reason TEXT NOT NULL) STRICT, WITHOUT ROWID;",
    "CREATE TABLE behaviour("
    " id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at_us INTEGER NOT NULL, json TEXT NOT NULL)"
    " STRICT;"
    "CREATE TABLE note("
    " id INTEGER PRIMARY KEY, guest TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL,"
    " source TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX note_guest ON note(guest);"
    "CREATE TABLE stay("
    " id TEXT PRIMARY KEY, guest TEXT NOT NULL, property TEXT NOT NULL, place TEXT NOT NULL,"
    " from_us INTEGER NOT NULL, to_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
    /* what a run over what is too old looks for (store_keep.c) */
    "CREATE INDEX feedback_words ON feedback(received_us) WHERE " LYT_STORE_HAS_WORDS ";"
    "CREATE INDEX history_feedback ON history(feedback_id) WHERE feedback_id > 0;"
    "CREATE INDEX fact_incident ON fact(incident_id);",
    LYT_STORE_REPLY_TABLES,
    /* the sum of the facts, and those of triggers, which are not part of it (store_snapshot.c) */
    "CREATE TABLE snapshot("
    " id INTEGER PRIMARY KEY, fact INTEGER NOT NULL, at_us INTEGER NOT NULL, bytes BLOB NOT NULL)"
    " STRICT;"
    "CREATE INDEX fact_found ON fact(id) WHERE " LYT_STORE_IS_FOUND ";"
    /* what went out and is not kept row by row any more */
    "CREATE TABLE outbox_gone("
    " way TEXT NOT NULL, day INTEGER NOT NULL, state INTEGER NOT NULL, n INTEGER NOT NULL,"
    " PRIMARY KEY(way, day, state)) STRICT, WITHOUT ROWID;",
    "ALTER TABLE feedback ADD COLUMN author TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE feedback ADD COLUMN mark TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE tap(uid TEXT PRIMARY KEY, counter INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
};
enum { schema_now = sizeof migrations / sizeof *migrations };

#define FEEDBACK_COLUMNS                                                                           \
    "f.id, f.source_id, f.channel, f.property, f.place, f.sender, f.language, f.text, f.score,"    \
    " f.scale, f.sent_us, f.received_us, f.author, f.mark"
#define INCIDENT_COLUMNS                                                                           \
    "id, state, severity, scenario, team, property, place, opened_us, updated_us,"                 \
    " last_message_us, n_messages, owner"

#define OUTBOX_COLUMNS                                                                             \
    "o.id, o.way, o.seq, o.alarm_seq, o.incident, o.event, o.who, o.channel, o.lane, o.at_us,"     \
    " o.due_us, o.give_up_us, o.state, o.attempts, o.last_us, o.reason"

#define OUTBOX_COUNT(state)                                                                        \
    "(SELECT count(*) FROM outbox WHERE way = n.way AND state = " #state ") +"                     \
    " (SELECT ifnull(sum(n), 0) FROM outbox_gone g WHERE g.way = n.way AND g.state = " #state ")"

static const char *const sql[LYT_SQL_ALL] = {
    [LYT_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [LYT_SQL_BEGIN_READ] = "BEGIN DEFERRED",
    [LYT_SQL_COMMIT] = "COMMIT",
    [LYT_SQL_ADD_FEEDBACK] = "INSERT INTO feedback(id, source_id, channel, property, place, sender,"
                             " language, text, score, scale, sent_us, received_us, author, mark)"
                             " VALUES(max(ifnull((SELECT max(id) FROM feedback), 0),"
                             " " LYT_STORE_GONE("feedback") ") + 1,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
                             "?11,?12,?13)",
    [LYT_SQL_PUT_TAP] = "INSERT INTO tap(uid, counter) VALUES(?1,?2) ON CONFLICT(uid) DO UPDATE"
                        " SET counter = ?2 WHERE counter < ?2",
    [LYT_SQL_ADD_VERDICT] = "INSERT INTO verdict(feedback_id, at_us, pack_version, json)"
                            " VALUES(?1,?2,?3,?4)",
    [LYT_SQL_PARK] = "INSERT INTO verdict(feedback_id, at_us, pack_version, json, parked)"
                     " VALUES(?1,?2,0,'',?3)",
    [LYT_SQL_PUT_INCIDENT] =
        "INSERT INTO incident(" INCIDENT_COLUMNS ", open)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)"
        " ON CONFLICT(id) DO UPDATE SET state=?2, severity=?3, scenario=?4, team=?5, property=?6,"
        " place=?7, opened_us=?8, updated_us=?9, last_message_us=?10, n_messages=?11, owner=?12,"
        " open=?13",
    [LYT_SQL_ADD_HISTORY] = "INSERT INTO history(incident_id, feedback_id, at_us, what, by_whom,"
                            " note) VALUES(?1,?2,?3,?4,?5,?6)",
    [LYT_SQL_ADD_FACT] = "INSERT INTO fact(incident_id, at_us, json) VALUES(?1,?2,?3)",
    [LYT_SQL_EACH_FACT] = "SELECT json FROM fact ORDER BY id",
    [LYT_SQL_EACH_FACT_AFTER] = "SELECT id, json FROM fact WHERE id > ?1 ORDER BY id",
    [LYT_SQL_ADD_BEHAVIOUR] = "INSERT INTO behaviour(subject, at_us, json) VALUES(?1,?2,?3)",
    [LYT_SQL_EACH_BEHAVIOUR] = "SELECT json FROM behaviour ORDER BY id",
    [LYT_SQL_ADD_NOTE] =
        "INSERT INTO note(guest, kind, item, source, at_us) VALUES(?1,?2,?3,?4,?5)",
    [LYT_SQL_EACH_NOTE] = "SELECT guest, kind, item, source, at_us FROM note"
                          " WHERE guest = ?1 OR ?1 = '' ORDER BY id",
    [LYT_SQL_ERASE_NOTES] = "DELETE FROM note WHERE guest = ?1 AND (item = ?2 OR ?2 = '')",
    [LYT_SQL_PUT_STAY] = "INSERT INTO stay(id, guest, property, place, from_us, to_us)"
                         " VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(id) DO UPDATE SET guest=?2,"
                         " property=?3, place=?4, from_us=?5, to_us=?6",
    [LYT_SQL_EACH_STAY] = "SELECT id, guest, property, place, from_us, to_us FROM stay ORDER BY id",
    [LYT_SQL_ERASE_STAYS] = "DELETE FROM stay WHERE guest = ?1",
    [LYT_SQL_ADD_EVENT] = "INSERT INTO event(seq, at_us, topic, json)"
                          " VALUES(max(ifnull((SELECT max(seq) FROM event), 0),"
                          " " LYT_STORE_GONE("event") ") + 1,?1,?2,?3)",
    [LYT_SQL_EACH_WAITING] = "SELECT " FEEDBACK_COLUMNS " FROM feedback f"
                             " LEFT JOIN verdict v ON v.feedback_id = f.id"
                             " WHERE f.id > ?1 AND v.feedback_id IS NULL ORDER BY f.id LIMIT ?2",
    /* ids grow with time, but a clock may have stepped back: the first is found by its time */
    [LYT_SQL_EACH_RECENT] =
        "SELECT id, source_id, channel, property, received_us FROM feedback WHERE id >="
        " (SELECT min(id) FROM feedback INDEXED BY feedback_words WHERE received_us >= ?1"
        " AND " LYT_STORE_HAS_WORDS ") AND received_us >= ?1 AND source_id <> '' ORDER BY id",
    [LYT_SQL_COMPARE_SOURCE] = "SELECT received_us >= ?4 AND channel = ?2 AND property = ?5,"
                               " source_id = ?3, source_id = '' FROM feedback WHERE id = ?1",
    [LYT_SQL_EACH_INCIDENT] =
        "SELECT " INCIDENT_COLUMNS " FROM incident WHERE open >= ?1 ORDER BY id LIMIT ?2",
    [LYT_SQL_EACH_HISTORY] = "SELECT at_us, feedback_id, what, by_whom, note FROM history"
                             " WHERE incident_id = ?1 ORDER BY id",
    [LYT_SQL_EACH_EVENT] = "SELECT seq, at_us, topic, json FROM event"
                           " WHERE seq > ?1 AND substr(topic, 1, ?2) = ?3 ORDER BY seq LIMIT ?4",
    [LYT_SQL_GET_INCIDENT] = "SELECT " INCIDENT_COLUMNS " FROM incident WHERE id = ?1",
    [LYT_SQL_GET_FEEDBACK] = "SELECT " FEEDBACK_COLUMNS ", v.json FROM feedback f"
                             " LEFT JOIN verdict v ON v.feedback_id = f.id WHERE f.id = ?1",
    [LYT_SQL_PUT_STREAM] = "INSERT INTO stream(topic, n, seq) VALUES(?1,?2,?3)"
                           " ON CONFLICT(topic) DO UPDATE SET n=?2, seq=?3",
    [LYT_SQL_EACH_STREAM] = "SELECT topic, n, seq FROM stream ORDER BY topic",
    [LYT_SQL_EACH_LAST] = "SELECT e.seq, e.at_us, e.topic, e.json FROM stream s"
                          " JOIN event e ON e.seq = s.seq"
                          " WHERE s.topic >= ?2 AND substr(s.topic, 1, ?1) = ?2 ORDER BY e.seq",
    [LYT_SQL_SEQ_AT] = "SELECT ifnull(min(seq), 0) FROM event WHERE at_us >= ?1",
    [LYT_SQL_GET_EVENT] = "SELECT seq, at_us, topic, json FROM event WHERE seq = ?1",
    [LYT_SQL_LAST_SEQ] = "SELECT max(ifnull((SELECT max(seq) FROM event), 0),"
                         " " LYT_STORE_GONE("event") ")",
    [LYT_SQL_LAST_INCIDENT] = "SELECT ifnull(max(id), 0) FROM incident",
    [LYT_SQL_PUT_CURSOR] =
        "INSERT INTO cursor(name, topics, floor, wait_ms, most, owner) VALUES(?1,?2,?3,?4,?5,?6)"
        " ON CONFLICT(name) DO UPDATE SET topics=?2, floor=?3, wait_ms=?4, most=?5, owner=?6",
    [LYT_SQL_FORGET_CURSOR] = "DELETE FROM cursor WHERE name = ?1",
    [LYT_SQL_FORGET_DEAD] = "DELETE FROM dead WHERE name = ?1",
    [LYT_SQL_EACH_CURSOR] =
        "SELECT name, topics, floor, wait_ms, most, owner FROM cursor ORDER BY name",
    [LYT_SQL_BURY] = "INSERT INTO dead(name, seq, deliveries, at_us, reason) VALUES(?1,?2,?3,?4,?5)"
                     " ON CONFLICT(name, seq) DO UPDATE SET deliveries=?3, at_us=?4, reason=?5",
    [LYT_SQL_UNBURY] = "DELETE FROM dead WHERE name = ?1 AND seq = ?2",
    [LYT_SQL_EACH_DEAD] = "SELECT seq, deliveries, at_us, reason FROM dead"
                          " WHERE name = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    [LYT_SQL_EACH_PARKED] = "SELECT v.feedback_id, v.at_us, v.parked FROM verdict v"
                            " WHERE v.parked IS NOT NULL AND v.feedback_id > ?1"
                            " ORDER BY v.feedback_id LIMIT ?2",
    [LYT_SQL_PROBE] = "INSERT INTO about(key, value) VALUES('probe', ?1)"
                      " ON CONFLICT(key) DO UPDATE SET value = ?1",
    [LYT_SQL_OUTBOX_ADD] =
        "INSERT INTO outbox(way, seq, alarm_seq, incident, event, who, channel, lane, at_us,"
        " due_us, give_up_us) VALUES(?1,?2,iif(?3 OR NOT ?4, ?3, (SELECT ifnull(max(alarm_seq), 0)"
        " FROM outbox WHERE incident = ?4)),?4,?5,?6,?7,?8,?9,?10,?11)",
    [LYT_SQL_OUTBOX_PUT] = "UPDATE outbox SET state=?2, attempts=?3, due_us=?4, last_us=?5,"
                           " reason=?6, give_up_us=?7 WHERE id = ?1",
    [LYT_SQL_OUTBOX_GET] = "SELECT " OUTBOX_COLUMNS " FROM outbox o WHERE o.id = ?1",
    [LYT_SQL_OUTBOX_HEADS] =
        /* in the order of the index, so that a few are found among many without sorting */
    "SELECT " OUTBOX_COLUMNS " FROM outbox o INDEXED BY outbox_due WHERE o.way = ?1 AND o.state < 2"
    " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.way = o.way AND e.incident = o.incident"
    " AND e.lane = o.lane AND e.state < 2 AND e.id < o.id) ORDER BY o.due_us, o.id LIMIT ?2",
    [LYT_SQL_OUTBOX_EACH] = "SELECT " OUTBOX_COLUMNS " FROM outbox o WHERE o.id > ?3"
                            " AND (?1 = '' OR o.way = ?1) AND (?2 = -1 OR o.state = ?2"
                            " OR (?2 = -2 AND o.state IN (0, 1, 3))) ORDER BY o.id LIMIT ?4",
    [LYT_SQL_OUTBOX_OPEN] =
        "SELECT " OUTBOX_COLUMNS " FROM incident i JOIN outbox o ON o.id ="
        " (SELECT max(id) FROM outbox WHERE incident = i.id AND way = ?1 AND state = 2)"
        " WHERE i.open = 1",
    [LYT_SQL_OUTBOX_BURY] =
        "UPDATE outbox SET state=3, reason=?2, last_us=?3 WHERE way = ?1 AND state < 2",
    [LYT_SQL_OUTBOX_DROP] =
        "UPDATE outbox SET state=4, reason=?2, last_us=?3 WHERE way = ?1 AND state IN (0, 1, 3)",
    [LYT_SQL_OUTBOX_AGAIN] =
        "UPDATE outbox SET state=0, attempts=0, reason=?2, last_us=?3, due_us=?3, give_up_us=?4"
        " WHERE way = ?1 AND state IN (0, 1, 3)",
    [LYT_SQL_OUTBOX_OVERTAKE] =
        "UPDATE outbox SET state=4, reason='somebody has taken it', last_us=?3"
        " WHERE incident = ?1 AND state < 2 AND event > 0 AND (?2 >> (event - 1)) & 1",
    [LYT_SQL_OUTBOX_SHIFT] =
        "UPDATE outbox SET due_us = due_us + ?1, give_up_us = give_up_us + ?1 WHERE state < 2",
    [LYT_SQL_OUTBOX_CATCH] =
        "UPDATE outbox SET due_us = ?1, give_up_us = give_up_us - max(at_us, last_us) + ?1"
        " WHERE state < 2 AND max(at_us, last_us) > ?1",
    [LYT_SQL_WAY_PUT] = "INSERT INTO way(way, told_us, stopped_us, reason) VALUES(?1,?2,?3,?4)"
                        " ON CONFLICT(way) DO UPDATE SET told_us=?2, stopped_us=?3, reason=?4",
    [LYT_SQL_WAY_GET] = "SELECT told_us, stopped_us FROM way WHERE way = ?1",
    [LYT_SQL_EACH_WAY] =
        "SELECT n.way, ifnull(w.told_us, 0), ifnull(w.stopped_us, 0), ifnull(w.reason, ''),"
        " " OUTBOX_COUNT(0) ", " OUTBOX_COUNT(1) ", " OUTBOX_COUNT(2) ","
        " " OUTBOX_COUNT(3) ","
        " " OUTBOX_COUNT(4)
        " FROM (SELECT way FROM outbox UNION SELECT way FROM way UNION SELECT way FROM outbox_gone) n"
        " LEFT JOIN way w ON w.way = n.way ORDER BY n.way",
    [LYT_SQL_COUNT] =
        "SELECT (SELECT count(*) FROM feedback), (SELECT count(*) FROM verdict),"
        " (SELECT count(*) FROM verdict WHERE parked IS NOT NULL), (SELECT count(*) FROM incident),"
        " (SELECT count(*) FROM incident WHERE open = 1), (SELECT count(*) FROM event),"
        " max(ifnull((SELECT max(seq) FROM event), 0), " LYT_STORE_GONE(
            "event") "),"
                     " (SELECT ifnull(max(id), 0) FROM incident),"
                     " (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
};

lyt_status lyt_store_fail(lyt_store *store, int code, const char *doing, lyt_error *err)
{
    const char *why = store && store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    const char *file;
    lyt_status status;

    switch (code & 0xFF) {
    case SQLITE_FULL:
        status = LYT_EFULL;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = LYT_EBUSY;
        break;
    case SQLITE_READONLY:
        status = LYT_ESTATE;
        break;
    case SQLITE_NOMEM:
        status = LYT_ENOMEM;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        status = LYT_EFORMAT;
        break;
    case SQLITE_CONSTRAINT:
        status = LYT_EEXISTS;
        break;
    default:
        status = LYT_EIO;
        break;
    }
    file = store && store->db ? sqlite3_db_filename(store->db, "main") : NULL;
    if (file && *file)
        return lyt_error_at(err, status, file, 0, 0, "%s: %s", doing, why);
    return lyt_error_set(err, status, "%s: %s", doing, why);
}

sqlite3_stmt *lyt_store_statement(lyt_store *store, lyt_store_sql which, lyt_error *err)
{
    lyt_store_clear(err);
    if (!store->kept[which]) {
        int code = sqlite3_prepare_v3(store->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                                      &store->kept[which], NULL);

        if (code != SQLITE_OK) {
            (void)lyt_store_fail(store, code, "prepare a statement", err);
            return NULL;
        }
    }
    sqlite3_reset(store->kept[which]);
    sqlite3_clear_bindings(store->kept[which]);
    return store->kept[which];
}

lyt_status lyt_store_run(lyt_store *store, sqlite3_stmt *statement, const char *doing,
                         lyt_error *err)
{
    int code = sqlite3_step(statement);
    lyt_status status = code == SQLITE_DONE ? LYT_OK : lyt_store_fail(store, code, doing, err);

    sqlite3_reset(statement);
    return status;
}

int lyt_store_bind_str(sqlite3_stmt *statement, int index, lyt_str text)
{
    return sqlite3_bind_text64(statement, index, text.len ? text.ptr : "", text.len, SQLITE_STATIC,
                               SQLITE_UTF8);
}

lyt_str lyt_store_column_str(sqlite3_stmt *statement, int index)
{
    const unsigned char *text = sqlite3_column_text(statement, index);

    return (lyt_str){(const char *)text, (size_t)sqlite3_column_bytes(statement, index)};
}

static lyt_status execute(lyt_store *store, const char *text, const char *doing, lyt_error *err)
{
    int code = sqlite3_exec(store->db, text, NULL, NULL, NULL);

    return code == SQLITE_OK ? LYT_OK : lyt_store_fail(store, code, doing, err);
}

static lyt_status ask(lyt_store *store, const char *text, int64_t *out, lyt_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, text, -1, &statement, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? LYT_OK : lyt_store_fail(store, code, "read the database", err);
}

static lyt_status migrate_one(lyt_store *store, int from, lyt_error *err)
{
    char version[64];
    lyt_status status = execute(store, "BEGIN IMMEDIATE", "begin a migration", err);

    if (status)
        return status;
    snprintf(version, sizeof version, "PRAGMA user_version=%d", from + 1);
    status = execute(store, migrations[from], "migrate the database", err);
    if (!status)
        status = execute(store, version, "migrate the database", err);
    if (!status)
        status = execute(store, "COMMIT", "commit a migration", err);
    if (status)
        (void)execute(store, "ROLLBACK", "roll back", NULL);
    return status;
}

static lyt_status migrate(lyt_store *store, bool read_only, lyt_error *err)
{
    int64_t version = 0, application = 0, tables = 0;
    lyt_status status = ask(store, "PRAGMA user_version", &version, err);

    if (!status)
        status = ask(store, "PRAGMA application_id", &application, err);
    if (!status)
        status = ask(store, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (status)
        return status;
    if (application != application_id && (application || tables || version))
        return lyt_error_set(err, LYT_EFORMAT, "is a database, but not one of Lyt's");
    /* what would run with ours was put there by somebody else */
    status = ask(store, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')",
                 &tables, err);
    if (status)
        return status;
    if (tables)
        return lyt_error_set(err, LYT_EFORMAT,
                             "has triggers or views that Lyt did not make; it is not opened");
    if (version > schema_now)
        return lyt_error_set(err, LYT_EFORMAT,
                             "was written by a newer Lyt (schema %lld, this one knows %d)",
                             (long long)version, schema_now);
    if (read_only && version < schema_now)
        return lyt_error_set(err, LYT_EFORMAT,
                             "is of an older Lyt (schema %lld); start the service"
                             " once to bring it up to date",
                             (long long)version);
    if (application != application_id) {
        char pragma[64];

        snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d", application_id);
        status = execute(store, pragma, "mark the database", err);
    }
    for (; !status && version < schema_now; version++)
        status = migrate_one(store, (int)version, err);
    store->schema = (int)version;
    return status;
}

static lyt_status read_publisher(lyt_store *store, lyt_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, "SELECT value FROM about WHERE key = 'publisher'", -1,
                                  &statement, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        lyt_str id = lyt_store_column_str(statement, 0);

        snprintf(store->publisher, sizeof store->publisher, "%.*s", LYT_STR_ARG(id));
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? LYT_OK : lyt_store_fail(store, code, "read the database", err);
}

static lyt_status set_up(lyt_store *store, const lyt_store_options *options, bool is_beside,
                         lyt_error *err)
{
    char limit[80];
    int64_t page_bytes = 0;
    lyt_status status;

    sqlite3_extended_result_codes(store->db, 1);
    lyt_store_patience(store, options->busy_ms);
    if (options->read_only)
        status =
            execute(store, "PRAGMA query_only=1; PRAGMA trusted_schema=0; PRAGMA cell_size_check=1",
                    "open the database", err);
    else
        status = execute(store,
                         "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         " PRAGMA foreign_keys=0; PRAGMA cell_size_check=1; PRAGMA secure_delete=1;"
                         " PRAGMA trusted_schema=0;"
                         " PRAGMA journal_size_limit=8388608",
                         "open the database", err);
    if (!status)
        status = migrate(store, options->read_only || is_beside, err);
    if (!status)
        status = read_publisher(store, err);
    if (!status && options->size_max_mb > 0) {
        status = ask(store, "PRAGMA page_size", &page_bytes, err);
        if (!status) {
            snprintf(limit, sizeof limit, "PRAGMA max_page_count=%lld",
                     (long long)(options->size_max_mb * 1048576 / page_bytes));
            status = execute(store, limit, "limit the database", err);
        }
    }
    return status;
}

static lyt_status open_store(lyt_store **out, const lyt_store_options *options, bool is_beside,
                             lyt_error *err)
{
    lyt_store *store = lyt_mem_new(options->alloc, sizeof *store);
    lyt_error why = {.code = LYT_OK};
    lyt_status status = LYT_OK;
    int code;

    if (!store)
        return lyt_error_set(err, LYT_ENOMEM, "no memory to open %s", options->path);
    store->alloc = options->alloc;
    store->lock_fd = -1;
    if (!options->read_only && !is_beside)
        status = lyt_store_lock(&store->lock_fd, options->path, &why);
    if (!status && !options->read_only && !is_beside)
        lyt_store_make_private(options->path);
    if (!status) {
        code = sqlite3_open_v2(options->path, &store->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                   (options->read_only || is_beside ? 0 : SQLITE_OPEN_CREATE),
                               NULL);
        if (code != SQLITE_OK)
            status = lyt_store_fail(store, code, "open the database", &why);
    }
    if (!status)
        status = set_up(store, options, is_beside, &why);
    if (status) {
        lyt_store_close(store);
        return lyt_error_at(err, status, options->path, 0, 0, "%s", why.text);
    }
    *out = store;
    return LYT_OK;
}

lyt_status lyt_store_open(lyt_store **out, const lyt_store_options *options, lyt_error *err)
{
    return open_store(out, options, false, err);
}

lyt_status lyt_store_open_beside(lyt_store **out, const char *path, int64_t busy_ms, lyt_error *err)
{
    if (access(path, F_OK) != 0)
        return lyt_error_at(err, LYT_ENOTFOUND, path, 0, 0, "there is no such file");
    return open_store(out, &(lyt_store_options){.path = path, .busy_ms = busy_ms}, true, err);
}

lyt_status lyt_store_open_hasty(lyt_store **out, const lyt_alloc *alloc, const char *path,
                                lyt_error *err)
{
    lyt_status status = open_store(out, &(lyt_store_options){.alloc = alloc, .path = path}, false, err);

    if (!status)
        status = execute(*out, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY;"
                         " PRAGMA synchronous=OFF; PRAGMA secure_delete=0",
                         "open the database", err);
    return status;
}

void lyt_store_close(lyt_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < LYT_SQL_ALL; i++)
        sqlite3_finalize(store->kept[i]);
    sqlite3_close(store->db);
    if (store->lock_fd >= 0)
        close(store->lock_fd);
    lyt_mem_free(store->alloc, store);
}

void lyt_store_patience(lyt_store *store, int64_t busy_ms)
{
    store->busy_ms = busy_ms;
    sqlite3_busy_timeout(store->db, (int)busy_ms);
}

const char *lyt_store_publisher(const lyt_store *store)
{
    return store->publisher;
}

int lyt_store_schema(const lyt_store *store)
{
    return store->schema;
}

int lyt_store_schema_now(void)
{
    return schema_now;
}

static lyt_status run_kept(lyt_store *store, lyt_store_sql which, const char *doing, lyt_error *err)
{
    sqlite3_stmt *statement = lyt_store_statement(store, which, err);

    return statement ? lyt_store_run(store, statement, doing, err) : LYT_EIO;
}

lyt_status lyt_store_begin(lyt_store *store, lyt_error *err)
{
    return run_kept(store, LYT_SQL_BEGIN, "begin", err);
}

lyt_status lyt_store_begin_read(lyt_store *store, lyt_error *err)
{
    return run_kept(store, LYT_SQL_BEGIN_READ, "begin", err);
}

lyt_status lyt_store_commit(lyt_store *store, lyt_error *err)
{
    return run_kept(store, LYT_SQL_COMMIT, "commit", err);
}

void lyt_store_rollback(lyt_store *store)
{
    /* a failure may have rolled back already; then there is nothing to do */
    for (size_t i = 0; i < LYT_SQL_ALL; i++)
        if (store->kept[i])
            sqlite3_reset(store->kept[i]);
    if (!sqlite3_get_autocommit(store->db))
        (void)execute(store, "ROLLBACK", "roll back", NULL);
}
