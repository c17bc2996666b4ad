#include "versionfile.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "packfile.h"
#include "sha256.h"

#define MAGIC "LYTPACK 1 "

enum { magic_bytes = sizeof MAGIC - 1, json_bytes_max = 32 << 20, sum_digits = 64 };

void lyt_version_format(char out[lyt_version_bytes], uint64_t version)
{
    snprintf(out, lyt_version_bytes, "%016llx", (unsigned long long)version);
}

static bool is_hex(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
            return false;
    return true;
}

bool lyt_version_is_part(lyt_str text)
{
    return text.len > 0 && text.len <= lyt_version_digits && is_hex(text);
}

static void sum_of(char out[lyt_version_sum_bytes], lyt_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[lyt_sha256_bytes];
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, bytes);
    lyt_sha256_end(&sha, sum);
    for (size_t i = 0; i < lyt_sha256_bytes; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[sum_digits] = '\0';
}

/* ---- reading ---- */

static lyt_status damaged(lyt_error *err, const char *what)
{
    return lyt_error_set(err, LYT_EFORMAT, "the kept version is damaged: %s", what);
}

/* A path of lyt_packtree and no other: nothing that leads out of a folder. */
static bool is_path(lyt_str path)
{
    static const char *const roots[] = {"pack/", "own/", "language/"};
    bool is_known = false;

    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        is_known = is_known || lyt_str_begins(path, lyt_str_of(roots[i]));
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/' &&
            (i + 1 == path.len || path.ptr[i + 1] == '/' || path.ptr[i + 1] == '.'))
            return false;
    return is_known;
}

static bool copy_version(char out[lyt_version_bytes], lyt_str text)
{
    if (text.len != lyt_version_digits || !is_hex(text))
        return false;
    memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return true;
}

/* Strings of the tree end in a NUL. */
static bool read_row(lyt_versionfile *file, const lyt_json *json, lyt_versionfile_row *out)
{
    lyt_str path = lyt_json_text(json, "path"), sum = lyt_json_text(json, "sha256");
    lyt_str in = lyt_json_text(json, "in");
    int64_t at = -1, size = -1;

    if (!is_path(path) || sum.len != sum_digits || !is_hex(sum) ||
        !lyt_json_int(lyt_json_get(json, "at"), &at) ||
        !lyt_json_int(lyt_json_get(json, "bytes"), &size) || at < 0 || size < 0 ||
        (in.len && !copy_version(out->in, in)))
        return false;
    out->path = path.ptr;
    memcpy(out->sum, sum.ptr, sum_digits);
    out->at = (size_t)at;
    out->size = (size_t)size;
    return *out->in || (out->at <= file->bytes.len && out->size <= file->bytes.len - out->at);
}

static lyt_status read_rows(lyt_versionfile *file, lyt_error *err)
{
    const lyt_json *list = lyt_json_get(file->json, "files");
    const size_t n = lyt_json_len(list);

    file->rows = lyt_mem_array(file->alloc, n + 1, sizeof *file->rows);
    if (!file->rows)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for a kept version");
    for (size_t i = 0; i < n; i++)
        if (!read_row(file, lyt_json_at(list, i), &file->rows[file->n_rows++]))
            return damaged(err, "a row of its files makes no sense");
    return n ? LYT_OK : damaged(err, "it has no files");
}

static bool is_languages(lyt_str text)
{
    if (text.len % 3 || text.len > 3 * lyt_languages_max)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (i % 3 ? text.ptr[i] < 'a' || text.ptr[i] > 'z' : text.ptr[i] != '+')
            return false;
    return true;
}

static lyt_status read_head(lyt_versionfile *file, lyt_error *err)
{
    lyt_str id = lyt_json_text(file->json, "id");
    lyt_str languages = lyt_json_text(file->json, "languages");

    if (!copy_version(file->pack, lyt_json_text(file->json, "pack")) || !id.len || id.len > 64 ||
        !is_languages(languages) ||
        lyt_clock_parse(&file->kept_us, lyt_json_text(file->json, "at")))
        return damaged(err, "it does not say which pack it is");
    file->id = id.ptr;
    file->languages = languages.len ? languages.ptr : "";
    return read_rows(file, err);
}

