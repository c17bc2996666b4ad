#include "watch.h"

#include <string.h>

#include "watch_inside.h"

static const char *const notices[] = {
#define X(name, text) text,
    LYT_NOTICES(X)
#undef X
};

const char *lyt_notice_name(lyt_notice notice)
{
    return notice < LYT_NOTICE_COUNT ? notices[notice] : "unknown";
}

lyt_round lyt_round_of(const lyt_watch *watch, int64_t now_us, lyt_facts *out, lyt_error *err)
{
    return (lyt_round){watch, watch->settings, watch->book, out, now_us, err};
}

lyt_status lyt_round_emit(const lyt_round *r, lyt_fact fact)
{
    fact.at_us = r->now_us;
    return lyt_book_emit(r->book, r->out, &fact, r->err);
}

lyt_status lyt_round_timer(const lyt_round *r, int64_t id, lyt_fact_kind kind, int64_t due_us,
                           int64_t number)
{
    return lyt_round_emit(
        r, (lyt_fact){.kind = kind, .incident = id, .due_us = due_us, .number = number});
}

static lyt_str first_channel(const lyt_settings *settings, const char *who)
{
    const lyt_person *person = lyt_settings_person(settings, lyt_str_of(who));

    return person && person->channels.n ? lyt_str_of(person->channels.item[0]) : LYT_STR("bus");
}

lyt_status lyt_round_tell(const lyt_round *r, int64_t id, const char *to, lyt_notice notice,
                          int64_t step)
{
    const char *who = lyt_settings_who(r->settings, r->book, to, r->now_us);

    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_TOLD,
                                        .incident = id,
                                        .which = notice,
                                        .number = step,
                                        .who = lyt_str_of(who),
                                        .text = first_channel(r->settings, who)});
}

lyt_status lyt_round_tell_guest(const lyt_round *r, int64_t id, lyt_notice notice)
{
    /* a drill never reaches a guest */
    if (lyt_book_find(r->book, id)->is_drill)
        return LYT_OK;
    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_TOLD,
                                        .incident = id,
                                        .which = notice,
                                        .who = LYT_STR(LYT_WATCH_GUEST),
                                        .text = LYT_STR(LYT_WATCH_REPLY)});
}

lyt_status lyt_round_tell_all(const lyt_round *r, int64_t id, lyt_notice notice)
{
    size_t n = lyt_book_told(r->book);
    lyt_status status = LYT_OK;

    for (size_t i = lyt_book_told_from(r->book, id); !status && i < n; i++) {
        lyt_told told = *lyt_book_told_at(r->book, i);

        if (told.incident != id || strcmp(told.who, LYT_WATCH_GUEST) == 0 ||
            (told.last == (int64_t)notice && notice != LYT_NOTICE_REMINDER))
            continue;
        status = lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_TOLD,
                                              .incident = id,
                                              .which = notice,
                                              .who = lyt_str_of(told.who),
                                              .text = lyt_str_of(told.channel)});
    }
    return status;
}

bool lyt_round_is_waiting(const lyt_case *c)
{
    return !c->merged && (c->state == LYT_INCIDENT_NEW || c->state == LYT_INCIDENT_REOPENED);
}

/* Why the alarm has to wait, and until when (0: until something else happens). */
static lyt_held held(const lyt_round *r, const lyt_case *c, int64_t *until_us, int64_t *silence)
{
    enum { never_held = 4 };
    const lyt_case *parent = lyt_book_find(r->book, c->parent);
    const lyt_silence *s = lyt_round_silence(r, c);
    int64_t quiet = lyt_settings_quiet_until(r->settings, c->severity, r->now_us);

    *until_us = *silence = 0;
    if (parent && lyt_case_is_open(parent))
        return LYT_HELD_PARENT;
    if (c->severity >= never_held)
        return LYT_HELD_NOT;
    if (s) {
        *until_us = s->until_us;
        *silence = s->id;
        return LYT_HELD_SILENCE;
    }
    *until_us = quiet;
    return quiet ? LYT_HELD_QUIET : LYT_HELD_NOT;
}

bool lyt_round_is_held(const lyt_round *r, const lyt_case *c)
{
    int64_t until_us, silence;

    return held(r, c, &until_us, &silence) != LYT_HELD_NOT;
}

