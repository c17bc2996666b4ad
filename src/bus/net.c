#include "net.h"

#include <stdatomic.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <zmq.h>

#include "mem.h"

struct lyt_net {
    const lyt_alloc *alloc;
    void *context;
    atomic_uint_fast64_t n_numbers;
    /* of a peer; empty where no door is locked */
    char server_key[lyt_key_bytes], public_key[lyt_key_bytes], secret_key[lyt_key_bytes];
};

struct lyt_sock {
    lyt_net *net;
    const lyt_alloc *alloc;
    void *handle;
};

struct lyt_frames {
    const lyt_alloc *alloc;
    size_t n;
    zmq_msg_t part[lyt_frames_max];
};

enum { n_polled_max = 8, beat_ms = 1000, handshake_ms = 5000 };

static lyt_status of_errno(int code)
{
    switch (code) {
    case EAGAIN:
        return LYT_EBUSY;
    case ETERM:
    case EHOSTUNREACH:
    case ENOTSOCK:
        return LYT_ECLOSED;
    case ENOMEM:
        return LYT_ENOMEM;
    case EADDRINUSE:
        return LYT_EEXISTS;
    case EINVAL:
    case EPROTONOSUPPORT:
    case ENODEV:
    case EADDRNOTAVAIL:
        return LYT_EINVAL;
    default:
        return LYT_EIO;
    }
}

static lyt_status failed(lyt_error *err, const char *what)
{
    int code = zmq_errno();

    return lyt_error_set(err, of_errno(code), "%s: %s", what, zmq_strerror(code));
}

lyt_status lyt_net_new(lyt_net **out, const lyt_alloc *alloc, lyt_error *err)
{
    lyt_net *net = lyt_mem_new(alloc, sizeof *net);

    if (!net)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the network");
    net->alloc = alloc;
    net->context = zmq_ctx_new();
    if (!net->context) {
        lyt_mem_free(alloc, net);
        return failed(err, "the network does not start");
    }
    *out = net;
    return LYT_OK;
}

uint64_t lyt_net_number(lyt_net *net)
{
    return atomic_fetch_add(&net->n_numbers, 1);
}

void lyt_net_free(lyt_net *net)
{
    if (!net)
        return;
    while (zmq_ctx_term(net->context) < 0 && zmq_errno() == EINTR)
        ;
    lyt_mem_free(net->alloc, net);
}

static int kind_of(lyt_sock_type type)
{
    switch (type) {
    case LYT_SOCK_ROUTER:
        return ZMQ_ROUTER;
    case LYT_SOCK_DEALER:
        return ZMQ_DEALER;
    case LYT_SOCK_PUB:
        return ZMQ_PUB;
    case LYT_SOCK_XPUB:
        return ZMQ_XPUB;
    case LYT_SOCK_SUB:
        return ZMQ_SUB;
    case LYT_SOCK_PAIR:
        return ZMQ_PAIR;
    case LYT_SOCK_PUSH:
        return ZMQ_PUSH;
    case LYT_SOCK_PULL:
        return ZMQ_PULL;
    }
    assert(false && "unknown socket type");
    return -1;
}

static lyt_status set_int(lyt_sock *sock, int option, int value)
{
    if (zmq_setsockopt(sock->handle, option, &value, sizeof value) < 0)
        return of_errno(zmq_errno());
    return LYT_OK;
}

/* Signs of life, and no patience with a peer that never says who it is. */
static lyt_status set_times(lyt_sock *sock)
{
    lyt_status status = set_int(sock, ZMQ_HEARTBEAT_IVL, beat_ms);

    if (!status)
        status = set_int(sock, ZMQ_HEARTBEAT_TIMEOUT, 3 * beat_ms);
    if (!status)
        status = set_int(sock, ZMQ_HEARTBEAT_TTL, 3 * beat_ms);
    return status ? status : set_int(sock, ZMQ_HANDSHAKE_IVL, handshake_ms);
}

