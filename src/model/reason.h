/*
 * lyt_reason from within: what its `what` holds.
 */
#ifndef LYT_REASON_H
#define LYT_REASON_H

#include "model.h"

/* An occurrence (lyt_tally) plus 1, one of lyt_what_…, or lyt_what_cue and the number of a cue. */
static const uint32_t lyt_what_cue = UINT32_C(1) << 31, lyt_what_kind = UINT32_C(1) << 30;
static const uint32_t lyt_what_bias = lyt_what_kind + LYT_REASON_BIAS,
                      lyt_what_chars = lyt_what_kind + LYT_REASON_CHARS,
                      lyt_what_polarity = lyt_what_kind + LYT_REASON_POLARITY,
                      lyt_what_lesson = lyt_what_kind + LYT_REASON_LESSON;

#endif