lyt_status lyt_versionfile_parse(lyt_versionfile *out, const lyt_alloc *alloc, lyt_str data,
                                 lyt_error *err)
{
    const size_t from = magic_bytes + sum_digits + 1, end = lyt_str_find(data, '\n', from);
    char sum[lyt_version_sum_bytes];
    lyt_str line;
    lyt_status status;

    *out = (lyt_versionfile){.alloc = alloc};
    if (!lyt_str_begins(data, LYT_STR(MAGIC)) || end >= data.len || data.ptr[from - 1] != '\n')
        return damaged(err, "it does not begin as one");
    line = lyt_str_slice(data, from, end);
    sum_of(sum, line);
    if (memcmp(sum, data.ptr + magic_bytes, sum_digits) != 0)
        return damaged(err, "its list is not the one that was kept");
    out->bytes = lyt_str_slice(data, end + 1, data.len);
    status = lyt_json_parse(&out->json, line, json_bytes_max, err);
    if (!status)
        status = read_head(out, err);
    if (status)
        lyt_versionfile_free(out);
    return status;
}

void lyt_versionfile_free(lyt_versionfile *file)
{
    lyt_mem_free(file->alloc, file->rows);
    lyt_json_free(file->json);
    *file = (lyt_versionfile){.alloc = file->alloc};
}

lyt_status lyt_versionfile_bytes(const lyt_versionfile *file, const lyt_versionfile_row *row,
                                 lyt_str *out, lyt_error *err)
{
    char sum[lyt_version_sum_bytes];
    lyt_str bytes;

    if (row->at > file->bytes.len || row->size > file->bytes.len - row->at)
        return lyt_error_set(err, LYT_EFORMAT, "the kept version is damaged: %s is cut off",
                             row->path);
    bytes = lyt_str_slice(file->bytes, row->at, row->at + row->size);
    sum_of(sum, bytes);
    if (strcmp(sum, row->sum) != 0)
        return lyt_error_set(err, LYT_EFORMAT,
                             "the kept version is damaged: %s is not what was kept", row->path);
    *out = bytes;
    return LYT_OK;
}

static bool each_of(const lyt_json *object, lyt_str property,
                    bool (*each)(void *user, lyt_str property, lyt_str scenario, lyt_str version),
                    void *user)
{
    void *cursor = NULL;
    const lyt_json *value;
    lyt_str key, version;

    while (lyt_json_each(object, &cursor, &key, &value))
        if (lyt_json_str(value, &version) && !each(user, property, key, version))
            return false;
    return true;
}

void lyt_versionfile_each(const lyt_versionfile *file,
                          bool (*each)(void *user, lyt_str property, lyt_str scenario,
                                       lyt_str version),
                          void *user)
{
    void *cursor = NULL;
    const lyt_json *value;
    lyt_str property;

    if (!each_of(lyt_json_get(file->json, "scenarios"), LYT_STR(""), each, user))
        return;
    while (lyt_json_each(lyt_json_get(file->json, "properties"), &cursor, &property, &value))
        if (!each_of(value, property, each, user))
            return;
}

/* ---- writing ---- */

static void add_kversion(lyt_jw *jw, const char *key, uint64_t version)
{
    char text[lyt_version_bytes];

    lyt_version_format(text, version);
    lyt_jw_kstr(jw, key, lyt_str_of(text));
}

static void write_head(lyt_jw *jw, const lyt_pack *pack, int64_t now_us)
{
    add_kversion(jw, "pack", pack->hash);
    lyt_jw_key(jw, "at");
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, now_us);
    lyt_buf_add_char(jw->out, '"');
    lyt_jw_kstr(jw, "id", lyt_str_of(pack->id));
    if (*pack->suffix)
        lyt_jw_kstr(jw, "languages", lyt_str_of(pack->suffix));
    if (pack->model)
        add_kversion(jw, "model", lyt_model_about(pack->model).content_hash);
    if (pack->refined == LYT_REFINED_USED)
        lyt_jw_kbool(jw, "refined", true);
    lyt_jw_key(jw, "scenarios");
    lyt_jw_object(jw);
    for (size_t i = 0; i < pack->n_scenarios; i++)
        add_kversion(jw, pack->scenarios[i].id, pack->scenarios[i].version);
    lyt_jw_object_end(jw);
    lyt_jw_key(jw, "properties");
    lyt_jw_object(jw);
    for (size_t p = 0; p < pack->n_properties; p++) {
        lyt_jw_key(jw, pack->properties[p].id);
        lyt_jw_object(jw);
        for (size_t i = 0; i < pack->n_scenarios; i++)
            if (pack->properties[p].scenarios[i].version != pack->scenarios[i].version)
                add_kversion(jw, pack->scenarios[i].id, pack->properties[p].scenarios[i].version);
        lyt_jw_object_end(jw);
    }
    lyt_jw_object_end(jw);
}

