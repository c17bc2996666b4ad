/*
 * What time brings. Everything that is due is in the book; the earliest is done first,
 * and doing it moves its due time on, so that a tick ends.
 */
#include <string.h>

#include "pack.h"
#include "watch_inside.h"

typedef enum due_kind {
    DUE_NOTHING,
    DUE_HELD,
    DUE_PAUSE,
    DUE_ACK,
    DUE_REMIND,
    DUE_STEP,
    DUE_STALE,
    DUE_ANSWER,
    DUE_WARN,
    DUE_MISSED,
    DUE_APPROVAL,
    DUE_PROMISE,
    DUE_FIX,
    DUE_SILENCE,
} due_kind;

typedef struct due {
    int64_t at_us;
    due_kind kind;
    int64_t id; /* of the incident, offer or promise */
    int64_t which;
} due;

static void sooner(due *best, int64_t at_us, due_kind kind, int64_t id, int64_t which)
{
    if (at_us && at_us < best->at_us)
        *best = (due){at_us, kind, id, which};
}

static void case_due(const lyt_case *c, due *best)
{
    if (c->merged)
        return;
    sooner(best, c->held_until_us, DUE_HELD, c->id, 0);
    sooner(best, c->pause_until_us, DUE_PAUSE, c->id, 0);
    sooner(best, c->ack_until_us, DUE_ACK, c->id, 0);
    sooner(best, c->remind_us, DUE_REMIND, c->id, 0);
    sooner(best, c->step_us, DUE_STEP, c->id, 0);
    sooner(best, c->stale_us, DUE_STALE, c->id, 0);
    sooner(best, c->answer_due_us, DUE_ANSWER, c->id, 0);
    for (int kind = 0; !c->paused_at_us && kind < LYT_CLOCK_KIND_COUNT; kind++) {
        const lyt_case_clock *clock = &c->clocks[kind];

        if (!clock->started_us || clock->stopped_us)
            continue;
        if (!clock->is_warned && clock->warn_us < clock->due_us)
            sooner(best, clock->warn_us, DUE_WARN, c->id, kind);
        if (!clock->is_missed)
            sooner(best, clock->due_us, DUE_MISSED, c->id, kind);
    }
}

static due next_due(const lyt_book *book)
{
    due best = {.at_us = INT64_MAX};

    if (lyt_book_first_due(book))
        case_due(lyt_book_first_due(book), &best);
    for (size_t i = lyt_book_offers_first(book); i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);

        if (offer->state == LYT_OFFER_ASKED)
            sooner(&best, offer->due_us, DUE_APPROVAL, offer->id, 0);
    }
    for (size_t i = lyt_book_promises_first(book); i < lyt_book_promises(book); i++) {
        const lyt_promise *promise = lyt_book_promise_at(book, i);

        if (!promise->kept_us && !promise->is_late)
            sooner(&best, promise->due_us, DUE_PROMISE, promise->id, 0);
    }
    for (size_t i = lyt_book_silences_first(book); i < lyt_book_silences(book); i++) {
        const lyt_silence *silence = lyt_book_silence_at(book, i);

        if (!silence->is_ended)
            sooner(&best, silence->until_us, DUE_SILENCE, silence->id, 0);
    }
    for (size_t i = lyt_book_fixes_first(book); i < lyt_book_fixes(book); i++) {
        const lyt_fix *fix = lyt_book_fix_at(book, i);

        if (!fix->done_us && !fix->is_late)
            sooner(&best, fix->due_us, DUE_FIX, fix->id, 0);
    }
    return best;
}

int64_t lyt_watch_due(const lyt_watch *watch)
{
    return next_due(watch->book).at_us;
}

/* Reminders begin again at once; it is as if nobody had it. */
static lyt_status ack_over(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    bool is_with_somebody =
        c->state == LYT_INCIDENT_ACKNOWLEDGED || c->state == LYT_INCIDENT_IN_WORK;
    lyt_status status = lyt_round_timer(r, id, LYT_FACT_ACK_LIMITED, 0, 0);

    if (status || !is_with_somebody || !r->settings->remind_us)
        return status;
    return lyt_round_timer(r, id, LYT_FACT_REMIND, r->now_us, 0);
}

