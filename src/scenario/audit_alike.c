#include <stdlib.h>
#include <string.h>

#include "auditing.h"
#include "hash.h"

/*
 * Scenarios that are hard to tell apart: reported together in more than 60 % of the
 * sentences of the rarer one, or for more than 60 % the same words. Words are weighed by
 * how often they were the evidence: the sum of the smaller of both shares, so that the
 * few words that decide count more than a long tail.
 */

static const double too_much = 0.6;

enum {
    cases_min = 8,      /* fewer say nothing */
    evidence_max = 150, /* sentences of a scenario whose evidence is looked at */
    words_told = 4,
};

typedef struct word {
    uint64_t hash;
    const char *text;
    uint32_t n;
} word;

typedef struct words {
    word *items;
    size_t n, cap;
    uint32_t total, sentences, said;
} words;

struct lyt_alike {
    size_t n;                           /* scenarios */
    words *by;                          /* scenario */
    uint32_t *both;                     /* n × n: sentences */
    const lyt_audit_sentence **example; /* n × n: the first of them */
    uint32_t *shared_rules, *n_rules;
};

lyt_status lyt_alike_new(lyt_alike **out, lyt_audit *audit)
{
    size_t n = audit->pack->n_scenarios;
    lyt_alike *alike = lyt_arena_alloc(audit->arena, sizeof *alike);

    if (!alike)
        return lyt_arena_status(audit->arena);
    alike->n = n;
    alike->by = lyt_arena_array(audit->arena, n, sizeof *alike->by);
    alike->both = lyt_arena_array(audit->arena, n * n, sizeof *alike->both);
    alike->example = lyt_arena_array(audit->arena, n * n, sizeof *alike->example);
    alike->shared_rules = lyt_arena_array(audit->arena, n * n, sizeof *alike->shared_rules);
    alike->n_rules = lyt_arena_array(audit->arena, n, sizeof *alike->n_rules);
    *out = alike;
    return lyt_arena_status(audit->arena);
}

static lyt_status count_word(lyt_audit *audit, words *list, lyt_str stem)
{
    uint64_t hash = lyt_hash_str(stem, 0);
    lyt_status status;

    list->total++;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].hash == hash) {
            list->items[i].n++;
            return LYT_OK;
        }
    status =
        lyt_arena_grow(audit->arena, &list->items, &list->cap, list->n + 1, sizeof *list->items);
    if (status)
        return status;
    list->items[list->n] = (word){hash, lyt_arena_copy(audit->arena, stem).ptr, 1};
    return list->items[list->n++].text ? LYT_OK : lyt_arena_status(audit->arena);
}

/* Each word once a sentence. Stop words and negators are everybody's. */
static lyt_status count_evidence(lyt_audit *audit, words *list, const lyt_judged *reading,
                                 const lyt_evidence *rows, size_t n_rows)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; status == LYT_OK && i < reading->text.n_tokens; i++) {
        const lyt_token *token = &reading->text.tokens[i];
        bool counts = false;

        if (token->kind != LYT_TOKEN_WORD ||
            (token->flags & (LYT_TOKEN_NEGATOR | LYT_TOKEN_STOP | LYT_TOKEN_BREAKER)))
            continue;
        for (size_t j = 0; j < n_rows && !counts; j++)
            counts = rows[j].start <= token->start && token->end <= rows[j].end;
        if (counts)
            status = count_word(audit, list, token->stem);
    }
    return status;
}

lyt_status lyt_alike_see(lyt_alike *alike, lyt_audit *audit, const lyt_audit_sentence *sentence,
                         const lyt_judged *reading, const bool *said)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; status == LYT_OK && i < alike->n; i++) {
        int label = lyt_pack_label(audit->pack, i);
        const lyt_evidence *rows = NULL;
        size_t n_rows = 0;

        if (!said[i] || label < 0)
            continue;
        alike->by[i].said++;
        for (size_t j = 0; j < i; j++)
            if (said[j] && alike->both[j * alike->n + i]++ == 0)
                alike->example[j * alike->n + i] = sentence;
        if (alike->by[i].sentences >= evidence_max)
            continue;
        alike->by[i].sentences++;
        status = lyt_session_evidence(audit->session, reading, (size_t)label, &rows, &n_rows);
        if (status == LYT_OK)
            status = count_evidence(audit, &alike->by[i], reading, rows, n_rows);
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    const lyt_rule *x = *(const lyt_rule *const *)a, *y = *(const lyt_rule *const *)b;
    int order = x->language - y->language;

    if (!order)
        order = lyt_str_compare(x->name, y->name);
    return order ? order : (x->scenario > y->scenario) - (x->scenario < y->scenario);
}

