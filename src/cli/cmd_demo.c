#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "child.h"
#include "datafolder.h"
#include "demo_recovery.h"
#include "demo_day.h"
#include "demo_report.h"
#include "mem.h"
#include "online.h"

typedef struct values {
    bool json, keep, no_recovery;
    double rate;
    const char *day, *pack;
} values;

static const lyt_option options[] = {
    {.name = "day",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, day),
     .value = "FILE",
     .help = "the day to replay; default: the pack's day.jsonl"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print only the summary, as JSON"},
    {.name = "keep",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, keep),
     .help = "leave the day's service running until Ctrl-C, and say where its board is"},
    {.name = "no-recovery",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, no_recovery),
     .help = "end after the alarms"},
    LYT_ONLINE_PACK(values),
    {.name = "rate",
     .letter = 'r',
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, rate),
     .value = "N",
     .min = 0.1,
     .max = 100000,
     .unit = "messages a second",
     .fallback = "100",
     .help = "how fast the day goes by"},
};

typedef struct demo {
    const lyt_call *call;
    lyt_day day;
    lyt_demo_result result;
    lyt_net *net;
    lyt_sender *sender;
    lyt_subscriber *subscriber;
    lyt_endpoints at;
    char state[256];
} demo;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void on_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    demo *d = user;
    lyt_day_message *message = &d->day.messages[number - 1];
    lyt_json *json = NULL;

    if (!lyt_str_equal(status, LYT_STR("accepted"))) {
        lyt_console_complain(d->call->console, "%s was not accepted: %.*s", message->id,
                             LYT_STR_ARG(answer));
        return;
    }
    d->result.accepted++;
    if (lyt_json_parse(&json, answer, 65536, NULL) == LYT_OK)
        (void)lyt_json_int(lyt_json_get(json, "feedback"), &message->feedback);
    lyt_json_free(json);
}

static lyt_status note_latency(demo *d, const lyt_json *json)
{
    lyt_demo_result *result = &d->result;
    int64_t accepted_us;
    lyt_status status;
    lyt_str text;

    if (!lyt_json_str(lyt_json_get(json, "accepted_at"), &text) ||
        lyt_clock_parse(&accepted_us, text))
        return LYT_OK;
    status = lyt_mem_grow(NULL, &result->latency_us, &result->cap_latency, result->n_latency + 1,
                          sizeof *result->latency_us);
    if (!status)
        result->latency_us[result->n_latency++] =
            lyt_clock_wall_us(lyt_clock_system()) - accepted_us;
    return status;
}

static lyt_status on_event(void *user, int64_t seq, lyt_str topic, lyt_str text)
{
    demo *d = user;
    lyt_json *json = NULL;
    lyt_day_message *message = NULL;
    lyt_str id, scenario;
    lyt_status status;

    (void)seq;
    if (!lyt_str_begins(topic, LYT_STR("alarm.")))
        return LYT_OK;
    status = lyt_json_parse(&json, text, 1 << 20, NULL);
    if (!status && lyt_json_str(lyt_json_get(json, "id"), &id))
        message = lyt_day_find(&d->day, id);
    if (!status && (!message || !lyt_json_str(lyt_json_get(json, "scenario"), &scenario)))
        status = LYT_EFORMAT;
    if (!status)
        status = note_latency(d, json);
    if (!status)
        status = lyt_day_heard(message, scenario);
    if (!status) {
        d->result.alarms++;
        if (!((const values *)d->call->values)->json)
            lyt_demo_alarm_line(d->call->console, message, json);
    }
    lyt_json_free(json);
    return status;
}

/* Answers and alarms, whichever come, for at most wait_ms. */
static lyt_status take(demo *d, int wait_ms, lyt_error *err)
{
    lyt_status status = lyt_sender_step(d->sender, 0);

    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "sending: %s", lyt_status_text(status));
    status = lyt_subscriber_step(d->subscriber, wait_ms);
    if (status && status != LYT_ETIMEOUT)
        return lyt_error_set(err, status, "listening: %s", lyt_status_text(status));
    lyt_console_flush(d->call->console);
    return LYT_OK;
}

static lyt_status replay(demo *d, lyt_error *err)
{
    double gap_us = 1e6 / ((const values *)d->call->values)->rate;
    int64_t start = now_us();
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < d->day.n && !status && !lyt_online_stopped();) {
        int64_t left_us = start + (int64_t)((double)i * gap_us) - now_us();
        lyt_status sent;

        if (left_us > 0) {
            status = take(d, left_us > 5000 ? 5 : (int)(left_us / 1000), err);
            continue;
        }
        sent = lyt_sender_send(d->sender, i + 1, lyt_str_of(d->day.messages[i].submission));
        if (!sent)
            i++;
        else if (sent != LYT_EBUSY)
            status = lyt_error_set(err, sent, "sending: %s", lyt_status_text(sent));
        else
            status = take(d, 1, err);
    }
    return status;
}

