#include <stddef.h>
#include <stdio.h>

#include "classify.h"
#include "json.h"
#include "lookback.h"
#include "mem.h"
#include "shown.h"

typedef struct values {
    bool json;
    const char *last, *pack, *state;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object a line"},
    LYT_LOOKBACK_LAST(values),
    LYT_ONLINE_PACK(values),
    LYT_ONLINE_STATE(values),
};

static const lyt_sample samples[] = {
    {"lyt drift", "thirty days, and where messages became others"},
    {"lyt drift --last 7d --json", "a week, for a program"},
};

enum { shown_labels = 3 };
static const int64_t day_us = (int64_t)86400 * 1000000;

/* One day (UTC) of messages. */
typedef struct day {
    int64_t begin_us;
    uint64_t n, n_unclear;
    double unknown, anything;
    uint32_t *labels; /* n_labels */
} day;

typedef struct told {
    lyt_drift_change change;
    int64_t at_us;
} told;

typedef struct drifting {
    const lyt_call *call;
    lyt_lookback b;
    size_t n_labels;
    day *days;
    told *changes;
    size_t n_days, cap_days, n_changes, cap_changes;
    bool is_short; /* of memory */
} drifting;

static day *day_of(drifting *d, int64_t at_us)
{
    const int64_t begin_us = at_us / day_us * day_us;
    day *last = d->n_days ? &d->days[d->n_days - 1] : NULL;

    /* after a clock that was set back the day goes on */
    if (last && last->begin_us >= begin_us)
        return last;
    if (lyt_mem_grow(NULL, &d->days, &d->cap_days, d->n_days + 1, sizeof *d->days))
        return NULL;
    last = &d->days[d->n_days];
    *last = (day){.begin_us = begin_us, .labels = lyt_mem_array(NULL, d->n_labels + 1, 4)};
    if (!last->labels)
        return NULL;
    d->n_days++;
    return last;
}

static void on_seen(void *context, const lyt_drift_seen *seen)
{
    drifting *d = context;
    day *today;

    if (!d->n_labels)
        d->n_labels = lyt_model_about(lyt_classifier_model(d->b.subject.classifier)).n_labels;
    today = day_of(d, seen->at_us);
    if (!today) {
        d->is_short = true;
        return;
    }
    today->n++;
    today->n_unclear += seen->is_unclear;
    today->unknown += seen->unknown;
    today->anything += seen->anything;
    if (seen->label < d->n_labels)
        today->labels[seen->label]++;
}

static void on_change(void *context, const lyt_drift_change *change, int64_t at_us)
{
    drifting *d = context;

    if (lyt_mem_grow(NULL, &d->changes, &d->cap_changes, d->n_changes + 1, sizeof *d->changes))
        d->is_short = true;
    else
        d->changes[d->n_changes++] = (told){*change, at_us};
}

/* The next most frequent label after `before` (n_labels: the first); n_labels for none. */
static size_t next_label(const drifting *d, const day *today, size_t before)
{
    size_t best = d->n_labels;

    for (size_t i = 0; i < d->n_labels; i++) {
        const uint32_t n = today->labels[i];
        const bool is_after = before == d->n_labels || n < today->labels[before] ||
                              (n == today->labels[before] && i > before);

        if (n && is_after && (best == d->n_labels || n > today->labels[best]))
            best = i;
    }
    return best;
}

static void add_column(lyt_buf *out, double share)
{
    char text[16];

    snprintf(text, sizeof text, "%.1f %%", 100 * share);
    lyt_buf_addf(out, "  %7s", text);
}

static void add_day_text(const drifting *d, const day *today, lyt_buf *out)
{
    const double n = (double)today->n;
    size_t label = d->n_labels;
    lyt_buf at;

    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, today->begin_us);
    lyt_buf_addf(out, "%.10s %8llu", at.data ? at.data : "", (unsigned long long)today->n);
    lyt_buf_deinit(&at);
    add_column(out, today->unknown / n);
    add_column(out, (double)today->n_unclear / n);
    add_column(out, today->anything / n);
    for (int i = 0; i < shown_labels; i++) {
        label = next_label(d, today, label);
        if (label == d->n_labels)
            break;
        lyt_buf_addf(out, "%s%s %u", i ? ", " : "  ",
                     lyt_lookout_label(d->b.lookout, (uint16_t)label), today->labels[label]);
    }
    lyt_buf_add_char(out, '\n');
}

