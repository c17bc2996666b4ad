/*
 * What follows from behaviour: a finding opens or joins an incident, says what is to be done
 * and gives what may be given; a success that comes later takes back what nobody has begun.
 */
#include <string.h>

#include "care_inside.h"

/* What findings of one event or tick lead to. */
typedef struct response {
    lyt_care *care;
    lyt_facts *out;
    int64_t now_us;
    lyt_error *err;
    lyt_status status;
} response;

static lyt_str attr_of(const response *r, const lyt_finding *finding, const char *key)
{
    return lyt_triggers_attr(r->care->triggers, finding->subject, lyt_str_of(key), finding->at_us);
}

/* A subject that is the property or the place, or begins with "property/", is nobody to ask. */
static bool is_person(const response *r, const lyt_finding *finding)
{
    lyt_str property = attr_of(r, finding, "property"), subject = finding->subject;

    if (!property.len)
        property = lyt_str_of(r->care->settings->id);
    return !lyt_str_equal(subject, property) &&
           !lyt_str_equal(subject, attr_of(r, finding, "place")) &&
           !(lyt_str_begins(subject, property) && subject.ptr[property.len] == '/');
}

/* The newest incident of that guest and scenario; 0: none. */
static int64_t newest_of(const lyt_book *book, lyt_str scenario, lyt_str guest)
{
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, guest));
    int64_t newest = 0;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c))
        if (c->id > newest && lyt_str_equal(lyt_str_of(c->guest), guest) &&
            lyt_str_equal(lyt_str_of(c->scenario), scenario))
            newest = c->id;
    return newest;
}

/* The incident that a finding opened: the newest of its scenario and subject, or its place. */
static int64_t opened_by(const response *r, const lyt_finding *finding)
{
    lyt_str place = attr_of(r, finding, "place"), scenario = lyt_str_of(finding->rule->scenario);

    if (is_person(r, finding))
        return newest_of(r->care->book, scenario, finding->subject);
    for (size_t i = lyt_book_size(r->care->book); i-- > 0;) {
        const lyt_case *c = lyt_book_at(r->care->book, i);

        if (lyt_str_equal(lyt_str_of(c->scenario), scenario) && !c->guest[0] &&
            lyt_str_equal(lyt_str_of(c->place), place))
            return c->id;
    }
    return 0;
}

static lyt_status note(response *r, int64_t incident, const lyt_buf *text)
{
    lyt_act act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = r->now_us};

    if (lyt_buf_status(text) == LYT_ENOMEM)
        return lyt_error_set(r->err, LYT_ENOMEM, "no memory for a task");
    act.text = lyt_buf_str(text);
    return act.text.len ? lyt_act_write(r->care->book, &act, LYT_FACT_NOTED, r->out, r->err)
                        : LYT_OK;
}

/* "phone: Ring til …" */
static lyt_status write_words(response *r, const lyt_finding *finding, int64_t incident,
                              const char *what, const char *words)
{
    lyt_status status;
    lyt_buf text;

    if (!words)
        return LYT_OK;
    lyt_buf_init(&text, r->care->alloc);
    text.limit = lyt_incident_note_max;
    lyt_buf_addf(&text, "%s: ", what);
    lyt_trigger_fill(&text, words, r->care->triggers, finding, r->care->settings->zone);
    status = note(r, incident, &text);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_status write_facts(response *r, const lyt_finding *finding, int64_t incident)
{
    const lyt_names *facts = &finding->rule->facts;
    bool any = false;
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, r->care->alloc);
    text.limit = lyt_incident_note_max;
    for (size_t i = 0; i < facts->n; i++) {
        lyt_str value = lyt_triggers_attr(r->care->triggers, finding->subject,
                                          lyt_str_of(facts->item[i]), finding->at_us);

        if (!value.len)
            continue;
        lyt_buf_addf(&text, "%s%s ", any ? ", " : "facts: ", facts->item[i]);
        lyt_trigger_value(&text, value, r->care->settings->zone);
        any = true;
    }
    status = note(r, incident, &text);
    lyt_buf_deinit(&text);
    return status;
}

