/*
 * lyt_found: finds things in what the store keeps: messages by their words, incidents of a
 * message, what is unclear. What it needs for that lies in a file of its own beside the database,
 * made from it and brought up to date as it is asked: it may be deleted at any time, and the ledger
 * stays the only writer of the database.
 *
 * Lifetime  lyt_found_open() to lyt_found_close().
 * Threads   one at a time; one open handle a file.
 * Errors    as lyt_store_open().
 */
#ifndef LYT_FOUND_H
#define LYT_FOUND_H

#include "store.h"

typedef struct lyt_found lyt_found;

/* path: the file of its own, made when absent, and made anew when damaged or of another database.
 */
LYT_MUST_USE lyt_status lyt_found_open(lyt_found **out, const lyt_alloc *alloc, const char *path,
                                       const char *database, lyt_error *err);
/* NULL is accepted. */
void lyt_found_close(lyt_found *found);

/* Takes in at most max_rows of what is new; *more: there is more. */
LYT_MUST_USE lyt_status lyt_found_catch_up(lyt_found *found, int64_t max_rows, bool *more,
                                           lyt_error *err);

/*
 * Whether words were taken out of the database since this was made of it: what was made of them is
 * here still, until it is made anew. False, too, when the database cannot be read just now.
 */
bool lyt_found_is_stale(lyt_found *found);
/* Takes the file away and begins anew; catching up fills it. After a failure only close. */
LYT_MUST_USE lyt_status lyt_found_renew(lyt_found *found, lyt_error *err);

/*
 * For somebody else than who has it open: whether the file has nothing of what was taken out of the
 * database. No such file: it has not.
 */
LYT_MUST_USE lyt_status lyt_found_check(bool *is_clean, const char *path, const char *database,
                                        lyt_error *err);
/* Takes the file away; nobody has it open. */
void lyt_found_remove(const char *path);

typedef struct lyt_found_query {
    lyt_str words;      /* all of them must begin a word of the text; empty: any text */
    lyt_str properties; /* a JSON list of texts; "[]": all */
    int64_t since_us;
    int64_t before; /* feedback below this number; 0: the newest */
    int64_t limit;
    double close;      /* of unclear: a best scenario below this probability is one */
    lyt_str languages; /* of unclear: those that are read, a JSON list of codes; empty: all */
} lyt_found_query;

/* Why it is unclear; "" for what was searched for. */
typedef lyt_status (*lyt_found_fn)(void *user, const lyt_feedback *feedback, lyt_str verdict_json,
                                   lyt_str why);

/* Newest first. As the walks of store.h. */
LYT_MUST_USE lyt_status lyt_found_each(lyt_found *found, const lyt_found_query *query,
                                       lyt_found_fn each, void *user, lyt_error *err);
/*
 * Of the last 20,000 messages: "parked", "language" (the guest's own is not one of those that are
 * read, and nothing was heard), "abstained" (a close call or a complaint, and no scenario fits) and
 * "close" (the best one is hardly above its threshold), in this order, the most doubtful first;
 * without those that somebody has corrected.
 */
LYT_MUST_USE lyt_status lyt_found_each_unclear(lyt_found *found, const lyt_found_query *query,
                                               lyt_found_fn each, void *user, lyt_error *err);

typedef struct lyt_found_cases {
    bool only_open;
    int state;          /* -1: any */
    lyt_str team;       /* empty: any */
    lyt_str properties; /* a JSON list of texts; "[]": all */
    int64_t before;     /* numbers below; 0: the newest */
    int64_t limit;
} lyt_found_cases;

/* Numbers of incidents, newest first, at most max. */
LYT_MUST_USE lyt_status lyt_found_cases_ids(lyt_found *found, const lyt_found_cases *wanted,
                                            int64_t *ids, size_t max, size_t *n, lyt_error *err);

/* Incidents that the message opened or joined, by number. */
LYT_MUST_USE lyt_status lyt_found_incidents(lyt_found *found, int64_t feedback, int64_t *ids,
                                            size_t max, size_t *n, lyt_error *err);

/* Facts after that one, in order. */
typedef lyt_status (*lyt_found_fact_fn)(void *user, int64_t id, lyt_str json);
LYT_MUST_USE lyt_status lyt_found_each_fact(lyt_found *found, int64_t after, lyt_found_fact_fn each,
                                            void *user, lyt_error *err);

/* The last event's number; 0: there is none. */
LYT_MUST_USE lyt_status lyt_found_last_seq(lyt_found *found, int64_t *seq, lyt_error *err);

#endif
