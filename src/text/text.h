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
#include "langid.h"
#include "lexis.h"
#include "logger.h"
#include "vocab.h"

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
    LYT_TOKEN_CORRECTED = 1 << 5, /* the stem below is of the correction */
};

typedef struct lyt_token {
    uint32_t start, end;
    lyt_str norm;      /* NFKC, case folded; abbreviations are not expanded here */
    lyt_str stem;      /* of the word, its meaning if an abbreviation, or its correction */
    lyt_str corrected; /* the known word it was taken for, {NULL, 0} for none */
    uint16_t clause;
    uint8_t kind;
    uint8_t flags;
    int8_t polarity;   /* -4 … 4, turned round under a negation */
    uint64_t concepts; /* bit i: speaks of concept i of the lexis */
} lyt_token;

typedef struct lyt_clause {
    uint32_t first, end;   /* tokens */
    uint32_t start, stop;  /* bytes */
    lyt_language language; /* of most of its words; -1: no word in the whole message tells */
    int polarity;          /* sum over its tokens */
    bool has_negator;
    bool question; /* the sentence it stands in ends with a question mark */
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
 * A thread's tools: ICU iterators, stemmers, Hunspell handles, a bounded
 * record of word forms. Hunspell's handles must be created in one thread, so
 * make all workspaces before the threads that use them start.
 *
 * Lifetime  new to free; lexis and langid are borrowed and outlive it.
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
    const char *dictionary_folder; /* where NAME.aff and NAME.dic lie; NULL: no Hunspell */
    uint64_t seed;                 /* secret, for the record of word forms */
} lyt_textspace_options;

/* LYT_ENOTFOUND: a stemmer or a dictionary is missing; err names it and what to install. */
LYT_MUST_USE lyt_status lyt_textspace_new(lyt_textspace **out, const lyt_textspace_options *options,
                                          lyt_error *err);
void lyt_textspace_free(lyt_textspace *space);

/*
 * Whether the language has a dictionary by name that is not on this machine: nothing is
 * corrected in its messages. Only one that its lexicon can spare.
 */
bool lyt_textspace_lacks_dictionary(const lyt_textspace *space, lyt_language language);

/* How often Hunspell's spell was asked; suggest never is. For the metrics. */
uint64_t lyt_textspace_spells(const lyt_textspace *space);

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
