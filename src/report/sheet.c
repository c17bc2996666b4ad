#include "sheet.h"

#include <assert.h>
#include <math.h>

#include "csvout.h"
#include "mem.h"
#include "personal.h"

void lyt_sheet_init(lyt_sheet *sheet, const lyt_alloc *alloc, const char *key, lyt_bi title,
                    const lyt_column *columns, size_t n_columns)
{
    *sheet = (lyt_sheet){.key = key, .title = title, .columns = columns, .n_columns = n_columns};
    lyt_buf_init(&sheet->texts, alloc);
}

void lyt_sheet_deinit(lyt_sheet *sheet)
{
    lyt_mem_free(sheet->texts.alloc, sheet->cells);
    lyt_buf_deinit(&sheet->texts);
    sheet->cells = NULL;
    sheet->n_cells = sheet->cap_cells = 0;
}

static void add(lyt_sheet *sheet, lyt_cell cell)
{
    if (!sheet->status)
        sheet->status = lyt_mem_grow(sheet->texts.alloc, &sheet->cells, &sheet->cap_cells,
                                     sheet->n_cells + 1, sizeof *sheet->cells);
    if (!sheet->status)
        sheet->cells[sheet->n_cells++] = cell;
}

/* The cell of what was added to the texts from there on. */
static void add_since(lyt_sheet *sheet, size_t from)
{
    assert(sheet->status ||
           sheet->columns[sheet->n_cells % sheet->n_columns].kind == LYT_COLUMN_TEXT);
    if (lyt_buf_status(&sheet->texts) && !sheet->status)
        sheet->status = lyt_buf_status(&sheet->texts);
    add(sheet, (lyt_cell){NAN, from, sheet->texts.len - from});
}

void lyt_sheet_add_text(lyt_sheet *sheet, lyt_str text)
{
    size_t from = sheet->texts.len;

    lyt_buf_add(&sheet->texts, text);
    add_since(sheet, from);
}

void lyt_sheet_add_words(lyt_sheet *sheet, lyt_str text)
{
    size_t from = sheet->texts.len;

    lyt_personal_mask(&sheet->texts, text, NULL);
    add_since(sheet, from);
}

void lyt_sheet_add(lyt_sheet *sheet, double value)
{
    assert(sheet->status ||
           sheet->columns[sheet->n_cells % sheet->n_columns].kind != LYT_COLUMN_TEXT);
    add(sheet, (lyt_cell){.value = value});
}

void lyt_sheet_add_none(lyt_sheet *sheet, size_t n)
{
    while (n-- > 0)
        add(sheet, (lyt_cell){.value = NAN});
}

size_t lyt_sheet_rows(const lyt_sheet *sheet)
{
    return sheet->n_cells / sheet->n_columns;
}

double lyt_sheet_value(const lyt_sheet *sheet, size_t row, size_t column)
{
    return sheet->cells[row * sheet->n_columns + column].value;
}

lyt_str lyt_sheet_label(const lyt_sheet *sheet, size_t row, size_t column)
{
    const lyt_cell *cell = &sheet->cells[row * sheet->n_columns + column];

    return lyt_str_slice(lyt_buf_str(&sheet->texts), cell->from, cell->from + cell->len);
}

static void show_value(const lyt_sheet *sheet, size_t row, size_t column,
                       lyt_page_language language, lyt_buf *out)
{
    double value = lyt_sheet_value(sheet, row, column);

    switch (sheet->columns[column].kind) {
    case LYT_COLUMN_TEXT:
        lyt_plain_add(out, lyt_sheet_label(sheet, row, column));
        break;
    case LYT_COLUMN_COUNT:
        lyt_number_add(out, value, 0, language);
        break;
    case LYT_COLUMN_REAL:
        lyt_number_add(out, value, 3, language);
        break;
    case LYT_COLUMN_SHARE:
        lyt_share_add(out, value, language);
        break;
    case LYT_COLUMN_MINUTES:
        lyt_minutes_add(out, value);
        break;
    case LYT_COLUMN_MONEY:
        lyt_number_add(out, value, 2, language);
        break;
    }
}

/* As people read it, not escaped, alone in `cell`; a failure of the cell becomes out's. */
static lyt_str show(const lyt_sheet *sheet, size_t row, size_t column, lyt_page_language language,
                    lyt_buf *cell, lyt_buf *out)
{
    lyt_buf_reset(cell);
    show_value(sheet, row, column, language, cell);
    if (!out->status)
        out->status = cell->status;
    return lyt_buf_str(cell);
}

static void pad(lyt_buf *out, size_t n)
{
    while (n-- > 0)
        lyt_buf_add_char(out, ' ');
}

static size_t width_of(const lyt_sheet *sheet, size_t column, lyt_page_language language,
                       lyt_buf *cell, lyt_buf *out)
{
    size_t width = lyt_markup_width(lyt_bi_in(sheet->columns[column].title, language));

    for (size_t row = 0; row < lyt_sheet_rows(sheet); row++) {
        size_t n = lyt_markup_width(show(sheet, row, column, language, cell, out));

        width = n > width ? n : width;
    }
    return width;
}

/* Texts to the left, numbers to the right; two blanks between columns. */
static void add_cell(lyt_buf *out, const lyt_sheet *sheet, size_t column, lyt_str text,
                     size_t width)
{
    size_t n = lyt_markup_width(text), blanks = n < width ? width - n : 0;
    bool is_text = sheet->columns[column].kind == LYT_COLUMN_TEXT;

    if (column)
        pad(out, 2);
    if (!is_text)
        pad(out, blanks);
    lyt_buf_add(out, text);
    if (is_text && column + 1 < sheet->n_columns)
        pad(out, blanks);
}

