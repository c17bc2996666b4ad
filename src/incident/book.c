#include <string.h>

#include "book_inside.h"
#include "hash.h"
#include "mem.h"

static const char *const clock_names[] = {
#define X(name, text) text,
    LYT_CLOCKS(X)
#undef X
};

const char *lyt_clock_kind_name(lyt_clock_kind kind)
{
    return kind < LYT_CLOCK_KIND_COUNT ? clock_names[kind] : "unknown";
}

lyt_status lyt_book_new(lyt_book **out, const lyt_alloc *alloc)
{
    lyt_book *book = lyt_mem_new(alloc, sizeof *book);

    if (!book)
        return LYT_ENOMEM;
    book->alloc = alloc;
    *out = book;
    return LYT_OK;
}

void lyt_book_free(lyt_book *book)
{
    if (!book)
        return;
    lyt_mem_free(book->alloc, book->cases);
    lyt_mem_free(book->alloc, book->rows);
    lyt_mem_free(book->alloc, book->told);
    lyt_mem_free(book->alloc, book->silences);
    lyt_mem_free(book->alloc, book->offers);
    lyt_mem_free(book->alloc, book->promises);
    lyt_mem_free(book->alloc, book->fixes);
    lyt_mem_free(book->alloc, book->undo);
    lyt_book_index_free(book);
    lyt_mem_free(book->alloc, book);
}

size_t lyt_book_size(const lyt_book *book)
{
    return book->n;
}

const lyt_case *lyt_book_at(const lyt_book *book, size_t index)
{
    return index < book->n ? &book->cases[index] : NULL;
}

const lyt_case *lyt_book_find(const lyt_book *book, int64_t id)
{
    return id > 0 && (uint64_t)id <= book->n ? &book->cases[id - 1] : NULL;
}

int64_t lyt_book_next_id(const lyt_book *book)
{
    return (int64_t)book->n + 1;
}

bool lyt_case_is_open(const lyt_case *c)
{
    return lyt_incident_is_open(c->state) && !c->merged;
}

bool lyt_case_is_confirmed(const lyt_case *c)
{
    return (c->state == LYT_INCIDENT_CONFIRMED || c->state == LYT_INCIDENT_CLOSED) &&
           !c->is_unconfirmed && !c->answer_due_us;
}

int64_t lyt_book_root(const lyt_book *book, int64_t id)
{
    const lyt_case *c = lyt_book_find(book, id);

    while (c && c->merged)
        c = lyt_book_find(book, c->merged);
    return c ? c->id : 0;
}

int64_t lyt_book_case_of(const lyt_book *book, int64_t message, lyt_str scenario)
{
    for (size_t i = book->n_rows; i-- > 0;) {
        const lyt_case *c = lyt_book_find(book, book->rows[i].incident);

        if (book->rows[i].message == message && lyt_str_equal(lyt_str_of(c->scenario), scenario))
            return lyt_book_root(book, c->id);
    }
    return 0;
}

size_t lyt_book_cases_of(const lyt_book *book, int64_t message, int64_t *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < book->n_rows && n < max; i++) {
        int64_t root = book->rows[i].message == message
                           ? lyt_book_root(book, book->rows[i].incident)
                           : 0;

        for (size_t k = 0; root && k < n; k++)
            if (out[k] == root)
                root = 0;
        if (root)
            out[n++] = root;
    }
    return n;
}

int64_t lyt_book_first_message(const lyt_book *book, int64_t id)
{
    for (size_t i = 0; i < book->n_rows; i++)
        if (book->rows[i].incident == id)
            return book->rows[i].message;
    return 0;
}

static int64_t messages_below(const lyt_book *book, const lyt_case *c)
{
    int64_t n = c->n_messages, id = c->id;

    c = lyt_book_chain(book, lyt_chain_key_number(LYT_CHAIN_MERGED, id));
    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_MERGED, c))
        if (c->merged == id)
            n += messages_below(book, c);
    return n;
}

int64_t lyt_book_messages(const lyt_book *book, int64_t id)
{
    const lyt_case *c = lyt_book_find(book, id);

    return !c ? 0 : c->merged ? c->n_messages : messages_below(book, c);
}

size_t lyt_book_told(const lyt_book *book)
{
    return book->n_told;
}

const lyt_told *lyt_book_told_at(const lyt_book *book, size_t index)
{
    return index < book->n_told ? &book->told[index] : NULL;
}

size_t lyt_book_told_from(const lyt_book *book, int64_t incident)
{
    const lyt_case *c = lyt_book_find(book, incident);

    return c && c->first_told ? (size_t)c->first_told - 1 : book->n_told;
}

