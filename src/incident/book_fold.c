/*
 * What each kind of fact does to the book. Nothing here decides anything: a fact has
 * happened, and folding it again gives the same book.
 */
#include <string.h>

#include "book_inside.h"
#include "mem.h"

lyt_status lyt_book_damaged(const lyt_fact *fact, const char *why, lyt_error *err)
{
    return lyt_error_set(err, LYT_EFORMAT, "fact '%s' of incident %lld cannot be: %s",
                         lyt_fact_name(fact->kind), (long long)fact->incident, why);
}

lyt_status lyt_book_no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "no memory for the book of incidents");
}

/* False when the text is too long for where it goes. */
bool lyt_book_copy(char *out, size_t size_bytes, lyt_str text)
{
    if (text.len >= size_bytes)
        return false;
    if (text.len)
        memcpy(out, text.ptr, text.len);
    memset(out + text.len, 0, size_bytes - text.len);
    return true;
}

#define COPY(field, text) lyt_book_copy((field), sizeof(field), (text))

lyt_undo *lyt_book_remember(lyt_book *book, lyt_undo_kind kind, size_t at)
{
    lyt_undo *undo;

    if (lyt_mem_grow(book->alloc, &book->undo, &book->cap_undo, book->n_undo + 1,
                     sizeof *book->undo))
        return NULL;
    undo = &book->undo[book->n_undo++];
    undo->kind = kind;
    undo->at = at;
    return undo;
}

/* The incident, to be changed; its state before is in the undo log. */
static lyt_case *change(lyt_book *book, int64_t id)
{
    lyt_undo *undo = lyt_book_index_reserve(book)
                         ? NULL
                         : lyt_book_remember(book, LYT_UNDO_CASE, (size_t)id - 1);

    if (!undo)
        return NULL;
    undo->before.incident = book->cases[id - 1];
    book->cases[id - 1].touched = ++book->n_touched;
    return &book->cases[id - 1];
}

static lyt_status add_row(lyt_book *book, int64_t message, int64_t incident)
{
    if (lyt_mem_grow(book->alloc, &book->rows, &book->cap_rows, book->n_rows + 1,
                     sizeof *book->rows) ||
        !lyt_book_remember(book, LYT_UNDO_ROW_ADDED, book->n_rows))
        return LYT_ENOMEM;
    book->rows[book->n_rows++] = (lyt_book_row){message, incident};
    return LYT_OK;
}

static lyt_status fold_opened(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_case fresh;

    memset(&fresh, 0, sizeof fresh);
    fresh.id = fact->incident;
    fresh.version = 1;
    fresh.state = LYT_INCIDENT_NEW;
    fresh.severity = (int)fact->number;
    fresh.opened_us = fresh.updated_us = fresh.heard_us = fact->at_us;
    fresh.n_messages = fact->other ? 1 : 0;
    fresh.is_parent = (fact->which & 1) != 0;
    fresh.is_drill = (fact->which & 2) != 0;
    fresh.score = -1;
    if (fact->incident != lyt_book_next_id(book))
        return lyt_book_damaged(fact, "its number is not the next one", err);
    if (!fact->who.len)
        return lyt_book_damaged(fact, "an incident has an owner", err);
    if (!COPY(fresh.property, fact->property) || !COPY(fresh.scenario, fact->scenario) ||
        !COPY(fresh.team, fact->team) || !COPY(fresh.place, fact->place) ||
        !COPY(fresh.guest, fact->guest) || !COPY(fresh.language, fact->language) ||
        !COPY(fresh.owner, fact->who) || !COPY(fresh.changed_by, fact->by))
        return lyt_error_set(err, LYT_ELIMIT, "a name is longer than %d bytes",
                             lyt_incident_text_max - 1);
    if (lyt_mem_grow(book->alloc, &book->cases, &book->cap, book->n + 1, sizeof *book->cases) ||
        lyt_book_index_reserve(book) || !lyt_book_remember(book, LYT_UNDO_CASE_ADDED, book->n))
        return lyt_book_no_memory(err);
    fresh.touched = ++book->n_touched;
    book->cases[book->n] = fresh;
    lyt_book_index_add(book, book->n++);
    if (fact->other && add_row(book, fact->other, fact->incident))
        return lyt_book_no_memory(err);
    return LYT_OK;
}

