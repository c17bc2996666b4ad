#include "fetchspool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "sha256.h"

enum { item_max = 4096, path_max = 4200 };

bool lyt_fetch_is_id(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return text.len > 0 && text.len <= lyt_fetch_id_max;
}

/* The same answer has the same name, so that it is in it once. */
static void name_of(char out[lyt_fetch_name_bytes], const lyt_fetch_item *item)
{
    const lyt_str parts[] = {item->gateway, item->survey, item->response};
    unsigned char sum[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        lyt_sha256_add(&sha, parts[i]);
        lyt_sha256_add(&sha, LYT_STR("\n"));
    }
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
    memcpy(out + 32, ".json", 6);
}

static void write_item(lyt_buf *out, const lyt_fetch_item *item)
{
    lyt_buf at;
    lyt_jw jw;

    lyt_buf_init(&at, out->alloc);
    lyt_clock_format(&at, item->heard_us);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "gateway", item->gateway);
    lyt_jw_kstr(&jw, "survey", item->survey);
    lyt_jw_kstr(&jw, "response", item->response);
    lyt_jw_kstr(&jw, "heard_at", lyt_buf_str(&at));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    if (lyt_buf_status(&at))
        out->status = lyt_buf_status(&at);
    lyt_buf_deinit(&at);
}

lyt_status lyt_fetchspool_put(const lyt_fs *fs, const char *folder, const lyt_fetch_item *item,
                              lyt_error *err)
{
    char name[lyt_fetch_name_bytes];
    lyt_status status;
    lyt_buf path, text;

    if (!lyt_fetch_is_id(item->gateway) || !lyt_fetch_is_id(item->survey) ||
        !lyt_fetch_is_id(item->response))
        return lyt_error_set(err, LYT_EINVAL,
                             "an id of a survey or an answer has only letters, digits, - and _");
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return lyt_error_at(err, LYT_EIO, folder, 0, 0, "cannot be made: %s", strerror(errno));
    name_of(name, item);
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_fs_join(&path, folder, name);
    write_item(&text, item);
    status = lyt_buf_status(&path) ? lyt_buf_status(&path) : lyt_buf_status(&text);
    if (status)
        (void)lyt_error_set(err, status, "no memory to keep what is to be fetched");
    else
        status = lyt_fs_write(fs, path.data, lyt_buf_str(&text), err);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&text);
    return status;
}

typedef struct walk {
    const lyt_fs *fs;
    const char *folder;
    lyt_status (*each)(void *user, const char *name, const lyt_fetch_item *item);
    void *user;
    bool is_over;
} walk;

static lyt_status take(walk *w, const char *name, lyt_str text)
{
    lyt_json *json = NULL;
    lyt_status status = LYT_OK;
    lyt_fetch_item item;

    if (lyt_json_parse(&json, text, item_max, NULL))
        return LYT_OK;
    item = (lyt_fetch_item){.gateway = lyt_json_text(json, "gateway"),
                            .survey = lyt_json_text(json, "survey"),
                            .response = lyt_json_text(json, "response")};
    if (lyt_fetch_is_id(item.gateway) && lyt_fetch_is_id(item.survey) &&
        lyt_fetch_is_id(item.response) &&
        !lyt_clock_parse(&item.heard_us, lyt_json_text(json, "heard_at")))
        status = w->each(w->user, name, &item);
    lyt_json_free(json);
    return status;
}

static lyt_status read_one(void *user, const char *name)
{
    walk *w = user;
    lyt_status status;
    lyt_buf path, text;

    if (!lyt_str_ends(lyt_str_of(name), LYT_STR(".json")))
        return LYT_OK;
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&text, NULL);
    lyt_fs_join(&path, w->folder, name);
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_fs_read(w->fs, path.data, item_max, &text, NULL);
    /* one that has just been taken out, or is none */
    if (status == LYT_ENOTFOUND || status == LYT_ELIMIT)
        status = LYT_OK;
    else if (!status)
        status = take(w, name, lyt_buf_str(&text));
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&text);
    w->is_over = status == LYT_EEND;
    return status;
}

lyt_status lyt_fetchspool_each(const lyt_fs *fs, const char *folder,
                               lyt_status (*each)(void *user, const char *name,
                                                  const lyt_fetch_item *item),
                               void *user, lyt_error *err)
{
    walk w = {.fs = fs, .folder = folder, .each = each, .user = user};
    lyt_status status = lyt_fs_list(fs, folder, read_one, &w, err);

    return w.is_over || status == LYT_ENOTFOUND ? LYT_OK : status;
}

void lyt_fetchspool_remove(const char *folder, const char *name, bool gives_up)
{
    char path[path_max], aside[path_max];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(aside, sizeof aside, "%s/%s.given-up", folder, name);
    if (!gives_up || rename(path, aside) != 0)
        (void)unlink(path);
}
