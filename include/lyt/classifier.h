/*
 * lyt_classifier: a pack or a model, loaded once; lyt_session: one thread's
 * tools to classify with it; lyt_verdict: what it says of one message, with the
 * words that gave it away.
 *
 *   lyt_classifier *hotel;
 *   lyt_session *session;
 *   const lyt_verdict *verdict;
 *   lyt_error err;
 *
 *   if (lyt_classifier_open(&hotel, &(lyt_classifier_options){.pack = "hotel"}, &err) ||
 *       lyt_session_new(&session, hotel, &err) ||
 *       lyt_classify(session, &(lyt_message){.text = lyt_str_of("Our room is cold")}, &verdict,
 * &err))
 *       ...
 *
 * Lifetime  classifier: open to close; sessions are freed before it.
 * Threads   a classifier never changes after open, any number of threads may
 *           share it; a session belongs to one thread at a time.
 * Units     offsets are bytes of the message's text, end exclusive;
 *           probabilities 0 to 1; weights are log-odds.
 * Errors    as returned; nothing is printed, nothing exits.
 */
#ifndef LYT_CLASSIFIER_H
#define LYT_CLASSIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/status.h>
#include <lyt/str.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lyt_classifier lyt_classifier;
typedef struct lyt_session lyt_session;

typedef struct lyt_classifier_options {
    /* exactly one of the two */
    const char *pack;        /* a folder, or the name of a shipped pack ("hotel") */
    const char *model;       /* a model file */
    const char *data_folder; /* where models/ and lexicons/ lie; NULL: $LYT_DATA, else found from
                                the library */
    const char *refined;     /* of a pack: folder with what lyt refine made of it, used where it
                                fits; NULL: the pack as it is */
    const lyt_alloc *alloc;  /* NULL: malloc; outlives the classifier */
    bool no_spelling;        /* true: no tables of words, so no compounds and no spelling */
    const char *own;         /* folder whose scenarios/<id>.yaml stand in place of the pack's; NULL
                                or no such folder: none */
} lyt_classifier_options;

/*
 * Loads everything and checks it. A pack whose training sentences have changed since
 * its model was built is trained anew in memory, which takes a second or two.
 *
 * LYT_ENOTFOUND: no such pack or file. LYT_EFORMAT: err names file,
 * line and column. LYT_EINVAL: neither or both of pack and model. LYT_ENOMEM, LYT_EIO.
 */
LYT_API LYT_MUST_USE lyt_status lyt_classifier_open(lyt_classifier **out,
                                                    const lyt_classifier_options *options,
                                                    lyt_error *err);
/* NULL is accepted. */
LYT_API void lyt_classifier_close(lyt_classifier *classifier);

/* A hash of all that decides a verdict: scenarios, rules, lexicons, model. */
LYT_API uint64_t lyt_classifier_version(const lyt_classifier *classifier);

LYT_API LYT_MUST_USE lyt_status lyt_session_new(lyt_session **out, const lyt_classifier *classifier,
                                                lyt_error *err);
/* NULL is accepted. */
LYT_API void lyt_session_free(lyt_session *session);

typedef struct lyt_message {
    lyt_str text;         /* borrowed until the next lyt_classify() of the session */
    const char *language; /* ISO 639-1 if known, else NULL */
    const char *place;    /* if known, else NULL and looked for in the text */
    const char *property; /* whose overrides count (properties/<id>.yaml), NULL for none */
    double score, scale;  /* beside the words; scale: the best there is (10, 5, 4), 0: no score */
} lyt_message;

typedef struct lyt_evidence {
    lyt_str text; /* the guest's own letters */
    uint32_t start, end;
    lyt_str feature; /* "rule:not|never ~4 clean", "stem:cold", "spelling:recepton>reception"; of a score
                        beside the words "score:6/10:critical", last, with weight 0 and no text */
    double weight;
} lyt_evidence;

typedef struct lyt_failure {
    const char *scenario; /* id; with a model alone, its label */
    double probability;
    int severity;                 /* 0 to 4; -1 with a model alone */
    const char *team;             /* NULL with a model alone */
    uint32_t start, end;          /* the stretch of text that says so */
    const lyt_evidence *evidence; /* heaviest first */
    size_t n_evidence;
    bool shadow;        /* told, but no alarm: the scenario is on trial */
    uint64_t version;   /* of the scenario; 0 with a model alone */
    int64_t window_min; /* how long later messages join its incident; -1 with a model alone */
    const char *band;   /* of the score beside the words: "watch", "critical"; NULL for none */
} lyt_failure;

