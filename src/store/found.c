#include "found_inner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "store_file.h"

enum { schema = 3, busy_ms = 5000 };

/* how often words were taken out of the database: store_inner.h */
#define BLANKED "ifnull((SELECT value FROM lyt.about WHERE key = 'blanked'), '0')"

/* tokens are kept as they are written: å is not a in Danish */
static const char tables[] =
    "CREATE VIRTUAL TABLE words USING fts5(text, content='',"
    " tokenize=\"unicode61 remove_diacritics 0\");"
    "CREATE TABLE joined(feedback INTEGER NOT NULL, incident INTEGER NOT NULL,"
    " PRIMARY KEY(feedback, incident)) WITHOUT ROWID;"
    "CREATE TABLE corrected(feedback INTEGER PRIMARY KEY, undone INTEGER NOT NULL);"
    "CREATE TABLE mark(feedback INTEGER NOT NULL, history INTEGER NOT NULL,"
    " event INTEGER NOT NULL, publisher TEXT NOT NULL, blanked TEXT NOT NULL);"
    "INSERT INTO mark SELECT 0, 0, 0, value, " BLANKED " FROM lyt.about WHERE key = 'publisher';"
    "PRAGMA user_version=3;";

#define COLUMNS                                                                                    \
    "f.id, f.source_id, f.channel, f.property, f.place, f.sender, f.language, f.text, f.score,"    \
    " f.scale, f.sent_us, f.received_us, f.author, f.mark"
#define OWN " (?1 = '[]' OR f.property IN (SELECT value FROM json_each(?1)))"
#define PAGE " AND f.received_us >= ?2 AND f.id < ?3"

static const char *const sql[SQL_ALL] = {
    [SQL_BEGIN] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_MARKS] = "SELECT feedback, history, event FROM mark WHERE publisher ="
                  " (SELECT value FROM lyt.about WHERE key = 'publisher') AND blanked = " BLANKED,
    [SQL_STALE] = "SELECT 1 FROM mark WHERE blanked <> " BLANKED,
    [SQL_MARK] = "UPDATE mark SET feedback = ?1, history = ?2",
    [SQL_MARK_EVENT] = "UPDATE mark SET event = ?1",
    [SQL_ADD_WORDS] = "INSERT INTO words(rowid, text) SELECT id, text FROM lyt.feedback"
                      " WHERE id > ?1 ORDER BY id LIMIT ?2",
    [SQL_ADD_JOINED] =
        "INSERT OR IGNORE INTO joined(feedback, incident) SELECT feedback_id, incident_id FROM"
        " lyt.history WHERE id > ?1 AND id <= ?2 AND feedback_id > 0",
    /* of several on one message the last one counts */
    [SQL_ADD_CORRECTED] =
        "INSERT OR REPLACE INTO corrected(feedback, undone) SELECT json_extract(json, "
        "'$.feedback'),"
        " json_extract(json, '$.undone') FROM lyt.event WHERE seq > ?1 AND seq <= ?2"
        " AND topic >= 'correction.' AND topic < 'correction/' ORDER BY seq",
    [SQL_SEARCH] = "SELECT " COLUMNS ", v.json, '' FROM words w"
                   " JOIN lyt.feedback f ON f.id = w.rowid"
                   " LEFT JOIN lyt.verdict v ON v.feedback_id = f.id"
                   " WHERE words MATCH ?5 AND" OWN PAGE " ORDER BY w.rowid DESC LIMIT ?4",
    [SQL_LIST] = "SELECT " COLUMNS ", v.json, '' FROM lyt.feedback f"
                 " LEFT JOIN lyt.verdict v ON v.feedback_id = f.id"
                 " WHERE" OWN PAGE " ORDER BY f.id DESC LIMIT ?4",
    [SQL_UNCLEAR] =
        "SELECT " COLUMNS ", f.json, f.why FROM (SELECT g.*, v.json AS json,"
        " CASE WHEN v.parked IS NOT NULL THEN 'parked'"
        /* said to be in a language that nobody here reads, and nothing was heard in it */
        " WHEN json_array_length(v.json, '$.failures') = 0 AND g.text <> '' AND g.language <> ''"
        "  AND ?6 <> '[]' AND lower(substr(g.language, 1, 2)) NOT IN"
        "  (SELECT value FROM json_each(?6)) THEN 'language'"
        " WHEN json_array_length(v.json, '$.failures') > 0 THEN CASE"
        "  WHEN json_extract(v.json, '$.failures[0].probability') < ?5 THEN 'close' END"
        " WHEN json_extract(v.json, '$.unclear') OR json_extract(v.json, '$.kind') = 'complaint'"
        "  THEN 'abstained' END AS why"
        " FROM (SELECT * FROM lyt.feedback WHERE id < ?3 ORDER BY id DESC LIMIT 20000) g"
        " JOIN lyt.verdict v ON v.feedback_id = g.id) f"
        " WHERE f.why IS NOT NULL AND f.id NOT IN (SELECT feedback FROM corrected WHERE undone = 0)"
        " AND" OWN PAGE " ORDER BY CASE f.why WHEN 'parked' THEN 0 WHEN 'language' THEN 1 WHEN "
                        "'abstained' THEN 2 ELSE 3 END,"
        " CASE f.why WHEN 'close' THEN json_extract(f.json, '$.failures[0].probability') END,"
        " f.id DESC LIMIT ?4",
    [SQL_CASES] = "SELECT f.id FROM lyt.incident f WHERE" OWN
                  " AND f.id < ?2 AND f.open >= ?3 AND (?4 < 0 OR f.state = ?4)"
                  " AND (?5 = '' OR f.team = ?5) ORDER BY f.id DESC LIMIT ?6",
    [SQL_INCIDENTS] = "SELECT incident FROM joined WHERE feedback = ?1 ORDER BY incident",
    [SQL_FACTS] = "SELECT id, json FROM lyt.fact WHERE id > ?1 ORDER BY id",
    [SQL_LAST_SEQ] = "SELECT coalesce(max(seq), 0) FROM lyt.event",
};

