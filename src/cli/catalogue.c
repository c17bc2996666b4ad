#include "catalogue.h"

#include <string.h>

#include "utf8.h"

enum { head_bytes = 28, entry_bytes = 8 };
static const uint32_t magic = 0x950412de;

void lyt_prose_utf8(lyt_buf *out, lyt_str text)
{
    if (lyt_utf8_check(text, NULL) == LYT_OK) {
        lyt_buf_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c < 0x80) {
            lyt_buf_add_char(out, (char)c);
            continue;
        }
        lyt_buf_add_char(out, (char)(0xc0 | c >> 6));
        lyt_buf_add_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Without the marks of a sentence around it. */
static lyt_str bare(lyt_str word)
{
    while (word.len && strchr("([", word.ptr[0]))
        word = lyt_str_slice(word, 1, word.len);
    while (word.len && strchr(".,;:!?)]", word.ptr[word.len - 1]))
        word = lyt_str_slice(word, 0, word.len - 1);
    return word;
}

/* Letters are ASCII's and all from U+00C0 on but the marks of U+2000 to U+2BFF, save for ’. */
static bool is_word(lyt_str word)
{
    size_t small = 0, capital = 0;

    for (size_t i = 0; i < word.len;) {
        char c = word.ptr[i];
        size_t at = i;
        uint32_t letter = lyt_utf8_next(word, &i);
        bool within = at > 0 && i < word.len;

        if (is_ascii_letter(c) || (letter >= 0xc0 && (letter < 0x2000 || letter > 0x2bff))) {
            small += c < 'A' || c > 'Z';
            capital += c >= 'A' && c <= 'Z';
        } else if (!within || (c != '\'' && c != '-' && letter != 0x2019)) {
            return false;
        }
    }
    return small > 0 || capital == 1;
}

void lyt_prose_add(lyt_buf *out, lyt_str text)
{
    lyt_buf own;

    lyt_buf_init(&own, out->alloc);
    if (lyt_utf8_check(text, NULL)) {
        lyt_prose_utf8(&own, text);
        if (lyt_buf_status(&own))
            out->status = lyt_buf_status(&own);
        text = lyt_buf_str(&own);
    }
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        lyt_str word;

        while (end < text.len && !is_space(text.ptr[end]))
            end++;
        word = bare(lyt_str_slice(text, at, end));
        at = end + 1;
        if (!word.len || !is_word(word))
            continue;
        lyt_buf_add(out, word);
        lyt_buf_add_char(out, ' ');
    }
    lyt_buf_deinit(&own);
}

typedef struct catalogue {
    lyt_str file;
    bool swapped;
    const char *path;
    lyt_error *err;
} catalogue;

static lyt_status refuse(const catalogue *in, size_t offset, const char *why)
{
    lyt_error_at(in->err, LYT_EFORMAT, in->path, 0, 0, "byte %zu: %s", offset, why);
    if (in->err)
        in->err->offset = offset;
    return LYT_EFORMAT;
}

static uint32_t number(const catalogue *in, size_t at)
{
    const unsigned char *p = (const unsigned char *)in->file.ptr + at;

    return in->swapped
               ? (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24
               : (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The text whose length and place stand at `at`. */
static lyt_status text_at(const catalogue *in, size_t at, lyt_str *out)
{
    uint32_t len = number(in, at), from = number(in, at + 4);

    if (from > in->file.len || len > in->file.len - from)
        return refuse(in, at, "a text beyond the end of the file");
    *out = lyt_str_slice(in->file, from, (size_t)from + len);
    return LYT_OK;
}

/* What is translated, without the context that gettext keeps before it. */
static lyt_str without_context(lyt_str original)
{
    size_t mark = lyt_str_find(original, '\4', 0);

    return mark < original.len ? lyt_str_slice(original, mark + 1, original.len) : original;
}

/* Singular and plurals are parted by NULs. */
static void add_forms(lyt_buf *out, lyt_str forms)
{
    for (size_t at = 0; at < forms.len;) {
        size_t end = lyt_str_find(forms, '\0', at);

        lyt_prose_add(out, lyt_str_slice(forms, at, end));
        at = end + 1;
    }
}

lyt_status lyt_catalogue_add(lyt_buf *out, lyt_str file, const char *path, bool is_original,
                             lyt_error *err)
{
    catalogue in = {.file = file, .path = path, .err = err};
    size_t originals, translations, n;

    if (file.len < head_bytes)
        return refuse(&in, file.len, "too short for a gettext catalogue");
    in.swapped = number(&in, 0) != magic;
    if (number(&in, 0) != magic)
        return refuse(&in, 0, "no gettext catalogue");
    n = number(&in, 8);
    originals = number(&in, 12);
    translations = number(&in, 16);
    if (n > file.len / entry_bytes || originals > file.len - n * entry_bytes ||
        translations > file.len - n * entry_bytes)
        return refuse(&in, 8, "more texts than the file can hold");
    for (size_t i = 0; i < n; i++) {
        lyt_str from, to;
        lyt_status status = text_at(&in, originals + i * entry_bytes, &from);

        if (!status)
            status = text_at(&in, translations + i * entry_bytes, &to);
        if (status)
            return status;
        from = without_context(from);
        /* the text of nothing is the catalogue's own head */
        if (from.len && !lyt_str_equal(from, to))
            add_forms(out, is_original ? from : to);
    }
    return LYT_OK;
}
