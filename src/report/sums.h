/*
 * lyt_sums: what reports say of a period, of all or group by group: how many messages, alarms
 * and incidents, how long each step took, how satisfied guests were, what it cost.
 *
 * What counts into a period: messages by when they were received, alarms by when they were
 * raised, incidents by when they were opened, with all that became of them until now. An
 * incident that turned out to be none (void) counts as such and nowhere else.
 *
 * Times are minutes from opening: median (the middle one, or the mean of the two in the middle)
 * and p90 (the smallest that nine of ten do not exceed).
 *
 * Threads   pure functions. Units as in chronicle.h.
 */
#ifndef LYT_SUMS_H
#define LYT_SUMS_H

#include "chronicle.h"
#include "opening.h"

/* From (inclusive) to (exclusive). */
typedef struct lyt_extent {
    int64_t since_us, until_us;
} lyt_extent;
bool lyt_extent_has(lyt_extent span, int64_t at_us);

typedef struct lyt_lasting {
    int64_t n;
    double median_min, p90_min; /* NaN when n is 0 */
} lyt_lasting;
/* Sorts minutes. */
lyt_lasting lyt_lasting_of(double *minutes, size_t n);

/* On the scale of 0 to 10: 0 to 6, 7 and 8, 9 and 10. */
typedef enum lyt_band { LYT_BAND_NONE, LYT_BAND_LOW, LYT_BAND_MIDDLE, LYT_BAND_HIGH } lyt_band;
/*
 * scale: the best score there is. 10: as above. 5: 1 to 3, 4, 5. 4: 1 and 2, 3, 4. Another one:
 * by the share of it, up to 0.6, below 0.9, from there on. What is not a number: none.
 */
lyt_band lyt_band_of(double score, double scale);

/* How fast an incident was remedied: as incident/watch.h counts it. */
typedef enum lyt_pace {
    LYT_PACE_NOT_YET,
    LYT_PACE_ON_THE_SPOT, /* within an hour */
    LYT_PACE_SAME_DAY,    /* before local midnight */
    LYT_PACE_24_H,
    LYT_PACE_LATER,
    LYT_PACE_COUNT,
} lyt_pace;
lyt_pace lyt_pace_of(const lyt_zone *zone, int64_t opened_us, int64_t remedied_us);

typedef struct lyt_sums {
    int64_t messages, guests;
    int64_t scored, low, middle, high;
    int64_t alarms, incidents, open, voided, repeats, reopened, confirmed, unconfirmed;
    int64_t pace[LYT_PACE_COUNT];
    int64_t given;
    lyt_lasting took[LYT_CLOCK_KIND_COUNT];
    /* shares, NaN without anything to share: of the scored, and of the remedied */
    double low_share, middle_share, high_share, nps; /* nps: high minus low, -1 to 1 */
    double spot_share, day_share, within_24_share;   /* each holds the ones before it */
    double cost_dkk, cost_eur;
} lyt_sums;

typedef enum lyt_by {
    LYT_BY_ALL,
    LYT_BY_SCENARIO,
    LYT_BY_TEAM,
    LYT_BY_PROPERTY,
    LYT_BY_PLACE, /* within its property */
    LYT_BY_CHANNEL,
    LYT_BY_OWNER,
    LYT_BY_CAUSE, /* as written down */
    LYT_BY_DAY,   /* local: "2026-11-25" */
    LYT_BY_HOUR,  /* local: "07" */
    LYT_BY_SHIFT, /* local: "07:00-15:00" */
} lyt_by;

enum { lyt_shifts_max = 8 };

/* When shifts begin, as minutes of the local day, ascending; the last goes on to the first. */
typedef struct lyt_shifts {
    int from_min[lyt_shifts_max];
    size_t n; /* 0: the whole day is one */
} lyt_shifts;

/*
 * guests: who is known by a pseudonym once, each message of an unknown sender as one.
 * Messages of a scenario, team, owner or cause are those heard for it.
 */
typedef struct lyt_group {
    lyt_str name;     /* empty: not known */
    lyt_str property; /* of a place; empty otherwise */
    bool is_rest;     /* all groups that were too small to be shown */
    size_t n_merged;  /* how many those were */
    lyt_sums sums;
} lyt_group;

typedef struct lyt_groups {
    const lyt_alloc *alloc;
    struct lyt_arena *names;
    lyt_group *items; /* by property and name; the rest last */
    size_t n, cap;
} lyt_groups;

typedef struct lyt_groups_options {
    const lyt_chronicle *chronicle; /* outlives the groups */
    const lyt_zone *zone;
    lyt_extent span;
    lyt_by by;
    lyt_shifts shifts; /* for LYT_BY_SHIFT */
    /*
     * Groups with fewer guests are merged into one, and so is the next smallest when that one
     * alone would still tell of fewer: no figure can be had by subtraction. 0: none are.
     */
    int64_t least_guests;
} lyt_groups_options;

/* LYT_ENOMEM. out is to be freed on LYT_OK only. */
LYT_MUST_USE lyt_status lyt_groups_make(lyt_groups *out, const lyt_alloc *alloc,
                                        const lyt_groups_options *options);
void lyt_groups_free(lyt_groups *groups);

#endif
