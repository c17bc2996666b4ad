#include "scoreband.h"

#include <stddef.h>

static const char *const bands[] = {[LYT_IN_WATCH] = "watch", [LYT_IN_CRITICAL] = "critical"};

static const struct {
    const char *name;
    int best;
    int64_t usual[LYT_SCORE_BANDS];
} scales[] = {
    [LYT_SCALE_NPS] = {"nps", 10, {8, 6}},
    [LYT_SCALE_STARS] = {"stars", 5, {4, 3}},
    [LYT_SCALE_SMILEYS] = {"smileys", 4, {3, 2}},
};

const char *lyt_score_band_name(lyt_score_band band)
{
    return band < LYT_SCORE_BANDS ? bands[band] : NULL;
}

const char *lyt_score_scale_name(lyt_score_scale scale)
{
    return scales[scale].name;
}

int lyt_score_scale_best(lyt_score_scale scale)
{
    return scales[scale].best;
}

int64_t lyt_score_usual(lyt_score_band band, lyt_score_scale scale)
{
    return scales[scale].usual[band];
}

lyt_score_band lyt_score_find_band(const lyt_score_rule *rules, double score, double scale)
{
    for (int i = 0; i < LYT_SCALES; i++) {
        if (scale != (double)scales[i].best)
            continue;
        for (int band = LYT_SCORE_BANDS - 1; band >= 0; band--)
            if (rules[band].is_set && score <= (double)rules[band].upto[i])
                return (lyt_score_band)band;
    }
    return LYT_IN_NO_BAND;
}

void lyt_jw_kscore(lyt_jw *jw, const lyt_score_rule *rules)
{
    bool has_any = false;

    for (int band = 0; band < LYT_SCORE_BANDS; band++) {
        const lyt_score_rule *rule = &rules[band];

        if (!rule->is_set)
            continue;
        if (!has_any) {
            lyt_jw_key(jw, "score");
            lyt_jw_object(jw);
        }
        has_any = true;
        lyt_jw_key(jw, bands[band]);
        lyt_jw_object(jw);
        if (rule->severity >= 0)
            lyt_jw_kint(jw, "severity", rule->severity);
        if (rule->threshold > 0)
            lyt_jw_kreal(jw, "threshold", rule->threshold, 4);
        for (int i = 0; i < LYT_SCALES; i++)
            lyt_jw_kint(jw, scales[i].name, rule->upto[i]);
        lyt_jw_object_end(jw);
    }
    if (has_any)
        lyt_jw_object_end(jw);
}