static size_t find_routes(const lyt_round *r, const lyt_case *c, size_t found[lyt_routes_found_max])
{
    lyt_routed what = {.property = lyt_str_of(c->property),
                       .scenario = lyt_str_of(c->scenario),
                       .place = lyt_str_of(c->place),
                       .language = lyt_str_of(c->language),
                       .severity = c->severity,
                       .now_us = r->now_us};

    return lyt_route_find(r->settings->routes, r->settings->n_routes, r->settings->zone, &what,
                          found);
}

static const lyt_ladder *ladder_of(const lyt_round *r, const lyt_case *c)
{
    size_t found[lyt_routes_found_max], n = find_routes(r, c, found);

    for (size_t i = 0; i < n; i++)
        if (r->settings->routes[found[i]].ladder)
            return lyt_settings_ladder(r->settings, r->settings->routes[found[i]].ladder);
    return NULL;
}

/* "team" in a route's `to` is the team that the scenario names. */
static const char *target(const lyt_case *c, const char *to)
{
    return strcmp(to, "team") == 0 ? c->team : to;
}

/* Whether a fact from that one on says that they were told. */
static bool has_been_told(const lyt_round *r, size_t from, const char *who)
{
    for (size_t i = from; i < r->out->n; i++)
        if (r->out->items[i].kind == LYT_FACT_TOLD &&
            lyt_str_equal(r->out->items[i].who, lyt_str_of(who)))
            return true;
    return false;
}

/* Whose turn it is in a team that takes turns was found when it opened: that is the owner. */
static const char *receiver(const lyt_round *r, const lyt_case *c, const char *to)
{
    const lyt_crew *team = lyt_settings_team(r->settings, lyt_str_of(to));

    for (size_t i = 0; team && i < team->people.n; i++)
        if (team->share != LYT_SHARE_ALL && strcmp(team->people.item[i], c->owner) == 0)
            return team->people.item[i];
    return lyt_settings_who(r->settings, r->book, to, r->now_us);
}

/*
 * Whoever stands in several of them, or is on duty for several, hears of it once; and a person whose
 * it is hears of it whatever the routes say.
 */
lyt_status lyt_round_tell_routes(const lyt_round *r, int64_t id, lyt_notice notice)
{
    size_t found[lyt_routes_found_max], from = r->out->n;
    const lyt_person *owner;
    size_t n = find_routes(r, lyt_book_find(r->book, id), found);
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < n; i++) {
        const lyt_route *route = &r->settings->routes[found[i]];

        for (size_t k = 0; !status && k < route->n_to; k++) {
            const lyt_case *c = lyt_book_find(r->book, id);
            const char *who = receiver(r, c, target(c, route->to[k]));

            if (!has_been_told(r, from, who))
                status = lyt_round_tell(r, id, who, notice, 0);
        }
    }
    owner = lyt_settings_person(r->settings, lyt_str_of(lyt_book_find(r->book, id)->owner));
    if (!status && owner && !has_been_told(r, from, owner->id))
        status = lyt_round_tell(r, id, owner->id, notice, 0);
    return status;
}

static lyt_status arm(const lyt_round *r, int64_t id)
{
    const lyt_ladder *ladder = ladder_of(r, lyt_book_find(r->book, id));
    int64_t remind =
        r->settings->remind_us && r->settings->remind_max ? r->now_us + r->settings->remind_us : 0;
    lyt_status status = lyt_round_timer(r, id, LYT_FACT_REMIND, remind, 0);

    if (status || !ladder || !ladder->n)
        return status;
    return lyt_round_timer(r, id, LYT_FACT_LADDER, r->now_us + ladder->steps[0].after_us, 0);
}

static lyt_status hold(const lyt_round *r, int64_t id, lyt_held why, int64_t until_us,
                       int64_t silence)
{
    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_HELD,
                                        .incident = id,
                                        .due_us = until_us,
                                        .which = why,
                                        .number = silence});
}

lyt_status lyt_round_alarm(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t until, silence;
    lyt_held why = held(r, c, &until, &silence);
    bool is_planned =
        silence && lyt_book_silence_at(r->book, (size_t)silence - 1)->kind == LYT_MAINTENANCE;
    bool reopened = c->state == LYT_INCIDENT_REOPENED;
    int64_t repeat = lyt_round_untold_repeat(c);
    lyt_status status = LYT_OK;

    if (why != LYT_HELD_NOT && is_planned)
        status = lyt_round_tell_guest(r, id, LYT_NOTICE_MAINTENANCE);
    if (status)
        return status;
    if (why != LYT_HELD_NOT)
        return hold(r, id, why, until, silence);
    if (c->held_why)
        status = hold(r, id, LYT_HELD_NOT, 0, 0);
    if (!status)
        status = lyt_round_tell_routes(r, id, reopened ? LYT_NOTICE_REOPENED : LYT_NOTICE_ALARM);
    if (!status && repeat)
        status = lyt_round_repeat(r, id, repeat);
    return status ? status : arm(r, id);
}

