#include <math.h>
#include <string.h>

#include "store_inner.h"

lyt_status lyt_store_end_walk(lyt_store *store, sqlite3_stmt *s, int code, lyt_status told,
                              lyt_error *err)
{
    lyt_status status = told == LYT_EEND ? LYT_OK : told;
    /* who was called knows better why */
    const bool is_said = status && err && err->code == status && err->text[0];

    if (!told && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read the database", err);
    else if (status == LYT_EEXISTS && !is_said)
        /* a number is a key: what comes twice lies in a damaged table */
        status = lyt_error_at(err, LYT_EFORMAT, sqlite3_db_filename(store->db, "main"), 0, 0,
                              "the database is damaged: a row is there twice");
    else if (status && !is_said)
        (void)lyt_error_set(err, status, "the walk was stopped: %s", lyt_status_text(status));
    sqlite3_reset(s);
    return status;
}

lyt_feedback lyt_store_feedback_of(sqlite3_stmt *s)
{
    return (lyt_feedback){
        .id = sqlite3_column_int64(s, 0),
        .source_id = lyt_store_column_str(s, 1),
        .channel = lyt_store_column_str(s, 2),
        .property = lyt_store_column_str(s, 3),
        .place = lyt_store_column_str(s, 4),
        .sender = lyt_store_column_str(s, 5),
        .language = lyt_store_column_str(s, 6),
        .text = lyt_store_column_str(s, 7),
        .score = sqlite3_column_type(s, 8) == SQLITE_NULL ? NAN : sqlite3_column_double(s, 8),
        .scale = sqlite3_column_double(s, 9),
        .sent_us = sqlite3_column_int64(s, 10),
        .received_us = sqlite3_column_int64(s, 11),
        .author = lyt_store_column_str(s, 12),
        .mark = lyt_store_column_str(s, 13),
    };
}

static lyt_status walk_feedback(lyt_store *store, sqlite3_stmt *s, lyt_feedback_fn each, void *user,
                                lyt_error *err)
{
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_feedback feedback = lyt_store_feedback_of(s);

        told = each(user, &feedback);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_each_waiting(lyt_store *store, int64_t after_id, int64_t limit,
                                  lyt_feedback_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_WAITING, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, after_id);
    sqlite3_bind_int64(s, 2, limit);
    return walk_feedback(store, s, each, user, err);
}

lyt_status lyt_store_each_recent(lyt_store *store, int64_t since_us, lyt_feedback_fn each,
                                 void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_RECENT, err);
    lyt_feedback row = {.score = NAN};
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, since_us);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        row.id = sqlite3_column_int64(s, 0);
        row.source_id = lyt_store_column_str(s, 1);
        row.channel = lyt_store_column_str(s, 2);
        row.property = lyt_store_column_str(s, 3);
        row.received_us = sqlite3_column_int64(s, 4);
        told = each(user, &row);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_compare_source(lyt_store *store, int64_t feedback, const lyt_feedback *with,
                                    int64_t since_us, lyt_source *out, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_COMPARE_SOURCE, err);
    int code;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, feedback);
    lyt_store_bind_str(s, 2, with->channel);
    lyt_store_bind_str(s, 3, with->source_id);
    sqlite3_bind_int64(s, 4, since_us);
    lyt_store_bind_str(s, 5, with->property);
    code = sqlite3_step(s);
    *out = code == SQLITE_DONE ? LYT_SOURCE_GONE : LYT_SOURCE_OTHER;
    if (code == SQLITE_ROW && sqlite3_column_int(s, 0) && sqlite3_column_int(s, 1))
        *out = LYT_SOURCE_SAME;
    else if (code == SQLITE_ROW && sqlite3_column_int(s, 0) && sqlite3_column_int(s, 2))
        *out = LYT_SOURCE_GONE;
    return lyt_store_end_walk(store, s, code == SQLITE_ROW ? SQLITE_DONE : code, LYT_OK, err);
}

static void copy_column(char *out, size_t out_bytes, sqlite3_stmt *s, int index)
{
    lyt_str text = lyt_store_column_str(s, index);
    size_t n = text.len < out_bytes ? text.len : out_bytes - 1;

    if (n)
        memcpy(out, text.ptr, n);
    out[n] = '\0';
}

