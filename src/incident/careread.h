/*
 * lyt_careread: what staff send about incidents as JSON, to an order for lyt_care_do().
 *
 *   {"type":"incident.do", "verb":"offer", "incident":7, "by":"mette", "note":"…", "version":3,
 *    "whom":"fruit-plate", "other":1, "minutes":120, "until":"2026-11-25T12:00:00Z", "score":9,
 *    "complains":false, "state":"in-work", "property":"havnen", "scenario":"…", "place":"2??"}
 *
 * Threads   pure. Texts are borrowed from the tree.
 */
#ifndef LYT_CAREREAD_H
#define LYT_CAREREAD_H

#include "care.h"

/*
 * minutes counts from now_us, which is also the act's time. LYT_EFORMAT, LYT_EINVAL: err->text
 * is "<member>: <what to do>".
 */
LYT_MUST_USE lyt_status lyt_care_order_read(lyt_care_order *out, const lyt_json *json,
                                            int64_t now_us, lyt_error *err);

#endif
