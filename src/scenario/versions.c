#include "versions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "versions_inside.h"

enum { used_bytes_max = 256 << 20, line_max = 1024 };

lyt_status lyt_versions_path(const lyt_versions *v, const char *name, const char *end, lyt_buf *out,
                             lyt_error *err)
{
    lyt_buf_init(out, v->alloc);
    lyt_buf_addf(out, "%s/%s%s", v->folder, name, end);
    return lyt_buf_status(out) ? lyt_error_set(err, LYT_ENOMEM, "no memory for a path") : LYT_OK;
}

/* The folder and the one above it, which a first start may not have made yet. */
static lyt_status make_folders(const lyt_versions *v, lyt_error *err)
{
    const char *slash = strrchr(v->folder, '/');
    lyt_buf above;
    bool ok;

    lyt_buf_init(&above, v->alloc);
    lyt_buf_add(&above, (lyt_str){v->folder, slash ? (size_t)(slash - v->folder) : 0});
    ok = !lyt_buf_status(&above);
    if (ok && above.len)
        ok = mkdir(above.data, 0700) == 0 || errno == EEXIST;
    ok = ok && (mkdir(v->folder, 0700) == 0 || errno == EEXIST);
    lyt_buf_deinit(&above);
    if (ok)
        return LYT_OK;
    return lyt_error_at(err, errno == ENOSPC || errno == EDQUOT ? LYT_EFULL : LYT_EIO, v->folder, 0,
                        0, "this folder cannot be made: %s", strerror(errno));
}

/* ---- files of versions ---- */

lyt_status lyt_versions_read(const lyt_versions *v, const char *pack, lyt_version_read *out,
                             lyt_error *err)
{
    lyt_error why = {.text = ""};
    lyt_buf path;
    lyt_status status = lyt_versions_path(v, pack, ".pack", &path, err);

    *out = (lyt_version_read){.map = {NULL, 0}};
    if (!status)
        status = lyt_fs_map(v->fs, path.data, &out->map, err);
    if (!status) {
        status = lyt_versionfile_parse(
            &out->file, v->alloc,
            (lyt_str){out->map.data ? out->map.data : "", out->map.size_bytes}, &why);
        if (!status && strcmp(out->file.pack, pack) != 0)
            status = lyt_error_set(&why, LYT_EFORMAT, "the kept version is damaged: it is another");
        if (status) {
            (void)lyt_error_at(err, status, path.data, 0, 0, "%s", why.text);
            lyt_versions_forget(v, out);
        }
    }
    lyt_buf_deinit(&path);
    return status;
}

void lyt_versions_forget(const lyt_versions *v, lyt_version_read *read)
{
    lyt_versionfile_free(&read->file);
    lyt_fs_unmap(v->fs, &read->map);
    *read = (lyt_version_read){.map = {NULL, 0}};
}

typedef struct listing {
    const lyt_versions *v;
    char (*items)[lyt_version_bytes];
    size_t n, cap;
    lyt_error *err;
} listing;

static lyt_status add_name(void *user, const char *name)
{
    listing *l = user;
    lyt_str text = lyt_str_of(name), version = lyt_str_slice(text, 0, lyt_version_digits);
    lyt_status status;

    if (text.len != lyt_version_digits + 5 || !lyt_str_ends(text, LYT_STR(".pack")) ||
        !lyt_version_is_part(version))
        return LYT_OK;
    status = lyt_mem_grow(l->v->alloc, &l->items, &l->cap, l->n + 1, sizeof *l->items);
    if (status)
        return lyt_error_set(l->err, status, "no memory for the list of versions");
    snprintf(l->items[l->n++], lyt_version_bytes, "%.*s", LYT_STR_ARG(version));
    return LYT_OK;
}

lyt_status lyt_versions_list(const lyt_versions *v, char (**out)[lyt_version_bytes], size_t *n,
                             lyt_error *err)
{
    listing l = {.v = v, .err = err};
    lyt_status status = lyt_fs_list(v->fs, v->folder, add_name, &l, err);

    if (status == LYT_ENOTFOUND)
        status = LYT_OK;
    if (status) {
        lyt_mem_free(v->alloc, l.items);
        return status;
    }
    *out = l.items;
    *n = l.n;
    return LYT_OK;
}