lyt_status lyt_round_step(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    const lyt_ladder *ladder = ladder_of(r, c);
    size_t step = (size_t)c->n_steps;
    int64_t since, due;
    lyt_status status;

    if (!ladder || step >= ladder->n) /* nobody is left but the manager: never into nothing */
        return c->step_us ? lyt_round_timer(r, id, LYT_FACT_LADDER, 0, c->n_steps)
                          : lyt_round_tell(r, id, r->settings->manager, LYT_NOTICE_NEXT, 0);
    since = c->step_us ? c->step_us - ladder->steps[step].after_us : r->now_us;
    due = step + 1 < ladder->n ? since + ladder->steps[step + 1].after_us : 0;
    status = lyt_round_timer(r, id, LYT_FACT_LADDER, due, (int64_t)step + 1);
    return status
               ? status
               : lyt_round_tell(r, id, ladder->steps[step].to, LYT_NOTICE_NEXT, (int64_t)step + 1);
}

static int64_t limit_due(const lyt_round *r, const lyt_clock_rule *rule, int64_t from_us,
                         int64_t limit_us)
{
    return rule->hours ? lyt_opening_add(rule->hours, r->settings->zone, from_us, limit_us)
                       : from_us + limit_us;
}

/* An hour before the guest leaves, or when they leave if that is sooner; 0: not known. */
static int64_t leaving(const lyt_round *r, int64_t id)
{
    static const int64_t hour_us = (int64_t)3600 * 1000000;
    lyt_str guest = lyt_str_of(lyt_book_find(r->book, id)->guest);
    lyt_stay stay;

    if (!lyt_stays_find(r->watch->stays, guest, r->now_us, &stay))
        return 0;
    return stay.to_us - hour_us > r->now_us ? stay.to_us - hour_us : stay.to_us;
}

static lyt_status start_clock(const lyt_round *r, int64_t id, const lyt_clock_rule *rule,
                              lyt_clock_kind kind)
{
    int64_t limit = rule->limit_us[kind], leaves = kind == LYT_CLOCK_REMEDY ? leaving(r, id) : 0;
    int64_t due = limit_due(r, rule, r->now_us, limit),
            warn = limit_due(r, rule, r->now_us, limit / 100 * r->settings->warn_percent);

    if (!limit && !leaves)
        return LYT_OK;
    if (leaves && (!limit || leaves < due)) {
        due = leaves;
        warn = r->now_us + (leaves - r->now_us) / 100 * r->settings->warn_percent;
    }
    return lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_CLOCK_STARTED,
                                        .incident = id,
                                        .which = kind,
                                        .due_us = due,
                                        .warn_us = warn});
}

lyt_status lyt_round_start_clocks(const lyt_round *r, int64_t id, bool anew)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    const lyt_clock_rule *rule = lyt_settings_clock(r->settings, c->severity);
    lyt_status status = LYT_OK;

    for (int kind = 0; rule && !status && kind < LYT_CLOCK_KIND_COUNT; kind++)
        /* the guest has been spoken to already when it comes back */
        if (!anew || kind != LYT_CLOCK_CONTACT)
            status = start_clock(r, id, rule, (lyt_clock_kind)kind);
    return status;
}

lyt_status lyt_round_stop_clock(const lyt_round *r, int64_t id, lyt_clock_kind kind)
{
    const lyt_case_clock *clock = &lyt_book_find(r->book, id)->clocks[kind];

    if (!clock->started_us || clock->stopped_us)
        return LYT_OK;
    return lyt_round_emit(
        r, (lyt_fact){.kind = LYT_FACT_CLOCK_STOPPED, .incident = id, .which = kind});
}

/* No reminder and no step after somebody took it on. */
static lyt_status disarm(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t repeat = lyt_round_untold_repeat(c);
    lyt_status status = LYT_OK;

    if (c->remind_us)
        status = lyt_round_timer(r, id, LYT_FACT_REMIND, 0, c->n_reminders);
    if (!status && c->step_us)
        status = lyt_round_timer(r, id, LYT_FACT_LADDER, 0, c->n_steps);
    if (!status && c->held_why)
        status = hold(r, id, LYT_HELD_NOT, 0, 0);
    return status || !repeat ? status : lyt_round_repeat(r, id, repeat);
}

