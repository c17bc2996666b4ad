#include "packfile.h"

#include <string.h>

#include "hash.h"
#include "mem.h"

/* scenarios/<id>.yaml */

enum { message_bytes_max = 1000, amount_max = 1000000000, year_min = 525600, year_h = 8760 };

lyt_status lyt_pack_team_id(lyt_pack_reader *r, const lyt_yaml_node *node, const char **out)
{
    const char *names[32];
    const char *near;
    size_t n = r->pack->n_teams < 32 ? r->pack->n_teams : 32;
    lyt_status status = lyt_field_id(r->file, node, r->err);

    if (status)
        return status;
    for (size_t i = 0; i < r->pack->n_teams; i++) {
        const lyt_team *team = &r->pack->teams[i];

        if (lyt_str_equal(node->text, lyt_str_of(team->id))) {
            *out = team->id;
            return LYT_OK;
        }
        if (i < n)
            names[i] = team->id;
    }
    near = lyt_nearest_name(node->text, names, n);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                        "unknown team '%s'; %s%s%s", node->text.ptr,
                        near ? "did you mean '" : "add it to teams in pack.yaml", near ? near : "",
                        near ? "'?" : "");
}

lyt_status lyt_pack_flag(lyt_pack_reader *r, const lyt_yaml_node *node, bool *out)
{
    static const char *const names[] = {"false", "true"};
    size_t which = 0;
    lyt_status status = lyt_field_choice(r->file, node, names, 2, &which, r->err);

    if (status == LYT_OK)
        *out = which == 1;
    return status;
}

static lyt_status read_channels(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    const char **out;

    if (!list)
        return LYT_OK;
    out = lyt_arena_array(r->pack->arena, lyt_yaml_children(list) + 1, sizeof *out);
    if (!out)
        return lyt_pack_short(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = lyt_field_id(r->file, node, r->err);

        if (status == LYT_OK)
            status = lyt_pack_copy(r, node->text, &out[r->scenario->n_channels]);
        if (status)
            return status;
        r->scenario->n_channels++;
    }
    r->scenario->channels = out;
    return LYT_OK;
}

/* A guest's message is {id: …, en: …, da: …}: the id is no language. */
static lyt_status read_message(lyt_pack_reader *r, const lyt_yaml_node *list,
                               const lyt_yaml_node *node, lyt_guest_message *out)
{
    const lyt_yaml_node *id = NULL;
    lyt_status status = lyt_pack_keyed(r, node, "a message", "id", &id);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK)
        status = lyt_pack_unique(r, list, id);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &out->id);
    for (const lyt_yaml_node *text = node->first; text && status == LYT_OK; text = text->next) {
        lyt_language language = -1;

        if (text == id)
            continue;
        status = lyt_pack_language(r, text, &language);
        if (status == LYT_OK)
            status = lyt_field_text(r->file, text, r->err);
        if (status == LYT_OK && text->text.len > message_bytes_max)
            status = lyt_error_at(r->err, LYT_EFORMAT, r->file, text->line, text->column,
                                  "the message has %zu bytes; at most %d", text->text.len,
                                  message_bytes_max);
        if (status == LYT_OK)
            status = lyt_pack_copy(r, text->text, &out->text.by[language]);
        if (status == LYT_OK)
            out->at[language] = (lyt_spot){text->line, text->column};
    }
    if (status == LYT_OK)
        status = lyt_pack_all_languages(r, node, "message");
    lyt_pack_lend_texts(r, &out->text);
    return status;
}

static lyt_status read_messages(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    lyt_guest_message *out;

    if (!list)
        return LYT_OK;
    out = lyt_arena_array(r->pack->arena, lyt_yaml_children(list) + 1, sizeof *out);
    if (!out)
        return lyt_pack_short(r);
    r->scenario->messages = out;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_message(r, list, node, &out[r->scenario->n_messages]);

        if (status)
            return status;
        r->scenario->n_messages++;
    }
    return LYT_OK;
}

