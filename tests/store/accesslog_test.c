#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accesslog.h"
#include "clock.h"
#include "store_keep.h"
#include "testing.h"

LYT_SUITE(accesslog);

static void touch(const char *folder, const char *name)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fclose(file);
}

static bool is_there(const char *folder, const char *name)
{
    char path[160];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static int64_t at(const char *text)
{
    int64_t us = 0;

    cr_assert_eq(lyt_clock_parse(&us, lyt_str_of(text)), LYT_OK);
    return us;
}

Test(accesslog, PR_11_names_of_months)
{
    static const struct {
        int line;
        const char *name, *from, *to; /* NULL: it is none */
    } rows[] = {
        {__LINE__, "access-2026-11.jsonl", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
        {__LINE__, "access-2026-12.jsonl", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        {__LINE__, "access-2026-13.jsonl", NULL, NULL},
        {__LINE__, "access-2026-00.jsonl", NULL, NULL},
        {__LINE__, "access-2026-1.jsonl", NULL, NULL},
        {__LINE__, "access-2026-011.jsonl", NULL, NULL},
        {__LINE__, "access-26-11.jsonl", NULL, NULL},
        {__LINE__, "access-2026_11.jsonl", NULL, NULL},
        {__LINE__, "access-2026-11.json", NULL, NULL},
        {__LINE__, "xaccess-2026-11.jsonl", NULL, NULL},
        {__LINE__, "access-20a6-11.jsonl", NULL, NULL},
        {__LINE__, "access-.jsonl", NULL, NULL},
        {__LINE__, "", NULL, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t from = 0, to = 0;
        bool is_month = lyt_accesslog_month(lyt_str_of(rows[i].name), &from, &to);

        cr_expect_eq(is_month, rows[i].from != NULL, "line %d", rows[i].line);
        if (!rows[i].from || !is_month)
            continue;
        cr_expect_eq(from, at(rows[i].from), "line %d", rows[i].line);
        cr_expect_eq(to, at(rows[i].to), "line %d", rows[i].line);
    }
}

/* A month goes when its last moment is too old, not its first; nothing else ever does. */
Test(accesslog, PR_11_whole_months_go_and_nothing_else)
{
    lyt_accesslog_due found;
    lyt_error err = {.text = ""};
    char folder[64];

    testing_folder(folder);
    touch(folder, "access-2025-12.jsonl");
    touch(folder, "access-2026-01.jsonl");
    touch(folder, "access-2026-02.jsonl");
    touch(folder, "access-2026-02.jsonl.old");
    touch(folder, "lyt.db");
    cr_expect_eq(lyt_accesslog_drop(lyt_fs_system(), folder, at("2026-01-31T23:59:59Z"), false, &found, &err), LYT_OK);
    cr_expect_eq(found.n, 1);
    cr_expect_eq(found.oldest_us, at("2025-12-01T00:00:00Z"));
    cr_expect(is_there(folder, "access-2025-12.jsonl"), "it only looked");
    cr_expect_eq(lyt_accesslog_drop(lyt_fs_system(), folder, at("2026-02-01T00:00:00Z"), true, &found, &err), LYT_OK);
    cr_expect_eq(found.n, 2);
    cr_expect_not(is_there(folder, "access-2025-12.jsonl"));
    cr_expect_not(is_there(folder, "access-2026-01.jsonl"));
    cr_expect(is_there(folder, "access-2026-02.jsonl"));
    cr_expect(is_there(folder, "access-2026-02.jsonl.old"));
    cr_expect(is_there(folder, "lyt.db"));
    cr_expect_eq(lyt_accesslog_drop(lyt_fs_system(), folder, at("2026-02-01T00:00:00Z"), true, &found, &err), LYT_OK);
    cr_expect_eq(found.n, 0);
    testing_folder_remove(folder);
}

/* One that cannot go (here a folder of that name) is named, and the others go. */
Test(accesslog, one_that_cannot_go_does_not_keep_the_others)
{
    lyt_accesslog_due found;
    lyt_error err = {.text = ""};
    char folder[64], path[160];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/access-2025-01.jsonl", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    touch(folder, "access-2025-02.jsonl");
    cr_expect_eq(lyt_accesslog_drop(lyt_fs_system(), folder, at("2026-01-01T00:00:00Z"), true, &found, &err), LYT_EIO);
    cr_expect_not_null(strstr(err.file, "access-2025-01.jsonl"), "%s", err.file);
    cr_expect_eq(found.n, 1);
    cr_expect_not(is_there(folder, "access-2025-02.jsonl"));
    rmdir(path);
    testing_folder_remove(folder);
    cr_expect_eq(lyt_accesslog_drop(lyt_fs_system(), "/nowhere/at/all", 1, true, &found, &err), LYT_OK);
}

Test(accesslog, PR_11_the_rule_is_read)
{
    static const struct {
        int line;
        const char *yaml;
        int64_t days; /* -1: refused */
    } rows[] = {
        {__LINE__, "retention: {access: 730}\n", 730},
        {__LINE__, "retention: {access: always}\n", 0},
        {__LINE__, "retention: {text: 90}\n", 0},
        {__LINE__, "retention: {access: 0}\n", -1},
        {__LINE__, "retention: {access: -3}\n", -1},
        {__LINE__, "retention: {access: a while}\n", -1},
        {__LINE__, "retention: {text: 90}\nproperties: {havnen: {access: 3}}\n", -1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_keep_rules rules;
        lyt_error err = {.text = ""};
        lyt_status status =
            lyt_keep_parse(&rules, NULL, lyt_str_of(rows[i].yaml), "retention.yaml", &err);

        cr_expect_eq(status, rows[i].days < 0 ? LYT_EFORMAT : LYT_OK, "line %d: %s", rows[i].line,
                     err.text);
        if (rows[i].days >= 0)
            cr_expect_eq(rules.access_days, rows[i].days, "line %d", rows[i].line);
        else
            cr_expect(err.line > 0, "line %d", rows[i].line);
    }
}
