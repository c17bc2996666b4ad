#include <stddef.h>

#include "json.h"
#include "lookback.h"
#include "period.h"
#include "shown.h"

typedef struct values {
    bool json;
    const char *last, *pack, *state, *window;
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
    {.name = "window",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, window),
     .value = "TIME",
     .fallback = "2d",
     .help = "what is new in so long, against all before"},
};

static const lyt_sample samples[] = {
    {"lyt topics", "what guests of the last two days speak of that no scenario knows"},
    {"lyt topics --window 7d --json", "the same of a week, for a program"},
};

static void add_json(lyt_buf *out, const lyt_emerging_topic *topic)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "words");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < topic->n_words; i++)
        lyt_jw_str(&jw, topic->words[i]);
    lyt_jw_array_end(&jw);
    lyt_jw_kint(&jw, "messages", (int64_t)topic->n_messages);
    lyt_jw_kreal(&jw, "usual", topic->expected, 2);
    lyt_lookback_time(&jw, "since", topic->since_us);
    lyt_jw_key(&jw, "feedback");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < topic->n_examples; i++)
        lyt_jw_int(&jw, topic->examples[i]);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

/* One guest's words, so that a person sees what the topic is. */
static lyt_status take_words(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    lyt_buf *text = user;

    (void)verdict;
    lyt_buf_add(text, feedback->text);
    return LYT_OK;
}

static lyt_status add_example(const lyt_call *call, lyt_store *store, int64_t id, lyt_buf *out,
                              lyt_error *err)
{
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    status = lyt_store_get_feedback(store, id, take_words, &text, err);
    if (!status) {
        lyt_buf_addf(out, "  %lld  ", (long long)id);
        lyt_shown_words(call->console, out, lyt_buf_str(&text));
        lyt_buf_add_char(out, '\n');
    }
    lyt_buf_deinit(&text);
    /* gone since it was counted */
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static lyt_status print(const lyt_call *call, const lyt_lookback *b,
                        const lyt_emerging_topic *topics, size_t n, lyt_error *err)
{
    const values *v = call->values;
    lyt_store *store = NULL;
    lyt_status status =
        v->json || !n ? LYT_OK : lyt_statefile_open(&store, &b->file, LYT_STORE_READS, err);
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    for (size_t i = 0; !status && i < n; i++) {
        if (v->json) {
            add_json(&out, &topics[i]);
            continue;
        }
        lyt_lookback_topic(&out, &topics[i]);
        lyt_buf_add_char(&out, '\n');
        for (size_t j = 0; !status && j < topics[i].n_examples; j++)
            status = add_example(call, store, topics[i].examples[j], &out, err);
    }
    if (!n && !v->json)
        lyt_buf_add_text(&out, "nothing that no scenario knows\n");
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    lyt_store_close(store);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    const lyt_emerging_topic *topics = NULL;
    lyt_lookback b = {.lookout = NULL};
    lyt_error err = {0};
    int64_t window_us;
    size_t n = 0;
    lyt_exit code;

    if (!lyt_period_ago(v->window, &window_us))
        return lyt_console_misuse(call->console,
                                  "topics: --window '%s' must be a number and d, h or m, as 2d",
                                  v->window);
    code = lyt_lookback_read(&b, call, v->pack, v->state, v->last, (lyt_lookout_options){0});
    if (!code && lyt_lookout_topics(b.lookout, window_us, &topics, &n))
        code = lyt_console_error(call->console,
                                 &(lyt_error){.code = LYT_ENOMEM, .text = "out of memory"});
    if (!code && print(call, &b, topics, n, &err))
        code = lyt_console_error(call->console, &err);
    lyt_lookback_close(&b);
    return code;
}

const lyt_command lyt_cmd_topics = {
    .name = "topics",
    .summary = "Show what guests have begun to speak of",
    .usage = "[-p PACK] [--last TIME] [--window TIME] [--state DIR] [--json]",
    .description =
        "Reads what a service has kept and shows words that far more guests use in the two days "
        "before "
        "the last message than in the weeks before, with the words that come with them and three "
        "messages to read: "
        "perhaps a scenario is missing. A word must stand in five messages of four senders, and "
        "so many must be less than a chance of one in a hundred over all words. What is heard "
        "as one scenario already is an incident and not shown.\n\n"
        "A running service looks every six hours by itself, and tells of what is new as "
        "health.new-topic. Nothing is changed.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