/* What to do, in both languages, why, and what the guest could do. */
static lyt_status write_task(response *r, const lyt_finding *finding, int64_t incident)
{
    const lyt_trigger *rule = finding->rule;
    const char *task = rule->task ? rule->task : "script";
    lyt_status status = LYT_OK;

    if (rule->task && !rule->script_da && !rule->script_en)
        status = write_words(r, finding, incident, task, "");
    if (!status)
        status = write_words(r, finding, incident, task, rule->script_da);
    if (!status)
        status = write_words(r, finding, incident, task, rule->script_en);
    if (!status)
        status = write_facts(r, finding, incident);
    if (!status)
        status = write_words(r, finding, incident, "advice", rule->tips_da);
    return status ? status : write_words(r, finding, incident, "advice", rule->tips_en);
}

/* So that it is not found once more after a restart, and to look back at. */
static lyt_status keep(response *r, const lyt_finding *finding, int64_t incident)
{
    lyt_fact fact = {.kind = finding->is_withdrawn ? LYT_FACT_UNFOUND : LYT_FACT_FOUND,
                     .incident = incident,
                     .at_us = r->now_us,
                     .other = finding->at_us,
                     .due_us = finding->was_us,
                     .number = finding->severity,
                     .which = finding->is_held_out,
                     .who = finding->subject,
                     .text = lyt_str_of(finding->rule->id),
                     .place = lyt_str_of(finding->rule->step ? finding->rule->step : "")};

    return lyt_book_emit(r->care->book, r->out, &fact, r->err);
}

/*
 * Whether Lyt gave it for the same, in a case that was none after all: what turns out to be so
 * again is not paid for again.
 */
static bool was_given(const response *r, int64_t incident, lyt_str gesture)
{
    const lyt_book *book = r->care->book;
    const lyt_case *c = lyt_book_find(book, incident), *o_case;

    for (size_t i = 0; c->guest[0] && i < lyt_book_offers(book); i++) {
        const lyt_offer *o = lyt_book_offer_at(book, i);

        if (o->state != LYT_OFFER_GIVEN || !lyt_str_equal(lyt_str_of(o->gesture), gesture) ||
            strcmp(o->by, "lyt") != 0)
            continue;
        o_case = lyt_book_find(book, o->incident);
        if (o_case && o_case->state == LYT_INCIDENT_VOID &&
            strcmp(o_case->guest, c->guest) == 0 && strcmp(o_case->scenario, c->scenario) == 0)
            return true;
    }
    return false;
}

static lyt_status give(response *r, const lyt_finding *finding, int64_t incident)
{
    static const lyt_giver lyt_itself = {LYT_ROLE_AUTOMATIC, true};
    lyt_act act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = r->now_us};
    lyt_care_reply reply;
    lyt_status status;

    if (!finding->rule->gesture ||
        was_given(r, incident, lyt_str_of(finding->rule->gesture)))
        return LYT_OK;
    status = lyt_care_offer(r->care, &act, lyt_str_of(finding->rule->gesture), &lyt_itself, r->out,
                            &reply, r->err);
    /* above the limits, or not for this guest, or given: then people decide */
    return status == LYT_ENOMEM ? status : LYT_OK;
}

static lyt_care_heard heard_of(const response *r, const lyt_finding *finding)
{
    lyt_care_heard heard = {
        .property = attr_of(r, finding, "property"),
        .scenario = lyt_str_of(finding->rule->scenario),
        .team = lyt_str_of(finding->rule->team ? finding->rule->team : r->care->settings->manager),
        .place = attr_of(r, finding, "place"),
        .guest = is_person(r, finding) ? finding->subject : (lyt_str){"", 0},
        .severity = finding->severity,
        .now_us = r->now_us};

    if (!heard.property.len)
        heard.property = lyt_str_of(r->care->settings->id);
    return heard;
}

