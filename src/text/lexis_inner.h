/*
 * lyt_lexis from within: what lexis.c and concept.c share.
 */
#ifndef LYT_LEXIS_INNER_H
#define LYT_LEXIS_INNER_H

#include <libstemmer.h>

#include "arena.h"
#include "lexis.h"

/*
 * One entry a (language, word), so that one probe answers every question about
 * the word. Entries lie in an array in the order of adding; slots holds their
 * numbers plus 1, open addressing, never more than half full. Strings lie in the arena.
 */

typedef struct lyt_lexis_entry {
    lyt_str word;
    lyt_str lemma;
    lyt_str abbreviation;
    uint32_t roles; /* bit 1 << lyt_word_role */
    int8_t language;
    int8_t polarity;
    bool has_polarity; /* also of a 0, which takes a row's words theirs */
    uint16_t set;      /* number of its set of concepts */
    uint64_t concepts;
    uint8_t longest; /* of the rows of words that begin with this word; 0 for none */
    uint8_t idiom;   /* of those, the longest that has a polarity or speaks of something */
} lyt_lexis_entry;

/* The tag, of the hash's upper half, tells most others apart without a look at their words. */
typedef struct lyt_lexis_slot {
    uint32_t tag;
    uint32_t entry; /* its number plus 1; 0: free */
} lyt_lexis_slot;

/* A stem's entry is kept under its language's number plus this, apart from the words'. */
enum { lyt_lexis_stems_of = lyt_languages_max };

/* The first is empty; more of them are possible, and then not known. */
enum { lyt_cue_sets_max = 256 };

typedef struct lyt_lexis_language {
    const char *code, *stemmer, *dictionary;
    bool spares_dictionary;
} lyt_lexis_language;

struct lyt_lexis {
    const lyt_alloc *alloc;
    lyt_arena *arena;   /* strings, as long as the lexis */
    lyt_arena *scratch; /* folding, reset at each word */
    lyt_lexis_entry *entries;
    size_t n_entries, entries_cap;
    lyt_lexis_slot *slots;
    size_t n_slots;
    lyt_lexis_language languages[lyt_languages_max];
    size_t n_languages;
    const char *concepts[lyt_concepts_max];
    uint64_t keys[lyt_concepts_max];
    size_t n_concepts;
    uint64_t *sets;      /* distinct sets of concepts; the first is empty */
    uint64_t *row_words; /* bits: lyt_lexis_row_word() */
    uint64_t *cue_words; /* the same of lyt_lexis_may_be_cue() */
    uint8_t *rows;       /* of lyt_lexis_row_tells() */
    uint32_t cue_sets[lyt_cue_sets_max];
    size_t n_cue_sets;
    size_t n_sets, cap_sets;
    uint64_t hash;
    bool sealed;
};

/*
 * The entry of a word, tidied and folded or as it was written; out is good until the next one
 * is added. Before the seal only.
 */
LYT_MUST_USE lyt_status lyt_lexis_entry_for(lyt_lexis *lexis, lyt_language which, lyt_str folded,
                                            lyt_lexis_entry **out);
LYT_MUST_USE lyt_status lyt_lexis_find_or_add(lyt_lexis *lexis, lyt_language which, lyt_str word,
                                              lyt_lexis_entry **out);

/* NULL when there is none; which may be a language's number plus lyt_lexis_stems_of. */
const lyt_lexis_entry *lyt_lexis_entry_of(const lyt_lexis *lexis, lyt_language which, lyt_str word);

/* At the seal: concepts reach the stems of their words, and each entry gets its set's number. */
LYT_MUST_USE lyt_status lyt_lexis_spread_concepts(lyt_lexis *lexis);
LYT_MUST_USE lyt_status lyt_lexis_number_sets(lyt_lexis *lexis);

/* At the seal: what lyt_lexis_row_tells() and lyt_lexis_cue_set() answer from. */
LYT_MUST_USE lyt_status lyt_lexis_note_rows(lyt_lexis *lexis);
void lyt_lexis_note_cues(lyt_lexis *lexis);

#endif
