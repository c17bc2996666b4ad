/* lyt_incident_choices: what may be said and given in an incident, by whom, for `lyt incident`. */
#ifndef LYT_INCIDENT_CHOICES_H
#define LYT_INCIDENT_CHOICES_H

#include "houseline.h"

typedef struct lyt_choices {
    lyt_houseline line;
    const char *pack; /* whose messages are shown */
    const char *by;
    int64_t incident, language; /* as LYT_HOUSEWORDS_LANGUAGE left it */
    bool json;
} lyt_choices;

lyt_exit lyt_incident_choices(const lyt_call *call, const lyt_choices *choices);

#endif