size_t lyt_book_silences(const lyt_book *book)
{
    return book->n_silences;
}

const lyt_silence *lyt_book_silence_at(const lyt_book *book, size_t index)
{
    return index < book->n_silences ? &book->silences[index] : NULL;
}

size_t lyt_book_offers(const lyt_book *book)
{
    return book->n_offers;
}

const lyt_offer *lyt_book_offer_at(const lyt_book *book, size_t index)
{
    return index < book->n_offers ? &book->offers[index] : NULL;
}

size_t lyt_book_promises(const lyt_book *book)
{
    return book->n_promises;
}

const lyt_promise *lyt_book_promise_at(const lyt_book *book, size_t index)
{
    return index < book->n_promises ? &book->promises[index] : NULL;
}

size_t lyt_book_fixes(const lyt_book *book)
{
    return book->n_fixes;
}

const lyt_fix *lyt_book_fix_at(const lyt_book *book, size_t index)
{
    return index < book->n_fixes ? &book->fixes[index] : NULL;
}

lyt_status lyt_book_emit(lyt_book *book, lyt_facts *out, const lyt_fact *fact, lyt_error *err)
{
    lyt_status status = lyt_facts_add(out, fact);

    if (status)
        return lyt_error_set(err, status, "no memory for what happened to incident %lld",
                             (long long)fact->incident);
    status = lyt_book_fold(book, fact, err);
    if (status)
        out->n--;
    return status;
}

size_t lyt_book_silences_first(const lyt_book *book)
{
    return book->first_silence;
}

size_t lyt_book_offers_first(const lyt_book *book)
{
    return book->first_offer;
}

size_t lyt_book_promises_first(const lyt_book *book)
{
    return book->first_promise;
}

size_t lyt_book_fixes_first(const lyt_book *book)
{
    return book->first_fix;
}

void lyt_book_mark(lyt_book *book)
{
    book->n_undo = 0;
    while (book->first_silence < book->n_silences && book->silences[book->first_silence].is_ended)
        book->first_silence++;
    while (book->first_offer < book->n_offers &&
           book->offers[book->first_offer].state != LYT_OFFER_ASKED)
        book->first_offer++;
    while (book->first_promise < book->n_promises &&
           (book->promises[book->first_promise].kept_us ||
            book->promises[book->first_promise].is_late))
        book->first_promise++;
    while (book->first_fix < book->n_fixes &&
           (book->fixes[book->first_fix].done_us || book->fixes[book->first_fix].is_late))
        book->first_fix++;
}

size_t lyt_book_point(const lyt_book *book)
{
    return book->n_undo;
}

static void undo_last(lyt_book *book)
{
    const lyt_undo *last = &book->undo[--book->n_undo];

    switch (last->kind) {
    case LYT_UNDO_CASE_ADDED:
        book->n_touched = book->cases[last->at].touched - 1;
        lyt_book_index_remove(book, last->at);
        book->n--;
        break;
    case LYT_UNDO_CASE:
        book->n_touched = book->cases[last->at].touched - 1;
        book->cases[last->at] = last->before.incident;
        lyt_book_index_undone(book, last->at);
        break;
    case LYT_UNDO_ROW_ADDED:
        book->n_rows--;
        break;
    case LYT_UNDO_ROW:
        book->rows[last->at] = last->before.row;
        break;
    case LYT_UNDO_TOLD_ADDED:
        book->n_told--;
        break;
    case LYT_UNDO_TOLD:
        book->told[last->at].last = last->before.last;
        break;
    case LYT_UNDO_SILENCE_ADDED:
        book->n_silences--;
        break;
    case LYT_UNDO_SILENCE:
        book->silences[last->at].until_us = last->before.until_us;
        book->silences[last->at].is_ended = false;
        break;
    case LYT_UNDO_OFFER_ADDED:
        book->n_offers--;
        break;
    case LYT_UNDO_OFFER:
        book->offers[last->at] = last->before.offer;
        break;
    case LYT_UNDO_PROMISE_ADDED:
        book->n_promises--;
        break;
    case LYT_UNDO_PROMISE:
        book->promises[last->at] = last->before.promise;
        break;
    case LYT_UNDO_FIX_ADDED:
        book->n_fixes--;
        break;
    case LYT_UNDO_FIX:
        book->fixes[last->at] = last->before.fix;
        break;
    }
}

void lyt_book_back_to(lyt_book *book, size_t point)
{
    while (book->n_undo > point)
        undo_last(book);
}

void lyt_book_rollback(lyt_book *book)
{
    lyt_book_back_to(book, 0);
}

