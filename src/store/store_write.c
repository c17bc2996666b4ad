#include <math.h>

#include "store_inner.h"

lyt_status lyt_store_add_feedback(lyt_store *store, const lyt_feedback *feedback, int64_t *id,
                                  lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_FEEDBACK, err);
    lyt_status status;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, feedback->source_id);
    lyt_store_bind_str(s, 2, feedback->channel);
    lyt_store_bind_str(s, 3, feedback->property);
    lyt_store_bind_str(s, 4, feedback->place);
    lyt_store_bind_str(s, 5, feedback->sender);
    lyt_store_bind_str(s, 6, feedback->language);
    lyt_store_bind_str(s, 7, feedback->text);
    if (!isnan(feedback->score))
        sqlite3_bind_double(s, 8, feedback->score);
    sqlite3_bind_double(s, 9, feedback->scale);
    sqlite3_bind_int64(s, 10, feedback->sent_us);
    sqlite3_bind_int64(s, 11, feedback->received_us);
    lyt_store_bind_str(s, 12, feedback->author);
    lyt_store_bind_str(s, 13, feedback->mark);
    status = lyt_store_run(store, s, "keep a feedback", err);
    if (!status)
        *id = sqlite3_last_insert_rowid(store->db);
    return status;
}

lyt_status lyt_store_tap(lyt_store *store, lyt_str uid, int64_t counter, bool *is_fresh,
                         lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PUT_TAP, err);
    lyt_status status;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, uid);
    sqlite3_bind_int64(s, 2, counter);
    status = lyt_store_run(store, s, "keep a tag's counter", err);
    *is_fresh = !status && sqlite3_changes(store->db) > 0;
    return status;
}

lyt_status lyt_store_add_verdict(lyt_store *store, int64_t feedback_id, uint64_t pack_version,
                                 lyt_str json, int64_t now_us, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_VERDICT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, feedback_id);
    sqlite3_bind_int64(s, 2, now_us);
    sqlite3_bind_int64(s, 3, (int64_t)pack_version);
    lyt_store_bind_str(s, 4, json);
    return lyt_store_run(store, s, "keep a verdict", err);
}

lyt_status lyt_store_park(lyt_store *store, int64_t feedback_id, lyt_str reason, int64_t now_us,
                          lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PARK, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, feedback_id);
    sqlite3_bind_int64(s, 2, now_us);
    lyt_store_bind_str(s, 3, reason);
    return lyt_store_run(store, s, "park a feedback", err);
}

lyt_status lyt_store_put_incident(lyt_store *store, const lyt_incident *incident, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PUT_INCIDENT, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident->id);
    sqlite3_bind_int(s, 2, (int)incident->state);
    sqlite3_bind_int(s, 3, incident->severity);
    lyt_store_bind_str(s, 4, lyt_str_of(incident->scenario));
    lyt_store_bind_str(s, 5, lyt_str_of(incident->team));
    lyt_store_bind_str(s, 6, lyt_str_of(incident->property));
    lyt_store_bind_str(s, 7, lyt_str_of(incident->place));
    sqlite3_bind_int64(s, 8, incident->opened_us);
    sqlite3_bind_int64(s, 9, incident->updated_us);
    sqlite3_bind_int64(s, 10, incident->last_message_us);
    sqlite3_bind_int64(s, 11, incident->n_messages);
    lyt_store_bind_str(s, 12, lyt_str_of(incident->owner));
    sqlite3_bind_int(s, 13, lyt_incident_is_open(incident->state));
    return lyt_store_run(store, s, "keep an incident", err);
}

lyt_status lyt_store_add_history(lyt_store *store, int64_t incident_id, int64_t feedback_id,
                                 lyt_str what, lyt_str by, lyt_str note, int64_t now_us,
                                 lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_HISTORY, err);

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, incident_id);
    sqlite3_bind_int64(s, 2, feedback_id);
    sqlite3_bind_int64(s, 3, now_us);
    lyt_store_bind_str(s, 4, what);
    lyt_store_bind_str(s, 5, by);
    lyt_store_bind_str(s, 6, note);
    return lyt_store_run(store, s, "keep an incident's history", err);
}

lyt_status lyt_store_add_event(lyt_store *store, lyt_str topic, lyt_str json, int64_t now_us,
                               int64_t *seq, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_EVENT, err);
    lyt_status status;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, now_us);
    lyt_store_bind_str(s, 2, topic);
    lyt_store_bind_str(s, 3, json);
    status = lyt_store_run(store, s, "keep an event", err);
    if (!status)
        *seq = sqlite3_last_insert_rowid(store->db);
    return status;
}
