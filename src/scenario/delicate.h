/*
 * lyt_delicate: which words of a message tell of what nobody may spread (GDPR, Article 9):
 * somebody's health, belief, origin, love life. From <folder>/delicate/<language>.yaml, all
 * languages there are at once, since guests mix them; nothing else of a verdict depends on it.
 *
 * A pattern is a row of words; "*" at the end of a word stands for any ending ("allerg*"), at its
 * beginning for any word that it is a part of ("*allergi*"). The longest row from a word wins;
 * rows of `never` are none ("sick of").
 *
 * Lifetime  lyt_delicate_read() to lyt_delicate_free().
 * Threads   never changes after; any number may read.
 */
#ifndef LYT_DELICATE_H
#define LYT_DELICATE_H

#include <lyt/classifier.h>

#include "fs.h"
#include "text.h"

typedef struct lyt_delicate lyt_delicate;

/*
 * NULL in *out where there is no such folder. LYT_EFORMAT names file, line and column; LYT_EIO,
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_delicate_read(lyt_delicate **out, const lyt_alloc *alloc,
                                          const lyt_fs *fs, const char *lexicons_folder,
                                          lyt_error *err);
/* NULL is accepted, in all three. */
void lyt_delicate_free(lyt_delicate *delicate);
uint64_t lyt_delicate_hash(const lyt_delicate *delicate);

/*
 * Words that are the first of no pattern, by their hashes: nearly all that are met, each looked at
 * once. Of one lyt_delicate and the texts of one space; zeros to begin with.
 */
enum { lyt_delicate_plain_words = 1 << 14 };
typedef struct lyt_delicate_plain {
    uint64_t hash[lyt_delicate_plain_words];
} lyt_delicate_plain;

/*
 * In the order of the text, in the arena. plain: NULL where every word is to be looked at.
 * LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_delicate_find(const lyt_delicate *delicate, lyt_delicate_plain *plain,
                                          const lyt_text *text, lyt_arena *arena,
                                          const lyt_mention **out, size_t *n);

#endif
