/*
 * lyt_reply: what Lyt writes to guests by itself, when and in which words. Part of the settings
 * (`replies`, docs/formats.md section 9). Whether there is an address, and whether the guest
 * wants to be written to, is the service's to know (serve/guestreply.h).
 *
 * The first reply and what children of a common cause are told are messages of the scenario; the
 * others come with Lyt in five languages, or from the settings.
 *
 * Threads   pure functions; texts live with the settings or are static.
 * Units     microseconds since 1970 UTC; minutes of the day are local.
 */
#ifndef LYT_REPLY_H
#define LYT_REPLY_H

#include "buf.h"
#include "route.h"

struct lyt_settings;

/* kind, name in the settings and of its notice on the bus */
#define LYT_REPLY_KINDS(X)                                                                         \
    X(LYT_REPLY_FIRST, "reply")             /* to what the guest wrote */                          \
    X(LYT_REPLY_SOLVED, "solved")           /* the common cause that the guest met is mended */    \
    X(LYT_REPLY_FOLLOW_UP, "follow-up")     /* is it right now, or would you recommend us? */      \
    X(LYT_REPLY_HOLDING, "holding")         /* it takes a little longer */                         \
    X(LYT_REPLY_MAINTENANCE, "maintenance") /* it is being worked on */                            \
    X(LYT_REPLY_OPTED_OUT, "opted-out")     /* no more messages; said once */                      \
    X(LYT_REPLY_OPTED_IN, "opted-in")       /* messages again */                                   \
    X(LYT_REPLY_WHICH_ROOM, "which-room")   /* the guest has several, and which is it? */          \
    X(LYT_REPLY_REFUND, "refund")           /* that money back was asked for, and who answers */   \
    X(LYT_REPLY_AGAIN, "again")             /* it was not right: the case is open again */

typedef enum lyt_reply_kind {
#define X(name, text) name,
    LYT_REPLY_KINDS(X)
#undef X
        LYT_REPLY_KIND_COUNT
} lyt_reply_kind;

const char *lyt_reply_kind_name(lyt_reply_kind kind);
LYT_MUST_USE lyt_status lyt_reply_kind_parse(lyt_reply_kind *out, lyt_str name);

typedef struct lyt_reply_text {
    lyt_reply_kind kind;
    const char *language;
    const char *text;
} lyt_reply_text;

typedef struct lyt_reply_rules {
    const char *key_file; /* what seals guests' addresses; NULL: a file in the state folder */
    const char *house;    /* as guests know it */
    const char *call;     /* {contact}: what a guest calls; NULL: the first of messages, contact */
    const char *language; /* where nobody knows what the guest reads */
    int64_t keep_us;      /* an address, after the guest was last heard of */
    bool asks;            /* by itself, once it is remedied, else when told to */
    bool asks_recommend;  /* whether the guest would recommend the house, else whether it is right */
    int64_t ask_after_us; /* so long after */
    int64_t day_max;      /* so many messages by itself to one guest in 24 hours */
    int quiet_from_min, quiet_to_min; /* equal: none; what can wait waits for their end */
    bool answers_typed; /* also by itself to a number that somebody typed, not sent from */
    bool confirms;      /* STOP and START */
    const lyt_reply_text *texts;
    size_t n_texts;
} lyt_reply_rules;

/*
 * The words of that kind in a language ("da", also "da-DK"): the house's own, else those that come
 * with Lyt; NULL: none in this language, or the scenario's to say (first reply).
 */
const char *lyt_reply_words(const lyt_reply_rules *rules, lyt_reply_kind kind, lyt_str language);

/* Whether the guest may get a message about this failure without anybody looking at it. */
bool lyt_reply_is_automatic(const struct lyt_settings *settings, lyt_str scenario);

/* When something decided now may go: at once, or after the quiet hours; a follow-up a while later.
 */
int64_t lyt_reply_due(const struct lyt_settings *settings, lyt_reply_kind kind, int64_t now_us);

typedef struct lyt_reply_message {
    lyt_reply_kind kind;
    const char *words; /* NULL: there are none in that language */
    lyt_str language;
    int64_t incident; /* 0: none */
    bool has_refund;  /* money may be given back for what failed (refund.h) */
} lyt_reply_message;

/*
 * Adds the message to out: {house}, {contact}, {case} and {hours} (until money back is answered)
 * are filled in. What is said of a case ends with where to ask for money back, where it may be, and the
 * first reply with the case's number, where its words have none. Errors as lyt_message_write()'s, and the same limits on the
 * way out: a contact named, not more SMS than the house allows.
 */
LYT_MUST_USE lyt_status lyt_reply_write(lyt_buf *out, const struct lyt_settings *settings,
                                        const lyt_reply_message *message, lyt_error *err);

#endif