lyt_status lyt_sock_open(lyt_sock **out, lyt_net *net, lyt_sock_type type, int high_water,
                         lyt_error *err)
{
    lyt_sock *sock = lyt_mem_new(net->alloc, sizeof *sock);
    int on = 1, linger = 0;

    if (!sock)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a socket");
    sock->alloc = net->alloc;
    sock->net = net;
    sock->handle = zmq_socket(net->context, kind_of(type));
    if (!sock->handle) {
        lyt_mem_free(net->alloc, sock);
        return failed(err, "no socket");
    }
    if (zmq_setsockopt(sock->handle, ZMQ_SNDHWM, &high_water, sizeof high_water) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_RCVHWM, &high_water, sizeof high_water) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_LINGER, &linger, sizeof linger) < 0 ||
        set_times(sock) != LYT_OK ||
        (type == LYT_SOCK_ROUTER &&
         zmq_setsockopt(sock->handle, ZMQ_ROUTER_MANDATORY, &on, sizeof on) < 0) ||
        /* every subscriber is heard of, not only the first of a topic */
        (type == LYT_SOCK_XPUB &&
         zmq_setsockopt(sock->handle, ZMQ_XPUB_VERBOSE, &on, sizeof on) < 0)) {
        lyt_status status = failed(err, "socket option");

        lyt_sock_close(sock, 0);
        return status;
    }
    *out = sock;
    return LYT_OK;
}

void lyt_sock_close(lyt_sock *sock, int linger_ms)
{
    if (!sock)
        return;
    (void)zmq_setsockopt(sock->handle, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    (void)zmq_close(sock->handle);
    lyt_mem_free(sock->alloc, sock);
}

lyt_status lyt_sock_limit_frame(lyt_sock *sock, size_t size_bytes)
{
    int64_t limit = (int64_t)size_bytes;

    if (zmq_setsockopt(sock->handle, ZMQ_MAXMSGSIZE, &limit, sizeof limit) < 0)
        return of_errno(zmq_errno());
    return LYT_OK;
}

/* zmq takes the lower 16 bits of any number for the port */
static bool is_port_too_high(const char *endpoint)
{
    lyt_str e = lyt_str_of(endpoint);
    size_t at = e.len;
    unsigned long port = 0;

    while (at > 0 && e.ptr[at - 1] >= '0' && e.ptr[at - 1] <= '9')
        at--;
    for (size_t i = at; i < e.len && port <= 65535; i++)
        port = port * 10 + (unsigned long)(e.ptr[i] - '0');
    return lyt_str_begins(e, LYT_STR("tcp://")) && port > 65535;
}

/* zmq takes no address of IPv6 unless it is told to expect some */
static void expect(lyt_sock *sock, const char *endpoint)
{
    if (strchr(endpoint, '['))
        (void)!set_int(sock, ZMQ_IPV6, 1);
}

lyt_status lyt_sock_bind(lyt_sock *sock, const char *endpoint, char *bound, size_t bound_bytes,
                         lyt_error *err)
{
    expect(sock, endpoint);
    if (is_port_too_high(endpoint))
        return lyt_error_set(err, LYT_EINVAL, "%s: a port is at most 65535", endpoint);
    if (zmq_bind(sock->handle, endpoint) < 0) {
        int code = zmq_errno();

        return lyt_error_set(err, of_errno(code), "cannot listen on %s: %s", endpoint,
                             code == ENODEV || code == EADDRNOTAVAIL
                                 ? "this machine has no such address; give a number, like "
                                   "127.0.0.1 or [::1]"
                                 : zmq_strerror(code));
    }
    if (bound && zmq_getsockopt(sock->handle, ZMQ_LAST_ENDPOINT, bound, &bound_bytes) < 0)
        return lyt_error_set(err, LYT_ELIMIT, "%s: the endpoint's name is too long", endpoint);
    return LYT_OK;
}

lyt_status lyt_sock_subscribe(lyt_sock *sock, lyt_str prefix)
{
    if (zmq_setsockopt(sock->handle, ZMQ_SUBSCRIBE, prefix.len ? prefix.ptr : "", prefix.len) < 0)
        return of_errno(zmq_errno());
    return LYT_OK;
}

lyt_status lyt_sock_decides(lyt_sock *sock)
{
    return set_int(sock, ZMQ_XPUB_MANUAL, 1);
}

lyt_status lyt_sock_grant(lyt_sock *sock, lyt_str prefix, bool on)
{
    if (zmq_setsockopt(sock->handle, on ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE,
                       prefix.len ? prefix.ptr : "", prefix.len) < 0)
        return of_errno(zmq_errno());
    return LYT_OK;
}

void lyt_sock_unbind(lyt_sock *sock, const char *bound)
{
    (void)zmq_unbind(sock->handle, bound);
}

lyt_status lyt_key_pair(char public_key[lyt_key_bytes], char secret_key[lyt_key_bytes],
                        lyt_error *err)
{
    if (zmq_curve_keypair(public_key, secret_key) < 0)
        return lyt_error_set(err, LYT_ESTATE, "this ZeroMQ was built without CURVE");
    return LYT_OK;
}

lyt_status lyt_key_public(char public_key[lyt_key_bytes], const char secret_key[lyt_key_bytes])
{
    return zmq_curve_public(public_key, secret_key) < 0 ? LYT_EFORMAT : LYT_OK;
}

lyt_status lyt_key_text(char key[lyt_key_bytes], lyt_str bytes)
{
    if (bytes.len != 32 || !zmq_z85_encode(key, (const uint8_t *)bytes.ptr, bytes.len))
        return LYT_EFORMAT;
    return LYT_OK;
}

bool lyt_key_is_valid(lyt_str key)
{
    char text[lyt_key_bytes];
    uint8_t bytes[32];

    if (key.len != lyt_key_bytes - 1)
        return false;
    memcpy(text, key.ptr, key.len);
    text[key.len] = '\0';
    return zmq_z85_decode(bytes, text) != NULL;
}

lyt_status lyt_sock_lock(lyt_sock *sock, const char *secret_key, lyt_error *err)
{
    int on = 1;

    if (zmq_setsockopt(sock->handle, ZMQ_CURVE_SERVER, &on, sizeof on) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_CURVE_SECRETKEY, secret_key, lyt_key_bytes) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_ZAP_DOMAIN, "lyt", 3) < 0)
        return failed(err, "the service's key was not taken");
    return LYT_OK;
}