/* A state that is none counts as void: a damaged row must not become an open case. */
static lyt_incident read_incident(sqlite3_stmt *s)
{
    int64_t state = sqlite3_column_int64(s, 1);
    lyt_incident incident = {
        .id = sqlite3_column_int64(s, 0),
        .state = state >= 0 && state < LYT_INCIDENT_STATE_COUNT ? (lyt_incident_state)state
                                                                : LYT_INCIDENT_VOID,
        .severity = sqlite3_column_int(s, 2),
        .opened_us = sqlite3_column_int64(s, 7),
        .updated_us = sqlite3_column_int64(s, 8),
        .last_message_us = sqlite3_column_int64(s, 9),
        .n_messages = sqlite3_column_int64(s, 10),
    };

    copy_column(incident.scenario, sizeof incident.scenario, s, 3);
    copy_column(incident.team, sizeof incident.team, s, 4);
    copy_column(incident.property, sizeof incident.property, s, 5);
    copy_column(incident.place, sizeof incident.place, s, 6);
    copy_column(incident.owner, sizeof incident.owner, s, 11);
    return incident;
}

lyt_status lyt_store_each_incident(lyt_store *store, bool only_open, int64_t limit,
                                   lyt_incident_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_INCIDENT, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int(s, 1, only_open);
    sqlite3_bind_int64(s, 2, limit);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_incident incident = read_incident(s);

        told = each(user, &incident);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_each_history(lyt_store *store, int64_t incident_id, lyt_history_fn each,
                                  void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_HISTORY, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident_id);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                    lyt_store_column_str(s, 2), lyt_store_column_str(s, 3),
                    lyt_store_column_str(s, 4));
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_each_event(lyt_store *store, int64_t since, lyt_str prefix, int64_t limit,
                                lyt_event_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_EVENT, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, since);
    /* substr counts characters; topics are ASCII, so characters are bytes */
    sqlite3_bind_int64(s, 2, (int64_t)prefix.len);
    lyt_store_bind_str(s, 3, prefix);
    sqlite3_bind_int64(s, 4, limit);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                    lyt_store_column_str(s, 2), lyt_store_column_str(s, 3));
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_get_incident(lyt_store *store, int64_t id, lyt_incident *out, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_GET_INCIDENT, err);
    lyt_status status;
    int code;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, id);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        *out = read_incident(s);
        status = LYT_OK;
    } else if (code == SQLITE_DONE) {
        status = lyt_error_set(err, LYT_ENOTFOUND, "no incident %lld", (long long)id);
    } else {
        status = lyt_store_fail(store, code, "read the database", err);
    }
    sqlite3_reset(s);
    return status;
}

lyt_status lyt_store_get_feedback(lyt_store *store, int64_t id,
                                  lyt_status (*each)(void *user, const lyt_feedback *feedback,
                                                     lyt_str verdict_json),
                                  void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_GET_FEEDBACK, err);
    lyt_status status;
    int code;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, id);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        lyt_feedback feedback = lyt_store_feedback_of(s);

        status = each(user, &feedback, lyt_store_column_str(s, 14));
    } else if (code == SQLITE_DONE) {
        status = lyt_error_set(err, LYT_ENOTFOUND, "no feedback %lld", (long long)id);
    } else {
        status = lyt_store_fail(store, code, "read the database", err);
    }
    sqlite3_reset(s);
    return status;
}

lyt_status lyt_store_count(lyt_store *store, lyt_store_counts *out, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_COUNT, err);
    int64_t n[9];
    int code;

    if (!s)
        return LYT_EIO;
    code = sqlite3_step(s);
    if (code != SQLITE_ROW) {
        lyt_status status = lyt_store_fail(store, code, "count", err);

        sqlite3_reset(s);
        return status;
    }
    for (int i = 0; i < 9; i++)
        n[i] = sqlite3_column_int64(s, i);
    sqlite3_reset(s);
    *out = (lyt_store_counts){
        .feedback = n[0],
        .waiting = n[0] - n[1],
        .parked = n[2],
        .verdicts = n[1] - n[2],
        .incidents = n[3],
        .open_incidents = n[4],
        .events = n[5],
        .last_seq = n[6],
        .last_incident = n[7],
        .size_bytes = n[8],
    };
    return LYT_OK;
}
