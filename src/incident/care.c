#include "care_inside.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"

enum { areas_max = 8 };

static const int64_t lateness_us = 600 * (int64_t)1000000;

static const char *const verbs[] = {
#define X(name, text) text,
    LYT_CARE_VERBS(X)
#undef X
};

const char *lyt_care_verb_name(lyt_care_verb verb)
{
    return verb < LYT_CARE_VERB_COUNT ? verbs[verb] : "unknown";
}

lyt_status lyt_care_verb_parse(lyt_care_verb *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_CARE_VERB_COUNT; i++) {
        if (lyt_str_equal(lyt_str_of(verbs[i]), name)) {
            *out = (lyt_care_verb)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

lyt_status lyt_care_new(lyt_care **out, const lyt_alloc *alloc, const lyt_settings *settings)
{
    lyt_care *care = lyt_mem_new(alloc, sizeof *care);

    if (!care)
        return LYT_ENOMEM;
    care->alloc = alloc;
    care->settings = settings;
    if (lyt_book_new(&care->book, alloc) || lyt_notes_new(&care->notes, alloc) ||
        lyt_stays_new(&care->stays, alloc) ||
        lyt_triggers_new(&care->triggers, alloc, settings->triggers, settings->n_triggers,
                         lateness_us)) {
        lyt_care_free(care);
        return LYT_ENOMEM;
    }
    *out = care;
    return LYT_OK;
}

void lyt_care_free(lyt_care *care)
{
    if (!care)
        return;
    lyt_book_free(care->book);
    lyt_triggers_free(care->triggers);
    lyt_notes_free(care->notes);
    lyt_stays_free(care->stays);
    lyt_mem_free(care->alloc, care);
}

lyt_status lyt_care_restore(lyt_care *care, const lyt_fact *fact, lyt_error *err)
{
    lyt_status status = lyt_book_fold(care->book, fact, err);

    if (!status)
        status = lyt_care_restore_found(care, fact);
    lyt_book_mark(care->book);
    return status;
}

lyt_status lyt_care_restore_found(lyt_care *care, const lyt_fact *fact)
{
    if (fact->kind != LYT_FACT_FOUND && fact->kind != LYT_FACT_UNFOUND)
        return LYT_OK;
    return lyt_triggers_restore_found(care->triggers,
                                      &(lyt_told_finding){.rule = fact->text,
                                                  .subject = fact->who,
                                                  .at_us = fact->other,
                                                  .was_us = fact->due_us,
                                                  .told_us = fact->at_us,
                                                  .severity = (int)fact->number,
                                                  .ended = fact->kind == LYT_FACT_UNFOUND});
}

void lyt_care_set_book(lyt_care *care, lyt_book *book)
{
    lyt_book_free(care->book);
    care->book = book;
}

void lyt_care_inherit(lyt_care *care, lyt_care *before)
{
    lyt_book *book = care->book;

    care->book = before->book;
    before->book = book;
}

const lyt_book *lyt_care_book(const lyt_care *care)
{
    return care->book;
}

const lyt_settings *lyt_care_settings(const lyt_care *care)
{
    return care->settings;
}

lyt_notes *lyt_care_notes(lyt_care *care)
{
    return care->notes;
}

lyt_stays *lyt_care_stays(lyt_care *care)
{
    return care->stays;
}

const lyt_triggers *lyt_care_triggers(const lyt_care *care)
{
    return care->triggers;
}

lyt_status lyt_care_restore_event(lyt_care *care, const lyt_behaviour *event)
{
    return lyt_triggers_restore(care->triggers, event);
}

void lyt_care_mark(lyt_care *care)
{
    lyt_triggers_mark(care->triggers);
    lyt_book_mark(care->book);
}

void lyt_care_rollback(lyt_care *care)
{
    lyt_triggers_rollback(care->triggers);
    lyt_book_rollback(care->book);
}

lyt_watch lyt_care_watch(const lyt_care *care)
{
    return (lyt_watch){care->settings, care->book, care->stays};
}

lyt_care_attempt lyt_care_begin(lyt_care *care, lyt_facts *out)
{
    return (lyt_care_attempt){care, out, lyt_book_point(care->book),
                              lyt_triggers_point(care->triggers), out->n};
}

lyt_status lyt_care_finish(const lyt_care_attempt *a, lyt_status status)
{
    if (status) {
        lyt_book_back_to(a->care->book, a->point);
        lyt_triggers_back_to(a->care->triggers, a->events);
        a->out->n = a->n;
    }
    return status;
}

lyt_status lyt_care_follow(const lyt_care_attempt *a, lyt_status status, lyt_error *err)
{
    lyt_watch watch = lyt_care_watch(a->care);

    if (!status)
        status = lyt_watch_after(&watch, a->n, a->out, err);
    return lyt_care_finish(a, status);
}

/* Whose it is when it opens: the person of the scenario's team whose turn it is. */
static lyt_str owner_of(const lyt_care *care, const char *team, int64_t now_us)
{
    return lyt_str_of(lyt_settings_who(care->settings, care->book, team, now_us));
}

lyt_status lyt_care_hear_it(lyt_care *care, const lyt_care_heard *heard, lyt_facts *out,
                            int64_t *incident, lyt_error *err)
{
    lyt_str areas[areas_max];
    char team[lyt_incident_text_max];
    lyt_hearing hearing = {.property = heard->property,
                           .scenario = heard->scenario,
                           .team = heard->team,
                           .place = heard->place,
                           .guest = heard->guest,
                           .language = heard->language,
                           .by = heard->by,
                           .areas = areas,
                           .severity = heard->severity,
                           .message = heard->message,
                           .now_us = heard->now_us,
                           .is_drill = heard->is_drill};

    if (heard->team.len >= sizeof team)
        return lyt_error_set(err, LYT_ELIMIT, "the team's name is too long");
    snprintf(team, sizeof team, "%.*s", LYT_STR_ARG(heard->team));
    hearing.n_areas = lyt_settings_areas(care->settings, heard->place, areas, areas_max);
    hearing.owner = owner_of(care, team[0] ? team : care->settings->manager, heard->now_us);
    return lyt_book_hear(care->book, &hearing, &care->settings->grouping, out, incident, err);
}

lyt_status lyt_care_hear(lyt_care *care, const lyt_care_heard *heard, lyt_facts *out,
                         int64_t *incident, lyt_error *err)
{
    lyt_care_attempt a = lyt_care_begin(care, out);

    return lyt_care_follow(&a, lyt_care_hear_it(care, heard, out, incident, err), err);
}

static lyt_giver giver_of(const lyt_care *care, lyt_str by)
{
    const lyt_person *person = lyt_settings_person(care->settings, by);

    /* who is not known here has no authority */
    return person ? (lyt_giver){person->role, person->is_trained}
                  : (lyt_giver){LYT_ROLE_CONTACT, false};
}

static const lyt_gesture *gesture_find(const lyt_care *care, lyt_str id)
{
    for (size_t i = 0; i < care->settings->n_gestures; i++)
        if (lyt_str_equal(lyt_str_of(care->settings->gestures[i].id), id))
            return &care->settings->gestures[i];
    return NULL;
}

lyt_status lyt_care_offer(lyt_care *care, const lyt_act *act, lyt_str id, const lyt_giver *giver,
                          lyt_facts *out, lyt_care_reply *reply, lyt_error *err)
{
    const lyt_gesture *gesture = gesture_find(care, id);
    const lyt_case *c = lyt_book_find(care->book, act->incident);
    lyt_gift gift;
    lyt_note why;

    if (!gesture)
        return lyt_error_set(err, LYT_ENOTFOUND, "this house has no gesture '%.*s'",
                             LYT_STR_ARG(lyt_str_slice(id, 0, 48)));
    if (c && c->is_drill)
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is a drill; nothing is given in it",
                             (long long)c->id);
    if (c && !lyt_gesture_is_for(gesture, lyt_str_of(c->scenario)))
        return lyt_error_set(err, LYT_EINVAL,
                             "'%s' is not for %s: the settings have it for %s%s; choose another",
                             gesture->id, c->scenario, gesture->scenarios.item[0],
                             gesture->scenarios.n > 1 ? ",…" : "");
    if (c && lyt_gesture_forbidden(gesture, care->notes, lyt_str_of(c->guest), &why))
        return lyt_error_set(err, LYT_ESTATE,
                             "'%s' is not for this guest: %s %s is known; choose another",
                             gesture->id, lyt_note_kind_name(why.kind), why.item);
    if (c && c->guest[0]) {
        lyt_wish wish = {lyt_str_of(c->guest), lyt_str_of(c->scenario), act->now_us, care->stays};
        const char *limit = lyt_gesture_limit(gesture, care->book, &wish);

        if (limit)
            return lyt_error_set(err, LYT_ELIMIT,
                                 "this guest has had '%s' as often as it may be given to one (per "
                                 "%s); choose another",
                                 gesture->id, limit);
    }
    gift = (lyt_gift){lyt_str_of(gesture->id), gesture->cost, gesture->currency};
    return lyt_authority_offer(care->book, &care->settings->authority, care->settings->zone, act,
                               giver, &gift, out, &reply->number, &reply->is_given, err);
}

static lyt_status answer_offer(lyt_care *care, const lyt_care_order *order, lyt_answer answer,
                               lyt_facts *out, lyt_error *err)
{
    lyt_giver giver = giver_of(care, order->act.by);

    return lyt_authority_answer(care->book, &care->settings->authority, care->settings->zone,
                                &order->act, &giver, order->other, answer, out, err);
}

static lyt_status hush(lyt_care *care, const lyt_care_order *order, lyt_facts *out,
                       lyt_care_reply *reply, lyt_error *err)
{
    lyt_watch watch = lyt_care_watch(care);
    lyt_hush what = {.kind = order->verb == LYT_CARE_MAINTENANCE ? LYT_MAINTENANCE : LYT_SILENCE,
                     .property = order->property,
                     .scenario = order->scenario,
                     .place = order->place,
                     .by = order->act.by,
                     .reason = order->act.text,
                     .until_us = order->until_us};

    return lyt_watch_silence(&watch, &what, order->act.now_us, out, &reply->number, err);
}

/* Known without a word from anybody: what staff saw. It joins what is open, as words would. */
static lyt_status open_it(lyt_care *care, const lyt_care_order *o, lyt_facts *out,
                          lyt_care_reply *reply, lyt_error *err)
{
    enum { top = 4 };
    lyt_act act = o->act;
    lyt_care_heard heard = {.property = o->property,
                            .scenario = o->scenario,
                            .team = o->whom,
                            .place = o->place,
                            .by = o->act.by,
                            .severity = (int)o->other,
                            .now_us = o->act.now_us};
    lyt_status status;

    if (!o->scenario.len || o->other < 0 || o->other > top)
        return lyt_error_set(err, LYT_EINVAL,
                             "what failed, and how grave is it? name a scenario and 0 to %d", top);
    if (o->whom.len && !lyt_settings_team(care->settings, o->whom))
        return lyt_error_set(err, LYT_ENOTFOUND, "this house has no team '%.*s'",
                             LYT_STR_ARG(lyt_str_slice(o->whom, 0, 48)));
    if (!heard.property.len)
        heard.property = lyt_str_of(care->settings->id);
    if (!heard.team.len)
        heard.team = lyt_str_of(care->settings->manager);
    status = lyt_care_hear_it(care, &heard, out, &act.incident, err);
    reply->incident = act.incident;
    if (status || !act.text.len)
        return status;
    return lyt_act_write(care->book, &act, LYT_FACT_NOTED, out, err);
}

static bool is_of_house(const lyt_settings *s, lyt_str who)
{
    return lyt_settings_person(s, who) || lyt_settings_team(s, who) || lyt_settings_duty(s, who);
}

/* What is given to somebody who is not there is with nobody, and nobody would be told. */
static lyt_status check_whom(const lyt_care *care, lyt_str whom, lyt_error *err)
{
    if (is_of_house(care->settings, whom))
        return LYT_OK;
    return lyt_error_set(err, LYT_ENOTFOUND, "this house has no person, team or duty '%.*s'",
                         LYT_STR_ARG(lyt_str_slice(whom, 0, 48)));
}

/* The verbs that are about time. */
static lyt_status do_watch(lyt_care *care, const lyt_care_order *o, lyt_facts *out,
                           lyt_care_reply *reply, lyt_error *err)
{
    lyt_watch watch = lyt_care_watch(care);
    lyt_status status;

    switch (o->verb) {
    case LYT_CARE_CONTACTED:
        return lyt_watch_contacted(&watch, &o->act, out, err);
    case LYT_CARE_PAUSE:
        return lyt_watch_pause(&watch, &o->act, o->until_us, out, err);
    case LYT_CARE_RESUME:
        return lyt_watch_resume(&watch, &o->act, out, err);
    case LYT_CARE_PROMISE:
        return lyt_watch_promise(&watch, &o->act, o->until_us, out, &reply->number, err);
    case LYT_CARE_REFUND:
        return lyt_refund_ask(&watch, &o->act, out, &reply->number, err);
    case LYT_CARE_KEPT:
        return lyt_watch_kept(&watch, &o->act, o->other, out, err);
    case LYT_CARE_FIX:
        status = check_whom(care, o->whom, err);
        if (status)
            return status;
        return lyt_watch_fix(&watch, &o->act, o->whom, o->place, o->until_us, out, &reply->number,
                             err);
    case LYT_CARE_LIMITS:
        return lyt_watch_apply_limits(&watch, o->act.now_us, out, err);
    case LYT_CARE_OPEN:
        return open_it(care, o, out, reply, err);
    case LYT_CARE_FIXED:
        return lyt_watch_fixed(&watch, &o->act, o->other, out, err);
    case LYT_CARE_SILENCE:
    case LYT_CARE_MAINTENANCE:
        return hush(care, o, out, reply, err);
    case LYT_CARE_UNSILENCE:
        return lyt_watch_unsilence(&watch, o->other, o->act.by, o->act.now_us, out, err);
    default:
        return lyt_error_set(err, LYT_EINVAL, "nobody knows how to do that");
    }
}

/* From wherever it is to closed, by somebody who knows that it is right now. */
/* It is mended; closing goes with it where nothing is wanted for that (a cause, the guest's word). */
static lyt_status mend(lyt_care *care, const lyt_act *act, lyt_facts *out, lyt_error *err)
{
    lyt_act step = *act;
    lyt_status status = lyt_act_write(care->book, act, LYT_FACT_ACTION, out, err);

    step.version = 0;
    if (!status)
        status = lyt_act_move(care->book, &step, LYT_INCIDENT_REMEDIED, out, err);
    if (status)
        return status;
    status = lyt_act_move(care->book, &step, LYT_INCIDENT_CLOSED, out, err);
    return status == LYT_ESTATE ? LYT_OK : status;
}

static lyt_status resolve(lyt_care *care, const lyt_act *act, lyt_facts *out, lyt_error *err)
{
    static const lyt_incident_state ways[] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_CONFIRMED,
                                              LYT_INCIDENT_CLOSED};
    lyt_act step = *act;
    lyt_status status = lyt_act_write(care->book, act, LYT_FACT_ACTION, out, err);

    step.version = 0; /* the first of the row has looked at it */
    for (size_t i = 0; !status && i < 3; i++) {
        const lyt_case *c = lyt_book_find(care->book, act->incident);

        if (i < 2 && !lyt_incident_may_move(c->state, ways[i]) &&
            lyt_incident_may_move(c->state, ways[i + 1]))
            continue;
        status = lyt_act_move(care->book, &step, ways[i], out, err);
    }
    return status;
}

