#include "demo_report.h"

#include <stdlib.h>

#include "recovery_text.h"

void lyt_demo_alarm_line(lyt_console *console, const lyt_day_message *message,
                         const lyt_json *alarm)
{
    const lyt_json *words = lyt_json_get(alarm, "evidence");
    lyt_str scenario = lyt_json_text(alarm, "scenario"), place = lyt_json_text(alarm, "place"),
            word;
    int64_t severity = 0;
    lyt_buf out;

    (void)lyt_json_int(lyt_json_get(alarm, "severity"), &severity);
    lyt_buf_init(&out, NULL);
    lyt_buf_addf(&out, "%s  %ssev %lld%s  %-16.*s %s%-26.*s%s %-5.*s", message->at,
                 lyt_console_style(console, severity >= 3 ? LYT_STYLE_HOT : LYT_STYLE_NONE),
                 (long long)severity, lyt_console_style(console, LYT_STYLE_NONE),
                 LYT_STR_ARG(lyt_json_text(alarm, "team")),
                 lyt_console_style(console, LYT_STYLE_BOLD), LYT_STR_ARG(scenario),
                 lyt_console_style(console, LYT_STYLE_NONE), LYT_STR_ARG(place));
    for (size_t i = 0; i < lyt_json_len(words); i++)
        if (lyt_json_str(lyt_json_at(words, i), &word))
            lyt_buf_addf(&out, " “%.*s”", LYT_STR_ARG(word));
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(console, &out);
    lyt_buf_deinit(&out);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double percentile_ms(const lyt_demo_result *result, double share)
{
    if (!result->n_latency)
        return 0;
    return (double)result->latency_us[(size_t)(share * (double)(result->n_latency - 1) + 0.5)] /
           1000;
}

/* The (message, scenario) pairs of one kind: listed and not confirmed by the other side. */
static void list_json(lyt_jw *jw, const char *key, const lyt_day *day, bool missed)
{
    lyt_jw_key(jw, key);
    lyt_jw_array(jw);
    for (size_t i = 0; i < day->n; i++) {
        const lyt_day_message *m = &day->messages[i];
        const char *const *list = missed ? m->truth : m->heard;
        size_t n = missed ? m->n_truth : m->n_heard;

        for (size_t j = 0; j < n; j++) {
            if (missed ? lyt_day_was_heard(m, list[j]) : lyt_day_is_true(m, list[j]))
                continue;
            lyt_jw_object(jw);
            lyt_jw_kstr(jw, "id", lyt_str_of(m->id));
            lyt_jw_kstr(jw, "scenario", lyt_str_of(list[j]));
            lyt_jw_kstr(jw, "text", lyt_str_of(m->text));
            lyt_jw_object_end(jw);
        }
    }
    lyt_jw_array_end(jw);
}

static void list_text(lyt_buf *out, const char *title, const lyt_day *day, bool missed)
{
    lyt_buf_addf(out, "\n%s\n", title);
    for (size_t i = 0; i < day->n; i++) {
        const lyt_day_message *m = &day->messages[i];
        const char *const *list = missed ? m->truth : m->heard;
        size_t n = missed ? m->n_truth : m->n_heard;

        for (size_t j = 0; j < n; j++)
            if (!(missed ? lyt_day_was_heard(m, list[j]) : lyt_day_is_true(m, list[j])))
                lyt_buf_addf(out, "  %s  %-26s %s\n", m->id, list[j], m->text);
    }
}

static void recovery_json(lyt_jw *jw, const lyt_demo_recovery *demo)
{
    lyt_jw_key(jw, "recovery");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "steps", (int64_t)demo->n_steps);
    lyt_jw_kint(jw, "done", (int64_t)demo->n_done);
    lyt_jw_kint(jw, "took_ms", demo->took_ms);
    lyt_jw_kstr(jw, "state", lyt_str_of(demo->state));
    if (demo->figures.len) {
        lyt_jw_key(jw, "figures");
        lyt_jw_raw(jw, lyt_buf_str(&demo->figures));
    }
    lyt_jw_object_end(jw);
}

