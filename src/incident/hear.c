#include "hear.h"

#include <string.h>

enum { severity_top = 4 };

static const int64_t minute_us = 60 * (int64_t)1000000;
/* How far a clock may have stepped back between two changes in a chain (book.h). */
static const int64_t step_us = 120 * 60 * (int64_t)1000000;

lyt_grouping lyt_grouping_default(void)
{
    return (lyt_grouping){
        .window_us = 120 * minute_us,
        .guest_window_us = 24 * 60 * minute_us,
        .reopen_us = 10 * minute_us,
        .repeat_us = 90 * 24 * 60 * minute_us,
        .parent_us = 30 * minute_us,
        .parent_places = 3,
    };
}

typedef enum match { MATCH_NONE, MATCH_PLACE, MATCH_GUEST } match;

static bool is(const char *text, lyt_str other)
{
    return lyt_str_equal(lyt_str_of(text), other);
}

static bool same_kind(const lyt_case *c, const lyt_hearing *heard)
{
    return c->is_drill == heard->is_drill && is(c->scenario, heard->scenario) &&
           is(c->property, heard->property);
}

static match match_of(const lyt_case *c, const lyt_hearing *heard)
{
    if (!same_kind(c, heard))
        return MATCH_NONE;
    if (heard->guest.len && is(c->guest, heard->guest))
        return MATCH_GUEST;
    if (is(c->place, heard->place)) {
        bool strangers = heard->guest.len && c->guest[0];

        return c->place[0] || !strangers ? MATCH_PLACE : MATCH_NONE;
    }
    for (size_t i = 0; c->place[0] && i < heard->n_areas; i++)
        if (is(c->place, heard->areas[i]))
            return MATCH_PLACE;
    return MATCH_NONE;
}

static bool is_worked_on(lyt_incident_state state)
{
    return state == LYT_INCIDENT_NEW || state == LYT_INCIDENT_ACKNOWLEDGED ||
           state == LYT_INCIDENT_IN_WORK || state == LYT_INCIDENT_REOPENED;
}

typedef enum fate { FATE_NONE, FATE_JOIN, FATE_REOPEN } fate;

static fate fate_of(const lyt_case *c, const lyt_hearing *heard, const lyt_grouping *grouping)
{
    match m = match_of(c, heard);
    int64_t window = m == MATCH_GUEST ? grouping->guest_window_us : grouping->window_us;
    bool recent = heard->now_us - c->heard_us <= window;

    if (m == MATCH_NONE || c->merged)
        return FATE_NONE;
    switch (c->state) {
    case LYT_INCIDENT_NEW:
    case LYT_INCIDENT_ACKNOWLEDGED:
    case LYT_INCIDENT_IN_WORK:
    case LYT_INCIDENT_REOPENED:
        return recent ? FATE_JOIN : FATE_NONE;
    case LYT_INCIDENT_REMEDIED:
    case LYT_INCIDENT_CONFIRMED:
        /* long work must not make a stranger of the guest it was done for */
        return recent || heard->now_us - c->remedied_us <= window ? FATE_REOPEN : FATE_NONE;
    case LYT_INCIDENT_CLOSED:
        return heard->now_us - c->closed_us <= grouping->reopen_us ? FATE_REOPEN : FATE_NONE;
    case LYT_INCIDENT_VOID:
    case LYT_INCIDENT_STATE_COUNT:
        break;
    }
    return FATE_NONE;
}

/* Whether what would have joined it is one more word on what it went into, and that is going on. */
static bool goes_on_elsewhere(const lyt_book *book, const lyt_case *c, const lyt_hearing *heard,
                              const lyt_grouping *grouping)
{
    match m = match_of(c, heard);
    int64_t window = m == MATCH_GUEST ? grouping->guest_window_us : grouping->window_us;
    const lyt_case *home = lyt_book_find(book, lyt_book_root(book, c->id));

    return c->merged && m != MATCH_NONE && heard->now_us - c->heard_us <= window &&
           same_kind(home, heard) && is_worked_on(home->state);
}

static int more(int a, int b)
{
    return a > b ? a : b;
}

