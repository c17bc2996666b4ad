#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "mem.h"
#include "sums.h"

enum { names_bytes = 1 << 28 };

typedef enum entry_kind { ENTRY_ALARM, ENTRY_RECORD, ENTRY_VOICE } entry_kind;

/* Something that counts in a group; item is its index in the chronicle. */
typedef struct entry {
    lyt_str property, name;
    bool is_rest;
    entry_kind kind;
    size_t item;
} entry;

typedef struct grouping {
    const lyt_groups_options *options;
    lyt_groups *out;
    entry *entries;
    size_t n, cap;
    lyt_str *guests;  /* room for the guests of a group */
    double *minutes;  /* and for its times */
    size_t *messages; /* of record i: its first message's voice + 1; 0: none */
    bool *is_placed;  /* voice i: by what was heard in it */
} grouping;

static lyt_status add(grouping *g, lyt_str property, lyt_str name, entry_kind kind, size_t item)
{
    lyt_status status =
        lyt_mem_grow(g->out->alloc, &g->entries, &g->cap, g->n + 1, sizeof *g->entries);

    if (!status)
        g->entries[g->n++] = (entry){property, name, false, kind, item};
    return status;
}

/* The shift that a minute of the day lies in. */
static void shift_name(const lyt_shifts *shifts, int minute, char *out, size_t out_bytes)
{
    size_t at = shifts->n ? shifts->n - 1 : 0;
    int from, to;

    for (size_t i = 0; i < shifts->n; i++)
        if (shifts->from_min[i] <= minute)
            at = i;
    from = shifts->n ? shifts->from_min[at] : 0;
    to = shifts->n ? shifts->from_min[(at + 1) % shifts->n] : 0;
    snprintf(out, out_bytes, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
}

static lyt_str time_name(grouping *g, int64_t at_us)
{
    lyt_local local = lyt_local_at(g->options->zone, at_us);
    lyt_date date = lyt_date_of(local.days);
    char text[64];

    if (g->options->by == LYT_BY_HOUR)
        snprintf(text, sizeof text, "%02d", local.minute / 60);
    else if (g->options->by == LYT_BY_SHIFT)
        shift_name(&g->options->shifts, local.minute, text, sizeof text);
    else
        snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    return lyt_arena_copy(g->out->names, lyt_str_of(text));
}

static const lyt_str no_name = {"", 0};

/* Of an incident, and of what was heard for it. */
static lyt_str record_name(grouping *g, size_t index, int64_t at_us)
{
    const lyt_chronicle *c = g->options->chronicle;
    const lyt_record *record = &c->records[index];

    switch (g->options->by) {
    case LYT_BY_ALL:
        return no_name;
    case LYT_BY_SCENARIO:
        return record->scenario;
    case LYT_BY_TEAM:
        return record->team;
    case LYT_BY_PROPERTY:
        return record->property;
    case LYT_BY_PLACE:
        return record->place;
    case LYT_BY_CHANNEL:
        return g->messages[index] ? c->voices[g->messages[index] - 1].channel : no_name;
    case LYT_BY_OWNER:
        return record->owner;
    case LYT_BY_CAUSE:
        return record->cause;
    case LYT_BY_DAY:
    case LYT_BY_HOUR:
    case LYT_BY_SHIFT:
        return time_name(g, at_us);
    }
    return no_name;
}

static lyt_str within(const grouping *g, lyt_str property)
{
    return g->options->by == LYT_BY_PLACE ? property : no_name;
}

static bool is_heard_of_incidents(lyt_by by)
{
    return by == LYT_BY_SCENARIO || by == LYT_BY_TEAM || by == LYT_BY_OWNER || by == LYT_BY_CAUSE;
}

static lyt_status add_alarms(grouping *g)
{
    const lyt_chronicle *c = g->options->chronicle;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < c->n_alarms; i++) {
        const lyt_hearsay *alarm = &c->alarms[i];
        const lyt_record *record = &c->records[alarm->record];
        const lyt_voice *voice = lyt_chronicle_voice(c, alarm->message);
        lyt_str name, property = within(g, record->property);
        bool counts_message;

        if (!lyt_extent_has(g->options->span, alarm->at_us) || record->is_drill ||
            record->state == LYT_INCIDENT_VOID)
            continue;
        name = record_name(g, alarm->record, alarm->at_us);
        status = add(g, property, name, ENTRY_ALARM, i);
        counts_message = voice && is_heard_of_incidents(g->options->by);
        /* a message that does not say where it is from is of the place it was heard to be of */
        if (voice && g->options->by == LYT_BY_PLACE && !voice->place.len && record->place.len &&
            lyt_extent_has(g->options->span, voice->received_us))
            counts_message = g->is_placed[voice - c->voices] = true;
        if (!status && counts_message)
            status = add(g, property, name, ENTRY_VOICE, (size_t)(voice - c->voices));
    }
    return status;
}

