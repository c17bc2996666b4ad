/*
 * A week of a house, by hand, in a store of its own: what the tests of reports count. Minutes
 * count from Monday, 2026-11-23 00:00 in Copenhagen.
 */
#ifndef LYT_STAYBOOK_H
#define LYT_STAYBOOK_H

#include "chronicle.h"
#include "sums.h"
#include "testing.h"

typedef struct staybook {
    char folder[64], path[96];
    lyt_store *store;
    lyt_zone *zone;
    lyt_extent week;
} staybook;

/* has_desk: a house with settings, kept as facts; else a service without. */
void staybook_init(staybook *s, bool has_desk);
void staybook_deinit(staybook *s);
int64_t staybook_us(int64_t minute);
/* Fails the test when it cannot be read. */
lyt_chronicle *staybook_read(const staybook *s);

#endif
