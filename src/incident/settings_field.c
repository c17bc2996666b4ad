/* One value of the settings file each: texts, times, money, names of people. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "settings_file.h"

lyt_status lyt_rs_bad(const lyt_settings_reader *r, const lyt_yaml_node *node, const char *format,
                      ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", text);
}

lyt_status lyt_rs_no_memory(const lyt_settings_reader *r)
{
    lyt_status status = lyt_arena_status(r->to->arena);

    return lyt_error_at(r->err, status ? status : LYT_ENOMEM, r->file, 0, 0,
                        "no memory for the settings");
}

size_t lyt_rs_children(const lyt_yaml_node *list)
{
    size_t n = 0;

    for (const lyt_yaml_node *node = list->first; node; node = node->next)
        n++;
    return n;
}

static lyt_status copy(lyt_settings_reader *r, lyt_str text, const char **out)
{
    lyt_str copied = lyt_arena_copy(r->to->arena, text);

    if (!copied.ptr)
        return lyt_rs_no_memory(r);
    *out = copied.ptr;
    return LYT_OK;
}

lyt_status lyt_rs_text(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                       const char **out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_text(r->file, node, r->err);
    return status ? status : copy(r, node->text, out);
}

lyt_status lyt_rs_id(lyt_settings_reader *r, const lyt_yaml_node *list, const lyt_yaml_node *map,
                     const char **out)
{
    const lyt_yaml_node *id = lyt_yaml_get(map, "id");
    lyt_status status = lyt_field_id(r->file, id, r->err);

    for (const lyt_yaml_node *other = list->first; !status && other != map; other = other->next) {
        const lyt_yaml_node *same = lyt_yaml_get(other, "id");

        if (same && lyt_str_equal(same->text, id->text))
            status = lyt_rs_bad(r, id, "'%s' is here a second time; it stands in line %u already",
                                id->text.ptr, same->line);
    }
    return status ? status : copy(r, id->text, out);
}

lyt_status lyt_rs_names(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                        lyt_names *out)
{
    const lyt_yaml_node *list = lyt_yaml_get(map, key);
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    const char **items;

    if (!list)
        return LYT_OK;
    if (!n)
        return lyt_rs_bad(r, list, "'%s' is empty; write what it is about, or leave it out", key);
    items = lyt_arena_array(r->to->arena, n, sizeof *items);
    if (!items)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (!status)
            status = copy(r, node->text, &items[i++]);
        if (status)
            return status;
    }
    *out = (lyt_names){items, n};
    return LYT_OK;
}

lyt_status lyt_rs_int(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                      int64_t min, int64_t max, int64_t *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);

    return node ? lyt_field_int(r->file, node, min, max, out, r->err) : LYT_OK;
}

lyt_status lyt_rs_time(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                       int64_t max, int64_t unit_us, int64_t *out)
{
    int64_t value = 0;
    lyt_status status = lyt_rs_int(r, map, key, 0, max, &value);

    if (!status && lyt_yaml_get(map, key))
        *out = value * unit_us;
    return status;
}

static bool two_digits(lyt_str text, size_t at, int *out)
{
    if (text.ptr[at] < '0' || text.ptr[at] > '9' || text.ptr[at + 1] < '0' ||
        text.ptr[at + 1] > '9')
        return false;
    *out = (text.ptr[at] - '0') * 10 + (text.ptr[at + 1] - '0');
    return true;
}

lyt_status lyt_rs_minute_of(lyt_settings_reader *r, const lyt_yaml_node *node, int *out)
{
    lyt_str text = node->text;
    int hour, minute;

    if (node->kind != LYT_YAML_SCALAR ||
        text.len != 5 || text.ptr[2] != ':' || !two_digits(text, 0, &hour) ||
        !two_digits(text, 3, &minute) || minute > 59 || hour * 60 + minute > lyt_day_minutes)
        return lyt_rs_bad(r, node, "'%.*s' is no time of the day; write it as \"22:00\", in quotes",
                          LYT_STR_ARG(lyt_str_slice(text, 0, 40)));
    *out = hour * 60 + minute;
    return LYT_OK;
}

lyt_status lyt_rs_minute(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                         int *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);

    return node ? lyt_rs_minute_of(r, node, out) : LYT_OK;
}

lyt_status lyt_rs_bool(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key, bool *out)
{
    static const char *const names[] = {"false", "true"};
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    size_t index = 0;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_choice(r->file, node, names, 2, &index, r->err);
    if (!status)
        *out = index == 1;
    return status;
}

lyt_status lyt_rs_money(lyt_settings_reader *r, const lyt_yaml_node *map, const char *key,
                        int64_t *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, key);
    double value = 0;
    size_t point;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_real(r->file, node, 0, 10000000, &value, r->err);
    if (status)
        return status;
    point = lyt_str_find(node->text, '.', 0);
    if (node->text.len > point + 3)
        return lyt_rs_bad(r, node, "'%s' has parts of an øre or a cent; write two decimals",
                          node->text.ptr);
    *out = (int64_t)(value * 100 + 0.5);
    return LYT_OK;
}

lyt_status lyt_rs_currency(lyt_settings_reader *r, const lyt_yaml_node *map, lyt_currency *out)
{
    static const char *const names[] = {"DKK", "EUR"};
    const lyt_yaml_node *node = lyt_yaml_get(map, "currency");
    size_t index = 0;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_choice(r->file, node, names, 2, &index, r->err);
    if (!status)
        *out = index ? LYT_EUR : LYT_DKK;
    return status;
}

static bool is_known(const lyt_settings *s, lyt_str name, lyt_rs_whom whom)
{
    if (lyt_settings_person(s, name))
        return true;
    if (whom == LYT_RS_PERSON)
        return false;
    return lyt_settings_duty(s, name) || lyt_settings_team(s, name) ||
           (whom == LYT_RS_TARGET_OR_TEAM && lyt_str_equal(name, LYT_STR("team")));
}

lyt_status lyt_rs_whom_is(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_rs_whom whom)
{
    enum { names_max = 128 };
    const lyt_settings *s = r->to;
    const char *names[names_max];
    const char *near;
    size_t n = 0;
    lyt_status status = lyt_field_text(r->file, node, r->err);

    if (status || is_known(s, node->text, whom))
        return status;
    for (size_t i = 0; i < s->n_people && n < names_max; i++)
        names[n++] = s->people[i].id;
    for (size_t i = 0; whom != LYT_RS_PERSON && i < s->n_duties && n < names_max; i++)
        names[n++] = s->duties[i].id;
    for (size_t i = 0; whom != LYT_RS_PERSON && i < s->n_teams && n < names_max; i++)
        names[n++] = s->teams[i].id;
    near = lyt_nearest_name(node->text, names, n);
    return lyt_rs_bad(r, node, "there is no %s '%.*s'; %s%s%s",
                      whom == LYT_RS_PERSON ? "person" : "person, duty or team",
                      LYT_STR_ARG(lyt_str_slice(node->text, 0, 48)),
                      near ? "did you mean '" : "write it down in this file first",
                      near ? near : "", near ? "'?" : "");
}

lyt_status lyt_rs_hours_named(lyt_settings_reader *r, const lyt_yaml_node *map,
                              const lyt_opening **out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, "hours");

    if (!node)
        return LYT_OK;
    *out = lyt_settings_hours(r->to, node->text);
    if (*out)
        return LYT_OK;
    return lyt_rs_bad(r, node, "there are no hours '%.*s'; write them down under 'hours'",
                      LYT_STR_ARG(lyt_str_slice(node->text, 0, 48)));
}
