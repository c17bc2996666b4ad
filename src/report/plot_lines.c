#include <math.h>

#include "drawing.h"

enum { top = 30, left = 56, right = 16, bottom = 44, plot_height = 280, legend_height = 22 };

typedef struct frame {
    const lyt_lines *lines;
    double y0; /* where the plot begins, from above */
} frame;

static double share_of(const lyt_axis *axis, double value)
{
    double extent = axis->max - axis->min;
    double share = extent > 0 ? (value - axis->min) / extent : 0;

    return share < 0 ? 0 : share > 1 ? 1 : share;
}

static double x_of(const frame *f, double value)
{
    return left + share_of(&f->lines->x, value) * (lyt_drawing_width - left - right);
}

static double y_of(const frame *f, double value)
{
    return f->y0 + (1 - share_of(&f->lines->y, value)) * plot_height;
}

static void add_axes(lyt_buf *out, const frame *f)
{
    const lyt_lines *lines = f->lines;
    double ticks[lyt_ticks_max], y_end = f->y0 + plot_height, x_end = lyt_drawing_width - right;
    int decimals;
    size_t n = lyt_ticks(lines->x.min, lines->x.max, 6, ticks, &decimals);

    for (size_t i = 0; i < n; i++) {
        lyt_drawing_rule(out, "g", x_of(f, ticks[i]), f->y0, x_of(f, ticks[i]), y_end);
        lyt_drawing_number(out, x_of(f, ticks[i]), y_end + 16, "middle", ticks[i], decimals,
                           lines->head.language);
    }
    n = lyt_ticks(lines->y.min, lines->y.max, 6, ticks, &decimals);
    for (size_t i = 0; i < n; i++) {
        lyt_drawing_rule(out, "g", left, y_of(f, ticks[i]), x_end, y_of(f, ticks[i]));
        lyt_drawing_number(out, left - 6, y_of(f, ticks[i]) + 4, "end", ticks[i], decimals,
                           lines->head.language);
    }
    lyt_drawing_rule(out, "a", left, f->y0, left, y_end);
    lyt_drawing_rule(out, "a", left, y_end, x_end, y_end);
    lyt_drawing_text(out, (left + x_end) / 2, y_end + 36, "middle", lines->x.label, 80);
    lyt_drawing_text(out, 4, f->y0 - 10, "start", lines->y.label, 40);
}

static void add_dot(lyt_buf *out, size_t series, double x, double y)
{
    lyt_buf_addf(out, "<circle class=\"f%d\"", (int)series);
    lyt_drawing_at(out, "cx", x);
    lyt_drawing_at(out, "cy", y);
    lyt_buf_add_text(out, " r=\"3.5\"/>\n");
}

static bool is_point(const lyt_line *line, size_t i)
{
    return isfinite(line->x[i]) && isfinite(line->y[i]);
}

static void add_line(lyt_buf *out, const frame *f, size_t series)
{
    const lyt_line *line = &f->lines->lines[series];
    bool has_point = false;

    lyt_buf_addf(out, "<polyline class=\"l s%d\" stroke-dasharray=\"%s\" points=\"", (int)series,
                 lyt_drawing_dash(series));
    for (size_t i = 0; i < line->n; i++) {
        if (!is_point(line, i))
            continue;
        if (has_point)
            lyt_buf_add_char(out, ' ');
        lyt_buf_add_real(out, x_of(f, line->x[i]), 2);
        lyt_buf_add_char(out, ',');
        lyt_buf_add_real(out, y_of(f, line->y[i]), 2);
        has_point = true;
    }
    lyt_buf_add_text(out, "\"/>\n");
    for (size_t i = 0; line->has_dots && i < line->n; i++)
        if (is_point(line, i))
            add_dot(out, series, x_of(f, line->x[i]), y_of(f, line->y[i]));
}

static void add_legend(lyt_buf *out, const lyt_lines *lines)
{
    double x = left;

    for (size_t s = 0; s < lines->n; s++) {
        if (!lines->lines[s].name.len)
            continue;
        lyt_buf_addf(out, "<line class=\"l s%d\" stroke-dasharray=\"%s\"", (int)s,
                     lyt_drawing_dash(s));
        lyt_drawing_at(out, "x1", x);
        lyt_drawing_at(out, "y1", top + 6);
        lyt_drawing_at(out, "x2", x + 28);
        lyt_drawing_at(out, "y2", top + 6);
        lyt_buf_add_text(out, "/>\n");
        lyt_drawing_text(out, x + 34, top + 10, "start", lines->lines[s].name, 30);
        x += 34 + (double)(lyt_markup_width(lines->lines[s].name) + 3) * lyt_drawing_letter;
    }
}

void lyt_plot_lines(lyt_buf *out, const lyt_lines *lines)
{
    frame f = {lines, top + legend_height + 22};

    lyt_drawing_begin(out, &lines->head, lyt_drawing_width, f.y0 + plot_height + bottom);
    add_legend(out, lines);
    add_axes(out, &f);
    for (size_t s = 0; s < lines->n; s++)
        add_line(out, &f, s);
    lyt_drawing_end(out);
}
