/*
 * What is asked of the outbox: {"request":"outbox"} with "way", "state", "all", "after" and
 * "limit", and {"request":"outbox-row","row":N}.
 *
 * Threads   one at a time; reads only.
 */
#ifndef LYT_OUTBOX_ANSWER_H
#define LYT_OUTBOX_ANSWER_H

#include "core.h"
#include "json.h"
#include "outbox_render.h"

/*
 * Members of the answer into jw, *n how many rows that took; "zone" is the house's. names: of
 * scenarios, as in what is sent; NULL: ids. LYT_EINVAL, LYT_ENOTFOUND: err.
 */
LYT_MUST_USE lyt_status lyt_outbox_answer_list(const lyt_core *core, lyt_store *store,
                                               const lyt_json *question, lyt_jw *jw, size_t *n,
                                               lyt_error *err);
LYT_MUST_USE lyt_status lyt_outbox_answer_row(const lyt_core *core, lyt_store *store,
                                              const lyt_out_names *names, const lyt_json *question,
                                              lyt_jw *jw, lyt_error *err);

#endif
