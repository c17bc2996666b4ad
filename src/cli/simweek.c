#include "simweek.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "simweek_inside.h"

enum { percent = 100, drain_days = 14, says_every = 256 };

static const int64_t day_us = 24 * 60 * 60 * (int64_t)1000000;

/* splitmix64: small, and the same everywhere. */
static uint64_t next_number(lyt_weekrun *run)
{
    uint64_t z = run->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t lyt_week_draw(lyt_weekrun *run, uint64_t n)
{
    return n ? next_number(run) % n : 0;
}

bool lyt_week_chance(lyt_weekrun *run, uint64_t p)
{
    return lyt_week_draw(run, percent) < p;
}

int64_t lyt_week_minutes(lyt_weekrun *run, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)(high - low) + 1, a = lyt_week_draw(run, span);
    uint64_t b = lyt_week_draw(run, span);

    return low + (int64_t)(a < b ? a : b);
}

static bool is_before(const lyt_todo *a, const lyt_todo *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(lyt_todo *a, lyt_todo *b)
{
    lyt_todo t = *a;

    *a = *b;
    *b = t;
}

lyt_status lyt_week_plan(lyt_weekrun *run, int64_t at_us, lyt_todo_kind kind, int64_t id,
                         const char *who)
{
    lyt_todo fresh = {at_us, ++run->n_orders, kind, id, ""};
    size_t i = run->n_heap;

    if (lyt_mem_grow(NULL, &run->heap, &run->cap_heap, run->n_heap + 1, sizeof *run->heap))
        return lyt_error_set(run->err, LYT_ENOMEM, "no memory for the week");
    snprintf(fresh.who, sizeof fresh.who, "%s", who);
    run->heap[run->n_heap++] = fresh;
    for (; i > 0 && is_before(&run->heap[i], &run->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&run->heap[i], &run->heap[(i - 1) / 2]);
    return LYT_OK;
}

static lyt_todo take_next(lyt_weekrun *run)
{
    lyt_todo first = run->heap[0];
    size_t i = 0;

    run->heap[0] = run->heap[--run->n_heap];
    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= run->n_heap)
            return first;
        if (child + 1 < run->n_heap && is_before(&run->heap[child + 1], &run->heap[child]))
            child++;
        if (!is_before(&run->heap[child], &run->heap[i]))
            return first;
        swap(&run->heap[child], &run->heap[i]);
        i = child;
    }
}

static lyt_busy *busy_of(lyt_weekrun *run, const char *who)
{
    for (size_t i = 0; i < run->o->settings->n_people; i++)
        if (strcmp(run->staff[i].person, who) == 0)
            return &run->staff[i];
    return NULL;
}

/* When that person gets to it: after a while, and not before what they are at is done. */
static int64_t free_at(lyt_weekrun *run, const char *who, int64_t low, int64_t high)
{
    const lyt_busy *busy = busy_of(run, who);
    int64_t at = run->now_us + lyt_week_minutes(run, low, high) * lyt_week_minute_us +
                 (int64_t)lyt_week_draw(run, 60000000);

    return busy && busy->until_us > at ? busy->until_us + lyt_week_minute_us : at;
}

/* An order of staff; that it is refused is a part of life, and counted. */
static lyt_status order(lyt_weekrun *run, lyt_care_order what, int64_t incident, const char *by,
                        lyt_care_reply *reply, bool *is_done)
{
    lyt_error why = {.code = LYT_OK};
    lyt_status status;

    what.act.incident = incident;
    what.act.by = lyt_str_of(by);
    what.act.now_us = run->now_us;
    status = lyt_care_do(run->week->care, &what, &run->week->facts, reply, &why);
    *is_done = !status;
    if (status == LYT_ENOMEM || status == LYT_EFORMAT) {
        *run->err = why;
        return status;
    }
    run->week->n_refused += status != LYT_OK;
    return LYT_OK;
}

static const lyt_case *case_of(const lyt_weekrun *run, int64_t id)
{
    return lyt_book_find(lyt_care_book(run->week->care), id);
}

