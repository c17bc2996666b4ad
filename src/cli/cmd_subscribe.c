#include <stddef.h>
#include <stdio.h>

#include "follow.h"
#include "fs.h"
#include "online.h"

typedef struct values {
    bool dead, forget, json, raise, snapshot;
    int64_t ack_wait, count, credit, late, since;
    double timeout;
    const char *bus, *exec, *key, *name, *replay, *resume, *server_key, *state;
} values;

static const lyt_option options[] = {
    {.name = "ack-wait",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, ack_wait),
     .value = "MS",
     .min = 0,
     .max = 3600000,
     .unit = "ms",
     .fallback = "0",
     .help = "with --name: an event not dealt with by then comes again; 0: as the service has it"},
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
    {.name = "credit",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, credit),
     .value = "N",
     .min = 0,
     .max = 10000,
     .unit = "events",
     .fallback = "0",
     .help = "with --name: most that may be under way to us; 0: as the service has it"},
    {.name = "dead",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, dead),
     .help = "with --name: list the events it could not deal with"},
    {.name = "exec",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, exec),
     .value = "COMMAND",
     .help = "with --name: run this shell command for each event, its JSON on stdin; only when it "
             "ends with 0 the event is done"},
    {.name = "forget",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, forget),
     .help = "with --name: nothing is kept for that name any more"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print each event's JSON, one a line"},
    LYT_ONLINE_KEY(values),
    {.name = "late",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, late),
     .value = "MS",
     .min = 0,
     .max = 1e9,
     .unit = "ms",
     .fallback = "0",
     .help = "complain of events that are older when they come; 0: never"},
    {.name = "name",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, name),
     .value = "NAME",
     .help = "a name under which the service keeps what was not dealt with yet"},
    {.name = "raise",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, raise),
     .help = "with --name: try what it could not deal with once more"},
    LYT_ONLINE_REPLAY(values),
    {.name = "resume",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, resume),
     .value = "FILE",
     .help = "keep the number of the last event there, and go on after it next time"},
    LYT_ONLINE_SERVER_KEY(values),
    {.name = "since",
     .letter = 's',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, since),
     .value = "SEQ",
     .min = -1,
     .max = 1e15,
     .fallback = "-1",
     .help = "first what came after this event; 0: from the beginning, -1: only what comes now"},
    {.name = "snapshot",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, snapshot),
     .help = "first all open incidents, then every event after that moment"},
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

enum { keep_every_us = 1000000, quiet_us = 2000000 };

