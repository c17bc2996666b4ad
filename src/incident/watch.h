/*
 * lyt_watch: what Lyt does by itself about incidents: who is told, when again, who is
 * asked next, when clocks warn. It looks at facts as they come (lyt_watch_after) and at
 * the time (lyt_watch_tick), and adds facts; what goes out is LYT_FACT_TOLD, and whoever
 * sends it (bus, outbox) sends exactly these.
 *
 * When something falls due stands in the book, so a restart, an hour of silence or a clock
 * that steps neither loses nor doubles anything: what is due is done once, at the first tick
 * after it.
 *
 * The first alarm goes at once. It is held back while a parent is open, while a silence or
 * maintenance covers it, or in the quiet hours of a low severity; severity 4 is never
 * held. Reminders go until somebody acknowledges, then stop; an acknowledgement with a time
 * limit lets them begin again. All who were told of the alarm are told of acknowledgement
 * and close, once, on the same channel.
 *
 * Threads   one at a time (the ledger's). Errors as in book.h.
 */
#ifndef LYT_WATCH_H
#define LYT_WATCH_H

#include "settings.h"
#include "stay.h"

#define LYT_NOTICES(X)                                                                             \
    X(LYT_NOTICE_ALARM, "alarm")                                                                   \
    X(LYT_NOTICE_REMINDER, "reminder")                                                             \
    X(LYT_NOTICE_NEXT, "escalation")                                                               \
    X(LYT_NOTICE_ACK, "acknowledged")                                                              \
    X(LYT_NOTICE_CLOSED, "closed")                                                                 \
    X(LYT_NOTICE_REOPENED, "reopened")                                                             \
    X(LYT_NOTICE_REPEAT, "repeat-failure")                                                         \
    X(LYT_NOTICE_WARNING, "clock-warning")                                                         \
    X(LYT_NOTICE_MISSED, "clock-missed")                                                           \
    X(LYT_NOTICE_OWNER, "owner")                                                                   \
    X(LYT_NOTICE_APPROVAL, "approval")                                                             \
    X(LYT_NOTICE_HOLDING, "holding")         /* to the guest: it takes a little longer */          \
    X(LYT_NOTICE_MAINTENANCE, "maintenance") /* to the guest: it is being worked on */             \
    X(LYT_NOTICE_PROMISE, "promise-late")                                                          \
    X(LYT_NOTICE_CAUSE, "cause-missing") /* it could close, but nobody wrote why it was */         \
    X(LYT_NOTICE_FOLLOW_UP, "follow-up") /* to the guest: is it right now? */                      \
    X(LYT_NOTICE_FIX_LATE, "fix-late")                                                             \
    X(LYT_NOTICE_FIX_BACK, "fix-reopened")                                                         \
    X(LYT_NOTICE_REPLY, "reply")         /* to the guest: to what the guest wrote */               \
    X(LYT_NOTICE_SOLVED, "solved")       /* to the guest: the common cause is mended */            \
    X(LYT_NOTICE_OPTED_OUT, "opted-out") /* to the guest: no more messages */                      \
    X(LYT_NOTICE_OPTED_IN, "opted-in")   /* to the guest: messages again */                        \
    X(LYT_NOTICE_RECOVERED, "recovered") /* for the house's own system: how it ended */            \
    X(LYT_NOTICE_WHICH_ROOM, "which-room") /* to the guest: which of several rooms? */             \
    X(LYT_NOTICE_REFUND_ASKED, "refund-request") /* a guest asks for money back */                   \
    X(LYT_NOTICE_REFUND, "refund")             /* to the guest: it was heard, and who answers */    \
    X(LYT_NOTICE_AGAIN, "again")               /* to the guest: the case is open again */

typedef enum lyt_notice {
#define X(name, text) name,
    LYT_NOTICES(X)
#undef X
        LYT_NOTICE_COUNT
} lyt_notice;

const char *lyt_notice_name(lyt_notice notice);

/* Why an alarm waits (which of LYT_FACT_HELD). */
typedef enum lyt_held { LYT_HELD_NOT, LYT_HELD_QUIET, LYT_HELD_SILENCE, LYT_HELD_PARENT } lyt_held;

/* Receivers for messages to the guest. */
#define LYT_WATCH_GUEST "guest"
#define LYT_WATCH_REPLY "reply"
/* The channel of what somebody of the house is texted back (serve/staffreply.h). */
#define LYT_WATCH_ANSWER "answer"

typedef struct lyt_watch {
    const lyt_settings *settings;
    lyt_book *book;
    const lyt_stays *stays; /* NULL: nothing is known of who leaves when */
} lyt_watch;

