/* What care.c (orders) and care_event.c (what triggers find) share. */
#ifndef LYT_CARE_INSIDE_H
#define LYT_CARE_INSIDE_H

#include "care.h"

struct lyt_care {
    const lyt_alloc *alloc;
    const lyt_settings *settings;
    lyt_book *book;
    lyt_triggers *triggers;
    lyt_notes *notes;
    lyt_stays *stays;
};

lyt_watch lyt_care_watch(const lyt_care *care);

/* What a call did stays only when all of it did. */
typedef struct lyt_care_attempt {
    lyt_care *care;
    lyt_facts *out;
    size_t point, events, n;
} lyt_care_attempt;

lyt_care_attempt lyt_care_begin(lyt_care *care, lyt_facts *out);
lyt_status lyt_care_finish(const lyt_care_attempt *attempt, lyt_status status);
/* After what the watch makes of it. */
lyt_status lyt_care_follow(const lyt_care_attempt *attempt, lyt_status status, lyt_error *err);

/* Without what follows. */
LYT_MUST_USE lyt_status lyt_care_hear_it(lyt_care *care, const lyt_care_heard *heard,
                                         lyt_facts *out, int64_t *incident, lyt_error *err);
LYT_MUST_USE lyt_status lyt_care_offer(lyt_care *care, const lyt_act *act, lyt_str id,
                                       const lyt_giver *giver, lyt_facts *out,
                                       lyt_care_reply *reply, lyt_error *err);

#endif
