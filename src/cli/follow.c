#include "follow.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "online.h"

typedef struct following {
    const lyt_follow_options *o;
    lyt_follower *follower;
    lyt_buf line;
    bool said_listening, said_standby, is_silent;
} following;

enum { wait_ms = 100, silent_ms = 3000, child_look_ms = 20 };

/* Interrupts the wait for a child, and nothing else. */
static void on_child(int number)
{
    (void)number;
}

static void run_child(const char *command, int input, const lyt_followed *event)
{
    char seq[32], delivery[32], topic[512];

    snprintf(seq, sizeof seq, "%lld", (long long)event->seq);
    snprintf(delivery, sizeof delivery, "%lld", (long long)event->delivery);
    snprintf(topic, sizeof topic, "%.*s", LYT_STR_ARG(event->topic));
    setenv("LYT_SEQ", seq, 1);
    setenv("LYT_DELIVERY", delivery, 1);
    setenv("LYT_TOPIC", topic, 1);
    if (dup2(input, 0) < 0)
        _exit(127);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* The event is in a file without a name, so that no child can make us wait by not reading. */
static int event_file(const lyt_followed *event)
{
    char path[] = "/tmp/lyt-event-XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0)
        return -1;
    unlink(path);
    if (write(fd, event->json.ptr, event->json.len) != (ssize_t)event->json.len ||
        write(fd, "\n", 1) != 1 || lseek(fd, 0, SEEK_SET) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* LYT_OK when the command ended with 0. Meanwhile the service sees that we live. */
static lyt_status execute(const following *f, const lyt_followed *event)
{
    int fd = event_file(event), code = 0;
    pid_t pid, got;

    if (fd < 0)
        return LYT_EIO;
    pid = fork();
    if (pid == 0)
        run_child(f->o->exec, fd, event);
    close(fd);
    if (pid < 0)
        return LYT_EIO;
    while ((got = waitpid(pid, &code, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        (void)!lyt_sock_poll(NULL, 0, NULL, child_look_ms);
        lyt_follower_beat(f->follower);
    }
    if (got != pid || !WIFEXITED(code) || WEXITSTATUS(code))
        return LYT_EIO;
    return LYT_OK;
}

static lyt_status print(following *f, const lyt_followed *event)
{
    lyt_buf_reset(&f->line);
    if (f->o->json) {
        lyt_buf_add(&f->line, event->json);
        lyt_buf_add_char(&f->line, '\n');
    } else {
        lyt_online_event_line(f->o->console, event->json, &f->line);
    }
    lyt_console_write_buf(f->o->console, &f->line);
    lyt_console_flush(f->o->console);
    return lyt_console_ok(f->o->console) ? LYT_OK : LYT_EEND;
}

static void tell(following *f)
{
    bool is_silent = lyt_follower_silent_ms(f->follower) > silent_ms;

    if (lyt_follower_is_attached(f->follower) && !f->said_listening) {
        lyt_console_complain(f->o->console, "listening");
        f->said_listening = true;
    }
    if (lyt_follower_stands_by(f->follower) && !f->said_standby) {
        lyt_console_complain(f->o->console,
                             "another one of this name is served; standing by for it");
        f->said_standby = true;
    }
    if (is_silent && !f->is_silent && !f->said_listening)
        lyt_console_complain(f->o->console, "waiting: nobody answers; %s", f->o->hint);
    else if (is_silent && !f->is_silent)
        lyt_console_complain(f->o->console, "the service has gone silent; waiting for it");
    f->is_silent = is_silent;
}

static lyt_status deal_with(following *f, const lyt_followed *event)
{
    lyt_status status = f->o->exec ? execute(f, event) : print(f, event);

    if (!status) {
        /* what cannot be said now is said when it comes again */
        (void)!lyt_follower_done(f->follower, event->seq);
    } else if (status == LYT_EIO) {
        lyt_console_complain(f->o->console, "event %lld: the command failed; it comes again",
                             (long long)event->seq);
        (void)!lyt_follower_put_off(f->follower, event->seq, -1);
        return LYT_EBUSY;
    }
    return status;
}

static lyt_status follow(following *f, lyt_error *err)
{
    int64_t n = 0, last_us = lyt_clock_mono_us(lyt_clock_system());

    while (!lyt_online_stopped()) {
        lyt_followed event;
        lyt_status status = lyt_follower_next(f->follower, &event, wait_ms, err);
        int64_t now_us = lyt_clock_mono_us(lyt_clock_system());

        tell(f);
        if (status == LYT_ELIMIT) {
            lyt_console_complain(f->o->console, "%s", err->text);
            continue;
        }
        if (status == LYT_ETIMEOUT) {
            if (f->o->timeout_us && now_us - last_us > f->o->timeout_us)
                return lyt_error_set(err, LYT_ETIMEOUT, "no event came in time");
            continue;
        }
        if (status)
            return status;
        status = deal_with(f, &event);
        last_us = lyt_clock_mono_us(lyt_clock_system());
        if (status == LYT_EEND || (!status && ++n == f->o->count))
            return LYT_OK;
    }
    return LYT_OK;
}

lyt_status lyt_follow(lyt_follower *follower, const lyt_follow_options *options, lyt_error *err)
{
    following f = {.o = options, .follower = follower};
    struct sigaction child = {.sa_handler = on_child}, before;
    lyt_status status;

    lyt_buf_init(&f.line, NULL);
    sigaction(SIGCHLD, &child, &before);
    status = follow(&f, err);
    sigaction(SIGCHLD, &before, NULL);
    lyt_buf_deinit(&f.line);
    return status;
}
