/*
 * Numbers: a run is digits with one separator at a time between them; what it is follows from how
 * many there are, how they are grouped, and whether they are a date, hours or an amount.
 */
#include <string.h>

#include "personal_inside.h"

enum { digits_max = 40, groups_max = 24 };

typedef struct run {
    size_t start, end;
    bool has_plus;
    char digits[digits_max];
    size_t n_digits;
    unsigned char group[groups_max]; /* how many digits each has */
    char sep[groups_max];            /* after each; 0 after the last, 'x' for several letters */
    size_t at_end[groups_max];       /* where it ends in the text */
    size_t n_groups;
} run;

/* Blanks and dashes beyond ASCII that people and phones put between digits. */
static size_t wide_separator(lyt_str s, size_t at, char *as)
{
    static const struct {
        const char *bytes;
        char as;
    } wide[] = {
        {"\xC2\xA0", ' '},     /* no-break space */
        {"\xE2\x80\xAF", ' '}, /* narrow no-break space */
        {"\xE2\x80\x89", ' '}, /* thin space */
        {"\xE2\x80\x90", '-'}, /* hyphen */
        {"\xE2\x80\x91", '-'}, /* non-breaking hyphen */
        {"\xE2\x80\x93", '-'}, /* en dash */
        {"\xE2\x80\x94", '-'}, /* em dash */
        {"\xE2\x88\x92", '-'}, /* minus */
    };

    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (lyt_str_begins(lyt_str_slice(s, at, s.len), lyt_str_of(wide[i].bytes))) {
            *as = wide[i].as;
            return strlen(wide[i].bytes);
        }
    return 0;
}

/* How many bytes of separators stand at `at`, when a digit follows: at most three of them. */
static size_t separators(lyt_str s, size_t at, char *as)
{
    size_t end = at, n = 0;
    char seen = 0;

    while (n < 3 && end < s.len && !lyt_personal_is_digit(s, end)) {
        char one = s.ptr[end];
        size_t bytes = one && strchr(" -./()", one) ? 1 : wide_separator(s, end, &one);

        if (!bytes)
            return 0;
        /* " - " is a dash, ") " the end of a code; two different marks are none of a number */
        if (!seen || seen == ' ')
            seen = one;
        else if (one != ' ' && one != '(')
            return 0;
        end += bytes;
        n++;
    }
    *as = seen == '(' || seen == ')' ? ' ' : seen;
    return lyt_personal_is_digit(s, end) ? end - at : 0;
}

