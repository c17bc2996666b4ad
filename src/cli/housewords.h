/*
 * lyt_housewords: what the commands say to those who work in a house, in their language:
 * --language, else what $LC_ALL, $LC_MESSAGES or $LANG says; English when that is neither.
 * In English scenarios go by their ids, which are English words; in Danish by their names.
 *
 * A `const lyt_housewords *` may be NULL: English.
 *
 * Lifetime  lyt_housewords_open() to lyt_housewords_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_HOUSEWORDS_H
#define LYT_HOUSEWORDS_H

#include "json.h"
#include "markup.h"
#include "option.h"

struct lyt_houseline;

#define LYT_HOUSEWORDS_LANGUAGE(values)                                                            \
    {                                                                                              \
        .name = "language", .letter = 'l', .type = LYT_OPT_CHOICE,                                 \
        .offset = offsetof(values, language), .value = "XX", .choices = lyt_housewords_languages,  \
        .fallback = "auto",                                                                        \
        .help = "what it is written in; auto: what $LC_ALL, $LC_MESSAGES or $LANG says"            \
    }
extern const char *const lyt_housewords_languages[]; /* NULL-terminated */

typedef struct lyt_housewords {
    lyt_page_language language;
    lyt_json *names; /* NULL: scenarios go by their ids */
} lyt_housewords;

/* choice: as LYT_HOUSEWORDS_LANGUAGE left it. */
lyt_page_language lyt_housewords_language(int64_t choice);

/*
 * line NULL: no names of scenarios are needed. A service that cannot tell them is no error: it is
 * an older one, or the question itself will say what is wrong.
 */
void lyt_housewords_open(lyt_housewords *words, const struct lyt_houseline *line, int64_t choice);
void lyt_housewords_close(lyt_housewords *words);

/* One of the two. */
const char *lyt_housewords_say(const lyt_housewords *words, const char *en, const char *da);
/* A word of the service's answers: a state, what happened, a clock, a role; itself when unknown. */
lyt_str lyt_housewords_word(const lyt_housewords *words, lyt_str word);
/* A scenario's name; its id when there is none. */
lyt_str lyt_housewords_name(const lyt_housewords *words, lyt_str scenario);

#endif
