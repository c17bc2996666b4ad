#include <string.h>

#include "sha256.h"
#include "store_copy.h"
#include "store_inner.h"

/*
 * Every table by its name, every row by its first columns, which are the key, every value with its
 * kind and length, so that no two states are written alike. Numbers are little-endian.
 */
static const char tables_sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                 " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

static void add_number(lyt_sha256 *sha, uint64_t value)
{
    char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(value >> 8 * i);
    lyt_sha256_add(sha, (lyt_str){bytes, sizeof bytes});
}

static void add_bytes(lyt_sha256 *sha, const void *bytes, size_t n)
{
    add_number(sha, n);
    if (n)
        lyt_sha256_add(sha, (lyt_str){bytes, n});
}

static void add_value(lyt_sha256 *sha, sqlite3_stmt *s, int column)
{
    const int kind = sqlite3_column_type(s, column);
    uint64_t bits = 0;
    double real;

    add_number(sha, (uint64_t)kind);
    switch (kind) {
    case SQLITE_INTEGER:
        add_number(sha, (uint64_t)sqlite3_column_int64(s, column));
        break;
    case SQLITE_FLOAT:
        real = sqlite3_column_double(s, column);
        memcpy(&bits, &real, sizeof bits);
        add_number(sha, bits);
        break;
    case SQLITE_NULL:
        break;
    default: {
        const void *bytes = sqlite3_column_blob(s, column);

        add_bytes(sha, bytes, (size_t)sqlite3_column_bytes(s, column));
    }
    }
}

static lyt_status add_table(lyt_sha256 *sha, lyt_store *store, const char *name, lyt_error *err)
{
    /* which log of events it is a copy has of its own (lyt_store_restore) */
    const char *but = strcmp(name, "about") == 0 ? " WHERE key <> 'publisher'" : "";
    sqlite3_stmt *s = NULL;
    char *text = sqlite3_mprintf("SELECT * FROM \"%w\"%s ORDER BY 1, 2, 3", name, but);
    int code = SQLITE_NOMEM, n = 0;

    /* a table of two columns has no third to go by */
    if (text)
        code = sqlite3_prepare_v2(store->db, text, -1, &s, NULL);
    if (text && code != SQLITE_OK) {
        sqlite3_free(text);
        text = sqlite3_mprintf("SELECT * FROM \"%w\"%s ORDER BY 1, 2", name, but);
        code = text ? sqlite3_prepare_v2(store->db, text, -1, &s, NULL) : SQLITE_NOMEM;
    }
    sqlite3_free(text);
    add_bytes(sha, name, strlen(name));
    if (code == SQLITE_OK)
        n = sqlite3_column_count(s);
    add_number(sha, (uint64_t)n);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(s);
        for (int i = 0; code == SQLITE_ROW && i < n; i++)
            add_value(sha, s, i);
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? LYT_OK : lyt_store_fail(store, code, "read all of it", err);
}

static lyt_status add_all(lyt_sha256 *sha, lyt_store *store, lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    lyt_status status = LYT_OK;
    int code = sqlite3_prepare_v2(store->db, tables_sql, -1, &s, NULL);

    while (!status && (code == SQLITE_OK || code == SQLITE_ROW)) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW)
            status = add_table(sha, store, (const char *)sqlite3_column_text(s, 0), err);
    }
    sqlite3_finalize(s);
    if (!status && code != SQLITE_DONE)
        status = lyt_store_fail(store, code, "read all of it", err);
    return status;
}

lyt_status lyt_store_hash(const char *path, char out[lyt_store_hash_bytes], lyt_error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[lyt_sha256_bytes];
    lyt_store store = {.lock_fd = -1};
    lyt_error why = {.text = ""};
    lyt_sha256 sha;
    int code = sqlite3_open_v2(path, &store.db, SQLITE_OPEN_READONLY, NULL);
    lyt_status status = LYT_OK;

    /* all of one moment */
    if (code == SQLITE_OK)
        code = sqlite3_exec(store.db, "BEGIN", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        status = lyt_store_fail(&store, code, "open the database", &why);
    lyt_sha256_init(&sha);
    if (!status)
        status = add_all(&sha, &store, &why);
    sqlite3_close(store.db);
    if (status)
        return lyt_error_at(err, status, path, 0, 0, "%s", why.text);
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[2 * sizeof sum] = '\0';
    return LYT_OK;
}
