/*
 * lyt_survey: answers of a survey, named as people name them in five languages, into canonical
 * fields. Who knows nothing of a question keeps its answer as meta.
 *
 * Lifetime  texts are borrowed or lie in the arena.
 * Threads   pure functions.
 */
#ifndef LYT_SURVEYFIELD_H
#define LYT_SURVEYFIELD_H

#include "arena.h"
#include "canonical.h"

typedef enum lyt_survey_field {
    LYT_SURVEY_META, /* anything else */
    LYT_SURVEY_CHANNEL,
    LYT_SURVEY_FROM,
    LYT_SURVEY_ID,
    LYT_SURVEY_LANG,
    LYT_SURVEY_PLACE,
    LYT_SURVEY_PROPERTY,
    LYT_SURVEY_SCALE,
    LYT_SURVEY_SCORE,
    LYT_SURVEY_SENT_AT,
    LYT_SURVEY_TEXT,
    LYT_SURVEY_TO,
} lyt_survey_field;

/* "text", "score" … as in the canonical message; false when there is none of that name. */
bool lyt_survey_field_parse(lyt_survey_field *out, lyt_str name);

/*
 * What a column, question or hidden field of that name holds: "Kommentar" is text, "Værelse" a
 * place, "How likely are you to recommend us …?" a score. *nps (may be NULL): it asks whether one
 * would recommend, from 0 to 10.
 */
lyt_survey_field lyt_survey_field_guess(lyt_str name, bool *nps);

/* Whether a question asks who somebody is ("Navn", "First name"): its answer is no text. */
bool lyt_survey_asks_name(lyt_str name);

/*
 * The number an answer begins with: "8", "8,5", "10 - meget sandsynligt". False when it begins
 * with none.
 */
bool lyt_survey_number(double *out, lyt_str text);

/*
 * Sets a field; texts are joined, an answer a line. name: of META. Empty values change
 * nothing. A value that is none (a score without a number, a scale of 0) becomes meta under its
 * name. Dates are RFC 3339 or like it, UTC when they do not say.
 * LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_survey_set(lyt_inbound *item, lyt_survey_field field, lyt_str name,
                                       lyt_str value, lyt_arena *arena);

/* "Hotel Havnen" as a property's name, "hotel-havnen". LYT_ENOMEM, LYT_ELIMIT: {NULL, 0}. */
lyt_str lyt_survey_property(lyt_str text, lyt_arena *arena);

/*
 * What a score says: "detractor", "passive" or "promoter" of 0 to 10 (0-6, 7-8, 9-10), of 1 to 5
 * (1-3, 4, 5) and of the four smileys (1-2, 3, 4); "" without a score or of another scale. Static.
 */
const char *lyt_survey_band(double score, double scale);

/* Adds the band as meta, when there is one. */
LYT_MUST_USE lyt_status lyt_survey_add_band(lyt_inbound *item, lyt_arena *arena);

#endif
