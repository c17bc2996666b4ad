/*
 * lyt_personal: what tells who somebody is in text that people wrote: numbers of persons (CPR),
 * of cards (Luhn) and of phones, mail addresses, links and names on social media, and the names
 * of staff where the caller gives them. So that it can be taken out before the text goes further
 * than it has to.
 *
 * In doubt it is one: a number of eight digits in a row is a phone, whatever it was meant as. What
 * is not: dates, hours from and to, amounts with a point for each thousand, rooms.
 *
 * Units     offsets are bytes; text is UTF-8, but no byte is refused.
 * Threads   pure functions. Linear in the text.
 */
#ifndef LYT_PERSONAL_H
#define LYT_PERSONAL_H

#include "buf.h"

/* kind, what stands in its place */
#define LYT_PERSONAL_KINDS(X)                                                                      \
    X(LYT_PERSONAL_CPR, "[cpr]")                                                                   \
    X(LYT_PERSONAL_CARD, "[card]")                                                                 \
    X(LYT_PERSONAL_NUMBER, "[number]") /* of an account, a contract: too long for a phone */       \
    X(LYT_PERSONAL_PHONE, "[phone]")                                                               \
    X(LYT_PERSONAL_MAIL, "[mail]")                                                                 \
    X(LYT_PERSONAL_LINK, "[link]")                                                                 \
    X(LYT_PERSONAL_NAME, "[name]")

typedef enum lyt_personal_kind {
#define X(name, mark) name,
    LYT_PERSONAL_KINDS(X)
#undef X
        LYT_PERSONAL_KIND_COUNT
} lyt_personal_kind;

/* "[phone]". Static storage. */
const char *lyt_personal_mark(lyt_personal_kind kind);

typedef struct lyt_personal {
    size_t start, end;
    lyt_personal_kind kind;
} lyt_personal;

/*
 * Names of people as a house writes them ("Mette Holm"). Each of its words counts by itself, with
 * "s" or "'s" after it too, whatever the case; words of up to three letters only with a capital, since
 * "bo" and "kim" are words as well. All is borrowed.
 */
typedef struct lyt_personal_names {
    const lyt_str *names;
    size_t n;
} lyt_personal_names;

/* The first that begins at or after `from`; names may be NULL. false: there is none. */
bool lyt_personal_find(lyt_personal *out, lyt_str text, size_t from,
                       const lyt_personal_names *names);

/* Adds the text with marks in place of what was found. Failures are the buffer's. */
void lyt_personal_mask(lyt_buf *out, lyt_str text, const lyt_personal_names *names);

/*
 * Puts an asterisk in place of each byte that belongs to a name, so that offsets into the text
 * stay right. Returns how many names it were. names: not NULL.
 */
size_t lyt_personal_blot_names(char *text, size_t len, const lyt_personal_names *names);

#endif