static lyt_status do_it(lyt_care *care, const lyt_care_order *o, lyt_facts *out,
                        lyt_care_reply *reply, lyt_error *err)
{
    lyt_giver giver = giver_of(care, o->act.by);
    lyt_status status;

    switch (o->verb) {
    case LYT_CARE_ACK:
        return lyt_act_acknowledge(care->book, &o->act, o->until_us, out, err);
    case LYT_CARE_RESOLVE:
        return o->state == LYT_INCIDENT_REMEDIED ? mend(care, &o->act, out, err)
                                                 : resolve(care, &o->act, out, err);
    case LYT_CARE_MOVE:
        return lyt_act_move(care->book, &o->act, o->state, out, err);
    case LYT_CARE_ASSIGN:
        status = check_whom(care, o->whom, err);
        if (status)
            return status;
        return lyt_act_assign(care->book, &o->act, o->whom, out, err);
    case LYT_CARE_NOTE:
        return lyt_act_write(care->book, &o->act, LYT_FACT_NOTED, out, err);
    case LYT_CARE_CONSENT:
        return lyt_act_write(care->book, &o->act, LYT_FACT_CONSENTED, out, err);
    case LYT_CARE_REVOKE:
        return lyt_act_write(care->book, &o->act, LYT_FACT_REVOKED, out, err);
    case LYT_CARE_CAUSE:
        return lyt_act_write(care->book, &o->act, LYT_FACT_CAUSE, out, err);
    case LYT_CARE_ACTION:
        return lyt_act_write(care->book, &o->act, LYT_FACT_ACTION, out, err);
    case LYT_CARE_ASK:
        return lyt_act_ask(care->book, &o->act, o->act.now_us + care->settings->answer_us, out,
                           err);
    case LYT_CARE_ANSWER:
        return lyt_act_answer(care->book, &o->act, o->score, o->complains, out, err);
    case LYT_CARE_MERGE:
        return lyt_act_merge(care->book, &o->act, o->other, out, err);
    case LYT_CARE_UNMERGE:
        return lyt_act_unmerge(care->book, &o->act, out, err);
    case LYT_CARE_SPLIT:
        return lyt_act_split(care->book, &o->act, &o->other, 1, out, &reply->number, err);
    case LYT_CARE_LINK:
        return lyt_act_link(care->book, &o->act, o->other, out, err);
    case LYT_CARE_OFFER:
        return lyt_care_offer(care, &o->act, o->whom, &giver, out, reply, err);
    case LYT_CARE_APPROVE:
        return answer_offer(care, o, LYT_ANSWER_APPROVE, out, err);
    case LYT_CARE_DECLINE:
        return answer_offer(care, o, LYT_ANSWER_DECLINE, out, err);
    case LYT_CARE_WITHDRAW:
        return answer_offer(care, o, LYT_ANSWER_WITHDRAW, out, err);
    default:
        return do_watch(care, o, out, reply, err);
    }
}