static lyt_status read_compensation(lyt_pack_reader *r, const lyt_yaml_node *list,
                                    const lyt_yaml_node *node, lyt_compensation *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},       {"name", LYT_YAML_MAP, true},
        {"level", LYT_YAML_SCALAR, true},    {"amount", LYT_YAML_SCALAR, true},
        {"currency", LYT_YAML_SCALAR, true},
    };
    static const char *const levels[] = {"contact", "supervisor", "manager"};
    static const char *const currencies[] = {"DKK", "EUR"};
    const lyt_yaml_node *id = lyt_yaml_get(node, "id");
    size_t level = 0, currency = 0;
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK)
        status = lyt_pack_unique(r, list, id);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &out->id);
    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(node, "name"), "name", 0, &out->name);
    if (status == LYT_OK)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "level"), levels, 3, &level, r->err);
    if (status == LYT_OK)
        status = lyt_field_int(r->file, lyt_yaml_get(node, "amount"), 0, amount_max, &out->amount,
                               r->err);
    if (status == LYT_OK)
        status = lyt_field_choice(r->file, lyt_yaml_get(node, "currency"), currencies, 2, &currency,
                                  r->err);
    out->level = (lyt_authority)level;
    out->currency = currencies[currency];
    return status;
}

static lyt_status read_compensations(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    lyt_compensation *out;

    if (!list)
        return LYT_OK;
    out = lyt_arena_array(r->pack->arena, lyt_yaml_children(list) + 1, sizeof *out);
    if (!out)
        return lyt_pack_short(r);
    r->scenario->compensations = out;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_compensation(r, list, node, &out[r->scenario->n_compensations]);

        if (status)
            return status;
        r->scenario->n_compensations++;
    }
    return LYT_OK;
}

/* Each promise in its turn; one that is due before the one ahead of it cannot be meant. */
static lyt_status read_sla(lyt_pack_reader *r, const lyt_yaml_node *node)
{
    static const lyt_field fields[] = {
        {"acknowledge_min", LYT_YAML_SCALAR, true},
        {"contact_min", LYT_YAML_SCALAR, true},
        {"remedy_min", LYT_YAML_SCALAR, true},
        {"close_h", LYT_YAML_SCALAR, true},
    };
    lyt_sla *sla = &r->scenario->sla;
    int64_t *const out[] = {&sla->acknowledge_min, &sla->contact_min, &sla->remedy_min,
                            &sla->close_h};
    int64_t before_min = 1;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_fields_check(r->file, node, fields, 4, r->err);
    for (size_t i = 0; i < 4 && status == LYT_OK; i++) {
        const lyt_yaml_node *value = lyt_yaml_get(node, fields[i].key);
        int64_t unit_min = i == 3 ? 60 : 1;

        status = lyt_field_int(r->file, value, 1, i == 3 ? year_h : year_min, out[i], r->err);
        if (status == LYT_OK && *out[i] * unit_min < before_min)
            status = lyt_error_at(r->err, LYT_EFORMAT, r->file, value->line, value->column,
                                  "%s is due before %s; make it later", fields[i].key,
                                  fields[i - 1].key);
        before_min = *out[i] * unit_min;
    }
    return status;
}

static lyt_status read_escalation(lyt_pack_reader *r, const lyt_yaml_node *node, int64_t before_min,
                                  lyt_escalation *out)
{
    static const lyt_field fields[] = {
        {"after_min", LYT_YAML_SCALAR, true},
        {"to", LYT_YAML_SCALAR, true},
    };
    const lyt_yaml_node *after, *to;
    lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

    if (status)
        return status;
    after = lyt_yaml_get(node, "after_min");
    to = lyt_yaml_get(node, "to");
    status = lyt_field_int(r->file, after, 1, year_min, &out->after_min, r->err);
    if (status == LYT_OK && out->after_min <= before_min)
        status =
            lyt_error_at(r->err, LYT_EFORMAT, r->file, after->line, after->column,
                         "after_min must be over %lld, the step before", (long long)before_min);
    if (status == LYT_OK)
        status = lyt_field_id(r->file, to, r->err);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, to->text, &out->to);
    return status;
}

