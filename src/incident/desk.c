#include "desk.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

/*
 * Incidents in an array ordered by id, and beside it a hash of what a message must
 * match to join (property, scenario, place): looking for a match reads eight
 * bytes an incident, so that a house that never closes a case stays quick.
 *
 * Undo is a log of what was before, written ahead of each change and played
 * backwards; a mark empties it.
 */
typedef enum undo_kind { UNDO_ADDED, UNDO_CHANGED, UNDO_REMOVED } undo_kind;

typedef struct undo {
    undo_kind kind;
    lyt_incident before;
} undo;

struct lyt_desk {
    const lyt_alloc *alloc;
    lyt_incident *incidents;
    uint64_t *keys;
    size_t n, cap, cap_keys;
    int64_t next_id, next_id_marked;
    undo *log;
    size_t n_log, cap_log;
};

lyt_status lyt_desk_new(lyt_desk **out, const lyt_alloc *alloc, int64_t next_id)
{
    lyt_desk *desk = lyt_mem_new(alloc, sizeof *desk);

    if (!desk)
        return LYT_ENOMEM;
    desk->alloc = alloc;
    desk->next_id = desk->next_id_marked = next_id;
    *out = desk;
    return LYT_OK;
}

void lyt_desk_free(lyt_desk *desk)
{
    if (!desk)
        return;
    lyt_mem_free(desk->alloc, desk->incidents);
    lyt_mem_free(desk->alloc, desk->keys);
    lyt_mem_free(desk->alloc, desk->log);
    lyt_mem_free(desk->alloc, desk);
}

static uint64_t key_of(lyt_str property, lyt_str scenario, lyt_str place)
{
    return lyt_hash_str(property, lyt_hash_str(scenario, lyt_hash_str(place, 0)));
}

/* Room in the log, so that the change that follows can be taken back. */
static lyt_status remember(lyt_desk *desk, undo_kind kind, const lyt_incident *before)
{
    lyt_status status =
        lyt_mem_grow(desk->alloc, &desk->log, &desk->cap_log, desk->n_log + 1, sizeof *desk->log);

    if (!status)
        desk->log[desk->n_log++] = (undo){kind, *before};
    return status;
}

