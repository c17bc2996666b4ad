#include "tagbook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "mem.h"
#include "sha256.h"
#include "tokens.h"
#include "topic.h"
#include "utf8.h"
#include "webreq.h"

struct lyt_tagbook {
    const lyt_alloc *alloc;
    lyt_tag *rows;
    size_t n, cap;
};

static lyt_str next_word(lyt_str *line)
{
    lyt_str word;
    size_t end = 0;

    *line = lyt_str_trim(*line);
    while (end < line->len && line->ptr[end] != ' ' && line->ptr[end] != '\t')
        end++;
    word = lyt_str_slice(*line, 0, end);
    *line = lyt_str_slice(*line, end, line->len);
    return word;
}

static bool copy(char *out, size_t out_bytes, lyt_str text)
{
    if (text.len >= out_bytes)
        return false;
    snprintf(out, out_bytes, "%.*s", LYT_STR_ARG(text));
    return true;
}

static const char *read_line(lyt_tag *tag, lyt_str line)
{
    lyt_str name = next_word(&line), property = next_word(&line), place = next_word(&line);
    lyt_str language = next_word(&line);

    memset(tag, 0, sizeof *tag);
    if (!lyt_token_is_name(name))
        return "a tag has 1 to 48 of a to z, 0 to 9, \"-\", \".\" and \"_\"";
    (void)copy(tag->tag, sizeof tag->tag, name);
    if (!property.len || lyt_topic_part(property, tag->property, sizeof tag->property))
        return "after the tag comes its property: letters a to z, digits and \"-\"";
    if (lyt_utf8_check(place, NULL) || !copy(tag->place, sizeof tag->place, place))
        return "the place has at most 63 bytes of UTF-8";
    if (lyt_str_equal(place, LYT_STR("-")))
        tag->place[0] = '\0';
    if (!copy(tag->language, sizeof tag->language, language))
        return "the language is a code like da";
    if (lyt_str_trim(line).len)
        return "there is more than tag, property, place and language";
    return NULL;
}

static lyt_status add_line(lyt_tagbook *book, lyt_str line, uint32_t number, lyt_error *err)
{
    const char *wrong;

    if (lyt_mem_grow(book->alloc, &book->rows, &book->cap, book->n + 1, sizeof *book->rows))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the tags");
    wrong = read_line(&book->rows[book->n], line);
    if (!wrong && lyt_tagbook_find(book, lyt_str_of(book->rows[book->n].tag)))
        wrong = "this tag stands in the file twice";
    if (wrong)
        return lyt_error_at(err, LYT_EFORMAT, NULL, number, 1, "%s", wrong);
    book->n++;
    return LYT_OK;
}

lyt_status lyt_tagbook_parse(lyt_tagbook **out, const lyt_alloc *alloc, lyt_str text,
                             lyt_error *err)
{
    lyt_tagbook *book = lyt_mem_new(alloc, sizeof *book);
    lyt_status status = LYT_OK;
    uint32_t number = 0;

    if (!book)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the tags");
    book->alloc = alloc;
    for (size_t at = 0; !status && at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(text, at, end));

        number++;
        if (line.len && line.ptr[0] != '#')
            status = add_line(book, line, number, err);
        at = end + 1;
    }
    if (status)
        lyt_tagbook_free(book);
    else
        *out = book;
    return status;
}

void lyt_tagbook_free(lyt_tagbook *book)
{
    if (!book)
        return;
    lyt_mem_free(book->alloc, book->rows);
    lyt_mem_free(book->alloc, book);
}

size_t lyt_tagbook_count(const lyt_tagbook *book)
{
    return book->n;
}

const lyt_tag *lyt_tagbook_at(const lyt_tagbook *book, size_t index)
{
    return &book->rows[index];
}

const lyt_tag *lyt_tagbook_find(const lyt_tagbook *book, lyt_str tag)
{
    for (size_t i = 0; i < book->n; i++)
        if (lyt_str_equal(tag, lyt_str_of(book->rows[i].tag)))
            return &book->rows[i];
    return NULL;
}

void lyt_hmac_sha256(unsigned char out[32], const unsigned char *key, size_t key_bytes, lyt_str a,
                     lyt_str b)
{
    unsigned char pad[64] = {0};
    lyt_sha256 sha;

    if (key_bytes > sizeof pad) {
        lyt_sha256_init(&sha);
        lyt_sha256_add(&sha, (lyt_str){(const char *)key, key_bytes});
        lyt_sha256_end(&sha, pad);
    } else {
        memcpy(pad, key, key_bytes);
    }
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36;
    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, (lyt_str){(const char *)pad, sizeof pad});
    lyt_sha256_add(&sha, a);
    lyt_sha256_add(&sha, b);
    lyt_sha256_end(&sha, out);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, (lyt_str){(const char *)pad, sizeof pad});
    lyt_sha256_add(&sha, (lyt_str){(const char *)out, 32});
    lyt_sha256_end(&sha, out);
}

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

