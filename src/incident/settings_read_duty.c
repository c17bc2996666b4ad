/* hours, duties and routes of the settings file. */
#include <string.h>

#include "clock.h"
#include "settings_file.h"

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* "07:00-23:00" or "closed" */
static lyt_status read_span(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_hours *out)
{
    int part[4];

    *out = (lyt_hours){0, 0};
    if (lyt_str_equal(node->text, LYT_STR("closed")))
        return LYT_OK;
    for (int i = 0; i < 4 && node->text.len == 11; i++) {
        const char *at = node->text.ptr + 3 * i;

        part[i] = at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9'
                      ? (at[0] - '0') * 10 + (at[1] - '0')
                      : 99;
    }
    if (node->text.len == 11 && node->text.ptr[2] == ':' && node->text.ptr[5] == '-' &&
        node->text.ptr[8] == ':' && part[1] < 60 && part[3] < 60)
        *out = (lyt_hours){part[0] * 60 + part[1], part[2] * 60 + part[3]};
    if (out->to_min > out->from_min && out->to_min <= lyt_day_minutes)
        return LYT_OK;
    return lyt_rs_bad(r, node,
                      "'%.*s' are no hours of a day; write \"07:00-23:00\" or closed (past "
                      "midnight: hours on both days)",
                      LYT_STR_ARG(lyt_str_slice(node->text, 0, 40)));
}

static lyt_status read_week(lyt_settings_reader *r, const lyt_yaml_node *map, lyt_opening *out)
{
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        lyt_status status = lyt_field_kind(r->file, node, LYT_YAML_SCALAR, "hours", r->err);
        size_t day = 0;

        while (day < 7 && !lyt_str_equal(node->key, lyt_str_of(weekdays[day])))
            day++;
        if (!status && day == 7)
            status = lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                                  "'%.*s' is no day; they are mon, tue, wed, thu, fri, sat, sun",
                                  LYT_STR_ARG(lyt_str_slice(node->key, 0, 20)));
        if (!status)
            status = read_span(r, node, &out->week[day]);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status read_closed(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_opening *out)
{
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_date date;

        if (out->n_extra == lyt_opening_extra_max)
            return lyt_rs_bad(r, node, "at most %d days here", lyt_opening_extra_max);
        if (node->kind != LYT_YAML_SCALAR || lyt_date_parse(&date, node->text))
            return lyt_rs_bad(r, node, "this is no day; write it as \"2026-12-24\", in quotes");
        out->extra[out->n_extra++] = lyt_date_days(date);
    }
    return LYT_OK;
}

static lyt_status read_opening(lyt_settings_reader *r, const lyt_yaml_node *list,
                               const lyt_yaml_node *node, lyt_opening *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},        {"days", LYT_YAML_MAP, false},
        {"holidays", LYT_YAML_SCALAR, false}, {"holidays_on", LYT_YAML_LIST, false},
        {"always", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *days = lyt_yaml_get(node, "days");
    const lyt_yaml_node *holidays = lyt_yaml_get(node, "holidays");
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = lyt_rs_bool(r, node, "always", &out->is_always);
    if (!status && !days == !out->is_always)
        status = lyt_rs_bad(r, node, "hours have either 'days' or 'always: true'");
    if (!status && days)
        status = read_week(r, days, out);
    if (!status && holidays) {
        out->has_holidays = true;
        status = read_span(r, holidays, &out->holiday);
    }
    return status ? status : read_closed(r, lyt_yaml_get(node, "holidays_on"), out);
}

lyt_status lyt_rs_hours(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_opening *hours = n ? lyt_arena_array(r->to->arena, n, sizeof *hours) : NULL;

    if (n && !hours)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_opening(r, list, node, &hours[i++]);

        if (status)
            return status;
    }
    r->to->hours = hours;
    r->to->n_hours = n;
    return LYT_OK;
}

lyt_status lyt_rs_days(lyt_settings_reader *r, const lyt_yaml_node *list, unsigned *out)
{
    *out = list ? 0 : 127;
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        size_t day = 0;
        lyt_status status = lyt_field_choice(r->file, node, weekdays, 7, &day, r->err);

        if (status)
            return status;
        *out |= 1U << day;
    }
    return LYT_OK;
}

