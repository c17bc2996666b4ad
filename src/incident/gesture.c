#include "gesture.h"

#include <string.h>

#include "mem.h"

enum { text_max = 64, halves_max = 10, weight_one = 1 << halves_max };

static const int64_t day_us = (int64_t)86400 * 1000000;

static const char *const kind_names[] = {"order",   "likes", "dislikes",
                                         "allergy", "diet",  "opt-out"};

typedef struct row {
    lyt_note_kind kind;
    int64_t at_us;
    char guest[text_max + 1], item[text_max + 1], source[text_max + 1];
} row;

struct lyt_notes {
    const lyt_alloc *alloc;
    row *rows;
    size_t n, cap;
};

const char *lyt_note_kind_name(lyt_note_kind kind)
{
    return kind < LYT_NOTE_KIND_COUNT ? kind_names[kind] : "unknown";
}

lyt_status lyt_note_kind_parse(lyt_note_kind *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_NOTE_KIND_COUNT; i++) {
        if (lyt_str_equal(lyt_str_of(kind_names[i]), name)) {
            *out = (lyt_note_kind)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

lyt_status lyt_notes_new(lyt_notes **out, const lyt_alloc *alloc)
{
    lyt_notes *notes = lyt_mem_new(alloc, sizeof *notes);

    if (!notes)
        return LYT_ENOMEM;
    notes->alloc = alloc;
    *out = notes;
    return LYT_OK;
}

void lyt_notes_free(lyt_notes *notes)
{
    if (!notes)
        return;
    lyt_mem_free(notes->alloc, notes->rows);
    lyt_mem_free(notes->alloc, notes);
}

static bool copy(char out[text_max + 1], const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (len > text_max)
        return false;
    memset(out, 0, text_max + 1);
    if (len)
        memcpy(out, text, len);
    return true;
}

lyt_status lyt_notes_add(lyt_notes *notes, const lyt_note *note)
{
    row fresh = {.kind = note->kind, .at_us = note->at_us};
    lyt_status status;

    if (!copy(fresh.guest, note->guest) || !copy(fresh.item, note->item) ||
        !copy(fresh.source, note->source))
        return LYT_ELIMIT;
    for (size_t i = 0; i < notes->n; i++) {
        const row *r = &notes->rows[i];

        if (r->kind == fresh.kind && r->at_us == fresh.at_us && !strcmp(r->guest, fresh.guest) &&
            !strcmp(r->item, fresh.item) && !strcmp(r->source, fresh.source))
            return LYT_OK;
    }
    status =
        lyt_mem_grow(notes->alloc, &notes->rows, &notes->cap, notes->n + 1, sizeof *notes->rows);
    if (!status)
        notes->rows[notes->n++] = fresh;
    return status;
}

size_t lyt_notes_erase(lyt_notes *notes, const char *guest, const char *item)
{
    size_t kept = 0, before = notes->n;

    for (size_t i = 0; i < before; i++) {
        const row *r = &notes->rows[i];

        if (strcmp(r->guest, guest) != 0 || (item && strcmp(r->item, item) != 0))
            notes->rows[kept++] = *r;
    }
    /* nothing of an erased guest stays behind in memory */
    if (before > kept)
        memset(notes->rows + kept, 0, (before - kept) * sizeof *notes->rows);
    notes->n = kept;
    return before - kept;
}

void lyt_notes_clear(lyt_notes *notes)
{
    notes->n = 0;
}

size_t lyt_notes_size(const lyt_notes *notes)
{
    return notes->n;
}

lyt_note lyt_notes_at(const lyt_notes *notes, size_t index)
{
    const row *r = &notes->rows[index];

    return (lyt_note){r->kind, r->guest, r->item, r->source, r->at_us};
}

static bool has(const lyt_names *names, const char *item)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->item[i], item) == 0)
            return true;
    return false;
}

/* What a diet or a faith leaves out. */
static bool diet_forbids(const char *diet, const lyt_names *contains)
{
    static const struct {
        const char *diet;
        const char *without[8];
    } rules[] = {
        {"vegetarian", {"meat", "pork", "beef", "fish", "shellfish", "gelatine"}},
        {"vegan", {"meat", "pork", "beef", "fish", "milk", "egg", "honey", "gelatine"}},
        {"vegan", {"shellfish"}},
        {"pescetarian", {"meat", "pork", "beef", "gelatine"}},
        {"halal", {"pork", "alcohol", "gelatine"}},
        {"kosher", {"pork", "shellfish", "gelatine"}},
        {"hindu", {"beef", "meat"}},
        {"no-alcohol", {"alcohol"}},
        {"gluten-free", {"gluten"}},
        {"lactose-free", {"milk"}},
    };
    bool known = false;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].diet, diet) != 0)
            continue;
        known = true;
        for (size_t j = 0; j < 8 && rules[i].without[j]; j++)
            if (has(contains, rules[i].without[j]))
                return true;
    }
    /* of a diet we do not know nothing to eat or drink is safe */
    return !known && contains->n > 0;
}

static bool forbids(const lyt_note *note, const lyt_gesture *gesture)
{
    switch (note->kind) {
    case LYT_NOTE_ALLERGY:
        return has(&gesture->contains, note->item) || has(&gesture->items, note->item);
    case LYT_NOTE_DIET:
        return diet_forbids(note->item, &gesture->contains);
    case LYT_NOTE_DISLIKES:
        return has(&gesture->items, note->item) || has(&gesture->contains, note->item);
    case LYT_NOTE_OPT_OUT:
        return strcmp(note->item, gesture->id) == 0 ||
               (strcmp(note->item, "offers") == 0 && gesture->kind != LYT_GESTURE_APOLOGY);
    case LYT_NOTE_ORDER:
    case LYT_NOTE_LIKES:
    case LYT_NOTE_KIND_COUNT:
        break;
    }
    return false;
}

