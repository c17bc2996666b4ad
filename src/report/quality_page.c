#include <math.h>

#include "arena.h"
#include "mem.h"
#include "page.h"
#include "plot.h"
#include "quality_sheets.h"

/* More labels than these make a plot nobody can read; the table has them all. */
enum { labels_shown = 40, points_max = 101, arena_bytes = 16 << 20 };

typedef struct drawing {
    const lyt_quality *q;
    lyt_page_language language;
    lyt_buf *out;
    lyt_arena *arena;
} drawing;

static lyt_str say(const drawing *d, const char *en, const char *da)
{
    return lyt_bi_in((lyt_bi){en, da}, d->language);
}

static void add_sheet(const drawing *d, lyt_quality_sheet make)
{
    lyt_sheet sheet;

    make(d->q, d->language, d->out->alloc, &sheet);
    if (lyt_sheet_rows(&sheet))
        lyt_sheet_html(&sheet, d->language, d->out);
    else
        lyt_page_paragraph(d->out, say(d, "There is none.", "Der er ingen."));
    if (!d->out->status)
        d->out->status = sheet.status;
    lyt_sheet_deinit(&sheet);
}

static double *room(const drawing *d, size_t n)
{
    double *out = lyt_arena_array(d->arena, n ? n : 1, sizeof *out);

    if (!out && !d->out->status)
        d->out->status = LYT_ENOMEM;
    return out;
}

static lyt_str *names_of(const drawing *d, const size_t *labels, size_t n)
{
    lyt_str *names = lyt_arena_array(d->arena, n ? n : 1, sizeof *names);

    if (!names && !d->out->status)
        d->out->status = LYT_ENOMEM;
    for (size_t i = 0; names && i < n; i++)
        names[i] = lyt_quality_name(d->q, labels[i], d->language);
    return names;
}

/* How much there is to see of a label: what it has, and what it is mistaken for. */
static uint64_t weight_of(const drawing *d, size_t label)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= lyt_confusion_labels(d->q->confusion); i++)
        sum += lyt_confusion_at(d->q->confusion, label, i) +
               lyt_confusion_at(d->q->confusion, i, label);
    return sum;
}

/* The labels with most to see, at most max of them, in the order of the labels. */
static size_t pick_labels(const drawing *d, size_t *out, size_t max)
{
    size_t n = lyt_measure_labels(d->q->measure), n_out = 0;
    uint64_t least = 1;

    for (;;) {
        uint64_t next = UINT64_MAX;

        n_out = 0;
        for (size_t i = 0; i < n; i++) {
            uint64_t weight = weight_of(d, i);

            if (weight >= least && n_out < max)
                out[n_out] = i;
            n_out += weight >= least;
            if (weight >= least && weight < next)
                next = weight;
        }
        if (n_out <= max)
            return n_out;
        least = next + 1;
    }
}

static void draw_labels(const drawing *d)
{
    const lyt_str series[] = {say(d, "Precision", "Præcision"), say(d, "Recall", "Genkendelse"),
                              LYT_STR("F1")};
    size_t shown[labels_shown], n = pick_labels(d, shown, labels_shown);
    const lyt_str *names = names_of(d, shown, n);
    double *values = room(d, n * 3);

    if (!names || !values || !n)
        return;
    for (size_t i = 0; i < n; i++) {
        const lyt_label_figures f = lyt_measure_label(d->q->measure, shown[i]);

        values[i] = f.said ? f.precision : NAN;
        values[n + i] = f.messages ? f.recall : NAN;
        values[2 * n + i] = f.f1;
    }
    lyt_plot_bars(d->out,
                  &(lyt_bars){.head = {.id = "plot-labels",
                                       .title = say(d, "Label by label", "Mærke for mærke"),
                                       .description = say(
                                           d, "Precision, recall and F1 of each label, from 0 to 1",
                                           "Præcision, genkendelse og F1 for hvert mærke, 0 til 1"),
                                       .language = d->language},
                              .names = names,
                              .n = n,
                              .series = series,
                              .n_series = 3,
                              .values = values,
                              .max = 1,
                              .decimals = 2});
}

