/* Where guests can be written to, and whether they want it. */
#include <stdio.h>
#include <string.h>

#include "guestreply_inner.h"
#include "topic.h"

static const int64_t hour_us = (int64_t)3600 * 1000000;
/* where no house says how long */
static const int64_t days14_us = (int64_t)14 * 86400 * 1000000;

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static lyt_status keep_contact(lyt_books *books, lyt_str guest, const lyt_reply_to *to,
                               lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    lyt_contact_row row = {.guest = guest,
                           .kind = to->kind,
                           .language = to->language,
                           .sealed = to->sealed,
                           .is_typed = to->is_typed,
                           .seen_us = now_of(books)};

    if (!guest.len || !to->sealed.len)
        return LYT_OK;
    row.until_us = row.seen_us + (settings ? settings->replies.keep_us : days14_us);
    return lyt_store_put_contact(books->store, &row, err);
}

lyt_status lyt_guestreply_contact(lyt_books *books, lyt_str guest, const lyt_reply_to *to,
                                  lyt_error *err)
{
    bool stops = false;
    int64_t at_us = 0;
    lyt_status status = LYT_OK;

    if (!guest.len || !to->sealed.len)
        return LYT_OK;
    status = lyt_store_consent(books->store, guest, &stops, &at_us, err);
    /* there is nothing that it could be needed for */
    return status || stops ? status : keep_contact(books, guest, to, err);
}

/* What somebody wants, as it was sent. */
typedef struct wish {
    bool stops, is_confirmed;
    lyt_str guest, how, language;
    lyt_str id;
    char property[lyt_place_max + 1];
} wish;

static wish read_wish(const lyt_json *tree)
{
    lyt_str how = lyt_json_text(tree, "how");
    wish w = {.stops = lyt_str_equal(lyt_json_text(tree, "type"), LYT_STR("guest.stop")),
              .guest = lyt_json_text(tree, "guest"),
              .how = how.len && how.len <= lyt_id_max ? how : LYT_STR("told"),
              .language = lyt_json_text(tree, "lang"),
              .id = lyt_json_text(tree, "id")};

    (void)lyt_json_bool(lyt_json_get(tree, "confirmed"), &w.is_confirmed);
    if (lyt_topic_part(lyt_json_text(tree, "property"), w.property, sizeof w.property) ||
        !w.property[0])
        snprintf(w.property, sizeof w.property, "default");
    return w;
}

/* The one message that is allowed after STOP, where nobody else has sent it. */
static lyt_status confirm(lyt_batch *batch, lyt_books *books, const wish *w, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    lyt_saying s = {.kind = w->stops ? LYT_REPLY_OPTED_OUT : LYT_REPLY_OPTED_IN,
                    .guest = w->guest,
                    .language = w->language,
                    .property = lyt_str_of(w->property)};
    lyt_thought thought;
    lyt_status status;

    if (!settings || !settings->replies.confirms || w->is_confirmed)
        return LYT_OK;
    lyt_thought_init(&thought, batch->alloc);
    status = lyt_guestreply_think(books, &s, &thought, err);
    if (!status && thought.state == LYT_REPLY_QUEUED)
        status = lyt_guestreply_keep(batch, books, &s, &thought, books->last_seq, err);
    lyt_thought_deinit(&thought);
    return status;
}

static lyt_status change(lyt_batch *batch, lyt_books *books, lyt_str by, const wish *w,
                         lyt_error *err)
{
    int64_t now_us = now_of(books);
    lyt_consent_row row = {.guest = w->guest,
                           .stops = w->stops,
                           .how = w->how,
                           .by = by,
                           .source_id = w->id,
                           .at_us = now_us};
    lyt_event_to to = lyt_batch_event_to(batch, books, now_us);
    lyt_status status = lyt_store_add_consent(books->store, &row, err);

    if (!status && w->stops)
        status = lyt_store_overtake_replies(books->store, w->guest, 0, (lyt_str){"", 0},
                                            LYT_STR("this guest wants no messages"), now_us, err);
    if (status)
        return status;
    lyt_event_consent(&to, lyt_str_of(w->property), w->stops, w->how);
    status = lyt_batch_add_event(batch, books, now_us, err);
    /* who told somebody so has heard the answer */
    if (!status && !by.len)
        status = confirm(batch, books, w, err);
    /* after the confirmation there is no use for the number any more */
    if (!status && w->stops)
        status = lyt_store_end_contact(books->store, w->guest, now_us + hour_us, err);
    return status;
}

static lyt_status apply(lyt_batch *batch, lyt_books *books, lyt_item *item, const lyt_json *tree,
                        lyt_error *err)
{
    wish w = read_wish(tree);
    lyt_reply_to to;
    bool stops = false;
    int64_t at_us = 0;
    lyt_status status = lyt_store_consent(books->store, w.guest, &stops, &at_us, err);

    if (status)
        return status;
    /* said before, or never unsaid; what was sent twice is confirmed once */
    if (stops == w.stops) {
        item->outcome = LYT_ITEM_DUPLICATE;
        return LYT_OK;
    }
    status = lyt_reply_to_read(&to, tree, err);
    if (!status)
        status = keep_contact(books, w.guest, &to, err);
    if (!status)
        status = change(batch, books, item->order.by, &w, err);
    if (status == LYT_EEXISTS) {
        item->outcome = LYT_ITEM_DUPLICATE;
        return LYT_OK;
    }
    return status;
}

lyt_status lyt_guestreply_consent(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                  lyt_error *err)
{
    lyt_json *tree = NULL;
    lyt_status status = lyt_json_parse(&tree, item->order.raw, lyt_command_max, &item->why);

    item->outcome = LYT_ITEM_ACCEPTED;
    if (status == LYT_EFORMAT) {
        item->outcome = LYT_ITEM_REFUSED;
        return LYT_OK;
    }
    if (!status)
        status = apply(batch, books, item, tree, err);
    lyt_json_free(tree);
    return status;
}

static lyt_status take_guest(void *user, const lyt_reply_row *row)
{
    snprintf(user, lyt_incident_text_max, "%.*s", LYT_STR_ARG(row->guest));
    return LYT_OK;
}

lyt_status lyt_guestreply_carrier_stop(lyt_batch *batch, lyt_books *books, int64_t seq,
                                       lyt_error *err)
{
    char guest[lyt_incident_text_max] = "";
    wish w = {.stops = true, .is_confirmed = true, .how = LYT_STR("carrier"), .id = LYT_STR("")};
    bool stops = false;
    int64_t at_us = 0;
    lyt_status status = lyt_store_get_reply(books->store, seq, take_guest, guest, err);

    if (!status)
        status = lyt_store_consent(books->store, lyt_str_of(guest), &stops, &at_us, err);
    if (status || stops || !guest[0])
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    w.guest = lyt_str_of(guest);
    snprintf(w.property, sizeof w.property, "%s", lyt_cases_settings(books->cases)->id);
    return change(batch, books, (lyt_str){"", 0}, &w, err);
}