/* A last column that is empty must not leave blanks behind. */
static void end_line(lyt_buf *out, size_t from)
{
    while (out->len > from && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    lyt_buf_add_char(out, '\n');
}

enum { columns_max = 32 };

void lyt_sheet_text(const lyt_sheet *sheet, lyt_page_language language, lyt_buf *out)
{
    size_t width[columns_max];
    lyt_buf cell;

    assert(sheet->n_columns <= columns_max);
    lyt_buf_init(&cell, out->alloc);
    for (size_t i = 0; i < sheet->n_columns; i++)
        width[i] = width_of(sheet, i, language, &cell, out);
    lyt_buf_add(out, lyt_bi_in(sheet->title, language));
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < sheet->n_columns; i++)
        add_cell(out, sheet, i, lyt_bi_in(sheet->columns[i].title, language), width[i]);
    lyt_buf_add_char(out, '\n');
    for (size_t row = 0; row < lyt_sheet_rows(sheet); row++) {
        size_t from = out->len;

        for (size_t i = 0; i < sheet->n_columns; i++)
            add_cell(out, sheet, i, show(sheet, row, i, language, &cell, out), width[i]);
        end_line(out, from);
    }
    if (sheet->note.en) {
        lyt_buf_add(out, lyt_bi_in(sheet->note, language));
        lyt_buf_add_char(out, '\n');
    }
    if (!out->status)
        out->status = sheet->status;
    lyt_buf_deinit(&cell);
}

static void add_html_row(const lyt_sheet *sheet, size_t row, lyt_page_language language,
                         lyt_buf *cell, lyt_buf *out)
{
    lyt_buf_add_text(out, "<tr>");
    for (size_t i = 0; i < sheet->n_columns; i++) {
        const char *tag = i == 0 ? "th" : "td";

        lyt_buf_addf(out, "<%s%s%s>", tag, i == 0 ? " scope=\"row\"" : "",
                     sheet->columns[i].kind == LYT_COLUMN_TEXT ? "" : " class=\"n\"");
        lyt_markup_add(out, show(sheet, row, i, language, cell, out));
        lyt_buf_addf(out, "</%s>", tag);
    }
    lyt_buf_add_text(out, "</tr>\n");
}

void lyt_sheet_html(const lyt_sheet *sheet, lyt_page_language language, lyt_buf *out)
{
    lyt_buf cell;

    lyt_buf_init(&cell, out->alloc);
    lyt_buf_addf(out, "<div class=\"scroll\"><table id=\"%s\">\n<caption>", sheet->key);
    lyt_markup_add(out, lyt_bi_in(sheet->title, language));
    lyt_buf_add_text(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < sheet->n_columns; i++) {
        lyt_buf_addf(out, "<th scope=\"col\"%s>",
                     sheet->columns[i].kind == LYT_COLUMN_TEXT ? "" : " class=\"n\"");
        lyt_markup_add(out, lyt_bi_in(sheet->columns[i].title, language));
        lyt_buf_add_text(out, "</th>");
    }
    lyt_buf_add_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < lyt_sheet_rows(sheet); row++)
        add_html_row(sheet, row, language, &cell, out);
    lyt_buf_add_text(out, "</tbody></table></div>\n");
    if (sheet->note.en) {
        lyt_buf_add_text(out, "<p class=\"note\">");
        lyt_markup_add(out, lyt_bi_in(sheet->note, language));
        lyt_buf_add_text(out, "</p>\n");
    }
    if (!out->status)
        out->status = sheet->status;
    lyt_buf_deinit(&cell);
}

static int decimals_of(lyt_column_kind kind)
{
    return kind == LYT_COLUMN_COUNT   ? 0
           : kind == LYT_COLUMN_SHARE ? 4
           : kind == LYT_COLUMN_REAL  ? 6
                                      : 2;
}

void lyt_sheet_json(const lyt_sheet *sheet, lyt_jw *jw)
{
    lyt_jw_key(jw, sheet->key);
    lyt_jw_array(jw);
    for (size_t row = 0; row < lyt_sheet_rows(sheet); row++) {
        lyt_jw_object(jw);
        for (size_t i = 0; i < sheet->n_columns; i++) {
            const lyt_column *column = &sheet->columns[i];

            if (column->kind == LYT_COLUMN_TEXT)
                lyt_jw_kstr(jw, column->key, lyt_sheet_label(sheet, row, i));
            else
                lyt_jw_kreal(jw, column->key, lyt_sheet_value(sheet, row, i),
                             decimals_of(column->kind));
        }
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    if (!jw->out->status)
        jw->out->status = sheet->status;
}

void lyt_sheet_csv(const lyt_sheet *sheet, lyt_buf *out)
{
    lyt_csvout csv;

    lyt_csvout_init(&csv, out);
    for (size_t i = 0; i < sheet->n_columns; i++)
        lyt_csvout_text(&csv, lyt_str_of(sheet->columns[i].key));
    lyt_csvout_end(&csv);
    for (size_t row = 0; row < lyt_sheet_rows(sheet); row++) {
        for (size_t i = 0; i < sheet->n_columns; i++) {
            if (sheet->columns[i].kind == LYT_COLUMN_TEXT)
                lyt_csvout_text(&csv, lyt_sheet_label(sheet, row, i));
            else
                lyt_csvout_number(&csv, lyt_sheet_value(sheet, row, i),
                                  decimals_of(sheet->columns[i].kind));
        }
        lyt_csvout_end(&csv);
    }
    if (!out->status)
        out->status = sheet->status;
}
