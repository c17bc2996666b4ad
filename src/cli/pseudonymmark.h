/*
 * lyt_pseudonyms_check: whether the pseudonyms of a state folder and those that new messages get are
 * made with the same keys. With others every guest would be somebody else from now on, and whoever
 * wants no messages would get them.
 *
 * Threads   one at a time.
 */
#ifndef LYT_PSEUDONYMMARK_H
#define LYT_PSEUDONYMMARK_H

#include "secret.h"

/*
 * state: a folder with a database, whose service may run. Where it does not say yet with which keys
 * it was made, it says so from now on. keys->n 0: there are no pseudonyms, and all is well.
 * LYT_ESTATE: the keys are others; err says what to do. Else as lyt_statefile_open().
 */
LYT_MUST_USE lyt_status lyt_pseudonyms_check(const char *state, const lyt_secrets *keys,
                                             lyt_error *err);

#endif
