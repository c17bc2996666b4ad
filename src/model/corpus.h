/*
 * lyt_corpus: labelled messages, read from fastText-format lines:
 * `__label__a __label__b text`. `__label__none` means that nothing failed.
 *
 * Lifetime  lyt_corpus_new() to lyt_corpus_free(); texts and labels live with it.
 * Threads   one at a time while adding, then any number may read.
 */
#ifndef LYT_CORPUS_H
#define LYT_CORPUS_H

#include "fs.h"

typedef struct lyt_corpus lyt_corpus;

typedef struct lyt_example {
    lyt_str text;
    const uint16_t *labels; /* ascending, indexes of lyt_corpus_label(); empty: none */
    size_t n_labels;
    int language; /* lyt_language, -1 unknown */
} lyt_example;

enum { lyt_labels_max = 1024, lyt_label_bytes_max = 64 };

LYT_MUST_USE lyt_status lyt_corpus_new(lyt_corpus **out, const lyt_alloc *alloc);
void lyt_corpus_free(lyt_corpus *corpus);

/* From now on only these labels (and none) may be read; names are copied. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_corpus_restrict(lyt_corpus *corpus, const char *const *labels,
                                            size_t n_labels);

/*
 * Adds a file's lines. Blank lines and lines that begin with # are skipped.
 * Errors name file, line and column: no label, label too long, `none` beside
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

/* Of all lines in order; for "was this model trained on these?". Sealed only. */
uint64_t lyt_corpus_hash(const lyt_corpus *corpus);

/* True when some example has two or more labels: a multi-label task. */
bool lyt_corpus_is_multi(const lyt_corpus *corpus);

#endif
