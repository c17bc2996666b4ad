#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fs.h"
#include "testing.h"

LYT_SUITE(fs);

static lyt_status gather(void *user, const char *name)
{
    lyt_buf_addf(user, "%s ", name);
    return LYT_OK;
}

Test(fs, writes_reads_maps_lists)
{
    const lyt_fs *fs = lyt_fs_system();
    char folder[64], path[128];
    lyt_buf buf;
    lyt_map map;
    lyt_error err;

    testing_folder(folder);
    lyt_buf_init(&buf, NULL);
    testing_write(folder, "b", LYT_STR("two"));
    testing_write(folder, "a", LYT_STR(""));
    testing_write(folder, ".hidden", LYT_STR("x"));
    cr_expect_eq(lyt_fs_list(fs, folder, gather, &buf, &err), LYT_OK);
    cr_expect_str_eq(buf.data, "a b ");
    lyt_buf_reset(&buf);
    snprintf(path, sizeof path, "%s/b", folder);
    cr_expect_eq(lyt_fs_read(fs, path, 3, &buf, &err), LYT_OK);
    cr_expect_str_eq(buf.data, "two");
    lyt_buf_reset(&buf);
    cr_expect_eq(lyt_fs_read(fs, path, 2, &buf, &err), LYT_ELIMIT);
    cr_expect_eq(lyt_fs_map(fs, path, &map, &err), LYT_OK);
    cr_expect_eq(map.size_bytes, 3);
    lyt_fs_unmap(fs, &map);
    snprintf(path, sizeof path, "%s/a", folder);
    cr_expect_eq(lyt_fs_map(fs, path, &map, &err), LYT_OK);
    cr_expect_null(map.data);
    lyt_fs_unmap(fs, &map);
    lyt_buf_deinit(&buf);
    testing_folder_remove(folder);
}

/* a pipe stands for /dev/full, which a test run as root must not put at risk */
Test(fs, what_is_no_file_is_not_replaced_by_one)
{
    char folder[64], path[128];
    struct stat about;
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/pipe", folder);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(lyt_fs_write(lyt_fs_system(), path, LYT_STR("x"), &err), LYT_EINVAL);
    cr_expect_str_eq(err.file, path);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect(S_ISFIFO(about.st_mode));
    testing_folder_remove(folder);
}

Test(fs, what_is_secret)
{
    static const struct {
        int line;
        const char *name;
        mode_t mode;
        lyt_status want;
        const char *says;
    } rows[] = {
        {__LINE__, "mine", 0600, LYT_OK, ""},
        {__LINE__, "mine", 0400, LYT_OK, ""},
        {__LINE__, "mine", 0640, LYT_ESTATE, "chmod 600"},
        {__LINE__, "mine", 0604, LYT_ESTATE, "chmod 600"},
        {__LINE__, "", 0700, LYT_EIO, "is a folder"},
        {__LINE__, "", 0755, LYT_EIO, "is a folder"},
        {__LINE__, "none", 0, LYT_ENOTFOUND, "cannot open"},
    };
    char folder[64], path[128];

    testing_folder(folder);
    testing_write(folder, "mine", LYT_STR("x"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_error err = {.text = ""};

        snprintf(path, sizeof path, "%s/%s", folder, rows[i].name);
        if (rows[i].mode)
            cr_assert_eq(chmod(path, rows[i].mode), 0);
        cr_expect_eq(lyt_fs_check_secret(path, &err), rows[i].want, "line %d", rows[i].line);
        cr_expect_not_null(strstr(err.text, rows[i].says), "line %d: %s", rows[i].line, err.text);
    }
    testing_folder_remove(folder);
}

Test(fs, failures_name_the_path)
{
    const lyt_fs *fs = lyt_fs_system();
    lyt_error err;
    lyt_map map;
    lyt_buf buf;

    lyt_buf_init(&buf, NULL);
    cr_expect_eq(lyt_fs_read(fs, "/nowhere/x", 9, &buf, &err), LYT_ENOTFOUND);
    cr_expect_str_eq(err.file, "/nowhere/x");
    cr_expect_eq(lyt_fs_read(fs, "/tmp", 9, &buf, &err), LYT_EIO);
    cr_expect_eq(lyt_fs_map(fs, "/nowhere/x", &map, &err), LYT_ENOTFOUND);
    cr_expect_eq(lyt_fs_write(fs, "/nowhere/x", LYT_STR("x"), &err), LYT_ENOTFOUND);
    cr_expect_eq(lyt_fs_list(fs, "/nowhere", gather, &buf, &err), LYT_ENOTFOUND);
    cr_expect_eq(lyt_fs_write(fs, "/dev/full/x", LYT_STR("x"), &err), LYT_ENOTFOUND);
    lyt_buf_deinit(&buf);
}
