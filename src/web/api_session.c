#include <stdio.h>
#include <string.h>

#include "webapi.h"

static void write_me(lyt_exchange *x, const lyt_who *who, const char *csrf)
{
    lyt_jw jw;

    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    if (csrf)
        lyt_jw_kstr(&jw, "csrf", lyt_str_of(csrf));
    lyt_jw_kstr(&jw, "person", lyt_str_of(who->person));
    lyt_jw_kstr(&jw, "role", lyt_str_of(lyt_web_role_name(who->role)));
    lyt_jw_key(&jw, "properties");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < who->n_properties; i++)
        lyt_jw_str(&jw, lyt_str_of(who->properties[i]));
    lyt_jw_array_end(&jw);
    lyt_jw_kstr(&jw, "language", lyt_str_of(who->language));
    lyt_jw_object_end(&jw);
    lyt_web_done(x, 200, NULL);
}

void lyt_web_set_cookie(lyt_exchange *x, const char *name, const char *cookie, int64_t seconds)
{
    bool is_secure = x->req.is_tls || lyt_str_equal(lyt_webreq_header(&x->req, "X-Forwarded-Proto"),
                                                    LYT_STR("https"));

    snprintf(x->cookie, sizeof x->cookie,
             "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", name, cookie,
             (long long)seconds, is_secure ? "; Secure" : "");
}

/* The token stands in the body and nowhere else; it is in no log and no address. */
static const lyt_who *who_logs_in(lyt_exchange *x, char token[lyt_token_bytes])
{
    lyt_webactor *web = x->web;
    lyt_json *tree = NULL;
    const lyt_who *who = NULL;
    lyt_error why;
    int64_t retry_ms = 0;

    if (!lyt_webreq_is_type(&x->req, "application/json")) {
        web->count.refused[LYT_WEB_REFUSED_TYPE]++;
        lyt_web_error(x, 415, "content-type", NULL, "send application/json");
        return NULL;
    }
    if (lyt_json_parse(&tree, lyt_buf_str(&x->req.body), 4096, &why)) {
        lyt_web_error(x, 400, "malformed", NULL, "%s (line %u, column %u)", why.text, why.line,
                      why.column);
        return NULL;
    }
    if (web->tokens.path)
        who = lyt_tokens_find(web->tokens.tokens, lyt_json_text(tree, "token"));
    if (who)
        snprintf(token, lyt_token_bytes, "%.*s", LYT_STR_ARG(lyt_json_text(tree, "token")));
    lyt_json_free(tree);
    if (who)
        return who;
    if (!web->tokens.path) {
        lyt_web_error(x, 409, "no-tokens", NULL,
                      "this service has no tokens: nobody need log in on this machine");
        return NULL;
    }
    if (!lyt_ratelimit_take(&web->per_guess, x->req.source, lyt_web_mono_us(web), &retry_ms)) {
        web->count.refused[LYT_WEB_REFUSED_RATE]++;
        x->retry_s = retry_ms / 1000 + 1;
        lyt_web_error(x, 429, "rate", NULL, "too many tries; wait a little");
        return NULL;
    }
    web->count.refused[LYT_WEB_REFUSED_TOKEN]++;
    lyt_web_error(x, 401, "unauthorised", "token", "this token is not known (any more)");
    return NULL;
}

/* Whose token is a wall board's stays logged in with it, as long as it is not taken away. */
static void open_device(lyt_exchange *x, const lyt_who *who, const char *token)
{
    lyt_login_csrf(x->csrf, x->web->secret, sizeof x->web->secret, lyt_str_of(token));
    lyt_web_set_cookie(x, "lyt_device", token, lyt_device_days * (int64_t)86400);
    write_me(x, who, x->csrf);
}

void lyt_api_session_open(lyt_exchange *x)
{
    char cookie[lyt_token_bytes], token[lyt_token_bytes];
    lyt_webactor *web = x->web;
    const lyt_who *who = who_logs_in(x, token);

    if (!who)
        return;
    if (who->role == LYT_WEB_WALL) {
        open_device(x, who, token);
        return;
    }
    if (lyt_login_open(&web->logins, who->hash, lyt_clock_wall_us(web->clock), cookie, NULL)) {
        lyt_web_error(x, 503, "random", NULL, "the system gives no random bytes");
        return;
    }
    lyt_webkeep_sessions(web);
    lyt_login_csrf(x->csrf, web->secret, sizeof web->secret, lyt_str_of(cookie));
    lyt_web_set_cookie(x, "lyt_session", cookie, lyt_login_most_min * 60);
    write_me(x, who, x->csrf);
}

void lyt_api_session_close(lyt_exchange *x)
{
    lyt_login_close(&x->web->logins, lyt_webreq_cookie(&x->req, "lyt_session"));
    lyt_webkeep_sessions(x->web);
    lyt_web_set_cookie(x, x->by_device ? "lyt_device" : "lyt_session", "", 0);
    lyt_buf_add_text(&x->out, "{\"status\":\"closed\"}");
    lyt_web_done(x, 200, NULL);
}

void lyt_api_me(lyt_exchange *x)
{
    lyt_str device = lyt_webreq_cookie(&x->req, "lyt_device");
    char token[lyt_token_bytes];

    /* a wall board that is looked at never runs out */
    if (x->by_device && device.len < sizeof token) {
        snprintf(token, sizeof token, "%.*s", LYT_STR_ARG(device));
        lyt_web_set_cookie(x, "lyt_device", token, lyt_device_days * (int64_t)86400);
    }
    write_me(x, &x->who, x->csrf);
}