static lyt_status read_shift(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_shift *out)
{
    static const lyt_field fields[] = {
        {"days", LYT_YAML_LIST, false},
        {"from", LYT_YAML_SCALAR, true},
        {"to", LYT_YAML_SCALAR, true},
        {"who", LYT_YAML_LIST, true},
    };
    lyt_names who = {NULL, 0};
    lyt_status status = lyt_fields_check(r->file, node, fields, 4, r->err);

    if (!status)
        status = lyt_rs_days(r, lyt_yaml_get(node, "days"), &out->days);
    if (!status)
        status = lyt_rs_minute(r, node, "from", &out->from_min);
    if (!status)
        status = lyt_rs_minute(r, node, "to", &out->to_min);
    if (!status)
        status = lyt_rs_names(r, node, "who", &who);
    if (!status && who.n > lyt_shift_people_max)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "who"), "at most %d people take turns",
                            lyt_shift_people_max);
    for (const lyt_yaml_node *p = status ? NULL : lyt_yaml_get(node, "who")->first; p;
         p = p->next) {
        status = lyt_rs_whom_is(r, p, LYT_RS_PERSON);
        if (status)
            return status;
        out->who[out->n_who] = who.item[out->n_who];
        out->n_who++;
    }
    return status;
}

/* "2026-12-24T15:00" in local time */
static lyt_status read_moment(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                              int64_t *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    lyt_str text = node->text;
    lyt_date date;
    int64_t day_us;
    char full[32];

    if (text.len != 16 || text.ptr[10] != 'T' || lyt_date_parse(&date, lyt_str_slice(text, 0, 10)))
        return lyt_rs_bad(r, node, "'%.*s' is no time; write it as \"2026-12-24T15:00\", in quotes",
                          LYT_STR_ARG(lyt_str_slice(text, 0, 40)));
    memcpy(full, text.ptr, 16);
    memcpy(full + 16, ":00Z", 5);
    if (lyt_clock_parse(&day_us, lyt_str_of(full)))
        return lyt_rs_bad(r, node, "'%s' is no time of the day", text.ptr + 11);
    *out = lyt_zone_utc(r->to->zone, day_us / 1000000) * 1000000;
    return LYT_OK;
}

static lyt_status read_cover(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_cover *out)
{
    static const lyt_field fields[] = {
        {"from", LYT_YAML_SCALAR, true},
        {"to", LYT_YAML_SCALAR, true},
        {"who", LYT_YAML_SCALAR, true},
    };
    lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);

    if (!status)
        status = read_moment(r, node, "from", &out->from_us);
    if (!status)
        status = read_moment(r, node, "to", &out->until_us);
    if (!status)
        status = lyt_rs_whom_is(r, lyt_yaml_get(node, "who"), LYT_RS_PERSON);
    if (!status && out->until_us <= out->from_us)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "to"), "this is not after 'from'");
    return status ? status : lyt_rs_text(r, node, "who", &out->who);
}

static lyt_status read_shifts(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_rota *out)
{
    size_t n = lyt_rs_children(list), i = 0, a, b;
    lyt_shift *shifts = lyt_arena_array(r->to->arena, n + 1, sizeof *shifts);

    if (!shifts)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_shift(r, node, &shifts[i++]);

        if (status)
            return status;
    }
    out->shifts = shifts;
    out->n_shifts = n;
    if (lyt_rota_overlap(out, &a, &b)) {
        const lyt_yaml_node *second = list->first, *first = list->first;

        for (i = 0; i < b; i++)
            second = second->next;
        for (i = 0; i < a; i++)
            first = first->next;
        return lyt_rs_bad(r, second,
                          "this shift and that of line %u overlap; at each minute one is on duty",
                          first->line);
    }
    return LYT_OK;
}

static lyt_status read_covers(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_rota *out)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_cover *covers = n ? lyt_arena_array(r->to->arena, n, sizeof *covers) : NULL;

    if (n && !covers)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_cover(r, node, &covers[i++]);

        if (status)
            return status;
    }
    out->covers = covers;
    out->n_covers = n;
    return LYT_OK;
}

static lyt_status read_duty(lyt_settings_reader *r, const lyt_yaml_node *list,
                            const lyt_yaml_node *node, lyt_rota *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},        {"shifts", LYT_YAML_LIST, false},
        {"covers", LYT_YAML_LIST, false},     {"holidays", LYT_YAML_SCALAR, false},
        {"otherwise", LYT_YAML_SCALAR, true},
    };
    const lyt_yaml_node *shifts = lyt_yaml_get(node, "shifts");
    const lyt_yaml_node *holidays = lyt_yaml_get(node, "holidays");
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status && shifts)
        status = read_shifts(r, shifts, out);
    if (!status)
        status = read_covers(r, lyt_yaml_get(node, "covers"), out);
    if (!status && holidays)
        status = lyt_rs_whom_is(r, holidays, LYT_RS_PERSON);
    if (!status)
        status = lyt_rs_text(r, node, "holidays", &out->holiday);
    if (!status)
        status = lyt_rs_whom_is(r, lyt_yaml_get(node, "otherwise"), LYT_RS_PERSON);
    return status ? status : lyt_rs_text(r, node, "otherwise", &out->otherwise);
}