lyt_status lyt_found_fail(const lyt_found *found, int code, const char *doing, lyt_error *err)
{
    lyt_status status = LYT_EIO;

    switch (code & 0xff) {
    case SQLITE_FULL:
        status = LYT_EFULL;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = LYT_EBUSY;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        status = LYT_EFORMAT;
        break;
    case SQLITE_READONLY:
        status = LYT_ESTATE;
        break;
    case SQLITE_NOMEM:
        status = LYT_ENOMEM;
        break;
    default:
        break;
    }
    return lyt_error_set(err, status, "cannot %s: %s", doing,
                         found->db ? sqlite3_errmsg(found->db) : sqlite3_errstr(code));
}

sqlite3_stmt *lyt_found_statement(lyt_found *found, found_sql which, lyt_error *err)
{
    int code;

    if (!found->kept[which]) {
        code = sqlite3_prepare_v3(found->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                                  &found->kept[which], NULL);
        if (code != SQLITE_OK) {
            (void)lyt_found_fail(found, code, "search", err);
            return NULL;
        }
    }
    sqlite3_reset(found->kept[which]);
    sqlite3_clear_bindings(found->kept[which]);
    return found->kept[which];
}

static lyt_status run(lyt_found *found, found_sql which, int64_t a, int64_t b, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, which, err);
    int code;

    if (!s)
        return LYT_EIO;
    if (sqlite3_bind_parameter_count(s) > 0)
        sqlite3_bind_int64(s, 1, a);
    if (sqlite3_bind_parameter_count(s) > 1)
        sqlite3_bind_int64(s, 2, b);
    code = sqlite3_step(s);
    sqlite3_reset(s);
    return code == SQLITE_DONE ? LYT_OK : lyt_found_fail(found, code, "take in what is new", err);
}

/* Only to be read: that the ledger alone writes is not left to good manners. */
static lyt_status attach(lyt_found *found, const char *database, lyt_error *err)
{
    char *text = NULL;
    lyt_buf uri;
    int code = SQLITE_NOMEM;

    lyt_buf_init(&uri, found->alloc);
    lyt_buf_add_text(&uri, "file:");
    for (const char *c = database; *c; c++) {
        if (*c == '%' || *c == '?' || *c == '#')
            lyt_buf_addf(&uri, "%%%02x", (unsigned)(unsigned char)*c);
        else
            lyt_buf_add_char(&uri, *c);
    }
    lyt_buf_add_text(&uri, "?mode=ro");
    if (!lyt_buf_status(&uri))
        text = sqlite3_mprintf("ATTACH %Q AS lyt", uri.data);
    lyt_buf_deinit(&uri);
    if (text)
        code = sqlite3_exec(found->db, text, NULL, NULL, NULL);
    sqlite3_free(text);
    return code == SQLITE_OK ? LYT_OK : lyt_found_fail(found, code, "read the database", err);
}

