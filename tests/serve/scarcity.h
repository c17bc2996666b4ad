/*
 * An allocator that all threads share: one call fails when it is told to. It counts what is
 * handed out, so that a test sees what was not given back.
 */
#ifndef LYT_SCARCITY_H
#define LYT_SCARCITY_H

#include <stdbool.h>

#include <lyt/alloc.h>

extern const lyt_alloc scarcity;

/* The n-th call from now on fails, once; 0: none does. */
void scarcity_fail(long n);
/* How many calls have failed, and were made; blocks that are handed out now. */
long scarcity_failed(void);
long scarcity_asked(void);
long scarcity_live(void);
/* Whether the call that is to fail is still to come. */
bool scarcity_waits(void);

#endif