/* Where id is, or where it belongs. */
static size_t place_of(const lyt_desk *desk, int64_t id)
{
    size_t low = 0, high = desk->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (desk->incidents[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool holds(const lyt_desk *desk, size_t at, int64_t id)
{
    return at < desk->n && desk->incidents[at].id == id;
}

static lyt_status make_room(lyt_desk *desk)
{
    lyt_status status = lyt_mem_grow(desk->alloc, &desk->incidents, &desk->cap, desk->n + 1,
                                     sizeof *desk->incidents);

    return status ? status
                  : lyt_mem_grow(desk->alloc, &desk->keys, &desk->cap_keys, desk->n + 1,
                                 sizeof *desk->keys);
}

/* There is room and no incident of that id. */
static void put(lyt_desk *desk, const lyt_incident *incident)
{
    size_t at = place_of(desk, incident->id), after = desk->n - at;

    memmove(desk->incidents + at + 1, desk->incidents + at, after * sizeof *desk->incidents);
    memmove(desk->keys + at + 1, desk->keys + at, after * sizeof *desk->keys);
    desk->incidents[at] = *incident;
    desk->keys[at] = key_of(lyt_str_of(incident->property), lyt_str_of(incident->scenario),
                            lyt_str_of(incident->place));
    desk->n++;
}

static void drop(lyt_desk *desk, int64_t id)
{
    size_t at = place_of(desk, id), after = --desk->n - at;

    memmove(desk->incidents + at, desk->incidents + at + 1, after * sizeof *desk->incidents);
    memmove(desk->keys + at, desk->keys + at + 1, after * sizeof *desk->keys);
}

lyt_status lyt_desk_restore(lyt_desk *desk, const lyt_incident *incident)
{
    lyt_status status;

    if (holds(desk, place_of(desk, incident->id), incident->id))
        return LYT_EEXISTS;
    status = make_room(desk);
    if (status)
        return status;
    put(desk, incident);
    if (incident->id >= desk->next_id)
        desk->next_id = desk->next_id_marked = incident->id + 1;
    return LYT_OK;
}

static bool same(const lyt_incident *incident, const lyt_heard *heard)
{
    return lyt_str_equal(lyt_str_of(incident->scenario), heard->scenario) &&
           lyt_str_equal(lyt_str_of(incident->property), heard->property) &&
           lyt_str_equal(lyt_str_of(incident->place), heard->place);
}

static bool copy(char out[lyt_incident_text_max], lyt_str text)
{
    if (text.len >= lyt_incident_text_max)
        return false;
    if (text.len)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return true;
}

static lyt_status open_new(lyt_desk *desk, const lyt_heard *heard, const lyt_incident **incident)
{
    lyt_incident fresh = {
        .id = desk->next_id,
        .state = LYT_INCIDENT_NEW,
        .severity = heard->severity,
        .opened_us = heard->now_us,
        .updated_us = heard->now_us,
        .last_message_us = heard->now_us,
        .n_messages = 1,
    };
    lyt_status status;

    if (!copy(fresh.scenario, heard->scenario) || !copy(fresh.team, heard->team) ||
        !copy(fresh.property, heard->property) || !copy(fresh.place, heard->place))
        return LYT_ELIMIT;
    status = make_room(desk);
    if (!status)
        status = remember(desk, UNDO_ADDED, &fresh);
    if (status)
        return status;
    put(desk, &fresh);
    desk->next_id++;
    *incident = &desk->incidents[desk->n - 1]; /* the highest id is the last */
    return LYT_OK;
}

lyt_status lyt_desk_hear(lyt_desk *desk, const lyt_heard *heard, lyt_desk_outcome *outcome,
                         const lyt_incident **incident)
{
    uint64_t key = key_of(heard->property, heard->scenario, heard->place);
    lyt_status status;

    /* newest first: with several it is the one that is going on */
    for (size_t i = desk->n; i-- > 0;) {
        lyt_incident *open = &desk->incidents[i];

        if (desk->keys[i] != key || !same(open, heard) ||
            heard->now_us - open->last_message_us > heard->window_us)
            continue;
        status = remember(desk, UNDO_CHANGED, open);
        if (status)
            return status;
        open->n_messages++;
        if (heard->now_us > open->last_message_us)
            open->last_message_us = heard->now_us;
        open->updated_us = open->last_message_us;
        if (heard->severity > open->severity)
            open->severity = heard->severity;
        *outcome = LYT_DESK_JOINED;
        *incident = open;
        return LYT_OK;
    }
    *outcome = LYT_DESK_OPENED;
    return open_new(desk, heard, incident);
}

lyt_status lyt_desk_move(lyt_desk *desk, int64_t id, lyt_incident_state to, lyt_str by,
                         int64_t now_us, lyt_incident *incident, lyt_error *err)
{
    size_t at = place_of(desk, id);
    lyt_incident moved;
    lyt_status status;

    if (!holds(desk, at, id))
        return lyt_error_set(err, LYT_ENOTFOUND, "no open incident %lld", (long long)id);
    moved = desk->incidents[at];
    status = lyt_incident_move(&moved, to, by, now_us, err);
    if (status)
        return status;
    status = remember(desk, lyt_incident_is_open(to) ? UNDO_CHANGED : UNDO_REMOVED,
                      &desk->incidents[at]);
    if (status)
        return lyt_error_set(err, status, "no memory to move incident %lld", (long long)id);
    if (lyt_incident_is_open(to))
        desk->incidents[at] = moved;
    else
        drop(desk, id);
    *incident = moved;
    return LYT_OK;
}

const lyt_incident *lyt_desk_find(const lyt_desk *desk, int64_t id)
{
    size_t at = place_of(desk, id);

    return holds(desk, at, id) ? &desk->incidents[at] : NULL;
}

size_t lyt_desk_size(const lyt_desk *desk)
{
    return desk->n;
}

int64_t lyt_desk_next_id(const lyt_desk *desk)
{
    return desk->next_id;
}

void lyt_desk_mark(lyt_desk *desk)
{
    desk->n_log = 0;
    desk->next_id_marked = desk->next_id;
}

void lyt_desk_rollback(lyt_desk *desk)
{
    while (desk->n_log) {
        const undo *last = &desk->log[--desk->n_log];

        switch (last->kind) {
        case UNDO_ADDED:
            drop(desk, last->before.id);
            break;
        case UNDO_CHANGED:
            desk->incidents[place_of(desk, last->before.id)] = last->before;
            break;
        case UNDO_REMOVED:
            put(desk, &last->before); /* its room is still there: arrays never shrink */
            break;
        }
    }
    desk->next_id = desk->next_id_marked;
}
