#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "classify.h"
#include "fetcher.h"
#include "housefiles.h"
#include "notify.h"
#include "online.h"
#include "quickclock.h"
#include "refinery.h"
#include "reloading.h"
#include "servedpack.h"
#include "versionkeeper.h"
#include "watchtower.h"
#include "web.h"

typedef struct values {
    bool fetch, force, free_ports, insecure, json, no_spelling;
    int64_t http_connections, http_rate, log, refine, speed, state_limit, workers;
    const char *bus, *channels, *desk, *http, *keys, *own, *pack, *replay, *retention, *state,
        *submit, *tag_keys, *tls_cert, *tls_key, *tokens, *work;
} values;

static const lyt_option options[] = {
    LYT_ONLINE_ENDPOINT(values, bus, "where events are published; default tcp://127.0.0.1:7703"),
    {.name = "channels",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, channels),
     .value = "FILE",
     .help = "gateways that call at /in/…, our numbers and keywords: channels.yaml"},
    {.name = "desk",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, desk),
     .value = "FILE",
     .help = "settings of the house: who is told, by when, and what may be given"},
    {.name = "fetch",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, fetch),
     .help = "run a helper that fetches what gateways with fetch in channels.yaml hear of"},
    {.name = "force",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, force),
     .help = "use a pack even if examples in its scenarios do not come out as they say"},
    {.name = "free-ports",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, free_ports),
     .help = "take any free ports where no endpoint is given"},
    {.name = "http",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, http),
     .value = "ADDRESS",
     .help = "where HTTP is answered; default 127.0.0.1:7700; none: nowhere"},
    {.name = "http-connections",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, http_connections),
     .value = "N",
     .min = 8,
     .max = 60000,
     .fallback = "1024",
     .help = "most connections at a time; then the one goes that has been waited for longest"},
    {.name = "http-rate",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, http_rate),
     .value = "N",
     .min = 1,
     .max = 1e6,
     .unit = "a second",
     .fallback = "1000",
     .help = "requests that one token may make; for a moment twice as many"},
    {.name = "insecure",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, insecure),
     .help =
         "allow endpoints that other machines can reach; anybody there may then send and listen"},
    LYT_ONLINE_JSON_LOG(values),
    {.name = "keys",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, keys),
     .value = "DIR",
     .help = "ask everybody for a key: folder with server.key and access (lyt keygen --service)"},
    LYT_ONLINE_LOG(values),
    LYT_ONLINE_NO_SPELLING(values),
    LYT_ONLINE_OWN(values),
    LYT_ONLINE_PACK(values),
    {.name = "refine",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, refine),
     .value = "N",
     .min = 0,
     .max = 1e6,
     .unit = "corrections",
     .fallback = "25",
     .help = "train the model anew after so many more (lyt refine); 0: never"},
    LYT_ONLINE_ENDPOINT(
        values, replay,
        "where past events and questions are answered; default tcp://127.0.0.1:7704"),
    {.name = "retention",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, retention),
     .value = "FILE",
     .help = "how many days what is kept (lyt retention); without it all is kept for good"},
    {.name = "speed",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, speed),
     .value = "N",
     .min = 1,
     .max = 100000,
     .fallback = "1",
     .help = "the clock on the wall runs N times as fast: to show and to try, never in a house"},
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
    {.name = "tag-keys",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, tag_keys),
     .value = "FILE",
     .help = "keys of the links on NFC tags, QR codes and tablets; without it there are none"},
    {.name = "tls-cert",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, tls_cert),
     .value = "FILE",
     .help = "certificate chain (PEM): HTTP is encrypted"},
    {.name = "tls-key",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, tls_key),
     .value = "FILE",
     .help = "its secret key (PEM), which only you may read"},
    {.name = "tokens",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, tokens),
     .value = "FILE",
     .help = "who may do what over HTTP (lyt token new); without it only this machine may come"},
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

