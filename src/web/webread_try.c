#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fs.h"
#include "ownfolder.h"
#include "utf8.h"
#include "webhouse.h"
#include "webjson.h"
#include "webread_inner.h"
#include "webtrial.h"

static const lyt_pack *pack_of(const lyt_webasked *a)
{
    return a->r->classifier ? lyt_classifier_pack(a->r->classifier) : NULL;
}

static lyt_status no_pack(lyt_webasked *a)
{
    return lyt_webasked_refuse(a, 503, "no-pack", LYT_ESTATE, "the service judges without a pack");
}

lyt_status lyt_webread_scenarios(lyt_webasked *a)
{
    const lyt_pack *pack = pack_of(a);
    const lyt_scenario *scenarios;

    if (!pack)
        return no_pack(a);
    scenarios = lyt_pack_at(pack, lyt_json_text(a->tree, "property"));
    lyt_jw_object(&a->jw);
    lyt_jw_kstr(&a->jw, "pack", lyt_str_of(lyt_pack_id(pack)));
    lyt_jw_kversion(&a->jw, "version", lyt_classifier_version(a->r->classifier));
    lyt_jw_key(&a->jw, "scenarios");
    lyt_jw_array(&a->jw);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++)
        lyt_jw_scenario(&a->jw, lyt_pack_lexis(pack), &scenarios[i], false);
    lyt_jw_array_end(&a->jw);
    lyt_jw_key(&a->jw, "teams");
    lyt_jw_teams(&a->jw, pack);
    lyt_jw_key(&a->jw, "gestures");
    lyt_jw_gestures(&a->jw, a->r->settings);
    if (lyt_json_get(a->tree, "people")) {
        lyt_jw_key(&a->jw, "people");
        lyt_jw_people(&a->jw, a->r->settings);
    }
    lyt_jw_object_end(&a->jw);
    return LYT_OK;
}

/* The file as it stands now; one that cannot be read (any more) is left out. */
static lyt_status write_file(lyt_webasked *a, const char *path)
{
    char version[lyt_own_version_bytes];
    lyt_error ignored;
    lyt_buf text;
    lyt_status status;

    lyt_buf_init(&text, a->r->o->alloc);
    status = lyt_fs_read(lyt_fs_system(), path, lyt_trial_yaml_max, &text, &ignored);
    if (!status && !lyt_utf8_check(lyt_buf_str(&text), NULL)) {
        lyt_own_version(version, lyt_buf_str(&text));
        lyt_jw_kstr(&a->jw, "yaml", lyt_buf_str(&text));
        lyt_jw_kstr(&a->jw, "text_version", lyt_str_of(version));
    }
    lyt_buf_deinit(&text);
    return status == LYT_ENOMEM ? status : LYT_OK;
}

/* Whether it was read from the house's own folder. */
static bool is_own(const lyt_webasked *a, const lyt_scenario *scenario)
{
    return a->r->o->own && lyt_str_begins(lyt_str_of(scenario->file), lyt_str_of(a->r->o->own));
}

lyt_status lyt_webread_scenario(lyt_webasked *a)
{
    const lyt_pack *pack = pack_of(a);
    const lyt_scenario *found = pack ? lyt_pack_find(pack, lyt_json_text(a->tree, "id")) : NULL;
    const lyt_scenario *at;
    bool is_wanted = false;
    lyt_status status = LYT_OK;

    if (!pack)
        return no_pack(a);
    if (!found)
        return lyt_webasked_refuse(a, 404, "not-found", LYT_ENOTFOUND, "there is no such scenario");
    at = lyt_pack_at(pack, lyt_json_text(a->tree, "property"));
    lyt_jw_object(&a->jw);
    lyt_jw_scenario_members(&a->jw, lyt_pack_lexis(pack), &at[found - lyt_pack_scenario(pack, 0)],
                            true);
    if (a->r->settings && a->r->settings->policy_en) {
        lyt_jw_key(&a->jw, "house_policy");
        lyt_jw_object(&a->jw);
        lyt_jw_kstr(&a->jw, "en", lyt_str_of(a->r->settings->policy_en));
        lyt_jw_kstr(&a->jw, "da", lyt_str_of(a->r->settings->policy_da));
        lyt_jw_object_end(&a->jw);
    }
    if (lyt_json_bool(lyt_json_get(a->tree, "yaml"), &is_wanted) && is_wanted)
        status = write_file(a, found->file);
    lyt_jw_kbool(&a->jw, "is_own", is_own(a, found));
    lyt_jw_object_end(&a->jw);
    return status;
}

