/*
 * lyt_lexis: what the words of each language do, whatever the trade: negators,
 * breakers, stop words, lemmas, abbreviations, polarity, place words, and the concepts
 * they speak of, which are the same in every language. Filled by
 * whoever reads the files (room scenario), then shared read-only.
 *
 * Words are given in any case and normal form; they are kept folded
 * (lyt_normal_fold). A word of several parts ("no later than") matches a row of words.
 *
 * Lifetime  lyt_lexis_new() to lyt_lexis_free().
 * Threads   never changes after lyt_lexis_seal(); then any number may read.
 */
#ifndef LYT_LEXIS_H
#define LYT_LEXIS_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

enum { lyt_languages_max = 12, lyt_concepts_max = 64 };

/* Index of a language in its lexis; -1 is "not known" (und). */
typedef int lyt_language;

typedef enum lyt_word_role {
    LYT_WORD_NEGATOR,
    LYT_WORD_BREAKER,
    LYT_WORD_STOP,
    LYT_WORD_PLACE,        /* "room" of "room 214" */
    LYT_WORD_PLACE_SUFFIX, /* "'eren" of "214'eren" */
    LYT_WORD_NEVER_BEFORE, /* "214 kr" is no place */
    LYT_WORD_NEVER_AFTER,  /* "kl. 21" is no place */
    LYT_WORD_TIME,         /* "last night", "i morges" */
    LYT_WORD_INTENSIFIER,  /* "very", "mega" */
    LYT_WORD_HEDGE,        /* "maybe", "burde" */
    LYT_WORD_SAFETY,       /* "on fire", "lugter af gas": danger to people */
    LYT_WORD_OPT_OUT,      /* "stop" as the whole message: send me no more */
    LYT_WORD_COMPLAINS,    /* cues of what kind of message it is: "not good enough" */
    LYT_WORD_REQUESTS,     /* "could we get" */
    LYT_WORD_ASKS,         /* "what time" */
    LYT_WORD_PRAISES,      /* "well done" */
    LYT_WORD_WISHES,       /* "it would be nice" */
    LYT_WORD_CHATS,        /* "good morning": none of the other kinds */
    LYT_WORD_ASIDE,        /* "feared", "last year", "fixed at once": it did not fail, or no more */
    LYT_WORD_COURTESY,     /* "good morning", "thanks": said whatever the matter is */
    LYT_WORD_ROLES
} lyt_word_role;

/* Roles that are looked for in whole messages, of words and of rows of words. */
#define LYT_CUE_ROLES                                                                              \
    (1u << LYT_WORD_TIME | 1u << LYT_WORD_INTENSIFIER | 1u << LYT_WORD_HEDGE |                     \
     1u << LYT_WORD_SAFETY | 1u << LYT_WORD_COMPLAINS | 1u << LYT_WORD_REQUESTS |                  \
     1u << LYT_WORD_ASKS | 1u << LYT_WORD_PRAISES | 1u << LYT_WORD_WISHES | 1u << LYT_WORD_CHATS | \
     1u << LYT_WORD_ASIDE)

typedef struct lyt_lexis lyt_lexis;

LYT_MUST_USE lyt_status lyt_lexis_new(lyt_lexis **out, const lyt_alloc *alloc);
void lyt_lexis_free(lyt_lexis *lexis);

/*
 * code: ISO 639-1. stemmer: libstemmer's name ("danish"). dictionary: Hunspell's
 * name ("da_DK"), NULL for none. All copied. LYT_EEXISTS: code is there already;
 * LYT_ELIMIT: lyt_languages_max reached; LYT_EINVAL: libstemmer has no such stemmer.
 */
LYT_MUST_USE lyt_status lyt_lexis_add_language(lyt_lexis *lexis, lyt_str code, lyt_str stemmer,
                                               lyt_str dictionary, lyt_language *out);

/* The language is read without spelling where its dictionary is not installed. */
LYT_MUST_USE lyt_status lyt_lexis_spare_dictionary(lyt_lexis *lexis, lyt_language language);

/*
 * LYT_EFORMAT: word is empty or not UTF-8. LYT_EINVAL: no such language. LYT_ESTATE:
 * sealed. A word may have several roles; of two lemmas, meanings or values the last counts.
 */
LYT_MUST_USE lyt_status lyt_lexis_add_word(lyt_lexis *lexis, lyt_language language,
                                           lyt_word_role role, lyt_str word);
LYT_MUST_USE lyt_status lyt_lexis_add_lemma(lyt_lexis *lexis, lyt_language language,
                                            lyt_str surface, lyt_str lemma);
LYT_MUST_USE lyt_status lyt_lexis_add_abbreviation(lyt_lexis *lexis, lyt_language language,
                                                   lyt_str form, lyt_str meaning);
/*
 * value -4 … 4. A row of words gives its value to its first word and takes the others theirs; 0
 * makes it count for nothing ("hot water" is not too hot).
 */
LYT_MUST_USE lyt_status lyt_lexis_add_polarity(lyt_lexis *lexis, lyt_language language,
                                               lyt_str word, int value);

/*
 * Says that the word speaks of the concept ("staff", "price"): a name of the caller's, the same
 * for every language. Forms of the word that are not listed speak of it too, by their stem; of a
 * row of words the first one does.
 * LYT_ELIMIT: more than lyt_concepts_max names.
 */
