/*
 * lyt_story: what went wrong, was put right, and is told: of incidents whose guest consented, and in
 * such a way that nobody is recognised.
 *
 * A story is told when the guest lets it be told and has not taken that back, it was mended and the guest
 * said so, its words are still kept, none of them tells of somebody's health or the like, and the
 * house does not call it sensitive. It has a month and no day, no place, property or name; words and
 * what was done about it are masked (personal.h), names of the house's people too.
 *
 * Threads   one at a time. Units as in chronicle.h.
 */
#ifndef LYT_STORY_H
#define LYT_STORY_H

#include "chronicle.h"
#include "settings.h"
#include "sheet.h"
#include "sums.h"

typedef enum lyt_story_fate {
    LYT_STORY_TOLD,
    LYT_STORY_NOT_MENDED,  /* or not yet closed or confirmed */
    LYT_STORY_NOT_PLEASED, /* the guest did not say that it is right now */
    LYT_STORY_NO_WORDS,    /* they are kept no more, or nobody wrote */
    LYT_STORY_SPECIAL,     /* they tell of somebody's health or the like */
    LYT_STORY_SENSITIVE,   /* the settings say so */
    LYT_STORY_FATES
} lyt_story_fate;

/* "told", "the words are not kept any more" … */
lyt_bi lyt_story_fate_text(lyt_story_fate fate);

typedef struct lyt_story_ask {
    const lyt_chronicle *chronicle;
    lyt_store *store;             /* the same, for the words */
    const lyt_settings *settings; /* NULL: names of people and what is sensitive are not known */
    const lyt_zone *zone;
    lyt_extent span; /* of when they were opened */
    lyt_page_language language;
} lyt_story_ask;

/*
 * Of each incident with consent its fate, in the order of numbers; each returns LYT_OK to go on.
 * LYT_ENOMEM, and what the store says.
 */
typedef lyt_status (*lyt_story_fn)(void *user, const lyt_record *record, lyt_story_fate fate);
LYT_MUST_USE lyt_status lyt_story_each(const lyt_story_ask *ask, lyt_story_fn each, void *user,
                                       lyt_error *err);

/* The stories as a table; sheet is to be deinitialised whatever comes back. As above. */
LYT_MUST_USE lyt_status lyt_story_sheet(lyt_sheet *sheet, const lyt_alloc *alloc,
                                        const lyt_story_ask *ask, lyt_error *err);

#endif