static lyt_status read_escalations(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    lyt_escalation *out;
    int64_t before_min = 0;

    if (!list)
        return LYT_OK;
    out = lyt_arena_array(r->pack->arena, lyt_yaml_children(list) + 1, sizeof *out);
    if (!out)
        return lyt_pack_short(r);
    r->scenario->escalations = out;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_escalation *step = &out[r->scenario->n_escalations];
        lyt_status status = read_escalation(r, node, before_min, step);

        if (status)
            return status;
        before_min = step->after_min;
        r->scenario->n_escalations++;
    }
    return LYT_OK;
}

/* A step a line. */
static lyt_status read_steps(lyt_pack_reader *r, const lyt_yaml_node *list, const char **out)
{
    lyt_status status = LYT_OK;
    lyt_buf steps;

    lyt_buf_init(&steps, r->pack->alloc);
    for (const lyt_yaml_node *node = list->first; node && status == LYT_OK; node = node->next) {
        status = lyt_field_text(r->file, node, r->err);
        lyt_buf_addf(&steps, "%s%.*s", steps.len ? "\n" : "", LYT_STR_ARG(node->text));
    }
    if (status == LYT_OK && lyt_buf_status(&steps))
        status = lyt_pack_short(r);
    if (status == LYT_OK && steps.len)
        status = lyt_pack_copy(r, lyt_buf_str(&steps), out);
    lyt_buf_deinit(&steps);
    return status;
}

static lyt_status read_checklist(lyt_pack_reader *r, const lyt_yaml_node *map)
{
    lyt_status status = LYT_OK;

    for (const lyt_yaml_node *list = map->first; list; list = list->next) {
        lyt_language language = -1;

        status = lyt_pack_language(r, list, &language);
        if (status == LYT_OK)
            status = lyt_field_kind(r->file, list, LYT_YAML_LIST, "a checklist", r->err);
        if (status == LYT_OK)
            status = read_steps(r, list, &r->scenario->checklist.by[language]);
        if (status)
            return status;
    }
    status = lyt_pack_all_languages(r, map, "checklist");
    lyt_pack_lend_texts(r, &r->scenario->checklist);
    return status;
}

static lyt_status read_prevention(lyt_pack_reader *r, const lyt_yaml_node *node)
{
    static const lyt_field fields[] = {
        {"owner", LYT_YAML_SCALAR, true},
        {"checklist", LYT_YAML_MAP, false},
    };
    const lyt_yaml_node *owner = lyt_yaml_get(node, "owner");
    const lyt_yaml_node *checklist = lyt_yaml_get(node, "checklist");
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_fields_check(r->file, node, fields, 2, r->err);
    if (status == LYT_OK)
        status = lyt_field_id(r->file, owner, r->err);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, owner->text, &r->scenario->prevention_owner);
    if (status == LYT_OK && checklist)
        status = read_checklist(r, checklist);
    return status;
}

static lyt_status add_examples(lyt_pack_reader *r, const lyt_yaml_node *list, bool fires,
                               lyt_language language, lyt_scenario_example *out)
{
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_scenario_example *example = &out[r->scenario->n_examples];
        lyt_status status;

        *example = (lyt_scenario_example){
            .language = language, .fires = fires, .line = node->line, .column = node->column};
        status = lyt_pack_read_example(r, node, example);
        if (status)
            return status;
        r->scenario->n_examples++;
    }
    return LYT_OK;
}

