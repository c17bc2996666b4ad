/*
 * lyt_waytext: the words of a notice that goes out: a template of the house, or the ones that
 * come with Lyt in Danish and English, with {fields} filled in.
 *
 * What stands in [square brackets] is left out when a field within is empty; {{ and [[ are
 * the letters themselves. A field that there is not fails when the settings are read, and so never
 * when something is sent.
 *
 * Threads   pure functions.
 */
#ifndef LYT_WAYTEXT_H
#define LYT_WAYTEXT_H

#include "buf.h"
#include "way.h"

/* field, name in a template */
#define LYT_WAY_FIELDS(X)                                                                          \
    X(LYT_WAY_EVENT, "event")       /* "Alarm", "Påmindelse" … */                               \
    X(LYT_WAY_INCIDENT, "incident") /* its number */                                               \
    X(LYT_WAY_SCENARIO, "scenario") /* its name in that language */                                \
    X(LYT_WAY_SEVERITY, "severity") /* 0 to 4 */                                                   \
    X(LYT_WAY_PLACE, "place")                                                                      \
    X(LYT_WAY_PROPERTY, "property")                                                                \
    X(LYT_WAY_TEAM, "team")                                                                        \
    X(LYT_WAY_STATE, "state")                                                                      \
    X(LYT_WAY_OWNER, "owner")                                                                      \
    X(LYT_WAY_WHO, "who")           /* is told */                                                  \
    X(LYT_WAY_EVIDENCE, "evidence") /* the guest's words that told */                              \
    X(LYT_WAY_TIME, "time")         /* "14:05", in the house's zone */                             \
    X(LYT_WAY_DATE, "date")         /* "2026-11-25" */                                             \
    X(LYT_WAY_HOUSE, "house")       /* the desk's id */                                            \
    X(LYT_WAY_WHAT, "what")         /* of health: what is wrong */                                 \
    X(LYT_WAY_NOTE, "note")         /* of health: with what */                                     \
    X(LYT_WAY_MESSAGE, "message")   /* all the guest wrote; only of ways that are internal */

typedef enum lyt_way_field {
#define X(name, text) name,
    LYT_WAY_FIELDS(X)
#undef X
        LYT_WAY_FIELD_COUNT
} lyt_way_field;

const char *lyt_way_field_name(lyt_way_field field);

/* LYT_EINVAL: err names the field or bracket that is wrong and what to do. */
LYT_MUST_USE lyt_status lyt_waytext_check(lyt_str template_text, bool is_internal, lyt_error *err);

/* Adds the text; a field without a value outside of brackets is "–". Failures are the buffer's. */
void lyt_waytext_fill(lyt_buf *out, lyt_str template_text,
                      const lyt_str values[LYT_WAY_FIELD_COUNT]);

/* The name of a notice, or of health, in a language: "Påmindelse". Static storage. */
const char *lyt_waytext_event(unsigned event, lyt_way_language language);

/* The way's own template, else the one that comes with Lyt. Never NULL. */
const char *lyt_waytext_find(const lyt_way *way, unsigned event, lyt_way_language language,
                             bool is_subject);

#endif
