#include "csvout.h"

#include <math.h>
#include <string.h>

void lyt_csvout_init(lyt_csvout *csv, lyt_buf *out)
{
    *csv = (lyt_csvout){.out = out};
}

static void next_field(lyt_csvout *csv)
{
    if (csv->has_field)
        lyt_buf_add_char(csv->out, ',');
    csv->has_field = true;
}

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

void lyt_csvout_text(lyt_csvout *csv, lyt_str text)
{
    bool calculates = text.len && is_one_of(text.ptr[0], "=+-@\t\r");
    bool needs_quotes = false;

    next_field(csv);
    for (size_t i = 0; i < text.len; i++)
        needs_quotes = needs_quotes || is_one_of(text.ptr[i], ",\"\r\n");
    if (needs_quotes)
        lyt_buf_add_char(csv->out, '"');
    if (calculates)
        lyt_buf_add_char(csv->out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            lyt_buf_add_char(csv->out, '"');
        lyt_buf_add_char(csv->out, text.ptr[i]);
    }
    if (needs_quotes)
        lyt_buf_add_char(csv->out, '"');
}

void lyt_csvout_number(lyt_csvout *csv, double value, int decimals)
{
    next_field(csv);
    if (isfinite(value))
        lyt_buf_add_real(csv->out, value, decimals);
}

void lyt_csvout_end(lyt_csvout *csv)
{
    lyt_buf_add_text(csv->out, "\r\n");
    csv->has_field = false;
}
