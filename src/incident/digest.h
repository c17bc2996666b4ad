/*
 * lyt_digest_rule: a few figures of a shift for who takes over: at the times of the settings
 * (`digests`) they go to a person, team or duty by one of the ways out, in one SMS. Pure: time is an
 * argument; the service sees to it that each goes once (serve/shiftdigest.h).
 */
#ifndef LYT_DIGEST_H
#define LYT_DIGEST_H

#include "book.h"
#include "opening.h"
#include "way.h"

enum { lyt_digest_times_max = 8 };

typedef struct lyt_digest_rule {
    const char *id;
    int at_min[lyt_digest_times_max]; /* local minutes of the day, rising */
    size_t n_at;
    unsigned days;  /* bit 0: Mondays */
    const char *to; /* a person, team or duty */
    const char *way;
    bool has_language; /* else that of who gets it */
    lyt_way_language language;
} lyt_digest_rule;

/*
 * The last time that was due at or before now_us, and the one before it, which is where the shift
 * began. False: none was in the last two weeks.
 */
bool lyt_digest_due(const lyt_digest_rule *rule, const lyt_zone *zone, int64_t now_us,
                    int64_t *at_us, int64_t *since_us);

typedef struct lyt_digest_counts {
    int64_t fresh, open, overdue, promises;
} lyt_digest_counts;

/* fresh: opened since then. Drills and what was none are in none of it. */
lyt_digest_counts lyt_digest_count(const lyt_book *book, int64_t since_us, int64_t now_us);

/* Adds "Vagtskifte 26.11. 15:00: nye 3, …": always within one SMS. Failures are the buffer's. */
void lyt_digest_write(lyt_buf *out, const lyt_digest_counts *counts, const lyt_zone *zone,
                      int64_t at_us, lyt_way_language language);

#endif
