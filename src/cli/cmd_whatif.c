#include <stddef.h>
#include <string.h>

#include "json.h"
#include "shown.h"
#include "statefile.h"
#include "whatif.h"

typedef struct values {
    const char *last, *state;
    bool json, no_spelling;
} values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object"},
    {.name = "last",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, last),
     .value = "TIME",
     .fallback = "30d",
     .help = "how far back: a number and d, h or m; \"all\" for everything"},
    LYT_ONLINE_NO_SPELLING(values),
    LYT_ONLINE_STATE(values),
};

static const lyt_sample samples[] = {
    {"lyt whatif ./our-hotel", "what the changed pack would have done in the last 30 days"},
    {"lyt whatif ./our-hotel --last 7d --json", "the same of a week, for a program"},
};

static const char *const kinds[] = {"gained", "lost", "rerouted", "severity"};

/* "30d", "12h", "90m" in microseconds; false for anything else. */
static bool read_last(const char *text, int64_t *out_us)
{
    int64_t n = 0, unit_us;

    for (; *text >= '0' && *text <= '9' && n < 1000000; text++)
        n = n * 10 + (*text - '0');
    unit_us = *text == 'd' ? 86400000000 : *text == 'h' ? 3600000000 : 60000000;
    if (n == 0 || !strchr("dhm", *text) || !*text || text[1])
        return false;
    *out_us = n * unit_us;
    return true;
}

static void add_alarm(lyt_buf *out, const lyt_whatif_alarm *alarm)
{
    lyt_buf_addf(out, "%s (%s, %d)", alarm->scenario, alarm->team, alarm->severity);
}

static void add_change(const lyt_console *console, lyt_buf *out, const lyt_whatif_change *change)
{
    lyt_buf_addf(out, "%8lld  ", (long long)change->n);
    if (*change->before.scenario)
        add_alarm(out, &change->before);
    if (*change->before.scenario && *change->after.scenario)
        lyt_buf_add_text(out, " -> ");
    if (*change->after.scenario)
        add_alarm(out, &change->after);
    lyt_buf_add_char(out, '\n');
    for (int64_t i = 0; i < change->n && i < lyt_whatif_examples; i++) {
        lyt_buf_addf(out, "          %lld ", (long long)change->id[i]);
        lyt_shown_words(console, out, lyt_buf_str(&change->text[i]));
        lyt_buf_add_char(out, '\n');
    }
}

static void add_text(const lyt_console *console, lyt_buf *out, const lyt_whatif *result)
{
    static const char *const titles[] = {"gained", "lost", "sent elsewhere", "another severity"};

    for (size_t i = 0; i < result->n_changes; i++) {
        const lyt_whatif_change *change = &result->changes[i];

        if (i == 0 || change[-1].kind != change->kind)
            lyt_buf_addf(out, "%s: %lld\n", titles[change->kind],
                         (long long)result->n_of[change->kind]);
        add_change(console, out, change);
    }
    lyt_buf_addf(
        out,
        "%lld messages: %lld alarms before, %lld now, %lld the same; %lld gained, %lld "
        "lost, %lld sent elsewhere, %lld of another severity\n",
        (long long)result->messages, (long long)result->alarms_before,
        (long long)result->alarms_after, (long long)result->same,
        (long long)result->n_of[LYT_WHATIF_GAINED], (long long)result->n_of[LYT_WHATIF_LOST],
        (long long)result->n_of[LYT_WHATIF_REROUTED], (long long)result->n_of[LYT_WHATIF_SEVERITY]);
    if (result->unread)
        lyt_buf_addf(out, "%lld of them could not be compared\n", (long long)result->unread);
}

static void jw_alarm(lyt_jw *jw, const char *key, const lyt_whatif_alarm *alarm)
{
    if (!*alarm->scenario)
        return;
    lyt_jw_key(jw, key);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(alarm->scenario));
    lyt_jw_kstr(jw, "team", lyt_str_of(alarm->team));
    lyt_jw_kint(jw, "severity", alarm->severity);
    lyt_jw_object_end(jw);
}