/* What is a danger to people is never forgotten, however often somebody was reminded. */
static lyt_status remind(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t sent = c->n_reminders + 1;
    bool goes_on = sent < r->settings->remind_max || c->severity == lyt_severity_max;
    int64_t next = goes_on ? r->now_us + r->settings->remind_us : 0;
    int64_t quiet = lyt_settings_quiet_until(r->settings, c->severity, r->now_us);
    lyt_status status;

    if (quiet)
        return lyt_round_timer(r, id, LYT_FACT_REMIND, quiet, c->n_reminders);
    status = lyt_round_timer(r, id, LYT_FACT_REMIND, next, sent);
    return status ? status : lyt_round_tell_all(r, id, LYT_NOTICE_REMINDER);
}

/* What can wait for the morning does not wake the next one either. */
static lyt_status step(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t quiet = lyt_settings_quiet_until(r->settings, c->severity, r->now_us);

    return quiet ? lyt_round_timer(r, id, LYT_FACT_LADDER, quiet, c->n_steps)
                 : lyt_round_step(r, id);
}

/*
 * Who is on duty for it now: a person before a team that answers as a whole, where nobody in
 * particular would have it; the manager when all that is left is the one who does nothing.
 */
static const char *next_owner(const lyt_round *r, const lyt_case *c)
{
    const char *whole = NULL;
    lyt_routed what = {.property = lyt_str_of(c->property),
                       .scenario = lyt_str_of(c->scenario),
                       .place = lyt_str_of(c->place),
                       .language = lyt_str_of(c->language),
                       .severity = c->severity,
                       .now_us = r->now_us};
    size_t found[lyt_routes_found_max];
    size_t n =
        lyt_route_find(r->settings->routes, r->settings->n_routes, r->settings->zone, &what, found);

    for (size_t i = 0; i < n; i++) {
        const lyt_route *route = &r->settings->routes[found[i]];

        for (size_t k = 0; k < route->n_to; k++) {
            const char *to = strcmp(route->to[k], "team") == 0 ? c->team : route->to[k];
            const char *who = lyt_settings_who(r->settings, r->book, to, r->now_us);

            if (strcmp(who, c->owner) == 0)
                continue;
            if (lyt_settings_person(r->settings, lyt_str_of(who)))
                return who;
            whole = whole ? whole : who;
        }
    }
    if (whole)
        return whole;
    return lyt_settings_who(r->settings, r->book, r->settings->manager, r->now_us);
}

static lyt_status stale(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t quiet = lyt_settings_quiet_until(r->settings, c->severity, r->now_us);
    const char *next = next_owner(r, c);
    char last[lyt_incident_text_max];
    lyt_status status;

    /* nobody is woken to be given something small */
    if (quiet)
        return lyt_round_timer(r, id, LYT_FACT_STALE, quiet, 0);
    memcpy(last, c->owner, sizeof last);
    /* with the manager already: there is nobody else, the manager hears of it again */
    status = lyt_round_timer(r, id, LYT_FACT_STALE, r->now_us + r->settings->stale_us, 0);
    if (!status && strcmp(next, last) != 0)
        status = lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_OWNED,
                                              .incident = id,
                                              .who = lyt_str_of(next),
                                              .text = LYT_STR("the owner did nothing")});
    if (!status)
        status = lyt_round_tell(r, id, next, LYT_NOTICE_OWNER, 0);
    if (!status && strcmp(next, last) != 0)
        status = lyt_round_tell(r, id, last, LYT_NOTICE_OWNER, 0);
    return status;
}

static lyt_status answer_over(const lyt_round *r, int64_t id)
{
    size_t from = r->out->n;
    lyt_status status = lyt_act_unanswered(r->book, id, r->now_us, r->out, r->err);

    if (!status)
        status = lyt_watch_after(r->watch, from, r->out, r->err);
    if (status || lyt_book_find(r->book, id)->state == LYT_INCIDENT_CLOSED)
        return status;
    return lyt_round_tell(r, id, lyt_book_find(r->book, id)->owner, LYT_NOTICE_CAUSE, 0);
}

/*
 * What is held back is missed all the same, and nobody is told of it before the alarm; nor is
 * whoever has something small woken by it.
 */
