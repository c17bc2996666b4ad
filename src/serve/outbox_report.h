/*
 * What the sender tells the ledger of one row, and what staff order of the outbox: frames and
 * JSON.
 *
 * Threads   pure functions; what is read is borrowed.
 */
#ifndef LYT_OUTBOX_REPORT_H
#define LYT_OUTBOX_REPORT_H

#include "json.h"
#include "store_outbox.h"
#include "wire.h"

typedef enum lyt_outbox_op {
    LYT_OUTBOX_OP_SENT,
    LYT_OUTBOX_OP_AGAIN, /* failed; due again at due_us */
    LYT_OUTBOX_OP_DEAD,
    LYT_OUTBOX_OP_GONE,   /* dead, and the way is stopped */
    LYT_OUTBOX_OP_NO_WAY, /* all that waits for a way that the settings do not have */
} lyt_outbox_op;

typedef struct lyt_outbox_report {
    lyt_outbox_op op;
    int64_t row; /* 0 of LYT_OUTBOX_OP_NO_WAY */
    int64_t attempts, at_us, due_us;
    lyt_str way, reason;
} lyt_outbox_report;

void lyt_outbox_report_put(lyt_buf *out, const lyt_outbox_report *report);
/* LYT_EFORMAT. */
LYT_MUST_USE lyt_status lyt_outbox_report_get(lyt_outbox_report *out, lyt_str frame);

typedef struct lyt_outbox_order {
    bool drops;  /* else tries again */
    int64_t row; /* 0: the whole way */
    lyt_str way, by;
} lyt_outbox_order;

/* LYT_EINVAL, LYT_EFORMAT: err->text is "<member>: <what to do>". */
LYT_MUST_USE lyt_status lyt_outbox_order_read(lyt_outbox_order *out, const lyt_json *json,
                                              lyt_error *err);

#endif
