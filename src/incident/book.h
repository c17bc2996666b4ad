/*
 * lyt_book: all incidents, as the sum of their facts (fact.h). A command looks at the
 * book, and either is refused (and changes nothing) or adds facts to the caller's
 * list; the book changes by these facts and by nothing else. So the log of facts is
 * the history, and replaying it makes the same book bit by bit (lyt_book_hash).
 *
 * Pure: no clock, no I/O. Closed incidents stay, for what may come back to them.
 *
 * Lifetime  lyt_book_new() to lyt_book_free().
 * Threads   one at a time (the ledger's).
 * Errors    of commands: LYT_ENOTFOUND: no such incident. LYT_ESTATE: not allowed as it
 *           stands; err says why and what would be. LYT_EBUSY: somebody else changed
 *           it since the version named. LYT_EINVAL: something is missing. LYT_ELIMIT:
 *           a text is too long. LYT_ENOMEM. Book and list are unchanged then.
 */
#ifndef LYT_BOOK_H
#define LYT_BOOK_H

#include "fact.h"

#define LYT_CLOCKS(X)                                                                              \
    X(LYT_CLOCK_ACK, "acknowledge")                                                                \
    X(LYT_CLOCK_CONTACT, "contact")                                                                \
    X(LYT_CLOCK_REMEDY, "remedy")                                                                  \
    X(LYT_CLOCK_CLOSE, "close")

typedef enum lyt_clock_kind {
#define X(name, text) name,
    LYT_CLOCKS(X)
#undef X
        LYT_CLOCK_KIND_COUNT
} lyt_clock_kind;

const char *lyt_clock_kind_name(lyt_clock_kind kind);

/* What a clock of an incident shows; when it is due is data, fixed when it started. */
typedef struct lyt_case_clock {
    int64_t started_us; /* 0: not started */
    int64_t stopped_us; /* 0: runs */
    int64_t due_us, warn_us;
    bool is_warned, is_missed;
} lyt_case_clock;

typedef struct lyt_case {
    int64_t id;
    int64_t version; /* number of its facts */
    int64_t touched; /* how many changes of all cases there were when it changed last */
    lyt_incident_state state;
    int severity;
    char property[lyt_incident_text_max];
    char scenario[lyt_incident_text_max];
    char team[lyt_incident_text_max];
    char place[lyt_incident_text_max]; /* "" unknown or everywhere */
    char guest[lyt_incident_text_max]; /* pseudonym; "" unknown */
    char language[16];
    char owner[lyt_incident_text_max]; /* never empty */
    char changed_by[lyt_incident_text_max];
    int64_t opened_us, updated_us, heard_us, remedied_us, closed_us; /* the last two: 0 never */
    int64_t n_messages; /* heard by it, without what was merged into it */
    int64_t parent;     /* 0: none */
    int64_t merged;     /* into which; 0: none */
    int64_t repeat_of;  /* 0: none */
    bool is_parent;
    bool is_drill; /* a failure on purpose: not one of a guest's, and not in any figure */
    bool has_cause, has_action;
    bool is_unconfirmed; /* the guest was asked and did not answer in time */
    int64_t n_reopened;
    int64_t answer_due_us, asked_us;
    int64_t score; /* of the last answer; -1: none */

    /* what is to happen by itself; 0: nothing */
    int64_t ack_until_us, held_until_us, remind_us, step_us, stale_us, pause_until_us;
    int64_t held_why, silence;
    int64_t n_reminders, n_steps;
    int64_t paused_at_us, paused_us; /* since when; all pauses before */
    int64_t contacted_us;
    int64_t first_told; /* where its receivers begin, counted from 1; 0: nobody was told */
    lyt_case_clock clocks[LYT_CLOCK_KIND_COUNT];
} lyt_case;

/* Who was told of an incident, and on which way. */
typedef struct lyt_told {
    int64_t incident;
    int64_t last; /* the last kind of notice (watch.h) */
    char who[lyt_incident_text_max];
    char channel[16];
} lyt_told;