static void draw_calibration(const drawing *d)
{
    static const double ends[] = {0, 1};
    size_t n = lyt_measure_bins(d->q->measure);
    double *x = room(d, n), *y = room(d, n);

    if (!x || !y)
        return;
    for (size_t i = 0; i < n; i++) {
        const lyt_reliability bin = lyt_measure_bin(d->q->measure, i);

        x[i] = bin.n ? bin.mean : NAN;
        y[i] = bin.n ? (double)bin.right / (double)bin.n : NAN;
    }
    lyt_plot_lines(
        d->out,
        &(lyt_lines){.head = {.id = "plot-calibration",
                              .title = say(d, "Reliability", "Pålidelighed"),
                              .description =
                                  say(d,
                                      "Share that is true over the probability that was given; the "
                                      "closer to the dashed diagonal, the better",
                                      "Andel der er sand over den sandsynlighed der blev givet; jo "
                                      "tættere på den stiplede diagonal, jo bedre"),
                              .language = d->language},
                     .x = {say(d, "probability given", "given sandsynlighed"), 0, 1},
                     .y = {say(d, "share true", "andel sand"), 0, 1},
                     .lines =
                         (const lyt_line[]){{say(d, "measured", "målt"), x, y, n, true},
                                            {say(d, "perfect", "perfekt"), ends, ends, 2, false}},
                     .n = 2});
}

static void draw_confusion(const drawing *d)
{
    size_t shown[labels_shown + 1], n = pick_labels(d, shown, labels_shown);
    const lyt_str *names;
    double *values;

    shown[n++] = lyt_confusion_labels(d->q->confusion);
    names = names_of(d, shown, n);
    values = room(d, n * n);
    if (!names || !values)
        return;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            values[i * n + j] = (double)lyt_confusion_at(d->q->confusion, shown[i], shown[j]);
    lyt_plot_heat(
        d->out,
        &(lyt_heat){
            .head = {.id = "plot-confusion",
                     .title = say(d, "What was said for what", "Hvad blev sagt for hvad"),
                     .description = say(d,
                                        "One row a label that is true, one column a label that was "
                                        "said; right is the diagonal",
                                        "En række for hvert sandt mærke, en søjle for hvert sagt; "
                                        "diagonalen er rigtig"),
                     .language = d->language},
            .row_label = say(d, "true", "sandt"),
            .column_label = say(d, "said", "sagt"),
            .rows = names,
            .columns = names,
            .n_rows = n,
            .n_columns = n,
            .values = values});
}

static void draw_curve(const drawing *d)
{
    double *x = room(d, points_max), *y = room(d, points_max);
    size_t n = 0;

    if (!x || !y)
        return;
    for (size_t i = 0; i < points_max; i++) {
        const lyt_cut cut = lyt_sweep_reaching(d->q->sweep, (double)i / (points_max - 1));

        if (!cut.said || (n && lyt_cut_recall(&cut) <= x[n - 1]))
            continue;
        x[n] = lyt_cut_recall(&cut);
        y[n++] = lyt_cut_precision(&cut);
    }
    lyt_plot_lines(
        d->out,
        &(lyt_lines){
            .head = {.id = "plot-curve",
                     .title = say(d, "Precision over recall", "Præcision over genkendelse"),
                     .description = say(d,
                                        "How much is right of what is said, when more and more of "
                                        "what is there is to be found",
                                        "Hvor meget af det sagte er rigtigt, når mere og mere af "
                                        "det sande skal findes"),
                     .language = d->language},
            .x = {say(d, "recall", "genkendelse"), 0, 1},
            .y = {say(d, "precision", "præcision"), 0, 1},
            .lines = (const lyt_line[]){{{NULL, 0}, x, y, n, false}},
            .n = 1});
}

static void draw_sweep(const drawing *d)
{
    enum { n = lyt_quality_thresholds };
    double x[n], precision[n], recall[n], f1[n];

    for (int i = 0; i < n; i++) {
        const lyt_cut cut = lyt_sweep_cut(d->q->sweep, (i + 1) / 20.0);

        x[i] = cut.threshold;
        precision[i] = cut.said ? lyt_cut_precision(&cut) : NAN;
        recall[i] = lyt_cut_recall(&cut);
        f1[i] = lyt_cut_f1(&cut);
    }
    lyt_plot_lines(
        d->out,
        &(lyt_lines){
            .head = {.id = "plot-thresholds",
                     .title = say(d, "One threshold for all", "Én tærskel for alle"),
                     .description = say(d, "Precision, recall and F1 over the threshold",
                                        "Præcision, genkendelse og F1 over tærsklen"),
                     .language = d->language},
            .x = {say(d, "threshold", "tærskel"), 0, 1},
            .y = {{NULL, 0}, 0, 1},
            .lines = (const lyt_line[]){{say(d, "precision", "præcision"), x, precision, n, false},
                                        {say(d, "recall", "genkendelse"), x, recall, n, false},
                                        {LYT_STR("F1"), x, f1, n, false}},
            .n = 3});
}