lyt_status lyt_net_unlock(lyt_net *net, const char *server_key, const char *secret_key,
                          lyt_error *err)
{
    if (!lyt_key_is_valid(lyt_str_of(server_key)) || !lyt_key_is_valid(lyt_str_of(secret_key)) ||
        zmq_curve_public(net->public_key, secret_key) < 0)
        return lyt_error_set(err, LYT_EFORMAT, "this is no key: 40 letters, see lyt keygen");
    memcpy(net->server_key, server_key, lyt_key_bytes);
    memcpy(net->secret_key, secret_key, lyt_key_bytes);
    return LYT_OK;
}

bool lyt_net_has_key(const lyt_net *net)
{
    return net->secret_key[0] != '\0';
}

static lyt_status unlock(lyt_sock *sock, lyt_error *err)
{
    const lyt_net *net = sock->net;

    if (zmq_setsockopt(sock->handle, ZMQ_CURVE_SERVERKEY, net->server_key, lyt_key_bytes) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_CURVE_PUBLICKEY, net->public_key, lyt_key_bytes) < 0 ||
        zmq_setsockopt(sock->handle, ZMQ_CURVE_SECRETKEY, net->secret_key, lyt_key_bytes) < 0)
        return failed(err, "the key was not taken");
    return LYT_OK;
}

