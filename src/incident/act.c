#include "act.h"

#include <string.h>

#include "buf.h"

lyt_status lyt_act_begin(const lyt_book *book, const lyt_act *act, const lyt_case **out,
                         lyt_error *err)
{
    const lyt_case *c = lyt_book_find(book, act->incident);
    long long id = (long long)act->incident;

    if (!c)
        return lyt_error_set(err, LYT_ENOTFOUND, "there is no incident %lld", id);
    if (c->merged)
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld was merged into %lld; act on that one, or unmerge it",
                             id, (long long)lyt_book_root(book, c->id));
    if (!act->by.len)
        return lyt_error_set(err, LYT_EINVAL, "who does it? name somebody");
    if (act->by.len >= lyt_incident_text_max || act->text.len > lyt_incident_note_max)
        return lyt_error_set(err, LYT_ELIMIT,
                             "a name has at most %d bytes, a text at most %d; make it shorter",
                             lyt_incident_text_max - 1, lyt_incident_note_max);
    if (act->version && act->version != c->version)
        return lyt_error_set(err, LYT_EBUSY,
                             "incident %lld was changed by %s since you read it (now version %lld, "
                             "%s); read it again",
                             id, c->changed_by[0] ? c->changed_by : "Lyt", (long long)c->version,
                             lyt_incident_state_name(c->state));
    *out = c;
    return LYT_OK;
}

lyt_fact lyt_act_fact(const lyt_act *act, lyt_fact_kind kind)
{
    return (lyt_fact){.kind = kind,
                      .incident = act->incident,
                      .at_us = act->now_us,
                      .by = act->by,
                      .text = act->text};
}

/* The commands below add several facts: all of them or none. */
typedef struct step {
    lyt_book *book;
    lyt_facts *out;
    size_t point, n;
} step;

static step begin_step(lyt_book *book, lyt_facts *out)
{
    return (step){book, out, lyt_book_point(book), out->n};
}

static lyt_status end_step(const step *s, lyt_status status)
{
    if (status) {
        lyt_book_back_to(s->book, s->point);
        s->out->n = s->n;
    }
    return status;
}

static lyt_status emit_move(const step *s, const lyt_act *act, lyt_incident_state to,
                            lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_MOVED);

    fact.which = to;
    return lyt_book_emit(s->book, s->out, &fact, err);
}

static lyt_status emit_owner(const step *s, const lyt_act *act, lyt_str who, lyt_error *err)
{
    const lyt_case *c = lyt_book_find(s->book, act->incident);
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_OWNED);

    if (lyt_str_equal(lyt_str_of(c->owner), who))
        return LYT_OK;
    fact.who = who;
    return lyt_book_emit(s->book, s->out, &fact, err);
}

static lyt_status refuse_move(const lyt_case *c, lyt_incident_state to, lyt_error *err)
{
    lyt_incident copy = {.id = c->id, .state = c->state};

    /* for its text; the table has refused already */
    return lyt_incident_move(&copy, to, LYT_STR("nobody"), 0, err);
}

/* Whether `by` may take it on: nobody has it, or had it for a time that is over. */
static lyt_status may_acknowledge(const lyt_case *c, const lyt_act *act, lyt_error *err)
{
    bool has_it = lyt_str_equal(lyt_str_of(c->owner), act->by);

    switch (c->state) {
    case LYT_INCIDENT_NEW:
    case LYT_INCIDENT_REOPENED:
        return LYT_OK;
    case LYT_INCIDENT_ACKNOWLEDGED:
    case LYT_INCIDENT_IN_WORK:
        if (has_it || c->remind_us)
            return LYT_OK;
        return lyt_error_set(err, LYT_EBUSY,
                             "incident %lld is with %s already; ask for it to be assigned to you",
                             (long long)c->id, c->owner);
    case LYT_INCIDENT_REMEDIED:
    case LYT_INCIDENT_CONFIRMED:
    case LYT_INCIDENT_CLOSED:
    case LYT_INCIDENT_VOID:
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld is %s already and stays so; there is nothing left to "
                             "acknowledge",
                             (long long)c->id, lyt_incident_state_name(c->state));
    case LYT_INCIDENT_STATE_COUNT:
        break;
    }
    return lyt_error_set(err, LYT_ESTATE, "incident %lld is in no known state", (long long)c->id);
}

