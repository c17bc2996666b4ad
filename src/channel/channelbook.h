/*
 * lyt_channelbook: what the house knows of numbers and words. Filled by whoever read the
 * settings; everything is borrowed.
 *
 * Threads   read-only once filled.
 */
#ifndef LYT_CHANNELBOOK_H
#define LYT_CHANNELBOOK_H

#include "secret.h"

/* A number or short code of ours. */
typedef struct lyt_own_number {
    lyt_str number;          /* "+4592450000" or "1204" */
    lyt_str property, place; /* empty: as the endpoint says */
    lyt_str lang;            /* to answer in; guests write in whatever language they like */
} lyt_own_number;

/* A word that messages to a shared number begin with. */
typedef struct lyt_keyword {
    lyt_str number; /* it was leased on; empty: on every number of ours */
    lyt_str word;   /* folded (lyt_word_fold) */
    lyt_str property, place, lang;
} lyt_keyword;

/* Somebody who works here. */
typedef struct lyt_staff_number {
    lyt_str number; /* "+45…" */
    lyt_str person; /* "jonas": who did it, in the log */
    lyt_str property;
} lyt_staff_number;

/* What a guest says who wants no more messages. */
typedef struct lyt_opt_word {
    lyt_str lang; /* "da" */
    lyt_str text; /* folded; may be several words */
} lyt_opt_word;

typedef struct lyt_channelbook {
    const lyt_own_number *numbers;
    size_t n_numbers;
    const lyt_keyword *keywords;
    size_t n_keywords;
    const lyt_staff_number *staff;
    size_t n_staff;
    const lyt_opt_word *opt_out;
    size_t n_opt_out;
    const lyt_opt_word *opt_in;
    size_t n_opt_in;
    lyt_str country;        /* prefix of numbers written without one: "45"; empty: none */
    lyt_secrets pseudonyms; /* pseudonym.h; none: messages carry no sender */
} lyt_channelbook;

#endif
