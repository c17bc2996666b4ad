/*
 * lyt_fact: one thing that happened to an incident, as it is kept for good. The
 * state of every incident is what its facts add up to (book.h), so facts name all that
 * counts, also what the settings said at the time: times that fall due, limits,
 * receivers. What goes out to people is a fact as well (LYT_FACT_TOLD).
 *
 * A list of facts copies the texts into its own arena.
 *
 * Lifetime  lyt_facts_init() to lyt_facts_deinit(); a fact alone borrows its texts.
 * Threads   one at a time.
 * Units     times are microseconds since 1970 UTC.
 */
#ifndef LYT_FACT_H
#define LYT_FACT_H

#include "arena.h"
#include "incident.h"
#include "json.h"

/* kind, name in the log */
#define LYT_FACT_KINDS(X)                                                                          \
    X(LYT_FACT_OPENED, "opened")           /* other message, number severity, who owner, */        \
                                           /* which 1 parent, 2 drill */                           \
    X(LYT_FACT_HEARD, "heard")             /* other message, number severity, */                   \
                                           /* which 1: a danger only now */                        \
    X(LYT_FACT_MOVED, "moved")             /* which state */                                       \
    X(LYT_FACT_OWNED, "owned")             /* who, text why */                                     \
    X(LYT_FACT_NOTED, "noted")             /* text */                                              \
    X(LYT_FACT_CAUSE, "cause")             /* text */                                              \
    X(LYT_FACT_ACTION, "action")           /* text */                                              \
    X(LYT_FACT_ASKED, "asked")             /* due answer */                                        \
    X(LYT_FACT_ANSWERED, "answered")       /* number score or -1, which complains */               \
    X(LYT_FACT_UNANSWERED, "unanswered")   /* no answer in time */                                 \
    X(LYT_FACT_REPEAT, "repeat")           /* other earlier incident, number severity */           \
    X(LYT_FACT_MERGED, "merged")           /* other incident it went into */                       \
    X(LYT_FACT_UNMERGED, "unmerged")       /* other incident it came out of */                     \
    X(LYT_FACT_TAKEN, "taken")             /* other incident, number message taken from it */      \
    X(LYT_FACT_LINKED, "linked")           /* other parent */                                      \
    X(LYT_FACT_UNLINKED, "unlinked")       /* other parent */                                      \
    X(LYT_FACT_ACK_LIMITED, "ack-limited") /* due end of the acknowledgement, 0 none */            \
    X(LYT_FACT_TOLD, "told")               /* who, text channel, which notice, number step */      \
    X(LYT_FACT_HELD, "held")               /* due when it may go out, which why, number silence */ \
    X(LYT_FACT_REMIND, "remind")           /* due next reminder (0: none), number sent so far */   \
    X(LYT_FACT_LADDER, "ladder")           /* due next step (0: none), number steps done */        \
    X(LYT_FACT_STALE, "stale")             /* due when the owner counts as idle, 0 none */         \
    X(LYT_FACT_CONTACTED, "contacted")     /* first words to the guest */                          \
    X(LYT_FACT_CLOCK_STARTED, "clock-started") /* which clock, due, warn */                        \
    X(LYT_FACT_CLOCK_STOPPED, "clock-stopped") /* which clock */                                   \
    X(LYT_FACT_CLOCK_WARNED, "clock-warned")   /* which clock */                                   \
    X(LYT_FACT_CLOCK_MISSED, "clock-missed")   /* which clock */                                   \
    X(LYT_FACT_PAUSED, "paused")               /* text reason, due end at the latest */            \
    X(LYT_FACT_RESUMED, "resumed")             /* number paused microseconds */                    \
    X(LYT_FACT_SILENCED, "silenced")           /* other silence, due end, which kind, matcher */   \
    X(LYT_FACT_UNSILENCED, "unsilenced")       /* other silence; by nobody: its time is over */    \
    X(LYT_FACT_OFFERED, "offered") /* other offer, number amount, which currency, who what */      \
    X(LYT_FACT_APPROVAL_ASKED, "approval-asked")   /* as offered; due answer, warn role asked */   \
    X(LYT_FACT_APPROVAL_RAISED, "approval-raised") /* other offer; due answer, warn role asked */  \
    X(LYT_FACT_APPROVED, "approved")               /* other offer */                               \
    X(LYT_FACT_DECLINED, "declined")               /* other offer */                               \
    X(LYT_FACT_WITHDRAWN, "withdrawn")             /* other offer */                               \
    X(LYT_FACT_PROMISED, "promised")               /* other promise, due, text */                  \
    X(LYT_FACT_KEPT, "kept")                       /* other promise */                             \
    X(LYT_FACT_LATE, "late")                       /* other promise */                             \
    X(LYT_FACT_FOUND, "found") /* who subject, text trigger, other its time, number severity, */   \
                               /* which held out, place the step of the journey if it names one */ \
                               /* due its time before, where a late event moved it */             \
    X(LYT_FACT_UNFOUND, "unfound") /* the same: it is not so, or not any more */                   \
    X(LYT_FACT_FIX_OPENED,                                                                         \
      "fix-opened")                  /* other fix, due, who owner, text what, and what it is */    \
                                     /* to end: property, scenario, place */                       \
    X(LYT_FACT_FIX_DONE, "fix-done") /* other fix, text proof */                                   \
    X(LYT_FACT_FIX_LATE, "fix-late") /* other fix */                                               \
    X(LYT_FACT_FIX_BACK, "fix-reopened") /* other fix, number incident that came all the same */   \
    X(LYT_FACT_CONSENTED, "consented")   /* the guest lets it be told; text how they said so */    \
    X(LYT_FACT_REVOKED, "revoked")       /* and does not any more */                               \
    X(LYT_FACT_REFUND_ASKED, "refund-asked") /* other promise, due, who answers, text how */

typedef enum lyt_fact_kind {
#define X(name, text) name,
    LYT_FACT_KINDS(X)
#undef X
        LYT_FACT_KIND_COUNT
} lyt_fact_kind;

typedef struct lyt_fact {
    lyt_fact_kind kind;
    int64_t incident; /* 0: of none, a silence */
    int64_t at_us;
    int64_t other;
    int64_t number;
    int64_t due_us;
    int64_t warn_us;
    int64_t which;
    lyt_str by; /* who did it; empty: Lyt itself */
    lyt_str who;
    lyt_str text;
    /* of what was opened or is silenced */
    lyt_str property, scenario, team, place, guest, language;
} lyt_fact;

typedef struct lyt_facts {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    lyt_fact *items;
    size_t n, cap;
} lyt_facts;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_facts_init(lyt_facts *facts, const lyt_alloc *alloc);
void lyt_facts_deinit(lyt_facts *facts);
void lyt_facts_reset(lyt_facts *facts);
/* Copies the fact and its texts. LYT_ENOMEM, LYT_ELIMIT; the list is unchanged then. */
LYT_MUST_USE lyt_status lyt_facts_add(lyt_facts *facts, const lyt_fact *fact);

const char *lyt_fact_name(lyt_fact_kind kind);

/* As one JSON object; members that are 0 or empty are left out. Texts must be UTF-8. */
void lyt_fact_write(lyt_buf *out, const lyt_fact *fact);
/*
 * The same back; texts are borrowed from json. Members that are not known are ignored,
 * so that an older Lyt can read the log of a newer one. LYT_EFORMAT, err names the member.
 */
LYT_MUST_USE lyt_status lyt_fact_read(lyt_fact *out, const lyt_json *json, lyt_error *err);

#endif
