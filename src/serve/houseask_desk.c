/* Questions about incidents, fixes, what was given, and how well it goes. */
#include <string.h>

#include "clock.h"
#include "events.h"
#include "houseask_inner.h"
#include "store_reply.h"
#include "watch.h"

static void write_clocks(lyt_jw *jw, const lyt_case *c)
{
    lyt_jw_key(jw, "clocks");
    lyt_jw_array(jw);
    for (int kind = 0; kind < LYT_CLOCK_KIND_COUNT; kind++) {
        const lyt_case_clock *clock = &c->clocks[kind];

        if (!clock->started_us)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "clock", lyt_str_of(lyt_clock_kind_name((lyt_clock_kind)kind)));
        lyt_jw_ktime(jw, "started_at", clock->started_us);
        lyt_jw_ktime(jw, "due", clock->due_us);
        if (clock->stopped_us)
            lyt_jw_ktime(jw, "stopped_at", clock->stopped_us);
        lyt_jw_kbool(jw, "missed", clock->is_missed);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_offer(const lyt_houseask *ask, const lyt_offer *o)
{
    static const char *const states[] = {"waiting", "given", "declined", "withdrawn"};
    const lyt_case *c = lyt_book_find(lyt_replica_book(ask->replica), o->incident);
    lyt_jw *jw = ask->jw;

    lyt_jw_object(jw);
    lyt_jw_kint(jw, "offer", o->id);
    lyt_jw_kint(jw, "incident", o->incident);
    lyt_jw_kstr(jw, "state", lyt_str_of(states[o->state]));
    lyt_jw_kstr(jw, "gesture", lyt_str_of(o->gesture));
    lyt_jw_kint(jw, "amount", o->amount);
    lyt_jw_kstr(jw, "currency", lyt_str_of(lyt_currency_name(o->currency)));
    lyt_jw_kstr(jw, "by", lyt_str_of(o->by));
    lyt_jw_kstr(jw, "decided_by", lyt_str_of(o->decided_by));
    lyt_jw_kstr(jw, "property", lyt_str_of(c->property));
    lyt_jw_kstr(jw, "scenario",
                lyt_str_of(lyt_houseask_is_hidden(ask, c) ? "restricted" : c->scenario));
    lyt_jw_ktime(jw, "at", o->given_us ? o->given_us : o->at_us);
    lyt_jw_object_end(jw);
}

static void write_remedies(const lyt_houseask *ask, const lyt_case *c)
{
    const lyt_book *book = lyt_replica_book(ask->replica);
    lyt_jw *jw = ask->jw;

    lyt_jw_key(jw, "offers");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_offers(book); i++)
        if (lyt_book_offer_at(book, i)->incident == c->id)
            write_offer(ask, lyt_book_offer_at(book, i));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "promises");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_promises(book); i++) {
        const lyt_promise *p = lyt_book_promise_at(book, i);

        if (p->incident != c->id)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kint(jw, "promise", p->id);
        lyt_jw_kstr(jw, "text", lyt_str_of(p->text));
        lyt_jw_kstr(jw, "by", lyt_str_of(p->by));
        lyt_jw_ktime(jw, "due", p->due_us);
        if (p->kept_us)
            lyt_jw_ktime(jw, "kept_at", p->kept_us);
        lyt_jw_kbool(jw, "late", p->is_late);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

static void write_case(const lyt_houseask *ask, const lyt_case *c)
{
    const lyt_book *book = lyt_replica_book(ask->replica);
    lyt_jw *jw = ask->jw;

    lyt_jw_kint(jw, "incident", c->id);
    if (lyt_houseask_is_hidden(ask, c)) {
        lyt_jw_kstr(jw, "state", lyt_str_of(lyt_incident_state_name(c->state)));
        lyt_jw_kbool(jw, "restricted", true);
        return;
    }
    lyt_jw_kint(jw, "version", c->version);
    lyt_jw_kstr(jw, "state", lyt_str_of(lyt_incident_state_name(c->state)));
    lyt_jw_kint(jw, "severity", c->severity);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(c->scenario));
    lyt_jw_kstr(jw, "team", lyt_str_of(c->team));
    lyt_jw_kstr(jw, "property", lyt_str_of(c->property));
    lyt_jw_kstr(jw, "place", lyt_str_of(c->place));
    lyt_jw_kstr(jw, "owner", lyt_str_of(c->owner));
    lyt_jw_ktime(jw, "opened_at", c->opened_us);
    lyt_jw_kint(jw, "messages", lyt_book_messages(book, c->id));
    if (c->parent)
        lyt_jw_kint(jw, "parent", c->parent);
    if (c->merged)
        lyt_jw_kint(jw, "merged", c->merged);
    if (c->repeat_of)
        lyt_jw_kint(jw, "repeat_of", c->repeat_of);
    if (c->is_parent)
        lyt_jw_kbool(jw, "is_parent", true);
    if (c->is_drill)
        lyt_jw_kbool(jw, "is_drill", true);
    if (c->ack_until_us)
        lyt_jw_ktime(jw, "acknowledged_until", c->ack_until_us);
    if (c->paused_at_us)
        lyt_jw_ktime(jw, "paused_until", c->pause_until_us);
    if (c->answer_due_us)
        lyt_jw_ktime(jw, "answer_due", c->answer_due_us);
    if (c->score >= 0)
        lyt_jw_kint(jw, "score", c->score);
    if (c->is_unconfirmed)
        lyt_jw_kbool(jw, "is_unconfirmed", true);
    write_clocks(jw, c);
}

