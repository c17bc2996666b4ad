/*
 * lyt_gammu_receive: an SMS that a modem on the spot received, as gammu-smsd hands it to the
 * program of its RunOnReceive: in variables of the environment. It has joined long messages
 * already, unless it could not; then the parts there are make the message.
 *
 * Threads   pure but for what `get` does.
 */
#ifndef LYT_GAMMUIN_H
#define LYT_GAMMUIN_H

#include "inbound.h"

typedef struct lyt_gammu_env {
    const char *(*get)(void *context, const char *name); /* NULL: there is none of that name */
    void *context;
    const char *const *ids; /* what gammu-smsd calls the message, behind the program's own words */
    size_t n_ids;
    lyt_str to; /* our number, when there is one */
} lyt_gammu_env;

/*
 * out: in the arena, cleaned and settled like what lyt_gateway_receive() gives. LYT_EFORMAT: these
 * are no variables of gammu-smsd. LYT_ENOTFOUND: no text in it, as of a delivery report.
 * LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_gammu_receive(lyt_inbound *out, const lyt_gammu_env *env,
                                          const lyt_gateway_config *config, int64_t now_us,
                                          lyt_arena *arena, lyt_error *err);

#endif
