#include <stdlib.h>
#include <string.h>

#include "eval_worst.h"
#include "json.h"
#include "running.h"

/* `lyt eval`: errors, plots, and that it asks for no more than it needs. */
LYT_SUITE(eval);

Test(eval, the_worst_errors_first)
{
    enum { n_labels = 2 };
    static const struct {
        bool truth[n_labels], said[n_labels];
        double p[n_labels];
    } rows[] = {
        {{1, 0}, {1, 0}, {.9, .1}},  /* right */
        {{1, 0}, {0, 0}, {.3, .1}},  /* missed: .7 */
        {{0, 0}, {0, 1}, {.1, .8}},  /* said wrongly: .8 */
        {{0, 1}, {1, 0}, {.95, .4}}, /* both: the worse counts, .95 */
        {{0, 0}, {1, 0}, {.7, .1}},  /* .7, after the earlier one */
        {{0, 1}, {0, 0}, {.1, 0}},   /* one it does not know: 1 */
    };
    static const size_t wanted[] = {6, 4, 3, 2, 5};

    for (size_t max = 0; max <= 6; max++) {
        lyt_eval_worst worst;

        cr_assert_eq(lyt_eval_worst_init(&worst, NULL, max, n_labels), LYT_OK);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            lyt_eval_worst_add(&worst, i + 1, LYT_STR("x"), rows[i].truth, rows[i].said, rows[i].p);
        cr_expect_eq(worst.n_wrong, 5);
        cr_assert_eq(worst.n, max < 5 ? max : 5);
        for (size_t i = 0; i < worst.n; i++) {
            size_t number = worst.items[i].number;

            cr_expect_eq(number, wanted[i], "%zu of %zu: %zu", i, max, number);
            cr_expect_eq(memcmp(worst.items[i].truth, rows[number - 1].truth, n_labels), 0);
            cr_expect_eq(memcmp(worst.items[i].said, rows[number - 1].said, n_labels), 0);
        }
        lyt_eval_worst_deinit(&worst);
    }
}

Test(eval, without_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_eval_worst worst;

        if (lyt_eval_worst_init(&worst, &failing.alloc, 3, 2) == LYT_OK)
            lyt_eval_worst_deinit(&worst);
        cr_expect_eq(failing.live, 0);
    }
}

static const char labelled[] = "__label__room-not-cleaned My room was not cleaned today\n"
                               "__label__noise loud music from the bar\n"
                               "__label__none thanks\n"
                               "__label__noise my room was not cleaned\n";

static void prepare(char folder[64])
{
    testing_folder(folder);
    testing_write(folder, "good.txt", lyt_str_of(labelled));
}

Test(eval, command_lines)
{
    static const struct {
        int line;
        const char *options;
        lyt_exit code;
        const char *out, *not_out, *err;
    } rows[] = {
        {__LINE__, "", 0, "Messages judged wrongly: 1; the worst 1\n", NULL, NULL},
        {__LINE__, "", 0, "there noise; said room-not-cleaned; surprise", NULL, NULL},
        {__LINE__, "", 0, "room-not-cleaned: ", "nan", NULL},
        {__LINE__, "", 0, "noise  room-not-cleaned         1\n", NULL, NULL},
        {__LINE__, "--worst 0", 0, "Messages judged wrongly: 1\n", "there noise", NULL},
        {__LINE__, "--worst -1", 2, NULL, NULL, "--worst"},
        {__LINE__, "--worst 1001", 2, NULL, NULL, "--worst"},
        {__LINE__, "--page-language sv", 2, NULL, NULL, "--page-language"},
        {__LINE__, "--html $/none/page.html", 1, "precision", NULL, "none/page.html"},
    };
    char folder[64], words[512], options[256];

    prepare(folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = strchr(rows[i].options, '$');
        running r;

        if (at)
            snprintf(options, sizeof options, "%.*s%s%s", (int)(at - rows[i].options),
                     rows[i].options, folder, at + 1);
        else
            snprintf(options, sizeof options, "%s", rows[i].options);
        snprintf(words, sizeof words, "eval -p %s/golden/minipack %s %s/good.txt", testing_tests(),
                 options, folder);
        running_run(&r, words, (lyt_str){0});
        cr_expect_eq((int)r.code, (int)rows[i].code, "line %d: %d, %s", rows[i].line, r.code,
                     r.err.data);
        running_expect(&r.out, rows[i].out, rows[i].line, "stdout");
        running_expect(&r.err, rows[i].err, rows[i].line, "stderr");
        if (rows[i].not_out)
            cr_expect_not(running_has(&r.out, rows[i].not_out), "line %d", rows[i].line);
        running_end(&r);
    }
    testing_folder_remove(folder);
}

