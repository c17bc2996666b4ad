/*
 * lyt_journey: the steps of a guest's way through the house, and at which of them each kind of
 * failure happens, as a pack names them.
 *
 * Lifetime  lyt_journey_of() to lyt_journey_deinit(); texts are borrowed from the pack.
 * Threads   never changes after; any number may read.
 */
#ifndef LYT_JOURNEY_H
#define LYT_JOURNEY_H

#include "pack.h"
#include "sheet.h"

typedef struct lyt_journey {
    const lyt_alloc *alloc;
    size_t n_steps;
    lyt_bi steps[lyt_steps_max]; /* their names */
    const char *ids[lyt_steps_max];
    struct lyt_journey_row {
        const char *scenario;
        int step; /* -1: none is named */
    } *rows;      /* by scenario */
    size_t n_rows;
} lyt_journey;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_journey_of(lyt_journey *out, const lyt_alloc *alloc,
                                       const lyt_pack *pack);
void lyt_journey_deinit(lyt_journey *journey);

/* -1: none, or no such scenario. */
int lyt_journey_step(const lyt_journey *journey, lyt_str scenario);
/* The step of that id; -1: none. */
int lyt_journey_find(const lyt_journey *journey, lyt_str id);

#endif
