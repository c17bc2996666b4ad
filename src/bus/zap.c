#include "zap.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

enum {
    question_frames = 9,
    id_at = 3,
    address_at = 5,
    mechanism_at = 7,
    key_at = 8,
    wait_ms = 200,
    quiet_s = 10,   /* between two keys that are told of */
    forget_s = 600, /* one that still tries is told of again */
    told_kept = 8,
};

/* Keys that nobody has, of which the log has told. */
typedef struct turned_away {
    struct told {
        char key[lyt_key_bytes];
        int64_t at_us; /* 0: free */
    } told[told_kept];
    size_t n;
    int64_t at_us;
} turned_away;

/*
 * Whoever holds it tries again many times a second, and somebody who waits for it to be let in, or
 * has a letter wrong in the file, looks for the reason here.
 */
static void note_turned_away(turned_away *t, const char *key, lyt_str address, const lyt_log *log)
{
    int64_t now = lyt_clock_mono_us(lyt_clock_system());
    char from[64];

    if (!key[0] || (t->at_us && now - t->at_us < (int64_t)quiet_s * 1000000))
        return;
    for (size_t i = 0; i < told_kept; i++)
        if (t->told[i].at_us && now - t->told[i].at_us < (int64_t)forget_s * 1000000 &&
            strcmp(t->told[i].key, key) == 0)
            return;
    memcpy(t->told[t->n].key, key, lyt_key_bytes);
    t->told[t->n].at_us = t->at_us = now;
    t->n = (t->n + 1) % told_kept;
    snprintf(from, sizeof from, "%.*s", LYT_STR_ARG(address));
    lyt_log_say(log, LYT_LOG_WARN, "LYT-KEY-UNKNOWN",
                "Somebody with a key that the file access does not have was turned away.",
                LYT_KV("key", key), LYT_KV("from", from));
}

/*
 * [identity, "", "1.0", id, domain, address, routing id, mechanism, key]
 * key: its text, or empty.
 */
static const char *admit(const lyt_access *access, const lyt_frames *frames,
                         char key[lyt_key_bytes])
{
    key[0] = '\0';
    if (lyt_frames_count(frames) != question_frames ||
        !lyt_str_equal(lyt_frames_at(frames, mechanism_at), LYT_STR("CURVE")) ||
        lyt_key_text(key, lyt_frames_at(frames, key_at))) {
        key[0] = '\0';
        return NULL;
    }
    return lyt_access_holder(access, lyt_str_of(key));
}

/*
 * 300 and not 400: after that ZeroMQ would never again try to connect, and whoever was started
 * before its key was in the file, or was taken out of it by mistake, would stay deaf until it is
 * started anew.
 */
static void answer(lyt_sock *sock, const lyt_frames *frames, const char *name)
{
    lyt_str out[8] = {lyt_frames_at(frames, 0),
                      {"", 0},
                      LYT_STR("1.0"),
                      lyt_frames_at(frames, id_at),
                      name ? LYT_STR("200") : LYT_STR("300"),
                      name ? LYT_STR("OK") : LYT_STR("nobody has this key"),
                      lyt_str_of(name ? name : ""),
                      {"", 0}};

    (void)!lyt_sock_send(sock, out, 8);
}

static lyt_status serve(const lyt_zap_options *o, lyt_sock *pipe, lyt_sock *sock, lyt_door *door,
                        lyt_frames *frames, const lyt_log *log)
{
    lyt_sock *const socks[] = {pipe, sock};
    turned_away turned = {.n = 0};

    for (;;) {
        bool ready[2] = {false, false}, changed;
        lyt_status status = lyt_sock_poll(socks, 2, ready, wait_ms);
        lyt_error why;

        if (status && status != LYT_ETIMEOUT)
            return status;
        if (ready[0] && lyt_actor_told_stop(pipe))
            return LYT_OK;
        if (lyt_door_refresh(door, &changed, &why)) {
            char text[512];

            lyt_log_say(log, LYT_LOG_ERROR, "LYT-KEYS-BAD",
                        "The keys were changed to something wrong; the old ones stay.",
                        LYT_KV("why", lyt_error_format(&why, text, sizeof text)));
        } else if (changed) {
            lyt_log_say(log, LYT_LOG_INFO, "LYT-KEYS-READ", "The keys have changed.");
        }
        while (ready[1] && !lyt_sock_recv(sock, frames, 0)) {
            char key[lyt_key_bytes];
            const char *name = admit(door->access, frames, key);

            if (!name && o->turned_away)
                atomic_fetch_add(o->turned_away, 1);
            if (!name)
                note_turned_away(&turned, key, lyt_frames_at(frames, address_at), log);
            answer(sock, frames, name);
        }
    }
}

lyt_status lyt_zap_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err)
{
    const lyt_zap_options *o = options;
    lyt_log log = lyt_log_child(o->log, "bus/door");
    lyt_frames *frames = NULL;
    lyt_sock *sock = NULL;
    lyt_door door = {.access = NULL};
    lyt_status status = lyt_door_open(&door, o->alloc, o->fs, o->keys, err);

    if (!status && lyt_frames_new(&frames, o->alloc))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for the keys");
    if (!status)
        status = lyt_sock_open(&sock, o->net, LYT_SOCK_ROUTER, 10000, err);
    if (!status)
        status = lyt_sock_bind(sock, "inproc://zeromq.zap.01", NULL, 0, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(o, pipe, sock, &door, frames, &log);
    }
    lyt_sock_close(sock, 0);
    lyt_frames_free(frames);
    lyt_door_close(&door);
    return status;
}