/* Takes it on, and plans what follows. */
static lyt_status take_on(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_case *c = case_of(run, t->id);
    int64_t work = lyt_week_minutes(run, 6, 15 + 15 * c->severity) * lyt_week_minute_us;
    lyt_busy *busy = busy_of(run, t->who);
    lyt_care_reply reply;
    lyt_status status;
    bool done;

    if (c->state != LYT_INCIDENT_NEW && c->state != LYT_INCIDENT_REOPENED)
        return LYT_OK;
    if (busy && busy->until_us > run->now_us)
        return lyt_week_plan(run, busy->until_us + lyt_week_minute_us, LYT_TODO_TAKE, t->id,
                             t->who);
    status = order(run, (lyt_care_order){.verb = LYT_CARE_ACK}, t->id, t->who, &reply, &done);
    if (status || !done)
        return status;
    if (busy)
        busy->until_us = run->now_us + work;
    status = lyt_week_plan(run, run->now_us + work, LYT_TODO_MEND, t->id, t->who);
    if (!status && case_of(run, t->id)->guest[0] && !case_of(run, t->id)->contacted_us)
        status = lyt_week_plan(run, run->now_us + lyt_week_minutes(run, 1, 9) * lyt_week_minute_us,
                               LYT_TODO_CONTACT, t->id, t->who);
    return status;
}

static lyt_status contact(lyt_weekrun *run, const lyt_todo *t)
{
    lyt_care_reply reply;
    bool done;
    lyt_status status =
        order(run, (lyt_care_order){.verb = LYT_CARE_CONTACTED}, t->id, t->who, &reply, &done);
    int64_t due = run->now_us + lyt_week_minutes(run, 60, 240) * lyt_week_minute_us;

    if (!status && done && lyt_week_chance(run, 60))
        status = lyt_week_plan(run, run->now_us + lyt_week_minute_us, LYT_TODO_GIVE, t->id, t->who);
    if (status || !done || !lyt_week_chance(run, 10))
        return status;
    status = order(run,
                   (lyt_care_order){.verb = LYT_CARE_PROMISE,
                                    .act.text = LYT_STR("somebody comes by"),
                                    .until_us = due},
                   t->id, t->who, &reply, &done);
    if (status || !done)
        return status;
    due += lyt_week_chance(run, 92) ? -20 * lyt_week_minute_us : 30 * lyt_week_minute_us;
    return lyt_week_plan(run, due, LYT_TODO_KEEP, reply.number, t->who);
}

static lyt_status give(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_case *c = case_of(run, t->id);
    const lyt_settings *s = run->o->settings;
    lyt_wish wish = {lyt_str_of(c->guest), lyt_str_of(c->scenario), run->now_us,
                     lyt_care_stays(run->week->care)};
    lyt_proposal proposals[4];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, lyt_care_notes(run->week->care),
                                   lyt_care_book(run->week->care), &wish, proposals, 4);
    lyt_care_reply reply;
    bool done;

    if (!n)
        return LYT_OK;
    /* the best most often; at times one with an eye to the weight of it */
    return order(
        run,
        (lyt_care_order){
            .verb = LYT_CARE_OFFER,
            .whom = lyt_str_of(
                proposals[lyt_week_draw(run, lyt_week_chance(run, 40) ? n : 1)].gesture->id),
            .act.text = LYT_STR("for the trouble")},
        t->id, t->who, &reply, &done);
}

static lyt_status write_down(lyt_weekrun *run, int64_t id, const char *by)
{
    lyt_care_reply reply;
    bool done;
    lyt_status status =
        order(run, (lyt_care_order){.verb = LYT_CARE_CAUSE, .act.text = LYT_STR("wear")}, id, by,
              &reply, &done);

    return status ? status
                  : order(run,
                          (lyt_care_order){.verb = LYT_CARE_ACTION, .act.text = LYT_STR("mended")},
                          id, by, &reply, &done);
}

