#include "store_guest.h"

#include "store_inner.h"

lyt_status lyt_store_add_behaviour(lyt_store *store, lyt_str subject, lyt_str json, int64_t at_us,
                                   lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_BEHAVIOUR, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, subject);
    sqlite3_bind_int64(s, 2, at_us);
    lyt_store_bind_str(s, 3, json);
    return lyt_store_run(store, s, "keep an event of behaviour", err);
}

lyt_status lyt_store_each_behaviour(lyt_store *store, lyt_fact_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_BEHAVIOUR, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, lyt_store_column_str(s, 0));
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_add_note(lyt_store *store, const lyt_note *note, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ADD_NOTE, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, lyt_str_of(note->guest));
    lyt_store_bind_str(s, 2, lyt_str_of(lyt_note_kind_name(note->kind)));
    lyt_store_bind_str(s, 3, lyt_str_of(note->item));
    lyt_store_bind_str(s, 4, note->source ? lyt_str_of(note->source) : (lyt_str){"", 0});
    sqlite3_bind_int64(s, 5, note->at_us);
    return lyt_store_run(store, s, "keep a note on a guest", err);
}

/* A column's text carries a NUL. */
static const char *text_of(sqlite3_stmt *s, int index)
{
    const unsigned char *text = sqlite3_column_text(s, index);

    return text ? (const char *)text : "";
}

lyt_status lyt_store_each_note(lyt_store *store, lyt_str guest, lyt_note_fn each, void *user,
                               lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_NOTE, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_note note = {.guest = text_of(s, 0),
                         .item = text_of(s, 2),
                         .source = text_of(s, 3),
                         .at_us = sqlite3_column_int64(s, 4)};

        /* a kind of a newer Lyt is left out */
        if (lyt_note_kind_parse(&note.kind, lyt_store_column_str(s, 1)) == LYT_OK)
            told = each(user, &note);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_erase_notes(lyt_store *store, lyt_str guest, lyt_str item, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ERASE_NOTES, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    lyt_store_bind_str(s, 2, item);
    return lyt_store_run(store, s, "erase notes on a guest", err);
}

lyt_status lyt_store_put_stay(lyt_store *store, const lyt_stay *stay, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_PUT_STAY, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, lyt_str_of(stay->id));
    lyt_store_bind_str(s, 2, lyt_str_of(stay->guest));
    lyt_store_bind_str(s, 3, lyt_str_of(stay->property));
    lyt_store_bind_str(s, 4, lyt_str_of(stay->place));
    sqlite3_bind_int64(s, 5, stay->from_us);
    sqlite3_bind_int64(s, 6, stay->to_us);
    return lyt_store_run(store, s, "keep a stay", err);
}

lyt_status lyt_store_each_stay(lyt_store *store, lyt_stay_fn each, void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_STAY, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_stay stay = {text_of(s, 0),
                         text_of(s, 1),
                         text_of(s, 2),
                         text_of(s, 3),
                         sqlite3_column_int64(s, 4),
                         sqlite3_column_int64(s, 5)};

        told = each(user, &stay);
    }
    return lyt_store_end_walk(store, s, code, told, err);
}

lyt_status lyt_store_erase_stays(lyt_store *store, lyt_str guest, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_ERASE_STAYS, err);

    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, guest);
    return lyt_store_run(store, s, "erase the stays of a guest", err);
}

lyt_status lyt_store_each_fact_after(lyt_store *store, int64_t after, lyt_numbered_fact_fn each,
                                     void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_store_statement(store, LYT_SQL_EACH_FACT_AFTER, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, after);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, sqlite3_column_int64(s, 0), lyt_store_column_str(s, 1));
    return lyt_store_end_walk(store, s, code, told, err);
}