static void collect(run *r, lyt_str s, size_t at)
{
    memset(r, 0, sizeof *r);
    r->start = at;
    if (s.ptr[at] == '(')
        at++;
    if (at < s.len && s.ptr[at] == '+') {
        r->has_plus = true;
        at++;
    }
    if (s.ptr[r->start] == '+' && at < s.len && s.ptr[at] == '(')
        at++;
    while (lyt_personal_is_digit(s, at) && r->n_groups < groups_max) {
        size_t from = at, between;
        char sep = 0;

        while (lyt_personal_is_digit(s, at) && r->n_digits < digits_max)
            r->digits[r->n_digits++] = s.ptr[at++];
        r->group[r->n_groups] = (unsigned char)(at - from);
        r->at_end[r->n_groups] = at;
        between = separators(s, at, &sep);
        r->sep[r->n_groups++] = between ? sep : 0;
        at += between;
        if (!between || r->n_digits == digits_max)
            break;
    }
    if (r->n_groups)
        r->end = r->at_end[r->n_groups - 1];
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* A day of a month; of a CPR number for those who have none, 60 is added to the day. */
static bool is_day(const char *digits, bool may_be_stand_in)
{
    int day = two(digits), month = two(digits + 2);

    if (may_be_stand_in && day > 60)
        day -= 60;
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* Cuts what follows a CPR number that the run begins with. */
static void cut_after_cpr(run *r)
{
    size_t n = r->group[0] == 10 ? 1 : r->group[0] == 6 && r->group[1] == 4 ? 2 : 0;

    if (n && n < r->n_groups && !r->has_plus && is_day(r->digits, true)) {
        r->n_groups = n;
        r->n_digits = 10;
        r->end = r->at_end[n - 1];
    }
}

/* A room and then a phone: "214 20304050". */
static bool is_before_phone(const run *r)
{
    return r->n_groups == 2 && r->group[0] <= 4 && r->group[1] == 8 && r->sep[0] == ' ' &&
           !r->has_plus && !(r->digits[0] == '0' && r->digits[1] == '0');
}

static bool is_cpr(const run *r)
{
    static const char *const shapes[] = {"\x0A", "\x06\x04", "\x02\x02\x02\x04", "\x02\x02\x06"};
    size_t n = r->n_groups;

    if (r->n_digits != 10 || r->has_plus || !is_day(r->digits, true))
        return false;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strlen(shapes[i]) == n && memcmp(shapes[i], r->group, n) == 0)
            return true;
    return false;
}

static bool is_card(const run *r)
{
    int sum = 0;

    if (r->n_digits < 13 || r->n_digits > 19 || r->has_plus || r->digits[0] == '0')
        return false;
    for (size_t i = 0; i < r->n_digits; i++) {
        int digit = r->digits[r->n_digits - 1 - i] - '0';

        if (i % 2)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* The date that the run begins with: how many groups it takes, or 0. */
static size_t date_groups(const run *r)
{
    const unsigned char *g = r->group;
    bool is_same = r->n_groups >= 3 && r->sep[0] == r->sep[1] && strchr("-./", r->sep[0]);

    if (!is_same || r->has_plus)
        return 0;
    if (g[0] == 4 && g[1] == 2 && g[2] == 2 && two(r->digits + 4) <= 12 && two(r->digits + 6) <= 31)
        return 3;
    if (g[0] <= 2 && g[1] <= 2 && (g[2] == 4 || (g[2] == 2 && r->n_groups == 3))) {
        int first = g[0] == 2 ? two(r->digits) : r->digits[0] - '0';
        const char *at = r->digits + g[0];
        int second = g[1] == 2 ? two(at) : at[0] - '0';

        return first >= 1 && first <= 31 && second >= 1 && second <= 31 &&
                       (first <= 12 || second <= 12)
                   ? 3
                   : 0;
    }
    return 0;
}

/* "14.30-15.30": hours from and to. */
static bool is_hours(const run *r)
{
    for (size_t i = 0; i < r->n_groups; i++)
        if (r->group[i] != 2 || (i % 2 ? two(r->digits + 2 * i) > 59 : two(r->digits + 2 * i) > 24))
            return false;
    return r->n_groups == 4 && r->sep[0] == '.' && r->sep[1] == '-' && r->sep[2] == '.';
}

static bool is_year(const char *digits)
{
    return two(digits) == 19 || two(digits) == 20;
}

/* "2025-2026", "2025/2026" */
static bool is_years(const run *r)
{
    return r->n_groups == 2 && r->group[0] == 4 && r->group[1] == 4 && r->sep[0] != ' ' &&
           is_year(r->digits) && is_year(r->digits + 4);
}

/* A bracket that opens a code, "(555) 0123", and not what the number stands in. */
static bool is_code(lyt_str s, const run *r)
{
    int depth = 0;

    for (size_t i = r->start; i < r->end; i++) {
        depth += (s.ptr[i] == '(') - (s.ptr[i] == ')');
        if (!depth)
            return true;
    }
    return false;
}

/* "12.000.000": an amount. */
static bool is_amount(const run *r)
{
    if (r->n_groups < 2 || r->group[0] > 2 || r->has_plus)
        return false;
    for (size_t i = 1; i < r->n_groups; i++)
        if (r->group[i] != 3 || r->sep[i - 1] != '.')
            return false;
    return true;
}

/* Digit by digit, as somebody writes who does not want to be found out. */
static bool is_spelled(const run *r)
{
    for (size_t i = 0; i < r->n_groups; i++)
        if (r->group[i] != 1)
            return false;
    return r->n_digits == 8;
}

static bool is_phone(const run *r)
{
    if (r->has_plus)
        return r->n_digits >= 8;
    if (is_hours(r) || is_amount(r) || is_years(r))
        return false;
    if (r->n_digits == 7)
        return r->n_groups == 2 && r->group[0] == 3 && r->sep[0] != '.';
    /* groups of one digit are marks that somebody gives, or floors, and no phone */
    return r->n_digits >= 8 && (is_spelled(r) || r->n_groups * 2 <= r->n_digits);
}

size_t lyt_personal_number(lyt_str s, size_t at, lyt_personal_kind *kind, size_t *next)
{
    size_t date;
    run r;

    collect(&r, s, at);
    *next = r.n_groups ? r.end : at + 1;
    if (s.ptr[at] == '(' && !is_code(s, &r)) {
        *next = at + 1;
        return at;
    }
    if (is_before_phone(&r)) {
        *next = r.at_end[0];
        return at;
    }
    cut_after_cpr(&r);
    date = date_groups(&r);
    if (is_cpr(&r)) {
        *kind = LYT_PERSONAL_CPR;
    } else if (date) {
        /* what follows a date may be a phone yet */
        *next = r.at_end[date - 1];
        return at;
    } else if (is_card(&r)) {
        *kind = LYT_PERSONAL_CARD;
    } else if (r.n_digits > 15) {
        *kind = LYT_PERSONAL_NUMBER;
    } else if (is_phone(&r)) {
        *kind = LYT_PERSONAL_PHONE;
    } else {
        /* "214 20304050": a room before a phone; the rest is looked at by itself */
        if (r.n_groups > 1)
            *next = r.at_end[0];
        return at;
    }
    return r.end;
}
