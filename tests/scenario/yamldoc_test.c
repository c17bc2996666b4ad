#include <string.h>

#include "mem.h"
#include "testing.h"
#include "yamldoc.h"

LYT_SUITE(yamldoc);

Test(yamldoc, what_is_refused_and_where)
{
    static const struct {
        int row;
        const char *text;
        lyt_status status;
        uint32_t line, column;
    } rows[] = {
        {__LINE__, "a: 1\n", LYT_OK, 0, 0},
        {__LINE__, "", LYT_EFORMAT, 1, 1},
        {__LINE__, "# only a comment\n", LYT_EFORMAT, 1, 1},
        {__LINE__, "\xef\xbb\xbf" "a: 1\r\nb: 2\r\n", LYT_OK, 0, 0},
        {__LINE__, "\xef\xbb\xbf" "a: 1\na: 2\n", LYT_EFORMAT, 2, 1},
        {__LINE__, "\xef\xbb\xbf" "b: \xff\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "\xef\xbb\xbf", LYT_EFORMAT, 1, 1},
        {__LINE__, "a: 1\nb: 2\na: 3\n", LYT_EFORMAT, 3, 1},
        {__LINE__, "a: {b: 1, c: 2, b: 3}\n", LYT_EFORMAT, 1, 17},
        {__LINE__, "a: &x 1\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "a: *x\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "a: !!str 1\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "a: !t [1]\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "a: !t {b: 1}\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "---\na: 1\n---\nb: 1\n", LYT_EFORMAT, 3, 1},
        {__LINE__, "%YAML 1.1\n---\na: 1\n", LYT_EFORMAT, 1, 1},
        {__LINE__, "? [a]\n: 1\n", LYT_EFORMAT, 1, 3},
        {__LINE__, "? {a: 1}\n: 1\n", LYT_EFORMAT, 1, 3},
        {__LINE__, "a: [1\n", LYT_EFORMAT, 2, 1},
        {__LINE__, "a: b: c\n", LYT_EFORMAT, 1, 5},
        {__LINE__, "a: 1\n\xc3\xa6: \xff\n", LYT_EFORMAT, 2, 4},
        {__LINE__, "a: \"\\0\"\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "a: \x01\n", LYT_EFORMAT, 1, 4},
        {__LINE__, "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", LYT_OK, 0, 0},
        {__LINE__, "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", LYT_ELIMIT, 1, 17},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {0};
        lyt_yaml *yaml = NULL;
        lyt_status got = lyt_yaml_parse(&yaml, NULL, lyt_str_of(rows[i].text), "f.yaml", &err);

        cr_expect_eq(got, rows[i].status, "row at line %d: %s", rows[i].row, lyt_status_name(got));
        cr_expect(err.line == rows[i].line && err.column == rows[i].column,
                  "row at line %d: %u:%u %s", rows[i].row, err.line, err.column, err.text);
        cr_expect((got == LYT_OK) == (yaml != NULL));
        if (got)
            cr_expect_str_eq(err.file, "f.yaml");
        lyt_yaml_free(yaml);
    }
}

Test(yamldoc, a_tree_knows_where_everything_stands)
{
    static const char text[] = "\xc3\xa6: \xc3\xb8\n"
                               "list:\n"
                               "  - \"quoted\"\n"
                               "  - 'it''s'\n"
                               "  - {k: no}\n"
                               "block: |\n"
                               "  two\n"
                               "  lines\n";
    const lyt_yaml_node *root, *list, *item;
    lyt_yaml *yaml = NULL;

    cr_assert_eq(lyt_yaml_parse(&yaml, NULL, lyt_str_of(text), "t.yaml", NULL), LYT_OK);
    root = lyt_yaml_root(yaml);
    cr_expect_str_eq(lyt_yaml_name(yaml), "t.yaml");
    cr_expect_eq(root->kind, LYT_YAML_MAP);
    cr_expect_str_eq(root->first->text.ptr, "\xc3\xb8");
    cr_expect_eq(root->first->column, 4);
    cr_expect_eq(root->first->text_column, 4);
    list = lyt_yaml_get(root, "list");
    cr_expect(list->key_line == 2 && list->key_column == 1 && list->kind == LYT_YAML_LIST);
    item = list->first;
    cr_expect(item->line == 3 && item->column == 5 && item->text_column == 6);
    item = item->next;
    cr_expect_str_eq(item->text.ptr, "it's");
    cr_expect_eq(item->text_column, 0, "its letters stand otherwise in the file");
    item = item->next;
    cr_expect_str_eq(lyt_yaml_get(item, "k")->text.ptr, "no", "nothing is a boolean here");
    cr_expect_null(item->next);
    cr_expect_str_eq(lyt_yaml_get(root, "block")->text.ptr, "two\nlines\n");
    cr_expect_null(lyt_yaml_get(root, "absent"));
    cr_expect_null(lyt_yaml_get(list, "k"));
    lyt_yaml_free(yaml);
}

Test(yamldoc, many_keys_and_deep_brackets_take_no_time)
{
    lyt_yaml *yaml = NULL;
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    for (int i = 0; i < 50000; i++)
        lyt_buf_addf(&text, "key%d: 1\n", i);
    cr_expect_eq(lyt_yaml_parse(&yaml, NULL, lyt_buf_str(&text), "f", NULL), LYT_OK);
    lyt_yaml_free(yaml);
    lyt_buf_reset(&text);
    for (int i = 0; i < 100000; i++)
        lyt_buf_add_text(&text, "[");
    cr_expect_eq(lyt_yaml_parse(&yaml, NULL, lyt_buf_str(&text), "f", NULL), LYT_ELIMIT);
    lyt_buf_reset(&text);
    for (int i = 0; i < (4 << 20) + 1; i++)
        lyt_buf_add_char(&text, ' ');
    cr_expect_eq(lyt_yaml_parse(&yaml, NULL, lyt_buf_str(&text), "f", NULL), LYT_ELIMIT);
    lyt_buf_deinit(&text);
}

Test(yamldoc, a_missing_file_and_memory_that_ends)
{
    testing_alloc failing = {0};
    lyt_yaml *yaml = NULL;
    lyt_error err;

    cr_expect_eq(lyt_yaml_read(&yaml, NULL, lyt_fs_system(), "/nonexistent.yaml", &err),
                 LYT_ENOTFOUND);
    cr_expect_str_eq(err.file, "/nonexistent.yaml");
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_status got = lyt_yaml_parse(&yaml, &failing.alloc,
                                        LYT_STR("a: [1, {b: 2, c: 3}]\nd: x\n"), "f", NULL);

        cr_expect(got == LYT_OK || got == LYT_ENOMEM);
        if (got == LYT_OK)
            lyt_yaml_free(yaml);
    }
}
