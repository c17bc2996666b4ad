/*
 * lyt_gesture: what may be done for a guest after a failure, and which of it suits this
 * guest: what they ordered or said they like comes first, with that as the reason; what
 * an allergy, a diet, a faith or an opt-out speaks against is never proposed.
 *
 * Pure: what is known of the guest is a list of notes, time is an argument.
 *
 * Threads   pure functions; texts are borrowed.
 * Units     amounts are øre or cents, times microseconds since 1970 UTC.
 */
#ifndef LYT_GESTURE_H
#define LYT_GESTURE_H

#include "book.h"
#include "route.h"
#include "stay.h"

typedef enum lyt_gesture_kind {
    LYT_GESTURE_APOLOGY,
    LYT_GESTURE_WAIVER, /* of a fee or a part of the bill */
    LYT_GESTURE_EXTRA,
    LYT_GESTURE_CREDIT, /* for another time */
    LYT_GESTURE_TOP_UP, /* of the guest's budget */
    LYT_GESTURE_KIND_COUNT,
} lyt_gesture_kind;

typedef struct lyt_gesture {
    const char *id;
    const char *name_en, *name_da;
    lyt_gesture_kind kind;
    int64_t cost;
    lyt_currency currency;
    lyt_names scenarios; /* it suits; none: all */
    lyt_names items;     /* what a guest who had one of these would like it for */
    lyt_names contains;  /* what it has in it: milk, nuts, alcohol, pork, meat … */
    /* how often within a year, within the guest's stay, and within 30 days; 0: no limit */
    int64_t per_guest, per_stay, per_month;
    bool is_automatic; /* Lyt may give it by itself, within the limits of that role */
} lyt_gesture;

typedef enum lyt_note_kind {
    LYT_NOTE_ORDER, /* ordered or used it */
    LYT_NOTE_LIKES, /* said so */
    LYT_NOTE_DISLIKES,
    LYT_NOTE_ALLERGY, /* item: what must not be in it */
    LYT_NOTE_DIET,    /* item: vegetarian, vegan, halal, kosher, no-alcohol … */
    LYT_NOTE_OPT_OUT, /* item: "offers", or a gesture's id */
    LYT_NOTE_KIND_COUNT,
} lyt_note_kind;

const char *lyt_note_kind_name(lyt_note_kind kind);
LYT_MUST_USE lyt_status lyt_note_kind_parse(lyt_note_kind *out, lyt_str name);

typedef struct lyt_note {
    lyt_note_kind kind;
    const char *guest, *item, *source; /* source: "restaurant order 118" */
    int64_t at_us;
} lyt_note;

/*
 * What the house knows of its guests: added, corrected (an item taken back) and
 * erased with the guest.
 */
typedef struct lyt_notes lyt_notes;
LYT_MUST_USE lyt_status lyt_notes_new(lyt_notes **out, const lyt_alloc *alloc);
void lyt_notes_free(lyt_notes *notes);
/* Copies. The same note twice is one. LYT_ELIMIT: over 64 bytes in a text. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_notes_add(lyt_notes *notes, const lyt_note *note);
/* Takes back all notes of that guest on that item; how many. item NULL: all of the guest. */
size_t lyt_notes_erase(lyt_notes *notes, const char *guest, const char *item);
void lyt_notes_clear(lyt_notes *notes);
size_t lyt_notes_size(const lyt_notes *notes);
lyt_note lyt_notes_at(const lyt_notes *notes, size_t index);

enum { lyt_reasons_max = 4 };

/* Why a gesture is where it stands: notes that speak for it, newest first. */
typedef struct lyt_proposal {
    const lyt_gesture *gesture;
    int64_t weight; /* of the notes for it; 0: it is neutral */
    lyt_note reasons[lyt_reasons_max];
    size_t n_reasons;
} lyt_proposal;

typedef struct lyt_wish {
    lyt_str guest; /* empty: nobody known */
    lyt_str scenario;
    int64_t now_us;
    const lyt_stays *stays; /* NULL: nothing is known of who is in the house */
} lyt_wish;

/*
 * Which limit that guest has reached with this gesture: "guest", "stay", "month"; NULL: none. Of a
 * guest whose stay nobody knows the last 14 days count as one.
 */
const char *lyt_gesture_limit(const lyt_gesture *gesture, const lyt_book *book,
                              const lyt_wish *wish);

/*
 * Writes at most max proposals, best first: liked ones by weight (a note counts half after
 * 30 days, what was said double), then neutral ones, cheaper first. Those that were
 * given as often as they may (book, NULL allowed) are left out.
 */
size_t lyt_gesture_propose(const lyt_gesture *gestures, size_t n, const lyt_notes *notes,
                           const lyt_book *book, const lyt_wish *wish, lyt_proposal *out,
                           size_t max);

/* Whether the settings have it for that scenario: none named is for all. */
bool lyt_gesture_is_for(const lyt_gesture *gesture, lyt_str scenario);
/* Why the gesture must not be proposed to that guest: the note; false: nothing against it. */
bool lyt_gesture_forbidden(const lyt_gesture *gesture, const lyt_notes *notes, lyt_str guest,
                           lyt_note *why);

#endif
