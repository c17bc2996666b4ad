/* lyt_incident_show: incidents as people read them: one line each, and all that is known of one. */
#ifndef LYT_INCIDENT_SHOW_H
#define LYT_INCIDENT_SHOW_H

#include "houseline.h"
#include "housewords.h"

/* The line of a list. row: a member of "incidents". */
void lyt_incident_row(lyt_buf *out, const lyt_json *row, const lyt_housewords *words);

/*
 * Asks for the incident, in a house with settings also for its clocks, offers and promises, and
 * prints it with its history and what guests wrote, in the time of the house.
 */
lyt_exit lyt_incident_show(const lyt_call *call, const lyt_houseline *line, int64_t incident,
                           const char *by, bool json);

#endif
