/*
 * lyt_event: topics and JSON of what goes out on the bus. Never the guest's whole
 * text, never who sent it; what people wrote without numbers, addresses and names (personal.h).
 *
 * Threads   pure functions. Failures are the buffers' (lyt_buf_status).
 */
#ifndef LYT_EVENTS_H
#define LYT_EVENTS_H

#include "json.h"
#include "desk.h"
#include "watch.h"
#include "judge.h"
#include "personal.h"
#include "order.h"
#include "streams.h"

/*
 * topic and json are emptied first. An event begins with its number among all (seq), its number
 * among those of its topic (stream), and whose numbers these are (publisher).
 */
typedef struct lyt_event_to {
    lyt_buf *topic, *json;
    int64_t seq, at_us;
    const lyt_streams *streams;
    const char *publisher;
    const lyt_personal_names *staff; /* NULL: nobody is known by name */
} lyt_event_to;

typedef struct lyt_alarm {
    const lyt_slip *slip;
    const lyt_incident *incident;
    const lyt_judged_failure *failure;
    lyt_desk_outcome outcome;
    lyt_str language;
    uint64_t pack;
} lyt_alarm;

/* alarm.<property>.<team>.<severity>.<scenario> */
void lyt_event_alarm(const lyt_event_to *to, const lyt_alarm *alarm);
/* What a trigger found, with no word from anybody: an alarm of the same form. */
typedef struct lyt_found_alarm {
    const lyt_incident *incident;
    lyt_desk_outcome outcome;
    const lyt_trigger *rule; /* NULL: the settings have it no more */
    const lyt_triggers *triggers;
    lyt_str subject; /* for its facts; goes nowhere */
    int64_t found_us;
    uint64_t pack;
} lyt_found_alarm;
void lyt_event_found(const lyt_event_to *to, const lyt_found_alarm *alarm);

/* incident.<property>.<team>.<state> */
void lyt_event_incident(const lyt_event_to *to, const lyt_incident *incident, lyt_str by,
                        lyt_str note);
/* notice.<property>.<who>.<notice>: somebody is to be told; told is a LYT_FACT_TOLD */
void lyt_event_notice(const lyt_event_to *to, const lyt_incident *incident, const lyt_fact *told);
/* consent.<property>.<opted-out|opted-in>: some guest wants no more messages, or messages again. */
void lyt_event_consent(const lyt_event_to *to, lyt_str property, bool stops, lyt_str how);
/* answer.<property>.<who>: somebody of the house was texted back; not what. */
void lyt_event_answer(const lyt_event_to *to, lyt_str property, lyt_str who);
/*
 * silence.<property>: alarms are held, for a silence or maintenance, or no longer; what: the
 * LYT_FACT_SILENCED or LYT_FACT_UNSILENCED it is about. house: where it names no property.
 */
void lyt_event_silence(const lyt_event_to *to, const lyt_silence *silence, lyt_str house,
                       const lyt_fact *what);
/* praise.<property>.<who>: good news for somebody; word: what it is told for */
void lyt_event_praise(const lyt_event_to *to, const lyt_slip *slip, lyt_str who, lyt_str word);
/* parked.<property> */
void lyt_event_parked(const lyt_event_to *to, const lyt_slip *slip, lyt_str reason);

/* correction.<property>: what people say should have been said of a feedback. */
typedef struct lyt_correction {
    int64_t feedback;
    lyt_str property, by, note;
    const lyt_json *scenarios; /* an array; NULL: a correction is taken back */
} lyt_correction;
void lyt_event_correction(const lyt_event_to *to, const lyt_correction *correction);

/* health.<what>: of the service itself, for whoever runs it; note is for people. */
void lyt_event_health(const lyt_event_to *to, lyt_str what, lyt_str note);

/* "key":"2026-11-22T05:40:00.123Z" */
void lyt_jw_ktime(lyt_jw *jw, const char *key, int64_t wall_us);
/* The members of a feedback that whoever may read it is shown, without the braces. */
void lyt_jw_feedback(lyt_jw *jw, const lyt_feedback *f);
/* The members of an incident, without the braces. */
void lyt_jw_incident(lyt_jw *jw, const lyt_incident *incident);
/* A pack's version as it is written everywhere: 16 hexadecimal digits. */
void lyt_jw_kversion(lyt_jw *jw, const char *key, uint64_t version);

#endif
