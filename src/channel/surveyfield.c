#include "surveyfield.h"

#include <math.h>
#include <string.h>

#include "cleantext.h"
#include "receiver.h"

bool lyt_survey_number(double *out, lyt_str text)
{
    double value = 0, unit = 1;
    bool has_digit = false, after_point = false, is_negative = false;
    size_t at = 0;

    text = lyt_str_trim(text);
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        is_negative = text.ptr[at++] == '-';
    for (; at < text.len && at < 18; at++) {
        char c = text.ptr[at];

        if (c >= '0' && c <= '9') {
            has_digit = true;
            unit = after_point ? unit / 10 : unit;
            value = after_point ? value + (c - '0') * unit : value * 10 + (c - '0');
        } else if ((c == '.' || c == ',') && has_digit && !after_point && at + 1 < text.len &&
                   text.ptr[at + 1] >= '0' && text.ptr[at + 1] <= '9') {
            after_point = true;
        } else {
            break;
        }
    }
    /* "214b" or "12-11-2025" is no score; "10 - meget sandsynligt" and "4/5" are */
    if (!has_digit || (at < text.len && !strchr(" \t(/:;)", text.ptr[at])))
        return false;
    *out = is_negative ? -value : value;
    return true;
}

static lyt_status add_meta(lyt_inbound *item, lyt_str name, lyt_str value, lyt_arena *arena)
{
    lyt_reception in = {.arena = arena};

    return name.len ? lyt_reception_meta(&in, item, name, value) : LYT_OK;
}

static lyt_status add_text(lyt_inbound *item, lyt_str value, lyt_arena *arena)
{
    char *joined;

    if (!item->text.len) {
        item->text = value;
        return LYT_OK;
    }
    joined = lyt_arena_room(arena, item->text.len + value.len + 2, 1);
    if (!joined)
        return lyt_arena_status(arena);
    memcpy(joined, item->text.ptr, item->text.len);
    joined[item->text.len] = '\n';
    memcpy(joined + item->text.len + 1, value.ptr, value.len);
    item->text = (lyt_str){joined, item->text.len + 1 + value.len};
    joined[item->text.len] = '\0';
    return LYT_OK;
}

lyt_str lyt_survey_property(lyt_str text, lyt_arena *arena)
{
    static const struct {
        const char *letter, *written;
    } letters[] = {
        {"æ", "ae"}, {"Æ", "ae"}, {"ø", "oe"}, {"Ø", "oe"}, {"å", "aa"}, {"Å", "aa"}, {"ä", "ae"},
        {"Ä", "ae"}, {"ö", "oe"}, {"Ö", "oe"}, {"ü", "ue"}, {"Ü", "ue"}, {"é", "e"},  {"ß", "ss"},
    };
    char *out;
    size_t n = 0;

    text = lyt_str_trim(text);
    out = lyt_arena_room(arena, text.len + 1, 1);
    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t at = 0; at < text.len;) {
        lyt_str rest = lyt_str_slice(text, at, text.len);
        char c = text.ptr[at];
        size_t step = 1;

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        } else if ((c & 0x80) == 0) {
            if (n && out[n - 1] != '-')
                out[n++] = '-';
        }
        for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
            lyt_str letter = lyt_str_of(letters[i].letter);

            if (!lyt_str_begins(rest, letter))
                continue;
            for (const char *w = letters[i].written; *w; w++)
                out[n++] = *w;
            step = letter.len;
        }
        at += step;
    }
    while (n && out[n - 1] == '-')
        n--;
    out[n] = '\0';
    return (lyt_str){out, n};
}

static lyt_status set_number(lyt_inbound *item, lyt_survey_field field, lyt_str name, lyt_str value,
                             lyt_arena *arena)
{
    double number = 0, best;
    bool found = lyt_survey_number(&number, value);
    size_t slash = lyt_str_find(value, '/', 0);

    if (!found || (field == LYT_SURVEY_SCALE && number <= 0))
        return add_meta(item, name, value, arena);
    if (field == LYT_SURVEY_SCALE) {
        item->scale = number;
        return LYT_OK;
    }
    item->score = number;
    /* "4/5" says its scale */
    if (slash < value.len && !(item->scale > 0) &&
        lyt_survey_number(&best, lyt_str_slice(value, slash + 1, value.len)) && best > 0)
        item->scale = best;
    return LYT_OK;
}

lyt_status lyt_survey_set(lyt_inbound *item, lyt_survey_field field, lyt_str name, lyt_str value,
                          lyt_arena *arena)
{
    value = lyt_str_trim(value);
    if (!value.len)
        return LYT_OK;
    switch (field) {
    case LYT_SURVEY_META:
        return add_meta(item, name, value, arena);
    case LYT_SURVEY_CHANNEL:
        /* unlike the other fields it is not copied later, and value may be of a JSON tree */
        item->channel = lyt_clean_text(value, lyt_inbound_id_max, NULL, arena);
        break;
    case LYT_SURVEY_FROM:
        item->from = value;
        break;
    case LYT_SURVEY_ID:
        item->provider_id = value;
        break;
    case LYT_SURVEY_LANG:
        item->lang_hint = value;
        break;
    case LYT_SURVEY_PLACE:
        item->place = value;
        break;
    case LYT_SURVEY_PROPERTY:
        item->property = lyt_survey_property(value, arena);
        break;
    case LYT_SURVEY_SCALE:
    case LYT_SURVEY_SCORE:
        return set_number(item, field, name, value, arena);
    case LYT_SURVEY_SENT_AT:
        item->sent_us = lyt_reception_time(value);
        if (!item->sent_us)
            return add_meta(item, name, value, arena);
        break;
    case LYT_SURVEY_TEXT:
        return add_text(item, value, arena);
    case LYT_SURVEY_TO:
        item->to = value;
        break;
    }
    return lyt_arena_status(arena);
}

const char *lyt_survey_band(double score, double scale)
{
    static const struct {
        double scale, least, passive, promoter;
    } bands[] = {{10, 0, 7, 9}, {5, 1, 4, 5}, {4, 1, 3, 4}};

    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
        if (scale < bands[i].scale || scale > bands[i].scale || isnan(score) ||
            score < bands[i].least || score > scale)
            continue;
        return score >= bands[i].promoter  ? "promoter"
               : score >= bands[i].passive ? "passive"
                                           : "detractor";
    }
    return "";
}

lyt_status lyt_survey_add_band(lyt_inbound *item, lyt_arena *arena)
{
    return add_meta(item, LYT_STR("band"), lyt_str_of(lyt_survey_band(item->score, item->scale)),
                    arena);
}
