#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "testing.h"

LYT_SUITE(lines);

#define MARK "\xEF\xBB\xBF"

enum { limit = 8 };

/* The lines in brackets, "!" before one that is too long. */
static void read_all(lyt_lines *lines, lyt_buf *out)
{
    lyt_line line;
    lyt_error err;
    lyt_status status;
    uint32_t number = 0;

    while (!(status = lyt_lines_next(lines, &line, &err))) {
        cr_expect_eq(line.number, ++number);
        lyt_buf_addf(out, "%s[", line.is_long ? "!" : "");
        lyt_buf_add(out, line.text);
        lyt_buf_add_char(out, ']');
    }
    cr_expect_eq(status, LYT_EEND);
    cr_expect_eq(lyt_lines_next(lines, &line, &err), LYT_EEND, "the end is the end");
}

static const struct {
    int line;
    const char *data, *lines;
} rows[] = {
    {__LINE__, "", ""},
    {__LINE__, "a", "[a]"},
    {__LINE__, "a\n", "[a]"},
    {__LINE__, "\n", "[]"},
    {__LINE__, "\n\n", "[][]"},
    {__LINE__, "a\nb", "[a][b]"},
    {__LINE__, "a\r\nb\r\n", "[a][b]"},
    {__LINE__, "a\r\n\r\nb", "[a][][b]"},
    {__LINE__, "a\rb\r\r\n", "[a\rb\r]"},
    {__LINE__, MARK "a\n" MARK "b", "[a][" MARK "b]"},
    {__LINE__, "12345678\n", "[12345678]"},
    {__LINE__, "12345678\r\n", "[12345678]"},
    {__LINE__, "123456789\nb\n", "![12345678][b]"},
    {__LINE__, "1234567890123456789012345678901234567890\nb\n", "![12345678][b]"},
    {__LINE__, "1234567890123456789012345678901234567890", "![12345678]"},
    {__LINE__, MARK "12345678\r\nb", "[12345678][b]"},
};

Test(lines, from_a_file)
{
    char folder[64], path[96];

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/a", folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_lines_options options = {.path = path, .limit_bytes = limit};
        lyt_lines *lines;
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        testing_write(folder, "a", lyt_str_of(rows[i].data));
        cr_assert_eq(lyt_lines_open(&lines, &options, NULL), LYT_OK);
        cr_expect_str_eq(lyt_lines_name(lines), path);
        read_all(lines, &out);
        cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(rows[i].lines)), "line %d: %s",
                  rows[i].line, out.data);
        lyt_lines_close(lines);
        lyt_buf_deinit(&out);
    }
    testing_folder_remove(folder);
}

typedef struct feeder {
    int fd;
    lyt_str data;
    size_t step;
    bool closed;
} feeder;

/* Puts the next bytes into the pipe just before they are read. */
static void feed(void *context)
{
    feeder *f = context;
    lyt_str now = lyt_str_slice(f->data, 0, f->step);

    if (now.len)
        cr_assert_eq(write(f->fd, now.ptr, now.len), (ssize_t)now.len);
    else if (!f->closed)
        f->closed = close(f->fd) == 0;
    f->data = lyt_str_slice(f->data, now.len, f->data.len);
}

/* A pipe gives what has come so far; no cut may change the lines. */
Test(lines, every_cut_gives_the_same)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t step = 1; step <= strlen(rows[i].data); step++) {
            feeder f = {.data = lyt_str_of(rows[i].data), .step = step};
            lyt_lines_options options = {
                .path = "-", .limit_bytes = limit, .before_read = feed, .context = &f};
            int ends[2];
            lyt_lines *lines;
            lyt_buf out;

            cr_assert_eq(pipe(ends), 0);
            f.fd = ends[1];
            options.in_fd = ends[0];
            lyt_buf_init(&out, NULL);
            cr_assert_eq(lyt_lines_open(&lines, &options, NULL), LYT_OK);
            cr_expect_str_eq(lyt_lines_name(lines), "stdin");
            read_all(lines, &out);
            cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(rows[i].lines)),
                      "line %d in steps of %zu: %s", rows[i].line, step, out.data);
            lyt_lines_close(lines);
            lyt_buf_deinit(&out);
            cr_expect_eq(close(ends[0]), 0, "stdin is not closed by lines");
        }
    }
}

Test(lines, what_is_no_file)
{
    char folder[64], path[96];
    lyt_lines_options options = {.path = path, .limit_bytes = limit};
    lyt_lines *lines = NULL;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/none", folder);
    cr_expect_eq(lyt_lines_open(&lines, &options, &err), LYT_ENOTFOUND);
    cr_expect_str_eq(err.file, path);
    options.path = folder;
    cr_expect_eq(lyt_lines_open(&lines, &options, &err), LYT_EIO);
    cr_expect_str_eq(err.text, "is a folder, not a file");
    cr_expect_null(lines);
    lyt_lines_close(NULL);
    testing_folder_remove(folder);
}

Test(lines, what_is_no_message)
{
    const struct {
        int line;
        lyt_line given;
        lyt_status status;
        uint32_t column;
        const char *says;
    } checks[] = {
        {__LINE__, {LYT_STR(""), 1, false}, LYT_OK, 0, ""},
        {__LINE__, {LYT_STR("rødt"), 1, false}, LYT_OK, 0, ""},
        {__LINE__, {LYT_STR("ab\xFFz"), 4, false}, LYT_EFORMAT, 3, "0xFF is not UTF-8"},
        {__LINE__, {LYT_STR("ab\xC3"), 4, false}, LYT_EFORMAT, 3, "0xC3 is not UTF-8"},
        {__LINE__, {LYT_STR("a\0b"), 4, false}, LYT_EFORMAT, 2, "NUL"},
        {__LINE__, {LYT_STR("12345678"), 4, true}, LYT_ELIMIT, 9, "longer than 8 bytes"},
    };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        lyt_error err = {0};

        cr_expect_eq(lyt_line_check(&checks[i].given, "a.txt", &err), checks[i].status, "line %d",
                     checks[i].line);
        cr_expect_eq(err.column, checks[i].column, "line %d: %u", checks[i].line, err.column);
        cr_expect_eq(err.line, checks[i].status ? checks[i].given.number : 0);
        cr_expect(strstr(err.text, checks[i].says), "line %d: %s", checks[i].line, err.text);
    }
}
