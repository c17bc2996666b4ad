#include "houseask.h"

#include <string.h>

#include "events.h"
#include "houseask_inner.h"
#include "store_reply.h"

static lyt_status add_note(void *user, const lyt_note *note)
{
    return lyt_notes_add(user, note);
}

static void write_note(lyt_jw *jw, const lyt_note *note)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_note_kind_name(note->kind)));
    lyt_jw_kstr(jw, "item", lyt_str_of(note->item));
    lyt_jw_kstr(jw, "source", lyt_str_of(note->source));
    lyt_jw_ktime(jw, "at", note->at_us);
    lyt_jw_object_end(jw);
}

static void write_proposal(lyt_jw *jw, const lyt_proposal *p)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "gesture", lyt_str_of(p->gesture->id));
    lyt_jw_kstr(jw, "name_en", lyt_str_of(p->gesture->name_en));
    lyt_jw_kstr(jw, "name_da", lyt_str_of(p->gesture->name_da));
    lyt_jw_kint(jw, "cost", p->gesture->cost);
    lyt_jw_kstr(jw, "currency", lyt_str_of(lyt_currency_name(p->gesture->currency)));
    lyt_jw_kint(jw, "weight", p->weight);
    lyt_jw_key(jw, "reasons");
    lyt_jw_array(jw);
    for (size_t i = 0; i < p->n_reasons; i++)
        write_note(jw, &p->reasons[i]);
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

typedef struct guests_stays {
    lyt_stays *stays;
    lyt_str guest;
} guests_stays;

static lyt_status add_stay(void *user, const lyt_stay *stay)
{
    guests_stays *s = user;

    return lyt_str_equal(lyt_str_of(stay->guest), s->guest) ? lyt_stays_put(s->stays, stay)
                                                            : LYT_OK;
}

/* NULL: nothing is known, or not just now; limits of a stay are then those of 14 days. */
static lyt_stays *stays_of(const lyt_houseask *ask, lyt_str guest)
{
    guests_stays s = {NULL, guest};

    if (!guest.len || lyt_stays_new(&s.stays, ask->alloc))
        return NULL;
    if (!lyt_store_each_stay(ask->store, add_stay, &s, NULL))
        return s.stays;
    lyt_stays_free(s.stays);
    return NULL;
}

void lyt_houseask_proposals(const lyt_houseask *ask, const lyt_notes *notes, lyt_str guest,
                            lyt_str scenario)
{
    enum { proposals_max = 16 };
    const lyt_settings *s = lyt_replica_settings(ask->replica);
    lyt_stays *stays = stays_of(ask, guest);
    lyt_wish wish = {guest, scenario, ask->now_us, stays};
    lyt_proposal proposals[proposals_max];
    size_t n = lyt_gesture_propose(s->gestures, s->n_gestures, notes,
                                   lyt_replica_book(ask->replica), &wish, proposals, proposals_max);

    lyt_jw_key(ask->jw, "proposals");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < n; i++)
        write_proposal(ask->jw, &proposals[i]);
    lyt_jw_array_end(ask->jw);
    lyt_stays_free(stays);
    lyt_jw_key(ask->jw, "never");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < s->n_gestures; i++) {
        lyt_note why;

        if (!lyt_gesture_forbidden(&s->gestures[i], notes, guest, &why))
            continue;
        lyt_jw_object(ask->jw);
        lyt_jw_kstr(ask->jw, "gesture", lyt_str_of(s->gestures[i].id));
        lyt_jw_key(ask->jw, "because");
        write_note(ask->jw, &why);
        lyt_jw_object_end(ask->jw);
    }
    lyt_jw_array_end(ask->jw);
}

typedef struct stay_walk {
    lyt_jw *jw;
    lyt_str guest;
} stay_walk;

static lyt_status write_stay(void *user, const lyt_stay *stay)
{
    stay_walk *walk = user;

    if (!lyt_str_equal(lyt_str_of(stay->guest), walk->guest))
        return LYT_OK;
    lyt_jw_object(walk->jw);
    lyt_jw_kstr(walk->jw, "id", lyt_str_of(stay->id));
    lyt_jw_kstr(walk->jw, "property", lyt_str_of(stay->property));
    lyt_jw_kstr(walk->jw, "place", lyt_str_of(stay->place));
    lyt_jw_ktime(walk->jw, "arrives", stay->from_us);
    lyt_jw_ktime(walk->jw, "departs", stay->to_us);
    lyt_jw_object_end(walk->jw);
    return LYT_OK;
}

bool lyt_houseask_is_hidden(const lyt_houseask *ask, const lyt_case *c)
{
    return !ask->may_see &&
           lyt_settings_is_sensitive(lyt_replica_settings(ask->replica), lyt_str_of(c->scenario));
}

