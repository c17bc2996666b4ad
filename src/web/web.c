#include "web.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "access.h"
#include "listener.h"
#include "mem.h"
#include "webear.h"
#include "webread.h"
#include "webtrial.h"

enum {
    second_us = 1000000,
    turn_ms = 500,
    stop_ms = 5000,
    turns_at_end = 200,
    reload_ms = 10,
    settle_ms = 60000
};

struct lyt_web {
    lyt_web_options options;
    lyt_net *net;
    lyt_actor *reader, *ear, *trial, *actor;
    lyt_webreader_options read;
    lyt_webear_options hear;
    lyt_webtrial_options try_out;
    char *database, *found;
    char url[lyt_web_url_max];
    /* what is to count, and what the HTTP thread uses now */
    _Atomic(const lyt_channels *) channels, channels_used;
    _Atomic(const lyt_settings *) settings_used;
    _Atomic(const lyt_webkeys *) keys, keys_used;
    _Atomic int64_t ticks;
    int64_t seen_ticks, seen_reads;
};

/* ---- the actor ---- */

static lyt_status connect_to(lyt_webactor *web, lyt_sock **out, lyt_sock_type type,
                             const char *endpoint, lyt_error *err)
{
    lyt_status status = lyt_sock_open(out, web->net, type, 0, err);

    return status ? status : lyt_sock_connect(*out, endpoint, err);
}

static lyt_status open_actor(lyt_webactor *web, char url[lyt_web_url_max], lyt_error *err)
{
    const lyt_web_options *o = web->o;
    lyt_status status = lyt_frames_new(&web->frames, web->alloc);

    /* the tag of a question needs no memory later on */
    if (status || !lyt_buf_reserve(&web->tag, 16))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the HTTP server");
    while (getrandom(&web->id_seed, sizeof web->id_seed, 0) != (ssize_t)sizeof web->id_seed)
        if (errno != EINTR)
            return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    web->per_token.a_second = o->a_second;
    web->per_token.burst = o->burst;
    /* a thousand taps a minute of children at one tablet are all counted */
    web->per_tag.a_second = 20;
    web->per_tag.burst = 1000;
    web->per_refund.a_second = .1;
    web->per_refund.burst = 10;
    web->per_guess.a_second = 1;
    web->per_guess.burst = 30;
    status = lyt_tokenfile_open(&web->tokens, web->alloc, o->fs, o->tokens, err);
    if (!status && o->tag_keys)
        status = lyt_tagkeys_load(&web->own_tags, web->alloc, o->fs, o->tag_keys, err);
    if (!status)
        status = lyt_web_key_load(web->secret, o->fs, o->state, err);
    if (!status)
        status =
            lyt_guest_key_load(&web->own_guests, web->alloc, o->fs, o->settings, o->state, err);
    web->own_keys = (lyt_webkeys){&web->own_guests, o->tag_keys ? &web->own_tags : NULL};
    web->keys = web->own_keys;
    if (!status)
        status = lyt_webkeep_open(web, err);
    if (!status)
        status = lyt_webgate_open(web, err);
    if (!status)
        status = lyt_service_open_sender(o->service, &web->submit, err);
    if (!status)
        status = connect_to(web, &web->replay, LYT_SOCK_DEALER, o->at->replay, err);
    if (!status)
        status = connect_to(web, &web->reader, LYT_SOCK_PAIR, LYT_ADDRESS_WEB_READER, err);
    if (!status)
        status = connect_to(web, &web->trial, LYT_SOCK_PAIR, LYT_ADDRESS_WEB_TRIAL, err);
    if (!status)
        status = connect_to(web, &web->ear, LYT_SOCK_PAIR, LYT_ADDRESS_WEB_EAR, err);
    if (!status)
        status = lyt_listener_open(web, url, err);
    memcpy(web->url, url, sizeof web->url);
    return status;
}

static void take_events(lyt_webactor *web)
{
    enum { burst = 256 };

    for (size_t i = 0; i < burst; i++) {
        if (lyt_sock_recv(web->ear, web->frames, 0))
            return;
        if (lyt_frames_count(web->frames) == 3)
            lyt_webstream_hear(web, lyt_frames_at(web->frames, 0), lyt_frames_at(web->frames, 1),
                               lyt_frames_at(web->frames, 2));
    }
}

