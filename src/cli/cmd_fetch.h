/* What the files of `lyt fetch` share: cmd_fetch.c has the row and SurveyMonkey's lists,
 * cmd_fetch_waiting.c what gateways heard of. */
#ifndef LYT_CMD_FETCH_H
#define LYT_CMD_FETCH_H

#include "command.h"

typedef struct lyt_fetch_values {
    bool dry_run, follow, json;
    double timeout;
    const char *api, *ca, *channels, *cursor, *key, *place, *property, *pseudonyms, *server_key,
        *state, *submit, *survey, *token;
} lyt_fetch_values;

lyt_exit lyt_cmd_fetch_waiting(const lyt_call *call);

#endif
