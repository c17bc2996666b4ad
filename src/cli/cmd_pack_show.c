#include "cmd_pack.h"

#include <stdio.h>

#include "shown.h"

/* The scenarios as they count: of the pack, or of one property with its own file laid over. */

static void show_text(pack_state *state, const lyt_scenario *s, const lyt_scenario *base)
{
    lyt_buf *out = &state->out;

    lyt_buf_addf(out, "%-28s %-16s %-16s %d  ", s->id, s->team, s->person ? s->person : "-",
                 s->severity);
    lyt_shown_fixed(out, s->threshold, 2);
    lyt_buf_addf(out, " %5lld  ", (long long)s->window_min);
    lyt_buf_addf(out, "%016llx%s%s", (unsigned long long)s->version, s->shadow ? " shadow" : "",
                 s->version == base->version ? "" : " property");
    for (int band = 0; band < LYT_SCORE_BANDS; band++)
        if (s->score[band].is_set)
            lyt_buf_addf(out, " %s<=%lld", lyt_score_band_name((lyt_score_band)band),
                         (long long)s->score[band].upto[LYT_SCALE_NPS]);
    lyt_buf_add_char(out, '\n');
}

static void show_json(pack_state *state, const lyt_scenario *s, const lyt_scenario *base)
{
    lyt_jw *jw = &state->jw;
    char version[17];

    snprintf(version, sizeof version, "%016llx", (unsigned long long)s->version);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(s->id));
    lyt_jw_kstr(jw, "team", lyt_str_of(s->team));
    if (s->person)
        lyt_jw_kstr(jw, "person", lyt_str_of(s->person));
    lyt_jw_kint(jw, "severity", s->severity);
    lyt_jw_kreal(jw, "threshold", s->threshold, 4);
    lyt_jw_kint(jw, "window_min", s->window_min);
    lyt_jw_kscore(jw, s->score);
    lyt_jw_kbool(jw, "shadow", s->shadow);
    lyt_jw_kbool(jw, "overridden", s->version != base->version);
    lyt_jw_kstr(jw, "version", lyt_str_of(version));
    lyt_jw_object_end(jw);
}

static void show(pack_state *state, const lyt_scenario *scenarios)
{
    const lyt_pack *pack = state->pack;
    const lyt_scenario *base = lyt_pack_scenario(pack, 0);
    const char *property = state->values->property;
    lyt_jw *jw = &state->jw;

    if (!state->values->json) {
        lyt_buf_addf(&state->out, "%-28s %-16s %-16s sev thr  window  version\n", "scenario",
                     "team", "person");
        for (size_t i = 0; i < lyt_pack_scenarios(pack); i++)
            show_text(state, &scenarios[i], &base[i]);
        return;
    }
    lyt_jw_init(jw, &state->out);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "pack", lyt_str_of(lyt_pack_id(pack)));
    if (property)
        lyt_jw_kstr(jw, "property", lyt_str_of(property));
    lyt_jw_key(jw, "properties");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_pack_properties(pack); i++)
        lyt_jw_str(jw, lyt_str_of(lyt_pack_property(pack, i)));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "scenarios");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++)
        show_json(state, &scenarios[i], &base[i]);
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
    lyt_buf_add_char(&state->out, '\n');
}

void lyt_cmd_pack_show_scenarios(pack_state *state, const lyt_pack *pack)
{
    const char *property = state->values->property;

    state->pack = pack;
    show(state, lyt_pack_at(pack, lyt_str_of(property ? property : "")));
}

lyt_exit lyt_cmd_pack_show(pack_state *state)
{
    lyt_error err = {0};
    lyt_pack *pack = NULL;

    if (state->values->version)
        return lyt_cmd_pack_show_version(state);
    if (state->values->output || state->values->state)
        return lyt_console_misuse(state->call->console,
                                  "pack show: --output and --state are for --version");
    if (state->call->n_operands != 1)
        return lyt_console_misuse(state->call->console, "pack show needs one FOLDER or NAME");
    if (lyt_cmd_pack_texts(state, state->call->operands[0], &pack, &err))
        return lyt_console_error(state->call->console, &err);
    lyt_cmd_pack_show_scenarios(state, pack);
    lyt_cmd_pack_write(state);
    lyt_pack_free(pack);
    return LYT_EXIT_DONE;
}