static lyt_status read_examples(lyt_pack_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"fires", LYT_YAML_LIST, true},
        {"silent", LYT_YAML_LIST, true},
    };
    lyt_scenario_example *out;
    size_t n = 0;

    for (const lyt_yaml_node *node = map->first; node; node = node->next)
        n += lyt_yaml_children(lyt_yaml_get(node, "fires")) +
             lyt_yaml_children(lyt_yaml_get(node, "silent"));
    out = lyt_arena_array(r->pack->arena, n + 1, sizeof *out);
    if (!out)
        return lyt_pack_short(r);
    r->scenario->examples = out;
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        const lyt_yaml_node *fires;
        lyt_language language = -1;
        lyt_status status = lyt_pack_language(r, node, &language);

        if (status == LYT_OK)
            status = lyt_fields_check(r->file, node, fields, 2, r->err);
        fires = lyt_yaml_get(node, "fires");
        if (status == LYT_OK && !fires->first)
            status = lyt_error_at(r->err, LYT_EFORMAT, r->file, fires->line, fires->column,
                                  "fires has no sentence; write at least one");
        if (status == LYT_OK)
            status = add_examples(r, fires, true, language, out);
        if (status == LYT_OK)
            status = add_examples(r, lyt_yaml_get(node, "silent"), false, language, out);
        if (status)
            return status;
    }
    return lyt_pack_all_languages(r, map, "examples");
}

static lyt_status read_id(lyt_pack_reader *r, const lyt_yaml_node *node, const char *name)
{
    lyt_str file = lyt_str_of(name);
    lyt_str stem = lyt_str_slice(file, 0, file.len - 5);
    lyt_status status = lyt_field_id(r->file, node, r->err);

    if (status)
        return status;
    if (!lyt_str_equal(node->text, stem))
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                            "id must be '%.*s', as the file's name", LYT_STR_ARG(stem));
    return lyt_pack_copy(r, node->text, &r->scenario->id);
}

static lyt_status read_step(lyt_pack_reader *r, const lyt_yaml_node *node)
{
    const char *names[lyt_steps_max], *like;
    size_t n = 0;

    r->scenario->step = -1;
    if (!node)
        return LYT_OK;
    for (; n < r->pack->n_steps; n++) {
        names[n] = r->pack->steps[n].id;
        if (lyt_str_equal(node->text, lyt_str_of(names[n]))) {
            r->scenario->step = (int)n;
            return LYT_OK;
        }
    }
    like = lyt_nearest_name(node->text, names, n);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                        "'%.*s' is no step of the journey in pack.yaml%s%s%s",
                        LYT_STR_ARG(lyt_str_slice(node->text, 0, 48)),
                        like ? "; did you mean '" : "; name it there, or leave it out",
                        like ? like : "", like ? "'?" : "");
}

/* Texts and numbers; the lists follow in read_root(). */
static lyt_status read_head(lyt_pack_reader *r, const lyt_yaml_node *root, const char *name)
{
    const lyt_yaml_node *person = lyt_yaml_get(root, "person");
    const lyt_yaml_node *team = lyt_yaml_get(root, "team");
    const lyt_yaml_node *shadow = lyt_yaml_get(root, "shadow");
    const lyt_yaml_node *yields = lyt_yaml_get(root, "yields");
    const lyt_yaml_node *policy = lyt_yaml_get(root, "policy");
    const lyt_yaml_node *given = lyt_yaml_get(root, "severity");
    int64_t severity = 0;
    lyt_status status = read_id(r, lyt_yaml_get(root, "id"), name);

    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(root, "name"), "name", 0, &r->scenario->name);
    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(root, "description"), "description", 0,
                                &r->scenario->description);
    if (status == LYT_OK && policy)
        status = lyt_pack_texts(r, policy, "policy", 0, &r->scenario->policy);
    if (status == LYT_OK)
        status = lyt_pack_team_id(r, team, &r->scenario->team);
    if (status == LYT_OK)
        status = read_step(r, lyt_yaml_get(root, "step"));
    if (status == LYT_OK && person)
        status = lyt_field_id(r->file, person, r->err);
    if (status == LYT_OK && person)
        status = lyt_pack_copy(r, person->text, &r->scenario->person);
    if (status == LYT_OK)
        status = lyt_field_int(r->file, given, 0, lyt_severity_max, &severity, r->err);
    if (status == LYT_OK && shadow)
        status = lyt_pack_flag(r, shadow, &r->scenario->shadow);
    if (status == LYT_OK && yields)
        status = lyt_pack_flag(r, yields, &r->scenario->yields);
    if (status)
        return status;
    r->scenario->severity = (int)severity;
    r->scenario->threshold = r->pack->threshold;
    r->scenario->window_min = r->pack->window_min;
    r->scenario->team_at = (lyt_spot){team->line, team->column};
    r->scenario->severity_at = (lyt_spot){given->line, given->column};
    return LYT_OK;
}

