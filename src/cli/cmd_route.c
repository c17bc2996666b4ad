#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deskfile.h"
#include "guestlinks.h"
#include "route_pack.h"

typedef struct route_values {
    bool json, links;
    const char *ca, *pack, *settings;
} route_values;

static const lyt_option options[] = {
    {.name = "ca",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(route_values, ca),
     .value = "FILE",
     .help = "certificates to trust instead of the system's, for --links",
     .verbs = "check"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(route_values, json),
     .help = "as one JSON object"},
    {.name = "links",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(route_values, links),
     .help = "ask each link in a message to guests whether anything is there; needs the network",
     .verbs = "check"},
    LYT_DESKFILE_PACK(route_values),
    LYT_DESKFILE_SETTINGS(route_values),
};

enum verb { VERB_CHECK, VERB_TEST };
static const char *const verbs[] = {"check", "test", NULL};

static const lyt_sample samples[] = {
    {"lyt route test scenario=no-hot-water place=214 severity=2", "who would hear of it now"},
    {"lyt route test scenario=no-hot-water at=2026-12-25T03:00", "and who on Christmas night"},
    {"lyt route check --settings desk.yaml", "is the file in order, and fits it the pack"},
    {"lyt route check --links", "and do the links in messages to guests lead anywhere"},
};

typedef struct route_state {
    const lyt_call *call;
    const route_values *values;
    const lyt_settings *settings;
    lyt_routed what;
    const char *team, *at;
    lyt_pack *pack; /* NULL until it is needed */
    size_t n_links; /* in messages to guests */
    lyt_buf out;
    lyt_jw jw;
} route_state;

static bool take_label(route_state *state, const char *label)
{
    static const char *const keys[] = {"scenario", "property", "place", "language",
                                       "severity", "team",     "at"};
    lyt_str *texts[] = {&state->what.scenario, &state->what.property, &state->what.place,
                        &state->what.language};
    const char *equals = strchr(label, '=');
    size_t len = equals ? (size_t)(equals - label) : 0, key = 0;
    char *end;
    long severity;

    while (key < 7 && (strlen(keys[key]) != len || strncmp(keys[key], label, len) != 0))
        key++;
    if (key < 4)
        *texts[key] = lyt_str_of(equals + 1);
    else if (key == 4) {
        severity = strtol(equals + 1, &end, 10);
        state->what.severity = (int)severity;
        return *end == '\0' && end != equals + 1 && severity >= 0 && severity <= 4;
    } else if (key == 5)
        state->team = equals + 1;
    else if (key == 6)
        state->at = equals + 1;
    return key < 7;
}

static const char *target(const route_state *state, const char *to)
{
    return strcmp(to, "team") == 0 && state->team ? state->team : to;
}

static void add_receiver(route_state *state, const char *to)
{
    const lyt_settings *s = state->settings;
    const char *name = target(state, to);
    const char *who = lyt_settings_who(s, NULL, name, state->what.now_us);
    const lyt_person *person = lyt_settings_person(s, lyt_str_of(who));
    const char *channel = person ? person->channels.item[0] : "bus";

    if (!state->values->json) {
        lyt_buf_addf(&state->out, "      to %s", name);
        if (person)
            lyt_buf_addf(&state->out, ": %s", person->name);
        lyt_buf_addf(&state->out, " by %s\n", channel);
        return;
    }
    lyt_jw_object(&state->jw);
    lyt_jw_kstr(&state->jw, "to", lyt_str_of(name));
    lyt_jw_kstr(&state->jw, "who", lyt_str_of(who));
    lyt_jw_kstr(&state->jw, "channel", lyt_str_of(channel));
    lyt_jw_object_end(&state->jw);
}

static void add_ladder(route_state *state, const char *id)
{
    const lyt_settings *s = state->settings;
    const lyt_ladder *ladder = lyt_settings_ladder(s, id);

    for (size_t i = 0; ladder && i < ladder->n; i++) {
        int64_t minutes = ladder->steps[i].after_us / 60000000;
        const char *who = lyt_settings_who(s, NULL, ladder->steps[i].to, state->what.now_us);

        if (!state->values->json) {
            lyt_buf_addf(&state->out, "      after %lld min without an answer: %s (%s)\n",
                         (long long)minutes, ladder->steps[i].to, who);
            continue;
        }
        lyt_jw_object(&state->jw);
        lyt_jw_kint(&state->jw, "after_min", minutes);
        lyt_jw_kstr(&state->jw, "to", lyt_str_of(ladder->steps[i].to));
        lyt_jw_kstr(&state->jw, "who", lyt_str_of(who));
        lyt_jw_object_end(&state->jw);
    }
}

