#include "beside.h"

#include <math.h>

/*
 * Log-odds above its threshold that need no words of its own: 0.7 at a threshold of 0.5. Of
 * second scenarios in a fifth of the hotel's sentences, which it had not learned, this takes
 * back two wrong ones of five and one right one of eight.
 */
static const double sure_alone = 0.85;

/* Who fires as often has words enough; and so few of the surest are compared with: a hostile
 * text must not cost the square of its hits. */
enum { hits_enough = 8, compared_max = 8 };

typedef struct hits {
    const lyt_pack *pack;
    const lyt_text *text;
    const lyt_fired *fired;
} hits;

static bool is_of(const hits *h, size_t hit, size_t scenario, bool failures_only)
{
    const lyt_rule *rule = lyt_rules_at(lyt_pack_rules(h->pack), h->fired->hits[hit].rule);

    return rule->scenario == scenario &&
           (rule->kind == LYT_RULE_FAILURE || (rule->kind == LYT_RULE_TOPIC && !failures_only));
}

static bool has_failure_rule(const hits *h, size_t scenario)
{
    for (size_t i = 0; i < h->fired->n_hits; i++)
        if (is_of(h, i, scenario, true))
            return true;
    return false;
}

/* Of clauses that say something; `other` fires in fewer of them. */
static bool leaves_a_clause(const hits *h, size_t other)
{
    for (size_t c = 0; c < h->text->n_clauses; c++) {
        bool is_others = false;

        for (size_t i = 0; i < h->fired->n_hits && !is_others; i++)
            is_others = h->fired->hits[i].clause == c && is_of(h, i, other, false);
        if (!is_others)
            return true;
    }
    return false;
}

/*
 * Some rule of `own` fires on words that the failure rules of `other` do not speak of; or none
 * of its fires at all, and there is a clause that says nothing of `other`.
 */
static bool has_own_words(const hits *h, size_t own, size_t other)
{
    const bool failures_only = has_failure_rule(h, other);
    size_t n = 0;

    for (size_t i = 0; i < h->fired->n_hits; i++) {
        const lyt_rule_hit *mine = &h->fired->hits[i];
        bool is_shared = false;

        if (!is_of(h, i, own, false))
            continue;
        if (++n > hits_enough)
            return true;
        for (size_t j = 0; j < h->fired->n_hits && !is_shared; j++)
            is_shared = is_of(h, j, other, failures_only) && h->fired->hits[j].first < mine->end &&
                        mine->first < h->fired->hits[j].end;
        if (!is_shared)
            return true;
    }
    return n == 0 && leaves_a_clause(h, other);
}

static bool beats(const lyt_scenario *scenarios, size_t by, size_t other)
{
    for (size_t i = 0; i < scenarios[by].n_beats; i++)
        if (scenarios[by].beats[i] == other)
            return true;
    return false;
}

static bool is_settled(const lyt_scenario *scenario)
{
    return scenario->shadow || scenario->severity == lyt_severity_max;
}

static double above(double probability, double threshold)
{
    return log(probability / (1 - probability)) - log(threshold / (1 - threshold));
}

typedef struct ranking {
    size_t items[lyt_scenarios_max]; /* scenarios, the surest first */
    size_t n;
} ranking;

/* Beside the surer ones: with words of its own, or as good as sure. */
static bool stands(const hits *h, const lyt_scenario *scenarios, const double *probability,
                   const bool *said, const ranking *ranked, size_t at)
{
    const size_t i = ranked->items[at];

    if (above(probability[lyt_pack_label(h->pack, i)], scenarios[i].threshold) >= sure_alone)
        return true;
    for (size_t k = 0; k < at && k < compared_max; k++) {
        const size_t j = ranked->items[k];

        if (said[j] && !scenarios[j].shadow && !has_own_words(h, i, j))
            return false;
    }
    return true;
}

static bool is_beaten(const hits *h, const lyt_scenario *scenarios, const bool *said,
                      const ranking *ranked, size_t i)
{
    for (size_t k = 0; k < ranked->n && k < compared_max; k++) {
        const size_t j = ranked->items[k];

        if (j == i || !said[j] || scenarios[j].shadow)
            continue;
        if (scenarios[i].yields && !scenarios[j].yields)
            return true;
        if (beats(scenarios, j, i) && !has_own_words(h, i, j))
            return true;
    }
    return false;
}

/* What is said, the surest first; the earlier one of two that are as sure. */
static void rank(const lyt_pack *pack, const double *probability, const bool *said, ranking *out)
{
    out->n = 0;
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        size_t at = out->n;

        if (!said[i])
            continue;
        while (at > 0 && probability[lyt_pack_label(pack, out->items[at - 1])] <
                             probability[lyt_pack_label(pack, i)]) {
            out->items[at] = out->items[at - 1];
            at--;
        }
        out->items[at] = i;
        out->n++;
    }
}

void lyt_beside_settle(const lyt_pack *pack, const lyt_scenario *scenarios,
                       const lyt_judged *reading, bool *said)
{
    const double *probability = reading->scores.probability;
    const hits h = {pack, &reading->text, &reading->fired};
    ranking ranked;

    rank(pack, probability, said, &ranked);
    if (ranked.n < 2)
        return;
    for (size_t at = 1; at < ranked.n; at++)
        if (!is_settled(&scenarios[ranked.items[at]]))
            said[ranked.items[at]] = stands(&h, scenarios, probability, said, &ranked, at);
    /* who is beaten beats nobody any more, so that one of them is left however they are related */
    for (size_t at = 0; at < ranked.n; at++) {
        const size_t i = ranked.items[at];

        if (said[i] && !is_settled(&scenarios[i]))
            said[i] = !is_beaten(&h, scenarios, said, &ranked, i);
    }
}
