/* The file of a language table: docs/formats.md, section 4. */
#include <string.h>

#include "hash.h"
#include "langid_inner.h"
#include "mem.h"

enum { format_version = 2, codes_at = 24, head_bytes = 128, sum_bytes = 8 };

static const char magic[] = "LYTLANGS";

static void put_le(lyt_buf *out, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lyt_buf_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static uint64_t get_le(const unsigned char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

static size_t table_bytes(const lyt_langid *langid)
{
    return (size_t)lyt_langid_bucket_bytes << langid->bits;
}

lyt_status lyt_langid_save(const lyt_langid *langid, const lyt_fs *fs, const char *path,
                           lyt_error *err)
{
    lyt_status status;
    lyt_buf out;

    lyt_buf_init(&out, langid->alloc);
    lyt_buf_add(&out, lyt_str_of(magic));
    put_le(&out, format_version, 4);
    put_le(&out, langid->n_languages, 4);
    put_le(&out, langid->bits, 4);
    put_le(&out, lyt_langid_run_max, 4);
    lyt_buf_add(&out, (lyt_str){langid->codes[0], sizeof langid->codes});
    put_le(&out, 0, head_bytes - codes_at - sizeof langid->codes);
    lyt_buf_add(&out, (lyt_str){(const char *)langid->buckets, table_bytes(langid)});
    put_le(&out, lyt_hash64(out.data, out.len, 0), sum_bytes);
    status = lyt_buf_status(&out);
    if (status)
        (void)lyt_error_at(err, status, path, 0, 0, "no memory to write the language table");
    else
        status = lyt_fs_write(fs, path, lyt_buf_str(&out), err);
    lyt_buf_deinit(&out);
    return status;
}

/* A file that is being read: what the helpers need to complain. */
typedef struct source {
    const unsigned char *data;
    size_t size_bytes;
    const char *path;
    lyt_error *err;
} source;

static lyt_status refuse(const source *in, size_t offset, const char *why)
{
    (void)lyt_error_at(in->err, LYT_EFORMAT, in->path, 0, 0, "byte %zu: %s", offset, why);
    if (in->err)
        in->err->offset = offset;
    return LYT_EFORMAT;
}

static lyt_status read_head(const source *in, lyt_langid *langid)
{
    const unsigned char *p = in->data;
    uint64_t n, bits;
    size_t body;

    if (in->size_bytes < 8 || memcmp(p, magic, 8) != 0)
        return refuse(in, 0, "not a language table (LYTLANGS)");
    if (in->size_bytes < head_bytes + sum_bytes)
        return refuse(in, in->size_bytes, "cut short");
    if (get_le(p + 8, 4) != format_version)
        return refuse(in, 8, "a version that this program does not know");
    n = get_le(p + 12, 4);
    if (n < 1 || n > lyt_languages_max)
        return refuse(in, 12, "number of languages");
    bits = get_le(p + 16, 4);
    if (bits < lyt_langid_bits_min || bits > lyt_langid_bits_max)
        return refuse(in, 16, "number of rows");
    if (get_le(p + 20, 4) != lyt_langid_run_max)
        return refuse(in, 20, "length of letter runs");
    langid->n_languages = (size_t)n;
    langid->bits = (unsigned)bits;
    body = head_bytes + table_bytes(langid);
    if (in->size_bytes != body + sum_bytes)
        return refuse(in, in->size_bytes, "not as long as its head says");
    if (get_le(p + body, sum_bytes) != lyt_hash64(p, body, 0))
        return refuse(in, body, "wrong checksum: the file is damaged");
    return LYT_OK;
}

static lyt_status read_codes(const source *in, lyt_langid *langid)
{
    static const char zeros[head_bytes - codes_at];

    memcpy(langid->codes, in->data + codes_at, langid->n_languages * sizeof langid->codes[0]);
    for (size_t l = 0; l < langid->n_languages; l++) {
        size_t at = codes_at + l * sizeof langid->codes[0], len;
        const char *code = langid->codes[l];

        len = lyt_str_find((lyt_str){code, sizeof langid->codes[0]}, '\0', 0);
        if (!lyt_langid_is_code((lyt_str){code, len}) ||
            memcmp(code + len, zeros, sizeof langid->codes[0] - len) != 0)
            return refuse(in, at, "no language code");
        for (size_t k = 0; k < l; k++)
            if (strcmp(langid->codes[k], code) == 0)
                return refuse(in, at, "a language that is there already");
    }
    for (size_t at = codes_at + langid->n_languages * sizeof langid->codes[0]; at < head_bytes;
         at++)
        if (in->data[at])
            return refuse(in, at, "not 0");
    return LYT_OK;
}

lyt_status lyt_langid_load(lyt_langid **out, const lyt_alloc *alloc, const lyt_fs *fs,
                           const char *path, lyt_error *err)
{
    lyt_langid *langid = lyt_mem_new(alloc, sizeof *langid);
    lyt_status status;
    source in;

    if (!langid)
        return lyt_error_at(err, LYT_ENOMEM, path, 0, 0, "no memory for a language table");
    langid->alloc = alloc;
    langid->fs = fs;
    status = lyt_fs_map(fs, path, &langid->map, err);
    if (status) {
        lyt_mem_free(alloc, langid);
        return status;
    }
    in = (source){langid->map.data, langid->map.size_bytes, path, err};
    status = read_head(&in, langid);
    if (!status)
        status = read_codes(&in, langid);
    langid->buckets = in.data + head_bytes;
    if (status) {
        lyt_langid_free(langid);
        return status;
    }
    *out = langid;
    return LYT_OK;
}