static void summary_json(lyt_buf *out, const lyt_day *day, const lyt_demo_result *result)
{
    lyt_day_score score = lyt_day_count(day);
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "messages", (int64_t)day->n);
    lyt_jw_kint(&jw, "accepted", (int64_t)result->accepted);
    lyt_jw_kint(&jw, "classified", (int64_t)result->classified);
    lyt_jw_kbool(&jw, "delivered", result->delivered);
    lyt_jw_kint(&jw, "alarms", (int64_t)result->alarms);
    lyt_jw_kint(&jw, "failures", (int64_t)score.truth);
    lyt_jw_kint(&jw, "found", (int64_t)score.found);
    lyt_jw_kint(&jw, "missed", (int64_t)score.missed);
    lyt_jw_kint(&jw, "false", (int64_t)score.wrong);
    lyt_jw_key(&jw, "latency_ms");
    lyt_jw_object(&jw);
    lyt_jw_kreal(&jw, "p50", percentile_ms(result, .5), 3);
    lyt_jw_kreal(&jw, "p99", percentile_ms(result, .99), 3);
    lyt_jw_object_end(&jw);
    lyt_jw_kstr(&jw, "state", lyt_str_of(result->state));
    list_json(&jw, "missed_list", day, true);
    list_json(&jw, "false_list", day, false);
    if (result->recovery)
        recovery_json(&jw, result->recovery);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void add_ms(lyt_buf *out, double ms)
{
    lyt_buf_add_real(out, ms, 2);
    lyt_buf_add_text(out, " ms");
}

static void summary_text(lyt_buf *out, const lyt_day *day, const lyt_demo_result *result)
{
    lyt_day_score score = lyt_day_count(day);

    list_text(out, "Missed", day, true);
    list_text(out, "False alarms", day, false);
    lyt_buf_addf(out, "\nmessages in     %zu (accepted %zu, classified %zu)\n", day->n,
                 result->accepted, result->classified);
    lyt_buf_addf(out, "alarms out      %zu%s\n", result->alarms,
                 result->delivered ? ", all delivered" : ", NOT all delivered");
    lyt_buf_addf(out, "failures        %zu: found %zu (%zu %%), missed %zu\n", score.truth,
                 score.found, score.truth ? (score.found * 100 + score.truth / 2) / score.truth : 0,
                 score.missed);
    lyt_buf_addf(out, "false alarms    %zu\n", score.wrong);
    lyt_buf_add_text(out, "accept to alarm p50 ");
    add_ms(out, percentile_ms(result, .5));
    lyt_buf_add_text(out, ", p99 ");
    add_ms(out, percentile_ms(result, .99));
    lyt_buf_addf(out, "\nstate           %s\n", result->state);
}

void lyt_demo_report(lyt_console *console, const lyt_day *day, lyt_demo_result *result,
                     bool as_json)
{
    lyt_buf out;

    if (result->n_latency)
        qsort(result->latency_us, result->n_latency, sizeof *result->latency_us, by_size);
    lyt_buf_init(&out, NULL);
    if (as_json)
        summary_json(&out, day, result);
    else
        summary_text(&out, day, result);
    lyt_console_write_buf(console, &out);
    lyt_buf_deinit(&out);
}

void lyt_demo_recovery_report(lyt_console *console, const lyt_demo_recovery *demo)
{
    lyt_json *figures = NULL;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_buf_add_char(&out, '\n');
    if (demo->figures.len &&
        !lyt_json_parse(&figures, lyt_buf_str(&demo->figures), 16U << 20, NULL))
        lyt_recovery_text(&out, figures, NULL);
    lyt_buf_addf(&out, "recovery        %zu of %zu steps came about, in ", demo->n_done,
                 demo->n_steps);
    lyt_buf_add_real(&out, (double)demo->took_ms / 1000, 1);
    lyt_buf_addf(&out, " s\nhouse           %s\n", demo->state);
    lyt_console_write_buf(console, &out);
    lyt_json_free(figures);
    lyt_buf_deinit(&out);
}