/* Field by field: padding and what stands behind a text's end are not state. */
static uint64_t mix(uint64_t hash, int64_t value)
{
    return lyt_hash_pair(hash, (uint64_t)value);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return lyt_hash_str(lyt_str_of(text), hash);
}

static uint64_t hash_clock(uint64_t h, const lyt_case_clock *clock)
{
    h = mix(h, clock->started_us);
    h = mix(h, clock->stopped_us);
    h = mix(h, clock->due_us);
    h = mix(h, clock->warn_us);
    return mix(h, clock->is_warned | clock->is_missed << 1);
}

static uint64_t hash_timers(uint64_t h, const lyt_case *c)
{
    const int64_t timers[] = {c->ack_until_us, c->held_until_us, c->remind_us,    c->step_us,
                              c->stale_us,     c->held_why,      c->silence,      c->pause_until_us,
                              c->n_reminders,  c->n_steps,       c->paused_at_us, c->paused_us,
                              c->contacted_us};

    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        h = mix(h, timers[i]);
    for (unsigned i = 0; i < LYT_CLOCK_KIND_COUNT; i++)
        h = hash_clock(h, &c->clocks[i]);
    return h;
}

static uint64_t hash_case(uint64_t h, const lyt_case *c)
{
    const char *const texts[] = {c->property, c->scenario, c->team,  c->place,
                                 c->guest,    c->language, c->owner, c->changed_by};
    const int64_t numbers[] = {
        c->id,         c->version,        (int64_t)c->state, c->severity,  c->opened_us,
        c->updated_us, c->heard_us,       c->remedied_us,    c->closed_us, c->n_messages,
        c->parent,     c->merged,         c->repeat_of,      c->is_parent, c->has_cause,
        c->has_action, c->is_unconfirmed, c->answer_due_us,  c->asked_us,  c->score,
        c->is_drill,   c->n_reopened};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        h = mix_text(h, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        h = mix(h, numbers[i]);
    return hash_timers(h, c);
}

static uint64_t hash_silence(uint64_t h, const lyt_silence *s)
{
    h = mix(h, s->id);
    h = mix(h, s->from_us);
    h = mix(h, s->until_us);
    h = mix(h, (int64_t)s->kind);
    h = mix(h, s->is_ended);
    h = mix_text(h, s->property);
    h = mix_text(h, s->scenario);
    h = mix_text(h, s->place);
    h = mix_text(h, s->by);
    return mix_text(h, s->reason);
}

static uint64_t hash_offer(uint64_t h, const lyt_offer *o)
{
    const int64_t numbers[] = {o->id,   o->incident, o->amount, o->currency, (int64_t)o->state,
                               o->role, o->at_us,    o->due_us, o->given_us};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        h = mix(h, numbers[i]);
    return mix_text(mix_text(mix_text(h, o->gesture), o->by), o->decided_by);
}

static uint64_t hash_promise(uint64_t h, const lyt_promise *p)
{
    h = mix(mix(mix(mix(h, p->id), p->incident), p->due_us), p->kept_us);
    return mix_text(mix_text(mix(h, p->is_late), p->by), p->text);
}

static uint64_t hash_fix(uint64_t h, const lyt_fix *f)
{
    const char *const texts[] = {f->property, f->scenario, f->place, f->owner, f->text, f->proof};
    const int64_t numbers[] = {f->id,      f->incident,      f->opened_us, f->due_us,
                               f->done_us, f->first_done_us, f->n_back,    f->is_late};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        h = mix(h, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        h = mix_text(h, texts[i]);
    return h;
}

uint64_t lyt_book_hash(const lyt_book *book)
{
    uint64_t h = mix(0, (int64_t)book->n);

    for (size_t i = 0; i < book->n; i++)
        h = hash_case(h, &book->cases[i]);
    for (size_t i = 0; i < book->n_rows; i++)
        h = mix(mix(h, book->rows[i].message), book->rows[i].incident);
    for (size_t i = 0; i < book->n_told; i++) {
        h = mix(mix(h, book->told[i].incident), book->told[i].last);
        h = mix_text(mix_text(h, book->told[i].who), book->told[i].channel);
    }
    for (size_t i = 0; i < book->n_silences; i++)
        h = hash_silence(h, &book->silences[i]);
    for (size_t i = 0; i < book->n_offers; i++)
        h = hash_offer(h, &book->offers[i]);
    for (size_t i = 0; i < book->n_promises; i++)
        h = hash_promise(h, &book->promises[i]);
    for (size_t i = 0; i < book->n_fixes; i++)
        h = hash_fix(h, &book->fixes[i]);
    return h;
}