lyt_status lyt_sock_connect(lyt_sock *sock, const char *endpoint, lyt_error *err)
{
    expect(sock, endpoint);
    if (is_port_too_high(endpoint))
        return lyt_error_set(err, LYT_EINVAL, "%s: a port is at most 65535", endpoint);
    if (*sock->net->server_key && lyt_str_begins(lyt_str_of(endpoint), LYT_STR("tcp://"))) {
        lyt_status status = unlock(sock, err);

        if (status)
            return status;
    }
    if (zmq_connect(sock->handle, endpoint) < 0) {
        int code = zmq_errno();

        return lyt_error_set(err, of_errno(code), "cannot connect to %s: %s", endpoint,
                             zmq_strerror(code));
    }
    return LYT_OK;
}

lyt_status lyt_sock_watch(lyt_sock *sock, lyt_sock **watch, lyt_error *err)
{
    char address[48];
    lyt_status status = lyt_sock_open(watch, sock->net, LYT_SOCK_PAIR, 0, err);

    if (status)
        return status;
    snprintf(address, sizeof address, "inproc://watch-%llu",
             (unsigned long long)lyt_net_number(sock->net));
    if (zmq_socket_monitor(sock->handle, address, ZMQ_EVENT_HANDSHAKE_SUCCEEDED) < 0)
        status = failed(err, "connections cannot be watched");
    else if (zmq_connect((*watch)->handle, address) < 0)
        status = failed(err, "connections cannot be watched");
    if (status) {
        lyt_sock_unwatch(sock, *watch);
        *watch = NULL;
    }
    return status;
}

/* In this order: ZeroMQ's own thread would wait for somebody to read what it says. */
void lyt_sock_unwatch(lyt_sock *sock, lyt_sock *watch)
{
    if (!watch)
        return;
    (void)zmq_socket_monitor(sock->handle, NULL, 0);
    lyt_sock_close(watch, 0);
}

lyt_status lyt_frames_new(lyt_frames **out, const lyt_alloc *alloc)
{
    lyt_frames *frames = lyt_mem_new(alloc, sizeof *frames);

    if (!frames)
        return LYT_ENOMEM;
    frames->alloc = alloc;
    *out = frames;
    return LYT_OK;
}

static void empty(lyt_frames *frames)
{
    for (size_t i = 0; i < frames->n; i++)
        (void)zmq_msg_close(&frames->part[i]);
    frames->n = 0;
}

void lyt_frames_free(lyt_frames *frames)
{
    if (!frames)
        return;
    empty(frames);
    lyt_mem_free(frames->alloc, frames);
}

size_t lyt_frames_count(const lyt_frames *frames)
{
    return frames->n;
}

const char *lyt_frames_user(const lyt_frames *frames)
{
    const char *user = NULL;

    /* of the last frame: a router's first one is the peer's routing id, and of its own making */
    if (frames->n) {
        const zmq_msg_t *last = &frames->part[frames->n - 1];

        user = zmq_msg_gets((zmq_msg_t *)(uintptr_t)last, "User-Id");
    }
    return user ? user : "";
}

lyt_str lyt_frames_at(const lyt_frames *frames, size_t index)
{
    const zmq_msg_t *part;

    if (index >= frames->n)
        return (lyt_str){NULL, 0};
    part = &frames->part[index];
    return (lyt_str){zmq_msg_data((zmq_msg_t *)(uintptr_t)part), zmq_msg_size(part)};
}

/* Takes the frames after the first, which is there as soon as the first is. */
static lyt_status recv_rest(lyt_sock *sock, lyt_frames *into)
{
    bool too_many = false;

    while (zmq_msg_more(&into->part[into->n - 1])) {
        if (into->n == lyt_frames_max) {
            too_many = true;
            into->n--;
            (void)zmq_msg_close(&into->part[into->n]);
        }
        (void)zmq_msg_init(&into->part[into->n]);
        into->n++;
        while (zmq_msg_recv(&into->part[into->n - 1], sock->handle, 0) < 0) {
            if (zmq_errno() == EINTR)
                continue;
            empty(into);
            return of_errno(zmq_errno());
        }
    }
    if (too_many) {
        empty(into);
        return LYT_ELIMIT;
    }
    return LYT_OK;
}

