/*
 * lyt_quality: how good a pack or a model is on labelled messages, with what goes wrong: what
 * `lyt eval` prints, as text, JSON and as a page with plots.
 *
 * Threads   pure functions; everything is borrowed for the call.
 * Errors    the buffer's (lyt_buf_status).
 */
#ifndef LYT_QUALITY_H
#define LYT_QUALITY_H

#include "confusion.h"
#include "sweep.h"
#include "markup.h"
#include "measure.h"

/* A word that speaks for a label (weight above 0) or against it. */
typedef struct lyt_clue {
    size_t label;
    lyt_str words;   /* the guest's own; may be empty */
    lyt_str feature; /* "stem:cold", "rule:…" */
    double weight;   /* log-odds */
} lyt_clue;

/* A message that was judged wrongly. */
typedef struct lyt_wrong {
    size_t number; /* among the messages, from 1 */
    lyt_str text;
    const bool *truth, *said; /* a bool a label */
    double surprise;          /* how sure it was of what is wrong, 0 to 1 */
    const lyt_clue *clues;
    size_t n_clues;
} lyt_wrong;

typedef struct lyt_quality {
    lyt_str subject; /* a pack's name or a model's file */
    const lyt_measure *measure;
    const lyt_confusion *confusion;
    const lyt_sweep *sweep; /* sealed */
    const lyt_wrong *worst; /* the most surprising first */
    size_t n_worst;
    size_t n_wrong; /* of all messages */
} lyt_quality;

/* In English, beneath the table of lyt_measure_table(). */
void lyt_quality_text(const lyt_quality *quality, lyt_buf *out);
/*
 * The members of lyt_measure_members(), average_precision, calibration, confusion {labels,
 * counts}, mistakes, thresholds, wrong and worst, into an object that is open.
 */
void lyt_quality_json(const lyt_quality *quality, lyt_jw *jw);
void lyt_quality_html(const lyt_quality *quality, lyt_page_language language, lyt_buf *out);

#endif
