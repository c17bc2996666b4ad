#include "refinedfolder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "statefile.h"

enum { owner_only = 0700 };
static const char last_file[] = "last.json";

void lyt_refinedfolder_of(lyt_refinedfolder *out, const char *state)
{
    snprintf(out->path, sizeof out->path, "%s/refined", state);
}

lyt_status lyt_refinedfolder_make(const lyt_refinedfolder *folder, lyt_error *err)
{
    if (mkdir(folder->path, owner_only) == 0 || errno == EEXIST)
        return LYT_OK;
    return lyt_error_at(err, LYT_EIO, folder->path, 0, 0, "cannot be made: %s", strerror(errno));
}

size_t lyt_refinedfolder_last(const lyt_refinedfolder *folder)
{
    const int64_t lessons = lyt_statefile_number(folder->path, last_file, "corrections");

    return lessons > 0 ? (size_t)lessons : 0;
}

lyt_status lyt_refinedfolder_set_last(const lyt_refinedfolder *folder, size_t lessons,
                                      const char *verdict, int64_t now_us, lyt_error *err)
{
    lyt_status status;
    lyt_buf path, text, at;
    lyt_jw jw;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, now_us);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "corrections", (int64_t)lessons);
    lyt_jw_kstr(&jw, "verdict", lyt_str_of(verdict));
    lyt_jw_kstr(&jw, "at", lyt_buf_str(&at));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&text, '\n');
    lyt_fs_join(&path, folder->path, last_file);
    if (lyt_buf_status(&path) || lyt_buf_status(&text))
        status = lyt_error_set(err, LYT_ENOMEM, "out of memory");
    else
        status = lyt_fs_write(lyt_fs_system(), path.data, lyt_buf_str(&text), err);
    lyt_buf_deinit(&at);
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&path);
    return status;
}

typedef struct clearing {
    const lyt_refinedfolder *folder;
    const char *but;
    size_t n;
    lyt_error *err;
} clearing;

static lyt_status take_away(void *user, const char *name)
{
    clearing *c = user;
    const lyt_str file = lyt_str_of(name);
    const bool is_model = lyt_str_ends(file, LYT_STR(".lytm"));
    char path[sizeof c->folder->path + NAME_MAX + 2];

    if (c->but ? !is_model || strcmp(c->but, name) == 0
               : !is_model && !lyt_str_equal(file, lyt_str_of(last_file)))
        return LYT_OK;
    snprintf(path, sizeof path, "%s/%s", c->folder->path, name);
    if (unlink(path) != 0 && errno != ENOENT)
        return lyt_error_at(c->err, LYT_EIO, path, 0, 0, "cannot be removed: %s", strerror(errno));
    c->n += is_model;
    return LYT_OK;
}

lyt_status lyt_refinedfolder_clear(const lyt_refinedfolder *folder, const char *but, size_t *n,
                                   lyt_error *err)
{
    clearing c = {.folder = folder, .but = but, .err = err};
    lyt_status status = lyt_fs_list(lyt_fs_system(), folder->path, take_away, &c, err);

    *n = c.n;
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}
