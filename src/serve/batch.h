/*
 * lyt_batch: one transaction's worth of what came to the ledger, applied to store
 * and desk together. Nothing of it is told to anyone before lyt_batch_apply()
 * has committed; after a failure store, desk and keys are as they were.
 *
 * Lifetime  lyt_batch_init() to lyt_batch_deinit().
 * Threads   the ledger's.
 */
#ifndef LYT_BATCH_H
#define LYT_BATCH_H

#include "arena.h"
#include "cases.h"
#include "core.h"
#include "desk.h"
#include "events.h"
#include "keyset.h"
#include "order.h"
#include "workframe.h"

typedef enum lyt_item_kind {
    LYT_ITEM_ORDER,
    LYT_ITEM_VERDICT,
    LYT_ITEM_CURSOR,
    LYT_ITEM_HEALTH,
    LYT_ITEM_TICK,
    LYT_ITEM_OUTBOX, /* what became of something sent out */
    LYT_ITEM_STEP,   /* the clock on the wall was set */
    LYT_ITEM_DIGEST, /* a shift changes */
} lyt_item_kind;

typedef enum lyt_item_outcome {
    LYT_ITEM_ACCEPTED,
    LYT_ITEM_DUPLICATE,
    LYT_ITEM_MOVED,
    LYT_ITEM_CORRECTED,
    LYT_ITEM_REFUSED,
    LYT_ITEM_SKIPPED, /* a verdict for a feedback that has one */
} lyt_item_outcome;

typedef struct lyt_item {
    lyt_item_kind kind;
    lyt_item_outcome outcome;
    lyt_str envelope, slip, part; /* as received, in the batch's arena */
    uint64_t early_number;        /* of an order: its verdict follows under that number; 0: none */
    lyt_str early;                /* and here it is */
    lyt_submission order;
    bool waits;    /* accepted, and a worker has to see it */
    bool is_out;   /* a worker sees it already (ahead.h) */
    int64_t by_us; /* of LYT_ITEM_STEP */
    bool is_ours;  /* a verdict on a message of this very transaction: without it it is nothing */
    lyt_incident incident;
    lyt_care_reply reply;
    lyt_error why; /* of LYT_ITEM_REFUSED */
} lyt_item;

typedef struct lyt_batch_event {
    int64_t seq;
    lyt_str topic, json;
} lyt_batch_event;

/* What a batch is applied to; all borrowed. */
typedef struct lyt_books {
    lyt_core *core;
    const lyt_stock *stock; /* NULL: no words, no names of scenarios */
    lyt_store *store;
    lyt_desk *desk;
    lyt_cases *cases; /* NULL: the desk has the incidents */
    lyt_keyset *keys;
    lyt_streams *streams;
    int64_t last_seq;
    int64_t last_feedback;
} lyt_books;

typedef struct lyt_batch {
    const lyt_alloc *alloc;
    lyt_arena *arena, *spare;
    lyt_item *items;
    size_t n_items, cap_items;
    lyt_batch_event *events;
    size_t n_events, cap_events;
    size_t n_outbox; /* rows of the outbox made or tried again */
    lyt_buf topic, json;
    lyt_done_item *done; /* too big for a stack */
    /* called when all is applied and nothing committed; it may add items. NULL: nobody is */
    void (*on_applied)(void *context);
    void *context;
} lyt_batch;

LYT_MUST_USE lyt_status lyt_batch_init(lyt_batch *batch, const lyt_alloc *alloc);
void lyt_batch_deinit(lyt_batch *batch);

/* The frames are copied. LYT_ENOMEM, LYT_ELIMIT, LYT_EFORMAT leave the batch as it was. */
LYT_MUST_USE lyt_status lyt_batch_add_order(lyt_batch *batch, lyt_str envelope, lyt_str order);
/*
 * early: what is said of the order that was added with that number (an item of LYT_WORK_DONE);
 * empty: nothing will be. LYT_ENOTFOUND: it is not here any more. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_batch_add_early(lyt_batch *batch, uint64_t number, lyt_str early);
LYT_MUST_USE lyt_status lyt_batch_add_verdict(lyt_batch *batch, lyt_str slip, lyt_str part);

LYT_MUST_USE lyt_status lyt_batch_add_cursor(lyt_batch *batch, lyt_str order);
LYT_MUST_USE lyt_status lyt_batch_add_outbox(lyt_batch *batch, lyt_str report);
/* Of the house's settings: those of that version (note) count from now on. Goes out no way. */
#define LYT_HEALTH_SETTINGS "settings"
/* what: of a topic; note: for people. */
LYT_MUST_USE lyt_status lyt_batch_add_health(lyt_batch *batch, lyt_str what, lyt_str note);
/* A digest of the settings is due (shiftdigest.h). LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_batch_add_digest(lyt_batch *batch, lyt_str rule);
/* The clock on the wall was set. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_batch_add_step(lyt_batch *batch, int64_t by_us);
/* Time has passed for incidents; at most one a batch. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_batch_add_tick(lyt_batch *batch);

/* For what else makes events (cases.c): an event about to be written, and kept. */
lyt_event_to lyt_batch_event_to(lyt_batch *batch, const lyt_books *books, int64_t now_us);
LYT_MUST_USE lyt_status lyt_batch_add_event(lyt_batch *batch, lyt_books *books, int64_t now_us,
                                            lyt_error *err);

/* Who gives a message its id, as lyt_keyset wants it: the property's channel. Borrowed from room.
 */
enum { lyt_books_scope_max = 160 };
lyt_str lyt_books_scope(const lyt_feedback *feedback, char room[lyt_books_scope_max]);
/* The feedback that came lately with that property, channel and id; *before 0: none. The store's
 * failures. */
LYT_MUST_USE lyt_status lyt_books_find(const lyt_books *books, const lyt_feedback *feedback,
                                       int64_t *before, lyt_error *err);

/* What it holds, in bytes. */
size_t lyt_batch_bytes(const lyt_batch *batch);
/*
 * Whether more should be collected: rows up to rows_max, and a fixed number of bytes beyond
 * those it held before collecting began.
 */
bool lyt_batch_has_room(const lyt_batch *batch, size_t rows_max, size_t bytes_before);

/* One transaction. On failure everything is rolled back and err says why. */
LYT_MUST_USE lyt_status lyt_batch_apply(lyt_batch *batch, lyt_books *books, lyt_error *err);

/*
 * Empties it; keep: verdicts and what concerns subscribers stay, to be tried again. Returns how
 * many verdicts could not stay for want of memory.
 */
size_t lyt_batch_reset(lyt_batch *batch, bool keep);

#endif