static lyt_status add_note(void *user, const lyt_note *note)
{
    return lyt_notes_add(user, note);
}

/* What may be said and given, up to where, by whom: what staff see when it opens. */
static lyt_status write_choices(const lyt_houseask *ask, const lyt_case *c)
{
    const lyt_settings *s = lyt_replica_settings(ask->replica);
    lyt_notes *notes = NULL;
    lyt_status status = lyt_notes_new(&notes, ask->alloc);

    if (!status && c->guest[0])
        status = lyt_store_each_note(ask->store, lyt_str_of(c->guest), add_note, notes, ask->err);
    lyt_jw_key(ask->jw, "choices");
    lyt_jw_object(ask->jw);
    lyt_houseask_proposals(ask, notes, lyt_str_of(c->guest), lyt_str_of(c->scenario));
    lyt_jw_kstr(ask->jw, "currency", lyt_str_of(lyt_currency_name(s->authority.currency)));
    lyt_jw_key(ask->jw, "limits");
    lyt_jw_array(ask->jw);
    for (int role = 0; role < LYT_ROLE_COUNT; role++) {
        lyt_jw_object(ask->jw);
        lyt_jw_kstr(ask->jw, "role", lyt_str_of(lyt_role_name((lyt_role)role)));
        lyt_jw_kint(ask->jw, "incident", s->authority.limits[role].incident);
        lyt_jw_kint(ask->jw, "guest", s->authority.limits[role].guest);
        lyt_jw_kint(ask->jw, "month", s->authority.limits[role].month);
        lyt_jw_kbool(ask->jw, "needs_training", s->authority.needs_training[role]);
        lyt_jw_object_end(ask->jw);
    }
    lyt_jw_array_end(ask->jw);
    if (s->policy_en) {
        lyt_jw_key(ask->jw, "policy");
        lyt_jw_object(ask->jw);
        lyt_jw_kstr(ask->jw, "en", lyt_str_of(s->policy_en));
        lyt_jw_kstr(ask->jw, "da", lyt_str_of(s->policy_da));
        lyt_jw_object_end(ask->jw);
    }
    lyt_jw_key(ask->jw, "contact");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < s->messages.contact.n; i++)
        lyt_jw_str(ask->jw, lyt_str_of(s->messages.contact.item[i]));
    lyt_jw_array_end(ask->jw);
    lyt_jw_object_end(ask->jw);
    lyt_notes_free(notes);
    return status;
}

