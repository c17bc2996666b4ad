#include "packtree.h"

#include <stdlib.h>
#include <string.h>

#include "fslog.h"
#include "hash.h"
#include "mem.h"
#include "packfile.h"
#include "utf8.h"

enum { tree_bytes_max = 256 << 20, file_bytes_max = 64 << 20 };

struct lyt_packtree {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    lyt_packtree_file *files; /* by path */
    size_t n, cap;
    lyt_fs fs;
};

/* ---- as files ---- */

static size_t lower_bound(const lyt_packtree *tree, lyt_str path)
{
    size_t low = 0, high = tree->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lyt_str_compare(lyt_str_of(tree->files[middle].path), path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const lyt_packtree_file *lyt_packtree_find(const lyt_packtree *tree, const char *path)
{
    size_t at = lower_bound(tree, lyt_str_of(path));

    return at < tree->n && strcmp(tree->files[at].path, path) == 0 ? &tree->files[at] : NULL;
}

static lyt_status not_found(const char *path, lyt_error *err)
{
    return lyt_error_at(err, LYT_ENOTFOUND, path, 0, 0, "there is no such file or folder");
}

static lyt_status tree_read(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                            lyt_error *err)
{
    const lyt_packtree_file *file = lyt_packtree_find(context, path);
    lyt_status status;

    if (!file)
        return not_found(path, err);
    if (file->bytes.len > limit_bytes)
        return lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "the file has more than %zu bytes",
                            limit_bytes);
    lyt_buf_add(out, file->bytes);
    status = lyt_buf_status(out);
    return status ? lyt_error_at(err, status, path, 0, 0, "%s", lyt_status_text(status)) : LYT_OK;
}

static lyt_status tree_write(void *context, const char *path, lyt_str data, lyt_error *err)
{
    (void)context;
    (void)data;
    return lyt_error_at(err, LYT_EIO, path, 0, 0, "what was kept of a pack is only read");
}

static lyt_status tree_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    const lyt_packtree_file *file = lyt_packtree_find(context, path);

    if (!file)
        return not_found(path, err);
    *out = (lyt_map){file->bytes.len ? file->bytes.ptr : NULL, file->bytes.len};
    return LYT_OK;
}

static void tree_unmap(void *context, lyt_map *map)
{
    (void)context;
    *map = (lyt_map){NULL, 0};
}

/* What stands right in the folder: all paths that begin so and have no further "/". */
static lyt_status tree_list(void *context, const char *path,
                            lyt_status (*each)(void *user, const char *name), void *user,
                            lyt_error *err)
{
    const lyt_packtree *tree = context;
    const size_t n = strlen(path);
    bool is_there = false;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < tree->n && !status; i++) {
        const char *name = tree->files[i].path;

        if (strncmp(name, path, n) != 0 || name[n] != '/')
            continue;
        is_there = true;
        if (!strchr(name + n + 1, '/'))
            status = each(user, name + n + 1);
    }
    return is_there ? status : not_found(path, err);
}

const lyt_fs *lyt_packtree_fs(const lyt_packtree *tree)
{
    return &tree->fs;
}

/* ---- making ---- */

lyt_status lyt_packtree_new(lyt_packtree **out, const lyt_alloc *alloc, lyt_error *err)
{
    lyt_packtree *tree = lyt_mem_new(alloc, sizeof *tree);

    if (tree)
        tree->alloc = alloc;
    if (!tree || lyt_arena_new(&tree->arena, alloc, "packtree", tree_bytes_max)) {
        lyt_packtree_free(tree);
        return lyt_error_set(err, LYT_ENOMEM, "no memory to keep a pack");
    }
    tree->fs = (lyt_fs){tree_read, tree_write, tree_map, tree_unmap, tree_list, tree};
    *out = tree;
    return LYT_OK;
}

void lyt_packtree_free(lyt_packtree *tree)
{
    if (!tree)
        return;
    lyt_mem_free(tree->alloc, tree->files);
    lyt_arena_free(tree->arena);
    lyt_mem_free(tree->alloc, tree);
}

