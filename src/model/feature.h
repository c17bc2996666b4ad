/*
 * lyt_features: what a classifier sees of a text. Five groups, each feature a
 * 64-bit hash seeded with its group; the same whatever the language.
 *
 * Lifetime  lyt_features_init() to lyt_features_deinit(), in the caller's
 *           storage; keeps its memory between texts.
 * Threads   one at a time.
 */
#ifndef LYT_FEATURE_H
#define LYT_FEATURE_H

#include <lyt/alloc.h>

#include "arena.h"
#include "text.h"

typedef enum lyt_group {
    LYT_GROUP_STEM,     /* stem, marked when negated; those of its parts and of what was meant */
    LYT_GROUP_BIGRAM,   /* two stems in a row; begin and end of the text count */
    LYT_GROUP_CHAR,     /* 3 to 5 characters within a word, its ends marked */
    LYT_GROUP_POLARITY, /* what the polarity lexicon says of the words and the whole */
    LYT_GROUP_CONCEPT,  /* what the words speak of, in which mood of the clause, and with what */
    LYT_GROUPS
} lyt_group;

enum { lyt_no_token = UINT16_MAX, lyt_no_clause = UINT16_MAX };

/* One occurrence. */
typedef struct lyt_feature {
    uint64_t hash;
    uint16_t token, other; /* lyt_no_token: none */
    uint16_t clause;       /* that all of it stands in, lyt_no_clause for none */
    uint8_t group;
    int8_t value;  /* polarity: of the word, or the sign of what was counted */
    uint8_t extra; /* stem: 0 the token's own, else 1 + index of its extra */
    bool is_part;  /* stem: of a part of the word */
    uint8_t first; /* LYT_FIRST_OF_… */
} lyt_feature;

/*
 * Where an occurrence may count. Of most features that turns out when they are counted; the
 * characters of a word that comes again in its text, or in its clause, count no more there.
 */
enum { LYT_FIRST_OF_TEXT = 1, LYT_FIRST_OF_CLAUSE = 2, LYT_FIRST_OF_BOTH = 3 };

/*
 * Beside a group: of a word's parts. The guest wrote something else, so it counts less than
 * what was written. What a misspelt word was meant to be counts in full: the word as it stands
 * says nothing to anybody.
 */
enum { LYT_LIGHT = 8 };
static inline unsigned lyt_group_of(unsigned group)
{
    return group & (LYT_LIGHT - 1);
}
static inline unsigned lyt_feature_group(const lyt_feature *feature)
{
    return feature->group | (feature->is_part ? LYT_LIGHT : 0);
}

typedef struct lyt_features {
    const lyt_alloc *alloc;
    lyt_feature *items; /* by group, ascending */
    size_t n, cap;
    size_t ends[LYT_GROUPS]; /* index behind the last of each group */
    uint64_t *keys; /* of the text's tokens: what stem and negation make of each; then of grams */
    size_t cap_keys;
} lyt_features;

void lyt_features_init(lyt_features *features, const lyt_alloc *alloc);
void lyt_features_deinit(lyt_features *features);

/* groups: bit g for group g. Replaces what was found before. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_features_find(lyt_features *features, const lyt_text *text,
                                          unsigned groups);

/* What a feature's hash is made of: its group, and a key within it. */
uint64_t lyt_feature_hash(lyt_group group, uint64_t key);

/* The word whose characters a token counts with; empty when it has none. */
lyt_str lyt_feature_word(const lyt_token *token);

/* Which words a text has had: a bit for what a few of their letters come to. Zeros to begin with.
 */
typedef struct lyt_had {
    uint64_t letters[4];
} lyt_had;

/*
 * LYT_FIRST_OF_… of the word of token i, whose turn it is: all before it were asked about. What
 * was had more than 256 tokens ago is forgotten.
 */
uint8_t lyt_feature_first(lyt_had *had, const lyt_text *text, size_t i, lyt_str word);

/*
 * The keys of a word's characters (LYT_GROUP_CHAR), one an occurrence, into keys, which
 * has room for lyt_feature_grams_room(). Returns how many.
 */
size_t lyt_feature_grams(lyt_str word, uint64_t *keys);
size_t lyt_feature_grams_room(lyt_str word);

/* "polarity:-2" of a value -4 … 4, else "polarity"; static. */
lyt_str lyt_feature_polarity_name(int value);

/* "stem:not clean", "bigram:room+cold"; in the arena, {NULL, 0} when it is full. */
lyt_str lyt_feature_name(const lyt_feature *feature, const lyt_text *text, lyt_arena *arena);

#endif
