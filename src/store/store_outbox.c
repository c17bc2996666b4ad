#include "store_outbox.h"

#include "store_inner.h"
#include "watch.h"

static const char *const states[] = {
#define X(name, text) text,
    LYT_OUTBOX_STATES(X)
#undef X
};

const char *lyt_outbox_state_name(lyt_outbox_state state)
{
    return state < LYT_OUTBOX_STATE_COUNT ? states[state] : "unknown";
}

lyt_status lyt_outbox_state_parse(lyt_outbox_state *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_OUTBOX_STATE_COUNT; i++) {
        if (lyt_str_equal(lyt_str_of(states[i]), name)) {
            *out = (lyt_outbox_state)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

/*
 * A notice's number is that of the log of facts, to which more are only added at the end; health,
 * which comes after all of them, is 0 on the disk, so that it stays what it is.
 */
static int64_t put_event(unsigned event)
{
    return event == LYT_NOTICE_COUNT ? 0 : (int64_t)event + 1;
}

static unsigned get_event(int64_t number)
{
    return number < 1 || number > LYT_NOTICE_COUNT ? LYT_NOTICE_COUNT : (unsigned)number - 1;
}

lyt_status lyt_store_outbox_add(lyt_store *store, const lyt_outbox_row *row, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_ADD, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, row->way);
    sqlite3_bind_int64(s, 2, row->seq);
    sqlite3_bind_int64(s, 3, row->alarm_seq);
    sqlite3_bind_int64(s, 4, row->incident);
    sqlite3_bind_int64(s, 5, put_event(row->event));
    lyt_store_bind_str(s, 6, row->who);
    lyt_store_bind_str(s, 7, row->channel);
    lyt_store_bind_str(s, 8, row->lane);
    sqlite3_bind_int64(s, 9, row->at_us);
    sqlite3_bind_int64(s, 10, row->due_us);
    sqlite3_bind_int64(s, 11, row->give_up_us);
    return lyt_store_run(store, s, "keep what is to go out", err);
}

lyt_status lyt_store_outbox_put(lyt_store *store, const lyt_outbox_row *row, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_PUT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, row->id);
    sqlite3_bind_int64(s, 2, (int64_t)row->state);
    sqlite3_bind_int64(s, 3, row->attempts);
    sqlite3_bind_int64(s, 4, row->due_us);
    sqlite3_bind_int64(s, 5, row->last_us);
    lyt_store_bind_str(s, 6, row->reason);
    sqlite3_bind_int64(s, 7, row->give_up_us);
    return lyt_store_run(store, s, "keep what became of it", err);
}

static lyt_status walk(lyt_store *store, sqlite3_stmt *s, lyt_outbox_fn each, void *user, size_t *n,
                       lyt_error *err)
{
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_outbox_row row = {
            .id = sqlite3_column_int64(s, 0),
            .way = lyt_store_column_str(s, 1),
            .seq = sqlite3_column_int64(s, 2),
            .alarm_seq = sqlite3_column_int64(s, 3),
            .incident = sqlite3_column_int64(s, 4),
            .event = get_event(sqlite3_column_int64(s, 5)),
            .who = lyt_store_column_str(s, 6),
            .channel = lyt_store_column_str(s, 7),
            .lane = lyt_store_column_str(s, 8),
            .at_us = sqlite3_column_int64(s, 9),
            .due_us = sqlite3_column_int64(s, 10),
            .give_up_us = sqlite3_column_int64(s, 11),
            .state = (lyt_outbox_state)sqlite3_column_int64(s, 12),
            .attempts = sqlite3_column_int64(s, 13),
            .last_us = sqlite3_column_int64(s, 14),
            .reason = lyt_store_column_str(s, 15),
        };

        ++*n;
        told = each(user, &row);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_outbox_get(lyt_store *store, int64_t id, lyt_outbox_fn each, void *user,
                                lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_GET, err);
    size_t n = 0;
    lyt_status status;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, id);
    status = walk(store, s, each, user, &n, err);
    if (!status && !n)
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no %lld in the outbox", (long long)id);
    return status;
}

lyt_status lyt_store_outbox_heads(lyt_store *store, lyt_str way, int64_t limit, lyt_outbox_fn each,
                                  void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_HEADS, err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    sqlite3_bind_int64(s, 2, limit);
    return walk(store, s, each, user, &n, err);
}

