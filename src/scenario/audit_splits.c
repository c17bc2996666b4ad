#include "auditing.h"
#include "mem.h"

/*
 * "not|no hot|warm water" is meant as it is read: one of two, then one of two. But
 * "broken|out of order|dead" is read as three slots, (broken|out) (of) (order|dead), where
 * somebody meant three alternatives. Both look alike, so use decides: where two lists
 * meet, and of all their pairs only (last of the first, first of the second) ever occurs,
 * the blank was most likely meant to lie within an alternative.
 */

enum { hits_min = 3, candidates_max = 65536 };

typedef struct candidate {
    uint32_t rule;
    lyt_str last, first; /* the words on either side of the blank */
    uint32_t hits;       /* of the pattern without that pair */
} candidate;

struct lyt_splits {
    const lyt_alloc *alloc;
    const lyt_pack *pack;
    lyt_rules *rules; /* two a candidate, scenario being its index */
    candidate *items;
    size_t n, cap;
};

void lyt_splits_free(lyt_splits *splits)
{
    if (!splits)
        return;
    lyt_rules_free(splits->rules);
    lyt_mem_free(splits->alloc, splits->items);
    lyt_mem_free(splits->alloc, splits);
}

static void add_words(lyt_buf *out, const lyt_pattern_word *words, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        const lyt_pattern_word *word = &words[i];

        lyt_buf_addf(out, "%s%s%s%.*s%s", i > from ? "|" : "",
                     word->form == LYT_FORM_EXACT ? "=" : "",
                     word->form == LYT_FORM_SUFFIX ? "*" : "", LYT_STR_ARG(word->text),
                     word->form == LYT_FORM_PREFIX ? "*" : "");
    }
}

/* The pattern with slot `at` cut to its words [from, end). */
static void write_pattern(lyt_buf *out, const lyt_pattern *pattern, size_t at, size_t from,
                          size_t end)
{
    lyt_buf_reset(out);
    for (size_t i = 0; i < pattern->n_slots; i++) {
        const lyt_pattern_slot *slot = &pattern->slots[i];

        if (i)
            lyt_buf_add_char(out, ' ');
        if (i && slot->gap != lyt_gap_none)
            lyt_buf_addf(out, "~%d ", slot->gap);
        add_words(out, slot->words, i == at ? from : 0, i == at ? end : slot->n_words);
    }
    if (pattern->n_forbidden) {
        lyt_buf_add_text(out, " !");
        add_words(out, pattern->forbidden, 0, pattern->n_forbidden);
    }
}

static lyt_status add_variant(lyt_splits *splits, lyt_textspace *space, lyt_language language,
                              const lyt_buf *text)
{
    lyt_rule rule = {.kind = LYT_RULE_TOPIC, .language = language, .weight = 1};
    lyt_status status = lyt_buf_status(text);

    rule.scenario = (uint32_t)splits->n;
    return status ? status
                  : lyt_rules_add(splits->rules, space, &rule, lyt_buf_str(text), NULL, NULL);
}

static lyt_status add_candidate(lyt_splits *splits, lyt_textspace *space, uint32_t index,
                                const lyt_pattern *pattern, size_t at, lyt_buf *text)
{
    lyt_language language = lyt_rules_at(splits->pack->rules, index)->language;
    const lyt_pattern_slot *before = &pattern->slots[at - 1], *slot = &pattern->slots[at];
    lyt_status status = lyt_mem_grow(splits->alloc, &splits->items, &splits->cap, splits->n + 1,
                                     sizeof *splits->items);

    if (status)
        return status;
    splits->items[splits->n] = (candidate){.rule = index,
                                           .last = before->words[before->n_words - 1].text,
                                           .first = slot->words[0].text};
    write_pattern(text, pattern, at - 1, 0, before->n_words - 1);
    status = add_variant(splits, space, language, text);
    if (status)
        return status;
    write_pattern(text, pattern, at, 1, slot->n_words);
    status = add_variant(splits, space, language, text);
    if (status == LYT_OK)
        splits->n++;
    return status;
}

