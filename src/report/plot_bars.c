#include <math.h>

#include "drawing.h"

enum {
    top = 30,
    name_letters = 28,
    left = name_letters * lyt_drawing_letter + 8,
    right = 60,
    bar_height = 12,
    gap = 8,
    legend_height = 22,
};

static double highest(const lyt_bars *bars)
{
    double max = bars->max;

    for (size_t i = 0; bars->max <= 0 && i < bars->n * bars->n_series; i++)
        if (isfinite(bars->values[i]) && bars->values[i] > max)
            max = bars->values[i];
    return max > 0 ? max : 1;
}

static void add_bar(lyt_buf *out, const lyt_bars *bars, size_t series, size_t i, double y,
                    double max)
{
    double value = bars->values[series * bars->n + i];
    double share = value / max < 1 ? value / max : 1;

    if (!(value >= 0) || !isfinite(value))
        return;
    share *= lyt_drawing_width - left - right;
    lyt_buf_addf(out, "<rect class=\"f%d\"", (int)series);
    lyt_drawing_at(out, "x", left);
    lyt_drawing_at(out, "y", y);
    lyt_drawing_at(out, "width", share);
    lyt_drawing_at(out, "height", bar_height - 2);
    lyt_buf_add_text(out, "><title>");
    lyt_markup_add(out, bars->names[i]);
    if (bars->n_series > 1) {
        lyt_buf_add_text(out, ", ");
        lyt_markup_add(out, bars->series[series]);
    }
    lyt_buf_add_text(out, ": ");
    lyt_number_add(out, value, bars->decimals, bars->head.language);
    lyt_buf_add_text(out, "</title></rect>\n");
    lyt_drawing_number(out, left + share + 4, y + bar_height - 2, "start", value, bars->decimals,
                       bars->head.language);
}

static void add_legend(lyt_buf *out, const lyt_bars *bars)
{
    double x = left;

    for (size_t s = 0; s < bars->n_series; s++) {
        lyt_buf_addf(out, "<rect class=\"f%d\"", (int)s);
        lyt_drawing_at(out, "x", x);
        lyt_drawing_at(out, "y", top);
        lyt_buf_add_text(out, " width=\"10\" height=\"10\"/>\n");
        lyt_drawing_text(out, x + 14, top + 10, "start", bars->series[s], 24);
        x += 14 + (double)(lyt_markup_width(bars->series[s]) + 3) * lyt_drawing_letter;
    }
}

void lyt_plot_bars(lyt_buf *out, const lyt_bars *bars)
{
    bool has_legend = bars->n_series > 1;
    double y = top + (has_legend ? legend_height : 0), max = highest(bars);
    double group = (double)bars->n_series * bar_height;
    double height = y + (double)bars->n * (group + gap) + 4;

    lyt_drawing_begin(out, &bars->head, lyt_drawing_width, height);
    if (has_legend)
        add_legend(out, bars);
    lyt_drawing_rule(out, "a", left, y - 4, left, height - 4);
    for (size_t i = 0; i < bars->n; i++) {
        lyt_drawing_text(out, left - 6, y + group / 2 + 4, "end", bars->names[i], name_letters);
        for (size_t s = 0; s < bars->n_series; s++)
            add_bar(out, bars, s, i, y + (double)s * bar_height, max);
        y += group + gap;
    }
    lyt_drawing_end(out);
}
