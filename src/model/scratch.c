#include <string.h>

#include "mem.h"
#include "modelview.h"

/* What is kept of words' characters, by whom. */
enum { gram_records_bytes = 16 << 20, small_gram_records_bytes = 1 << 20 };

static lyt_status scratch_new(lyt_scratch **out, const lyt_alloc *alloc, const lyt_model *model,
                              size_t records_bytes_max)
{
    lyt_scratch *scratch = lyt_mem_new(alloc, sizeof *scratch);

    if (!scratch)
        return LYT_ENOMEM;
    scratch->alloc = alloc;
    lyt_features_init(&scratch->features, alloc);
    scratch->table = (lyt_row_table){model->rows, model->head->stride};
    lyt_tally_init(&scratch->tally, alloc);
    lyt_taught_view_init(&scratch->view, alloc);
    scratch->add_rows = lyt_rows_best();
    memcpy(scratch->idf + 1, model->head->idf + 1, sizeof scratch->idf - sizeof *scratch->idf);
    scratch->sum = lyt_mem_array(alloc, model->head->stride, sizeof *scratch->sum);
    scratch->part = lyt_mem_array(alloc, model->head->stride, sizeof *scratch->part);
    scratch->whole = lyt_mem_array(alloc, model->head->stride, sizeof *scratch->whole);
    scratch->margin = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->margin);
    scratch->bare = lyt_mem_array(alloc, model->head->n_outputs + 1, sizeof *scratch->bare);
    scratch->delta = lyt_mem_array(alloc, model->head->n_outputs + 1, sizeof *scratch->delta);
    scratch->z = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->z);
    scratch->power = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->power);
    scratch->soft = lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->soft);
    scratch->logit = lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->logit);
    scratch->probability =
        lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->probability);
    if (lyt_grams_init(&scratch->grams, alloc, model, records_bytes_max) || !scratch->sum ||
        !scratch->part || !scratch->whole || !scratch->margin || !scratch->bare ||
        !scratch->delta || !scratch->z || !scratch->power || !scratch->soft || !scratch->logit ||
        !scratch->probability) {
        lyt_scratch_free(scratch);
        return LYT_ENOMEM;
    }
    *out = scratch;
    return LYT_OK;
}

lyt_status lyt_scratch_new(lyt_scratch **out, const lyt_alloc *alloc, const lyt_model *model)
{
    return scratch_new(out, alloc, model, gram_records_bytes);
}

lyt_status lyt_scratch_new_small(lyt_scratch **out, const lyt_alloc *alloc, const lyt_model *model)
{
    return scratch_new(out, alloc, model, small_gram_records_bytes);
}

void lyt_scratch_free(lyt_scratch *scratch)
{
    if (!scratch)
        return;
    lyt_features_deinit(&scratch->features);
    lyt_tally_deinit(&scratch->tally);
    lyt_grams_deinit(&scratch->grams);
    lyt_mem_free(scratch->alloc, scratch->sum);
    lyt_mem_free(scratch->alloc, scratch->part);
    lyt_mem_free(scratch->alloc, scratch->whole);
    lyt_mem_free(scratch->alloc, scratch->elsewhere_rows);
    lyt_mem_free(scratch->alloc, scratch->elsewhere_x);
    lyt_mem_free(scratch->alloc, scratch->margin);
    lyt_mem_free(scratch->alloc, scratch->clause_sum);
    lyt_mem_free(scratch->alloc, scratch->clause_factor);
    lyt_mem_free(scratch->alloc, scratch->clause_margin);
    lyt_mem_free(scratch->alloc, scratch->clause_mood);
    lyt_taught_view_deinit(&scratch->view);
    lyt_mem_free(scratch->alloc, scratch->bare);
    lyt_mem_free(scratch->alloc, scratch->delta);
    lyt_mem_free(scratch->alloc, scratch->z);
    lyt_mem_free(scratch->alloc, scratch->power);
    lyt_mem_free(scratch->alloc, scratch->soft);
    lyt_mem_free(scratch->alloc, scratch->logit);
    lyt_mem_free(scratch->alloc, scratch->probability);
    lyt_mem_free(scratch->alloc, scratch);
}
