#include "utf8char.h"

size_t lyt_utf8_char(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    size_t n = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    if (first > 0xF4 || (first == 0xE0 && (unsigned char)text[1] < 0xA0) ||
        (first == 0xED && (unsigned char)text[1] > 0x9F) ||
        (first == 0xF0 && (unsigned char)text[1] < 0x90) ||
        (first == 0xF4 && (unsigned char)text[1] > 0x8F))
        return 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
    return n;
}