/* Of a person of the house the id; anybody else as they are called. */
static lyt_str id_of(const lyt_care *care, lyt_str name)
{
    const lyt_person *person = lyt_settings_called(care->settings, name);

    return person ? lyt_str_of(person->id) : name;
}

lyt_status lyt_care_do(lyt_care *care, const lyt_care_order *order, lyt_facts *out,
                       lyt_care_reply *reply, lyt_error *err)
{
    lyt_care_attempt a = lyt_care_begin(care, out);
    lyt_care_order o = *order;
    const lyt_case *c;
    lyt_status status;

    /* "Mette" is mette: else nobody would own what she takes on, and her limits would be nobody's */
    o.act.by = id_of(care, o.act.by);
    if (o.verb == LYT_CARE_ASSIGN)
        o.whom = id_of(care, o.whom);
    *reply = (lyt_care_reply){.incident = o.act.incident};
    status = lyt_care_follow(&a, do_it(care, &o, out, reply, err), err);
    c = lyt_book_find(care->book, o.act.incident);
    reply->is_with_stranger = !status && c && !is_of_house(care->settings, lyt_str_of(c->owner));
    return status;
}

lyt_status lyt_care_tell_guest(lyt_care *care, const lyt_care_words *words, lyt_facts *out,
                               lyt_error *err)
{
    lyt_care_attempt a = lyt_care_begin(care, out);
    lyt_watch watch = lyt_care_watch(care);
    const lyt_case *c = lyt_book_find(care->book, words->incident);
    lyt_act act = {.incident = words->incident, .by = words->by, .now_us = words->now_us};
    lyt_fact fact = lyt_act_fact(&act, LYT_FACT_TOLD);
    bool is_first = words->by.len && c && !c->contacted_us && !c->merged;
    lyt_status status;

    fact.which = words->notice;
    fact.who = LYT_STR(LYT_WATCH_GUEST);
    fact.text = LYT_STR(LYT_WATCH_REPLY);
    fact.guest = words->guest;
    status = lyt_book_emit(care->book, out, &fact, err);
    if (!status && is_first)
        status = lyt_watch_contacted(&watch, &act, out, err);
    return lyt_care_finish(&a, status);
}

