/* What trigger.c (events, findings, what changed) and trigger_eval.c (the rules) share. */
#ifndef LYT_TRIGGER_INSIDE_H
#define LYT_TRIGGER_INSIDE_H

#include "trigger.h"

/* An event as kept: one block with its texts behind it. */
typedef struct lyt_kept {
    int64_t at_us;
    lyt_str id, type, ref;
    size_t n_attrs;
    lyt_attr attrs[lyt_attrs_max];
} lyt_kept;

/* What is found for one subject; at and severity name it. */
typedef struct lyt_found {
    uint32_t rule;
    int severity;
    int64_t at_us;
    int64_t told_us; /* when it was told last */
    size_t n_counted;
    bool is_ended; /* a success came after it */
    bool is_told, is_told_ended;
    /* during a look: it came in the place of one that went; it has to be reported */
    bool is_paired, is_changed;
    bool is_frozen; /* too old to change */
} lyt_found;

typedef struct lyt_found_list {
    lyt_found *items;
    size_t n, cap;
} lyt_found_list;

/* An event, or one that an absence made, in the order of time. */
typedef struct lyt_mark {
    int64_t at_us;
    lyt_str type;
    const lyt_kept *event; /* for its attributes and ref */
    bool is_made;
} lyt_mark;

typedef struct lyt_subject {
    char *name;
    lyt_kept **events; /* by time, then id */
    size_t n, cap;
    int64_t first_us; /* its very first event, also when that is forgotten */
    int64_t due_us;   /* when to look again */
    lyt_found_list found;
} lyt_subject;

/* What was before a change: of a subject an event more, or its list of findings. */
typedef struct lyt_trigger_undo {
    const char *subject; /* its name, which stays where it is */
    const lyt_kept *added;
    int64_t first_us;
    lyt_found_list found; /* when nothing was added */
} lyt_trigger_undo;

/* What an evaluation works with; arrays are scratch and belong to lyt_triggers. */
typedef struct lyt_eval {
    const lyt_alloc *alloc;
    const lyt_trigger *rules;
    size_t n_rules;
    const lyt_subject *subject;
    int64_t now_us;
    int64_t next_us; /* the first time after now at which something may be found */
    lyt_mark *marks;
    size_t n_marks, cap_marks;
    lyt_found_list found;
} lyt_eval;

struct lyt_triggers {
    const lyt_alloc *alloc;
    const lyt_trigger *rules;
    size_t n_rules;
    int64_t lateness_us;
    int64_t reach_us; /* how far back an event can matter to a finding that may yet change */
    lyt_subject *subjects;
    size_t n, cap;
    lyt_eval eval;
    lyt_trigger_undo *undo;
    size_t n_undo, cap_undo;
};

/* trigger.c, for trigger_undo.c */
lyt_subject *lyt_triggers_subject(const lyt_triggers *triggers, lyt_str name);
lyt_subject *lyt_triggers_subject_get(lyt_triggers *triggers, lyt_str name, int64_t at_us);
lyt_status lyt_triggers_insert(lyt_triggers *triggers, lyt_subject *subject,
                               const lyt_behaviour *event);
/* trigger_undo.c, for trigger.c: before the findings of a subject change. LYT_ENOMEM. */
lyt_status lyt_triggers_remember_found(lyt_triggers *triggers, const lyt_subject *subject);
lyt_status lyt_triggers_remember_added(lyt_triggers *triggers, const lyt_subject *subject,
                                       const lyt_kept *event);
bool lyt_behaviour_is_too_long(const lyt_behaviour *event);

/* All findings of all rules for the subject at now_us, into eval->found. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_trigger_evaluate(lyt_eval *eval);

/* Empty when the event has no such attribute. */
lyt_str lyt_kept_attr(const lyt_kept *event, const char *key);

#endif