/* ---- when they were used ---- */

static bool copy_version(char out[lyt_version_bytes], lyt_str text)
{
    if (text.len != lyt_version_digits || !lyt_version_is_part(text))
        return false;
    snprintf(out, lyt_version_bytes, "%.*s", LYT_STR_ARG(text));
    return true;
}

bool lyt_version_use_parse(lyt_version_use *out, lyt_str line)
{
    lyt_json *json = NULL;
    bool is_one = !lyt_json_parse(&json, line, line_max, NULL) &&
                  !lyt_clock_parse(&out->from_us, lyt_json_text(json, "at")) &&
                  copy_version(out->pack, lyt_json_text(json, "pack"));

    if (is_one && !lyt_json_get(json, "base"))
        memcpy(out->base, out->pack, sizeof out->base);
    else if (is_one)
        is_one = copy_version(out->base, lyt_json_text(json, "base"));
    out->to_us = 0;
    lyt_json_free(json);
    return is_one;
}

static lyt_status damaged_line(const char *path, unsigned number, lyt_error *err)
{
    return lyt_error_at(err, LYT_EFORMAT, path, number, 0,
                        "this line is damaged; take it out, and only when that version was used is "
                        "lost");
}

static lyt_status read_used(const lyt_versions *v, lyt_buf *text, lyt_version_use **out, size_t *n,
                            lyt_error *err)
{
    size_t cap = 0;
    unsigned number = 0;
    lyt_buf path;
    lyt_status status = lyt_versions_path(v, "used", ".jsonl", &path, err);

    *out = NULL;
    *n = 0;
    if (!status)
        status = lyt_fs_read(v->fs, path.data, used_bytes_max, text, err);
    if (status == LYT_ENOTFOUND)
        status = LYT_OK;
    for (size_t at = 0; !status && at < text->len;) {
        size_t end = lyt_str_find(lyt_buf_str(text), '\n', at);
        lyt_str line = lyt_str_slice(lyt_buf_str(text), at, end);

        number++;
        at = end + 1;
        status = lyt_mem_grow(v->alloc, out, &cap, *n + 1, sizeof **out);
        if (status)
            (void)lyt_error_set(err, status, "no memory for the list of versions");
        else if (!lyt_version_use_parse(&(*out)[*n], line))
            status = damaged_line(path.data, number, err);
        if (!status && (*n)++)
            (*out)[*n - 2].to_us = (*out)[*n - 1].from_us;
    }
    lyt_buf_deinit(&path);
    if (status) {
        lyt_mem_free(v->alloc, *out);
        *out = NULL;
        *n = 0;
    }
    return status;
}

lyt_status lyt_versions_uses(const lyt_versions *v, lyt_version_use **out, size_t *n,
                             lyt_error *err)
{
    lyt_buf text;
    lyt_status status;

    lyt_buf_init(&text, v->alloc);
    status = read_used(v, &text, out, n, err);
    lyt_buf_deinit(&text);
    return status;
}

void lyt_version_use_format(lyt_buf *out, const lyt_version_use *use)
{
    lyt_buf at;
    lyt_jw jw;

    lyt_buf_init(&at, out->alloc);
    lyt_clock_format(&at, use->from_us);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "at", lyt_buf_str(&at));
    lyt_jw_kstr(&jw, "pack", lyt_str_of(use->pack));
    if (strcmp(use->base, use->pack) != 0)
        lyt_jw_kstr(&jw, "base", lyt_str_of(use->base));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    if (lyt_buf_status(&at) && !out->status)
        out->status = at.status;
    lyt_buf_deinit(&at);
}

lyt_status lyt_versions_write_used(const lyt_versions *v, const lyt_buf *text, lyt_error *err)
{
    lyt_buf path;
    lyt_status status = lyt_versions_path(v, "used", ".jsonl", &path, err);

    if (!status && lyt_buf_status(text))
        status = lyt_error_set(err, lyt_buf_status(text), "no memory for the list of versions");
    if (!status)
        status = lyt_fs_write(v->fs, path.data, lyt_buf_str(text), err);
    lyt_buf_deinit(&path);
    return status;
}

