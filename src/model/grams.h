/*
 * lyt_grams: what the characters of a message's words say to a model.
 *
 * The characters of a word depend on the word alone, so what they add up to is kept,
 * a record a word:
 *   S = Σ idf(r) · row(r),  Q = Σ idf(r)²   over the word's grams r that training met.
 * A message's words, and those of each clause, are then one addition each; a row that
 * comes again in the text or the clause counts once there (lyt_vector), so every further
 * occurrence is taken off.
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

/* The rows of one word of the message. */
typedef struct lyt_gram_word {
    const lyt_gram_record *record; /* NULL: rows lie in `loose` */
    const float *sum;              /* what they add up to; set when all words are known */
    double square;
    uint32_t first, n; /* in `loose` */
    uint64_t hash;     /* of the word */
} lyt_gram_word;

/* A row that the message had already. */
typedef struct lyt_gram_extra {
    uint32_t row, token;
    bool again_in_clause;
} lyt_gram_extra;

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
    uint32_t *loose;
    size_t n_loose, cap_loose, n_loose_words;
    float *loose_sums; /* stride each, of the words without a record */
    size_t cap_loose_sums;
    const float **sums; /* of the words that have rows, in order */
    size_t cap_sums;
    uint64_t *keys;
    size_t cap_keys;
    uint32_t *off_rows; /* what is taken off */
    float *x;           /* of rows */
    size_t cap_off, cap_x;
    uint32_t *flat; /* the rows of all words of a short message, and which may come again */
    uint32_t *doubtful;
    size_t cap_flat, cap_doubtful;
    /* a long message's: */
    uint32_t *slots;  /* which rows the message has: its tag and the row; free with another tag */
    uint32_t *latest; /* of each slot the clause that had the row last */
    size_t n_slots, cap_slots, cap_latest;
    uint32_t tag;           /* of the message's slots, from 1 */
    lyt_gram_extra *extras; /* in the order of their tokens */
    size_t n_extras, cap_extras;
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

/* What units of a few outputs' sums are worth; those behind the n-th are worth nothing. */
enum { lyt_worth_few = 2, lyt_worth_max = 6 };
typedef struct lyt_worth {
    size_t n;
    size_t output[lyt_worth_max];
    double unit[lyt_worth_max];
} lyt_worth;

/* Of one unit of a row. */
static inline double lyt_worth_of_row(const lyt_worth *worth, const int8_t *weights)
{
    double sum = worth->unit[0] * weights[worth->output[0]];

    sum += worth->unit[1] * weights[worth->output[1]];
    for (size_t i = lyt_worth_few; i < worth->n; i++)
        sum += worth->unit[i] * weights[worth->output[i]];
    return sum;
}

/* Adds to by_token what each token's characters are worth in the text's sums. */
void lyt_grams_share(const lyt_grams *grams, const lyt_worth *worth, double *by_token);
/* In those of one clause. */
void lyt_grams_share_clause(const lyt_grams *grams, const lyt_clause *clause, size_t number,
                            const lyt_worth *worth, double *by_token);

#endif
