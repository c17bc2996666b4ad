/*
 * What the tests of incidents share: a book with its facts, hearing and acting in a line,
 * and the proof that the facts alone make the same book again.
 */
#ifndef LYT_CASEWORK_H
#define LYT_CASEWORK_H

#include "act.h"
#include "hear.h"
#include "testing.h"

typedef struct casework {
    lyt_book *book;
    lyt_facts facts; /* all since it began */
    lyt_grouping grouping;
    lyt_error err;
    int64_t now_us;
} casework;

static const int64_t a_minute = 60 * (int64_t)1000000;

void casework_init(casework *w);
/* Replays the facts, through their text, and fails the test when another book comes out. */
void casework_deinit(casework *w);

/* That both are saved alike, and that what was saved is the book it was saved from. */
void casework_saved(const lyt_book *book, const lyt_book *again);

/* At minute `at`, from that guest; the incident it came to. */
int64_t casework_hear(casework *w, int64_t at, const char *scenario, const char *place,
                      const char *guest, int severity, int64_t message);
lyt_act casework_act(casework *w, int64_t incident, const char *by, const char *text);
/* Moves, and expects `want`. */
void casework_move(casework *w, int64_t incident, lyt_incident_state to, lyt_status want);
/* Cause and action, so that it may be closed. */
void casework_write_up(casework *w, int64_t incident);
/* Facts of that kind, of that incident (0: of any). */
size_t casework_count(const casework *w, lyt_fact_kind kind, int64_t incident);

#endif