typedef struct serving {
    const values *v;
    const lyt_log *log;
    lyt_service *service;
    lyt_web *web; /* NULL: --http none */
    lyt_console *console;
    lyt_housepaths paths;
    lyt_housefiles house; /* what lies there */
    const char *state;
    lyt_servedpack pack;
    char own[lyt_state_path_max + 8]; /* folder of the house's own scenarios */
    lyt_reloading reloading;
    lyt_fetcher fetcher;
    lyt_refinery refinery;
    const lyt_clock *clock; /* the service's */
    lyt_watchtower *tower;  /* reads with the pack, as it came or refined */
    lyt_versionkeeper keeper;
    char database[lyt_state_path_max + 16];
} serving;

enum { look_ms = 1000, read_most = 5 };

static int64_t wall_us(const serving *s)
{
    return lyt_clock_wall_us(s->clock);
}

/*
 * The pack as it lies on the disk now, and kept as it was read: whoever writes files of it just then
 * makes it be read once more.
 */
static lyt_status open_pack(serving *s, lyt_servedpack *out, bool is_start, lyt_error *err)
{
    const lyt_servedpack_options files = {.pack = s->v->pack,
                                            .own = s->own,
                                            .refined = s->refinery.folder.path,
                                            .no_spelling = s->v->no_spelling,
                                            .force = s->v->force,
                                            .state = s->state,
                                            .log = s->log};
    lyt_status status = LYT_EBUSY;

    for (int i = 0; status == LYT_EBUSY && i < read_most; i++) {
        status = lyt_servedpack_open(out, &files, err);
        if (status)
            return status;
        status = lyt_versionkeeper_keep(&s->keeper, out->classifier, is_start, wall_us(s), err);
        if (status)
            lyt_servedpack_close(out);
    }
    return status;
}

static lyt_status judge_with(serving *s, const lyt_classifier *classifier, lyt_error *err)
{
    lyt_status status = lyt_service_reload(
        s->service, classifier, lyt_pack_window_min(lyt_classifier_pack(classifier)), err);

    if (!status)
        lyt_web_reload(s->web, classifier);
    return status;
}

/* That it is used is noted first: a kill between leads to the one that was used, too. */
static lyt_status change_to(serving *s, const lyt_classifier *classifier, lyt_error *err)
{
    lyt_status status;

    lyt_versionkeeper_use(&s->keeper, classifier, wall_us(s));
    status = judge_with(s, classifier, err);
    if (status)
        lyt_versionkeeper_use(&s->keeper, lyt_servedpack_best(&s->pack), wall_us(s));
    return status;
}

/* What is to be used when all of it is well. */
typedef struct renewal {
    lyt_servedpack pack;
    lyt_housefiles house;
} renewal;

/* All files are read before any is used. */
static lyt_status renew(serving *s, renewal *r, lyt_error *err)
{
    lyt_status status = open_pack(s, &r->pack, false, err);

    if (!status)
        status = lyt_housefiles_read(&r->house, &s->paths, s->console, err);
    if (!status)
        status = lyt_housefiles_read_keys(&r->house, &s->paths, err);
    if (!status)
        status = lyt_housefiles_check_guests(&r->house, s->state, err);
    if (!status)
        status = lyt_housefiles_use(&r->house, &s->house, lyt_servedpack_best(&r->pack),
                                    s->service, s->web, err);
    if (status)
        return status;
    status = change_to(s, lyt_servedpack_best(&r->pack), err);
    if (status) {
        lyt_error ignored;

        (void)!lyt_housefiles_use(&s->house, &r->house, NULL, s->service, s->web, &ignored);
        return status;
    }
    lyt_housefiles_deinit(&s->house);
    s->house = r->house;
    memset(&r->house, 0, sizeof r->house);
    return LYT_OK;
}

/* What of it is new, for people. */
static void say_reloaded(serving *s, const lyt_classifier *classifier)
{
    const lyt_settings *settings = s->house.settings;
    char pack[24], desk[24] = "none", text[120];

    snprintf(pack, sizeof pack, "%016llx", (unsigned long long)lyt_classifier_version(classifier));
    if (settings)
        snprintf(desk, sizeof desk, "%016llx", (unsigned long long)settings->version);
    snprintf(text, sizeof text, "pack %s, settings %s", pack, desk);
    lyt_log_say(s->log, LYT_LOG_INFO, "LYT-RELOADED", "All files were read again and are used.",
                LYT_KV("pack", pack), LYT_KV("settings", desk));
    lyt_service_note_reload(s->service, false, text);
    lyt_housefiles_warn(&s->house, classifier, s->log);
}

