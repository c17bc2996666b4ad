#include "route.h"

bool lyt_place_matches(const char *pattern, lyt_str place)
{
    lyt_str p = lyt_str_of(pattern);
    size_t i = 0, j = 0, star = SIZE_MAX, again = 0;

    while (j < place.len) {
        if (i < p.len && p.ptr[i] == '*') {
            star = i++;
            again = j;
        } else if (i < p.len && (p.ptr[i] == '?' || p.ptr[i] == place.ptr[j])) {
            i++;
            j++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            j = ++again;
        } else {
            return false;
        }
    }
    while (i < p.len && p.ptr[i] == '*')
        i++;
    return i == p.len;
}

static bool has(const lyt_names *names, lyt_str text)
{
    for (size_t i = 0; i < names->n; i++)
        if (lyt_str_equal(lyt_str_of(names->item[i]), text))
            return true;
    return names->n == 0;
}

static bool has_place(const lyt_names *patterns, lyt_str place)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (lyt_place_matches(patterns->item[i], place))
            return true;
    return patterns->n == 0;
}

const char *lyt_route_misses(const lyt_route *route, const lyt_zone *zone, const lyt_routed *what)
{
    if (!has(&route->scenarios, what->scenario))
        return "scenario";
    if (!has(&route->properties, what->property))
        return "property";
    if (!has_place(&route->places, what->place))
        return "place";
    if (what->severity < route->severity_min || what->severity > route->severity_max)
        return "severity";
    if (!has(&route->languages, what->language))
        return "language";
    if (route->hours &&
        lyt_opening_is_open(route->hours, zone, what->now_us) == route->outside_hours)
        return "time";
    return NULL;
}

bool lyt_route_matches(const lyt_route *route, const lyt_zone *zone, const lyt_routed *what)
{
    return !lyt_route_misses(route, zone, what);
}

size_t lyt_route_find(const lyt_route *routes, size_t n, const lyt_zone *zone,
                      const lyt_routed *what, size_t found[lyt_routes_found_max])
{
    size_t n_found = 0;

    for (size_t i = 0; i < n && n_found < lyt_routes_found_max; i++) {
        if (!lyt_route_matches(&routes[i], zone, what))
            continue;
        found[n_found++] = i;
        if (!routes[i].goes_on)
            break;
    }
    return n_found;
}