/* What follows from out->items[from …]: facts that were added to the book. Adds to out. */
LYT_MUST_USE lyt_status lyt_watch_after(const lyt_watch *watch, size_t from, lyt_facts *out,
                                        lyt_error *err);

/* Does all that is due at now_us. */
LYT_MUST_USE lyt_status lyt_watch_tick(const lyt_watch *watch, int64_t now_us, lyt_facts *out,
                                       lyt_error *err);
/* When something is due next; INT64_MAX: nothing is. */
int64_t lyt_watch_due(const lyt_watch *watch);

/*
 * A notice could not be sent: the person's next channel is tried, and when there is none
 * the next step of the ladder at once, unless somebody has taken it meanwhile.
 */
LYT_MUST_USE lyt_status lyt_watch_unsent(const lyt_watch *watch, int64_t incident, lyt_str who,
                                         lyt_str channel, int64_t now_us, lyt_facts *out,
                                         lyt_error *err);

/* The first words went to the guest: stops the contact clock. */
LYT_MUST_USE lyt_status lyt_watch_contacted(const lyt_watch *watch, const lyt_act *act,
                                            lyt_facts *out, lyt_error *err);

/*
 * Waits for the guest: clocks stand still, until it is resumed, or until_us at the latest. Needs
 * a reason. LYT_ELIMIT: all pauses together would be longer than the settings allow.
 */
LYT_MUST_USE lyt_status lyt_watch_pause(const lyt_watch *watch, const lyt_act *act,
                                        int64_t until_us, lyt_facts *out, lyt_error *err);
LYT_MUST_USE lyt_status lyt_watch_resume(const lyt_watch *watch, const lyt_act *act, lyt_facts *out,
                                         lyt_error *err);

/*
 * Alarms that match are held until `until_us`. At least one of property, scenario and place,
 * an author and a reason. Maintenance also has a reply for the guest.
 */
typedef struct lyt_hush {
    lyt_silence_kind kind;
    lyt_str property, scenario, place, by, reason;
    int64_t until_us;
} lyt_hush;
LYT_MUST_USE lyt_status lyt_watch_silence(const lyt_watch *watch, const lyt_hush *hush,
                                          int64_t now_us, lyt_facts *out, int64_t *silence,
                                          lyt_error *err);
LYT_MUST_USE lyt_status lyt_watch_unsilence(const lyt_watch *watch, int64_t silence, lyt_str by,
                                            int64_t now_us, lyt_facts *out, lyt_error *err);

/* A promise to the guest, kept by due_us or somebody hears of it. */
LYT_MUST_USE lyt_status lyt_watch_promise(const lyt_watch *watch, const lyt_act *act,
                                          int64_t due_us, lyt_facts *out, int64_t *promise,
                                          lyt_error *err);
LYT_MUST_USE lyt_status lyt_watch_kept(const lyt_watch *watch, const lyt_act *act, int64_t promise,
                                       lyt_facts *out, lyt_error *err);

/*
 * A permanent fix: who sees to it, by when, and what it ends: what incident act->incident is
 * of, at `place` (a pattern; empty: in the whole house). Late ones are told of; a new incident of
 * the kind after it was done opens the fix again.
 */
LYT_MUST_USE lyt_status lyt_watch_fix(const lyt_watch *watch, const lyt_act *act, lyt_str owner,
                                      lyt_str place, int64_t due_us, lyt_facts *out, int64_t *fix,
                                      lyt_error *err);
/* act->text is the proof; the incident is that of the fix. */
LYT_MUST_USE lyt_status lyt_watch_fixed(const lyt_watch *watch, const lyt_act *act, int64_t fix,
                                        lyt_facts *out, lyt_error *err);

/*
 * Limits of settings that are new apply to open incidents only when asked for: the clocks that
 * run and were not missed get new limits, counted from their start.
 */
LYT_MUST_USE lyt_status lyt_watch_apply_limits(const lyt_watch *watch, int64_t now_us,
                                               lyt_facts *out, lyt_error *err);

/* How fast it went, once it is remedied. */
typedef enum lyt_speed {
    LYT_SPEED_NOT_YET,
    LYT_SPEED_ON_THE_SPOT, /* within an hour */
    LYT_SPEED_SAME_DAY,    /* before local midnight */
    LYT_SPEED_24_H,        /* by the clock on the wall */
    LYT_SPEED_LATER,
} lyt_speed;
lyt_speed lyt_watch_speed(const lyt_watch *watch, const lyt_case *c);

#endif
