#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "option.h"
#include "testing.h"

LYT_SUITE(option);

typedef struct values {
    bool json, quiet;
    int64_t window, order;
    double threshold;
    const char *pack;
    lyt_texts properties;
} values;

static const char *const orders[] = {"seq", "time", NULL};

static const lyt_option table[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "as JSON"},
    {.name = "order",
     .type = LYT_OPT_CHOICE,
     .offset = offsetof(values, order),
     .choices = orders,
     .fallback = "time",
     .value = "ORDER",
     .help = "order"},
    {.name = "pack",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, pack),
     .value = "PACK",
     .help = "pack to use"},
    {.name = "property",
     .type = LYT_OPT_TEXTS,
     .offset = offsetof(values, properties),
     .value = "NAME",
     .help = "property"},
    {.name = "quiet",
     .letter = 'q',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, quiet),
     .help = "say nothing"},
    {.name = "threshold",
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, threshold),
     .min = 0,
     .max = 1,
     .fallback = "0.5",
     .value = "P",
     .help = "threshold"},
    {.name = "window",
     .letter = 'w',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, window),
     .min = 1,
     .max = 100,
     .unit = "messages",
     .fallback = "10",
     .value = "N",
     .help = "window"},
};
enum { n_table = sizeof table / sizeof *table };

static lyt_status parse(values *v, const char *line, char *store, char **argv, int *n,
                        lyt_error *err)
{
    int argc = 0;

    memset(v, 0, sizeof *v);
    cr_assert_eq(lyt_options_default(table, n_table, v, err), LYT_OK);
    strcpy(store, line);
    for (char *word = strtok(store, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return lyt_options_parse(table, n_table, v, argc, argv, n, err);
}

Test(option, reads_every_way_of_writing)
{
    char store[200], *argv[20];
    lyt_error err;
    values v;
    int n;

    cr_assert_eq(parse(&v, "a -jqw 7 b --pack=x=y --property p --property q --order seq -- --c -",
                       store, argv, &n, &err),
                 LYT_OK);
    cr_expect(v.json && v.quiet);
    cr_expect_eq(v.window, 7);
    cr_expect_eq(v.order, 0);
    cr_expect_str_eq(v.pack, "x=y");
    cr_expect_eq(v.properties.n, 2);
    cr_expect_str_eq(v.properties.item[1], "q");
    cr_expect_eq(n, 4);
    cr_expect_str_eq(argv[0], "a");
    cr_expect_str_eq(argv[1], "b");
    cr_expect_str_eq(argv[2], "--c");
    cr_expect_str_eq(argv[3], "-");
    cr_assert_eq(parse(&v, "-w9", store, argv, &n, &err), LYT_OK);
    cr_expect_eq(v.window, 9);
    cr_expect_eq(v.order, 1);
    cr_expect_float_eq(v.threshold, 0.5, 1e-9);
}

Test(option, refusals_say_what_is_allowed)
{
    static const struct {
        int line;
        const char *words, *text;
    } rows[] = {
        {__LINE__, "--nope", "unknown option --nope"},
        {__LINE__, "-x", "unknown option -x"},
        {__LINE__, "--pack", "--pack needs PACK"},
        {__LINE__, "-p", "-p (--pack) needs PACK"},
        {__LINE__, "--window 0", "--window takes a whole number from 1 to 100 (messages), not '0'"},
        {__LINE__, "--window 7x",
         "--window takes a whole number from 1 to 100 (messages), not '7x'"},
        {__LINE__, "--window 99999999999999999999",
         "--window takes a whole number from 1 to 100 (messages), not '99999999999999999999'"},
        {__LINE__, "--threshold nan", "--threshold takes a number from 0 to 1, not 'nan'"},
        {__LINE__, "--order size", "--order takes one of seq, time, not 'size'"},
        {__LINE__, "--json=maybe", "--json is true or false, not 'maybe'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char store[200], *argv[20];
        lyt_error err;
        values v;
        int n;

        cr_expect_eq(parse(&v, rows[i].words, store, argv, &n, &err), LYT_EINVAL, "row at line %d",
                     rows[i].line);
        cr_expect_str_eq(err.text, rows[i].text, "row at line %d: %s", rows[i].line, err.text);
    }
}

Test(option, what_does_not_go_with_a_verb)
{
    typedef struct verbed {
        bool all;
        double share;
        const char *note;
        lyt_texts names;
    } verbed;
    static const lyt_option verbed_table[] = {
        {.name = "all", .type = LYT_OPT_FLAG, .offset = offsetof(verbed, all), .verbs = "list"},
        {.name = "name",
         .type = LYT_OPT_TEXTS,
         .offset = offsetof(verbed, names),
         .verbs = "add done"},
        {.name = "note",
         .type = LYT_OPT_TEXT,
         .offset = offsetof(verbed, note),
         .verbs = "-list show"},
        {.name = "share",
         .type = LYT_OPT_REAL,
         .offset = offsetof(verbed, share),
         .fallback = "0.5"},
    };
    static const struct {
        int line;
        const char *words, *verb, *stray;
    } rows[] = {
        {__LINE__, "--all", "list", NULL},
        {__LINE__, "--all", "lis", "all"},
        {__LINE__, "--all", "add", "all"},
        {__LINE__, "--name x", "done", NULL},
        {__LINE__, "--name x", "list", "name"},
        {__LINE__, "--note x", "add", NULL},
        {__LINE__, "--note x", "show", "note"},
        {__LINE__, "--share 0.7", "list", NULL},
        {__LINE__, "--share 0.7 --note x", "list", "note"},
        {__LINE__, "", "show", NULL},
    };
    enum { n = sizeof verbed_table / sizeof *verbed_table };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char store[200], *argv[20], *rest = store;
        verbed v, usual;
        const lyt_option *stray;
        int argc = 0, n_operands;
        lyt_error err;

        memset(&v, 0, sizeof v);
        memset(&usual, 0, sizeof usual);
        snprintf(store, sizeof store, "%s", rows[i].words);
        for (char *word; (word = strtok_r(rest, " ", &rest));)
            argv[argc++] = word;
        cr_assert_eq(lyt_options_default(verbed_table, n, &usual, &err), LYT_OK);
        cr_assert_eq(lyt_options_default(verbed_table, n, &v, &err), LYT_OK);
        cr_assert_eq(lyt_options_parse(verbed_table, n, &v, argc, argv, &n_operands, &err), LYT_OK);
        stray = lyt_options_stray(verbed_table, n, &v, &usual, rows[i].verb);
        cr_expect((stray == NULL) == (rows[i].stray == NULL) &&
                      (!stray || strcmp(stray->name, rows[i].stray) == 0),
                  "line %d: %s", rows[i].line, stray ? stray->name : "none");
    }
}

Test(option, help_shows_range_and_default)
{
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_options_help(table, n_table, &out);
    cr_expect(strstr(out.data, "  -w, --window N              window (1 to 100 messages) [10]\n"),
              "%s", out.data);
    cr_expect(strstr(out.data, "order: seq, time [time]\n"));
    lyt_buf_deinit(&out);
}
