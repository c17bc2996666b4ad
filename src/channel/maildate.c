#include <stdio.h>

#include "clock.h"
#include "mailpart.h"

typedef struct scan {
    lyt_str s;
    size_t at;
} scan;

/* Blanks and comments, "(CET)". */
static void skip_blanks(scan *in)
{
    int depth = 0;

    for (; in->at < in->s.len; in->at++) {
        char c = in->s.ptr[in->at];

        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (!depth && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            break;
    }
}

/* -1: no number of at most max_digits. */
static int number(scan *in, size_t max_digits)
{
    size_t n = 0;
    int value = 0;

    skip_blanks(in);
    for (; in->at < in->s.len && n < max_digits; in->at++, n++) {
        char c = in->s.ptr[in->at];

        if (c < '0' || c > '9')
            break;
        value = value * 10 + (c - '0');
    }
    return n ? value : -1;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static lyt_str word(scan *in)
{
    size_t from;

    skip_blanks(in);
    for (from = in->at; in->at < in->s.len && is_letter(in->s.ptr[in->at]);)
        in->at++;
    return lyt_str_slice(in->s, from, in->at);
}

static bool skip(scan *in, char c)
{
    skip_blanks(in);
    if (in->at >= in->s.len || in->s.ptr[in->at] != c)
        return false;
    in->at++;
    return true;
}

/* Place of the three letters in a list, from 1; 0: none of them. */
static int place_in(lyt_str three, const char *list)
{
    if (three.len < 3)
        return 0;
    for (int i = 0; list[3 * i]; i++) {
        bool same = true;

        for (int j = 0; j < 3; j++)
            same = same && (three.ptr[j] | 0x20) == list[3 * i + j];
        if (same)
            return i + 1;
    }
    return 0;
}

/* Minutes east of Greenwich; obsolete names of section 4.3, anything else is taken as UTC. */
static int zone_minutes(scan *in)
{
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {{"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420},
                 {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"cet", 60}};
    int sign = 0, value;
    lyt_str name;

    if (skip(in, '+'))
        sign = 1;
    else if (skip(in, '-'))
        sign = -1;
    if (sign) {
        value = number(in, 4);
        return value < 0 ? 0 : sign * (value / 100 * 60 + value % 100);
    }
    name = word(in);
    for (size_t i = 0; name.len == 3 && i < sizeof zones / sizeof *zones; i++)
        if (place_in(name, zones[i].name) == 1)
            return zones[i].minutes;
    return 0;
}

lyt_status lyt_mail_date(int64_t *out, lyt_str text)
{
    scan in = {.s = text};
    int day, month, year, hour, minute, second = 0, zone;
    char iso[40];
    int64_t us;

    if (word(&in).len)
        (void)skip(&in, ',');
    day = number(&in, 2);
    month = place_in(word(&in), "janfebmaraprmayjunjulaugsepoctnovdec");
    year = number(&in, 4);
    hour = number(&in, 2);
    if (!skip(&in, ':'))
        return LYT_EFORMAT;
    minute = number(&in, 2);
    if (skip(&in, ':'))
        second = number(&in, 2);
    if (day < 1 || !month || year < 0 || hour < 0 || minute < 0 || second < 0 || second > 60)
        return LYT_EFORMAT;
    /* years of two and three digits, section 4.3 */
    year += year < 50 ? 2000 : year < 1000 ? 1900 : 0;
    zone = zone_minutes(&in);
    snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute,
             second == 60 ? 59 : second);
    if (lyt_clock_parse(&us, lyt_str_of(iso)))
        return LYT_EFORMAT;
    *out = us - (int64_t)zone * 60000000;
    return LYT_OK;
}
