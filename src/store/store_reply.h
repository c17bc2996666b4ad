/*
 * What the store keeps to write to guests: where to (sealed), whether they want it, and what was
 * written. Part of lyt_store (store.h), whose rules and errors hold here, too.
 *
 * contact  a row a guest, with its own end: seen once more it is put off, then it goes.
 * consent  STOP and START, a row each, never changed. It has a pseudonym and no number, outlives
 *          retention and the erasure of the guest: forgetting that somebody wants no messages
 *          would mean writing to them again.
 * reply    a row for each message to a guest that went, waits for somebody, or was held back, and
 *          why; its words go with the contact's time, once its incident is closed.
 */
#ifndef LYT_STORE_REPLY_H
#define LYT_STORE_REPLY_H

#include "json.h"
#include "store.h"

typedef struct lyt_contact_row {
    lyt_str guest;    /* pseudonym */
    lyt_str kind;     /* "phone", "mail", "other" */
    lyt_str language; /* to answer in, where the guest's words do not tell; may be empty */
    lyt_str sealed;
    bool is_typed; /* somebody wrote it down, instead of sending from it */
    int64_t seen_us, until_us;
} lyt_contact_row;

typedef lyt_status (*lyt_contact_fn)(void *user, const lyt_contact_row *row);

/* Replaces the guest's; what was typed does not replace what was sent from, until that has gone. */
LYT_MUST_USE lyt_status lyt_store_put_contact(lyt_store *store, const lyt_contact_row *row,
                                              lyt_error *err);
/* LYT_ENOTFOUND: none, or its time is over. */
LYT_MUST_USE lyt_status lyt_store_get_contact(lyt_store *store, lyt_str guest, int64_t now_us,
                                              lyt_contact_fn each, void *user, lyt_error *err);
/* Those after that guest in the order of pseudonyms, at most so many, whether past their time. */
LYT_MUST_USE lyt_status lyt_store_each_contact(lyt_store *store, lyt_str after, int64_t most,
                                               lyt_contact_fn each, void *user, lyt_error *err);
/*
 * The same address, sealed anew, where it is still what it was; *is_done: it was. Within a
 * transaction of the caller's.
 */
LYT_MUST_USE lyt_status lyt_store_reseal_contact(lyt_store *store, lyt_str guest, lyt_str before,
                                                 lyt_str sealed, bool *is_done, lyt_error *err);
/* It goes at until_us at the latest. */
LYT_MUST_USE lyt_status lyt_store_end_contact(lyt_store *store, lyt_str guest, int64_t until_us,
                                              lyt_error *err);

/*
 * What is past its time: contacts, and replies older than replies_before_us whose incident is
 * not open. In a transaction of its own, outside of one. *n: how many rows went.
 */
LYT_MUST_USE lyt_status lyt_store_drop_contacts(lyt_store *store, int64_t now_us,
                                                int64_t replies_before_us, int64_t *n,
                                                lyt_error *err);

/* The guest's address, and every message to the guest. */
LYT_MUST_USE lyt_status lyt_store_forget_replies(lyt_store *store, lyt_str guest, lyt_error *err);

typedef struct lyt_consent_row {
    lyt_str guest;
    bool stops; /* else it starts again */
    lyt_str how, by, source_id;
    int64_t at_us;
} lyt_consent_row;

/* LYT_EEXISTS: that one was here before (source_id). */
LYT_MUST_USE lyt_status lyt_store_add_consent(lyt_store *store, const lyt_consent_row *row,
                                              lyt_error *err);
/* The guest's last word; *stops false and *at_us 0: none. */
LYT_MUST_USE lyt_status lyt_store_consent(lyt_store *store, lyt_str guest, bool *stops,
                                          int64_t *at_us, lyt_error *err);
/*
 * What that guest (empty: every guest) said, and what went to them and why, in the order of time: one JSON
 * object each: "at", "guest", "what" ("stop", "start", "message"), "by", then "how", or "kind", "state",
 * "incident" and "ground".
 */
