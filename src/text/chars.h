/*
 * lyt_chars: what a code point is to the tokenizer.
 *
 * Threads   pure functions.
 */
#ifndef LYT_CHARS_H
#define LYT_CHARS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum lyt_char_class {
    LYT_CHAR_PUNCT, /* marks, signs and whatever has no class of its own */
    LYT_CHAR_SPACE,
    LYT_CHAR_NEWLINE,
    LYT_CHAR_LETTER, /* of the Latin script */
    LYT_CHAR_OTHER,  /* letter of another script */
    LYT_CHAR_DIGIT,
    LYT_CHAR_MARK,      /* combining */
    LYT_CHAR_IGNORABLE, /* soft hyphen, zero-width marks, variation selectors */
    LYT_CHAR_APOSTROPHE,
    LYT_CHAR_HYPHEN,
    LYT_CHAR_EMOJI,
} lyt_char_class;

extern const uint8_t lyt_char_ascii[128];
lyt_char_class lyt_char_classify_wide(uint32_t c);

static inline lyt_char_class lyt_char_classify(uint32_t c)
{
    return c < 0x80 ? (lyt_char_class)lyt_char_ascii[c] : lyt_char_classify_wide(c);
}

bool lyt_char_is_upper(uint32_t c);

/* Shown as a picture only when U+FE0F follows. */
bool lyt_char_is_text_emoji(uint32_t c);

/* A full-width form as its ASCII twin; anything else itself. */
static inline uint32_t lyt_char_narrow(uint32_t c)
{
    return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

static inline bool lyt_char_is_alnum(lyt_char_class k)
{
    return k == LYT_CHAR_LETTER || k == LYT_CHAR_DIGIT;
}

#endif
