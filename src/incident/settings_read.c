/* The settings file: its sections in the order of their references (settings_file.h). */
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "settings_file.h"

enum { arena_bytes = 16 << 20, zone_bytes_max = 1 << 20 };

static lyt_status read_person(lyt_settings_reader *r, const lyt_yaml_node *list,
                              const lyt_yaml_node *node, lyt_person *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},        {"name", LYT_YAML_SCALAR, true},
        {"role", LYT_YAML_SCALAR, true},      {"trained", LYT_YAML_SCALAR, false},
        {"language", LYT_YAML_SCALAR, false}, {"channels", LYT_YAML_LIST, true},
    };
    static const char *const roles[] = {"contact", "supervisor", "manager"};
    size_t role = 0;
    lyt_status status = lyt_fields_check(r->file, node, fields, 6, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = lyt_rs_text(r, node, "name", &out->name);
    if (!status)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "role"), roles, 3, &role, r->err);
    out->role = (lyt_role)(LYT_ROLE_CONTACT + role);
    if (!status)
        status = lyt_rs_bool(r, node, "trained", &out->is_trained);
    if (!status)
        status = lyt_rs_text(r, node, "language", &out->language);
    return status ? status : lyt_rs_names(r, node, "channels", &out->channels);
}

static lyt_status read_people(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = lyt_rs_children(list), i = 0;
    lyt_person *people = lyt_arena_array(r->to->arena, n + 1, sizeof *people);
    lyt_str *names = lyt_arena_array(r->to->arena, n + 1, sizeof *names);

    if (!people || !names)
        return lyt_rs_no_memory(r);
    if (!n)
        return lyt_rs_bad(r, list, "somebody has to answer; write down at least one person");
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_person(r, list, node, &people[i]);

        if (status)
            return status;
        names[i] = lyt_str_of(people[i].name);
        i++;
    }
    r->to->staff = (lyt_personal_names){names, n};
    r->to->people = people;
    r->to->n_people = n;
    return LYT_OK;
}

static lyt_status read_team(lyt_settings_reader *r, const lyt_yaml_node *list,
                            const lyt_yaml_node *node, lyt_crew *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"share", LYT_YAML_SCALAR, false},
        {"people", LYT_YAML_LIST, false},
    };
    static const char *const shares[] = {"all", "turns", "free"};
    const lyt_yaml_node *share = lyt_yaml_get(node, "share");
    const lyt_yaml_node *people = lyt_yaml_get(node, "people");
    size_t index = 0;
    lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status && share)
        status = lyt_field_choice(r->file, share, shares, 3, &index, r->err);
    out->share = (lyt_share)index;
    if (!status)
        status = lyt_rs_names(r, node, "people", &out->people);
    for (const lyt_yaml_node *p = people ? people->first : NULL; !status && p; p = p->next)
        status = lyt_rs_whom_is(r, p, LYT_RS_PERSON);
    if (!status && index && !people)
        status = lyt_rs_bad(r, share, "who takes turns? write down 'people'");
    return status;
}

static lyt_status read_teams(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_crew *teams = lyt_arena_array(r->to->arena, n + 1, sizeof *teams);

    if (!teams)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_team(r, list, node, &teams[i++]);

        if (status)
            return status;
    }
    r->to->teams = teams;
    r->to->n_teams = n;
    return LYT_OK;
}

static lyt_status read_areas(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"places", LYT_YAML_LIST, true},
    };
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_area *areas = lyt_arena_array(r->to->arena, n + 1, sizeof *areas);

    if (!areas)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

        if (!status)
            status = lyt_rs_id(r, list, node, &areas[i].id);
        if (!status)
            status = lyt_rs_names(r, node, "places", &areas[i].places);
        if (status)
            return status;
    }
    r->to->areas = areas;
    r->to->n_areas = n;
    return LYT_OK;
}

