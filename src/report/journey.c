#include "journey.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static int by_scenario(const void *a, const void *b)
{
    const struct lyt_journey_row *x = a, *y = b;

    return strcmp(x->scenario, y->scenario);
}

/* In that language, else in English, else the id. */
static const char *name_in(const lyt_pack *pack, const lyt_step *step, lyt_str code)
{
    lyt_language wanted = lyt_lexis_find(lyt_pack_lexis(pack), code);
    lyt_language english = lyt_lexis_find(lyt_pack_lexis(pack), LYT_STR("en"));

    if (wanted >= 0 && step->name.by[wanted])
        return step->name.by[wanted];
    return english >= 0 && step->name.by[english] ? step->name.by[english] : step->id;
}

lyt_status lyt_journey_of(lyt_journey *out, const lyt_alloc *alloc, const lyt_pack *pack)
{
    size_t n = lyt_pack_scenarios(pack);

    memset(out, 0, sizeof *out);
    out->alloc = alloc;
    out->rows = lyt_mem_array(alloc, n + 1, sizeof *out->rows);
    if (!out->rows)
        return LYT_ENOMEM;
    out->n_steps = lyt_pack_steps(pack);
    for (size_t i = 0; i < out->n_steps; i++) {
        const lyt_step *step = lyt_pack_step(pack, i);

        out->ids[i] = step->id;
        out->steps[i] = (lyt_bi){name_in(pack, step, LYT_STR("en")),
                                 name_in(pack, step, LYT_STR("da"))};
    }
    for (size_t i = 0; i < n; i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(pack, i);

        out->rows[out->n_rows++] = (struct lyt_journey_row){scenario->id, scenario->step};
    }
    qsort(out->rows, out->n_rows, sizeof *out->rows, by_scenario);
    return LYT_OK;
}

void lyt_journey_deinit(lyt_journey *journey)
{
    lyt_mem_free(journey->alloc, journey->rows);
    memset(journey, 0, sizeof *journey);
}

int lyt_journey_step(const lyt_journey *journey, lyt_str scenario)
{
    size_t from = 0, to = journey->n_rows;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = lyt_str_compare(lyt_str_of(journey->rows[middle].scenario), scenario);

        if (order == 0)
            return journey->rows[middle].step;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

int lyt_journey_find(const lyt_journey *journey, lyt_str id)
{
    for (size_t i = 0; i < journey->n_steps; i++)
        if (lyt_str_equal(lyt_str_of(journey->ids[i]), id))
            return (int)i;
    return -1;
}
