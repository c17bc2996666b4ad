#include <stdio.h>
#include <string.h>

#include "demo_day.h"
#include "testing.h"

LYT_SUITE(demo_day);

static lyt_status read_day(lyt_day *day, lyt_str data, lyt_error *err)
{
    char folder[64], path[96];
    lyt_status status;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/day", folder);
    testing_write(folder, "day", data);
    status = lyt_day_read(day, path, err);
    testing_folder_remove(folder);
    return status;
}

Test(demo_day, counts_what_was_found_missed_and_false)
{
    lyt_day day;
    lyt_error err;
    lyt_day_score score;
    lyt_day_message *first;

    cr_assert_eq(read_day(&day,
                          LYT_STR("{\"id\":\"a\",\"at\":\"07:00\",\"text\":\"x\",\"place\":\"9\","
                                  "\"truth\":[\"cold\",\"noise\"]}\n\n"
                                  "{\"id\":\"b\",\"at\":\"07:01\",\"text\":\"y\",\"truth\":[]}\n"),
                          &err),
                 LYT_OK, "%s", err.text);
    cr_assert_eq(day.n, 2);
    cr_expect_str_eq(day.messages[0].submission, "{\"id\":\"a\",\"place\":\"9\",\"text\":\"x\"}");
    cr_expect_null(lyt_day_find(&day, LYT_STR("c")));
    first = lyt_day_find(&day, LYT_STR("a"));
    cr_assert_eq(first, &day.messages[0]);
    cr_expect_eq(lyt_day_heard(first, LYT_STR("cold")), LYT_OK);
    cr_expect_eq(lyt_day_heard(first, LYT_STR("cold")), LYT_OK);
    cr_expect_eq(lyt_day_heard(first, LYT_STR("smell")), LYT_OK);
    cr_expect_eq(lyt_day_heard(&day.messages[1], LYT_STR("cold")), LYT_OK);
    score = lyt_day_count(&day);
    cr_expect_eq(score.truth, 2);
    cr_expect_eq(score.found, 1);
    cr_expect_eq(score.missed, 1);
    cr_expect_eq(score.wrong, 2);
    lyt_day_free(&day);
}

Test(demo_day, a_bad_line_is_named)
{
    static const struct {
        int line;
        const char *data;
        uint32_t at;
        const char *text;
    } rows[] = {
        {__LINE__, "", 0, "holds no message"},
        {__LINE__, "\n{\"id\":\"a\"\n", 2, "not valid JSON"},
        {__LINE__, "{\"at\":\"1\",\"text\":\"x\",\"truth\":[]}", 1, "\"id\""},
        {__LINE__, "{\"id\":\"a\",\"at\":\"1\",\"truth\":[]}", 1, "\"text\""},
        {__LINE__, "{\"id\":\"a\",\"at\":\"1\",\"text\":\"x\"}", 1, "\"truth\""},
        {__LINE__, "{\"id\":\"a\",\"at\":\"1\",\"text\":\"x\",\"truth\":[1]}", 1,
         "more than texts"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_day day;
        lyt_error err;

        cr_expect_eq(read_day(&day, lyt_str_of(rows[i].data), &err), LYT_EFORMAT, "row at line %d",
                     rows[i].line);
        cr_expect_eq(err.line, rows[i].at, "row at line %d: %u", rows[i].line, err.line);
        cr_expect(strstr(err.text, rows[i].text), "row at line %d: %s", rows[i].line, err.text);
    }
}