lyt_status lyt_act_acknowledge(lyt_book *book, const lyt_act *act, int64_t until_us, lyt_facts *out,
                               lyt_error *err)
{
    step s = begin_step(book, out);
    lyt_fact limit = lyt_act_fact(act, LYT_FACT_ACK_LIMITED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (!status)
        status = may_acknowledge(c, act, err);
    if (!status && until_us && until_us <= act->now_us)
        status = lyt_error_set(err, LYT_EINVAL, "until when? that time is over already");
    if (status)
        return status;
    if (lyt_incident_may_move(c->state, LYT_INCIDENT_ACKNOWLEDGED))
        status = emit_move(&s, act, LYT_INCIDENT_ACKNOWLEDGED, err);
    if (!status)
        status = emit_owner(&s, act, act->by, err);
    limit.due_us = until_us;
    if (!status)
        status = lyt_book_emit(book, out, &limit, err);
    return end_step(&s, status);
}

static lyt_status may_close(const lyt_case *c, lyt_error *err)
{
    long long id = (long long)c->id;

    if (!c->has_cause || !c->has_action)
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld has no %s written down; write it before closing", id,
                             c->has_cause    ? "action taken"
                             : c->has_action ? "cause"
                                             : "cause and no action taken");
    if (c->state == LYT_INCIDENT_REMEDIED && c->guest[0] && !c->is_unconfirmed)
        return lyt_error_set(err, LYT_ESTATE,
                             c->asked_us ? "the guest of incident %lld was asked and may still "
                                           "answer; it closes by itself then"
                                         : "the guest of incident %lld was not asked yet; ask "
                                           "first whether it is right now",
                             id);
    return LYT_OK;
}

static lyt_status close(const step *s, const lyt_act *act, const lyt_case *c, lyt_error *err)
{
    lyt_fact unanswered = lyt_act_fact(act, LYT_FACT_UNANSWERED);
    lyt_status status = may_close(c, err);

    if (!status && c->state == LYT_INCIDENT_REMEDIED && !c->is_unconfirmed)
        status = lyt_book_emit(s->book, s->out, &unanswered, err);
    return status ? status : emit_move(s, act, LYT_INCIDENT_CLOSED, err);
}

lyt_status lyt_act_move(lyt_book *book, const lyt_act *act, lyt_incident_state to, lyt_facts *out,
                        lyt_error *err)
{
    step s = begin_step(book, out);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);
    bool starts;

    if (status)
        return status;
    if (!lyt_incident_may_move(c->state, to))
        return refuse_move(c, to, err);
    if (to == LYT_INCIDENT_ACKNOWLEDGED)
        return lyt_act_acknowledge(book, act, 0, out, err);
    if ((to == LYT_INCIDENT_VOID || to == LYT_INCIDENT_REOPENED) && !act->text.len)
        return lyt_error_set(err, LYT_EINVAL, "why is incident %lld to be %s? give a reason",
                             (long long)c->id, lyt_incident_state_name(to));
    if (to == LYT_INCIDENT_CLOSED)
        return end_step(&s, close(&s, act, c, err));
    starts = to == LYT_INCIDENT_IN_WORK && c->state != LYT_INCIDENT_ACKNOWLEDGED;
    status = emit_move(&s, act, to, err);
    if (!status && starts)
        status = emit_owner(&s, act, act->by, err);
    return end_step(&s, status);
}

lyt_status lyt_act_assign(lyt_book *book, const lyt_act *act, lyt_str to, lyt_facts *out,
                          lyt_error *err)
{
    step s = begin_step(book, out);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!to.len || to.len >= lyt_incident_text_max)
        return lyt_error_set(err, LYT_EINVAL, "to whom? name somebody, in at most %d bytes",
                             lyt_incident_text_max - 1);
    if (lyt_str_equal(lyt_str_of(c->owner), to))
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is with %s already", (long long)c->id,
                             c->owner);
    if (!lyt_case_is_open(c))
        return lyt_error_set(err, LYT_ESTATE, "incident %lld is %s; reopen it first",
                             (long long)c->id, lyt_incident_state_name(c->state));
    return end_step(&s, emit_owner(&s, act, to, err));
}

