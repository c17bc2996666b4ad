/*
 * lyt_weblogin: who is logged in with a browser. A session is a random cookie, known here only
 * by its hash, with a second random word (csrf) that the page sends in a header; it lives as long
 * as it is used, at most a day, and goes when its token goes.
 *
 * Lifetime  plain struct, zeroed.
 * Threads   one at a time.
 */
#ifndef LYT_WEBLOGIN_H
#define LYT_WEBLOGIN_H

#include "tokens.h"

enum {
    lyt_logins_max = 1024,
    lyt_login_idle_min = 12 * 60,
    lyt_login_most_min = 24 * 60,
    lyt_csrf_bytes = 65,
};

typedef struct lyt_login {
    char hash[lyt_token_hash_bytes]; /* of the cookie; "" free */
    char csrf[lyt_csrf_bytes];
    char token[lyt_token_hash_bytes]; /* the token's hash; "" without tokens */
    int64_t made_us, seen_us;
} lyt_login;

typedef struct lyt_logins {
    lyt_login rows[lyt_logins_max];
} lyt_logins;

/*
 * A new session of who has that token (its hash). cookie takes what the browser is given. When
 * all places are taken the one unused longest goes. LYT_EIO: no random bytes.
 */
LYT_MUST_USE lyt_status lyt_login_open(lyt_logins *logins, const char *token, int64_t now_us,
                                       char cookie[lyt_token_bytes], const lyt_login **out,
                                       lyt_error *err);
/* NULL: none, or too old. */
const lyt_login *lyt_login_find(lyt_logins *logins, lyt_str cookie, int64_t now_us);
void lyt_login_close(lyt_logins *logins, lyt_str cookie);

#endif
