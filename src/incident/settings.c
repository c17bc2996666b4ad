#include "settings.h"

#include <string.h>

#include "mem.h"

void lyt_settings_free(lyt_settings *settings)
{
    if (!settings)
        return;
    lyt_zone_free(settings->zone);
    lyt_arena_free(settings->arena);
    lyt_mem_free(settings->alloc, settings);
}

static bool is(const char *id, lyt_str text)
{
    return lyt_str_equal(lyt_str_of(id), text);
}

const lyt_person *lyt_settings_person(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_people; i++)
        if (is(settings->people[i].id, id))
            return &settings->people[i];
    return NULL;
}

static bool is_called(const char *name, lyt_str text)
{
    if (strlen(name) != text.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char a = name[i], b = text.ptr[i];

        a = a >= 'A' && a <= 'Z' ? (char)(a | 0x20) : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b | 0x20) : b;
        if (a != b)
            return false;
    }
    return true;
}

const lyt_person *lyt_settings_called(const lyt_settings *settings, lyt_str name)
{
    const lyt_person *person = lyt_settings_person(settings, name);

    for (size_t i = 0; !person && name.len && i < settings->n_people; i++)
        if (is_called(settings->people[i].id, name) || is_called(settings->people[i].name, name))
            person = &settings->people[i];
    return person;
}

const lyt_rota *lyt_settings_duty(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_duties; i++)
        if (is(settings->duties[i].id, id))
            return &settings->duties[i];
    return NULL;
}

const lyt_crew *lyt_settings_team(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_teams; i++)
        if (is(settings->teams[i].id, id))
            return &settings->teams[i];
    return NULL;
}

const lyt_ladder *lyt_settings_ladder(const lyt_settings *settings, const char *id)
{
    for (size_t i = 0; id && i < settings->n_ladders; i++)
        if (strcmp(settings->ladders[i].id, id) == 0)
            return &settings->ladders[i];
    return NULL;
}

const lyt_opening *lyt_settings_hours(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_hours; i++)
        if (is(settings->hours[i].id, id))
            return &settings->hours[i];
    return NULL;
}

const lyt_way *lyt_settings_way(const lyt_settings *settings, lyt_str id)
{
    for (size_t i = 0; i < settings->n_ways; i++)
        if (is(settings->ways[i].id, id))
            return &settings->ways[i];
    return NULL;
}

static bool texts(const lyt_way *way)
{
    return lyt_way_is_addressed(way->kind) && way->kind != LYT_WAY_MAIL;
}

const lyt_way *lyt_settings_sms_way(const lyt_settings *settings, lyt_str who)
{
    const lyt_way *found = NULL;

    for (size_t i = 0; i < settings->n_ways; i++) {
        const lyt_way *way = &settings->ways[i];

        if (!texts(way))
            continue;
        if (lyt_way_address(way, who))
            return way;
        if (!found || (way->for_guests && !found->for_guests))
            found = way;
    }
    return found;
}

/* Incidents opened for the team so far: whose turn it is follows from the book alone. */
static size_t opened_for(const lyt_book *book, const char *team)
{
    return lyt_book_chain_size(book, lyt_chain_key(LYT_CHAIN_TEAM, lyt_str_of(team)));
}

static size_t open_with(const lyt_book *book, const char *person)
{
    return lyt_book_chain_size(book, lyt_chain_key(LYT_CHAIN_OWNER, lyt_str_of(person)));
}

static const char *share(const lyt_book *book, const lyt_crew *team)
{
    size_t best = 0;

    if (!team->people.n || team->share == LYT_SHARE_ALL)
        return team->id;
    if (team->share == LYT_SHARE_TURNS)
        return team->people.item[book ? opened_for(book, team->id) % team->people.n : 0];
    for (size_t i = 1; book && i < team->people.n; i++)
        if (open_with(book, team->people.item[i]) < open_with(book, team->people.item[best]))
            best = i;
    return team->people.item[best];
}

const char *lyt_settings_who(const lyt_settings *settings, const lyt_book *book, const char *to,
                             int64_t now_us)
{
    const lyt_rota *duty = lyt_settings_duty(settings, lyt_str_of(to));
    const lyt_crew *team = lyt_settings_team(settings, lyt_str_of(to));

    if (duty)
        return lyt_rota_on(duty, settings->zone, now_us);
    return team ? share(book, team) : to;
}

size_t lyt_settings_areas(const lyt_settings *settings, lyt_str place, lyt_str *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; place.len && i < settings->n_areas && n < max; i++) {
        const lyt_area *area = &settings->areas[i];

        for (size_t j = 0; j < area->places.n; j++) {
            if (!lyt_place_matches(area->places.item[j], place))
                continue;
            out[n++] = lyt_str_of(area->id);
            break;
        }
    }
    return n;
}

const lyt_clock_rule *lyt_settings_clock(const lyt_settings *settings, int severity)
{
    for (size_t i = 0; i < settings->n_clocks; i++)
        if (severity >= settings->clocks[i].severity_min &&
            severity <= settings->clocks[i].severity_max)
            return &settings->clocks[i];
    return NULL;
}

int64_t lyt_settings_quiet_until(const lyt_settings *settings, int severity, int64_t now_us)
{
    lyt_local local = lyt_local_at(settings->zone, now_us);
    int from = settings->quiet_from_min, to = settings->quiet_to_min;
    bool overnight = from > to;
    bool is_quiet = overnight ? local.minute >= from || local.minute < to
                              : local.minute >= from && local.minute < to;

    if (severity >= settings->quiet_below || severity >= 4 || !is_quiet)
        return 0;
    return lyt_local_us(settings->zone, local.days + (overnight && local.minute >= from), to);
}

const char *lyt_settings_call(const lyt_settings *settings)
{
    const lyt_names *contact = &settings->messages.contact;

    if (settings->replies.call)
        return settings->replies.call;
    for (size_t i = 0; i < contact->n; i++)
        if (strpbrk(contact->item[i], "0123456789"))
            return contact->item[i];
    return "";
}

bool lyt_settings_is_sensitive(const lyt_settings *settings, lyt_str scenario)
{
    for (size_t i = 0; i < settings->sensitive.n; i++)
        if (lyt_str_equal(lyt_str_of(settings->sensitive.item[i]), scenario))
            return true;
    return false;
}

bool lyt_settings_may_see(const lyt_settings *settings, lyt_str person)
{
    const lyt_person *who = lyt_settings_person(settings, person);

    return who && settings->may_see[who->role];
}
