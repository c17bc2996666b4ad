#include "found_inner.h"

#include "buf.h"
#include "store_inner.h"

enum { words_max = 16 };

/* Words as FTS5 takes them: each quoted, and the beginning of a word is enough. */
static void add_words(lyt_buf *out, lyt_str words)
{
    size_t n = 0;

    for (size_t at = 0; at < words.len && n < words_max;) {
        size_t end = at;

        bool is_any = false;

        for (; end < words.len && (unsigned char)words.ptr[end] > ' '; end++)
            is_any = is_any || words.ptr[end] != '"';
        if (is_any) {
            lyt_buf_add_text(out, n++ ? " \"" : "\"");
            for (size_t i = at; i < end; i++)
                if (words.ptr[i] != '"')
                    lyt_buf_add_char(out, words.ptr[i]);
            lyt_buf_add_text(out, "\"*");
        }
        at = end + 1;
    }
}

static lyt_status walk(lyt_found *found, sqlite3_stmt *s, lyt_found_fn each, void *user,
                       lyt_error *err)
{
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW) {
        lyt_feedback feedback = lyt_store_feedback_of(s);

        told = each(user, &feedback, lyt_store_column_str(s, 14), lyt_store_column_str(s, 15));
    }
    if (told)
        told = told == LYT_EEND ? LYT_OK : told;
    else if (code != SQLITE_DONE)
        told = lyt_found_fail(found, code, "search", err);
    sqlite3_reset(s);
    return told;
}

static void bind_page(sqlite3_stmt *s, const lyt_found_query *query)
{
    lyt_store_bind_str(s, 1, query->properties);
    sqlite3_bind_int64(s, 2, query->since_us);
    sqlite3_bind_int64(s, 3, query->before ? query->before : INT64_MAX);
    sqlite3_bind_int64(s, 4, query->limit);
}

lyt_status lyt_found_each(lyt_found *found, const lyt_found_query *query, lyt_found_fn each,
                          void *user, lyt_error *err)
{
    lyt_status status = LYT_OK;
    sqlite3_stmt *s;
    lyt_buf words;

    lyt_buf_init(&words, found->alloc);
    add_words(&words, query->words);
    s = lyt_found_statement(found, words.len ? SQL_SEARCH : SQL_LIST, err);
    if (!s || lyt_buf_status(&words)) {
        status = lyt_buf_status(&words) ? lyt_error_set(err, LYT_ENOMEM, "no memory to search")
                                        : LYT_EIO;
    } else {
        bind_page(s, query);
        if (words.len)
            lyt_store_bind_str(s, 5, lyt_buf_str(&words));
        status = walk(found, s, each, user, err);
    }
    lyt_buf_deinit(&words);
    return status;
}

lyt_status lyt_found_each_unclear(lyt_found *found, const lyt_found_query *query, lyt_found_fn each,
                                  void *user, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_UNCLEAR, err);

    if (!s)
        return LYT_EIO;
    bind_page(s, query);
    sqlite3_bind_double(s, 5, query->close);
    lyt_store_bind_str(s, 6, query->languages.len ? query->languages : LYT_STR("[]"));
    return walk(found, s, each, user, err);
}

static lyt_status take_ids(lyt_found *found, sqlite3_stmt *s, int64_t *ids, size_t max, size_t *n,
                           lyt_error *err)
{
    int code = SQLITE_DONE;

    while (*n < max && (code = sqlite3_step(s)) == SQLITE_ROW)
        ids[(*n)++] = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return code == SQLITE_DONE || code == SQLITE_ROW ? LYT_OK
                                                     : lyt_found_fail(found, code, "search", err);
}

lyt_status lyt_found_incidents(lyt_found *found, int64_t feedback, int64_t *ids, size_t max,
                               size_t *n, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_INCIDENTS, err);

    *n = 0;
    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, feedback);
    return take_ids(found, s, ids, max, n, err);
}

lyt_status lyt_found_cases_ids(lyt_found *found, const lyt_found_cases *wanted, int64_t *ids,
                               size_t max, size_t *n, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_CASES, err);

    *n = 0;
    if (!s)
        return LYT_EIO;
    lyt_store_bind_str(s, 1, wanted->properties);
    sqlite3_bind_int64(s, 2, wanted->before ? wanted->before : INT64_MAX);
    sqlite3_bind_int(s, 3, wanted->only_open);
    sqlite3_bind_int(s, 4, wanted->state);
    lyt_store_bind_str(s, 5, wanted->team);
    sqlite3_bind_int64(s, 6, wanted->limit);
    return take_ids(found, s, ids, max, n, err);
}

lyt_status lyt_found_each_fact(lyt_found *found, int64_t after, lyt_found_fact_fn each, void *user,
                               lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_FACTS, err);
    lyt_status told = LYT_OK;
    int code = SQLITE_DONE;

    if (!s)
        return LYT_EIO;
    sqlite3_bind_int64(s, 1, after);
    while (!told && (code = sqlite3_step(s)) == SQLITE_ROW)
        told = each(user, sqlite3_column_int64(s, 0), lyt_store_column_str(s, 1));
    sqlite3_reset(s);
    if (told)
        return told == LYT_EEND ? LYT_OK : told;
    return code == SQLITE_DONE ? LYT_OK : lyt_found_fail(found, code, "read what happened", err);
}

lyt_status lyt_found_last_seq(lyt_found *found, int64_t *seq, lyt_error *err)
{
    sqlite3_stmt *s = lyt_found_statement(found, SQL_LAST_SEQ, err);
    int code;

    if (!s)
        return LYT_EIO;
    code = sqlite3_step(s);
    *seq = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return code == SQLITE_ROW ? LYT_OK : lyt_found_fail(found, code, "read the database", err);
}
