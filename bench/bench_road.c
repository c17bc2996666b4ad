/*
 * How long a signed call of a gateway takes: from its last byte being sent to the answer, and to
 * the alarm at a subscriber of the bus, durable write included; beside them how long this disk
 * takes, at those very moments, to keep as many bytes as a call with its alarm makes (12 pages of the
 * log; fdatasync of a file that is as long already).
 *
 *   bench_road PORT BUS CALLS FOLDER RATE
 *
 * CALLS has a line a call: its signature, a blank, its body (webhooks.py writes them). FOLDER is on
 * the disk of the service. The client keeps one connection and reads answer and alarm as they come.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "net.h"

/* Of whatever else is heard meanwhile (webhooks.py, flood) the alarms are another house's. */
#define ours "alarm.havnen."

enum { samples_max = 10000, line_max = 4096, flush_bytes = 52 << 10, patience_ms = 10000 };

typedef struct road {
    int line, file;
    lyt_sock *bus;
    lyt_frames *frames;
    size_t n;
    int64_t answer_us[samples_max], alarm_us[samples_max], flush_us[samples_max];
} road;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

static void must(bool is_well, const char *what)
{
    if (is_well)
        return;
    fprintf(stderr, "bench_road: %s\n", what);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void print(const char *what, int64_t *us, size_t n)
{
    qsort(us, n, sizeof *us, by_size);
    printf("%-44s p50 %.2f ms, p90 %.2f ms, p99 %.2f ms\n", what, (double)us[n / 2] / 1000,
           (double)us[n * 9 / 10] / 1000, (double)us[n * 99 / 100] / 1000);
}

static int connect_to(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(fd >= 0 && connect(fd, (struct sockaddr *)(void *)&at, sizeof at) == 0,
         "the service cannot be reached");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* Until alarm and answer are there; each is timed when it comes. */
static void hear(road *r, int64_t began)
{
    int64_t *answer = &r->answer_us[r->n], *alarm = &r->alarm_us[r->n];
    char bytes[2048];

    *answer = *alarm = 0;
    while (!*answer || !*alarm) {
        bool is_heard = false, is_answered = false;
        lyt_status status = lyt_sock_poll_fd(&r->bus, 1, &is_heard, *answer ? -1 : r->line,
                                             &is_answered, patience_ms);

        must(!status, "no answer, or no alarm");
        if (is_heard) {
            while (!lyt_sock_recv(r->bus, r->frames, 0))
                if (!*alarm && lyt_str_begins(lyt_frames_at(r->frames, 0), LYT_STR(ours)))
                    *alarm = now_us() - began;
        }
        if (is_answered) {
            *answer = now_us() - began;
            must(recv(r->line, bytes, sizeof bytes, 0) > 0 && strncmp(bytes, "HTTP/1.1 200", 12) == 0,
                 "a call was refused");
        }
    }
}

static void send_call(road *r, char *call)
{
    char request[2 * line_max], *body = strchr(call, ' ');
    int64_t began;
    int n;

    must(body != NULL, "a line of the calls is no call");
    *body++ = '\0';
    body[strcspn(body, "\n")] = '\0';
    n = snprintf(request, sizeof request,
                 "POST /in/twilio HTTP/1.1\r\nHost: bench.example\r\nX-Twilio-Signature: %s\r\n"
                 "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                 call, strlen(body), body);
    must(send(r->line, request, (size_t)n, 0) == n, "the connection is gone");
    began = now_us();
    hear(r, began);
}

static void flush(road *r)
{
    static char bytes[flush_bytes];
    int64_t began;

    memset(bytes, (int)r->n, sizeof bytes);
    must(pwrite(r->file, bytes, sizeof bytes, (off_t)(r->n % 64) * flush_bytes) == flush_bytes,
         "the file beside cannot be written");
    began = now_us();
    must(fdatasync(r->file) == 0, "the file beside cannot be kept");
    r->flush_us[r->n] = now_us() - began;
}

static void pause_until(int64_t us)
{
    int64_t left = us - now_us();

    if (left > 0)
        usleep((useconds_t)left);
}

static void open_road(road *r, char **argv)
{
    char path[512];
    lyt_net *net;

    must(!lyt_net_new(&net, NULL, NULL) && !lyt_frames_new(&r->frames, NULL) &&
             !lyt_sock_open(&r->bus, net, LYT_SOCK_SUB, 0, NULL) &&
             !lyt_sock_connect(r->bus, argv[2], NULL) &&
             !lyt_sock_subscribe(r->bus, LYT_STR("")),
         "the bus cannot be heard");
    must(!lyt_sock_recv(r->bus, r->frames, patience_ms), "no heartbeat comes");
    r->line = connect_to(atoi(argv[1]));
    snprintf(path, sizeof path, "%s/flushes", argv[4]);
    r->file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (r->n = 0; r->n < 64; r->n++)
        flush(r);
    r->n = 0;
}

int main(int argc, char **argv)
{
    static road r;
    char call[line_max];
    int64_t next, step;
    FILE *calls;

    must(argc == 6, "give PORT BUS CALLS FOLDER RATE");
    open_road(&r, argv);
    calls = fopen(argv[3], "r");
    must(calls != NULL, "the calls cannot be read");
    step = 1000000 / atoi(argv[5]);
    for (next = now_us(); r.n < samples_max && fgets(call, sizeof call, calls); r.n++) {
        pause_until(next);
        next = now_us() + step;
        send_call(&r, call);
        /* half a turn later: the same disk, and nobody else's moment */
        pause_until(next - step / 2);
        flush(&r);
    }
    must(r.n > 0, "there are no calls");
    printf("%zu calls, %s a second\n", r.n, argv[5]);
    print("this disk alone, fdatasync of 52 KiB", r.flush_us, r.n);
    print("request complete to its answer", r.answer_us, r.n);
    print("request complete to a subscriber", r.alarm_us, r.n);
    return 0;
}