static lyt_str voice_name(grouping *g, const lyt_voice *voice)
{
    switch (g->options->by) {
    case LYT_BY_PROPERTY:
        return voice->property;
    case LYT_BY_PLACE:
        return voice->place;
    case LYT_BY_CHANNEL:
        return voice->channel;
    case LYT_BY_DAY:
    case LYT_BY_HOUR:
    case LYT_BY_SHIFT:
        return time_name(g, voice->received_us);
    default:
        return no_name;
    }
}

static lyt_status add_voices(grouping *g)
{
    const lyt_chronicle *c = g->options->chronicle;
    lyt_status status = LYT_OK;

    if (is_heard_of_incidents(g->options->by))
        return LYT_OK;
    for (size_t i = 0; !status && i < c->n_voices; i++) {
        const lyt_voice *voice = &c->voices[i];

        if (!lyt_extent_has(g->options->span, voice->received_us) || voice->is_drill ||
            (g->options->by == LYT_BY_PLACE && g->is_placed[i]))
            continue;
        status = add(g, within(g, voice->property), voice_name(g, voice), ENTRY_VOICE, i);
    }
    return status;
}

static lyt_status add_records(grouping *g)
{
    const lyt_chronicle *c = g->options->chronicle;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < c->n_records; i++)
        if (lyt_extent_has(g->options->span, c->records[i].opened_us) && !c->records[i].is_drill)
            status = add(g, within(g, c->records[i].property),
                         record_name(g, i, c->records[i].opened_us), ENTRY_RECORD, i);
    return status;
}

static int by_group(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = x->is_rest - y->is_rest;

    if (!order && !x->is_rest)
        order = lyt_str_compare(x->property, y->property);
    if (!order && !x->is_rest)
        order = lyt_str_compare(x->name, y->name);
    if (!order)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    return order ? order : (x->item > y->item) - (x->item < y->item);
}

/* Sorted, and each thing once a group: two alarms of a message are one message. */
static void sort(grouping *g)
{
    size_t n = 0;

    if (g->n)
        qsort(g->entries, g->n, sizeof *g->entries, by_group);
    for (size_t i = 0; i < g->n; i++)
        if (n == 0 || by_group(&g->entries[n - 1], &g->entries[i]) != 0)
            g->entries[n++] = g->entries[i];
    g->n = n;
}

static bool is_same_group(const entry *a, const entry *b)
{
    return a->is_rest == b->is_rest && (a->is_rest || (lyt_str_equal(a->property, b->property) &&
                                                       lyt_str_equal(a->name, b->name)));
}

static size_t end_of(const grouping *g, size_t from)
{
    size_t end = from + 1;

    while (end < g->n && is_same_group(&g->entries[from], &g->entries[end]))
        end++;
    return end;
}

static void count_voice(lyt_sums *sums, const lyt_voice *voice)
{
    lyt_band band = lyt_band_of(voice->score, voice->scale);

    sums->messages++;
    sums->scored += band != LYT_BAND_NONE;
    sums->low += band == LYT_BAND_LOW;
    sums->middle += band == LYT_BAND_MIDDLE;
    sums->high += band == LYT_BAND_HIGH;
}

static void count_record(const grouping *g, lyt_sums *sums, const lyt_record *record)
{
    if (record->state == LYT_INCIDENT_VOID) {
        sums->voided++;
        return;
    }
    sums->incidents++;
    sums->open += !lyt_record_is_over(record);
    sums->repeats += record->repeat_of != 0;
    sums->reopened += record->n_reopened > 0;
    sums->unconfirmed += record->is_unconfirmed;
    sums->confirmed += record->score > 6;
    sums->pace[lyt_pace_of(g->options->zone, record->opened_us, record->remedied_us)]++;
    sums->given += record->n_given;
    sums->cost_dkk += (double)record->cost[LYT_DKK] / 100;
    sums->cost_eur += (double)record->cost[LYT_EUR] / 100;
}

