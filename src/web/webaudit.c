#include "webaudit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "fs.h"

enum { month_letters = 7, path_max = 4200, file_max = 1 << 30, line_max = 1 << 20 };

void lyt_audit_init(lyt_audit *audit, const lyt_alloc *alloc, const char *folder)
{
    *audit = (lyt_audit){.alloc = alloc, .folder = folder, .fd = -1};
    lyt_buf_init(&audit->line, alloc);
}

void lyt_audit_deinit(lyt_audit *audit)
{
    if (audit->fd >= 0)
        close(audit->fd);
    lyt_buf_deinit(&audit->line);
}

void lyt_audit_begin(lyt_audit *audit, int64_t now_us, lyt_str person, const char *what)
{
    lyt_buf_reset(&audit->line);
    lyt_jw_init(&audit->jw, &audit->line);
    lyt_jw_object(&audit->jw);
    lyt_jw_ktime(&audit->jw, "at", now_us);
    lyt_jw_kstr(&audit->jw, "person", person);
    lyt_jw_kstr(&audit->jw, "what", lyt_str_of(what));
}

/* {"at":"2026-11-… */
static bool open_month(lyt_audit *audit, char path[path_max])
{
    const char *month = audit->line.data + strlen("{\"at\":\"");

    snprintf(path, path_max, "%s/access-%.*s.jsonl", audit->folder, month_letters, month);
    if (audit->fd >= 0 && strncmp(audit->month, month, month_letters) == 0)
        return true;
    if (audit->fd >= 0)
        close(audit->fd);
    memcpy(audit->month, month, month_letters);
    audit->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return audit->fd >= 0;
}

static lyt_status cannot(lyt_error *err, const char *path)
{
    lyt_status status = errno == ENOSPC || errno == EDQUOT ? LYT_EFULL : LYT_EIO;

    return lyt_error_at(err, status, path, 0, 0, "cannot be written: %s", strerror(errno));
}

lyt_status lyt_audit_end(lyt_audit *audit, lyt_error *err)
{
    char path[path_max];
    ssize_t n;

    lyt_jw_object_end(&audit->jw);
    lyt_buf_add_char(&audit->line, '\n');
    if (lyt_buf_status(&audit->line))
        return lyt_error_set(err, LYT_ENOMEM, "no memory to note who saw it");
    if (!open_month(audit, path))
        return cannot(err, path);
    do
        n = write(audit->fd, audit->line.data, audit->line.len);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)audit->line.len) {
        errno = n < 0 ? errno : ENOSPC;
        /* what there is of it ends here, so that the next line is whole */
        if (n > 0)
            (void)!write(audit->fd, "\n", 1);
        return cannot(err, path);
    }
    return fdatasync(audit->fd) == 0 ? LYT_OK : cannot(err, path);
}

/* ---- reading ---- */

typedef struct walk {
    const char *folder;
    lyt_status (*each)(void *user, const lyt_json *line, lyt_str text);
    void *user;
    lyt_error *err;
    bool is_over;
} walk;

static lyt_status read_lines(walk *w, lyt_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end);
        lyt_json *json = NULL;
        lyt_status status = LYT_OK;

        at = end + 1;
        /* one that a full disk cut off is no line */
        if (line.len && !lyt_json_parse(&json, line, line_max, NULL))
            status = w->each(w->user, json, line);
        lyt_json_free(json);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status read_month(void *user, const char *name)
{
    walk *w = user;
    lyt_str text = lyt_str_of(name);
    char path[path_max];
    lyt_status status;
    lyt_buf all;

    if (!lyt_str_begins(text, LYT_STR("access-")) || !lyt_str_ends(text, LYT_STR(".jsonl")))
        return LYT_OK;
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    lyt_buf_init(&all, NULL);
    status = lyt_fs_read(lyt_fs_system(), path, file_max, &all, w->err);
    if (!status)
        status = read_lines(w, lyt_buf_str(&all));
    lyt_buf_deinit(&all);
    w->is_over = status == LYT_EEND;
    return status;
}

lyt_status lyt_audit_each(const char *folder,
                          lyt_status (*each)(void *user, const lyt_json *line, lyt_str text),
                          void *user, lyt_error *err)
{
    walk w = {.folder = folder, .each = each, .user = user, .err = err};
    lyt_status status = lyt_fs_list(lyt_fs_system(), folder, read_month, &w, err);

    return w.is_over ? LYT_OK : status;
}
