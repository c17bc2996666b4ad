/*
 * The ledger without a service: what it decides of a day that is written as a row of words. The
 * clock is the test's, memory fails when told, and what is not as it should be fails the test.
 */
#ifndef LYT_LEDGERDAY_H
#define LYT_LEDGERDAY_H

#include "batch.h"
#include "outbox_report.h"
#include "testing.h"

typedef struct ledgerday {
    char folder[64], database[128];
    testing_alloc alloc;
    testing_clock clock;
    lyt_settings *settings;
    const lyt_classifier *words; /* borrowed; whose pack has words for guests, or NULL */
    lyt_core core;
    lyt_judge judge;
    lyt_books books;
    lyt_batch batch;
    int64_t feedback; /* the number of the last one */
    lyt_error err;
} ledgerday;

/* The house that desk_text describes, with an empty database. */
void ledgerday_init(ledgerday *day, const char *desk_text, const lyt_classifier *words);
void ledgerday_deinit(ledgerday *day);

/* Into the batch: an order or a message as JSON, a verdict, and what became of a row. */
void ledgerday_add_order(ledgerday *day, const char *json);
void ledgerday_add_verdict(ledgerday *day, const lyt_feedback *feedback, const lyt_done_item *done);
void ledgerday_add_report(ledgerday *day, lyt_outbox_op op, int64_t row, const char *way,
                          const char *reason);

/* True when *word begins with name; then moves behind it. */
bool ledgerday_take(const char **word, const char *name);

/* Applies the batch, which succeeds. */
void ledgerday_apply(ledgerday *day);
/* Each word of `words` on its own; "restart" closes the books and opens them again. */
void ledgerday_live(ledgerday *day, const char *words, void (*add)(ledgerday *, const char *word));

/* How many events of a topic that begins so there are. */
int ledgerday_events(ledgerday *day, const char *topic);

#endif
