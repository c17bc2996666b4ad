#include "store_scan.h"

#include <math.h>

#include "store_inner.h"

/* Where to begin the index says, so that years before it are not walked through. */
static const char sql[] =
    "SELECT f.id, f.received_us, f.property, f.place, f.language, f.text, v.json, f.sender,"
    " f.score, f.scale"
    " FROM feedback f JOIN verdict v ON v.feedback_id = f.id"
    " WHERE f.id > CASE WHEN ?2 > 0 THEN ?2 ELSE (SELECT min(id) - 1 FROM feedback"
    " WHERE received_us >= ?1 AND " LYT_STORE_HAS_WORDS ") END"
    " AND f.received_us >= ?1 AND f.text <> '' AND v.parked IS NULL ORDER BY f.id";

lyt_status lyt_store_each_judged(lyt_store *store, int64_t since_us, int64_t after_id,
                                 lyt_judged_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status told = LYT_OK;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);

    lyt_store_clear(err);
    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "prepare a statement", err);
    sqlite3_bind_int64(s, 1, since_us);
    sqlite3_bind_int64(s, 2, after_id);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_judged_row row = {
            .id = sqlite3_column_int64(s, 0),
            .received_us = sqlite3_column_int64(s, 1),
            .property = lyt_store_column_str(s, 2),
            .place = lyt_store_column_str(s, 3),
            .language = lyt_store_column_str(s, 4),
            .text = lyt_store_column_str(s, 5),
            .verdict = lyt_store_column_str(s, 6),
            .sender = lyt_store_column_str(s, 7),
            .score = sqlite3_column_type(s, 8) == SQLITE_NULL ? NAN : sqlite3_column_double(s, 8),
            .scale = sqlite3_column_double(s, 9),
        };

        told = each(user, &row);
    }
    told = lyt_store_end_walk(store, s, code, told, err);
    sqlite3_finalize(s);
    return told;
}
