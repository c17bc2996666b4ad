#include "service.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "json.h"
#include "mem.h"
#include "remark.h"
#include "resettle.h"
#include "worker.h"
#include "zap.h"

enum { workers_max = 64, ledger_patience_ms = 120000 };

struct lyt_service {
    lyt_core core;
    lyt_actor *zap, *ledger, *publisher, *replayer, *dispatch, *intake, *outbox;
    lyt_actor *workers[workers_max];
    lyt_worker_options worker[2]; /* of the judge that counts, and of the next */
    lyt_zap_options door;
    int64_t ticks[LYT_TICK_COUNT], ledger_us;
    char *endpoints_file;
    bool wrote_endpoints;
    lyt_reload_note reload;
    lyt_stock *stock; /* what core goes by */
};

bool lyt_core_is_stalled(const lyt_core *core)
{
    int64_t began = core->gauges.commit_us;

    return began && lyt_clock_mono_us(core->options.clock) - began > lyt_stall_ms * 1000;
}

const char *lyt_core_state(const lyt_core *core)
{
    lyt_status status = (lyt_status)core->gauges.store_status;

    if (lyt_core_is_stalled(core))
        return "disk stalls: a commit takes longer than a second, senders are asked to wait";
    if (status == LYT_OK)
        return "ok";
    if (status == LYT_EBUSY)
        return "database locked by another program, a backup perhaps: senders are asked to wait";
    if (status == LYT_ESTATE)
        return "disk is read-only: nothing can be stored, senders are asked to wait";
    if (status == LYT_EFORMAT)
        return "database damaged: stop the service and bring back a copy; senders are asked to "
               "wait";
    if (status == LYT_EFULL)
        return "disk full: nothing can be stored, senders are asked to wait";
    if (status == LYT_ENOMEM)
        return "out of memory: nothing can be stored, senders are asked to wait";
    return "storing fails: senders are asked to wait";
}

static void or_text(const char **option, const char *fallback)
{
    if (!*option)
        *option = fallback;
}

static void or_number(int64_t *option, int64_t fallback)
{
    if (!*option)
        *option = fallback;
}

static void fill_defaults(lyt_service_options *o)
{
    or_text(&o->submit, "tcp://127.0.0.1:7701");
    or_text(&o->work, "tcp://127.0.0.1:7702");
    or_text(&o->bus, "tcp://127.0.0.1:7703");
    or_text(&o->replay, "tcp://127.0.0.1:7704");
    or_text(&o->version, "0");
    or_number(&o->queue_soft, 10000);
    or_number(&o->queue_hard, 50000);
    or_number(&o->queue_bytes, 64 << 20);
    or_number(&o->commit_rows, 256);
    or_number(&o->commit_us, 2000);
    or_number(&o->heartbeat_ms, 1000);
    or_number(&o->join_min, 120);
    or_number(&o->silence_min, 360);
    or_number(&o->drain_ms, 5000);
    if (!o->clock)
        o->clock = lyt_clock_system();
    if (!o->fs)
        o->fs = lyt_fs_system();
}

static bool is_local(const char *endpoint)
{
    static const char *const local[] = {"tcp://127.", "tcp://localhost:", "tcp://[::1]:", "ipc://",
                                        "inproc://"};

    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (lyt_str_begins(lyt_str_of(endpoint), lyt_str_of(local[i])))
            return true;
    return false;
}

