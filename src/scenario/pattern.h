/*
 * lyt_pattern: the syntax of rules (docs/formats.md 1.3), read but not yet
 * bound to a language:  not|never ~4 clean* =room !please|need
 *
 * Lifetime  all of it lies in the arena; words are borrowed from it, too.
 * Threads   pure functions.
 */
#ifndef LYT_PATTERN_H
#define LYT_PATTERN_H

#include "arena.h"

typedef enum lyt_word_form {
    LYT_FORM_STEM,   /* clean */
    LYT_FORM_EXACT,  /* =clean */
    LYT_FORM_PREFIX, /* clean* */
    LYT_FORM_SUFFIX, /* *alarm */
} lyt_word_form;

typedef struct lyt_pattern_word {
    lyt_word_form form;
    lyt_str text; /* without its mark, as it was written */
} lyt_pattern_word;

enum { lyt_gap_none = -1, lyt_gap_max = 20 };

typedef struct lyt_pattern_slot {
    const lyt_pattern_word *words;
    size_t n_words;
    int gap; /* words allowed between this slot and the one before, in either order;
                lyt_gap_none: it follows directly */
} lyt_pattern_slot;

typedef struct lyt_pattern {
    const lyt_pattern_slot *slots;
    size_t n_slots;
    const lyt_pattern_word *forbidden;
    size_t n_forbidden;
} lyt_pattern;

enum { lyt_pattern_slots_max = 12, lyt_pattern_words_max = 128, lyt_pattern_bytes_max = 2000 };

/*
 * text: valid UTF-8. LYT_EFORMAT: *bad (may be NULL) is the byte where it goes
 * wrong, err->text says what is wanted there. LYT_ENOMEM, LYT_ELIMIT (arena).
 */
LYT_MUST_USE lyt_status lyt_pattern_parse(lyt_pattern *out, lyt_arena *arena, lyt_str text,
                                          size_t *bad, lyt_error *err);

#endif
