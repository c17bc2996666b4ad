#include "store_house.h"

#include "store_inner.h"

static sqlite3_stmt *prepare(lyt_store *store, const char *text, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, text, -1, &s, NULL);

    if (code != SQLITE_OK)
        (void)!lyt_store_fail(store, code, "prepare a statement", err);
    return code == SQLITE_OK ? s : NULL;
}

lyt_status lyt_store_put_house(lyt_store *store, lyt_str json, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "INSERT INTO about(key, value) VALUES('house', ?1)"
                              " ON CONFLICT(key) DO UPDATE SET value = ?1",
                              err);
    lyt_status status;

    if (!s)
        return err && err->code ? err->code : LYT_EIO;
    lyt_store_bind_str(s, 1, json);
    status = lyt_store_run(store, s, "keep who may see what", err);
    sqlite3_finalize(s);
    return status;
}

/* A row at most, of one column that take() reads. */
static lyt_status read_row(lyt_store *store, sqlite3_stmt *s, void (*take)(void *, sqlite3_stmt *),
                           void *user, lyt_error *err)
{
    int code = sqlite3_step(s);
    lyt_status status = LYT_OK;

    if (code == SQLITE_ROW)
        take(user, s);
    else if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read the database", err);
    sqlite3_finalize(s);
    return status;
}

static void take_text(void *out, sqlite3_stmt *s)
{
    lyt_buf_add(out, lyt_store_column_str(s, 0));
}

static void take_bool(void *out, sqlite3_stmt *s)
{
    *(bool *)out = sqlite3_column_int(s, 0) != 0;
}

lyt_status lyt_store_get_house(lyt_store *store, lyt_buf *out, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store, "SELECT value FROM about WHERE key = 'house'", err);

    return s ? read_row(store, s, take_text, out, err) : err && err->code ? err->code : LYT_EIO;
}

lyt_status lyt_store_put_mark(lyt_store *store, const char *name, int64_t at_us, lyt_error *err)
{
    sqlite3_stmt *s = prepare(store,
                              "INSERT INTO about(key, value) VALUES('mark.' || ?1, ?2 || '')"
                              " ON CONFLICT(key) DO UPDATE SET value = ?2 || ''",
                              err);
    lyt_status status;

    if (!s)
        return err && err->code ? err->code : LYT_EIO;
    lyt_store_bind_str(s, 1, lyt_str_of(name));
    sqlite3_bind_int64(s, 2, at_us);
    status = lyt_store_run(store, s, "keep what was done", err);
    sqlite3_finalize(s);
    return status;
}

static void take_number(void *out, sqlite3_stmt *s)
{
    *(int64_t *)out = sqlite3_column_int64(s, 0);
}

lyt_status lyt_store_get_mark(lyt_store *store, const char *name, int64_t *at_us, lyt_error *err)
{
    sqlite3_stmt *s = prepare(
        store, "SELECT CAST(value AS INTEGER) FROM about WHERE key = 'mark.' || ?1", err);

    *at_us = 0;
    if (!s)
        return err && err->code ? err->code : LYT_EIO;
    lyt_store_bind_str(s, 1, lyt_str_of(name));
    return read_row(store, s, take_number, at_us, err);
}

lyt_status lyt_store_is_message_of(lyt_store *store, int64_t feedback, lyt_str scenarios,
                                   bool *is_one, lyt_error *err)
{
    sqlite3_stmt *s =
        prepare(store,
                "SELECT EXISTS (SELECT 1 FROM history h JOIN incident i ON i.id = h.incident_id"
                " WHERE h.feedback_id = ?1 AND h.feedback_id > 0"
                " AND i.scenario IN (SELECT value FROM json_each(?2)))",
                err);

    *is_one = false;
    if (!s)
        return err && err->code ? err->code : LYT_EIO;
    sqlite3_bind_int64(s, 1, feedback);
    lyt_store_bind_str(s, 2, scenarios);
    return read_row(store, s, take_bool, is_one, err);
}