LYT_MUST_USE lyt_status lyt_lexis_add_concept(lyt_lexis *lexis, lyt_language language,
                                              lyt_str concept, lyt_str word);

/* Ends the filling; computes the content hash. */
LYT_MUST_USE lyt_status lyt_lexis_seal(lyt_lexis *lexis);

/* Of everything added, whatever the order; for "is this model from this lexicon?". */
uint64_t lyt_lexis_hash(const lyt_lexis *lexis);

size_t lyt_lexis_languages(const lyt_lexis *lexis);
/* -1 when there is none of that code. */
lyt_language lyt_lexis_find(const lyt_lexis *lexis, lyt_str code);
/* "da"; "und" for -1. NUL-terminated, lives with the lexis. */
const char *lyt_lexis_code(const lyt_lexis *lexis, lyt_language language);
const char *lyt_lexis_stemmer(const lyt_lexis *lexis, lyt_language language);
/* NULL for none. */
const char *lyt_lexis_dictionary(const lyt_lexis *lexis, lyt_language language);
bool lyt_lexis_spares_dictionary(const lyt_lexis *lexis, lyt_language language);

/* word: folded. language -1 asks all languages. */
bool lyt_lexis_has(const lyt_lexis *lexis, lyt_language language, lyt_word_role role, lyt_str word);
/* Lemma or meaning, {NULL, 0} when there is none; borrowed from the lexis. */
lyt_str lyt_lexis_lemma(const lyt_lexis *lexis, lyt_language language, lyt_str word);
lyt_str lyt_lexis_abbreviation(const lyt_lexis *lexis, lyt_language language, lyt_str word);
/* 0 when the word is not in it. */
int lyt_lexis_polarity(const lyt_lexis *lexis, lyt_language language, lyt_str word);

size_t lyt_lexis_concepts(const lyt_lexis *lexis);
/* NUL-terminated, lives with the lexis. */
const char *lyt_lexis_concept_name(const lyt_lexis *lexis, size_t index);
/* A number of the name alone, whatever else the lexis has. */
uint64_t lyt_lexis_concept_key(const lyt_lexis *lexis, size_t index);
/* A set of concepts by its number, bit i for concept i; set 0 is empty. */
uint64_t lyt_lexis_concept_set(const lyt_lexis *lexis, uint16_t set);
/* What a stem speaks of, for words that are not in the lexis themselves. */
uint16_t lyt_lexis_stem_concepts(const lyt_lexis *lexis, lyt_language language, lyt_str stem);

/* All about one word of one language, with one look-up. False when it is not there. */
typedef struct lyt_lexis_word {
    lyt_str lemma, abbreviation; /* {NULL, 0} for none */
    uint32_t roles;              /* bit 1 << lyt_word_role */
    int8_t polarity;
    bool has_polarity; /* it was given one, if only a 0 */
    uint16_t concepts; /* lyt_lexis_concept_set() */
    uint8_t longest; /* words in the longest row of words that begins with this one; 0: none does */
    uint8_t idiom;   /* as longest, of rows that have a polarity or speak of a concept */
} lyt_lexis_word;
bool lyt_lexis_get(const lyt_lexis *lexis, lyt_language language, lyt_str word,
                   lyt_lexis_word *out);

/*
 * Of a sealed lexis: 0 when no row of words of any kind below has this word, else a number for it
 * that others may share.
 */
uint16_t lyt_lexis_row_word(const lyt_lexis *lexis, lyt_str word);
/* Whether the word by itself may have one of LYT_CUE_ROLES in some language. */
bool lyt_lexis_may_be_cue(const lyt_lexis *lexis, lyt_str word);
/*
 * The roles that the word has by itself, by a number that a record of it has room for; 0: none, or
 * not known. Those of LYT_CUE_ROLES but LYT_WORD_ASIDE in the first language where it has one, and
 * LYT_WORD_ASIDE where any has it.
 */
uint8_t lyt_lexis_cue_set(const lyt_lexis *lexis, lyt_str word);
uint32_t lyt_lexis_cue_roles(const lyt_lexis *lexis, uint8_t set);
typedef enum lyt_row_kind {
    LYT_ROW_CUE,   /* that has a role of LYT_CUE_ROLES, or LYT_WORD_OPT_OUT */
    LYT_ROW_IDIOM, /* that has a polarity or speaks of a concept */
    LYT_ROW_KINDS
} lyt_row_kind;

/* What words in a row may be, a bit each: a row of that kind, or the beginning of a longer one. */
enum { LYT_ROW_TELLS = 2 * LYT_ROW_KINDS };
#define LYT_ROW_IS(kind) (1u << (kind))
#define LYT_ROW_BEGINS(kind) (1u << (LYT_ROW_KINDS + (kind)))

/* Words in a row, by their numbers. */
static inline uint32_t lyt_row_of(uint16_t word)
{
    return word * UINT32_C(0x9e3779b1);
}

static inline uint32_t lyt_row_with(uint32_t row, uint16_t next)
{
    return (row ^ row >> 15 ^ next) * UINT32_C(0x85ebca6b);
}

/* Of two words and more, none of them 0. What it denies is sure, what it says is not. */
unsigned lyt_lexis_row_tells(const lyt_lexis *lexis, uint32_t row);

#endif