static lyt_status mend(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_case *c = case_of(run, t->id);
    bool has_guest = c->guest[0] != 0, is_parent = c->is_parent, done;
    lyt_care_order next = {.verb = has_guest ? LYT_CARE_ASK : LYT_CARE_MOVE,
                           .state = LYT_INCIDENT_CLOSED};
    char owner[lyt_incident_text_max];
    lyt_care_reply reply;
    lyt_status status;

    if (c->state != LYT_INCIDENT_ACKNOWLEDGED && c->state != LYT_INCIDENT_IN_WORK)
        return LYT_OK;
    memcpy(owner, c->owner, sizeof owner);
    status = write_down(run, t->id, owner);
    if (!status)
        status = order(run, (lyt_care_order){.verb = LYT_CARE_MOVE, .state = LYT_INCIDENT_REMEDIED},
                       t->id, owner, &reply, &done);
    if (!status && done)
        status = order(run, next, t->id, owner, &reply, &done);
    if (status || !is_parent)
        return status;
    /* many rooms, one cause: that is mended for good */
    status = order(run,
                   (lyt_care_order){.verb = LYT_CARE_FIX,
                                    .whom = lyt_str_of(owner),
                                    .act.text = LYT_STR("the cause of it"),
                                    .until_us = run->now_us + 3 * day_us},
                   t->id, owner, &reply, &done);
    if (status || !done)
        return status;
    return lyt_week_plan(run, run->now_us + (int64_t)(1 + lyt_week_draw(run, 4)) * day_us,
                         LYT_TODO_FIXED, reply.number, owner);
}

static lyt_status close_it(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_case *c = case_of(run, t->id);
    lyt_care_reply reply;
    lyt_status status;
    bool done;

    if (!lyt_case_is_open(c))
        return LYT_OK;
    status = write_down(run, t->id, t->who);
    return status
               ? status
               : order(run, (lyt_care_order){.verb = LYT_CARE_MOVE, .state = LYT_INCIDENT_CLOSED},
                       t->id, t->who, &reply, &done);
}

static lyt_status answer(lyt_weekrun *run, const lyt_todo *t)
{
    /* most are glad, some are not */
    int score =
        lyt_week_chance(run, 8) ? (int)lyt_week_draw(run, 7) : 7 + (int)lyt_week_draw(run, 4);
    lyt_care_reply reply;
    bool done;

    if (!case_of(run, t->id)->answer_due_us)
        return LYT_OK;
    return order(run, (lyt_care_order){.verb = LYT_CARE_ANSWER, .score = score}, t->id, "guest",
                 &reply, &done);
}

static lyt_status decide(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_book *book = lyt_care_book(run->week->care);
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_book_offers(book); i++) {
        const lyt_offer *o = lyt_book_offer_at(book, i);
        lyt_care_reply reply;
        bool done, yes;

        if (o->incident != t->id || o->state != LYT_OFFER_ASKED)
            continue;
        yes = lyt_week_chance(run, 80);
        status = order(
            run,
            (lyt_care_order){.verb = yes ? LYT_CARE_APPROVE : LYT_CARE_DECLINE, .other = o->id},
            t->id, t->who, &reply, &done);
        /* whose own limits do not allow it says no */
        if (!status && !done && yes)
            status = order(run, (lyt_care_order){.verb = LYT_CARE_DECLINE, .other = o->id}, t->id,
                           t->who, &reply, &done);
    }
    return status;
}

static lyt_status keep(lyt_weekrun *run, const lyt_todo *t)
{
    const lyt_promise *p = lyt_book_promise_at(lyt_care_book(run->week->care), (size_t)t->id - 1);
    lyt_care_reply reply;
    bool done;

    return order(run, (lyt_care_order){.verb = LYT_CARE_KEPT, .other = t->id}, p->incident, t->who,
                 &reply, &done);
}

