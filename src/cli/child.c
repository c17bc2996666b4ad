#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "statefile.h"

static bool has_ended(lyt_child *child)
{
    int how;

    if (waitpid(child->pid, &how, WNOHANG) != child->pid)
        return false;
    child->pid = 0;
    return true;
}

static bool is_its_own(const lyt_child *child, const char *state)
{
    return lyt_statefile_number(state, "endpoints.json", "pid") == (int64_t)child->pid;
}

lyt_status lyt_child_start(lyt_child *child, char *const *arguments, const char *state, int limit_s,
                           lyt_endpoints *at, lyt_error *err)
{
    int64_t until = lyt_clock_mono_us(lyt_clock_system()) + (int64_t)limit_s * 1000000;

    child->pid = fork();
    if (child->pid < 0) {
        child->pid = 0;
        return lyt_error_set(err, LYT_EIO, "cannot start a process (error %d)", errno);
    }
    if (child->pid == 0) {
        /* a service nobody asked for must not outlive the one who started it */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execv("/proc/self/exe", arguments);
        _exit(127);
    }
    while (!is_its_own(child, state)) {
        if (has_ended(child))
            return lyt_error_set(err, LYT_ECLOSED, "the service ended before it was ready");
        if (lyt_online_stopped() || lyt_clock_mono_us(lyt_clock_system()) > until)
            return lyt_error_set(err, LYT_ETIMEOUT, "the service was not ready in time");
        (void)poll(NULL, 0, 10);
    }
    return lyt_endpoints_find(at, state, err);
}

lyt_status lyt_child_end(lyt_child *child, lyt_error *err)
{
    int how = 0;

    if (!child->pid)
        return LYT_OK;
    kill(child->pid, SIGTERM);
    while (waitpid(child->pid, &how, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return LYT_OK;
    if (WIFSIGNALED(how))
        return lyt_error_set(err, LYT_EIO, "the service was ended by signal %d", WTERMSIG(how));
    return lyt_error_set(err, LYT_EIO, "the service ended with %d", WEXITSTATUS(how));
}
