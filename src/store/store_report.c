#include "store_report.h"

#include <math.h>

#include "store_inner.h"

static const char step_sql[] = "SELECT incident_id, feedback_id, at_us, what, by_whom, note"
                               " FROM history ORDER BY id";
static const char voice_sql[] =
    "SELECT f.id, f.received_us, f.channel, f.property, f.place, f.sender, f.score, f.scale,"
    " f.text <> '', v.feedback_id IS NOT NULL AND v.parked IS NULL, v.parked IS NOT NULL"
    " FROM feedback f LEFT JOIN verdict v ON v.feedback_id = f.id ORDER BY f.id";

static lyt_status prepare(lyt_store *store, const char *sql, sqlite3_stmt **out, lyt_error *err)
{
    int code = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);

    lyt_store_clear(err);
    return code == SQLITE_OK ? LYT_OK : lyt_store_fail(store, code, "prepare a statement", err);
}

static lyt_status end_walk(lyt_store *store, sqlite3_stmt *s, int code, lyt_status told,
                           lyt_error *err)
{
    lyt_status status = lyt_store_end_walk(store, s, code, told, err);

    sqlite3_finalize(s);
    return status;
}

lyt_status lyt_store_each_step(lyt_store *store, lyt_step_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, step_sql, &s, err), told = LYT_OK;
    int code = SQLITE_DONE;

    if (status)
        return status;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_step_row row = {
            .incident = sqlite3_column_int64(s, 0),
            .feedback = sqlite3_column_int64(s, 1),
            .at_us = sqlite3_column_int64(s, 2),
            .what = lyt_store_column_str(s, 3),
            .by = lyt_store_column_str(s, 4),
            .note = lyt_store_column_str(s, 5),
        };

        told = each(user, &row);
    }
    return end_walk(store, s, code, told, err);
}

lyt_status lyt_store_each_voice(lyt_store *store, lyt_voice_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = prepare(store, voice_sql, &s, err), told = LYT_OK;
    int code = SQLITE_DONE;

    if (status)
        return status;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_voice_row row = {
            .id = sqlite3_column_int64(s, 0),
            .received_us = sqlite3_column_int64(s, 1),
            .channel = lyt_store_column_str(s, 2),
            .property = lyt_store_column_str(s, 3),
            .place = lyt_store_column_str(s, 4),
            .sender = lyt_store_column_str(s, 5),
            .score = sqlite3_column_type(s, 6) == SQLITE_NULL ? NAN : sqlite3_column_double(s, 6),
            .scale = sqlite3_column_double(s, 7),
            .has_text = sqlite3_column_int(s, 8) != 0,
            .is_judged = sqlite3_column_int(s, 9) != 0,
            .is_parked = sqlite3_column_int(s, 10) != 0,
        };

        told = each(user, &row);
    }
    return end_walk(store, s, code, told, err);
}
