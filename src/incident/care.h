/*
 * lyt_care: a house's incidents as a whole: book, watch, triggers and notes on guests under
 * one set of settings. What a service or a test needs: say what was heard, what somebody
 * wants, what a guest did, or what time it is, and take the facts that follow. Facts are to
 * be kept in order; folding them again after a restart makes the same.
 *
 * Pure. Every call adds all its facts or none.
 *
 * Lifetime  lyt_care_new() to lyt_care_free(); settings are borrowed and outlive it.
 * Threads   one at a time (the ledger's).
 * Errors    as in book.h.
 */
#ifndef LYT_CARE_H
#define LYT_CARE_H

#include "watch.h"

/* verb, name on the wire */
#define LYT_CARE_VERBS(X)                                                                          \
    X(LYT_CARE_ACK, "ack")         /* until_us: 0 for as long as it takes */                       \
    X(LYT_CARE_RESOLVE, "resolve") /* text: what was done; remedied to closed; or state remedied: */ \
                                   /* that, and closed where nothing else is wanted for it */      \
    X(LYT_CARE_MOVE, "move")       /* state */                                                     \
    X(LYT_CARE_ASSIGN, "assign")   /* whom */                                                      \
    X(LYT_CARE_NOTE, "note")       /* text */                                                      \
    X(LYT_CARE_CAUSE, "cause")     /* text */                                                      \
    X(LYT_CARE_ACTION, "action")   /* text */                                                      \
    X(LYT_CARE_ASK, "ask")         /* the guest, whether it is right now */                        \
    X(LYT_CARE_ANSWER, "answer")   /* score, complains */                                          \
    X(LYT_CARE_MERGE, "merge")     /* other */                                                     \
    X(LYT_CARE_UNMERGE, "unmerge")                                                                 \
    X(LYT_CARE_SPLIT, "split") /* other: the message that goes */                                  \
    X(LYT_CARE_LINK, "link")   /* other: the parent, 0 for none */                                 \
    X(LYT_CARE_CONTACTED, "contacted")                                                             \
    X(LYT_CARE_PAUSE, "pause") /* until_us, text */                                                \
    X(LYT_CARE_RESUME, "resume")                                                                   \
    X(LYT_CARE_OFFER, "offer")     /* whom: the gesture's id */                                    \
    X(LYT_CARE_APPROVE, "approve") /* other: the offer */                                          \
    X(LYT_CARE_DECLINE, "decline")                                                                 \
    X(LYT_CARE_WITHDRAW, "withdraw")                                                               \
    X(LYT_CARE_PROMISE, "promise")         /* until_us, text */                                    \
    X(LYT_CARE_KEPT, "kept")               /* other: the promise */                                \
    X(LYT_CARE_SILENCE, "silence")         /* property, scenario, place, until_us, text */         \
    X(LYT_CARE_MAINTENANCE, "maintenance") /* the same */                                          \
    X(LYT_CARE_UNSILENCE, "unsilence")     /* other: the silence */                                \
    X(LYT_CARE_FIX, "fix")                 /* whom: owner, place, until_us, text */                \
    X(LYT_CARE_FIXED, "fixed")             /* other: the fix, text: the proof */                   \
    X(LYT_CARE_LIMITS, "limits")           /* of settings that are new, for the clocks that run */ \
    X(LYT_CARE_CONSENT, "consent") /* of the guest, that it may be told; text: how they said so */ \
    X(LYT_CARE_REVOKE, "revoke")                                                                   \
    X(LYT_CARE_REPLY, "reply") /* to the guest; text, or whom: a message of the scenario */        \
    X(LYT_CARE_OPEN, "open")   /* property, scenario, place, whom: team, other: severity (-1: not said), text */ \
    X(LYT_CARE_REFUND, "refund") /* the guest asks for money back; text: how they said so */

typedef enum lyt_care_verb {
#define X(name, text) name,
    LYT_CARE_VERBS(X)
#undef X
        LYT_CARE_VERB_COUNT
} lyt_care_verb;

const char *lyt_care_verb_name(lyt_care_verb verb);
LYT_MUST_USE lyt_status lyt_care_verb_parse(lyt_care_verb *out, lyt_str name);

/* What somebody wants. Who may give how much follows from act.by in the settings. */
typedef struct lyt_care_order {
    lyt_care_verb verb;
    lyt_act act;
    lyt_incident_state state;
    lyt_str whom;
    int64_t other;
    int64_t until_us;
    int score; /* -1: none */
    bool complains;
    lyt_str property, scenario, place;
} lyt_care_order;