static lyt_status fixed(lyt_weekrun *run, const lyt_todo *t)
{
    lyt_care_reply reply;
    bool done;

    return order(
        run,
        (lyt_care_order){.verb = LYT_CARE_FIXED, .other = t->id, .act.text = LYT_STR("measured")},
        0, t->who, &reply, &done);
}

static lyt_status do_todo(lyt_weekrun *run, const lyt_todo *t)
{
    lyt_status status;

    switch (t->kind) {
    case LYT_TODO_SAY:
        return lyt_week_say(run, t->id);
    case LYT_TODO_DO:
        status = lyt_week_do(run, &run->deeds[t->id]);
        return status;
    case LYT_TODO_TAKE:
        return take_on(run, t);
    case LYT_TODO_CONTACT:
        return contact(run, t);
    case LYT_TODO_GIVE:
        return give(run, t);
    case LYT_TODO_MEND:
        return mend(run, t);
    case LYT_TODO_CLOSE:
        return close_it(run, t);
    case LYT_TODO_ANSWER:
        return answer(run, t);
    case LYT_TODO_DECIDE:
        return decide(run, t);
    case LYT_TODO_KEEP:
        return keep(run, t);
    case LYT_TODO_FIXED:
        return fixed(run, t);
    }
    return LYT_OK;
}

/* What somebody does who is told something. */
static lyt_status on_told(lyt_weekrun *run, const lyt_fact *fact)
{
    char who[lyt_incident_text_max];
    uint64_t cares = 0;

    snprintf(who, sizeof who, "%.*s", LYT_STR_ARG(fact->who));
    run->week->n_told++;
    run->week->told[fact->which]++;
    switch ((lyt_notice)fact->which) {
    case LYT_NOTICE_ALARM:
        cares = 85;
        break;
    case LYT_NOTICE_REMINDER:
        cares = 50;
        break;
    case LYT_NOTICE_NEXT:
    case LYT_NOTICE_REOPENED:
        cares = 95;
        break;
    case LYT_NOTICE_MISSED:
        cares = 100;
        break;
    case LYT_NOTICE_APPROVAL:
        return lyt_week_chance(run, 90) ? lyt_week_plan(run, free_at(run, who, 1, 9),
                                                        LYT_TODO_DECIDE, fact->incident, who)
                                        : LYT_OK;
    case LYT_NOTICE_CAUSE:
        return lyt_week_plan(run, free_at(run, who, 10, 90), LYT_TODO_CLOSE, fact->incident, who);
    case LYT_NOTICE_FOLLOW_UP:
        return lyt_week_chance(run, 65)
                   ? lyt_week_plan(
                         run, run->now_us + lyt_week_minutes(run, 20, 480) * lyt_week_minute_us,
                         LYT_TODO_ANSWER, fact->incident, "guest")
                   : LYT_OK;
    default:
        return LYT_OK;
    }
    if (!lyt_week_chance(run, cares))
        return LYT_OK;
    return lyt_week_plan(run, free_at(run, who, 1, 7), LYT_TODO_TAKE, fact->incident, who);
}

static lyt_status note_found(lyt_weekrun *run, const lyt_fact *fact)
{
    lyt_week *w = run->week;
    lyt_str trigger = fact->text;

    for (size_t i = w->n_findings; fact->kind == LYT_FACT_UNFOUND && i-- > 0;) {
        lyt_finding_row *row = &w->findings[i];

        if (row->found_us != fact->other || !lyt_str_equal(lyt_str_of(row->subject), fact->who) ||
            !lyt_str_equal(lyt_str_of(row->trigger), trigger))
            continue;
        row->withdrawn_us = fact->at_us;
        return LYT_OK;
    }
    if (fact->kind == LYT_FACT_UNFOUND)
        return LYT_OK;
    if (lyt_mem_grow(NULL, &w->findings, &w->cap_findings, w->n_findings + 1, sizeof *w->findings))
        return lyt_error_set(run->err, LYT_ENOMEM, "no memory for the week");
    /* texts of a list of facts carry a NUL */
    w->findings[w->n_findings++] = (lyt_finding_row){.trigger = trigger.ptr,
                                                     .subject = fact->who.ptr,
                                                     .incident = fact->incident,
                                                     .at_us = fact->at_us,
                                                     .found_us = fact->other,
                                                     .severity = (int)fact->number,
                                                     .is_held_out = fact->which != 0};
    return LYT_OK;
}

