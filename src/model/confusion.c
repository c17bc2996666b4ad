#include "confusion.h"

#include "mem.h"

struct lyt_confusion {
    const lyt_alloc *alloc;
    size_t n_labels;
    uint64_t *cells; /* (n_labels + 1) squared, a row a true label */
};

lyt_status lyt_confusion_new(lyt_confusion **out, const lyt_alloc *alloc, size_t n_labels)
{
    lyt_confusion *c = lyt_mem_new(alloc, sizeof *c);

    if (!c)
        return LYT_ENOMEM;
    c->alloc = alloc;
    c->n_labels = n_labels;
    c->cells = lyt_mem_array(alloc, (n_labels + 1) * (n_labels + 1), sizeof *c->cells);
    if (!c->cells) {
        lyt_mem_free(alloc, c);
        return LYT_ENOMEM;
    }
    *out = c;
    return LYT_OK;
}

void lyt_confusion_free(lyt_confusion *confusion)
{
    if (!confusion)
        return;
    lyt_mem_free(confusion->alloc, confusion->cells);
    lyt_mem_free(confusion->alloc, confusion);
}

static void count(lyt_confusion *c, size_t truth, size_t said)
{
    c->cells[truth * (c->n_labels + 1) + said]++;
}

void lyt_confusion_add(lyt_confusion *c, const bool *truth, const bool *said)
{
    const size_t none = c->n_labels;
    size_t missed = 0, wrong = 0, right = 0;

    for (size_t i = 0; i < none; i++) {
        missed += truth[i] && !said[i];
        wrong += said[i] && !truth[i];
        right += said[i] && truth[i];
        if (said[i] && truth[i])
            count(c, i, i);
    }
    if (!missed && !wrong && !right)
        count(c, none, none);
    for (size_t i = 0; i <= none; i++) {
        if (i < none ? !truth[i] || said[i] : missed > 0)
            continue;
        for (size_t j = 0; j <= none; j++) {
            bool is_there = j < none ? said[j] && !truth[j] : wrong == 0 && i < none;

            if (is_there)
                count(c, i, j);
        }
    }
}

size_t lyt_confusion_labels(const lyt_confusion *confusion)
{
    return confusion->n_labels;
}

uint64_t lyt_confusion_at(const lyt_confusion *confusion, size_t truth, size_t said)
{
    return confusion->cells[truth * (confusion->n_labels + 1) + said];
}

size_t lyt_confusion_mistakes(const lyt_confusion *c, lyt_mistake *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i <= c->n_labels; i++) {
        for (size_t j = 0; j <= c->n_labels; j++) {
            lyt_mistake mistake = {i, j, lyt_confusion_at(c, i, j)};
            size_t at = n;

            if (i == j || !mistake.n)
                continue;
            while (at > 0 && out[at - 1].n < mistake.n)
                at--;
            if (at == max)
                continue;
            n += n < max;
            for (size_t k = n - 1; k > at; k--)
                out[k] = out[k - 1];
            out[at] = mistake;
        }
    }
    return n;
}