/* source: NULL, or where it was read from. */
static lyt_status add(lyt_packtree *tree, const char *path, const char *source, lyt_str bytes,
                      lyt_error *err)
{
    const size_t at = lower_bound(tree, lyt_str_of(path));
    lyt_str name, data, from = {NULL, 0};
    lyt_status status;

    if (at < tree->n && strcmp(tree->files[at].path, path) == 0)
        return lyt_error_at(err, LYT_EEXISTS, path, 0, 0, "this file is there twice");
    status = lyt_mem_grow(tree->alloc, &tree->files, &tree->cap, tree->n + 1, sizeof *tree->files);
    name = lyt_arena_copy(tree->arena, lyt_str_of(path));
    data = lyt_arena_copy(tree->arena, bytes);
    if (source)
        from = lyt_arena_copy(tree->arena, lyt_str_of(source));
    if (!status)
        status = lyt_arena_status(tree->arena);
    if (status)
        return lyt_error_at(err, status, path, 0, 0, "%s", lyt_status_text(status));
    memmove(&tree->files[at + 1], &tree->files[at], (tree->n - at) * sizeof *tree->files);
    tree->files[at] = (lyt_packtree_file){name.ptr, data, from.ptr};
    tree->n++;
    return LYT_OK;
}

lyt_status lyt_packtree_add(lyt_packtree *tree, const char *path, lyt_str bytes, lyt_error *err)
{
    return add(tree, path, NULL, bytes, err);
}

typedef struct taking {
    lyt_packtree *tree;
    const lyt_fs *fs;
    const char *from, *to, *end; /* of what ends so */
    lyt_error *err;
} taking;

static lyt_status take_file(void *user, const char *name)
{
    const taking *t = user;
    lyt_buf path, to, bytes;
    lyt_status status = LYT_OK;

    /* a name that is no text is none that a pack reads */
    if (!lyt_str_ends(lyt_str_of(name), lyt_str_of(t->end)) ||
        lyt_utf8_check(lyt_str_of(name), NULL))
        return LYT_OK;
    lyt_buf_init(&path, t->tree->alloc);
    lyt_buf_init(&to, t->tree->alloc);
    lyt_buf_init(&bytes, t->tree->alloc);
    lyt_fs_join(&path, t->from, name);
    lyt_fs_join(&to, t->to, name);
    if (lyt_buf_status(&path) || lyt_buf_status(&to))
        status = lyt_error_set(t->err, LYT_ENOMEM, "no memory to keep a pack");
    if (!status)
        status = lyt_fs_read(t->fs, path.data, file_bytes_max, &bytes, t->err);
    if (!status)
        status = add(t->tree, to.data, path.data, lyt_buf_str(&bytes), t->err);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&to);
    lyt_buf_deinit(&bytes);
    return status;
}

/* folder/part as to/part; a folder that is not there has nothing in it. */
static lyt_status take_folder(taking t, const char *folder, const char *to, const char *part)
{
    lyt_buf from, path;
    lyt_status status = LYT_OK;

    lyt_buf_init(&from, t.tree->alloc);
    lyt_buf_init(&path, t.tree->alloc);
    lyt_buf_add_text(&from, folder);
    lyt_buf_add_text(&path, to);
    if (*part) {
        lyt_buf_addf(&from, "/%s", part);
        lyt_buf_addf(&path, "/%s", part);
    }
    if (lyt_buf_status(&from) || lyt_buf_status(&path))
        status = lyt_error_set(t.err, LYT_ENOMEM, "no memory to keep a pack");
    t.from = from.data;
    t.to = path.data;
    if (!status)
        status = lyt_fs_list(t.fs, from.data, take_file, &t, t.err);
    lyt_buf_deinit(&from);
    lyt_buf_deinit(&path);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

lyt_status lyt_packtree_take(lyt_packtree *tree, const lyt_fs *fs, const lyt_packtree_from *from,
                             lyt_error *err)
{
    const taking yaml = {.tree = tree, .fs = fs, .end = ".yaml", .err = err};
    const taking whole = {.tree = tree, .fs = fs, .end = "pack.yaml", .err = err};
    const taking text = {.tree = tree, .fs = fs, .end = ".txt", .err = err};
    const struct {
        taking what;
        const char *folder, *to, *part;
    } rows[] = {
        {whole, from->folder, "pack", ""},        {yaml, from->folder, "pack", "scenarios"},
        {yaml, from->folder, "pack", "lexicons"}, {yaml, from->folder, "pack", "properties"},
        {text, from->folder, "pack", "training"}, {yaml, from->own, "own", "scenarios"},
        {yaml, from->lexicons, "language", ""},   {yaml, from->lexicons, "language", "delicate"},
    };
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < sizeof rows / sizeof *rows && !status; i++)
        if (rows[i].folder)
            status = take_folder(rows[i].what, rows[i].folder, rows[i].to, rows[i].part);
    return status;
}

