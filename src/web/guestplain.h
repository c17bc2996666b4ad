/*
 * What a guest reads where there is no page: a few sentences, in the five languages of guests, and
 * whom to call.
 *
 * Threads   constant.
 */
#ifndef LYT_GUESTPLAIN_H
#define LYT_GUESTPLAIN_H

#include <lyt/str.h>

/* which, name in the file of a guest's steps */
#define LYT_PLAINS(X)                                                                              \
    X(LYT_PLAIN_NO_TAG, "no-tag")             /* a link of a tag that is none of ours */           \
    X(LYT_PLAIN_NO_REFERENCE, "no-reference") /* the same of a reference */                        \
    X(LYT_PLAIN_NO_PAGE, "no-page")           /* of an address */                                  \
    X(LYT_PLAIN_LATER, "later")               /* the service cannot say just now */                \
    X(LYT_PLAIN_TOO_MANY, "too-many")         /* tries from there */                               \
    X(LYT_PLAIN_HEARD, "heard")               /* where the page with what came of it does not follow */

typedef enum lyt_plain {
#define X(name, text) name,
    LYT_PLAINS(X)
#undef X
        LYT_PLAIN_COUNT
} lyt_plain;

const char *lyt_plain_name(lyt_plain what);

typedef struct lyt_plain_words {
    const char *title, *text, *call; /* call: "Need help? Call {number}." */
} lyt_plain_words;

/* False: not in that language ("da", "en", "sv", "nb", "de"). */
bool lyt_plain_find(lyt_plain_words *out, lyt_plain what, lyt_str language);

#endif
