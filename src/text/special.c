#include "special.h"

#include <string.h>
#include <unicode/uchar.h>

#include "chars.h"
#include "utf8.h"

enum { mail_local_max = 64, mail_domain_max = 255, entity_max = 10 };

static char lower_at(lyt_str s, size_t at)
{
    char c = at < s.len ? s.ptr[at] : '\0';

    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static char char_at(lyt_str s, size_t at)
{
    return at < s.len ? s.ptr[at] : '\0';
}

static bool is_plain_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_plain_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_plain_alnum(char c)
{
    return is_plain_letter(c) || is_plain_digit(c);
}

static bool begins_lower(lyt_str s, size_t at, const char *what)
{
    for (size_t i = 0; what[i]; i++)
        if (lower_at(s, at + i) != what[i])
            return false;
    return true;
}

static lyt_char_class class_at(lyt_str s, size_t at)
{
    return at < s.len ? lyt_char_classify(lyt_utf8_next(s, &at)) : LYT_CHAR_SPACE;
}

static bool is_name_char(lyt_char_class k)
{
    return lyt_char_is_alnum(k) || k == LYT_CHAR_OTHER || k == LYT_CHAR_MARK;
}

/* To the next white space, without the punctuation of the sentence around it. */
static size_t address_end(lyt_str s, size_t at)
{
    size_t end = at;
    bool bracket = false;

    while (end < s.len) {
        size_t next = end;
        uint32_t c = lyt_utf8_next(s, &next);
        lyt_char_class k = lyt_char_classify(c);

        if (k == LYT_CHAR_SPACE || k == LYT_CHAR_NEWLINE || c == '<' || c == '>' || c == '"')
            break;
        bracket |= c == '(';
        end = next;
    }
    while (end > at && strchr(bracket ? ".,;:!?'" : ".,;:!?')]}", s.ptr[end - 1]))
        end--;
    return end;
}

size_t lyt_special_url(lyt_str s, size_t at)
{
    static const char *const openings[] = {"http://", "https://", "www."};

    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        size_t n = strlen(openings[i]);

        if (begins_lower(s, at, openings[i]) && is_name_char(class_at(s, at + n)))
            return address_end(s, at);
    }
    return at;
}

/* "no", "it", "de", "se", "me" and the like are words: "clean.no towels" */
static bool is_domain_end(lyt_str label)
{
    static const char *const ends[] = {"biz",  "com", "dk",  "edu", "eu", "gov",
                                       "info", "io",  "net", "org", "uk"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (label.len == strlen(ends[i]) && begins_lower(label, 0, ends[i]))
            return true;
    return false;
}

static size_t labels_end(lyt_str s, size_t at, size_t *last)
{
    size_t limit = s.len - at > mail_domain_max ? at + mail_domain_max : s.len;
    size_t end = at;

    *last = at;
    while (end < limit) {
        char c = s.ptr[end];

        if (c == '.' && end > *last && is_plain_alnum(char_at(s, end + 1)))
            *last = end + 1;
        else if (!is_plain_alnum(c) && !(c == '-' && end > *last))
            break;
        end++;
    }
    return end;
}

size_t lyt_special_domain(lyt_str s, size_t at)
{
    size_t last, end = labels_end(s, at, &last);

    if (last == at || !is_domain_end(lyt_str_slice(s, last, end)) || is_name_char(class_at(s, end)))
        return at;
    return char_at(s, end) == '/' ? address_end(s, at) : end;
}

size_t lyt_special_mail(lyt_str s, size_t at)
{
    size_t limit = s.len - at > mail_local_max ? at + mail_local_max : s.len;
    size_t mark = at, last, end;

    while (mark < limit && (is_plain_alnum(s.ptr[mark]) || strchr("._%+-", s.ptr[mark])))
        mark++;
    if (mark == at || char_at(s, mark) != '@')
        return at;
    end = labels_end(s, mark + 1, &last);
    while (end > last && s.ptr[end - 1] == '-')
        end--;
    return last > mark + 1 && end - last >= 2 ? end : at;
}

static size_t name_end(lyt_str s, size_t at)
{
    while (at < s.len) {
        size_t next = at;
        uint32_t c = lyt_utf8_next(s, &next);

        if (c != '_' && !is_name_char(lyt_char_classify(c)))
            break;
        at = next;
    }
    return at;
}

size_t lyt_special_mention(lyt_str s, size_t at)
{
    size_t end = name_end(s, at + 1);

    return end > at + 1 ? end : at;
}

size_t lyt_special_hashtag(lyt_str s, size_t at)
{
    lyt_char_class first = class_at(s, at + 1);

    return first == LYT_CHAR_LETTER || first == LYT_CHAR_OTHER ? name_end(s, at + 1) : at;
}

size_t lyt_special_entity(lyt_str s, size_t at)
{
    size_t end = at + 1;

    if (char_at(s, end) == '#')
        end++;
    while (end - at < entity_max && is_plain_alnum(char_at(s, end)))
        end++;
    return char_at(s, end) == ';' && end > at + 2 ? end + 1 : at;
}

lyt_str lyt_special_entity_text(lyt_str entity)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"&amp;", "&"},  {"&lt;", "<"},  {"&gt;", ">"},       {"&quot;", "\""},
        {"&apos;", "'"}, {"&#39;", "'"}, {"&hellip;", "..."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (entity.len == strlen(rows[i].name) && begins_lower(entity, 0, rows[i].name))
            return lyt_str_of(rows[i].text);
    return entity;
}

