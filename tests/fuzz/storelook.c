#include "storelook.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store_fields.h"
#include "store_guest.h"
#include "store_keep.h"
#include "store_outbox.h"
#include "store_person.h"
#include "store_reply.h"
#include "store_report.h"
#include "store_scan.h"
#include "store_snapshot.h"
#include "storefill.h"

/* Every byte of what is handed out is looked at. */
static volatile unsigned sum;

static void see(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        sum += (unsigned char)text.ptr[i];
}

static lyt_status see_feedback(void *user, const lyt_feedback *f)
{
    (void)user;
    see(f->source_id);
    see(f->channel);
    see(f->text);
    see(f->sender);
    see(f->property);
    see(f->author);
    see(f->mark);
    return LYT_OK;
}

static lyt_status see_one(void *user, const lyt_feedback *f, lyt_str verdict)
{
    see(verdict);
    return see_feedback(user, f);
}

static lyt_status see_incident(void *user, const lyt_incident *i)
{
    (void)user;
    see(lyt_str_of(i->scenario));
    see(lyt_str_of(i->owner));
    if (i->state >= LYT_INCIDENT_STATE_COUNT)
        abort();
    return LYT_OK;
}

static lyt_status see_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    (void)user;
    (void)seq;
    (void)at_us;
    see(topic);
    see(json);
    return LYT_OK;
}

static lyt_status see_history(void *user, int64_t at_us, int64_t feedback, lyt_str what, lyt_str by,
                              lyt_str note)
{
    see(note);
    return see_event(user, at_us, feedback, what, by);
}

static lyt_status see_text(void *user, lyt_str text)
{
    (void)user;
    see(text);
    return LYT_OK;
}

static lyt_status see_field(void *user, lyt_str table, lyt_str column)
{
    see(table);
    return see_text(user, column);
}

static lyt_status see_numbered(void *user, int64_t number, lyt_str json)
{
    (void)number;
    return see_text(user, json);
}

static lyt_status see_parked(void *user, int64_t feedback, int64_t at_us, lyt_str reason)
{
    return see_event(user, feedback, at_us, reason, LYT_STR(""));
}

static lyt_status see_stream(void *user, lyt_str topic, int64_t n, int64_t seq)
{
    (void)n;
    (void)seq;
    return see_text(user, topic);
}

static lyt_status see_cursor(void *user, const lyt_cursor_row *row)
{
    see(row->name);
    see(row->owner);
    return see_text(user, row->topics);
}

static lyt_status see_dead(void *user, const lyt_dead_row *row)
{
    return see_text(user, row->reason);
}

static lyt_status see_judged(void *user, const lyt_judged_row *row)
{
    see(row->text);
    return see_text(user, row->verdict);
}

static lyt_status see_due(void *user, const lyt_keep_due *due)
{
    return see_text(user, due->property);
}

static lyt_status see_step(void *user, const lyt_step_row *row)
{
    see(row->what);
    see(row->by);
    return see_text(user, row->note);
}

static lyt_status see_voice(void *user, const lyt_voice_row *row)
{
    see(row->channel);
    see(row->place);
    return see_text(user, row->sender);
}

static lyt_status see_note(void *user, const lyt_note *note)
{
    if (note->kind < 0 || !note->guest || !note->item || !note->source)
        abort();
    see(lyt_str_of(note->guest));
    see(lyt_str_of(note->source));
    return see_text(user, lyt_str_of(note->item));
}

static lyt_status see_stay(void *user, const lyt_stay *stay)
{
    if (!stay->id || !stay->guest || !stay->property || !stay->place)
        abort();
    see(lyt_str_of(stay->guest));
    return see_text(user, lyt_str_of(stay->place));
}

static lyt_status see_outbox(void *user, const lyt_outbox_row *row)
{
    if (row->state >= LYT_OUTBOX_STATE_COUNT)
        abort();
    see(row->way);
    see(row->who);
    see(row->lane);
    return see_text(user, row->reason);
}

static lyt_status see_way(void *user, const lyt_way_row *row)
{
    see(row->way);
    return see_text(user, row->reason);
}

static lyt_status see_contact(void *user, const lyt_contact_row *row)
{
    see(row->kind);
    see(row->language);
    return see_text(user, row->sealed);
}

static lyt_status see_reply(void *user, const lyt_reply_row *row)
{
    if (row->state >= LYT_REPLY_STATE_COUNT)
        abort();
    see(row->guest);
    see(row->text);
    see(row->ground);
    return see_text(user, row->why);
}

void storelook_check(lyt_status status, const lyt_error *err)
{
    if (status && status != LYT_ENOTFOUND && status != LYT_ENOMEM && !err->text[0])
        abort();
    if ((status == LYT_EFORMAT || status == LYT_EIO) && !strstr(err->file, "lyt.db"))
        abort();
}

/* Questions ------------------------------------------------------------------------------------ */

static const lyt_keep_rules rules = {.rows = {{"", {1, 2, 1, 1, 1, 1, 1, 1}}}, .n = 1};
static const int64_t long_after_us = INT64_C(1000000) * 86400 * 30;

