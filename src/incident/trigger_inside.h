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
    size_t n_counted;
    bool is_ended; /* a success came after it */
    bool is_told, is_told_ended;
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

/* All findings of all rules for the subject at now_us, into eval->found. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_trigger_evaluate(lyt_eval *eval);

/* Empty when the event has no such attribute. */
lyt_str lyt_kept_attr(const lyt_kept *event, const char *key);

#endif
