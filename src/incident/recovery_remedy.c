/* What was given, promised and mended for good, and whether it helped. */
#include <string.h>

#include "clock.h"
#include "recovery_inside.h"

enum { ranked_from = 20, percent = 100, minutes_of_an_apology = 10 };

static const int64_t day_us = (int64_t)86400 * 1000000;

static const lyt_case *case_of(const lyt_recovery *r, const lyt_offer *o)
{
    const lyt_case *c = lyt_book_find(r->book, o->incident);

    return c && lyt_recovery_counts(r, c) ? c : NULL;
}

/* Nearest to the guest first; LYT_ROLE_COUNT: somebody the settings do not know. */
static lyt_role decided_by(const lyt_recovery *r, const lyt_offer *o)
{
    const lyt_person *person = lyt_settings_person(r->settings, lyt_str_of(o->decided_by));

    if (strcmp(o->decided_by, "lyt") == 0)
        return LYT_ROLE_AUTOMATIC;
    return person ? person->role : LYT_ROLE_COUNT;
}

static void write_decided(lyt_jw *jw, const lyt_recovery *r, int64_t given)
{
    int64_t by[LYT_ROLE_COUNT + 1] = {0}, near;

    for (size_t i = 0; i < lyt_book_offers(r->book); i++) {
        const lyt_offer *o = lyt_book_offer_at(r->book, i);

        if (o->state == LYT_OFFER_GIVEN && case_of(r, o))
            by[decided_by(r, o)]++;
    }
    near = by[LYT_ROLE_AUTOMATIC] + by[LYT_ROLE_CONTACT];
    lyt_jw_key(jw, "decided_by");
    lyt_jw_object(jw);
    for (int role = 0; role < LYT_ROLE_COUNT; role++)
        lyt_jw_kint(jw, lyt_role_name((lyt_role)role), by[role]);
    lyt_jw_object_end(jw);
    if (given)
        lyt_jw_kreal(jw, "decided_at_contact_percent", percent * (double)near / (double)given, 1);
}

static void write_offers(lyt_jw *jw, const lyt_recovery *r)
{
    static const char *const names[] = {"waiting", "given", "declined", "withdrawn"};
    int64_t n[4] = {0}, sums[LYT_CURRENCY_COUNT] = {0};

    for (size_t i = 0; i < lyt_book_offers(r->book); i++) {
        const lyt_offer *o = lyt_book_offer_at(r->book, i);

        if (!case_of(r, o))
            continue;
        n[o->state]++;
        if (o->state == LYT_OFFER_GIVEN)
            sums[o->currency] += o->amount;
    }
    lyt_jw_key(jw, "offers");
    lyt_jw_object(jw);
    for (int state = 0; state < 4; state++)
        lyt_jw_kint(jw, names[state], n[state]);
    lyt_jw_key(jw, "sums");
    lyt_jw_object(jw);
    for (int currency = 0; currency < LYT_CURRENCY_COUNT; currency++)
        lyt_jw_kint(jw, lyt_currency_name((lyt_currency)currency), sums[currency]);
    lyt_jw_object_end(jw);
    write_decided(jw, r, n[LYT_OFFER_GIVEN]);
    lyt_jw_object_end(jw);
}

/* From when the failure was known to the first gesture. */
static void write_apology(lyt_jw *jw, const lyt_recovery *r, int64_t *times)
{
    static const int64_t quick_us = minutes_of_an_apology * (int64_t)60000000;
    int64_t quick = 0;
    size_t n = 0;

    for (size_t i = 0; i < lyt_book_size(r->book); i++) {
        const lyt_case *c = lyt_book_at(r->book, i);
        int64_t first = 0;

        for (size_t k = 0; lyt_recovery_counts(r, c) && k < lyt_book_offers(r->book); k++) {
            const lyt_offer *o = lyt_book_offer_at(r->book, k);

            if (o->incident == c->id && o->state == LYT_OFFER_GIVEN &&
                (!first || o->given_us < first))
                first = o->given_us;
        }
        if (!first)
            continue;
        times[n++] = first - c->opened_us;
        quick += first - c->opened_us <= quick_us;
    }
    lyt_jw_key(jw, "apology");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "gestures", (int64_t)n);
    lyt_jw_kint(jw, "within_10_min", quick);
    if (n)
        lyt_jw_kreal(jw, "median_s", (double)lyt_recovery_median(times, n) / 1e6, 1);
    lyt_jw_object_end(jw);
}

