#include <math.h>
#include <string.h>

#include "golden.h"
#include "page.h"
#include "plot.h"

LYT_SUITE(plot);

Test(plot, ticks_are_round)
{
    static const struct {
        int line;
        double min, max;
        int wanted;
        size_t n;
        double first, last;
        int decimals;
    } rows[] = {
        {__LINE__, 0, 1, 6, 6, 0, 1, 1},     {__LINE__, 0, 1, 5, 5, 0, 1, 2},
        {__LINE__, 0, 24, 6, 5, 0, 20, 0},   {__LINE__, 0, 7, 8, 8, 0, 7, 0},
        {__LINE__, 3, 17, 6, 3, 5, 15, 0},   {__LINE__, -1, 1, 5, 5, -1, 1, 1},
        {__LINE__, 0, 1e6, 6, 6, 0, 1e6, 0}, {__LINE__, 0, .003, 4, 4, 0, .003, 3},
        {__LINE__, 5, 5, 6, 1, 5, 5, 0},     {__LINE__, 0, NAN, 6, 1, 0, 0, 0},
        {__LINE__, NAN, 1, 6, 1, 0, 0, 0},   {__LINE__, 0, INFINITY, 6, 1, 0, 0, 0},
        {__LINE__, 0, 1, 1, 2, 0, 1, 0},     {__LINE__, 0, 1, 100, 11, 0, 1, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double ticks[lyt_ticks_max];
        int decimals = -1;
        size_t n = lyt_ticks(rows[i].min, rows[i].max, rows[i].wanted, ticks, &decimals);

        cr_assert_eq(n, rows[i].n, "line %d: %zu ticks", rows[i].line, n);
        cr_expect(fabs(ticks[0] - rows[i].first) < 1e-9 &&
                      fabs(ticks[n - 1] - rows[i].last) < 1e-9 * (1 + rows[i].last),
                  "line %d: %g to %g", rows[i].line, ticks[0], ticks[n - 1]);
        cr_expect_eq(decimals, rows[i].decimals, "line %d: %d decimals", rows[i].line, decimals);
    }
}

static void draw_bars(lyt_buf *out)
{
    static const lyt_str names[] = {{"room-not-cleaned", 16},
                                    {"støj <fra> baren", 18},
                                    {"a name that is longer than there is room for it", 47}};
    static const lyt_str series[] = {{"precision", 9}, {"recall", 6}};
    static const double values[] = {.5, 1, 1.25, 0, NAN, -1};

    lyt_plot_bars(out, &(lyt_bars){.head = {"bars", LYT_STR("Bars & more"), LYT_STR("Two of three"),
                                            LYT_PAGE_DA},
                                   .names = names,
                                   .n = 3,
                                   .series = series,
                                   .n_series = 2,
                                   .values = values,
                                   .max = 1,
                                   .decimals = 2});
}

static void draw_lines(lyt_buf *out)
{
    static const double x[] = {0, .5, .6, 1}, y[] = {0, .25, NAN, 2}, ends[] = {0, 1};

    lyt_plot_lines(
        out, &(lyt_lines){.head = {"lines", LYT_STR("Lines"), LYT_STR("Up"), LYT_PAGE_EN},
                          .x = {LYT_STR("probability"), 0, 1},
                          .y = {LYT_STR("share"), 0, 1},
                          .lines = (const lyt_line[]){{LYT_STR("measured"), x, y, 4, true},
                                                      {LYT_STR("perfect"), ends, ends, 2, false}},
                          .n = 2});
}

static void draw_heat(lyt_buf *out)
{
    static const lyt_str names[] = {{"noise", 5}, {"cold", 4}, {"none", 4}};
    static const double values[] = {9, 1, 0, 0, 4, 0, 12, 0, 1000};

    lyt_plot_heat(out, &(lyt_heat){.head = {"heat", LYT_STR("Heat"), LYT_STR("Where"), LYT_PAGE_EN},
                                   .row_label = LYT_STR("true"),
                                   .column_label = LYT_STR("said"),
                                   .rows = names,
                                   .columns = names,
                                   .n_rows = 3,
                                   .n_columns = 3,
                                   .values = values});
}

static void draw_page(lyt_buf *out)
{
    lyt_page_begin(out, &(lyt_page){LYT_PAGE_DA, LYT_STR("Uge <48>"), LYT_STR("Havnen & co.")});
    lyt_page_heading(out, LYT_STR("Støj > ro"));
    lyt_page_paragraph(out, LYT_STR("Intet \"her\""));
    draw_bars(out);
    lyt_page_end(out);
}

static const struct {
    const char *file;
    void (*draw)(lyt_buf *out);
} drawings[] = {
    {"bars.svg", draw_bars},
    {"lines.svg", draw_lines},
    {"heat.svg", draw_heat},
    {"page.html", draw_page},
};
enum { n_drawings = sizeof drawings / sizeof *drawings };

Test(plot, drawings_are_as_accepted)
{
    for (size_t i = 0; i < n_drawings; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        drawings[i].draw(&out);
        golden_expect(drawings[i].file, &out);
        lyt_buf_deinit(&out);
    }
}

Test(plot, empty_plots_are_plots)
{
    lyt_plot_head head = {"x", LYT_STR("Nothing"), LYT_STR(""), LYT_PAGE_EN};
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_plot_bars(&out, &(lyt_bars){.head = head, .n_series = 1});
    lyt_plot_lines(&out, &(lyt_lines){.head = head});
    lyt_plot_heat(&out, &(lyt_heat){.head = head});
    cr_expect_eq(lyt_buf_status(&out), LYT_OK);
    cr_expect_null(strstr(out.data, "nan"));
    cr_expect_null(strstr(out.data, "null"));
    lyt_buf_deinit(&out);
}

Test(plot, without_memory_the_buffer_says_so)
{
    testing_alloc failing = {.fail_at = 0};

    for (size_t i = 0; i < n_drawings; i++) {
        failing.fail_at = 0;
        for (long n = 1; testing_each_failure(&failing, &n);) {
            lyt_buf out;

            lyt_buf_init(&out, &failing.alloc);
            drawings[i].draw(&out);
            if (failing.fail_at && failing.asked >= failing.fail_at)
                cr_expect_eq(lyt_buf_status(&out), LYT_ENOMEM, "%s, %ld", drawings[i].file, n);
            lyt_buf_deinit(&out);
            cr_expect_eq(failing.live, 0);
        }
    }
}