static bool becomes_danger(const lyt_case *c, int severity)
{
    return c->severity < severity_top && severity >= severity_top;
}

static lyt_status join(lyt_book *book, const lyt_case *c, const lyt_hearing *heard, bool reopens,
                       lyt_facts *out, lyt_error *err)
{
    lyt_fact fact = {.kind = LYT_FACT_HEARD,
                     .incident = c->id,
                     .at_us = heard->now_us,
                     .other = heard->message,
                     .number = more(c->severity, heard->severity),
                     /* one that is reopened speaks anyhow */
                     .which = !reopens && becomes_danger(c, heard->severity),
                     .by = heard->by};
    lyt_status status = lyt_book_emit(book, out, &fact, err);

    if (status || !reopens)
        return status;
    fact = (lyt_fact){.kind = LYT_FACT_MOVED,
                      .incident = c->id,
                      .at_us = heard->now_us,
                      .which = LYT_INCIDENT_REOPENED,
                      .by = heard->by,
                      .text = LYT_STR("heard of again")};
    return lyt_book_emit(book, out, &fact, err);
}

/* Whether all that follows in the chain was last changed before the time that counts. */
static bool is_past(const lyt_case *c, int64_t now_us, int64_t counts_us)
{
    return now_us - c->updated_us - step_us > counts_us;
}

/* The guest's last failure of the kind before this one; NULL: none that counts. */
static const lyt_case *earlier(const lyt_book *book, const lyt_hearing *heard, int64_t but,
                               int64_t repeat_us)
{
    const lyt_case *last = NULL, *c;

    if (!heard->guest.len)
        return NULL;
    c = lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, heard->guest));
    for (; c && !is_past(c, heard->now_us, repeat_us);
         c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c))
        if (c->id != but && (!last || c->id > last->id) && !c->is_drill &&
            c->state != LYT_INCIDENT_VOID && is(c->guest, heard->guest) &&
            is(c->scenario, heard->scenario) && heard->now_us - c->heard_us <= repeat_us)
            last = c;
    return last;
}

static lyt_status open_new(lyt_book *book, const lyt_hearing *heard, const lyt_grouping *grouping,
                           lyt_facts *out, int64_t *incident, lyt_error *err)
{
    int64_t id = lyt_book_next_id(book);
    const lyt_case *last = earlier(book, heard, id, grouping->repeat_us);
    int64_t before = last ? last->id : 0; /* opening moves the incidents in memory */
    lyt_fact fact = {.kind = LYT_FACT_OPENED,
                     .incident = id,
                     .at_us = heard->now_us,
                     .other = heard->message,
                     .number = heard->severity,
                     .which = heard->is_drill ? 2 : 0,
                     .by = heard->by,
                     .who = heard->owner,
                     .property = heard->property,
                     .scenario = heard->scenario,
                     .team = heard->team,
                     .place = heard->place,
                     .guest = heard->guest,
                     .language = heard->language};
    lyt_status status = lyt_book_emit(book, out, &fact, err);

    *incident = id;
    if (status || !before)
        return status;
    fact = (lyt_fact){.kind = LYT_FACT_REPEAT,
                      .incident = id,
                      .at_us = heard->now_us,
                      .other = before,
                      .number =
                          heard->severity < severity_top ? heard->severity + 1 : heard->severity};
    return lyt_book_emit(book, out, &fact, err);
}

static lyt_status link(lyt_book *book, int64_t child, int64_t parent, int64_t now_us,
                       lyt_facts *out, lyt_error *err)
{
    lyt_fact fact = {.kind = LYT_FACT_LINKED, .incident = child, .at_us = now_us, .other = parent};

    return lyt_book_emit(book, out, &fact, err);
}

static bool is_fresh(const lyt_case *c, const lyt_hearing *heard, const lyt_grouping *grouping)
{
    return lyt_case_is_open(c) && same_kind(c, heard) &&
           heard->now_us - c->heard_us <= grouping->parent_us;
}

