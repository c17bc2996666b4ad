/*
 * lyt_plot: figures as pictures: bars, lines, heat maps. Each is one <figure> with an SVG that
 * takes its colours from the page (page.h), has a title and a description for who cannot
 * see it, and does not tell things apart by colour alone. The same figures give the same
 * bytes.
 *
 * Threads   pure functions; everything is borrowed for the call. Failures are the buffer's.
 */
#ifndef LYT_PLOT_H
#define LYT_PLOT_H

#include "markup.h"

typedef struct lyt_plot_head {
    const char *id; /* of its own on the page: small letters and "-" */
    lyt_str title;
    lyt_str description; /* what is to be seen, in a sentence */
    lyt_page_language language;
} lyt_plot_head;

enum { lyt_plot_series_max = 4 };

/*
 * Bars that lie, one group a name, one bar a series in each. values[series * n + i]; what is
 * not a number or below 0 has no bar.
 */
typedef struct lyt_bars {
    lyt_plot_head head;
    const lyt_str *names;
    size_t n;
    const lyt_str *series; /* names of them, for the legend; one alone has none */
    size_t n_series;       /* 1 to lyt_plot_series_max */
    const double *values;
    double max; /* where the axis ends; 0: at the highest value */
    int decimals;
} lyt_bars;
void lyt_plot_bars(lyt_buf *out, const lyt_bars *bars);

typedef struct lyt_axis {
    lyt_str label;
    double min, max;
} lyt_axis;

typedef struct lyt_line {
    lyt_str name;        /* for the legend; empty: not in it */
    const double *x, *y; /* points with something that is no number are left out */
    size_t n;
    bool has_dots;
} lyt_line;

/* Lines over an axis with numbers; each has a dash of its own. */
typedef struct lyt_lines {
    lyt_plot_head head;
    lyt_axis x, y;
    const lyt_line *lines;
    size_t n; /* at most lyt_plot_series_max */
} lyt_lines;
void lyt_plot_lines(lyt_buf *out, const lyt_lines *lines);

/*
 * Rows and columns of counts, each cell as dark as its share of its row, with the number in it
 * where there is room. values[row * n_columns + column].
 */
typedef struct lyt_heat {
    lyt_plot_head head;
    lyt_str row_label, column_label;
    const lyt_str *rows, *columns;
    size_t n_rows, n_columns;
    const double *values;
} lyt_heat;
void lyt_plot_heat(lyt_buf *out, const lyt_heat *heat);

enum { lyt_ticks_max = 12 };

/*
 * Round numbers (1, 2, 2.5 or 5 times a power of ten apart) from min to max, both inclusive,
 * about `wanted` of them, into out[lyt_ticks_max]. Returns how many; *decimals they need. An axis
 * without extent has one.
 */
size_t lyt_ticks(double min, double max, int wanted, double *out, int *decimals);

#endif
