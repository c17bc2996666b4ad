#include "eval_worst.h"

#include <string.h>

#include "mem.h"

lyt_status lyt_eval_worst_init(lyt_eval_worst *worst, const lyt_alloc *alloc, size_t max,
                               size_t n_labels)
{
    *worst = (lyt_eval_worst){.alloc = alloc, .max = max, .n_labels = n_labels};
    worst->items = lyt_mem_array(alloc, max + 1, sizeof *worst->items);
    worst->labels = lyt_mem_array(alloc, (max + 1) * (n_labels + 1) * 2, sizeof *worst->labels);
    if (worst->items && worst->labels)
        return LYT_OK;
    lyt_eval_worst_deinit(worst);
    return LYT_ENOMEM;
}

void lyt_eval_worst_deinit(lyt_eval_worst *worst)
{
    lyt_mem_free(worst->alloc, worst->items);
    lyt_mem_free(worst->alloc, worst->labels);
    *worst = (lyt_eval_worst){.alloc = worst->alloc};
}

/* Below 0: nothing is wrong. A label the judge does not know has probability 0. */
static double surprise_of(const lyt_eval_worst *worst, const bool *truth, const bool *said,
                          const double *probability)
{
    double most = -1;

    for (size_t i = 0; i < worst->n_labels; i++) {
        double p = probability[i] > 0 ? probability[i] : 0, surprise = truth[i] ? 1 - p : p;

        if (truth[i] != said[i] && surprise > most)
            most = surprise > 0 ? surprise : 0;
    }
    return most;
}

void lyt_eval_worst_add(lyt_eval_worst *worst, size_t number, lyt_str text, const bool *truth,
                        const bool *said, const double *probability)
{
    double surprise = surprise_of(worst, truth, said, probability);
    size_t at = worst->n, stride = 2 * (worst->n_labels + 1);
    bool *labels;

    if (surprise < 0)
        return;
    worst->n_wrong++;
    while (at > 0 && worst->items[at - 1].surprise < surprise)
        at--;
    if (at == worst->max)
        return;
    /* the place of the one that falls out, or the next that is free */
    labels = worst->n < worst->max
                 ? worst->labels + worst->n * stride
                 : worst->labels + (size_t)(worst->items[worst->n - 1].truth - worst->labels);
    worst->n += worst->n < worst->max;
    memmove(&worst->items[at + 1], &worst->items[at], (worst->n - 1 - at) * sizeof *worst->items);
    memcpy(labels, truth, worst->n_labels * sizeof *labels);
    memcpy(labels + worst->n_labels, said, worst->n_labels * sizeof *labels);
    worst->items[at] = (lyt_wrong){.number = number,
                                   .text = text,
                                   .truth = labels,
                                   .said = labels + worst->n_labels,
                                   .surprise = surprise};
}