static lyt_status read_ladder(lyt_settings_reader *r, const lyt_yaml_node *steps, lyt_ladder *out)
{
    static const lyt_field fields[] = {
        {"after_min", LYT_YAML_SCALAR, true},
        {"to", LYT_YAML_SCALAR, true},
    };

    for (const lyt_yaml_node *node = steps->first; node; node = node->next) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

        if (!status && out->n == lyt_ladder_steps_max)
            status = lyt_rs_bad(r, node, "at most %d steps in a ladder", lyt_ladder_steps_max);
        if (!status)
            status = lyt_rs_time(r, node, "after_min", 100000, lyt_rs_minute_us,
                                 &out->steps[out->n].after_us);
        if (!status)
            status = lyt_rs_whom_is(r, lyt_yaml_get(node, "to"), LYT_RS_TARGET);
        if (!status)
            status = lyt_rs_text(r, node, "to", &out->steps[out->n].to);
        if (!status && out->n && out->steps[out->n].after_us <= out->steps[out->n - 1].after_us)
            status = lyt_rs_bad(r, node, "this step comes no later than the one before");
        if (status)
            return status;
        out->n++;
    }
    return out->n ? LYT_OK : lyt_rs_bad(r, steps, "a ladder has at least one step");
}

static lyt_status read_ladders(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"steps", LYT_YAML_LIST, true},
    };
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_ladder *ladders = lyt_arena_array(r->to->arena, n + 1, sizeof *ladders);

    if (!ladders)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

        if (!status)
            status = lyt_rs_id(r, list, node, &ladders[i].id);
        if (!status)
            status = read_ladder(r, lyt_yaml_get(node, "steps"), &ladders[i]);
        if (status)
            return status;
    }
    r->to->ladders = ladders;
    r->to->n_ladders = n;
    return LYT_OK;
}

static lyt_status read_clock(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_clock_rule *out)
{
    static const lyt_field fields[] = {
        {"severity_min", LYT_YAML_SCALAR, false},    {"severity_max", LYT_YAML_SCALAR, false},
        {"acknowledge_min", LYT_YAML_SCALAR, false}, {"contact_min", LYT_YAML_SCALAR, false},
        {"remedy_min", LYT_YAML_SCALAR, false},      {"close_min", LYT_YAML_SCALAR, false},
        {"hours", LYT_YAML_SCALAR, false},
    };
    static const char *const keys[LYT_CLOCK_KIND_COUNT] = {"acknowledge_min", "contact_min",
                                                           "remedy_min", "close_min"};
    int64_t min = 0, max = 4;
    lyt_status status = lyt_fields_check(r->file, node, fields, 7, r->err);

    if (!status)
        status = lyt_rs_int(r, node, "severity_min", 0, 4, &min);
    if (!status)
        status = lyt_rs_int(r, node, "severity_max", 0, 4, &max);
    for (size_t i = 0; !status && i < LYT_CLOCK_KIND_COUNT; i++)
        status = lyt_rs_time(r, node, keys[i], 1000000, lyt_rs_minute_us, &out->limit_us[i]);
    out->severity_min = (int)min;
    out->severity_max = (int)max;
    return status ? status : lyt_rs_hours_named(r, node, &out->hours);
}

static lyt_status read_clocks(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_clock_rule *clocks = lyt_arena_array(r->to->arena, n + 1, sizeof *clocks);

    if (!clocks)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_clock(r, node, &clocks[i++]);

        if (status)
            return status;
    }
    r->to->clocks = clocks;
    r->to->n_clocks = n;
    return LYT_OK;
}

static lyt_status read_grouping(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"window_min", LYT_YAML_SCALAR, false},    {"guest_window_min", LYT_YAML_SCALAR, false},
        {"reopen_min", LYT_YAML_SCALAR, false},    {"repeat_days", LYT_YAML_SCALAR, false},
        {"parent_places", LYT_YAML_SCALAR, false}, {"parent_min", LYT_YAML_SCALAR, false},
    };
    lyt_grouping *to = &r->to->grouping;
    lyt_status status;

    *to = lyt_grouping_default();
    if (!map)
        return LYT_OK;
    status = lyt_fields_check(r->file, map, fields, 6, r->err);
    if (!status)
        status = lyt_rs_time(r, map, "window_min", 100000, lyt_rs_minute_us, &to->window_us);
    if (!status)
        status =
            lyt_rs_time(r, map, "guest_window_min", 100000, lyt_rs_minute_us, &to->guest_window_us);
    if (!status)
        status = lyt_rs_time(r, map, "reopen_min", 100000, lyt_rs_minute_us, &to->reopen_us);
    if (!status)
        status = lyt_rs_time(r, map, "repeat_days", 3650, 1440 * lyt_rs_minute_us, &to->repeat_us);
    if (!status)
        status = lyt_rs_int(r, map, "parent_places", 2, 1000, &to->parent_places);
    return status ? status
                  : lyt_rs_time(r, map, "parent_min", 100000, lyt_rs_minute_us, &to->parent_us);
}

