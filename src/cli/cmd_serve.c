#include <signal.h>
#include <stddef.h>

#include "classify.h"
#include "deskfile.h"
#include "online.h"

typedef struct values {
    bool free_ports, insecure, no_spelling;
    int64_t log, state_limit, workers;
    const char *bus, *desk, *pack, *replay, *state, *submit, *work;
} values;

static const lyt_option options[] = {
    LYT_ONLINE_ENDPOINT(values, bus, "where events are published; default tcp://127.0.0.1:7703"),
    {.name = "desk",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, desk),
     .value = "FILE",
     .help = "settings of the house: who is told, by when, and what may be given"},
    {.name = "free-ports",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, free_ports),
     .help = "take any free ports where no endpoint is given"},
    {.name = "insecure",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, insecure),
     .help =
         "allow endpoints that other machines can reach; anybody there may then send and listen"},
    LYT_ONLINE_LOG(values),
    LYT_ONLINE_NO_SPELLING(values),
    LYT_ONLINE_PACK(values),
    LYT_ONLINE_ENDPOINT(
        values, replay,
        "where past events and questions are answered; default tcp://127.0.0.1:7704"),
    {.name = "state",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, state),
     .value = "DIR",
     .help = "folder for the database, made when absent; default $LYT_STATE or ~/.local/state/lyt"},
    {.name = "state-limit",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, state_limit),
     .value = "MB",
     .min = 0,
     .max = 1e9,
     .unit = "MiB",
     .fallback = "0",
     .help = "never let the database grow beyond; 0: no limit"},
    LYT_ONLINE_ENDPOINT(values, submit,
                        "where messages are taken in; default tcp://127.0.0.1:7701"),
    LYT_ONLINE_ENDPOINT(values, work,
                        "where workers of other processes join; default tcp://127.0.0.1:7702"),
    {.name = "workers",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, workers),
     .value = "N",
     .min = 0,
     .max = 64,
     .unit = "threads",
     .fallback = "2",
     .help = "worker threads; 0: only those of other processes (lyt worker)"},
};

static void wait_for_end(void)
{
    sigset_t none;

    sigemptyset(&none);
    /* signals are blocked but in here, so that none slips through before the wait */
    while (!lyt_online_stopped())
        sigsuspend(&none);
}

static lyt_status serve(const values *v, const lyt_classifier *classifier,
                        const lyt_settings *settings, const char *state, const lyt_log *log,
                        const char *version, lyt_error *err)
{
    const char *any = v->free_ports ? "tcp://127.0.0.1:*" : NULL;
    lyt_service *service = NULL;
    lyt_endpoints at;
    lyt_status status;

    status = lyt_service_start(&service,
                               &(lyt_service_options){
                                   .submit = v->submit ? v->submit : any,
                                   .work = v->work ? v->work : any,
                                   .bus = v->bus ? v->bus : any,
                                   .replay = v->replay ? v->replay : any,
                                   .insecure = v->insecure,
                                   .state = state,
                                   .classifier = classifier,
                                   .settings = settings,
                                   .n_workers = (size_t)v->workers,
                                   .log = log,
                                   .version = version,
                                   .size_max_mb = v->state_limit,
                                   .join_min = lyt_pack_window_min(lyt_classifier_pack(classifier)),
                               },
                               &at, err);
    if (status)
        return status;
    lyt_log_say(log, LYT_LOG_INFO, "LYT-READY", "Lyt is listening.", LYT_KV("submit", at.submit),
                LYT_KV("work", at.work), LYT_KV("bus", at.bus), LYT_KV("replay", at.replay),
                LYT_KV("state", state));
    wait_for_end();
    lyt_log_say(log, LYT_LOG_INFO, "LYT-STOPPING", "Finishing what is queued.");
    return lyt_service_stop(service, err);
}

/*
 * Signals are blocked before any thread starts and so in all of them: they are taken by
 * the main thread alone, and only where it waits.
 */
static void block_signals(void)
{
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    lyt_online_catch_signals();
}

/* Once, here: workers read messages without a word about it. */
static lyt_status tell_unspelled(const lyt_classifier *classifier, const lyt_log *log,
                                 lyt_error *err)
{
    lyt_session *session = NULL;
    lyt_status status = lyt_session_new(&session, classifier, err);

    for (int i = 0; status == LYT_OK && i < lyt_languages_max; i++)
        if (lyt_session_unspelled(session) & (1u << i))
            lyt_log_say(log, LYT_LOG_WARN, "LYT-NO-DICTIONARY",
                        "A language is read without spelling.",
                        LYT_KV("language", lyt_session_code(session, i)),
                        LYT_KV("dictionary", lyt_session_dictionary(session, i)));
    lyt_session_free(session);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    char state[lyt_state_path_max];
    lyt_classifier *classifier = NULL;
    lyt_settings *settings = NULL;
    lyt_log log = lyt_log_stderr((lyt_log_level)v->log, lyt_clock_system());
    lyt_error err;
    lyt_status status = lyt_state_folder(state, v->state, &err);

    block_signals();
    if (v->desk && lyt_deskfile_read(call, v->desk, v->pack, &settings))
        return LYT_EXIT_FAILED;
    if (!status)
        status = lyt_classifier_open(
            &classifier, &(lyt_classifier_options){.pack = v->pack, .no_spelling = v->no_spelling},
            &err);
    if (!status && lyt_pack_has_more(lyt_classifier_pack(classifier)))
        status = tell_unspelled(classifier, &log, &err);
    if (!status)
        status = serve(v, classifier, settings, state, &log, call->cli->version, &err);
    lyt_classifier_close(classifier);
    lyt_settings_free(settings);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static const lyt_sample samples[] = {
    {"lyt serve -p hotel", "the usual ports, the usual state"},
    {"lyt serve -p ./our-hotel --state /srv/lyt --workers 1",
     "a pack of your own, a state of its own"},
};

const lyt_command lyt_cmd_serve = {
    .name = "serve",
    .summary = "Run the service: take messages in, classify, raise alarms",
    .usage = "[-p PACK] [--desk FILE] [--state DIR] [--workers N] [--free-ports]",
    .description =
        "Takes messages in, keeps them, classifies them and publishes alarms until it is "
        "stopped with SIGTERM or SIGINT; then it finishes what it has accepted.\n\n"
        "A message is answered only when it is on the disk. After a crash everything that "
        "was answered is there, and what was not yet classified is classified. Ports and "
        "process id stand in endpoints.json in the state folder while it runs; the other "
        "commands look there.\n\n"
        "With --desk (models/hotel/desk.yaml is one) incidents have owners, reminders, ladders, "
        "clocks, offers and promises, and who is to be told is published as notices. A state "
        "folder is either of a house with settings or of a service without.\n\n"
        "It listens on this machine only. An endpoint that others can reach is refused unless "
        "--insecure says that it is meant.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
