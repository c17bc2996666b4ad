/*
 * lyt_rota: who is on duty. At every moment it is exactly one: a cover for that time,
 * else who has the public holidays, else the shift of that local minute (whose people take
 * turns by the week), else `otherwise`. Since a moment has one local minute, nights on
 * which clocks change need no rule of their own.
 *
 * Threads   pure functions; texts are borrowed and live with the settings.
 */
#ifndef LYT_ROTA_H
#define LYT_ROTA_H

#include "opening.h"

enum { lyt_shift_people_max = 16 };

typedef struct lyt_shift {
    unsigned days; /* bit 0: begins on Mondays */
    int from_min;
    int to_min; /* not after from: on into the next day */
    const char *who[lyt_shift_people_max];
    size_t n_who;
} lyt_shift;

typedef struct lyt_cover {
    int64_t from_us, until_us;
    const char *who;
} lyt_cover;

typedef struct lyt_rota {
    const char *id;
    const lyt_shift *shifts; /* must not overlap */
    size_t n_shifts;
    const lyt_cover *covers; /* of two for one moment the later in the list counts */
    size_t n_covers;
    const char *holiday;   /* on Danish public holidays; NULL: as on other days */
    const char *otherwise; /* never NULL */
} lyt_rota;

const char *lyt_rota_on(const lyt_rota *rota, const lyt_zone *zone, int64_t at_us);

/* The first minute after at_us at which somebody else is on duty; INT64_MAX within 60 days. */
int64_t lyt_rota_until(const lyt_rota *rota, const lyt_zone *zone, int64_t at_us);

/* Indices of two shifts that have a minute of the week in common. False: there are none. */
bool lyt_rota_overlap(const lyt_rota *rota, size_t *a, size_t *b);

#endif
