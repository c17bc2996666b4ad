#include "outbox_compose.h"

#include <string.h>

#include "guestsend.h"
#include "watch.h"

lyt_status lyt_guest_key_load(lyt_contact_key *out, const lyt_alloc *alloc, const lyt_fs *fs,
                              const lyt_settings *settings, const char *state, lyt_error *err)
{
    const char *own = settings ? settings->replies.key_file : NULL;
    lyt_status status;
    lyt_buf path;

    if (own)
        return lyt_contact_key_load(out, alloc, fs, own, false, err);
    lyt_buf_init(&path, alloc);
    lyt_fs_join(&path, state, "contacts.key");
    status = lyt_buf_status(&path);
    if (status)
        lyt_error_set(err, status, "no memory for a path");
    else
        status = lyt_contact_key_load(out, alloc, fs, path.data, true, err);
    lyt_buf_deinit(&path);
    return status;
}

static void wipe(lyt_outbox_composer *c)
{
    if (c->secret.data)
        memset(c->secret.data, 0, c->secret.cap);
}

lyt_status lyt_outbox_composer_init(lyt_outbox_composer *c, const lyt_core *core, lyt_error *err)
{
    const lyt_service_options *o = &core->options;
    lyt_status status;

    memset(c, 0, sizeof *c);
    c->core = core;
    lyt_buf_init(&c->secret, o->alloc);
    lyt_out_request_init(&c->request, o->alloc);
    status = lyt_outbox_composer_settle(c, lyt_core_settings(core), err);
    if (!status && lyt_out_names_new(&c->names, o->alloc, o->classifier))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for the outbox");
    return status;
}

lyt_status lyt_outbox_composer_settle(lyt_outbox_composer *c, const lyt_settings *settings,
                                      lyt_error *err)
{
    const lyt_service_options *o = &c->core->options;
    bool has_guests = c->has_guests;
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < settings->n_ways; i++)
        has_guests = has_guests || settings->ways[i].for_guests;
    if (has_guests && !c->has_guests)
        status = lyt_guest_key_load(&c->guests, o->alloc, o->fs, settings, o->state, err);
    if (status)
        return status;
    c->has_guests = has_guests;
    c->settings = settings;
    return LYT_OK;
}

void lyt_outbox_composer_deinit(lyt_outbox_composer *c)
{
    wipe(c);
    lyt_buf_deinit(&c->secret);
    lyt_out_request_deinit(&c->request);
    lyt_out_names_free(c->names);
    lyt_contact_key_deinit(&c->guests);
    memset(c, 0, sizeof *c);
}

static lyt_status compose_guest(lyt_outbox_composer *c, const lyt_way *way,
                                const lyt_outbox_row *row, lyt_error *err)
{
    lyt_guestsend job = {.alloc = c->core->options.alloc,
                         .settings = c->settings,
                         .way = way,
                         .key = c->has_guests ? &c->guests : NULL,
                         .store = c->store,
                         .row = row,
                         .secret = lyt_buf_str(&c->secret),
                         .now_us = lyt_clock_wall_us(c->core->options.clock)};

    return lyt_guestsend_compose(&c->request, &job, err);
}

static lyt_status compose_notice(lyt_outbox_composer *c, const lyt_way *way,
                                 const lyt_outbox_row *row, lyt_error *err)
{
    lyt_out_sheet sheet;
    lyt_out_job job = {.settings = c->settings,
                       .way = way,
                       .names = c->names,
                       .facts = &sheet.facts,
                       .publisher = lyt_store_publisher(c->store),
                       .row = row->id,
                       .secret = lyt_buf_str(&c->secret),
                       .now_us = lyt_clock_wall_us(c->core->options.clock)};
    lyt_status status =
        lyt_out_sheet_read(&sheet, c->core->options.alloc, c->store, row, way->is_internal, err);

    if (status)
        return status;
    if (row->event == LYT_NOTICE_RECOVERED) {
        status = lyt_guestsend_note(&sheet.data, c->store, row->seq, err);
        sheet.facts.data = lyt_buf_str(&sheet.data);
    }
    /* health has nobody of its own: it goes to the one the row names */
    if (!sheet.facts.who.len)
        sheet.facts.who = row->who;
    if (!status)
        status = lyt_out_compose(&c->request, &job, err);
    lyt_out_sheet_deinit(&sheet);
    return status;
}

lyt_status lyt_outbox_compose(lyt_outbox_composer *c, const lyt_way *way, const lyt_outbox_row *row,
                              lyt_error *err)
{
    lyt_status status = lyt_out_secret(&c->secret, c->core->options.fs, way, err);

    if (!status)
        status = lyt_guestsend_is(row) ? compose_guest(c, way, row, err)
                                       : compose_notice(c, way, row, err);
    wipe(c);
    return status;
}