static lyt_status watch_owner(const lyt_round *r, int64_t id)
{
    int64_t stale = r->settings->stale_us;

    return stale ? lyt_round_timer(r, id, LYT_FACT_STALE, r->now_us + stale, 0) : LYT_OK;
}

static lyt_status taken_on(const lyt_round *r, int64_t id)
{
    lyt_status status = disarm(r, id);

    if (!status)
        status = lyt_round_stop_clock(r, id, LYT_CLOCK_ACK);
    if (!status)
        status = lyt_round_tell_all(r, id, LYT_NOTICE_ACK);
    return status ? status : watch_owner(r, id);
}

static lyt_status end_pause(const lyt_round *r, int64_t id)
{
    return lyt_book_find(r->book, id)->paused_at_us ? lyt_round_resume(r, id, (lyt_str){"", 0})
                                                    : LYT_OK;
}

/* Neither an acknowledgement nor an idle owner runs out any more. */
static lyt_status forget_owner_timers(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    bool is_stale_set = c->stale_us != 0;
    lyt_status status =
        c->ack_until_us ? lyt_round_timer(r, id, LYT_FACT_ACK_LIMITED, 0, 0) : LYT_OK;

    if (!status && is_stale_set)
        status = lyt_round_timer(r, id, LYT_FACT_STALE, 0, 0);
    return status;
}

static lyt_status ended(const lyt_round *r, int64_t id)
{
    lyt_status status = disarm(r, id);

    if (!status)
        status = end_pause(r, id);
    for (int kind = 0; !status && kind < LYT_CLOCK_KIND_COUNT; kind++)
        status = lyt_round_stop_clock(r, id, (lyt_clock_kind)kind);
    if (!status)
        status = forget_owner_timers(r, id);
    if (!status)
        status = lyt_round_tell_all(r, id, LYT_NOTICE_CLOSED);
    return status ? status : lyt_round_free_children(r, id);
}

/* Once, where the house wants it; whoever closes it at the same moment has asked already. */
static lyt_status ask_guest(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    int64_t goes = lyt_reply_due(r->settings, LYT_REPLY_FOLLOW_UP, r->now_us);
    lyt_status status;

    if (!r->settings->replies.asks || !c->guest[0] || c->asked_us || c->is_drill || c->merged ||
        c->state != LYT_INCIDENT_REMEDIED)
        return LYT_OK;
    status = lyt_round_emit(r, (lyt_fact){.kind = LYT_FACT_ASKED,
                                          .incident = id,
                                          .due_us = goes + r->settings->answer_us});
    return status ? status : lyt_round_tell_guest(r, id, LYT_NOTICE_FOLLOW_UP);
}

static lyt_status remedied(const lyt_round *r, int64_t id)
{
    lyt_status status = disarm(r, id);

    if (!status)
        status = end_pause(r, id);
    if (!status)
        status = lyt_round_stop_clock(r, id, LYT_CLOCK_ACK);
    if (!status)
        status = lyt_round_stop_clock(r, id, LYT_CLOCK_REMEDY);
    if (!status)
        status = forget_owner_timers(r, id);
    return status ? status : ask_guest(r, id);
}

static lyt_status moved(const lyt_round *r, int64_t id, lyt_incident_state to)
{
    lyt_status status;

    switch (to) {
    case LYT_INCIDENT_IN_WORK:
        return taken_on(r, id);
    case LYT_INCIDENT_REMEDIED:
        return remedied(r, id);
    case LYT_INCIDENT_CLOSED:
    case LYT_INCIDENT_VOID:
        return ended(r, id);
    case LYT_INCIDENT_REOPENED:
        status = lyt_round_start_clocks(r, id, true);
        return status ? status : lyt_round_alarm(r, id);
    case LYT_INCIDENT_NEW:
    case LYT_INCIDENT_ACKNOWLEDGED: /* by its own fact, which has the time limit */
    case LYT_INCIDENT_CONFIRMED:
    case LYT_INCIDENT_STATE_COUNT:
        break;
    }
    return LYT_OK;
}

