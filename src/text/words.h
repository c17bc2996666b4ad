/*
 * lyt_words: every form of every word of a dictionary, in one file that is mapped and
 * shared by all who use it; what a form may do in a compound, and how common it is.
 *
 * A form is kept as a 32-bit fingerprint in one of the file's 64-byte buckets (about
 * 17 more bits), so a word that is none is taken for one about once in 10^8 questions.
 * A look-up reads one cache line, rarely two. docs/formats.md has the layout.
 *
 * Lifetime  lyt_words_open() or lyt_words_of() to lyt_words_free().
 * Threads   never changes; any number may ask.
 */
#ifndef LYT_WORDS_H
#define LYT_WORDS_H

#include <stdint.h>

#include "buf.h"
#include "fs.h"

typedef struct lyt_words lyt_words;

/* What a form is; 0: the dictionary does not have it. */
typedef uint16_t lyt_word_info;

enum {
    LYT_WORDS_WORD = 1 << 0,  /* stands alone */
    LYT_WORDS_NAME = 1 << 1,  /* only with a capital */
    LYT_WORDS_BEGIN = 1 << 2, /* may stand in a compound, not at its end; as it is, with its link */
    LYT_WORDS_END = 1 << 3,   /* may end a compound */
    LYT_WORDS_ENTRY = 1 << 15 /* a headword, not a form of one */
};

/* Bytes of the link at the end of a form that begins a compound: the s of "rengørings". */
static inline unsigned lyt_words_link(lyt_word_info info)
{
    return info >> 4 & 3;
}

/* 0 … 7: in how many of the dictionary's own compounds it stands first, or last. */
static inline unsigned lyt_words_first_rank(lyt_word_info info)
{
    return info >> 6 & 7;
}

static inline unsigned lyt_words_last_rank(lyt_word_info info)
{
    return info >> 9 & 7;
}

/* 0 … 7: how often it stands in the texts the table was built with. */
static inline unsigned lyt_words_text_rank(lyt_word_info info)
{
    return info >> 12 & 7;
}

/* LYT_EFORMAT: no such file, another version, or damaged. LYT_ENOTFOUND, LYT_EIO, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_words_open(lyt_words **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                       const char *path, lyt_error *err);

/* The same of bytes in memory; bytes are borrowed, aligned to 8. name: for errors. */
LYT_MUST_USE lyt_status lyt_words_of(lyt_words **out, const lyt_alloc *alloc, lyt_str bytes,
                                     const char *name, lyt_error *err);
/* NULL is accepted. */
void lyt_words_free(lyt_words *words);

/* word: folded. */
lyt_word_info lyt_words_get(const lyt_words *words, lyt_str word);

/* In two steps, to ask for many words at once: their memory is fetched while others are hashed. */
uint64_t lyt_words_fetch(const lyt_words *words, lyt_str word);
lyt_word_info lyt_words_fetched(const lyt_words *words, uint64_t fetched);

/*
 * The words of the texts that the table was built with, as far as they are words of it, in the
 * order of the texts. *at: 0 to begin. False at the end.
 */
bool lyt_words_common(const lyt_words *words, size_t *at, lyt_str *word, uint32_t *count);

size_t lyt_words_size(const lyt_words *words);
/* Hunspell's name of the dictionary, "da_DK". Lives with the table. */
const char *lyt_words_name(const lyt_words *words);
/* Of the dictionary and the texts, not of the file. */
uint64_t lyt_words_hash(const lyt_words *words);

typedef struct lyt_words_text {
    lyt_str utf8;
    bool only_known; /* words that the dictionary does not have do not count: lists of misspelt ones
                      */
} lyt_words_text;

typedef struct lyt_words_source {
    const char *name;            /* "da_DK", at most 15 bytes */
    lyt_str affix, words;        /* the bytes of NAME.aff and NAME.dic */
    const lyt_words_text *texts; /* whose words are common; may be empty */
    size_t n_texts;
} lyt_words_source;

/*
 * Adds the bytes of a table to out, which must be empty. The same source gives the same bytes.
 * LYT_EFORMAT: err names file and line. LYT_ELIMIT, LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_words_build(const lyt_words_source *source, const lyt_alloc *alloc,
                                        lyt_buf *out, lyt_error *err);

#endif
