#include "shown.h"

#include <math.h>

#include "json.h"
#include "wrap.h"

void lyt_shown_fixed(lyt_buf *out, double value, int decimals)
{
    double scale = 1;
    int64_t whole;

    if (!isfinite(value)) {
        lyt_buf_add_char(out, '-');
        return;
    }
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    whole = llround(fabs(value) * scale);
    if (value < 0 && whole)
        lyt_buf_add_char(out, '-');
    lyt_buf_add_int(out, whole / (int64_t)scale);
    if (decimals > 0)
        lyt_buf_addf(out, ".%0*lld", decimals, (long long)(whole % (int64_t)scale));
}

void lyt_shown_signed(lyt_buf *out, double value, int decimals, int width)
{
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_shown_fixed(&text, value, decimals);
    if (text.len && text.data[0] == '-')
        lyt_buf_addf(out, "%*s", width, text.data);
    else
        lyt_buf_addf(out, "%*s+%s", width - 1 - (int)text.len > 0 ? width - 1 - (int)text.len : 0,
                     "", text.len ? text.data : "");
    lyt_buf_deinit(&text);
}

void lyt_shown_words(const lyt_console *console, lyt_buf *out, lyt_str words)
{
    lyt_buf_addf(out, "\"%s", lyt_console_style(console, LYT_STYLE_HOT));
    for (size_t i = 0; i < words.len; i++) {
        unsigned char c = (unsigned char)words.ptr[i];
        unsigned char next = i + 1 < words.len ? (unsigned char)words.ptr[i + 1] : 0;

        if (c == 0xC2 && next >= 0x80 && next < 0xA0) {
            lyt_buf_add_char(out, ' '); /* U+0080 to U+009F: some terminals obey them */
            i++;
        } else if (c < 0x20 || c == 0x7F) {
            lyt_buf_add_char(out, ' ');
        } else {
            if (c == '"' || c == '\\')
                lyt_buf_add_char(out, '\\');
            lyt_buf_add_char(out, (char)c);
        }
    }
    lyt_buf_addf(out, "%s\"", lyt_console_style(console, LYT_STYLE_NONE));
}

void lyt_shown_error(lyt_buf *out, bool json, const lyt_error *err)
{
    lyt_jw jw;

    if (!json) {
        lyt_buf_addf(out, "error: %s", err->text);
        return;
    }
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "error", lyt_str_of(err->text));
    lyt_jw_object_end(&jw);
}

void lyt_shown_counts(lyt_buf *out, bool json, const lyt_shown_count *counts, size_t n)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    if (json)
        lyt_jw_object(&jw);
    for (size_t i = 0; i < n; i++) {
        if (json)
            lyt_jw_kint(&jw, counts[i].key, (int64_t)counts[i].n);
        else
            lyt_buf_addf(out, "%s%llu %s",
                         i == 0   ? ""
                         : i == 1 ? ": "
                                  : ", ",
                         (unsigned long long)counts[i].n, counts[i].words);
    }
    if (json)
        lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

void lyt_shown_cell(lyt_buf *out, lyt_str text, size_t width)
{
    size_t wide = lyt_wrap_width(text);

    lyt_buf_add(out, text);
    for (; wide < width; wide++)
        lyt_buf_add_char(out, ' ');
}

void lyt_shown_size(lyt_buf *out, size_t size_bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    double size = (double)size_bytes / 1024;
    size_t unit = 0;

    if (size_bytes < 1024) {
        lyt_buf_addf(out, "%zu bytes", size_bytes);
        return;
    }
    for (; size >= 1024 && unit < 2; unit++)
        size /= 1024;
    lyt_shown_fixed(out, size, 1);
    lyt_buf_addf(out, " %s", units[unit]);
}
