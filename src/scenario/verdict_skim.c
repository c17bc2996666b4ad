#include "verdict_skim.h"

#include <string.h>

/* Where it is read, and up to where there is something. */
typedef struct skim {
    const char *at, *end;
} skim;

enum { severity_max = 9 };

static bool take(skim *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool begins(const skim *s, char c)
{
    return s->at < s->end && *s->at == c;
}

/* Past the closing quote; escapes are passed over, and what is said of them. */
static bool pass_text(skim *s)
{
    while (s->at < s->end) {
        char c = *s->at++;

        if (c == '"')
            return true;
        if (c == '\\')
            s->at += s->at < s->end;
    }
    return false;
}

/* A string without escapes: names and keys have none. */
static bool read_text(skim *s, lyt_str *out)
{
    const char *from, *quote;

    if (!take(s, '"'))
        return false;
    from = s->at;
    quote = memchr(from, '"', (size_t)(s->end - from));
    if (!quote || memchr(from, '\\', (size_t)(quote - from)))
        return false;
    *out = (lyt_str){from, (size_t)(quote - from)};
    s->at = quote + 1;
    return true;
}

/* Any value: to the "," or the bracket behind it. */
static bool pass(skim *s)
{
    size_t depth = 0;

    while (s->at < s->end) {
        char c = *s->at;

        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return true;
        s->at++;
        if (c == '"') {
            if (!pass_text(s))
                return false;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static bool is_key(lyt_str key, const char *name)
{
    return lyt_str_equal(key, lyt_str_of(name));
}

static bool read_member(skim *s, lyt_str key, lyt_skimmed *out)
{
    if (is_key(key, "scenario"))
        return read_text(s, &out->scenario);
    if (is_key(key, "team"))
        return read_text(s, &out->team);
    if (is_key(key, "severity")) {
        if (s->end - s->at < 2 || *s->at < '0' || *s->at - '0' > severity_max)
            return false;
        out->severity = *s->at++ - '0';
        return begins(s, ',') || begins(s, '}');
    }
    if (is_key(key, "shadow")) {
        out->shadow = begins(s, 't');
        return pass(s);
    }
    return pass(s);
}

static bool read_failure(skim *s, lyt_skimmed *out)
{
    lyt_str key;

    *out = (lyt_skimmed){.severity = 0};
    if (!take(s, '{'))
        return false;
    do {
        if (!read_text(s, &key) || !take(s, ':') || !read_member(s, key, out))
            return false;
    } while (take(s, ','));
    return take(s, '}') && out->scenario.len > 0;
}

static bool read_failures(skim *s, lyt_skimmed *out, size_t max, size_t *n)
{
    lyt_skimmed one;

    if (!take(s, '['))
        return false;
    if (take(s, ']'))
        return true;
    do {
        if (!read_failure(s, &one))
            return false;
        if (*n < max)
            out[(*n)++] = one;
    } while (take(s, ','));
    return take(s, ']');
}

bool lyt_verdict_skim(lyt_str json, lyt_str *kind, lyt_skimmed *out, size_t max, size_t *n)
{
    skim s = {json.ptr, json.ptr + json.len};
    bool has_failures = false;
    lyt_str key;

    *n = 0;
    *kind = (lyt_str){"", 0};
    if (!take(&s, '{'))
        return false;
    do {
        if (!read_text(&s, &key) || !take(&s, ':'))
            return false;
        if (is_key(key, "kind")) {
            if (!read_text(&s, kind))
                return false;
        } else if (is_key(key, "failures")) {
            if (has_failures || !read_failures(&s, out, max, n))
                return false;
            has_failures = true;
        } else if (!pass(&s)) {
            return false;
        }
    } while (take(&s, ','));
    return take(&s, '}') && s.at == s.end && has_failures;
}
