/*
 * lyt_score_rule: what the score beside a guest's words does to a scenario. A scenario may have two
 * bands: watch and critical. In a band its severity is at least the band's, and it is reported from
 * the band's threshold on instead of its own. A score by itself reports nothing.
 *
 * Units     the scales that surveys have: 0 to 10 (NPS), 1 to 5 (stars), 1 to 4 (smileys); of any
 *           other one there are no bands.
 * Threads   plain values.
 */
#ifndef LYT_SCOREBAND_H
#define LYT_SCOREBAND_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

typedef enum lyt_score_band {
    LYT_IN_WATCH,
    LYT_IN_CRITICAL,
    LYT_SCORE_BANDS,
    LYT_IN_NO_BAND = LYT_SCORE_BANDS
} lyt_score_band;

typedef enum lyt_score_scale {
    LYT_SCALE_NPS,
    LYT_SCALE_STARS,
    LYT_SCALE_SMILEYS,
    LYT_SCALES
} lyt_score_scale;

typedef struct lyt_score_rule {
    bool is_set;
    int8_t severity;          /* at least; -1: as it is */
    int64_t upto[LYT_SCALES]; /* a score up to there is in the band */
    double threshold;         /* 0: the scenario's */
} lyt_score_rule;

/* "watch", "critical"; NULL for none. Static storage. */
const char *lyt_score_band_name(lyt_score_band band);
/* "nps", "stars", "smileys". Static storage. */
const char *lyt_score_scale_name(lyt_score_scale scale);
/* The best score of it: 10, 5, 4. */
int lyt_score_scale_best(lyt_score_scale scale);

/*
 * Detractors (0 to 6, 1 to 3, 1 and 2) are critical, passives (7 and 8, 4, 3) are to be watched: up
 * to where a scenario's bands reach that do not say so themselves.
 */
int64_t lyt_score_usual(lyt_score_band band, lyt_score_scale scale);

/* Of rules[LYT_SCORE_BANDS]: the worst band that the score is in. scale: its best score; 0: no
 * score. */
lyt_score_band lyt_score_find_band(const lyt_score_rule *rules, double score, double scale);

/* "score": {"watch": {"severity": 2, "nps": 8, …}, …}; nothing where there is no band. */
void lyt_jw_kscore(lyt_jw *jw, const lyt_score_rule *rules);

#endif