static size_t emoticon_fixed(lyt_str s, size_t at)
{
    static const char *const faces[] = {"</3", "<3",  "^_^", "^^",  "-_-", ">:(",
                                        ">:)", "(-:", "(:",  ")-:", "(;"};

    if (!strchr("<^->()", s.ptr[at]))
        return at;
    for (size_t i = 0; i < sizeof faces / sizeof *faces; i++)
        if (begins_lower(s, at, faces[i]))
            return at + strlen(faces[i]);
    return at;
}

size_t lyt_special_emoticon(lyt_str s, size_t at, bool glued)
{
    size_t end = emoticon_fixed(s, at);
    char mouth;

    if (end > at)
        return glued || is_plain_alnum(char_at(s, end)) ? at : end;
    if (!strchr(":;=", s.ptr[at]))
        return at;
    end = at + 1;
    if (strchr("-'^o", char_at(s, end)) && char_at(s, end) && char_at(s, end + 1) &&
        strchr(")(]DPp/\\|*", char_at(s, end + 1)))
        end++;
    mouth = char_at(s, end);
    if (!mouth || !strchr(s.ptr[at] == '=' ? ")(]DP/" : ")(][DdPpSs/\\|*3Oo0xX@$<>{}", mouth))
        return at;
    while (char_at(s, end) == mouth)
        end++;
    if (mouth == '/' && end > at + 2 && s.ptr[end - 2] == '/')
        return at;
    if (is_plain_alnum(mouth) || mouth == '/' || mouth == '@' || mouth == '$')
        return glued || is_name_char(class_at(s, end)) ? at : end;
    return glued && is_name_char(class_at(s, end)) ? at : end;
}

static bool is_flag_letter(uint32_t c)
{
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}

static bool is_modifier(uint32_t c)
{
    return c == 0xFE0E || c == 0xFE0F || c == 0x20E3 || (c >= 0x1F3FB && c <= 0x1F3FF) ||
           (c >= 0xE0020 && c <= 0xE007F);
}

static uint32_t peek(lyt_str s, size_t at, size_t *next)
{
    *next = at;
    return at < s.len ? lyt_utf8_next(s, next) : 0;
}

static size_t keycap_end(lyt_str s, size_t at)
{
    size_t end, next;
    uint32_t c = peek(s, at, &end);

    if (!is_plain_digit((char)c) && c != '#' && c != '*')
        return at;
    if (peek(s, end, &next) == 0xFE0F)
        end = next;
    return peek(s, end, &next) == 0x20E3 ? next : at;
}

/* Modifiers, and whatever else hangs on a letter; *last is the last of them, or 0. */
static size_t hung_end(lyt_str s, size_t at, uint32_t *last)
{
    size_t next;

    *last = 0;
    while (at < s.len) {
        uint32_t c = peek(s, at, &next);
        lyt_char_class k = lyt_char_classify(c);

        if (!is_modifier(c) && k != LYT_CHAR_MARK && k != LYT_CHAR_IGNORABLE)
            break;
        *last = c;
        at = next;
    }
    return at;
}

/* Of what hangs on a letter, what Unicode's word breaks let hang there too. */
static bool is_bound(uint32_t c)
{
    int property = u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK);

    return property == U_WB_EXTEND || property == U_WB_FORMAT || property == U_WB_ZWJ;
}

/* Two letters make a flag. */
static size_t flag_end(lyt_str s, size_t at)
{
    size_t end = at, second, next;
    uint32_t last, c = peek(s, at, &end);

    for (second = end; is_bound(c = peek(s, second, &next)) && second < s.len; second = next)
        continue;
    return hung_end(s, is_flag_letter(c) ? next : end, &last);
}

size_t lyt_special_emoji(lyt_str s, size_t at)
{
    size_t end, next;
    uint32_t c = peek(s, at, &end), last;

    if (c < 0x80)
        return keycap_end(s, at);
    if (lyt_char_classify(c) != LYT_CHAR_EMOJI &&
        !(lyt_char_is_text_emoji(c) && peek(s, end, &next) == 0xFE0F))
        return at;
    if (is_flag_letter(c))
        return flag_end(s, at);
    for (;; end = next) {
        end = hung_end(s, end, &last);
        c = peek(s, end, &next);
        if (last != 0x200D || is_flag_letter(c) ||
            (lyt_char_classify(c) != LYT_CHAR_EMOJI && !lyt_char_is_text_emoji(c)))
            return end;
    }
}