/* Whatever the owner does shows that there is one. */
static lyt_status seen(const lyt_round *r, const lyt_fact *fact)
{
    const lyt_case *c = lyt_book_find(r->book, fact->incident);

    if (!c->stale_us || !fact->by.len || !lyt_str_equal(lyt_str_of(c->owner), fact->by))
        return LYT_OK;
    return watch_owner(r, c->id);
}

static lyt_status opened(const lyt_round *r, int64_t id)
{
    lyt_status status = lyt_round_start_clocks(r, id, false);

    if (!status)
        status = lyt_round_alarm(r, id);
    return status ? status : lyt_round_fixes_back(r, id);
}

/* A child that was told of itself a moment ago joins the parent's silence. */
static lyt_status linked(const lyt_round *r, int64_t id)
{
    const lyt_case *c = lyt_book_find(r->book, id);
    lyt_status status;

    if (!lyt_round_is_waiting(c) || c->held_why == LYT_HELD_PARENT)
        return LYT_OK;
    status = disarm(r, id);
    return status ? status : hold(r, id, LYT_HELD_PARENT, 0, 0);
}

static lyt_status ask_role(const lyt_round *r, int64_t id, int64_t role)
{
    const char *to = role >= 0 && role < LYT_ROLE_COUNT ? r->settings->authority.ask[role] : NULL;

    return lyt_round_tell(r, id, to ? to : r->settings->manager, LYT_NOTICE_APPROVAL, role);
}

/* What was held may have become too grave to wait, and what somebody has a danger. */
static lyt_status heard(const lyt_round *r, const lyt_fact *fact)
{
    int64_t id = fact->incident, until, silence;
    const lyt_case *c = lyt_book_find(r->book, id);

    if (fact->which)
        return lyt_round_danger(r, id);
    if (!c->held_why || !lyt_round_is_waiting(c) || held(r, c, &until, &silence) != LYT_HELD_NOT)
        return LYT_OK;
    return lyt_round_alarm(r, id);
}

static lyt_status after_one(const lyt_round *r, const lyt_fact *fact)
{
    int64_t id = fact->incident;

    switch (fact->kind) {
    case LYT_FACT_OPENED:
        return opened(r, id);
    case LYT_FACT_HEARD:
        return heard(r, fact);
    case LYT_FACT_MOVED:
        return moved(r, id, (lyt_incident_state)fact->which);
    case LYT_FACT_ACK_LIMITED:
        return fact->by.len ? taken_on(r, id) : LYT_OK;
    case LYT_FACT_OWNED:
        return fact->by.len && !lyt_str_equal(fact->by, fact->who)
                   ? lyt_round_tell(r, id, lyt_book_find(r->book, id)->owner, LYT_NOTICE_OWNER, 0)
                   : LYT_OK;
    case LYT_FACT_REPEAT:
        return lyt_round_untold_repeat(lyt_book_find(r->book, id))
                   ? LYT_OK
                   : lyt_round_repeat(r, id, fact->other);
    case LYT_FACT_LINKED:
        return linked(r, id);
    case LYT_FACT_UNLINKED:
    case LYT_FACT_UNMERGED:
        return lyt_round_is_waiting(lyt_book_find(r->book, id)) ? lyt_round_alarm(r, id) : LYT_OK;
    case LYT_FACT_MERGED:
        return disarm(r, id);
    case LYT_FACT_APPROVAL_ASKED:
        return ask_role(r, id, fact->warn_us);
    case LYT_FACT_ASKED:
        return lyt_book_find(r->book, id)->guest[0]
                   ? lyt_round_tell_guest(r, id, LYT_NOTICE_FOLLOW_UP)
                   : LYT_OK;
    case LYT_FACT_NOTED:
    case LYT_FACT_CAUSE:
    case LYT_FACT_ACTION:
        return seen(r, fact);
    default:
        return LYT_OK;
    }
}

/*
 * Facts of one command are looked at when all of them are in the book, so that an incident
 * which found its parent at once is not told of by itself.
 */
lyt_status lyt_watch_after(const lyt_watch *watch, size_t from, lyt_facts *out, lyt_error *err)
{
    size_t point = lyt_book_point(watch->book), n = out->n;
    lyt_status status = LYT_OK;

    for (size_t i = from; !status && i < n; i++) {
        lyt_fact fact = out->items[i];
        lyt_round r = lyt_round_of(watch, fact.at_us, out, err);

        status = after_one(&r, &fact);
    }
    if (status) {
        lyt_book_back_to(watch->book, point);
        out->n = n;
    }
    return status;
}