lyt_status lyt_care_unsent(lyt_care *care, int64_t incident, lyt_str who, lyt_str channel,
                           int64_t now_us, lyt_facts *out, lyt_error *err)
{
    lyt_watch watch = lyt_care_watch(care);

    return lyt_watch_unsent(&watch, incident, who, channel, now_us, out, err);
}

int64_t lyt_care_due(const lyt_care *care, int64_t now_us)
{
    lyt_watch watch = lyt_care_watch(care);
    int64_t due = lyt_watch_due(&watch), other = lyt_triggers_due(care->triggers, now_us);

    return due < other ? due : other;
}

static void copy_name(char out[lyt_incident_text_max], const char *text)
{
    snprintf(out, lyt_incident_text_max, "%s", text);
}

lyt_incident lyt_care_incident(const lyt_care *care, int64_t id)
{
    const lyt_case *c = lyt_book_find(care->book, id);
    lyt_incident out;

    memset(&out, 0, sizeof out);
    if (!c)
        return out;
    out.id = c->id;
    out.state = c->state;
    out.severity = c->severity;
    out.is_drill = c->is_drill;
    copy_name(out.scenario, c->scenario);
    copy_name(out.team, c->team);
    copy_name(out.property, c->property);
    copy_name(out.place, c->place);
    copy_name(out.owner, c->owner);
    out.opened_us = c->opened_us;
    out.updated_us = c->updated_us;
    out.last_message_us = c->heard_us;
    out.n_messages = lyt_book_messages(care->book, id);
    return out;
}
