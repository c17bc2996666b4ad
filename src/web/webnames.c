/*
 * What a guest wrote of somebody who works there is for those who lead: to others the names of the
 * house's people are asterisks, letter by letter, so that what points into the text still fits.
 */
#include "webread_inner.h"

#include <string.h>

#include "personal.h"
#include "webhouse.h"
#include "webjson.h"

/* From `at` within a string of JSON to its end or the next backslash. */
static size_t plain_end(const char *text, size_t at, size_t len)
{
    while (at < len && text[at] != '"' && text[at] != '\\')
        at++;
    return at;
}

/* The rest of a string of JSON; the letter of an escape is none of a word. */
static size_t blot_string(char *text, size_t at, size_t len, const lyt_personal_names *names)
{
    while (at < len && text[at] != '"') {
        size_t end = plain_end(text, at, len);

        (void)lyt_personal_blot_names(text + at, end - at, names);
        at = end;
        if (at < len && text[at] == '\\')
            at += at + 1 < len && text[at + 1] == 'u' ? 6 : 2;
    }
    return at < len ? at : len;
}

void lyt_webasked_blot(lyt_webasked *a, size_t from)
{
    /* within a string a quote has a backslash before it, so this is a member's name */
    static const char member[] = "\"text\":\"";
    static const size_t member_len = sizeof member - 1;
    lyt_buf *out = a->jw.out;
    bool leads = false;

    (void)lyt_json_bool(lyt_json_get(a->tree, "leads"), &leads);
    if (leads || !a->r->settings || lyt_buf_status(out))
        return;
    for (size_t at = from; at + member_len < out->len; at++)
        if (memcmp(out->data + at, member, member_len) == 0)
            at = blot_string(out->data, at + member_len, out->len, &a->r->settings->staff);
}

void lyt_webasked_message(lyt_webasked *a, const lyt_feedback *feedback, lyt_str verdict_json)
{
    size_t from = a->jw.out->len;

    lyt_jw_message(&a->jw, feedback, verdict_json);
    lyt_webasked_blot(a, from);
}
