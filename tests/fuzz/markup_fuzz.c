/* The input as what a guest wrote: on a page, in a terminal and in a table for a spreadsheet. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "csvout.h"
#include "markup.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool has_any(lyt_str text, const char *set)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] && strchr(set, text.ptr[i]))
            return true;
    return false;
}

/* What a reader of RFC 4180 makes of a field: the text, or with an apostrophe in front. */
static void read_back(lyt_str row, lyt_str text, lyt_buf *out)
{
    bool is_quoted = row.len && row.ptr[0] == '"';
    lyt_str got;

    check(lyt_str_ends(row, LYT_STR("\r\n")));
    row.len -= 2;
    check(!is_quoted || (row.len >= 2 && row.ptr[row.len - 1] == '"'));
    check(is_quoted || !has_any(row, ",\"\r\n"));
    if (is_quoted)
        row = lyt_str_slice(row, 1, row.len - 1);
    for (size_t i = 0; i < row.len; i++) {
        if (is_quoted && row.ptr[i] == '"')
            check(++i < row.len && row.ptr[i] == '"');
        lyt_buf_add_char(out, row.ptr[i]);
    }
    got = lyt_buf_str(out);
    check(!got.len || !strchr("=+-@\t\r", got.ptr[0]));
    if (got.len != text.len && got.len && got.ptr[0] == '\'')
        got = lyt_str_slice(got, 1, got.len);
    check(lyt_str_equal(got, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size};
    lyt_buf out, back;
    lyt_csvout csv;

    if (lyt_utf8_check(text, NULL))
        return 0;
    lyt_buf_init(&out, NULL);
    lyt_buf_init(&back, NULL);
    lyt_markup_add(&out, text);
    check(!has_any(lyt_buf_str(&out), "<>\"'"));
    lyt_buf_reset(&out);
    lyt_plain_add(&out, text);
    for (size_t i = 0; i < out.len; i++)
        check((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7F);
    check(lyt_markup_width(lyt_buf_str(&out)) == lyt_markup_width(text));
    for (size_t letters = 1; letters < 4; letters++) {
        lyt_buf_reset(&out);
        lyt_markup_cut(&out, text, letters);
        check(lyt_utf8_check(lyt_buf_str(&out), NULL) == LYT_OK);
        check(lyt_markup_width(lyt_buf_str(&out)) <= letters);
    }
    lyt_buf_reset(&out);
    lyt_csvout_init(&csv, &out);
    lyt_csvout_text(&csv, text);
    lyt_csvout_end(&csv);
    read_back(lyt_buf_str(&out), text, &back);
    lyt_buf_deinit(&out);
    lyt_buf_deinit(&back);
    return 0;
}
