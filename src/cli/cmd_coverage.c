#include <stddef.h>

#include "json.h"
#include "period.h"
#include "shown.h"
#include "statefile.h"
#include "store_scan.h"

typedef struct values {
    bool json;
    int64_t most;
    const char *last, *state;
} values;

enum { most_max = 1000, limit_percent = 20, verdict_bytes_max = 4 << 20 };

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
     .help = "how far back, as 30d or 12h"},
    {.name = "most",
     .letter = 'n',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, most),
     .value = "N",
     .min = 1,
     .max = most_max,
     .fallback = "3",
     .help = "how many of the last ones without a scenario are shown"},
    LYT_ONLINE_STATE(values),
};

static const lyt_sample samples[] = {
    {"lyt coverage", "the complaints of thirty days, and those that no scenario heard"},
    {"lyt coverage --last 7d -n 50", "of a week, with fifty of them to read"},
};

typedef struct kept {
    int64_t id;
    lyt_buf text;
} kept;

typedef struct counted {
    int64_t complaints, without, unreadable;
    kept last[most_max]; /* a ring: the one after the oldest is at without % most */
    int64_t most;
} counted;

static lyt_status count(void *user, const lyt_judged_row *row)
{
    counted *c = user;
    lyt_json *verdict = NULL;
    lyt_status status = lyt_json_parse(&verdict, row->verdict, verdict_bytes_max, NULL);

    if (status == LYT_ENOMEM)
        return status;
    if (status) {
        c->unreadable++;
        return LYT_OK;
    }
    if (lyt_str_equal(lyt_json_text(verdict, "kind"), LYT_STR("complaint"))) {
        c->complaints++;
        if (!lyt_json_len(lyt_json_get(verdict, "failures"))) {
            kept *slot = &c->last[c->without++ % c->most];

            slot->id = row->id;
            lyt_buf_reset(&slot->text);
            lyt_buf_add(&slot->text, row->text);
            status = lyt_buf_status(&slot->text);
        }
    }
    lyt_json_free(verdict);
    return status;
}

/* The i-th of those that are shown, the oldest first; NULL after the last. */
static const kept *shown_at(const counted *c, int64_t i)
{
    const int64_t n = c->without < c->most ? c->without : c->most;

    return i < n ? &c->last[(c->without - n + i) % c->most] : NULL;
}

static bool is_too_much(const counted *c)
{
    return c->without * 100 > c->complaints * limit_percent;
}

static double share(const counted *c)
{
    return c->complaints ? (double)c->without / (double)c->complaints : 0;
}

static void add_json(const counted *c, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "complaints", c->complaints);
    lyt_jw_kint(&jw, "without_scenario", c->without);
    lyt_jw_kreal(&jw, "share", share(c), 4);
    lyt_jw_kbool(&jw, "warning", is_too_much(c));
    lyt_jw_kint(&jw, "unreadable", c->unreadable);
    lyt_jw_key(&jw, "feedback");
    lyt_jw_array(&jw);
    for (int64_t i = 0; shown_at(c, i); i++)
        lyt_jw_int(&jw, shown_at(c, i)->id);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void add_text(const lyt_call *call, const counted *c, lyt_buf *out)
{
    const values *v = call->values;

    lyt_buf_addf(out, "%lld complaints in %s, %lld of no scenario (", (long long)c->complaints,
                 v->last, (long long)c->without);
    lyt_shown_fixed(out, 100 * share(c), 1);
    lyt_buf_add_text(out, " %)\n");
    for (int64_t i = 0; shown_at(c, i); i++) {
        lyt_buf_addf(out, "  %lld  ", (long long)shown_at(c, i)->id);
        lyt_shown_words(call->console, out, lyt_buf_str(&shown_at(c, i)->text));
        lyt_buf_add_char(out, '\n');
    }
    if (c->unreadable)
        lyt_buf_addf(out, "%lld verdicts could not be read\n", (long long)c->unreadable);
    if (is_too_much(c))
        lyt_buf_addf(out,
                     "warning: more than %d %% are of no scenario; 'lyt topics' shows what they "
                     "speak of\n",
                     limit_percent);
}

static lyt_status read_kept(const values *v, int64_t since_us, counted *c, lyt_error *err)
{
    lyt_statefile file;
    lyt_store *store = NULL;
    lyt_status status = lyt_statefile_find(&file, v->state, true, err);

    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, err);
    if (!status)
        status = lyt_store_each_judged(store, since_us, 0, count, c, err);
    lyt_store_close(store);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    static counted c; /* a command runs once; too much for a stack */
    lyt_exit code = LYT_EXIT_DONE;
    lyt_error err = {0};
    int64_t ago_us;
    lyt_buf out;

    if (!lyt_period_ago(v->last, &ago_us))
        return lyt_console_misuse(call->console,
                                  "coverage: --last '%s' must be a number and d, h or m, as 30d",
                                  v->last);
    c = (counted){.most = v->most};
    for (int64_t i = 0; i < c.most; i++)
        lyt_buf_init(&c.last[i].text, NULL);
    lyt_buf_init(&out, NULL);
    if (read_kept(v, lyt_clock_wall_us(call->console->clock) - ago_us, &c, &err)) {
        code = lyt_console_error(call->console, &err);
    } else {
        if (v->json)
            add_json(&c, &out);
        else
            add_text(call, &c, &out);
        lyt_console_write_buf(call->console, &out);
    }
    lyt_buf_deinit(&out);
    for (int64_t i = 0; i < c.most; i++)
        lyt_buf_deinit(&c.last[i].text);
    return code;
}

const lyt_command lyt_cmd_coverage = {
    .name = "coverage",
    .summary = "Show how many complaints no scenario heard",
    .usage = "[--last TIME] [-n N] [--state DIR] [--json]",
    .description =
        "Reads what a service has kept: of the messages that were heard as complaints, how many "
        "no scenario was heard in, and the last of them to read. Scenarios on trial count as "
        "heard. Above 20 % it warns: the pack then lacks scenarios, or the sentences to hear them "
        "by.\n\n"
        "What was heard counts, not what people corrected since. A message whose words have been "
        "let go of (lyt retention) is not counted. Nothing is changed.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