static lyt_status ask_status(demo *d, int64_t *waiting, int64_t *last, lyt_error *err)
{
    const lyt_json *counts;
    lyt_json *json = NULL;
    int64_t parked = 0;
    lyt_status status =
        lyt_online_ask(d->net, d->at.replay, LYT_STR("{\"request\":\"status\"}"), &json, err);

    counts = status ? NULL : lyt_json_get(json, "counts");
    if (!status && (!lyt_json_int(lyt_json_get(counts, "waiting"), waiting) ||
                    !lyt_json_int(lyt_json_get(counts, "last_seq"), last)))
        status = lyt_error_set(err, LYT_EFORMAT, "the service's status lacks a count");
    if (!status)
        (void)lyt_json_int(lyt_json_get(counts, "parked"), &parked);
    if (!status)
        d->result.classified = d->result.accepted - (size_t)(*waiting + parked);
    lyt_json_free(json);
    return status;
}

/* Until everything is answered, classified and heard, or nothing has come for 30 seconds. */
static lyt_status settle(demo *d, lyt_error *err)
{
    int64_t until = now_us() + 30000000, waiting = -1, last = 0;
    lyt_status status = LYT_OK;
    bool settled = false;

    while (!status && !settled && !lyt_online_stopped() && now_us() < until) {
        status = take(d, 20, err);
        if (!status && !lyt_sender_pending(d->sender))
            status = ask_status(d, &waiting, &last, err);
        settled = !status && waiting == 0 && lyt_subscriber_seq(d->subscriber) >= last;
    }
    d->result.delivered = settled;
    return status;
}

static lyt_status connect_all(demo *d, lyt_error *err)
{
    static const lyt_str topics[] = {{"alarm.", 6}};
    lyt_status status = lyt_net_new(&d->net, NULL, err);

    if (!status)
        status = lyt_sender_new(
            &d->sender,
            &(lyt_sender_options){
                .net = d->net, .endpoint = d->at.submit, .on_answer = on_answer, .user = d},
            err);
    if (!status)
        status = lyt_subscriber_new(&d->subscriber,
                                    &(lyt_subscriber_options){.net = d->net,
                                                              .bus = d->at.bus,
                                                              .replay = d->at.replay,
                                                              .topics = topics,
                                                              .n_topics = 1,
                                                              .since = 0,
                                                              .on_event = on_event,
                                                              .user = d},
                                    err);
    return status;
}

static lyt_status find_pack(const values *v, lyt_buf *path, lyt_error *err)
{
    lyt_status status = LYT_OK;

    if (lyt_str_find(lyt_str_of(v->pack), '/', 0) < lyt_str_of(v->pack).len) {
        lyt_buf_add_text(path, v->pack);
    } else {
        status = lyt_data_folder(path, NULL, err);
        lyt_buf_addf(path, "/models/%s", v->pack);
    }
    return status ? status : lyt_buf_status(path);
}

/* Where the day lies: --day, else day.jsonl of the pack. */
static lyt_status find_day(const values *v, lyt_buf *path, lyt_error *err)
{
    lyt_status status = LYT_OK;

    if (v->day)
        lyt_buf_add_text(path, v->day);
    else
        status = find_pack(v, path, err);
    if (!status && !v->day)
        lyt_buf_add_text(path, "/day.jsonl");
    return status ? status : lyt_buf_status(path);
}

static lyt_status run_day(demo *d, lyt_child *child, lyt_error *err)
{
    const values *v = d->call->values;
    const char *folder = getenv("TMPDIR");
    char *arguments[] = {"lyt",     "serve",  "--pack",       (char *)(uintptr_t)v->pack,
                         "--state", d->state, "--free-ports", "--log",
                         "warn",    NULL};
    lyt_buf path;
    lyt_status status;

    lyt_buf_init(&path, NULL);
    status = find_day(v, &path, err);
    if (!status)
        status = lyt_day_read(&d->day, path.data, err);
    lyt_buf_deinit(&path);
    if (status)
        return status;
    snprintf(d->state, sizeof d->state, "%s/lyt-demo-XXXXXX", folder && *folder ? folder : "/tmp");
    if (!mkdtemp(d->state))
        return lyt_error_at(err, LYT_EIO, d->state, 0, 0, "cannot make a folder for the state");
    if (!v->json)
        lyt_console_printf(
            d->call->console,
            "A day at the hotel: %zu messages with known truth. Starting lyt serve …\n", d->day.n);
    lyt_console_flush(d->call->console);
    status = lyt_child_start(child, arguments, d->state, 120, &d->at, err);
    if (!status)
        status = connect_all(d, err);
    if (!status)
        status = replay(d, err);
    return status ? status : settle(d, err);
}

