/*
 * lyt_store: everything Lyt keeps, in one SQLite file (WAL, synchronous=FULL):
 * feedback, verdicts, incidents with their history, the event log, and how far named
 * subscribers have come.
 *
 * One writer (the ledger) and any number of readers, each with a handle of its own.
 * A writer locks the state folder, so that two services never share one.
 *
 * Lifetime  lyt_store_open() to lyt_store_close().
 * Threads   a handle belongs to one thread at a time.
 * Errors    LYT_EFULL: no space. LYT_EBUSY: locked by somebody else. LYT_EFORMAT: not
 *           our database, damaged, or of a newer Lyt. LYT_ESTATE: it may only be read.
 *           LYT_EIO, LYT_ENOMEM.
 *           After a failure inside a transaction only lyt_store_rollback() helps.
 */
#ifndef LYT_STORE_H
#define LYT_STORE_H

#include <lyt/alloc.h>

#include "incident.h"

typedef struct lyt_store lyt_store;

enum { lyt_publisher_bytes = 17 };

typedef struct lyt_store_options {
    const lyt_alloc *alloc;
    const char *path; /* the database file; its folder must exist */
    bool read_only;
    int64_t size_max_mb; /* refuse to grow beyond; 0: no limit */
    int64_t busy_ms;     /* how long to wait for a lock */
} lyt_store_options;

LYT_MUST_USE lyt_status lyt_store_open(lyt_store **out, const lyt_store_options *options,
                                       lyt_error *err);
/*
 * A writer without a lock on the state, for changes to what is there already beside a service,
 * which asks its senders to wait meanwhile. LYT_ENOTFOUND: there is no database.
 */
LYT_MUST_USE lyt_status lyt_store_open_beside(lyt_store **out, const char *path, int64_t busy_ms,
                                              lyt_error *err);
/* Nothing is flushed to the disk: for a simulation, whose database is thrown away. */
LYT_MUST_USE lyt_status lyt_store_open_hasty(lyt_store **out, const lyt_alloc *alloc,
                                             const char *path, lyt_error *err);
/* NULL is accepted; an open transaction is rolled back. */
void lyt_store_close(lyt_store *store);

/* Schema version after opening; migrations run by PRAGMA user_version. */
int lyt_store_schema(const lyt_store *store);

/* How long to wait for a lock from now on. */
void lyt_store_patience(lyt_store *store, int64_t busy_ms);

/* 16 hexadecimal digits, made with the database: whose event numbers these are. Never empty. */
const char *lyt_store_publisher(const lyt_store *store);

LYT_MUST_USE lyt_status lyt_store_begin(lyt_store *store, lyt_error *err);
/* What is read until lyt_store_rollback() is of one moment. */
LYT_MUST_USE lyt_status lyt_store_begin_read(lyt_store *store, lyt_error *err);
/* Durable when it returns LYT_OK. */
LYT_MUST_USE lyt_status lyt_store_commit(lyt_store *store, lyt_error *err);
void lyt_store_rollback(lyt_store *store);

/* One message as accepted. Texts are borrowed for the call; empty means not given. */
typedef struct lyt_feedback {
    int64_t id;
    lyt_str source_id; /* the sender's id of it; made by us when it gave none */
    lyt_str channel;   /* sms, tablet, nfc, survey, staff, generic … */
    lyt_str property;
    lyt_str place;
    lyt_str sender;   /* pseudonym of the guest, empty when anonymous */
    lyt_str language; /* hint */
    lyt_str text;
    double score; /* NaN when there is none */
    double scale;
    int64_t sent_us; /* 0 when not given */
    int64_t received_us;
    lyt_str author; /* who of the staff wrote it down; empty: the guest */
    lyt_str mark;   /* LYT_MARK_REPLAYED, LYT_MARK_PARTIAL, or empty */
} lyt_feedback;

/* Sent with a link of a tag that was used up: it is kept, and opens nothing. */
#define LYT_MARK_REPLAYED "replayed"
/* A long SMS of which parts never came. */
#define LYT_MARK_PARTIAL "partial"

/* *id counts from 1 without gaps. */
LYT_MUST_USE lyt_status lyt_store_add_feedback(lyt_store *store, const lyt_feedback *feedback,
                                               int64_t *id, lyt_error *err);

