#include "tagkeys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "secret.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(unsigned char *out, size_t n, lyt_str hex)
{
    if (hex.len != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_value(hex.ptr[2 * i]), low = hex_value(hex.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool take_line(lyt_tagkeys *out, lyt_str line, unsigned *seen)
{
    size_t blank = lyt_str_find(line, ' ', 0);
    lyt_str name = lyt_str_slice(line, 0, blank);
    lyt_str hex = lyt_str_trim(lyt_str_slice(line, blank, line.len));

    if (lyt_str_equal(name, LYT_STR("link")))
        return out->n_links < lyt_tagkeys_links_max &&
               read_hex(out->link[out->n_links++], lyt_tag_link_key_bytes, hex);
    if (lyt_str_equal(name, LYT_STR("meta")) && !(*seen & 1)) {
        *seen |= 1;
        return read_hex(out->meta, sizeof out->meta, hex);
    }
    if (lyt_str_equal(name, LYT_STR("file")) && !(*seen & 2)) {
        *seen |= 2;
        return read_hex(out->file, sizeof out->file, hex);
    }
    return false;
}

static lyt_status take_lines(lyt_tagkeys *out, const lyt_secrets *lines, const char *name,
                             lyt_error *err)
{
    lyt_status status = LYT_OK;
    unsigned seen = 0;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < lines->n && !status; i++)
        if (!take_line(out, lines->keys[i], &seen))
            status = lyt_error_at(err, LYT_EFORMAT, name, 0, 0,
                                  "key %zu is none: \"link\" with 64 hex digits (at most two), "
                                  "\"meta\" and \"file\" with 32 (lyt tag key makes such a file)",
                                  i + 1);
    if (!status && !out->n_links)
        status = lyt_error_at(err, LYT_EFORMAT, name, 0, 0,
                              "there is no \"link\" key in it (lyt tag key makes such a file)");
    if (!status && seen != 0 && seen != 3)
        status = lyt_error_at(err, LYT_EFORMAT, name, 0, 0,
                              "\"meta\" and \"file\" belong together, and one is missing");
    out->has_sun = seen == 3;
    if (status)
        lyt_tagkeys_deinit(out);
    return status;
}

lyt_status lyt_tagkeys_load(lyt_tagkeys *out, const lyt_alloc *alloc, const lyt_fs *fs,
                            const char *path, lyt_error *err)
{
    lyt_secrets lines;
    lyt_status status;

    memset(out, 0, sizeof *out);
    status = lyt_secrets_load(&lines, alloc, fs, path, err);
    if (!status)
        status = take_lines(out, &lines, path, err);
    lyt_secrets_deinit(&lines);
    return status;
}

lyt_status lyt_tagkeys_parse(lyt_tagkeys *out, const lyt_alloc *alloc, lyt_str text,
                             const char *name, lyt_error *err)
{
    lyt_secrets lines;
    lyt_status status;

    memset(out, 0, sizeof *out);
    status = lyt_secrets_parse(&lines, alloc, text, name, err);
    if (!status)
        status = take_lines(out, &lines, name, err);
    lyt_secrets_deinit(&lines);
    return status;
}

void lyt_tagkeys_deinit(lyt_tagkeys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

static void add_key(lyt_buf *out, const char *name, const unsigned char *bytes, size_t n)
{
    lyt_buf_addf(out, "%s ", name);
    for (size_t i = 0; i < n; i++)
        lyt_buf_addf(out, "%02x", bytes[i]);
    lyt_buf_add_char(out, '\n');
}

lyt_status lyt_tagkeys_make(lyt_buf *out, lyt_error *err)
{
    unsigned char link[lyt_tag_link_key_bytes], meta[lyt_tag_sun_key_bytes];
    unsigned char file[lyt_tag_sun_key_bytes];

    if (RAND_bytes(link, sizeof link) != 1 || RAND_bytes(meta, sizeof meta) != 1 ||
        RAND_bytes(file, sizeof file) != 1)
        return lyt_error_set(err, LYT_EIO, "the system gives no random numbers");
    lyt_buf_add_text(out, "# made by lyt tag key; for nobody else\n");
    add_key(out, "link", link, sizeof link);
    lyt_buf_add_text(out, "# for NTAG 424 DNA: SDMMetaReadKey and SDMFileReadKey\n");
    add_key(out, "meta", meta, sizeof meta);
    add_key(out, "file", file, sizeof file);
    OPENSSL_cleanse(link, sizeof link);
    OPENSSL_cleanse(meta, sizeof meta);
    OPENSSL_cleanse(file, sizeof file);
    return lyt_buf_status(out);
}
