/*
 * lyt_pack_diff: what one pack has otherwise than another: scenarios and their
 * fields, rules, messages, examples, sentences, properties.
 *
 * Threads   one at a time; both packs are only read.
 */
#ifndef LYT_PACK_DIFF_H
#define LYT_PACK_DIFF_H

#include "pack.h"

typedef struct lyt_pack_change {
    char sign;            /* '+' only the second has it, '-' only the first, '~' otherwise there */
    const char *what;     /* "scenario", "rule", "sentence", "severity" … */
    const char *scenario; /* "" for what is of the whole pack */
    const char *language; /* "" for none */
    const char *key;      /* the pattern, the sentence, the id; "" for a field */
    const char *before, *after; /* values; "" where there is none */
} lyt_pack_change;

/*
 * Calls each() for every change, in the order of what, scenario, language, key; its strings
 * are borrowed for the call. Sentences are read anew. LYT_ENOMEM, LYT_ELIMIT, LYT_EFORMAT, LYT_EIO.
 */
LYT_MUST_USE lyt_status lyt_pack_diff(const lyt_pack *before, const lyt_pack *after,
                                      void (*each)(void *context, const lyt_pack_change *change),
                                      void *context, lyt_error *err);

#endif
