#include "command.h"

#include <string.h>

#include "mem.h"
#include "nearest.h"
#include "wrap.h"

static const lyt_command *const table[] = {
#define X(name) &lyt_cmd_##name,
    LYT_COMMANDS(X)
#undef X
};

enum { n_commands = sizeof table / sizeof table[0] };

static const lyt_option help_option = {
    .name = "help",
    .letter = 'h',
    .type = LYT_OPT_FLAG,
    .help = "print this text and exit",
};

static const char misuse_hint[] = "Try 'lyt %s%s--help'.\n";

size_t lyt_commands(void)
{
    return n_commands;
}

const lyt_command *lyt_command_at(size_t index)
{
    return table[index];
}

const lyt_command *lyt_command_find(const char *name)
{
    for (size_t i = 0; i < n_commands; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const lyt_option *lyt_command_help_option(void)
{
    return &help_option;
}

static void usage_lines(const lyt_command *command, lyt_buf *out)
{
    lyt_str rest = lyt_str_of(command->usage);
    const char *lead = "Usage:";

    do {
        size_t end = lyt_str_find(rest, '\n', 0);
        lyt_str form = lyt_str_slice(rest, 0, end);

        lyt_buf_addf(out, "%s lyt %s%s%.*s\n", lead, command->name, form.len ? " " : "",
                     LYT_STR_ARG(form));
        lead = "      ";
        rest = lyt_str_slice(rest, end + 1, rest.len);
    } while (rest.len);
}

void lyt_command_help(const lyt_command *command, lyt_buf *out)
{
    usage_lines(command, out);
    lyt_buf_addf(out, "\n%s.\n\n", command->summary);
    lyt_wrap(out, lyt_str_of(command->description), 0, 80);
    lyt_buf_add_text(out, "\nOptions:\n");
    lyt_options_help(command->options, command->n_options, out);
    lyt_options_help(&help_option, 1, out);
    if (command->n_samples)
        lyt_buf_add_text(out, "\nExamples:\n");
    for (size_t i = 0; i < command->n_samples; i++)
        lyt_buf_addf(out, "  %s\n      %s\n", command->samples[i].line, command->samples[i].text);
}

void lyt_command_overview(lyt_buf *out)
{
    lyt_buf_add_text(out, "Usage: lyt COMMAND [OPTION...] [OPERAND...]\n"
                          "       lyt --help | --version\n\n"
                          "Hears what failed in a guest's own words and tells who mends it.\n\n"
                          "Commands:\n");
    for (size_t i = 0; i < n_commands; i++)
        lyt_buf_addf(out, "  %-12s%s\n", table[i]->name, table[i]->summary);
    lyt_buf_add_text(out, "\n'lyt COMMAND --help' says more of each.\n"
                          "Exit codes: 0 done, 1 failed, 2 misuse of the command line.\n");
}

static void hint(const lyt_cli *cli, const lyt_command *command)
{
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_buf_addf(&text, misuse_hint, command ? command->name : "", command ? " " : "");
    lyt_console_err_write(cli->console, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
}

static lyt_exit print_help(const lyt_cli *cli, const lyt_command *command)
{
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    if (command)
        lyt_command_help(command, &text);
    else
        lyt_command_overview(&text);
    lyt_console_write_buf(cli->console, &text);
    lyt_buf_deinit(&text);
    return LYT_EXIT_DONE;
}

static lyt_exit unknown_word(const lyt_cli *cli, const char *what, const char *word,
                             const char *like)
{
    if (like)
        lyt_console_misuse(cli->console, "unknown %s '%s'; did you mean '%s'?", what, word, like);
    else
        lyt_console_misuse(cli->console, "unknown %s '%s'", what, word);
    hint(cli, NULL);
    return LYT_EXIT_MISUSE;
}

static lyt_exit unknown_command(const lyt_cli *cli, const char *word)
{
    const char *names[n_commands];

    for (size_t i = 0; i < n_commands; i++)
        names[i] = table[i]->name;
    return unknown_word(cli, "command", word, lyt_nearest(word, names, n_commands));
}

/* The long option that the parser did not know; NULL when it failed for another reason. */
static char *unknown_option(int argc, char **argv, const lyt_error *err)
{
    static const char says[] = "unknown option ";

    if (strncmp(err->text, says, sizeof says - 1) != 0)
        return NULL;
    for (int i = 0; i < argc; i++) {
        size_t len = strcspn(argv[i], "=");
        const char *named = err->text + sizeof says - 1;

        if (strncmp(argv[i], "--", 2) == 0 && strlen(named) == len &&
            strncmp(argv[i], named, len) == 0)
            return argv[i];
    }
    return NULL;
}

static lyt_exit bad_options(const lyt_cli *cli, const lyt_command *command, int argc, char **argv,
                            const lyt_error *err)
{
    enum { names_max = 64 };
    const char *names[names_max] = {help_option.name};
    char *word = unknown_option(argc, argv, err);
    const char *like = NULL;
    size_t n = 1;

    for (size_t i = 0; i < command->n_options && n < names_max; i++)
        names[n++] = command->options[i].name;
    if (word) {
        word[strcspn(word, "=")] = '\0';
        like = lyt_nearest(word + 2, names, n);
    }
    if (like)
        lyt_console_misuse(cli->console, "%s: %s; did you mean --%s?", command->name, err->text,
                           like);
    else
        lyt_console_misuse(cli->console, "%s: %s", command->name, err->text);
    hint(cli, command);
    return LYT_EXIT_MISUSE;
}

/* Help is asked for wherever the word stands, so that it also comes to a wrong command line. */
static bool wants_help(const lyt_command *command, int argc, char **argv)
{
    bool has_letter = false;

    for (size_t i = 0; i < command->n_options; i++)
        has_letter = has_letter || command->options[i].letter == help_option.letter;
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || (!has_letter && strcmp(argv[i], "-h") == 0))
            return true;
    return false;
}

/* "add, list or end" */
static void add_verbs(lyt_buf *out, const char *const *verbs)
{
    for (size_t i = 0; verbs[i]; i++)
        lyt_buf_addf(out, "%s%s", i == 0 ? "" : verbs[i + 1] ? ", " : " or ", verbs[i]);
}

static lyt_exit bad_verb(const lyt_call *call, const char *word, const char *like)
{
    lyt_buf verbs;

    lyt_buf_init(&verbs, NULL);
    add_verbs(&verbs, call->command->verbs);
    if (!word)
        lyt_console_misuse(call->console, "%s: say what to do: %.*s", call->command->name,
                           LYT_STR_ARG(lyt_buf_str(&verbs)));
    else if (like)
        lyt_console_misuse(call->console, "%s: there is no '%s'; did you mean '%s'?",
                           call->command->name, word, like);
    else
        lyt_console_misuse(call->console, "%s: there is no '%s'; it is one of %.*s",
                           call->command->name, word, LYT_STR_ARG(lyt_buf_str(&verbs)));
    lyt_buf_deinit(&verbs);
    hint(call->cli, call->command);
    return LYT_EXIT_MISUSE;
}

/* Whether a form of use ("work|close N") is one of the verb's. */
static bool is_form_of(lyt_str form, lyt_str verb)
{
    lyt_str word = lyt_str_slice(form, 0, lyt_str_find(form, ' ', 0));

    for (size_t at = 0; at < word.len;) {
        size_t end = lyt_str_find(word, '|', at);

        if (lyt_str_equal(lyt_str_slice(word, at, end), verb))
            return true;
        at = end + 1;
    }
    return false;
}

/* The forms of use of the verb that was given, or of a command without verbs all of them. */
static void say_usage(const lyt_call *call)
{
    const char *const *verbs = call->command->verbs;
    lyt_str usage = lyt_str_of(call->command->usage);
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    for (size_t at = 0; at < usage.len;) {
        size_t end = lyt_str_find(usage, '\n', at);

        lyt_str form = lyt_str_slice(usage, at, end);

        if (!verbs || is_form_of(form, lyt_str_of(verbs[call->verb])))
            lyt_buf_addf(&text, "Usage: lyt %s %.*s\n", call->command->name, LYT_STR_ARG(form));
        at = end + 1;
    }
    lyt_console_err_write(call->console, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
}

/* Takes the verb from the front of the operands. */
static lyt_exit take_verb(lyt_call *call)
{
    const char *const *verbs = call->command->verbs;
    size_t n = 0;

    if (!verbs)
        return LYT_EXIT_DONE;
    if (call->n_operands == 0)
        return bad_verb(call, NULL, NULL);
    for (; verbs[n]; n++) {
        if (strcmp(verbs[n], call->operands[0]) == 0) {
            call->verb = (int)n;
            call->operands++;
            call->n_operands--;
            return LYT_EXIT_DONE;
        }
    }
    return bad_verb(call, call->operands[0], lyt_nearest(call->operands[0], verbs, n));
}

static lyt_exit check_operands(const lyt_call *call)
{
    const lyt_command *command = call->command;

    if (call->n_operands < command->min_operands)
        lyt_console_misuse(call->console, "%s: an operand is missing", command->name);
    else if (command->max_operands >= 0 && call->n_operands > command->max_operands)
        lyt_console_misuse(call->console, "%s: '%s' is one operand too many", command->name,
                           call->operands[command->max_operands]);
    else
        return LYT_EXIT_DONE;
    say_usage(call);
    hint(call->cli, command);
    return LYT_EXIT_MISUSE;
}

/* What would be read over in silence is said: the user meant something by it. */
static lyt_exit check_stray(const lyt_call *call, const void *defaults)
{
    const lyt_command *command = call->command;
    const lyt_option *stray =
        command->verbs ? lyt_options_stray(command->options, command->n_options, call->values,
                                           defaults, command->verbs[call->verb])
                       : NULL;

    if (!stray)
        return LYT_EXIT_DONE;
    lyt_console_misuse(call->console, "%s %s: --%s does not go with it", command->name,
                       command->verbs[call->verb], stray->name);
    hint(call->cli, command);
    return LYT_EXIT_MISUSE;
}

static lyt_exit run(const lyt_cli *cli, const lyt_command *command, int argc, char **argv)
{
    size_t bytes = command->values_bytes ? command->values_bytes : 1;
    void *values = lyt_mem_new(NULL, bytes), *defaults = lyt_mem_new(NULL, bytes);
    lyt_call call = {.console = cli->console, .cli = cli, .command = command, .operands = argv};
    lyt_error err = {0};
    lyt_exit code;

    if (!values || !defaults) {
        code = lyt_console_complain(cli->console, "out of memory");
        goto end;
    }
    call.values = values;
    if (lyt_options_default(command->options, command->n_options, values, &err) ||
        lyt_options_default(command->options, command->n_options, defaults, &err) ||
        lyt_options_parse(command->options, command->n_options, values, argc, argv,
                          &call.n_operands, &err)) {
        code = bad_options(cli, command, argc, argv, &err);
        goto end;
    }
    code = take_verb(&call);
    if (code == LYT_EXIT_DONE)
        code = check_stray(&call, defaults);
    if (code == LYT_EXIT_DONE)
        code = check_operands(&call);
    if (code == LYT_EXIT_DONE)
        code = command->run(&call);
end:
    lyt_mem_free(NULL, values);
    lyt_mem_free(NULL, defaults);
    return code;
}

lyt_exit lyt_cli_run(const lyt_cli *cli, int argc, char **argv)
{
    static const char *const alone[] = {"--help", "--version"};
    const char *word = argc > 1 ? argv[1] : NULL;
    const lyt_command *command;

    if (!word) {
        lyt_buf text;

        lyt_buf_init(&text, NULL);
        lyt_command_overview(&text);
        lyt_console_err_write(cli->console, lyt_buf_str(&text));
        lyt_buf_deinit(&text);
        return LYT_EXIT_MISUSE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return print_help(cli, NULL);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        word = "version";
    else if (word[0] == '-')
        return unknown_word(cli, "option", word, lyt_nearest(word, alone, 2));
    command = lyt_command_find(word);
    if (!command)
        return unknown_command(cli, word);
    if (wants_help(command, argc - 2, argv + 2))
        return print_help(cli, command);
    return run(cli, command, argc - 2, argv + 2);
}
