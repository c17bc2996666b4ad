#include "chronicle.h"

#include "arena.h"
#include "mem.h"
#include "store_guest.h"
#include "store_report.h"

enum { texts_bytes = 1 << 30, fact_bytes_max = 1 << 20 };

/* What `which` of LYT_FACT_OPENED says of an incident that is not a guest's. */
enum { opened_as_parent = 1, opened_as_drill = 2 };
static const lyt_str drill_channel = {"drill", 5};

/* While it is read: an incident may be one that is left out in the end. */
typedef struct reading {
    lyt_chronicle *c;
    lyt_error *err;
    size_t n_facts;
    int64_t *numbers; /* of alarms[i]: the incident it was heard for */
    size_t cap_numbers;
} reading;

static lyt_status no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "no memory for the report");
}

static lyt_str keep(reading *r, lyt_str text)
{
    return text.len ? lyt_arena_copy(r->c->texts, text) : (lyt_str){"", 0};
}

static lyt_record *record_of(lyt_chronicle *c, int64_t id)
{
    const lyt_record *found = lyt_chronicle_record(c, id);

    return found ? &c->records[found - c->records] : NULL;
}

static lyt_status add_record(reading *r, const lyt_record *record)
{
    lyt_chronicle *c = r->c;

    if (lyt_mem_grow(c->alloc, &c->records, &c->cap_records, c->n_records + 1, sizeof *c->records))
        return no_memory(r->err);
    c->records[c->n_records++] = *record;
    return LYT_OK;
}

static lyt_status add_alarm(reading *r, int64_t incident, int64_t message, int64_t at_us)
{
    lyt_chronicle *c = r->c;

    if (lyt_mem_grow(c->alloc, &c->alarms, &c->cap_alarms, c->n_alarms + 1, sizeof *c->alarms) ||
        lyt_mem_grow(c->alloc, &r->numbers, &r->cap_numbers, c->n_alarms + 1, sizeof *r->numbers))
        return no_memory(r->err);
    r->numbers[c->n_alarms] = incident;
    c->alarms[c->n_alarms++] = (lyt_hearsay){.at_us = at_us, .message = message};
    return LYT_OK;
}

static void note_move(lyt_record *record, lyt_incident_state state, int64_t at_us)
{
    bool is_taken =
        state != LYT_INCIDENT_NEW && state != LYT_INCIDENT_VOID && state != LYT_INCIDENT_REOPENED;

    if (is_taken && !record->acknowledged_us)
        record->acknowledged_us = at_us;
    if (state == LYT_INCIDENT_REMEDIED)
        record->remedied_us = at_us;
    if (state == LYT_INCIDENT_CLOSED || state == LYT_INCIDENT_VOID)
        record->closed_us = at_us;
    if (state == LYT_INCIDENT_REOPENED) {
        record->remedied_us = record->closed_us = 0;
        record->n_reopened++;
    }
}

/*
 * A message that went to an incident of its own counts there, and is not heard twice: what opened
 * that one was nothing new.
 */
static void move_alarm(reading *r, const lyt_fact *taken)
{
    for (size_t i = r->c->n_alarms; i-- > 0;) {
        const lyt_hearsay *alarm = &r->c->alarms[i];

        if (alarm->message == taken->number && r->numbers[i] == taken->other) {
            r->numbers[i] = taken->incident;
            return;
        }
        if (alarm->message == 0 && r->numbers[i] == taken->incident)
            r->numbers[i] = 0;
    }
}

/* What the book does not keep of a fact. */
static lyt_status note_fact(reading *r, const lyt_fact *fact)
{
    lyt_record *record = record_of(r->c, fact->incident);

    if (!record)
        return LYT_OK;
    switch (fact->kind) {
    case LYT_FACT_OPENED:
    case LYT_FACT_HEARD:
        return add_alarm(r, fact->incident, fact->other, fact->at_us);
    case LYT_FACT_TAKEN:
        move_alarm(r, fact);
        return LYT_OK;
    case LYT_FACT_TOLD:
        record->told_us = record->told_us ? record->told_us : fact->at_us;
        return LYT_OK;
    case LYT_FACT_MOVED:
        note_move(record, (lyt_incident_state)fact->which, fact->at_us);
        return LYT_OK;
    case LYT_FACT_CAUSE:
        record->cause = keep(r, fact->text);
        return LYT_OK;
    case LYT_FACT_ACTION:
        record->action = keep(r, fact->text);
        return LYT_OK;
    case LYT_FACT_CONSENTED:
        record->may_tell_us = fact->at_us;
        return LYT_OK;
    case LYT_FACT_REVOKED:
        record->may_tell_us = 0;
        return LYT_OK;
    default:
        return LYT_OK;
    }
}

