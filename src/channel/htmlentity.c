#include "charset.h"
#include "htmltext.h"

/* Of the languages guests of these houses write, and of what mail clients put into quotes. */
static const struct {
    const char *name;
    uint32_t code_point;
} entities[] = {
    {"AElig", 0xC6},   {"Aring", 0xC5},    {"Auml", 0xC4},    {"Eacute", 0xC9},  {"Oslash", 0xD8},
    {"Ouml", 0xD6},    {"Uuml", 0xDC},     {"aacute", 0xE1},  {"acirc", 0xE2},   {"acute", 0xB4},
    {"aelig", 0xE6},   {"agrave", 0xE0},   {"amp", '&'},      {"apos", '\''},    {"aring", 0xE5},
    {"atilde", 0xE3},  {"auml", 0xE4},     {"bdquo", 0x201E}, {"bull", 0x2022},  {"ccedil", 0xE7},
    {"copy", 0xA9},    {"deg", 0xB0},      {"eacute", 0xE9},  {"ecirc", 0xEA},   {"egrave", 0xE8},
    {"emsp", ' '},     {"ensp", ' '},      {"euml", 0xEB},    {"euro", 0x20AC},  {"frac12", 0xBD},
    {"gt", '>'},       {"hellip", 0x2026}, {"iacute", 0xED},  {"icirc", 0xEE},   {"iexcl", 0xA1},
    {"iquest", 0xBF},  {"iuml", 0xEF},     {"laquo", 0xAB},   {"ldquo", 0x201C}, {"lsquo", 0x2018},
    {"lt", '<'},       {"mdash", 0x2014},  {"middot", 0xB7},  {"ndash", 0x2013}, {"ntilde", 0xF1},
    {"oacute", 0xF3},  {"ocirc", 0xF4},    {"oslash", 0xF8},  {"ouml", 0xF6},    {"para", 0xB6},
    {"pound", 0xA3},   {"quot", '"'},      {"raquo", 0xBB},   {"rdquo", 0x201D}, {"reg", 0xAE},
    {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"sect", 0xA7},    {"szlig", 0xDF},   {"thinsp", ' '},
    {"times", 0xD7},   {"trade", 0x2122},  {"uacute", 0xFA},  {"ucirc", 0xFB},   {"ugrave", 0xF9},
    {"uuml", 0xFC},
};

/* 0 when it is no number. What is meant by 128 to 159 is Windows-1252 (HTML, section 13.2.5.80). */
static bool add_number(lyt_buf *out, lyt_str digits)
{
    bool is_hex = digits.len && (digits.ptr[0] | 0x20) == 'x';
    uint32_t value = 0;

    if (is_hex)
        digits = lyt_str_slice(digits, 1, digits.len);
    if (!digits.len || digits.len > 7)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i], small = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            value = value * (is_hex ? 16 : 10) + (uint32_t)(c - '0');
        else if (is_hex && small >= 'a' && small <= 'f')
            value = value * 16 + (uint32_t)(small - 'a' + 10);
        else
            return false;
    }
    if (value >= 0x80 && value < 0xA0) {
        char byte = (char)value;

        lyt_charset_decode(out, (lyt_str){&byte, 1}, LYT_CHARSET_WINDOWS_1252);
    } else if (value == 0xA0) {
        lyt_buf_add_char(out, ' ');
    } else {
        lyt_charset_put(out, value);
    }
    return true;
}

bool lyt_html_entity(lyt_buf *out, lyt_str name)
{
    if (lyt_str_begins(name, LYT_STR("#")))
        return add_number(out, lyt_str_slice(name, 1, name.len));
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (lyt_str_equal(name, lyt_str_of(entities[i].name))) {
            lyt_charset_put(out, entities[i].code_point);
            return true;
        }
    }
    /* joiners, soft hyphens and marks of direction are nothing to see */
    return lyt_str_equal(name, LYT_STR("shy")) || lyt_str_equal(name, LYT_STR("zwnj")) ||
           lyt_str_equal(name, LYT_STR("zwj")) || lyt_str_equal(name, LYT_STR("lrm"));
}