/* What the guest wants with the message. */
typedef enum lyt_kind {
    LYT_KIND_COMPLAINT,
    LYT_KIND_REQUEST,  /* "could we get two towels" */
    LYT_KIND_QUESTION, /* "when is breakfast?" */
    LYT_KIND_PRAISE,
    LYT_KIND_WISH,    /* "it would be nice with a kettle" */
    LYT_KIND_OPT_OUT, /* "STOP", as the whole message: send me no more */
    LYT_KIND_OTHER,   /* small talk, plain facts */
    LYT_KINDS
} lyt_kind;

/* "complaint", "opt-out" … Static storage. */
LYT_API const char *lyt_kind_name(lyt_kind kind);

/* Words that tell of somebody's health, belief, origin or love life (GDPR, Article 9). */
typedef struct lyt_mention {
    const char *kind; /* "health", "belief", "origin", "orientation"; static storage */
    uint32_t start, end;
} lyt_mention;

typedef struct lyt_verdict {
    lyt_str text;
    const char *language; /* "da"; "und" when unsure */
    double language_probability;
    lyt_str place;               /* "214"; empty when none */
    const lyt_failure *failures; /* most probable first */
    size_t n_failures;
    uint64_t version; /* lyt_classifier_version() */
    lyt_kind kind;    /* an opt-out has no failures */
    lyt_str when;     /* the words of the text that tell a time; empty when none do */
    const lyt_mention *special; /* in the order of the text */
    size_t n_special;
    bool unclear; /* no failure is told, and it was a close call: a person should read it */
} lyt_verdict;

/*
 * out and all it points to is borrowed until the session's next call.
 * The same text gives the same verdict, to the byte.
 *
 * LYT_EFORMAT: the text is not UTF-8 or holds a NUL; err has the offset.
 * LYT_ELIMIT: over 64 KiB or 8192 words. LYT_ENOMEM.
 */
LYT_API LYT_MUST_USE lyt_status lyt_classify(lyt_session *session, const lyt_message *message,
                                             const lyt_verdict **out, lyt_error *err);

/*
 * Why: every contribution to the log-odds of one scenario, whether or not it was reported.
 * The rows' weights sum to *log_odds within 1e-6. Borrowed until the session's next call.
 * Of several sentences: those of the one that says it most plainly, or of all together where they
 * do.
 *
 * LYT_ENOTFOUND: no such scenario. Otherwise as lyt_classify().
 */
LYT_API LYT_MUST_USE lyt_status lyt_explain(lyt_session *session, const lyt_message *message,
                                            const char *scenario, const lyt_evidence **rows,
                                            size_t *n_rows, double *log_odds, lyt_error *err);

/*
 * The verdict as one line of JSON (docs/formats.md), NUL-terminated, borrowed
 * until the session's next call. LYT_ENOMEM.
 */
LYT_API LYT_MUST_USE lyt_status lyt_verdict_json(lyt_session *session, const lyt_verdict *verdict,
                                                 lyt_str *out, lyt_error *err);

/*
 * A lesson: exactly these scenarios (or labels of a model) are right for a message; none: that
 * nothing failed. id: 1 to 128 bytes, the message's; two lessons of one id are refused.
 */
typedef struct lyt_lesson {
    lyt_str id;
    lyt_message message;
    const lyt_str *scenarios;
    size_t n_scenarios;
} lyt_lesson;

/*
 * A classifier that says of these messages what it was taught, leans that way where the same
 * words are met, and is otherwise as the one given, with which it shares all it can: the one
 * given outlives it. The same lessons make the same classifier, whatever their order; one that
 * is left out leaves nothing behind. What a safety word says is unlearned for the very same
 * words only. To be closed like any other.
 *
 * Lessons that lie in a model's file are replaced. LYT_ENOTFOUND: no such scenario. LYT_EEXISTS:
 * an id that stood before. LYT_EINVAL: an id that is none, or two labels for a model of one label
 * a message. Otherwise as lyt_classify().
 */
LYT_API LYT_MUST_USE lyt_status lyt_learn(lyt_classifier **out, const lyt_classifier *classifier,
                                          const lyt_lesson *lessons, size_t n, lyt_error *err);

#ifdef __cplusplus
}
#endif
#endif