static void write_promises(lyt_jw *jw, const lyt_recovery *r)
{
    struct {
        int64_t n, kept, late;
    } all = {0, 0, 0}, refunds = {0, 0, 0};

    for (size_t i = 0; i < lyt_book_promises(r->book); i++) {
        const lyt_promise *p = lyt_book_promise_at(r->book, i);
        bool is_refund = strcmp(p->text, LYT_REFUND_PROMISE) == 0, is_kept = p->kept_us != 0;
        bool is_late = p->is_late || p->kept_us > p->due_us;

        if (!lyt_recovery_counts(r, lyt_book_find(r->book, p->incident)))
            continue;
        all.n++;
        all.kept += is_kept;
        all.late += is_late;
        refunds.n += is_refund;
        refunds.kept += is_refund && is_kept;
        refunds.late += is_refund && is_late;
    }
    lyt_jw_key(jw, "promises");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "given", all.n);
    lyt_jw_kint(jw, "kept", all.kept);
    lyt_jw_kint(jw, "late", all.late);
    lyt_jw_object_end(jw);
    /* guests who asked for money back, and whether somebody answered */
    lyt_jw_key(jw, "refunds");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "asked", refunds.n);
    lyt_jw_kint(jw, "answered", refunds.kept);
    lyt_jw_kint(jw, "late", refunds.late);
    lyt_jw_object_end(jw);
}

static void write_fixes(lyt_jw *jw, const lyt_recovery *r)
{
    int64_t n = 0, done = 0, late = 0, back = 0;

    for (size_t i = 0; i < lyt_book_fixes(r->book); i++) {
        const lyt_fix *f = lyt_book_fix_at(r->book, i);

        if (!lyt_recovery_counts(r, lyt_book_find(r->book, f->incident)))
            continue;
        n++;
        done += f->done_us != 0;
        late += f->is_late && !f->done_us;
        back += f->n_back;
    }
    lyt_jw_key(jw, "fixes");
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "opened", n);
    lyt_jw_kint(jw, "done", done);
    lyt_jw_kint(jw, "late", late);
    lyt_jw_kint(jw, "reopened", back);
    lyt_jw_object_end(jw);
}

/* Which gesture works; below 20 uses there is nothing to rank by. */
static void write_gesture(lyt_jw *jw, const lyt_recovery *r, const lyt_gesture *g)
{
    int64_t used = 0, asked = 0, yes = 0, scored = 0, sum = 0, cost = 0;

    for (size_t i = 0; i < lyt_book_offers(r->book); i++) {
        const lyt_offer *o = lyt_book_offer_at(r->book, i);
        const lyt_case *c = case_of(r, o);

        if (!c || o->state != LYT_OFFER_GIVEN || strcmp(o->gesture, g->id) != 0)
            continue;
        used++;
        cost += o->amount;
        asked += c->asked_us != 0;
        yes += c->asked_us && lyt_case_is_confirmed(c);
        scored += c->score >= 0;
        sum += c->score >= 0 ? c->score : 0;
    }
    if (!used)
        return;
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "gesture", lyt_str_of(g->id));
    lyt_jw_kint(jw, "used", used);
    lyt_jw_kint(jw, "cost", cost);
    lyt_jw_kstr(jw, "currency", lyt_str_of(lyt_currency_name(g->currency)));
    lyt_jw_kint(jw, "asked", asked);
    lyt_jw_kint(jw, "confirmed", yes);
    if (scored)
        lyt_jw_kreal(jw, "mean_score", (double)sum / (double)scored, 2);
    lyt_jw_kbool(jw, "enough_to_rank", used >= ranked_from);
    lyt_jw_object_end(jw);
}

/* What those say who were helped, whether or not it came to what they wanted; each case once. */
static void write_said(lyt_jw *jw, const lyt_recovery *r, const lyt_trigger *t)
{
    int64_t asked = 0, yes = 0, scored = 0, sum = 0;

    for (size_t i = 0; i < r->n_findings; i++) {
        const lyt_finding_row *row = &r->findings[i];
        const lyt_case *c = row->incident ? lyt_book_find(r->book, row->incident) : NULL;
        bool is_first = true;

        if (!c || row->is_held_out || strcmp(row->trigger, t->id) != 0 ||
            !lyt_recovery_counts(r, c))
            continue;
        for (size_t k = 0; k < i && is_first; k++)
            is_first = r->findings[k].incident != row->incident ||
                       strcmp(r->findings[k].trigger, t->id) != 0;
        if (!is_first)
            continue;
        /* one that said no is open again, and may be asked again */
        asked += c->asked_us || c->score >= 0;
        yes += c->asked_us && lyt_case_is_confirmed(c);
        scored += c->score >= 0;
        sum += c->score >= 0 ? c->score : 0;
    }
    lyt_jw_kint(jw, "asked", asked);
    lyt_jw_kint(jw, "confirmed", yes);
    if (scored)
        lyt_jw_kreal(jw, "mean_score", (double)sum / (double)scored, 2);
}

