#include "command.h"
#include "manual.h"
#include "nearest.h"

typedef struct help_values {
    bool man;
    bool completion;
    bool json;
} help_values;

static const lyt_option options[] = {
    {.name = "completion",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(help_values, completion),
     .help = "print a completion script for bash"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(help_values, json),
     .help = "print what a command takes, or all commands, as JSON"},
    {.name = "man",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(help_values, man),
     .help = "print the manual page, for man(1)"},
};

static const lyt_sample samples[] = {
    {"lyt help classify", "all about one command"},
    {"lyt help --man classify | man -l -", "its manual page, without installing it"},
    {"source <(lyt help --completion)", "completion in this shell"},
};

static lyt_exit unknown(const lyt_call *call, const char *word)
{
    enum { names_max = 64 };
    const char *names[names_max], *like;
    size_t n = 0;

    for (; n < lyt_commands() && n < names_max; n++)
        names[n] = lyt_command_at(n)->name;
    like = lyt_nearest(word, names, n);
    if (like)
        return lyt_console_misuse(call->console, "help: no command '%s'; did you mean '%s'?", word,
                                  like);
    return lyt_console_misuse(call->console, "help: no command '%s'; lyt help lists them all", word);
}

static lyt_exit run(const lyt_call *call)
{
    const help_values *values = call->values;
    const char *word = call->n_operands ? call->operands[0] : NULL;
    const lyt_command *command = word ? lyt_command_find(word) : NULL;
    lyt_buf text;

    if (word && !command)
        return unknown(call, word);
    if (values->completion && (values->man || word))
        return lyt_console_misuse(call->console, "help: --completion stands alone");
    if (values->json && (values->man || values->completion))
        return lyt_console_misuse(call->console, "help: --json, --man and --completion exclude "
                                                 "one another");
    lyt_buf_init(&text, NULL);
    if (values->json)
        lyt_manual_json(command, call->cli->version, &text);
    else if (values->completion)
        lyt_manual_completion(&text);
    else if (values->man)
        lyt_manual_page(command, call->cli->version, &text);
    else if (command)
        lyt_command_help(command, &text);
    else
        lyt_command_overview(&text);
    lyt_console_write_buf(call->console, &text);
    lyt_buf_deinit(&text);
    return LYT_EXIT_DONE;
}

const lyt_command lyt_cmd_help = {
    .name = "help",
    .summary = "Explain a command, or print its manual page",
    .usage = "[--man | --json] [COMMAND]\n--completion",
    .description = "Without a command lists all of them. The manual pages and the completion "
                   "script are made from the same tables as this text.",
    LYT_ROWS(options),
    .values_bytes = sizeof(help_values),
    LYT_ROWS(samples),
    .max_operands = 1,
    .run = run,
};
