#include <math.h>
#include <string.h>

#include "json.h"
#include "running.h"
#include "store.h"

/* `lyt unclear`: what it shows and refuses; tests/model/choose_test.c has whether it is worth it.
 */
LYT_SUITE(unclear);

static const char messages[] = "My room was not cleaned today\n"
                               "\n"
                               "loud music from the bar\n"
                               "the bar, perhaps\n"
                               "thanks\n";

static void prepare(char folder[64])
{
    char path[96];
    lyt_store *store = NULL;
    int64_t id = 0;
    lyt_feedback feedback = {.source_id = LYT_STR("1"),
                             .channel = LYT_STR("sms"),
                             .text = LYT_STR("music, perhaps"),
                             .score = NAN,
                             .received_us = lyt_clock_wall_us(lyt_clock_system())};

    testing_folder(folder);
    testing_write(folder, "messages.txt", lyt_str_of(messages));
    testing_write(folder, "bad.txt", LYT_STR("fine\n\xFF\nthe bar\n"));
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL), LYT_OK);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_feedback(store, &feedback, &id, NULL), LYT_OK);
    cr_assert_eq(lyt_store_add_verdict(store, id, 1, LYT_STR("{}"), 2, NULL), LYT_OK);
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    lyt_store_close(store);
}

Test(unclear, command_lines)
{
    static const struct {
        int line;
        const char *words;
        lyt_str input;
        lyt_exit code;
        const char *out, *err;
    } rows[] = {
        {__LINE__, "$/messages.txt", {NULL, 0}, 0, "messages.txt:4  ", NULL},
        {__LINE__, "$/messages.txt", {NULL, 0}, 0, "\"the bar, perhaps\"\n", NULL},
        {__LINE__, "", {"the bar, perhaps\n", 17}, 0, "stdin:1  ", NULL},
        {__LINE__, "", {NULL, 0}, 0, NULL, NULL},
        {__LINE__, "$/bad.txt", {NULL, 0}, 1, "\"the bar\"", "bad.txt:2:1: byte 0xFF"},
        {__LINE__, "$/none.txt", {NULL, 0}, 1, NULL, "none.txt"},
        {__LINE__, "--last 1d --state $", {NULL, 0}, 0, "  1  ", NULL},
        {__LINE__, "--last 1d --state $ --json", {NULL, 0}, 0, "{\"feedback\":1,\"doubt\":", NULL},
        {__LINE__, "--last 1d --state $/none", {NULL, 0}, 1, NULL, "none/lyt.db"},
        {__LINE__, "--last x", {NULL, 0}, 2, NULL, "--last 'x'"},
        {__LINE__, "--last 1d $/messages.txt", {NULL, 0}, 2, NULL, "takes no FILE"},
        {__LINE__, "--state $", {NULL, 0}, 2, NULL, "belongs to --last"},
        {__LINE__, "-n 0 $/messages.txt", {NULL, 0}, 2, NULL, "--most"},
        {__LINE__, "-n 1001 $/messages.txt", {NULL, 0}, 2, NULL, "--most"},
        {__LINE__, "--language DA $/messages.txt", {NULL, 0}, 2, NULL, "two small letters"},
    };
    char folder[64], words[512], line[768];

    prepare(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *dollar = strchr(rows[i].words, '$');
        running r;

        if (dollar)
            snprintf(words, sizeof words, "%.*s%s%s", (int)(dollar - rows[i].words), rows[i].words,
                     folder, dollar + 1);
        else
            snprintf(words, sizeof words, "%s", rows[i].words);
        snprintf(line, sizeof line, "unclear -p %s/golden/minipack %s", testing_tests(), words);
        running_run(&r, line, rows[i].input);
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: %d, %s", rows[i].line, r.code,
                     r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        running_end(&r);
    }
    testing_folder_remove(folder);
}

Test(unclear, as_many_as_asked_and_each_once)
{
    static const char *const texts[] = {"My room was not cleaned today", "loud music from the bar",
                                        "the bar, perhaps", "thanks"};
    char folder[64], line[512];

    prepare(folder);
    for (int most = 1; most <= 6; most++) {
        running r;
        size_t n_lines = 0, n_texts = 0;

        snprintf(line, sizeof line, "unclear -p %s/golden/minipack --json -n %d %s/messages.txt",
                 testing_tests(), most, folder);
        running_run(&r, line, (lyt_str){0});
        cr_expect_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
        for (size_t i = 0; i < r.out.len; i++)
            n_lines += r.out.data[i] == '\n';
        for (size_t i = 0; i < 4; i++)
            n_texts += running_has(&r.out, texts[i]);
        cr_expect_eq(n_lines, (size_t)(most < 4 ? most : 4));
        cr_expect_eq(n_texts, n_lines);
        running_end(&r);
    }
    testing_folder_remove(folder);
}
