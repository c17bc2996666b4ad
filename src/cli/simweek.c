#include "simweek.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
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

int64_t lyt_week_free_at(lyt_weekrun *run, const char *who, int64_t low, int64_t high)
{
    const lyt_busy *busy = busy_of(run, who);
    int64_t at = run->now_us + lyt_week_minutes(run, low, high) * lyt_week_minute_us +
                 (int64_t)lyt_week_draw(run, 60000000);

    return busy && busy->until_us > at ? busy->until_us + lyt_week_minute_us : at;
}

lyt_status lyt_week_order(lyt_weekrun *run, lyt_care_reply *reply, bool *is_done)
{
    lyt_status status = lyt_buf_status(&run->json);

    if (status)
        return lyt_error_set(run->err, status, "no memory for the week");
    status =
        lyt_simhouse_order(run->week->house, lyt_buf_str(&run->json), reply, is_done, run->err);
    if (!status)
        run->week->n_refused += !*is_done;
    return status;
}

/* What has a value; the rest is left out, as by `lyt incident`. */
static void write_order(lyt_buf *out, const lyt_care_order *what)
{
    lyt_jw jw;
    lyt_buf until;

    lyt_buf_init(&until, NULL);
    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("incident.do"));
    lyt_jw_kstr(&jw, "verb", lyt_str_of(lyt_care_verb_name(what->verb)));
    if (what->act.incident)
        lyt_jw_kint(&jw, "incident", what->act.incident);
    lyt_jw_kstr(&jw, "by", what->act.by);
    if (what->act.text.len)
        lyt_jw_kstr(&jw, "note", what->act.text);
    if (what->whom.len)
        lyt_jw_kstr(&jw, "whom", what->whom);
    if (what->other)
        lyt_jw_kint(&jw, "other", what->other);
    if (what->verb == LYT_CARE_MOVE)
        lyt_jw_kstr(&jw, "state", lyt_str_of(lyt_incident_state_name(what->state)));
    if (what->verb == LYT_CARE_ANSWER)
        lyt_jw_kint(&jw, "score", what->score);
    if (what->until_us) {
        lyt_clock_format(&until, what->until_us);
        lyt_jw_kstr(&jw, "until", lyt_buf_str(&until));
    }
    lyt_jw_object_end(&jw);
    if (lyt_buf_status(&until))
        out->status = lyt_buf_status(&until);
    lyt_buf_deinit(&until);
}

/* An order of staff; that it is refused is a part of life, and counted. */
static lyt_status order(lyt_weekrun *run, lyt_care_order what, int64_t incident, const char *by,
                        lyt_care_reply *reply, bool *is_done)
{
    what.act.incident = incident;
    what.act.by = lyt_str_of(by);
    write_order(&run->json, &what);
    return lyt_week_order(run, reply, is_done);
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
    lyt_care *care = (lyt_care *)(uintptr_t)run->week->care; /* what is asked changes nothing */
    lyt_wish wish = {lyt_str_of(c->guest), lyt_str_of(c->scenario), run->now_us,
                     lyt_care_stays(care)};
    lyt_proposal proposals[4];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, lyt_care_notes(care),
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
    switch (t->kind) {
    case LYT_TODO_SAY:
        return lyt_week_say(run, t->id);
    case LYT_TODO_DO:
        return lyt_week_do(run, &run->deeds[t->id]);
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
    case LYT_TODO_LOOK:
        return lyt_week_look(run);
    }
    return LYT_OK;
}

static lyt_status note_found(lyt_weekrun *run, const lyt_fact *fact)
{
    lyt_week *w = run->week;
    lyt_str trigger = fact->text;
    lyt_status status;

    bool is_moved = fact->kind == LYT_FACT_FOUND && fact->due_us;

    for (size_t i = w->n_findings; (fact->kind == LYT_FACT_UNFOUND || is_moved) && i-- > 0;) {
        lyt_finding_row *row = &w->findings[i];

        if (row->found_us != (is_moved ? fact->due_us : fact->other) || !lyt_str_equal(lyt_str_of(row->subject), fact->who) ||
            !lyt_str_equal(lyt_str_of(row->trigger), trigger))
            continue;
        if (is_moved)
            row->found_us = fact->other;
        else
            row->withdrawn_us = fact->at_us;
        return LYT_OK;
    }
    if (fact->kind == LYT_FACT_UNFOUND)
        return LYT_OK;
    status = lyt_facts_add(&w->found, fact);
    if (!status)
        status = lyt_mem_grow(NULL, &w->findings, &w->cap_findings, w->n_findings + 1,
                              sizeof *w->findings);
    if (status)
        return lyt_error_set(run->err, LYT_ENOMEM, "no memory for the week");
    /* texts of a list of facts carry a NUL, and stay where they are */
    w->findings[w->n_findings++] = (lyt_finding_row){.trigger = w->found.items[w->found.n - 1].text.ptr,
                                                     .subject = w->found.items[w->found.n - 1].who.ptr,
                                                     .incident = fact->incident,
                                                     .at_us = fact->at_us,
                                                     .found_us = fact->other,
                                                     .severity = (int)fact->number,
                                                     .is_held_out = fact->which != 0};
    return LYT_OK;
}

