/*
 * lyt_walk: finds a text's features and hands each to who wants it, group by group. Who lists
 * them, who looks for their rows and who explains a score all walk the same way, so that the n-th
 * is the same feature for all of them; each only pays for what it takes.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_FEATUREWALK_H
#define LYT_FEATUREWALK_H

#include "feature.h"
#include "hash.h"

#define LYT_WALKING __attribute__((always_inline)) static inline

typedef struct lyt_walk {
    const lyt_text *text;
    uint64_t *keys; /* n_tokens; set by lyt_walk_begin() */
} lyt_walk;

/* One occurrence: what a lyt_feature has. */
typedef struct lyt_met_feature {
    lyt_group group;
    uint64_t key;
    size_t token, other;
    unsigned clause;
    int value;
    unsigned extra;
    bool is_part;
} lyt_met_feature;

/* Inlined with its arguments: a visitor that does not look at a key never has it worked out. */
typedef void (*lyt_visitor)(void *to, const lyt_met_feature *feature);

enum {
    lyt_walk_spoken = 20,   /* concepts of a clause, negated ones apart, that are put in pairs */
    lyt_walk_polarity = 40, /* more than the summary of a text can give */
};

/* Everything of a text but its characters: at most so many. */
size_t lyt_walk_most(const lyt_text *text);
/* Sets what stem and negation make of each token. */
void lyt_walk_begin(lyt_walk *walk, const lyt_text *text);

static inline lyt_str lyt_walk_stem(const lyt_token *token)
{
    return token->stem.len ? token->stem : token->norm;
}

/* Of a stem of the token whose key that is. */
static inline uint64_t lyt_walk_marked(const lyt_token *token, uint64_t key)
{
    return token->flags & LYT_TOKEN_NEGATED ? ~key : key;
}

static inline uint64_t lyt_walk_own_key(const lyt_token *token)
{
    return lyt_walk_marked(token,
                           token->stem_key ? token->stem_key : lyt_stem_key(lyt_walk_stem(token)));
}

static inline uint64_t lyt_walk_extra_key(const lyt_token *token, size_t extra)
{
    const lyt_extra *e = &token->extras[extra];

    return lyt_walk_marked(token, e->stem_key ? e->stem_key : lyt_stem_key(e->stem));
}

static inline bool lyt_walk_is_content(const lyt_token *token)
{
    const unsigned empty = LYT_TOKEN_STOP | LYT_TOKEN_NEGATOR | LYT_TOKEN_BREAKER;

    return token->kind != LYT_TOKEN_PUNCT && !(token->flags & empty);
}

/* That both tokens stand in. */
static inline unsigned lyt_walk_shared(const lyt_text *text, size_t a, size_t b)
{
    return text->tokens[a].clause == text->tokens[b].clause ? text->tokens[a].clause
                                                            : (unsigned)lyt_no_clause;
}

LYT_WALKING void lyt_walk_stems(const lyt_walk *walk, lyt_visitor visit, void *to)
{
    for (size_t i = 0; i < walk->text->n_tokens; i++) {
        const lyt_token *token = &walk->text->tokens[i];
        lyt_met_feature met = {.group = LYT_GROUP_STEM,
                               .key = token->n_extras ? lyt_walk_own_key(token) : walk->keys[i],
                               .token = i,
                               .other = lyt_no_token,
                               .clause = token->clause};

        visit(to, &met);
        for (size_t k = 0; k < token->n_extras; k++) {
            met.key = lyt_walk_extra_key(token, k);
            met.extra = (unsigned)k + 1;
            met.is_part = token->extras[k].kind == LYT_EXTRA_PART;
            visit(to, &met);
        }
    }
}

/* What stands before the first and behind the last token. */
static const uint64_t lyt_walk_before = 0x6265, lyt_walk_behind = 0x656e;

LYT_WALKING void lyt_walk_bigrams(const lyt_walk *walk, lyt_visitor visit, void *to)
{
    const size_t n = walk->text->n_tokens;
    lyt_met_feature met = {.group = LYT_GROUP_BIGRAM, .token = lyt_no_token, .other = 0};

    if (!n)
        return;
    met.key = lyt_hash_pair(lyt_walk_before, walk->keys[0]);
    met.clause = walk->text->tokens[0].clause;
    visit(to, &met);
    for (size_t i = 1; i < n; i++) {
        met.key = lyt_hash_pair(walk->keys[i - 1], walk->keys[i]);
        met.token = i - 1;
        met.other = i;
        met.clause = lyt_walk_shared(walk->text, i - 1, i);
        visit(to, &met);
    }
    met.key = lyt_hash_pair(walk->keys[n - 1], lyt_walk_behind);
    met.token = n - 1;
    met.other = lyt_no_token;
    met.clause = walk->text->tokens[n - 1].clause;
    visit(to, &met);
}

typedef enum lyt_polarity_sum {
    LYT_SUM_VALUE = 1,
    LYT_SUM_NEGATIVE,
    LYT_SUM_POSITIVE,
    LYT_SUM_WHICH,
    LYT_SUM_NET,
    LYT_SUM_CLAUSES,
} lyt_polarity_sum;

