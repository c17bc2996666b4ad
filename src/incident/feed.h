/*
 * lyt_feed: what other systems send about guests, one JSON object each: events of behaviour
 * and notes on preferences (docs/formats.md section 10).
 *
 * Threads   pure functions. Texts are borrowed from the JSON tree.
 * Errors    LYT_EFORMAT; err names the member (err->file) and what it must be.
 */
#ifndef LYT_FEED_H
#define LYT_FEED_H

#include "gesture.h"
#include "json.h"
#include "stay.h"
#include "trigger.h"

/* {"id", "type", "subject", "at", "ref"?, "attrs"?: {name: text or whole number}} */
typedef struct lyt_feed_event {
    lyt_behaviour event;
    char numbers[lyt_attrs_max][24]; /* whole numbers as text; event borrows them */
} lyt_feed_event;

LYT_MUST_USE lyt_status lyt_feed_read_event(lyt_feed_event *out, const lyt_json *json,
                                            lyt_error *err);

/* {"kind", "guest", "item", "source"?, "at"}; with "type":"order" the kind is order */
LYT_MUST_USE lyt_status lyt_feed_read_note(lyt_note *out, const lyt_json *json, lyt_error *err);

/* {"id", "guest", "property"?, "place"?, "arrives", "departs"} */
LYT_MUST_USE lyt_status lyt_feed_read_stay(lyt_stay *out, const lyt_json *json, lyt_error *err);

#endif
