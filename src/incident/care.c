#include "care.h"

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

struct lyt_care {
    const lyt_alloc *alloc;
    const lyt_settings *settings;
    lyt_book *book;
    lyt_triggers *triggers;
    lyt_notes *notes;
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
    lyt_mem_free(care->alloc, care);
}

lyt_status lyt_care_restore(lyt_care *care, const lyt_fact *fact, lyt_error *err)
{
    lyt_status status = lyt_book_fold(care->book, fact, err);

    lyt_book_mark(care->book);
    return status;
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

void lyt_care_mark(lyt_care *care)
{
    lyt_book_mark(care->book);
}

void lyt_care_rollback(lyt_care *care)
{
    lyt_book_rollback(care->book);
}

static lyt_watch watch_of(lyt_care *care)
{
    return (lyt_watch){care->settings, care->book};
}

/* What a call did stays only when all of it did. */
typedef struct attempt {
    lyt_care *care;
    lyt_facts *out;
    size_t point, n;
} attempt;

static attempt begin(lyt_care *care, lyt_facts *out)
{
    return (attempt){care, out, lyt_book_point(care->book), out->n};
}

static lyt_status finish(const attempt *a, lyt_status status)
{
    if (status) {
        lyt_book_back_to(a->care->book, a->point);
        a->out->n = a->n;
    }
    return status;
}

static lyt_status follow(const attempt *a, lyt_status status, lyt_error *err)
{
    lyt_watch watch = watch_of(a->care);

    if (!status)
        status = lyt_watch_after(&watch, a->n, a->out, err);
    return finish(a, status);
}

/* Whose it is when it opens: the person of the scenario's team whose turn it is. */
static lyt_str owner_of(const lyt_care *care, const char *team, int64_t now_us)
{
    return lyt_str_of(lyt_settings_who(care->settings, care->book, team, now_us));
}

static lyt_status hear(lyt_care *care, const lyt_care_heard *heard, lyt_facts *out,
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
                           .now_us = heard->now_us};

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
    attempt a = begin(care, out);

    return follow(&a, hear(care, heard, out, incident, err), err);
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

static lyt_status offer(lyt_care *care, const lyt_act *act, lyt_str id, const lyt_giver *giver,
                        lyt_facts *out, lyt_care_reply *reply, lyt_error *err)
{
    const lyt_gesture *gesture = gesture_find(care, id);
    const lyt_case *c = lyt_book_find(care->book, act->incident);
    lyt_gift gift;
    lyt_note why;

    if (!gesture)
        return lyt_error_set(err, LYT_ENOTFOUND, "this house has no gesture '%.*s'",
                             LYT_STR_ARG(lyt_str_slice(id, 0, 48)));
    if (c && lyt_gesture_forbidden(gesture, care->notes, lyt_str_of(c->guest), &why))
        return lyt_error_set(err, LYT_ESTATE,
                             "'%s' is not for this guest: %s %s is known; choose another",
                             gesture->id, lyt_note_kind_name(why.kind), why.item);
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
    lyt_watch watch = watch_of(care);
    lyt_hush what = {.kind = order->verb == LYT_CARE_MAINTENANCE ? LYT_MAINTENANCE : LYT_SILENCE,
                     .property = order->property,
                     .scenario = order->scenario,
                     .place = order->place,
                     .by = order->act.by,
                     .reason = order->act.text,
                     .until_us = order->until_us};

    return lyt_watch_silence(&watch, &what, order->act.now_us, out, &reply->number, err);
}

/* The verbs that are about time. */
static lyt_status do_watch(lyt_care *care, const lyt_care_order *o, lyt_facts *out,
                           lyt_care_reply *reply, lyt_error *err)
{
    lyt_watch watch = watch_of(care);

    switch (o->verb) {
    case LYT_CARE_CONTACTED:
        return lyt_watch_contacted(&watch, &o->act, out, err);
    case LYT_CARE_PAUSE:
        return lyt_watch_pause(&watch, &o->act, o->until_us, out, err);
    case LYT_CARE_RESUME:
        return lyt_watch_resume(&watch, &o->act, out, err);
    case LYT_CARE_PROMISE:
        return lyt_watch_promise(&watch, &o->act, o->until_us, out, &reply->number, err);
    case LYT_CARE_KEPT:
        return lyt_watch_kept(&watch, &o->act, o->other, out, err);
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

    switch (o->verb) {
    case LYT_CARE_ACK:
        return lyt_act_acknowledge(care->book, &o->act, o->until_us, out, err);
    case LYT_CARE_RESOLVE:
        return resolve(care, &o->act, out, err);
    case LYT_CARE_MOVE:
        return lyt_act_move(care->book, &o->act, o->state, out, err);
    case LYT_CARE_ASSIGN:
        return lyt_act_assign(care->book, &o->act, o->whom, out, err);
    case LYT_CARE_NOTE:
        return lyt_act_write(care->book, &o->act, LYT_FACT_NOTED, out, err);
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
        return offer(care, &o->act, o->whom, &giver, out, reply, err);
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

lyt_status lyt_care_do(lyt_care *care, const lyt_care_order *order, lyt_facts *out,
                       lyt_care_reply *reply, lyt_error *err)
{
    attempt a = begin(care, out);

    *reply = (lyt_care_reply){.incident = order->act.incident};
    return follow(&a, do_it(care, order, out, reply, err), err);
}

/* What findings of one event or tick lead to. */
typedef struct response {
    lyt_care *care;
    lyt_facts *out;
    int64_t now_us;
    lyt_error *err;
    lyt_status status;
} response;

/* The incident that a finding opened: the newest of its scenario and subject. */
static int64_t opened_by(const response *r, const lyt_finding *finding)
{
    for (size_t i = lyt_book_size(r->care->book); i-- > 0;) {
        const lyt_case *c = lyt_book_at(r->care->book, i);

        if (lyt_str_equal(lyt_str_of(c->guest), finding->subject) &&
            lyt_str_equal(lyt_str_of(c->scenario), lyt_str_of(finding->rule->scenario)))
            return c->id;
    }
    return 0;
}

static lyt_status write_task(response *r, const lyt_finding *finding, int64_t incident)
{
    lyt_act act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = r->now_us};
    const char *script = finding->rule->script_da;
    lyt_status status;
    lyt_buf text;

    if (!finding->rule->task)
        return LYT_OK;
    lyt_buf_init(&text, r->care->alloc);
    text.limit = lyt_incident_note_max;
    lyt_buf_addf(&text, "%s: ", finding->rule->task);
    if (script)
        lyt_trigger_fill(&text, script, r->care->triggers, finding);
    act.text = lyt_buf_str(&text);
    status = lyt_buf_status(&text) == LYT_ENOMEM
                 ? LYT_ENOMEM
                 : lyt_act_write(r->care->book, &act, LYT_FACT_NOTED, r->out, r->err);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_status give(response *r, const lyt_finding *finding, int64_t incident)
{
    static const lyt_giver lyt_itself = {LYT_ROLE_AUTOMATIC, true};
    lyt_act act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = r->now_us};
    lyt_care_reply reply;
    lyt_status status;

    if (!finding->rule->gesture)
        return LYT_OK;
    status = offer(r->care, &act, lyt_str_of(finding->rule->gesture), &lyt_itself, r->out, &reply,
                   r->err);
    /* above the limits, or not for this guest, or given: then people decide */
    return status == LYT_ENOMEM ? status : LYT_OK;
}

static lyt_status respond(response *r, const lyt_finding *finding)
{
    const lyt_triggers *t = r->care->triggers;
    lyt_care_heard heard = {
        .property = lyt_triggers_attr(t, finding->subject, LYT_STR("property"), finding->at_us),
        .scenario = lyt_str_of(finding->rule->scenario),
        .team = lyt_str_of(finding->rule->team ? finding->rule->team : r->care->settings->manager),
        .place = lyt_triggers_attr(t, finding->subject, LYT_STR("place"), finding->at_us),
        .guest = finding->subject,
        .severity = finding->severity,
        .now_us = r->now_us};
    int64_t incident = 0;
    lyt_status status;

    if (!heard.property.len)
        heard.property = lyt_str_of(r->care->settings->id);
    status = hear(r->care, &heard, r->out, &incident, r->err);
    if (!status)
        status = write_task(r, finding, incident);
    return status ? status : give(r, finding, incident);
}

static lyt_status take_back(response *r, const lyt_finding *finding)
{
    static const lyt_giver lyt_itself = {LYT_ROLE_AUTOMATIC, true};
    lyt_act act = {.incident = opened_by(r, finding),
                   .by = LYT_STR("lyt"),
                   .text = LYT_STR("what was missing came"),
                   .now_us = r->now_us};
    const lyt_case *c = lyt_book_find(r->care->book, act.incident);
    const lyt_settings *s = r->care->settings;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && c && i < lyt_book_offers(r->care->book); i++) {
        const lyt_offer *o = lyt_book_offer_at(r->care->book, i);

        if (o->incident == c->id && o->state == LYT_OFFER_ASKED)
            status = lyt_authority_answer(r->care->book, &s->authority, s->zone, &act, &lyt_itself,
                                          o->id, LYT_ANSWER_WITHDRAW, r->out, r->err);
    }
    if (status || !c || c->merged || c->state != LYT_INCIDENT_NEW || c->n_messages)
        return status;
    return lyt_act_move(r->care->book, &act, LYT_INCIDENT_VOID, r->out, r->err);
}

static void on_finding(void *context, const lyt_finding *finding)
{
    response *r = context;

    if (r->status || finding->is_held_out)
        return;
    r->status = finding->is_withdrawn ? take_back(r, finding) : respond(r, finding);
}

lyt_status lyt_care_event(lyt_care *care, const lyt_behaviour *event, int64_t now_us,
                          lyt_facts *out, lyt_error *err)
{
    attempt a = begin(care, out);
    response r = {care, out, now_us, err, LYT_OK};
    lyt_status status = lyt_triggers_take(care->triggers, event, now_us, on_finding, &r, err);

    return follow(&a, status ? status : r.status, err);
}

lyt_status lyt_care_tick(lyt_care *care, int64_t now_us, lyt_facts *out, lyt_error *err)
{
    attempt a = begin(care, out);
    response r = {care, out, now_us, err, LYT_OK};
    lyt_watch watch = watch_of(care);
    lyt_status status = lyt_triggers_tick(care->triggers, now_us, on_finding, &r, err);

    if (!status)
        status = follow(&a, r.status, err);
    return finish(&a, status ? status : lyt_watch_tick(&watch, now_us, out, err));
}

lyt_status lyt_care_unsent(lyt_care *care, int64_t incident, lyt_str who, lyt_str channel,
                           int64_t now_us, lyt_facts *out, lyt_error *err)
{
    lyt_watch watch = watch_of(care);

    return lyt_watch_unsent(&watch, incident, who, channel, now_us, out, err);
}

int64_t lyt_care_due(const lyt_care *care, int64_t now_us)
{
    lyt_watch watch = {care->settings, care->book};
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
