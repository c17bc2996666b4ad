/* What houseask.c (guests and triggers) and houseask_desk.c (incidents) share. */
#ifndef LYT_HOUSEASK_INNER_H
#define LYT_HOUSEASK_INNER_H

#include "houseask.h"

/* "proposals" and "never" of that guest after that failure. */
void lyt_houseask_proposals(const lyt_houseask *ask, const lyt_notes *notes, lyt_str guest,
                            lyt_str scenario);

bool lyt_houseask_is_hidden(const lyt_houseask *ask, const lyt_case *c);

lyt_status lyt_houseask_case(const lyt_houseask *ask);
lyt_status lyt_houseask_board(const lyt_houseask *ask);
lyt_status lyt_houseask_fixes(const lyt_houseask *ask);
lyt_status lyt_houseask_gestures(const lyt_houseask *ask);
lyt_status lyt_houseask_recovery(const lyt_houseask *ask);

#endif
