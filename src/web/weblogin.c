#include "weblogin.h"

#include <string.h>

#include "webreq.h"

static const int64_t minute_us = 60 * (int64_t)1000000;

static bool is_over(const lyt_login *login, int64_t now_us)
{
    return now_us - login->seen_us > lyt_login_idle_min * minute_us ||
           now_us - login->made_us > lyt_login_most_min * minute_us;
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
                          char cookie[lyt_token_bytes], const lyt_login **out, lyt_error *err)
{
    char csrf[lyt_token_bytes];
    lyt_login *row = place(logins, now_us);
    lyt_status status = lyt_token_make(cookie, err);

    if (!status)
        status = lyt_token_make(csrf, err);
    if (status)
        return status;
    memset(row, 0, sizeof *row);
    lyt_token_hash(row->hash, lyt_str_of(cookie));
    memcpy(row->csrf, csrf + 4, strlen(csrf + 4) + 1);
    memcpy(row->token, token, strlen(token) + 1);
    row->made_us = row->seen_us = now_us;
    *out = row;
    return LYT_OK;
}

const lyt_login *lyt_login_find(lyt_logins *logins, lyt_str cookie, int64_t now_us)
{
    lyt_login *row = find(logins, cookie);

    if (!row)
        return NULL;
    if (is_over(row, now_us)) {
        memset(row, 0, sizeof *row);
        return NULL;
    }
    row->seen_us = now_us;
    return row;
}

void lyt_login_close(lyt_logins *logins, lyt_str cookie)
{
    lyt_login *row = find(logins, cookie);

    if (row)
        memset(row, 0, sizeof *row);
}
