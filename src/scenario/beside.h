/*
 * lyt_beside: which of several scenarios that a message seems to report stand beside
 * the surest one.
 *
 * A message that is plainly about one failure uses words that other failures are told
 * with, too. So a scenario beside a surer one needs words of its own - a rule of it that
 * fires where no failure rule of the surer one does - or must be as good as sure. What a
 * scenario `beats`, by its file, needs them however sure it is, and one that `yields` is
 * told only where nothing else is.
 *
 * Danger to people (severity 4) and scenarios on trial are left as they are.
 *
 * Threads   a pure function.
 */
#ifndef LYT_BESIDE_H
#define LYT_BESIDE_H

#include "classify.h"

/*
 * said[lyt_pack_scenarios()]: what seems to be reported; some of it is taken back.
 * scenarios: of lyt_pack_at().
 */
void lyt_beside_settle(const lyt_pack *pack, const lyt_scenario *scenarios,
                       const lyt_judged *reading, bool *said);

#endif
