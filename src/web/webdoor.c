/*
 * Who it is: a bearer token, the session of a browser, or, without a file of tokens, this machine
 * itself. A browser on this machine may be made by any page on the net to send requests here, so
 * what changes something must come from a page of ours.
 */
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "webstate.h"

static bool refuse(lyt_exchange *x, int status, lyt_web_refusal why, const char *code,
                   const char *text)
{
    x->web->count.refused[why]++;
    lyt_web_error(x, status, code, NULL, "%s", text);
    return false;
}

/* The guesses of one address; whoever has a good token is never held up by them. */
static bool refuse_guess(lyt_exchange *x, const char *text)
{
    int64_t retry_ms = 0;

    if (!lyt_ratelimit_take(&x->web->per_guess, x->req.source, lyt_web_mono_us(x->web),
                            &retry_ms)) {
        x->retry_s = retry_ms / 1000 + 1;
        return refuse(x, 429, LYT_WEB_REFUSED_RATE, "rate", "too many tries; wait a little");
    }
    return refuse(x, 401, LYT_WEB_REFUSED_TOKEN, "unauthorised", text);
}

static lyt_str host_of(lyt_str host)
{
    size_t end = host.len;

    if (host.len && host.ptr[0] == '[')
        return lyt_str_slice(host, 0, lyt_str_find(host, ']', 0) + 1);
    while (end > 0 && host.ptr[end - 1] >= '0' && host.ptr[end - 1] <= '9')
        end--;
    if (end > 0 && host.ptr[end - 1] == ':')
        return lyt_str_slice(host, 0, end - 1);
    return host;
}

static bool is_this_machine(lyt_str host)
{
    host = host_of(host);
    return lyt_str_equal(host, LYT_STR("localhost")) || lyt_str_equal(host, LYT_STR("[::1]")) ||
           lyt_str_begins(host, LYT_STR("127."));
}

/* It comes from this machine, but only because a proxy does that lets in others. */
static bool is_forwarded(const lyt_webreq *req)
{
    return lyt_webreq_header(req, "X-Forwarded-For").len ||
           lyt_webreq_header(req, "Forwarded").len || lyt_webreq_header(req, "Via").len;
}

/* Of a page of ours, or of no page at all. */
static bool is_own_origin(const lyt_webreq *req)
{
    lyt_str origin = lyt_webreq_header(req, "Origin"), host = lyt_webreq_header(req, "Host");

    if (!origin.len)
        return true;
    if (lyt_str_begins(origin, LYT_STR("https://")))
        origin = lyt_str_slice(origin, 8, origin.len);
    else if (lyt_str_begins(origin, LYT_STR("http://")))
        origin = lyt_str_slice(origin, 7, origin.len);
    return lyt_web_equal_nocase(origin, host);
}

static bool admit_local(lyt_exchange *x)
{
    if (!x->web->o->insecure && (!x->req.is_local || is_forwarded(&x->req) ||
                                 !is_this_machine(lyt_webreq_header(&x->req, "Host"))))
        return refuse(x, 403, LYT_WEB_REFUSED_HOST, "forbidden",
                      "without tokens only this machine may ask, by the name localhost");
    if (x->req.method != LYT_METHOD_GET && !is_own_origin(&x->req))
        return refuse(x, 403, LYT_WEB_REFUSED_CSRF, "csrf", "another site's page sent this");
    memset(&x->who, 0, sizeof x->who);
    snprintf(x->who.person, sizeof x->who.person, "local");
    x->who.role = LYT_WEB_ADMIN;
    x->is_known = true;
    return true;
}

/* What changes something comes from a page of ours, which knows the word that goes with the cookie. */
static bool check_csrf(lyt_exchange *x, lyt_str cookie)
{
    lyt_login_csrf(x->csrf, x->web->secret, sizeof x->web->secret, cookie);
    if (x->req.method == LYT_METHOD_GET ||
        (is_own_origin(&x->req) &&
         lyt_web_equal_secret(lyt_webreq_header(&x->req, "X-CSRF-Token"), lyt_str_of(x->csrf))))
        return true;
    return refuse(x, 403, LYT_WEB_REFUSED_CSRF, "csrf",
                  "send the session's csrf in the header X-CSRF-Token");
}