static bool same_pattern(const lyt_rule *a, const lyt_rule *b)
{
    return a->language == b->language && lyt_str_equal(a->name, b->name);
}

static lyt_status count_rules(lyt_alike *alike, lyt_audit *audit)
{
    const lyt_rules *rules = audit->pack->rules;
    const lyt_rule **list = lyt_arena_array(audit->arena, lyt_rules_size(rules) + 1, sizeof *list);
    size_t n = 0;

    if (!list)
        return lyt_arena_status(audit->arena);
    for (size_t i = 0; i < lyt_rules_size(rules); i++)
        if (lyt_rules_at(rules, i)->kind == LYT_RULE_FAILURE)
            list[n++] = lyt_rules_at(rules, i);
    qsort(list, n, sizeof *list, by_name);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && same_pattern(list[end], list[first]); end++)
            alike->n_rules[list[end]->scenario]++;
        for (size_t i = first; i < end; i++)
            for (size_t j = i + 1; j < end; j++)
                if (list[i]->scenario != list[j]->scenario)
                    alike->shared_rules[list[i]->scenario * alike->n + list[j]->scenario]++;
    }
    return LYT_OK;
}

/* How much of the evidence is the same, 0 to 1; the heaviest shared words into told. */
static double shared_words(const words *a, const words *b, const char *told[words_told])
{
    double best[words_told] = {0}, sum = 0;

    for (size_t i = 0; i < words_told; i++)
        told[i] = NULL;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++) {
            double x = (double)a->items[i].n / a->total, y = (double)b->items[j].n / b->total;
            double less = x < y ? x : y;

            if (a->items[i].hash != b->items[j].hash)
                continue;
            sum += less;
            for (size_t k = 0; k < words_told; k++)
                if (less > best[k]) {
                    memmove(&best[k + 1], &best[k], (words_told - 1 - k) * sizeof *best);
                    memmove(&told[k + 1], &told[k], (words_told - 1 - k) * sizeof *told);
                    best[k] = less;
                    told[k] = a->items[i].text;
                    break;
                }
        }
    return sum;
}

static void report_words(lyt_alike *alike, lyt_audit *audit, size_t i, size_t j)
{
    const lyt_scenario *list = audit->pack->scenarios;
    const char *told[words_told];
    double share;

    if (alike->by[i].said < cases_min || alike->by[j].said < cases_min || !alike->by[i].total ||
        !alike->by[j].total)
        return;
    share = shared_words(&alike->by[i], &alike->by[j], told);
    if (share > too_much)
        lyt_audit_warn(audit, "shared-words", (lyt_audit_place){list[i].file, 0, 0},
                       "%s and %s are heard by the same words (%d %%: '%s', '%s', '%s' …); say "
                       "what sets them apart, or make them one",
                       list[i].id, list[j].id, (int)(share * 100), told[0] ? told[0] : "",
                       told[1] ? told[1] : "", told[2] ? told[2] : "");
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void report_pair(lyt_alike *alike, lyt_audit *audit, size_t i, size_t j)
{
    const lyt_scenario *list = audit->pack->scenarios;
    const lyt_audit_sentence *example = alike->example[i * alike->n + j];
    uint32_t both = alike->both[i * alike->n + j],
             cases = smaller(alike->by[i].said, alike->by[j].said),
             rules = smaller(alike->n_rules[i], alike->n_rules[j]),
             shared = alike->shared_rules[i * alike->n + j];
    lyt_audit_place at = {list[i].file, 0, 0};

    if (cases >= cases_min && both > too_much * cases)
        lyt_audit_warn(audit, "fire-together", at,
                       "%s and %s are reported together in %u of %u cases (as '%.*s', %s:%u); "
                       "narrow their rules, or make them one",
                       list[i].id, list[j].id, both, cases,
                       LYT_STR_ARG(lyt_str_slice(example->text, 0, 120)), example->file,
                       example->line);
    if (rules > 1 && shared > too_much * rules)
        lyt_audit_warn(audit, "shared-rules", at,
                       "%u of the %u failure rules are the same in %s and %s; leave each to one of "
                       "them",
                       shared, rules, list[i].id, list[j].id);
    report_words(alike, audit, i, j);
}

lyt_status lyt_alike_report(lyt_alike *alike, lyt_audit *audit)
{
    lyt_status status = count_rules(alike, audit);

    if (status)
        return status;
    for (size_t i = 0; i < alike->n; i++)
        for (size_t j = i + 1; j < alike->n; j++)
            report_pair(alike, audit, i, j);
    return LYT_OK;
}
