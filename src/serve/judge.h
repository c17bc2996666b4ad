/*
 * lyt_judge: what a worker classifies with, as a table of functions, so that the
 * service runs with the real classifier and its tests with a tiny one.
 *
 * Lifetime  the table and its context outlive the workers.
 * Threads   a session belongs to one thread; sessions are opened one after the other.
 */
#ifndef LYT_JUDGE_H
#define LYT_JUDGE_H

#include <stdint.h>

#include <lyt/classifier.h>

enum {
    lyt_judged_failures_max = 64,
    lyt_judged_words_max = 8,
    lyt_judged_word_bytes = 256,
    lyt_judged_json_bytes = 1 << 20,
};

typedef struct lyt_judged_failure {
    lyt_str scenario, team; /* at most 63 bytes each; team may be empty */
    double probability;
    int severity; /* 0 to 4 */
    uint32_t start, end;
    lyt_str words[lyt_judged_words_max]; /* the guest's, heaviest first */
    size_t n_words;
    uint64_t version;    /* of the scenario, 0 for none */
    uint32_t window_min; /* its own, how long messages join; 0: the service's */
} lyt_judged_failure;

typedef struct lyt_judgement {
    lyt_str json; /* the verdict's */
    lyt_str language;
    lyt_str place; /* found in the text or given; empty when none */
    size_t n_failures;
    lyt_judged_failure failures[lyt_judged_failures_max];
} lyt_judgement;

/* A message to be judged; all but the text may be empty. */
typedef struct lyt_question {
    lyt_str text, language, place, property;
    double score, scale; /* NAN: none; scale 0: 0 to 10 */
} lyt_question;

typedef struct lyt_judge {
    void *context;
    uint64_t version; /* of what decides the verdicts */
    /* the version without what was taught (0: it cannot be), and that; lives with the context */
    uint64_t base;
    lyt_str lessons;
    lyt_status (*open)(void *context, void **session, lyt_error *err);
    /* out is borrowed until the session's next call. */
    lyt_status (*judge)(void *session, const lyt_question *question, lyt_judgement *out,
                        lyt_error *err);
    void (*free)(void *session); /* NULL is accepted */
    /* Whether it can be taught that scenario; NULL: any. From any thread. */
    bool (*knows)(void *context, lyt_str scenario);
    /*
     * *out: the same with the lessons of a judge of the same base, whose version it then has; it
     * is given back with out->forget(out->context), before this one goes. NULL: none can be.
     */
    lyt_status (*teach)(void *context, lyt_str lessons, struct lyt_judge *out, lyt_error *err);
    void (*forget)(void *context);
} lyt_judge;

/* The real one; classifier is borrowed and outlives the judge. */
lyt_judge lyt_judge_of(const lyt_classifier *classifier);

#endif
