#include "reason.h"

#include "modelview.h"

lyt_reason_kind lyt_reason_kind_of(const lyt_reason *reason)
{
    if (reason->what & lyt_what_cue)
        return LYT_REASON_CUE;
    if (reason->what & lyt_what_kind)
        return (lyt_reason_kind)(reason->what - lyt_what_kind);
    return reason->what ? LYT_REASON_FEATURE : LYT_REASON_NOTHING;
}

uint32_t lyt_reason_cue(const lyt_reason *reason)
{
    return reason->what & lyt_what_cue ? reason->what - lyt_what_cue : UINT32_MAX;
}

static lyt_str name_of_feature(const lyt_tally *tally, size_t occurrence, const lyt_text *text,
                               lyt_arena *arena)
{
    const uint32_t place = tally->places[occurrence];
    lyt_feature feature = {.token = lyt_tally_first(place), .other = lyt_tally_second(place)};

    while (occurrence >= tally->ends[feature.group])
        feature.group++;
    if (feature.group == LYT_GROUP_STEM) {
        feature.extra = (uint8_t)feature.other;
        feature.other = lyt_no_token;
    }
    return lyt_feature_name(&feature, text, arena);
}

lyt_str lyt_reason_name(const lyt_scratch *scratch, const lyt_reason *reason, const lyt_text *text,
                        lyt_arena *arena)
{
    switch (lyt_reason_kind_of(reason)) {
    case LYT_REASON_FEATURE:
        return name_of_feature(&scratch->tally, reason->what - 1, text, arena);
    case LYT_REASON_CHARS:
        return LYT_STR("char");
    case LYT_REASON_POLARITY:
        return reason->token == UINT32_MAX
                   ? LYT_STR("polarity")
                   : lyt_feature_polarity_name(text->tokens[reason->token].polarity);
    case LYT_REASON_CUE:
        return LYT_STR("cue");
    case LYT_REASON_LESSON:
        return LYT_STR("lesson");
    case LYT_REASON_NOTHING:
    case LYT_REASON_BIAS:
        break;
    }
    return LYT_STR("bias");
}
