/*
 * lyt_sender: sends what is due of the outbox: takes rows from the store, each of a way and in the
 * order of its lanes, has a carrier take them there, and makes a report of what came of each. It
 * has no thread, no socket and no clock of its own, so that a service sends in its time and a
 * simulation in another, by the same rules.
 *
 * Of one way a few requests are under way at once, of all ways together lyt_sender_slots. A row is
 * held from when it is taken until somebody says that its report stands in the store
 * (lyt_sender_stands()), so that it is not sent a second time; after a crash in between it is, with
 * the same key.
 *
 * Lifetime  lyt_sender_init() to lyt_sender_deinit(); what the options name outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_OUTBOX_SEND_H
#define LYT_OUTBOX_SEND_H

#include "core.h"
#include "out_post.h"
#include "outbox_compose.h"
#include "outbox_report.h"

enum { lyt_sender_slots = 32 };

typedef struct lyt_sender_options {
    lyt_core *core;              /* clock, memory, stock and gauges */
    const lyt_settings *settings; /* whose ways they are, until lyt_sender_settle() */
    lyt_store *store;
    const lyt_log *log;
    lyt_carrier carrier;
    double (*chance)(void *context); /* 0 to 1; of waits, which are up to a tenth longer */
    void *chance_context;
    int64_t look_us; /* the store is asked again at the latest after so long; 0: 5 s */
} lyt_sender_options;

typedef enum lyt_slot_state {
    LYT_SLOT_FREE,
    LYT_SLOT_FLYING,
    LYT_SLOT_ENDED, /* the ledger is still to be told */
    LYT_SLOT_TOLD,  /* and it has not said yet that it stands in the store */
} lyt_slot_state;

/* A row, as long as the sender has to do with it. */
typedef struct lyt_sender_ticket {
    size_t way;
    int64_t id, seq, alarm_seq, incident, attempts, at_us, give_up_us;
    unsigned event;
    char who[lyt_incident_text_max];
    bool has_words; /* what it says stands beside it: guestsend.h */
    bool is_answer; /* and is for somebody of the house */
} lyt_sender_ticket;

typedef struct lyt_sender_slot {
    lyt_slot_state state;
    bool is_repeat; /* of an alert that stands; the ledger hears nothing of it */
    lyt_sender_ticket row;
    lyt_outbox_report report;
    char reason[200];
} lyt_sender_slot;

typedef struct lyt_sender_way {
    int64_t look_us;   /* when to ask the store again, on the monotonic clock */
    int64_t before_us; /* nothing goes before (a receiver asked for it), on the same */
} lyt_sender_way;

/* An alert that stands at an Alertmanager, or was resolved a moment ago. */
typedef struct lyt_standing {
    lyt_sender_ticket row;
    int64_t next_us, until_us; /* until: 0 for as long as it is open */
} lyt_standing;

typedef struct lyt_sender {
    lyt_sender_options o;
    lyt_outbox_composer composer;
    lyt_sender_slot slots[lyt_sender_slots];
    lyt_sender_way *ways;
    lyt_standing *standing;
    size_t n_standing, cap_standing;
} lyt_sender;

/*
 * Reports go to tell(), which takes them or does not now (false; they are offered again).
 */
typedef bool (*lyt_sender_tell)(void *context, const lyt_outbox_report *report);

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_sender_init(lyt_sender *out, const lyt_sender_options *options,
                                        lyt_error *err);
/* A zeroed one is accepted. */
void lyt_sender_deinit(lyt_sender *sender);

/*
 * Looks at what the store says of these ways: rows of ways that there are no more are told of.
 * At the start, and with other settings. The store's failures; LYT_ENOMEM: told nobody.
 */
LYT_MUST_USE lyt_status lyt_sender_look(lyt_sender *sender, lyt_sender_tell tell, void *context,
                                        lyt_error *err);

/* What has ended since. */
void lyt_sender_take(lyt_sender *sender);
/* Reports that were not told yet. */
void lyt_sender_report(lyt_sender *sender, lyt_sender_tell tell, void *context);
/* Starts what is due, and says again what stands. */
void lyt_sender_start(lyt_sender *sender);
/* The report of that row stands in the store. */
void lyt_sender_stands(lyt_sender *sender, int64_t row);
/* There are new rows. */
void lyt_sender_wake(lyt_sender *sender);
/* When lyt_sender_start() has something to do next, on the monotonic clock. */
int64_t lyt_sender_due(const lyt_sender *sender);

/* Whether nothing is under way and all is told; *is_flying: whether something is under way. */
bool lyt_sender_is_idle(const lyt_sender *sender, bool *is_flying);
/* What is under way is given up, and will be sent again: the carrier has forgotten it. */
void lyt_sender_forget(lyt_sender *sender);
/*
 * Nothing is under way: the ways of these settings take the places of the old ones. False: not now
 * (memory, or the store), and all is as it was.
 */
bool lyt_sender_settle(lyt_sender *sender, const lyt_settings *settings, lyt_sender_tell tell,
                       void *context);

#endif
