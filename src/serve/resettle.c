#include "resettle.h"

#include <stdio.h>
#include <string.h>

#include "events.h"
#include "outbox_render.h"

enum { patience_ms = 20000, look_ms = 5 };

static void lock(lyt_reload_note *note)
{
    while (atomic_flag_test_and_set_explicit(&note->is_busy, memory_order_acquire))
        ;
}

void lyt_reload_note_set(lyt_reload_note *note, int64_t at_us, bool is_refused, const char *text)
{
    lock(note);
    note->at_us = at_us;
    note->is_refused = is_refused;
    snprintf(note->text, sizeof note->text, "%s", text);
    atomic_flag_clear_explicit(&note->is_busy, memory_order_release);
}

/* The drill of the timetable that is held next. */
static void write_next_drill(lyt_jw *jw, const lyt_settings *settings, int64_t now_us)
{
    const char *id = NULL;
    int64_t next_us = INT64_MAX;

    for (size_t i = 0; i < settings->n_drills; i++) {
        int64_t at_us = lyt_drill_next(&settings->drills[i], settings->zone, now_us);

        id = at_us < next_us ? settings->drills[i].id : id;
        next_us = at_us < next_us ? at_us : next_us;
    }
    if (!id)
        return;
    lyt_jw_key(jw, "next_drill");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "drill", lyt_str_of(id));
    lyt_jw_ktime(jw, "at", next_us);
    lyt_jw_object_end(jw);
}

void lyt_reload_write(lyt_jw *jw, const lyt_core *core)
{
    const lyt_settings *settings = lyt_core_settings(core);
    lyt_reload_note *note = core->reload;

    if (settings) {
        lyt_jw_kstr(jw, "desk", lyt_str_of(settings->id));
        lyt_jw_kversion(jw, "settings", settings->version);
        write_next_drill(jw, settings, lyt_clock_wall_us(core->options.clock));
    }
    lock(note);
    if (note->at_us) {
        lyt_jw_key(jw, "reload");
        lyt_jw_object(jw);
        lyt_jw_ktime(jw, "at", note->at_us);
        lyt_jw_kbool(jw, "refused", note->is_refused);
        lyt_jw_kstr(jw, note->is_refused ? "why" : "what", lyt_str_of(note->text));
        lyt_jw_object_end(jw);
    }
    atomic_flag_clear_explicit(&note->is_busy, memory_order_release);
}

lyt_status lyt_settings_check_secrets(const lyt_settings *settings, const lyt_core *core,
                                      lyt_error *err)
{
    lyt_status status = LYT_OK;
    lyt_buf secret;

    lyt_buf_init(&secret, core->options.alloc);
    for (size_t i = 0; !status && i < settings->n_ways; i++)
        status = lyt_out_secret(&secret, core->options.fs, &settings->ways[i], err);
    if (secret.data)
        memset(secret.data, 0, secret.cap);
    lyt_buf_deinit(&secret);
    return status;
}

static bool uses(const lyt_core *core, size_t who, const lyt_stock *stock, lyt_actor *actor)
{
    return atomic_load_explicit(&core->stock_used[who], memory_order_acquire) == stock || !actor ||
           lyt_actor_has_ended(actor);
}

/* Who does not use it yet is woken each time: one takes it over only after another has. */
static bool is_used_by_all(const lyt_core *core, const lyt_stock *stock,
                           const lyt_stock_actors *actors)
{
    bool is_used = true;

    for (size_t i = 0; i < LYT_STOCK_USERS; i++) {
        if (uses(core, i, stock, actors->of[i]))
            continue;
        lyt_actor_wake(actors->of[i]);
        is_used = false;
    }
    return is_used;
}

/* In time of the clock on the wall that nobody speeds up. */
static bool wait_for_all(const lyt_core *core, const lyt_stock *stock,
                         const lyt_stock_actors *actors)
{
    int64_t end_us = lyt_clock_mono_us(core->options.clock) + patience_ms * (int64_t)1000;

    while (!is_used_by_all(core, stock, actors)) {
        if (lyt_clock_mono_us(core->options.clock) > end_us)
            return false;
        (void)!lyt_sock_poll(NULL, 0, NULL, look_ms);
    }
    return true;
}

/* Whether settings may take the place of those before; a service without them stays so. */
static lyt_status check_house(const lyt_settings *before, const lyt_settings *settings,
                              lyt_error *err)
{
    if (!before && !settings)
        return LYT_OK;
    if (!before)
        return lyt_error_set(err, LYT_ESTATE, "this service knows no house; start it with --desk");
    if (!settings)
        return lyt_error_set(err, LYT_ESTATE, "a service of a house does not become one without");
    if (strcmp(before->id, settings->id) != 0)
        return lyt_error_at(err, LYT_ESTATE, settings->file, 0, 0,
                            "desk: this service is of '%s', not of '%s'; give that one a service "
                            "of its own",
                            before->id, settings->id);
    return LYT_OK;
}

lyt_status lyt_core_restock(lyt_core *core, const lyt_stock *stock, const lyt_stock_actors *actors,
                            lyt_error *err)
{
    const lyt_stock *before = lyt_core_stock(core);
    lyt_status status = check_house(before->settings, stock->settings, err);

    if (!status && stock->settings)
        status = lyt_settings_check_secrets(stock->settings, core, err);
    if (status)
        return status;
    atomic_store_explicit(&core->stock, stock, memory_order_release);
    if (wait_for_all(core, stock, actors))
        return LYT_OK;
    /* who took it over gives it back: then nobody uses it */
    atomic_store_explicit(&core->stock, before, memory_order_release);
    while (!wait_for_all(core, before, actors))
        ;
    return lyt_error_set(err, LYT_ETIMEOUT,
                         "the settings could not be taken over: no memory, or the disk stalls");
}
