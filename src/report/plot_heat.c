#include <math.h>

#include "drawing.h"

enum { top = 30, name_letters = 24, left = name_letters * lyt_drawing_letter + 24, right = 8 };

/* Names of columns stand upright above them. */
static double head_of(const lyt_heat *heat)
{
    size_t most = 0;

    for (size_t i = 0; i < heat->n_columns; i++) {
        size_t n = lyt_markup_width(heat->columns[i]);

        most = n > most ? n : most;
    }
    return (double)((most < name_letters ? most : name_letters) * lyt_drawing_letter) + 24;
}

static double cell_size(const lyt_heat *heat)
{
    double size = (double)(lyt_drawing_width - left - right) /
                  (double)(heat->n_columns ? heat->n_columns : 1);

    return size < 14 ? 14 : size > 40 ? 40 : size;
}

static double sum_of(const lyt_heat *heat, size_t row)
{
    double sum = 0;

    for (size_t i = 0; i < heat->n_columns; i++)
        if (heat->values[row * heat->n_columns + i] > 0)
            sum += heat->values[row * heat->n_columns + i];
    return sum;
}

static void add_upright(lyt_buf *out, double x, double y, lyt_str text)
{
    lyt_buf cut;

    lyt_buf_init(&cut, out->alloc);
    lyt_markup_cut(&cut, text, name_letters);
    lyt_buf_add_text(out, "<text transform=\"translate(");
    lyt_buf_add_real(out, x, 2);
    lyt_buf_add_char(out, ' ');
    lyt_buf_add_real(out, y, 2);
    lyt_buf_add_text(out, ") rotate(-90)\"><title>");
    lyt_markup_add(out, text);
    lyt_buf_add_text(out, "</title>");
    lyt_markup_add(out, lyt_buf_str(&cut));
    lyt_buf_add_text(out, "</text>\n");
    if (!out->status)
        out->status = cut.status;
    lyt_buf_deinit(&cut);
}

/* The number is only written where it fits; the cell's title has it in any case. */
static void add_cell(lyt_buf *out, const lyt_heat *heat, size_t row, size_t column, double share)
{
    double value = heat->values[row * heat->n_columns + column], size = cell_size(heat);
    double x = left + (double)column * size, y = top + head_of(heat) + (double)row * size;
    bool fits = value < 10 || (value < 100 && size >= 20) || (value < 1000 && size >= 28) ||
                (value < 10000 && size >= 36);

    lyt_buf_add_text(out, "<rect class=\"f0\"");
    lyt_drawing_at(out, "x", x);
    lyt_drawing_at(out, "y", y);
    lyt_drawing_at(out, "width", size - 1);
    lyt_drawing_at(out, "height", size - 1);
    lyt_drawing_at(out, "fill-opacity", value > 0 ? .1 + .6 * share : .02);
    lyt_buf_add_text(out, "><title>");
    lyt_markup_add(out, heat->rows[row]);
    lyt_buf_add_text(out, " → ");
    lyt_markup_add(out, heat->columns[column]);
    lyt_buf_add_text(out, ": ");
    lyt_number_add(out, value, 0, heat->head.language);
    lyt_buf_add_text(out, "</title></rect>\n");
    if (value > 0 && fits)
        lyt_drawing_number(out, x + size / 2, y + size / 2 + 4, "middle", value, 0,
                           heat->head.language);
}

void lyt_plot_heat(lyt_buf *out, const lyt_heat *heat)
{
    double size = cell_size(heat), head = head_of(heat),
           width = left + (double)heat->n_columns * size + right;

    lyt_drawing_begin(out, &heat->head, width > lyt_drawing_width ? width : lyt_drawing_width,
                      top + head + (double)heat->n_rows * size + 8);
    lyt_drawing_text(out, left, top + 10, "start", heat->column_label, 60);
    lyt_drawing_text(out, left - 6, top + head - 8, "end", heat->row_label, name_letters);
    for (size_t i = 0; i < heat->n_columns; i++)
        add_upright(out, left + (double)i * size + size / 2 + 4, top + head - 6, heat->columns[i]);
    for (size_t row = 0; row < heat->n_rows; row++) {
        double sum = sum_of(heat, row);

        lyt_drawing_text(out, left - 6, top + head + (double)row * size + size / 2 + 4, "end",
                         heat->rows[row], name_letters);
        for (size_t i = 0; i < heat->n_columns; i++) {
            double value = heat->values[row * heat->n_columns + i];

            add_cell(out, heat, row, i, sum > 0 && value > 0 ? value / sum : 0);
        }
    }
    lyt_drawing_end(out);
}
