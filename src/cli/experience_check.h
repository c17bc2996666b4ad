/*
 * lyt_experience_check: the steps of a guest as a house wrote them down, against all that the service
 * can show, in every language of the house and of every scenario.
 *
 * Threads   one at a time.
 */
#ifndef LYT_EXPERIENCE_CHECK_H
#define LYT_EXPERIENCE_CHECK_H

#include "command.h"
#include "experiencefile.h"

typedef struct lyt_experience_found {
    size_t n_languages, n_texts;
} lyt_experience_found;

/* Complains of each thing that is wrong, with its place. */
lyt_exit lyt_experience_check(lyt_experience_found *out, const lyt_call *call,
                              const lyt_experience *experience, const lyt_showing *showings,
                              size_t n_showings, const lyt_settings *settings,
                              const lyt_pack *pack);

#endif