typedef struct listening {
    const lyt_call *call;
    int64_t left; /* -1: no end */
    int64_t last_us;
    bool said;             /* that it listens */
    bool said_waiting;     /* that nobody answers */
    const char *replay;    /* whom it asks */
    const lyt_net *net;
    int64_t kept, kept_us; /* what stands in the file of --resume */
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

static lyt_status heard_incident(void *user, lyt_str json)
{
    listening *state = user;
    const values *v = state->call->values;
    lyt_json *tree = NULL;

    lyt_buf_reset(&state->line);
    if (v->json) {
        lyt_buf_add_text(&state->line, "{\"type\":\"snapshot\",");
        lyt_buf_add(&state->line, lyt_str_slice(json, 1, json.len));
        lyt_buf_add_char(&state->line, '\n');
    } else if (!lyt_json_parse(&tree, json, 1 << 20, NULL)) {
        lyt_str place = lyt_json_text(tree, "place");

        lyt_buf_addf(
            &state->line, "  open  incident %lld %.*s  sev %lld  %.*s  %.*s  %.*s%s%.*s\n",
            (long long)lyt_json_number(tree, "incident"), LYT_STR_ARG(lyt_json_text(tree, "state")),
            (long long)lyt_json_number(tree, "severity"), LYT_STR_ARG(lyt_json_text(tree, "team")),
            LYT_STR_ARG(lyt_json_text(tree, "scenario")),
            LYT_STR_ARG(lyt_json_text(tree, "property")), place.len ? "/" : "", LYT_STR_ARG(place));
        lyt_json_free(tree);
    }
    lyt_console_write_buf(state->call->console, &state->line);
    return LYT_OK;
}

static void notice(void *user, lyt_stream_notice what, int64_t from, int64_t to)
{
    lyt_console *console = ((listening *)user)->call->console;

    switch (what) {
    case LYT_STREAM_GAP:
        lyt_console_complain(console, "events after %lld up to %lld did not come; fetching them",
                             (long long)from, (long long)to);
        break;
    case LYT_STREAM_GONE:
        lyt_console_complain(console,
                             "events after %lld up to %lld are too old and not kept any more; "
                             "--snapshot shows what is open",
                             (long long)from, (long long)to);
        break;
    case LYT_STREAM_LATE:
        lyt_console_complain(console, "event %lld is %lld ms old", (long long)from, (long long)to);
        break;
    case LYT_STREAM_SILENT:
        lyt_console_complain(console, "the service has gone silent; waiting for it");
        break;
    case LYT_STREAM_BACK:
        lyt_console_complain(console, "the service is heard again");
        break;
    case LYT_STREAM_OTHER:
        lyt_console_complain(console, "this is another log; its events begin with number 1");
        break;
    }
}

/* The number in the file of --resume; -1: there is none yet. */
static lyt_status read_resume(const char *path, int64_t *seq, lyt_error *err)
{
    lyt_buf text;
    lyt_status status;
    long long number = -1;

    lyt_buf_init(&text, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, 64, &text, err);
    if (status == LYT_ENOTFOUND) {
        status = LYT_OK;
        *seq = -1;
    } else if (!status) {
        if (!text.data || sscanf(text.data, "%lld", &number) != 1 || number < 0)
            status = lyt_error_at(err, LYT_EFORMAT, path, 1, 1, "is no number of an event");
        *seq = number;
    }
    lyt_buf_deinit(&text);
    return status;
}

/* Each second and at the end; after a crash some events come a second time, none is missed. */
static lyt_status keep_resume(listening *state, const lyt_subscriber *subscriber, bool now,
                              lyt_error *err)
{
    const values *v = state->call->values;
    int64_t seq = lyt_subscriber_seq(subscriber), us = lyt_clock_mono_us(lyt_clock_system());
    char text[32];
    int n;

    if (!v->resume || seq < 0 || seq == state->kept ||
        (!now && us - state->kept_us < keep_every_us))
        return LYT_OK;
    state->kept = seq;
    state->kept_us = us;
    n = snprintf(text, sizeof text, "%lld\n", (long long)seq);
    return lyt_fs_write(lyt_fs_system(), v->resume, (lyt_str){text, (size_t)n}, err);
}

/* From here on nothing is missed: whoever waits for that, a person or a script, is told. */
static void say_listening(lyt_subscriber *subscriber, listening *state)
{
    if (state->said || lyt_subscriber_seq(subscriber) < 0)
        return;
    lyt_console_complain(state->call->console, "listening");
    state->said = true;
}

/* A wrong folder or a service that was not started looks like a quiet day otherwise. */
static void say_waiting(listening *state, int64_t since_us)
{
    const char *replay = ((const values *)state->call->values)->replay;

    if (state->said || state->said_waiting ||
        lyt_clock_mono_us(lyt_clock_system()) - since_us < quiet_us)
        return;
    lyt_console_complain(state->call->console, "waiting: nobody answers at %s; %s",
                         replay ? replay : state->replay, lyt_online_hint(state->net));
    state->said_waiting = true;
}

static lyt_status listen(lyt_subscriber *subscriber, listening *state, lyt_error *err)
{
    const values *v = state->call->values;
    int64_t patience_us = (int64_t)(v->timeout * 1e6);
    int64_t since_us = lyt_clock_mono_us(lyt_clock_system());

    state->last_us = since_us;
    while (!lyt_online_stopped()) {
        lyt_status status = lyt_subscriber_step(subscriber, 100);

        lyt_console_flush(state->call->console);
        say_listening(subscriber, state);
        say_waiting(state, since_us);
        if (keep_resume(state, subscriber, false, err))
            return LYT_EIO;
        if (status == LYT_EEND)
            return LYT_OK;
        if (status && status != LYT_ETIMEOUT)
            return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
        if (patience_us && lyt_clock_mono_us(lyt_clock_system()) - state->last_us > patience_us)
            return lyt_error_set(err, LYT_ETIMEOUT, "no event came in time");
    }
    return LYT_OK;
}

static lyt_status listen_free(listening *state, lyt_net *net, const lyt_endpoints *at,
                              const lyt_str *topics, lyt_error *err)
{
    const values *v = state->call->values;
    lyt_subscriber_options about = {
        .net = net,
        .bus = v->bus ? v->bus : at->bus,
        .replay = v->replay ? v->replay : at->replay,
        .topics = topics,
        .n_topics = (size_t)state->call->n_operands,
        .since = v->since,
        .on_incident = v->snapshot ? heard_incident : NULL,
        .on_event = heard,
        .on_notice = notice,
        .user = state,
        .late_ms = v->late,
    };
    lyt_subscriber *subscriber = NULL;
    int64_t kept = -1;
    lyt_status status = LYT_OK;

    state->kept = -1;
    state->replay = about.replay;
    state->net = net;
    if (v->resume)
        status = read_resume(v->resume, &kept, err);
    if (kept >= 0)
        about.since = kept;
    if (!status)
        status = lyt_subscriber_new(&subscriber, &about, err);
    if (!status)
        status = listen(subscriber, state, err);
    if (subscriber && !status)
        status = keep_resume(state, subscriber, true, err);
    lyt_subscriber_free(subscriber);
    return status;
}

static lyt_status follow(const lyt_call *call, lyt_net *net, const lyt_endpoints *at,
                         const lyt_str *topics, lyt_error *err)
{
    const values *v = call->values;
    lyt_follower *follower = NULL;
    lyt_status status = lyt_follower_new(&follower,
                                         &(lyt_follower_options){
                                             .net = net,
                                             .replay = v->replay ? v->replay : at->replay,
                                             .name = v->name,
                                             .topics = topics,
                                             .n_topics = (size_t)call->n_operands,
                                             .since = v->since,
                                             .credit = v->credit ? v->credit
                                                       : v->exec ? 1
                                                                 : 0,
                                             .ack_wait_ms = v->ack_wait,
                                         },
                                         err);

    if (!status)
        status = lyt_follow(follower,
                            &(lyt_follow_options){
                                .console = call->console,
                                .json = v->json,
                                .exec = v->exec,
                                .count = v->count,
                                .timeout_us = (int64_t)(v->timeout * 1e6),
                                .hint = lyt_online_hint(net),
                            },
                            err);
    lyt_follower_free(follower);
    return status;
}

/* --dead, --raise, --forget: one question, its answer printed. */
static lyt_status manage(const lyt_call *call, lyt_net *net, const lyt_endpoints *at,
                         lyt_error *err)
{
    const values *v = call->values;
    lyt_json *json = NULL;
    lyt_buf text;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request",
                v->dead    ? LYT_STR("dead")
                : v->raise ? LYT_STR("raise")
                           : LYT_STR("forget"));
    lyt_jw_kstr(&jw, "name", lyt_str_of(v->name));
    lyt_jw_kint(&jw, "limit", 1000);
    lyt_jw_object_end(&jw);
    status =
        lyt_online_ask(net, v->replay ? v->replay : at->replay, lyt_buf_str(&text), &json, err);
    lyt_buf_reset(&text);
    for (size_t i = 0; !status && v->dead && i < lyt_json_len(lyt_json_get(json, "dead")); i++) {
        lyt_json_write(&text, lyt_json_at(lyt_json_get(json, "dead"), i));
        lyt_buf_add_char(&text, '\n');
    }
    if (!status && !v->dead) {
        lyt_json_write(&text, json);
        lyt_buf_add_char(&text, '\n');
    }
    lyt_console_write_buf(call->console, &text);
    lyt_json_free(json);
    lyt_buf_deinit(&text);
    return status;
}