static void write_cases_of(const lyt_houseask *ask, lyt_str guest)
{
    const lyt_book *book = lyt_replica_book(ask->replica);

    lyt_jw_key(ask->jw, "incidents");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_book_size(book); i++) {
        const lyt_case *c = lyt_book_at(book, i);

        if (!lyt_str_equal(lyt_str_of(c->guest), guest))
            continue;
        lyt_jw_object(ask->jw);
        lyt_jw_kint(ask->jw, "incident", c->id);
        lyt_jw_kstr(ask->jw, "scenario",
                    lyt_str_of(lyt_houseask_is_hidden(ask, c) ? "restricted" : c->scenario));
        lyt_jw_kstr(ask->jw, "state", lyt_str_of(lyt_incident_state_name(c->state)));
        lyt_jw_ktime(ask->jw, "opened_at", c->opened_us);
        lyt_jw_object_end(ask->jw);
    }
    lyt_jw_array_end(ask->jw);
}

/* What fails is in the pack, or is found by a trigger; where no pack is at hand all is taken. */
static bool is_known(const lyt_houseask *ask, lyt_str scenario)
{
    const lyt_settings *s = lyt_replica_settings(ask->replica);
    size_t n = ask->names ? lyt_out_names_count(ask->names) : 0;

    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(scenario, lyt_str_of(lyt_out_names_id(ask->names, i))))
            return true;
    for (size_t i = 0; i < s->n_triggers; i++)
        if (s->triggers[i].scenario &&
            lyt_str_equal(scenario, lyt_str_of(s->triggers[i].scenario)))
            return true;
    return n == 0;
}

static lyt_status answer_guest(const lyt_houseask *ask)
{
    lyt_str guest = lyt_json_text(ask->request, "guest");
    lyt_str scenario = lyt_json_text(ask->request, "scenario");
    stay_walk walk = {ask->jw, guest};
    lyt_notes *notes = NULL;
    int64_t stopped_us = 0;
    bool stops = false;
    lyt_status status;

    if (!guest.len)
        return lyt_error_set(ask->err, LYT_EINVAL, "guest: must name who is meant");
    if (scenario.len && !is_known(ask, scenario))
        return lyt_error_set(ask->err, LYT_ENOTFOUND, "scenario: the pack has no '%.*s'",
                             LYT_STR_ARG(lyt_str_slice(scenario, 0, 48)));
    if (lyt_notes_new(&notes, ask->alloc))
        return LYT_ENOMEM;
    status = lyt_store_each_note(ask->store, guest, add_note, notes, ask->err);
    lyt_jw_kstr(ask->jw, "guest", guest);
    lyt_jw_kbool(ask->jw, "may_ask_review",
                 lyt_book_may_ask_review(lyt_replica_book(ask->replica), guest));
    if (!status)
        status = lyt_store_consent(ask->store, guest, &stops, &stopped_us, ask->err);
    if (stops)
        lyt_jw_ktime(ask->jw, "stopped_at", stopped_us);
    lyt_jw_key(ask->jw, "notes");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_notes_size(notes); i++) {
        lyt_note note = lyt_notes_at(notes, i);

        write_note(ask->jw, &note);
    }
    lyt_jw_array_end(ask->jw);
    lyt_jw_key(ask->jw, "stays");
    lyt_jw_array(ask->jw);
    if (!status)
        status = lyt_store_each_stay(ask->store, write_stay, &walk, ask->err);
    lyt_jw_array_end(ask->jw);
    write_cases_of(ask, guest);
    if (scenario.len)
        lyt_houseask_proposals(ask, notes, guest, scenario);
    lyt_notes_free(notes);
    return status;
}

static void write_finding(lyt_jw *jw, const lyt_finding_row *row)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "subject", lyt_str_of(row->subject));
    lyt_jw_ktime(jw, "at", row->found_us);
    lyt_jw_kint(jw, "severity", row->severity);
    lyt_jw_kbool(jw, "held_out", row->is_held_out);
    if (row->incident)
        lyt_jw_kint(jw, "incident", row->incident);
    if (row->withdrawn_us)
        lyt_jw_ktime(jw, "withdrawn_at", row->withdrawn_us);
    lyt_jw_object_end(jw);
}

static void write_trigger(const lyt_houseask *ask, const lyt_trigger *t)
{
    int64_t n[3] = {0, 0, 0}; /* found, of those withdrawn, held out */

    for (size_t i = 0; i < lyt_replica_findings(ask->replica); i++) {
        const lyt_finding_row *row = lyt_replica_finding(ask->replica, i);

        if (strcmp(row->trigger, t->id) != 0)
            continue;
        n[0]++;
        n[1] += row->withdrawn_us != 0;
        n[2] += row->is_held_out;
    }
    lyt_jw_object(ask->jw);
    lyt_jw_kstr(ask->jw, "trigger", lyt_str_of(t->id));
    lyt_jw_kstr(ask->jw, t->makes ? "makes" : "scenario",
                lyt_str_of(t->makes ? t->makes : t->scenario));
    if (t->step)
        lyt_jw_kstr(ask->jw, "step", lyt_str_of(t->step));
    lyt_jw_kint(ask->jw, "found", n[0]);
    lyt_jw_kint(ask->jw, "withdrawn", n[1]);
    lyt_jw_kint(ask->jw, "held_out", n[2]);
    lyt_jw_object_end(ask->jw);
}

