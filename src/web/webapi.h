/*
 * Handlers: each answers an exchange, at once or later. What they take and give is in
 * docs/openapi.json.
 *
 * Threads   the web actor's (webstate.h); none of them waits.
 */
#ifndef LYT_WEBAPI_H
#define LYT_WEBAPI_H

#include "webstate.h"

/* api_state.c */
void lyt_api_healthz(lyt_exchange *x);
void lyt_api_readyz(lyt_exchange *x);
void lyt_api_metrics(lyt_exchange *x);
void lyt_api_status(lyt_exchange *x);
void lyt_api_openapi(lyt_exchange *x);

/* api_session.c */
void lyt_api_session_open(lyt_exchange *x);
void lyt_api_session_close(lyt_exchange *x);
void lyt_api_me(lyt_exchange *x);

/* api_device.c */
void lyt_api_devices(lyt_exchange *x);
void lyt_api_device_add(lyt_exchange *x);
void lyt_api_device_remove(lyt_exchange *x);

/* api_feedback.c */
void lyt_api_feedback_add(lyt_exchange *x);
void lyt_api_feedback_find(lyt_exchange *x);
void lyt_api_feedback_one(lyt_exchange *x);
void lyt_api_unclear(lyt_exchange *x);

/* api_correct.c */
void lyt_api_feedback_correct(lyt_exchange *x);

/* api_incident.c */
void lyt_api_incidents(lyt_exchange *x);
void lyt_api_incident(lyt_exchange *x);
void lyt_api_incident_do(lyt_exchange *x);

/* api_events.c */
void lyt_api_events(lyt_exchange *x);

/* api_scenario.c */
void lyt_api_scenarios(lyt_exchange *x);
void lyt_api_scenario(lyt_exchange *x);
void lyt_api_scenario_changes(lyt_exchange *x);
void lyt_api_scenario_do(lyt_exchange *x);
void lyt_api_version(lyt_exchange *x);
void lyt_api_try(lyt_exchange *x);

/* webgate.c */
void lyt_api_gateway(lyt_exchange *x);

/* api_report.c */
void lyt_api_report(lyt_exchange *x);

/* guest.c */
void lyt_guest_tag_page(lyt_exchange *x);
void lyt_guest_tag_send(lyt_exchange *x);
void lyt_guest_status(lyt_exchange *x);
void lyt_guest_refund(lyt_exchange *x);

/* sitepage.c */
void lyt_site_page(lyt_exchange *x);
void lyt_site_asset(lyt_exchange *x);

#endif