static const lyt_who *who_of_session(lyt_webactor *web, lyt_str cookie)
{
    const lyt_login *login =
        lyt_login_find(&web->logins, cookie, lyt_clock_wall_us(web->clock));

    return login ? lyt_tokens_of_hash(web->tokens.tokens, login->token) : NULL;
}

/* A wall board's cookie is its token: in the file of devices, or one of the tokens of that role. */
static const lyt_who *who_of_device(const lyt_webactor *web, lyt_str cookie)
{
    char hash[lyt_token_hash_bytes];
    const lyt_who *who;

    if (!cookie.len || cookie.len > lyt_token_bytes)
        return NULL;
    lyt_token_hash(hash, cookie);
    who = lyt_web_who_of_hash(web, hash);
    return who && who->role == LYT_WEB_WALL ? who : NULL;
}

/* A person who is logged in goes before the wall board that the browser is besides. */
static bool admit_cookie(lyt_exchange *x, lyt_str session, lyt_str device)
{
    const lyt_who *who = session.len ? who_of_session(x->web, session) : NULL;

    x->by_device = !who && device.len;
    if (x->by_device)
        who = who_of_device(x->web, device);
    if (!who)
        return refuse(x, 401, LYT_WEB_REFUSED_TOKEN, "unauthorised",
                      "this session is over; log in again");
    if (!check_csrf(x, x->by_device ? device : session))
        return false;
    x->who = *who;
    x->is_known = x->by_cookie = true;
    return true;
}

static bool admit_somebody(lyt_exchange *x)
{
    lyt_webactor *web = x->web;
    lyt_str bearer = lyt_webreq_bearer(&x->req);
    lyt_str session = lyt_webreq_cookie(&x->req, "lyt_session");
    lyt_str device = lyt_webreq_cookie(&x->req, "lyt_device");
    const lyt_who *who;

    if (!web->tokens.path)
        return admit_local(x);
    if (bearer.len) {
        who = lyt_tokens_find(web->tokens.tokens, bearer);
        if (!who)
            who = who_of_device(web, bearer);
        if (!who)
            return refuse_guess(x, "this token is not known (any more)");
        x->who = *who;
        x->is_known = true;
        return true;
    }
    if (session.len || device.len)
        return admit_cookie(x, session, device);
    return refuse(x, 401, LYT_WEB_REFUSED_TOKEN, "unauthorised",
                  "send a token: Authorization: Bearer TOKEN, or log in");
}

bool lyt_web_may(lyt_exchange *x, lyt_can what)
{
    if (lyt_who_can(&x->who, what))
        return true;
    x->web->count.refused[LYT_WEB_REFUSED_FORBIDDEN]++;
    lyt_web_error(x, 403, "forbidden", NULL, "the role %s may not do this",
                  lyt_web_role_name(x->who.role));
    return false;
}

bool lyt_web_admit(lyt_exchange *x)
{
    lyt_webactor *web = x->web;
    int64_t retry_ms = 0;

    if (x->route->entry == LYT_ENTRY_OPEN)
        return true;
    if (!admit_somebody(x))
        return false;
    /* this machine itself is as trusted as at the submit socket */
    if (web->tokens.path &&
        !lyt_ratelimit_take(&web->per_token, lyt_hash_str(lyt_str_of(x->who.hash), 7),
                            lyt_web_mono_us(web), &retry_ms)) {
        x->retry_s = retry_ms / 1000 + 1;
        return refuse(x, 429, LYT_WEB_REFUSED_RATE, "rate", "too many requests of this token");
    }
    return x->route->entry != LYT_ENTRY_CAN || lyt_web_may(x, x->route->needs);
}

void lyt_web_properties(const lyt_exchange *x, lyt_jw *jw)
{
    /* a wall board is a place, and no person of the house whatever it is called */
    lyt_jw_kstr(jw, "person",
                x->who.role == LYT_WEB_WALL ? (lyt_str){"", 0} : lyt_str_of(x->who.person));
    lyt_jw_kbool(jw, "leads", lyt_who_can(&x->who, LYT_CAN_LEAD));
    lyt_jw_key(jw, "properties");
    lyt_jw_array(jw);
    for (size_t i = 0; i < x->who.n_properties; i++)
        lyt_jw_str(jw, lyt_str_of(x->who.properties[i]));
    lyt_jw_array_end(jw);
}
