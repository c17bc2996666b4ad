#include "fetcher.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static const int64_t second_us = 1000000, longest_us = 60 * (int64_t)1000000;

static int64_t now_us(void)
{
    return lyt_clock_mono_us(lyt_clock_system());
}

/* In the child, where only what a signal handler may do is allowed. */
static void become(char *const *arguments)
{
    sigset_t none;

    /* the service has its signals blocked; the helper is ended with one */
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv("/proc/self/exe", arguments);
    _exit(127);
}

static void start(lyt_fetcher *f)
{
    char program[] = "lyt", command[] = "fetch", verb[] = "waiting", follow[] = "--follow",
         state[] = "--state", channels[] = "--channels";
    char *arguments[] = {program, command, verb, follow, state, NULL, channels, NULL, NULL};

    /* execv does not change them */
    arguments[5] = (char *)(uintptr_t)f->state;
    arguments[7] = (char *)(uintptr_t)f->channels;
    f->began_us = now_us();
    f->pid = fork();
    if (f->pid == 0)
        become(arguments);
    if (f->pid < 0) {
        f->pid = 0;
        lyt_log_say(f->log, LYT_LOG_ERROR, "LYT-FETCH-NOT-STARTED",
                    "The helper that fetches answers could not be started; it is tried again.",
                    LYT_KV("why", strerror(errno)));
    }
}

void lyt_fetcher_start(lyt_fetcher *f, const char *state, const char *channels, const lyt_log *log)
{
    *f = (lyt_fetcher){
        .is_wanted = true, .state = state, .channels = channels, .log = log, .wait_us = second_us};
    start(f);
}

void lyt_fetcher_look(lyt_fetcher *f)
{
    int how = 0;

    if (!f->is_wanted)
        return;
    if (f->pid && waitpid(f->pid, &how, WNOHANG) == f->pid) {
        f->pid = 0;
        /* one that went on for a while has not failed at once */
        f->wait_us = now_us() - f->began_us > longest_us ? second_us : f->wait_us * 2;
        f->wait_us = f->wait_us < longest_us ? f->wait_us : longest_us;
        f->due_us = now_us() + f->wait_us;
        lyt_log_say(f->log, LYT_LOG_WARN, "LYT-FETCH-ENDED",
                    "The helper that fetches answers has ended; it is started again.",
                    LYT_KN("code", WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how)));
    }
    if (!f->pid && now_us() >= f->due_us)
        start(f);
}

static void end(lyt_fetcher *f)
{
    if (!f->pid)
        return;
    (void)kill(f->pid, SIGTERM);
    while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    f->pid = 0;
}

void lyt_fetcher_renew(lyt_fetcher *f)
{
    if (!f->is_wanted)
        return;
    end(f);
    start(f);
}

void lyt_fetcher_end(lyt_fetcher *f)
{
    f->is_wanted = false;
    end(f);
}
