/*
 * lyt_guestwords: what the scenarios of a pack say to guests, in every language, copied when the
 * service starts: a reload may give the pack back at any time.
 *
 * Lifetime  lyt_guestwords_new() to lyt_guestwords_free(); texts live with it.
 * Threads   never changes; any number may read.
 */
#ifndef LYT_GUESTWORDS_H
#define LYT_GUESTWORDS_H

#include "classify.h"

typedef struct lyt_guestwords lyt_guestwords;

/* classifier NULL, or one without a pack: nothing is said. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_guestwords_new(lyt_guestwords **out, const lyt_alloc *alloc,
                                           const lyt_classifier *classifier);
/* NULL is accepted, also below. */
void lyt_guestwords_free(lyt_guestwords *words);

/*
 * The scenario's message of that id (empty: its first; then *id is which) in a language ("da").
 * NULL: there is none.
 */
const char *lyt_guestwords_find(const lyt_guestwords *words, lyt_str scenario, lyt_str *id,
                                lyt_str language);

/* Whether the pack has an amount of money among what makes up for that failure. */
bool lyt_guestwords_pays(const lyt_guestwords *words, lyt_str scenario);

#endif
