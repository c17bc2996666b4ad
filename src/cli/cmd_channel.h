/*
 * What the verbs of `lyt channel` share.
 */
#ifndef LYT_CMD_CHANNEL_H
#define LYT_CMD_CHANNEL_H

#include "channelfile.h"
#include "command.h"
#include "json.h"

typedef struct channel_values {
    bool json, numbers;
    const char *at;
} channel_values;

typedef struct channel_state {
    const lyt_call *call;
    const channel_values *values;
    const char *lexicons;
    lyt_buf out;
    lyt_jw jw;
} channel_state;

lyt_exit lyt_cmd_channel_try(channel_state *state);

#endif