static void fold_moved(lyt_case *c, const lyt_fact *fact)
{
    c->state = (lyt_incident_state)fact->which;
    switch (c->state) {
    case LYT_INCIDENT_REMEDIED:
        c->remedied_us = fact->at_us;
        break;
    case LYT_INCIDENT_CLOSED:
    case LYT_INCIDENT_VOID:
        c->closed_us = fact->at_us;
        c->answer_due_us = 0;
        break;
    case LYT_INCIDENT_CONFIRMED:
        c->answer_due_us = 0;
        break;
    case LYT_INCIDENT_REOPENED:
        /* what was done did not help: it has to be said anew what was, and the guest asked anew */
        c->has_action = c->is_unconfirmed = false;
        c->asked_us = c->answer_due_us = 0;
        c->n_reopened++;
        c->closed_us = 0;
        break;
    case LYT_INCIDENT_NEW:
    case LYT_INCIDENT_ACKNOWLEDGED:
    case LYT_INCIDENT_IN_WORK:
    case LYT_INCIDENT_STATE_COUNT:
        break;
    }
}

static lyt_status fold_taken(lyt_book *book, lyt_case *c, const lyt_fact *fact, lyt_error *err)
{
    for (size_t i = 0; i < book->n_rows; i++) {
        lyt_book_row *row = &book->rows[i];
        lyt_undo *undo;
        lyt_case *from;

        if (row->message != fact->number || row->incident != fact->other)
            continue;
        undo = lyt_book_remember(book, LYT_UNDO_ROW, i);
        if (!undo)
            return lyt_book_no_memory(err);
        undo->before.row = *row;
        from = change(book, fact->other);
        if (!from)
            return lyt_book_no_memory(err);
        row->incident = fact->incident;
        from->n_messages--;
        from->version++;
        from->updated_us = fact->at_us;
        c->n_messages++;
        lyt_book_index_changed(book, (size_t)fact->other - 1);
        return LYT_OK;
    }
    return lyt_book_damaged(fact, "the other incident did not hear that message", err);
}

static lyt_status fold_told(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_told fresh = {.incident = fact->incident, .last = fact->which};

    for (size_t i = lyt_book_told_from(book, fact->incident); i < book->n_told; i++) {
        lyt_told *told = &book->told[i];
        lyt_undo *undo;

        if (told->incident != fact->incident || !lyt_str_equal(lyt_str_of(told->who), fact->who) ||
            !lyt_str_equal(lyt_str_of(told->channel), fact->text))
            continue;
        undo = lyt_book_remember(book, LYT_UNDO_TOLD, i);
        if (!undo)
            return lyt_book_no_memory(err);
        undo->before.last = told->last;
        told->last = fact->which;
        return LYT_OK;
    }
    if (!COPY(fresh.who, fact->who) || !COPY(fresh.channel, fact->text))
        return lyt_error_set(err, LYT_ELIMIT, "the name of a receiver or channel is too long");
    if (lyt_mem_grow(book->alloc, &book->told, &book->cap_told, book->n_told + 1,
                     sizeof *book->told) ||
        !lyt_book_remember(book, LYT_UNDO_TOLD_ADDED, book->n_told))
        return lyt_book_no_memory(err);
    book->told[book->n_told++] = fresh;
    /* its case is in the undo log already */
    if (!book->cases[fact->incident - 1].first_told)
        book->cases[fact->incident - 1].first_told = (int64_t)book->n_told;
    return LYT_OK;
}

static lyt_status fold_clock(lyt_case *c, const lyt_fact *fact, lyt_error *err)
{
    lyt_case_clock *clock;

    if (fact->which < 0 || fact->which >= LYT_CLOCK_KIND_COUNT)
        return lyt_book_damaged(fact, "there is no such clock", err);
    clock = &c->clocks[fact->which];
    if (fact->kind == LYT_FACT_CLOCK_STARTED) {
        /* a clock that starts anew keeps what was missed: recorded breaches never change */
        clock->started_us = clock->started_us ? clock->started_us : fact->at_us;
        clock->is_warned = clock->is_warned && !clock->stopped_us;
        clock->stopped_us = 0;
        clock->due_us = fact->due_us;
        clock->warn_us = fact->warn_us;
    } else if (fact->kind == LYT_FACT_CLOCK_STOPPED) {
        clock->stopped_us = fact->at_us;
    } else if (fact->kind == LYT_FACT_CLOCK_WARNED) {
        clock->is_warned = true;
    } else {
        clock->is_missed = true;
    }
    return LYT_OK;
}

