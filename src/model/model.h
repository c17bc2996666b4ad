/*
 * lyt_model: a trained classifier. Sparse hashed features of a text (stems with
 * negation, two in a row, concepts, characters), one additive weight a feature and label: naive
 * Bayes log-odds, refined one label against the rest by dual coordinate descent
 * (Hsieh et al. 2008, L2-loss), calibrated (Platt 1999) to probabilities.
 *
 * A model of several labels a message gives each label its own probability
 * (their sum is anything); a model of one label a message has "none" as a class
 * of its own and its probabilities sum to 1. Where no message was without a label,
 * none is "none of these": a constant that the labels have to outweigh.
 *
 * Lifetime  lyt_model_train() or lyt_model_load() to lyt_model_free().
 * Threads   never changes after; any number may score at once, each with its
 *           own scratch.
 * Units     probabilities 0 … 1; weights are log-odds.
 */
#ifndef LYT_MODEL_H
#define LYT_MODEL_H

#include "corpus.h"
#include "text.h"

typedef struct lyt_model lyt_model;

/*
 * A cue: a feature that somebody above the model found in the text (a keyword
 * rule that fired). It enters as one more feature with a weight learned around
 * a prior for the label it speaks of; without training data the prior is all there is.
 */
enum { lyt_cue_firm = 6 }; /* log-odds; a prior from here on is taken as it is, not learned */

typedef struct lyt_cue {
    uint32_t id;    /* below n_cues of the training options */
    uint16_t label; /* lyt_corpus_label() index it speaks of; UINT16_MAX: that nothing failed */
    float prior;    /* log-odds; negative speaks against */
    float value;    /* 1 for a hit */
    lyt_str name;   /* "rule:not|never ~4 clean", for evidence; outlives the call */
    uint32_t first, end; /* tokens it was found in */
} lyt_cue;

/* What is scored: a text and the cues in it. */
typedef struct lyt_input {
    const lyt_text *text;
    const lyt_cue *cues;
    size_t n_cues;
    /*
     * Of several labels a message: sentences of it that are scored by themselves too, for a label
     * is as probable as where it is said most plainly. Texts and cues of their own, no parts.
     */
    const struct lyt_input *parts;
    size_t n_parts;
    /*
     * Of a part: what it is a part of, its first token there, and log-odds that are taken from all
     * that it says, since it is less sure to be understood by itself. NULL, 0, 0.
     */
    const struct lyt_input *whole;
    uint32_t first;
    double doubt;
} lyt_input;

typedef struct lyt_train_options {
    const lyt_alloc *alloc;
    const lyt_lexis *lexis;
    lyt_textspace *space;
    uint64_t seed;
    unsigned hash_bits; /* rows of the table, 2^n; 0: chosen by the data */
    /* progress: called now and then from the training thread; false stops it (LYT_ESTATE) */
    bool (*progress)(void *context, const char *stage, double done);
    void *context;
    bool is_multi; /* several labels a message, even if no message of the corpus has two */
    /*
     * A model of opinions on anything, with labels named "negative" and "positive": what is
     * well or badly said is believed to be so here too until messages teach otherwise, and its
     * words count when rarity is measured. Borrowed for the call; NULL for none. Not used
     * when hash_bits is given and smaller than its own.
     */
    const lyt_model *prior;
    /*
     * A model of other labels: what it has learned to tell apart is some of what tells these
     * apart. Any model will do whose labels are of the same world; of no use, it is not used.
     * Borrowed for the call; NULL for none. Not used when its table has more rows than the new
     * one's.
     */
    const lyt_model *topics;
    /*
     * Takes the usual recipe instead of choosing one by cross-validation: a third of the time.
     * Calibration and threshold are still cross-validated.
     */
    bool fixed_recipe;
    /* Of several labels: nothing is cross-validated; for models of which only the weights count. */
    bool is_bare;
    /*
     * Every cue there is; its index is its id, and label, prior and name are read.
     * find_cues finds those of a text into the arena; NULL with n_cues 0.
     */
    const lyt_cue *cues;
    uint32_t n_cues;
    lyt_status (*find_cues)(void *context, const lyt_text *text, lyt_arena *arena,
                            const lyt_cue **out, size_t *n);
    void *cues_context;
} lyt_train_options;

