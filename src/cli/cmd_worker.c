#include <stddef.h>
#include <string.h>

#include "online.h"
#include "worker.h"

typedef struct values {
    bool json, no_spelling;
    int64_t log;
    const char *connect, *key, *own, *pack, *refined, *server_key, *state;
} values;

static const lyt_option options[] = {
    {.name = "connect",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, connect),
     .value = "ENDPOINT",
     .help = "the service's work socket, instead of looking in the state"},
    LYT_ONLINE_JSON_LOG(values),
    LYT_ONLINE_KEY(values),
    LYT_ONLINE_LOG(values),
    LYT_ONLINE_NO_SPELLING(values),
    {.name = "own",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, own),
     .value = "DIR",
     .help = "the house's own scenarios, as the service has them; default none"},
    LYT_ONLINE_PACK(values),
    {.name = "refined",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, refined),
     .value = "DIR",
     .help = "a copy of the folder 'refined' of the service's state (lyt refine)"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
};

/* The worker is an actor; this thread only waits for it to end or for the wish to stop. */
static lyt_status work(lyt_net *net, const lyt_judge *judge, const char *endpoint,
                       const lyt_log *log, lyt_error *err)
{
    lyt_worker_options about = {.net = net, .endpoint = endpoint, .judge = judge, .log = log};
    lyt_actor *actor = NULL;
    lyt_status status = lyt_actor_start(&actor, net, "lyt-worker", lyt_worker_run, &about, err);

    if (status)
        return status;
    lyt_log_say(log, LYT_LOG_INFO, "LYT-WORKER-READY", "Asking for work.",
                LYT_KV("service", endpoint));
    while (!lyt_online_stopped() && !lyt_actor_has_ended(actor))
        (void)!lyt_sock_poll(NULL, 0, NULL, 100);
    return lyt_actor_stop(actor, err);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_classifier *classifier = NULL;
    lyt_log log = lyt_online_log(v->log, v->json);
    lyt_net *net = NULL;
    lyt_endpoints at = {.submit = ""};
    lyt_judge judge;
    lyt_error err;
    lyt_status status = LYT_OK;

    lyt_online_catch_signals();
    if (!v->connect)
        status = lyt_endpoints_find(&at, v->state, &err);
    if (!status)
        status = lyt_classifier_open(&classifier,
                                     &(lyt_classifier_options){.pack = v->pack,
                                                               .own = v->own,
                                                               .refined = v->refined,
                                                               .no_spelling = v->no_spelling},
                                     &err);
    if (!status)
        status = lyt_online_net(&net, &at, v->key, v->server_key, &err);
    if (!status) {
        judge = lyt_judge_of(classifier);
        status = work(net, &judge, v->connect ? v->connect : at.work, &log, &err);
    }
    lyt_net_free(net);
    lyt_classifier_close(classifier);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt worker -p hotel --connect tcp://127.0.0.1:7702",
     "one more worker for the service on this machine"},
};

const lyt_command lyt_cmd_worker = {
    .name = "worker",
    .summary = "Classify for a service from a process of its own",
    .usage = "[--pack PACK] [--connect ENDPOINT | --state DIR]",
    .description =
        "Joins a running service, takes messages from it and gives verdicts back, until it is "
        "stopped. It must have the very pack the service has; another one is refused. What people "
        "corrected there it is taught by the service. A message "
        "whose worker dies is given to another.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