static void add_thresholds(const drawing *d)
{
    const lyt_cut best = lyt_sweep_best(d->q->sweep);
    lyt_buf text;

    draw_curve(d);
    add_sheet(d, lyt_quality_recall);
    draw_sweep(d);
    add_sheet(d, lyt_quality_sweep);
    lyt_buf_init(&text, d->out->alloc);
    lyt_buf_add(&text, say(d,
                           "Each pair of message and label alone, at the same threshold for all "
                           "labels. What the pack reports also depends on its scenarios' own "
                           "thresholds. The best F1 here is ",
                           "Hvert par af besked og mærke for sig, med samme tærskel for alle "
                           "mærker. Hvad pakken melder, afhænger også af scenariernes egne "
                           "tærskler. Den bedste F1 her er "));
    lyt_number_add(&text, lyt_cut_f1(&best), 3, d->language);
    lyt_buf_add(&text, say(d, ", at ", ", ved "));
    lyt_number_add(&text, best.threshold, 3, d->language);
    lyt_buf_add_char(&text, '.');
    lyt_page_paragraph(d->out, lyt_buf_str(&text));
    if (!d->out->status)
        d->out->status = text.status;
    lyt_buf_deinit(&text);
}

static void begin(const drawing *d)
{
    const lyt_figures f = lyt_measure_figures(d->q->measure);
    lyt_buf title, subtitle;

    lyt_buf_init(&title, d->out->alloc);
    lyt_buf_init(&subtitle, d->out->alloc);
    lyt_buf_add(&title, say(d, "Quality of ", "Kvaliteten af "));
    lyt_buf_add(&title, d->q->subject);
    lyt_buf_addf(&subtitle,
                 d->language == LYT_PAGE_DA ? "%llu beskeder, %zu mærker, %zu forkert "
                                              "bedømte beskeder"
                                            : "%llu messages, %zu labels, %zu messages "
                                              "judged wrongly",
                 (unsigned long long)f.messages, lyt_measure_labels(d->q->measure), d->q->n_wrong);
    lyt_page_begin(d->out, &(lyt_page){d->language, lyt_buf_str(&title), lyt_buf_str(&subtitle)});
    if (!d->out->status)
        d->out->status = title.status ? title.status : subtitle.status;
    lyt_buf_deinit(&title);
    lyt_buf_deinit(&subtitle);
}

void lyt_quality_html(const lyt_quality *quality, lyt_page_language language, lyt_buf *out)
{
    drawing d = {quality, language, out, NULL};

    if (lyt_arena_new(&d.arena, out->alloc, "quality", arena_bytes)) {
        if (!out->status)
            out->status = LYT_ENOMEM;
        return;
    }
    begin(&d);
    lyt_page_heading(out, say(&d, "Overall", "I alt"));
    add_sheet(&d, lyt_quality_totals);
    if (lyt_measure_labels(quality->measure) > labels_shown)
        lyt_page_paragraph(out, say(&d,
                                    "The plots show the 40 labels that occur most; the tables "
                                    "have them all.",
                                    "Billederne viser de 40 mærker der forekommer mest; "
                                    "tabellerne har dem alle."));
    lyt_page_heading(out, say(&d, "Labels", "Mærker"));
    draw_labels(&d);
    add_sheet(&d, lyt_quality_labels);
    lyt_page_heading(out, say(&d, "Calibration", "Kalibrering"));
    draw_calibration(&d);
    add_sheet(&d, lyt_quality_bins);
    lyt_page_heading(out, say(&d, "Confusion", "Forveksling"));
    draw_confusion(&d);
    add_sheet(&d, lyt_quality_all_mistakes);
    lyt_page_heading(out, say(&d, "Thresholds", "Tærskler"));
    add_thresholds(&d);
    lyt_page_heading(out, say(&d, "Errors", "Fejl"));
    add_sheet(&d, lyt_quality_worst);
    lyt_page_end(out);
    lyt_arena_free(d.arena);
}
