#include <stddef.h>

#include "online.h"

typedef struct values {
    bool json;
    int64_t count, since;
    double timeout;
    const char *bus, *replay, *state;
} values;

static const lyt_option options[] = {
    {.name = "bus",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, bus),
     .value = "ENDPOINT",
     .help = "the service's bus, instead of looking in the state"},
    {.name = "count",
     .letter = 'n',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, count),
     .value = "N",
     .min = 0,
     .max = 1e15,
     .unit = "events",
     .fallback = "0",
     .help = "end after so many; 0: go on for ever"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print each event's JSON, one a line"},
    LYT_ONLINE_REPLAY(values),
    {.name = "since",
     .letter = 's',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, since),
     .value = "SEQ",
     .min = -1,
     .max = 1e15,
     .fallback = "-1",
     .help = "first what came after this event; 0: from the beginning, -1: only what comes now"},
    LYT_ONLINE_STATE(values),
    {.name = "timeout",
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, timeout),
     .value = "S",
     .min = 0,
     .max = 1e6,
     .unit = "seconds",
     .fallback = "0",
     .help = "end with 1 when no event came for so long; 0: wait for ever"},
};

typedef struct listening {
    const lyt_call *call;
    int64_t left; /* -1: no end */
    int64_t last_us;
    bool said; /* that it listens */
    lyt_buf line;
} listening;

static lyt_status heard(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    listening *state = user;
    const values *v = state->call->values;

    (void)seq;
    (void)topic;
    lyt_buf_reset(&state->line);
    if (v->json) {
        lyt_buf_add(&state->line, json);
        lyt_buf_add_char(&state->line, '\n');
    } else {
        lyt_online_event_line(state->call->console, json, &state->line);
    }
    lyt_console_write_buf(state->call->console, &state->line);
    state->last_us = lyt_clock_mono_us(lyt_clock_system());
    if (state->left > 0 && --state->left == 0)
        return LYT_EEND;
    return lyt_console_ok(state->call->console) ? LYT_OK : LYT_EEND;
}

/* From here on nothing is missed: whoever waits for that, a person or a script, is told. */
static void say_listening(lyt_subscriber *subscriber, listening *state)
{
    if (state->said || lyt_subscriber_seq(subscriber) < 0)
        return;
    lyt_console_complain(state->call->console, "listening");
    state->said = true;
}

static lyt_status listen(lyt_subscriber *subscriber, listening *state, lyt_error *err)
{
    const values *v = state->call->values;
    int64_t patience_us = (int64_t)(v->timeout * 1e6);

    state->last_us = lyt_clock_mono_us(lyt_clock_system());
    while (!lyt_online_stopped()) {
        lyt_status status = lyt_subscriber_step(subscriber, 100);

        lyt_console_flush(state->call->console);
        say_listening(subscriber, state);
        if (status == LYT_EEND)
            return LYT_OK;
        if (status && status != LYT_ETIMEOUT)
            return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
        if (patience_us && lyt_clock_mono_us(lyt_clock_system()) - state->last_us > patience_us)
            return lyt_error_set(err, LYT_ETIMEOUT, "no event came in time");
    }
    return LYT_OK;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    listening state = {.call = call, .left = v->count ? v->count : -1};
    lyt_str topics[lyt_subscriber_topics_max];
    lyt_subscriber *subscriber = NULL;
    lyt_net *net = NULL;
    lyt_endpoints at;
    lyt_error err;
    lyt_status status = LYT_OK;

    if (call->n_operands > lyt_subscriber_topics_max)
        return lyt_console_misuse(call->console, "at most %d topics", lyt_subscriber_topics_max);
    for (int i = 0; i < call->n_operands; i++)
        topics[i] = lyt_str_of(call->operands[i]);
    if (!v->bus || !v->replay)
        status = lyt_endpoints_find(&at, v->state, &err);
    lyt_buf_init(&state.line, NULL);
    lyt_online_catch_signals();
    if (!status)
        status = lyt_net_new(&net, NULL, &err);
    if (!status)
        status = lyt_subscriber_new(&subscriber,
                                    &(lyt_subscriber_options){
                                        .net = net,
                                        .bus = v->bus ? v->bus : at.bus,
                                        .replay = v->replay ? v->replay : at.replay,
                                        .topics = topics,
                                        .n_topics = (size_t)call->n_operands,
                                        .since = v->since,
                                        .on_event = heard,
                                        .user = &state,
                                    },
                                    &err);
    if (!status)
        status = listen(subscriber, &state, &err);
    lyt_subscriber_free(subscriber);
    lyt_net_free(net);
    lyt_buf_deinit(&state.line);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt subscribe alarm.", "every alarm as it comes"},
    {"lyt subscribe alarm.havnen.maintenance.", "those of one team of one property"},
    {"lyt subscribe --since 0 --json > events.jsonl", "everything there ever was, and what comes"},
};

const lyt_command lyt_cmd_subscribe = {
    .name = "subscribe",
    .summary = "Listen to the events of a service",
    .usage = "[--since SEQ] [--json] [--count N] [TOPIC…]",
    .description =
        "Prints every event whose topic begins with one of the prefixes given, all of them "
        "without any. Topics are alarm.PROPERTY.TEAM.SEVERITY.SCENARIO and "
        "incident.PROPERTY.TEAM.STATE.\n\n"
        "Events are numbered without a gap. One that is lost on the way is fetched again, and "
        "a restart of the service is survived. --since with the number of the last event "
        "seen goes on from there. \"listening\" on stderr says that from now on nothing is missed.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