static void add_route(route_state *state, const lyt_route *route, const char *misses)
{
    lyt_jw *jw = &state->jw;

    if (!state->values->json) {
        if (misses)
            lyt_buf_addf(&state->out, "  %-16s no: %s\n", route->id, misses);
        else
            lyt_buf_addf(&state->out, "  %-16s yes%s\n", route->id,
                         route->goes_on ? ", and goes on" : "");
        for (size_t i = 0; !misses && i < route->n_to; i++)
            add_receiver(state, route->to[i]);
        if (!misses)
            add_ladder(state, route->ladder);
        return;
    }
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "route", lyt_str_of(route->id));
    lyt_jw_kbool(jw, "matches", !misses);
    if (misses) {
        lyt_jw_kstr(jw, "misses", lyt_str_of(misses));
        lyt_jw_object_end(jw);
        return;
    }
    lyt_jw_kbool(jw, "continue", route->goes_on);
    lyt_jw_key(jw, "receivers");
    lyt_jw_array(jw);
    for (size_t i = 0; i < route->n_to; i++)
        add_receiver(state, route->to[i]);
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "ladder");
    lyt_jw_array(jw);
    add_ladder(state, route->ladder);
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

/* What is told of time: whether it waits, and which clocks run. */
static void add_times(route_state *state)
{
    const lyt_settings *s = state->settings;
    int64_t quiet = lyt_settings_quiet_until(s, state->what.severity, state->what.now_us);
    const lyt_clock_rule *rule = lyt_settings_clock(s, state->what.severity);

    if (state->values->json && quiet)
        lyt_deskfile_ktime(&state->jw, "waits_until", quiet);
    if (!state->values->json && quiet) {
        lyt_buf_add_text(&state->out, "  quiet hours: waits until ");
        lyt_deskfile_local(&state->out, s, quiet, LYT_PAGE_EN);
        lyt_buf_add_char(&state->out, '\n');
    }
    for (int i = 0; rule && i < LYT_CLOCK_KIND_COUNT; i++) {
        const char *name = lyt_clock_kind_name((lyt_clock_kind)i);
        int64_t limit = rule->limit_us[i], due;

        if (!limit)
            continue;
        due = rule->hours ? lyt_opening_add(rule->hours, s->zone, state->what.now_us, limit)
                          : state->what.now_us + limit;
        if (state->values->json) {
            lyt_buf key;

            lyt_buf_init(&key, NULL);
            lyt_buf_addf(&key, "%s_by", name);
            if (key.data)
                lyt_deskfile_ktime(&state->jw, key.data, due);
            lyt_buf_deinit(&key);
            continue;
        }
        lyt_buf_addf(&state->out, "  %-12s by ", name);
        lyt_deskfile_local(&state->out, s, due, LYT_PAGE_EN);
        lyt_buf_add_char(&state->out, '\n');
    }
}

static void write_path(route_state *state)
{
    const lyt_settings *s = state->settings;

    if (state->values->json) {
        lyt_jw_init(&state->jw, &state->out);
        lyt_jw_object(&state->jw);
        lyt_deskfile_ktime(&state->jw, "at", state->what.now_us);
        lyt_jw_kint(&state->jw, "severity", state->what.severity);
        lyt_jw_kstr(&state->jw, "team", lyt_str_of(state->team ? state->team : ""));
        lyt_jw_key(&state->jw, "path");
        lyt_jw_array(&state->jw);
    } else {
        lyt_deskfile_local(&state->out, s, state->what.now_us, LYT_PAGE_EN);
        lyt_buf_addf(&state->out, ", %s, severity %d%s%s\n", s->zone_name, state->what.severity,
                     state->team ? ", team " : "", state->team ? state->team : "");
    }
    for (size_t i = 0; i < s->n_routes; i++) {
        const char *misses = lyt_route_misses(&s->routes[i], s->zone, &state->what);

        add_route(state, &s->routes[i], misses);
        if (!misses && !s->routes[i].goes_on)
            break;
    }
    if (state->values->json)
        lyt_jw_array_end(&state->jw);
    add_times(state);
    if (state->values->json) {
        lyt_jw_object_end(&state->jw);
        lyt_buf_add_char(&state->out, '\n');
    }
}

static bool is_of_trigger(const lyt_settings *s, lyt_str scenario)
{
    for (size_t i = 0; i < s->n_triggers; i++)
        if (s->triggers[i].scenario &&
            lyt_str_equal(lyt_str_of(s->triggers[i].scenario), scenario))
            return true;
    return false;
}

/* How grave the scenario is and whose, where no label says so, is what the pack says. */
static lyt_exit take_scenario(route_state *state)
{
    char id[64], near[96];
    const lyt_scenario *scenario;
    lyt_exit code;

    if (!state->what.scenario.len)
        return LYT_EXIT_DONE;
    code = lyt_route_pack_load(state->call, state->settings, &state->pack);
    if (code != LYT_EXIT_DONE)
        return code;
    scenario = lyt_pack_find(state->pack, state->what.scenario);
    /* as it is at the property, where the pack has a file of that */
    if (scenario)
        scenario = lyt_pack_at(state->pack, state->what.property.len
                                                ? state->what.property
                                                : lyt_str_of(state->settings->id)) +
                   (scenario - lyt_pack_scenario(state->pack, 0));
    snprintf(id, sizeof id, "%.*s", LYT_STR_ARG(lyt_str_slice(state->what.scenario, 0, 63)));
    if (scenario) {
        if (state->what.severity < 0)
            state->what.severity = scenario->severity;
        if (!state->team)
            state->team = scenario->team;
    } else if (!is_of_trigger(state->settings, state->what.scenario)) {
        code = lyt_console_complain(state->call->console, "the pack has no scenario '%s'%s", id,
                                    lyt_route_pack_near(near, state->pack, id));
    }
    return code;
}

