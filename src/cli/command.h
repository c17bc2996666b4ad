/*
 * lyt_command: one row a command. What it is called, what it takes, what it says of
 * itself and what it runs; --help, man page, completion and the parser come
 * from the row. To add a command: write cmd_<name>.c with one
 * `const lyt_command lyt_cmd_<name>`, add a row to LYT_COMMANDS and the file to
 * src/meson.build.
 *
 * Lifetime  rows are constant; a call is valid while its run function runs.
 */
#ifndef LYT_COMMAND_H
#define LYT_COMMAND_H

#include "console.h"
#include "option.h"

/* Sorted by name. */
#define LYT_COMMANDS(X)                                                                            \
    X(access)                                                                                      \
    X(backup)                                                                                      \
    X(channel)                                                                                     \
    X(classify)                                                                                    \
    X(correct)                                                                                     \
    X(coverage)                                                                                    \
    X(demo)                                                                                        \
    X(drift)                                                                                       \
    X(drill)                                                                                       \
    X(duty)                                                                                        \
    X(eval)                                                                                        \
    X(event)                                                                                       \
    X(experience)                                                                                  \
    X(explain)                                                                                     \
    X(fetch)                                                                                       \
    X(find)                                                                                        \
    X(fix)                                                                                         \
    X(gammu)                                                                                       \
    X(guest)                                                                                       \
    X(help)                                                                                        \
    X(import)                                                                                      \
    X(incident)                                                                                    \
    X(keygen)                                                                                      \
    X(language)                                                                                    \
    X(learn)                                                                                       \
    X(mail)                                                                                        \
    X(outbox)                                                                                      \
    X(pack)                                                                                        \
    X(privacy)                                                                                     \
    X(record)                                                                                      \
    X(refine)                                                                                      \
    X(reload)                                                                                      \
    X(report)                                                                                      \
    X(restore)                                                                                     \
    X(retention)                                                                                   \
    X(route)                                                                                       \
    X(scenario)                                                                                    \
    X(screen)                                                                                      \
    X(send)                                                                                        \
    X(serve)                                                                                       \
    X(silence)                                                                                     \
    X(simulate)                                                                                    \
    X(status)                                                                                      \
    X(story)                                                                                       \
    X(subscribe)                                                                                   \
    X(tag)                                                                                         \
    X(token)                                                                                       \
    X(top)                                                                                         \
    X(topics)                                                                                      \
    X(train)                                                                                       \
    X(trigger)                                                                                     \
    X(unclear)                                                                                     \
    X(version)                                                                                     \
    X(whatif)                                                                                      \
    X(words)                                                                                       \
    X(worker)

typedef struct lyt_cli {
    lyt_console *console;
    const char *version; /* "0.1.0" */
} lyt_cli;

typedef struct lyt_command lyt_command;

typedef struct lyt_call {
    lyt_console *console;
    const lyt_cli *cli;
    const lyt_command *command;
    const void *values; /* the command's own struct, as its options say */
    char **operands;    /* what is left, without the verb */
    int n_operands;
    int verb; /* index into command->verbs; 0 without verbs */
} lyt_call;

typedef struct lyt_sample {
    const char *line; /* as typed in a shell */
    const char *text; /* what it does, no full stop */
} lyt_sample;

struct lyt_command {
    const char *name;
    const char *summary;       /* one line, no full stop */
    const char *usage;         /* what follows "lyt NAME"; one line a form */
    const char *description;   /* paragraphs, an empty line between them */
    const char *const *verbs;  /* what the first operand must be one of; NULL for none */
    const lyt_option *options; /* sorted by name; --help is everybody's and not here */
    size_t n_options;
    size_t values_bytes; /* sizeof the struct the options fill; starts zeroed */
    const lyt_sample *samples;
    size_t n_samples;
    int min_operands, max_operands; /* without the verb; max below 0: any number */
    lyt_exit (*run)(const lyt_call *call);
};

#define X(name) extern const lyt_command lyt_cmd_##name;
LYT_COMMANDS(X)
#undef X

/* For the rows: `LYT_ROWS(options)` sets pointer and count. */
#define LYT_ROWS(table) .table = table, .n_##table = sizeof(table) / sizeof(table)[0]

size_t lyt_commands(void);
const lyt_command *lyt_command_at(size_t index);
/* NULL when there is none. */
const lyt_command *lyt_command_find(const char *name);

/* --help, the row that every command has. */
const lyt_option *lyt_command_help_option(void);

/* What `lyt NAME --help` and `lyt --help` say. */
void lyt_command_help(const lyt_command *command, lyt_buf *out);
void lyt_command_overview(lyt_buf *out);

/*
 * Runs a command line, argv[0] being the program. argv's pointers are reordered. The
 * answer is the exit code, except for results that could not be written
 * (lyt_console_finish).
 */
lyt_exit lyt_cli_run(const lyt_cli *cli, int argc, char **argv);

#endif
