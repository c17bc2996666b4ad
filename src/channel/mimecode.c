#include "mimecode.h"

#include "charset.h"
#include "signing.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte written =XX at `at`; -1 when it is none. */
static int quoted_byte(lyt_str s, size_t at)
{
    int high = at + 2 < s.len ? hex_value(s.ptr[at + 1]) : -1;
    int low = high < 0 ? -1 : hex_value(s.ptr[at + 2]);

    return low < 0 ? -1 : high << 4 | low;
}

/* Bytes of a soft line end at `at`, which is a "=": blanks may stand before the line's end. */
static size_t soft_end(lyt_str s, size_t at)
{
    size_t i = at + 1;

    while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t'))
        i++;
    if (i < s.len && s.ptr[i] == '\r')
        i++;
    if (i < s.len && s.ptr[i] == '\n')
        return i + 1 - at;
    return i == s.len ? i - at : 0;
}

static void decode_quoted(lyt_buf *out, lyt_str body)
{
    for (size_t at = 0; at < body.len; at++) {
        int byte;
        size_t soft;

        if (body.ptr[at] != '=') {
            lyt_buf_add_char(out, body.ptr[at]);
            continue;
        }
        byte = quoted_byte(body, at);
        soft = byte < 0 ? soft_end(body, at) : 0;
        if (byte >= 0)
            lyt_buf_add_char(out, (char)byte);
        else if (!soft)
            lyt_buf_add_char(out, '=');
        at += byte >= 0 ? 2 : soft ? soft - 1 : 0;
    }
}

static void decode_base64(lyt_buf *out, lyt_str body)
{
    uint32_t bits = 0;
    int n = 0;

    for (size_t i = 0; i < body.len && body.ptr[i] != '='; i++) {
        int value = lyt_base64_value(body.ptr[i]);

        if (value < 0)
            continue;
        bits = bits << 6 | (uint32_t)value;
        n += 6;
        if (n >= 8) {
            n -= 8;
            lyt_buf_add_char(out, (char)(bits >> n & 0xFF));
        }
    }
}

void lyt_mime_decode(lyt_buf *out, lyt_str body, lyt_transfer transfer)
{
    switch (transfer) {
    case LYT_TRANSFER_PLAIN:
        lyt_buf_add(out, body);
        break;
    case LYT_TRANSFER_QUOTED:
        decode_quoted(out, body);
        break;
    case LYT_TRANSFER_BASE64:
        decode_base64(out, body);
        break;
    }
}

/* The Q of RFC 2047: "_" is a blank. */
static void decode_q(lyt_buf *out, lyt_str text)
{
    for (size_t at = 0; at < text.len; at++) {
        int byte = text.ptr[at] == '=' ? quoted_byte(text, at) : -1;

        lyt_buf_add_char(out, byte >= 0 ? (char)byte : text.ptr[at] == '_' ? ' ' : text.ptr[at]);
        at += byte >= 0 ? 2 : 0;
    }
}

/* The encoded word at `at`, "=?charset?B?text?=", added as UTF-8; 0 bytes when there is none. */
static size_t encoded_word(lyt_buf *out, lyt_str s, size_t at)
{
    size_t charset_end = lyt_str_find(s, '?', at + 2), end, language;
    lyt_charset charset;
    lyt_str name, text;
    lyt_buf bytes;
    char way;

    if (charset_end + 2 >= s.len || s.ptr[charset_end + 2] != '?')
        return 0;
    way = (char)(s.ptr[charset_end + 1] | 0x20);
    end = lyt_str_find(s, '?', charset_end + 3);
    if ((way != 'q' && way != 'b') || end + 1 >= s.len || s.ptr[end + 1] != '=')
        return 0;
    name = lyt_str_slice(s, at + 2, charset_end);
    language = lyt_str_find(name, '*', 0); /* RFC 2231, section 5 */
    text = lyt_str_slice(s, charset_end + 3, end);
    lyt_buf_init(&bytes, out->alloc);
    if (way == 'q')
        decode_q(&bytes, text);
    else
        decode_base64(&bytes, text);
    if (!lyt_charset_find(&charset, lyt_str_slice(name, 0, language))) {
        size_t mark;

        charset = lyt_charset_guess(lyt_buf_str(&bytes), &mark);
    }
    lyt_charset_decode(out, lyt_buf_str(&bytes), charset);
    if (lyt_buf_status(&bytes) && !out->status)
        out->status = lyt_buf_status(&bytes);
    lyt_buf_deinit(&bytes);
    return end + 2 - at;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word_start(lyt_str s, size_t at)
{
    return at + 1 < s.len && s.ptr[at] == '=' && s.ptr[at + 1] == '?';
}

/* What stands between encoded words; blanks between two of them are not part of the text. */
static void add_plain(lyt_buf *out, lyt_str raw)
{
    size_t mark;

    lyt_charset_decode(out, raw, lyt_charset_guess(raw, &mark));
}

void lyt_mime_words(lyt_buf *out, lyt_str value)
{
    size_t plain = 0, at = 0;
    bool after_word = false;

    while (at < value.len) {
        size_t n;
        lyt_buf word;

        if (!is_word_start(value, at)) {
            at++;
            continue;
        }
        lyt_buf_init(&word, out->alloc);
        n = encoded_word(&word, value, at);
        if (n) {
            lyt_str between = lyt_str_slice(value, plain, at);
            size_t i = 0;

            while (i < between.len && is_blank(between.ptr[i]))
                i++;
            if (!after_word || i < between.len)
                add_plain(out, between);
            lyt_buf_add(out, lyt_buf_str(&word));
            if (lyt_buf_status(&word) && !out->status)
                out->status = lyt_buf_status(&word);
            after_word = true;
            plain = at + n;
        }
        lyt_buf_deinit(&word);
        at += n ? n : 2;
    }
    add_plain(out, lyt_str_slice(value, plain, value.len));
}

/* Depth of the quotes a line begins with; *text is what follows them. */
static size_t quote_depth(lyt_str line, lyt_str *text)
{
    size_t depth = 0;

    while (depth < line.len && line.ptr[depth] == '>')
        depth++;
    *text = lyt_str_slice(line, depth, line.len);
    return depth;
}

void lyt_mime_flowed(lyt_buf *out, lyt_str text, bool drop_blank)
{
    size_t open_depth = 0;
    bool open = false;

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at), depth;
        lyt_str line = lyt_str_slice(text, at, end), rest;
        bool is_soft, is_mark;

        at = end + 1;
        if (lyt_str_ends(line, LYT_STR("\r")))
            line.len--;
        depth = quote_depth(line, &rest);
        if (rest.len && rest.ptr[0] == ' ')
            rest = lyt_str_slice(rest, 1, rest.len); /* stuffed, section 4.4 */
        is_mark = lyt_str_equal(rest, LYT_STR("-- "));
        is_soft = !is_mark && lyt_str_ends(rest, LYT_STR(" "));
        if (open && (depth != open_depth || is_mark)) {
            lyt_buf_add_char(out, '\n');
            open = false;
        }
        if (!open) {
            for (size_t i = 0; i < depth; i++)
                lyt_buf_add_char(out, '>');
            if (depth && rest.len)
                lyt_buf_add_char(out, ' ');
        }
        lyt_buf_add(out, is_soft && drop_blank ? lyt_str_slice(rest, 0, rest.len - 1) : rest);
        open = is_soft;
        open_depth = depth;
        if (!open)
            lyt_buf_add_char(out, '\n');
    }
    if (open)
        lyt_buf_add_char(out, '\n');
}
