/*
 * lyt_raw: where the tokens of a message begin and end, and what they are;
 * nothing about what they mean.
 *
 * Latin script is taken apart here, by rules for what guests write; runs of any
 * other script go through ICU's word breaks.
 *
 * Units     offsets are bytes of the message.
 * Threads   pure but for the ICU iterators, which belong to the caller's thread.
 */
#ifndef LYT_TOKEN_H
#define LYT_TOKEN_H

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "arena.h"

enum {
    LYT_RAW_LINE = 1 << 0,     /* a line break lies before it */
    LYT_RAW_SPACE = 1 << 1,    /* white space, or the text's start, lies before it */
    LYT_RAW_UPPER = 1 << 2,    /* two or more letters, all upper case */
    LYT_RAW_CAPITAL = 1 << 3,  /* begins with an upper-case letter */
    LYT_RAW_DIGIT = 1 << 4,    /* holds a digit */
    LYT_RAW_CLITIC = 1 << 5,   /* n't, cut from the word before it */
    LYT_RAW_DOTTED = 1 << 6,   /* holds full stops of its own: f.eks, p.m */
    LYT_RAW_ENTITY = 1 << 7,   /* &amp; */
    LYT_RAW_FOLDED = 1 << 8,   /* known to be its own normal form */
    LYT_RAW_LETTERS = 1 << 10, /* all of it plain letters, or U+00C0 to U+00FF */
    LYT_RAW_ENDS = 1 << 9,     /* ends a clause; told by lyt_clauses_find() */
};

typedef struct lyt_raw {
    uint32_t start, end;
    uint16_t marks;
    uint16_t letters; /* at most UINT16_MAX are counted */
    uint8_t kind;     /* lyt_token_kind */
    uint64_t hash;    /* of LYT_RAW_LETTERS, as written; 0 before lyt_tongues_read() */
} lyt_raw;

typedef struct lyt_raws {
    lyt_raw *items;
    size_t n, cap;
} lyt_raws;

/* What the fallback works with; opened once a thread. */
typedef struct lyt_breaks {
    UBreakIterator *words;
    UText *run;
} lyt_breaks;

/* LYT_ELIMIT: more than lyt_tokens_max tokens, or the arena's cap. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_raw_scan(lyt_arena *arena, lyt_breaks *breaks, lyt_str utf8,
                                     lyt_raws *out);

#endif
