/*
 * lyt_guest_ledger: what guests said about being written to, and on which ground each message went:
 * to be shown to whoever asks. Reads the state folder; a service may run.
 */
#ifndef LYT_GUEST_LEDGER_H
#define LYT_GUEST_LEDGER_H

#include "command.h"

typedef struct lyt_ledger_question {
    const char *state;
    const char *guest; /* NULL: all */
    bool json;
    int64_t language; /* as LYT_HOUSEWORDS_LANGUAGE left it */
} lyt_ledger_question;

lyt_exit lyt_guest_ledger(const lyt_call *call, const lyt_ledger_question *question);

#endif