static int64_t end_us(const lyt_record *record, lyt_clock_kind clock)
{
    switch (clock) {
    case LYT_CLOCK_ACK:
        return record->acknowledged_us;
    case LYT_CLOCK_CONTACT:
        return record->contacted_us;
    case LYT_CLOCK_REMEDY:
        return record->remedied_us;
    default:
        return record->closed_us;
    }
}

static lyt_lasting lasting(const grouping *g, size_t from, size_t end, lyt_clock_kind clock)
{
    size_t n = 0;

    for (size_t i = from; i < end; i++) {
        const lyt_record *record = &g->options->chronicle->records[g->entries[i].item];

        if (g->entries[i].kind != ENTRY_RECORD || record->state == LYT_INCIDENT_VOID ||
            !end_us(record, clock))
            continue;
        g->minutes[n++] = (double)(end_us(record, clock) - record->opened_us) / 60e6;
    }
    return lyt_lasting_of(g->minutes, n);
}

static int by_name(const void *a, const void *b)
{
    const lyt_str *x = a, *y = b;

    return lyt_str_compare(*x, *y);
}

static int64_t guests_of(const grouping *g, size_t from, size_t end)
{
    const lyt_chronicle *c = g->options->chronicle;
    size_t n = 0;
    int64_t unknown = 0, known = 0;

    for (size_t i = from; i < end; i++) {
        const entry *e = &g->entries[i];
        lyt_str guest = e->kind == ENTRY_VOICE    ? c->voices[e->item].sender
                        : e->kind == ENTRY_RECORD ? c->records[e->item].guest
                                                  : no_name;

        if (guest.len)
            g->guests[n++] = guest;
        unknown += e->kind == ENTRY_VOICE && !guest.len;
    }
    if (n)
        qsort(g->guests, n, sizeof *g->guests, by_name);
    for (size_t i = 0; i < n; i++)
        known += i == 0 || !lyt_str_equal(g->guests[i - 1], g->guests[i]);
    return known + unknown;
}

