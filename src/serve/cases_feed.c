/*
 * What comes without words: behaviour, which triggers look at, and what is known of guests. It
 * is in the store before it is acknowledged, and read back at the start.
 */
#include "cases_inner.h"
#include "feed.h"
#include "store_reply.h"

enum { text_max = 64 * 1024 };

static lyt_status restore_event(void *user, lyt_str text)
{
    lyt_cases *cases = user;
    lyt_json *json = NULL;
    lyt_feed_event read;
    lyt_status status = lyt_json_parse(&json, text, text_max, NULL);

    if (!status)
        status = lyt_feed_read_event(&read, json, NULL);
    if (!status)
        status = lyt_care_restore_event(cases->care, &read.event);
    lyt_json_free(json);
    /* one that an older Lyt took is no reason not to start */
    return status == LYT_ENOMEM ? status : LYT_OK;
}

static lyt_status restore_note(void *user, const lyt_note *note)
{
    return lyt_notes_add(lyt_care_notes(((lyt_cases *)user)->care), note);
}

static lyt_status restore_stay(void *user, const lyt_stay *stay)
{
    return lyt_stays_put(lyt_care_stays(((lyt_cases *)user)->care), stay);
}

static lyt_status restore_guests(lyt_cases *cases, lyt_store *store, lyt_error *err)
{
    lyt_status status = lyt_store_each_note(store, (lyt_str){"", 0}, restore_note, cases, err);

    return status ? status : lyt_store_each_stay(store, restore_stay, cases, err);
}

lyt_status lyt_cases_restore_feed(lyt_cases *cases, lyt_store *store, lyt_error *err)
{
    lyt_status status = lyt_store_each_behaviour(store, restore_event, cases, err);

    return status ? status : restore_guests(cases, store, err);
}

lyt_status lyt_cases_fresh(lyt_cases *cases, lyt_store *store, lyt_error *err)
{
    lyt_status status;

    if (!cases->is_stale)
        return LYT_OK;
    lyt_notes_clear(lyt_care_notes(cases->care));
    lyt_stays_clear(lyt_care_stays(cases->care));
    status = restore_guests(cases, store, err);
    cases->is_stale = status != LYT_OK;
    return status;
}

void lyt_cases_write_found(const lyt_event_to *to, const lyt_books *books, const lyt_fact *found,
                           size_t from)
{
    const lyt_care *care = books->cases->care;
    lyt_incident incident = lyt_care_incident(care, found->incident);
    lyt_found_alarm alarm = {.incident = &incident,
                             .outcome =
                                 lyt_cases_outcome(&books->cases->facts, from, found->incident),
                             .rule = lyt_triggers_rule(lyt_care_triggers(care), found->text),
                             .triggers = lyt_care_triggers(care),
                             .subject = found->who,
                             .found_us = found->other,
                             .pack = books->core->judge_version};

    if (lyt_cases_make_neutral(books->cases, &incident))
        alarm.rule = NULL;
    lyt_event_found(to, &alarm);
}

static lyt_status take_event(lyt_batch *batch, lyt_books *books, lyt_item *item,
                             const lyt_json *json, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_feed_event read;
    lyt_status status = lyt_feed_read_event(&read, json, &item->why);

    if (!status)
        status = lyt_care_event(cases->care, &read.event, now_us, &cases->facts, &item->why);
    if (status == LYT_EEXISTS) {
        item->outcome = LYT_ITEM_DUPLICATE;
        return LYT_OK;
    }
    if (status)
        return status;
    status = lyt_store_add_behaviour(books->store, read.event.subject, item->order.raw,
                                     read.event.at_us, err);
    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    return status ? status : lyt_cases_publish(batch, books, from, 0, now_us, err);
}

static lyt_status take_note(lyt_books *books, lyt_item *item, const lyt_json *json, lyt_error *err)
{
    lyt_notes *notes = lyt_care_notes(books->cases->care);
    size_t before = lyt_notes_size(notes);
    lyt_note note;
    lyt_status status = lyt_feed_read_note(&note, json, &item->why);

    if (status)
        return status;
    books->cases->is_changed = true;
    status = lyt_notes_add(notes, &note);
    if (status)
        return lyt_error_set(&item->why, status, "a text in the note is longer than 64 bytes");
    if (lyt_notes_size(notes) == before) {
        item->outcome = LYT_ITEM_DUPLICATE;
        return LYT_OK;
    }
    return lyt_store_add_note(books->store, &note, err);
}

static lyt_status take_stay(lyt_books *books, lyt_item *item, const lyt_json *json, lyt_error *err)
{
    lyt_stay stay;
    lyt_status status = lyt_feed_read_stay(&stay, json, &item->why);

    if (status)
        return status;
    if (!stay.property[0])
        stay.property = lyt_care_settings(books->cases->care)->id;
    books->cases->is_changed = true;
    status = lyt_stays_put(lyt_care_stays(books->cases->care), &stay);
    if (status)
        return lyt_error_set(&item->why, status, "a text in the stay is longer than 63 bytes");
    return lyt_store_put_stay(books->store, &stay, err);
}

static lyt_status forget(lyt_books *books, const lyt_json *json, lyt_error *err)
{
    lyt_str guest = lyt_json_text(json, "guest"), item = lyt_json_text(json, "item");
    lyt_status status = lyt_store_erase_notes(books->store, guest, item, err);

    books->cases->is_changed = true;
    /* texts of the tree carry a NUL */
    (void)lyt_notes_erase(lyt_care_notes(books->cases->care), guest.ptr,
                          item.len ? item.ptr : NULL);
    if (status || item.len)
        return status;
    (void)lyt_stays_erase(lyt_care_stays(books->cases->care), guest.ptr);
    status = lyt_store_erase_stays(books->store, guest, err);
    return status ? status : lyt_store_forget_replies(books->store, guest, err);
}

lyt_status lyt_cases_feed(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_status status = lyt_cases_fresh(books->cases, books->store, err);

    if (status)
        return status;
    if (err)
        err->text[0] = 0;
    item->outcome = LYT_ITEM_ACCEPTED;
    status = lyt_json_parse(&json, item->order.raw, lyt_command_max, &item->why);
    if (!status && item->order.kind == LYT_SUBMIT_EVENT)
        status = take_event(batch, books, item, json, err);
    else if (!status && item->order.kind == LYT_SUBMIT_NOTE)
        status = take_note(books, item, json, err);
    else if (!status && item->order.kind == LYT_SUBMIT_STAY)
        status = take_stay(books, item, json, err);
    else if (!status)
        status = forget(books, json, err);
    lyt_json_free(json);
    if (status == LYT_EFORMAT || (lyt_cases_is_refusal(status) && item->why.code)) {
        item->outcome = LYT_ITEM_REFUSED;
        return LYT_OK;
    }
    if (status && err && !err->text[0])
        *err = item->why;
    return status;
}
