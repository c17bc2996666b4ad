/*
 * lyt_grams: what the characters of a message's words say to a model.
 *
 * The characters of a word depend on the word alone, and each counts (lyt_vector), so what they
 * add up to is kept, a record a word:
 *   S = Σ idf(r) · row(r),  Q = Σ idf(r)²   over the word's grams r that training met.
 * A message's words, each once, and those of each clause are then one addition each.
 *
 * The record is bounded; a long word, or one whose place is taken by another word of the
 * same message, is worked out each time, with the same result to the bit.
 *
 * Lifetime  lyt_grams_init() to lyt_grams_deinit(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_GRAMS_H
#define LYT_GRAMS_H

#include "feature.h"
#include "model.h"
#include "rows.h"

typedef struct lyt_gram_record lyt_gram_record;

/* A word of the message. */
typedef struct lyt_gram_word {
    const float *sum; /* S; NULL for none */
    float square;     /* Q */
    uint8_t first;    /* LYT_FIRST_OF_…: where it counts */
    uint32_t loose;   /* which of the sums without a record it is, from 1; 0: it has one */
    uint64_t hash;    /* of the word */
} lyt_gram_word;

typedef struct lyt_grams {
    const lyt_alloc *alloc;
    const lyt_model *model;
    lyt_row_table table;
    lyt_rows_adder add_rows;
    lyt_sums_adder add_sums;
    uint8_t *records; /* fixed */
    size_t n_records, record_bytes;
    uint32_t message; /* a number of the message in hand, from 1 */
    /* of the message, by token */
    lyt_gram_word *words;
    size_t n_words, cap_words;
    float *loose; /* stride each: sums of the words without a record */
    size_t n_loose, cap_loose;
    const float **sums; /* of the words that have any, in order */
    size_t cap_sums;
    /* of the word in hand */
    uint64_t *keys;
    uint32_t *rows;
    float *x;
    size_t cap_keys, cap_rows, cap_x;
    float *part, *whole; /* stride each: of a clause, of the text */
    float factor;        /* of the text */
    float *clause_factors;
    size_t cap_clause_factors;
} lyt_grams;

/*
 * The model is borrowed. The records take at most so many bytes; fewer are slower and change no
 * result. LYT_ENOMEM; deinit is due all the same.
 */
LYT_MUST_USE lyt_status lyt_grams_init(lyt_grams *grams, const lyt_alloc *alloc,
                                       const lyt_model *model, size_t records_bytes_max);
void lyt_grams_deinit(lyt_grams *grams);

/* Asks early for the records of the text's words, which may be far away. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_grams_fetch(lyt_grams *grams, const lyt_text *text);

/*
 * Adds the group's part of the text's margins, after lyt_grams_fetch() of it, before scale and
 * bias, to sum[stride]; and that of each clause's to clause_sums[clause * stride], unless that
 * is NULL. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_grams_add(lyt_grams *grams, const lyt_text *text, float *sum,
                                      float *clause_sums);

/* What units of a few outputs' sums are worth. Pairs of outputs: the last may be worth nothing. */
enum { lyt_worth_max = 6 };
typedef struct lyt_worth {
    size_t n; /* even */
    size_t output[lyt_worth_max];
    float unit[lyt_worth_max];
} lyt_worth;

/* Adds to by_token what each token's characters are worth in the text's sums. */
void lyt_grams_share(const lyt_grams *grams, const lyt_worth *worth, float *by_token);
/* In those of one clause. */
void lyt_grams_share_clause(const lyt_grams *grams, const lyt_clause *clause, size_t number,
                            const lyt_worth *worth, float *by_token);

#endif
