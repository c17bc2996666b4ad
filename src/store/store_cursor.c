#include "store_inner.h"

#include <stdio.h>

/* Named subscribers and their dead letters; streams; what else the bus asks for. */

static lyt_status one_number(lyt_store *store, sqlite3_stmt *s, int64_t *out, lyt_error *err)
{
    int code = sqlite3_step(s);
    lyt_status status = LYT_OK;

    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(s, 0);
    else
        status = lyt_store_fail(store, code, "read the database", err);
    sqlite3_reset(s);
    return status;
}

lyt_status lyt_store_last_seq(lyt_store *store, int64_t *seq, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_LAST_SEQ, err);

    return s ? one_number(store, s, seq, err) : LYT_EIO;
}

lyt_status lyt_store_last_incident(lyt_store *store, int64_t *id, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_LAST_INCIDENT, err);

    return s ? one_number(store, s, id, err) : LYT_EIO;
}

lyt_status lyt_store_seq_at(lyt_store *store, int64_t at_us, int64_t *seq, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_SEQ_AT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, at_us);
    return one_number(store, s, seq, err);
}

static lyt_status walk_events(lyt_store *store, sqlite3_stmt *s, lyt_event_fn each, void *user,
                              size_t *n, lyt_error *err)
{
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        ++*n;
        told = each(user, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                    lyt_store_column_str(s, 2), lyt_store_column_str(s, 3));
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_get_event(lyt_store *store, int64_t seq, lyt_event_fn each, void *user,
                               lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_GET_EVENT, err);
    size_t n = 0;
    lyt_status status;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, seq);
    status = walk_events(store, s, each, user, &n, err);
    if (!status && !n)
        return lyt_error_set(err, LYT_ENOTFOUND, "no event %lld", (long long)seq);
    return status;
}

lyt_status lyt_store_each_last(lyt_store *store, lyt_str prefix, lyt_event_fn each, void *user,
                               lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_LAST, err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, (int64_t)prefix.len);
    lyt_store_bind_str(s, 2, prefix);
    return walk_events(store, s, each, user, &n, err);
}

lyt_status lyt_store_put_stream(lyt_store *store, lyt_str topic, int64_t n, int64_t seq,
                                lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PUT_STREAM, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, topic);
    sqlite3_bind_int64(s, 2, n);
    sqlite3_bind_int64(s, 3, seq);
    return lyt_store_run(store, s, "keep a stream", err);
}

lyt_status lyt_store_each_stream(lyt_store *store, lyt_stream_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_STREAM, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, lyt_store_column_str(s, 0), sqlite3_column_int64(s, 1),
                    sqlite3_column_int64(s, 2));
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_put_cursor(lyt_store *store, const lyt_cursor_row *row, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PUT_CURSOR, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, row->name);
    lyt_store_bind_str(s, 2, row->topics);
    sqlite3_bind_int64(s, 3, row->floor);
    sqlite3_bind_int64(s, 4, row->wait_ms);
    sqlite3_bind_int64(s, 5, row->most);
    lyt_store_bind_str(s, 6, row->owner);
    return lyt_store_run(store, s, "keep a subscriber", err);
}

lyt_status lyt_store_forget_cursor(lyt_store *store, lyt_str name, lyt_error *err)
{
    static const lyt_store_sql both[] = {LYT_SQL_FORGET_CURSOR, LYT_SQL_FORGET_DEAD};

    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *s = lyt_store_statement(store, both[i], err);
        lyt_status status;

        if (!s)
            return LYT_EIO;
        lyt_store_bind_str(s, 1, name);
        status = lyt_store_run(store, s, "forget a subscriber", err);
        if (status)
            return status;
    }
    return LYT_OK;
}

lyt_status lyt_store_each_cursor(lyt_store *store, lyt_cursor_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_CURSOR, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_cursor_row row = {
            .name = lyt_store_column_str(s, 0),
            .topics = lyt_store_column_str(s, 1),
            .floor = sqlite3_column_int64(s, 2),
            .wait_ms = sqlite3_column_int64(s, 3),
            .most = sqlite3_column_int64(s, 4),
            .owner = lyt_store_column_str(s, 5),
        };

        told = each(user, &row);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_bury(lyt_store *store, lyt_str name, const lyt_dead_row *row, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_BURY, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, name);
    sqlite3_bind_int64(s, 2, row->seq);
    sqlite3_bind_int64(s, 3, row->deliveries);
    sqlite3_bind_int64(s, 4, row->at_us);
    lyt_store_bind_str(s, 5, row->reason);
    return lyt_store_run(store, s, "keep a dead letter", err);
}

lyt_status lyt_store_unbury(lyt_store *store, lyt_str name, int64_t seq, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_UNBURY, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, name);
    sqlite3_bind_int64(s, 2, seq);
    return lyt_store_run(store, s, "take back a dead letter", err);
}

lyt_status lyt_store_each_dead(lyt_store *store, lyt_str name, int64_t after_seq, int64_t limit,
                               lyt_dead_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_DEAD, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, name);
    sqlite3_bind_int64(s, 2, after_seq);
    sqlite3_bind_int64(s, 3, limit);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_dead_row row = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                            sqlite3_column_int64(s, 2), lyt_store_column_str(s, 3)};

        told = each(user, &row);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_each_parked(lyt_store *store, int64_t after_id, int64_t limit,
                                 lyt_parked_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_PARKED, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, after_id);
    sqlite3_bind_int64(s, 2, limit);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                    lyt_store_column_str(s, 2));
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_probe(lyt_store *store, int64_t now_us, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PROBE, err);
    char text[24];

    if (!s)
        return LYT_EIO;
    snprintf(text, sizeof text, "%lld", (long long)now_us);
    sqlite3_bind_text(s, 1, text, -1, SQLITE_STATIC);
    return lyt_store_run(store, s, "write to the database", err);
}