lyt_status lyt_versions_use(const lyt_versions *v, uint64_t version, uint64_t base, int64_t now_us,
                            lyt_error *err)
{
    lyt_version_use *uses = NULL, use = {.from_us = now_us};
    size_t n = 0;
    lyt_buf text;
    lyt_status status;

    lyt_version_format(use.pack, version);
    lyt_version_format(use.base, base);
    lyt_buf_init(&text, v->alloc);
    status = read_used(v, &text, &uses, &n, err);
    /* a list that is damaged is no reason to go without today's line */
    if (status == LYT_EFORMAT)
        status = LYT_OK;
    if (!status && !(n && strcmp(uses[n - 1].pack, use.pack) == 0)) {
        if (text.len && text.data[text.len - 1] != '\n')
            lyt_buf_add_char(&text, '\n');
        lyt_version_use_format(&text, &use);
        status = make_folders(v, err);
        if (!status)
            status = lyt_versions_write_used(v, &text, err);
    }
    lyt_mem_free(v->alloc, uses);
    lyt_buf_deinit(&text);
    return status;
}

/* ---- keeping ---- */

typedef struct knowing {
    const lyt_versions *v;
    lyt_version_read *read; /* the kept ones, but for the one in hand */
    size_t n;
} knowing;

/* Where the bytes lie themselves, and are those. */
static bool is_known(void *user, const char sum[lyt_version_sum_bytes], lyt_str bytes,
                     char in[lyt_version_bytes], size_t *at)
{
    const knowing *k = user;

    for (size_t i = 0; i < k->n; i++)
        for (size_t r = 0; r < k->read[i].file.n_rows; r++) {
            const lyt_versionfile_row *row = &k->read[i].file.rows[r];
            lyt_str found;

            if (*row->in || strcmp(row->sum, sum) != 0 ||
                lyt_versionfile_bytes(&k->read[i].file, row, &found, NULL) ||
                !lyt_str_equal(found, bytes))
                continue;
            memcpy(in, k->read[i].file.pack, lyt_version_bytes);
            *at = row->at;
            return true;
        }
    return false;
}

static void forget_all(const lyt_versions *v, lyt_version_read *read, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lyt_versions_forget(v, &read[i]);
    lyt_mem_free(v->alloc, read);
}

/* Those that are wanted; one that cannot be read is as good as none. */
static lyt_status read_all(const lyt_versions *v, char (*names)[lyt_version_bytes], size_t n,
                           const char *but, lyt_version_read **out, size_t *n_out, lyt_error *err)
{
    lyt_version_read *read = lyt_mem_array(v->alloc, n + 1, sizeof *read);
    lyt_status status = read ? LYT_OK : lyt_error_set(err, LYT_ENOMEM, "no memory for versions");

    *out = read;
    *n_out = 0;
    for (size_t i = 0; i < n && !status; i++) {
        if (strcmp(names[i], but) == 0)
            continue;
        status = lyt_versions_read(v, names[i], &read[*n_out], err);
        *n_out += status == LYT_OK;
        status = status == LYT_ENOMEM ? status : LYT_OK;
    }
    return status;
}

static lyt_status write_version(const lyt_versions *v, const char *pack, const lyt_buf *bytes,
                                lyt_error *err)
{
    lyt_buf path;
    lyt_status status = lyt_versions_path(v, pack, ".pack", &path, err);

    if (!status && lyt_buf_status(bytes))
        status = lyt_error_set(err, lyt_buf_status(bytes), "no memory to keep a version");
    if (!status)
        status = lyt_fs_write(v->fs, path.data, lyt_buf_str(bytes), err);
    lyt_buf_deinit(&path);
    return status;
}

bool lyt_versions_has(const lyt_versions *v, uint64_t version)
{
    char name[lyt_version_bytes];
    lyt_version_kept kept;
    bool is_there;

    lyt_version_format(name, version);
    is_there = lyt_versions_open(v, name, &kept, NULL, NULL) == LYT_OK;

    if (is_there)
        lyt_packtree_free(kept.tree);
    return is_there;
}

