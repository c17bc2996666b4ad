/*
 * Frames between the actors of one service: a submission on its way to the
 * ledger, and a feedback on its way through the workers. Binary, lyt_wire.
 *
 * Threads   pure functions; what is read is borrowed from the frame.
 */
#ifndef LYT_ORDER_H
#define LYT_ORDER_H

#include "submission.h"
#include "wire.h"

/* envelope: given back with the answer, untouched. */
void lyt_order_put(lyt_buf *out, const lyt_submission *submission);
LYT_MUST_USE lyt_status lyt_order_get(lyt_submission *out, lyt_str frame);

/* What the ledger needs to know again of a feedback when its verdict comes: all but the text. */
typedef struct lyt_slip {
    int64_t feedback;
    uint64_t ahead; /* the transaction it was handed out in, before its commit; 0: after it */
    int64_t received_us;
    uint32_t text_bytes;
    lyt_str source_id, channel, property, place;
    lyt_str sender; /* pseudonym; goes into incidents, never onto the bus */
    lyt_str mark;   /* lyt_feedback.mark */
} lyt_slip;

void lyt_slip_put(lyt_buf *out, const lyt_feedback *feedback, uint64_t ahead);
LYT_MUST_USE lyt_status lyt_slip_get(lyt_slip *out, lyt_str frame);

/* What becomes of a named subscriber, on its way to the ledger. */
typedef enum lyt_cursor_op {
    LYT_CURSOR_PUT,    /* row */
    LYT_CURSOR_FORGET, /* row.name */
    LYT_CURSOR_BURY,   /* row.name, dead */
    LYT_CURSOR_UNBURY, /* row.name, dead.seq */
} lyt_cursor_op;

typedef struct lyt_cursor_order {
    lyt_cursor_op op;
    lyt_cursor_row row;
    lyt_dead_row dead;
} lyt_cursor_order;

void lyt_cursor_order_put(lyt_buf *out, const lyt_cursor_order *order);
LYT_MUST_USE lyt_status lyt_cursor_order_get(lyt_cursor_order *out, lyt_str frame);

#endif
