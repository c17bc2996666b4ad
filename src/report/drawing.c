#include "drawing.h"

#include <math.h>

void lyt_drawing_at(lyt_buf *out, const char *name, double value)
{
    lyt_buf_addf(out, " %s=\"", name);
    lyt_buf_add_real(out, isfinite(value) ? value : 0, 2);
    lyt_buf_add_char(out, '"');
}

void lyt_drawing_begin(lyt_buf *out, const lyt_plot_head *head, double width, double height)
{
    lyt_buf_addf(out, "<figure><svg id=\"%s\" role=\"img\" aria-labelledby=\"%s-t %s-d\"", head->id,
                 head->id, head->id);
    lyt_drawing_at(out, "width", width);
    lyt_drawing_at(out, "height", height);
    lyt_buf_add_text(out, " viewBox=\"0 0 ");
    lyt_buf_add_real(out, width, 2);
    lyt_buf_add_char(out, ' ');
    lyt_buf_add_real(out, height, 2);
    lyt_buf_addf(out, "\">\n<title id=\"%s-t\">", head->id);
    lyt_markup_add(out, head->title);
    lyt_buf_addf(out, "</title>\n<desc id=\"%s-d\">", head->id);
    lyt_markup_add(out, head->description);
    lyt_buf_add_text(out, "</desc>\n<text class=\"t\" x=\"4\" y=\"18\">");
    lyt_markup_add(out, head->title);
    lyt_buf_add_text(out, "</text>\n");
}

void lyt_drawing_end(lyt_buf *out)
{
    lyt_buf_add_text(out, "</svg></figure>\n");
}

void lyt_drawing_text(lyt_buf *out, double x, double y, const char *anchor, lyt_str text,
                      size_t letters)
{
    lyt_buf cut;
    bool is_cut = lyt_markup_width(text) > letters;

    lyt_buf_init(&cut, out->alloc);
    lyt_markup_cut(&cut, text, letters);
    lyt_buf_add_text(out, "<text");
    lyt_drawing_at(out, "x", x);
    lyt_drawing_at(out, "y", y);
    lyt_buf_addf(out, " text-anchor=\"%s\">", anchor);
    if (is_cut) {
        lyt_buf_add_text(out, "<title>");
        lyt_markup_add(out, text);
        lyt_buf_add_text(out, "</title>");
    }
    lyt_markup_add(out, lyt_buf_str(&cut));
    lyt_buf_add_text(out, "</text>\n");
    if (!out->status)
        out->status = cut.status;
    lyt_buf_deinit(&cut);
}

void lyt_drawing_number(lyt_buf *out, double x, double y, const char *anchor, double value,
                        int decimals, lyt_page_language language)
{
    lyt_buf_add_text(out, "<text");
    lyt_drawing_at(out, "x", x);
    lyt_drawing_at(out, "y", y);
    lyt_buf_addf(out, " text-anchor=\"%s\">", anchor);
    lyt_number_add(out, value, decimals, language);
    lyt_buf_add_text(out, "</text>\n");
}

void lyt_drawing_rule(lyt_buf *out, const char *class, double x1, double y1, double x2, double y2)
{
    lyt_buf_addf(out, "<line class=\"%s\"", class);
    lyt_drawing_at(out, "x1", x1);
    lyt_drawing_at(out, "y1", y1);
    lyt_drawing_at(out, "x2", x2);
    lyt_drawing_at(out, "y2", y2);
    lyt_buf_add_text(out, "/>\n");
}

const char *lyt_drawing_dash(size_t series)
{
    static const char *const dashes[lyt_plot_series_max] = {"none", "6 3", "2 3", "9 3 2 3"};

    return dashes[series % lyt_plot_series_max];
}

size_t lyt_ticks(double min, double max, int wanted, double *out, int *decimals)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double rough = (max - min) / (wanted > 1 ? wanted - 1 : 1), power, step = 0, first;
    size_t n = 0;

    *decimals = 0;
    if (!(rough > 0) || !isfinite(rough) || !isfinite(min)) {
        out[0] = isfinite(min) ? min : 0;
        return 1;
    }
    power = pow(10, floor(log10(rough)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        step = steps[i] * power;
        /* a hair below, so that 0.2 steps are found for an axis to 1 whatever the rounding */
        if (step >= rough * (1 - 1e-9) &&
            floor(max / step + 1e-9) - ceil(min / step - 1e-9) < lyt_ticks_max)
            break;
    }
    while (*decimals < 6 && fabs(step * pow(10, *decimals) - nearbyint(step * pow(10, *decimals))) >
                                1e-6 * step * pow(10, *decimals))
        ++*decimals;
    first = ceil(min / step - 1e-9);
    for (double i = first; i * step <= max + step * 1e-9 && n < lyt_ticks_max; i++)
        out[n++] = i * step;
    return n;
}
