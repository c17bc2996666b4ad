#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hash.h"
#include "mem.h"

enum {
    pool_bytes = 32 * 1024, /* of a connection: what its headers may take */
    spare = 64,             /* connections beyond the cap, while one is let go for them */
    backlog = 1024,
    read_patience = 4, /* so many times longer may reading an answer take */
};

/* What a connection is at, and since when: whoever takes too long over it is let go. */
typedef enum conn_state {
    CONN_WAITS, /* for a request to be complete */
    CONN_WORKS, /* somebody here has it in hand */
    CONN_READS, /* an answer is on its way */
    CONN_IDLE,  /* all was answered: it may ask again */
} conn_state;

typedef struct conn {
    int fd;
    conn_state state;
    int64_t since_us;
    struct conn *next, *prev;
} conn;

struct lyt_listener {
    lyt_webactor *web;
    struct MHD_Daemon *daemon;
    lyt_buf cert, key;
    conn *conns;
    int64_t n_conns;
    bool has_woken;
};

/* ---- addresses ---- */

lyt_status lyt_listen_parse(const char *text, char host[64], int *port, lyt_error *err)
{
    const char *colon = strrchr(text, ':'), *from = text;
    size_t len = colon ? (size_t)(colon - text) : 0;
    char *end = NULL;
    long number;

    if (colon && text[0] == '[' && len > 2 && text[len - 1] == ']') {
        from++;
        len -= 2;
    }
    number = colon && strcmp(colon + 1, "*") != 0 ? strtol(colon + 1, &end, 10) : 0;
    if (!colon || !len || len >= 64 || (end && (*end || end == colon + 1)) || number < 0 ||
        number > 65535)
        return lyt_error_set(err, LYT_EINVAL,
                             "'%s' is no address to listen at; write it like 127.0.0.1:7700 or "
                             "[::1]:7700",
                             text);
    memcpy(host, from, len);
    host[len] = '\0';
    *port = (int)number;
    return LYT_OK;
}

bool lyt_listen_is_local(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "localhost") == 0;
}

static lyt_status address_of(const char *host, int port, struct sockaddr_storage *out,
                             socklen_t *out_bytes, lyt_error *err)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;

    memset(out, 0, sizeof *out);
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (strcmp(host, "*") == 0)
        host = "0.0.0.0";
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *out_bytes = sizeof *v4;
        return LYT_OK;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *out_bytes = sizeof *v6;
        return LYT_OK;
    }
    return lyt_error_set(err, LYT_EINVAL, "'%s' is no address of this machine, like 127.0.0.1",
                         host);
}

/* A port of its own, so that what goes wrong has a name. */
static lyt_status listen_at(const char *text, int *out, char url[lyt_web_url_max], bool is_tls,
                            lyt_error *err)
{
    struct sockaddr_storage address;
    socklen_t bytes = 0;
    char host[64];
    int port = 0, on = 1, fd = -1;
    lyt_status status = lyt_listen_parse(text, host, &port, err);

    if (!status)
        status = address_of(host, port, &address, &bytes, err);
    if (status)
        return status;
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)(void *)&address, bytes) < 0 ||
        listen(fd, backlog) < 0 ||
        getsockname(fd, (struct sockaddr *)(void *)&address, &bytes) < 0) {
        int code = errno;

        if (fd >= 0)
            close(fd);
        return lyt_error_set(err,
                             code == EADDRINUSE ? LYT_EEXISTS
                             : code == EACCES   ? LYT_ESTATE
                                                : LYT_EINVAL,
                             "%s: %s", text,
                             code == EADDRINUSE ? "the address is in use; give another with --http"
                             : code == EACCES   ? "not allowed; ports below 1024 are for root"
                                                : strerror(code));
    }
    port =
        ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&address)->sin_port
                                           : ((struct sockaddr_in6 *)(void *)&address)->sin6_port);
    snprintf(url, lyt_web_url_max, strchr(host, ':') ? "http%s://[%s]:%d" : "http%s://%s:%d",
             is_tls ? "s" : "", host, port);
    *out = fd;
    return LYT_OK;
}

