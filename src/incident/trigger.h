/*
 * lyt_trigger: rules over what guests do (events without text) that see a failure before
 * anybody complains. What a rule finds is a function of the events alone, in the order
 * of their times, not of their arrival: when a late event changes what was found, a
 * finding comes up later, is moved or is withdrawn, and in the end all orders give the same.
 *
 * Rules
 *   count       all of `each` at least so often within `within`, none of `none` after
 *               them; `need`: only when the time in that attribute is at most so far away
 *   absence     `on` not followed by any of `none` (with the same ref when `by_ref`) within
 *               `within`, or by the time in the attribute `until`; may make an event
 *   deadline    from `on` until any of `none`: when the time in `need` is 72, 24 … hours
 *               away (steps), each with its severity
 *   frequency, spike, flatline, new-term, cardinality, change: as ElastAlert's documentation
 *               has them: so many within a time; so many times more than in the time
 *               before; fewer than; a value not seen before; more different values
 *               than; another value than the last
 *   share, mean of the numbers in `attr` within the window, at least n of them: the share of
 *               those at most `at_most` is over `percent`; their mean is at most `at_most`, or at
 *               least `at_least`. Found once, and not again before it is clear: the share at
 *               most `clear`, the mean on the good side of it, or too few numbers to tell
 *
 * Lifetime  lyt_triggers_new() to lyt_triggers_free(); rules are borrowed.
 * Threads   one at a time.
 * Units     microseconds since 1970 UTC.
 */
#ifndef LYT_TRIGGER_H
#define LYT_TRIGGER_H

#include <stdint.h>

#include "authority.h"
#include "route.h"

#define LYT_TRIGGER_KINDS(X)                                                                       \
    X(LYT_TRIGGER_COUNT, "count")                                                                  \
    X(LYT_TRIGGER_ABSENCE, "absence")                                                              \
    X(LYT_TRIGGER_DEADLINE, "deadline")                                                            \
    X(LYT_TRIGGER_FREQUENCY, "frequency")                                                          \
    X(LYT_TRIGGER_SPIKE, "spike")                                                                  \
    X(LYT_TRIGGER_FLATLINE, "flatline")                                                            \
    X(LYT_TRIGGER_NEW_TERM, "new-term")                                                            \
    X(LYT_TRIGGER_CARDINALITY, "cardinality")                                                      \
    X(LYT_TRIGGER_CHANGE, "change")                                                                \
    X(LYT_TRIGGER_SHARE, "share")                                                                  \
    X(LYT_TRIGGER_MEAN, "mean")

typedef enum lyt_trigger_kind {
#define X(name, text) name,
    LYT_TRIGGER_KINDS(X)
#undef X
        LYT_TRIGGER_KIND_COUNT
} lyt_trigger_kind;

enum { lyt_trigger_each_max = 4, lyt_trigger_steps_max = 4, lyt_attrs_max = 12 };

typedef struct lyt_trigger {
    const char *id;
    lyt_trigger_kind kind;
    struct {
        const char *type;
        int64_t n;
    } each[lyt_trigger_each_max]; /* count */
    size_t n_each;
    const char *on;    /* the event's type, of all other kinds */
    lyt_names none;    /* types that end it */
    const char *attr;  /* new-term, cardinality, change: the attribute */
    const char *need;  /* attribute with the time by which it is needed */
    int64_t need_us;   /* count: at most so far away; 0: whenever */
    const char *until; /* absence: attribute with the time, instead of within */
    const char *makes; /* absence: type of the event it makes; NULL: it finds */
    bool by_ref;
    int64_t within_us; /* the window */
    int64_t n;         /* frequency, flatline, cardinality: the number; spike: at least */
    int64_t times;     /* spike: so many times the window before */
    int64_t percent, at_most, at_least, clear; /* share and mean; at_least INT64_MIN: not asked */
    int64_t again_us; /* how long a subject is not found again; INT64_MAX: once for ever */
    struct {
        int64_t before_us;
        int severity;
    } steps[lyt_trigger_steps_max]; /* deadline, furthest first */
    size_t n_steps;

    /* what comes of it */
    const char *scenario;
    const char *step; /* of the journey, where it goes wrong; NULL: the scenario's */
    unsigned step_line, step_column; /* in the settings, for who knows the pack's journey */
    const char *team;
    int severity;
    const char *gesture;               /* given by Lyt itself; NULL: none */
    const char *task;                  /* "phone"; NULL: none */
    const char *script_en, *script_da; /* for who calls; {attribute} is filled in */
    const char *tips_en, *tips_da;     /* what the guest could do */
    lyt_names facts;                   /* attributes that the alarm shows */
    int hold_out;                      /* per cent of subjects left alone, to compare with */
} lyt_trigger;

