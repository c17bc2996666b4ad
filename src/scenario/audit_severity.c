#include "auditing.h"

/* Severities that contradict a `raise`, the lexicons' words of danger, or themselves. */

enum { danger = 4, harmless = 1 };

static int most_raised(const lyt_audit *audit, size_t scenario)
{
    const lyt_rules *rules = audit->pack->rules;
    int most = audit->pack->scenarios[scenario].severity;

    for (size_t i = 0; i < lyt_rules_size(rules); i++) {
        const lyt_rule *rule = lyt_rules_at(rules, i);

        if (rule->kind == LYT_RULE_RAISE && rule->scenario == scenario && rule->to > most)
            most = rule->to;
    }
    return most;
}

static void check_raises(lyt_audit *audit)
{
    const lyt_rules *rules = audit->pack->rules;

    for (size_t i = 0; i < lyt_rules_size(rules); i++) {
        const lyt_rule *rule = lyt_rules_at(rules, i);
        const lyt_scenario *scenario = &audit->pack->scenarios[rule->scenario];

        if (rule->kind == LYT_RULE_RAISE && rule->to <= scenario->severity)
            lyt_audit_warn(audit, "raise", (lyt_audit_place){rule->file, rule->line, rule->column},
                           "raises to %d, but %s has severity %d already; raise higher or take it "
                           "away",
                           rule->to, scenario->id, scenario->severity);
    }
}

/* A band that lifts nothing, or of which no example is. */
static void check_bands(lyt_audit *audit, size_t scenario)
{
    const lyt_scenario *s = &audit->pack->scenarios[scenario];
    const lyt_audit_place at = {s->file, s->severity_at.line, s->severity_at.column};

    for (int i = 0; i < LYT_SCORE_BANDS; i++) {
        const lyt_score_rule *band = &s->score[i];
        bool is_tried = false;

        if (!band->is_set)
            continue;
        if (band->severity >= 0 && band->severity <= s->severity)
            lyt_audit_warn(audit, "score", at,
                           "score, %s: severity %d is no higher than that of %s, %d; raise it, or "
                           "take it away",
                           lyt_score_band_name((lyt_score_band)i), band->severity, s->id,
                           s->severity);
        for (size_t k = 0; k < s->n_examples && !is_tried; k++)
            is_tried = lyt_score_find_band(s->score, s->examples[k].score, s->examples[k].scale) ==
                       (lyt_score_band)i;
        if (!is_tried)
            lyt_audit_warn(audit, "score", at,
                           "score, %s: no example has such a score; add one, as {text: …, score: "
                           "%lld, severity: …}",
                           lyt_score_band_name((lyt_score_band)i),
                           (long long)band->upto[LYT_SCALE_NPS]);
    }
}

/* Danger to people is heard by a firm rule, whatever the sentences teach. */
static void check_firm(lyt_audit *audit, size_t scenario)
{
    const lyt_rules *rules = audit->pack->rules;
    const lyt_scenario *s = &audit->pack->scenarios[scenario];
    uint32_t firm = 0;

    if (s->severity < danger)
        return;
    for (size_t i = 0; i < lyt_rules_size(rules); i++) {
        const lyt_rule *rule = lyt_rules_at(rules, i);

        if (rule->kind == LYT_RULE_FAILURE && rule->scenario == scenario && rule->language >= 0 &&
            rule->weight >= (float)lyt_cue_firm)
            firm |= 1u << rule->language;
    }
    for (int i = 0; i < lyt_languages_max; i++)
        if (lyt_audit_speaks(audit, i) && !(firm & (1u << i)))
            lyt_audit_warn(audit, "danger",
                           (lyt_audit_place){s->file, s->severity_at.line, s->severity_at.column},
                           "severity 4 is danger to people, but no failure rule in '%s' has a "
                           "weight of %d or more: what the sentences teach may drown it",
                           lyt_audit_code(audit, i), lyt_cue_firm);
}

/* An example that the lexicons make danger, of a scenario that says it is a trifle. */
static lyt_status check_examples(lyt_audit *audit, size_t scenario)
{
    const lyt_scenario *s = &audit->pack->scenarios[scenario];
    bool is_trifle = most_raised(audit, scenario) <= harmless;
    lyt_status status = LYT_OK;

    for (size_t i = 0; is_trifle && status == LYT_OK && i < s->n_examples; i++) {
        const lyt_scenario_example *example = &s->examples[i];
        lyt_message message = {
            .text = lyt_str_of(example->text), .score = example->score, .scale = example->scale};
        const lyt_verdict *verdict = NULL;

        if (!example->fires)
            continue;
        status = lyt_classify(audit->session, &message, &verdict, audit->err);
        for (size_t j = 0; status == LYT_OK && j < verdict->n_failures; j++)
            if (verdict->failures[j].scenario == s->id && verdict->failures[j].severity == danger)
                lyt_audit_warn(audit, "danger",
                               (lyt_audit_place){s->file, example->line, example->column},
                               "'%s' has a word of danger and alarms with severity 4, but %s is "
                               "a %d and raises no further; is it the right scenario?",
                               example->text, s->id, s->severity);
    }
    return status;
}

lyt_status lyt_audit_severity(lyt_audit *audit)
{
    lyt_status status = LYT_OK;

    check_raises(audit);
    for (size_t i = 0; status == LYT_OK && i < audit->pack->n_scenarios; i++) {
        check_firm(audit, i);
        check_bands(audit, i);
        status = check_examples(audit, i);
    }
    return status;
}