static void add_day_json(const drifting *d, const day *today, lyt_buf *out)
{
    const double n = (double)today->n;
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_lookback_time(&jw, "day", today->begin_us);
    lyt_jw_kint(&jw, "messages", (int64_t)today->n);
    lyt_jw_kreal(&jw, "unknown_words", today->unknown / n, 4);
    lyt_jw_kreal(&jw, "unclear", (double)today->n_unclear / n, 4);
    lyt_jw_kreal(&jw, "failing", today->anything / n, 4);
    lyt_jw_key(&jw, "scenarios");
    lyt_jw_object(&jw);
    for (size_t i = next_label(d, today, d->n_labels); i < d->n_labels; i = next_label(d, today, i))
        lyt_jw_kint(&jw, lyt_lookout_label(d->b.lookout, (uint16_t)i), today->labels[i]);
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void add_change(const drifting *d, const told *t, lyt_buf *out)
{
    const values *v = d->call->values;
    lyt_jw jw;

    if (!v->json) {
        lyt_buf_add_text(out, "change  ");
        lyt_clock_format(out, t->at_us);
        lyt_buf_add_text(out, "  ");
        lyt_lookback_change(out, d->b.lookout, &t->change);
        lyt_buf_add_char(out, '\n');
        return;
    }
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_lookback_time(&jw, "change", t->at_us);
    lyt_jw_kstr(&jw, "measure", lyt_str_of(lyt_lookback_measure(t->change.measure)));
    if (t->change.measure == LYT_DRIFT_LABEL)
        lyt_jw_kstr(&jw, "scenario", lyt_str_of(lyt_lookout_label(d->b.lookout, t->change.label)));
    lyt_jw_kreal(&jw, "before", t->change.before, 4);
    lyt_jw_kreal(&jw, "after", t->change.after, 4);
    lyt_jw_kint(&jw, "messages", (int64_t)t->change.n);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static lyt_exit print(const drifting *d)
{
    const values *v = d->call->values;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (!v->json && d->n_days)
        lyt_buf_add_text(&out,
                         "day (UTC)  messages  unknown  unclear  failing  most often heard\n");
    for (size_t i = 0; i < d->n_days; i++)
        (v->json ? add_day_json : add_day_text)(d, &d->days[i], &out);
    for (size_t i = 0; i < d->n_changes; i++)
        add_change(d, &d->changes[i], &out);
    if (!v->json && !d->n_days)
        lyt_buf_add_text(&out, "no messages\n");
    else if (!v->json && !d->n_changes)
        lyt_buf_add_text(&out, "no change beyond chance\n");
    lyt_console_write_buf(d->call->console, &out);
    lyt_buf_deinit(&out);
    return LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    drifting d = {.call = call};
    lyt_exit code = lyt_lookback_read(
        &d.b, call, v->pack, v->state, v->last,
        (lyt_lookout_options){.on_seen = on_seen, .on_change = on_change, .context = &d});

    if (!code && d.is_short)
        code = lyt_console_error(call->console,
                                 &(lyt_error){.code = LYT_ENOMEM, .text = "out of memory"});
    if (!code)
        code = print(&d);
    for (size_t i = 0; i < d.n_days; i++)
        lyt_mem_free(NULL, d.days[i].labels);
    lyt_mem_free(NULL, d.days);
    lyt_mem_free(NULL, d.changes);
    lyt_lookback_close(&d.b);
    return code;
}

const lyt_command lyt_cmd_drift = {
    .name = "drift",
    .summary = "Show whether messages have become others",
    .usage = "[-p PACK] [--last TIME] [--state DIR] [--json]",
    .description =
        "Reads what a service has kept, day by day: the share of words that the model never met, "
        "of messages that are too close to call, the mean probability that something failed, and "
        "what was heard most often. Below stands when the last 200 messages (for what is rare "
        "1,000) became others than those before at the same time of day, far beyond chance: a "
        "pack that was good is then no longer known to be, or the house has changed.\n\n"
        "A running service looks as messages come, and tells of a change as health.drift. "
        "Nothing is changed.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
