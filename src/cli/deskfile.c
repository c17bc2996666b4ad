#include "deskfile.h"

#include <stdio.h>
#include <string.h>

#include "datapaths.h"

static const char zones[] = "/usr/share/zoneinfo";

lyt_exit lyt_deskfile_read(const lyt_call *call, const char *settings, const char *pack,
                           lyt_settings **out)
{
    lyt_settings_options options = {.fs = lyt_fs_system(), .zone_folder = zones};
    lyt_datapaths paths;
    lyt_error err = {0};
    lyt_status status = LYT_OK;
    lyt_exit code = LYT_EXIT_DONE;
    lyt_buf path;

    *out = NULL;
    lyt_buf_init(&path, NULL);
    if (settings) {
        lyt_buf_add_text(&path, settings);
    } else {
        code = lyt_datapaths_find(&paths, call->console);
        if (code == LYT_EXIT_DONE)
            lyt_datapaths_pack(&paths, pack, &path);
        lyt_datapaths_deinit(&paths);
        lyt_buf_add_text(&path, "/desk.yaml");
    }
    if (code == LYT_EXIT_DONE) {
        status = lyt_buf_status(&path);
        if (status)
            lyt_error_set(&err, status, "out of memory");
        else
            status = lyt_settings_read(out, path.data, &options, &err);
    }
    lyt_buf_deinit(&path);
    return status ? lyt_console_error(call->console, &err) : code;
}

lyt_exit lyt_deskfile_time(const lyt_call *call, const lyt_settings *settings, const char *text,
                           int64_t *out)
{
    char full[32];

    if (!text) {
        *out = lyt_clock_wall_us(call->console->clock);
        return LYT_EXIT_DONE;
    }
    if (lyt_clock_parse(out, lyt_str_of(text)) == LYT_OK)
        return LYT_EXIT_DONE;
    if (strlen(text) == 16) {
        snprintf(full, sizeof full, "%s:00Z", text);
        if (lyt_clock_parse(out, lyt_str_of(full)) == LYT_OK) {
            *out = lyt_zone_utc(settings->zone, *out / 1000000) * 1000000;
            return LYT_EXIT_DONE;
        }
    }
    return lyt_console_misuse(call->console,
                              "'%s' is no time; write it as 2026-12-24T15:00 (local) or "
                              "2026-12-24T14:00:00Z",
                              text);
}

void lyt_deskfile_ktime(lyt_jw *jw, const char *key, int64_t at_us)
{
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_clock_format(&text, at_us);
    lyt_jw_kstr(jw, key, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
}

void lyt_deskfile_local(lyt_buf *out, const lyt_settings *settings, int64_t at_us,
                        lyt_page_language language)
{
    static const char *const days[][7] = {
        [LYT_PAGE_EN] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
        [LYT_PAGE_DA] = {"man", "tir", "ons", "tor", "fre", "lør", "søn"},
    };
    lyt_local local = lyt_local_at(settings->zone, at_us);
    lyt_date date = lyt_date_of(local.days);

    lyt_buf_addf(out, "%s %04d-%02d-%02d %02d:%02d", days[language][local.weekday], date.year,
                 date.month, date.day, local.minute / 60, local.minute % 60);
}
