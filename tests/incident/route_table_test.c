/* tests/golden/routes: 1,000 messages and whom they go to by a reading of the routes of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care.h"
#include "housework.h"

LYT_SUITE(route_table);

enum { columns = 8, cases_wanted = 1000, file_max = 1 << 20 };

static lyt_settings *read_house(const char *folder)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = "/usr/share/zoneinfo"};
    lyt_settings *settings = NULL;
    lyt_error err = {0};
    char path[512];

    snprintf(path, sizeof path, "%s/desk.yaml", folder);
    cr_assert_eq(lyt_settings_read(&settings, path, &options, &err), LYT_OK, "%s:%u: %s", err.file,
                 err.line, err.text);
    return settings;
}

static void split(lyt_str line, lyt_str out[columns])
{
    for (size_t i = 0, at = 0; i < columns; i++) {
        size_t end = i + 1 < columns ? lyt_str_find(line, '|', at) : line.len;

        cr_assert_leq(at, line.len);
        out[i] = lyt_str_slice(line, at, end);
        at = end + 1;
    }
}

/* Who is told of the alarm, in order, each once. */
static void who_is_told(const lyt_settings *settings, const lyt_str row[columns], char *out,
                        size_t out_bytes)
{
    char when[32];
    lyt_care_heard heard = {.property = row[0],
                            .scenario = row[1],
                            .team = row[2],
                            .place = row[3],
                            .language = row[4],
                            .severity = row[5].ptr[0] - '0',
                            .message = 1};
    lyt_care *care = NULL;
    lyt_facts facts;
    int64_t incident;

    snprintf(when, sizeof when, "%.*s", LYT_STR_ARG(row[6]));
    heard.now_us = housework_at(when);
    cr_assert_eq(lyt_facts_init(&facts, NULL), LYT_OK);
    cr_assert_eq(lyt_care_new(&care, NULL, settings), LYT_OK);
    cr_assert_eq(lyt_care_hear(care, &heard, &facts, &incident, NULL), LYT_OK);
    out[0] = '\0';
    for (size_t i = 0; i < facts.n; i++) {
        size_t at = strlen(out);

        if (facts.items[i].kind == LYT_FACT_TOLD && facts.items[i].which == LYT_NOTICE_ALARM)
            snprintf(out + at, out_bytes - at, "%s%.*s", at ? " " : "",
                     LYT_STR_ARG(facts.items[i].who));
    }
    lyt_care_free(care);
    lyt_facts_deinit(&facts);
}

Test(route_table, AL_01_every_message_of_a_thousand_goes_where_it_should)
{
    char folder[400], path[512], got[512];
    lyt_settings *settings;
    lyt_buf table;
    size_t n = 0, line = 0;

    snprintf(folder, sizeof folder, "%s/golden/routes", testing_tests());
    snprintf(path, sizeof path, "%s/cases.txt", folder);
    settings = read_house(folder);
    lyt_buf_init(&table, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, file_max, &table, NULL), LYT_OK);
    for (size_t at = 0; at < table.len;) {
        size_t end = lyt_str_find(lyt_buf_str(&table), '\n', at);
        lyt_str text = lyt_str_slice(lyt_buf_str(&table), at, end), row[columns];

        at = end + 1;
        line++;
        if (text.ptr[0] == '#')
            continue;
        split(text, row);
        who_is_told(settings, row, got, sizeof got);
        cr_expect(lyt_str_equal(lyt_str_of(got), row[7]), "cases.txt:%zu: %.*s, not %s", line,
                  LYT_STR_ARG(text), got);
        n++;
    }
    cr_expect_eq(n, cases_wanted);
    lyt_buf_deinit(&table);
    lyt_settings_free(settings);
}