/* What happened, as the house wrote it down. */
static lyt_status on_fact(void *context, const lyt_fact *fact)
{
    lyt_weekrun *run = context;
    char who[lyt_incident_text_max];

    run->week->n_facts++;
    run->week->until_us = run->now_us;
    if (fact->kind == LYT_FACT_FOUND || fact->kind == LYT_FACT_UNFOUND)
        return note_found(run, fact);
    if (fact->kind != LYT_FACT_TOLD)
        return LYT_OK;
    run->week->n_told++;
    run->week->told[fact->which]++;
    if (lyt_week_goes_out(run, fact))
        return LYT_OK;
    snprintf(who, sizeof who, "%.*s", LYT_STR_ARG(fact->who));
    return lyt_week_heard(run, (lyt_notice)fact->which, fact->incident, who);
}

static lyt_status live(lyt_weekrun *run)
{
    int64_t end_us = run->o->from_us + (run->o->n_days + drain_days) * day_us;
    int64_t week_us = run->o->n_days * day_us;
    size_t n = 0;
    lyt_status status = LYT_OK;

    while (!status) {
        int64_t due = lyt_simhouse_due(run->week->house);
        int64_t next = run->n_heap ? run->heap[0].at_us : INT64_MAX;

        if ((due < next ? due : next) > end_us)
            break;
        if ((due < next ? due : next) > run->now_us)
            run->now_us = due < next ? due : next;
        lyt_simhouse_set_clock(run->week->house, run->now_us);
        if (due <= next) {
            status = lyt_simhouse_go(run->week->house, run->err);
        } else {
            lyt_todo t = take_next(run);

            status = do_todo(run, &t);
        }
        if (!status && n++ % says_every == 0 && run->o->progress &&
            !run->o->progress(run->o->context, "a week",
                              (double)(run->now_us - run->o->from_us) / (double)week_us))
            status = lyt_error_set(run->err, LYT_ECLOSED, "stopped");
    }
    return status;
}

static lyt_status prepare(lyt_weekrun *run)
{
    const lyt_settings *s = run->o->settings;
    lyt_simhouse_options house = {.settings = s,
                                  .words = run->o->words,
                                  .pack = run->o->judge->version,
                                  .seed = run->o->seed,
                                  .from_us = run->o->from_us,
                                  .on_fact = on_fact,
                                  .on_arrived = lyt_week_arrived,
                                  .context = run};
    lyt_status status = lyt_simhouse_open(&run->week->house, &house, run->err);

    if (status)
        return status;
    run->week->care = lyt_simhouse_care(run->week->house);
    status = lyt_facts_init(&run->week->found, NULL);
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
    lyt_buf_init(&run.json, NULL);
    status = prepare(&run);
    if (!status)
        status = lyt_week_make(&run);
    if (!status)
        status = live(&run);
    options->judge->free(run.session);
    lyt_mem_free(NULL, run.heap);
    lyt_mem_free(NULL, run.stays);
    lyt_mem_free(NULL, run.deeds);
    lyt_mem_free(NULL, run.staff);
    lyt_mem_free(NULL, run.judgement);
    lyt_buf_deinit(&run.json);
    if (status)
        lyt_week_free(out);
    return status;
}

void lyt_week_free(lyt_week *week)
{
    lyt_simhouse_close(week->house);
    if (week->found.arena)
        lyt_facts_deinit(&week->found);
    lyt_mem_free(NULL, week->findings);
    memset(week, 0, sizeof *week);
}
