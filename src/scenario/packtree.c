#include "packtree.h"

#include <stdlib.h>
#include <string.h>

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

lyt_status lyt_packtree_add(lyt_packtree *tree, const char *path, lyt_str bytes, lyt_error *err)
{
    const size_t at = lower_bound(tree, lyt_str_of(path));
    lyt_str name, data;
    lyt_status status;

    if (at < tree->n && strcmp(tree->files[at].path, path) == 0)
        return lyt_error_at(err, LYT_EEXISTS, path, 0, 0, "this file is there twice");
    status = lyt_mem_grow(tree->alloc, &tree->files, &tree->cap, tree->n + 1, sizeof *tree->files);
    name = lyt_arena_copy(tree->arena, lyt_str_of(path));
    data = lyt_arena_copy(tree->arena, bytes);
    if (!status)
        status = lyt_arena_status(tree->arena);
    if (status)
        return lyt_error_at(err, status, path, 0, 0, "%s", lyt_status_text(status));
    memmove(&tree->files[at + 1], &tree->files[at], (tree->n - at) * sizeof *tree->files);
    tree->files[at] = (lyt_packtree_file){name.ptr, data};
    tree->n++;
    return LYT_OK;
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
        status = lyt_packtree_add(t->tree, to.data, lyt_buf_str(&bytes), t->err);
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

static bool has_same_versions(const lyt_pack *a, const lyt_pack *b)
{
    if (a->n_scenarios != b->n_scenarios || a->n_properties != b->n_properties)
        return false;
    for (size_t i = 0; i < a->n_scenarios; i++)
        if (strcmp(a->scenarios[i].id, b->scenarios[i].id) != 0 ||
            a->scenarios[i].version != b->scenarios[i].version)
            return false;
    for (size_t p = 0; p < a->n_properties; p++)
        for (size_t i = 0; i < a->n_scenarios; i++)
            if (a->properties[p].scenarios[i].version != b->properties[p].scenarios[i].version)
                return false;
    return a->files_hash == b->files_hash && lyt_lexis_hash(a->lexis) == lyt_lexis_hash(b->lexis);
}

static lyt_status compare_delicate(const lyt_packtree *tree, const lyt_pack *pack, bool *is_same,
                                   lyt_error *err)
{
    lyt_delicate *delicate = NULL;
    lyt_status status = lyt_delicate_read(&delicate, tree->alloc, &tree->fs, "language", err);

    if (!status)
        *is_same = delicate && pack->delicate
                       ? lyt_delicate_hash(delicate) == lyt_delicate_hash(pack->delicate)
                       : delicate == pack->delicate;
    lyt_delicate_free(delicate);
    return status;
}

lyt_status lyt_packtree_is_of(const lyt_packtree *tree, const lyt_pack *pack, lyt_error *err)
{
    lyt_pack *again = NULL;
    lyt_corpus *corpus = NULL;
    lyt_status status = lyt_packtree_open(tree, pack->suffix, &again, err);
    bool is_same = !status && has_same_versions(again, pack);

    if (is_same && pack->model && pack->refined != LYT_REFINED_USED) {
        status = lyt_pack_corpus(again, &corpus, err);
        is_same = !status && lyt_corpus_hash(corpus) == lyt_model_about(pack->model).corpus_hash;
    }
    if (is_same && pack->model)
        status = compare_delicate(tree, pack, &is_same, err);
    lyt_corpus_free(corpus);
    lyt_pack_free(again);
    /* what can no longer be read is not what was read */
    if (status == LYT_EFORMAT || status == LYT_ENOTFOUND || (!status && !is_same))
        status = lyt_error_at(err, LYT_EBUSY, pack->folder, 0, 0,
                              "files of the pack changed while it was read; read it again when "
                              "they are written");
    return status;
}