static lyt_status answer_triggers(const lyt_houseask *ask)
{
    const lyt_settings *s = lyt_replica_settings(ask->replica);
    lyt_str only = lyt_json_text(ask->request, "trigger");
    bool found = !only.len;

    lyt_jw_key(ask->jw, "triggers");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < s->n_triggers; i++) {
        bool is_it = !only.len || lyt_str_equal(only, lyt_str_of(s->triggers[i].id));

        found = found || is_it;
        if (is_it)
            write_trigger(ask, &s->triggers[i]);
    }
    lyt_jw_array_end(ask->jw);
    if (!found)
        return lyt_error_set(ask->err, LYT_ENOTFOUND, "trigger: this house has none called '%.*s'",
                             LYT_STR_ARG(lyt_str_slice(only, 0, 48)));
    lyt_jw_key(ask->jw, "findings");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; only.len && i < lyt_replica_findings(ask->replica); i++) {
        const lyt_finding_row *row = lyt_replica_finding(ask->replica, i);

        if (lyt_str_equal(only, lyt_str_of(row->trigger)))
            write_finding(ask->jw, row);
    }
    lyt_jw_array_end(ask->jw);
    return LYT_OK;
}

static lyt_status answer_silences(const lyt_houseask *ask)
{
    static const char *const kinds[] = {"silence", "maintenance"};
    const lyt_book *book = lyt_replica_book(ask->replica);
    bool all = false;

    (void)lyt_json_bool(lyt_json_get(ask->request, "all"), &all);
    lyt_jw_key(ask->jw, "silences");
    lyt_jw_array(ask->jw);
    for (size_t i = 0; i < lyt_book_silences(book); i++) {
        const lyt_silence *s = lyt_book_silence_at(book, i);
        bool holds = ask->now_us < s->until_us;

        if (!all && !holds)
            continue;
        lyt_jw_object(ask->jw);
        lyt_jw_kint(ask->jw, "silence", s->id);
        lyt_jw_kstr(ask->jw, "kind", lyt_str_of(kinds[s->kind]));
        lyt_jw_kstr(ask->jw, "property", lyt_str_of(s->property));
        lyt_jw_kstr(ask->jw, "scenario", lyt_str_of(s->scenario));
        lyt_jw_kstr(ask->jw, "place", lyt_str_of(s->place));
        lyt_jw_ktime(ask->jw, "from", s->from_us);
        lyt_jw_ktime(ask->jw, "until", s->until_us);
        lyt_jw_kstr(ask->jw, "by", lyt_str_of(s->by));
        lyt_jw_kstr(ask->jw, "reason", lyt_str_of(s->reason));
        lyt_jw_kbool(ask->jw, "holds", holds);
        lyt_jw_object_end(ask->jw);
    }
    lyt_jw_array_end(ask->jw);
    return LYT_OK;
}

static const lyt_case *find_case(lyt_replica *replica, int64_t incident)
{
    return replica ? lyt_book_find(lyt_replica_book(replica), incident) : NULL;
}

void lyt_houseask_beside(lyt_jw *jw, lyt_replica *replica, int64_t incident)
{
    const lyt_case *c = find_case(replica, incident);

    if (c && c->merged)
        lyt_jw_kint(jw, "merged", c->merged);
    if (c && c->is_drill)
        lyt_jw_kbool(jw, "drill", true);
}

bool lyt_houseask_is_merged(lyt_replica *replica, int64_t incident)
{
    const lyt_case *c = find_case(replica, incident);

    return c && c->merged;
}

bool lyt_houseask_take(const lyt_houseask *ask, lyt_status *status)
{
    static const struct {
        lyt_str name;
        lyt_status (*answer)(const lyt_houseask *ask);
    } requests[] = {
        {{"guest", 5}, answer_guest},
        {{"triggers", 8}, answer_triggers},
        {{"case", 4}, lyt_houseask_case},
        {{"board", 5}, lyt_houseask_board},
        {{"fixes", 5}, lyt_houseask_fixes},
        {{"gestures", 8}, lyt_houseask_gestures},
        {{"recovery", 8}, lyt_houseask_recovery},
        {{"silences", 8}, answer_silences},
    };
    lyt_str name = lyt_json_text(ask->request, "request");

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        if (!lyt_str_equal(name, requests[i].name))
            continue;
        if (!ask->replica)
            *status = lyt_error_set(ask->err, LYT_ESTATE,
                                    "request: this service knows no house; start it with --desk");
        else
            *status = lyt_replica_sync(ask->replica, ask->store, ask->err);
        if (!*status)
            *status = requests[i].answer(ask);
        if (!*status)
            lyt_jw_kstr(ask->jw, "zone", lyt_str_of(lyt_replica_settings(ask->replica)->zone_name));
        return true;
    }
    return false;
}