static void look_at_tokens(lyt_webactor *web, lyt_tokenfile *file)
{
    bool changed = false;
    char text[512];
    lyt_error why;

    if (lyt_tokenfile_refresh(file, &changed, &why))
        lyt_log_say(&web->log, LYT_LOG_ERROR, "LYT-TOKENS-BAD",
                    "The tokens could not be read again; those before count.",
                    LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
    else if (changed)
        lyt_log_say(&web->log, LYT_LOG_INFO, "LYT-TOKENS-READ", "The tokens were read again.");
}

static void each_second(lyt_webactor *web)
{
    int64_t now = lyt_web_mono_us(web);

    if (now - web->second_us < second_us)
        return;
    web->second_us = now;
    look_at_tokens(web, &web->tokens);
    look_at_tokens(web, &web->devices);
    lyt_webkeep_tick(web);
    lyt_listener_look(web->listener);
    lyt_webstream_tick(web);
    lyt_webgate_tick(web);
}

static int64_t wait_ms(const lyt_webactor *web)
{
    int64_t listener = lyt_listener_wait_ms(web->listener), slots = lyt_web_slots_wait_ms(web);

    return listener < slots ? listener : slots;
}

static void turn(lyt_webactor *web, lyt_sock *pipe, int64_t most_ms, bool *told)
{
    lyt_sock *const socks[] = {pipe, web->submit, web->replay, web->reader, web->ear, web->trial};
    bool ready[6] = {false}, has_work = false;
    int64_t wait = wait_ms(web);

    (void)!lyt_sock_poll_fd(socks, 6, ready, lyt_listener_fd(web->listener), &has_work,
                            wait < most_ms ? wait : most_ms);
    if (ready[0] && lyt_actor_told_stop(pipe))
        *told = true;
    for (size_t i = 1; i < 4; i++)
        if (ready[i])
            lyt_web_take_answers(web, socks[i]);
    if (ready[4])
        take_events(web);
    if (ready[5])
        lyt_web_take_answers(web, web->trial);
    lyt_web_look_at_slots(web);
    lyt_listener_run(web->listener);
    each_second(web);
}

static bool is_busy(const lyt_webactor *web)
{
    for (const lyt_exchange *x = web->exchanges; x; x = x->next)
        if (x->n_pending || (x->is_done && !x->stream))
            return true;
    return false;
}

/* Who waits for an answer gets it, if it comes soon; streams end. */
static void wind_up(lyt_webactor *web, lyt_sock *pipe)
{
    int64_t end_us = lyt_web_mono_us(web) + stop_ms * (int64_t)1000;
    bool told = false;

    web->stopping = true;
    lyt_listener_quiesce(web->listener);
    lyt_webstream_tick(web);
    for (int i = 0; i < turns_at_end && is_busy(web) && lyt_web_mono_us(web) < end_us; i++)
        turn(web, pipe, 20, &told);
    for (lyt_exchange *x = web->exchanges; x; x = x->next)
        if (x->is_suspended && !x->stream)
            lyt_web_error(x, 503, "stopping", NULL, "the service is being stopped");
    for (lyt_exchange *x = web->exchanges; x; x = x->next) {
        if (!x->is_suspended)
            continue;
        x->is_suspended = false;
        lyt_listener_wake(web->listener, x);
    }
    lyt_listener_run(web->listener);
}

static void close_actor(lyt_webactor *web)
{
    lyt_listener_close(web->listener);
    while (web->exchanges)
        lyt_exchange_free(web->exchanges);
    lyt_sock_close(web->submit, 0);
    lyt_sock_close(web->replay, 0);
    lyt_sock_close(web->reader, 0);
    lyt_sock_close(web->trial, 0);
    lyt_sock_close(web->ear, 0);
    lyt_web_free_slots(web);
    lyt_tokenfile_close(&web->tokens);
    lyt_webkeep_close(web);
    lyt_tagkeys_deinit(&web->own_tags);
    lyt_contact_key_deinit(&web->own_guests);
    lyt_webgate_close(web);
    lyt_frames_free(web->frames);
    lyt_buf_deinit(&web->tag);
    memset(web->secret, 0, sizeof web->secret);
    memset(&web->logins, 0, sizeof web->logins);
    lyt_mem_free(web->alloc, web);
}

/* What counts in this turn; without memory for other channels those before count on. */
static void look_at_house(lyt_webactor *web, lyt_web *owner)
{
    const lyt_channels *channels = atomic_load(&owner->channels);
    const lyt_webkeys *keys = atomic_load(&owner->keys);

    if (channels == web->channels || !lyt_webgate_change(web, channels))
        atomic_store(&owner->channels_used, channels);
    web->settings = atomic_load(&owner->read.settings);
    atomic_store(&owner->settings_used, web->settings);
    web->keys = keys ? *keys : web->own_keys;
    atomic_store(&owner->keys_used, keys);
}

static lyt_status run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    lyt_web *owner = argument;
    lyt_webactor *web = lyt_mem_new(owner->options.alloc, sizeof *web);
    bool told = false;
    lyt_status status;

    if (!web)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the HTTP server");
    web->o = &owner->options;
    web->alloc = owner->options.alloc;
    web->clock = owner->options.clock;
    web->net = owner->net;
    web->log = lyt_log_child(owner->options.log, "web");
    lyt_buf_init(&web->tag, web->alloc);
    web->channels = owner->options.channels;
    web->settings = owner->options.settings;
    status = open_actor(web, owner->url, err);
    if (!status) {
        lyt_actor_ready(actor);
        while (!told) {
            look_at_house(web, owner);
            turn(web, pipe, turn_ms, &told);
            atomic_fetch_add(&owner->ticks, 1);
        }
        wind_up(web, pipe);
    }
    close_actor(web);
    return status;
}

