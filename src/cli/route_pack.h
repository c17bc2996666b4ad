/*
 * lyt_route_pack: a house's settings against the pack that they are for: what one names and the
 * other does not have.
 *
 * Threads   one at a time.
 */
#ifndef LYT_ROUTE_PACK_H
#define LYT_ROUTE_PACK_H

#include "command.h"
#include "pack.h"
#include "settings.h"

/* The pack that the settings name. The caller's, also after a failure (NULL then). Complains. */
lyt_exit lyt_route_pack_load(const lyt_call *call, const lyt_settings *settings, lyt_pack **out);

/*
 * Teams and scenarios that are named and not there, and messages to guests that could not go out.
 * Complains of each; returns how many.
 */
size_t lyt_route_pack_compare(const lyt_call *call, const lyt_settings *settings,
                              const lyt_pack *pack);

/*
 * "; did you mean 'room-too-cold'?", or nothing: the scenario of the pack whose id is most like it.
 * Into room; returns it.
 */
const char *lyt_route_pack_near(char room[96], const lyt_pack *pack, const char *id);

#endif
