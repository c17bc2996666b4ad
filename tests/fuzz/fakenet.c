#include "fakenet.h"

#include <stdlib.h>
#include <string.h>

enum { letters = 128, tag_max = 64, n_polls_max = 64 };

struct lyt_sock {
    char letter;
};

struct lyt_frames {
    size_t n;
    lyt_str at[lyt_frames_max];
};

static lyt_str script;
static size_t next_of[letters]; /* where to look on for each endpoint's next message */
static struct {
    char bytes[tag_max];
    size_t len;
} tags[letters];
static char silence[1];
static fakenet_fn tell;

void fakenet_begin(lyt_str text)
{
    script = text;
    memset(next_of, 0, sizeof next_of);
    memset(tags, 0, sizeof tags);
}

void fakenet_tell(fakenet_fn told)
{
    tell = told;
}

/* The next line of that endpoint without its letter; {NULL, 0}: none. */
static lyt_str find(char letter, size_t *after)
{
    size_t at = next_of[(unsigned char)letter];

    while (at < script.len) {
        const char *end = memchr(script.ptr + at, '\n', script.len - at);
        size_t len = end ? (size_t)(end - script.ptr) - at : script.len - at;

        *after = at + len + 1;
        if (len && script.ptr[at] == letter)
            return (lyt_str){script.ptr + at + 1, len - 1};
        at = *after;
    }
    *after = script.len;
    return (lyt_str){NULL, 0};
}

bool fakenet_has(char letter)
{
    size_t after;

    return find(letter, &after).ptr != NULL;
}

lyt_status lyt_sock_open(lyt_sock **out, lyt_net *net, lyt_sock_type type, int high_water,
                         lyt_error *err)
{
    (void)net;
    (void)type;
    (void)high_water;
    (void)err;
    *out = calloc(1, sizeof **out);
    return *out ? LYT_OK : LYT_ENOMEM;
}

void lyt_sock_close(lyt_sock *sock, int linger_ms)
{
    (void)linger_ms;
    free(sock);
}

lyt_status lyt_sock_connect(lyt_sock *sock, const char *endpoint, lyt_error *err)
{
    (void)err;
    sock->letter = endpoint[strlen(endpoint) - 1];
    return LYT_OK;
}

/* Nothing is ever heard on it: there is no connection. */
lyt_status lyt_sock_watch(lyt_sock *sock, lyt_sock **watch, lyt_error *err)
{
    (void)sock;
    return lyt_sock_open(watch, NULL, LYT_SOCK_PAIR, 0, err);
}

void lyt_sock_unwatch(lyt_sock *sock, lyt_sock *watch)
{
    (void)sock;
    lyt_sock_close(watch, 0);
}

lyt_status lyt_sock_subscribe(lyt_sock *sock, lyt_str prefix)
{
    (void)sock;
    (void)prefix;
    return LYT_OK;
}

lyt_status lyt_sock_poll(lyt_sock *const *socks, size_t n, bool *ready, int64_t timeout_ms)
{
    (void)socks;
    (void)n;
    (void)ready;
    if (timeout_ms < 0)
        abort(); /* for ever */
    return LYT_ETIMEOUT;
}

lyt_status lyt_sock_send(lyt_sock *sock, const lyt_str *frames, size_t n)
{
    unsigned char letter = (unsigned char)sock->letter;

    if (n && frames[0].len <= tag_max) {
        memcpy(tags[letter].bytes, frames[0].ptr, frames[0].len);
        tags[letter].len = frames[0].len;
    }
    if (tell)
        tell(sock->letter, frames, n);
    return LYT_OK;
}

/* Nothing more to come is the end of the net: nobody is to wait for it. */
lyt_status lyt_sock_recv(lyt_sock *sock, lyt_frames *into, int timeout_ms)
{
    unsigned char letter = (unsigned char)sock->letter;
    lyt_str line = find(sock->letter, &next_of[letter]);

    into->n = 0;
    if (!line.ptr)
        return timeout_ms == 0 ? LYT_EBUSY : LYT_ECLOSED;
    for (size_t at = 0; at <= line.len;) {
        const char *end = memchr(line.ptr + at, 0x1f, line.len - at);
        size_t len = end ? (size_t)(end - line.ptr) - at : line.len - at;
        lyt_str frame = {line.ptr + at, len};

        if (into->n == lyt_frames_max)
            return LYT_ELIMIT;
        if (len == 1 && *frame.ptr == '=')
            frame = (lyt_str){tags[letter].bytes, tags[letter].len};
        into->at[into->n++] = frame;
        at += len + 1;
    }
    return LYT_OK;
}

lyt_status lyt_frames_new(lyt_frames **out, const lyt_alloc *alloc)
{
    (void)alloc;
    *out = calloc(1, sizeof **out);
    return *out ? LYT_OK : LYT_ENOMEM;
}

void lyt_frames_free(lyt_frames *frames)
{
    free(frames);
}

size_t lyt_frames_count(const lyt_frames *frames)
{
    return frames->n;
}

lyt_str lyt_frames_at(const lyt_frames *frames, size_t index)
{
    return index < frames->n ? frames->at[index] : (lyt_str){NULL, 0};
}

const char *lyt_frames_user(const lyt_frames *frames)
{
    (void)frames;
    silence[0] = '\0';
    return silence;
}
