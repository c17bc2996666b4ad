#include "quality_sheets.h"

#include <math.h>

#include "mem.h"

#define COLUMNS(table) table, sizeof table / sizeof *table

lyt_str lyt_quality_name(const lyt_quality *quality, size_t label, lyt_page_language language)
{
    if (label == lyt_measure_labels(quality->measure))
        return lyt_bi_in((lyt_bi){"none", "ingen"}, language);
    return lyt_str_of(lyt_measure_name(quality->measure, label));
}

void lyt_quality_names(const lyt_quality *quality, const bool *labels, lyt_page_language language,
                       lyt_buf *out)
{
    size_t from = out->len, n = lyt_measure_labels(quality->measure);

    for (size_t i = 0; i < n; i++) {
        if (!labels[i])
            continue;
        if (out->len > from)
            lyt_buf_add_text(out, ", ");
        lyt_buf_add(out, lyt_quality_name(quality, i, language));
    }
    if (out->len == from)
        lyt_buf_add(out, lyt_quality_name(quality, n, language));
}

void lyt_quality_clues(const lyt_quality *quality, const lyt_wrong *wrong,
                       lyt_page_language language, lyt_buf *out)
{
    for (size_t i = 0; i < wrong->n_clues; i++) {
        const lyt_clue *clue = &wrong->clues[i];
        bool is_first = i == 0 || clue->label != clue[-1].label;

        if (i)
            lyt_buf_add_text(out, is_first ? "; " : ", ");
        if (is_first) {
            lyt_buf_add(out, lyt_quality_name(quality, clue->label, language));
            lyt_buf_add_text(out, ": ");
        }
        if (clue->words.len) {
            lyt_plain_add(out, clue->words);
            lyt_buf_add_text(out, " (");
        }
        lyt_plain_add(out, clue->feature);
        if (clue->words.len)
            lyt_buf_add_char(out, ')');
        lyt_buf_add_text(out, clue->weight < 0 ? " " : " +");
        lyt_number_add(out, clue->weight, 2, language);
    }
}

void lyt_quality_totals(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                        lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"figure", {"Figure", "Tal"}, LYT_COLUMN_TEXT},
        {"value", {"Value", "Værdi"}, LYT_COLUMN_REAL},
    };
    const lyt_figures f = lyt_measure_figures(q->measure);
    const struct {
        lyt_bi name;
        double value;
    } rows[] = {
        {{"Accuracy (all labels right)", "Nøjagtighed (alle mærker rigtige)"}, f.accuracy},
        {{"Micro-F1", "Mikro-F1"}, f.micro_f1},
        {{"Macro-F1", "Makro-F1"}, f.macro_f1},
        {{"Detection F1 (anything failed)", "Opdagelses-F1 (noget gik galt)"}, f.detect_f1},
        {{"Precision", "Præcision"}, f.precision},
        {{"Recall", "Genkendelse"}, f.recall},
        {{"Calibration error", "Kalibreringsfejl"}, f.ece},
        {{"Average precision", "Gennemsnitlig præcision"}, lyt_sweep_average_precision(q->sweep)},
    };

    lyt_sheet_init(sheet, alloc, "totals", (lyt_bi){"All labels together", "Alle mærker samlet"},
                   COLUMNS(columns));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sheet_add_text(sheet, lyt_bi_in(rows[i].name, language));
        lyt_sheet_add(sheet, rows[i].value);
    }
}

