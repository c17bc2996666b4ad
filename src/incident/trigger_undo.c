/*
 * Triggers through a restart and a transaction that failed: what was taken before comes back
 * without being told again, and what was taken in vain goes.
 */
#include <string.h>

#include "mem.h"
#include "trigger_inside.h"

static lyt_trigger_undo *remember(lyt_triggers *t, const lyt_subject *s)
{
    lyt_trigger_undo *undo;

    if (lyt_mem_grow(t->alloc, &t->undo, &t->cap_undo, t->n_undo + 1, sizeof *t->undo))
        return NULL;
    undo = &t->undo[t->n_undo];
    memset(undo, 0, sizeof *undo);
    undo->subject = s->name;
    return undo;
}

lyt_status lyt_triggers_remember_added(lyt_triggers *t, const lyt_subject *s, const lyt_kept *event)
{
    lyt_trigger_undo *undo = remember(t, s);

    if (!undo)
        return LYT_ENOMEM;
    undo->added = event;
    undo->first_us = s->first_us;
    t->n_undo++;
    return LYT_OK;
}

lyt_status lyt_triggers_remember_found(lyt_triggers *t, const lyt_subject *s)
{
    lyt_trigger_undo *undo = remember(t, s);
    size_t n = s->found.n;

    if (!undo)
        return LYT_ENOMEM;
    if (n) {
        undo->found.items = lyt_mem_array(t->alloc, n, sizeof *undo->found.items);
        if (!undo->found.items)
            return LYT_ENOMEM;
        memcpy(undo->found.items, s->found.items, n * sizeof *undo->found.items);
    }
    undo->found.n = n;
    t->n_undo++;
    return LYT_OK;
}

static void take_away(lyt_triggers *t, lyt_subject *s, const lyt_kept *event)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->events[i] != event)
            continue;
        lyt_mem_free(t->alloc, s->events[i]);
        s->n--;
        memmove(s->events + i, s->events + i + 1, (s->n - i) * sizeof(lyt_kept *));
        return;
    }
}

static void undo_one(lyt_triggers *t, lyt_trigger_undo *undo)
{
    lyt_subject *s = lyt_triggers_subject(t, lyt_str_of(undo->subject));

    if (undo->added) {
        take_away(t, s, undo->added);
        /* its first event may be one that never was */
        s->first_us = s->n ? undo->first_us : INT64_MAX;
    } else {
        /* lists only grow, so what was before fits */
        if (undo->found.n)
            memcpy(s->found.items, undo->found.items, undo->found.n * sizeof *s->found.items);
        s->found.n = undo->found.n;
        lyt_mem_free(t->alloc, undo->found.items);
    }
    s->due_us = INT64_MIN;
}

void lyt_triggers_back_to(lyt_triggers *t, size_t point)
{
    while (t->n_undo > point)
        undo_one(t, &t->undo[--t->n_undo]);
}

size_t lyt_triggers_point(const lyt_triggers *t)
{
    return t->n_undo;
}

void lyt_triggers_mark(lyt_triggers *t)
{
    for (size_t i = 0; i < t->n_undo; i++)
        lyt_mem_free(t->alloc, t->undo[i].found.items);
    t->n_undo = 0;
}

void lyt_triggers_rollback(lyt_triggers *t)
{
    lyt_triggers_back_to(t, 0);
}

lyt_status lyt_triggers_restore(lyt_triggers *t, const lyt_behaviour *event)
{
    lyt_subject *s;
    lyt_status status;

    if (!event->id.len || !event->type.len || !event->subject.len)
        return LYT_EINVAL;
    if (lyt_behaviour_is_too_long(event))
        return LYT_ELIMIT;
    s = lyt_triggers_subject_get(t, event->subject, event->at_us);
    status = s ? lyt_triggers_insert(t, s, event) : LYT_ENOMEM;
    if (!status)
        s->due_us = INT64_MIN;
    lyt_triggers_mark(t);
    return status;
}

static lyt_found *told_before(lyt_subject *s, const lyt_found *f)
{
    for (size_t i = 0; i < s->found.n; i++) {
        lyt_found *old = &s->found.items[i];

        if (old->rule == f->rule && old->at_us == f->at_us && old->severity == f->severity)
            return old;
    }
    return NULL;
}

/* It stands elsewhere now. */
static void end_moved(lyt_subject *s, uint32_t rule, int64_t was_us)
{
    for (size_t i = 0; i < s->found.n; i++) {
        lyt_found *old = &s->found.items[i];

        if (old->rule != rule || old->at_us != was_us || old->is_told_ended)
            continue;
        old->is_told_ended = true;
        return;
    }
}

lyt_status lyt_triggers_restore_found(lyt_triggers *t, const lyt_told_finding *told)
{
    const lyt_trigger *of = lyt_triggers_rule(t, told->rule);
    lyt_found fresh = {.severity = told->severity,
                       .at_us = told->at_us,
                       .told_us = told->told_us,
                       .is_ended = told->ended,
                       .is_told = true,
                       .is_told_ended = told->ended};
    lyt_subject *s;
    lyt_found *old;

    /* not there any more, or nobody may know any more of whom it was found */
    if (!of || !told->subject.len)
        return LYT_OK;
    fresh.rule = (uint32_t)(of - t->rules);
    s = lyt_triggers_subject_get(t, told->subject, told->at_us);
    if (!s)
        return LYT_ENOMEM;
    if (told->was_us)
        end_moved(s, fresh.rule, told->was_us);
    old = told_before(s, &fresh);
    if (old) {
        old->is_told_ended = told->ended;
        old->told_us = told->ended ? old->told_us : told->told_us;
        return LYT_OK;
    }
    if (lyt_mem_grow(t->alloc, &s->found.items, &s->found.cap, s->found.n + 1,
                     sizeof *s->found.items))
        return LYT_ENOMEM;
    s->found.items[s->found.n++] = fresh;
    s->due_us = INT64_MIN;
    return LYT_OK;
}

const lyt_trigger *lyt_triggers_rule(const lyt_triggers *t, lyt_str id)
{
    for (size_t i = 0; i < t->n_rules; i++)
        if (lyt_str_equal(lyt_str_of(t->rules[i].id), id))
            return &t->rules[i];
    return NULL;
}
