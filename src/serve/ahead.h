/*
 * lyt_ahead: messages that workers see before the transaction that keeps them is committed, so
 * that classifying and writing to the disk go on at once; while little is going on the verdict
 * is waited for and goes into that very transaction: one flush from accepting to alarm.
 *
 * Nothing of it is told to anyone before it is committed. When it is not, the number of the
 * feedback is given to another message; verdicts of work handed out in such a transaction are
 * known by the transaction's number, which their slip carries, and dropped.
 *
 * Lifetime  plain; begin with {.number = 1}.
 * Threads   one at a time (the ledger's).
 */
#ifndef LYT_AHEAD_H
#define LYT_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { lyt_ahead_void_max = 64 };

typedef struct lyt_ahead {
    uint64_t number;    /* of the transaction that is made */
    int64_t n_out;      /* messages handed out in it … */
    int64_t bytes_out;  /* … their texts … */
    int64_t n_back;     /* … and verdicts that are back */
    bool is_done;       /* handed out all there were */
    unsigned n_in_vain; /* waits, one after the other */
    unsigned n_pass;    /* transactions that do not wait because of them */
    /* transactions that failed, and what is still under way of each */
    struct lyt_ahead_void {
        uint64_t number;
        int64_t n;
    } voids[lyt_ahead_void_max];
    size_t n_voids;
} lyt_ahead;

typedef enum lyt_ahead_fate {
    LYT_AHEAD_KEPT, /* its message is committed */
    LYT_AHEAD_MINE, /* its message is in the transaction that is made */
    LYT_AHEAD_VOID, /* its message was never committed */
} lyt_ahead_fate;

/* Whether work may be handed out before it is committed: failures can be told apart. */
bool lyt_ahead_may(const lyt_ahead *ahead);
void lyt_ahead_out(lyt_ahead *ahead, size_t text_bytes);
/* A verdict is back; number: its slip's, 0 when it was handed out after its commit. */
lyt_ahead_fate lyt_ahead_back(lyt_ahead *ahead, uint64_t number);
/* The transaction is over, and another one begins. */
void lyt_ahead_end(lyt_ahead *ahead, bool is_committed);

/* Whether its verdicts are worth waiting for, and how that went. */
bool lyt_ahead_waits(lyt_ahead *ahead);
void lyt_ahead_waited(lyt_ahead *ahead);

#endif