static lyt_status check_options(const lyt_service_options *o, lyt_error *err)
{
    const char *const endpoints[] = {o->submit, o->work, o->bus, o->replay};

    if (!o->state || !*o->state)
        return lyt_error_set(err, LYT_EINVAL, "state: give the folder to keep everything in");
    if (!o->judge == !o->classifier)
        return lyt_error_set(err, LYT_EINVAL, "give a classifier or a judge, not both");
    if (o->n_workers > workers_max)
        return lyt_error_set(err, LYT_EINVAL, "workers: at most %d", workers_max);
    if (o->queue_soft < 1 || o->queue_hard < 1 || o->commit_rows < 1 || o->commit_us < 0 ||
        o->heartbeat_ms < 1 || o->size_max_mb < 0)
        return lyt_error_set(err, LYT_EINVAL, "a limit is below what is possible");
    for (size_t i = 0; i < 4 && !o->insecure && !o->keys; i++)
        if (!is_local(endpoints[i]))
            return lyt_error_set(err, LYT_EINVAL,
                                 "%s: others could reach this without a key; make keys "
                                 "(lyt keygen) and give them with --keys, listen on 127.0.0.1, or "
                                 "say --insecure",
                                 endpoints[i]);
    return LYT_OK;
}

static char *path_in(const lyt_service_options *o, const char *folder, const char *name)
{
    lyt_buf path;
    char *taken;

    lyt_buf_init(&path, o->alloc);
    lyt_fs_join(&path, folder, name);
    taken = lyt_buf_take(&path);
    lyt_buf_deinit(&path);
    return taken;
}

/* Whole: the tools that read it run in other folders. */
static lyt_status name_local_key(lyt_core *core, lyt_error *err)
{
    const char *keys = core->options.keys;
    char here[lyt_key_path_max] = "";
    size_t size = sizeof core->bound.local_key, n;

    if (*keys != '/' && !getcwd(here, sizeof here))
        return lyt_error_set(err, LYT_ELIMIT, "keys: the path of this folder is too long");
    n = (size_t)snprintf(core->bound.local_key, size, "%s%s%s/local.key", here, *here ? "/" : "",
                         keys);
    return n < size ? LYT_OK : lyt_error_set(err, LYT_ELIMIT, "keys: the path is too long");
}

static lyt_status load_keys(lyt_service *s, lyt_error *err)
{
    lyt_core *core = &s->core;
    char *path = path_in(&core->options, core->options.keys, "server.key");
    lyt_status status;

    core->access_file = path_in(&core->options, core->options.keys, "access");
    if (!path || !core->access_file)
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for the keys");
    else
        status = lyt_key_load(core->secret_key, core->options.fs, path, err);
    if (!status)
        status = lyt_key_public(core->bound.server_key, core->secret_key);
    if (!status)
        status = name_local_key(core, err);
    lyt_mem_free(core->options.alloc, path);
    return status;
}

static lyt_status make_stock(lyt_service *s, lyt_error *err)
{
    const lyt_service_options *o = &s->core.options;
    lyt_status status = lyt_stock_new(&s->stock,
                                      &(lyt_stock_options){.alloc = o->alloc,
                                                           .fs = o->fs,
                                                           .state = o->state,
                                                           .classifier = o->classifier,
                                                           .settings = o->settings,
                                                           .keep = o->keep},
                                      err);

    s->core.has_house = o->settings != NULL;
    s->core.stock = s->stock;
    for (size_t i = 0; i < LYT_STOCK_USERS; i++)
        s->core.stock_used[i] = s->stock;
    return status;
}

static lyt_status prepare(lyt_service *s, lyt_error *err)
{
    lyt_core *core = &s->core;
    const lyt_service_options *o = &core->options;
    lyt_status status = LYT_OK;

    core->judges[0] = o->judge ? *o->judge : lyt_judge_of(o->classifier);
    core->judge = &core->judges[0];
    core->judge_version = core->judges[0].version;
    core->join_min = o->join_min;
    core->reload = &s->reload;
    atomic_flag_clear(&s->reload.is_busy);
    core->started_us = lyt_clock_mono_us(o->clock);
    if (mkdir(o->state, 0700) < 0 && errno != EEXIST)
        return lyt_error_at(err, LYT_EIO, o->state, 0, 0, "the folder cannot be made: %s",
                            errno == ENOENT ? "the one above it is missing" : "not allowed");
    core->database = path_in(o, o->state, "lyt.db");
    s->endpoints_file = path_in(o, o->state, "endpoints.json");
    if (!core->database || !s->endpoints_file)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the service");
    if (o->keys)
        status = load_keys(s, err);
    if (!status)
        status = make_stock(s, err);
    return status ? status : lyt_net_new(&core->net, o->alloc, err);
}

