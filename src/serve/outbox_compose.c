#include "outbox_compose.h"

#include <string.h>

#include "guestsend.h"
#include "watch.h"

static void wipe(lyt_outbox_composer *c)
{
    if (c->secret.data)
        memset(c->secret.data, 0, c->secret.cap);
}

void lyt_outbox_composer_init(lyt_outbox_composer *c, const lyt_core *core)
{
    memset(c, 0, sizeof *c);
    c->core = core;
    c->stock = lyt_core_stock(core);
    lyt_buf_init(&c->secret, core->options.alloc);
    lyt_out_request_init(&c->request, core->options.alloc);
}

void lyt_outbox_composer_deinit(lyt_outbox_composer *c)
{
    wipe(c);
    lyt_buf_deinit(&c->secret);
    lyt_out_request_deinit(&c->request);
    memset(c, 0, sizeof *c);
}

static lyt_status compose_guest(lyt_outbox_composer *c, const lyt_way *way,
                                const lyt_outbox_row *row, lyt_error *err)
{
    lyt_guestsend job = {.alloc = c->core->options.alloc,
                         .settings = c->stock->settings,
                         .way = way,
                         .key = c->stock->guests,
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
    lyt_out_job job = {.settings = c->stock->settings,
                       .way = way,
                       .names = c->stock->names,
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
