/* lyt_guest_online: what a running service knows of a guest, for `lyt guest`. */
#ifndef LYT_GUEST_ONLINE_H
#define LYT_GUEST_ONLINE_H

#include "houseline.h"

typedef struct lyt_guest_question {
    lyt_houseline line;
    const char *guest;
    const char *scenario; /* NULL: show what is known */
    const char *item;     /* forget: only this; NULL: all */
    const char *by; /* consent: who says so */
    bool stops;     /* consent: no more messages */
    int64_t language;     /* as LYT_HOUSEWORDS_LANGUAGE left it */
    bool json;
} lyt_guest_question;

lyt_exit lyt_guest_online(const lyt_call *call, const lyt_guest_question *question);
/* Wants no more messages, or messages again: somebody says so for the guest. */
lyt_exit lyt_guest_consent(const lyt_call *call, const lyt_guest_question *question);
/* Takes it back. */
lyt_exit lyt_guest_forget(const lyt_call *call, const lyt_guest_question *question);

#endif