/* ---- connections ---- */

static void set_state(conn *c, conn_state state, int64_t now_us)
{
    if (!c)
        return;
    c->state = state;
    c->since_us = now_us;
}

static conn *conn_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void cut(lyt_listener *l, conn *c, lyt_web_refusal why)
{
    l->web->count.refused[why]++;
    (void)shutdown(c->fd, SHUT_RDWR);
    c->state = CONN_WORKS; /* it goes as soon as the listener runs */
}

/* When all places are taken the one goes that has been waited for longest. */
static void make_room(lyt_listener *l, conn *newcomer)
{
    conn *oldest = newcomer;

    for (conn *c = l->conns; c; c = c->next)
        if ((c->state == CONN_WAITS || c->state == CONN_IDLE) && c->since_us <= oldest->since_us)
            oldest = c;
    cut(l, oldest, LYT_WEB_REFUSED_CONNECTION);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    lyt_listener *l = cls;
    conn *c = *context;
    int on = 1;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (!c)
            return;
        if (c->next)
            c->next->prev = c->prev;
        if (c->prev)
            c->prev->next = c->next;
        else
            l->conns = c->next;
        lyt_mem_free(l->web->alloc, c);
        l->web->count.connections = --l->n_conns;
        return;
    }
    c = lyt_mem_new(l->web->alloc, sizeof *c);
    *context = c;
    if (!c)
        return;
    c->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    /* an answer is one small packet; it must not wait for the last one's receipt */
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    set_state(c, CONN_WAITS, lyt_web_mono_us(l->web));
    c->next = l->conns;
    if (c->next)
        c->next->prev = c;
    l->conns = c;
    l->web->count.connections = ++l->n_conns;
    if (l->n_conns > l->web->o->connections_max)
        make_room(l, c);
}

void lyt_listener_look(lyt_listener *l)
{
    int64_t now = lyt_web_mono_us(l->web), patience_us = l->web->o->patience_ms * 1000;

    for (conn *c = l->conns; c; c = c->next) {
        if (c->state == CONN_WAITS && now - c->since_us > patience_us)
            cut(l, c, LYT_WEB_REFUSED_SLOW);
        else if (c->state == CONN_IDLE && now - c->since_us > patience_us)
            (void)shutdown(c->fd, SHUT_RDWR);
        else if (c->state == CONN_READS && now - c->since_us > read_patience * patience_us)
            cut(l, c, LYT_WEB_REFUSED_SLOW);
    }
}

/* ---- requests ---- */

static void *on_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
    lyt_listener *l = cls;

    set_state(conn_of(connection), CONN_WAITS, lyt_web_mono_us(l->web));
    return lyt_exchange_new(l->web, lyt_str_of(uri));
}

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    lyt_exchange *x = cls;

    (void)kind;
    return lyt_webreq_header_add(&x->req, lyt_str_of(name), lyt_str_of(value)) ? MHD_YES : MHD_NO;
}

static void read_address(lyt_exchange *x, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *from = info ? info->client_addr : NULL;
    uint64_t seed = x->web->id_seed;

    if (from && from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;

        (void)inet_ntop(AF_INET, &v4->sin_addr, x->req.remote, sizeof x->req.remote);
        x->req.source = lyt_hash64(&v4->sin_addr, sizeof v4->sin_addr, seed);
        x->req.is_local = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    } else if (from && from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)from;

        (void)inet_ntop(AF_INET6, &v6->sin6_addr, x->req.remote, sizeof x->req.remote);
        /* a customer of the net has at least a /64 of addresses */
        x->req.source = lyt_hash64(&v6->sin6_addr, 8, seed);
        x->req.is_local = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
}