typedef enum lyt_silence_kind { LYT_SILENCE, LYT_MAINTENANCE } lyt_silence_kind;

/* Empty members match all. */
typedef struct lyt_silence {
    int64_t id;
    int64_t from_us, until_us;
    lyt_silence_kind kind;
    bool is_ended; /* and everybody may know it */
    char property[lyt_incident_text_max];
    char scenario[lyt_incident_text_max];
    char place[lyt_incident_text_max];
    char by[lyt_incident_text_max];
    char reason[lyt_incident_note_max + 1];
} lyt_silence;

typedef enum lyt_currency { LYT_DKK, LYT_EUR, LYT_CURRENCY_COUNT } lyt_currency;
typedef enum lyt_offer_state {
    LYT_OFFER_ASKED, /* waits for somebody's approval */
    LYT_OFFER_GIVEN,
    LYT_OFFER_DECLINED,
    LYT_OFFER_WITHDRAWN,
} lyt_offer_state;

/* A gesture to a guest, given or waiting for approval. Amounts are øre or cents. */
typedef struct lyt_offer {
    int64_t id;
    int64_t incident;
    int64_t amount;
    lyt_currency currency;
    lyt_offer_state state;
    int64_t role; /* that is asked for approval */
    int64_t at_us, due_us, given_us;
    char gesture[lyt_incident_text_max];
    char by[lyt_incident_text_max];
    char decided_by[lyt_incident_text_max]; /* whose authority it is on */
} lyt_offer;

typedef struct lyt_promise {
    int64_t id;
    int64_t incident;
    int64_t due_us;
    int64_t kept_us; /* 0: not yet */
    bool is_late;    /* and somebody was told */
    char by[lyt_incident_text_max];
    char text[lyt_incident_note_max + 1];
} lyt_promise;

/* A permanent fix: that a failure does not come again is a claim until time has shown it. */
typedef struct lyt_fix {
    int64_t id;
    int64_t incident; /* it came out of */
    int64_t opened_us, due_us;
    int64_t done_us; /* 0: not, or not any more */
    int64_t first_done_us;
    int64_t n_back; /* how often it was not mended after all */
    bool is_late;   /* and somebody was told */
    char property[lyt_incident_text_max];
    char scenario[lyt_incident_text_max];
    char place[lyt_incident_text_max]; /* pattern; "" everywhere */
    char owner[lyt_incident_text_max];
    char text[lyt_incident_note_max + 1];
    char proof[lyt_incident_note_max + 1];
} lyt_fix;

typedef struct lyt_book lyt_book;

LYT_MUST_USE lyt_status lyt_book_new(lyt_book **out, const lyt_alloc *alloc);
void lyt_book_free(lyt_book *book);

/*
 * The book after one fact more, as it was logged: the only way a book changes.
 * LYT_EFORMAT: a fact that cannot have happened; the log is damaged. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_book_fold(lyt_book *book, const lyt_fact *fact, lyt_error *err);
/* fold, and into the list: both or neither. */
LYT_MUST_USE lyt_status lyt_book_emit(lyt_book *book, lyt_facts *out, const lyt_fact *fact,
                                      lyt_error *err);

/* Equal for equal books, whichever way they came about. */
uint64_t lyt_book_hash(const lyt_book *book);