/* Threads that judge with the judge of that index. On failure those that started are stopped. */
static lyt_status start_workers(lyt_service *s, lyt_actor **workers, size_t index, lyt_error *err)
{
    const lyt_service_options *o = &s->core.options;

    s->worker[index] = (lyt_worker_options){
        .alloc = o->alloc,
        .net = s->core.net,
        .endpoint = LYT_ADDRESS_WORK,
        .judge = &s->core.judges[index],
        .clock = o->clock,
        .log = o->log,
        .heartbeat_ms = o->heartbeat_ms,
    };
    for (size_t i = 0; i < o->n_workers; i++) {
        lyt_status status = lyt_actor_start(&workers[i], s->core.net, "lyt-worker", lyt_worker_run,
                                            &s->worker[index], err);

        if (!status)
            continue;
        while (i-- > 0) {
            (void)lyt_actor_stop(workers[i], NULL);
            workers[i] = NULL;
        }
        return status;
    }
    return LYT_OK;
}

/*
 * Sessions of one process are opened one after the other, and the old judge must be free to go;
 * an actor that has ended uses none.
 */
static void wait_for_others(const lyt_service *s)
{
    const lyt_judge *judge = lyt_core_judge(&s->core), *asked;

    while ((asked = atomic_load(&s->core.gauges.ledger_judge)) && asked != judge)
        (void)!lyt_sock_poll(NULL, 0, NULL, 1);
    while (atomic_load(&s->core.gauges.intake_judge) != judge && !lyt_actor_has_ended(s->intake))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
    while (atomic_load(&s->core.gauges.dispatch_judge) != judge &&
           !lyt_actor_has_ended(s->dispatch))
        (void)!lyt_sock_poll(NULL, 0, NULL, 10);
}

/* It is seen to be asked before it is seen to count, or it is not asked. */
const lyt_judge *lyt_core_ask_judge(lyt_core *core)
{
    const lyt_judge *judge;

    do {
        judge = atomic_load(&core->judge);
        atomic_store(&core->gauges.ledger_judge, judge);
    } while (atomic_load(&core->judge) != judge);
    return judge;
}

void lyt_core_asked_judge(lyt_core *core)
{
    atomic_store(&core->gauges.ledger_judge, NULL);
}

lyt_status lyt_service_rejudge(lyt_service *s, const lyt_judge *judge, int64_t join_min,
                               lyt_error *err)
{
    lyt_actor *fresh[workers_max] = {NULL};
    size_t now = lyt_core_judge(&s->core) == &s->core.judges[0] ? 0 : 1;
    lyt_status status;

    s->core.judges[1 - now] = *judge;
    status = start_workers(s, fresh, 1 - now, err);
    if (status)
        return status;
    s->core.judge_version = judge->version;
    /* not only released: whoever looks next at what the ledger asks is to see it first */
    atomic_store(&s->core.judge, &s->core.judges[1 - now]);
    s->core.join_min = join_min;
    /* they finish what they have in hand, and give the rest back */
    for (size_t i = 0; i < s->core.options.n_workers; i++) {
        (void)lyt_actor_stop(s->workers[i], NULL);
        s->workers[i] = fresh[i];
    }
    wait_for_others(s);
    return LYT_OK;
}

lyt_status lyt_service_reload(lyt_service *s, const lyt_classifier *classifier, int64_t join_min,
                              lyt_error *err)
{
    lyt_judge judge = lyt_judge_of(classifier);

    return lyt_service_rejudge(s, &judge, join_min, err);
}

