/*
 * lyt_keep: how long what is kept is kept, by kind and property, and a run that lets go of
 * what is older, a little at a time. Part of lyt_store (store.h), whose rules, errors and
 * threads hold here, too.
 *
 * text      what a guest wrote and who it was: the message's words, its sender and the sender's
 *           id of it, and the words quoted in its verdict. The rest of both rows stays, for
 *           figures. Not while it waits for a verdict, and not while an incident that it belongs
 *           to is open.
 * special   the same of messages that tell of somebody's health or the like (their verdict's
 *           "special"); to be fewer days than text.
 * verdicts  the rest of it: message and verdict go as a whole. Not before text.
 * events    the log: all up to the first that is young enough. A correction stays as long as
 *           there are words to learn from.
 * incidents what people wrote about incidents that are closed (changed last before then):
 *           notes and who it was about; times, states and numbers stay, for figures.
 * outbox    what was sent, dropped or given up (since then), but of open incidents; how much of what
 *           went which way a day stays.
 * behaviour what guests did; triggers know less of it after the next start.
 * notes     what is known of guests: what they ordered, like, must not have.
 * stays     those that ended before then.
 *
 * One kind more, access, is no table: lyt_keep_rules.access_days.
 *
 * Numbers are never given twice: the highest that went is remembered.
 */
#ifndef LYT_STORE_KEEP_H
#define LYT_STORE_KEEP_H

#include "fs.h"
#include "store.h"

#define LYT_KEEP_KINDS(X)                                                                          \
    X(LYT_KEEP_TEXT, "text")                                                                       \
    X(LYT_KEEP_SPECIAL, "special")                                                                 \
    X(LYT_KEEP_VERDICTS, "verdicts")                                                               \
    X(LYT_KEEP_EVENTS, "events")                                                                   \
    X(LYT_KEEP_INCIDENTS, "incidents")                                                             \
    X(LYT_KEEP_OUTBOX, "outbox")                                                                   \
    X(LYT_KEEP_BEHAVIOUR, "behaviour")                                                             \
    X(LYT_KEEP_NOTES, "notes")                                                                     \
    X(LYT_KEEP_STAYS, "stays")

typedef enum lyt_keep_kind {
#define X(name, text) name,
    LYT_KEEP_KINDS(X)
#undef X
        LYT_KEEP_KIND_COUNT
} lyt_keep_kind;

const char *lyt_keep_name(lyt_keep_kind kind);

enum { lyt_keep_properties_max = 64 };

/* Days; 0: for good. The first row is of every property that has none of its own. */
typedef struct lyt_keep_row {
    char property[lyt_incident_text_max];
    int64_t days[LYT_KEEP_KIND_COUNT];
} lyt_keep_row;

typedef struct lyt_keep_rules {
    lyt_keep_row rows[1 + lyt_keep_properties_max];
    size_t n; /* at least 1 when read */
    int64_t access_days; /* who was shown what is restricted (accesslog.h), of all properties */
} lyt_keep_rules;

/* docs/formats.md, "Retention". LYT_EFORMAT names file, line and column. */
LYT_MUST_USE lyt_status lyt_keep_read(lyt_keep_rules *out, const lyt_alloc *alloc, const lyt_fs *fs,
                                      const char *path, lyt_error *err);
LYT_MUST_USE lyt_status lyt_keep_parse(lyt_keep_rules *out, const lyt_alloc *alloc, lyt_str data,
                                       const char *name, lyt_error *err);

/* One run over everything. Plain; begin with {.rules = …, .now_us = …}. */
typedef struct lyt_keep_run {
    const lyt_keep_rules *rules;
    int64_t now_us;
    size_t kind, row; /* where it is */
    int64_t after_us, after_id;
    int64_t n_gone[LYT_KEEP_KIND_COUNT];
} lyt_keep_run;

/*
 * Looks at no more than `most` rows and lets go of those that are too old, in a transaction of
 * its own: outside of one. *is_done: there is nothing more to look at. After a failure the same
 * step is taken again.
 */
LYT_MUST_USE lyt_status lyt_store_keep_step(lyt_store *store, lyt_keep_run *run, int64_t most,
                                            bool *is_done, lyt_error *err);

/* What a run at now_us would let go of, one row of the rules and kind after the other. */
typedef struct lyt_keep_due {
    lyt_keep_kind kind;
    lyt_str property; /* empty: of all without a row of their own */
    int64_t days, n;
    int64_t oldest_us; /* 0: none */
} lyt_keep_due;
typedef lyt_status (*lyt_keep_due_fn)(void *user, const lyt_keep_due *due);

LYT_MUST_USE lyt_status lyt_store_each_due(lyt_store *store, const lyt_keep_rules *rules,
                                           int64_t now_us, lyt_keep_due_fn each, void *user,
                                           lyt_error *err);

/* The highest number of an event that went; 0: none did. */
LYT_MUST_USE lyt_status lyt_store_events_gone(lyt_store *store, int64_t *seq, lyt_error *err);

/* When the last run was over, for the next one; 0: never. */
LYT_MUST_USE lyt_status lyt_store_keep_time(lyt_store *store, int64_t *at_us, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_keep_done(lyt_store *store, int64_t now_us, lyt_error *err);

/*
 * Moves the log of what was written (WAL) into the database as far as readers allow;
 * empties: waits for them and makes it 0 bytes long (LYT_EBUSY: somebody reads).
 */
LYT_MUST_USE lyt_status lyt_store_checkpoint(lyt_store *store, bool empties, lyt_error *err);

#endif
