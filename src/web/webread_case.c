#include <string.h>

#include "fact.h"
#include "mem.h"
#include "refusal.h"
#include "webhouse.h"
#include "webjson.h"
#include "webread_inner.h"

enum { fact_bytes_max = 1 << 20, incidents_max = 1000, answer_bytes = 2 << 20, messages_max = 200 };

static const char restricted[] = "restricted";

/* ---- the book of a house with settings, brought up to date ---- */

static lyt_status one_fact(void *user, int64_t id, lyt_str text)
{
    lyt_webasked *a = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, &a->err);

    if (!status)
        status = lyt_fact_read(&fact, json, &a->err);
    if (!status)
        status = lyt_book_fold(a->r->book, &fact, &a->err);
    if (!status)
        lyt_book_mark(a->r->book);
    lyt_json_free(json);
    if (!status)
        a->r->last_fact = id;
    return status;
}

lyt_status lyt_webasked_facts(lyt_webasked *a)
{
    if (!a->r->book)
        return LYT_OK;
    return lyt_found_each_fact(a->r->found, a->r->last_fact, one_fact, a, &a->err);
}

static const lyt_case *case_of(const lyt_webasked *a, int64_t id)
{
    return a->r->book ? lyt_book_find(a->r->book, id) : NULL;
}

/* What went into another incident is worked on there. */
static bool is_merged(const lyt_webasked *a, int64_t id)
{
    const lyt_case *c = case_of(a, id);

    return c && c->merged;
}

/* ---- lists ---- */

static lyt_status read_wanted(lyt_webasked *a, lyt_found_cases *out, lyt_buf *properties)
{
    lyt_str state = lyt_json_text(a->tree, "state");
    lyt_incident_state known;

    out->only_open = lyt_str_equal(state, LYT_STR("open"));
    out->state = -1;
    if (!out->only_open && !lyt_str_equal(state, LYT_STR("all"))) {
        if (lyt_incident_state_parse(&known, state))
            return lyt_webasked_refuse(a, 422, "invalid", LYT_EINVAL,
                                       "state: must be open, all or the name of a state");
        out->state = (int)known;
    }
    out->team = lyt_json_text(a->tree, "team");
    out->before = lyt_json_number(a->tree, "before");
    out->limit = lyt_json_number(a->tree, "limit") + 1;
    return lyt_webasked_properties(a, properties);
}

/* The message that opened it is the first that its history names. */
static lyt_status first_message(void *user, int64_t at_us, int64_t feedback, lyt_str what,
                                lyt_str by, lyt_str note)
{
    (void)at_us, (void)what, (void)by, (void)note;
    *(int64_t *)user = feedback;
    return feedback ? LYT_EEND : LYT_OK;
}

static lyt_status write_beginning(void *user, const lyt_feedback *feedback, lyt_str verdict_json)
{
    lyt_webasked *a = user;
    size_t from = a->jw.out->len;

    (void)verdict_json;
    if (feedback->text.len) {
        lyt_jw_key(&a->jw, "text");
        lyt_jw_beginning(&a->jw, feedback->text);
        lyt_webasked_blot(a, from);
    }
    return LYT_OK;
}