lyt_status lyt_store_outbox_each(lyt_store *store, lyt_str way, int state, int64_t after,
                                 int64_t limit, lyt_outbox_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_EACH, err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    sqlite3_bind_int64(s, 2, state);
    sqlite3_bind_int64(s, 3, after);
    sqlite3_bind_int64(s, 4, limit);
    return walk(store, s, each, user, &n, err);
}

lyt_status lyt_store_outbox_open(lyt_store *store, lyt_str way, lyt_outbox_fn each, void *user,
                                 lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_OPEN, err);
    size_t n = 0;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    return walk(store, s, each, user, &n, err);
}

static lyt_status change(lyt_store *store, lyt_store_sql which, lyt_str way, lyt_str reason,
                         int64_t now_us, int64_t give_up_us, int64_t *n, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, which, err);
    lyt_status status;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    lyt_store_bind_str(s, 2, reason);
    sqlite3_bind_int64(s, 3, now_us);
    if (which == LYT_SQL_OUTBOX_AGAIN)
        sqlite3_bind_int64(s, 4, give_up_us);
    status = lyt_store_run(store, s, "change what is to go out", err);
    if (!status)
        *n = sqlite3_changes(store->db);
    return status;
}

lyt_status lyt_store_outbox_bury(lyt_store *store, lyt_str way, lyt_str reason, int64_t now_us,
                                 int64_t *n, lyt_error *err)
{
    return change(store, LYT_SQL_OUTBOX_BURY, way, reason, now_us, 0, n, err);
}

lyt_status lyt_store_outbox_drop(lyt_store *store, lyt_str way, lyt_str reason, int64_t now_us,
                                 int64_t *n, lyt_error *err)
{
    return change(store, LYT_SQL_OUTBOX_DROP, way, reason, now_us, 0, n, err);
}

lyt_status lyt_store_outbox_again(lyt_store *store, lyt_str way, lyt_str reason, int64_t now_us,
                                  int64_t give_up_us, int64_t *n, lyt_error *err)
{
    return change(store, LYT_SQL_OUTBOX_AGAIN, way, reason, now_us, give_up_us, n, err);
}

lyt_status lyt_store_outbox_overtake(lyt_store *store, int64_t incident, uint32_t events,
                                     int64_t now_us, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_OVERTAKE, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident);
    sqlite3_bind_int64(s, 2, events);
    sqlite3_bind_int64(s, 3, now_us);
    return lyt_store_run(store, s, "drop what is overtaken", err);
}

lyt_status lyt_store_way_put(lyt_store *store, const lyt_way_row *row, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_WAY_PUT, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, row->way);
    sqlite3_bind_int64(s, 2, row->told_us);
    sqlite3_bind_int64(s, 3, row->stopped_us);
    lyt_store_bind_str(s, 4, row->reason);
    return lyt_store_run(store, s, "keep how it stands with a way", err);
}

lyt_status lyt_store_outbox_shift(lyt_store *store, int64_t by_us, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_SHIFT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, by_us);
    return lyt_store_run(store, s, "move what waits to go out", err);
}

lyt_status lyt_store_outbox_catch(lyt_store *store, int64_t now_us, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_OUTBOX_CATCH, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, now_us);
    return lyt_store_run(store, s, "move what waits to go out", err);
}

lyt_status lyt_store_way_get(lyt_store *store, lyt_str way, int64_t *told_us, int64_t *stopped_us,
                             lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_WAY_GET, err);
    int code;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, way);
    *told_us = *stopped_us = 0;
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        *told_us = sqlite3_column_int64(s, 0);
        *stopped_us = sqlite3_column_int64(s, 1);
        code = SQLITE_DONE;
    }
    sqlite3_reset(s);
    return code == SQLITE_DONE ? LYT_OK
                               : lyt_store_fail(store, code, "read how it stands with a way", err);
}

lyt_status lyt_store_each_way(lyt_store *store, lyt_way_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_WAY, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_way_row row = {.way = lyt_store_column_str(s, 0),
                           .told_us = sqlite3_column_int64(s, 1),
                           .stopped_us = sqlite3_column_int64(s, 2),
                           .reason = lyt_store_column_str(s, 3)};

        for (int i = 0; i < LYT_OUTBOX_STATE_COUNT; i++)
            row.counts[i] = sqlite3_column_int64(s, 4 + i);
        told = each(user, &row);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}