void lyt_quality_labels(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                        lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"label", {"Label", "Mærke"}, LYT_COLUMN_TEXT},
        {"messages", {"Messages", "Beskeder"}, LYT_COLUMN_COUNT},
        {"said", {"Said", "Sagt"}, LYT_COLUMN_COUNT},
        {"right", {"Right", "Rigtige"}, LYT_COLUMN_COUNT},
        {"precision", {"Precision", "Præcision"}, LYT_COLUMN_REAL},
        {"recall", {"Recall", "Genkendelse"}, LYT_COLUMN_REAL},
        {"f1", {"F1", "F1"}, LYT_COLUMN_REAL},
    };

    lyt_sheet_init(sheet, alloc, "labels", (lyt_bi){"Label by label", "Mærke for mærke"},
                   COLUMNS(columns));
    for (size_t i = 0; i < lyt_measure_labels(q->measure); i++) {
        const lyt_label_figures f = lyt_measure_label(q->measure, i);

        lyt_sheet_add_text(sheet, lyt_quality_name(q, i, language));
        lyt_sheet_add(sheet, (double)f.messages);
        lyt_sheet_add(sheet, (double)f.said);
        lyt_sheet_add(sheet, (double)f.right);
        lyt_sheet_add(sheet, f.said ? f.precision : NAN);
        lyt_sheet_add(sheet, f.messages ? f.recall : NAN);
        lyt_sheet_add(sheet, f.messages || f.said ? f.f1 : NAN);
    }
}

void lyt_quality_bins(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                      lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"from", {"From", "Fra"}, LYT_COLUMN_REAL},
        {"to", {"To", "Til"}, LYT_COLUMN_REAL},
        {"n", {"Probabilities", "Sandsynligheder"}, LYT_COLUMN_COUNT},
        {"mean", {"Their mean", "Deres middel"}, LYT_COLUMN_REAL},
        {"right", {"Share that is true", "Andel der er sand"}, LYT_COLUMN_REAL},
    };

    (void)language;
    lyt_sheet_init(sheet, alloc, "calibration",
                   (lyt_bi){"Calibration: is 0.8 right in eight of ten?",
                            "Kalibrering: er 0,8 rigtigt i otte af ti?"},
                   COLUMNS(columns));
    for (size_t i = 0; i < lyt_measure_bins(q->measure); i++) {
        const lyt_reliability bin = lyt_measure_bin(q->measure, i);

        lyt_sheet_add(sheet, bin.from);
        lyt_sheet_add(sheet, bin.to);
        lyt_sheet_add(sheet, (double)bin.n);
        lyt_sheet_add(sheet, bin.n ? bin.mean : NAN);
        lyt_sheet_add(sheet, bin.n ? (double)bin.right / (double)bin.n : NAN);
    }
}

enum { all_mistakes_max = 2000 }; /* what a page can hold and a person would read */

static void add_mistakes(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                         size_t max, lyt_bi title, lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"truth", {"There", "Sandt"}, LYT_COLUMN_TEXT},
        {"said", {"Said", "Sagt"}, LYT_COLUMN_TEXT},
        {"messages", {"Messages", "Beskeder"}, LYT_COLUMN_COUNT},
    };
    lyt_mistake *mistakes = lyt_mem_array(alloc, max + 1, sizeof *mistakes);
    size_t n = mistakes ? lyt_confusion_mistakes(q->confusion, mistakes, max) : 0;

    lyt_sheet_init(sheet, alloc, "mistakes", title, COLUMNS(columns));
    if (!mistakes)
        sheet->status = LYT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        lyt_sheet_add_text(sheet, lyt_quality_name(q, mistakes[i].truth, language));
        lyt_sheet_add_text(sheet, lyt_quality_name(q, mistakes[i].said, language));
        lyt_sheet_add(sheet, (double)mistakes[i].n);
    }
    lyt_mem_free(alloc, mistakes);
}

void lyt_quality_mistakes(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                          lyt_sheet *sheet)
{
    add_mistakes(q, language, alloc, lyt_quality_mistakes_max,
                 (lyt_bi){"The most frequent mistakes", "De hyppigste fejl"}, sheet);
}

void lyt_quality_all_mistakes(const lyt_quality *q, lyt_page_language language,
                              const lyt_alloc *alloc, lyt_sheet *sheet)
{
    size_t n = lyt_confusion_labels(q->confusion) + 1, all = n * n;

    add_mistakes(q, language, alloc, all < all_mistakes_max ? all : all_mistakes_max,
                 (lyt_bi){"Mistakes, the most frequent first", "Fejl, de hyppigste først"}, sheet);
}

