/*
 * lyt_affix: the rules of a Hunspell dictionary (NAME.aff), and every form that they
 * make of its words (NAME.dic), with what each may do in a compound.
 *
 * Read as hunspell(5) describes it: SET, FLAG (all four kinds), AF, PFX and SFX with
 * conditions, cross products and a second suffix, NEEDAFFIX, CIRCUMFIX, FORBIDDENWORD,
 * ONLYINCOMPOUND and the COMPOUND flags. What only serves suggestions is passed over;
 * COMPOUNDRULE (numbers, in the dictionaries there are) and IGNORE as well.
 *
 * Lifetime  lyt_affix_parse() to lyt_affix_free(); keeps nothing of the bytes given.
 * Threads   never changes once parsed.
 */
#ifndef LYT_AFFIX_H
#define LYT_AFFIX_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_affix lyt_affix;

/*
 * bytes: the .aff file as it is. name: of the file, for errors.
 * LYT_EFORMAT: err names the line. LYT_ENOTFOUND: its encoding is not known. LYT_ELIMIT:
 * more flags or rules than there can be. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_affix_parse(lyt_affix **out, const lyt_alloc *alloc, lyt_str bytes,
                                        const char *name, lyt_error *err);
void lyt_affix_free(lyt_affix *affix);

enum {
    LYT_EXPANDED_WORD = 1 << 0,  /* stands alone */
    LYT_EXPANDED_BEGIN = 1 << 1, /* may stand in a compound, but not at its end */
    LYT_EXPANDED_END = 1 << 2,   /* may end a compound */
    LYT_EXPANDED_FORBIDDEN = 1 << 3,
    LYT_EXPANDED_ENTRY = 1 << 4, /* as it stands in the dictionary */
};

typedef struct lyt_expanded {
    lyt_str form;  /* UTF-8, as written in the dictionary, until the call returns */
    uint8_t roles; /* never 0 */
    uint8_t link;  /* bytes that stand behind the dictionary's word */
} lyt_expanded;

/* A failure ends the expansion and is returned. */
typedef lyt_status (*lyt_expanded_each)(void *user, const lyt_expanded *form);

enum { lyt_expanded_bytes_max = 120 };

/*
 * bytes: the .dic file. Calls each for every form of every word, a form as often as
 * it comes about; words with a space or with flags that are none, and forms over
 * lyt_expanded_bytes_max, are left out.
 */
LYT_MUST_USE lyt_status lyt_affix_expand(const lyt_affix *affix, lyt_str bytes, const char *name,
                                         lyt_expanded_each each, void *user, lyt_error *err);

#endif
