/*
 * lyt_review: the pages of `lyt report`: each a title and some tables, with a plot where one
 * helps, made from a chronicle for a period, and written as text, JSON, CSV and HTML.
 *
 * To add a page: write review_<name>.c with one `const lyt_review_kind lyt_review_<name>`, whose
 * fill() adds tables (lyt_review_groups() for the usual figures, lyt_review_add() for any
 * others), and add a row to LYT_REVIEWS. The command's verb, help and man page come from it.
 *
 * Lifetime  lyt_review_make() to lyt_review_free(); the chronicle must outlive it.
 * Threads   one at a time.
 */
#ifndef LYT_REVIEW_H
#define LYT_REVIEW_H

#include "arena.h"
#include "journey.h"
#include "sheet.h"
#include "sums.h"

/* Sorted by name. */
#define LYT_REVIEWS(X)                                                                             \
    X(cause)                                                                                       \
    X(cost)                                                                                        \
    X(day)                                                                                         \
    X(drill)                                                                                       \
    X(incidents)                                                                                   \
    X(moments)                                                                                     \
    X(nps)                                                                                         \
    X(place)                                                                                       \
    X(scenario)                                                                                    \
    X(shift)                                                                                       \
    X(team)                                                                                        \
    X(week)

typedef struct lyt_review_ask {
    const lyt_chronicle *chronicle;
    const lyt_zone *zone;
    lyt_extent span;
    int64_t now_us;
    lyt_page_language language;
    lyt_shifts shifts;
    const lyt_journey *journey; /* of `moments`; NULL: not known */
    double margin; /* what one recommendation is worth to the house, for `nps`; NaN: not said */
} lyt_review_ask;

enum { lyt_review_parts_max = 8, lyt_review_least_guests = 5 };

/* A table, and of which of its columns bars are drawn (against the first). */
typedef struct lyt_review_part {
    lyt_sheet sheet;
    size_t bars[4];
    size_t n_bars;
} lyt_review_part;

typedef struct lyt_review lyt_review;

typedef struct lyt_review_kind {
    const char *name;
    lyt_bi title;
    int days; /* it is of so many, when nobody says otherwise */
    lyt_status (*fill)(lyt_review *review, const lyt_review_ask *ask);
} lyt_review_kind;

#define X(name) extern const lyt_review_kind lyt_review_##name;
LYT_REVIEWS(X)
#undef X

size_t lyt_reviews(void);
const lyt_review_kind *lyt_review_at(size_t index);

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_review_make(lyt_review **out, const lyt_alloc *alloc,
                                        const lyt_review_kind *kind, const lyt_review_ask *ask);
/* NULL is accepted. */
void lyt_review_free(lyt_review *review);

/* Failures are the buffer's. */
void lyt_review_text(const lyt_review *review, lyt_buf *out);
/* One object: report, since, until, and a member a table. */
void lyt_review_json(const lyt_review *review, lyt_buf *out);
void lyt_review_html(const lyt_review *review, lyt_buf *out);
/* One table; table NULL: the first. LYT_ENOTFOUND: none of that key. */
LYT_MUST_USE lyt_status lyt_review_csv(const lyt_review *review, const char *table, lyt_buf *out);
/* "totals, scenarios, teams" */
void lyt_review_tables(const lyt_review *review, lyt_buf *out);

/*
 * For fill(): the next table, empty, to be filled by the caller; it belongs to the review. Its
 * columns must outlive the review. Never NULL: at most lyt_review_parts_max are asked for.
 */
lyt_sheet *lyt_review_add(lyt_review *review, const char *key, lyt_bi title,
                          const lyt_column *columns, size_t n_columns);
/* Bars of that column of the last table; at most four columns. */
void lyt_review_bars(lyt_review *review, const char *column);

/* Which figures a table has. */
enum {
    LYT_FIGURES_COUNTS = 1, /* messages, alarms, incidents, open ones, repeats */
    LYT_FIGURES_BRIEF = 2,  /* median of acknowledging and of remedy */
    LYT_FIGURES_TIMES = 4,  /* median and p90 of all four clocks */
    LYT_FIGURES_PACE = 8,   /* on the spot, same day, within 24 h */
    LYT_FIGURES_BANDS = 16, /* 0-6, 7-8, 9-10 */
    LYT_FIGURES_COST = 32,
    LYT_FIGURES_GUESTS = 64,
};

typedef struct lyt_review_grouping {
    const char *key;
    lyt_bi title;
    lyt_bi heading; /* of the first column */
    lyt_by by;
    unsigned figures;
    bool hides_small; /* groups of fewer than lyt_review_least_guests guests are merged */
    bool is_ranked;   /* most incidents first, then most alarms; else by name */
    bool is_sparse;   /* without groups that have no scores, or no gestures, to show */
} lyt_review_grouping;
/* Adds a table with a row a group. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_review_groups(lyt_review *review, const lyt_review_ask *ask,
                                          const lyt_review_grouping *grouping);
/* Adds a table of this period and the one before it, as long. */
LYT_MUST_USE lyt_status lyt_review_totals(lyt_review *review, const lyt_review_ask *ask,
                                          unsigned figures);

/* "2026-11-25 14:05", local. */
void lyt_review_moment(lyt_buf *out, const lyt_zone *zone, int64_t at_us);
/* Memory that lives as long as the review; NULL when there is none (lyt_review_make() fails). */
void *lyt_review_room(lyt_review *review, size_t size_bytes);
const lyt_alloc *lyt_review_alloc(const lyt_review *review);

#endif
