/* A mail: RFC 5322 headers, plain text in quoted-printable (RFC 2045), subject in RFC 2047. */
#include <string.h>

#include "out_inner.h"
#include "out_sign.h"

enum { line_max = 75, word_bytes = 45 };

/* What stands between < and >, or all of it. */
static lyt_str address_of(lyt_str from)
{
    size_t open = lyt_str_find(from, '<', 0), close = lyt_str_find(from, '>', open);

    return lyt_str_trim(close < from.len ? lyt_str_slice(from, open + 1, close) : from);
}

static bool is_address(lyt_str text)
{
    size_t at = lyt_str_find(text, '@', 0);

    if (at == 0 || at + 1 >= text.len || lyt_str_find(text, '@', at + 1) < text.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || (unsigned char)text.ptr[i] > '~' ||
            strchr("<>()[],;:\\\"", text.ptr[i]))
            return false;
    return true;
}

static bool is_plain(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || (unsigned char)text.ptr[i] > '~')
            return false;
    return lyt_str_find(text, '=', 0) == text.len && text.len <= line_max - 12;
}

/* Words of at most 75 letters, none of which cuts a character in two. */
static void add_encoded(lyt_buf *out, lyt_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at + word_bytes < text.len ? at + word_bytes : text.len;

        while (end > at && end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
            end--;
        lyt_buf_add_text(out, at ? "\r\n =?utf-8?B?" : "=?utf-8?B?");
        lyt_out_base64(out, lyt_str_slice(text, at, end));
        lyt_buf_add_text(out, "?=");
        at = end;
    }
}

/* A header's text in one line, whatever letters it has; may_be_plain: as it is where it can be. */
static void add_words(lyt_buf *out, lyt_str text, bool may_be_plain)
{
    lyt_buf line;

    lyt_buf_init(&line, out->alloc);
    for (size_t i = 0; i < text.len; i++)
        lyt_buf_add_char(
            &line, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f ? ' ' : text.ptr[i]);
    if (lyt_buf_status(&line))
        out->status = lyt_buf_status(&line);
    else if (may_be_plain && is_plain(lyt_buf_str(&line)))
        lyt_buf_add(out, lyt_buf_str(&line));
    else
        add_encoded(out, lyt_buf_str(&line));
    lyt_buf_deinit(&line);
}

/* "Havnen <lyt@havnen.dk>": the name may have any letters. */
static void add_sender(lyt_buf *out, lyt_str from)
{
    lyt_str name = lyt_str_trim(lyt_str_slice(from, 0, lyt_str_find(from, '<', 0)));
    lyt_str address = address_of(from);

    if (name.len && name.len < from.len && !lyt_str_equal(name, address)) {
        /* in quotes a backslash would take the closing one away */
        bool quoted = is_plain(name) && lyt_str_find(name, '"', 0) == name.len &&
                      lyt_str_find(name, '\\', 0) == name.len;

        if (quoted)
            lyt_buf_addf(out, "\"%.*s\"", LYT_STR_ARG(name));
        else
            add_words(out, name, false);
        lyt_buf_addf(out, " <%.*s>", LYT_STR_ARG(address));
        return;
    }
    lyt_buf_add(out, address);
}

static void add_date(lyt_buf *out, int64_t at_us)
{
    static const char names[] = "ThuFriSatSunMonTueWed";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = at_us / 1000000, days = seconds / 86400, rest = seconds % 86400;
    /* civil date from days since 1970, years beginning in March */
    int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 2 : mp - 10, year = yoe + era * 400 + (month < 2);

    lyt_buf_addf(out, "Date: %.3s, %02lld %.3s %04lld %02lld:%02lld:%02lld +0000\r\n",
                 names + days % 7 * 3, (long long)(doy - (153 * mp + 2) / 5 + 1),
                 months + month * 3, (long long)year, (long long)(rest / 3600),
                 (long long)(rest / 60 % 60), (long long)(rest % 60));
}

/* Lines of at most 76 letters; a space at a line's end and a dot at its beginning are encoded. */
static void add_quoted(lyt_buf *out, lyt_str text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool ends = i + 1 == text.len || text.ptr[i + 1] == '\n' || text.ptr[i + 1] == '\r';
        bool encoded = c > '~' || c == '=' || (c < ' ' && c != '\t') || (c == '.' && !column) ||
                       ((c == ' ' || c == '\t') && ends);

        if (c == '\r')
            continue;
        if (c == '\n') {
            lyt_buf_add_text(out, "\r\n");
            column = 0;
            continue;
        }
        if (column + (encoded ? 3 : 1) > line_max) {
            lyt_buf_add_text(out, "=\r\n");
            column = 0;
            encoded = encoded || c == '.';
        }
        if (encoded) {
            lyt_buf_add_char(out, '=');
            lyt_buf_add_char(out, hex[c >> 4]);
            lyt_buf_add_char(out, hex[c & 15]);
        } else {
            lyt_buf_add_char(out, (char)c);
        }
        column += encoded ? 3 : 1;
    }
    lyt_buf_add_text(out, "\r\n");
}

lyt_status lyt_out_mail(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                        lyt_error *err)
{
    lyt_str from = address_of(way->from);
    lyt_str domain = lyt_str_slice(from, lyt_str_find(from, '@', 0) + 1, from.len);
    lyt_buf *b = &out->body;

    if (!is_address(from) || !is_address(note->to))
        return lyt_error_set(err, LYT_EINVAL, "%s must be a mail address",
                             is_address(from) ? "the receiver's" : "the sender's");
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_buf_add(&out->login, way->secret);
    lyt_buf_addf(&out->mail_from, "<%.*s>", LYT_STR_ARG(from));
    lyt_buf_addf(&out->mail_to, "<%.*s>", LYT_STR_ARG(note->to));
    add_date(b, note->at_us);
    lyt_buf_add_text(b, "From: ");
    add_sender(b, way->from);
    lyt_buf_addf(b, "\r\nTo: %.*s\r\nSubject: ", LYT_STR_ARG(note->to));
    add_words(b, note->subject, true);
    lyt_buf_addf(b, "\r\nMessage-ID: <%.*s@%.*s>\r\n", LYT_STR_ARG(note->key), LYT_STR_ARG(domain));
    if (note->thread.len)
        lyt_buf_addf(b, "References: <%.*s@%.*s>\r\n", LYT_STR_ARG(note->thread),
                     LYT_STR_ARG(domain));
    lyt_buf_add_text(b, "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    add_quoted(b, note->text);
    return LYT_OK;
}
