/*
 * lyt_guest_rekey: another key for where guests can be written to. The key file takes a new one, a
 * service that runs is told of it, every address is sealed anew, and then the old keys go. Whenever
 * it is ended in the middle the file has every key that something is sealed with, and the next call
 * goes on from there.
 */
#ifndef LYT_GUEST_REKEY_H
#define LYT_GUEST_REKEY_H

#include "command.h"

typedef struct lyt_rekey_question {
    const char *state, *key, *server_key;
    const char *key_file; /* NULL: the state folder's */
    bool keeps_old;       /* the old keys stay in the file */
    bool json;
    int64_t language; /* as LYT_HOUSEWORDS_LANGUAGE left it */
} lyt_rekey_question;

lyt_exit lyt_guest_rekey(const lyt_call *call, const lyt_rekey_question *question);

#endif
