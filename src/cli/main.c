#include <signal.h>

#include "command.h"

int main(int argc, char **argv)
{
    lyt_console console;
    lyt_cli cli = {.console = &console, .version = LYT_VERSION};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    /* a reader that leaves shows as a failed write, which can be told apart and said */
    sigaction(SIGPIPE, &ignore, NULL);
    lyt_console_init_system(&console);
    return (int)lyt_console_finish(&console, lyt_cli_run(&cli, argc, argv));
}
