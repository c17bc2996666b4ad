/*
 * lyt_langid: which language a short text is in, among those it was trained on.
 * Multinomial naive Bayes over character 1- to 4-grams within words
 * (W. Cavnar, J. Trenkle 1994 for n-grams; the closed-set Bayes of T. Dunning 1994),
 * hashed into a table of log-probabilities.
 *
 * Lifetime  lyt_langid_train() or lyt_langid_load() to lyt_langid_free().
 * Threads   never changes after; any number may ask.
 */
#ifndef LYT_LANGID_H
#define LYT_LANGID_H

#include <stdint.h>

#include "fs.h"

typedef struct lyt_langid lyt_langid;

typedef struct lyt_langid_sample {
    const char *code; /* ISO 639-1 */
    lyt_str text;     /* running text of that language, UTF-8 */
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
 * The file has magic, version and checksum (docs/formats.md, section 4).
 * LYT_EFORMAT names what is wrong and at which byte. Else as lyt_fs's, or LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_langid_save(const lyt_langid *langid, const lyt_fs *fs,
                                        const char *path, lyt_error *err);
LYT_MUST_USE lyt_status lyt_langid_load(lyt_langid **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                        const char *path, lyt_error *err);

size_t lyt_langid_languages(const lyt_langid *langid);
const char *lyt_langid_code(const lyt_langid *langid, size_t index);

/*
 * Probability of each language into probability[n_languages]; sums to 1.
 * Returns the index of the best. Text without letters: all equal, -1.
 */
int lyt_langid_guess(const lyt_langid *langid, lyt_str text, double *probability);

/*
 * The parts of a guess, for who keeps words (lyt_langcache): the next word of the text
 * from *at on, stepping *at over it, false at the end; what a word adds to each
 * language's log-probability; and their sums made probabilities in place, as above.
 */
bool lyt_langid_next_word(lyt_str text, size_t *at, lyt_str *word);
void lyt_langid_word(const lyt_langid *langid, lyt_str word, float *log_p);
int lyt_langid_weigh(const lyt_langid *langid, double *log_p, bool any_word);

#endif
