/*
 * lyt_replay: answers questions about what is stored: events since a number,
 * incidents, one feedback, how the service is.
 *
 * Threads   one at a time; reads with a store handle of its own.
 */
#ifndef LYT_REPLAY_H
#define LYT_REPLAY_H

#include "core.h"

/*
 * Writes the answer to a request into out, which is emptied first; a request that is
 * not understood or fails is answered {"error": …}. LYT_ENOMEM: there is no answer.
 */
LYT_MUST_USE lyt_status lyt_replay_answer(const lyt_core *core, lyt_store *store, lyt_str request,
                                          lyt_buf *out);

#endif
