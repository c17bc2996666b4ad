/*
 * lyt_wordbook: the tables of words (lyt_words) of the languages of a lexis, opened
 * once and shared by all workspaces.
 *
 * A table that the build did not make, or that is damaged or of another version, is
 * made in memory when Hunspell's dictionary is there: half a second for a large one.
 *
 * Lifetime  lyt_wordbook_open() to lyt_wordbook_free(); lexis only for the call.
 * Threads   never changes once open.
 */
#ifndef LYT_WORDBOOK_H
#define LYT_WORDBOOK_H

#include "lexis.h"
#include "vocab.h"

typedef struct lyt_wordbook lyt_wordbook;

typedef enum lyt_wordbook_origin {
    LYT_WORDBOOK_NONE,   /* the language has no dictionary, or it is not on this machine */
    LYT_WORDBOOK_MAPPED, /* a file of the build */
    LYT_WORDBOOK_MADE,   /* in memory */
} lyt_wordbook_origin;

typedef struct lyt_wordbook_options {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const lyt_lexis *lexis;
    uint32_t languages;            /* bit 1 << language: those to open */
    const char *words_folder;      /* where NAME.lytw lie; NULL for nowhere */
    const char *dictionary_folder; /* where NAME.aff and NAME.dic lie; NULL for nowhere */
} lyt_wordbook_options;

/* LYT_ENOMEM. That something is missing is no failure: ask for the origin. */
LYT_MUST_USE lyt_status lyt_wordbook_open(lyt_wordbook **out, const lyt_wordbook_options *options,
                                          lyt_error *err);
void lyt_wordbook_free(lyt_wordbook *book);

/* NULL when there is none; book may be NULL. Lives with the book. */
const lyt_words *lyt_wordbook_at(const lyt_wordbook *book, lyt_language language);
lyt_wordbook_origin lyt_wordbook_origin_of(const lyt_wordbook *book, lyt_language language);

/* The language's common words, to correct to; NULL as above. Lives with the book. */
const lyt_vocab *lyt_wordbook_common(const lyt_wordbook *book, lyt_language language);

/* The language was asked for and has a dictionary by name, but there is no table of it. */
bool lyt_wordbook_lacks(const lyt_wordbook *book, lyt_language language);

/* Whether any language has the folded word, with or without a capital. */
bool lyt_wordbook_knows(const lyt_wordbook *book, lyt_str word);

/* Of all its tables; 0 for none. */
uint64_t lyt_wordbook_hash(const lyt_wordbook *book);

/* Reads NAME.aff and NAME.dic and adds the bytes of the table to out (lyt_words_build). */
LYT_MUST_USE lyt_status lyt_wordbook_make(const lyt_fs *fs, const lyt_alloc *alloc,
                                          const char *dictionary_folder, const char *name,
                                          const lyt_words_text *texts, size_t n_texts, lyt_buf *out,
                                          lyt_error *err);

#endif