/* What the guest wrote, for those that a board shows. */
static lyt_status add_words(lyt_webasked *a, const lyt_incident *incident)
{
    lyt_webrestriction restriction;
    int64_t feedback = 0;
    lyt_status status;

    if (!lyt_incident_is_open(incident->state))
        return LYT_OK;
    status = lyt_store_each_history(a->r->store, incident->id, first_message, &feedback, &a->err);
    /* what was said of a failure that only some may see is not shown by another of the same words
     */
    restriction = feedback ? lyt_webasked_restriction(a, feedback) : LYT_WEB_FREE;
    if (restriction == LYT_WEB_NOTED && !lyt_webasked_is_restricted(a, incident->scenario))
        lyt_webasked_show(a, LYT_SHOWN_MESSAGE, feedback);
    if (!status && feedback && restriction != LYT_WEB_HIDDEN)
        status = lyt_store_get_feedback(a->r->store, feedback, write_beginning, a, &a->err);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

/* Of what is not for who asks there is its number, how far it is and where. */
static lyt_status write_case(lyt_webasked *a, const lyt_incident *incident)
{
    lyt_incident receipt = {.id = incident->id,
                            .state = incident->state,
                            .opened_us = incident->opened_us,
                            .updated_us = incident->updated_us,
                            .last_message_us = incident->last_message_us};
    lyt_status status = LYT_OK;

    lyt_jw_object(&a->jw);
    if (lyt_webasked_is_hidden(a, incident->scenario)) {
        memcpy(receipt.property, incident->property, sizeof receipt.property);
        memcpy(receipt.scenario, restricted, sizeof restricted);
        lyt_jw_incident(&a->jw, &receipt);
        lyt_jw_kbool(&a->jw, "restricted", true);
    } else {
        if (lyt_webasked_is_restricted(a, incident->scenario))
            lyt_webasked_show(a, LYT_SHOWN_INCIDENT, incident->id);
        lyt_jw_incident(&a->jw, incident);
        lyt_jw_case(&a->jw, a->r->book, case_of(a, incident->id));
        status = add_words(a, incident);
    }
    lyt_jw_object_end(&a->jw);
    return status ? status : lyt_buf_status(a->jw.out);
}

static lyt_status write_incident(lyt_webasked *a, int64_t id)
{
    lyt_incident incident;
    lyt_status status = lyt_store_get_incident(a->r->store, id, &incident, &a->err);

    if (status)
        return status;
    return write_case(a, &incident);
}

lyt_status lyt_webread_incidents(lyt_webasked *a)
{
    int64_t ids[incidents_max + 1], seq = 0;
    lyt_found_cases wanted = {.limit = 0};
    lyt_buf properties;
    size_t n = 0, shown = 0, limit;
    lyt_status status;

    lyt_buf_init(&properties, a->r->o->alloc);
    status = read_wanted(a, &wanted, &properties);
    wanted.properties = lyt_buf_str(&properties);
    limit = (size_t)wanted.limit - 1;
    /* first the number, then the rows: whoever listens to events from there on misses none */
    if (!status)
        status = lyt_found_last_seq(a->r->found, &seq, &a->err);
    if (!status)
        status = lyt_webasked_facts(a);
    if (!status)
        status = lyt_found_cases_ids(a->r->found, &wanted, ids, incidents_max + 1, &n, &a->err);
    lyt_jw_object(&a->jw);
    lyt_jw_key(&a->jw, "incidents");
    lyt_jw_array(&a->jw);
    for (; !status && shown < n && shown < limit && a->jw.out->len < answer_bytes; shown++)
        if (!wanted.only_open || !is_merged(a, ids[shown]))
            status = write_incident(a, ids[shown]);
    lyt_jw_array_end(&a->jw);
    lyt_jw_kbool(&a->jw, "more", shown < n);
    lyt_jw_kint(&a->jw, "seq", seq);
    lyt_jw_object_end(&a->jw);
    lyt_buf_deinit(&properties);
    return status;
}

/* ---- one ---- */

typedef struct telling {
    lyt_webasked *a;
    int64_t messages[messages_max];
    size_t n;
} telling;

/* Nobody of the house wrote it. Whose a case is now did not write why either, unless they took it.
 */
static bool is_ours(lyt_str what, lyt_str by)
{
    return !by.len || lyt_str_equal(what, LYT_STR("owned")) || lyt_str_equal(by, LYT_STR("lyt")) ||
           lyt_str_equal(by, LYT_STR("guest"));
}

/* In the language of who asks. */
static lyt_status write_note(lyt_webasked *a, lyt_str note)
{
    bool is_danish = false;
    lyt_status status;
    lyt_buf said;

    if (!lyt_json_bool(lyt_json_get(a->tree, "danish"), &is_danish) || !is_danish) {
        lyt_jw_kstr(&a->jw, "note", note);
        return LYT_OK;
    }
    lyt_buf_init(&said, a->r->o->alloc);
    (void)lyt_refusal_say(&said, note);
    status = lyt_buf_status(&said);
    lyt_jw_kstr(&a->jw, "note", lyt_buf_str(&said));
    lyt_buf_deinit(&said);
    return status;
}

static lyt_status one_history(void *user, int64_t at_us, int64_t feedback, lyt_str what, lyt_str by,
                              lyt_str note)
{
    telling *t = user;
    lyt_jw *jw = &t->a->jw;
    bool is_new = feedback > 0 && t->n < messages_max;

    for (size_t i = 0; i < t->n; i++)
        is_new = is_new && t->messages[i] != feedback;
    if (is_new)
        t->messages[t->n++] = feedback;
    lyt_jw_object(jw);
    lyt_jw_ktime(jw, "at", at_us);
    lyt_jw_kstr(jw, "what", what);
    if (feedback)
        lyt_jw_kint(jw, "feedback", feedback);
    lyt_jw_kstr(jw, "by", by);
    if (!is_ours(what, by))
        lyt_jw_kstr(jw, "note", note);
    else if (write_note(t->a, note))
        return LYT_ENOMEM;
    lyt_jw_object_end(jw);
    return lyt_buf_status(jw->out);
}

static lyt_status one_message(void *user, const lyt_feedback *feedback, lyt_str verdict_json)
{
    lyt_webasked *a = user;

    if (lyt_webasked_is_hidden_message(a, feedback->id))
        lyt_webasked_receipt(a, feedback);
    else
        lyt_webasked_message(a, feedback, verdict_json);
    return lyt_buf_status(a->jw.out);
}

static lyt_status find_incident(lyt_webasked *a, lyt_incident *out)
{
    lyt_status status =
        lyt_store_get_incident(a->r->store, lyt_json_number(a->tree, "id"), out, &a->err);

    if (!status && !lyt_webasked_sees(a, lyt_str_of(out->property)))
        status = LYT_ENOTFOUND;
    if (status == LYT_ENOTFOUND)
        return lyt_webasked_refuse(a, 404, "not-found", status, "there is no such incident");
    return status;
}

lyt_status lyt_webread_incident(lyt_webasked *a)
{
    telling t = {.a = a};
    lyt_incident incident;
    lyt_status status = find_incident(a, &incident);

    if (!status)
        status = lyt_webasked_facts(a);
    if (status)
        return status;
    lyt_jw_object(&a->jw);
    lyt_jw_key(&a->jw, "incident");
    write_case(a, &incident);
    lyt_jw_key(&a->jw, "history");
    lyt_jw_array(&a->jw);
    if (!lyt_webasked_is_hidden(a, incident.scenario))
        status = lyt_store_each_history(a->r->store, incident.id, one_history, &t, &a->err);
    lyt_jw_array_end(&a->jw);
    lyt_jw_key(&a->jw, "feedback");
    lyt_jw_array(&a->jw);
    for (size_t i = 0; !status && i < t.n && a->jw.out->len < answer_bytes; i++) {
        status = lyt_store_get_feedback(a->r->store, t.messages[i], one_message, a, &a->err);
        status = status == LYT_ENOTFOUND ? LYT_OK : status;
    }
    lyt_jw_array_end(&a->jw);
    lyt_jw_object_end(&a->jw);
    return status;
}

/* Before somebody does something to it: whether they may know of it at all. */
lyt_status lyt_webread_property(lyt_webasked *a)
{
    lyt_incident incident;
    lyt_status status = find_incident(a, &incident);

    lyt_jw_object(&a->jw);
    if (!status)
        lyt_jw_kstr(&a->jw, "property", lyt_str_of(incident.property));
    lyt_jw_object_end(&a->jw);
    return status;
}

/* ---- what a guest may know ---- */

static lyt_status note_language(void *user, const lyt_feedback *feedback, lyt_str verdict_json)
{
    lyt_webasked *a = user;

    lyt_jw_kstr(&a->jw, "lang", feedback->language);
    lyt_jw_kbool(&a->jw, "read", verdict_json.len > 0);
    return LYT_OK;
}

/*
 * The time that the guest is to be held to: a promise of somebody's, else that of the first contact,
 * else that of an answer about money back, which says nothing of when the rest is mended.
 */
typedef struct guest_due {
    int64_t promised_us, contact_us, refund_us; /* 0: none */
} guest_due;

static void earlier(int64_t *due_us, int64_t other_us)
{
    if (other_us && other_us != INT64_MAX && (!*due_us || other_us < *due_us))
        *due_us = other_us;
}

static void note_due(guest_due *due, const lyt_book *book, int64_t incident)
{
    int64_t root = book ? lyt_book_root(book, incident) : 0;
    const lyt_case *c = root ? lyt_book_find(book, root) : NULL;
    const lyt_case_clock *clock = c ? &c->clocks[LYT_CLOCK_CONTACT] : NULL;

    if (!c || !lyt_case_is_open(c))
        return;
    for (size_t i = lyt_book_promises_first(book); i < lyt_book_promises(book); i++) {
        const lyt_promise *promise = lyt_book_promise_at(book, i);

        if (promise->incident == root && !promise->kept_us)
            earlier(strcmp(promise->text, LYT_REFUND_PROMISE) ? &due->promised_us : &due->refund_us,
                    promise->due_us);
    }
    /* while a case is paused nobody knows yet when its clocks end */
    if (clock->started_us && !clock->stopped_us && !c->paused_at_us)
        earlier(&due->contact_us, clock->due_us);
}

/* The time as the house's clocks show it, so that the guest's own zone is of no account. */
static void write_due(lyt_webasked *a, const guest_due *due)
{
    const int64_t minute_us = 60 * (int64_t)1000000;
    int64_t at_us = due->promised_us  ? due->promised_us
                    : due->contact_us ? due->contact_us
                                      : due->refund_us;
    int64_t now_us = lyt_clock_wall_us(a->r->o->clock);
    lyt_local at, now;

    if (!at_us || !a->r->settings)
        return;
    at = lyt_local_at(a->r->settings->zone, at_us);
    now = lyt_local_at(a->r->settings->zone, now_us);
    lyt_jw_ktime(&a->jw, "due", (at.days * 1440 + at.minute) * minute_us);
    lyt_jw_kbool(&a->jw, "today", at.days == now.days);
    lyt_jw_kstr(&a->jw, "due_for",
                at_us < now_us     ? LYT_STR("late")
                : at_us != due->contact_us ? LYT_STR("promise")
                                           : LYT_STR("contact"));
}

/* Money back: "open" where the guest may ask, "asked" and not answered yet, "answered". */
static void write_refund(lyt_webasked *a, const int64_t *ids, size_t n)
{
    const lyt_pack *pack = a->r->classifier ? lyt_classifier_pack(a->r->classifier) : NULL;
    const char *found = NULL;

    for (size_t i = 0; a->r->settings && a->r->book && i < n; i++) {
        const lyt_case *c = lyt_book_find(a->r->book, lyt_book_root(a->r->book, ids[i]));
        const lyt_scenario *s = c && pack ? lyt_pack_find(pack, lyt_str_of(c->scenario)) : NULL;
        const lyt_promise *asked;

        if (!c || c->is_drill || c->state == LYT_INCIDENT_VOID ||
            !lyt_refund_is_for(&a->r->settings->refunds, lyt_str_of(c->scenario),
                               s && lyt_scenario_pays(s)))
            continue;
        asked = lyt_refund_find(a->r->book, c->id);
        /* of several failures in one message the one that was asked about tells */
        if (asked || !found)
            found = !asked ? "open" : asked->kept_us ? "answered" : "asked";
    }
    if (found)
        lyt_jw_kstr(&a->jw, "refund", lyt_str_of(found));
}

/* Only how far it has come (received, in-work or done), and by when there is to be more. */
lyt_status lyt_webread_guest(lyt_webasked *a)
{
    enum { ids_max = 16 };
    int64_t id = lyt_json_number(a->tree, "id"), ids[ids_max];
    size_t n = 0, n_done = 0, n_taken = 0;
    guest_due due = {0, 0, 0};
    lyt_status status;

    lyt_jw_object(&a->jw);
    status = lyt_store_get_feedback(a->r->store, id, note_language, a, &a->err);
    if (status == LYT_ENOTFOUND)
        return lyt_webasked_refuse(a, 404, "not-found", status, "there is no such message");
    (void)lyt_webreader_take_in(a->r);
    if (!status)
        status = lyt_found_incidents(a->r->found, id, ids, ids_max, &n, &a->err);
    if (!status)
        status = lyt_webasked_facts(a);
    for (size_t i = 0; !status && i < n; i++) {
        lyt_incident incident;

        status = lyt_store_get_incident(a->r->store, ids[i], &incident, &a->err);
        if (status)
            break;
        note_due(&due, a->r->book, ids[i]);
        n_done += !lyt_incident_is_open(incident.state) ||
                  incident.state == LYT_INCIDENT_REMEDIED ||
                  incident.state == LYT_INCIDENT_CONFIRMED;
        n_taken += incident.state != LYT_INCIDENT_NEW;
    }
    lyt_jw_kstr(&a->jw, "state",
                n && n_done == n ? LYT_STR("done")
                : n_taken        ? LYT_STR("in-work")
                                 : LYT_STR("received"));
    if (!status)
        write_due(a, &due);
    if (!status)
        write_refund(a, ids, n);
    lyt_jw_object_end(&a->jw);
    return status;
}