/* Whether what a trigger leads to helps: those it acted for against those held out. */
static void write_trial(lyt_jw *jw, const lyt_recovery *r, const lyt_trigger *t)
{
    int64_t n[2] = {0}, yes[2] = {0};

    for (size_t i = 0; i < r->n_findings; i++) {
        const lyt_finding_row *row = &r->findings[i];

        if (strcmp(row->trigger, t->id) != 0 || row->at_us < r->from_us ||
            (r->until_us && row->at_us >= r->until_us))
            continue;
        n[row->is_held_out]++;
        yes[row->is_held_out] += row->withdrawn_us != 0;
    }
    if (!n[0] && !n[1])
        return;
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "trigger", lyt_str_of(t->id));
    lyt_jw_kint(jw, "acted", n[0]);
    lyt_jw_kint(jw, "acted_succeeded", yes[0]);
    lyt_jw_kint(jw, "held_out", n[1]);
    lyt_jw_kint(jw, "held_out_succeeded", yes[1]);
    write_said(jw, r, t);
    if (n[0] && n[1]) {
        lyt_trial trial = lyt_trial_of(n[0], yes[0], n[1], yes[1]);

        lyt_jw_kreal(jw, "difference", trial.difference, 4);
        lyt_jw_kreal(jw, "low", trial.low, 4);
        lyt_jw_kreal(jw, "high", trial.high, 4);
    }
    lyt_jw_object_end(jw);
}

void lyt_recovery_write_remedies(lyt_jw *jw, const lyt_recovery *r, int64_t *times)
{
    write_offers(jw, r);
    write_apology(jw, r, times);
    write_promises(jw, r);
    write_fixes(jw, r);
    lyt_jw_key(jw, "gestures");
    lyt_jw_array(jw);
    for (size_t i = 0; i < r->settings->n_gestures; i++)
        write_gesture(jw, r, &r->settings->gestures[i]);
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "triggers");
    lyt_jw_array(jw);
    for (size_t i = 0; i < r->settings->n_triggers; i++)
        write_trial(jw, r, &r->settings->triggers[i]);
    lyt_jw_array_end(jw);
}

static void write_time(lyt_jw *jw, const char *key, int64_t at_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, at_us);
    lyt_buf_add_char(jw->out, '"');
}

static void write_rate(lyt_jw *jw, const char *key, int64_t n, lyt_rate rate, int64_t time_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "incidents", n);
    lyt_jw_kreal(jw, "days", (double)time_us / (double)day_us, 1);
    lyt_jw_kreal(jw, "per_30_days", rate.rate, 2);
    lyt_jw_kreal(jw, "low", rate.low, 2);
    lyt_jw_kreal(jw, "high", rate.high, 2);
    lyt_jw_object_end(jw);
}

static int64_t count_between(const lyt_book *book, const lyt_fix *f, int64_t from_us,
                             int64_t until_us)
{
    int64_t n = 0;

    for (size_t i = 0; i < lyt_book_size(book); i++) {
        const lyt_case *c = lyt_book_at(book, i);

        n += !c->is_parent && !c->is_drill && !c->merged && c->state != LYT_INCIDENT_VOID &&
             c->opened_us >= from_us && c->opened_us < until_us &&
             strcmp(c->scenario, f->scenario) == 0 && strcmp(c->property, f->property) == 0 &&
             (!f->place[0] || lyt_place_matches(f->place, lyt_str_of(c->place)));
    }
    return n;
}

/* The 90 days before it was first done, or what there is of them, and the time since. */
static void write_proof(lyt_jw *jw, const lyt_book *book, const lyt_fix *f, int64_t now_us)
{
    int64_t done = f->first_done_us, first = lyt_book_at(book, 0)->opened_us;
    int64_t from = first > done - 90 * day_us ? first : done - 90 * day_us;
    int64_t before = count_between(book, f, from, done), after;
    lyt_rate was = lyt_rate_of(before, done - from), is;

    after = count_between(book, f, done, now_us);
    is = lyt_rate_of(after, now_us - done);
    write_rate(jw, "before", before, was, done - from);
    write_rate(jw, "after", after, is, now_us - done);
    lyt_jw_kbool(jw, "is_better", is.rate < was.rate);
    lyt_jw_kbool(jw, "is_shown", is.high < was.rate);
}

void lyt_recovery_write_fix(lyt_jw *jw, const lyt_book *book, const lyt_fix *f, int64_t now_us)
{
    lyt_jw_object(jw);
    lyt_jw_kint(jw, "fix", f->id);
    lyt_jw_kint(jw, "incident", f->incident);
    lyt_jw_kstr(jw, "state",
                f->done_us   ? LYT_STR("done")
                : f->is_late ? LYT_STR("late")
                             : LYT_STR("open"));
    lyt_jw_kstr(jw, "owner", lyt_str_of(f->owner));
    lyt_jw_kstr(jw, "what", lyt_str_of(f->text));
    lyt_jw_kstr(jw, "scenario", lyt_str_of(f->scenario));
    lyt_jw_kstr(jw, "property", lyt_str_of(f->property));
    lyt_jw_kstr(jw, "place", lyt_str_of(f->place));
    write_time(jw, "opened_at", f->opened_us);
    write_time(jw, "due", f->due_us);
    if (f->done_us)
        write_time(jw, "done_at", f->done_us);
    lyt_jw_kstr(jw, "proof", lyt_str_of(f->proof));
    lyt_jw_kint(jw, "reopened", f->n_back);
    if (f->first_done_us)
        write_proof(jw, book, f, now_us);
    lyt_jw_object_end(jw);
}