/* ---- the owner ---- */

static lyt_status check_options(lyt_web *w, lyt_error *err)
{
    lyt_web_options *o = &w->options;
    char host[64];
    int port;
    lyt_status status;

    if (!o->clock)
        o->clock = lyt_clock_system();
    if (!o->fs)
        o->fs = lyt_fs_system();
    o->connections_max = o->connections_max ? o->connections_max : 1024;
    o->patience_ms = o->patience_ms ? o->patience_ms : 15000;
    o->a_second = o->a_second > 0 ? o->a_second : 1000;
    o->burst = o->burst > 0 ? o->burst : 2000;
    status = lyt_listen_parse(o->listen, host, &port, err);
    if (status)
        return status;
    if (!lyt_listen_is_local(host) && !o->tokens && !o->insecure)
        return lyt_error_set(err, LYT_EINVAL,
                             "%s: others could reach this without a token; make tokens (lyt token "
                             "new) and give them with --tokens, listen on 127.0.0.1, or say "
                             "--insecure",
                             o->listen);
    if (!o->tls_cert != !o->tls_key)
        return lyt_error_set(err, LYT_EINVAL, "--tls-cert and --tls-key go together");
    return LYT_OK;
}

static char *path_in(const lyt_web *w, const char *name)
{
    lyt_buf path;
    char *taken;

    lyt_buf_init(&path, w->options.alloc);
    lyt_fs_join(&path, w->options.state, name);
    taken = lyt_buf_take(&path);
    lyt_buf_deinit(&path);
    return taken;
}

/* The service's own tools have a key; with it comes whoever is let in here. */
static lyt_status open_net(lyt_web *w, lyt_error *err)
{
    const lyt_endpoints *at = w->options.at;
    char secret[lyt_key_bytes];
    lyt_status status = lyt_net_new(&w->net, w->options.alloc, err);

    if (status || !at->server_key[0])
        return status;
    status = lyt_key_load(secret, w->options.fs, at->local_key, err);
    if (!status)
        status = lyt_net_unlock(w->net, at->server_key, secret, err);
    memset(secret, 0, sizeof secret);
    return status;
}

static lyt_status start_actors(lyt_web *w, lyt_error *err)
{
    const lyt_web_options *o = &w->options;
    lyt_status status;

    w->read = (lyt_webreader_options){.alloc = o->alloc,
                                      .clock = o->clock,
                                      .log = o->log,
                                      .net = w->net,
                                      .database = w->database,
                                      .found = w->found,
                                      .settings = o->settings,
                                      .settings_read = o->settings,
                                      .settings_tried = o->settings,
                                      .wanted = o->classifier,
                                      .state = o->state,
                                      .pack = o->pack,
                                      .own = o->own};
    atomic_store(&w->channels, o->channels);
    atomic_store(&w->channels_used, o->channels);
    atomic_store(&w->settings_used, o->settings);
    w->hear = (lyt_webear_options){o->alloc, w->net, o->at->bus, o->at->replay};
    status =
        lyt_actor_start(&w->reader, w->net, "lyt-web-reader", lyt_webreader_run, &w->read, err);
    if (!status)
        status = lyt_actor_start(&w->ear, w->net, "lyt-web-ear", lyt_webear_run, &w->hear, err);
    w->try_out = (lyt_webtrial_options){.read = &w->read,
                                        .pack = o->pack,
                                        .state = o->state,
                                        .own = o->own,
                                        .no_spelling = o->no_spelling,
                                        .reload = o->reload,
                                        .reload_context = o->reload_context};
    if (!status)
        status =
            lyt_actor_start(&w->trial, w->net, "lyt-web-trial", lyt_webtrial_run, &w->try_out, err);
    if (!status)
        status = lyt_actor_start(&w->actor, w->net, "lyt-web", run, w, err);
    return status;
}

