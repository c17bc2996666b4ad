/* What the formats share. Private to the room. */
#ifndef LYT_OUT_INNER_H
#define LYT_OUT_INNER_H

#include "json.h"
#include "out_format.h"

/* A kind's writer: url, body and what headers it has of its own. */
typedef lyt_status (*lyt_out_writer)(lyt_out_request *out, const lyt_out_way *way,
                                     const lyt_out_note *note, lyt_error *err);

lyt_status lyt_out_webhook(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                           lyt_error *err);
lyt_status lyt_out_mail(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                        lyt_error *err);
lyt_status lyt_out_gatewayapi(lyt_out_request *out, const lyt_out_way *way,
                              const lyt_out_note *note, lyt_error *err);
lyt_status lyt_out_twilio(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                          lyt_error *err);
lyt_status lyt_out_46elks(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                          lyt_error *err);
lyt_status lyt_out_slack(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                         lyt_error *err);
lyt_status lyt_out_teams(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                         lyt_error *err);
lyt_status lyt_out_alertmanager(lyt_out_request *out, const lyt_out_way *way,
                                const lyt_out_note *note, lyt_error *err);
lyt_status lyt_out_pagerduty(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                             lyt_error *err);

lyt_status lyt_out_mews(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                        lyt_error *err);

/* "Name: value"; a line break in the value is a space. */
void lyt_out_header(lyt_out_request *out, const char *name, lyt_str value);

/* The URL of the settings, or the kind's own, without a slash at its end. */
lyt_str lyt_out_base_url(const lyt_out_way *way);

/* "key":"2026-11-22T05:40:00.000000Z" */
void lyt_out_ktime(lyt_jw *jw, const char *key, int64_t at_us);

#endif