static lyt_status read_fact(void *user, lyt_str text)
{
    reading *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, r->err);

    r->n_facts++;
    if (!status && !r->c->book)
        status = lyt_book_new(&r->c->book, r->c->alloc) ? no_memory(r->err) : LYT_OK;
    if (!status)
        status = lyt_fact_read(&fact, json, r->err);
    if (!status)
        status = lyt_book_fold(r->c->book, &fact, r->err);
    /* nothing is ever taken back, so nothing has to be remembered for that */
    if (!status)
        lyt_book_mark(r->c->book);
    if (!status && fact.kind == LYT_FACT_OPENED && fact.which != opened_as_parent)
        status = add_record(
            r, &(lyt_record){.id = fact.incident, .is_drill = fact.which == opened_as_drill});
    if (!status)
        status = note_fact(r, &fact);
    lyt_json_free(json);
    return status;
}

static void take_case(reading *r, lyt_record *record, const lyt_case *c)
{
    record->state = c->state;
    record->severity = c->severity;
    record->property = keep(r, lyt_str_of(c->property));
    record->scenario = keep(r, lyt_str_of(c->scenario));
    record->team = keep(r, lyt_str_of(c->team));
    record->place = keep(r, lyt_str_of(c->place));
    record->guest = keep(r, lyt_str_of(c->guest));
    record->owner = keep(r, lyt_str_of(c->owner));
    record->opened_us = c->opened_us;
    record->contacted_us = c->contacted_us;
    record->repeat_of = c->repeat_of;
    record->score = c->score;
    record->is_unconfirmed = c->is_unconfirmed;
}

/* An offer to one that was merged counts for the one it was merged into. */
static void take_offers(lyt_chronicle *c)
{
    for (size_t i = 0; i < lyt_book_offers(c->book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(c->book, i);
        lyt_record *record = record_of(c, lyt_book_root(c->book, offer->incident));

        if (!record || offer->state != LYT_OFFER_GIVEN)
            continue;
        record->cost[offer->currency] += offer->amount;
        record->n_given++;
    }
}

/* Leaves out what was merged; its alarms count for where it went. */
static void drop_records(lyt_chronicle *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_records; i++) {
        const lyt_case *known = lyt_book_find(c->book, c->records[i].id);

        if (known && !known->merged)
            c->records[n++] = c->records[i];
    }
    c->n_records = n;
}

static void take_book(reading *r)
{
    lyt_chronicle *c = r->c;

    for (size_t i = 0; i < c->n_records; i++)
        take_case(r, &c->records[i], lyt_book_find(c->book, c->records[i].id));
    drop_records(c);
    take_offers(c);
}

static lyt_status read_incident(void *user, const lyt_incident *incident)
{
    reading *r = user;

    return add_record(r, &(lyt_record){.id = incident->id,
                                       .state = incident->state,
                                       .severity = incident->severity,
                                       .property = keep(r, lyt_str_of(incident->property)),
                                       .scenario = keep(r, lyt_str_of(incident->scenario)),
                                       .team = keep(r, lyt_str_of(incident->team)),
                                       .place = keep(r, lyt_str_of(incident->place)),
                                       .guest = {"", 0},
                                       .owner = keep(r, lyt_str_of(incident->owner)),
                                       .opened_us = incident->opened_us,
                                       .score = -1});
}

static lyt_status read_step(void *user, const lyt_step_row *row)
{
    reading *r = user;
    lyt_record *record = record_of(r->c, row->incident);
    lyt_incident_state state;

    if (!record)
        return LYT_OK;
    if (lyt_str_equal(row->what, LYT_STR("opened")) || lyt_str_equal(row->what, LYT_STR("joined")))
        return add_alarm(r, row->incident, row->feedback, row->at_us);
    if (lyt_incident_state_parse(&state, row->what) == LYT_OK) {
        note_move(record, state, row->at_us);
        if (row->note.len)
            record->action = keep(r, row->note);
    }
    return LYT_OK;
}

