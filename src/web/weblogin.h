/*
 * lyt_weblogin: who is logged in with a browser. A session is a random cookie, known here only
 * by its hash, with a second word (csrf) that the page sends in a header and that follows from the
 * cookie and a key of the service; it lives as long as it is used, at most a day, and goes when its
 * token goes. Sessions stand in a file that only the service may read, so that they outlive it; who
 * has the file can log in nowhere with it.
 *
 * Lifetime  plain struct, zeroed.
 * Threads   one at a time.
 * Units     times are of the wall clock: a session goes on in another process.
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
    char hash[lyt_token_hash_bytes];  /* of the cookie; "" free */
    char token[lyt_token_hash_bytes]; /* the token's hash */
    int64_t made_us, seen_us;
    int64_t kept_us; /* seen_us as it was last worth writing down */
} lyt_login;

typedef struct lyt_logins {
    lyt_login rows[lyt_logins_max];
    bool is_changed; /* since it was written or read */
} lyt_logins;

/*
 * A new session of who has that token (its hash). cookie takes what the browser is given. When
 * all places are taken the one unused longest goes. LYT_EIO: no random bytes.
 */
LYT_MUST_USE lyt_status lyt_login_open(lyt_logins *logins, const char *token, int64_t now_us,
                                       char cookie[lyt_token_bytes], lyt_error *err);
/* NULL: none, or too old. */
const lyt_login *lyt_login_find(lyt_logins *logins, lyt_str cookie, int64_t now_us);
void lyt_login_close(lyt_logins *logins, lyt_str cookie);

/* What the page of that cookie sends along. key: of the service, and as long as it says. */
void lyt_login_csrf(char out[lyt_csrf_bytes], const unsigned char *key, size_t key_bytes,
                    lyt_str cookie);

/* As a file's text, a line a session; only those that still count. */
void lyt_logins_write(const lyt_logins *logins, int64_t now_us, lyt_buf *out);
/*
 * The text of such a file; those that are over are left out. LYT_EFORMAT: err has the line, and
 * nobody is logged in.
 */
LYT_MUST_USE lyt_status lyt_logins_read(lyt_logins *logins, lyt_str text, int64_t now_us,
                                        lyt_error *err);

#endif