static lyt_status clock_tells(const lyt_round *r, int64_t id, int64_t kind, bool is_missed)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    bool is_held = (lyt_round_is_waiting(c) && lyt_round_is_held(r, c)) ||
                   lyt_settings_quiet_until(r->settings, c->severity, r->now_us);
    char owner[lyt_incident_text_max];
    lyt_notice notice = is_missed ? LYT_NOTICE_MISSED : LYT_NOTICE_WARNING;
    lyt_status status = lyt_round_emit(
        r, (lyt_fact){.kind = is_missed ? LYT_FACT_CLOCK_MISSED : LYT_FACT_CLOCK_WARNED,
                      .incident = id,
                      .which = kind});

    memcpy(owner, lyt_book_find(r->book, id)->owner, sizeof owner);
    if (!status && !is_held)
        status = lyt_round_tell(r, id, owner, notice, kind);
    if (!status && !is_held && is_missed)
        status = lyt_round_tell(r, id, r->settings->manager, notice, kind);
    return status;
}

static bool was_told(const lyt_book *book, int64_t id, const char *who, lyt_notice notice)
{
    for (size_t i = lyt_book_told_from(book, id); i < lyt_book_told(book); i++) {
        const lyt_told *told = lyt_book_told_at(book, i);

        if (told->incident == id && told->last == (int64_t)notice && strcmp(told->who, who) == 0)
            return true;
    }
    return false;
}

static lyt_status approval_over(const lyt_round *r, int64_t offer_id)
{
    const lyt_offer *offer = lyt_book_offer_at(r->book, (size_t)offer_id - 1);
    int64_t id = offer->incident;
    const char *to;
    lyt_status status = lyt_authority_raise(r->book, &r->settings->authority, r->settings->zone,
                                            offer_id, r->now_us, r->out, r->err);

    if (status)
        return status;
    offer = lyt_book_offer_at(r->book, (size_t)offer_id - 1);
    to = r->settings->authority.ask[offer->role];
    status =
        lyt_round_tell(r, id, to ? to : r->settings->manager, LYT_NOTICE_APPROVAL, offer->role);
    if (status || was_told(r->book, id, LYT_WATCH_GUEST, LYT_NOTICE_HOLDING))
        return status;
    return lyt_round_tell_guest(r, id, LYT_NOTICE_HOLDING);
}

static lyt_status promise_over(const lyt_round *r, int64_t promise_id)
{
    lyt_promise promise = *lyt_book_promise_at(r->book, (size_t)promise_id - 1);
    lyt_status status = lyt_round_emit(
        r, (lyt_fact){.kind = LYT_FACT_LATE, .incident = promise.incident, .other = promise.id});

    if (!status)
        status = lyt_round_tell(r, promise.incident, promise.by, LYT_NOTICE_PROMISE, promise.id);
    if (!status)
        status = lyt_round_tell(r, promise.incident, r->settings->manager, LYT_NOTICE_PROMISE,
                                promise.id);
    return status;
}

static lyt_status act_on(const lyt_round *r, const due *what)
{
    switch (what->kind) {
    case DUE_HELD:
        return lyt_round_alarm(r, what->id);
    case DUE_PAUSE:
        return lyt_round_resume(r, what->id, (lyt_str){"", 0});
    case DUE_ACK:
        return ack_over(r, what->id);
    case DUE_REMIND:
        return remind(r, what->id);
    case DUE_STEP:
        return step(r, what->id);
    case DUE_STALE:
        return stale(r, what->id);
    case DUE_ANSWER:
        return answer_over(r, what->id);
    case DUE_WARN:
        return clock_tells(r, what->id, what->which, false);
    case DUE_MISSED:
        return clock_tells(r, what->id, what->which, true);
    case DUE_APPROVAL:
        return approval_over(r, what->id);
    case DUE_PROMISE:
        return promise_over(r, what->id);
    case DUE_SILENCE:
        return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_UNSILENCED, .other = what->id});
    case DUE_FIX:
        return lyt_round_fix_late(r, what->id);
    case DUE_NOTHING:
        break;
    }
    return LYT_OK;
}

lyt_status lyt_watch_tick(const lyt_watch *watch, int64_t now_us, lyt_facts *out, lyt_error *err)
{
    lyt_round r = lyt_round_of(watch, now_us, out, err);
    size_t point = lyt_book_point(watch->book), n = out->n;
    lyt_status status = LYT_OK;

    for (;;) {
        due what = next_due(watch->book);

        if (what.at_us > now_us)
            break;
        status = act_on(&r, &what);
        if (status)
            break;
    }
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}
