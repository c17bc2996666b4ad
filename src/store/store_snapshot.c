#include "store_snapshot.h"

#include "store_inner.h"

static lyt_status prepare(lyt_store *store, sqlite3_stmt **out, const char *text, lyt_error *err)
{
    int code = sqlite3_prepare_v2(store->db, text, -1, out, NULL);

    return code == SQLITE_OK ? LYT_OK : lyt_store_fail(store, code, "prepare a statement", err);
}

lyt_status lyt_store_put_snapshot(lyt_store *store, int64_t fact, lyt_str bytes, int64_t now_us,
                                  lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, &s,
                                "INSERT INTO snapshot(id, fact, at_us, bytes) VALUES(1,?1,?2,?3)"
                                " ON CONFLICT(id) DO UPDATE SET fact=?1, at_us=?2, bytes=?3",
                                err);

    if (status)
        return status;
    sqlite3_bind_int64(s, 1, fact);
    sqlite3_bind_int64(s, 2, now_us);
    sqlite3_bind_blob64(s, 3, bytes.ptr, bytes.len, SQLITE_STATIC);
    status = lyt_store_run(store, s, "keep the sum of what happened", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_get_snapshot(lyt_store *store, int64_t *fact, lyt_buf *bytes, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, &s, "SELECT fact, bytes FROM snapshot WHERE id = 1", err);
    int code;

    if (status)
        return status;
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        const void *blob = sqlite3_column_blob(s, 1);

        *fact = sqlite3_column_int64(s, 0);
        lyt_buf_add(bytes, (lyt_str){blob, (size_t)sqlite3_column_bytes(s, 1)});
        status = lyt_buf_status(bytes);
    } else {
        status = code == SQLITE_DONE ? LYT_ENOTFOUND
                                     : lyt_store_fail(store, code, "read the sum of facts", err);
    }
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_drop_snapshot(lyt_store *store, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, &s, LYT_STORE_DROP_SNAPSHOT, err);

    if (!status)
        status = lyt_store_run(store, s, "drop the sum of facts", err);
    sqlite3_finalize(s);
    return status;
}

static lyt_status one_number(lyt_store *store, const char *text, int64_t *out, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, &s, text, err);
    int code;

    if (status)
        return status;
    code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(s, 0);
    else
        status = lyt_store_fail(store, code, "read what happened", err);
    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_facts_changed(lyt_store *store, int64_t *n, lyt_error *err)
{
    return one_number(store,
                      "SELECT ifnull((SELECT CAST(value AS INTEGER) FROM about"
                      " WHERE key = 'facts.changed'), 0)",
                      n, err);
}

lyt_status lyt_store_last_fact(lyt_store *store, int64_t *fact, lyt_error *err)
{
    return one_number(store, "SELECT ifnull(max(id), 0) FROM fact", fact, err);
}

lyt_status lyt_store_each_found(lyt_store *store, int64_t until, lyt_fact_fn each, void *user,
                                lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status
        told = LYT_OK,
        status = prepare(
            store, &s,
            "SELECT json FROM fact INDEXED BY fact_found WHERE id <= ?1 AND " LYT_STORE_IS_FOUND
            " ORDER BY id",
            err);
    int code = SQLITE_DONE;

    if (status)
        return status;
    sqlite3_bind_int64(s, 1, until);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, lyt_store_column_str(s, 0));
    status = told == LYT_EEND ? LYT_OK : told;
    if (!told && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read what was found", err);
    sqlite3_finalize(s);
    return status;
}