static lyt_status read_reminders(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"every_min", LYT_YAML_SCALAR, true},
        {"at_most", LYT_YAML_SCALAR, true},
    };
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 2, r->err) : LYT_OK;

    if (!map || status)
        return status;
    status = lyt_rs_time(r, map, "every_min", 10000, lyt_rs_minute_us, &r->to->remind_us);
    return status ? status : lyt_rs_int(r, map, "at_most", 0, 1000, &r->to->remind_max);
}

static lyt_status read_quiet(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"below", LYT_YAML_SCALAR, true},
        {"from", LYT_YAML_SCALAR, true},
        {"to", LYT_YAML_SCALAR, true},
    };
    int64_t below = 0;
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 3, r->err) : LYT_OK;

    if (!map || status)
        return status;
    status = lyt_rs_int(r, map, "below", 0, 4, &below);
    if (!status)
        status = lyt_rs_minute(r, map, "from", &r->to->quiet_from_min);
    if (!status)
        status = lyt_rs_minute(r, map, "to", &r->to->quiet_to_min);
    r->to->quiet_below = (int)below;
    return status;
}

static lyt_status read_messages(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"contact", LYT_YAML_LIST, true},
        {"sms_parts", LYT_YAML_SCALAR, false},
        {"automatic", LYT_YAML_LIST, false},
    };
    int64_t parts = 0;
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 3, r->err) : LYT_OK;

    if (!map || status)
        return status;
    status = lyt_rs_names(r, map, "contact", &r->to->messages.contact);
    if (!status)
        status = lyt_rs_int(r, map, "sms_parts", 1, 20, &parts);
    r->to->messages.sms_parts = (size_t)parts;
    return status ? status : lyt_rs_names(r, map, "automatic", &r->to->automatic_replies);
}

static lyt_status read_sensitive(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {{"scenarios", LYT_YAML_LIST, true},
                                       {"roles", LYT_YAML_LIST, true}};
    lyt_names roles = {NULL, 0};
    lyt_status status;

    if (!map)
        return LYT_OK;
    status = lyt_fields_check(r->file, map, fields, sizeof fields / sizeof *fields, r->err);
    if (!status)
        status = lyt_rs_names(r, map, "scenarios", &r->to->sensitive);
    if (!status)
        status = lyt_rs_names(r, map, "roles", &roles);
    for (size_t i = 0; !status && i < roles.n; i++) {
        bool is_one = false;

        for (int role = LYT_ROLE_CONTACT; role < LYT_ROLE_COUNT; role++) {
            bool is_it = strcmp(lyt_role_name((lyt_role)role), roles.item[i]) == 0;

            is_one = is_one || is_it;
            r->to->may_see[role] = r->to->may_see[role] || is_it;
        }
        if (!is_one)
            status = lyt_rs_bad(r, lyt_yaml_get(map, "roles"),
                                "there is no role '%s'; write contact, supervisor or manager",
                                roles.item[i]);
    }
    return status;
}

static lyt_status read_good_news(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {{"to", LYT_YAML_SCALAR, true},
                                       {"words", LYT_YAML_LIST, false},
                                       {"per_hour", LYT_YAML_SCALAR, false}};
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_good_news *all = n ? lyt_arena_array(r->to->arena, n, sizeof *all) : NULL;

    if (n && !all)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = n ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status =
            lyt_fields_check(r->file, node, fields, sizeof fields / sizeof *fields, r->err);

        all[i] = (lyt_good_news){.per_hour = 6};
        if (!status)
            status = lyt_rs_whom_is(r, lyt_yaml_get(node, "to"), LYT_RS_TARGET);
        if (!status)
            status = lyt_rs_text(r, node, "to", &all[i].to);
        if (!status)
            status = lyt_rs_names(r, node, "words", &all[i].words);
        if (!status)
            status = lyt_rs_int(r, node, "per_hour", 1, 3600, &all[i].per_hour);
        if (status)
            return status;
    }
    r->to->good_news = all;
    r->to->n_good_news = n;
    return LYT_OK;
}