LYT_WALKING void lyt_walk_sum(lyt_visitor visit, void *to, lyt_polarity_sum what, int value,
                              size_t token, int sign, unsigned clause)
{
    enum { value_offset = 16 };

    visit(to, &(lyt_met_feature){.group = LYT_GROUP_POLARITY,
                                 .key = ((uint64_t)what << 8) + (uint64_t)(value + value_offset),
                                 .token = token,
                                 .other = lyt_no_token,
                                 .clause = clause,
                                 .value = sign});
}

LYT_WALKING void lyt_walk_steps(lyt_visitor visit, void *to, lyt_polarity_sum what, int sum,
                                int sign)
{
    static const int steps[] = {1, 2, 3, 4, 6, 8};

    for (size_t i = 0; i < sizeof steps / sizeof *steps && sum >= steps[i]; i++)
        lyt_walk_sum(visit, to, what, steps[i], lyt_no_token, sign, lyt_no_clause);
}

LYT_WALKING void lyt_walk_polarities(const lyt_walk *walk, lyt_visitor visit, void *to)
{
    const lyt_text *text = walk->text;
    int negative = 0, positive = 0, net, complaining = 0;

    for (size_t i = 0; i < text->n_tokens; i++) {
        const int value = text->tokens[i].polarity;

        if (!value)
            continue;
        negative -= value < 0 ? value : 0;
        positive += value > 0 ? value : 0;
        lyt_walk_sum(visit, to, LYT_SUM_VALUE, value, i, value, text->tokens[i].clause);
    }
    lyt_walk_steps(visit, to, LYT_SUM_NEGATIVE, negative, -1);
    lyt_walk_steps(visit, to, LYT_SUM_POSITIVE, positive, 1);
    lyt_walk_sum(visit, to, LYT_SUM_WHICH, (negative > 0) + 2 * (positive > 0), lyt_no_token, 0,
                 lyt_no_clause);
    net = positive - negative;
    net = net < -4 ? -4 : net > 4 ? 4 : net;
    lyt_walk_sum(visit, to, LYT_SUM_NET, net, lyt_no_token, net, lyt_no_clause);
    for (size_t i = 0; i < text->n_clauses; i++)
        complaining += text->clauses[i].negative;
    if (complaining)
        lyt_walk_sum(visit, to, LYT_SUM_CLAUSES, complaining > 1 ? 2 : 1, lyt_no_token, -1,
                     lyt_no_clause);
}

/* What a clause speaks of, each once; negated apart. */
typedef struct lyt_spoken {
    uint64_t keys[lyt_walk_spoken], halves[lyt_walk_spoken];
    uint16_t tokens[lyt_walk_spoken];
    size_t n;
} lyt_spoken;

static inline void lyt_walk_speak(lyt_spoken *s, uint64_t key, size_t token)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->keys[i] == key)
            return;
    if (s->n == lyt_walk_spoken)
        return;
    s->keys[s->n] = key;
    s->halves[s->n] = lyt_hash_half(key);
    s->tokens[s->n++] = (uint16_t)token;
}

LYT_WALKING void lyt_walk_moods(lyt_visitor visit, void *to, const lyt_clause *clause,
                                unsigned number, const lyt_spoken *s)
{
    enum { mood_none = 1, mood_good, mood_bad };
    const uint64_t mood = clause->negative       ? mood_bad
                          : clause->polarity > 0 ? mood_good
                                                 : mood_none;
    const uint64_t half = lyt_hash_half(mood);

    for (size_t i = 0; i < s->n; i++) {
        lyt_met_feature met = {.group = LYT_GROUP_CONCEPT,
                               .key = lyt_hash_join(s->keys[i], half),
                               .token = s->tokens[i],
                               .other = lyt_no_token,
                               .clause = number};

        visit(to, &met);
        met.other = s->tokens[i];
        for (size_t j = 0; j < i; j++) {
            const bool is_second = s->keys[i] < s->keys[j];

            met.key = lyt_hash_join(is_second ? s->keys[i] : s->keys[j],
                                    is_second ? s->halves[j] : s->halves[i]);
            met.token = s->tokens[j];
            visit(to, &met);
        }
    }
}

LYT_WALKING void lyt_walk_concepts(const lyt_walk *walk, lyt_visitor visit, void *to)
{
    enum { negated_concept = 8 };
    const lyt_text *text = walk->text;

    for (size_t c = 0; c < text->n_clauses; c++) {
        const lyt_clause *clause = &text->clauses[c];
        lyt_spoken s;

        s.n = 0;
        for (size_t i = clause->first; i < clause->end; i++) {
            const bool negated = text->tokens[i].flags & LYT_TOKEN_NEGATED;

            for (uint64_t rest = text->tokens[i].concepts; rest; rest &= rest - 1) {
                const uint64_t name =
                    lyt_lexis_concept_key(text->lexis, (size_t)__builtin_ctzll(rest));
                const uint64_t key = negated ? lyt_hash_pair(name, negated_concept) : name;

                visit(to, &(lyt_met_feature){.group = LYT_GROUP_CONCEPT,
                                             .key = key,
                                             .token = i,
                                             .other = lyt_no_token,
                                             .clause = (unsigned)c});
                lyt_walk_speak(&s, key, i);
            }
        }
        lyt_walk_moods(visit, to, clause, (unsigned)c, &s);
    }
}

#endif