static const char *misuse(const values *v)
{
    if (!v->name && (v->exec || v->dead || v->raise || v->forget || v->credit || v->ack_wait))
        return "--exec, --dead, --raise, --forget, --credit and --ack-wait need --name";
    if (v->name && (v->snapshot || v->resume))
        return "with --name the service itself keeps where to go on: no --snapshot, no --resume";
    if (v->dead + v->raise + v->forget > 1)
        return "--dead, --raise and --forget exclude one another";
    return NULL;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    listening state = {.call = call, .left = v->count ? v->count : -1};
    lyt_str topics[lyt_subscriber_topics_max];
    lyt_net *net = NULL;
    lyt_endpoints at = {.submit = ""};
    lyt_error err = {.text = ""};
    lyt_status status = LYT_OK;

    if (call->n_operands > lyt_subscriber_topics_max)
        return lyt_console_misuse(call->console, "at most %d topics", lyt_subscriber_topics_max);
    if (misuse(v))
        return lyt_console_misuse(call->console, "%s", misuse(v));
    for (int i = 0; i < call->n_operands; i++)
        topics[i] = lyt_str_of(call->operands[i]);
    if (!v->replay || (!v->bus && !v->name))
        status = lyt_endpoints_find(&at, v->state, &err);
    lyt_buf_init(&state.line, NULL);
    lyt_online_catch_signals();
    if (!status)
        status = lyt_online_net(&net, &at, v->key, v->server_key, &err);
    if (!status && (v->dead || v->raise || v->forget))
        status = manage(call, net, &at, &err);
    else if (!status && v->name)
        status = follow(call, net, &at, topics, &err);
    else if (!status)
        status = listen_free(&state, net, &at, topics, &err);
    lyt_net_free(net);
    lyt_buf_deinit(&state.line);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt subscribe alarm.", "every alarm as it comes"},
    {"lyt subscribe alarm.havnen.maintenance.", "those of one team of one property"},
    {"lyt subscribe --since 0 --json > events.jsonl", "everything there ever was, and what comes"},
    {"lyt subscribe --name pager --exec ./ring.sh alarm.havnen.",
     "a command for every alarm, also for those that came meanwhile"},
    {"lyt subscribe --snapshot incident.", "what is open, then what changes"},
};

const lyt_command lyt_cmd_subscribe = {
    .name = "subscribe",
    .summary = "Listen to the events of a service",
    .usage = "[--since SEQ | --snapshot | --resume FILE] [--json] [TOPIC…]\n"
             "--name NAME [--exec COMMAND] [TOPIC…]\n"
             "--name NAME --dead | --raise | --forget",
    .description =
        "Prints every event whose topic begins with one of the prefixes given, all of them "
        "without any. Topics are alarm.PROPERTY.TEAM.SEVERITY.SCENARIO and "
        "incident.PROPERTY.TEAM.STATE.\n\n"
        "Events are numbered without a gap. One that is lost on the way is fetched again, and "
        "a restart of the service is survived. --since with the number of the last event "
        "seen goes on from there. \"listening\" on stderr says that from now on nothing is missed, "
        "and "
        "what does get lost on the way is said there, too.\n\n"
        "With --name the service keeps what this subscriber has not dealt with, also while it is "
        "away: each event comes at least once. One that --exec fails for comes again, later "
        "each time, and after five times is a dead letter: --dead lists those, --raise tries them "
        "again. The command finds LYT_SEQ, LYT_TOPIC and LYT_DELIVERY in its environment. A second "
        "one of the same name stands by and takes over when the first goes.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