static lyt_exit test(route_state *state)
{
    const lyt_call *call = state->call;
    lyt_exit code;

    state->what.severity = -1;
    for (int i = 0; i < call->n_operands; i++)
        if (!take_label(state, call->operands[i]))
            return lyt_console_misuse(call->console,
                                      "'%s' says nothing; write scenario=, property=, place=, "
                                      "language=, severity= (0 to 4), team= or at=",
                                      call->operands[i]);
    code = lyt_deskfile_time(call, state->settings, state->at, &state->what.now_us);
    if (code == LYT_EXIT_DONE && state->team && state->team[0] &&
        !lyt_settings_team(state->settings, lyt_str_of(state->team)))
        code = lyt_console_complain(call->console, "%s: there is no team '%s'",
                                    state->settings->file, state->team);
    if (code == LYT_EXIT_DONE)
        code = take_scenario(state);
    if (state->what.severity < 0)
        state->what.severity = 2;
    if (code == LYT_EXIT_DONE)
        write_path(state);
    return code;
}

static void write_counts(route_state *state)
{
    const lyt_settings *s = state->settings;
    const struct {
        const char *key;
        size_t n;
    } counts[] = {{"people", s->n_people},     {"hours", s->n_hours},
                  {"duties", s->n_duties},     {"teams", s->n_teams},
                  {"routes", s->n_routes},     {"ladders", s->n_ladders},
                  {"gestures", s->n_gestures}, {"triggers", s->n_triggers},
                  {"links", state->n_links}};

    if (state->values->json) {
        lyt_jw_init(&state->jw, &state->out);
        lyt_jw_object(&state->jw);
        lyt_jw_kstr(&state->jw, "desk", lyt_str_of(s->id));
    } else {
        lyt_buf_addf(&state->out, "%s:", s->id);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (state->values->json)
            lyt_jw_kint(&state->jw, counts[i].key, (int64_t)counts[i].n);
        else
            lyt_buf_addf(&state->out, "%s %zu %s", i ? "," : "", counts[i].n, counts[i].key);
    }
    if (state->values->json)
        lyt_jw_object_end(&state->jw);
    lyt_buf_add_char(&state->out, '\n');
}

static lyt_exit check(route_state *state)
{
    lyt_exit code;

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "route check takes no operand");
    code = lyt_route_pack_load(state->call, state->settings, &state->pack);
    if (code == LYT_EXIT_DONE &&
        lyt_route_pack_compare(state->call, state->settings, state->pack) +
            lyt_guestlinks_check(state->call, state->settings, state->pack,
                                 &(lyt_guestlinks_options){state->values->links, state->values->ca},
                                 &state->n_links))
        code = LYT_EXIT_FAILED;
    if (code == LYT_EXIT_DONE)
        write_counts(state);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    route_state state = {.call = call, .values = call->values};
    lyt_settings *settings;
    lyt_exit code = lyt_deskfile_read(call, state.values->settings, state.values->pack, &settings);

    state.settings = settings;
    lyt_buf_init(&state.out, NULL);
    if (code == LYT_EXIT_DONE)
        code = call->verb == VERB_TEST ? test(&state) : check(&state);
    lyt_console_write_buf(call->console, &state.out);
    lyt_buf_deinit(&state.out);
    lyt_pack_free(state.pack);
    lyt_settings_free(settings);
    return code;
}

const lyt_command lyt_cmd_route = {
    .name = "route",
    .summary = "Check a house's settings, and try where an alarm would go",
    .usage = "check [--json]\ntest LABEL=VALUE... [--json]",
    .description =
        "A house's settings (desk.yaml) say who is told of an alarm, who is asked next, and by "
        "when. test shows the path through the routes: which match, why the others do not, who "
        "that is at that time, when the next step comes, and when each clock is due. Labels "
        "are scenario, property, place, language, severity and team (the scenario's when not given) "
        "and at (a time; else now).\n"
        "\n"
        "check reads the file as the service does and names file, line and column of what is "
        "wrong; then it compares it with the pack's teams and scenarios, and holds every message "
        "to "
        "a guest against the settings: a way to reach a person, its length by SMS, and the form "
        "of each link in it. --links asks each of them whether anything is there, for which the "
        "network is needed; it sends nothing else. No service is needed.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(route_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
