#include "housework.h"

#include <stdio.h>

#include "clock.h"

static const char zones[] = "/usr/share/zoneinfo";

void housework_zone_bytes(lyt_buf *out)
{
    lyt_error err = {0};

    lyt_buf_init(out, NULL);
    cr_assert_eq(
        lyt_fs_read(lyt_fs_system(), "/usr/share/zoneinfo/Europe/Copenhagen", 1 << 20, out, &err),
        LYT_OK, "%s", err.text);
}

lyt_zone *housework_zone(void)
{
    lyt_zone *zone = NULL;
    lyt_error err = {0};
    lyt_buf bytes;

    housework_zone_bytes(&bytes);
    cr_assert_eq(lyt_zone_read(&zone, NULL, lyt_buf_str(&bytes), &err), LYT_OK, "%s", err.text);
    lyt_buf_deinit(&bytes);
    return zone;
}

static lyt_settings_options options(void)
{
    return (lyt_settings_options){.fs = lyt_fs_system(), .zone_folder = zones};
}

lyt_settings *housework_example(const char *pack)
{
    lyt_settings_options how = options();
    lyt_settings *settings = NULL;
    lyt_error err = {0};
    char path[512], why[600];

    snprintf(path, sizeof path, "%s/models/%s/desk.yaml", testing_data(), pack);
    cr_assert_eq(lyt_settings_read(&settings, path, &how, &err), LYT_OK, "%s",
                 lyt_error_format(&err, why, sizeof why));
    return settings;
}

lyt_settings *housework_text(const char *text, lyt_status want, lyt_error *err)
{
    lyt_settings_options how = options();
    lyt_settings *settings = NULL;
    char folder[64], path[128], why[600];
    lyt_status got;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/desk.yaml", folder);
    testing_write(folder, "desk.yaml", lyt_str_of(text));
    got = lyt_settings_read(&settings, path, &how, err);
    testing_folder_remove(folder);
    cr_expect_eq(got, want, "%s: %s", lyt_status_name(got),
                 got ? lyt_error_format(err, why, sizeof why) : "it was read");
    return settings;
}

int64_t housework_at(const char *text)
{
    int64_t out = 0;

    cr_assert_eq(lyt_clock_parse(&out, lyt_str_of(text)), LYT_OK, "%s", text);
    return out;
}
