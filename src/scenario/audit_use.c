#include "auditing.h"

/* Judges every sentence there is, and says what of the pack none of them needed. */

typedef struct using
{
    lyt_splits *splits;
    lyt_alike *alike;
    uint32_t *seen; /* by rule: the sentence it last fired in, plus one */
}
using;

static lyt_status judge(lyt_audit *audit, using *u, size_t index)
{
    const lyt_audit_sentence *sentence = &audit->sentences[index];
    lyt_message message = {.text = sentence->text};
    bool said[lyt_scenarios_max];
    lyt_judged reading;
    lyt_status status;

    if (sentence->language >= 0)
        message.language = lyt_audit_code(audit, sentence->language);
    status = lyt_session_read(audit->session, &message, &reading, audit->err);
    if (status)
        return status;
    for (size_t i = 0; i < reading.fired.n_hits; i++) {
        uint32_t rule = reading.fired.hits[i].rule;

        if (u->seen[rule] != index + 1) {
            u->seen[rule] = (uint32_t)index + 1;
            audit->fired[rule]++;
        }
    }
    status = lyt_splits_see(u->splits, &reading.text, audit->session->arena);
    if (status)
        return status;
    lyt_pack_decide(audit->pack, audit->pack->scenarios, &reading, said);
    return lyt_alike_see(u->alike, audit, sentence, &reading, said);
}

/* Firm rules are left out: what must be heard is written down before anybody says it. */
static void report_idle(lyt_audit *audit)
{
    const lyt_rules *rules = audit->pack->rules;

    for (size_t i = 0; i < lyt_rules_size(rules); i++) {
        const lyt_rule *rule = lyt_rules_at(rules, i);

        if (audit->fired[i] || rule->weight >= (float)lyt_cue_firm)
            continue;
        lyt_audit_warn(audit, "never-fires",
                       (lyt_audit_place){rule->file, rule->line, rule->column},
                       "'%.*s' of %s fires in no training sentence and no example; write one that "
                       "has it, mend it, or take it away",
                       LYT_STR_ARG(lyt_str_slice(rule->name, sizeof "rule:" - 1, rule->name.len)),
                       audit->pack->scenarios[rule->scenario].id);
    }
}

lyt_status lyt_audit_use(lyt_audit *audit)
{
    using u = {.seen = lyt_arena_array(audit->arena, lyt_rules_size(audit->pack->rules) + 1,
                                       sizeof *u.seen)};
    lyt_status status;

    if (!u.seen)
        return lyt_arena_status(audit->arena);
    status = lyt_splits_new(&u.splits, audit);
    if (status == LYT_OK)
        status = lyt_alike_new(&u.alike, audit);
    for (size_t i = 0; status == LYT_OK && i < audit->n_sentences; i++)
        status = judge(audit, &u, i);
    if (status == LYT_OK) {
        report_idle(audit);
        lyt_splits_report(u.splits, audit);
        status = lyt_alike_report(u.alike, audit);
    }
    lyt_splits_free(u.splits);
    return status;
}
