#include "store_inner.h"

lyt_status lyt_store_add_fact(lyt_store *store, int64_t incident_id, lyt_str json, int64_t now_us,
                              lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_FACT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident_id);
    sqlite3_bind_int64(s, 2, now_us);
    lyt_store_bind_str(s, 3, json);
    return lyt_store_run(store, s, "keep what happened to an incident", err);
}

lyt_status lyt_store_each_fact(lyt_store *store, lyt_fact_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_FACT, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, lyt_store_column_str(s, 0));
    sqlite3_reset(s);
    if (told)
        return told == LYT_EEND ? LYT_OK : told;
    return code == SQLITE_DONE ? LYT_OK : lyt_store_fail(store, code, "read what happened", err);
}
