#include "correctionlog.h"

#include <stdio.h>

#include "json.h"
#include "submission.h"

enum { page_max = 1000 };

typedef struct walk {
    lyt_corrected_fn each;
    void *user;
    int64_t since;
    size_t n;
    lyt_error *err;
} walk;

static lyt_status read_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    walk *w = user;
    lyt_corrected c = {.seq = seq};
    lyt_json *event = NULL;
    const lyt_json *scenarios;
    lyt_status status = lyt_json_parse(&event, json, lyt_submission_max, w->err);

    (void)at_us;
    (void)topic;
    if (status)
        return status;
    c.feedback = lyt_json_number(event, "feedback");
    (void)lyt_json_bool(lyt_json_get(event, "undone"), &c.undone);
    scenarios = lyt_json_get(event, "scenarios");
    for (size_t i = 0; i < lyt_json_len(scenarios) && c.n_scenarios < lyt_corrected_scenarios_max;
         i++)
        c.n_scenarios += lyt_json_str(lyt_json_at(scenarios, i), &c.scenarios[c.n_scenarios]);
    status = w->each(w->user, &c);
    lyt_json_free(event);
    if (!status) {
        w->since = seq;
        w->n++;
    }
    return status;
}

lyt_status lyt_corrected_each(lyt_store *store, int64_t since, lyt_corrected_fn each, void *user,
                              lyt_error *err)
{
    walk w = {.each = each, .user = user, .since = since, .err = err};
    lyt_status status;

    do {
        w.n = 0;
        status = lyt_store_each_event(store, w.since, LYT_STR("correction."), page_max, read_event,
                                      &w, err);
    } while (!status && w.n == page_max);
    return status;
}

void lyt_lesson_id(char out[lyt_lesson_id_bytes], int64_t feedback)
{
    snprintf(out, lyt_lesson_id_bytes, "%019lld", (long long)feedback);
}
