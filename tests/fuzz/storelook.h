/* Everything that reads a store, and everything that writes to one, by number, for fuzzers. */
#ifndef LYT_FUZZ_STORELOOK_H
#define LYT_FUZZ_STORELOOK_H

#include "store.h"

size_t storelook_size(void);
/* The first so many only read; the first so many of those are quick. */
size_t storelook_readers(void);
size_t storelook_light(void);
/* Asks the store; what comes of it is looked at to the last byte. Aborts on a promise broken. */
void storelook(lyt_store *store, size_t which);
/* A failure is to say why, and a damaged database which one. */
void storelook_check(lyt_status status, const lyt_error *err);

#endif
