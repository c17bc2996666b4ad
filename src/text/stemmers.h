/*
 * lyt_stemmer_of: which of libstemmer's stemmers a language has.
 *
 * Threads   pure function.
 */
#ifndef LYT_STEMMERS_H
#define LYT_STEMMERS_H

#include <lyt/str.h>

/* libstemmer's name, static storage; NULL: it has none for the language. code: ISO 639-1. */
const char *lyt_stemmer_of(lyt_str code);

#endif
