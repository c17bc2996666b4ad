#include "weblogin.h"

#include <stdio.h>
#include <string.h>

#include "guestref.h"
#include "webreq.h"

enum { keep_min = 5 };

static const int64_t minute_us = 60 * (int64_t)1000000;

static bool is_over(const lyt_login *login, int64_t now_us)
{
    /* a clock that was set back does not make it last for ever */
    return now_us - login->seen_us > lyt_login_idle_min * minute_us ||
           now_us - login->made_us > lyt_login_most_min * minute_us ||
           login->made_us - now_us > lyt_login_most_min * minute_us;
}

static lyt_login *find(lyt_logins *logins, lyt_str cookie)
{
    char hash[lyt_token_hash_bytes];
    lyt_login *found = NULL;

    if (!cookie.len || cookie.len > lyt_token_bytes)
        return NULL;
    lyt_token_hash(hash, cookie);
    for (size_t i = 0; i < lyt_logins_max; i++)
        if (logins->rows[i].hash[0] &&
            lyt_web_equal_secret(lyt_str_of(logins->rows[i].hash), lyt_str_of(hash)))
            found = &logins->rows[i];
    return found;
}

/* A free place, else one that is over, else the one unused longest. */
static lyt_login *place(lyt_logins *logins, int64_t now_us)
{
    lyt_login *oldest = &logins->rows[0];

    for (size_t i = 0; i < lyt_logins_max; i++) {
        lyt_login *row = &logins->rows[i];

        if (!row->hash[0] || is_over(row, now_us))
            return row;
        if (row->seen_us < oldest->seen_us)
            oldest = row;
    }
    return oldest;
}

lyt_status lyt_login_open(lyt_logins *logins, const char *token, int64_t now_us,
                          char cookie[lyt_token_bytes], lyt_error *err)
{
    lyt_login *row = place(logins, now_us);
    lyt_status status = lyt_token_make(cookie, err);

    if (status)
        return status;
    memset(row, 0, sizeof *row);
    lyt_token_hash(row->hash, lyt_str_of(cookie));
    memcpy(row->token, token, strlen(token) + 1);
    row->made_us = row->seen_us = row->kept_us = now_us;
    logins->is_changed = true;
    return LYT_OK;
}

const lyt_login *lyt_login_find(lyt_logins *logins, lyt_str cookie, int64_t now_us)
{
    lyt_login *row = find(logins, cookie);

    if (!row)
        return NULL;
    if (is_over(row, now_us)) {
        memset(row, 0, sizeof *row);
        logins->is_changed = true;
        return NULL;
    }
    row->seen_us = now_us;
    /* a few minutes more or less are nothing to write for */
    if (now_us - row->kept_us > keep_min * minute_us) {
        row->kept_us = now_us;
        logins->is_changed = true;
    }
    return row;
}

void lyt_login_close(lyt_logins *logins, lyt_str cookie)
{
    lyt_login *row = find(logins, cookie);

    if (!row)
        return;
    memset(row, 0, sizeof *row);
    logins->is_changed = true;
}

void lyt_login_csrf(char out[lyt_csrf_bytes], const unsigned char *key, size_t key_bytes,
                    lyt_str cookie)
{
    unsigned char sum[32];

    lyt_hmac_sha256(sum, key, key_bytes, LYT_STR("csrf"), cookie);
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* ---- the file ---- */

void lyt_logins_write(const lyt_logins *logins, int64_t now_us, lyt_buf *out)
{
    lyt_buf_add_text(out,
                     "# who is logged in: hash of the cookie, hash of the token, since, last\n");
    for (size_t i = 0; i < lyt_logins_max; i++) {
        const lyt_login *row = &logins->rows[i];

        if (row->hash[0] && !is_over(row, now_us))
            lyt_buf_addf(out, "%s %s %lld %lld\n", row->hash, row->token, (long long)row->made_us,
                         (long long)row->seen_us);
    }
}

static lyt_str next_word(lyt_str *line)
{
    size_t end = lyt_str_find(*line, ' ', 0);
    lyt_str word = lyt_str_slice(*line, 0, end);

    *line = lyt_str_slice(*line, end + 1, line->len);
    return word;
}

static bool take_hash(char out[lyt_token_hash_bytes], lyt_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!((word.ptr[i] >= '0' && word.ptr[i] <= '9') ||
              (word.ptr[i] >= 'a' && word.ptr[i] <= 'f')))
            return false;
    if (word.len != lyt_token_hash_bytes - 1)
        return false;
    memcpy(out, word.ptr, word.len);
    out[word.len] = '\0';
    return true;
}

static bool read_line(lyt_login *row, lyt_str line)
{
    memset(row, 0, sizeof *row);
    return take_hash(row->hash, next_word(&line)) && take_hash(row->token, next_word(&line)) &&
           lyt_webreq_int(next_word(&line), 0, INT64_MAX, &row->made_us) &&
           lyt_webreq_int(next_word(&line), 0, INT64_MAX, &row->seen_us) && !line.len;
}

lyt_status lyt_logins_read(lyt_logins *logins, lyt_str text, int64_t now_us, lyt_error *err)
{
    size_t n = 0;
    unsigned number = 0;

    memset(logins, 0, sizeof *logins);
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end);
        lyt_login row;

        number++;
        at = end + 1;
        if (!line.len || line.ptr[0] == '#')
            continue;
        if (n == lyt_logins_max || !read_line(&row, line)) {
            memset(logins, 0, sizeof *logins);
            return lyt_error_at(err, LYT_EFORMAT, NULL, number, 1,
                                n == lyt_logins_max ? "too many sessions" : "this is no session");
        }
        if (!is_over(&row, now_us))
            logins->rows[n++] = row;
    }
    return LYT_OK;
}
