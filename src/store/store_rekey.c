#include "store_rekey.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "store_inner.h"

enum {
    name_len = lyt_rekey_name_bytes - 1, /* "g" and 32 hex digits */
    mark_len = lyt_rekey_mark_bytes - 1,
    lane_len = 17,                       /* of the outbox: "g" and 16 hex digits (guestreply.c) */
};

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Where the next pseudonym from there on begins; text.len: there is none. */
static size_t find_name(lyt_str text, size_t from)
{
    for (size_t at = from; at + name_len <= text.len; at++) {
        size_t n = 1;

        if (text.ptr[at] != 'g' || (at && is_word(text.ptr[at - 1])))
            continue;
        while (n < name_len && is_hex(text.ptr[at + n]))
            n++;
        if (n == name_len && (at + n == text.len || !is_word(text.ptr[at + n])))
            return at;
    }
    return text.len;
}

bool lyt_store_is_pseudonym(lyt_str text)
{
    return text.len == name_len && find_name(text, 0) == 0;
}

/* ---- what the statements call ---- */

typedef struct work {
    const lyt_rekey_how *how;
    const lyt_alloc *alloc;
    int64_t n_addresses, n_unreadable;
} work;

static lyt_str argument(sqlite3_value *value)
{
    const unsigned char *text = sqlite3_value_text(value);

    return (lyt_str){text ? (const char *)text : "", (size_t)sqlite3_value_bytes(value)};
}

static void give(sqlite3_context *to, const lyt_buf *out)
{
    if (lyt_buf_status(out))
        sqlite3_result_error_nomem(to);
    else
        sqlite3_result_text(to, out->data ? out->data : "", (int)out->len, SQLITE_TRANSIENT);
}

/* Whether a pseudonym stands in it: a row without one is not written anew. */
static void sql_has(sqlite3_context *to, int n, sqlite3_value **values)
{
    lyt_str text = argument(values[0]);

    (void)n;
    sqlite3_result_int(to, find_name(text, 0) < text.len);
}

static void sql_next(sqlite3_context *to, int n, sqlite3_value **values)
{
    work *w = sqlite3_user_data(to);
    lyt_str text = argument(values[0]);
    lyt_buf out;

    (void)n;
    lyt_buf_init(&out, w->alloc);
    for (size_t at = 0; at < text.len;) {
        size_t found = find_name(text, at);
        char fresh[lyt_rekey_name_bytes];

        lyt_buf_add(&out, lyt_str_slice(text, at, found));
        at = found;
        if (found == text.len)
            break;
        w->how->next(w->how->user, lyt_str_slice(text, found, found + name_len), fresh);
        lyt_buf_add_text(&out, fresh);
        at = found + name_len;
    }
    give(to, &out);
    lyt_buf_deinit(&out);
}

/* A lane is made of a pseudonym: equal ones stay equal, and say nothing of what they were. */
static void sql_lane(sqlite3_context *to, int n, sqlite3_value **values)
{
    work *w = sqlite3_user_data(to);
    char fresh[lyt_rekey_name_bytes];

    (void)n;
    w->how->next(w->how->user, argument(values[0]), fresh);
    sqlite3_result_text(to, fresh, lane_len, SQLITE_TRANSIENT);
}

