#include "csv.h"

#include <string.h>

#include "mem.h"

enum { records_looked_at = 20 };

/* How often c stands outside quotes in the record at *at, which is stepped over. */
static size_t count_in_record(lyt_str text, size_t *at, char c)
{
    bool is_quoted = false;
    size_t n = 0;

    for (; *at < text.len && (is_quoted || text.ptr[*at] != '\n'); ++*at) {
        if (text.ptr[*at] == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && text.ptr[*at] == c)
            n++;
    }
    ++*at;
    return n;
}

/*
 * The one that parts the head into fields and most of the next records into as many: guests and
 * questions have commas, too, but not in every line as many.
 */
static char find_separator(lyt_str text)
{
    size_t most = 0, widest = 0;
    char best = ',';

    for (const char *c = ";\t,"; *c; c++) {
        size_t at = 0, alike = 1, head = count_in_record(text, &at, *c);

        for (size_t i = 1; i < records_looked_at && at < text.len; i++)
            alike += count_in_record(text, &at, *c) == head;
        if (head && (alike > most || (alike == most && head > widest))) {
            most = alike;
            widest = head;
            best = *c;
        }
    }
    return best;
}

lyt_status lyt_csv_init(lyt_csv *csv, lyt_str text, char separator, const lyt_alloc *alloc)
{
    *csv = (lyt_csv){.text = text,
                     .separator = separator ? separator : find_separator(text),
                     .line = 1,
                     .column = 1,
                     .alloc = alloc};
    lyt_buf_init(&csv->row, alloc);
    csv->fields = lyt_mem_array(alloc, lyt_csv_fields_max, sizeof *csv->fields);
    return csv->fields ? LYT_OK : LYT_ENOMEM;
}

void lyt_csv_deinit(lyt_csv *csv)
{
    lyt_buf_deinit(&csv->row);
    lyt_mem_free(csv->alloc, csv->fields);
    csv->fields = NULL;
}

static bool at_end(const lyt_csv *csv)
{
    return csv->at >= csv->text.len;
}

static char now(const lyt_csv *csv)
{
    return at_end(csv) ? '\0' : csv->text.ptr[csv->at];
}

static bool at_line_end(const lyt_csv *csv)
{
    return now(csv) == '\n' || now(csv) == '\r';
}

/* Over one byte; CR LF is one line end, a continuation byte no column. */
static void step(lyt_csv *csv)
{
    char c = now(csv);

    csv->at++;
    if (c == '\r' && now(csv) == '\n')
        csv->at++;
    if (c == '\r' || c == '\n') {
        csv->line++;
        csv->column = 1;
    } else if ((c & 0xC0) != 0x80) {
        csv->column++;
    }
}

static void skip_line(lyt_csv *csv)
{
    while (!at_end(csv) && !at_line_end(csv))
        step(csv);
    if (!at_end(csv))
        step(csv);
}

static lyt_status refuse(uint32_t line, uint32_t column, lyt_error *err, const char *why)
{
    return lyt_error_at(err, LYT_EFORMAT, NULL, line, column, "%s", why);
}

/* A field in quotes: the opening one is next. A line end within is one LF. */
static lyt_status quoted(lyt_csv *csv, lyt_error *err)
{
    uint32_t line = csv->line, column = csv->column;

    for (step(csv); !at_end(csv); step(csv)) {
        char c = now(csv);

        if (c == '"') {
            if (csv->at + 1 >= csv->text.len || csv->text.ptr[csv->at + 1] != '"') {
                step(csv);
                return LYT_OK;
            }
            step(csv);
        }
        lyt_buf_add_char(&csv->row, c == '\r' ? '\n' : c);
    }
    return refuse(line, column, err,
                  "the quote that opens here is never closed; close it, or double it (\"\") where "
                  "it is part of the text");
}

static lyt_status one_field(lyt_csv *csv, lyt_error *err)
{
    if (now(csv) == '"' && !at_end(csv)) {
        lyt_status status = quoted(csv, err);

        while (!status && now(csv) == ' ')
            step(csv);
        if (!status && !at_end(csv) && !at_line_end(csv) && now(csv) != csv->separator)
            status = refuse(csv->line, csv->column, err,
                            "text behind a closing quote; a quote within a text is written twice "
                            "(\"\")");
        return status;
    }
    while (!at_end(csv) && !at_line_end(csv) && now(csv) != csv->separator) {
        lyt_buf_add_char(&csv->row, now(csv));
        step(csv);
    }
    return LYT_OK;
}

/* The fields' places are offsets into the row until it is whole, since the row may move. */
static lyt_status read_row(lyt_csv *csv, size_t offsets[lyt_csv_fields_max + 1], lyt_error *err)
{
    bool more = true;

    while (more) {
        lyt_status status;

        if (csv->n_fields == lyt_csv_fields_max)
            return lyt_error_at(err, LYT_ELIMIT, NULL, csv->line, csv->column,
                                "more than %d fields in a row", lyt_csv_fields_max);
        csv->fields[csv->n_fields].line = csv->line;
        csv->fields[csv->n_fields].column = csv->column;
        offsets[csv->n_fields] = csv->row.len;
        status = one_field(csv, err);
        if (status)
            return status;
        offsets[++csv->n_fields] = csv->row.len;
        more = now(csv) == csv->separator && !at_end(csv);
        if (more)
            step(csv);
    }
    if (!at_end(csv))
        step(csv);
    return LYT_OK;
}

lyt_status lyt_csv_next(lyt_csv *csv, lyt_error *err)
{
    size_t offsets[lyt_csv_fields_max + 1];
    bool empty = true;

    while (empty) {
        lyt_status status;

        if (at_end(csv))
            return LYT_EEND;
        lyt_buf_reset(&csv->row);
        csv->n_fields = 0;
        status = read_row(csv, offsets, err);
        if (!status)
            status = lyt_buf_status(&csv->row);
        if (status) {
            csv->n_fields = 0;
            skip_line(csv);
            return status;
        }
        for (size_t i = 0; i < csv->n_fields; i++) {
            csv->fields[i].text = lyt_str_slice(lyt_buf_str(&csv->row), offsets[i], offsets[i + 1]);
            empty = empty && lyt_str_trim(csv->fields[i].text).len == 0;
        }
    }
    return LYT_OK;
}