/* What a house does after the alarm; true when all of it came about, or the pack has none. */
static bool recover(demo *d, lyt_demo_recovery *second)
{
    const values *v = d->call->values;
    lyt_error err = {.code = LYT_OK};
    lyt_buf folder;
    lyt_status status;

    lyt_buf_init(&folder, NULL);
    status = find_pack(v, &folder, &err);
    second->folder = folder.data;
    if (!status)
        status = lyt_demo_recovery_run(d->call, second, &err);
    if (status && status != LYT_ENOTFOUND)
        (void)lyt_console_error(d->call->console, &err);
    if (status != LYT_ENOTFOUND && v->json)
        d->result.recovery = second;
    else if (status != LYT_ENOTFOUND)
        lyt_demo_recovery_report(d->call->console, second);
    lyt_buf_deinit(&folder);
    return !status || status == LYT_ENOTFOUND;
}

/* The figures of the day, and then what comes after an alarm; in JSON both are one object. */
static bool tell(demo *d)
{
    const values *v = d->call->values;
    char state[sizeof d->state + 16];
    lyt_demo_recovery second = {.pack = v->pack, .state = state, .quiet = v->json};
    bool goes_on = !v->no_recovery && !lyt_online_stopped(), all = true;

    d->result.state = d->state;
    snprintf(state, sizeof state, "%s/recovery", d->state);
    lyt_buf_init(&second.figures, NULL);
    if (!v->json)
        lyt_demo_report(d->call->console, &d->day, &d->result, false);
    if (goes_on)
        all = recover(d, &second);
    if (v->json)
        lyt_demo_report(d->call->console, &d->day, &d->result, true);
    lyt_buf_deinit(&second.figures);
    return all;
}

/* The service has the day in its hands still; looked at until somebody has seen enough. */
static void show_board(const demo *d)
{
    lyt_console *console = d->call->console;

    if (lyt_online_stopped() || !*d->at.http)
        return;
    lyt_console_printf(console, "board           %s/   (Ctrl-C ends the service)\n", d->at.http);
    lyt_console_flush(console);
    while (!lyt_online_stopped())
        (void)!lyt_sock_poll(NULL, 0, NULL, 200);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    demo d = {.call = call};
    lyt_child child = {0};
    lyt_error err, ended;
    lyt_status status, end = LYT_OK;
    bool all = false;

    lyt_online_catch_signals();
    status = run_day(&d, &child, &err);
    lyt_subscriber_free(d.subscriber);
    lyt_sender_free(d.sender);
    lyt_net_free(d.net);
    if (!v->keep || v->json || status)
        end = lyt_child_end(&child, &ended);
    if (status)
        (void)lyt_console_error(call->console, &err);
    if (d.day.n && !status)
        all = tell(&d);
    if (v->keep && !v->json && !status) {
        show_board(&d);
        end = lyt_child_end(&child, &ended);
    }
    if (end)
        (void)lyt_console_error(call->console, &ended);
    if (all)
        all = !end && d.result.accepted == d.day.n && d.result.classified == d.day.n &&
              d.result.delivered;
    lyt_mem_free(NULL, d.result.latency_us);
    lyt_day_free(&d.day);
    return all ? LYT_EXIT_DONE : LYT_EXIT_FAILED;
}

static const lyt_sample samples[] = {
    {"lyt demo", "the hotel's day, in a few seconds"},
    {"lyt demo --rate 1000 --json", "faster, and only the figures"},
};

const lyt_command lyt_cmd_demo = {
    .name = "demo",
    .summary = "Replay a simulated day against a real service",
    .usage = "[-p PACK] [--day FILE] [--rate N] [--keep] [--json]",
    .description =
        "Starts lyt serve with a state of its own on free ports, sends it a day of messages whose "
        "truth is known, shows the alarms as they arrive and counts what was found, missed and "
        "falsely raised.\n\n"
        "Then a service with the house's settings (desk.yaml of the pack) shows what comes after "
        "an alarm, on a clock that runs 600 times as fast: somebody takes it on, the guest hears, "
        "gets what suits and says that it is right now; what nobody takes goes up; three rooms are "
        "one cause; a late order is known before anybody complains; and the figures of all that. "
        "The steps are recovery.jsonl of the pack.\n\n"
        "Ends with 0 when every message was accepted and classified, every alarm arrived, however "
        "good the verdicts were, and every step of the recovery came about. The state is left "
        "for you to look at.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
