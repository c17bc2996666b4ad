#include "nudge.h"

#include <signal.h>

#include "statefile.h"

bool lyt_nudge(const char *state)
{
    const int64_t pid = lyt_statefile_number(state, "endpoints.json", "pid");

    return pid > 1 && pid < INT32_MAX && kill((pid_t)pid, SIGHUP) == 0;
}
