/*
 * lyt_langid: which language a short text is in, among those it was trained on.
 * Naive Bayes over runs of 2 to 4 characters within words and over whole words
 * (W. Cavnar, J. Trenkle 1994 for n-grams; the closed-set Bayes of T. Dunning 1994),
 * in a table of log-probabilities that says nothing of what it does not hold.
 *
 * Lifetime  lyt_langid_train() or lyt_langid_load() to lyt_langid_free().
 * Threads   never changes after; any number may ask.
 * Units     evidence is in eighths of a nat, a sum over words; probabilities are 0 to 1.
 */
#ifndef LYT_LANGID_H
#define LYT_LANGID_H

#include <stdint.h>

#include "fs.h"
#include "lexis.h"

typedef struct lyt_langid lyt_langid;

typedef struct lyt_langid_sample {
    const char *code; /* ISO 639-1 */
    lyt_str text;     /* of that language, UTF-8 */
    double mass;      /* what all its bytes together weigh; 0: one each */
    bool is_list;     /* words of a list, each once: only their spelling is learned */
} lyt_langid_sample;

/*
 * Several samples may be of one language; one without letters is passed over.
 * Indices follow the order in which languages first come. Deterministic.
 *
 * LYT_EINVAL: fewer than one language with text, or a code that is none.
 * LYT_ELIMIT: more than lyt_languages_max. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_langid_train(lyt_langid **out, const lyt_alloc *alloc,
                                         const lyt_langid_sample *samples, size_t n,
                                         lyt_error *err);
void lyt_langid_free(lyt_langid *langid);

/*
 * The file has magic, version and checksum (docs/formats.md, section 4) and is used
 * where it is mapped; fs outlives the langid. LYT_EFORMAT names what is wrong and at
 * which byte. Else as lyt_fs's, or LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_langid_save(const lyt_langid *langid, const lyt_fs *fs,
                                        const char *path, lyt_error *err);
LYT_MUST_USE lyt_status lyt_langid_load(lyt_langid **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                        const char *path, lyt_error *err);

size_t lyt_langid_languages(const lyt_langid *langid);
const char *lyt_langid_code(const lyt_langid *langid, size_t index);
/* -1 when there is none of that code. */
int lyt_langid_find(const lyt_langid *langid, lyt_str code);

/*
 * What the letters of a word say for each language, into evidence[lyt_languages_max]
 * (0 beyond the last). A function of the word alone; digits and marks say nothing.
 */
void lyt_langid_word(const lyt_langid *langid, lyt_str word, int16_t *evidence);

/*
 * Turns evidence of `words` words for n languages into the probability of each. bias: for each
 * the logarithm of how likely it is before a word is read, -INFINITY for one that
 * is out of the question (not for all); NULL: all alike. Probabilities sum to 1.
 * Returns the index of the best; -1 for no language.
 */
int lyt_langid_decide(const int32_t *evidence, const double *bias, size_t n, size_t words,
                      double *probability);

/*
 * What to put into bias for the language declared at place rank, from 0: each is half as
 * likely as the one before it, from the fifth on all are alike.
 */
double lyt_langid_bias(size_t rank);

/* Nats in one unit of a word's evidence. */
double lyt_langid_unit(void);

/*
 * Probability of each language into probability[n_languages]; sums to 1.
 * Returns the index of the best. Text without letters: all equal, -1.
 */
int lyt_langid_guess(const lyt_langid *langid, lyt_str text, double *probability);

#endif
