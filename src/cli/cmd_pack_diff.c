#include <string.h>

#include "keptpack.h"
#include "pack_diff.h"

typedef struct telling {
    pack_state *state;
    const char *scenario; /* of this one alone; NULL: all there is */
    int64_t added, removed, changed;
} telling;

static void add_text(lyt_buf *out, const lyt_pack_change *c)
{
    const char *before = c->sign == '+' ? c->after : c->before;

    lyt_buf_addf(out, "%c %s", c->sign, c->what);
    if (*c->scenario)
        lyt_buf_addf(out, " %s", c->scenario);
    if (*c->language)
        lyt_buf_addf(out, " %s", c->language);
    if (*c->key)
        lyt_buf_addf(out, " '%s'", c->key);
    if (*before)
        lyt_buf_addf(out, ": %s", before);
    if (c->sign == '~')
        lyt_buf_addf(out, " -> %s", c->after);
    lyt_buf_add_char(out, '\n');
}

static void add_json(lyt_jw *jw, const lyt_pack_change *c)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "change",
                c->sign == '+'   ? LYT_STR("added")
                : c->sign == '-' ? LYT_STR("removed")
                                 : LYT_STR("changed"));
    lyt_jw_kstr(jw, "what", lyt_str_of(c->what));
    if (*c->scenario)
        lyt_jw_kstr(jw, "scenario", lyt_str_of(c->scenario));
    if (*c->language)
        lyt_jw_kstr(jw, "language", lyt_str_of(c->language));
    if (*c->key)
        lyt_jw_kstr(jw, "key", lyt_str_of(c->key));
    if (*c->before)
        lyt_jw_kstr(jw, "before", lyt_str_of(c->before));
    if (*c->after)
        lyt_jw_kstr(jw, "after", lyt_str_of(c->after));
    lyt_jw_object_end(jw);
}

static void on_change(void *context, const lyt_pack_change *change)
{
    telling *t = context;

    /* what a property changes is part of a scenario's version already */
    if (t->scenario && (strcmp(change->scenario, t->scenario) != 0 ||
                        strcmp(change->what, "property") == 0))
        return;
    t->added += change->sign == '+';
    t->removed += change->sign == '-';
    t->changed += change->sign == '~';
    if (t->state->values->json)
        add_json(&t->state->jw, change);
    else
        add_text(&t->state->out, change);
}

static lyt_status diff(pack_state *state, const lyt_keptpack *a, const lyt_keptpack *b,
                       lyt_error *err)
{
    telling t = {.state = state, .scenario = a->scenario ? a->scenario : b->scenario};
    lyt_jw *jw = &state->jw;
    lyt_status status;

    if (state->values->json) {
        lyt_jw_init(jw, &state->out);
        lyt_jw_object(jw);
        lyt_jw_key(jw, "changes");
        lyt_jw_array(jw);
    }
    status = lyt_pack_diff(a->pack, b->pack, on_change, &t, err);
    if (status) {
        lyt_buf_reset(&state->out);
        return status;
    }
    if (state->values->json) {
        lyt_jw_array_end(jw);
        lyt_jw_kint(jw, "added", t.added);
        lyt_jw_kint(jw, "removed", t.removed);
        lyt_jw_kint(jw, "changed", t.changed);
        lyt_jw_object_end(jw);
        lyt_buf_add_char(&state->out, '\n');
    } else {
        lyt_buf_addf(&state->out, "%lld added, %lld removed, %lld changed\n", (long long)t.added,
                     (long long)t.removed, (long long)t.changed);
    }
    return LYT_OK;
}

lyt_exit lyt_cmd_pack_diff(pack_state *state)
{
    lyt_error err = {0};
    lyt_keptpack a = {.loaded = NULL}, b = {.loaded = NULL};
    lyt_status status;

    if (state->call->n_operands != 2)
        return lyt_console_misuse(state->call->console, "pack diff needs two packs");
    status = lyt_keptpack_open(state, state->call->operands[0], &a, &err);
    if (status == LYT_OK)
        status = lyt_keptpack_open(state, state->call->operands[1], &b, &err);
    if (status == LYT_OK && a.scenario && b.scenario && strcmp(a.scenario, b.scenario) != 0)
        status = lyt_error_set(&err, LYT_EINVAL, "these are versions of two scenarios: %s and %s",
                               a.scenario, b.scenario);
    if (status == LYT_OK)
        status = diff(state, &a, &b, &err);
    lyt_cmd_pack_write(state);
    lyt_keptpack_close(&a);
    lyt_keptpack_close(&b);
    return status ? lyt_console_error(state->call->console, &err) : LYT_EXIT_DONE;
}
