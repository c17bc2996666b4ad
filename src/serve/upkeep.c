#include "upkeep.h"

#include <stdio.h>
#include <sys/stat.h>

#include "accesslog.h"
#include "store_reply.h"

enum {
    rows_a_step = 200,
    rest = 4,              /* times as long as the step took */
    rest_min_us = 10000,
    look_us = 1000000,
    again_us = 5000000,    /* after a failure */
    wal_bytes = 32 << 20,  /* SQLite's own checkpoints begin at 4 MiB; readers can hold them up */
};

static const int64_t day_us = (int64_t)86400 * 1000000;
static const int64_t contacts_look_us = (int64_t)600 * 1000000;

static int64_t mono_us(const lyt_upkeep *u)
{
    return lyt_clock_mono_us(u->core->options.clock);
}

lyt_status lyt_upkeep_init(lyt_upkeep *u, const lyt_core *core, lyt_store *store,
                           const lyt_log *log, lyt_error *err)
{
    *u = (lyt_upkeep){.core = core, .store = store, .log = log};
    if ((size_t)snprintf(u->wal, sizeof u->wal, "%s-wal", core->database) >= sizeof u->wal)
        return lyt_error_set(err, LYT_ELIMIT, "%s: the path is too long", core->database);
    return lyt_store_keep_time(store, &u->last_us, err);
}

/* Who was shown what: whole months, as the web writes them. */
static int64_t drop_access(lyt_upkeep *u)
{
    lyt_accesslog_due gone = {0, 0};
    int64_t days = u->run.rules->access_days;
    lyt_error why;

    if (days && lyt_accesslog_drop(u->core->options.fs, u->core->options.state,
                                   u->run.now_us - days * day_us, true, &gone, &why))
        lyt_log_say(u->log, LYT_LOG_WARN, "LYT-RETENTION-FAILED",
                    "What is too old could not be let go of; it is tried again.",
                    LYT_KV("why", why.text));
    return gone.n;
}

static void end_run(lyt_upkeep *u)
{
    lyt_error why;

    u->is_running = false;
    if (lyt_store_keep_done(u->store, u->run.now_us, &why))
        lyt_log_say(u->log, LYT_LOG_WARN, "LYT-RETENTION-NOTE",
                    "That what is too old is gone could not be noted; it is looked for again.",
                    LYT_KV("why", why.text));
    u->last_us = u->run.now_us;
    /* what went stands in the log of what was written until that begins anew */
    (void)!lyt_store_checkpoint(u->store, true, NULL);
    lyt_log_say(u->log, LYT_LOG_INFO, "LYT-RETENTION", "What was too old is gone.",
                LYT_KN("text", u->run.n_gone[LYT_KEEP_TEXT]),
                LYT_KN("special", u->run.n_gone[LYT_KEEP_SPECIAL]),
                LYT_KN("verdicts", u->run.n_gone[LYT_KEEP_VERDICTS]),
                LYT_KN("events", u->run.n_gone[LYT_KEEP_EVENTS]),
                LYT_KN("incidents", u->run.n_gone[LYT_KEEP_INCIDENTS]),
                LYT_KN("outbox", u->run.n_gone[LYT_KEEP_OUTBOX]),
                LYT_KN("behaviour", u->run.n_gone[LYT_KEEP_BEHAVIOUR]),
                LYT_KN("notes", u->run.n_gone[LYT_KEEP_NOTES]),
                LYT_KN("stays", u->run.n_gone[LYT_KEEP_STAYS]), LYT_KN("access", drop_access(u)));
}

static void step_run(lyt_upkeep *u)
{
    int64_t began_us = mono_us(u), took_us;
    bool is_done = false;
    lyt_error why;
    lyt_status status = lyt_store_keep_step(u->store, &u->run, rows_a_step, &is_done, &why);

    took_us = mono_us(u) - began_us;
    u->step_us = began_us + took_us + (took_us * rest > rest_min_us ? took_us * rest : rest_min_us);
    if (status) {
        u->step_us = mono_us(u) + again_us;
        if (!u->has_failed)
            lyt_log_say(u->log, LYT_LOG_WARN, "LYT-RETENTION-FAILED",
                        "What is too old could not be let go of; it is tried again.",
                        LYT_KV("why", why.text));
    } else if (is_done) {
        end_run(u);
    }
    u->has_failed = status != LYT_OK;
}

static void look_at_wal(lyt_upkeep *u)
{
    struct stat file;

    u->look_us = mono_us(u) + look_us;
    if (stat(u->wal, &file) == 0 && file.st_size > wal_bytes)
        (void)!lyt_store_checkpoint(u->store, true, NULL);
}

/* Their time is the settings' own, and short: it runs out whether or not there are rules. */
static void drop_contacts(lyt_upkeep *u, int64_t now_us)
{
    const lyt_settings *settings = lyt_core_settings(u->core);
    int64_t keep_us = settings ? settings->replies.keep_us : 14 * day_us, n = 0;
    lyt_error why;

    u->contacts_us = mono_us(u) + contacts_look_us;
    if (lyt_store_drop_contacts(u->store, now_us, now_us - keep_us, &n, &why))
        lyt_log_say(u->log, LYT_LOG_WARN, "LYT-CONTACTS-FAILED",
                    "Addresses past their time could not be let go of; it is tried again.",
                    LYT_KV("why", why.text));
    else if (n)
        lyt_log_say(u->log, LYT_LOG_INFO, "LYT-CONTACTS", "Addresses past their time are gone.",
                    LYT_KN("n", n));
}

bool lyt_upkeep_step(lyt_upkeep *u)
{
    int64_t now_us = lyt_clock_wall_us(u->core->options.clock);

    if (mono_us(u) >= u->look_us)
        look_at_wal(u);
    if (mono_us(u) >= u->contacts_us)
        drop_contacts(u, now_us);
    if (!u->core->options.keep || mono_us(u) < u->step_us)
        return false;
    /* a clock that stepped back over the last run begins a day anew */
    if (!u->is_running && (now_us - u->last_us >= day_us || now_us < u->last_us)) {
        u->run = (lyt_keep_run){.rules = u->core->options.keep, .now_us = now_us};
        u->is_running = true;
    }
    if (!u->is_running)
        return false;
    step_run(u);
    return !u->is_running &&
           (u->run.n_gone[LYT_KEEP_INCIDENTS] || u->run.n_gone[LYT_KEEP_NOTES] ||
            u->run.n_gone[LYT_KEEP_STAYS]);
}

int64_t lyt_upkeep_wait_ms(const lyt_upkeep *u, int64_t max_ms)
{
    int64_t left_us = u->step_us - mono_us(u);

    if (!u->is_running || left_us / 1000 >= max_ms)
        return max_ms;
    return left_us > 0 ? left_us / 1000 + 1 : 0;
}
