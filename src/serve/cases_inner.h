/* What cases.c (incidents) and cases_feed.c (events, notes, stays) share. */
#ifndef LYT_CASES_INNER_H
#define LYT_CASES_INNER_H

#include "batch.h"
#include "cases.h"
#include "store_guest.h"

/* How much good news was told since when. */
typedef struct lyt_news_count {
    int64_t since_us, n;
} lyt_news_count;

struct lyt_cases {
    const lyt_alloc *alloc;
    lyt_care *care;
    lyt_facts facts; /* of what is being applied */
    lyt_buf text;
    lyt_news_count *news; /* of each rule of the settings */
    int64_t answered;     /* the message that a guest was answered to, since the mark */
    bool is_changed;      /* what is known of guests, since the mark */
    bool is_stale;        /* it was changed in a transaction that failed */
    int64_t n_unsaved;    /* facts that are not in the snapshot; never too few */
    int64_t n_changed;    /* of the store's facts, when they were read */
};

/* Facts from `from` on, and the incidents as they are after them. */
LYT_MUST_USE lyt_status lyt_cases_keep(lyt_cases *cases, lyt_store *store, size_t from,
                                       lyt_error *err);
/* cases_words.c: what the history says of it beside who and when; added to out. */
void lyt_cases_words(lyt_buf *out, const lyt_cases *cases, const lyt_fact *fact);
/* alarm_seq: the event of the alarm that it is about; 0: of none. */
LYT_MUST_USE lyt_status lyt_cases_publish(lyt_batch *batch, lyt_books *books, size_t from,
                                          int64_t alarm_seq, int64_t now_us, lyt_error *err);
/* Whether it is the sender's affair, not ours. */
bool lyt_cases_is_refusal(lyt_status status);
lyt_desk_outcome lyt_cases_outcome(const lyt_facts *facts, size_t from, int64_t incident);

/* LYT_RESTRICTED instead of what only some may see. True: it is so. */
bool lyt_cases_make_neutral(const lyt_cases *cases, lyt_incident *incident);

/* cases_room.c: the rooms that a guest has now, each once; borrowed until a stay changes. */
enum { lyt_rooms_max = 4 };
typedef struct lyt_room {
    lyt_stay stays[lyt_rooms_max];
    size_t n;
} lyt_room;
void lyt_cases_room(const lyt_cases *cases, const lyt_slip *slip, lyt_room *out);
/* Notes in the incident that there are several. */
LYT_MUST_USE lyt_status lyt_cases_ambiguous(lyt_cases *cases, const lyt_room *room,
                                            int64_t incident, int64_t now_us, lyt_error *err);

/* cases_feed.c: at the start, and after a transaction that failed. */
LYT_MUST_USE lyt_status lyt_cases_restore_feed(lyt_cases *cases, lyt_store *store, lyt_error *err);
LYT_MUST_USE lyt_status lyt_cases_fresh(lyt_cases *cases, lyt_store *store, lyt_error *err);
/* cases_drill.c: part of a tick. */
LYT_MUST_USE lyt_status lyt_cases_end_drills(lyt_batch *batch, lyt_books *books, lyt_error *err);
/* The alarm of what a trigger found. */
void lyt_cases_write_found(const lyt_event_to *to, const lyt_books *books, const lyt_fact *found,
                           size_t from);

#endif
