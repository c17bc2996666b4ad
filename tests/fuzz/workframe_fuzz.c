/* The input as a frame between worker and dispatch; what is read of it lies within it. */
#include <stdint.h>
#include <stdlib.h>

#include "submission.h"
#include "utf8.h"
#include "workframe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(lyt_str text, size_t max_bytes)
{
    if (text.len > max_bytes || lyt_utf8_check(text, NULL))
        abort();
}

static lyt_status on_work(void *user, const lyt_work_item *item)
{
    (void)user;
    check_text(item->text, lyt_text_max);
    check_text(item->place, lyt_place_max);
    return LYT_OK;
}

static lyt_status on_done(void *user, const lyt_done_item *item, lyt_str part)
{
    lyt_done_item *again = user;

    if (lyt_workframe_get_done_item(again, part) || again->id != item->id ||
        again->judgement.n_failures != item->judgement.n_failures)
        abort();
    for (size_t i = 0; !item->failed && i < item->judgement.n_failures; i++) {
        const lyt_judged_failure *f = &item->judgement.failures[i];

        check_text(f->scenario, lyt_place_max);
        check_text(f->team, lyt_place_max);
        if (!(f->probability >= 0 && f->probability <= 1) || f->severity < 0 || f->severity > 4)
            abort();
        for (size_t w = 0; w < f->n_words; w++)
            check_text(f->words[w], lyt_judged_word_bytes);
    }
    return LYT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str frame = {(const char *)data, size};
    lyt_done_item *again = calloc(1, sizeof *again);
    lyt_workframe_type type;
    lyt_work_ready ready;
    uint64_t pack, base;
    lyt_str lessons;

    if (again && !lyt_workframe_type_of(frame, &type)) {
        if (!lyt_workframe_get_ready(frame, &ready) &&
            (ready.credit < 1 || ready.credit > lyt_work_credit_max))
            abort();
        if (!lyt_workframe_get_lessons(frame, &pack, &base, &lessons) && lessons.len > size)
            abort();
        (void)!lyt_workframe_each_work(frame, on_work, NULL);
        (void)!lyt_workframe_each_done(frame, on_done, again);
    }
    free(again);
    return 0;
}
