/*
 * What the pages of the staff show besides scenarios and incidents: the house's teams and
 * gestures, a scenario's limits, and the guest's own words on the board. As JSON.
 *
 * Threads   pure. Failures are the buffer's.
 */
#ifndef LYT_WEBHOUSE_H
#define LYT_WEBHOUSE_H

#include "pack.h"
#include "settings.h"

/* An object: the texts by the code of their language. */
void lyt_jw_texts(lyt_jw *jw, const lyt_lexis *lexis, const lyt_texts_by *texts);
/* A list: [{"team","name"}]. */
void lyt_jw_teams(lyt_jw *jw, const lyt_pack *pack);
/* A list of what may be given, and for which scenarios (none: for all); settings NULL: empty. */
void lyt_jw_gestures(lyt_jw *jw, const lyt_settings *settings);
/* A list of whom an incident may be handed to: [{"person","name"}]; settings NULL: empty. */
void lyt_jw_people(lyt_jw *jw, const lyt_settings *settings);
/* An object: the limits of the scenario, in minutes, without those that are not set. */
void lyt_jw_sla(lyt_jw *jw, const lyt_sla *sla);
/* A text: the beginning of it, whole letters only, and "…" where it goes on. */
void lyt_jw_beginning(lyt_jw *jw, lyt_str text);

#endif