static void fold_resumed(lyt_case *c, const lyt_fact *fact)
{
    c->paused_us += fact->number;
    c->paused_at_us = c->pause_until_us = 0;
}

/* What happens by itself, and when. */
static lyt_status fold_timer(lyt_case *c, const lyt_fact *fact, lyt_error *err)
{
    switch (fact->kind) {
    case LYT_FACT_ACK_LIMITED:
        c->ack_until_us = fact->due_us;
        return LYT_OK;
    case LYT_FACT_HELD:
        c->held_until_us = fact->due_us;
        c->held_why = fact->which;
        c->silence = fact->number;
        return LYT_OK;
    case LYT_FACT_REMIND:
        c->remind_us = fact->due_us;
        c->n_reminders = fact->number;
        return LYT_OK;
    case LYT_FACT_LADDER:
        c->step_us = fact->due_us;
        c->n_steps = fact->number;
        return LYT_OK;
    case LYT_FACT_STALE:
        c->stale_us = fact->due_us;
        return LYT_OK;
    case LYT_FACT_CONTACTED:
        c->contacted_us = c->contacted_us ? c->contacted_us : fact->at_us;
        return LYT_OK;
    case LYT_FACT_PAUSED:
        c->paused_at_us = fact->at_us;
        c->pause_until_us = fact->due_us;
        return LYT_OK;
    case LYT_FACT_RESUMED:
        fold_resumed(c, fact);
        return LYT_OK;
    case LYT_FACT_CLOCK_STARTED:
    case LYT_FACT_CLOCK_STOPPED:
    case LYT_FACT_CLOCK_WARNED:
    case LYT_FACT_CLOCK_MISSED:
        return fold_clock(c, fact, err);
    default:
        return lyt_book_damaged(fact, "nothing is known of its kind", err);
    }
}

static lyt_status fold_heard(lyt_book *book, lyt_case *c, const lyt_fact *fact, lyt_error *err)
{
    c->severity = (int)fact->number;
    if (fact->at_us > c->heard_us)
        c->heard_us = fact->at_us;
    if (!fact->other)
        return LYT_OK;
    c->n_messages++;
    return add_row(book, fact->other, fact->incident) ? lyt_book_no_memory(err) : LYT_OK;
}

static lyt_status fold_case(lyt_book *book, lyt_case *c, const lyt_fact *fact, lyt_error *err)
{
    switch (fact->kind) {
    case LYT_FACT_HEARD:
        return fold_heard(book, c, fact, err);
    case LYT_FACT_MOVED:
        if (fact->which < 0 || fact->which >= LYT_INCIDENT_STATE_COUNT ||
            !lyt_incident_may_move(c->state, (lyt_incident_state)fact->which))
            return lyt_book_damaged(fact, "the table of moves does not allow it", err);
        fold_moved(c, fact);
        return LYT_OK;
    case LYT_FACT_OWNED:
        if (!fact->who.len)
            return lyt_book_damaged(fact, "an incident has an owner", err);
        return COPY(c->owner, fact->who) ? LYT_OK
                                         : lyt_book_damaged(fact, "the name is too long", err);
    case LYT_FACT_NOTED:
    case LYT_FACT_CONSENTED:
    case LYT_FACT_REVOKED:
        return LYT_OK;
    case LYT_FACT_CAUSE:
        c->has_cause = true;
        return LYT_OK;
    case LYT_FACT_ACTION:
        c->has_action = true;
        return LYT_OK;
    case LYT_FACT_ASKED:
        c->asked_us = fact->at_us;
        c->answer_due_us = fact->due_us;
        return LYT_OK;
    case LYT_FACT_ANSWERED:
        c->score = fact->number;
        c->answer_due_us = 0;
        c->is_unconfirmed = false;
        return LYT_OK;
    case LYT_FACT_UNANSWERED:
        c->is_unconfirmed = true;
        c->answer_due_us = 0;
        return LYT_OK;
    case LYT_FACT_REPEAT:
        c->repeat_of = fact->other;
        c->severity = (int)fact->number;
        return LYT_OK;
    case LYT_FACT_MERGED:
    case LYT_FACT_UNMERGED:
        if (fact->kind == LYT_FACT_MERGED && (!lyt_book_root(book, fact->other) ||
                                              lyt_book_root(book, fact->other) == c->id))
            return lyt_book_damaged(fact, "it would be merged into itself or nothing", err);
        c->merged = fact->kind == LYT_FACT_MERGED ? fact->other : 0;
        return LYT_OK;
    case LYT_FACT_TAKEN:
        return fold_taken(book, c, fact, err);
    case LYT_FACT_LINKED:
        c->parent = fact->other;
        return LYT_OK;
    case LYT_FACT_UNLINKED:
        c->parent = 0;
        return LYT_OK;
    case LYT_FACT_TOLD:
        return fold_told(book, fact, err);
    case LYT_FACT_OFFERED:
    case LYT_FACT_APPROVAL_ASKED:
    case LYT_FACT_APPROVAL_RAISED:
    case LYT_FACT_APPROVED:
    case LYT_FACT_DECLINED:
    case LYT_FACT_WITHDRAWN:
    case LYT_FACT_PROMISED:
    case LYT_FACT_REFUND_ASKED:
    case LYT_FACT_KEPT:
    case LYT_FACT_LATE:
    case LYT_FACT_FIX_OPENED:
    case LYT_FACT_FIX_DONE:
    case LYT_FACT_FIX_LATE:
    case LYT_FACT_FIX_BACK:
        return lyt_book_fold_remedy(book, fact, err);
    default:
        return fold_timer(c, fact, err);
    }
}

