/*
 * lyt_route: where an alarm goes. Routes are tried in order; the first that
 * matches wins, unless it says to go on. The last one must match all (the catch-all).
 *
 * Threads   pure functions; texts live with the settings.
 */
#ifndef LYT_ROUTE_H
#define LYT_ROUTE_H

#include "rota.h"

enum { lyt_route_to_max = 8, lyt_routes_found_max = 32 };

typedef struct lyt_names {
    const char *const *item;
    size_t n; /* 0: any */
} lyt_names;

typedef struct lyt_route {
    const char *id;
    lyt_names scenarios, properties, languages;
    lyt_names places; /* patterns: ? one letter, * any run: "2??" */
    int severity_min, severity_max;
    const lyt_opening *hours;         /* NULL: at any time */
    bool outside_hours;               /* when that is closed */
    const char *to[lyt_route_to_max]; /* teams, duties or people */
    size_t n_to;
    const char *ladder; /* NULL: nobody is asked next */
    bool goes_on;
} lyt_route;

/* What is to be routed. */
typedef struct lyt_routed {
    lyt_str property, scenario, place, language;
    int severity;
    int64_t now_us;
} lyt_routed;

/* "*" any run, "?" one byte. */
bool lyt_place_matches(const char *pattern, lyt_str place);

bool lyt_route_matches(const lyt_route *route, const lyt_zone *zone, const lyt_routed *what);
/* Why it does not match: a static word, "severity"; NULL when it does. */
const char *lyt_route_misses(const lyt_route *route, const lyt_zone *zone, const lyt_routed *what);

/* Indices of the routes it takes, at most lyt_routes_found_max. */
size_t lyt_route_find(const lyt_route *routes, size_t n, const lyt_zone *zone,
                      const lyt_routed *what, size_t found[lyt_routes_found_max]);

#endif