lyt_status lyt_act_write(lyt_book *book, const lyt_act *act, lyt_fact_kind kind, lyt_facts *out,
                         lyt_error *err)
{
    lyt_act any = *act;
    lyt_fact fact = lyt_act_fact(act, kind);
    const lyt_case *c;
    lyt_status status;

    any.version = 0;
    status = lyt_act_begin(book, &any, &c, err);
    if (status)
        return status;
    if (kind == LYT_FACT_CONSENTED && !lyt_str_trim(act->text).len)
        return lyt_error_set(err, LYT_EINVAL,
                             "the note is empty; write how the guest consented, and when");
    if (kind != LYT_FACT_REVOKED && !lyt_str_trim(act->text).len)
        return lyt_error_set(err, LYT_EINVAL, "the %s is empty; write what happened",
                             kind == LYT_FACT_NOTED ? "note" : lyt_fact_name(kind));
    return lyt_book_emit(book, out, &fact, err);
}

lyt_status lyt_act_ask(lyt_book *book, const lyt_act *act, int64_t due_us, lyt_facts *out,
                       lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_ASKED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (c->state != LYT_INCIDENT_REMEDIED || c->asked_us)
        return lyt_error_set(err, LYT_ESTATE,
                             c->asked_us ? "the guest of incident %lld was asked already; once is "
                                           "enough"
                                         : "the guest of incident %lld is asked once it is "
                                           "remedied",
                             (long long)c->id);
    fact.due_us = due_us;
    return lyt_book_emit(book, out, &fact, err);
}

static lyt_status confirm(const step *s, const lyt_act *act, const lyt_case *c, lyt_error *err)
{
    lyt_status status = emit_move(s, act, LYT_INCIDENT_CONFIRMED, err);

    if (status || !c->has_cause || !c->has_action)
        return status;
    return emit_move(s, act, LYT_INCIDENT_CLOSED, err);
}

lyt_status lyt_act_answer(lyt_book *book, const lyt_act *act, int score, bool complains,
                          lyt_facts *out, lyt_error *err)
{
    enum { unhappy_max = 6, score_max = 10 };
    step s = begin_step(book, out);
    lyt_act guest = *act;
    lyt_fact fact;
    const lyt_case *c;
    lyt_status status;

    if (!guest.by.len)
        guest.by = LYT_STR("guest");
    fact = lyt_act_fact(&guest, LYT_FACT_ANSWERED);
    fact.number = score;
    fact.which = complains;
    status = lyt_act_begin(book, &guest, &c, err);
    if (status)
        return status;
    if (score < -1 || score > score_max)
        return lyt_error_set(err, LYT_EINVAL, "a score is 0 to %d, or -1 for none", score_max);
    if (c->state != LYT_INCIDENT_REMEDIED && c->state != LYT_INCIDENT_CONFIRMED &&
        c->state != LYT_INCIDENT_CLOSED)
        return lyt_error_set(err, LYT_ESTATE,
                             "incident %lld is %s: there is nothing yet that a guest could confirm",
                             (long long)c->id, lyt_incident_state_name(c->state));
    status = lyt_book_emit(book, out, &fact, err);
    if (!status && (complains || (score >= 0 && score <= unhappy_max)))
        status = emit_move(&s, &guest, LYT_INCIDENT_REOPENED, err);
    else if (!status && c->state == LYT_INCIDENT_REMEDIED)
        status = confirm(&s, &guest, c, err);
    return end_step(&s, status);
}

lyt_status lyt_act_unanswered(lyt_book *book, int64_t incident, int64_t now_us, lyt_facts *out,
                              lyt_error *err)
{
    step s = begin_step(book, out);
    lyt_act act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = now_us};
    lyt_fact fact = lyt_act_fact(&act, LYT_FACT_UNANSWERED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, &act, &c, err);

    if (status)
        return status;
    if (c->state != LYT_INCIDENT_REMEDIED || !c->answer_due_us)
        return lyt_error_set(err, LYT_ESTATE, "nobody waits for an answer to incident %lld",
                             (long long)incident);
    status = lyt_book_emit(book, out, &fact, err);
    if (!status && c->has_cause && c->has_action)
        status = emit_move(&s, &act, LYT_INCIDENT_CLOSED, err);
    return end_step(&s, status);
}