static void begin(lyt_exchange *x, struct MHD_Connection *connection, const char *method)
{
    lyt_str length;
    int64_t bytes = 0;

    x->connection = connection;
    x->req.method = lyt_method_of(lyt_str_of(method));
    x->req.is_head = strcmp(method, "HEAD") == 0;
    x->req.is_tls = x->web->o->tls_cert != NULL;
    read_address(x, connection);
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, x);
    length = lyt_webreq_header(&x->req, "Content-Length");
    /* libmicrohttpd has refused a length that is none; too many digits is too long */
    if (length.len && !lyt_webreq_int(length, 0, INT64_MAX / 2, &bytes))
        bytes = INT64_MAX;
    lyt_exchange_begin(x, bytes);
}

static ssize_t read_stream(void *cls, uint64_t pos, char *to, size_t room)
{
    lyt_exchange *x = cls;
    long n = lyt_webstream_read(x->stream, to, room);

    (void)pos;
    if (n < 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        x->is_suspended = true;
        MHD_suspend_connection(x->connection);
    }
    return n;
}

static void header(struct MHD_Response *response, const char *name, const char *value)
{
    /* one that there is no memory for is left out */
    (void)!MHD_add_response_header(response, name, value);
}

static void add_headers(const lyt_exchange *x, struct MHD_Response *response)
{
    char number[32];

    if (x->type[0])
        header(response, "Content-Type", x->type);
    header(response, "X-Request-Id", x->id);
    header(response, "X-Content-Type-Options", "nosniff");
    header(response, "Referrer-Policy", "no-referrer");
    header(response, "Cache-Control", x->may_keep ? "no-cache" : "no-store");
    if (x->is_page)
        header(response, "Content-Security-Policy",
               "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
               "object-src 'none'");
    if (x->etag[0])
        header(response, "ETag", x->etag);
    if (x->cookie[0])
        header(response, "Set-Cookie", x->cookie);
    if (x->more_name[0])
        header(response, x->more_name, x->more_value);
    if (x->retry_s) {
        snprintf(number, sizeof number, "%lld", (long long)x->retry_s);
        header(response, "Retry-After", number);
    }
    if (x->status == 401)
        header(response, "WWW-Authenticate", "Bearer realm=\"lyt\"");
    if (x->web->o->tls_cert)
        header(response, "Strict-Transport-Security", "max-age=31536000");
}

static enum MHD_Result queue(lyt_exchange *x, struct MHD_Connection *connection)
{
    lyt_str bytes = x->fixed.ptr ? x->fixed : lyt_buf_str(&x->out);
    struct MHD_Response *response;
    enum MHD_Result result;

