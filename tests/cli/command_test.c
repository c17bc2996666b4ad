#include "nearest.h"
#include "running.h"
#include "wrap.h"

LYT_SUITE(command);

Test(command, command_lines)
{
    static const struct {
        int line;
        const char *words;
        lyt_exit code;
        const char *out, *err; /* parts; NULL: the stream stays empty */
    } rows[] = {
        {__LINE__, "", LYT_EXIT_MISUSE, NULL, "Usage: lyt COMMAND"},
        {__LINE__, "--help", LYT_EXIT_DONE, "Commands:\n", NULL},
        {__LINE__, "-h", LYT_EXIT_DONE, "Commands:\n", NULL},
        {__LINE__, "help", LYT_EXIT_DONE, "Commands:\n", NULL},
        {__LINE__, "--version", LYT_EXIT_DONE, "lyt 9.8.7\n", NULL},
        {__LINE__, "-V", LYT_EXIT_DONE, "lyt 9.8.7\n", NULL},
        {__LINE__, "version", LYT_EXIT_DONE, "lyt 9.8.7\n", NULL},
        {__LINE__, "version --help", LYT_EXIT_DONE, "Usage: lyt version [--json]\n", NULL},
        {__LINE__, "version -h --nonsense", LYT_EXIT_DONE, "Usage: lyt version [--json]\n", NULL},
        {__LINE__, "help version", LYT_EXIT_DONE, "Usage: lyt version [--json]\n", NULL},
        {__LINE__, "help --man", LYT_EXIT_DONE, ".TH LYT 1 ", NULL},
        {__LINE__, "help --man version", LYT_EXIT_DONE, ".TH LYT-VERSION 1 ", NULL},
        {__LINE__, "help --completion", LYT_EXIT_DONE, "complete -o filenames -F _lyt lyt", NULL},
        {__LINE__, "help --completion version", LYT_EXIT_MISUSE, NULL, "stands alone"},
        {__LINE__, "help verison", LYT_EXIT_MISUSE, NULL, "did you mean 'version'?"},
        {__LINE__, "help qqqqqq", LYT_EXIT_MISUSE, NULL, "no command 'qqqqqq'; lyt help lists them all\n"},
        {__LINE__, "help version help", LYT_EXIT_MISUSE, NULL, "one operand too many"},
        {__LINE__, "hlep", LYT_EXIT_MISUSE, NULL, "unknown command 'hlep'; did you mean 'help'?"},
        {__LINE__, "ver", LYT_EXIT_MISUSE, NULL, "did you mean 'version'?"},
        {__LINE__, "qqqqqq", LYT_EXIT_MISUSE, NULL, "unknown command 'qqqqqq'\n"},
        {__LINE__, "--qqqqqq", LYT_EXIT_MISUSE, NULL, "unknown option '--qqqqqq'"},
        {__LINE__, "--hepl", LYT_EXIT_MISUSE, NULL, "did you mean '--help'?"},
        {__LINE__, "help --mna", LYT_EXIT_MISUSE, NULL, "--mna; did you mean --man?"},
        {__LINE__, "help --complet=x", LYT_EXIT_MISUSE, NULL, "did you mean --completion?"},
        {__LINE__, "help --qqqqqq", LYT_EXIT_MISUSE, NULL, "unknown option --qqqqqq\n"},
        {__LINE__, "help -q", LYT_EXIT_MISUSE, NULL, "unknown option -q"},
        {__LINE__, "channel", LYT_EXIT_MISUSE, NULL, "channel: say what to do: check or try\n"},
        {__LINE__, "channel qqqqqq", LYT_EXIT_MISUSE, NULL,
         "channel: there is no 'qqqqqq'; it is one of check or try\n"},
        {__LINE__, "channel chek", LYT_EXIT_MISUSE, NULL, "did you mean 'check'?"},
        {__LINE__, "restore", LYT_EXIT_MISUSE, NULL, "an operand is missing\nUsage: lyt restore "},
        {__LINE__, "help -- --help", LYT_EXIT_MISUSE, NULL, "no command '--help'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        running r;

        running_run(&r, rows[i].words, (lyt_str){0});
        cr_expect_eq(r.code, rows[i].code, "line %d: exit code %d", rows[i].line, r.code);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
}

/* What the rows promise each other. */
Test(command, rows_are_sorted_and_whole)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);

        cr_expect(i == 0 || strcmp(lyt_command_at(i - 1)->name, command->name) < 0,
                  "%s is out of order", command->name);
        cr_expect_eq(lyt_command_find(command->name), command);
        cr_assert(command->summary && command->usage && command->description && command->run);
        cr_expect_neq(command->summary[strlen(command->summary) - 1], '.', "%s", command->name);
        for (size_t j = 0; j < command->n_options; j++) {
            const lyt_option *option = &command->options[j];

            cr_expect(j == 0 || strcmp(option[-1].name, option->name) < 0,
                      "%s: --%s is out of order", command->name, option->name);
            cr_expect(option->offset < command->values_bytes);
            for (size_t k = 0; k < j; k++)
                cr_expect(!option->letter || option->letter != command->options[k].letter,
                          "%s: -%c is taken twice", command->name, option->letter);
        }
    }
}