static lyt_status add_rule(lyt_splits *splits, lyt_audit *audit, lyt_textspace *space,
                           uint32_t index, lyt_buf *text)
{
    const lyt_rule *rule = lyt_rules_at(splits->pack->rules, index);
    lyt_str name = lyt_str_slice(rule->name, sizeof "rule:" - 1, rule->name.len);
    lyt_pattern pattern;
    lyt_status status = lyt_pattern_parse(&pattern, audit->arena, name, NULL, NULL);

    for (size_t i = 1; status == LYT_OK && i < pattern.n_slots; i++)
        if (pattern.slots[i].gap == lyt_gap_none && pattern.slots[i].n_words > 1 &&
            pattern.slots[i - 1].n_words > 1 && splits->n < candidates_max)
            status = add_candidate(splits, space, index, &pattern, i, text);
    return status;
}

static lyt_status add_rules(lyt_splits *splits, lyt_audit *audit)
{
    lyt_textspace *space = NULL;
    lyt_status status = lyt_textspace_new(
        &space, &(lyt_textspace_options){.alloc = audit->pack->alloc, .lexis = audit->pack->lexis},
        audit->err);
    lyt_buf text;

    lyt_buf_init(&text, audit->pack->alloc);
    for (size_t i = 0; status == LYT_OK && i < lyt_rules_size(audit->pack->rules); i++)
        status = add_rule(splits, audit, space, (uint32_t)i, &text);
    lyt_buf_deinit(&text);
    lyt_textspace_free(space);
    return status ? status : lyt_rules_seal(splits->rules);
}

lyt_status lyt_splits_new(lyt_splits **out, lyt_audit *audit)
{
    lyt_splits *splits = lyt_mem_new(audit->pack->alloc, sizeof *splits);
    lyt_status status;

    if (!splits)
        return LYT_ENOMEM;
    splits->alloc = audit->pack->alloc;
    splits->pack = audit->pack;
    status = lyt_rules_new(&splits->rules, splits->alloc, audit->pack->lexis);
    if (status == LYT_OK)
        status = add_rules(splits, audit);
    if (status)
        lyt_splits_free(splits);
    else
        *out = splits;
    return status;
}

lyt_status lyt_splits_see(lyt_splits *splits, const lyt_text *text, lyt_arena *arena)
{
    const lyt_rule_hit *hits = NULL;
    size_t n = 0;
    lyt_status status = lyt_rules_match(splits->rules, text, arena, &hits, &n);

    for (size_t i = 0; status == LYT_OK && i < n; i++)
        splits->items[lyt_rules_at(splits->rules, hits[i].rule)->scenario].hits++;
    return status;
}

void lyt_splits_report(const lyt_splits *splits, lyt_audit *audit)
{
    for (size_t i = 0; i < splits->n; i++) {
        const candidate *c = &splits->items[i];
        const lyt_rule *rule = lyt_rules_at(splits->pack->rules, c->rule);

        if (!audit->fired[c->rule] && rule->weight < (float)lyt_cue_firm)
            lyt_audit_warn(audit, "blank", (lyt_audit_place){rule->file, rule->line, rule->column},
                           "a blank ends a list of alternatives: this is one of the words up to "
                           "'%.*s', then one of those from '%.*s' on, and it never fires; if '%.*s "
                           "%.*s' was meant as one alternative, write a pattern of its own",
                           LYT_STR_ARG(c->last), LYT_STR_ARG(c->first), LYT_STR_ARG(c->last),
                           LYT_STR_ARG(c->first));
        if (c->hits || audit->fired[c->rule] < hits_min)
            continue;
        lyt_audit_warn(audit, "blank", (lyt_audit_place){rule->file, rule->line, rule->column},
                       "a blank ends a list of alternatives, and of the pairs here only '%.*s "
                       "%.*s' ever occurs; if that was meant as one alternative, write it as a "
                       "pattern of its own",
                       LYT_STR_ARG(c->last), LYT_STR_ARG(c->first));
    }
}
