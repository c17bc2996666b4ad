#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"
#include "webaudit.h"

LYT_SUITE(audit);

static const int64_t day_us = (int64_t)86400 * 1000000;

static void note(lyt_audit *audit, int64_t now_us, const char *person)
{
    lyt_error err;

    lyt_audit_begin(audit, now_us, lyt_str_of(person), "read");
    lyt_jw_kint(&audit->jw, "n", now_us / day_us);
    cr_assert_eq(lyt_audit_end(audit, &err), LYT_OK, "%s", err.text);
}

static lyt_status add_person(void *user, const lyt_json *line, lyt_str text)
{
    lyt_buf *heard = user;

    cr_expect(text.len > 0 && text.ptr[0] == '{' && text.ptr[text.len - 1] == '}');
    lyt_buf_addf(heard, "%.*s ", LYT_STR_ARG(lyt_json_text(line, "person")));
    return lyt_str_equal(lyt_json_text(line, "person"), LYT_STR("stop")) ? LYT_EEND : LYT_OK;
}

static const char *heard_in(const char *folder, lyt_buf *heard)
{
    lyt_buf_reset(heard);
    lyt_buf_add_text(heard, "");
    cr_assert_eq(lyt_audit_each(folder, add_person, heard, NULL), LYT_OK);
    return heard->data;
}

Test(audit, lines_of_all_months_come_back_the_oldest_first)
{
    lyt_audit audit, second;
    char folder[64], path[96];
    struct stat st;
    lyt_buf heard;

    testing_folder(folder);
    lyt_buf_init(&heard, NULL);
    cr_expect_str_eq(heard_in(folder, &heard), "");
    lyt_audit_init(&audit, NULL, folder);
    lyt_audit_init(&second, NULL, folder);
    note(&audit, 0, "a");
    note(&second, 1, "b");
    note(&audit, 40 * day_us, "c");
    note(&audit, 41 * day_us, "quotes \" and\nlines");
    /* the clock was set back over the end of a month */
    note(&audit, 30 * day_us, "d");
    cr_expect_str_eq(heard_in(folder, &heard), "a b d c quotes \" and\nlines ");
    snprintf(path, sizeof path, "%s/access-1970-01.jsonl", folder);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 077, 0, "nobody else may read who saw what");
    note(&audit, 2 * day_us, "stop");
    cr_expect_str_eq(heard_in(folder, &heard), "a b d stop ");
    lyt_audit_deinit(&audit);
    lyt_audit_deinit(&second);
    lyt_buf_deinit(&heard);
    testing_folder_remove(folder);
}

Test(audit, what_cannot_be_written_is_said_and_a_torn_line_is_no_line)
{
    lyt_audit audit;
    char folder[64];
    lyt_buf heard;
    lyt_error err = {.text = ""};

    testing_folder(folder);
    lyt_audit_init(&audit, NULL, "/nonexistent");
    lyt_audit_begin(&audit, 0, LYT_STR("a"), "read");
    cr_expect_eq(lyt_audit_end(&audit, &err), LYT_EIO);
    cr_expect_not_null(strstr(err.file, "/nonexistent/access-1970-01.jsonl"));
    lyt_audit_deinit(&audit);
    lyt_buf_init(&heard, NULL);
    testing_write(folder, "access-1970-01.jsonl",
                  LYT_STR("{\"person\":\"a\"}\n{\"person\":\"b\n{\"person\":\"c\"}\n"));
    testing_write(folder, "access-notes.txt", LYT_STR("{\"person\":\"x\"}\n"));
    cr_expect_str_eq(heard_in(folder, &heard), "a c ");
    lyt_buf_deinit(&heard);
    testing_folder_remove(folder);
}

Test(audit, memory_that_ends_is_said)
{
    testing_alloc failing = {.fail_at = 0};
    char folder[64];

    testing_folder(folder);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_audit audit;

        lyt_audit_init(&audit, &failing.alloc, folder);
        lyt_audit_begin(&audit, 0, LYT_STR("a"), "read");
        if (lyt_audit_end(&audit, NULL))
            cr_expect(failing.asked >= failing.fail_at);
        lyt_audit_deinit(&audit);
    }
    testing_folder_remove(folder);
}