/* The next fresh one of the kind from c on; NULL: none. */
static const lyt_case *fresh(const lyt_book *book, const lyt_case *c, const lyt_hearing *heard,
                             const lyt_grouping *grouping)
{
    while (c && !is_fresh(c, heard, grouping))
        c = is_past(c, heard->now_us, grouping->parent_us)
                ? NULL
                : lyt_book_chain_next(book, LYT_CHAIN_KIND, c);
    return c;
}

static const lyt_case *fresh_first(const lyt_book *book, const lyt_hearing *heard,
                                   const lyt_grouping *grouping)
{
    uint64_t kind = lyt_chain_key_kind(heard->property, heard->scenario, heard->is_drill);

    return fresh(book, lyt_book_chain(book, kind), heard, grouping);
}

static const lyt_case *fresh_next(const lyt_book *book, const lyt_case *c, const lyt_hearing *heard,
                                  const lyt_grouping *grouping)
{
    return fresh(book, lyt_book_chain_next(book, LYT_CHAIN_KIND, c), heard, grouping);
}

/* Whether one of the fresh incidents before it in the chain has the same place. */
static bool seen_before(const lyt_book *book, const lyt_case *c, const lyt_hearing *heard,
                        const lyt_grouping *grouping)
{
    const lyt_case *other = fresh_first(book, heard, grouping);

    for (; other && other != c; other = fresh_next(book, other, heard, grouping))
        if (strcmp(other->place, c->place) == 0)
            return true;
    return false;
}

/* The first fresh child-to-be above that number; 0: none. */
static int64_t next_child(const lyt_book *book, const lyt_hearing *heard,
                          const lyt_grouping *grouping, int64_t above, int64_t below)
{
    const lyt_case *c = fresh_first(book, heard, grouping);
    int64_t first = 0;

    for (; c; c = fresh_next(book, c, heard, grouping))
        if (c->id > above && c->id < below && (!first || c->id < first) && c->place[0] &&
            !c->parent)
            first = c->id;
    return first;
}

static lyt_status open_parent(lyt_book *book, const lyt_hearing *heard,
                              const lyt_grouping *grouping, lyt_facts *out, lyt_error *err)
{
    int64_t id = lyt_book_next_id(book), child;
    lyt_fact fact = {.kind = LYT_FACT_OPENED,
                     .incident = id,
                     .at_us = heard->now_us,
                     .which = 1,
                     .who = heard->owner,
                     .property = heard->property,
                     .scenario = heard->scenario,
                     .team = heard->team,
                     .language = heard->language};
    const lyt_case *c = fresh_first(book, heard, grouping);
    lyt_status status;

    for (; c; c = fresh_next(book, c, heard, grouping))
        fact.number = more((int)fact.number, c->severity);
    status = lyt_book_emit(book, out, &fact, err);
    child = next_child(book, heard, grouping, 0, id);
    for (; !status && child; child = next_child(book, heard, grouping, child, id))
        status = link(book, child, id, heard->now_us, out, err);
    return status;
}

/* One incident more with a place: it goes to its parent, or is the one that makes one. */
static lyt_status gather(lyt_book *book, const lyt_hearing *heard, int64_t child,
                         const lyt_grouping *grouping, lyt_facts *out, lyt_error *err)
{
    const lyt_case *c = fresh_first(book, heard, grouping);
    int64_t places = 0, parent = 0;

    for (; c && !parent; c = fresh_next(book, c, heard, grouping)) {
        if (c->is_parent)
            parent = c->id;
        else
            places += c->place[0] && !seen_before(book, c, heard, grouping);
    }
    if (parent) {
        const lyt_case *one = lyt_book_find(book, parent), *other = lyt_book_find(book, child);
        lyt_fact fact = {.kind = LYT_FACT_HEARD,
                         .incident = parent,
                         .at_us = heard->now_us,
                         .number = more(one->severity, other->severity),
                         .which = becomes_danger(one, other->severity)};
        lyt_status status = lyt_book_emit(book, out, &fact, err);

        return status ? status : link(book, child, parent, heard->now_us, out, err);
    }
    return places >= grouping->parent_places ? open_parent(book, heard, grouping, out, err)
                                             : LYT_OK;
}

