#include "packfile.h"

/* scenarios/<id>.yaml and properties/<id>.yaml, `score`: what a score beside the words does. */

/* A score tells of no danger to people. */
enum { severity_most = 3 };

static lyt_status refuse(lyt_pack_reader *r, const lyt_yaml_node *node, const char *text)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", text);
}

static lyt_status read_band(lyt_pack_reader *r, const lyt_yaml_node *node, lyt_score_band band,
                            lyt_score_rule *out)
{
    static const lyt_field fields[] = {
        {"severity", LYT_YAML_SCALAR, false}, {"threshold", LYT_YAML_SCALAR, false},
        {"nps", LYT_YAML_SCALAR, false},      {"stars", LYT_YAML_SCALAR, false},
        {"smileys", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *severity, *threshold;
    int64_t at_least = -1;
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    if (status)
        return status;
    severity = lyt_yaml_get(node, "severity");
    threshold = lyt_yaml_get(node, "threshold");
    if (!severity && !threshold)
        return refuse(r, node, "say what the band changes: severity, threshold or both");
    if (severity)
        status = lyt_field_int(r->file, severity, 0, severity_most, &at_least, r->err);
    if (status == LYT_OK && threshold)
        status = lyt_field_real(r->file, threshold, 0.001, 0.999, &out->threshold, r->err);
    for (int i = 0; i < LYT_SCALES && status == LYT_OK; i++) {
        const lyt_yaml_node *upto = lyt_yaml_get(node, lyt_score_scale_name((lyt_score_scale)i));

        out->upto[i] = lyt_score_usual(band, (lyt_score_scale)i);
        if (upto)
            status = lyt_field_int(r->file, upto, 0, lyt_score_scale_best((lyt_score_scale)i),
                                   &out->upto[i], r->err);
    }
    out->severity = (int8_t)at_least;
    out->is_set = true;
    return status;
}

/* A critical score is at least as bad as one to be watched. */
static lyt_status compare(lyt_pack_reader *r, const lyt_yaml_node *critical,
                          const lyt_score_rule *rules)
{
    const lyt_score_rule *bad = &rules[LYT_IN_CRITICAL], *low = &rules[LYT_IN_WATCH];
    const lyt_yaml_node *at;

    for (int i = 0; i < LYT_SCALES; i++) {
        const char *scale = lyt_score_scale_name((lyt_score_scale)i);

        if (bad->upto[i] < low->upto[i])
            continue;
        at = lyt_yaml_get(critical, scale);
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, (at ? at : critical)->line,
                            (at ? at : critical)->column,
                            "%s: critical (up to %lld) must end below watch (up to %lld)", scale,
                            (long long)bad->upto[i], (long long)low->upto[i]);
    }
    if (low->severity > bad->severity && bad->severity >= 0) {
        at = lyt_yaml_get(critical, "severity");
        return refuse(r, at, "critical is less severe than watch; make it as severe or more");
    }
    return LYT_OK;
}

lyt_status lyt_pack_read_score(lyt_pack_reader *r, const lyt_yaml_node *node,
                               lyt_score_rule out[LYT_SCORE_BANDS])
{
    static const lyt_field fields[] = {
        {"watch", LYT_YAML_MAP, false},
        {"critical", LYT_YAML_MAP, false},
    };
    lyt_status status;

    if (!node)
        return LYT_OK;
    for (int band = 0; band < LYT_SCORE_BANDS; band++)
        out[band] = (lyt_score_rule){.severity = -1};
    status = lyt_fields_check(r->file, node, fields, 2, r->err);
    if (status == LYT_OK && !node->first)
        return refuse(r, node, "name a band, watch or critical, or leave score out");
    for (int band = 0; band < LYT_SCORE_BANDS && status == LYT_OK; band++) {
        const lyt_yaml_node *map = lyt_yaml_get(node, fields[band].key);

        if (map)
            status = read_band(r, map, (lyt_score_band)band, &out[band]);
    }
    if (status == LYT_OK && out[LYT_IN_WATCH].is_set && out[LYT_IN_CRITICAL].is_set)
        status = compare(r, lyt_yaml_get(node, "critical"), out);
    return status;
}

/* A test sentence with what stands beside it: {text: …, score: 3, scale: 5, severity: 2}. */
lyt_status lyt_pack_read_example(lyt_pack_reader *r, const lyt_yaml_node *node,
                                 lyt_scenario_example *out)
{
    static const lyt_field fields[] = {
        {"text", LYT_YAML_SCALAR, true},
        {"score", LYT_YAML_SCALAR, false},
        {"scale", LYT_YAML_SCALAR, false},
        {"severity", LYT_YAML_SCALAR, false},
    };
    static const char *const names[] = {"10", "5", "4"};
    const lyt_yaml_node *text = node, *score = NULL, *scale = NULL, *severity = NULL;
    int64_t wanted = -1;
    size_t which = 0;
    lyt_status status = LYT_OK;

    if (node->kind == LYT_YAML_MAP) {
        status = lyt_fields_check(r->file, node, fields, 4, r->err);
        text = lyt_yaml_get(node, "text");
        score = lyt_yaml_get(node, "score");
        scale = lyt_yaml_get(node, "scale");
        severity = lyt_yaml_get(node, "severity");
    }
    if (status == LYT_OK)
        status = lyt_field_text(r->file, text, r->err);
    if (status == LYT_OK && scale && !score)
        return refuse(r, scale, "a scale without a score says nothing; add score");
    if (status == LYT_OK && severity && !out->fires)
        return refuse(r, severity, "what is silent has no severity; take it away");
    if (status == LYT_OK && scale)
        status = lyt_field_choice(r->file, scale, names, 3, &which, r->err);
    if (status == LYT_OK && score) {
        out->scale = lyt_score_scale_best((lyt_score_scale)which);
        status = lyt_field_real(r->file, score, 0, out->scale, &out->score, r->err);
    }
    if (status == LYT_OK && severity)
        status = lyt_field_int(r->file, severity, 0, lyt_severity_max, &wanted, r->err);
    out->severity = (int)wanted;
    if (status == LYT_OK)
        status = lyt_pack_copy(r, text->text, &out->text);
    return status;
}