lyt_status lyt_service_restock(lyt_service *s, lyt_stock **stock, lyt_error *err)
{
    const lyt_stock_actors actors = {{s->ledger, s->replayer, s->outbox}};
    lyt_stock *before = s->stock;
    lyt_status status = lyt_core_restock(&s->core, *stock, &actors, err);

    if (status)
        return status;
    s->stock = *stock;
    *stock = before;
    return LYT_OK;
}

void lyt_service_note_reload(lyt_service *s, bool is_refused, const char *text)
{
    lyt_reload_note_set(&s->reload, lyt_clock_wall_us(s->core.options.clock), is_refused, text);
}

bool lyt_service_is_alive(lyt_service *s)
{
    int64_t now_us = lyt_clock_mono_us(s->core.options.clock);
    bool alive = true;

    for (size_t i = 0; i < LYT_TICK_COUNT; i++) {
        int64_t ticks = s->core.gauges.ticks[i];

        if (i == LYT_TICK_OUTBOX && !s->outbox)
            continue;
        if (i == LYT_TICK_LEDGER && ticks != s->ticks[i])
            s->ledger_us = now_us;
        if (i == LYT_TICK_LEDGER && lyt_core_is_stalled(&s->core) &&
            now_us - s->ledger_us < ledger_patience_ms * 1000)
            continue;
        alive = alive && ticks != s->ticks[i];
        s->ticks[i] = ticks;
    }
    return alive;
}

lyt_status lyt_service_remark(lyt_service *s, const char *what, const char *note)
{
    return lyt_remark_put(&s->core.remark, what, note);
}

const char *lyt_service_state(const lyt_service *s)
{
    return lyt_core_state(&s->core);
}

bool lyt_service_has_worker(const lyt_service *s)
{
    return s->core.gauges.workers > 0;
}

bool lyt_service_clock_step(const lyt_service *s, int64_t *by_s, int64_t *ago_s)
{
    enum { second_us = 1000000 };
    const lyt_gauges *g = &s->core.gauges;

    if (!g->clock_steps)
        return false;
    *by_s = g->clock_step_us / second_us;
    *ago_s = (lyt_clock_mono_us(s->core.options.clock) - g->clock_step_at_us) / second_us;
    return true;
}

/* Intake last: who can send is served by all the others already. */
static lyt_status start_actors(lyt_service *s, lyt_error *err)
{
    lyt_core *core = &s->core;
    lyt_status status = LYT_OK;

    s->door =
        (lyt_zap_options){core->options.alloc, core->net,         core->options.fs,
                          core->access_file,   core->options.log, &core->gauges.turned_away_keys};
    if (core->access_file)
        status = lyt_actor_start(&s->zap, core->net, "lyt-door", lyt_zap_run, &s->door, err);
    if (!status)
        status =
            lyt_actor_start(&s->dispatch, core->net, "lyt-dispatch", lyt_dispatch_run, core, err);
    if (!status)
        status = lyt_actor_start(&s->ledger, core->net, "lyt-ledger", lyt_ledger_run, core, err);
    if (!status)
        status = lyt_actor_start(&s->publisher, core->net, "lyt-bus", lyt_publisher_run, core, err);
    if (!status)
        status =
            lyt_actor_start(&s->replayer, core->net, "lyt-replay", lyt_replayer_run, core, err);
    if (!status && lyt_core_settings(core))
        status = lyt_actor_start(&s->outbox, core->net, "lyt-outbox", lyt_outbox_run, core, err);
    if (!status)
        status = start_workers(s, s->workers, 0, err);
    if (!status)
        status = lyt_actor_start(&s->intake, core->net, "lyt-intake", lyt_intake_run, core, err);
    return status;
}

