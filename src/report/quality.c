#include "quality.h"

#include "quality_sheets.h"

static void add_sheet(const lyt_quality *q, lyt_quality_sheet make, lyt_buf *out)
{
    lyt_sheet sheet;

    make(q, LYT_PAGE_EN, out->alloc, &sheet);
    if (lyt_sheet_rows(&sheet)) {
        lyt_buf_add_char(out, '\n');
        lyt_sheet_text(&sheet, LYT_PAGE_EN, out);
    }
    if (!out->status)
        out->status = sheet.status;
    lyt_sheet_deinit(&sheet);
}

static void add_wrong(const lyt_quality *q, const lyt_wrong *wrong, lyt_buf *out)
{
    lyt_buf_addf(out, "%8zu  \"", wrong->number);
    lyt_plain_add(out, wrong->text);
    lyt_buf_add_text(out, "\"\n          there ");
    lyt_quality_names(q, wrong->truth, LYT_PAGE_EN, out);
    lyt_buf_add_text(out, "; said ");
    lyt_quality_names(q, wrong->said, LYT_PAGE_EN, out);
    lyt_buf_add_text(out, "; surprise ");
    lyt_number_add(out, wrong->surprise, 3, LYT_PAGE_EN);
    lyt_buf_add_char(out, '\n');
    if (!wrong->n_clues)
        return;
    lyt_buf_add_text(out, "          ");
    lyt_quality_clues(q, wrong, LYT_PAGE_EN, out);
    lyt_buf_add_char(out, '\n');
}

void lyt_quality_text(const lyt_quality *quality, lyt_buf *out)
{
    lyt_measure_table(quality->measure, out);
    add_sheet(quality, lyt_quality_bins, out);
    add_sheet(quality, lyt_quality_mistakes, out);
    lyt_buf_addf(out, "\nMessages judged wrongly: %zu", quality->n_wrong);
    if (quality->n_worst)
        lyt_buf_addf(out, "; the worst %zu", quality->n_worst);
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < quality->n_worst; i++)
        add_wrong(quality, &quality->worst[i], out);
}

static void jw_sheet(const lyt_quality *q, lyt_quality_sheet make, lyt_jw *jw)
{
    lyt_sheet sheet;

    make(q, LYT_PAGE_EN, jw->out->alloc, &sheet);
    lyt_sheet_json(&sheet, jw);
    lyt_sheet_deinit(&sheet);
}

static void jw_confusion(const lyt_quality *q, lyt_jw *jw)
{
    size_t n = lyt_confusion_labels(q->confusion);

    lyt_jw_key(jw, "confusion");
    lyt_jw_object(jw);
    lyt_jw_key(jw, "labels");
    lyt_jw_array(jw);
    for (size_t i = 0; i <= n; i++)
        lyt_jw_str(jw, lyt_quality_name(q, i, LYT_PAGE_EN));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "counts");
    lyt_jw_array(jw);
    for (size_t i = 0; i <= n; i++) {
        lyt_jw_array(jw);
        for (size_t j = 0; j <= n; j++)
            lyt_jw_int(jw, (int64_t)lyt_confusion_at(q->confusion, i, j));
        lyt_jw_array_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

static void jw_labels(const lyt_quality *q, const char *key, const bool *labels, lyt_jw *jw)
{
    lyt_jw_key(jw, key);
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_measure_labels(q->measure); i++)
        if (labels[i])
            lyt_jw_str(jw, lyt_quality_name(q, i, LYT_PAGE_EN));
    lyt_jw_array_end(jw);
}

static void jw_wrong(const lyt_quality *q, const lyt_wrong *wrong, lyt_jw *jw)
{
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "message", (int64_t)wrong->number);
    lyt_jw_kstr(jw, "text", wrong->text);
    jw_labels(q, "truth", wrong->truth, jw);
    jw_labels(q, "said", wrong->said, jw);
    lyt_jw_kreal(jw, "surprise", wrong->surprise, 6);
    lyt_jw_key(jw, "evidence");
    lyt_jw_array(jw);
    for (size_t i = 0; i < wrong->n_clues; i++) {
        const lyt_clue *clue = &wrong->clues[i];

        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "label", lyt_quality_name(q, clue->label, LYT_PAGE_EN));
        lyt_jw_kstr(jw, "text", clue->words);
        lyt_jw_kstr(jw, "feature", clue->feature);
        lyt_jw_kreal(jw, "weight", clue->weight, 6);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

void lyt_quality_json(const lyt_quality *quality, lyt_jw *jw)
{
    lyt_measure_members(quality->measure, jw);
    lyt_jw_kreal(jw, "average_precision", lyt_sweep_average_precision(quality->sweep), 6);
    jw_sheet(quality, lyt_quality_bins, jw);
    jw_confusion(quality, jw);
    jw_sheet(quality, lyt_quality_mistakes, jw);
    jw_sheet(quality, lyt_quality_sweep, jw);
    lyt_jw_kint(jw, "wrong", (int64_t)quality->n_wrong);
    lyt_jw_key(jw, "worst");
    lyt_jw_array(jw);
    for (size_t i = 0; i < quality->n_worst; i++)
        jw_wrong(quality, &quality->worst[i], jw);
    lyt_jw_array_end(jw);
}