static lyt_status read_numbers(lyt_settings_reader *r, const lyt_yaml_node *root)
{
    lyt_settings *to = r->to;
    int64_t warn = 75;
    lyt_status status = lyt_rs_int(r, root, "warn_percent", 1, 99, &warn);

    to->warn_percent = (int)warn;
    to->answer_us = 24 * 60 * lyt_rs_minute_us;
    to->pause_max_us = 24 * 60 * lyt_rs_minute_us;
    if (!status)
        status = lyt_rs_time(r, root, "answer_min", 100000, lyt_rs_minute_us, &to->answer_us);
    if (!status)
        status = lyt_rs_time(r, root, "owner_idle_min", 100000, lyt_rs_minute_us, &to->stale_us);
    if (!status)
        status = lyt_rs_time(r, root, "pause_max_min", 100000, lyt_rs_minute_us, &to->pause_max_us);
    if (!status)
        status = read_grouping(r, lyt_yaml_get(root, "grouping"));
    if (!status)
        status = read_reminders(r, lyt_yaml_get(root, "reminders"));
    if (!status)
        status = read_messages(r, lyt_yaml_get(root, "messages"));
    if (!status)
        status = read_sensitive(r, lyt_yaml_get(root, "sensitive"));
    if (!status)
        status = read_good_news(r, lyt_yaml_get(root, "good_news"));
    return status ? status : read_quiet(r, lyt_yaml_get(root, "quiet"));
}

/* A name of the database: letters, digits, _, -, + and / within, never "..". */
static bool is_zone_name(lyt_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!is_letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '+' && c != '/')
            return false;
    }
    return name.len && name.ptr[0] != '/' && name.len < 64;
}

static lyt_status read_zone(lyt_settings_reader *r, const lyt_yaml_node *node,
                            const lyt_settings_options *options)
{
    lyt_buf path, bytes;
    lyt_error why = {0};
    lyt_status status;

    if (!is_zone_name(node->text))
        return lyt_rs_bad(r, node, "this is no time zone; write one as Europe/Copenhagen");
    lyt_buf_init(&path, options->alloc);
    lyt_buf_init(&bytes, options->alloc);
    lyt_fs_join(&path, options->zone_folder, node->text.ptr);
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_fs_read(options->fs, path.data, zone_bytes_max, &bytes, &why);
    if (!status)
        status = lyt_zone_read(&r->to->zone, options->alloc, lyt_buf_str(&bytes), &why);
    if (status == LYT_ENOMEM)
        status = lyt_rs_no_memory(r);
    else if (status)
        status = lyt_rs_bad(r, node, "the zone '%s' cannot be read from %s: %s", node->text.ptr,
                            options->zone_folder, why.text);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&bytes);
    return status;
}

static lyt_status read_policy(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"en", LYT_YAML_SCALAR, true},
        {"da", LYT_YAML_SCALAR, true},
    };
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 2, r->err) : LYT_OK;

    if (!status && map)
        status = lyt_rs_text(r, map, "en", &r->to->policy_en);
    if (!status && map)
        status = lyt_rs_text(r, map, "da", &r->to->policy_da);
    return status;
}

static lyt_status read_sections(lyt_settings_reader *r, const lyt_yaml_node *root)
{
    lyt_status status = read_people(r, lyt_yaml_get(root, "people"));

    if (!status)
        status = lyt_rs_hours(r, lyt_yaml_get(root, "hours"));
    if (!status)
        status = lyt_rs_duties(r, lyt_yaml_get(root, "duties"));
    if (!status)
        status = read_teams(r, lyt_yaml_get(root, "teams"));
    if (!status)
        status = read_areas(r, lyt_yaml_get(root, "areas"));
    if (!status)
        status = read_ladders(r, lyt_yaml_get(root, "ladders"));
    if (!status)
        status = lyt_rs_routes(r, lyt_yaml_get(root, "routes"));
    if (!status)
        status = read_clocks(r, lyt_yaml_get(root, "clocks"));
    if (!status)
        status = read_numbers(r, root);
    if (!status)
        status = lyt_rs_whom_is(r, lyt_yaml_get(root, "manager"), LYT_RS_TARGET);
    if (!status)
        status = lyt_rs_text(r, root, "manager", &r->to->manager);
    if (!status)
        status = lyt_rs_authority(r, lyt_yaml_get(root, "authority"));
    if (!status)
        status = lyt_rs_gestures(r, lyt_yaml_get(root, "gestures"));
    if (!status)
        status = lyt_rs_triggers(r, lyt_yaml_get(root, "triggers"));
    if (!status)
        status = read_policy(r, lyt_yaml_get(root, "policy"));
    if (!status)
        status = lyt_rs_drills(r, lyt_yaml_get(root, "drills"));
    if (!status)
        status = lyt_rs_ways(r, lyt_yaml_get(root, "ways"));
    if (!status)
        status = lyt_rs_digests(r, lyt_yaml_get(root, "digests"));
    return status ? status : lyt_rs_replies(r, root);
}

