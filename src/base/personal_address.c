/* Mail addresses, links, names on social media. */
#include <string.h>

#include "personal_inside.h"

enum { part_max = 255, tld_max = 24 };

static bool is_name_char(lyt_str s, size_t at)
{
    return lyt_personal_is_letter(s, at) || lyt_personal_is_digit(s, at);
}

static bool begins(lyt_str s, size_t at, const char *what)
{
    for (size_t i = 0; what[i]; i++)
        if (lyt_personal_lower(s, at + i) != what[i])
            return false;
    return true;
}

/* "mail.dk": labels with a point between, at least two; *tld: where the last begins. */
static size_t domain_end(lyt_str s, size_t at, size_t *tld)
{
    size_t from = at, end = at, last = at;
    size_t n = 0;

    while (end < s.len && end - from < part_max && is_name_char(s, end)) {
        size_t label = end;

        while (is_name_char(s, end) || (end > label && lyt_personal_is_in(s, end, "-_")))
            end++;
        while (end > label && lyt_personal_is_in(s, end - 1, "-_"))
            end--;
        last = label;
        n++;
        if (end + 1 >= s.len || s.ptr[end] != '.' || !is_name_char(s, end + 1))
            break;
        end++;
    }
    *tld = last;
    for (size_t i = last; i < end; i++)
        if (!lyt_personal_is_letter(s, i))
            return at;
    return n >= 2 && end - last >= 2 && end - last <= tld_max ? end : at;
}

/* The "@", also as people write it where they fear robots. */
static size_t at_sign(lyt_str s, size_t at)
{
    static const char *const signs[] = {"@",      " @ ",   "(at)",   "[at]",   "{at}",
                                        " (at) ", " [at] ", "(a)",    "(snabel-a)", " snabel-a ",
                                        " snabela "};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (begins(s, at, signs[i]))
            return strlen(signs[i]);
    return 0;
}

size_t lyt_personal_mail(lyt_str s, size_t at)
{
    size_t end = at, sign, tld, domain;

    if (at > 0 && (is_name_char(s, at - 1) || lyt_personal_is_in(s, at - 1, "._%+-")))
        return at;
    while (end < s.len && end - at < part_max &&
           (is_name_char(s, end) || lyt_personal_is_in(s, end, "._%+-'")))
        end++;
    sign = end > at ? at_sign(s, end) : 0;
    if (!sign)
        return at;
    domain = domain_end(s, end + sign, &tld);
    return domain > end + sign ? domain : at;
}

/* To the next white space, without the punctuation of the sentence around it. */
static size_t address_end(lyt_str s, size_t at)
{
    size_t end = at;

    while (end < s.len && !lyt_personal_is_in(s, end, " \t\r\n<>\"") &&
           !begins(s, end, "\xC2\xA0"))
        end++;
    while (end > at && lyt_personal_is_in(s, end - 1, ".,;:!?')]}"))
        end--;
    return end;
}

static bool is_one_of(lyt_str s, size_t from, size_t end, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == end - from && begins(s, from, list[i]))
            return true;
    return false;
}

/*
 * A domain by itself only under ends that are no words, since people forget the blank after a full
 * stop ("god.De kom"); under others where a path follows.
 */
static size_t bare_link(lyt_str s, size_t at)
{
    static const char *const plain[] = {"com", "dk", "net", "org", "info", "eu", "app"};
    static const char *const with_path[] = {"io", "ly", "me", "co", "uk",  "se", "no", "de", "nu",
                                            "fr", "nl", "es", "it", "pl",  "fi", "is", "tv", "be",
                                            "ch", "at", "gl", "to", "shop"};
    size_t tld, end = domain_end(s, at, &tld);

    if (end == at)
        return at;
    if (end < s.len && s.ptr[end] == '/' &&
        (is_one_of(s, tld, end, with_path, sizeof with_path / sizeof *with_path) ||
         is_one_of(s, tld, end, plain, sizeof plain / sizeof *plain)))
        return address_end(s, end);
    return is_one_of(s, tld, end, plain, sizeof plain / sizeof *plain) ? end : at;
}

/* @anna_p */
static size_t handle(lyt_str s, size_t at)
{
    size_t end = at + 1;

    if (s.ptr[at] != '@' || !lyt_personal_is_letter(s, end))
        return at;
    while (is_name_char(s, end) || lyt_personal_is_in(s, end, "_."))
        end++;
    while (lyt_personal_is_in(s, end - 1, "_."))
        end--;
    return end - at > 3 ? end : at;
}

size_t lyt_personal_link(lyt_str s, size_t at)
{
    static const char *const openings[] = {"http://", "https://", "ftp://", "www.", "mailto:",
                                           "tel:"};
    size_t end;

    if (at > 0 && is_name_char(s, at - 1))
        return at;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (begins(s, at, openings[i])) {
            end = address_end(s, at);
            return end > at + strlen(openings[i]) ? end : at;
        }
    end = handle(s, at);
    if (end > at)
        return end;
    return is_name_char(s, at) && !(at > 0 && lyt_personal_is_in(s, at - 1, "-.@/")) ? bare_link(s, at)
                                                                            : at;
}