typedef lyt_status (*look_fn)(lyt_store *store, lyt_error *err);

static lyt_status look_counts(lyt_store *store, lyt_error *err)
{
    lyt_store_counts counts;

    return lyt_store_count(store, &counts, err);
}

static lyt_status look_numbers(lyt_store *store, lyt_error *err)
{
    int64_t n;

    storelook_check(lyt_store_last_seq(store, &n, err), err);
    storelook_check(lyt_store_seq_at(store, 20, &n, err), err);
    storelook_check(lyt_store_events_gone(store, &n, err), err);
    storelook_check(lyt_store_keep_time(store, &n, err), err);
    storelook_check(lyt_store_facts_changed(store, &n, err), err);
    storelook_check(lyt_store_last_fact(store, &n, err), err);
    return lyt_store_last_incident(store, &n, err);
}

static lyt_status look_waiting(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_waiting(store, 0, 1000, see_feedback, NULL, err);
}

static lyt_status look_recent(lyt_store *store, lyt_error *err)
{
    lyt_feedback with = {
        .channel = LYT_STR("sms"), .property = LYT_STR("havnen"), .source_id = LYT_STR("id")};
    lyt_source source;

    storelook_check(lyt_store_compare_source(store, 3, &with, 0, &source, err), err);
    return lyt_store_each_recent(store, 0, see_feedback, NULL, err);
}

static lyt_status look_incidents(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_each_incident(store, true, 1000, see_incident, NULL, err), err);
    return lyt_store_each_incident(store, false, 1000, see_incident, NULL, err);
}

static lyt_status look_events(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_event(store, 0, LYT_STR("alarm."), 1000, see_event, NULL, err);
}

static lyt_status look_streams(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_each_last(store, LYT_STR("alarm."), see_event, NULL, err), err);
    return lyt_store_each_stream(store, see_stream, NULL, err);
}

static lyt_status look_cursors(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_each_dead(store, LYT_STR("pager"), 0, 100, see_dead, NULL, err), err);
    return lyt_store_each_cursor(store, see_cursor, NULL, err);
}

static lyt_status look_facts(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_each_fact(store, see_text, NULL, err), err);
    storelook_check(lyt_store_each_found(store, INT64_MAX, see_text, NULL, err), err);
    return lyt_store_each_fact_after(store, 7, see_numbered, NULL, err);
}

static lyt_status look_snapshot(lyt_store *store, lyt_error *err)
{
    lyt_status status;
    int64_t fact;
    lyt_buf bytes;

    lyt_buf_init(&bytes, NULL);
    status = lyt_store_get_snapshot(store, &fact, &bytes, err);
    see(lyt_buf_str(&bytes));
    lyt_buf_deinit(&bytes);
    return status;
}

static lyt_status look_judged(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_judged(store, 0, 0, see_judged, NULL, err);
}

static lyt_status look_report(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_begin_read(store, err), err);
    storelook_check(lyt_store_each_step(store, see_step, NULL, err), err);
    storelook_check(lyt_store_each_voice(store, see_voice, NULL, err), err);
    lyt_store_rollback(store);
    return LYT_OK;
}

static lyt_status look_single(lyt_store *store, lyt_error *err)
{
    lyt_incident incident;
    char sender[64];

    for (int64_t id = 1; id <= storefill_rows; id += 7) {
        storelook_check(lyt_store_get_incident(store, id, &incident, err), err);
        storelook_check(lyt_store_get_feedback(store, id, see_one, NULL, err), err);
        storelook_check(lyt_store_get_event(store, id, see_event, NULL, err), err);
        storelook_check(lyt_store_each_history(store, id, see_history, NULL, err), err);
        storelook_check(lyt_store_sender(store, id, sender, sizeof sender, err), err);
    }
    return LYT_OK;
}

static lyt_status look_parked(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_parked(store, 0, 1000, see_parked, NULL, err);
}

static lyt_status look_guests(lyt_store *store, lyt_error *err)
{
    storelook_check(lyt_store_each_behaviour(store, see_text, NULL, err), err);
    storelook_check(lyt_store_each_note(store, LYT_STR(""), see_note, NULL, err), err);
    return lyt_store_each_stay(store, see_stay, NULL, err);
}

static lyt_status look_outbox(lyt_store *store, lyt_error *err)
{
    int64_t told_us, stopped_us;
    lyt_str way = LYT_STR("pager");

    storelook_check(lyt_store_outbox_get(store, 3, see_outbox, NULL, err), err);
    storelook_check(lyt_store_outbox_heads(store, way, 100, see_outbox, NULL, err), err);
    storelook_check(
        lyt_store_outbox_each(store, LYT_STR(""), lyt_outbox_any, 0, 1000, see_outbox, NULL, err),
        err);
    storelook_check(lyt_store_outbox_open(store, way, see_outbox, NULL, err), err);
    storelook_check(lyt_store_way_get(store, way, &told_us, &stopped_us, err), err);
    return lyt_store_each_way(store, see_way, NULL, err);
}

