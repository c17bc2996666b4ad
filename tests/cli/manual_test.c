#include <stdlib.h>

#include "json.h"
#include "manual.h"
#include "running.h"

LYT_SUITE(manual);

/* Runs a shell command that reads the file {folder}/text; its exit code. */
static int checked_by(const char *command, const char *folder, const lyt_buf *text)
{
    char line[256];

    testing_write(folder, "text", lyt_buf_str(text));
    snprintf(line, sizeof line, "%s <%s/text 1>&2", command, folder);
    return system(line);
}

Test(manual, pages_pass_mandoc)
{
    char folder[64];

    if (system("command -v mandoc >/dev/null 2>&1"))
        cr_skip_test("mandoc is not installed");
    testing_folder(folder);
    for (size_t i = 0; i <= lyt_commands(); i++) {
        const lyt_command *command = i < lyt_commands() ? lyt_command_at(i) : NULL;
        lyt_buf page;

        lyt_buf_init(&page, NULL);
        lyt_manual_page(command, "9.8.7", &page);
        cr_expect_eq(lyt_buf_status(&page), LYT_OK);
        cr_expect_eq(checked_by("mandoc -Tlint", folder, &page), 0, "%s:\n%s",
                     command ? command->name : "lyt", page.data);
        lyt_buf_deinit(&page);
    }
    testing_folder_remove(folder);
}

/* What roff would take for its own is text in the page. */
Test(manual, text_is_not_roff)
{
    static const lyt_option options[] = {{.name = "a-b",
                                          .letter = 'a',
                                          .type = LYT_OPT_INT,
                                          .value = "N",
                                          .min = 1,
                                          .max = 9,
                                          .unit = "ms",
                                          .fallback = "3",
                                          .help = ".hidden \\fBbold"}};
    static const lyt_command command = {.name = "odd",
                                        .summary = "odd",
                                        .usage = "",
                                        .description = ".SH not a heading\n\n  'literal",
                                        LYT_ROWS(options)};
    static const char *const parts[] = {
        "\n\\&.SH not a heading\n",
        "\n.nf\n  'literal\n.fi\n",
        "\n\\&.hidden \\efBbold (1 to 9 ms); the default is 3.\n",
        "\\fB\\-a\\fR, \\fB\\-\\-a\\-b\\fR \\fIN\\fR\n",
    };
    lyt_buf page;

    lyt_buf_init(&page, NULL);
    lyt_manual_page(&command, "9.8.7", &page);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        cr_expect(running_has(&page, parts[i]), "no %s in %s", parts[i], page.data);
    lyt_buf_deinit(&page);
}

Test(manual, pages_name_every_option)
{
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);
        lyt_buf page;

        lyt_buf_init(&page, NULL);
        lyt_manual_page(command, "9.8.7", &page);
        for (size_t j = 0; j < command->n_options; j++) {
            char name[64] = "\\fB\\-\\-";
            size_t n = strlen(name);

            for (const char *p = command->options[j].name; *p; p++)
                n += (size_t)snprintf(name + n, sizeof name - n, "%s%c", *p == '-' ? "\\" : "", *p);
            cr_expect(running_has(&page, name), "%s: %s", command->name, name);
        }
        lyt_buf_deinit(&page);
    }
}

/* All that --help says, for a program: each command's options, and it is JSON. */
Test(manual, json_of_all_commands)
{
    lyt_json *all = NULL;
    const lyt_json *commands;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_manual_json(NULL, "9.8.7", &text);
    cr_assert_eq(lyt_json_parse(&all, lyt_buf_str(&text), 1 << 20, NULL), LYT_OK);
    cr_expect(lyt_str_equal(lyt_json_text(all, "version"), LYT_STR("9.8.7")));
    commands = lyt_json_get(all, "commands");
    cr_assert_eq(lyt_json_len(commands), lyt_commands());
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);
        const lyt_json *row = lyt_json_at(commands, i);
        lyt_json *one = NULL;

        cr_expect(lyt_str_equal(lyt_json_text(row, "name"), lyt_str_of(command->name)));
        cr_expect_eq(lyt_json_len(lyt_json_get(row, "options")), command->n_options + 1, "%s",
                     command->name);
        cr_expect_eq(lyt_json_len(lyt_json_get(row, "examples")), command->n_samples);
        lyt_buf_reset(&text);
        lyt_manual_json(command, "9.8.7", &text);
        cr_expect_eq(lyt_json_parse(&one, lyt_buf_str(&text), 1 << 20, NULL), LYT_OK);
        lyt_json_free(one);
    }
    lyt_json_free(all);
    lyt_buf_deinit(&text);
}

Test(manual, completion_completes)
{
    static const struct {
        int line;
        const char *words;
        const char *replies;
    } rows[] = {
        {__LINE__, "lyt he", "help"},
        {__LINE__, "lyt --v", "--version"},
        {__LINE__, "lyt help --m", "--man"},
        {__LINE__, "lyt help vers", "version"},
        {__LINE__, "lyt version --h", "--help"},
    };
    char folder[64], line[512];
    lyt_buf script;

    testing_folder(folder);
    lyt_buf_init(&script, NULL);
    lyt_manual_completion(&script);
    cr_expect_eq(checked_by("bash -n", folder, &script), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(line, sizeof line,
                 "bash -c '. %s/text; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _lyt; "
                 "[ \"${COMPREPLY[*]}\" = \"%s\" ]'",
                 folder, rows[i].words, rows[i].replies);
        cr_expect_eq(system(line), 0, "line %d: %s", rows[i].line, line);
    }
    lyt_buf_deinit(&script);
    testing_folder_remove(folder);
}
