/*
 * lyt_corpus: labelled messages, read from fastText-format lines:
 * `__label__a __label__b text`. `__label__none` means that nothing failed.
 *
 * A label is a failure. Written with a mood behind it (`__label__food:positive`,
 * `:negative`, `:neutral`) it is an opinion on that topic: the negative one is the failure
 * `food`, and all of them teach what speaks of food at all.
 *
 * Lifetime  lyt_corpus_new() to lyt_corpus_free(); texts and labels live with it.
 * Threads   one at a time while adding, then any number may read.
 */
#ifndef LYT_CORPUS_H
#define LYT_CORPUS_H

#include "fs.h"

typedef struct lyt_corpus lyt_corpus;

typedef enum lyt_opinion {
    LYT_OPINION_FAILURE, /* a plain label, or one that is ":negative" */
    LYT_OPINION_NEUTRAL,
    LYT_OPINION_POSITIVE,
} lyt_opinion;

typedef struct lyt_example {
    lyt_str text;
    const uint16_t *labels; /* ascending, indexes of lyt_corpus_label(); empty: none failed */
    size_t n_labels;
    const uint16_t *topics; /* the same of all topics there is an opinion on, failures included */
    size_t n_topics;
    bool is_positive; /* some opinion is */
    int language;     /* lyt_language, -1 unknown */
    /*
     * Examples of one kin say the same: equal texts, and lines of files that are as good as
     * equally long, which are taken for translations of one another, line by line. Whoever
     * tests on one must not have learned from another. Set by lyt_corpus_seal().
     */
    uint64_t kin;
} lyt_example;

enum { lyt_labels_max = 1024, lyt_label_bytes_max = 64 };

LYT_MUST_USE lyt_status lyt_corpus_new(lyt_corpus **out, const lyt_alloc *alloc);
void lyt_corpus_free(lyt_corpus *corpus);

/* From now on only these labels (and none) may be read; names are copied. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_corpus_restrict(lyt_corpus *corpus, const char *const *labels,
                                            size_t n_labels);

/*
 * Adds a file's lines. Blank lines and lines that begin with # are skipped.
 * Errors name file, line and column: no label, label too long, an unknown mood, `none` beside
 * another label, no text, invalid UTF-8, over lyt_labels_max labels (LYT_EFORMAT).
 * After a failure the corpus is as before the call.
 */
LYT_MUST_USE lyt_status lyt_corpus_read(lyt_corpus *corpus, const lyt_fs *fs, const char *path,
                                        int language, lyt_error *err);

/* The same from memory; name is for errors. */
LYT_MUST_USE lyt_status lyt_corpus_parse(lyt_corpus *corpus, lyt_str data, const char *name,
                                         int language, lyt_error *err);

size_t lyt_corpus_size(const lyt_corpus *corpus);
const lyt_example *lyt_corpus_at(const lyt_corpus *corpus, size_t index);
size_t lyt_corpus_labels(const lyt_corpus *corpus);
/* NUL-terminated, sorted by name after lyt_corpus_seal(). */
const char *lyt_corpus_label(const lyt_corpus *corpus, size_t index);

/* Sorts labels by name and removes exact doubles (same text, same labels); after it nothing is
 * added. */
LYT_MUST_USE lyt_status lyt_corpus_seal(lyt_corpus *corpus);

/*
 * Takes the examples i with is_dropped[i] out of a sealed corpus, to be tested on or left out;
 * labels and kin stay as they are.
 */
void lyt_corpus_drop(lyt_corpus *corpus, const bool *is_dropped);

/* Of all lines in order; for "was this model trained on these?". Sealed only. */
uint64_t lyt_corpus_hash(const lyt_corpus *corpus);

/* True when some example has two or more labels or topics: a multi-label task. */
bool lyt_corpus_is_multi(const lyt_corpus *corpus);

/* True when some label was written with a mood: topics are known apart from failures. */
bool lyt_corpus_has_opinions(const lyt_corpus *corpus);

#endif
