#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "datapaths.h"
#include "deskfile.h"

typedef struct route_values {
    bool json;
    const char *pack, *settings;
} route_values;

static const lyt_option options[] = {
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(route_values, json),
     .help = "as one JSON object"},
    LYT_DESKFILE_PACK(route_values),
    LYT_DESKFILE_SETTINGS(route_values),
};

enum verb { VERB_CHECK, VERB_TEST };
static const char *const verbs[] = {"check", "test", NULL};

static const lyt_sample samples[] = {
    {"lyt route test scenario=no-hot-water place=214 severity=2", "who would hear of it now"},
    {"lyt route test scenario=no-hot-water at=2026-12-25T03:00", "and who on Christmas night"},
    {"lyt route check --settings desk.yaml", "is the file in order, and fits it the pack"},
};

typedef struct route_state {
    const lyt_call *call;
    const route_values *values;
    const lyt_settings *settings;
    lyt_routed what;
    const char *team, *at;
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
        lyt_jw_key(&state->jw, "path");
        lyt_jw_array(&state->jw);
    } else {
        lyt_deskfile_local(&state->out, s, state->what.now_us, LYT_PAGE_EN);
        lyt_buf_addf(&state->out, ", %s\n", s->zone_name);
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

static lyt_exit test(route_state *state)
{
    const lyt_call *call = state->call;
    lyt_exit code;

    state->what.severity = 2;
    for (int i = 0; i < call->n_operands; i++)
        if (!take_label(state, call->operands[i]))
            return lyt_console_misuse(call->console,
                                      "'%s' says nothing; write scenario=, property=, place=, "
                                      "language=, severity= (0 to 4), team= or at=",
                                      call->operands[i]);
    code = lyt_deskfile_time(call, state->settings, state->at, &state->what.now_us);
    if (code == LYT_EXIT_DONE)
        write_path(state);
    return code;
}

/* Teams and scenarios that the settings name and the pack does not have, or the other way. */
static size_t compare(route_state *state, const lyt_pack *pack)
{
    const lyt_settings *s = state->settings;
    size_t wrong = 0;

    for (size_t i = 0; i < lyt_pack_teams(pack); i++) {
        const char *team = lyt_pack_team(pack, i)->id;

        if (lyt_settings_team(s, lyt_str_of(team)))
            continue;
        lyt_console_complain(state->call->console,
                             "%s: the pack's team '%s' is not among 'teams'; add it", s->file,
                             team);
        wrong++;
    }
    for (size_t i = 0; i < s->n_routes; i++) {
        const lyt_names *names = &s->routes[i].scenarios;

        for (size_t k = 0; k < names->n; k++) {
            if (lyt_pack_find(pack, lyt_str_of(names->item[k])))
                continue;
            lyt_console_complain(state->call->console,
                                 "%s: route '%s' names the scenario '%s', which the pack does not "
                                 "have",
                                 s->file, s->routes[i].id, names->item[k]);
            wrong++;
        }
    }
    for (size_t i = 0; i < s->n_triggers; i++) {
        const char *scenario = s->triggers[i].scenario;

        if (!scenario || lyt_pack_find(pack, lyt_str_of(scenario)))
            continue;
        lyt_console_complain(state->call->console,
                             "%s: trigger '%s' names the scenario '%s', which the pack does not "
                             "have",
                             s->file, s->triggers[i].id, scenario);
        wrong++;
    }
    for (size_t i = 0; i < s->automatic_replies.n; i++) {
        const char *scenario = s->automatic_replies.item[i];
        const lyt_scenario *found = lyt_pack_find(pack, lyt_str_of(scenario));

        if (found && found->n_messages)
            continue;
        lyt_console_complain(
            state->call->console, "%s: messages, automatic: the pack %s '%s'", s->file,
            found ? "has no message to guests about" : "does not have the scenario", scenario);
        wrong++;
    }
    return wrong;
}

enum { sample_incident = 99999 };

/* Every message of the pack, as it would have to go out. */
static size_t check_messages(route_state *state, const lyt_pack *pack)
{
    const lyt_settings *s = state->settings;
    const lyt_lexis *lexis = lyt_pack_lexis(pack);
    size_t wrong = 0;

    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const lyt_scenario *scenario = lyt_pack_scenario(pack, i);

        for (size_t m = 0; m < scenario->n_messages; m++) {
            for (int l = 0; l < (int)lyt_lexis_languages(lexis); l++) {
                const lyt_guest_message *message = &scenario->messages[m];
                lyt_error why = {0};
                lyt_buf text;

                if (!(lyt_pack_languages(pack) & (1U << l)))
                    continue;
                lyt_buf_init(&text, NULL);
                /* as long as it will be, with the number of its case */
                if (lyt_reply_write(&text, s, m ? LYT_REPLY_SOLVED : LYT_REPLY_FIRST,
                                    message->text.by[l], lyt_str_of(lyt_lexis_code(lexis, l)),
                                    sample_incident, &why)) {
                    lyt_console_complain(state->call->console, "%s: message '%s' (%s): %s",
                                         scenario->file, message->id, lyt_lexis_code(lexis, l),
                                         why.text);
                    wrong++;
                }
                lyt_buf_deinit(&text);
            }
        }
    }
    return wrong;
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
                  {"gestures", s->n_gestures}, {"triggers", s->n_triggers}};

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
    lyt_log log = lyt_console_log(state->call->console, LYT_LOG_ERROR);
    lyt_datapaths paths;
    lyt_error err = {0};
    lyt_pack *pack = NULL;
    lyt_buf folder;
    lyt_exit code;

    if (state->call->n_operands)
        return lyt_console_misuse(state->call->console, "route check takes no operand");
    lyt_buf_init(&folder, NULL);
    code = lyt_datapaths_find(&paths, state->call->console);
    if (code == LYT_EXIT_DONE) {
        lyt_pack_options how = lyt_datapaths_options(&paths, state->call->console, &log);

        lyt_datapaths_pack(&paths, state->settings->pack, &folder);
        if (lyt_buf_status(&folder))
            code = lyt_console_complain(state->call->console, "out of memory");
        else if (lyt_pack_load_texts(&pack, folder.data, &how, &err))
            code = lyt_console_error(state->call->console, &err);
        lyt_console_progress_end(state->call->console);
    }
    if (code == LYT_EXIT_DONE && compare(state, pack) + check_messages(state, pack))
        code = LYT_EXIT_FAILED;
    if (code == LYT_EXIT_DONE)
        write_counts(state);
    lyt_pack_free(pack);
    lyt_buf_deinit(&folder);
    lyt_datapaths_deinit(&paths);
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
        "are scenario, property, place, language, severity (2 when not given), team (the "
        "scenario's) and at (a time; else now).\n"
        "\n"
        "check reads the file as the service does and names file, line and column of what is "
        "wrong; then it compares it with the pack's teams and scenarios, and holds every message "
        "to "
        "a guest against the settings: a way to reach a person, and its length by SMS. No "
        "service is needed.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(route_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
