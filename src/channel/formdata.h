/*
 * lyt_webform: fields of application/x-www-form-urlencoded, of a body or a query. "+" is a blank,
 * %XX a byte; a "%" before anything else stays as it is, as browsers have it.
 *
 * Lifetime  everything lies in the arena or points into the text.
 * Threads   plain values.
 */
#ifndef LYT_FORMDATA_H
#define LYT_FORMDATA_H

#include "arena.h"

typedef struct lyt_webform_field {
    lyt_str name, value; /* decoded; any bytes */
} lyt_webform_field;

typedef struct lyt_webform {
    lyt_webform_field *fields; /* in the order of the text */
    size_t n;
} lyt_webform;

/* LYT_ELIMIT: more than max_fields, or the arena's; LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_webform_parse(lyt_webform *out, lyt_str text, size_t max_fields,
                                          lyt_arena *arena);

/* The first of that name; empty when there is none. */
lyt_str lyt_webform_get(const lyt_webform *form, const char *name);
bool lyt_webform_has(const lyt_webform *form, const char *name);

/* Byte order of names, then of values. */
void lyt_webform_sort(lyt_webform *form);

/* {NULL, 0}: no memory. */
lyt_str lyt_percent_decode(lyt_str text, bool plus_is_blank, lyt_arena *arena);

#endif
