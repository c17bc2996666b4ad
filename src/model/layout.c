#include "modelview.h"

lyt_layout lyt_layout_of(size_t n_labels, bool is_multi, bool has_none, bool has_topics)
{
    lyt_layout out = {
        .n_labels = n_labels,
        .n_outputs = n_labels,
        .none = SIZE_MAX,
        .negative = SIZE_MAX,
        .positive = SIZE_MAX,
        .has_topics = is_multi && has_topics,
    };

    if (has_none)
        out.none = out.n_outputs++;
    if (!is_multi)
        return out;
    if (has_topics) {
        out.topic = out.n_outputs;
        out.n_outputs += n_labels;
    }
    out.negative = out.n_outputs++;
    out.positive = out.n_outputs++;
    out.n_in_clauses = n_labels + 1;
    return out;
}

lyt_output_kind lyt_layout_kind(const lyt_layout *layout, size_t output, size_t *label)
{
    *label = 0;
    if (output == layout->none)
        return LYT_OUTPUT_NONE;
    if (output == layout->negative)
        return LYT_OUTPUT_NEGATIVE;
    if (output == layout->positive)
        return LYT_OUTPUT_POSITIVE;
    *label = output < layout->n_labels ? output : output - layout->topic;
    return output < layout->n_labels ? LYT_OUTPUT_LABEL : LYT_OUTPUT_TOPIC;
}
