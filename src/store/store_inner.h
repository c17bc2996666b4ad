/* What the files of the store share. Private to the room. */
#ifndef LYT_STORE_INNER_H
#define LYT_STORE_INNER_H

#include <sqlite3.h>

#include "store.h"

/* Of a feedback: whether something of what a guest wrote, or of who it was, is left. */
#define LYT_STORE_HAS_WORDS "(text <> '' OR sender <> '' OR source_id <> '')"
/* ?1: a feedback. What is left of a verdict has none of the guest's words. */
#define LYT_STORE_BLANK_FEEDBACK                                                                   \
    "UPDATE feedback SET text = '', sender = '', source_id = '' WHERE id = ?1"
#define LYT_STORE_BLANK_VERDICT                                                                    \
    "UPDATE verdict SET json = json_set(json_remove(json, '$.when', '$.special'), '$.text', '', "  \
    "'$.failures',"                                                                                \
    " json(ifnull((SELECT json_group_array(json_remove(value, '$.evidence', '$.words'))"           \
    " FROM json_each(verdict.json, '$.failures')), '[]')))"                                        \
    " WHERE feedback_id = ?1 AND json_valid(json)"

/* Numbers that went are not given again: the highest stands in about. ?1: one that goes. */
#define LYT_STORE_NOTE_GONE(what)                                                                  \
    "INSERT INTO about(key, value) VALUES('gone." what "', ?1) ON CONFLICT(key) DO UPDATE"         \
    " SET value = max(CAST(value AS INTEGER), ?1)"
#define LYT_STORE_GONE(what)                                                                       \
    "ifnull((SELECT CAST(value AS INTEGER) FROM about WHERE key = 'gone." what "'), 0)"

/* Where guests can be written to, whether they want it, and what was written (store_reply.h). */
#define LYT_STORE_REPLY_TABLES                                                                     \
    "CREATE TABLE contact("                                                                        \
    " guest TEXT PRIMARY KEY, kind TEXT NOT NULL, language TEXT NOT NULL, sealed TEXT NOT NULL,"   \
    " is_typed INTEGER NOT NULL, seen_us INTEGER NOT NULL, until_us INTEGER NOT NULL)"             \
    " STRICT, WITHOUT ROWID;"                                                                      \
    "CREATE TABLE consent("                                                                        \
    " id INTEGER PRIMARY KEY, guest TEXT NOT NULL, what TEXT NOT NULL, how TEXT NOT NULL,"         \
    " by_whom TEXT NOT NULL, source_id TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;"             \
    "CREATE INDEX consent_guest ON consent(guest, id);"                                            \
    "CREATE UNIQUE INDEX consent_source ON consent(source_id) WHERE source_id <> '';"              \
    "CREATE TABLE reply("                                                                          \
    " id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, incident INTEGER NOT NULL,"                    \
    " state TEXT NOT NULL, guest TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL,"        \
    " language TEXT NOT NULL, text TEXT NOT NULL, why TEXT NOT NULL, by_whom TEXT NOT NULL,"       \
    " ground TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;"                                       \
    "CREATE UNIQUE INDEX reply_seq ON reply(seq) WHERE seq > 0;"                                   \
    "CREATE INDEX reply_case ON reply(incident, id);"                                              \
    "CREATE INDEX reply_guest ON reply(guest, at_us);"
/* Of a fact: of what a trigger found. As lyt_fact_write() begins it. */
#define LYT_STORE_IS_FOUND "substr(json, 1, 14) IN ('{\"fact\":\"found', '{\"fact\":\"unfou')"
/* With whatever changes a fact that stands already (store_snapshot.h). */
#define LYT_STORE_DROP_SNAPSHOT "DELETE FROM snapshot"
#define LYT_STORE_NOTE_FACTS                                                                       \
    "INSERT INTO about(key, value) VALUES('facts.changed', '1') ON CONFLICT(key) DO UPDATE"        \
    " SET value = CAST(value AS INTEGER) + 1"
/* Words went: whoever made something of them makes it anew (found.c). */
#define LYT_STORE_NOTE_BLANKED                                                                     \
    "INSERT INTO about(key, value) VALUES('blanked', 1) ON CONFLICT(key) DO UPDATE"                \
    " SET value = CAST(value AS INTEGER) + 1"