static lyt_status fold_silence(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_silence fresh;

    memset(&fresh, 0, sizeof fresh);
    fresh.id = fact->other;
    fresh.from_us = fact->at_us;
    fresh.until_us = fact->due_us;
    fresh.kind = fact->which ? LYT_MAINTENANCE : LYT_SILENCE;
    if (fact->other != (int64_t)book->n_silences + 1)
        return lyt_book_damaged(fact, "the silence's number is not the next one", err);
    if (!COPY(fresh.property, fact->property) || !COPY(fresh.scenario, fact->scenario) ||
        !COPY(fresh.place, fact->place) || !COPY(fresh.by, fact->by) ||
        !COPY(fresh.reason, fact->text))
        return lyt_error_set(err, LYT_ELIMIT, "a text of the silence is too long");
    if (lyt_mem_grow(book->alloc, &book->silences, &book->cap_silences, book->n_silences + 1,
                     sizeof *book->silences) ||
        !lyt_book_remember(book, LYT_UNDO_SILENCE_ADDED, book->n_silences))
        return lyt_book_no_memory(err);
    book->silences[book->n_silences++] = fresh;
    return LYT_OK;
}

static lyt_status fold_unsilenced(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_undo *undo;

    if (fact->other < 1 || (uint64_t)fact->other > book->n_silences)
        return lyt_book_damaged(fact, "there is no such silence", err);
    undo = lyt_book_remember(book, LYT_UNDO_SILENCE, (size_t)fact->other - 1);
    if (!undo)
        return lyt_book_no_memory(err);
    undo->before.until_us = book->silences[fact->other - 1].until_us;
    if (fact->at_us < book->silences[fact->other - 1].until_us)
        book->silences[fact->other - 1].until_us = fact->at_us;
    book->silences[fact->other - 1].is_ended = true;
    return LYT_OK;
}

static lyt_status fold(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_status status;
    lyt_case *c;

    if (fact->kind == LYT_FACT_OPENED)
        return fold_opened(book, fact, err);
    if (fact->kind == LYT_FACT_SILENCED)
        return fold_silence(book, fact, err);
    if (fact->kind == LYT_FACT_UNSILENCED)
        return fold_unsilenced(book, fact, err);
    /* of the triggers; the book is the same after them */
    if (fact->kind == LYT_FACT_FOUND || fact->kind == LYT_FACT_UNFOUND)
        return LYT_OK;
    if (!lyt_book_find(book, fact->incident))
        return lyt_book_damaged(fact, "it was never opened", err);
    c = change(book, fact->incident);
    if (!c)
        return lyt_book_no_memory(err);
    status = fold_case(book, c, fact, err);
    if (status)
        return status;
    c->version++;
    c->updated_us = fact->at_us;
    if (fact->by.len && !COPY(c->changed_by, fact->by))
        return lyt_error_set(err, LYT_ELIMIT, "the name of who did it is longer than %d bytes",
                             lyt_incident_text_max - 1);
    lyt_book_index_changed(book, (size_t)fact->incident - 1);
    return LYT_OK;
}

lyt_status lyt_book_fold(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    size_t before = lyt_book_point(book);
    lyt_status status = fold(book, fact, err);

    if (status)
        lyt_book_back_to(book, before);
    return status;
}
