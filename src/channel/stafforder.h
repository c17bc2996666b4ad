/*
 * lyt_stafforder: what staff text from a plain phone: "OK 123" takes incident 123 on,
 * "LØST 123 new radiator fitted" resolves it. Danish and English words, any case, "#123" and
 * "OK123" too.
 *
 * Threads   pure functions.
 */
#ifndef LYT_STAFFORDER_H
#define LYT_STAFFORDER_H

#include "arena.h"
#include "canonical.h"

/* what is wrong with an order: name, Danish, English */
#define LYT_STAFF_PROBLEMS(X)                                                                      \
    X("no-number", "Skriv sagens nummer, fx: OK 123",                                              \
      "Write the number of the case, e.g.: OK 123")                                                \
    X("bad-number", "Sagens nummer kunne ikke læses. Skriv fx: OK 123",                            \
      "The number of the case could not be read. Write e.g.: OK 123")                              \
    X("no-note", "Skriv hvad der er gjort, fx: LØST 123 ny radiator",                              \
      "Write what was done, e.g.: SOLVED 123 new radiator")

typedef struct lyt_stafforder {
    lyt_staff_verb verb;
    int64_t incident;
    lyt_str note;        /* borrowed from the text */
    const char *problem; /* of UNCLEAR; static storage */
} lyt_stafforder;

/*
 * LYT_STAFF_NONE: no order, but something to report. "OK" in front of words ("ok men der er
 * stadig koldt") is no order; alone, or before something with digits, it is meant as one.
 * LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_stafforder_parse(lyt_stafforder *out, lyt_str text, lyt_arena *arena);

/* What to answer; lang "da" or anything else for English. Static storage; NULL: no such problem. */
const char *lyt_staff_problem_text(const char *problem, lyt_str lang);

#endif