/* What is of no keys that are known stays, so that it is not forgotten. */
static void sql_carry(sqlite3_context *to, int n, sqlite3_value **values)
{
    work *w = sqlite3_user_data(to);
    lyt_str kept = argument(values[0]);
    char fresh[lyt_rekey_name_bytes];

    (void)n;
    if (w->how->carry &&
        w->how->carry(w->how->user, lyt_str_slice(kept, 0, mark_len),
                      lyt_str_slice(kept, mark_len, kept.len), fresh))
        sqlite3_result_text(to, fresh, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_value(to, values[0]);
}

static void sql_reseal(sqlite3_context *to, int n, sqlite3_value **values)
{
    work *w = sqlite3_user_data(to);
    lyt_str guest = argument(values[0]);
    char fresh[lyt_rekey_name_bytes];
    lyt_status status;
    lyt_buf out;

    (void)n;
    lyt_buf_init(&out, w->alloc);
    w->how->next(w->how->user, guest, fresh);
    status = w->how->reseal(w->how->user, guest, lyt_str_of(fresh), argument(values[1]), &out);
    w->n_addresses++;
    if (status == LYT_EFORMAT) {
        w->n_unreadable++;
        sqlite3_result_value(to, values[1]);
    } else if (status) {
        sqlite3_result_error(to, "an address could not be sealed", -1);
    } else {
        give(to, &out);
    }
    lyt_buf_deinit(&out);
}

static lyt_status teach(lyt_store *store, work *w, lyt_error *err)
{
    static const struct {
        const char *name;
        int n;
        void (*function)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {{"lyt_has", 1, sql_has},
                     {"lyt_next", 1, sql_next},
                     {"lyt_lane", 1, sql_lane},
                     {"lyt_carry", 1, sql_carry},
                     {"lyt_reseal", 2, sql_reseal}};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        /* SQLITE_DIRECTONLY: no view or trigger of a strange file may call them */
        int code = sqlite3_create_function_v2(
            store->db, functions[i].name, functions[i].n,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, w, functions[i].function, NULL,
            NULL, NULL);

        if (code != SQLITE_OK)
            return lyt_store_fail(store, code, "prepare the keys", err);
    }
    return LYT_OK;
}

/* ---- the tables ---- */

#define NEXT(table, column)                                                                        \
    "UPDATE " table " SET " column " = lyt_next(" column ") WHERE lyt_has(" column ")"

/* What guests wrote, what was heard in it and what was written to them are not among these. */
static const struct {
    size_t count; /* offset in lyt_rekeyed */
    const char *sql;
} steps[] = {
    {offsetof(lyt_rekeyed, messages), NEXT("feedback", "sender")},
    {offsetof(lyt_rekeyed, events), NEXT("event", "json")},
    {offsetof(lyt_rekeyed, incidents), NEXT("fact", "json")},
    {offsetof(lyt_rekeyed, incidents), NEXT("history", "note")},
    {offsetof(lyt_rekeyed, guests), NEXT("note", "guest")},
    {offsetof(lyt_rekeyed, guests), NEXT("stay", "guest")},
    {offsetof(lyt_rekeyed, guests),
     "UPDATE behaviour SET subject = lyt_next(subject), json = lyt_next(json)"
     " WHERE lyt_has(subject) OR lyt_has(json)"},
    {offsetof(lyt_rekeyed, guests), NEXT("consent", "guest")},
    {SIZE_MAX, "UPDATE consent SET guest = lyt_carry(guest) WHERE length(guest) = 49"
               " AND substr(guest, 17, 1) = 'g' AND NOT substr(guest, 18) GLOB '*[^0-9a-f]*'"},
    {offsetof(lyt_rekeyed, guests), NEXT("reply", "guest")},
    /* all that is on the right is of before */
    {SIZE_MAX, "UPDATE contact SET sealed = lyt_reseal(guest, sealed), guest = lyt_next(guest)"
               " WHERE lyt_has(guest)"},
    {SIZE_MAX, "UPDATE outbox SET lane = iif(state < 2, lyt_lane(lane), '')"
               " WHERE length(lane) = 17 AND substr(lane, 1, 1) = 'g'"
               " AND NOT substr(lane, 2) GLOB '*[^0-9a-f]*'"},
    {SIZE_MAX, LYT_STORE_DROP_SNAPSHOT},
    {SIZE_MAX, LYT_STORE_NOTE_FACTS},
    {SIZE_MAX, LYT_STORE_NOTE_BLANKED},
    {SIZE_MAX, "INSERT INTO about(key, value) VALUES('pseudonyms.ends', '1')"
               " ON CONFLICT(key) DO UPDATE SET value = '1'"},
};

static lyt_status one(lyt_store *store, const char *sql, lyt_str argument, int64_t *n,
                      lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);
    lyt_status status = LYT_OK;

    if (code != SQLITE_OK)
        return lyt_store_fail(store, code, "prepare a statement", err);
    if (sqlite3_bind_parameter_count(s) > 0)
        lyt_store_bind_str(s, 1, argument);
    code = sqlite3_step(s);
    if (code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "put another key on the pseudonyms", err);
    else if (n)
        *n += sqlite3_changes64(store->db);
    sqlite3_finalize(s);
    return status;
}

static const char mark_sql[] = "INSERT INTO about(key, value) VALUES('pseudonyms', ?1)"
                               " ON CONFLICT(key) DO UPDATE SET value = ?1";

lyt_status lyt_store_rekey(lyt_store *store, const lyt_rekey_how *how, lyt_rekeyed *out,
                           lyt_error *err)
{
    work w = {.how = how, .alloc = store->alloc};
    lyt_status status = teach(store, &w, err);

    *out = (lyt_rekeyed){0};
    if (!status)
        status = lyt_store_begin(store, err);
    for (size_t i = 0; !status && i < sizeof steps / sizeof *steps; i++)
        status = one(store, steps[i].sql, (lyt_str){"", 0},
                     steps[i].count == SIZE_MAX ? NULL
                                                : (int64_t *)(void *)((char *)out + steps[i].count),
                     err);
    if (!status)
        status = one(store, mark_sql, how->mark, NULL, err);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    out->addresses = w.n_addresses;
    out->unreadable = w.n_unreadable;
    return status;
}

/* ---- what is known of it ---- */

static lyt_status read_about(lyt_store *store, const char *key, char out[lyt_rekey_mark_bytes],
                             lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(store->db, "SELECT value FROM about WHERE key = ?1", -1, &s, NULL);

    out[0] = '\0';
    if (code == SQLITE_OK) {
        lyt_store_bind_str(s, 1, lyt_str_of(key));
        code = sqlite3_step(s);
    }
    if (code == SQLITE_ROW) {
        lyt_str value = lyt_store_column_str(s, 0);

        snprintf(out, lyt_rekey_mark_bytes, "%.*s", LYT_STR_ARG(value));
    }
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE
               ? LYT_OK
               : lyt_store_fail(store, code, "read the database", err);
}

lyt_status lyt_store_rekey_end(lyt_store *store, lyt_error *err)
{
    return one(store, "DELETE FROM about WHERE key = 'pseudonyms.ends'", (lyt_str){"", 0}, NULL,
               err);
}

lyt_status lyt_store_rekey_ends(lyt_store *store, bool *is_open, lyt_error *err)
{
    char value[lyt_rekey_mark_bytes];
    lyt_status status = read_about(store, "pseudonyms.ends", value, err);

    *is_open = value[0] != '\0';
    return status;
}

lyt_status lyt_store_rekey_mark(lyt_store *store, char out[lyt_rekey_mark_bytes], lyt_error *err)
{
    return read_about(store, "pseudonyms", out, err);
}

lyt_status lyt_store_rekey_set_mark(lyt_store *store, lyt_str mark, lyt_error *err)
{
    return one(store, mark_sql, mark, NULL, err);
}