/*
 * A signed tag was tapped: *is_fresh when its counter is above all that were kept of that tag
 * before (uid: 14 hexadecimal digits); then it is the one that is kept.
 */
LYT_MUST_USE lyt_status lyt_store_tap(lyt_store *store, lyt_str uid, int64_t counter,
                                      bool *is_fresh, lyt_error *err);

/* Marks the feedback as classified. json: the verdict's. LYT_EEXISTS: it has one already. */
LYT_MUST_USE lyt_status lyt_store_add_verdict(lyt_store *store, int64_t feedback_id,
                                              uint64_t pack_version, lyt_str json, int64_t now_us,
                                              lyt_error *err);

/* Marks it as parked: a worker could not classify it; reason is for people. */
LYT_MUST_USE lyt_status lyt_store_park(lyt_store *store, int64_t feedback_id, lyt_str reason,
                                       int64_t now_us, lyt_error *err);

/* Inserts or replaces the incident of that id. */
LYT_MUST_USE lyt_status lyt_store_put_incident(lyt_store *store, const lyt_incident *incident,
                                               lyt_error *err);
/* feedback_id 0 for none. what: "opened", "joined", or the state moved to; by and note may be
 * empty. */
LYT_MUST_USE lyt_status lyt_store_add_history(lyt_store *store, int64_t incident_id,
                                              int64_t feedback_id, lyt_str what, lyt_str by,
                                              lyt_str note, int64_t now_us, lyt_error *err);

/* One fact of an incident (0: of none), as incident/fact.h writes it. */
LYT_MUST_USE lyt_status lyt_store_add_fact(lyt_store *store, int64_t incident_id, lyt_str json,
                                           int64_t now_us, lyt_error *err);

/* *seq counts from 1 without gaps: a rolled back event's number is given again. */
LYT_MUST_USE lyt_status lyt_store_add_event(lyt_store *store, lyt_str topic, lyt_str json,
                                            int64_t now_us, int64_t *seq, lyt_error *err);

/*
 * Walks: each() is called for every row in order; anything but LYT_OK from it ends the walk
 * and is returned (LYT_EEND ends it with LYT_OK). Rows are borrowed for the call.
 */
typedef lyt_status (*lyt_feedback_fn)(void *user, const lyt_feedback *feedback);
typedef lyt_status (*lyt_incident_fn)(void *user, const lyt_incident *incident);
typedef lyt_status (*lyt_event_fn)(void *user, int64_t seq, int64_t at_us, lyt_str topic,
                                   lyt_str json);
typedef lyt_status (*lyt_history_fn)(void *user, int64_t at_us, int64_t feedback_id, lyt_str what,
                                     lyt_str by, lyt_str note);

typedef lyt_status (*lyt_fact_fn)(void *user, lyt_str json);

/* All facts, in the order they were kept. */
LYT_MUST_USE lyt_status lyt_store_each_fact(lyt_store *store, lyt_fact_fn each, void *user,
                                            lyt_error *err);

/* Accepted, neither classified nor parked, id above after_id. */
LYT_MUST_USE lyt_status lyt_store_each_waiting(lyt_store *store, int64_t after_id, int64_t limit,
                                               lyt_feedback_fn each, void *user, lyt_error *err);
/*
 * Received at or after since_us, with an id yet, for the memory of duplicates: number, the sender's
 * id, channel, property and when, and no more of it, since there may be millions.
 */