/* Who saved or took back what; the newest first. */
lyt_status lyt_webread_changes(lyt_webasked *a)
{
    const lyt_own own = {a->r->o->alloc, lyt_fs_system(), a->r->o->own, ""};
    lyt_buf lines;
    lyt_str rest;
    lyt_status status = LYT_OK;

    lyt_buf_init(&lines, a->r->o->alloc);
    if (a->r->o->own)
        status = lyt_own_changes(&own, lyt_json_text(a->tree, "id"), &lines, &a->err);
    lyt_jw_object(&a->jw);
    lyt_jw_key(&a->jw, "changes");
    lyt_jw_array(&a->jw);
    for (rest = lyt_buf_str(&lines); !status && rest.len;) {
        size_t start = --rest.len;

        while (start > 0 && rest.ptr[start - 1] != '\n')
            start--;
        lyt_jw_raw(&a->jw, lyt_str_slice(rest, start, rest.len));
        rest.len = start;
    }
    lyt_jw_array_end(&a->jw);
    lyt_jw_object_end(&a->jw);
    lyt_buf_deinit(&lines);
    return status;
}

/* Who would be told now, by the settings of the house. */
static void write_route(lyt_webasked *a, const lyt_verdict *verdict, const lyt_failure *failure)
{
    const lyt_settings *s = a->r->settings;
    size_t found[lyt_routes_found_max], n;
    lyt_routed what = {.property = lyt_json_text(a->tree, "property"),
                       .scenario = lyt_str_of(failure->scenario),
                       .place = verdict->place,
                       .language = lyt_str_of(verdict->language),
                       .severity = failure->severity,
                       .now_us = lyt_clock_wall_us(a->r->o->clock)};

    n = s ? lyt_route_find(s->routes, s->n_routes, s->zone, &what, found) : 0;
    lyt_jw_object(&a->jw);
    lyt_jw_kstr(&a->jw, "scenario", what.scenario);
    lyt_jw_kstr(&a->jw, "team", lyt_str_of(failure->team));
    lyt_jw_key(&a->jw, "receivers");
    lyt_jw_array(&a->jw);
    for (size_t i = 0; i < n; i++) {
        const lyt_route *route = &s->routes[found[i]];

        for (size_t k = 0; k < route->n_to; k++) {
            const char *to =
                strcmp(route->to[k], "team") == 0 && failure->team ? failure->team : route->to[k];

            lyt_jw_object(&a->jw);
            lyt_jw_kstr(&a->jw, "route", lyt_str_of(route->id));
            lyt_jw_kstr(&a->jw, "to", lyt_str_of(to));
            lyt_jw_kstr(&a->jw, "who", lyt_str_of(lyt_settings_who(s, NULL, to, what.now_us)));
            lyt_jw_object_end(&a->jw);
        }
    }
    lyt_jw_array_end(&a->jw);
    lyt_jw_object_end(&a->jw);
}

static const char *hint(lyt_str text, char room[64])
{
    if (text.len == 0 || text.len >= 64)
        return NULL;
    snprintf(room, 64, "%.*s", LYT_STR_ARG(text));
    return room;
}

lyt_status lyt_webread_try(lyt_webasked *a)
{
    char language[64], property[64], place[64];
    lyt_message message = {.text = lyt_json_text(a->tree, "text"),
                           .language = hint(lyt_json_text(a->tree, "language"), language),
                           .property = hint(lyt_json_text(a->tree, "property"), property),
                           .place = hint(lyt_json_text(a->tree, "place"), place)};
    const lyt_verdict *verdict = NULL;
    lyt_str json = {NULL, 0};
    lyt_status status = LYT_OK;

    if (!a->r->classifier)
        return no_pack(a);
    if (lyt_json_real(lyt_json_get(a->tree, "score"), &message.score) &&
        !lyt_json_real(lyt_json_get(a->tree, "scale"), &message.scale))
        message.scale = 10;
    if (!a->r->session)
        status = lyt_session_new_small(&a->r->session, a->r->classifier, &a->err);
    if (status)
        return status;
    status = lyt_classify(a->r->session, &message, &verdict, &a->err);
    if (!status)
        status = lyt_verdict_json(a->r->session, verdict, &json, &a->err);
    if (status)
        return status;
    lyt_jw_object(&a->jw);
    lyt_jw_key(&a->jw, "verdict");
    lyt_jw_raw(&a->jw, json);
    lyt_jw_key(&a->jw, "routes");
    lyt_jw_array(&a->jw);
    for (size_t i = 0; i < verdict->n_failures; i++)
        if (!verdict->failures[i].shadow)
            write_route(a, verdict, &verdict->failures[i]);
    lyt_jw_array_end(&a->jw);
    lyt_jw_object_end(&a->jw);
    return LYT_OK;
}
