#include "store_fields.h"

#include "store_inner.h"

static const char sql[] = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
                          " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                          " ORDER BY t.rowid, c.cid";

lyt_status lyt_store_each_field(lyt_store *store, lyt_field_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status told = LYT_OK;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);

    lyt_store_clear(err);
    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "prepare a statement", err);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, lyt_store_column_str(s, 0), lyt_store_column_str(s, 1));
    told = lyt_store_end_walk(store, s, code, told, err);
    sqlite3_finalize(s);
    return told;
}