/* Of label, prior and name of all cues; what a model of them has as info.cues_hash. */
uint64_t lyt_cues_hash(const lyt_cue *cues, uint32_t n_cues);

/*
 * corpus: sealed. Deterministic for the same corpus, lexis and seed.
 * A label without messages is judged by the priors of its cues alone.
 * LYT_EINVAL: no label beside none, or fewer than two messages and no cue. LYT_ESTATE:
 * stopped by progress. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_model_train(lyt_model **out, const lyt_corpus *corpus,
                                        const lyt_train_options *options, lyt_error *err);
void lyt_model_free(lyt_model *model);

/* The file: magic "LYTMODEL", version, checksum; docs/formats.md section 3. */
LYT_MUST_USE lyt_status lyt_model_save(const lyt_model *model, const lyt_fs *fs, const char *path,
                                       lyt_error *err);
/*
 * Maps the file and checks magic, version, checksum and every bound.
 * LYT_EFORMAT: err says what is wrong and at which byte. out untouched on failure.
 */
LYT_MUST_USE lyt_status lyt_model_load(lyt_model **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                       const char *path, lyt_error *err);

/*
 * The same of a model that is to be a prior: LYT_EFORMAT too when it has no labels "negative"
 * and "positive"; NULL in *out when path is NULL or no such file is there.
 */
LYT_MUST_USE lyt_status lyt_model_load_moods(lyt_model **out, const lyt_alloc *alloc,
                                             const lyt_fs *fs, const char *path, lyt_error *err);

typedef struct lyt_model_info {
    size_t n_labels; /* without none */
    bool is_multi;
    /*
     * One label a message, and none without any: what is like none of the labels is refused
     * (1 - none below the threshold) though nobody showed what that looks like.
     */
    bool is_closed;
    double threshold, any_threshold; /* see lyt_model_decide(); from cross-validation */
    double micro_f1, detect_f1;      /* expected, by cross-validation; 0: not known (one label) */
    uint64_t n_messages;             /* it was trained on */
    uint64_t n_features;             /* distinct, before hashing */
    uint64_t corpus_hash, lexis_hash, cues_hash;
    uint64_t prior_hash; /* content_hash of the prior, 0 for none */
    uint32_t n_cues;
    uint64_t content_hash; /* of the whole model */
    size_t size_bytes;
} lyt_model_info;

lyt_model_info lyt_model_about(const lyt_model *model);
bool lyt_model_is_multi(const lyt_model *model);
/* NUL-terminated, lives with the model; index < n_labels, sorted. */
const char *lyt_model_label(const lyt_model *model, size_t index);
/*
 * Whether some message of training had the label; without one, its cues alone speak for it, and
 * the probability that anything failed knows nothing of it.
 */
bool lyt_model_has_examples(const lyt_model *model, size_t label);
/* Whether it can be the prior of another: it has the labels "negative" and "positive". */
bool lyt_model_has_moods(const lyt_model *model);
/* The words it met in training, for spelling; sealed, lives with the model. */
const lyt_vocab *lyt_model_vocab(const lyt_model *model);

/* A thread's buffers for scoring, sized by the model: some 10 MiB where it knows many words. */
typedef struct lyt_scratch lyt_scratch;
LYT_MUST_USE lyt_status lyt_scratch_new(lyt_scratch **out, const lyt_alloc *alloc,
                                        const lyt_model *model);
/* For who scores now and then: the same results from a tenth of the memory, more slowly. */
LYT_MUST_USE lyt_status lyt_scratch_new_small(lyt_scratch **out, const lyt_alloc *alloc,
                                              const lyt_model *model);