bool lyt_gesture_forbidden(const lyt_gesture *gesture, const lyt_notes *notes, lyt_str guest,
                           lyt_note *why)
{
    for (size_t i = 0; notes && guest.len && i < notes->n; i++) {
        lyt_note note = lyt_notes_at(notes, i);

        if (lyt_str_equal(lyt_str_of(note.guest), guest) && forbids(&note, gesture)) {
            *why = note;
            return true;
        }
    }
    return false;
}

static int64_t weight_of(const lyt_note *note, int64_t now_us)
{
    int64_t age = now_us > note->at_us ? (now_us - note->at_us) / (30 * day_us) : 0;
    int64_t weight = weight_one >> (age > halves_max ? halves_max : age);

    return note->kind == LYT_NOTE_LIKES ? 2 * weight : weight;
}

/* Keeps the newest few, newest first. */
static void add_reason(lyt_proposal *proposal, const lyt_note *note)
{
    size_t at = proposal->n_reasons;

    while (at > 0 && proposal->reasons[at - 1].at_us < note->at_us)
        at--;
    if (at == lyt_reasons_max)
        return;
    if (proposal->n_reasons < lyt_reasons_max)
        proposal->n_reasons++;
    for (size_t i = proposal->n_reasons - 1; i > at; i--)
        proposal->reasons[i] = proposal->reasons[i - 1];
    proposal->reasons[at] = *note;
}

/* Since when it is the guest's stay. */
static int64_t stay_began(const lyt_wish *wish)
{
    lyt_stay stay;

    if (wish->stays && lyt_stays_find(wish->stays, wish->guest, wish->now_us, &stay))
        return stay.from_us;
    return wish->now_us - 14 * day_us;
}

const char *lyt_gesture_limit(const lyt_gesture *gesture, const lyt_book *book,
                              const lyt_wish *wish)
{
    int64_t began = gesture->per_stay ? stay_began(wish) : 0, year = 0, stay = 0, month = 0;

    for (size_t i = 0; book && wish->guest.len && i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);
        const lyt_case *c = lyt_book_find(book, offer->incident);

        if (offer->state != LYT_OFFER_GIVEN || strcmp(offer->gesture, gesture->id) != 0 ||
            !lyt_str_equal(lyt_str_of(c->guest), wish->guest))
            continue;
        year += wish->now_us - offer->given_us <= 365 * day_us;
        month += wish->now_us - offer->given_us <= 30 * day_us;
        stay += offer->given_us >= began;
    }
    if (gesture->per_stay && stay >= gesture->per_stay)
        return "stay";
    if (gesture->per_guest && year >= gesture->per_guest)
        return "guest";
    return gesture->per_month && month >= gesture->per_month ? "month" : NULL;
}

bool lyt_gesture_is_for(const lyt_gesture *gesture, lyt_str scenario)
{
    for (size_t i = 0; i < gesture->scenarios.n; i++)
        if (lyt_str_equal(lyt_str_of(gesture->scenarios.item[i]), scenario))
            return true;
    return !gesture->scenarios.n;
}

static bool suits(const lyt_gesture *gesture, const lyt_notes *notes, const lyt_book *book,
                  const lyt_wish *wish)
{
    lyt_note why;

    return lyt_gesture_is_for(gesture, wish->scenario) && !lyt_gesture_forbidden(gesture, notes, wish->guest, &why) &&
           !lyt_gesture_limit(gesture, book, wish);
}

static void weigh(lyt_proposal *proposal, const lyt_notes *notes, const lyt_wish *wish)
{
    for (size_t i = 0; notes && wish->guest.len && i < notes->n; i++) {
        lyt_note note = lyt_notes_at(notes, i);

        if ((note.kind != LYT_NOTE_ORDER && note.kind != LYT_NOTE_LIKES) ||
            !lyt_str_equal(lyt_str_of(note.guest), wish->guest) ||
            !has(&proposal->gesture->items, note.item))
            continue;
        proposal->weight += weight_of(&note, wish->now_us);
        add_reason(proposal, &note);
    }
}

/* What is made for one taste is no neutral gesture for somebody who never showed it. */
static bool is_worse(const lyt_proposal *a, const lyt_proposal *b)
{
    bool a_for_taste = !a->weight && a->gesture->items.n,
         b_for_taste = !b->weight && b->gesture->items.n;

    if (a->weight != b->weight)
        return a->weight < b->weight;
    if (a_for_taste != b_for_taste)
        return a_for_taste;
    return a->gesture->cost > b->gesture->cost;
}

size_t lyt_gesture_propose(const lyt_gesture *gestures, size_t n, const lyt_notes *notes,
                           const lyt_book *book, const lyt_wish *wish, lyt_proposal *out,
                           size_t max)
{
    size_t n_out = 0;

    for (size_t i = 0; i < n; i++) {
        lyt_proposal fresh = {.gesture = &gestures[i]};
        size_t at;

        if (!suits(&gestures[i], notes, book, wish))
            continue;
        weigh(&fresh, notes, wish);
        for (at = n_out; at > 0 && is_worse(&out[at - 1], &fresh); at--)
            if (at < max)
                out[at] = out[at - 1];
        if (at < max)
            out[at] = fresh;
        if (n_out < max && at <= n_out)
            n_out++;
    }
    return n_out;
}
