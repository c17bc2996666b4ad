/*
 * Saving a scenario: read and taught with the new text as a trial is, checked as `lyt pack check`
 * does, kept in the house's own folder, and brought into use before the answer is given.
 */
#include <stdio.h>
#include <string.h>

#include "webcheck.h"
#include "webtrial_inner.h"

typedef struct saving {
    lyt_trial *t;
    lyt_webasked *a;
    lyt_own own;
    lyt_own_change change;
    lyt_str text;
    const lyt_str *used; /* &text, or NULL: the pack's own */
    bool is_undo;
} saving;

static lyt_status changed_meanwhile(saving *s, const lyt_own_state *now)
{
    s->a->http = 412;
    s->a->code = "changed";
    return lyt_error_set(&s->a->err, LYT_EEXISTS,
                         "somebody else has changed it meanwhile; read it again (it is version %s "
                         "now)",
                         now->version);
}

/* What is to be saved, made of what is there now. */
static lyt_status look(saving *s, lyt_buf *before)
{
    lyt_own_state now;
    lyt_status status = lyt_own_read(&s->own, s->change.scenario, NULL, &now, &s->a->err);

    if (status)
        return status;
    if (!lyt_str_equal(lyt_str_of(now.version), s->change.expected))
        return changed_meanwhile(s, &now);
    s->used = &s->text;
    if (!s->is_undo)
        return LYT_OK;
    status = lyt_own_before(&s->own, s->change.scenario, before, &s->a->err);
    if (status == LYT_ESTATE) {
        s->a->http = 409;
        s->a->code = "nothing-to-undo";
    }
    s->text = lyt_buf_str(before);
    if (!now.before[0])
        s->used = NULL;
    return status;
}

/* Back to what was there, so that the next start does not stumble over what this one refused. */
static void take_back(saving *s, const lyt_own_state *state, lyt_str was)
{
    lyt_own_change change = s->change;
    lyt_own_state ignored;
    lyt_error why;

    change.expected = lyt_str_of(state->version);
    change.note = LYT_STR("could not be brought into use");
    if (s->is_undo)
        (void)!lyt_own_save(&s->own, &change, was, &ignored, &why);
    else
        (void)!lyt_own_undo(&s->own, &change, &ignored, &why);
}

/* The reload may bring other settings, which are not waited for here: none are held meanwhile. */
static lyt_status reload(lyt_trial *t, lyt_error *err)
{
    lyt_status status;

    atomic_store(&t->r.o->is_saving, true);
    status = t->o->reload(t->o->reload_context, err);
    atomic_store(&t->r.o->is_saving, false);
    lyt_trial_settle(t);
    return status;
}

/* With the file's name and line, and not where it lies. */
static lyt_status not_in_use(lyt_error *err, const lyt_error *why)
{
    const char *slash = strrchr(why->file, '/'), *name = slash ? slash + 1 : why->file;
    char line[16] = "";

    if (*name && why->line)
        snprintf(line, sizeof line, ":%u", (unsigned)why->line);
    return lyt_error_set(err, LYT_ESTATE,
                         "it could not be brought into use, and is as it was: %.40s%s%s%.130s",
                         name, line, *name ? ": " : "", why->text);
}

static lyt_status keep(saving *s, lyt_own_state *state)
{
    lyt_buf was;
    lyt_own_state before;
    lyt_error why = {.text = ""};
    lyt_status status;

    lyt_buf_init(&was, s->own.alloc);
    status = lyt_own_read(&s->own, s->change.scenario, &was, &before, &s->a->err);
    if (!status)
        status = s->is_undo ? lyt_own_undo(&s->own, &s->change, state, &s->a->err)
                            : lyt_own_save(&s->own, &s->change, s->text, state, &s->a->err);
    if (status == LYT_EEXISTS)
        status = changed_meanwhile(s, &before);
    /* with what was learned the next reading is quick; without it is right all the same */
    if (!status)
        (void)!lyt_pack_save_model(s->t->pack, s->own.folder, NULL);
    if (!status && reload(s->t, &why)) {
        take_back(s, state, lyt_buf_str(&was));
        s->a->http = 503;
        s->a->code = "not-in-use";
        status = not_in_use(&s->a->err, &why);
    }
    lyt_buf_deinit(&was);
    return status;
}

static lyt_status check_and_keep(saving *s)
{
    lyt_jw *jw = &s->a->jw;
    lyt_own_state state = {.is_own = false};
    bool force = false, is_saved;
    size_t n_errors = 0;
    lyt_buf findings;
    lyt_status status;

    (void)lyt_json_bool(lyt_json_get(s->a->tree, "force"), &force);
    lyt_buf_init(&findings, s->own.alloc);
    status = lyt_webcheck(s->t->pack, s->own.alloc, &findings, &n_errors, &s->a->err);
    is_saved = !n_errors || force;
    if (!status && is_saved)
        status = keep(s, &state);
    if (!status) {
        lyt_jw_object(jw);
        lyt_jw_kbool(jw, "saved", is_saved);
        lyt_jw_kstr(jw, "scenario", s->change.scenario);
        if (is_saved) {
            lyt_jw_kstr(jw, "text_version", lyt_str_of(state.version));
            lyt_jw_kbool(jw, "is_own", state.is_own);
        }
        lyt_jw_key(jw, "findings");
        lyt_jw_raw(jw, lyt_buf_str(&findings));
        lyt_jw_object_end(jw);
        status = lyt_buf_status(jw->out);
    }
    lyt_buf_deinit(&findings);
    return status;
}

lyt_status lyt_trial_save(lyt_trial *t, lyt_webasked *a)
{
    char pack[lyt_trial_path_max], more[64];
    saving s = {.t = t,
                .a = a,
                .own = {t->r.o->alloc, lyt_fs_system(), t->o->own, pack},
                .change = {.scenario = lyt_json_text(a->tree, "scenario"),
                           .by = lyt_json_text(a->tree, "by"),
                           .note = lyt_json_text(a->tree, "note"),
                           .expected = lyt_json_text(a->tree, "version"),
                           .now_us = lyt_clock_wall_us(t->r.o->clock)},
                .text = lyt_json_text(a->tree, "scenario_yaml"),
                .is_undo = lyt_str_equal(lyt_json_text(a->tree, "ask"), LYT_STR("undo"))};
    lyt_buf before;
    lyt_status status;

    if (!t->o->own || !t->o->reload)
        return lyt_webasked_refuse(a, 503, "no-own", LYT_ESTATE,
                                   "this service keeps no scenarios of its own");
    lyt_buf_init(&before, t->r.o->alloc);
    status = lyt_trial_find_pack(t, pack, more, &a->err);
    if (!status)
        status = look(&s, &before);
    if (!status)
        status = lyt_trial_teach(t, a, s.change.scenario, s.used);
    if (!status)
        status = check_and_keep(&s);
    lyt_buf_deinit(&before);
    return status;
}