static void encode(char *out, size_t n_letters, const unsigned char *bytes)
{
    for (size_t i = 0; i < n_letters; i++) {
        unsigned value = 0;

        for (size_t bit = 5 * i; bit < 5 * i + 5; bit++)
            value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
        out[i] = base32[value];
    }
    out[n_letters] = '\0';
}

void lyt_tag_check(char out[lyt_tag_check_bytes], const unsigned char key[lyt_web_key_bytes],
                   lyt_str tag)
{
    unsigned char sum[32];

    lyt_hmac_sha256(sum, key, lyt_web_key_bytes, LYT_STR("tag"), tag);
    encode(out, lyt_tag_check_bytes - 1, sum);
}

/*
 * 15 bytes: 9 of a seal over the number, then the number's 6, hidden by a mask that the seal
 * makes. Whoever changes a letter changes the seal, the number, or both.
 */
enum { seal_bytes = 9, number_bytes = 6 };

static void seal_of(unsigned char seal[32], const unsigned char *key, int64_t number)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    lyt_hmac_sha256(seal, key, lyt_web_key_bytes, LYT_STR("reference"),
                    (lyt_str){(const char *)bytes, sizeof bytes});
}

static void mask_of(unsigned char mask[32], const unsigned char *key, const unsigned char *seal)
{
    lyt_hmac_sha256(mask, key, lyt_web_key_bytes, LYT_STR("mask"),
                    (lyt_str){(const char *)seal, seal_bytes});
}

void lyt_reference_make(char out[lyt_reference_bytes], const unsigned char key[lyt_web_key_bytes],
                        int64_t feedback)
{
    unsigned char seal[32], mask[32], all[seal_bytes + number_bytes];

    seal_of(seal, key, feedback);
    mask_of(mask, key, seal);
    memcpy(all, seal, seal_bytes);
    for (size_t i = 0; i < number_bytes; i++)
        all[seal_bytes + i] =
            (unsigned char)((unsigned char)((uint64_t)feedback >> (40 - 8 * i)) ^ mask[i]);
    encode(out, lyt_reference_bytes - 1, all);
}

bool lyt_reference_read(int64_t *feedback, const unsigned char key[lyt_web_key_bytes],
                        lyt_str reference)
{
    unsigned char all[seal_bytes + number_bytes] = {0}, seal[32], mask[32];
    int64_t number = 0;

    if (reference.len != lyt_reference_bytes - 1)
        return false;
    for (size_t i = 0; i < reference.len; i++) {
        const char *at = strchr(base32, reference.ptr[i]);

        if (!at || !reference.ptr[i])
            return false;
        for (size_t bit = 0; bit < 5; bit++)
            if ((at - base32) >> (4 - bit) & 1)
                all[(5 * i + bit) / 8] |= (unsigned char)(1u << (7 - (5 * i + bit) % 8));
    }
    mask_of(mask, key, all);
    for (size_t i = 0; i < number_bytes; i++)
        number = number << 8 | (all[seal_bytes + i] ^ mask[i]);
    seal_of(seal, key, number);
    if (!lyt_web_equal_secret((lyt_str){(const char *)seal, seal_bytes},
                              (lyt_str){(const char *)all, seal_bytes}))
        return false;
    *feedback = number;
    return true;
}

static lyt_status make_key(unsigned char key[lyt_web_key_bytes], const char *path, lyt_error *err)
{
    int fd;
    bool ok;

    if (getrandom(key, lyt_web_key_bytes, 0) != lyt_web_key_bytes)
        return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
    ok = write(fd, key, lyt_web_key_bytes) == lyt_web_key_bytes && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok ? LYT_OK : lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
}

lyt_status lyt_web_key_load(unsigned char key[lyt_web_key_bytes], const lyt_fs *fs,
                            const char *folder, lyt_error *err)
{
    lyt_buf path, data;
    lyt_status status;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&data, NULL);
    lyt_fs_join(&path, folder, "web.key");
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_web_check_mode(path.data, err);
    if (status == LYT_ENOTFOUND) {
        status = make_key(key, path.data, err);
    } else if (!status) {
        status = lyt_fs_read(fs, path.data, 4096, &data, err);
        if (!status && data.len != lyt_web_key_bytes)
            status = lyt_error_at(err, LYT_EFORMAT, path.data, 0, 0,
                                  "is damaged; take it away and links on tags and references "
                                  "that were given out are no longer known");
        if (!status)
            memcpy(key, data.data, lyt_web_key_bytes);
    }
    lyt_buf_deinit(&data);
    lyt_buf_deinit(&path);
    return status;
}
