#include "housekeep.h"

#include <math.h>
#include <stdio.h>

#include "shiftdigest.h"

static const int64_t second_us = 1000000;
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
    const lyt_stock *wanted = lyt_core_stock(h->core);
    bool is_new = wanted->settings != lyt_cases_settings(books->cases);
    char version[24];

    if (is_new && !resettle(h, books, wanted->settings))
        return false;
    books->stock = wanted;
    lyt_core_settle(h->core, LYT_STOCK_LEDGER, wanted);
    if (!is_new)
        return false;
    snprintf(version, sizeof version, "%016llx", (unsigned long long)wanted->settings->version);
    return !lyt_batch_add_health(batch, LYT_STR(LYT_HEALTH_SETTINGS), lyt_str_of(version));
}

/* As if a guest had sent it; the id makes one of however many a day. */
static void hold(lyt_housekeep *h, lyt_batch *batch, const lyt_drill_rule *rule, const char *id,
                 int64_t now_us)
{
    const lyt_settings *settings = lyt_core_settings(h->core);
    lyt_submission drill = {
        .kind = LYT_SUBMIT_FEEDBACK,
        .feedback = {.source_id = lyt_str_of(id),
                     .channel = LYT_STR(LYT_CHANNEL_DRILL),
                     .property = lyt_str_of(rule->property ? rule->property : settings->id),
                     .place = lyt_str_of(rule->place),
                     .sender = LYT_STR(""),
                     .language = LYT_STR(""),
                     .text = lyt_str_of(rule->text),
                     .score = NAN,
                     .received_us = now_us}};
    lyt_buf order;

    lyt_buf_init(&order, h->core->options.alloc);
    lyt_order_put(&order, &drill);
    /* what has no memory now is due a second later, too */
    if (!lyt_buf_status(&order) &&
        !lyt_batch_add_order(batch, (lyt_str){"", 0}, lyt_buf_str(&order)))
        lyt_log_say(h->log, LYT_LOG_INFO, "LYT-DRILL", "A drill is held, by the timetable.",
                    LYT_KV("drill", rule->id));
    lyt_buf_deinit(&order);
}

/* When the store cannot say now it is asked a second later. */
static bool was_held(const lyt_books *books, const char *id, int64_t now_us)
{
    lyt_feedback drill = {.channel = LYT_STR(LYT_CHANNEL_DRILL),
                          .source_id = lyt_str_of(id),
                          .received_us = now_us};
    int64_t before;

    return lyt_books_find(books, &drill, &before, NULL) || before;
}

void lyt_housekeep_drills(lyt_housekeep *h, lyt_books *books, lyt_batch *batch)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    int64_t now_us = lyt_clock_wall_us(h->core->options.clock);
    int64_t mono = lyt_clock_mono_us(h->core->options.clock);
    char id[lyt_drill_id_max];

    if (!settings || mono < h->drill_us)
        return;
    h->drill_us = mono + second_us;
    for (size_t i = 0; i < settings->n_drills; i++)
        if (lyt_drill_due(&settings->drills[i], settings->zone, now_us, id) &&
            !was_held(books, id, now_us))
            hold(h, batch, &settings->drills[i], id, now_us);
    lyt_shiftdigest_look(books, batch);
    if (lyt_cases_has_drill_over(books->cases, books->store, now_us))
        (void)!lyt_batch_add_tick(batch);
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
    if (!lyt_cases_save(books->cases, books->store, lyt_clock_wall_us(h->core->options.clock), must,
                        &why))
        return;
    lyt_log_say(h->log, LYT_LOG_WARN, "LYT-SNAPSHOT-FAILED",
                "What happened could not be summed up; the next start takes longer.",
                LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
}