static lyt_status write_reply(void *user, const lyt_reply_row *row)
{
    lyt_jw *jw = user;

    if (lyt_str_equal(row->kind, LYT_STR("recovered")))
        return LYT_OK;
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "kind", row->kind);
    lyt_jw_kstr(jw, "state", lyt_str_of(lyt_reply_state_name(row->state)));
    lyt_jw_kstr(jw, "language", row->language);
    lyt_jw_kstr(jw, "text", row->text);
    lyt_jw_kstr(jw, "by", row->by);
    lyt_jw_kstr(jw, "why", row->why);
    lyt_jw_kstr(jw, "ground", row->ground);
    lyt_jw_ktime(jw, "at", row->at_us);
    lyt_jw_object_end(jw);
    return LYT_OK;
}

/* What guests were told, what lies ready to be sent, and what was held back. */
static lyt_status write_replies(const lyt_houseask *ask, const lyt_case *c)
{
    lyt_status status;

    lyt_jw_key(ask->jw, "replies");
    lyt_jw_array(ask->jw);
    status =
        lyt_store_each_reply(ask->store, c->id, (lyt_str){"", 0}, write_reply, ask->jw, ask->err);
    lyt_jw_array_end(ask->jw);
    return status;
}

lyt_status lyt_houseask_case(const lyt_houseask *ask)
{
    const lyt_book *book = lyt_replica_book(ask->replica);
    int64_t id = lyt_json_number(ask->request, "incident");
    const lyt_case *c = lyt_book_find(book, id);
    lyt_status status = LYT_OK;

    if (!c)
        return lyt_error_set(ask->err, LYT_ENOTFOUND, "there is no incident %lld", (long long)id);
    lyt_jw_key(ask->jw, "case");
    lyt_jw_object(ask->jw);
    write_case(ask, c);
    if (!lyt_houseask_is_hidden(ask, c)) {
        write_remedies(ask, c);
        status = write_replies(ask, c);
    }
    lyt_jw_object_end(ask->jw);
    return status || lyt_houseask_is_hidden(ask, c) ? status : write_choices(ask, c);
}

/* Oldest first; nobody has it before somebody has. */
lyt_status lyt_houseask_board(const lyt_houseask *ask)
{
    const lyt_book *book = lyt_replica_book(ask->replica);

    lyt_jw_ktime(ask->jw, "now", ask->now_us);
    lyt_jw_kstr(ask->jw, "desk", lyt_str_of(lyt_replica_settings(ask->replica)->id));
    lyt_jw_key(ask->jw, "cases");
    lyt_jw_array(ask->jw);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < lyt_book_size(book); i++) {
            const lyt_case *c = lyt_book_at(book, i);
            bool waits = c->state == LYT_INCIDENT_NEW || c->state == LYT_INCIDENT_REOPENED;

            if (!lyt_case_is_open(c) || waits != (pass == 0))
                continue;
            lyt_jw_object(ask->jw);
            write_case(ask, c);
            lyt_jw_object_end(ask->jw);
        }
    lyt_jw_array_end(ask->jw);
    return lyt_buf_status(ask->jw->out);
}

static bool is_shown(const lyt_houseask *ask, const lyt_fix *f, int64_t only, bool all)
{
    if (lyt_houseask_is_hidden(ask, lyt_book_find(lyt_replica_book(ask->replica), f->incident)))
        return false;
    return only ? f->id == only : all || !f->done_us;
}

/* Of the scenarios of the fixes that are shown, each once: what its file says prevents it. */
static void write_prevention(const lyt_houseask *ask, int64_t only, bool all)
{
    const lyt_book *book = lyt_replica_book(ask->replica);

    lyt_jw_key(ask->jw, "prevention");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_book_fixes(book); i++) {
        const lyt_fix *f = lyt_book_fix_at(book, i);
        bool is_first = is_shown(ask, f, only, all);

        for (size_t j = 0; j < i && is_first; j++) {
            const lyt_fix *before = lyt_book_fix_at(book, j);

            is_first = !is_shown(ask, before, only, all) ||
                       strcmp(before->scenario, f->scenario) != 0;
        }
        if (is_first)
            lyt_out_names_write_prevention(ask->jw, ask->names, lyt_str_of(f->scenario));
    }
    lyt_jw_array_end(ask->jw);
}

