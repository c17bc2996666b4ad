#include "chars.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

enum { P = LYT_CHAR_PUNCT, S, N, L, O, D, M, I, A, H };

const uint8_t lyt_char_ascii[128] = {
    S, S, S, S, S, S, S, S, S, S, N, N, N, N, S, S, /* 00: tab is 09, line ends 0A to 0D */
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, /* 10 */
    S, P, P, P, P, P, P, A, P, P, P, P, P, H, P, P, /* 20 */
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P, /* 30 */
    P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* 40 */
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, P, /* 50 */
    A, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* 60: the grave accent stands for ' */
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, S, /* 70 */
};

static bool is_apostrophe(uint32_t c)
{
    return c == 0xB4 || c == 0x2BC || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2032 ||
           c == 0xFF07 || c == 0xFF40;
}

static bool is_emoji(uint32_t c)
{
    if (c >= 0x1F1E6 && c <= 0x1F1FF)
        return true;
    if (c >= 0x1F3FB && c <= 0x1F3FF)
        return true;
    return c >= 0x2300 && u_hasBinaryProperty((UChar32)c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool lyt_char_is_text_emoji(uint32_t c)
{
    return c >= 0xA9 && c < 0x2300 && u_hasBinaryProperty((UChar32)c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

static lyt_char_class classify_letter(uint32_t c)
{
    UErrorCode code = U_ZERO_ERROR;

    return uscript_getScript((UChar32)c, &code) == USCRIPT_LATIN ? LYT_CHAR_LETTER : LYT_CHAR_OTHER;
}

static lyt_char_class classify_any(uint32_t c)
{
    if (u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
        return LYT_CHAR_IGNORABLE;
    switch (u_charType((UChar32)c)) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
        return classify_letter(c);
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_COMBINING_SPACING_MARK:
        return LYT_CHAR_MARK;
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
        return LYT_CHAR_DIGIT;
    case U_SPACE_SEPARATOR:
    case U_CONTROL_CHAR:
        return LYT_CHAR_SPACE;
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
        return LYT_CHAR_NEWLINE;
    default:
        return is_emoji(c) ? LYT_CHAR_EMOJI : LYT_CHAR_PUNCT;
    }
}

lyt_char_class lyt_char_classify_wide(uint32_t c)
{
    if (c >= 0xC0 && c < 0x250)
        return c == 0xD7 || c == 0xF7 ? LYT_CHAR_PUNCT : LYT_CHAR_LETTER;
    if (c == 0x85)
        return LYT_CHAR_NEWLINE;
    if (is_apostrophe(c))
        return LYT_CHAR_APOSTROPHE;
    if (c == 0x2010 || c == 0x2011 || c == 0xFF0D)
        return LYT_CHAR_HYPHEN;
    return classify_any(c);
}

bool lyt_char_is_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    if (c < 0x100)
        return c >= 0xC0 && c <= 0xDE && c != 0xD7;
    return u_isUUppercase((UChar32)c);
}
