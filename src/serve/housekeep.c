#include "housekeep.h"

#include <stdio.h>

static const int64_t save_again_us = (int64_t)60 * 1000000;

static bool resettle(lyt_housekeep *h, lyt_books *books, const lyt_settings *wanted)
{
    char text[512];
    lyt_error why;

    if (!lyt_cases_resettle(books->cases, wanted, books->store, &why))
        return true;
    if (h->refused != wanted)
        lyt_log_say(h->log, LYT_LOG_ERROR, "LYT-SETTINGS-NOT-TAKEN",
                    "The new settings cannot be used yet.",
                    LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
    h->refused = wanted;
    return false;
}

bool lyt_housekeep_settle(lyt_housekeep *h, lyt_books *books, lyt_batch *batch)
{
    const lyt_settings *wanted = lyt_core_settings(h->core);
    bool is_new = wanted != lyt_cases_settings(books->cases);
    char version[24];

    if (is_new && !resettle(h, books, wanted))
        return false;
    lyt_core_settle(h->core, LYT_SETTINGS_LEDGER, wanted);
    if (!is_new)
        return false;
    snprintf(version, sizeof version, "%016llx", (unsigned long long)wanted->version);
    return !lyt_batch_add_health(batch, LYT_STR(LYT_HEALTH_SETTINGS), lyt_str_of(version));
}

void lyt_housekeep_save(lyt_housekeep *h, lyt_books *books, bool must)
{
    int64_t now = lyt_clock_mono_us(h->core->options.clock);
    char text[512];
    lyt_error why;

    /* where it fails not again at once */
    if (!must && (!lyt_cases_want_saving(books->cases) || now < h->save_us))
        return;
    h->save_us = now + save_again_us;
    if (!lyt_cases_save(books->cases, books->store, lyt_clock_wall_us(h->core->options.clock),
                        &why))
        return;
    lyt_log_say(h->log, LYT_LOG_WARN, "LYT-SNAPSHOT-FAILED",
                "What happened could not be summed up; the next start takes longer.",
                LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
}
