/*
 * lyt_refund: where guests ask for money back, and what comes of it: one step for the guest (a word
 * in an answer, a button on the status page, a link or a number of the house's), and a person who
 * answers by a time that was promised. Part of the settings (`refunds`, docs/formats.md section 9).
 *
 * Asking gives nothing: it is a request to a person, whose authority is what it was before. It is a
 * fact of its incident (LYT_FACT_REFUND_ASKED), and a promise to the guest like any other
 * (LYT_REFUND_PROMISE), so that it is due, late, told of and kept as those are.
 *
 * Threads   pure functions; texts are borrowed.
 * Units     microseconds since 1970 UTC.
 */
#ifndef LYT_REFUND_H
#define LYT_REFUND_H

#include "act.h"
#include "buf.h"
#include "route.h"

struct lyt_watch;

/* The words of the promise, by which it is known; who answers it is who gave it. */
#define LYT_REFUND_PROMISE "svar om penge tilbage (answer on money back)"

typedef struct lyt_refund_rules {
    bool is_there;       /* guests are told where to ask */
    const char *link;    /* where they ask; NULL: in an answer, and on the status page */
    const char *call;    /* a number instead of the word in messages; NULL: the word */
    const char *to;      /* team, duty or person who answers; NULL: whose the incident is */
    lyt_names scenarios; /* what money is given back for; none: what the pack has an amount for */
    lyt_names never;     /* of which nothing is said of money */
    int64_t answer_us;   /* by when somebody answers */
} lyt_refund_rules;

/* pays: the pack has an amount of money among what makes up for that failure. */
bool lyt_refund_is_for(const lyt_refund_rules *rules, lyt_str scenario, bool pays);

/*
 * Adds one sentence that says where ("Penge tilbage? Svar RETUR."), in one of the languages of
 * lyt_reply_words(); in any other the English one. Nothing where the house says nothing.
 */
void lyt_refund_say(lyt_buf *out, const lyt_refund_rules *rules, lyt_str language);

/* Whether a guest's whole message asks for money back, in one of these languages. */
bool lyt_refund_is_asked(lyt_str text);

/* Of the incident and what was merged with it; NULL: nobody has asked. Until the book changes. */
const lyt_promise *lyt_refund_find(const lyt_book *book, int64_t incident);

/*
 * act->by asks ("guest": the guest did), act->text how; who answers is told, and one that was closed
 * opens again. *promise: by number. LYT_EEXISTS: it was asked before. LYT_ESTATE: it is void or a
 * drill, or the house has no way for it. Others as in book.h.
 */
LYT_MUST_USE lyt_status lyt_refund_ask(const struct lyt_watch *watch, const lyt_act *act,
                                       lyt_facts *out, int64_t *promise, lyt_error *err);

#endif
