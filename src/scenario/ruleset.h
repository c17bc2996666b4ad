/* The inside of lyt_rules, shared by rule.c (makes it) and rule_match.c (searches with it). */
#ifndef LYT_RULESET_H
#define LYT_RULESET_H

#include "rule.h"

enum { word_parts_max = 4 };

/* A form that one word of a text may have: key of the table. */
typedef struct lyt_atom {
    lyt_word_form form;
    lyt_language language;
    lyt_str text;
} lyt_atom;

/* One way to fill a slot: a word, or the several that a text takes it apart into. */
typedef struct lyt_slot_word {
    uint32_t part[word_parts_max]; /* atoms */
    uint32_t n_parts;
} lyt_slot_word;

/* Some atoms: two sets that share no bit share no atom. */
typedef struct lyt_atom_mask {
    uint64_t bits[4];
} lyt_atom_mask;

static inline void lyt_atom_mask_add(lyt_atom_mask *mask, uint32_t atom)
{
    mask->bits[atom / 64 % 4] |= UINT64_C(1) << atom % 64;
}

static inline bool lyt_atom_mask_meets(const lyt_atom_mask *a, const lyt_atom_mask *b)
{
    return ((a->bits[0] & b->bits[0]) | (a->bits[1] & b->bits[1]) | (a->bits[2] & b->bits[2]) |
            (a->bits[3] & b->bits[3])) != 0;
}

typedef struct lyt_slot {
    const lyt_slot_word *words; /* ascending by part[0], more parts first */
    size_t n_words;
    lyt_atom_mask begins; /* all part[0] */
} lyt_slot;

/* Slots that follow one another; between two segments stands a ~N. */
typedef struct lyt_segment {
    uint32_t first, end; /* slots */
    int gap;             /* to the segment before it */
} lyt_segment;

typedef struct lyt_compiled {
    const lyt_slot *slots;
    const lyt_segment *segments;
    uint32_t n_segments;
    uint32_t anchor; /* segment tried first */
    lyt_slot forbidden;
    bool has_negator;
} lyt_compiled;

struct lyt_rules {
    const lyt_alloc *alloc;
    const lyt_lexis *lexis;
    lyt_arena *arena;
    lyt_arena *draft; /* words of a pattern taken apart, while it is added; NULL once sealed */
    lyt_rule *rules;
    lyt_compiled *compiled;
    size_t n_rules, rules_cap, compiled_cap;
    uint32_t n_cues;
    uint64_t hash;
    uint32_t languages; /* bit i: some rule is of language i */

    lyt_atom *atoms;
    size_t n_atoms, atoms_cap;
    uint32_t *table; /* open addressing: atom + 1, 0 empty */
    size_t table_size;
    size_t longest_affix;

    /* rules whose anchor begins with atom a: postings[starts[a] … starts[a + 1]) */
    uint32_t *starts;
    uint32_t *postings;
};

/* Atom of that form, UINT32_MAX when no rule has it. */
uint32_t lyt_rules_atom(const lyt_rules *rules, lyt_word_form form, lyt_language language,
                        lyt_str text);

#endif
