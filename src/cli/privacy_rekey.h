/*
 * lyt_privacy_rekey: another key on every pseudonym of a state folder, without knowing a single
 * number. The key file takes a new line, and what is kept becomes what new messages get, in one
 * transaction, while no service runs. Ended in the middle it is as before or done, and the next call
 * goes on: a key that is in the file and not yet on what is kept is put on, and no other is made.
 */
#ifndef LYT_PRIVACY_REKEY_H
#define LYT_PRIVACY_REKEY_H

#include "command.h"

typedef struct lyt_pseudonyms_question {
    const char *state;
    const char *pseudonyms; /* path of the key file */
    const char *contacts;   /* of the key of addresses; NULL: the state folder's */
    bool json;
} lyt_pseudonyms_question;

lyt_exit lyt_privacy_rekey(const lyt_call *call, const lyt_pseudonyms_question *question);

#endif