/* All files anew, or all as they were. */
static void reload(serving *s)
{
    renewal r = {.pack = {NULL, NULL, NULL}};
    char text[512];
    lyt_error err = {0};
    const uint64_t began = lyt_reloading_begin(&s->reloading);
    lyt_status status;

    lyt_notify_reloading(lyt_clock_mono_us(lyt_clock_system()));
    status = renew(s, &r, &err);
    if (status) {
        lyt_log_say(s->log, LYT_LOG_ERROR, "LYT-RELOAD-FAILED",
                    "Something cannot be used; all stays as it was.",
                    LYT_KV("why", lyt_error_format(&err, text, sizeof text)));
        lyt_service_note_reload(s->service, true, text);
        lyt_servedpack_close(&r.pack);
        lyt_housefiles_deinit(&r.house);
    } else {
        say_reloaded(s, r.pack.classifier);
        if (lyt_watchtower_use(s->tower, r.pack.classifier, wall_us(s), &err))
            lyt_log_say(s->log, LYT_LOG_WARN, "LYT-LOOKOUT-FAILED",
                        "Nobody looks whether messages become others.", LYT_KV("why", err.text));
        lyt_servedpack_close(&s->pack);
        s->pack = r.pack;
        lyt_fetcher_renew(&s->fetcher);
    }
    lyt_reloading_done(&s->reloading, began, status, &err);
    lyt_notify("READY=1");
}

/* The ledger has kept a correction. Without memory for it the next one brings it, too. */
static void learn(serving *s)
{
    lyt_classifier *taught = NULL;
    char text[512];
    lyt_error err;
    lyt_status status = lyt_servedpack_learn(&s->pack, s->log, &taught, &err);

    if (!status && !taught)
        return;
    if (!status)
        status = change_to(s, taught, &err);
    if (status) {
        lyt_log_say(s->log, LYT_LOG_ERROR, "LYT-LEARN-FAILED",
                    "A correction was kept and is not yet heeded.",
                    LYT_KV("why", lyt_error_format(&err, text, sizeof text)));
        lyt_classifier_close(taught);
        return;
    }
    lyt_log_say(s->log, LYT_LOG_INFO, "LYT-LEARNED", "From now on with what was corrected.");
    lyt_classifier_close(s->pack.taught);
    s->pack.taught = taught;
}

/* From the ledger's thread: the one that waits for signals learns. */
static void wake(void *context)
{
    (void)context;
    (void)kill(getpid(), SIGUSR1);
}

/*
 * Signals are blocked before any thread starts and so in all of them: they are taken here
 * alone. Each second the watchdog hears that all actors live.
 */
static void wait_for_end(serving *s, const sigset_t *signals)
{
    for (;;) {
        struct timespec wait = {look_ms / 1000, 0};
        int number = sigtimedwait(signals, NULL, &wait);
        char text[200];

        if (number == SIGINT || number == SIGTERM)
            return;
        if (number == SIGHUP)
            reload(s);
        if (number == SIGUSR1)
            learn(s);
        lyt_fetcher_look(&s->fetcher);
        lyt_refinery_look(&s->refinery, lyt_teacher_count(s->pack.teacher));
        lyt_watchtower_look(s->tower, s->service);
        lyt_versionkeeper_look(&s->keeper, s->database, s->house.has_keep,
                               lyt_clock_mono_us(lyt_clock_system()));
        if (!lyt_service_is_alive(s->service) || (s->web && !lyt_web_is_alive(s->web)))
            continue;
        snprintf(text, sizeof text, "WATCHDOG=1\nSTATUS=%s", lyt_service_state(s->service));
        lyt_notify(text);
    }
}

/* Every connection is a descriptor. */
static void allow_connections(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    sigaddset(signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, signals, NULL);
}

