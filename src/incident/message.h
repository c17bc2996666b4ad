/*
 * lyt_message: words to a guest, from a template: filled in, in the guest's language, with a
 * way to reach a person, and not longer than what carries them. What is wrong stops
 * the message with the reason; half a message never goes out.
 *
 * Threads   pure functions.
 */
#ifndef LYT_MESSAGE_H
#define LYT_MESSAGE_H

#include "buf.h"
#include "route.h"

typedef struct lyt_message_value {
    const char *name; /* "{room}" in the template */
    lyt_str value;    /* empty: not known */
} lyt_message_value;

typedef struct lyt_message_rules {
    lyt_names contact; /* a text names at least one of these words; none: not asked for */
    size_t sms_parts;  /* at most so many; 0: it does not go by SMS */
} lyt_message_rules;

/* Whether the template, before filling in, names a way to reach a person. */
bool lyt_message_has_contact(const char *template_text, const lyt_message_rules *rules);

/*
 * Adds the text to out. template_text NULL: there is none in the guest's language.
 * LYT_EINVAL: a value is missing, or no language, or no contact. LYT_ELIMIT: too long for
 * SMS. err says which and what to do. out may hold part of it then.
 */
LYT_MUST_USE lyt_status lyt_message_write(lyt_buf *out, const char *template_text,
                                          const lyt_message_value *values, size_t n,
                                          const lyt_message_rules *rules, lyt_error *err);

#endif