static lyt_status respond(response *r, const lyt_finding *finding)
{
    lyt_care_heard heard = heard_of(r, finding);
    int64_t incident = 0;
    lyt_status status = lyt_care_hear_it(r->care, &heard, r->out, &incident, r->err);
    if (!status)
        status = keep(r, finding, incident);
    if (!status)
        status = write_task(r, finding, incident);
    return status ? status : give(r, finding, incident);
}

/* The same failure, known to be of another time: who was told of it was told of it. */
static lyt_status move(response *r, const lyt_finding *finding)
{
    lyt_care_heard heard = heard_of(r, finding);
    int64_t incident = opened_by(r, finding);
    const lyt_case *c = lyt_book_find(r->care->book, incident);
    lyt_status status = LYT_OK;

    /* graver than was thought: that is news */
    if (c && lyt_case_is_open(c) && finding->severity > c->severity)
        status = lyt_care_hear_it(r->care, &heard, r->out, &incident, r->err);
    return status ? status : keep(r, finding, incident);
}

static lyt_status take_back(response *r, const lyt_finding *finding)
{
    static const lyt_giver lyt_itself = {LYT_ROLE_AUTOMATIC, true};
    lyt_act act = {.incident = opened_by(r, finding),
                   .by = LYT_STR("lyt"),
                   .text = LYT_STR("what was missing came"),
                   .now_us = r->now_us};
    const lyt_case *c;
    const lyt_settings *s = r->care->settings;
    lyt_status status = keep(r, finding, act.incident);

    c = lyt_book_find(r->care->book, act.incident);
    for (size_t i = 0; !status && c && i < lyt_book_offers(r->care->book); i++) {
        const lyt_offer *o = lyt_book_offer_at(r->care->book, i);

        if (o->incident == c->id && o->state == LYT_OFFER_ASKED)
            status = lyt_authority_answer(r->care->book, &s->authority, s->zone, &act, &lyt_itself,
                                          o->id, LYT_ANSWER_WITHDRAW, r->out, r->err);
    }
    if (status || !c || c->merged || c->state != LYT_INCIDENT_NEW || c->n_messages)
        return status;
    /* it was found more than once, and of one of these that is not so */
    if (lyt_triggers_stands(r->care->triggers, finding, c->opened_us))
        return LYT_OK;
    return lyt_act_move(r->care->book, &act, LYT_INCIDENT_VOID, r->out, r->err);
}

static void on_finding(void *context, const lyt_finding *finding)
{
    response *r = context;

    if (r->status)
        return;
    if (finding->is_held_out)
        r->status = keep(r, finding, 0);
    else if (finding->was_us)
        r->status = move(r, finding);
    else
        r->status = finding->is_withdrawn ? take_back(r, finding) : respond(r, finding);
}

lyt_status lyt_care_event(lyt_care *care, const lyt_behaviour *event, int64_t now_us,
                          lyt_facts *out, lyt_error *err)
{
    lyt_care_attempt a = lyt_care_begin(care, out);
    response r = {care, out, now_us, err, LYT_OK};
    lyt_status status = lyt_triggers_take(care->triggers, event, now_us, on_finding, &r, err);

    return lyt_care_follow(&a, status ? status : r.status, err);
}

lyt_status lyt_care_tick(lyt_care *care, int64_t now_us, lyt_facts *out, lyt_error *err)
{
    lyt_care_attempt a = lyt_care_begin(care, out);
    response r = {care, out, now_us, err, LYT_OK};
    lyt_watch watch = lyt_care_watch(care);
    lyt_status status = lyt_triggers_tick(care->triggers, now_us, on_finding, &r, err);

    if (!status)
        status = lyt_care_follow(&a, r.status, err);
    return lyt_care_finish(&a, status ? status : lyt_watch_tick(&watch, now_us, out, err));
}