/* Statements that are prepared once and kept; the SQL stands in store.c. */
typedef enum lyt_store_sql {
    LYT_SQL_BEGIN,
    LYT_SQL_BEGIN_READ,
    LYT_SQL_COMMIT,
    LYT_SQL_ADD_FEEDBACK,
    LYT_SQL_ADD_VERDICT,
    LYT_SQL_PARK,
    LYT_SQL_PUT_INCIDENT,
    LYT_SQL_ADD_HISTORY,
    LYT_SQL_ADD_EVENT,
    LYT_SQL_ADD_FACT,
    LYT_SQL_EACH_FACT,
    LYT_SQL_EACH_WAITING,
    LYT_SQL_EACH_RECENT,
    LYT_SQL_COMPARE_SOURCE,
    LYT_SQL_EACH_INCIDENT,
    LYT_SQL_EACH_HISTORY,
    LYT_SQL_EACH_EVENT,
    LYT_SQL_GET_INCIDENT,
    LYT_SQL_GET_FEEDBACK,
    LYT_SQL_PUT_STREAM,
    LYT_SQL_EACH_STREAM,
    LYT_SQL_EACH_LAST,
    LYT_SQL_SEQ_AT,
    LYT_SQL_GET_EVENT,
    LYT_SQL_LAST_SEQ,
    LYT_SQL_LAST_INCIDENT,
    LYT_SQL_PUT_CURSOR,
    LYT_SQL_FORGET_CURSOR,
    LYT_SQL_FORGET_DEAD,
    LYT_SQL_EACH_CURSOR,
    LYT_SQL_BURY,
    LYT_SQL_UNBURY,
    LYT_SQL_EACH_DEAD,
    LYT_SQL_EACH_PARKED,
    LYT_SQL_ADD_BEHAVIOUR,
    LYT_SQL_EACH_BEHAVIOUR,
    LYT_SQL_ADD_NOTE,
    LYT_SQL_EACH_NOTE,
    LYT_SQL_ERASE_NOTES,
    LYT_SQL_PUT_STAY,
    LYT_SQL_EACH_STAY,
    LYT_SQL_ERASE_STAYS,
    LYT_SQL_EACH_FACT_AFTER,
    LYT_SQL_PROBE,
    LYT_SQL_OUTBOX_ADD,
    LYT_SQL_OUTBOX_PUT,
    LYT_SQL_OUTBOX_GET,
    LYT_SQL_OUTBOX_HEADS,
    LYT_SQL_OUTBOX_EACH,
    LYT_SQL_OUTBOX_OPEN,
    LYT_SQL_OUTBOX_BURY,
    LYT_SQL_OUTBOX_DROP,
    LYT_SQL_OUTBOX_AGAIN,
    LYT_SQL_OUTBOX_OVERTAKE,
    LYT_SQL_OUTBOX_SHIFT,
    LYT_SQL_OUTBOX_CATCH,
    LYT_SQL_WAY_PUT,
    LYT_SQL_WAY_GET,
    LYT_SQL_EACH_WAY,
    LYT_SQL_COUNT,
    LYT_SQL_PUT_TAP,
    LYT_SQL_ALL
} lyt_store_sql;

/* "LYT1", so that `file` and we know our own */
enum { application_id = 0x4C595431 };

struct lyt_store {
    const lyt_alloc *alloc;
    sqlite3 *db;
    int lock_fd; /* -1 for a reader */
    int64_t busy_ms; /* how long to wait for a lock */
    int schema;
    char publisher[lyt_publisher_bytes];
    sqlite3_stmt *kept[LYT_SQL_ALL];
};

/* One writer a state: *fd is the caller's to close, also after a failure when it is not -1. */
lyt_status lyt_store_lock(int *fd, const char *path, lyt_error *err);
/* What a store of this Lyt has. */
int lyt_store_schema_now(void);

/* What was said before is of another call: a walk tells by it whether its callback said why. */
static inline void lyt_store_clear(lyt_error *err)
{
    if (err) {
        err->code = LYT_OK;
        err->text[0] = '\0';
    }
}

/* The statement, reset and without bindings, err cleared; NULL with err set. */
sqlite3_stmt *lyt_store_statement(lyt_store *store, lyt_store_sql which, lyt_error *err);

/* SQLite's result code as ours; err says what was being done. */
lyt_status lyt_store_fail(lyt_store *store, int code, const char *doing, lyt_error *err);

/* Runs a statement that gives no rows, and resets it. */
lyt_status lyt_store_run(lyt_store *store, sqlite3_stmt *statement, const char *doing,
                         lyt_error *err);

/*
 * Ends a walk: what stopped it (LYT_EEND: nothing), or what SQLite says. What each() has written
 * into err, which was cleared before the walk, stays.
 */
lyt_status lyt_store_end_walk(lyt_store *store, sqlite3_stmt *statement, int code, lyt_status told,
                              lyt_error *err);

/* Empty becomes '' (not NULL). Borrowed until the statement's reset. */
int lyt_store_bind_str(sqlite3_stmt *statement, int index, lyt_str text);
lyt_str lyt_store_column_str(sqlite3_stmt *statement, int index);
/* Of a row whose columns 0 to 13 are those of feedback, in the table's order; lives as the row. */
lyt_feedback lyt_store_feedback_of(sqlite3_stmt *statement);

#endif