static lyt_status read_stay(void *user, const lyt_stay *stay)
{
    reading *r = user;
    lyt_chronicle *c = r->c;

    if (lyt_mem_grow(c->alloc, &c->stays, &c->cap_stays, c->n_stays + 1, sizeof *c->stays))
        return no_memory(r->err);
    c->stays[c->n_stays++] = (lyt_sojourn){keep(r, lyt_str_of(stay->guest)), stay->from_us};
    return LYT_OK;
}

static lyt_status read_voice(void *user, const lyt_voice_row *row)
{
    reading *r = user;
    lyt_chronicle *c = r->c;

    if (lyt_mem_grow(c->alloc, &c->voices, &c->cap_voices, c->n_voices + 1, sizeof *c->voices))
        return no_memory(r->err);
    c->voices[c->n_voices++] = (lyt_voice){
        .id = row->id,
        .received_us = row->received_us,
        .channel = keep(r, row->channel),
        .property = keep(r, row->property),
        .place = keep(r, row->place),
        .sender = keep(r, row->sender),
        .score = row->score,
        .scale = row->scale,
        .has_text = row->has_text,
        .is_judged = row->is_judged,
        .is_parked = row->is_parked,
        .is_drill = lyt_str_equal(row->channel, drill_channel),
    };
    return LYT_OK;
}

/* Where an alarm of an incident that was left out counts, as an index. */
static void place_alarms(reading *r)
{
    lyt_chronicle *c = r->c;
    size_t n = 0;

    for (size_t i = 0; i < c->n_alarms; i++) {
        const lyt_hearsay *alarm = &c->alarms[i];
        int64_t id = r->numbers[i];
        lyt_record *record;

        if (c->book)
            id = lyt_book_root(c->book, id);
        record = record_of(c, id);
        if (!record)
            continue;
        c->alarms[n] = *alarm;
        c->alarms[n++].record = (size_t)(record - c->records);
    }
    c->n_alarms = n;
}

/*
 * One whose guest nobody wrote down is the sender's of the first message heard for it; and one that
 * was heard in a drill is a drill, also of a service without settings.
 */
static void take_messages(lyt_chronicle *c)
{
    for (size_t i = 0; i < c->n_alarms; i++) {
        lyt_record *record = &c->records[c->alarms[i].record];
        const lyt_voice *voice = lyt_chronicle_voice(c, c->alarms[i].message);

        if (!record->guest.len && voice)
            record->guest = voice->sender;
        record->is_drill = record->is_drill || (voice && voice->is_drill);
    }
}

static lyt_status read_all(reading *r, lyt_store *store)
{
    lyt_status status = lyt_store_each_fact(store, read_fact, r, r->err);

    if (!status && r->n_facts)
        take_book(r);
    else if (!status)
        status = lyt_store_each_incident(store, false, INT64_MAX, read_incident, r, r->err);
    if (!status && !r->n_facts)
        status = lyt_store_each_step(store, read_step, r, r->err);
    if (!status)
        status = lyt_store_each_voice(store, read_voice, r, r->err);
    if (!status)
        status = lyt_store_each_stay(store, read_stay, r, r->err);
    if (!status && lyt_arena_status(r->c->texts))
        status = no_memory(r->err);
    if (status)
        return status;
    place_alarms(r);
    take_messages(r->c);
    return LYT_OK;
}

lyt_status lyt_chronicle_read(lyt_chronicle **out, const lyt_alloc *alloc, lyt_store *store,
                              lyt_error *err)
{
    lyt_error why = {.code = LYT_OK};
    reading r = {.err = &why};
    lyt_status status;

    r.c = lyt_mem_new(alloc, sizeof *r.c);
    if (!r.c)
        return no_memory(err);
    r.c->alloc = alloc;
    status = lyt_arena_new(&r.c->texts, alloc, "chronicle", texts_bytes) ? no_memory(&why) : LYT_OK;
    if (!status)
        status = lyt_store_begin_read(store, &why);
    if (!status) {
        status = read_all(&r, store);
        lyt_store_rollback(store);
    }
    lyt_mem_free(alloc, r.numbers);
    if (status) {
        lyt_chronicle_free(r.c);
        if (err)
            *err = why;
        return status;
    }
    *out = r.c;
    return LYT_OK;
}