lyt_status lyt_houseask_fixes(const lyt_houseask *ask)
{
    const lyt_book *book = lyt_replica_book(ask->replica);
    int64_t only = lyt_json_number(ask->request, "fix");
    bool all = false;

    (void)lyt_json_bool(lyt_json_get(ask->request, "all"), &all);
    if (only && !lyt_book_fix_at(book, (size_t)only - 1))
        return lyt_error_set(ask->err, LYT_ENOTFOUND, "there is no fix %lld", (long long)only);
    lyt_jw_key(ask->jw, "fixes");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_book_fixes(book); i++) {
        const lyt_fix *f = lyt_book_fix_at(book, i);

        if (is_shown(ask, f, only, all))
            lyt_recovery_write_fix(ask->jw, book, f, ask->now_us);
    }
    lyt_jw_array_end(ask->jw);
    write_prevention(ask, only, all);
    return LYT_OK;
}

static lyt_status time_of(const lyt_houseask *ask, const char *key, int64_t *out)
{
    lyt_str text = lyt_json_text(ask->request, key);

    if (!text.len || lyt_clock_parse(out, text) == LYT_OK)
        return LYT_OK;
    return lyt_error_set(ask->err, LYT_EINVAL, "%s: must be a time like 2026-11-22T05:40:00Z", key);
}

/* What was given, as accounts want it; the sums are those of the rows. */
lyt_status lyt_houseask_gestures(const lyt_houseask *ask)
{
    const lyt_book *book = lyt_replica_book(ask->replica);
    lyt_ledger_filter filter = {.property = lyt_json_text(ask->request, "property"),
                                .scenario = lyt_json_text(ask->request, "scenario"),
                                .decided_by = lyt_json_text(ask->request, "decided_by")};
    int64_t sums[LYT_CURRENCY_COUNT];
    lyt_status status = time_of(ask, "from", &filter.from_us);

    if (!status)
        status = time_of(ask, "until", &filter.until_us);
    if (status)
        return status;
    lyt_jw_key(ask->jw, "gestures");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_book_offers(book); i++)
        if (lyt_ledger_has(book, &filter, lyt_book_offer_at(book, i)))
            write_offer(ask, lyt_book_offer_at(book, i));
    lyt_jw_array_end(ask->jw);
    lyt_ledger_sum(book, &filter, sums);
    lyt_jw_key(ask->jw, "sums");
    lyt_jw_object(ask->jw);
    for (int currency = 0; currency < LYT_CURRENCY_COUNT; currency++)
        lyt_jw_kint(ask->jw, lyt_currency_name((lyt_currency)currency), sums[currency]);
    lyt_jw_object_end(ask->jw);
    return LYT_OK;
}

lyt_status lyt_houseask_recovery(const lyt_houseask *ask)
{
    lyt_recovery what = {.alloc = ask->alloc,
                         .book = lyt_replica_book(ask->replica),
                         .settings = lyt_replica_settings(ask->replica),
                         .findings = lyt_replica_finding(ask->replica, 0),
                         .n_findings = lyt_replica_findings(ask->replica),
                         .property = lyt_json_text(ask->request, "property")};
    lyt_status status = time_of(ask, "from", &what.from_us);

    if (!status)
        status = time_of(ask, "until", &what.until_us);
    if (status)
        return status;
    lyt_jw_kstr(ask->jw, "desk", lyt_str_of(what.settings->id));
    lyt_jw_ktime(ask->jw, "made_at", ask->now_us);
    if (what.from_us)
        lyt_jw_ktime(ask->jw, "from", what.from_us);
    if (what.until_us)
        lyt_jw_ktime(ask->jw, "until", what.until_us);
    return lyt_recovery_write(ask->jw, &what);
}
