/*
 * Links in what guests are told: the pack's messages and the house's own words. One that leads
 * nowhere sends somebody who was let down before into a dead end, so `lyt route check` looks at
 * each: always at its form, and when it is asked to, whether something answers there.
 *
 * Threads   one; asking blocks, ten seconds a link at most.
 */
#ifndef LYT_GUESTLINKS_H
#define LYT_GUESTLINKS_H

#include "command.h"
#include "pack.h"
#include "settings.h"

typedef struct lyt_guestlinks_options {
    bool asks;
    const char *ca; /* whose certificates count; NULL: the system's */
} lyt_guestlinks_options;

/* Complains of each link that is wrong; returns how many. *n: how many there are. */
size_t lyt_guestlinks_check(const lyt_call *call, const lyt_settings *settings,
                            const lyt_pack *pack, const lyt_guestlinks_options *how, size_t *n);

/* The next link in the text from *at on, which goes behind it; empty: there is none. */
lyt_str lyt_guestlinks_next(lyt_str text, size_t *at);
/* What is wrong with its form; NULL: nothing. Static storage. */
const char *lyt_guestlinks_fault(lyt_str link);

#endif