static lyt_status read_root(lyt_pack_reader *r, const lyt_yaml_node *root, const char *name)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},       {"name", LYT_YAML_MAP, true},
        {"description", LYT_YAML_MAP, true}, {"team", LYT_YAML_SCALAR, true},
        {"person", LYT_YAML_SCALAR, false},  {"severity", LYT_YAML_SCALAR, true},
        {"raise", LYT_YAML_LIST, false},     {"sla", LYT_YAML_MAP, false},
        {"escalate", LYT_YAML_LIST, false},  {"channels", LYT_YAML_LIST, false},
        {"messages", LYT_YAML_LIST, false},  {"compensation", LYT_YAML_LIST, false},
        {"prevention", LYT_YAML_MAP, false}, {"examples", LYT_YAML_MAP, true},
        {"shadow", LYT_YAML_SCALAR, false},  {"policy", LYT_YAML_MAP, false},
        {"yields", LYT_YAML_SCALAR, false},  {"beats", LYT_YAML_LIST, false},
        {"step", LYT_YAML_SCALAR, false},    {"score", LYT_YAML_MAP, false},
    };
    const lyt_yaml_node *raise = lyt_yaml_get(root, "raise");
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (status == LYT_OK)
        status = read_head(r, root, name);
    if (status == LYT_OK && raise)
        status = lyt_pack_read_raise(r, raise, (uint32_t)r->pack->n_scenarios);
    if (status == LYT_OK)
        status = lyt_pack_read_beats(r, lyt_yaml_get(root, "beats"));
    if (status == LYT_OK)
        status = lyt_pack_read_score(r, lyt_yaml_get(root, "score"), r->scenario->score);
    if (status == LYT_OK)
        status = read_sla(r, lyt_yaml_get(root, "sla"));
    if (status == LYT_OK)
        status = read_escalations(r, lyt_yaml_get(root, "escalate"));
    if (status == LYT_OK)
        status = read_channels(r, lyt_yaml_get(root, "channels"));
    if (status == LYT_OK)
        status = read_messages(r, lyt_yaml_get(root, "messages"));
    if (status == LYT_OK)
        status = read_compensations(r, lyt_yaml_get(root, "compensation"));
    if (status == LYT_OK)
        status = read_prevention(r, lyt_yaml_get(root, "prevention"));
    if (status == LYT_OK)
        status = read_examples(r, lyt_yaml_get(root, "examples"));
    return status;
}

lyt_status lyt_pack_read_scenario(lyt_pack_reader *r, const char *name, const char *path)
{
    lyt_pack *pack = r->pack;
    lyt_yaml *yaml = NULL;
    lyt_status status;
    uint64_t hash = 0;

    if (pack->n_scenarios == lyt_scenarios_max)
        return lyt_error_at(r->err, LYT_ELIMIT, lyt_pack_path(r, "scenarios", NULL), 0, 0,
                            "over %d scenarios", lyt_scenarios_max);
    if (lyt_mem_grow(pack->alloc, &pack->scenarios, &pack->scenarios_cap, pack->n_scenarios + 1,
                     sizeof *pack->scenarios))
        return lyt_pack_short(r);
    status = lyt_pack_yaml(r, path, &hash, &yaml);
    if (status)
        return status;
    r->scenario = &pack->scenarios[pack->n_scenarios];
    memset(r->scenario, 0, sizeof *r->scenario);
    r->scenario->file = r->file;
    r->scenario->version = hash;
    status = read_root(r, lyt_yaml_root(yaml), name);
    lyt_yaml_free(yaml);
    if (status)
        return status;
    pack->files_hash = lyt_hash_pair(pack->files_hash, hash);
    pack->n_scenarios++;
    return LYT_OK;
}