lyt_status lyt_versions_prepare(const lyt_versions *v, const lyt_pack *pack,
                                const lyt_packtree *tree, int64_t now_us, lyt_buf *out,
                                lyt_error *err)
{
    char version[lyt_version_bytes], (*names)[lyt_version_bytes] = NULL;
    knowing k = {.v = v};
    size_t n = 0;
    lyt_status status;

    if (lyt_versions_has(v, lyt_pack_hash(pack)))
        return LYT_OK;
    lyt_version_format(version, lyt_pack_hash(pack));
    /* where the folder cannot be read, nothing is known that need not be written */
    status = lyt_versions_list(v, &names, &n, err);
    if (status != LYT_ENOMEM)
        status = read_all(v, names, n, version, &k.read, &k.n, err);
    if (!status && lyt_versionfile_write(out, pack, tree, now_us, is_known, &k))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory to keep a version");
    forget_all(v, k.read, k.n);
    lyt_mem_free(v->alloc, names);
    return status;
}

lyt_status lyt_versions_put(const lyt_versions *v, uint64_t version, const lyt_buf *file,
                            lyt_error *err)
{
    char name[lyt_version_bytes];
    lyt_status status = make_folders(v, err);

    lyt_version_format(name, version);
    return status ? status : write_version(v, name, file, err);
}

lyt_status lyt_versions_keep(const lyt_versions *v, const lyt_pack *pack, const lyt_packtree *tree,
                             int64_t now_us, lyt_error *err)
{
    lyt_buf file;
    lyt_status status;

    lyt_buf_init(&file, v->alloc);
    status = lyt_versions_prepare(v, pack, tree, now_us, &file, err);
    if (!status && file.len)
        status = lyt_versions_put(v, lyt_pack_hash(pack), &file, err);
    lyt_buf_deinit(&file);
    return status;
}

/* ---- letting go ---- */

/* Kept with what it shared with those that go. */
static lyt_status stand_alone(const lyt_versions *v, const char *pack, const knowing *staying,
                              lyt_error *err)
{
    lyt_version_read read;
    lyt_version_kept kept;
    lyt_buf bytes;
    lyt_status status = lyt_versions_read(v, pack, &read, err);

    if (status)
        return status;
    lyt_buf_init(&bytes, v->alloc);
    status = lyt_versions_open(v, pack, &kept, NULL, err);
    if (!status) {
        (void)!lyt_versionfile_rewrite(&bytes, &read.file, kept.tree, is_known,
                                       (void *)(uintptr_t)staying);
        status = write_version(v, pack, &bytes, err);
        lyt_packtree_free(kept.tree);
    }
    lyt_buf_deinit(&bytes);
    lyt_versions_forget(v, &read);
    return status;
}

static bool is_in(char (*names)[lyt_version_bytes], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Whether any of its bytes lie in one that goes. */
static lyt_status leans_on(const lyt_versions *v, const char *pack,
                           char (*going)[lyt_version_bytes], size_t n_going, bool *leans,
                           lyt_error *err)
{
    lyt_version_read read;
    lyt_status status = lyt_versions_read(v, pack, &read, err);

    *leans = false;
    if (status) /* a damaged one says nothing of where its bytes lie */
        return status == LYT_EFORMAT ? LYT_OK : status;
    for (size_t r = 0; r < read.file.n_rows && !*leans; r++)
        *leans = *read.file.rows[r].in && is_in(going, n_going, read.file.rows[r].in);
    lyt_versions_forget(v, &read);
    return LYT_OK;
}

/*
 * One after the other: what was written for the first may be known to the next. A damaged one that
 * stays is left as it is, for who asks for it to hear.
 */
static lyt_status free_those_that_stay(const lyt_versions *v, char (*staying)[lyt_version_bytes],
                                       size_t n_staying, char (*going)[lyt_version_bytes],
                                       size_t n_going, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < n_staying && !status; i++) {
        knowing k = {.v = v};
        bool leans;

        status = leans_on(v, staying[i], going, n_going, &leans, err);
        if (status || !leans)
            continue;
        status = read_all(v, staying, i, "", &k.read, &k.n, err);
        if (!status)
            status = stand_alone(v, staying[i], &k, err);
        forget_all(v, k.read, k.n);
        status = status == LYT_EFORMAT ? LYT_OK : status;
    }
    return status;
}

