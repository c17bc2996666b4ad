/* A sound database for fuzzers: rows in every table, some with text that takes pages of its own. */
#ifndef LYT_FUZZ_STOREFILL_H
#define LYT_FUZZ_STOREFILL_H

#include "store.h"

enum { storefill_rows = 24 };

/* Rows from (counted from 0) up to `to`, each in a transaction of its own. Aborts when one fails.
 */
void storefill(lyt_store *store, int from, int to);

#endif
