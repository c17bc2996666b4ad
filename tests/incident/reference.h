/*
 * A second, simple opinion on incidents, written apart from src/incident: small arrays,
 * plain loops, no facts. Random sequences of steps must leave both with the same.
 *
 * Times are minutes. What it knows: joining, states, owners, cause and action, the guest's
 * answer, merge and split, reminders and the ladder 10/25/40. What it leaves out: parents,
 * silences, clocks.
 */
#ifndef LYT_REFERENCE_H
#define LYT_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { reference_max = 64 };

typedef enum step_kind {
    STEP_HEAR,
    STEP_ACK,
    STEP_WORK,
    STEP_REMEDY,
    STEP_CONFIRM,
    STEP_CLOSE,
    STEP_REOPEN,
    STEP_VOID,
    STEP_ASSIGN,
    STEP_CAUSE,
    STEP_ACTION,
    STEP_ASK,
    STEP_ANSWER,
    STEP_MERGE,
    STEP_UNMERGE,
    STEP_SPLIT,
    STEP_TICK,
    STEP_KINDS,
} step_kind;

/* One random step; what does not matter to its kind is ignored. */
typedef struct step {
    step_kind kind;
    int wait;                   /* minutes before it */
    int incident, other;        /* numbers from 1 */
    int scenario, place, guest; /* small numbers; guest and place 0: unknown */
    int who;                    /* from 1 */
    int score;
    int message; /* to split off */
} step;

typedef struct reference_case {
    char state; /* n a w r c x o v, as in the table of moves */
    int owner;  /* 0: the team */
    int scenario, place, guest, severity;
    int opened, heard, remedied, closed;
    uint64_t messages; /* bit m: message m is here (where it was heard or taken to) */
    int merged;
    bool cause, action, asked, unconfirmed;
    int answer_due;                                /* 0: none */
    int remind_due, reminded, step_since, stepped; /* due 0: none; since -1: not armed */
    int n_reminders, n_steps;                      /* all that ever went out */
} reference_case;

typedef struct reference {
    reference_case c[reference_max + 1]; /* from 1 */
    int n;
    int now;
    int n_messages;
} reference;

void reference_init(reference *r, int now);
/* Whether the step was allowed. */
bool reference_step(reference *r, const step *s);
int reference_root(const reference *r, int incident);

#endif
