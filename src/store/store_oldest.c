#include "store_oldest.h"

#include "store_inner.h"

enum { patience_ms = 10000 };

static const int64_t day_us = (int64_t)86400 * 1000000;

/* Corrections outlive other events; before them all nothing was judged that is still kept. */
static const char sql[] =
    "SELECT received_us FROM (SELECT received_us FROM feedback ORDER BY id LIMIT 1)"
    " UNION ALL SELECT at_us FROM (SELECT at_us FROM event WHERE topic >= 'alarm.'"
    " AND topic < 'alarm/' ORDER BY seq LIMIT 1)";

lyt_status lyt_store_oldest(const char *path, int64_t *out_us, lyt_error *err)
{
    lyt_store *store = NULL;
    sqlite3_stmt *s = NULL;
    int64_t oldest_us = INT64_MAX;
    int code;
    lyt_status status = lyt_store_open(
        &store, &(lyt_store_options){.path = path, .read_only = true, .busy_ms = patience_ms}, err);

    if (status)
        return status;
    code = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW && sqlite3_column_int64(s, 0) < oldest_us)
            oldest_us = sqlite3_column_int64(s, 0);
    }
    if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "look for the oldest message", err);
    else
        *out_us = oldest_us == INT64_MAX ? oldest_us : oldest_us - 2 * day_us;
    sqlite3_finalize(s);
    lyt_store_close(store);
    return status;
}