/* A value is a text; times are RFC 3339. */
typedef struct lyt_attr {
    lyt_str key, value;
} lyt_attr;

typedef struct lyt_behaviour {
    lyt_str id;      /* the sender's; the same twice is one event */
    lyt_str type;    /* "request-rejected" */
    lyt_str subject; /* who it is about: a guest, a booking */
    lyt_str ref;     /* what it belongs to: a request; may be empty */
    int64_t at_us;
    lyt_attr attrs[lyt_attrs_max];
    size_t n_attrs;
} lyt_behaviour;

/* One finding: of a rule, for a subject, at the time of the event that completed it. */
typedef struct lyt_finding {
    const lyt_trigger *rule;
    lyt_str subject;
    int64_t at_us;
    int64_t was_us; /* an event that came late moved it from there: nobody hears of it twice; 0: no */
    int severity;
    bool is_withdrawn; /* what was found is not so, or not any more */
    bool is_held_out;  /* nothing is to be done, for comparison */
    size_t n_counted;  /* events that speak for it */
} lyt_finding;

typedef struct lyt_triggers lyt_triggers;

/* lateness: events so old may still come; older ones are refused (LYT_ELIMIT). */
LYT_MUST_USE lyt_status lyt_triggers_new(lyt_triggers **out, const lyt_alloc *alloc,
                                         const lyt_trigger *rules, size_t n, int64_t lateness_us);
void lyt_triggers_free(lyt_triggers *triggers);

typedef void (*lyt_finding_fn)(void *context, const lyt_finding *finding);

/*
 * Takes an event at now_us and reports what it newly finds or withdraws. Texts are copied.
 * LYT_EEXISTS: it was here before. LYT_ELIMIT: too old, or a text over its limit.
 * LYT_EINVAL: no type, subject or id. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_triggers_take(lyt_triggers *triggers, const lyt_behaviour *event,
                                          int64_t now_us, lyt_finding_fn found, void *context,
                                          lyt_error *err);
/* Time has passed: silence is an event. */
LYT_MUST_USE lyt_status lyt_triggers_tick(lyt_triggers *triggers, int64_t now_us,
                                          lyt_finding_fn found, void *context, lyt_error *err);
/* When lyt_triggers_tick() may find something next; INT64_MAX: never. */
int64_t lyt_triggers_due(const lyt_triggers *triggers, int64_t now_us);

/* The newest value of that attribute among the subject's events at or before at_us; empty: none. */
lyt_str lyt_triggers_attr(const lyt_triggers *triggers, lyt_str subject, lyt_str key,
                          int64_t at_us);
/* A script or tips with its {attributes} filled in; one that is not known stays "–". */
void lyt_trigger_fill(lyt_buf *out, const char *script, const lyt_triggers *triggers,
                      const lyt_finding *finding, const lyt_zone *zone);
/*
 * The value of an attribute as it is said to people: a time as the clocks of that zone show it,
 * "2026-11-28 09:00", all else as it came. zone NULL: all as it came.
 */
void lyt_trigger_value(lyt_buf *out, lyt_str value, const lyt_zone *zone);

size_t lyt_triggers_events(const lyt_triggers *triggers);

/*
 * Whether something that was found of the finding's subject since then (when it was told, not when
 * it happened) still stands, of any rule about the same scenario.
 */
bool lyt_triggers_stands(const lyt_triggers *triggers, const lyt_finding *finding,
                         int64_t since_us);

/* One that was told, at told_us; ended: and withdrawn. was_us as above. */
typedef struct lyt_told_finding {
    lyt_str rule, subject;
    int64_t at_us, was_us, told_us;
    int severity;
    bool ended;
} lyt_told_finding;

/*
 * After a restart: events that were taken before, and findings that were told. Neither reports
 * anything; the next tick finds what came about meanwhile. A rule that is not there any more is no
 * error. Errors as of lyt_triggers_take(), but for the age.
 */
LYT_MUST_USE lyt_status lyt_triggers_restore(lyt_triggers *triggers, const lyt_behaviour *event);
LYT_MUST_USE lyt_status lyt_triggers_restore_found(lyt_triggers *triggers, const lyt_told_finding *told);

/* As lyt_book_mark(), lyt_book_rollback(), lyt_book_point() and lyt_book_back_to(). */
void lyt_triggers_mark(lyt_triggers *triggers);
void lyt_triggers_rollback(lyt_triggers *triggers);
size_t lyt_triggers_point(const lyt_triggers *triggers);
void lyt_triggers_back_to(lyt_triggers *triggers, size_t point);

/* NULL: none of that name. */
const lyt_trigger *lyt_triggers_rule(const lyt_triggers *triggers, lyt_str id);

#endif