lyt_status lyt_web_start(lyt_web **out, const lyt_web_options *options, char url[lyt_web_url_max],
                         lyt_error *err)
{
    lyt_web *w = lyt_mem_new(options->alloc, sizeof *w);
    lyt_status status;

    if (!w)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the HTTP server");
    w->options = *options;
    status = check_options(w, err);
    if (!status) {
        w->database = path_in(w, "lyt.db");
        w->found = path_in(w, "found.db");
        if (!w->database || !w->found)
            status = lyt_error_set(err, LYT_ENOMEM, "no memory for the HTTP server");
    }
    if (!status)
        status = open_net(w, err);
    if (!status)
        status = start_actors(w, err);
    if (status) {
        (void)lyt_web_stop(w, NULL);
        return status;
    }
    memcpy(url, w->url, sizeof w->url);
    *out = w;
    return LYT_OK;
}

void lyt_web_reload(lyt_web *w, const lyt_classifier *classifier)
{
    if (!w)
        return;
    atomic_store(&w->read.wanted, classifier);
    atomic_fetch_add(&w->read.reloads, 1);
    lyt_actor_wake(w->reader);
    /* one that has ended uses none */
    while (atomic_load(&w->read.used) != classifier && !lyt_actor_has_ended(w->reader))
        (void)!lyt_sock_poll(NULL, 0, NULL, reload_ms);
}

static bool is_settled(const lyt_web *w, const lyt_webhouse *h)
{
    return (lyt_actor_has_ended(w->actor) || (atomic_load(&w->channels_used) == h->channels &&
                                              atomic_load(&w->settings_used) == h->settings &&
                                              atomic_load(&w->keys_used) == h->keys)) &&
           (lyt_actor_has_ended(w->reader) || atomic_load(&w->read.settings_read) == h->settings) &&
           (lyt_actor_has_ended(w->trial) || atomic_load(&w->read.is_saving) ||
            atomic_load(&w->read.settings_tried) == h->settings);
}

/* A trial that is being taught looks up at its end, so it may take a while. */
static bool settle(lyt_web *w, const lyt_webhouse *house)
{
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + settle_ms * (int64_t)1000;

    atomic_store(&w->read.settings, house->settings);
    atomic_store(&w->channels, house->channels);
    atomic_store(&w->keys, house->keys);
    lyt_actor_wake(w->actor);
    lyt_actor_wake(w->reader);
    lyt_actor_wake(w->trial);
    while (!is_settled(w, house)) {
        if (lyt_clock_mono_us(lyt_clock_system()) > end_us)
            return false;
        (void)!lyt_sock_poll(NULL, 0, NULL, reload_ms);
    }
    return true;
}

lyt_webhouse lyt_web_house(const lyt_web *w)
{
    if (!w)
        return (lyt_webhouse){NULL, NULL, NULL};
    return (lyt_webhouse){atomic_load(&w->read.settings), atomic_load(&w->channels),
                          atomic_load(&w->keys)};
}

lyt_status lyt_web_resettle(lyt_web *w, const lyt_webhouse *house, lyt_error *err)
{
    lyt_webhouse before = lyt_web_house(w);

    if (!w || settle(w, house))
        return LYT_OK;
    while (!settle(w, &before))
        ;
    return lyt_error_set(err, LYT_ETIMEOUT,
                         "the pages could not take over the settings or channels: no memory");
}

bool lyt_web_is_alive(lyt_web *w)
{
    int64_t ticks = atomic_load(&w->ticks), reads = atomic_load(&w->read.ticks);
    bool is_alive = ticks != w->seen_ticks && reads != w->seen_reads;

    w->seen_ticks = ticks;
    w->seen_reads = reads;
    return is_alive;
}

lyt_status lyt_web_stop(lyt_web *w, lyt_error *err)
{
    const lyt_alloc *alloc;
    lyt_status status, then;
    lyt_error ignored;

    if (!w)
        return LYT_OK;
    alloc = w->options.alloc;
    status = lyt_actor_stop(w->actor, err);
    then = lyt_actor_stop(w->trial, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(w->ear, status ? &ignored : err);
    status = status ? status : then;
    then = lyt_actor_stop(w->reader, status ? &ignored : err);
    status = status ? status : then;
    lyt_net_free(w->net);
    lyt_mem_free(alloc, w->database);
    lyt_mem_free(alloc, w->found);
    lyt_mem_free(alloc, w);
    return status;
}
