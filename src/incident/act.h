/*
 * lyt_act: what people do with an incident: take it on, hand it over, write down, move on,
 * ask the guest and hear the answer, merge and split. Errors as in book.h; a refusal says
 * what would be allowed.
 *
 * Threads   one at a time, as the book.
 * Units     microseconds since 1970 UTC. Texts are borrowed for the call.
 */
#ifndef LYT_ACT_H
#define LYT_ACT_H

#include "book.h"

typedef struct lyt_act {
    int64_t incident;
    int64_t version; /* as the person saw it; 0: whatever it is */
    lyt_str by;      /* must not be empty */
    lyt_str text;    /* note, reason, cause, action */
    int64_t now_us;
} lyt_act;

/*
 * Takes it on and owns it. until_us: for how long, 0 for as long as it takes. Once more
 * by the same person it sets the time anew. Two at once: the first has it, the second
 * hears LYT_EBUSY with the name of the first. One that is remedied stays so (LYT_ESTATE).
 */
LYT_MUST_USE lyt_status lyt_act_acknowledge(lyt_book *book, const lyt_act *act, int64_t until_us,
                                            lyt_facts *out, lyt_error *err);

/*
 * Moves it. Closing needs a cause and an action; an incident that is remedied but not
 * confirmed closes only after the guest had time to answer, or when no guest is known, and
 * then counts as unconfirmed. Void and reopened need a reason (text).
 */
LYT_MUST_USE lyt_status lyt_act_move(lyt_book *book, const lyt_act *act, lyt_incident_state to,
                                     lyt_facts *out, lyt_error *err);

/* Hands it to `to`; text says why. */
LYT_MUST_USE lyt_status lyt_act_assign(lyt_book *book, const lyt_act *act, lyt_str to,
                                       lyt_facts *out, lyt_error *err);

/*
 * kind: LYT_FACT_NOTED, LYT_FACT_CAUSE or LYT_FACT_ACTION; LYT_FACT_CONSENTED, whose text says how, or
 * LYT_FACT_REVOKED, which needs none. Never needs a version.
 */
LYT_MUST_USE lyt_status lyt_act_write(lyt_book *book, const lyt_act *act, lyt_fact_kind kind,
                                      lyt_facts *out, lyt_error *err);

/* The one follow-up after a remedy; the answer is waited for until due_us. */
LYT_MUST_USE lyt_status lyt_act_ask(lyt_book *book, const lyt_act *act, int64_t due_us,
                                    lyt_facts *out, lyt_error *err);
/*
 * The guest's answer: a score from 0 to 10 (-1: none), and whether the words complain. 0 to 6
 * or a complaint reopens; anything else confirms, and closes when cause and action are
 * there. by may be empty.
 */
LYT_MUST_USE lyt_status lyt_act_answer(lyt_book *book, const lyt_act *act, int score,
                                       bool complains, lyt_facts *out, lyt_error *err);
/* No answer came in time: closes as unconfirmed when cause and action are there. */
LYT_MUST_USE lyt_status lyt_act_unanswered(lyt_book *book, int64_t incident, int64_t now_us,
                                           lyt_facts *out, lyt_error *err);

/* Into another of the same property; its messages count there, until it is unmerged. */
LYT_MUST_USE lyt_status lyt_act_merge(lyt_book *book, const lyt_act *act, int64_t into,
                                      lyt_facts *out, lyt_error *err);
LYT_MUST_USE lyt_status lyt_act_unmerge(lyt_book *book, const lyt_act *act, lyt_facts *out,
                                        lyt_error *err);
/*
 * Takes messages out of it into an incident of their own; at least one stays. *incident: the
 * new one. Merging it back undoes it.
 */
LYT_MUST_USE lyt_status lyt_act_split(lyt_book *book, const lyt_act *act, const int64_t *messages,
                                      size_t n, lyt_facts *out, int64_t *incident, lyt_error *err);
/* parent 0: takes it out of its parent. */
LYT_MUST_USE lyt_status lyt_act_link(lyt_book *book, const lyt_act *act, int64_t parent,
                                     lyt_facts *out, lyt_error *err);

/*
 * For the other commands: the incident, if it may be acted upon: there, not merged into
 * another, of the version named, and somebody does it.
 */
LYT_MUST_USE lyt_status lyt_act_begin(const lyt_book *book, const lyt_act *act,
                                      const lyt_case **out, lyt_error *err);
/* A fact of that act: incident, time, by and text filled in. */
lyt_fact lyt_act_fact(const lyt_act *act, lyt_fact_kind kind);

#endif