static void jw_change(lyt_jw *jw, const lyt_whatif_change *change)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "change", lyt_str_of(kinds[change->kind]));
    lyt_jw_kint(jw, "messages", change->n);
    jw_alarm(jw, "before", &change->before);
    jw_alarm(jw, "after", &change->after);
    lyt_jw_key(jw, "examples");
    lyt_jw_array(jw);
    for (int64_t i = 0; i < change->n && i < lyt_whatif_examples; i++) {
        lyt_jw_object(jw);
        lyt_jw_kint(jw, "feedback", change->id[i]);
        lyt_jw_kstr(jw, "text", lyt_buf_str(&change->text[i]));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

static void add_json(lyt_buf *out, const lyt_whatif *result, int64_t took_us)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "messages", result->messages);
    lyt_jw_kint(&jw, "not_compared", result->unread);
    lyt_jw_kint(&jw, "alarms_before", result->alarms_before);
    lyt_jw_kint(&jw, "alarms_after", result->alarms_after);
    lyt_jw_kint(&jw, "same", result->same);
    for (int i = 0; i < LYT_WHATIF_KINDS; i++)
        lyt_jw_kint(&jw, kinds[i], result->n_of[i]);
    lyt_jw_kreal(&jw, "messages_per_s",
                 took_us > 0 ? (double)result->messages * 1e6 / (double)took_us : 0, 0);
    lyt_jw_key(&jw, "changes");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < result->n_changes; i++)
        jw_change(&jw, &result->changes[i]);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static lyt_status compare(const lyt_call *call, int64_t since_us, lyt_whatif *result,
                          int64_t *took_us, lyt_error *err)
{
    const values *v = call->values;
    const lyt_clock *clock = lyt_clock_system();
    lyt_classifier *classifier = NULL;
    lyt_store *store = NULL;
    lyt_statefile file;
    lyt_status status = lyt_statefile_find(&file, v->state, true, err);

    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, err);
    if (!status)
        status = lyt_classifier_open(
            &classifier,
            &(lyt_classifier_options){.pack = call->operands[0], .no_spelling = v->no_spelling},
            err);
    *took_us = lyt_clock_mono_us(clock);
    if (!status)
        status = lyt_whatif_run(result, store, since_us, classifier, err);
    *took_us = lyt_clock_mono_us(clock) - *took_us;
    lyt_classifier_close(classifier);
    lyt_store_close(store);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    int64_t last_us = 0, took_us = 0, since_us = INT64_MIN;
    lyt_whatif result;
    lyt_error err = {0};
    lyt_buf out;

    if (strcmp(v->last, "all") != 0) {
        if (!read_last(v->last, &last_us))
            return lyt_console_misuse(call->console,
                                      "whatif: --last '%s' must be a number and d, h or m, as "
                                      "30d, or \"all\"",
                                      v->last);
        since_us = lyt_clock_wall_us(lyt_clock_system()) - last_us;
    }
    if (compare(call, since_us, &result, &took_us, &err))
        return lyt_console_error(call->console, &err);
    lyt_buf_init(&out, NULL);
    if (v->json)
        add_json(&out, &result, took_us);
    else
        add_text(call->console, &out, &result);
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_whatif_deinit(&result);
    return LYT_EXIT_DONE;
}

const lyt_command lyt_cmd_whatif = {
    .name = "whatif",
    .summary = "Show what another pack would have done with past messages",
    .usage = "[--last TIME] [--state DIR] [--json] PACK",
    .description =
        "Judges the messages that a service has kept with another pack, a changed copy say, and "
        "compares with the verdicts they got: alarms gained, lost, sent elsewhere (another team, "
        "or another scenario heard in the same message), and of another severity, the most "
        "frequent first, with up to three messages each. What properties override counts as it "
        "would in a service.\n"
        "\n"
        "Nothing is changed and nobody is alarmed; the service may run meanwhile.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
