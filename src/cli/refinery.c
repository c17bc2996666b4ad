#include "refinery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { behind_all = 19, exec_failed = 127 };

void lyt_refinery_init(lyt_refinery *refinery, const char *pack, const char *state, size_t every,
                       const lyt_log *log)
{
    *refinery = (lyt_refinery){.pack = pack, .state = state, .every = every, .log = log};
    lyt_refinedfolder_of(&refinery->folder, state);
}

/* In the child: what it would print goes nowhere, what it complains of to the service's log. */
static void become_refine(const lyt_refinery *r)
{
    char *const arguments[] = {"lyt",     "refine",
                               "--pack",  (char *)(uintptr_t)r->pack,
                               "--state", (char *)(uintptr_t)r->state,
                               r->own ? "--own" : NULL, (char *)(uintptr_t)r->own,
                               NULL};
    const int nowhere = open("/dev/null", O_RDWR);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)setpriority(PRIO_PROCESS, 0, behind_all);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (nowhere >= 0) {
        (void)dup2(nowhere, STDIN_FILENO);
        (void)dup2(nowhere, STDOUT_FILENO);
    }
    execv("/proc/self/exe", arguments);
    _exit(exec_failed);
}

static void begin(lyt_refinery *r, size_t n_corrections)
{
    const pid_t pid = fork();

    if (pid == 0)
        become_refine(r);
    if (pid < 0) {
        lyt_log_say(r->log, LYT_LOG_WARN, "LYT-REFINE-FAILED", "No process to refine the model in.",
                    LYT_KN("errno", errno));
        return;
    }
    r->pid = pid;
    lyt_log_say(r->log, LYT_LOG_INFO, "LYT-REFINE", "The model is refined beside the running one.",
                LYT_KN("corrections", (int64_t)n_corrections));
}

static void look_after(lyt_refinery *r)
{
    int how = 0;

    if (!r->pid || waitpid(r->pid, &how, WNOHANG) != r->pid)
        return;
    r->pid = 0;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return;
    /* the next try after as many corrections more, and not each second */
    r->every *= 2;
    lyt_log_say(r->log, LYT_LOG_ERROR, "LYT-REFINE-FAILED",
                "The model could not be refined; the one before is used. Try: lyt refine",
                LYT_KN("exit", WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how)));
}

void lyt_refinery_look(lyt_refinery *r, size_t n_corrections)
{
    size_t last;

    look_after(r);
    if (!r->every || r->pid || n_corrections < r->every)
        return;
    last = lyt_refinedfolder_last(&r->folder);
    if (n_corrections >= last + r->every || n_corrections + r->every <= last)
        begin(r, n_corrections);
}

void lyt_refinery_stop(lyt_refinery *r)
{
    if (!r->pid)
        return;
    (void)kill(r->pid, SIGTERM);
    while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    r->pid = 0;
}
