#include "markup.h"

#include <math.h>

#include "utf8.h"

lyt_str lyt_bi_in(lyt_bi text, lyt_page_language language)
{
    return lyt_str_of(language == LYT_PAGE_DA ? text.da : text.en);
}

static const char *reference_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void lyt_markup_add(lyt_buf *out, lyt_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *reference = reference_of((unsigned char)text.ptr[i]);

        if (!reference)
            continue;
        lyt_buf_add(out, lyt_str_slice(text, from, i));
        lyt_buf_add_text(out, reference);
        from = i + 1;
    }
    lyt_buf_add(out, lyt_str_slice(text, from, text.len));
}

/* The controls of ASCII, and those of Latin-1 (U+0080 to U+009F: a terminal may obey them). */
void lyt_plain_add(lyt_buf *out, lyt_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t letter = lyt_utf8_next(text, &at);

        if (letter < 0x20 || (letter >= 0x7F && letter < 0xA0))
            lyt_buf_add_char(out, ' ');
        else
            lyt_buf_add(out, lyt_str_slice(text, from, at));
    }
}

void lyt_number_add(lyt_buf *out, double value, int decimals, lyt_page_language language)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    int n = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
    double scaled = nearbyint(fabs(value) * power[n]);
    int64_t whole, part;

    if (!(scaled < 9007199254740992.0)) {
        lyt_buf_add_text(out, "–");
        return;
    }
    whole = (int64_t)scaled / (int64_t)power[n];
    part = (int64_t)scaled % (int64_t)power[n];
    if (value < 0 && scaled > 0)
        lyt_buf_add_char(out, '-');
    lyt_buf_add_int(out, whole);
    if (n)
        lyt_buf_addf(out, "%c%0*lld", language == LYT_PAGE_DA ? ',' : '.', n, (long long)part);
}

void lyt_share_add(lyt_buf *out, double value, lyt_page_language language)
{
    lyt_number_add(out, value * 100, 1, language);
    if (isfinite(value))
        lyt_buf_add_text(out, " %");
}

void lyt_minutes_add(lyt_buf *out, double minutes)
{
    int64_t n;

    if (!(fabs(minutes) < 1e12)) {
        lyt_buf_add_text(out, "–");
    } else if (minutes < 1) {
        lyt_buf_addf(out, "%lld s", (long long)nearbyint(minutes * 60));
    } else if (minutes < 120) {
        lyt_buf_addf(out, "%lld min", (long long)nearbyint(minutes));
    } else if (minutes < 2880) {
        n = (int64_t)nearbyint(minutes);
        lyt_buf_addf(out, "%lld h %lld min", (long long)(n / 60), (long long)(n % 60));
    } else {
        n = (int64_t)nearbyint(minutes / 60);
        lyt_buf_addf(out, "%lld d %lld h", (long long)(n / 24), (long long)(n % 24));
    }
}

size_t lyt_markup_width(lyt_str text)
{
    size_t n = 0;

    for (size_t at = 0; at < text.len; n++)
        (void)lyt_utf8_next(text, &at);
    return n;
}

void lyt_markup_cut(lyt_buf *out, lyt_str text, size_t letters)
{
    size_t at = 0;

    if (lyt_markup_width(text) <= letters) {
        lyt_buf_add(out, text);
        return;
    }
    for (size_t n = 1; n < letters; n++)
        (void)lyt_utf8_next(text, &at);
    lyt_buf_add(out, lyt_str_slice(text, 0, at));
    lyt_buf_add_text(out, "…");
}
