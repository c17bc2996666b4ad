/*
 * What outlives the process beside the database: who is logged in, and which wall boards are. Both
 * files hold hashes only, and nobody else may read them. That of wall boards has the form of a file
 * of tokens (lyt token list and revoke know it), and is read again when somebody changes it.
 */
#include <string.h>

#include "mem.h"
#include "webstate.h"

enum { sessions_max = 1 << 20 };

static const int64_t quiet_us = 60 * (int64_t)1000000;

static const char devices_head[] =
    "# wall boards that stay logged in; a line taken away ends one (lyt screen remove)\n";

static char *path_of(const lyt_webactor *web, const char *name)
{
    lyt_buf path;
    char *taken;

    lyt_buf_init(&path, web->alloc);
    lyt_fs_join(&path, web->o->state, name);
    taken = lyt_buf_take(&path);
    lyt_buf_deinit(&path);
    return taken;
}

/* Whoever was logged in logs in again: that is all that a damaged file costs. */
static void load_sessions(lyt_webactor *web)
{
    char line[512];
    lyt_error why = {.text = ""};
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, web->alloc);
    status = lyt_fs_check_secret(web->sessions_path, &why);
    if (!status)
        status = lyt_fs_read(web->o->fs, web->sessions_path, sessions_max, &text, &why);
    if (!status)
        status =
            lyt_logins_read(&web->logins, lyt_buf_str(&text), lyt_clock_wall_us(web->clock), &why);
    if (status && status != LYT_ENOTFOUND)
        lyt_log_say(&web->log, LYT_LOG_WARN, "LYT-SESSIONS-BAD",
                    "Sessions could not be read; everybody logs in again.",
                    LYT_KV("file", web->sessions_path),
                    LYT_KV("why", lyt_error_format(&why, line, sizeof line)));
    lyt_buf_deinit(&text);
}

lyt_status lyt_webkeep_open(lyt_webactor *web, lyt_error *err)
{
    lyt_status status;

    web->sessions_path = path_of(web, "sessions");
    web->devices_path = path_of(web, "devices");
    if (!web->sessions_path || !web->devices_path)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the HTTP server");
    if (!web->tokens.path)
        return LYT_OK;
    load_sessions(web);
    status = lyt_fs_check_secret(web->devices_path, err);
    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    return status
               ? status
               : lyt_tokenfile_open(&web->devices, web->alloc, web->o->fs, web->devices_path, err);
}

void lyt_webkeep_sessions(lyt_webactor *web)
{
    lyt_status status;
    lyt_buf text;

    if (!web->tokens.path || !web->logins.is_changed)
        return;
    lyt_buf_init(&text, web->alloc);
    lyt_logins_write(&web->logins, lyt_clock_wall_us(web->clock), &text);
    status = lyt_buf_status(&text);
    if (!status)
        status = lyt_web_write_secret(web->sessions_path, lyt_buf_str(&text));
    if (status)
        lyt_log_say(&web->log, LYT_LOG_WARN, "LYT-SESSIONS-UNWRITTEN",
                    "Who is logged in could not be kept; a restart asks them to log in again.",
                    LYT_KV("file", web->sessions_path), LYT_KV("why", lyt_status_text(status)));
    else
        web->logins.is_changed = false;
    web->sessions_us = lyt_web_mono_us(web);
    lyt_buf_deinit(&text);
}

void lyt_webkeep_tick(lyt_webactor *web)
{
    if (web->logins.is_changed && lyt_web_mono_us(web) - web->sessions_us > quiet_us)
        lyt_webkeep_sessions(web);
}

void lyt_webkeep_close(lyt_webactor *web)
{
    if (web->sessions_path)
        lyt_webkeep_sessions(web);
    lyt_tokenfile_close(&web->devices);
    lyt_mem_free(web->alloc, web->sessions_path);
    lyt_mem_free(web->alloc, web->devices_path);
}

const lyt_who *lyt_web_who_of_hash(const lyt_webactor *web, const char *hash)
{
    const lyt_who *who = web->tokens.tokens ? lyt_tokens_of_hash(web->tokens.tokens, hash) : NULL;

    if (!who && web->devices.tokens)
        who = lyt_tokens_of_hash(web->devices.tokens, hash);
    return who;
}

/* The file as it will be: all of it but the one that goes, and the one that comes. */
lyt_status lyt_webkeep_device(lyt_webactor *web, const lyt_who *added, const char *removed,
                              lyt_error *err)
{
    bool changed = false;
    lyt_status status;
    lyt_buf text;
    size_t n;

    /* what somebody else took away a moment ago (lyt screen) does not come back */
    if (web->devices.path && lyt_tokenfile_refresh(&web->devices, &changed, err))
        return LYT_EFORMAT;
    n = web->devices.tokens ? lyt_tokens_count(web->devices.tokens) : 0;
    lyt_buf_init(&text, web->alloc);
    lyt_buf_add_text(&text, devices_head);
    for (size_t i = 0; i < n; i++) {
        const lyt_who *who = lyt_tokens_at(web->devices.tokens, i);

        if (!removed || strcmp(who->hash, removed) != 0)
            lyt_tokens_write(&text, who);
    }
    if (added)
        lyt_tokens_write(&text, added);
    status = lyt_buf_status(&text);
    if (status)
        (void)lyt_error_set(err, status, "no memory for the wall boards");
    else if (lyt_web_write_secret(web->devices_path, lyt_buf_str(&text)))
        status = lyt_error_at(err, LYT_EIO, web->devices_path, 0, 0,
                              "cannot be written; is the disk full?");
    lyt_buf_deinit(&text);
    if (status)
        return status;
    return web->devices.path
               ? lyt_tokenfile_refresh(&web->devices, &changed, err)
               : lyt_tokenfile_open(&web->devices, web->alloc, web->o->fs, web->devices_path, err);
}
