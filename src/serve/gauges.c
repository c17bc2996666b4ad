#include "gauges.h"

void lyt_gauges_write(lyt_jw *jw, const lyt_core *core)
{
    const lyt_gauges *g = &core->gauges;
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {
        {"queued", g->queued},
        {"in_flight", g->in_flight},
        {"limit", core->options.queue_hard},
        {"accepted_since_start", g->accepted},
        {"duplicates", g->duplicates},
        {"fed_since_start", g->fed},
        {"refused", g->refused},
        {"busy", g->busy + g->turned_away},
        {"urgent", g->urgent},
        {"undelivered", g->undelivered},
        {"bad_frames", g->bad_frames},
        {"bad_workers", g->bad_workers},
        {"lost_workers", g->lost_workers},
        {"attached", g->attached},
        {"redelivered", g->redelivered},
        {"dead_letters", g->dead_letters},
        {"slowed", g->slowed},
        {"overrun", g->overrun},
        {"sent", g->sent},
        {"unsent", g->unsent},
        {"ways_dead", g->way_dead},
        {"keys_turned_away", g->turned_away_keys},
        {"not_allowed", g->not_allowed},
    };

    lyt_jw_key(jw, "clock");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "steps", g->clock_steps);
    if (g->clock_steps) {
        lyt_jw_kint(jw, "last_step_s", g->clock_step_us / 1000000);
        lyt_jw_kint(jw, "since_step_s",
                    (lyt_clock_mono_us(core->options.clock) - g->clock_step_at_us) / 1000000);
    }
    lyt_jw_object_end(jw);
    lyt_jw_key(jw, "queue");
    lyt_jw_object(jw);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        lyt_jw_kint(jw, rows[i].key, rows[i].value);
    lyt_refusals_write(jw, &g->refusals);
    lyt_jw_object_end(jw);
}
