#include "accesslog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

enum { month_letters = 7, path_max = 4200 };

typedef struct walk {
    const char *folder;
    int64_t before_us;
    bool takes;
    lyt_accesslog_due *out;
    lyt_status status;
    lyt_error *err;
} walk;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(int year, int month, int64_t *out_us)
{
    char text[32];

    snprintf(text, sizeof text, "%04d-%02d-01T00:00:00Z", year, month);
    return lyt_clock_parse(out_us, lyt_str_of(text)) == LYT_OK;
}

bool lyt_accesslog_month(lyt_str name, int64_t *from_us, int64_t *to_us)
{
    const size_t lead = strlen(LYT_ACCESSLOG_LEAD), end = strlen(LYT_ACCESSLOG_END);
    const char *m = name.ptr + lead;
    int year, month;

    if (name.len != lead + month_letters + end || !lyt_str_begins(name, LYT_STR(LYT_ACCESSLOG_LEAD)) ||
        !lyt_str_ends(name, LYT_STR(LYT_ACCESSLOG_END)) || m[4] != '-')
        return false;
    for (size_t i = 0; i < month_letters; i++)
        if (i != 4 && !is_digit(m[i]))
            return false;
    year = (m[0] - '0') * 1000 + (m[1] - '0') * 100 + (m[2] - '0') * 10 + (m[3] - '0');
    month = (m[5] - '0') * 10 + (m[6] - '0');
    return begins(year, month, from_us) &&
           begins(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, to_us);
}

/* One that cannot go does not keep the others. */
static lyt_status look(void *user, const char *name)
{
    walk *w = user;
    int64_t from_us, to_us;
    char path[path_max];

    if (!lyt_accesslog_month(lyt_str_of(name), &from_us, &to_us) || to_us > w->before_us)
        return LYT_OK;
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    if (w->takes && unlink(path) < 0 && errno != ENOENT) {
        w->status = lyt_error_at(w->err, LYT_EIO, path, 0, 0, "cannot be taken away: %s",
                                 strerror(errno));
        return LYT_OK;
    }
    w->out->n++;
    if (!w->out->oldest_us || from_us < w->out->oldest_us)
        w->out->oldest_us = from_us;
    return LYT_OK;
}

lyt_status lyt_accesslog_drop(const lyt_fs *fs, const char *folder, int64_t before_us, bool takes,
                              lyt_accesslog_due *out, lyt_error *err)
{
    walk w = {folder, before_us, takes, out, LYT_OK, err};
    lyt_status status;

    *out = (lyt_accesslog_due){0, 0};
    status = lyt_fs_list(fs, folder, look, &w, err);
    return status == LYT_ENOTFOUND ? LYT_OK : status ? status : w.status;
}
