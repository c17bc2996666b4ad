#include "lookback.h"

#include "classify.h"
#include "period.h"
#include "shown.h"

enum { rows_a_step = 2000 };

static const char *const measures[] = {"unknown-words", "unclear", "failing", "scenario"};
static const char *const measure_words[] = {
    "words that the model never met",
    "messages too close to call",
    "probability that something failed",
    "messages of",
};

const char *lyt_lookback_measure(lyt_drift_measure measure)
{
    return measures[measure];
}

static lyt_status read_all(lyt_lookback *b, const lyt_call *call, lyt_error *err)
{
    size_t n = rows_a_step;
    lyt_status status = LYT_OK;

    while (!status && n == rows_a_step) {
        lyt_console_progress(call->console, "reading", -1);
        status = lyt_lookout_read(b->lookout, rows_a_step, &n, err);
    }
    lyt_console_progress_end(call->console);
    return status;
}

lyt_exit lyt_lookback_read(lyt_lookback *out, const lyt_call *call, const char *pack,
                           const char *state, const char *last, lyt_lookout_options options)
{
    int64_t ago_us;
    lyt_error err = {0};
    lyt_exit code;

    if (!lyt_period_ago(last, &ago_us))
        return lyt_console_misuse(call->console,
                                  "%s: --last '%s' must be a number and d, h or m, as 30d",
                                  call->command->name, last);
    if (lyt_statefile_find(&out->file, state, true, &err))
        return lyt_console_error(call->console, &err);
    code = lyt_subject_open(call, pack, NULL, &out->subject);
    if (code)
        return code;
    options.classifier = out->subject.classifier;
    options.database = out->file.database;
    options.since_us = lyt_clock_wall_us(call->console->clock) - ago_us;
    if (lyt_lookout_new(&out->lookout, &options, &err) || read_all(out, call, &err))
        return lyt_console_error(call->console, &err);
    return LYT_EXIT_DONE;
}

void lyt_lookback_close(lyt_lookback *b)
{
    lyt_lookout_free(b->lookout);
    lyt_subject_close(&b->subject);
}

void lyt_lookback_time(lyt_jw *jw, const char *key, int64_t wall_us)
{
    lyt_buf at;

    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, wall_us);
    lyt_jw_kstr(jw, key, lyt_buf_str(&at));
    lyt_buf_deinit(&at);
}

static void add_percent(lyt_buf *out, double share)
{
    lyt_shown_fixed(out, 100 * share, 1);
    lyt_buf_add_text(out, " %");
}

void lyt_lookback_change(lyt_buf *out, const lyt_lookout *lookout, const lyt_drift_change *change)
{
    lyt_buf_add_text(out, measure_words[change->measure]);
    if (change->measure == LYT_DRIFT_LABEL)
        lyt_buf_addf(out, " %s", lyt_lookout_label(lookout, change->label));
    lyt_buf_add_char(out, ' ');
    add_percent(out, change->before);
    lyt_buf_add_text(out, " -> ");
    add_percent(out, change->after);
    lyt_buf_addf(out, ", last %zu messages", change->n);
}

void lyt_lookback_topic(lyt_buf *out, const lyt_emerging_topic *topic)
{
    for (size_t i = 0; i < topic->n_words; i++)
        lyt_buf_addf(out, "%s%.*s", i ? ", " : "", LYT_STR_ARG(topic->words[i]));
    lyt_buf_addf(out, ": %zu messages since ", topic->n_messages);
    lyt_clock_format(out, topic->since_us);
    lyt_buf_add_text(out, " where ");
    lyt_shown_fixed(out, topic->expected, 1);
    lyt_buf_add_text(out, " are usual; see ");
    for (size_t i = 0; i < topic->n_examples; i++)
        lyt_buf_addf(out, "%s%lld", i ? ", " : "", (long long)topic->examples[i]);
}