size_t lyt_book_size(const lyt_book *book);
const lyt_case *lyt_book_at(const lyt_book *book, size_t index); /* by number, ascending */
const lyt_case *lyt_book_find(const lyt_book *book, int64_t id); /* NULL: none */
int64_t lyt_book_next_id(const lyt_book *book);
/* Open, and not merged into another. */
bool lyt_case_is_open(const lyt_case *c);
/* Remedied, and either the guest or who spoke to the guest says that it is right now. */
bool lyt_case_is_confirmed(const lyt_case *c);
/* Follows merges. */
int64_t lyt_book_root(const lyt_book *book, int64_t id);
/* The incident that a message heard under that number counts for now; 0: none. */
int64_t lyt_book_case_of(const lyt_book *book, int64_t message, lyt_str scenario);
/* All incidents that a message counts for now, each once, at most max. */
size_t lyt_book_cases_of(const lyt_book *book, int64_t message, int64_t *out, size_t max);
/* The first message that it heard; 0: none. */
int64_t lyt_book_first_message(const lyt_book *book, int64_t id);
/* Messages of the incident and of all that was merged into it. */
int64_t lyt_book_messages(const lyt_book *book, int64_t id);

/*
 * Cases that share something, by a key of it, the one that changed last first. Keys are hashes:
 * who walks a chain compares for itself.
 */
typedef enum lyt_chain {
    LYT_CHAIN_GUEST,
    LYT_CHAIN_KIND,  /* property, scenario, drill or not */
    LYT_CHAIN_PLACE, /* of the kind; without a place also whether its guest is known */
    LYT_CHAIN_PARENT,
    LYT_CHAIN_MERGED, /* into the same */
    LYT_CHAIN_TEAM,
    LYT_CHAIN_OWNER, /* open ones */
    LYT_CHAIN_DRILL, /* open ones, number 1 */
    LYT_CHAIN_COUNT
} lyt_chain;
uint64_t lyt_chain_key(lyt_chain chain, lyt_str text); /* guest, team, owner */
uint64_t lyt_chain_key_number(lyt_chain chain, int64_t number); /* parent, merged, drill */
uint64_t lyt_chain_key_kind(lyt_str property, lyt_str scenario, bool is_drill);
uint64_t lyt_chain_key_place(uint64_t kind, lyt_str place, bool is_of_guest);
/* NULL: none, or none any more. */
const lyt_case *lyt_book_chain(const lyt_book *book, uint64_t key);
const lyt_case *lyt_book_chain_next(const lyt_book *book, lyt_chain chain, const lyt_case *c);
size_t lyt_book_chain_size(const lyt_book *book, uint64_t key);
/* When something is due of it by itself; INT64_MAX: nothing is. */
int64_t lyt_case_due(const lyt_case *c);
/* The one of which something is due first (then the lower number); NULL: of none. */
const lyt_case *lyt_book_first_due(const lyt_book *book);

size_t lyt_book_told(const lyt_book *book);
/* Receivers of that incident stand at this index or behind it. */
size_t lyt_book_told_from(const lyt_book *book, int64_t incident);
const lyt_told *lyt_book_told_at(const lyt_book *book, size_t index);
size_t lyt_book_silences(const lyt_book *book);
const lyt_silence *lyt_book_silence_at(const lyt_book *book, size_t index);
/*
 * By number, ascending from 1. Those before …_first() are over, and nothing is due of them: it
 * moves on with lyt_book_mark().
 */
size_t lyt_book_offers(const lyt_book *book);
const lyt_offer *lyt_book_offer_at(const lyt_book *book, size_t index);
size_t lyt_book_promises(const lyt_book *book);
const lyt_promise *lyt_book_promise_at(const lyt_book *book, size_t index);
size_t lyt_book_fixes(const lyt_book *book);
const lyt_fix *lyt_book_fix_at(const lyt_book *book, size_t index);
size_t lyt_book_silences_first(const lyt_book *book);
size_t lyt_book_offers_first(const lyt_book *book);
size_t lyt_book_promises_first(const lyt_book *book);
size_t lyt_book_fixes_first(const lyt_book *book);

/* A mark, and back to it, for a transaction that could not be committed. Neither can fail. */
void lyt_book_mark(lyt_book *book);
void lyt_book_rollback(lyt_book *book);
/* The same within a mark: where the log of changes stands, and back to there. */
size_t lyt_book_point(const lyt_book *book);
void lyt_book_back_to(lyt_book *book, size_t point);

#endif
