/*
 * lyt_grams: what the characters of a message's words say to a model.
 *
 * The characters of a word depend on the word alone, so what they add up to is kept,
 * a record a word:
 *   S = Σ idf(r) · row(r),  Q = Σ idf(r)²   over the word's grams r that training met.
 * A message's words are then one addition each, and only rows that a message has more
 * than once need mending: tf occurrences count 1 + ln tf, not tf. That is exactly what
 * lyt_vector_weigh() does with the group, in another order of addition.
 *
 * The record is bounded; a long word, or one whose place is taken by another word of the
 * same message, is worked out each time, with the same result to the bit.
 *
 * Lifetime  lyt_grams_init() to lyt_grams_deinit(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_GRAMS_H
#define LYT_GRAMS_H

#include "model.h"
#include "rows.h"

typedef struct lyt_gram_record lyt_gram_record;
typedef struct lyt_gram_slot lyt_gram_slot;
typedef struct lyt_gram_repeat lyt_gram_repeat;
typedef struct lyt_gram_occurrence lyt_gram_occurrence;

/* The rows of one word of the message. */
typedef struct lyt_gram_word {
    const lyt_gram_record *record; /* NULL: rows lie in `loose` */
    uint32_t first, n;             /* in `loose` */
    uint32_t same;                 /* the first token of that record */
    uint64_t hash;                 /* of the word */
} lyt_gram_word;

typedef struct lyt_grams {
    const lyt_alloc *alloc;
    const lyt_model *model;
    lyt_rows_adder add_rows;
    uint8_t *records; /* fixed */
    size_t n_records, record_bytes;
    uint32_t message; /* a number of the message in hand, from 1 */
    /* of the message, by token */
    lyt_gram_word *words;
    size_t n_words, cap_words;
    uint32_t *loose;
    size_t n_loose, cap_loose;
    uint64_t *keys;
    size_t cap_keys;
    lyt_term *terms;
    size_t cap_terms;
    /* which rows the message has, and which of them more than once */
    lyt_gram_slot *slots;
    size_t n_slots, cap_slots;
    uint32_t tag; /* of the message's slots, from 1 */
    lyt_gram_repeat *repeats;
    size_t n_repeats, cap_repeats;
    lyt_gram_occurrence *occurrences; /* of those rows */
    size_t n_occurrences, cap_occurrences;
    double *sum, *word; /* stride each: of the message, of a word without a record */
    double factor;
} lyt_grams;

/* The model is borrowed. LYT_ENOMEM; deinit is due all the same. */
LYT_MUST_USE lyt_status lyt_grams_init(lyt_grams *grams, const lyt_alloc *alloc,
                                       const lyt_model *model);
void lyt_grams_deinit(lyt_grams *grams);

/* Adds the group's part of the margins, before scale and bias, to sum[stride]. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_grams_add(lyt_grams *grams, const lyt_text *text, double *sum);

/*
 * Adds factor times what each token's characters had in sum[1 + output] to by_token,
 * which began as zeros. The same word has the same share wherever it stands.
 */
void lyt_grams_share(const lyt_grams *grams, size_t output, double factor, double *by_token);

#endif
