/*
 * lyt_drill_rule: a drill by a timetable: a message of a guest who is none, on some days at a time
 * of the house, sent the whole way and ended after a while. Pure: time is an argument.
 *
 * A drill is known by the id of its message, "timetable:<rule>:<day>": however often it is sent,
 * there is one a day.
 */
#ifndef LYT_DRILLTIME_H
#define LYT_DRILLTIME_H

#include "opening.h"

typedef struct lyt_drill_rule {
    const char *id;
    const char *text;
    const char *place;    /* "" nowhere in particular */
    const char *property; /* NULL: the house's own name */
    unsigned days;        /* bit 0: Mondays */
    int at_min;           /* local minute of the day */
    int64_t weeks;        /* every so many weeks, counted from Monday 1970-01-05 */
    int64_t end_us;       /* how long people have for it */
} lyt_drill_rule;

enum { lyt_drill_id_max = 80 };

/*
 * The id of the drill that is due at now_us and not later than an hour: one that was missed for
 * longer is not made up for. False: none is.
 */
bool lyt_drill_due(const lyt_drill_rule *rule, const lyt_zone *zone, int64_t now_us,
                   char id[lyt_drill_id_max]);
/* When it is due next after now_us. */
int64_t lyt_drill_next(const lyt_drill_rule *rule, const lyt_zone *zone, int64_t now_us);

/* The rule's name in the id of a message; empty: it is of no drill by a timetable. */
lyt_str lyt_drill_rule_of(lyt_str id);

#endif
