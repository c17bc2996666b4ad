#include "zap.h"

enum { question_frames = 9, key_at = 8, id_at = 3, mechanism_at = 7, wait_ms = 200 };

/* [identity, "", "1.0", id, domain, address, routing id, mechanism, key] */
static const char *admit(const lyt_access *access, const lyt_frames *frames)
{
    char key[lyt_key_bytes];

    if (lyt_frames_count(frames) != question_frames ||
        !lyt_str_equal(lyt_frames_at(frames, mechanism_at), LYT_STR("CURVE")) ||
        lyt_key_text(key, lyt_frames_at(frames, key_at)))
        return NULL;
    return lyt_access_holder(access, lyt_str_of(key));
}

static void answer(lyt_sock *sock, const lyt_frames *frames, const char *name)
{
    lyt_str out[8] = {lyt_frames_at(frames, 0),
                      {"", 0},
                      LYT_STR("1.0"),
                      lyt_frames_at(frames, id_at),
                      name ? LYT_STR("200") : LYT_STR("400"),
                      name ? LYT_STR("OK") : LYT_STR("nobody has this key"),
                      lyt_str_of(name ? name : ""),
                      {"", 0}};

    (void)!lyt_sock_send(sock, out, 8);
}

static lyt_status serve(const lyt_zap_options *o, lyt_sock *pipe, lyt_sock *sock, lyt_door *door,
                        lyt_frames *frames, const lyt_log *log)
{
    lyt_sock *const socks[] = {pipe, sock};

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
            const char *name = admit(door->access, frames);

            if (!name && o->turned_away)
                atomic_fetch_add(o->turned_away, 1);
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