    if (x->stream)
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, x, NULL);
    else
        response = MHD_create_response_from_buffer(bytes.len, (void *)(uintptr_t)bytes.ptr,
                                                   MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    add_headers(x, response);
    set_state(conn_of(connection), x->stream ? CONN_WORKS : CONN_READS, lyt_web_mono_us(x->web));
    result = MHD_queue_response(connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return result;
}

static void take_body(lyt_exchange *x, const char *data, size_t size)
{
    if (x->is_too_long || size > lyt_body_max - x->req.body.len)
        x->is_too_long = true;
    else
        lyt_buf_add(&x->req.body, (lyt_str){data, size});
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    lyt_exchange *x = *context;

    (void)cls;
    (void)url;
    (void)version;
    if (!x)
        return MHD_NO; /* no memory, not even to say so */
    if (!x->connection) {
        begin(x, connection, method);
        set_state(conn_of(connection), CONN_WAITS, lyt_web_mono_us(x->web));
        return x->is_done ? queue(x, connection) : MHD_YES;
    }
    if (*size) {
        take_body(x, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!x->is_handled) {
        set_state(conn_of(connection), CONN_WORKS, lyt_web_mono_us(x->web));
        x->began_us = lyt_web_mono_us(x->web);
        lyt_exchange_handle(x);
    }
    if (x->is_done)
        return queue(x, connection);
    x->is_suspended = true;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    lyt_listener *l = cls;

    (void)code;
    lyt_exchange_free(*context);
    *context = NULL;
    set_state(conn_of(connection), CONN_IDLE, lyt_web_mono_us(l->web));
}

void lyt_listener_wake(lyt_listener *l, lyt_exchange *x)
{
    l->has_woken = true;
    MHD_resume_connection(x->connection);
}

void lyt_listener_cut(lyt_listener *l, lyt_exchange *x)
{
    conn *c = conn_of(x->connection);

    if (c)
        cut(l, c, LYT_WEB_REFUSED_STREAM);
}

/* ---- the whole ---- */

static lyt_status read_pem(lyt_buf *out, const lyt_webactor *web, const char *path, bool is_secret,
                           lyt_error *err)
{
    lyt_status status = is_secret ? lyt_fs_check_secret(path, err) : LYT_OK;

    lyt_buf_add_text(out, "");
    return status ? status : lyt_fs_read(web->o->fs, path, 1 << 20, out, err);
}

static lyt_status start(lyt_listener *l, int fd, lyt_error *err)
{
    const lyt_web_options *o = l->web->o;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, l->cert.data},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, l->key.data},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    l->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (o->tls_cert ? MHD_USE_TLS : 0), 0, NULL, NULL,
        on_request, l, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, l,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, l, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        l, MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->connections_max + spare,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)pool_bytes, MHD_OPTION_ARRAY,
        o->tls_cert ? tls : none, MHD_OPTION_END);
    if (l->daemon)
        return LYT_OK;
    close(fd);
    return o->tls_cert
               ? lyt_error_at(err, LYT_EFORMAT, o->tls_cert, 0, 0,
                              "certificate and key could not be used: both must be PEM, and "
                              "belong together")
               : lyt_error_set(err, LYT_EIO, "the HTTP server could not be started");
}

lyt_status lyt_listener_open(lyt_webactor *web, char url[lyt_web_url_max], lyt_error *err)
{
    const lyt_web_options *o = web->o;
    lyt_listener *l = lyt_mem_new(web->alloc, sizeof *l);
    lyt_status status = LYT_OK;
    int fd = -1;

    if (!l)
        return lyt_error_set(err, LYT_ENOMEM, "no memory to listen");
    l->web = web;
    lyt_buf_init(&l->cert, web->alloc);
    lyt_buf_init(&l->key, web->alloc);
    if (o->tls_cert)
        status = read_pem(&l->cert, web, o->tls_cert, false, err);
    if (!status && o->tls_cert)
        status = read_pem(&l->key, web, o->tls_key, true, err);
    if (!status)
        status = listen_at(o->listen, &fd, url, o->tls_cert != NULL, err);
    if (!status)
        status = start(l, fd, err);
    if (status)
        lyt_listener_close(l);
    else
        web->listener = l;
    return status;
}

void lyt_listener_close(lyt_listener *l)
{
    if (!l)
        return;
    if (l->daemon)
        MHD_stop_daemon(l->daemon);
    if (l->key.data)
        memset(l->key.data, 0, l->key.len);
    lyt_buf_deinit(&l->cert);
    lyt_buf_deinit(&l->key);
    lyt_mem_free(l->web->alloc, l);
}

int lyt_listener_fd(const lyt_listener *l)
{
    return MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int64_t lyt_listener_wait_ms(const lyt_listener *l)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;

    if (l->has_woken)
        return 0;
    return MHD_get_timeout(l->daemon, &ms) == MHD_YES && ms < 1000 ? (int64_t)ms : 1000;
}

void lyt_listener_run(lyt_listener *l)
{
    l->has_woken = false;
    (void)!MHD_run(l->daemon);
}

void lyt_listener_quiesce(lyt_listener *l)
{
    int fd = MHD_quiesce_daemon(l->daemon);

    if (fd >= 0)
        close(fd);
}
