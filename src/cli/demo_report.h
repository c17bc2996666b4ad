/* What the demo prints: an alarm as it comes, and the summary. */
#ifndef LYT_DEMO_REPORT_H
#define LYT_DEMO_REPORT_H

#include "console.h"
#include "demo_day.h"
#include "demo_recovery.h"

typedef struct lyt_demo_result {
    size_t accepted, classified, alarms;
    bool delivered;      /* every event the service has numbered arrived */
    int64_t *latency_us; /* from accepted to the alarm's arrival; unordered */
    size_t n_latency, cap_latency;
    const char *state;
    const lyt_demo_recovery *recovery; /* for JSON; NULL: none */
} lyt_demo_result;

/* One line: time of day, severity, team, scenario, place, the words; false alarms are marked. */
void lyt_demo_alarm_line(lyt_console *console, const lyt_day_message *message,
                         const lyt_json *alarm);

/* Sorts latency_us. */
void lyt_demo_report(lyt_console *console, const lyt_day *day, lyt_demo_result *result,
                     bool as_json);

/* Of the second half, for people. */
void lyt_demo_recovery_report(lyt_console *console, const lyt_demo_recovery *demo);

#endif
