/* What the files of `lyt pack` share: cmd_pack.c has the row, cmd_pack_<verb>.c the verbs. */
#ifndef LYT_CMD_PACK_H
#define LYT_CMD_PACK_H

#include "datapaths.h"
#include "json.h"

typedef struct pack_values {
    const char *output, *from, *property, *state, *version;
    bool json, names;
} pack_values;

typedef struct pack_state {
    const lyt_call *call;
    const pack_values *values;
    lyt_datapaths paths;
    lyt_log log;
    lyt_buf out;
    lyt_jw jw;
    const lyt_pack *pack; /* in hand */
} pack_state;

/* A pack by name or folder; LYT_OK: the caller frees it. */
LYT_MUST_USE lyt_status lyt_cmd_pack_load(pack_state *state, const char *name, lyt_pack **out,
                                          lyt_error *err);
/* The same without what is learned, which is enough to show and to compare what is written. */
LYT_MUST_USE lyt_status lyt_cmd_pack_texts(pack_state *state, const char *name, lyt_pack **out,
                                           lyt_error *err);
/* Writes state->out and empties it. */
void lyt_cmd_pack_write(pack_state *state);

lyt_exit lyt_cmd_pack_check(pack_state *state);
lyt_exit lyt_cmd_pack_diff(pack_state *state);
lyt_exit lyt_cmd_pack_new(pack_state *state);
lyt_exit lyt_cmd_pack_show(pack_state *state);
/* The scenarios of a pack as they count at the property that was asked for. */
void lyt_cmd_pack_show_scenarios(pack_state *state, const lyt_pack *pack);
lyt_exit lyt_cmd_pack_show_version(pack_state *state);
lyt_exit lyt_cmd_pack_versions(pack_state *state);

#endif
