/*
 * Wall boards: a browser that hangs on a wall stays logged in with a token of its own, which sees
 * the board and nothing else, until a manager takes it away.
 */
#include <stdio.h>
#include <string.h>

#include "topic.h"
#include "webapi.h"
#include "webaudit.h"
#include "weblook.h"

enum { id_letters = 12 };

static const char prefix[] = "wall.";

static void write_device(lyt_jw *jw, const lyt_who *who)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "device", (lyt_str){who->hash, id_letters});
    lyt_jw_kstr(jw, "name", lyt_str_of(who->person + strlen(prefix)));
    lyt_jw_key(jw, "properties");
    lyt_jw_array(jw);
    for (size_t i = 0; i < who->n_properties; i++)
        lyt_jw_str(jw, lyt_str_of(who->properties[i]));
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

/* Whoever leads a house sees and ends those that show only what is of it. */
static bool is_mine(const lyt_exchange *x, const lyt_who *device)
{
    if (!lyt_str_begins(lyt_str_of(device->person), lyt_str_of(prefix)))
        return false;
    for (size_t i = 0; i < device->n_properties; i++)
        if (!lyt_who_has(&x->who, lyt_str_of(device->properties[i])))
            return false;
    return x->who.n_properties == 0 || device->n_properties > 0;
}

static size_t n_devices(const lyt_exchange *x)
{
    return x->web->devices.tokens ? lyt_tokens_count(x->web->devices.tokens) : 0;
}

void lyt_api_devices(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "devices");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < n_devices(x); i++)
        if (is_mine(x, lyt_tokens_at(x->web->devices.tokens, i)))
            write_device(&jw, lyt_tokens_at(x->web->devices.tokens, i));
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_web_done(x, 200, NULL);
}

/* Who let which wall board in or out. False: it cannot be noted, and it has been answered. */
static bool note(lyt_exchange *x, const char *what, const lyt_who *device)
{
    lyt_audit audit;
    lyt_status status;

    lyt_audit_init(&audit, x->web->alloc, x->web->o->state);
    lyt_audit_begin(&audit, lyt_clock_wall_us(x->web->clock), lyt_str_of(x->who.person), what);
    lyt_jw_kstr(&audit.jw, "device", (lyt_str){device->hash, id_letters});
    lyt_jw_kstr(&audit.jw, "name", lyt_str_of(device->person + strlen(prefix)));
    lyt_jw_kstr(&audit.jw, "request", lyt_str_of(x->id));
    status = lyt_audit_end(&audit, NULL);
    lyt_audit_deinit(&audit);
    if (status)
        lyt_web_error(x, 503, "not-noted", NULL,
                      "it cannot be noted who did it; is the disk full?");
    return !status;
}

/* False: it has been answered. */
static bool read_wishes(lyt_exchange *x, const lyt_json *tree, lyt_who *out)
{
    const lyt_json *properties = lyt_json_get(tree, "properties");
    lyt_str name = lyt_json_text(tree, "name"), language = lyt_json_text(tree, "language"), one;

    memset(out, 0, sizeof *out);
    out->role = LYT_WEB_WALL;
    if (!lyt_token_is_name(name) || name.len > 32) {
        lyt_web_error(x, 422, "invalid", "name",
                      "name: 1 to 32 of a to z, 0 to 9, \"-\", \".\" and \"_\"");
        return false;
    }
    snprintf(out->person, sizeof out->person, "%s%.*s", prefix, LYT_STR_ARG(name));
    if (language.len < sizeof out->language)
        snprintf(out->language, sizeof out->language, "%.*s", LYT_STR_ARG(language));
    for (size_t i = 0; i < lyt_json_len(properties) && i < lyt_token_properties_max; i++) {
        if (!lyt_json_str(lyt_json_at(properties, i), &one) || !one.len ||
            lyt_topic_part(one, out->properties[i], sizeof out->properties[i]) ||
            !lyt_who_has(&x->who, lyt_str_of(out->properties[i]))) {
            lyt_web_error(x, 422, "invalid", "properties", "properties: a list of some of yours");
            return false;
        }
        out->n_properties = i + 1;
    }
    /* it never shows more than who hangs it up may see */
    for (size_t i = 0; !out->n_properties && i < x->who.n_properties; i++)
        memcpy(out->properties[i], x->who.properties[i], sizeof out->properties[i]);
    out->n_properties = out->n_properties ? out->n_properties : x->who.n_properties;
    return true;
}

/* The browser that asks is the wall board from now on, and whoever was logged in is not any more.
 */
static void hang_up(lyt_exchange *x, lyt_who *device)
{
    char token[lyt_token_bytes];
    lyt_error why;
    lyt_jw jw;

    if (lyt_token_make(token, NULL)) {
        lyt_web_error(x, 503, "random", NULL, "the system gives no random bytes");
        return;
    }
    lyt_token_hash(device->hash, lyt_str_of(token));
    if (!note(x, "device-added", device))
        return;
    if (lyt_webkeep_device(x->web, device, NULL, &why)) {
        lyt_web_error(x, 503, "not-kept", NULL, "%s", why.text);
        return;
    }
    lyt_web_set_cookie(x, "lyt_device", token, lyt_device_days * (int64_t)86400);
    lyt_login_close(&x->web->logins, lyt_webreq_cookie(&x->req, "lyt_session"));
    lyt_webkeep_sessions(x->web);
    lyt_jw_init(&jw, &x->out);
    write_device(&jw, device);
    lyt_web_done(x, 200, NULL);
}

void lyt_api_device_add(lyt_exchange *x)
{
    lyt_json *tree;
    lyt_who device;
    bool is_good;

    if (!x->by_cookie) {
        lyt_web_error(x, 409, "no-browser", NULL,
                      x->web->tokens.path
                          ? "the browser that is to hang on the wall asks for this itself; for "
                            "others make a token (lyt token new --role wall-board)"
                          : "without tokens nobody need log in on this machine");
        return;
    }
    tree = lyt_web_object(x);
    if (!tree)
        return;
    is_good = read_wishes(x, tree, &device);
    lyt_json_free(tree);
    if (is_good)
        hang_up(x, &device);
}

void lyt_api_device_remove(lyt_exchange *x)
{
    const lyt_who *found = NULL;
    lyt_error why;
    lyt_who gone;

    for (size_t i = 0; i < n_devices(x); i++) {
        const lyt_who *who = lyt_tokens_at(x->web->devices.tokens, i);

        if (is_mine(x, who) && lyt_str_equal(x->args[0], (lyt_str){who->hash, id_letters}))
            found = who;
    }
    if (!found) {
        x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_error(x, 404, "not-found", NULL, "there is no such wall board");
        return;
    }
    gone = *found;
    if (!note(x, "device-removed", &gone))
        return;
    if (lyt_webkeep_device(x->web, NULL, gone.hash, &why)) {
        lyt_web_error(x, 503, "not-kept", NULL, "%s", why.text);
        return;
    }
    lyt_buf_add_text(&x->out, "{\"status\":\"removed\"}");
    lyt_web_done(x, 200, NULL);
}
