#include "shiftwork.h"

#include <string.h>

void shift_init(shift *t, const char *utc)
{
    casework_init(&t->w);
    t->s = housework_example("hotel");
    t->w.grouping = t->s->grouping;
    t->watch = (lyt_watch){t->s, t->w.book, NULL};
    t->start_us = housework_at(utc);
}

void shift_deinit(shift *t)
{
    casework_deinit(&t->w);
    lyt_settings_free(t->s);
}

int64_t shift_hear(shift *t, int64_t minute, const char *scenario, const char *place,
                   const char *guest, int severity)
{
    size_t from = t->w.facts.n;
    int64_t id = casework_hear(&t->w, t->start_us / a_minute + minute, scenario, place, guest,
                               severity, (int64_t)t->w.facts.n + 1);

    cr_assert_eq(lyt_watch_after(&t->watch, from, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
    return id;
}

void shift_tick_us(shift *t, int64_t now_us)
{
    t->w.now_us = now_us;
    cr_assert_eq(lyt_watch_tick(&t->watch, now_us, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
}

void shift_tick(shift *t, int64_t minute)
{
    shift_tick_us(t, t->start_us + minute * a_minute);
}

lyt_act shift_act(shift *t, int64_t minute, int64_t incident, const char *by, const char *text)
{
    t->w.now_us = t->start_us + minute * a_minute;
    return (lyt_act){.incident = incident,
                     .by = lyt_str_of(by),
                     .text = lyt_str_of(text),
                     .now_us = t->w.now_us};
}

void shift_after(shift *t, size_t from, lyt_status status)
{
    cr_assert_eq(status, LYT_OK, "%s", t->w.err.text);
    cr_assert_eq(lyt_watch_after(&t->watch, from, &t->w.facts, &t->w.err), LYT_OK, "%s",
                 t->w.err.text);
}

void shift_acknowledge(shift *t, int64_t minute, int64_t id, const char *by, int64_t until_min)
{
    lyt_act act = shift_act(t, minute, id, by, "");
    size_t from = t->w.facts.n;

    shift_after(t, from,
                lyt_act_acknowledge(t->w.book, &act,
                                    until_min ? t->start_us + until_min * a_minute : 0, &t->w.facts,
                                    &t->w.err));
}

void shift_move(shift *t, int64_t minute, int64_t id, lyt_incident_state to)
{
    lyt_act act = shift_act(t, minute, id, "bent", "because");
    size_t from = t->w.facts.n;

    shift_after(t, from, lyt_act_move(t->w.book, &act, to, &t->w.facts, &t->w.err));
}

/* Notices of that kind of that incident (0: any) to that receiver (NULL: anybody). */
size_t shift_told(const shift *t, int64_t id, lyt_notice notice, const char *who)
{
    size_t n = 0;

    for (size_t i = 0; i < t->w.facts.n; i++) {
        const lyt_fact *f = &t->w.facts.items[i];

        n += f->kind == LYT_FACT_TOLD && f->which == (int64_t)notice &&
             (!id || f->incident == id) && (!who || lyt_str_equal(f->who, lyt_str_of(who)));
    }
    return n;
}