/* It was kept at or after that time, and may have been used though no line says so. */
static bool is_young(const lyt_versions *v, const char *pack, int64_t before_us)
{
    lyt_version_read read;
    lyt_status status = lyt_versions_read(v, pack, &read, NULL);
    /* a damaged one that nobody uses has nothing to show */
    bool is_young = status ? status != LYT_EFORMAT : read.file.kept_us >= before_us;

    if (!status)
        lyt_versions_forget(v, &read);
    return is_young;
}

/* Whether it was used at or after that time, or is now. */
static bool is_wanted(const lyt_version_use *uses, size_t n, const char *pack, int64_t before_us)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(uses[i].base, pack) == 0 && (!uses[i].to_us || uses[i].to_us >= before_us))
            return true;
    return false;
}

static lyt_status drop_uses(const lyt_versions *v, const lyt_version_use *uses, size_t n,
                            char (*going)[lyt_version_bytes], size_t n_going, lyt_error *err)
{
    size_t n_left = 0;
    lyt_buf text;
    lyt_status status = LYT_OK;

    lyt_buf_init(&text, v->alloc);
    for (size_t i = 0; i < n; i++)
        if (!is_in(going, n_going, uses[i].base)) {
            lyt_version_use_format(&text, &uses[i]);
            n_left++;
        }
    if (n_left < n)
        status = lyt_versions_write_used(v, &text, err);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_status remove_all(const lyt_versions *v, char (*going)[lyt_version_bytes],
                             size_t n_going, size_t *n, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < n_going && !status; i++) {
        lyt_buf path;

        status = lyt_versions_path(v, going[i], ".pack", &path, err);
        if (!status && unlink(path.data) != 0 && errno != ENOENT)
            status = lyt_error_at(err, LYT_EIO, path.data, 0, 0, "cannot be taken away: %s",
                                  strerror(errno));
        *n += status == LYT_OK;
        lyt_buf_deinit(&path);
    }
    return status;
}

/* What stays stands alone before anything goes; the list of uses is written before files go. */
lyt_status lyt_versions_let_go(const lyt_versions *v, int64_t before_us, uint64_t in_use, size_t *n,
                               lyt_error *err)
{
    char now[lyt_version_bytes], (*names)[lyt_version_bytes] = NULL;
    char(*going)[lyt_version_bytes] = NULL;
    lyt_version_use *uses = NULL;
    size_t n_names = 0, n_staying = 0, n_going = 0, n_uses = 0;
    lyt_status status = lyt_versions_list(v, &names, &n_names, err);

    *n = 0;
    lyt_version_format(now, in_use);
    if (!status)
        status = lyt_versions_uses(v, &uses, &n_uses, err);
    if (!status) {
        going = lyt_mem_array(v->alloc, n_names + 1, sizeof *going);
        if (!going)
            status = lyt_error_set(err, LYT_ENOMEM, "no memory for versions");
    }
    for (size_t i = 0; i < n_names && !status; i++) {
        bool stays = strcmp(names[i], now) == 0 || is_wanted(uses, n_uses, names[i], before_us) ||
                     is_young(v, names[i], before_us);

        memmove(stays ? names[n_staying++] : going[n_going++], names[i], lyt_version_bytes);
    }
    if (!status && n_going)
        status = free_those_that_stay(v, names, n_staying, going, n_going, err);
    if (!status && n_going)
        status = drop_uses(v, uses, n_uses, going, n_going, err);
    if (!status)
        status = remove_all(v, going, n_going, n, err);
    lyt_mem_free(v->alloc, going);
    lyt_mem_free(v->alloc, names);
    lyt_mem_free(v->alloc, uses);
    return status;
}