lyt_status lyt_rs_duties(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_rota *duties = n ? lyt_arena_array(r->to->arena, n, sizeof *duties) : NULL;

    if (n && !duties)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_duty(r, list, node, &duties[i++]);

        if (status)
            return status;
    }
    r->to->duties = duties;
    r->to->n_duties = n;
    return LYT_OK;
}

static lyt_status read_to(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_route *out)
{
    const lyt_yaml_node *list = lyt_yaml_get(node, "to");
    lyt_names names = {NULL, 0};
    lyt_status status = lyt_rs_names(r, node, "to", &names);

    if (!status && names.n > lyt_route_to_max)
        status = lyt_rs_bad(r, list, "at most %d receivers in a route", lyt_route_to_max);
    for (const lyt_yaml_node *to = list->first; !status && to; to = to->next) {
        status = lyt_rs_whom_is(r, to, LYT_RS_TARGET_OR_TEAM);
        if (!status)
            out->to[out->n_to] = names.item[out->n_to];
        out->n_to++;
    }
    return status;
}

static lyt_status read_severity(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_route *out)
{
    int64_t min = 0, max = 4;
    lyt_status status = lyt_rs_int(r, node, "severity_min", 0, 4, &min);

    if (!status)
        status = lyt_rs_int(r, node, "severity_max", 0, 4, &max);
    if (!status && min > max)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "severity_max"),
                            "this is below severity_min; nothing would match");
    out->severity_min = (int)min;
    out->severity_max = (int)max;
    return status;
}

static lyt_status read_route(lyt_settings_reader *r, const lyt_yaml_node *list,
                             const lyt_yaml_node *node, lyt_route *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"scenarios", LYT_YAML_LIST, false},
        {"properties", LYT_YAML_LIST, false},
        {"places", LYT_YAML_LIST, false},
        {"languages", LYT_YAML_LIST, false},
        {"severity_min", LYT_YAML_SCALAR, false},
        {"severity_max", LYT_YAML_SCALAR, false},
        {"hours", LYT_YAML_SCALAR, false},
        {"outside_hours", LYT_YAML_SCALAR, false},
        {"to", LYT_YAML_LIST, true},
        {"ladder", LYT_YAML_SCALAR, false},
        {"continue", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *ladder = lyt_yaml_get(node, "ladder");
    lyt_status status = lyt_fields_check(r->file, node, fields, 12, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = lyt_rs_names(r, node, "scenarios", &out->scenarios);
    if (!status)
        status = lyt_rs_names(r, node, "properties", &out->properties);
    if (!status)
        status = lyt_rs_names(r, node, "places", &out->places);
    if (!status)
        status = lyt_rs_names(r, node, "languages", &out->languages);
    if (!status)
        status = read_severity(r, node, out);
    if (!status)
        status = lyt_rs_hours_named(r, node, &out->hours);
    if (!status)
        status = lyt_rs_bool(r, node, "outside_hours", &out->outside_hours);
    if (!status && out->outside_hours && !out->hours)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "outside_hours"), "outside which? name 'hours'");
    if (!status)
        status = read_to(r, node, out);
    if (!status)
        status = lyt_rs_text(r, node, "ladder", &out->ladder);
    if (!status && ladder && !lyt_settings_ladder(r->to, out->ladder))
        status = lyt_rs_bad(r, ladder, "there is no ladder '%s'; write it down under 'ladders'",
                            out->ladder);
    return status ? status : lyt_rs_bool(r, node, "continue", &out->goes_on);
}

static bool is_catch_all(const lyt_route *route)
{
    return !route->scenarios.n && !route->properties.n && !route->places.n && !route->languages.n &&
           !route->hours && route->severity_min == 0 && route->severity_max == 4;
}

lyt_status lyt_rs_routes(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = lyt_rs_children(list), i = 0;
    lyt_route *routes = lyt_arena_array(r->to->arena, n + 1, sizeof *routes);
    const lyt_yaml_node *last = list;

    if (!routes)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_route(r, list, node, &routes[i]);

        if (status)
            return status;
        if (node->next && is_catch_all(&routes[i]) && !routes[i].goes_on)
            return lyt_rs_bad(r, node->next,
                              "no alarm comes to this route: the one before takes all; move it up "
                              "or give that one 'continue: true'");
        last = node;
        i++;
    }
    if (!n || !is_catch_all(&routes[n - 1]))
        return lyt_rs_bad(r, last,
                          "the last route must take everything, so that no alarm is lost; add one "
                          "with 'id' and 'to' alone");
    r->to->routes = routes;
    r->to->n_routes = n;
    return LYT_OK;
}