/* All of them, and the bytes of those that are known nowhere else. */
static void write_files(lyt_jw *jw, lyt_buf *bytes, const lyt_packtree *tree,
                        lyt_versionfile_known *known, void *user)
{
    lyt_jw_key(jw, "files");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_packtree_size(tree); i++) {
        const lyt_packtree_file *file = lyt_packtree_at(tree, i);
        char sum[lyt_version_sum_bytes], in[lyt_version_bytes] = "";
        size_t at = bytes->len;

        sum_of(sum, file->bytes);
        if (!known || !known(user, sum, file->bytes, in, &at)) {
            *in = '\0';
            lyt_buf_add(bytes, file->bytes);
        }
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "path", lyt_str_of(file->path));
        lyt_jw_kstr(jw, "sha256", lyt_str_of(sum));
        lyt_jw_kint(jw, "bytes", (int64_t)file->bytes.len);
        lyt_jw_kint(jw, "at", (int64_t)at);
        if (*in)
            lyt_jw_kstr(jw, "in", lyt_str_of(in));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static lyt_status finish(lyt_buf *out, lyt_buf *line, lyt_buf *bytes)
{
    char sum[lyt_version_sum_bytes];

    sum_of(sum, lyt_buf_str(line));
    lyt_buf_addf(out, MAGIC "%s\n", sum);
    lyt_buf_add(out, lyt_buf_str(line));
    lyt_buf_add_char(out, '\n');
    lyt_buf_add(out, lyt_buf_str(bytes));
    if (lyt_buf_status(line) || lyt_buf_status(bytes))
        return LYT_ENOMEM;
    return lyt_buf_status(out);
}

lyt_status lyt_versionfile_write(lyt_buf *out, const lyt_pack *pack, const lyt_packtree *tree,
                                 int64_t now_us, lyt_versionfile_known *known, void *user)
{
    lyt_buf line, bytes;
    lyt_status status;
    lyt_jw jw;

    lyt_buf_init(&line, out->alloc);
    lyt_buf_init(&bytes, out->alloc);
    lyt_jw_init(&jw, &line);
    lyt_jw_object(&jw);
    write_head(&jw, pack, now_us);
    write_files(&jw, &bytes, tree, known, user);
    lyt_jw_object_end(&jw);
    status = finish(out, &line, &bytes);
    lyt_buf_deinit(&line);
    lyt_buf_deinit(&bytes);
    return status;
}

lyt_status lyt_versionfile_rewrite(lyt_buf *out, const lyt_versionfile *file,
                                   const lyt_packtree *tree, lyt_versionfile_known *known,
                                   void *user)
{
    void *cursor = NULL;
    const lyt_json *value;
    lyt_buf line, bytes;
    lyt_status status;
    lyt_str key;
    lyt_jw jw;

    lyt_buf_init(&line, out->alloc);
    lyt_buf_init(&bytes, out->alloc);
    lyt_jw_init(&jw, &line);
    lyt_jw_object(&jw);
    while (lyt_json_each(file->json, &cursor, &key, &value))
        if (!lyt_str_equal(key, LYT_STR("files"))) {
            lyt_jw_key_str(&jw, key);
            lyt_jw_value(&jw, value);
        }
    write_files(&jw, &bytes, tree, known, user);
    lyt_jw_object_end(&jw);
    status = finish(out, &line, &bytes);
    lyt_buf_deinit(&line);
    lyt_buf_deinit(&bytes);
    return status;
}