static lyt_status react(lyt_weekrun *run)
{
    lyt_status status = LYT_OK;

    for (; !status && run->seen < run->week->facts.n; run->seen++) {
        lyt_fact fact = run->week->facts.items[run->seen];

        if (fact.kind == LYT_FACT_TOLD)
            status = on_told(run, &fact);
        else if (fact.kind == LYT_FACT_FOUND || fact.kind == LYT_FACT_UNFOUND)
            status = note_found(run, &fact);
    }
    /* nothing is taken back here */
    lyt_care_mark(run->week->care);
    return status;
}

static lyt_status live(lyt_weekrun *run)
{
    int64_t end_us = run->o->from_us + (run->o->n_days + drain_days) * day_us;
    int64_t week_us = run->o->n_days * day_us;
    size_t n = 0;
    lyt_status status = LYT_OK;

    while (!status) {
        int64_t due = lyt_care_due(run->week->care, run->now_us);
        int64_t next = run->n_heap ? run->heap[0].at_us : INT64_MAX;

        if ((due < next ? due : next) > end_us)
            break;
        run->now_us = due < next ? due : next;
        if (due <= next) {
            status = lyt_care_tick(run->week->care, run->now_us, &run->week->facts, run->err);
        } else {
            lyt_todo t = take_next(run);

            status = do_todo(run, &t);
        }
        if (!status)
            status = react(run);
        if (!status && n++ % says_every == 0 && run->o->progress &&
            !run->o->progress(run->o->context, "a week",
                              (double)(run->now_us - run->o->from_us) / (double)week_us))
            status = lyt_error_set(run->err, LYT_ECLOSED, "stopped");
        run->week->until_us = run->now_us;
    }
    return status;
}

static lyt_status prepare(lyt_weekrun *run)
{
    const lyt_settings *s = run->o->settings;
    lyt_status status = lyt_care_new(&run->week->care, NULL, s);

    if (!status)
        status = lyt_facts_init(&run->week->facts, NULL);
    run->staff = lyt_mem_array(NULL, s->n_people + 1, sizeof *run->staff);
    run->judgement = lyt_mem_new(NULL, sizeof *run->judgement);
    if (status || !run->staff || !run->judgement)
        return lyt_error_set(run->err, LYT_ENOMEM, "no memory for the week");
    for (size_t i = 0; i < s->n_people; i++)
        run->staff[i] = (lyt_busy){s->people[i].id, 0};
    return run->o->judge->open(run->o->judge->context, &run->session, run->err);
}

lyt_status lyt_week_run(lyt_week *out, const lyt_week_options *options, lyt_error *err)
{
    lyt_weekrun run = {.o = options, .week = out, .state = options->seed, .err = err};
    lyt_status status;

    memset(out, 0, sizeof *out);
    run.now_us = options->from_us;
    status = prepare(&run);
    if (!status && lyt_week_make(&run))
        status = lyt_error_set(err, LYT_ENOMEM, "no memory for the week");
    if (!status)
        status = live(&run);
    options->judge->free(run.session);
    lyt_mem_free(NULL, run.heap);
    lyt_mem_free(NULL, run.stays);
    lyt_mem_free(NULL, run.deeds);
    lyt_mem_free(NULL, run.staff);
    lyt_mem_free(NULL, run.judgement);
    if (status)
        lyt_week_free(out);
    return status;
}

void lyt_week_free(lyt_week *week)
{
    lyt_care_free(week->care);
    if (week->facts.arena)
        lyt_facts_deinit(&week->facts);
    lyt_mem_free(NULL, week->findings);
    memset(week, 0, sizeof *week);
}