static lyt_status read_root(lyt_settings_reader *r, const lyt_yaml_node *root,
                            const lyt_settings_options *options)
{
    static const lyt_field fields[] = {
        {"desk", LYT_YAML_SCALAR, true},
        {"pack", LYT_YAML_SCALAR, true},
        {"zone", LYT_YAML_SCALAR, true},
        {"people", LYT_YAML_LIST, true},
        {"hours", LYT_YAML_LIST, false},
        {"duties", LYT_YAML_LIST, false},
        {"teams", LYT_YAML_LIST, false},
        {"areas", LYT_YAML_LIST, false},
        {"routes", LYT_YAML_LIST, true},
        {"ladders", LYT_YAML_LIST, false},
        {"clocks", LYT_YAML_LIST, false},
        {"warn_percent", LYT_YAML_SCALAR, false},
        {"grouping", LYT_YAML_MAP, false},
        {"reminders", LYT_YAML_MAP, false},
        {"quiet", LYT_YAML_MAP, false},
        {"answer_min", LYT_YAML_SCALAR, false},
        {"owner_idle_min", LYT_YAML_SCALAR, false},
        {"pause_max_min", LYT_YAML_SCALAR, false},
        {"manager", LYT_YAML_SCALAR, true},
        {"authority", LYT_YAML_MAP, false},
        {"gestures", LYT_YAML_LIST, false},
        {"triggers", LYT_YAML_LIST, false},
        {"messages", LYT_YAML_MAP, false},
        {"sensitive", LYT_YAML_MAP, false},
        {"good_news", LYT_YAML_LIST, false},
        {"digests", LYT_YAML_LIST, false}, {"drills", LYT_YAML_LIST, false},
        {"policy", LYT_YAML_MAP, false},
        {"ways", LYT_YAML_LIST, false},
        {"replies", LYT_YAML_MAP, false}, {"refunds", LYT_YAML_MAP, false},
    };
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (!status)
        status = lyt_field_id(r->file, lyt_yaml_get(root, "desk"), r->err);
    if (!status)
        status = lyt_rs_text(r, root, "desk", &r->to->id);
    if (!status)
        status = lyt_rs_text(r, root, "pack", &r->to->pack);
    if (!status)
        status = lyt_rs_text(r, root, "zone", &r->to->zone_name);
    if (!status)
        status = read_zone(r, lyt_yaml_get(root, "zone"), options);
    return status ? status : read_sections(r, root);
}

static lyt_status read_file(lyt_yaml **out, uint64_t *version, const char *path,
                            const lyt_settings_options *options, lyt_error *err)
{
    enum { file_bytes_max = 4 << 20 };
    lyt_status status;
    lyt_buf data;

    lyt_buf_init(&data, options->alloc);
    status = lyt_fs_read(options->fs, path, file_bytes_max, &data, err);
    if (!status) {
        *version = lyt_hash_str(lyt_buf_str(&data), 0);
        status = lyt_yaml_parse(out, options->alloc, lyt_buf_str(&data), path, err);
    }
    lyt_buf_deinit(&data);
    return status;
}

lyt_status lyt_settings_read(lyt_settings **out, const char *path,
                             const lyt_settings_options *options, lyt_error *err)
{
    lyt_settings_reader r = {.file = path, .err = err};
    lyt_yaml *yaml = NULL;
    lyt_str copied;
    uint64_t version;
    lyt_status status = read_file(&yaml, &version, path, options, err);

    if (status)
        return status;
    r.to = lyt_mem_new(options->alloc, sizeof *r.to);
    if (r.to) {
        r.to->alloc = options->alloc;
        r.to->version = version;
    }
    if (!r.to || lyt_arena_new(&r.to->arena, options->alloc, "settings", arena_bytes)) {
        status = lyt_error_at(err, LYT_ENOMEM, path, 0, 0, "no memory for the settings");
        goto end;
    }
    copied = lyt_arena_copy(r.to->arena, lyt_str_of(path));
    r.to->file = copied.ptr;
    status = copied.ptr ? read_root(&r, lyt_yaml_root(yaml), options) : lyt_rs_no_memory(&r);
end:
    lyt_yaml_free(yaml);
    if (status)
        lyt_settings_free(r.to);
    else
        *out = r.to;
    return status;
}