Test(eval, json_keeps_its_keys_and_has_more)
{
    static const char *const keys[] = {"messages",  "accuracy",          "micro_f1",    "macro_f1",
                                       "detect_f1", "precision",         "recall",      "ece",
                                       "per_label", "average_precision", "calibration", "confusion",
                                       "mistakes",  "thresholds",        "wrong",       "worst"};
    char folder[64], words[512];
    const lyt_json *part;
    lyt_json *json;
    running r;

    prepare(folder);
    snprintf(words, sizeof words, "eval -p %s/golden/minipack --json %s/good.txt", testing_tests(),
             folder);
    running_run(&r, words, (lyt_str){0});
    cr_assert_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&r.out), 1 << 20, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect_not_null(lyt_json_get(json, keys[i]), "%s", keys[i]);
    cr_expect_eq(lyt_json_len(json), sizeof keys / sizeof *keys);
    part = lyt_json_at(lyt_json_get(json, "worst"), 0);
    cr_expect_eq(lyt_json_number(part, "message"), 4);
    cr_expect(lyt_str_equal(lyt_json_text(part, "text"), LYT_STR("my room was not cleaned")));
    cr_expect_gt(lyt_json_len(lyt_json_get(part, "evidence")), 0);
    lyt_json_free(json);
    running_end(&r);
    testing_folder_remove(folder);
}

Test(eval, pages_in_two_languages)
{
    static const struct {
        const char *options, *has, *has_not;
    } rows[] = {
        {"", "<html lang=\"en\">", "lang=\"da\""},
        {"--language da", "<html lang=\"da\">", "lang=\"en\""},
        {"--language da --page-language en", "Quality of", "Kvaliteten"},
        {"--page-language da", "Kvaliteten af", "Quality of"},
    };
    static const char *const plots[] = {"plot-labels", "plot-calibration", "plot-confusion",
                                        "plot-curve", "plot-thresholds"};
    char folder[64], words[512], path[96];

    prepare(folder);
    snprintf(path, sizeof path, "%s/page.html", folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        running r;
        lyt_buf page;

        lyt_buf_init(&page, NULL);
        snprintf(words, sizeof words, "eval -p %s/golden/minipack --html %s %s %s/good.txt",
                 testing_tests(), path, rows[i].options, folder);
        running_run(&r, words, (lyt_str){0});
        cr_expect_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
        cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &page, NULL), LYT_OK);
        cr_expect(running_has(&page, rows[i].has), "%s", rows[i].options);
        cr_expect_not(running_has(&page, rows[i].has_not), "%s", rows[i].options);
        for (size_t k = 0; k < sizeof plots / sizeof *plots; k++)
            cr_expect(running_has(&page, plots[k]), "%s", plots[k]);
        running_end(&r);
        lyt_buf_deinit(&page);
    }
    testing_folder_remove(folder);
}

/* One label a message: each message is one cell of the matrix and one probability of the bins. */
Test(eval, of_a_model_of_one_label_a_message)
{
    static const char single[] = "__label__cold the room was cold\n"
                                 "__label__cold it is freezing here\n"
                                 "__label__cold so cold at night\n"
                                 "__label__noise the bar is loud\n"
                                 "__label__noise loud music all night\n"
                                 "__label__noise noise from the street\n"
                                 "__label__none thank you for everything\n"
                                 "__label__none a lovely stay\n"
                                 "__label__none what time is breakfast?\n";
    char folder[64], words[512];
    const lyt_json *rows, *row;
    int64_t messages = 0, probabilities = 0;
    lyt_json *json;
    running r;

    testing_folder(folder);
    testing_write(folder, "single.txt", lyt_str_of(single));
    snprintf(words, sizeof words, "train -o %s/m.lytm %s/single.txt", folder, folder);
    running_run(&r, words, (lyt_str){0});
    cr_assert_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    running_end(&r);
    snprintf(words, sizeof words, "eval -m %s/m.lytm --json --html %s/page.html %s/single.txt",
             folder, folder, folder);
    running_run(&r, words, (lyt_str){0});
    cr_assert_eq(r.code, LYT_EXIT_DONE, "%s", r.err.data);
    cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&r.out), 1 << 20, NULL), LYT_OK);
    rows = lyt_json_get(lyt_json_get(json, "confusion"), "counts");
    cr_expect_eq(lyt_json_len(rows), 3, "two labels and none");
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        int64_t n = 0;

        row = lyt_json_at(rows, i);
        for (size_t k = 0; k < lyt_json_len(row); k++)
            messages += lyt_json_int(lyt_json_at(row, k), &n) ? n : 1000;
    }
    cr_expect_eq(messages, 9);
    rows = lyt_json_get(json, "calibration");
    for (size_t i = 0; i < lyt_json_len(rows); i++)
        probabilities += lyt_json_number(lyt_json_at(rows, i), "n");
    cr_expect_eq(probabilities, 9);
    lyt_json_free(json);
    running_end(&r);
    testing_folder_remove(folder);
}