/* The service is there already: whoever reads of the address finds somebody. */
static lyt_status open_http(serving *s, const char *state, const char *version, lyt_endpoints *at,
                            lyt_error *err)
{
    const values *v = s->v;
    const char *listen = v->http ? v->http : v->free_ports ? "127.0.0.1:0" : "127.0.0.1:7700";
    /* nothing of a guest's comes in before it is known that they are who they were */
    lyt_status status = lyt_housefiles_check_guests(&s->house, s->state, err);

    if (status || strcmp(listen, "none") == 0)
        return status;
    status = lyt_web_start(&s->web,
                           &(lyt_web_options){
                               .listen = listen,
                               .service = s->service,
                               .at = at,
                               .state = state,
                               .tokens = v->tokens,
                               .tag_keys = v->tag_keys,
                               .tls_cert = v->tls_cert,
                               .tls_key = v->tls_key,
                               .insecure = v->insecure,
                               .classifier = lyt_servedpack_best(&s->pack),
                               .pack = v->pack,
                               .no_spelling = v->no_spelling,
                               .own = s->own,
                               .reload = lyt_reloading_ask,
                               .reload_context = &s->reloading,
                               .channels = lyt_housefiles_channels(&s->house),
                               .settings = s->house.settings,
                               .version = version,
                               .log = s->log,
                               .connections_max = v->http_connections,
                               .a_second = (double)v->http_rate,
                               .burst = 2 * (double)v->http_rate,
                           },
                           at->http, err);
    return status ? status : lyt_service_set_http(s->service, at->http, err);
}