LYT_MUST_USE lyt_status lyt_store_each_ledger(lyt_store *store, lyt_str guest, lyt_fact_fn each,
                                              void *user, lyt_error *err);
/* All STOP that stand, one object a line: what lyt_store_take_consents() takes. */
LYT_MUST_USE lyt_status lyt_store_write_consents(lyt_store *store, lyt_buf *out, lyt_error *err);
/* In a transaction of its own. Those that are known already are passed over. */
LYT_MUST_USE lyt_status lyt_store_take_consents(lyt_store *store, lyt_str lines, int64_t *n,
                                                lyt_error *err);

#define LYT_REPLY_STATES(X)                                                                        \
    X(LYT_REPLY_DRAFT, "draft") /* waits for somebody to send it */                                \
    X(LYT_REPLY_HELD, "held")   /* cannot go; why says it */                                       \
    X(LYT_REPLY_QUEUED, "queued")                                                                  \
    X(LYT_REPLY_SENT, "sent")                                                                      \
    X(LYT_REPLY_DEAD, "dead")       /* nobody tries any more */                                    \
    X(LYT_REPLY_DROPPED, "dropped") /* overtaken before it went */

typedef enum lyt_reply_state {
#define X(name, text) name,
    LYT_REPLY_STATES(X)
#undef X
        LYT_REPLY_STATE_COUNT
} lyt_reply_state;

const char *lyt_reply_state_name(lyt_reply_state state);

typedef struct lyt_reply_row {
    int64_t id;
    int64_t seq;      /* of the event that made it go; 0: it did not */
    int64_t incident; /* 0: of none */
    lyt_reply_state state;
    lyt_str guest, kind, message, language, text, why, by;
    lyt_str ground; /* why it may go to this guest */
    int64_t at_us;
} lyt_reply_row;

typedef lyt_status (*lyt_reply_fn)(void *user, const lyt_reply_row *row);

LYT_MUST_USE lyt_status lyt_store_add_reply(lyt_store *store, const lyt_reply_row *row,
                                            lyt_error *err);
/* By the event's number. LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_get_reply(lyt_store *store, int64_t seq, lyt_reply_fn each,
                                            void *user, lyt_error *err);
/* What became of it. */
LYT_MUST_USE lyt_status lyt_store_put_reply(lyt_store *store, int64_t seq, lyt_reply_state state,
                                            lyt_str why, lyt_error *err);
/* The same as the outbox has it, where somebody changed that: of a way, or of one row (way empty). */
LYT_MUST_USE lyt_status lyt_store_follow_outbox(lyt_store *store, lyt_str way, int64_t row,
                                                lyt_error *err);
/* The last of a guest's, the newest first, at most a hundred. */
LYT_MUST_USE lyt_status lyt_store_each_reply_of(lyt_store *store, lyt_str guest, lyt_reply_fn each,
                                                void *user, lyt_error *err);
/* In the order they were made; a guest's alone where guest is given. */
LYT_MUST_USE lyt_status lyt_store_each_reply(lyt_store *store, int64_t incident, lyt_str guest,
                                             lyt_reply_fn each, void *user, lyt_error *err);
/* Takes away the drafts of that incident, guest and kind: one of them was sent, or there is no use.
 */
LYT_MUST_USE lyt_status lyt_store_drop_drafts(lyt_store *store, int64_t incident, lyt_str guest,
                                              lyt_str kind, lyt_error *err);
/* How many went to that guest since then that nobody but Lyt decided. */
LYT_MUST_USE lyt_status lyt_store_count_replies(lyt_store *store, lyt_str guest, int64_t since_us,
                                                int64_t *n, lyt_error *err);
/*
 * Rows of the outbox to guests that have not gone: of a guest, or (guest empty) of an incident and
 * of those kinds (names with a space between). They are dropped, and so are their replies.
 */
LYT_MUST_USE lyt_status lyt_store_overtake_replies(lyt_store *store, lyt_str guest,
                                                   int64_t incident, lyt_str kinds, lyt_str why,
                                                   int64_t now_us, lyt_error *err);

#endif
