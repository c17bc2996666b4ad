/*
 * lyt_rules: all patterns of a pack, bound to their languages, and the search
 * for them in a text. Every word of a pattern is one of a table of forms (stem,
 * exact, prefix, suffix); a text's words are looked up there once, and only rules
 * whose rarest part begins at a word are tried there: the cost follows the
 * text, not the number of rules.
 *
 * Lifetime  lyt_rules_new() to lyt_rules_free(); lexis outlives it.
 * Threads   never changes after lyt_rules_seal(); then any number may match.
 */
#ifndef LYT_RULE_H
#define LYT_RULE_H

#include "pattern.h"
#include "text.h"

typedef enum lyt_rule_kind {
    LYT_RULE_FAILURE,
    LYT_RULE_TOPIC,
    LYT_RULE_AGAINST,
    LYT_RULE_RAISE, /* lifts the severity, no cue */
} lyt_rule_kind;

typedef struct lyt_rule {
    lyt_rule_kind kind;
    lyt_language language;
    uint32_t scenario; /* index of the pack's */
    float weight;      /* log-odds with its sign; of a topic: in a clause that complains */
    int to;            /* severity, of LYT_RULE_RAISE */
    const char *file;  /* it stands in; lives with the pack, NULL for none */
    uint32_t line, column;
    lyt_str name; /* "rule:not|never ~4 clean"; lives with the rules */
    uint32_t cue; /* first id; lyt_rule_cues() of them, one for each kind of clause */
} lyt_rule;

/*
 * What the clause that a rule fired in is like, for what the model learns of the rule there:
 * a topic asked about is no complaint, and a failure asked about, or named in a clause that is
 * pleased, only half of one.
 */
typedef enum lyt_clause_kind {
    LYT_CLAUSE_NEUTRAL,
    LYT_CLAUSE_NEGATIVE,
    LYT_CLAUSE_POSITIVE,
    LYT_CLAUSE_QUESTION, /* and not negative */
    LYT_CLAUSE_KINDS
} lyt_clause_kind;

/* How many cues a rule of that kind has: topic 4, failure 3 (stated, asked, amid praise), against
 * 1, raise 0. */
uint32_t lyt_rule_cues(lyt_rule_kind kind);
/* Which of them, from 0, in such a clause; and its share of the rule's weight as a prior. */
uint32_t lyt_rule_cue_at(lyt_rule_kind kind, lyt_clause_kind clause);
float lyt_rule_share(lyt_rule_kind kind, uint32_t cue);

typedef struct lyt_rule_hit {
    uint32_t rule;
    uint32_t first, end; /* tokens */
    uint32_t clause;
} lyt_rule_hit;

typedef struct lyt_rules lyt_rules;

LYT_MUST_USE lyt_status lyt_rules_new(lyt_rules **out, const lyt_alloc *alloc,
                                      const lyt_lexis *lexis);
void lyt_rules_free(lyt_rules *rules);

/*
 * name and cue of rule are not read. space stems the words. LYT_EFORMAT as
 * lyt_pattern_parse(). LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_rules_add(lyt_rules *rules, lyt_textspace *space, const lyt_rule *rule,
                                      lyt_str pattern, size_t *bad, lyt_error *err);
LYT_MUST_USE lyt_status lyt_rules_seal(lyt_rules *rules);

size_t lyt_rules_size(const lyt_rules *rules);
const lyt_rule *lyt_rules_at(const lyt_rules *rules, size_t index);
uint32_t lyt_rules_cues(const lyt_rules *rules);
/* Of all rules in order: patterns, kinds, weights, languages, scenarios. */
uint64_t lyt_rules_hash(const lyt_rules *rules);

/*
 * Where rules fire, in the order of the text; a rule at most once a clause. Rules of
 * other languages than the text's are left out when that is known. A pattern
 * under a negation that is not its own does not fire (topics do).
 */
LYT_MUST_USE lyt_status lyt_rules_match(const lyt_rules *rules, const lyt_text *text,
                                        lyt_arena *arena, const lyt_rule_hit **out, size_t *n);

#endif
