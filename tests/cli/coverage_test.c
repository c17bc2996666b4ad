#include <math.h>
#include <string.h>

#include "running.h"
#include "store.h"

/* `lyt coverage` over a database that holds what each row says. */
LYT_SUITE(coverage);

static const int64_t day_us = (int64_t)86400 * 1000000;

static const char heard[] = "{\"kind\":\"complaint\",\"failures\":[{\"scenario\":\"noise\"}]}",
                  unheard[] = "{\"kind\":\"complaint\",\"failures\":[]}",
                  praise[] = "{\"kind\":\"praise\",\"failures\":[]}", damaged[] = "{\"kind\":";

/* c a complaint with a scenario, n one without, p praise, d a damaged verdict, o one without that is old */
static void prepare(char folder[64], const char *messages)
{
    char path[96], text[32], id[24];
    const int64_t now_us = lyt_clock_wall_us(lyt_clock_system());
    lyt_store *store = NULL;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/lyt.db", folder);
    cr_assert_eq(lyt_store_open(&store, &(lyt_store_options){.path = path}, NULL), LYT_OK);
    cr_assert_eq(lyt_store_begin(store, NULL), LYT_OK);
    for (size_t i = 0; messages[i]; i++) {
        const char *verdict = messages[i] == 'c'   ? heard
                              : messages[i] == 'p' ? praise
                              : messages[i] == 'd' ? damaged
                                                   : unheard;
        lyt_feedback feedback = {.channel = LYT_STR("sms"),
                                 .score = NAN,
                                 .received_us = now_us - (messages[i] == 'o' ? 31 : 1) * day_us};
        int64_t number = 0;

        snprintf(text, sizeof text, "words no %zu", i + 1);
        snprintf(id, sizeof id, "%zu", i + 1);
        feedback.text = lyt_str_of(text);
        feedback.source_id = lyt_str_of(id);
        cr_assert_eq(lyt_store_add_feedback(store, &feedback, &number, NULL), LYT_OK);
        cr_assert_eq(lyt_store_add_verdict(store, number, 1, lyt_str_of(verdict), 2, NULL), LYT_OK);
    }
    cr_assert_eq(lyt_store_commit(store, NULL), LYT_OK);
    lyt_store_close(store);
}

Test(coverage, SC_11_complaints_that_no_scenario_heard)
{
    static const struct {
        int line;
        const char *messages, *words;
        lyt_exit code;
        const char *out, *lacks, *err;
    } rows[] = {
        {__LINE__, "", "", 0, "0 complaints in 30d, 0 of no scenario (0.0 %)\n", "warning", NULL},
        {__LINE__, "ppp", "", 0, "0 complaints in 30d, 0 of", "warning", NULL},
        /* one in five is not above 20 % */
        {__LINE__, "ccnccp", "", 0, "5 complaints in 30d, 1 of no scenario (20.0 %)\n  3  ",
         "warning", NULL},
        {__LINE__, "ccnnc", "", 0, "5 complaints in 30d, 2 of no scenario (40.0 %)\n", "damaged",
         NULL},
        {__LINE__, "ccnnc", "", 0, "warning: more than 20 % are of no scenario; 'lyt topics'",
         "verdicts", NULL},
        {__LINE__, "ccnnc", "--json", 0,
         "{\"complaints\":5,\"without_scenario\":2,\"share\":0.4,\"warning\":true,"
         "\"unreadable\":0,\"feedback\":[3,4]}\n",
         "words", NULL},
        /* the last ones are shown, in the order they came */
        {__LINE__, "nnnnn", "-n 2 --json", 0, "\"feedback\":[4,5]}", "[3", NULL},
        {__LINE__, "nnnnn", "", 0, "  3  \"words no 3\"\n  4  \"words no 4\"\n  5  ", "no 2", NULL},
        {__LINE__, "ooocn", "", 0, "2 complaints in 30d, 1 of no scenario (50.0 %)\n", "no 1",
         NULL},
        {__LINE__, "ooocn", "--last 40d", 0, "5 complaints in 40d, 4 of", NULL, NULL},
        {__LINE__, "dcd", "", 0, "2 verdicts could not be read\n", "warning", NULL},
        {__LINE__, "c", "--last soon", 2, NULL, NULL, "--last 'soon'"},
        {__LINE__, "c", "-n 0", 2, NULL, NULL, "--most"},
        {__LINE__, "c", "what", 2, NULL, NULL, "what"},
        {__LINE__, "c", "--state /nowhere", 1, NULL, NULL, "/nowhere"},
    };
    char folder[64], line[256];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        running r;

        prepare(folder, rows[i].messages);
        snprintf(line, sizeof line, "coverage --state %s %s", folder, rows[i].words);
        running_run(&r, line, (lyt_str){NULL, 0});
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: %d, %s", rows[i].line, (int)r.code,
                     r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        cr_expect(!rows[i].lacks || !running_has(&r.out, rows[i].lacks), "line %d: %s",
                  rows[i].line, r.out.data);
        running_end(&r);
        testing_folder_remove(folder);
    }
}
