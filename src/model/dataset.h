/*
 * lyt_dataset: a corpus as numbers, to train from. Counts first; how they are
 * weighed is decided later and more than once (lyt_dataset_weigh()).
 *
 * Lifetime  lyt_dataset_new() to lyt_dataset_free().
 * Threads   one at a time while made, then any number may read.
 */
#ifndef LYT_DATASET_H
#define LYT_DATASET_H

#include "model.h"
#include "solver.h"
#include "topics.h"
#include "vector.h"

/* A feature of a message or a clause, by its row of the table, and how often it occurs there. */
typedef struct lyt_seen {
    uint32_t row;
    uint16_t group, full; /* as in lyt_entry */
} lyt_seen;

typedef struct lyt_cue_hit {
    uint32_t id;
    uint32_t clause; /* of the message */
    float value;
} lyt_cue_hit;

/* Rows of features, one after the other: row i is items[first[i]] to items[first[i + 1]]. */
typedef struct lyt_seen_rows {
    lyt_seen *items;
    size_t *first;
    size_t n;
} lyt_seen_rows;

typedef struct lyt_dataset {
    const lyt_alloc *alloc;
    const lyt_corpus *corpus;
    size_t n;
    unsigned hash_bits;
    uint64_t n_features;
    lyt_seen_rows messages;
    lyt_seen_rows clauses; /* of the messages that have more than one */
    size_t *first_clause;  /* n + 1: of message i, its clauses */
    lyt_cue_hit *hits;
    size_t *first_hit; /* n + 1 */
    uint32_t n_cues;
    uint32_t *fold; /* a number of each message; kin have the same */
    lyt_vocab *vocab;
} lyt_dataset;

/* LYT_ENOMEM, LYT_ELIMIT, LYT_ESTATE (progress said stop), and what find_cues returns. */
LYT_MUST_USE lyt_status lyt_dataset_new(lyt_dataset **out, const lyt_corpus *corpus,
                                        const lyt_train_options *options, lyt_error *err);
void lyt_dataset_free(lyt_dataset *dataset);

/* What the grid chooses from. */
typedef struct lyt_recipe {
    double c;
    double idf_power;
    double bigram, polarity, concept; /* weight of the group */
    double damping; /* power of the naive-Bayes ratio that scales a feature, 0: none */
    double topics;  /* weight of what another model makes of it */
} lyt_recipe;

/* The dataset under a recipe: columns are rows of the table, cues, topics, bias. */
typedef struct lyt_weighed {
    const lyt_alloc *alloc;
    lyt_recipe recipe;
    const lyt_model *prior; /* whose rarities count too, NULL for none */
    lyt_topics topics;      /* n 0: none */
    unsigned groups;        /* bits */
    uint8_t *codes;         /* a row; 0: no message has it */
    float idf[256], weights[8];
    size_t n_columns;
    lyt_matrix messages, clauses;
    size_t *row[2]; /* of messages, of clauses */
    uint32_t *col[2];
    float *value[2], *square[2];
} lyt_weighed;

/*
 * prior, topics: those of lyt_train_options, or NULL. out: in the caller's storage, to
 * lyt_dataset_unweigh(). LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_dataset_weigh(const lyt_dataset *dataset, const lyt_recipe *recipe,
                                          const lyt_model *prior, const lyt_model *topics,
                                          lyt_weighed *out);
void lyt_dataset_unweigh(lyt_weighed *weighed);

/* Of a row of 2^hash_bits: in how many of the prior's messages what falls on it was met. */
double lyt_dataset_usual(const lyt_model *prior, unsigned hash_bits, size_t row);

#endif