lyt_status lyt_sock_recv(lyt_sock *sock, lyt_frames *into, int timeout_ms)
{
    empty(into);
    if (timeout_ms) {
        bool ready = false;
        lyt_status status = lyt_sock_poll(&sock, 1, &ready, timeout_ms);

        if (status)
            return status;
        if (!ready)
            return LYT_EBUSY;
    }
    (void)zmq_msg_init(&into->part[0]);
    into->n = 1;
    while (zmq_msg_recv(&into->part[0], sock->handle, ZMQ_DONTWAIT) < 0) {
        if (zmq_errno() == EINTR)
            continue;
        empty(into);
        return of_errno(zmq_errno());
    }
    return recv_rest(sock, into);
}

lyt_status lyt_sock_send(lyt_sock *sock, const lyt_str *frames, size_t n)
{
    assert(n > 0);
    for (size_t i = 0; i < n; i++) {
        /* zmq decides over the whole message on its first frame */
        int flags = (i + 1 < n ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT;

        while (zmq_send(sock->handle, frames[i].len ? frames[i].ptr : "", frames[i].len, flags) <
               0) {
            if (zmq_errno() != EINTR)
                return of_errno(zmq_errno());
        }
    }
    return LYT_OK;
}

/* Sent so that ZeroMQ refuses what somebody has no room for, and then so that it drops it. */
lyt_status lyt_sock_publish(lyt_sock *sock, const lyt_str *frames, size_t n, bool *is_lost)
{
    lyt_status status = set_int(sock, ZMQ_XPUB_NODROP, 1);

    *is_lost = false;
    if (!status)
        status = lyt_sock_send(sock, frames, n);
    if (status != LYT_EBUSY)
        return status;
    *is_lost = true;
    status = set_int(sock, ZMQ_XPUB_NODROP, 0);
    return status ? status : lyt_sock_send(sock, frames, n);
}

int lyt_sock_fd(const lyt_sock *sock)
{
    int fd = -1;
    size_t size = sizeof fd;

    return zmq_getsockopt(sock->handle, ZMQ_FD, &fd, &size) == 0 ? fd : -1;
}

lyt_status lyt_sock_poll_fd(lyt_sock *const *socks, size_t n, bool *ready, int fd, bool *fd_ready,
                            int64_t timeout_ms)
{
    zmq_pollitem_t items[n_polled_max + 1];
    int found, all = (int)n;

    assert(n <= n_polled_max);
    for (size_t i = 0; i < n; i++)
        items[i] = (zmq_pollitem_t){.socket = socks[i]->handle, .events = ZMQ_POLLIN};
    if (fd >= 0)
        items[all++] = (zmq_pollitem_t){.fd = fd, .events = ZMQ_POLLIN};
    found = zmq_poll(items, all, (long)timeout_ms);
    for (size_t i = 0; i < n; i++)
        ready[i] = found > 0 && (items[i].revents & ZMQ_POLLIN);
    if (fd_ready)
        *fd_ready = fd >= 0 && found > 0 && (items[n].revents & ZMQ_POLLIN);
    if (found > 0 || (found < 0 && zmq_errno() == EINTR))
        return LYT_OK;
    return found == 0 ? LYT_ETIMEOUT : of_errno(zmq_errno());
}

lyt_status lyt_sock_poll(lyt_sock *const *socks, size_t n, bool *ready, int64_t timeout_ms)
{
    return lyt_sock_poll_fd(socks, n, ready, -1, NULL, timeout_ms);
}

#define TEXT_(n) #n
#define TEXT(n) TEXT_(n)

const char *lyt_net_version(void)
{
    return TEXT(ZMQ_VERSION_MAJOR) "." TEXT(ZMQ_VERSION_MINOR) "." TEXT(ZMQ_VERSION_PATCH);
}