LYT_MUST_USE lyt_status lyt_store_each_recent(lyt_store *store, int64_t since_us,
                                              lyt_feedback_fn each, void *user, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_each_incident(lyt_store *store, bool only_open, int64_t limit,
                                                lyt_incident_fn each, void *user, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_each_history(lyt_store *store, int64_t incident_id,
                                               lyt_history_fn each, void *user, lyt_error *err);
/* seq above since, topic beginning with prefix; at most limit rows. */
LYT_MUST_USE lyt_status lyt_store_each_event(lyt_store *store, int64_t since, lyt_str prefix,
                                             int64_t limit, lyt_event_fn each, void *user,
                                             lyt_error *err);

/* The last event of every topic that begins with prefix, in the order of their numbers. */
LYT_MUST_USE lyt_status lyt_store_each_last(lyt_store *store, lyt_str prefix, lyt_event_fn each,
                                            void *user, lyt_error *err);
/* LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_get_event(lyt_store *store, int64_t seq, lyt_event_fn each,
                                            void *user, lyt_error *err);
/* The lowest number of an event at or after that time; 0 when there is none. */
LYT_MUST_USE lyt_status lyt_store_seq_at(lyt_store *store, int64_t at_us, int64_t *seq,
                                         lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_last_seq(lyt_store *store, int64_t *seq, lyt_error *err);
/* The highest number of an incident; 0: there is none. */
LYT_MUST_USE lyt_status lyt_store_last_incident(lyt_store *store, int64_t *id, lyt_error *err);

/* Streams: how many events each topic has had, and its last one. */
typedef lyt_status (*lyt_stream_fn)(void *user, lyt_str topic, int64_t n, int64_t seq);
LYT_MUST_USE lyt_status lyt_store_put_stream(lyt_store *store, lyt_str topic, int64_t n,
                                             int64_t seq, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_each_stream(lyt_store *store, lyt_stream_fn each, void *user,
                                              lyt_error *err);

/*
 * A named subscriber: all it wants up to floor is done. topics: prefixes with a space between
 * them, empty for everything; owner: the name of its key, empty without keys.
 */
typedef struct lyt_cursor_row {
    lyt_str name, topics, owner;
    int64_t floor, wait_ms, most;
} lyt_cursor_row;
typedef lyt_status (*lyt_cursor_fn)(void *user, const lyt_cursor_row *row);

LYT_MUST_USE lyt_status lyt_store_put_cursor(lyt_store *store, const lyt_cursor_row *row,
                                             lyt_error *err);
/* With its dead letters. One that is not there is no error. */
LYT_MUST_USE lyt_status lyt_store_forget_cursor(lyt_store *store, lyt_str name, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_each_cursor(lyt_store *store, lyt_cursor_fn each, void *user,
                                              lyt_error *err);

/* A dead letter: an event that a named subscriber could not deal with. */
typedef struct lyt_dead_row {
    int64_t seq, deliveries, at_us;
    lyt_str reason;
} lyt_dead_row;
typedef lyt_status (*lyt_dead_fn)(void *user, const lyt_dead_row *row);

LYT_MUST_USE lyt_status lyt_store_bury(lyt_store *store, lyt_str name, const lyt_dead_row *row,
                                       lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_unbury(lyt_store *store, lyt_str name, int64_t seq,
                                         lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_each_dead(lyt_store *store, lyt_str name, int64_t after_seq,
                                            int64_t limit, lyt_dead_fn each, void *user,
                                            lyt_error *err);

/* Messages that are parked, id above after_id. */
typedef lyt_status (*lyt_parked_fn)(void *user, int64_t feedback, int64_t at_us, lyt_str reason);
LYT_MUST_USE lyt_status lyt_store_each_parked(lyt_store *store, int64_t after_id, int64_t limit,
                                              lyt_parked_fn each, void *user, lyt_error *err);

/* Writes a little and commits it: whether storing works. Outside of a transaction. */
LYT_MUST_USE lyt_status lyt_store_probe(lyt_store *store, int64_t now_us, lyt_error *err);

/* LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_get_incident(lyt_store *store, int64_t id, lyt_incident *out,
                                               lyt_error *err);
/* One feedback with its verdict's JSON (empty when none yet). LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_get_feedback(lyt_store *store, int64_t id,
                                               lyt_status (*each)(void *user,
                                                                  const lyt_feedback *feedback,
                                                                  lyt_str verdict_json),
                                               void *user, lyt_error *err);

/* Whether a feedback received at or after since_us came with the property, channel and id of
 * `with`. */
typedef enum lyt_source {
    LYT_SOURCE_OTHER,
    LYT_SOURCE_SAME,
    LYT_SOURCE_GONE /* its id was let go of, or all of it: nobody can say */
} lyt_source;
LYT_MUST_USE lyt_status lyt_store_compare_source(lyt_store *store, int64_t feedback,
                                                 const lyt_feedback *with, int64_t since_us,
                                                 lyt_source *out, lyt_error *err);

typedef struct lyt_store_counts {
    int64_t feedback, waiting, parked, verdicts, incidents, open_incidents, events, last_seq,
        last_incident, size_bytes;
} lyt_store_counts;
LYT_MUST_USE lyt_status lyt_store_count(lyt_store *store, lyt_store_counts *out, lyt_error *err);

#endif
