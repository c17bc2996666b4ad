/*
 * lyt_text: one message, taken apart: language (of each word, where they mix), tokens with offsets
 * into the original bytes, clauses, stems, negation, spelling. What every later room reads.
 *
 * Everything lies in the arena that lyt_text_analyze() was given and lives until
 * that arena is reset; stems may be borrowed from the lexis or the vocab, which
 * live longer.
 *
 * Units     offsets are bytes of the original, start inclusive, end exclusive.
 */
#ifndef LYT_TEXT_H
#define LYT_TEXT_H

#include "arena.h"
#include "hash.h"
#include "langid.h"
#include "lexis.h"
#include "logger.h"
#include "vocab.h"
#include "wordbook.h"

typedef enum lyt_token_kind {
    LYT_TOKEN_WORD,    /* has a letter */
    LYT_TOKEN_NUMBER,  /* digits, perhaps with . , : / between */
    LYT_TOKEN_PUNCT,   /* one mark, or a run of the same ("!!!") */
    LYT_TOKEN_EMOJI,   /* emoji or emoticon */
    LYT_TOKEN_URL,     /* norm is "URL" */
    LYT_TOKEN_MENTION, /* @name or mail address; norm is "USR" */
    LYT_TOKEN_HASHTAG, /* norm is the word without the mark */
} lyt_token_kind;

enum {
    LYT_TOKEN_NEGATOR = 1 << 0,
    LYT_TOKEN_NEGATED = 1 << 1, /* within the scope of a negator: the 3 words after it */
    LYT_TOKEN_STOP = 1 << 2,
    LYT_TOKEN_BREAKER = 1 << 3,
    LYT_TOKEN_UPPER = 1 << 4,     /* two or more letters, all upper case */
    LYT_TOKEN_CORRECTED = 1 << 5, /* nobody knows the word; the extras hold what was meant */
    LYT_TOKEN_RESPELT = 1 << 6, /* æ, ø, å as another keyboard writes them; stem is the word's */
    LYT_TOKEN_CUE = 1 << 7,     /* by itself it may have one of LYT_CUE_ROLES in some language */
};

/* What a stem is called by in all models: the same everywhere and always. */
static inline uint64_t lyt_stem_key(lyt_str stem)
{
    return lyt_hash_word(stem, 1);
}

typedef enum lyt_extra_kind {
    LYT_EXTRA_PART,  /* of a compound */
    LYT_EXTRA_MEANT, /* of the word it was taken for */
} lyt_extra_kind;

/* A stem beside the token's own. */
typedef struct lyt_extra {
    lyt_str stem;
    lyt_extra_kind kind;
    uint64_t stem_key; /* as in lyt_token */
} lyt_extra;

typedef struct lyt_token {
    uint32_t start, end;
    lyt_str norm;      /* NFKC, case folded; abbreviations are not expanded here */
    lyt_str stem;      /* of the word, or of its meaning if an abbreviation */
    lyt_str corrected; /* the known word it was taken for, {NULL, 0} for none */
    const lyt_extra *extras;
    uint16_t clause;
    uint16_t row_word; /* lyt_lexis_row_word() of what it counts as in a row; 0 of a mark */
    uint8_t n_extras;
    uint8_t kind;
    uint8_t flags;
    int8_t polarity;   /* -4 … 4, turned round under a negation */
    uint64_t concepts; /* bit i: speaks of concept i of the lexis */
    uint64_t hash;     /* of a word's norm, under the space's seed */
    uint64_t stem_key; /* lyt_stem_key(), of a number of several figures that of its shape; 0 where
                          nobody has worked it out */
    uint8_t cue_set;   /* lyt_lexis_cue_set(), 0 where LYT_TOKEN_CUE alone is known */
    uint16_t rows[LYT_ROW_KINDS]; /* lyt_wordrows_note() */
} lyt_token;

typedef struct lyt_clause {
    uint32_t first, end;   /* tokens */
    uint32_t start, stop;  /* bytes */
    lyt_language language; /* of most of its words; -1: no word in the whole message tells */
    int polarity;          /* sum over its tokens */
    bool has_negator;
    bool question; /* the sentence it stands in ends with a question mark */
    bool is_last;  /* of its sentence */
    bool negative; /* polarity < 0, or <= 0 with a negator */
} lyt_clause;

typedef struct lyt_text {
    lyt_str original;
    lyt_language language;  /* -1: unsure; stems are then of the likeliest language */
    lyt_language likeliest; /* also when unsure; -1: no word tells */
    double probability;     /* of the likeliest, 0 … 1 */
    const lyt_token *tokens;
    size_t n_tokens;
    const lyt_clause *clauses; /* every token is in exactly one */
    size_t n_clauses;
    const lyt_lexis *lexis; /* that the tokens' concepts are of */
} lyt_text;

/*
 * A thread's tools: ICU iterators, stemmers, bounded records of word forms.
 *
 * Lifetime  new to free; lexis, langid and words are borrowed and outlive it.
 * Threads   one at a time.
 */
typedef struct lyt_textspace lyt_textspace;

typedef struct lyt_textspace_options {
    const lyt_alloc *alloc;
    const lyt_lexis *lexis;
    const lyt_langid *langid;     /* NULL: language is always the hint, or -1 */
    const lyt_language *declared; /* what languages messages may be in, likeliest first; NULL:
                                     all of the lexis, none likelier than another */
    size_t n_declared;
    const lyt_wordbook *words; /* NULL: no dictionaries, so no compounds either */
    uint64_t seed;             /* secret, for the records of word forms */
    bool is_small; /* records of 2^12 words and not of 2^16: for who reads little at a time */
} lyt_textspace_options;

/* LYT_ENOTFOUND: a stemmer is missing; err names it. */
LYT_MUST_USE lyt_status lyt_textspace_new(lyt_textspace **out, const lyt_textspace_options *options,
                                          lyt_error *err);
void lyt_textspace_free(lyt_textspace *space);

/*
 * Whether the language has a dictionary by name of which there is no table, though there are
 * tables of others: nothing is corrected in its messages.
 */
bool lyt_textspace_lacks_dictionary(const lyt_textspace *space, lyt_language language);

/* How often what is slow was done and not found on record. For the metrics. */
typedef struct lyt_text_counts {
    uint64_t splits, corrections;
} lyt_text_counts;
lyt_text_counts lyt_textspace_counts(const lyt_textspace *space);

enum { lyt_text_bytes_max = 64 * 1024, lyt_tokens_max = 8192 };

/*
 * utf8: valid (lyt_utf8_check), borrowed until the arena's reset.
 * vocab: what unknown words may be corrected to; NULL corrects nothing.
 * hint: the language if somebody knows it, -1 otherwise; a hint is trusted
 * unless the text clearly says otherwise.
 *
 * LYT_ELIMIT: longer than lyt_text_bytes_max, more tokens than lyt_tokens_max, or the
 * arena's cap. LYT_ENOMEM. Same input, same output, whatever was analysed before.
 */
LYT_MUST_USE lyt_status lyt_text_analyze(lyt_textspace *space, const lyt_vocab *vocab, lyt_str utf8,
                                         lyt_language hint, lyt_arena *arena, lyt_text *out);

/*
 * Stem of a folded word in a language, as lyt_text_analyze() would; borrowed from the
 * space until its next call. Language -1: the first language that knows the word.
 */
lyt_str lyt_textspace_stem(lyt_textspace *space, lyt_language language, lyt_str folded);

#endif
