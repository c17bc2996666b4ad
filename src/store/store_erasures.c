/* Who was erased, to be done again to a copy that is brought back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "json.h"
#include "sha256.h"
#include "store_inner.h"
#include "store_person.h"

enum { list_max = 64 << 20, salt_bytes = 16, hex_bytes = 2 * lyt_sha256_bytes + 1 };

static void hex_of(char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static void hash_of(char out[hex_bytes], lyt_str salt, lyt_str guest)
{
    unsigned char bytes[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, salt);
    lyt_sha256_add(&sha, guest);
    lyt_sha256_end(&sha, bytes);
    hex_of(out, bytes, sizeof bytes);
}

static lyt_status read_list(const lyt_fs *fs, const char *path, lyt_buf *out, lyt_error *err)
{
    lyt_status status = lyt_fs_read(fs, path, list_max, out, err);

    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

lyt_status lyt_erasures_add(const lyt_fs *fs, const char *path, lyt_str guest, int64_t now_us,
                            lyt_error *err)
{
    unsigned char salt[salt_bytes];
    char salt_hex[2 * salt_bytes + 1], hash[hex_bytes];
    lyt_status status;
    lyt_buf list;
    lyt_jw jw;

    while (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt)
        if (errno != EINTR)
            return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    hex_of(salt_hex, salt, sizeof salt);
    hash_of(hash, lyt_str_of(salt_hex), guest);
    lyt_buf_init(&list, NULL);
    status = read_list(fs, path, &list, err);
    lyt_jw_init(&jw, &list);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "at");
    lyt_jw_raw(&jw, LYT_STR("\""));
    lyt_clock_format(&list, now_us);
    lyt_buf_add_char(&list, '"');
    lyt_jw_kstr(&jw, "salt", lyt_str_of(salt_hex));
    lyt_jw_kstr(&jw, "sha256", lyt_str_of(hash));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&list, '\n');
    if (!status && lyt_buf_status(&list))
        status = lyt_error_set(err, lyt_buf_status(&list), "no memory for the list of erasures");
    if (!status)
        status = lyt_fs_write(fs, path, lyt_buf_str(&list), err);
    lyt_buf_deinit(&list);
    return status;
}

/* The guest of the store whom a line of the list means; empty: none. */
static lyt_status find_guest(lyt_store *store, lyt_str salt, lyt_str wanted, lyt_buf *out,
                             lyt_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(
        store->db,
        "SELECT DISTINCT sender FROM feedback WHERE sender <> '' UNION SELECT DISTINCT"
        " json_extract(json, '$.guest') FROM fact WHERE json_valid(json)"
        " AND json_extract(json, '$.guest') IS NOT NULL",
        -1, &s, NULL);
    char hash[hex_bytes];

    lyt_buf_reset(out);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(s);
        if (code != SQLITE_ROW)
            break;
        hash_of(hash, salt, lyt_store_column_str(s, 0));
        if (!lyt_str_equal(lyt_str_of(hash), wanted))
            continue;
        lyt_buf_add(out, lyt_store_column_str(s, 0));
        code = SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? lyt_buf_status(out)
                               : lyt_store_fail(store, code, "look for who was erased", err);
}

static lyt_status apply_line(lyt_store *store, lyt_str line, int64_t *n, lyt_error *err)
{
    lyt_who person = {.guest = {"", 0}};
    lyt_json *json = NULL;
    lyt_erased erased;
    lyt_buf guest;
    lyt_status status = lyt_json_parse(&json, line, 1 << 16, err);

    lyt_buf_init(&guest, NULL);
    if (!status)
        status = find_guest(store, lyt_json_text(json, "salt"), lyt_json_text(json, "sha256"),
                            &guest, err);
    if (!status && guest.len) {
        person.guest = lyt_buf_str(&guest);
        status = lyt_store_erase(store, &person, &erased, err);
        *n += !status;
    }
    lyt_buf_deinit(&guest);
    lyt_json_free(json);
    return status;
}

lyt_status lyt_erasures_has(const lyt_fs *fs, const char *path, lyt_str guest, bool *has,
                            lyt_error *err)
{
    lyt_error why = {.text = ""};
    lyt_status status;
    lyt_buf list;
    unsigned line = 0;

    *has = false;
    lyt_buf_init(&list, NULL);
    status = read_list(fs, path, &list, err);
    for (size_t at = 0; !status && at < list.len;) {
        lyt_str all = lyt_buf_str(&list);
        size_t end = lyt_str_find(all, '\n', at);
        lyt_json *json = NULL;
        char hash[hex_bytes];

        line++;
        if (end > at)
            status = lyt_json_parse(&json, lyt_str_slice(all, at, end), 1 << 16, &why);
        if (status)
            lyt_error_at(err, status, path, line, 0, "%s", why.text);
        if (json) {
            hash_of(hash, lyt_json_text(json, "salt"), guest);
            *has = *has || lyt_str_equal(lyt_str_of(hash), lyt_json_text(json, "sha256"));
        }
        lyt_json_free(json);
        at = end + 1;
    }
    lyt_buf_deinit(&list);
    return status;
}

lyt_status lyt_erasures_apply(lyt_store *store, const lyt_fs *fs, const char *path, int64_t *n,
                              lyt_error *err)
{
    lyt_error why = {.text = ""};
    lyt_status status;
    lyt_buf list;
    size_t at = 0;
    unsigned line = 0;

    *n = 0;
    lyt_buf_init(&list, NULL);
    status = read_list(fs, path, &list, err);
    while (!status && at < list.len) {
        lyt_str all = lyt_buf_str(&list);
        size_t end = lyt_str_find(all, '\n', at);

        line++;
        if (end > at)
            status = apply_line(store, lyt_str_slice(all, at, end), n, &why);
        if (status)
            lyt_error_at(err, status, path, line, 0, "%s", why.text);
        at = end + 1;
    }
    if (!status && *n)
        status = lyt_store_scrub(store, err);
    lyt_buf_deinit(&list);
    return status;
}
