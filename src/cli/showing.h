/*
 * lyt_showing: everything that a running service can show a guest: the page where it is told, what the
 * status page says, each message, and the pages where there is nothing else to show. The list is made
 * of the lists that the service itself works by (reply.h, gueststage.h, guestplain.h), and the words
 * are those that it sends, written by what writes them there.
 *
 * Threads   pure functions; all is borrowed.
 */
#ifndef LYT_SHOWING_H
#define LYT_SHOWING_H

#include "gueststage.h"
#include "guestplain.h"
#include "pack.h"
#include "settings.h"

typedef enum lyt_showing_kind {
    LYT_SHOWING_FORM,
    LYT_SHOWING_THANKS,
    LYT_SHOWING_STAGE,
    LYT_SHOWING_MESSAGE,
    LYT_SHOWING_PLAIN,
} lyt_showing_kind;

enum { lyt_showings_max = 40, lyt_showing_id_bytes = 24 };

typedef struct lyt_showing {
    lyt_showing_kind kind;
    char id[lyt_showing_id_bytes]; /* "form", "status-done", "due-late", "refund-open", "reply" … */
    const lyt_stage *stage;
    lyt_reply_kind reply;
    lyt_plain plain;
} lyt_showing;

/* All of them, in no order that means anything. */
size_t lyt_showings(lyt_showing out[lyt_showings_max]);

/* For whom and what: a failure of that scenario (NULL: none in particular) in that house. */
typedef struct lyt_show_at {
    const lyt_settings *settings;
    const lyt_pack *pack;
    const lyt_scenario *scenario;
    lyt_str language;
    int64_t now_us;
    int64_t incident; /* 0: a sample's */
} lyt_show_at;

/* Whether that house, and of that failure, can show it. */
bool lyt_showing_is_there(const lyt_showing *showing, const lyt_show_at *at);

/*
 * Adds what the guest reads, a line each. LYT_ENOTFOUND: it has no words in that language.
 * LYT_EINVAL, LYT_ELIMIT: it would not go out; err says why. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_showing_write(lyt_buf *out, const lyt_showing *showing,
                                          const lyt_show_at *at, lyt_error *err);

/* What a guest can do there, as far as the words say so. */
#define LYT_CANS(X)                                                                                \
    X(LYT_CAN_TELL, "tell")           /* what is wrong */                                          \
    X(LYT_CAN_CALL, "call")           /* a person */                                               \
    X(LYT_CAN_FOLLOW, "follow")       /* a link to what happens */                                 \
    X(LYT_CAN_REFER, "reference")     /* to it by a number */                                      \
    X(LYT_CAN_REPLY, "answer")        /* it goes to the same case */                               \
    X(LYT_CAN_REFUND, "refund")       /* ask for money back in one step */

typedef enum lyt_guest_can {
#define X(name, text) name,
    LYT_CANS(X)
#undef X
        LYT_CAN_COUNT
} lyt_guest_can;
const char *lyt_guest_can_name(lyt_guest_can can);
/* Bits of them, for a text that lyt_showing_write() made. */
unsigned lyt_showing_can(const lyt_showing *showing, const lyt_show_at *at, lyt_str text);

/* When it comes, by which clock or state, and by which way; a clause each, in English or Danish. */
void lyt_showing_when(lyt_buf *out, const lyt_showing *showing, const lyt_show_at *at, bool danish);
void lyt_showing_way(lyt_buf *out, const lyt_showing *showing, const lyt_show_at *at, bool danish);

/* Whether the second can come only after the first. */
bool lyt_showing_is_before(const char *first, const char *second);

#endif