static lyt_status read_marks(lyt_found *found, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_MARKS, err);
    int code = s ? sqlite3_step(s) : SQLITE_ERROR;

    if (code == SQLITE_ROW) {
        found->last_feedback = sqlite3_column_int64(s, 0);
        found->last_history = sqlite3_column_int64(s, 1);
        found->last_event = sqlite3_column_int64(s, 2);
    }
    if (s)
        sqlite3_reset(s);
    return code == SQLITE_ROW ? LYT_OK : LYT_EFORMAT;
}

static int64_t version_of(lyt_found *found)
{
    sqlite3_stmt *s = NULL;
    int64_t version = -1;

    if (sqlite3_prepare_v2(found->db, "PRAGMA main.user_version", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        version = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return version;
}

static void close_db(lyt_found *found)
{
    for (size_t i = 0; i < SQL_ALL; i++) {
        sqlite3_finalize(found->kept[i]);
        found->kept[i] = NULL;
    }
    sqlite3_close(found->db);
    found->db = NULL;
}

/* LYT_EFORMAT: what is there is not of use, and may be made anew. */
static lyt_status open_db(lyt_found *found, const char *path, const char *database, lyt_error *err)
{
    lyt_status status;
    int code;

    lyt_store_make_private(path);
    code = sqlite3_open_v2(
        path, &found->db,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
    if (code != SQLITE_OK)
        return lyt_found_fail(found, code, "open the file of what is found", err);
    sqlite3_busy_timeout(found->db, busy_ms);
    /* a crash costs nothing: it is made anew from the database */
    code = sqlite3_exec(found->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF", NULL, NULL,
                        NULL);
    if (code != SQLITE_OK)
        return lyt_found_fail(found, code, "open the file of what is found", err);
    status = attach(found, database, err);
    if (!status && version_of(found) == 0) {
        code = sqlite3_exec(found->db, tables, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            status = lyt_found_fail(found, code, "make the file of what is found", err);
    }
    if (!status && version_of(found) != schema)
        status = LYT_EFORMAT;
    return status ? status : read_marks(found, err);
}

static void forget_file(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    lyt_buf name;

    lyt_buf_init(&name, NULL);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        lyt_buf_reset(&name);
        lyt_buf_addf(&name, "%s%s", path, ends[i]);
        if (!lyt_buf_status(&name))
            (void)unlink(name.data);
    }
    lyt_buf_deinit(&name);
}

/* One that is damaged, of another database, or has what is not there any more is made anew. */
static lyt_status open_or_make(lyt_found *found, lyt_error *err)
{
    lyt_error why = {.text = ""};
    lyt_status status = open_db(found, found->path, found->database, &why);

    if (status == LYT_EFORMAT) {
        close_db(found);
        forget_file(found->path);
        why.text[0] = '\0';
        status = open_db(found, found->path, found->database, &why);
    }
    return status ? lyt_error_at(err, status, found->path, 0, 0, "%s",
                                 why.text[0] ? why.text : lyt_status_text(status))
                  : LYT_OK;
}

static char *copy_of(const lyt_alloc *alloc, const char *text)
{
    char *copy = lyt_mem_array(alloc, strlen(text) + 1, 1);

    if (copy)
        memcpy(copy, text, strlen(text) + 1);
    return copy;
}

lyt_status lyt_found_open(lyt_found **out, const lyt_alloc *alloc, const char *path,
                          const char *database, lyt_error *err)
{
    lyt_found *found = lyt_mem_new(alloc, sizeof *found);
    lyt_status status = LYT_ENOMEM;

    if (!found)
        return lyt_error_set(err, LYT_ENOMEM, "no memory to search");
    found->alloc = alloc;
    found->path = copy_of(alloc, path);
    found->database = copy_of(alloc, database);
    if (found->path && found->database)
        status = open_or_make(found, err);
    else
        (void)lyt_error_set(err, status, "no memory to search");
    if (status) {
        lyt_found_close(found);
        return status;
    }
    *out = found;
    return LYT_OK;
}

void lyt_found_close(lyt_found *found)
{
    if (!found)
        return;
    close_db(found);
    lyt_mem_free(found->alloc, found->path);
    lyt_mem_free(found->alloc, found->database);
    lyt_mem_free(found->alloc, found);
}

bool lyt_found_is_stale(lyt_found *found)
{
    sqlite3_stmt *s = found->db ? lyt_found_statement(found, SQL_STALE, NULL) : NULL;
    bool is_stale = s && sqlite3_step(s) == SQLITE_ROW;

    if (s)
        sqlite3_reset(s);
    return is_stale;
}

lyt_status lyt_found_renew(lyt_found *found, lyt_error *err)
{
    close_db(found);
    forget_file(found->path);
    found->last_feedback = found->last_history = found->last_event = 0;
    return open_or_make(found, err);
}

lyt_status lyt_found_check(bool *is_clean, const char *path, const char *database, lyt_error *err)
{
    lyt_found found = {.alloc = NULL};
    lyt_status status = LYT_OK;
    int code;

    *is_clean = access(path, F_OK) != 0;
    if (*is_clean)
        return LYT_OK;
    code = sqlite3_open_v2(path, &found.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    if (code != SQLITE_OK)
        status = lyt_found_fail(&found, code, "open the file of what is found", err);
    if (!status) {
        sqlite3_busy_timeout(found.db, busy_ms);
        status = attach(&found, database, err);
    }
    if (!status)
        *is_clean = version_of(&found) == schema && read_marks(&found, err) == LYT_OK;
    close_db(&found);
    return status;
}

void lyt_found_remove(const char *path)
{
    forget_file(path);
}

/* The highest number of a table up to max_rows above after. */
static lyt_status highest(lyt_found *found, const char *table, int64_t after, int64_t max_rows,
                          int64_t *out, lyt_error *err)
{
    char text[120];
    sqlite3_stmt *s = NULL;
    int code;

    snprintf(text, sizeof text, "SELECT min(coalesce(max(rowid), 0), ?1) FROM lyt.%s", table);
    code = sqlite3_prepare_v2(found->db, text, -1, &s, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, after + max_rows);
        code = sqlite3_step(s);
    }
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    if (code != SQLITE_ROW)
        return lyt_found_fail(found, code, "read the database", err);
    *out = *out < after ? after : *out;
    return LYT_OK;
}

static lyt_status take_in(lyt_found *found, int64_t feedback, int64_t history, int64_t event,
                          lyt_error *err)
{
    lyt_status status = run(found, SQL_BEGIN, 0, 0, err);

    if (!status && feedback > found->last_feedback)
        status =
            run(found, SQL_ADD_WORDS, found->last_feedback, feedback - found->last_feedback, err);
    if (!status && history > found->last_history)
        status = run(found, SQL_ADD_JOINED, found->last_history, history, err);
    if (!status && event > found->last_event)
        status = run(found, SQL_ADD_CORRECTED, found->last_event, event, err);
    if (!status)
        status = run(found, SQL_MARK, feedback, history, err);
    if (!status)
        status = run(found, SQL_MARK_EVENT, event, 0, err);
    if (!status)
        status = run(found, SQL_COMMIT, 0, 0, err);
    if (status && !sqlite3_get_autocommit(found->db))
        (void)sqlite3_exec(found->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

lyt_status lyt_found_catch_up(lyt_found *found, int64_t max_rows, bool *more, lyt_error *err)
{
    int64_t feedback = 0, history = 0, event = 0;
    lyt_status status = highest(found, "feedback", found->last_feedback, max_rows, &feedback, err);

    *more = false;
    if (!status)
        status = highest(found, "history", found->last_history, max_rows, &history, err);
    if (!status)
        status = highest(found, "event", found->last_event, max_rows, &event, err);
    if (status || (feedback == found->last_feedback && history == found->last_history &&
                   event == found->last_event))
        return status;
    status = take_in(found, feedback, history, event, err);
    if (status)
        return status;
    *more = feedback == found->last_feedback + max_rows ||
            history == found->last_history + max_rows || event == found->last_event + max_rows;
    found->last_feedback = feedback;
    found->last_history = history;
    found->last_event = event;
    return LYT_OK;
}