size_t lyt_packtree_size(const lyt_packtree *tree)
{
    return tree->n;
}

const lyt_packtree_file *lyt_packtree_at(const lyt_packtree *tree, size_t index)
{
    return &tree->files[index];
}

/* ---- as a pack ---- */

lyt_status lyt_packtree_open(const lyt_packtree *tree, const char *languages, lyt_pack **out,
                             lyt_error *err)
{
    const lyt_pack_options options = {
        .alloc = tree->alloc, .fs = &tree->fs, .lexicons_folder = "language", .own_folder = "own"};
    lyt_status status;
    lyt_buf folder;

    lyt_buf_init(&folder, tree->alloc);
    lyt_buf_addf(&folder, "pack%s", languages);
    status = lyt_buf_status(&folder);
    if (status)
        status = lyt_error_set(err, status, "no memory for a pack");
    else
        status = lyt_pack_load_texts(out, folder.data, &options, err);
    lyt_buf_deinit(&folder);
    return status;
}

/* The folder of a path, without the slash. */
static lyt_str folder_of(lyt_str path)
{
    while (path.len && path.ptr[path.len - 1] != '/')
        path.len--;
    return lyt_str_slice(path, 0, path.len ? path.len - 1 : 0);
}

/*
 * Whether a file is what was found where it lies. Nobody may have asked for it: sentences of a
 * language that the pack is not read in. One that lay in no list when its folder was looked at
 * came later.
 */
static bool is_as_found(const lyt_packtree_file *file, const lyt_fslog *log)
{
    const lyt_str source = file->source ? lyt_str_of(file->source) : LYT_STR("");
    const lyt_fslog_entry *entry = lyt_fslog_find(log, source);

    if (!file->source)
        return false;
    if (!entry)
        return !lyt_fslog_find(log, folder_of(source));
    if (entry->what == LYT_FSLOG_READ)
        return entry->hash == lyt_hash_str(file->bytes, 0);
    return entry->what == LYT_FSLOG_SEEN;
}

/* The index of a file from there, n for none; files of a folder mostly follow each other. */
static size_t find_source(const lyt_packtree *tree, size_t from, const char *source)
{
    for (size_t i = 0; i < tree->n; i++) {
        const size_t at = (from + i) % tree->n;

        if (tree->files[at].source && strcmp(tree->files[at].source, source) == 0)
            return at;
    }
    return tree->n;
}

lyt_status lyt_packtree_is_of(const lyt_packtree *tree, const lyt_pack *pack, lyt_error *err)
{
    bool is_same = true;
    size_t from = 0;

    for (size_t i = 0; i < tree->n && is_same; i++)
        is_same = is_as_found(&tree->files[i], pack->log);
    /* and nothing that was read is gone */
    for (size_t i = 0; i < lyt_fslog_size(pack->log) && is_same; i++) {
        const lyt_fslog_entry *entry = lyt_fslog_at(pack->log, i);

        if (entry->what != LYT_FSLOG_READ)
            continue;
        from = find_source(tree, from, entry->path);
        is_same = from < tree->n;
    }
    return is_same ? LYT_OK
                   : lyt_error_at(err, LYT_EBUSY, pack->folder, 0, 0,
                                  "files of the pack changed while it was read; read it again "
                                  "when they are written");
}