void lyt_scratch_free(lyt_scratch *scratch);

/*
 * What the model says of a text: logit[i] and probability[i] of label i, both
 * borrowed from the scratch until its next use, or in the arena where the input has parts. none is
 * the probability that nothing failed at all; a logit of a single-label model is that of the label
 * against none. With parts all three are those of whichever is surest, and heard[0] is the text
 * by itself, heard[1 + i] part i: what scoring that input alone would say. What was taught of a
 * text counts for all of it. LYT_ENOMEM, LYT_ELIMIT (the arena's cap).
 */
typedef struct lyt_scores {
    const double *logit;
    const double *probability;
    double none;
    bool is_taught;                 /* a lesson is of these very words */
    const struct lyt_scores *heard; /* 1 + n_parts of them, in the arena; NULL without parts */
} lyt_scores;
LYT_MUST_USE lyt_status lyt_model_score(const lyt_model *model, lyt_scratch *scratch,
                                        const lyt_input *input, lyt_arena *arena, lyt_scores *out);

/*
 * Which labels the model itself would report, into said[n_labels]. Several labels: those
 * at or above info.threshold, and the most probable one when it is more probable than
 * info.any_threshold that anything failed (1 - none): that something is wrong is often
 * plainer than what. One label: the most probable, when 1 - none reaches info.threshold:
 * with argmax alone, many labels share what none has for itself, and failures stay unheard.
 */
void lyt_model_decide(const lyt_model *model, const lyt_scores *scores, bool *said);

/*
 * Why: one row a contribution to the logit of a label. The bias is a row without a
 * token, and so is a polarity that no word has. The rows' weights sum to the logit within 1e-6, of
 * an input with parts to that of the text by itself (heard[0]).
 */
typedef enum lyt_reason_kind {
    LYT_REASON_NOTHING, /* where a row might be, and weighs nothing */
    LYT_REASON_FEATURE,
    LYT_REASON_BIAS,
    LYT_REASON_CHARS,
    LYT_REASON_POLARITY,
    LYT_REASON_LESSON,
    LYT_REASON_CUE,
} lyt_reason_kind;

/* There are many a verdict, and few are looked at: what can be found out later is not in it. */
typedef struct lyt_reason {
    double weight;
    float heaviest; /* the size of the heaviest that it is made of */
    uint32_t what;  /* that is: read by the functions below */
    uint32_t token; /* index, or UINT32_MAX: of the bias */
    uint32_t other; /* second token of a pair, or UINT32_MAX */
} lyt_reason;

lyt_reason_kind lyt_reason_kind_of(const lyt_reason *reason);
/* Its index in input->cues, UINT32_MAX where it is none. */
uint32_t lyt_reason_cue(const lyt_reason *reason);

LYT_MUST_USE lyt_status lyt_model_explain(const lyt_model *model, lyt_scratch *scratch,
                                          const lyt_input *input, size_t label, lyt_arena *arena,
                                          lyt_reason **out, size_t *n);

/*
 * The same of the input that the scratch has just scored, without scoring it again, and as people
 * read it: reasons of one word, one pair of words or one cue are one row, of the kind of the
 * heaviest of them. Some rows may be LYT_REASON_NOTHING.
 */
LYT_MUST_USE lyt_status lyt_model_explain_scored(const lyt_model *model, lyt_scratch *scratch,
                                                 const lyt_input *input, size_t label,
                                                 lyt_arena *arena, lyt_reason **out, size_t *n);

/*
 * "stem:not clean", "bigram:room+cold", "char", "bias", "cue"; in the arena, {NULL, 0} when it is
 * full. scratch: has scored the text, and no other since.
 */
lyt_str lyt_reason_name(const lyt_scratch *scratch, const lyt_reason *reason, const lyt_text *text,
                        lyt_arena *arena);

#endif