void lyt_quality_recall(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                        lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"recall", {"Recall", "Genkendelse"}, LYT_COLUMN_REAL},
        {"precision", {"Precision", "Præcision"}, LYT_COLUMN_REAL},
        {"threshold", {"Threshold", "Tærskel"}, LYT_COLUMN_REAL},
    };

    (void)language;
    lyt_sheet_init(sheet, alloc, "curve",
                   (lyt_bi){"What finding so much costs", "Hvad det koster at finde så meget"},
                   COLUMNS(columns));
    for (int i = 1; i <= lyt_quality_recalls; i++) {
        const lyt_cut cut = lyt_sweep_reaching(q->sweep, (double)i / lyt_quality_recalls);

        lyt_sheet_add(sheet, cut.there ? lyt_cut_recall(&cut) : NAN);
        lyt_sheet_add(sheet, cut.said ? lyt_cut_precision(&cut) : NAN);
        lyt_sheet_add(sheet, cut.said ? cut.threshold : NAN);
    }
}

void lyt_quality_sweep(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                       lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"threshold", {"Threshold", "Tærskel"}, LYT_COLUMN_REAL},
        {"said", {"Said", "Sagt"}, LYT_COLUMN_COUNT},
        {"right", {"Right", "Rigtige"}, LYT_COLUMN_COUNT},
        {"precision", {"Precision", "Præcision"}, LYT_COLUMN_REAL},
        {"recall", {"Recall", "Genkendelse"}, LYT_COLUMN_REAL},
        {"f1", {"F1", "F1"}, LYT_COLUMN_REAL},
    };

    (void)language;
    lyt_sheet_init(
        sheet, alloc, "thresholds",
        (lyt_bi){"If one threshold stood for all labels", "Hvis én tærskel gjaldt for alle mærker"},
        COLUMNS(columns));
    for (int i = 1; i <= lyt_quality_thresholds; i++) {
        const lyt_cut cut = lyt_sweep_cut(q->sweep, i / 20.0);

        lyt_sheet_add(sheet, cut.threshold);
        lyt_sheet_add(sheet, (double)cut.said);
        lyt_sheet_add(sheet, (double)cut.right);
        lyt_sheet_add(sheet, cut.said ? lyt_cut_precision(&cut) : NAN);
        lyt_sheet_add(sheet, cut.there ? lyt_cut_recall(&cut) : NAN);
        lyt_sheet_add(sheet, cut.said || cut.there ? lyt_cut_f1(&cut) : NAN);
    }
}

/* The buffer as a cell; it is emptied, and would forget that it failed. */
static void take_text(lyt_sheet *sheet, lyt_buf *text)
{
    lyt_sheet_add_text(sheet, lyt_buf_str(text));
    if (!sheet->status)
        sheet->status = text->status;
    lyt_buf_reset(text);
}

void lyt_quality_worst(const lyt_quality *q, lyt_page_language language, const lyt_alloc *alloc,
                       lyt_sheet *sheet)
{
    static const lyt_column columns[] = {
        {"message", {"Message", "Besked"}, LYT_COLUMN_COUNT},
        {"text", {"Words", "Ord"}, LYT_COLUMN_TEXT},
        {"truth", {"There", "Sandt"}, LYT_COLUMN_TEXT},
        {"said", {"Said", "Sagt"}, LYT_COLUMN_TEXT},
        {"surprise", {"Surprise", "Overraskelse"}, LYT_COLUMN_REAL},
        {"evidence", {"Evidence", "Belæg"}, LYT_COLUMN_TEXT},
    };
    lyt_buf text;

    lyt_buf_init(&text, alloc);
    lyt_sheet_init(sheet, alloc, "worst", (lyt_bi){"The worst errors", "De værste fejl"},
                   COLUMNS(columns));
    for (size_t i = 0; i < q->n_worst; i++) {
        const lyt_wrong *wrong = &q->worst[i];

        lyt_sheet_add(sheet, (double)wrong->number);
        lyt_sheet_add_text(sheet, wrong->text);
        lyt_quality_names(q, wrong->truth, language, &text);
        take_text(sheet, &text);
        lyt_quality_names(q, wrong->said, language, &text);
        take_text(sheet, &text);
        lyt_sheet_add(sheet, wrong->surprise);
        lyt_quality_clues(q, wrong, language, &text);
        take_text(sheet, &text);
    }
    lyt_buf_deinit(&text);
}