static lyt_status write_endpoints(lyt_service *s, lyt_error *err)
{
    const lyt_service_options *o = &s->core.options;
    lyt_status status;
    lyt_buf json;
    lyt_jw jw;

    lyt_buf_init(&json, o->alloc);
    lyt_jw_init(&jw, &json);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "submit", lyt_str_of(s->core.bound.submit));
    lyt_jw_kstr(&jw, "work", lyt_str_of(s->core.bound.work));
    lyt_jw_kstr(&jw, "bus", lyt_str_of(s->core.bound.bus));
    lyt_jw_kstr(&jw, "replay", lyt_str_of(s->core.bound.replay));
    if (s->core.has_http)
        lyt_jw_kstr(&jw, "http", lyt_str_of(s->core.bound.http));
    if (o->keys) {
        lyt_jw_kstr(&jw, "server_key", lyt_str_of(s->core.bound.server_key));
        lyt_jw_kstr(&jw, "local_key", lyt_str_of(s->core.bound.local_key));
    }
    lyt_jw_kint(&jw, "pid", (int64_t)getpid());
    lyt_jw_kstr(&jw, "version", lyt_str_of(o->version));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&json, '\n');
    status = lyt_buf_status(&json);
    if (status)
        lyt_error_set(err, status, "no memory for endpoints.json");
    else
        status = lyt_fs_write(o->fs, s->endpoints_file, lyt_buf_str(&json), err);
    s->wrote_endpoints = !status;
    lyt_buf_deinit(&json);
    return status;
}

lyt_status lyt_service_set_http(lyt_service *s, const char *url, lyt_error *err)
{
    snprintf(s->core.bound.http, sizeof s->core.bound.http, "%s", url);
    atomic_store(&s->core.has_http, true);
    return write_endpoints(s, err);
}

lyt_status lyt_service_open_sender(const lyt_service *s, lyt_sock **out, lyt_error *err)
{
    lyt_status status = lyt_sock_open(out, s->core.net, LYT_SOCK_DEALER, 0, err);

    return status ? status : lyt_sock_connect(*out, LYT_ADDRESS_SUBMIT, err);
}

lyt_status lyt_service_start(lyt_service **out, const lyt_service_options *options,
                             lyt_endpoints *bound, lyt_error *err)
{
    lyt_service *s = lyt_mem_new(options->alloc, sizeof *s);
    lyt_status status;

    if (!s)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the service");
    s->core.options = *options;
    fill_defaults(&s->core.options);
    status = check_options(&s->core.options, err);
    if (!status)
        status = prepare(s, err);
    if (!status)
        status = start_actors(s, err);
    if (!status && !options->has_http)
        status = write_endpoints(s, err);
    if (status) {
        (void)lyt_service_stop(s, NULL);
        return status;
    }
    s->core.gauges.is_up = true;
    if (bound)
        *bound = s->core.bound;
    *out = s;
    return LYT_OK;
}

lyt_status lyt_service_stop(lyt_service *s, lyt_error *err)
{
    const lyt_alloc *alloc;
    lyt_status status, then;
    lyt_error ignored;

    if (!s)
        return LYT_OK;
    alloc = s->core.options.alloc;
    if (s->wrote_endpoints)
        (void)unlink(s->endpoints_file);
    /*
     * In the direction a message goes, so that nobody waits for somebody who has gone. The
     * replayer and the outbox stop before the ledger, which commits what they still have to say.
     */
    status = lyt_actor_stop(s->intake, err);
    then = lyt_actor_stop(s->replayer, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(s->outbox, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(s->ledger, status ? &ignored : err);
    status = status ? status : then;
    for (size_t i = 0; i < s->core.options.n_workers && i < workers_max; i++) {
        then = lyt_actor_stop(s->workers[i], status ? &ignored : err);
        status = status ? status : then;
    }
    then = lyt_actor_stop(s->dispatch, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(s->publisher, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(s->zap, status ? &ignored : err);
    status = status ? status : then;
    lyt_net_free(s->core.net);
    memset(s->core.secret_key, 0, sizeof s->core.secret_key);
    lyt_stock_free(s->stock);
    lyt_mem_free(alloc, s->core.access_file);
    lyt_mem_free(alloc, s->core.database);
    lyt_mem_free(alloc, s->endpoints_file);
    lyt_mem_free(alloc, s);
    return status;
}
