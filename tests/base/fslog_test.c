#include <stdio.h>
#include <string.h>

#include "fslog.h"
#include "hash.h"
#include "testing.h"

LYT_SUITE(fslog);

typedef struct bed {
    char folder[64], path[128];
    lyt_fslog *log;
    lyt_error err;
} bed;

static void bed_init(bed *b)
{
    testing_folder(b->folder);
    testing_write(b->folder, "a", LYT_STR("one"));
    testing_write(b->folder, "b", LYT_STR("two"));
    cr_assert_eq(lyt_fslog_new(&b->log, NULL, lyt_fs_system()), LYT_OK);
}

static void bed_deinit(bed *b)
{
    lyt_fslog_free(b->log);
    testing_folder_remove(b->folder);
}

static const char *at(bed *b, const char *name)
{
    snprintf(b->path, sizeof b->path, "%s%s%s", b->folder, *name ? "/" : "", name);
    return b->path;
}

static lyt_status read_it(bed *b, const char *name, size_t limit)
{
    lyt_buf out;
    lyt_status status;

    lyt_buf_init(&out, NULL);
    /* what stands before is none of the file */
    lyt_buf_add_text(&out, "before");
    status = lyt_fs_read(lyt_fslog_fs(b->log), at(b, name), limit, &out, &b->err);
    lyt_buf_deinit(&out);
    return status;
}

static const lyt_fslog_entry *find(bed *b, const char *name)
{
    return lyt_fslog_find(b->log, lyt_str_of(at(b, name)));
}

static lyt_status nothing(void *user, const char *name)
{
    (void)name;
    return user ? LYT_EFORMAT : LYT_OK;
}

Test(fslog, what_is_read_listed_and_missing_is_remembered)
{
    bed b;

    bed_init(&b);
    cr_expect_eq(read_it(&b, "a", 9), LYT_OK);
    cr_expect_eq(find(&b, "a")->what, LYT_FSLOG_READ);
    cr_expect_eq(find(&b, "a")->hash, lyt_hash_str(LYT_STR("one"), 0));
    cr_expect_null(find(&b, "b"));
    cr_expect_eq(read_it(&b, "c", 9), LYT_ENOTFOUND);
    cr_expect_eq(find(&b, "c")->what, LYT_FSLOG_ABSENT);
    cr_expect_eq(lyt_fs_list(lyt_fslog_fs(b.log), at(&b, ""), nothing, NULL, &b.err), LYT_OK);
    cr_expect_eq(find(&b, "")->what, LYT_FSLOG_LISTED);
    cr_expect_eq(find(&b, "a")->what, LYT_FSLOG_READ, "a list says nothing new of what was read");
    cr_expect_eq(find(&b, "b")->what, LYT_FSLOG_SEEN);
    cr_expect_eq(read_it(&b, "b", 9), LYT_OK);
    cr_expect_eq(find(&b, "b")->what, LYT_FSLOG_READ);
    cr_expect_eq(lyt_fs_list(lyt_fslog_fs(b.log), at(&b, "d"), nothing, NULL, &b.err),
                 LYT_ENOTFOUND);
    cr_expect_eq(find(&b, "d")->what, LYT_FSLOG_ABSENT);
    cr_expect_eq(lyt_fslog_size(b.log), 5);
    bed_deinit(&b);
}

Test(fslog, what_changed_between_two_looks_is_no_files_any_more)
{
    const lyt_fslog_entry *entry;
    bed b;

    bed_init(&b);
    cr_expect_eq(read_it(&b, "a", 9), LYT_OK);
    cr_expect_eq(read_it(&b, "a", 9), LYT_OK);
    cr_expect_eq(find(&b, "a")->hash, lyt_hash_str(LYT_STR("one"), 0));
    testing_write(b.folder, "a", LYT_STR("three"));
    cr_expect_eq(read_it(&b, "a", 9), LYT_OK);
    entry = find(&b, "a");
    cr_expect_eq(entry->what, LYT_FSLOG_READ);
    cr_expect_neq(entry->hash, lyt_hash_str(LYT_STR("one"), 0));
    cr_expect_neq(entry->hash, lyt_hash_str(LYT_STR("three"), 0));
    /* one that came to be after it was looked for */
    cr_expect_eq(read_it(&b, "c", 9), LYT_ENOTFOUND);
    testing_write(b.folder, "c", LYT_STR("four"));
    cr_expect_eq(read_it(&b, "c", 9), LYT_OK);
    cr_expect_neq(find(&b, "c")->hash, lyt_hash_str(LYT_STR("four"), 0));
    bed_deinit(&b);
}

Test(fslog, errors_under_it_go_through)
{
    const lyt_fs *fs;
    lyt_map map;
    bed b;

    bed_init(&b);
    fs = lyt_fslog_fs(b.log);
    cr_expect_eq(read_it(&b, "a", 2), LYT_ELIMIT);
    cr_expect_null(find(&b, "a"), "it was not read to its end");
    cr_expect_eq(lyt_fs_list(fs, at(&b, ""), nothing, &b, &b.err), LYT_EFORMAT);
    cr_expect_null(find(&b, ""));
    cr_expect_eq(lyt_fs_write(fs, at(&b, "e"), LYT_STR("new"), &b.err), LYT_OK);
    cr_expect_eq(lyt_fs_map(fs, at(&b, "e"), &map, &b.err), LYT_OK);
    cr_expect_eq(map.size_bytes, 3);
    lyt_fs_unmap(fs, &map);
    cr_expect_null(find(&b, "e"));
    bed_deinit(&b);
}

Test(fslog, memory_that_ends_is_said)
{
    testing_alloc failing = {.fail_at = 0};
    bed b;

    bed_init(&b);
    lyt_fslog_free(b.log);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_status status = lyt_fslog_new(&b.log, &failing.alloc, lyt_fs_system());

        if (status) {
            cr_expect_eq(status, LYT_ENOMEM);
            continue;
        }
        status = read_it(&b, "a", 9);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        cr_expect(status || find(&b, "a"), "allocation %ld: read and forgotten", n);
        status = lyt_fs_list(lyt_fslog_fs(b.log), at(&b, ""), nothing, NULL, &b.err);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        cr_expect(status || (find(&b, "") && find(&b, "b")), "allocation %ld: listed and forgotten",
                  n);
        lyt_fslog_free(b.log);
    }
    b.log = NULL;
    bed_deinit(&b);
}