static lyt_status serve(serving *s, const sigset_t *signals, const char *state, const char *version,
                        lyt_error *err)
{
    const values *v = s->v;
    const char *any = v->free_ports ? "tcp://127.0.0.1:*" : NULL;
    lyt_quickclock quick;
    lyt_endpoints at;
    lyt_status status, then;
    lyt_error ignored;
    int64_t began_us;

    lyt_quickclock_init(&quick, v->speed);
    s->clock = v->speed > 1 ? &quick.clock : lyt_clock_system();
    began_us = wall_us(s);
    status = lyt_service_start(
        &s->service,
        &(lyt_service_options){
            .submit = v->submit ? v->submit : any,
            .work = v->work ? v->work : any,
            .bus = v->bus ? v->bus : any,
            .replay = v->replay ? v->replay : any,
            .has_http = !v->http || strcmp(v->http, "none") != 0,
            .keys = v->keys,
            .insecure = v->insecure,
            .state = state,
            .classifier = lyt_servedpack_best(&s->pack),
            .on_correction = wake,
            .settings = s->house.settings,
            .keep = s->house.has_keep ? &s->house.keep : NULL,
            .n_workers = (size_t)v->workers,
            .log = s->log,
            .clock = s->clock,
            .clock_speed = v->speed,
            .version = version,
            .size_max_mb = v->state_limit,
            .join_min = lyt_pack_window_min(lyt_classifier_pack(s->pack.classifier)),
        },
        &at, err);
    if (!status)
        lyt_versionkeeper_use(&s->keeper, lyt_servedpack_best(&s->pack), began_us);
    if (!status)
        status = open_http(s, state, version, &at, err);
    if (!status)
        status = lyt_watchtower_new(
            &s->tower,
            &(lyt_watchtower_options){.log = s->log, .state = state, .now_us = wall_us(s)}, err);
    if (!status)
        status = lyt_watchtower_use(s->tower, s->pack.classifier, wall_us(s), err);
    if (!status) {
        lyt_log_say(s->log, LYT_LOG_INFO, "LYT-READY", "Lyt is listening.",
                    LYT_KV("submit", at.submit), LYT_KV("work", at.work), LYT_KV("bus", at.bus),
                    LYT_KV("replay", at.replay), LYT_KV("http", at.http), LYT_KV("state", state));
        lyt_notify("READY=1");
        lyt_housefiles_warn(&s->house, s->pack.classifier, s->log);
        if (v->fetch)
            lyt_fetcher_start(&s->fetcher, state, v->channels, s->log);
        wait_for_end(s, signals);
        lyt_fetcher_end(&s->fetcher);
        lyt_reloading_end(&s->reloading);
        lyt_notify("STOPPING=1");
        lyt_log_say(s->log, LYT_LOG_INFO, "LYT-STOPPING", "Finishing what is queued.");
    }
    then = lyt_web_stop(s->web, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_service_stop(s->service, status ? &ignored : err);
    return status ? status : then;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    char state[lyt_state_path_max];
    lyt_log log = lyt_online_log(v->log, v->json);
    serving s = {.v = v,
                 .log = &log,
                 .state = state,
                 .console = call->console,
                 .clock = lyt_clock_system(),
                 .paths = {v->desk, v->channels, v->retention, v->tag_keys, state}};
    sigset_t signals;
    lyt_error err;
    lyt_status status = lyt_state_folder(state, v->state, &err);

    if (v->fetch && !v->channels)
        return lyt_console_misuse(call->console,
                                  "--fetch needs --channels, where it stands what is "
                                  "fetched with which token");
    block_signals(&signals);
    allow_connections();
    if (v->own)
        snprintf(s.own, sizeof s.own, "%s", v->own);
    else
        snprintf(s.own, sizeof s.own, "%s/own", state);
    if (!status)
        status = lyt_reloading_init(&s.reloading, &err);
    snprintf(s.database, sizeof s.database, "%s/lyt.db", state);
    if (!status)
        status = lyt_versionkeeper_init(&s.keeper, state, s.own, &log, &err);
    lyt_refinery_init(&s.refinery, v->pack, state, (size_t)v->refine, &log);
    s.refinery.own = s.own;
    if (!status)
        status = lyt_housefiles_read(&s.house, &s.paths, call->console, &err);
    if (!status)
        status = open_pack(&s, &s.pack, true, &err);
    if (!status)
        status = serve(&s, &signals, state, call->cli->version, &err);
    lyt_refinery_stop(&s.refinery);
    lyt_watchtower_free(s.tower);
    lyt_servedpack_close(&s.pack);
    lyt_versionkeeper_deinit(&s.keeper);
    lyt_housefiles_deinit(&s.house);
    lyt_reloading_deinit(&s.reloading);
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
    .usage = "[-p PACK] [--desk FILE] [--state DIR] [--http ADDRESS] [--free-ports]",
    .description =
        "Takes messages in, keeps them, classifies them and publishes alarms until it is "
        "stopped with SIGTERM or SIGINT; then it finishes what it has accepted.\n\n"
        "A message is answered only when it is on the disk. After a crash everything that "
        "was answered is there, and what was not yet classified is classified. Ports and "
        "process id stand in endpoints.json in the state folder while it runs; the other "
        "commands look there.\n\n"
        "SIGHUP (lyt reload) reads pack, --desk, --channels, --retention, --tag-keys and the key of "
        "guests' addresses again. When one of them is bad the log and lyt status say why and all "
        "stays as it was; else all are used from the next message on, and an event (health, "
        "\"settings\") says that the settings are others. Clocks that run keep their limits (lyt "
        "incident limits). Ports, --keys (server.key) and the certificate are for the next start. Under systemd it says when it is ready and "
        "that it is alive.\n\n"
        "A scenario that is changed on the pages (or with lyt scenario) goes into the folder of "
        "--own and never into the pack; it counts at once, and what was before is kept there.\n\n"
        "With --desk (models/hotel/desk.yaml is one) incidents have owners, reminders, ladders, "
        "clocks, offers and promises, and who is to be told is published as notices. A state "
        "folder is either of a house with settings or of a service without.\n\n"
        "It listens on this machine only. An endpoint that others can reach is refused unless "
        "there are keys (--keys), or --insecure says that it is meant. The file access in the "
        "folder of the keys says what each may do; it is read again when it changes, and a key "
        "that is not in it any more is cut off within a second.\n\n"
        "HTTP is answered at --http: the API, pages for guests and staff, gateways and /metrics "
        "(docs/api.md). Without --tokens only this machine may come, and may do all. It is "
        "encrypted with --tls-cert and --tls-key, or stands behind a proxy that does it.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
