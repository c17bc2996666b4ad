/*
 * lyt_outbox_dry: what would go out, without sending it: one notice that is made up, or all
 * ways checked. Needs no service and shows no secret.
 *
 * Threads   one at a time.
 */
#ifndef LYT_OUTBOX_DRY_H
#define LYT_OUTBOX_DRY_H

#include "deskfile.h"

typedef struct lyt_outbox_dry {
    const char *settings, *pack; /* which file; see deskfile.h */
    const char *place, *scenario, *who, *language;
    int64_t severity;
    bool json;
} lyt_outbox_dry;

/* What `event` would look like on that way. */
lyt_exit lyt_outbox_dry_try(const lyt_call *call, const lyt_outbox_dry *dry, const char *way,
                            const char *event);
/* Every way: its secret's file, and every text in both languages. */
lyt_exit lyt_outbox_dry_check(const lyt_call *call, const lyt_outbox_dry *dry);

#endif
