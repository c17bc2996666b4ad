#include "fetchcursor.h"

#include <string.h>

#include "clock.h"
#include "fs.h"

enum { cursor_bytes_max = 1024 * 1024 };

lyt_status lyt_fetchcursor_load(lyt_fetchcursor *cursor, const char *path, lyt_error *err)
{
    lyt_status status;
    lyt_buf text;
    lyt_str all;
    size_t end;

    cursor->at_us = 0;
    lyt_buf_init(&cursor->ids, NULL);
    lyt_buf_init(&text, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, cursor_bytes_max, &text, err);
    if (!status) {
        all = lyt_buf_str(&text);
        end = lyt_str_find(all, '\n', 0);
        if (lyt_clock_parse(&cursor->at_us, lyt_str_slice(all, 0, end)))
            status = lyt_error_at(err, LYT_EFORMAT, path, 1, 0,
                                  "must be the time of the last answer fetched; take the file away "
                                  "to begin anew");
        lyt_buf_add(&cursor->ids, lyt_str_slice(all, end + 1, all.len));
        if (!status)
            status = lyt_buf_status(&cursor->ids);
    }
    lyt_buf_deinit(&text);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

lyt_status lyt_fetchcursor_save(const lyt_fetchcursor *cursor, const char *path, lyt_error *err)
{
    lyt_status status = lyt_buf_status(&cursor->ids);
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_clock_format(&text, cursor->at_us);
    lyt_buf_add_char(&text, '\n');
    lyt_buf_add(&text, lyt_buf_str(&cursor->ids));
    if (!status)
        status = lyt_buf_status(&text);
    if (status)
        (void)lyt_error_at(err, status, path, 0, 0, "no memory to write it");
    else
        status = lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(&text), err);
    lyt_buf_deinit(&text);
    return status;
}

void lyt_fetchcursor_deinit(lyt_fetchcursor *cursor)
{
    lyt_buf_deinit(&cursor->ids);
}

bool lyt_fetchcursor_has(const lyt_fetchcursor *cursor, int64_t at_us, lyt_str id)
{
    lyt_str ids = lyt_buf_str(&cursor->ids);

    if (at_us != cursor->at_us)
        return at_us < cursor->at_us;
    for (size_t at = 0; at < ids.len;) {
        size_t end = lyt_str_find(ids, '\n', at);

        if (lyt_str_equal(lyt_str_slice(ids, at, end), id))
            return true;
        at = end + 1;
    }
    return false;
}

void lyt_fetchcursor_add(lyt_fetchcursor *cursor, int64_t at_us, lyt_str id)
{
    if (at_us < cursor->at_us)
        return;
    if (at_us > cursor->at_us)
        lyt_buf_reset(&cursor->ids);
    cursor->at_us = at_us;
    lyt_buf_add(&cursor->ids, id);
    lyt_buf_add_char(&cursor->ids, '\n');
}