typedef struct search {
    const lyt_book *book;
    const lyt_hearing *heard;
    const lyt_grouping *grouping;
    bool among_merged; /* else among all others */
    const lyt_case *found;
} search;

static bool belongs(const search *s, const lyt_case *c)
{
    return s->among_merged ? goes_on_elsewhere(s->book, c, s->heard, s->grouping)
                           : fate_of(c, s->heard, s->grouping) != FATE_NONE;
}

/* The newest in the chain that the message belongs to, if it is newer than what was found. */
static void look(search *s, lyt_chain chain, uint64_t key)
{
    const lyt_grouping *grouping = s->grouping;
    int64_t counts_us = grouping->window_us > grouping->guest_window_us ? grouping->window_us
                                                                        : grouping->guest_window_us;
    const lyt_case *c = lyt_book_chain(s->book, key);

    counts_us = counts_us > grouping->reopen_us ? counts_us : grouping->reopen_us;
    for (; c && !is_past(c, s->heard->now_us, counts_us);
         c = lyt_book_chain_next(s->book, chain, c))
        if ((!s->found || c->id > s->found->id) && belongs(s, c))
            s->found = c;
}

/* Newest: with several it is the one that is going on. NULL: it belongs to none. */
static const lyt_case *belongs_to(const lyt_book *book, const lyt_hearing *heard,
                                  const lyt_grouping *grouping, bool among_merged)
{
    uint64_t kind = lyt_chain_key_kind(heard->property, heard->scenario, heard->is_drill);
    search s = {book, heard, grouping, among_merged, NULL};

    if (heard->guest.len)
        look(&s, LYT_CHAIN_GUEST, lyt_chain_key(LYT_CHAIN_GUEST, heard->guest));
    look(&s, LYT_CHAIN_PLACE, lyt_chain_key_place(kind, heard->place, false));
    /* nowhere in particular, and nobody in particular: whoever it was before may be meant */
    if (!heard->place.len && !heard->guest.len)
        look(&s, LYT_CHAIN_PLACE, lyt_chain_key_place(kind, heard->place, true));
    for (size_t i = 0; i < heard->n_areas; i++)
        look(&s, LYT_CHAIN_PLACE, lyt_chain_key_place(kind, heard->areas[i], false));
    return s.found;
}

static lyt_status hear(lyt_book *book, const lyt_hearing *heard, const lyt_grouping *grouping,
                       lyt_facts *out, int64_t *incident, lyt_error *err)
{
    const lyt_case *c;
    lyt_status status;

    if (!heard->owner.len)
        return lyt_error_set(err, LYT_EINVAL, "an incident is opened for somebody; name an owner");
    c = belongs_to(book, heard, grouping, false);
    if (c) {
        *incident = c->id;
        return join(book, c, heard, fate_of(c, heard, grouping) == FATE_REOPEN, out, err);
    }
    c = belongs_to(book, heard, grouping, true);
    if (c) {
        c = lyt_book_find(book, lyt_book_root(book, c->id));
        *incident = c->id;
        return join(book, c, heard, false, out, err);
    }
    status = open_new(book, heard, grouping, out, incident, err);
    if (status || !heard->place.len || !grouping->parent_us || heard->is_drill)
        return status;
    return gather(book, heard, *incident, grouping, out, err);
}

lyt_status lyt_book_hear(lyt_book *book, const lyt_hearing *heard, const lyt_grouping *grouping,
                         lyt_facts *out, int64_t *incident, lyt_error *err)
{
    size_t before = lyt_book_point(book), n = out->n;
    int64_t id = 0;
    lyt_status status = hear(book, heard, grouping, out, &id, err);

    if (status) {
        lyt_book_back_to(book, before);
        out->n = n;
        return status;
    }
    *incident = id;
    return LYT_OK;
}

bool lyt_book_may_ask_review(const lyt_book *book, lyt_str guest)
{
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, guest));

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c))
        if (is(c->guest, guest) && !c->merged &&
            (lyt_incident_is_open(c->state) || c->is_unconfirmed))
            return false;
    return true;
}