static lyt_status look_replies(lyt_store *store, lyt_error *err)
{
    lyt_str guest = LYT_STR("anna");
    int64_t at_us, n;
    bool stops;
    lyt_buf lines;

    lyt_buf_init(&lines, NULL);
    storelook_check(lyt_store_get_contact(store, guest, 0, see_contact, NULL, err), err);
    storelook_check(lyt_store_consent(store, guest, &stops, &at_us, err), err);
    storelook_check(lyt_store_write_consents(store, &lines, err), err);
    lyt_buf_deinit(&lines);
    storelook_check(lyt_store_get_reply(store, 5, see_reply, NULL, err), err);
    storelook_check(lyt_store_count_replies(store, guest, 0, &n, err), err);
    return lyt_store_each_reply(store, 3, LYT_STR(""), see_reply, NULL, err);
}

static lyt_status look_due(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_due(store, &rules, long_after_us, see_due, NULL, err);
}

static lyt_status look_fields(lyt_store *store, lyt_error *err)
{
    return lyt_store_each_field(store, see_field, NULL, err);
}

static lyt_status look_person(lyt_store *store, lyt_error *err)
{
    lyt_status status;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    status = lyt_store_export(store, &(lyt_who){.guest = LYT_STR("anna")}, &out, err);
    see(lyt_buf_str(&out));
    lyt_buf_deinit(&out);
    return status;
}

/* Changes -------------------------------------------------------------------------------------- */

static lyt_status write_message(lyt_store *store, lyt_error *err)
{
    lyt_feedback f = {.text = LYT_STR("new"), .score = NAN};
    bool is_fresh;
    int64_t id = 0, seq = 0;
    lyt_status status = lyt_store_begin(store, err);

    if (!status)
        status = lyt_store_add_feedback(store, &f, &id, err);
    if (!status)
        status = lyt_store_add_verdict(store, 1, 1, LYT_STR("{}"), 1, err);
    if (!status)
        status = lyt_store_tap(store, LYT_STR("04a1b2c3d4e5f6"), 99, &is_fresh, err);
    if (!status)
        status = lyt_store_add_event(store, LYT_STR("a"), LYT_STR("{}"), 1, &seq, err);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status == LYT_EEXISTS ? LYT_OK : status;
}

static lyt_status write_out(lyt_store *store, lyt_error *err)
{
    lyt_outbox_row row = {.seq = 900, .incident = 3, .way = LYT_STR("pager")};
    int64_t n;
    lyt_status status = lyt_store_begin(store, err);

    if (!status)
        status = lyt_store_outbox_add(store, &row, err);
    if (!status)
        status = lyt_store_outbox_overtake(store, 3, 0xff, 5, err);
    if (!status)
        status = lyt_store_outbox_shift(store, 3600, err);
    if (!status)
        status = lyt_store_outbox_again(store, row.way, LYT_STR("x"), 5, 9, &n, err);
    if (!status)
        status = lyt_store_overtake_replies(store, LYT_STR("anna"), 0, LYT_STR(""), LYT_STR("x"), 5,
                                            err);
    if (!status)
        status = lyt_store_commit(store, err);
    if (status)
        lyt_store_rollback(store);
    return status == LYT_EEXISTS ? LYT_OK : status;
}

static lyt_status write_keeping(lyt_store *store, lyt_error *err)
{
    lyt_keep_run run = {.rules = &rules, .now_us = long_after_us};
    lyt_status status = LYT_OK;
    bool is_done = false;
    int64_t n;

    for (int i = 0; !status && !is_done && i < 100; i++)
        status = lyt_store_keep_step(store, &run, 50, &is_done, err);
    if (!status && !is_done)
        abort();
    if (!status)
        status = lyt_store_drop_contacts(store, long_after_us, long_after_us, &n, err);
    return status;
}

static lyt_status write_erasing(lyt_store *store, lyt_error *err)
{
    lyt_erased erased;

    return lyt_store_erase(store, &(lyt_who){.guest = LYT_STR("anna")}, &erased, err);
}

static lyt_status write_scrubbing(lyt_store *store, lyt_error *err)
{
    return lyt_store_scrub(store, err);
}

/* those that cost some 60 us, then readers and writers that cost up to a hundred times that */
static const look_fn looks[] = {
    look_counts,   look_numbers, look_waiting,  look_recent,   look_incidents,
    look_events,   look_streams, look_cursors,  look_facts,    look_snapshot,
    look_judged,   look_report,  look_single,   look_parked,   look_guests,
    look_outbox,   look_replies, look_due,      look_fields,   look_person,
    write_message, write_out,    write_keeping, write_erasing, write_scrubbing,
};

enum { n_light = 17, n_readers = 20 };

size_t storelook_size(void)
{
    return sizeof looks / sizeof *looks;
}

size_t storelook_light(void)
{
    return n_light;
}

size_t storelook_readers(void)
{
    return n_readers;
}

void storelook(lyt_store *store, size_t which)
{
    lyt_error err = {.text = ""};

    storelook_check(looks[which](store, &err), &err);
}