static double share(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static void finish(lyt_sums *s)
{
    int64_t remedied = s->incidents - s->pace[LYT_PACE_NOT_YET];
    int64_t spot = s->pace[LYT_PACE_ON_THE_SPOT], day = spot + s->pace[LYT_PACE_SAME_DAY];

    s->low_share = share(s->low, s->scored);
    s->middle_share = share(s->middle, s->scored);
    s->high_share = share(s->high, s->scored);
    s->nps = share(s->high - s->low, s->scored);
    s->spot_share = share(spot, remedied);
    s->day_share = share(day, remedied);
    s->within_24_share = share(day + s->pace[LYT_PACE_24_H], remedied);
}

static lyt_sums sum_of(const grouping *g, size_t from, size_t end)
{
    const lyt_chronicle *c = g->options->chronicle;
    lyt_sums sums;

    memset(&sums, 0, sizeof sums);
    for (size_t i = from; i < end; i++) {
        const entry *e = &g->entries[i];

        if (e->kind == ENTRY_VOICE)
            count_voice(&sums, &c->voices[e->item]);
        else if (e->kind == ENTRY_RECORD)
            count_record(g, &sums, &c->records[e->item]);
        else
            sums.alarms++;
    }
    for (int k = 0; k < LYT_CLOCK_KIND_COUNT; k++)
        sums.took[k] = lasting(g, from, end, (lyt_clock_kind)k);
    sums.guests = guests_of(g, from, end);
    finish(&sums);
    return sums;
}

/* The smallest group that is no part of the rest; g->n: there is none. */
static size_t smallest(const grouping *g, int64_t *guests)
{
    size_t at = g->n;

    *guests = INT64_MAX;
    for (size_t i = 0, end; i < g->n && !g->entries[i].is_rest; i = end) {
        int64_t n;

        end = end_of(g, i);
        n = guests_of(g, i, end);
        if (n < *guests) {
            *guests = n;
            at = i;
        }
    }
    return at;
}

static int64_t guests_of_rest(const grouping *g)
{
    size_t from = 0;

    while (from < g->n && !g->entries[from].is_rest)
        from++;
    return from < g->n ? guests_of(g, from, g->n) : 0;
}

static void move_to_rest(grouping *g, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        g->entries[i].is_rest = true;
}

/* Moves small groups into the rest; returns how many groups that makes. */
static size_t hide(grouping *g)
{
    size_t n = 0;
    int64_t guests;

    for (size_t i = 0, end; i < g->n; i = end) {
        end = end_of(g, i);
        if (guests_of(g, i, end) >= g->options->least_guests)
            continue;
        move_to_rest(g, i, end);
        n++;
    }
    sort(g);
    while (n && guests_of_rest(g) < g->options->least_guests) {
        size_t at = smallest(g, &guests);

        if (at == g->n)
            break;
        move_to_rest(g, at, end_of(g, at));
        sort(g);
        n++;
    }
    return n;
}

static lyt_status make_groups(grouping *g, size_t n_merged)
{
    for (size_t i = 0, end; i < g->n; i = end) {
        const entry *first = &g->entries[i];
        lyt_status status = lyt_mem_grow(g->out->alloc, &g->out->items, &g->out->cap, g->out->n + 1,
                                         sizeof *g->out->items);

        if (status)
            return status;
        end = end_of(g, i);
        g->out->items[g->out->n++] = (lyt_group){
            .name = first->is_rest ? no_name : first->name,
            .property = first->is_rest ? no_name : first->property,
            .is_rest = first->is_rest,
            .n_merged = first->is_rest ? n_merged : 0,
            .sums = sum_of(g, i, end),
        };
    }
    return LYT_OK;
}

static lyt_status find_messages(grouping *g)
{
    const lyt_chronicle *c = g->options->chronicle;

    g->messages = lyt_mem_array(g->out->alloc, c->n_records + 1, sizeof *g->messages);
    g->is_placed = lyt_mem_array(g->out->alloc, c->n_voices + 1, sizeof *g->is_placed);
    if (!g->messages || !g->is_placed)
        return LYT_ENOMEM;
    for (size_t i = 0; i < c->n_alarms; i++) {
        const lyt_voice *voice = lyt_chronicle_voice(c, c->alarms[i].message);

        if (voice && !g->messages[c->alarms[i].record])
            g->messages[c->alarms[i].record] = (size_t)(voice - c->voices) + 1;
    }
    return LYT_OK;
}

static lyt_status make(grouping *g)
{
    size_t n_merged = 0;
    lyt_status status = find_messages(g);

    if (!status)
        status = add_alarms(g);
    if (!status)
        status = add_records(g);
    if (!status)
        status = add_voices(g);
    if (!status)
        status = lyt_arena_status(g->out->names);
    if (status)
        return status;
    sort(g);
    g->guests = lyt_mem_array(g->out->alloc, g->n + 1, sizeof *g->guests);
    g->minutes = lyt_mem_array(g->out->alloc, g->n + 1, sizeof *g->minutes);
    if (!g->guests || !g->minutes)
        return LYT_ENOMEM;
    if (g->options->least_guests > 0)
        n_merged = hide(g);
    return make_groups(g, n_merged);
}

lyt_status lyt_groups_make(lyt_groups *out, const lyt_alloc *alloc,
                           const lyt_groups_options *options)
{
    lyt_groups groups = {.alloc = alloc};
    grouping g = {.options = options, .out = &groups};
    lyt_status status = lyt_arena_new(&groups.names, alloc, "groups", names_bytes);

    if (!status)
        status = make(&g);
    lyt_mem_free(alloc, g.entries);
    lyt_mem_free(alloc, g.guests);
    lyt_mem_free(alloc, g.minutes);
    lyt_mem_free(alloc, g.messages);
    lyt_mem_free(alloc, g.is_placed);
    if (status)
        lyt_groups_free(&groups);
    else
        *out = groups;
    return status;
}

void lyt_groups_free(lyt_groups *groups)
{
    lyt_arena_free(groups->names);
    lyt_mem_free(groups->alloc, groups->items);
}
