/*
 * What the pages for guests share: a file with gaps, {{name}}, that are filled in as text.
 *
 * Threads   the web actor's.
 */
#ifndef LYT_GUESTPAGE_H
#define LYT_GUESTPAGE_H

#include "webstate.h"

typedef struct lyt_gap {
    const char *name, *value;
} lyt_gap;

/* Answers with the page of that name. */
void lyt_guest_page(lyt_exchange *x, const char *name, const lyt_gap *gaps, size_t n);

#endif