/* What came of it. */
typedef struct lyt_care_reply {
    int64_t incident; /* that it was about; 0: none */
    int64_t number;   /* of the new incident, offer, promise or silence; 0: none */
    bool is_given;    /* of an offer: given, not only asked for */
    bool is_with_stranger; /* whose it is now is no person, team or duty of the house */
} lyt_care_reply;

/* What was heard. team is the scenario's. */
typedef struct lyt_care_heard {
    lyt_str property, scenario, team, place, guest, language, by;
    int severity;
    int64_t message;
    int64_t now_us;
    bool is_drill;
} lyt_care_heard;

typedef struct lyt_care lyt_care;

LYT_MUST_USE lyt_status lyt_care_new(lyt_care **out, const lyt_alloc *alloc,
                                     const lyt_settings *settings);
void lyt_care_free(lyt_care *care);

/* One fact of the log, at the start. LYT_EFORMAT, LYT_ELIMIT, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_care_restore(lyt_care *care, const lyt_fact *fact, lyt_error *err);

LYT_MUST_USE lyt_status lyt_care_hear(lyt_care *care, const lyt_care_heard *heard, lyt_facts *out,
                                      int64_t *incident, lyt_error *err);
LYT_MUST_USE lyt_status lyt_care_do(lyt_care *care, const lyt_care_order *order, lyt_facts *out,
                                    lyt_care_reply *reply, lyt_error *err);
/*
 * What a guest did. What a trigger finds opens an incident (the property is that in the
 * event's attribute "property", the place that in "place"), with its task, facts and advice as
 * notes, and gives its gesture within the limits of the automatic role. What is withdrawn takes
 * back an offer that waits and voids an incident that nobody took on. A finding is a fact
 * (LYT_FACT_FOUND), also one that is held out. LYT_EEXISTS: it was here before.
 */
LYT_MUST_USE lyt_status lyt_care_event(lyt_care *care, const lyt_behaviour *event, int64_t now_us,
                                       lyt_facts *out, lyt_error *err);
LYT_MUST_USE lyt_status lyt_care_tick(lyt_care *care, int64_t now_us, lyt_facts *out,
                                      lyt_error *err);
/* Words to a guest that go out now: which, to whom, and who decided it (empty: Lyt). */
typedef struct lyt_care_words {
    int64_t incident;
    lyt_notice notice;
    lyt_str guest, by;
    int64_t now_us;
} lyt_care_words;
/* The first of a person's words stop the clock of contact. */
LYT_MUST_USE lyt_status lyt_care_tell_guest(lyt_care *care, const lyt_care_words *words,
                                            lyt_facts *out, lyt_error *err);
/* As lyt_watch_unsent(). */
LYT_MUST_USE lyt_status lyt_care_unsent(lyt_care *care, int64_t incident, lyt_str who,
                                        lyt_str channel, int64_t now_us, lyt_facts *out,
                                        lyt_error *err);
/* When lyt_care_tick() has something to do next; INT64_MAX: never. */
int64_t lyt_care_due(const lyt_care *care, int64_t now_us);

const lyt_book *lyt_care_book(const lyt_care *care);
/* Before anything happened: the incidents as they were saved; book is the care's from now on. */
void lyt_care_set_book(lyt_care *care, lyt_book *book);
/*
 * A care with settings that are new takes over the incidents of the one before, which has none
 * after that and is to be freed. Events, findings, notes and stays are the caller's to restore.
 */
void lyt_care_inherit(lyt_care *care, lyt_care *before);
/* Of a fact that is in the book already: what triggers have to know of it. */
LYT_MUST_USE lyt_status lyt_care_restore_found(lyt_care *care, const lyt_fact *fact);
const lyt_settings *lyt_care_settings(const lyt_care *care);
/* At the start: an event that was taken before. Errors as of lyt_care_event(). */
LYT_MUST_USE lyt_status lyt_care_restore_event(lyt_care *care, const lyt_behaviour *event);
const lyt_triggers *lyt_care_triggers(const lyt_care *care);
/* What is known of guests, and who is in the house; the caller adds to it. */
lyt_notes *lyt_care_notes(lyt_care *care);
lyt_stays *lyt_care_stays(lyt_care *care);

/* For a transaction that could not be committed; notes and stays are not part of it. */
void lyt_care_mark(lyt_care *care);
void lyt_care_rollback(lyt_care *care);

/* The case as those see it who know nothing of all this. */
lyt_incident lyt_care_incident(const lyt_care *care, int64_t id);

#endif