void lyt_chronicle_free(lyt_chronicle *chronicle)
{
    if (!chronicle)
        return;
    lyt_book_free(chronicle->book);
    lyt_arena_free(chronicle->texts);
    lyt_mem_free(chronicle->alloc, chronicle->records);
    lyt_mem_free(chronicle->alloc, chronicle->alarms);
    lyt_mem_free(chronicle->alloc, chronicle->voices);
    lyt_mem_free(chronicle->alloc, chronicle->stays);
    lyt_mem_free(chronicle->alloc, chronicle->hidden);
    lyt_mem_free(chronicle->alloc, chronicle);
}

const struct lyt_hidden *lyt_chronicle_hides(const lyt_chronicle *c, lyt_str scenario)
{
    for (size_t i = 0; i < c->n_hidden; i++)
        if (lyt_str_equal(c->hidden[i].scenario, scenario))
            return &c->hidden[i];
    return NULL;
}

/* The name is copied: it may be an option's or the settings'. */
static lyt_status hide(lyt_chronicle *c, lyt_str scenario, bool is_left_out)
{
    lyt_str name;

    if (lyt_chronicle_hides(c, scenario))
        return LYT_OK;
    name = lyt_arena_copy(c->texts, scenario);
    if (lyt_arena_status(c->texts) ||
        lyt_mem_grow(c->alloc, &c->hidden, &c->cap_hidden, c->n_hidden + 1, sizeof *c->hidden))
        return LYT_ENOMEM;
    c->hidden[c->n_hidden++] = (struct lyt_hidden){name, is_left_out};
    return LYT_OK;
}

lyt_status lyt_chronicle_restrict(lyt_chronicle *c, lyt_str scenario)
{
    if (hide(c, scenario, false))
        return LYT_ENOMEM;
    for (size_t i = 0; i < c->n_records; i++) {
        lyt_record *record = &c->records[i];

        if (!lyt_str_equal(record->scenario, scenario))
            continue;
        record->is_restricted = true;
        record->scenario = LYT_STR(LYT_RECORD_RESTRICTED);
        record->place = record->cause = record->action = LYT_STR("");
    }
    return LYT_OK;
}

lyt_status lyt_chronicle_leave_out(lyt_chronicle *chronicle, lyt_str scenario, size_t *n)
{
    lyt_chronicle *c = chronicle;
    size_t *moved = lyt_mem_array(c->alloc, c->n_records + 1, sizeof *moved);
    size_t n_records = 0, n_alarms = 0;

    if (!moved || hide(c, scenario, true)) {
        lyt_mem_free(c->alloc, moved);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < c->n_records; i++) {
        bool stays = !lyt_str_equal(c->records[i].scenario, scenario);

        moved[i] = stays ? n_records : SIZE_MAX;
        if (stays)
            c->records[n_records++] = c->records[i];
    }
    for (size_t i = 0; i < c->n_alarms; i++) {
        if (moved[c->alarms[i].record] == SIZE_MAX)
            continue;
        c->alarms[n_alarms] = c->alarms[i];
        c->alarms[n_alarms++].record = moved[c->alarms[i].record];
    }
    *n = c->n_records - n_records;
    c->n_records = n_records;
    c->n_alarms = n_alarms;
    lyt_mem_free(c->alloc, moved);
    return LYT_OK;
}

const lyt_record *lyt_chronicle_record(const lyt_chronicle *chronicle, int64_t id)
{
    size_t low = 0, high = chronicle->n_records;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (chronicle->records[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < chronicle->n_records && chronicle->records[low].id == id ? &chronicle->records[low]
                                                                          : NULL;
}

const lyt_voice *lyt_chronicle_voice(const lyt_chronicle *chronicle, int64_t id)
{
    size_t low = 0, high = chronicle->n_voices;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (chronicle->voices[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < chronicle->n_voices && chronicle->voices[low].id == id ? &chronicle->voices[low]
                                                                        : NULL;
}

bool lyt_record_is_over(const lyt_record *record)
{
    return !lyt_incident_is_open(record->state);
}