Test(command, help_mentions_every_option)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);
        running r;
        char line[64], option[80];

        snprintf(line, sizeof line, "%s --help", command->name);
        running_run(&r, line, (lyt_str){0});
        cr_expect_eq(r.code, LYT_EXIT_DONE);
        cr_expect(running_has(&r.out, "  -h, --help "), "%s", command->name);
        for (size_t j = 0; j < command->n_options; j++) {
            snprintf(option, sizeof option, "--%s", command->options[j].name);
            cr_expect(running_has(&r.out, option), "%s does not show %s", line, option);
        }
        for (size_t j = 0; j < command->n_samples; j++)
            cr_expect(running_has(&r.out, command->samples[j].line), "%s", line);
        running_end(&r);
    }
}

Test(command, nearest)
{
    static const char *const names[] = {"classify", "eval", "explain", "help", "pack"};
    static const struct {
        int line;
        const char *word, *like;
    } rows[] = {
        {__LINE__, "clasify", "classify"}, {__LINE__, "classfiy", "classify"},
        {__LINE__, "class", "classify"},   {__LINE__, "epxlain", "explain"},
        {__LINE__, "packs", "pack"},       {__LINE__, "hepl", "help"},
        {__LINE__, "eval", "eval"},        {__LINE__, "x", NULL},
        {__LINE__, "serve", NULL},         {__LINE__, "", NULL},
    };
    char huge[200];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *like = lyt_nearest(rows[i].word, names, 5);

        cr_expect(lyt_str_equal(lyt_str_of(like), lyt_str_of(rows[i].like)), "line %d: %s gives %s",
                  rows[i].line, rows[i].word, like ? like : "none");
    }
    memset(huge, 'a', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    cr_expect_null(lyt_nearest(huge, names, 5));
    cr_expect_eq(lyt_nearest_distance("kitten", "sitting"), 3);
    cr_expect_eq(lyt_nearest_distance("ab", "ba"), 1);
    cr_expect_eq(lyt_nearest_distance("", "abc"), 3);
}

/* A terminal of 80 columns shows all of it; a bound that cannot be written is none. */
Test(command, help_fits_the_screen)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);
        bool of_options = false;
        lyt_buf text;
        lyt_str rest;

        lyt_buf_init(&text, NULL);
        lyt_command_help(command, &text);
        cr_expect_not(running_has(&text, " null"), "%s: %s", command->name, text.data);
        rest = lyt_buf_str(&text);
        for (size_t end; rest.len; rest = lyt_str_slice(rest, end + 1, rest.len)) {
            lyt_str line;

            end = lyt_str_find(rest, '\n', 0);
            line = lyt_str_slice(rest, 0, end);
            if (lyt_str_equal(line, LYT_STR("Options:")))
                of_options = true;
            if (lyt_str_equal(line, LYT_STR("Examples:")))
                break;
            cr_expect(!of_options || lyt_wrap_width(line) <= 80, "%s: %.*s", command->name,
                      LYT_STR_ARG(line));
        }
        lyt_buf_deinit(&text);
    }
}

/* What a person can read a program can read, too. */
Test(command, UI_10_json_is_everywhere)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);
        bool found = false;

        for (size_t k = 0; k < command->n_options; k++)
            found = found || strcmp(command->options[k].name, "json") == 0;
        cr_expect(found, "%s has no --json", command->name);
    }
}

/* A verb that is misspelt in a row would make its option go with nothing. */
Test(command, options_go_with_verbs_that_there_are)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);

        for (size_t k = 0; k < command->n_options; k++) {
            char copy[256], *rest = copy;

            snprintf(copy, sizeof copy, "%s",
                     command->options[k].verbs ? command->options[k].verbs : "");
            if (*rest == '-')
                rest++;
            for (char *word; (word = strtok_r(rest, " ", &rest));) {
                bool found = false;

                for (size_t v = 0; command->verbs && command->verbs[v]; v++)
                    found = found || strcmp(command->verbs[v], word) == 0;
                cr_expect(found, "%s --%s goes with '%s'", command->name, command->options[k].name,
                          word);
            }
        }
    }
}
