/*
 * The inside of lyt_classifier and lyt_session (public: lyt/classifier.h), and how the
 * daemon makes a classifier of a pack that it holds already.
 */
#ifndef LYT_CLASSIFY_H
#define LYT_CLASSIFY_H

#include <lyt/classifier.h>

#include "lessons.h"
#include "packfile.h"

struct lyt_classifier {
    const lyt_alloc *alloc;
    /* owned; NULL when borrowed or of no use */
    lyt_pack *own_pack;
    lyt_lexis *own_lexis;
    lyt_langid *own_langid;
    lyt_model *own_model;
    lyt_wordbook *own_words;
    lyt_delicate *own_delicate;
    /* what sessions read */
    const lyt_pack *pack; /* NULL: a model alone */
    const lyt_lexis *lexis;
    const lyt_langid *langid;
    const lyt_model *model;
    const lyt_wordbook *words;    /* NULL: no spelling, no compounds */
    const lyt_delicate *delicate; /* NULL: no list */
    uint64_t version;
    uint64_t base; /* of the one it was taught from; its own where it was not */
};

struct lyt_session {
    const lyt_classifier *classifier;
    lyt_textspace *space;
    lyt_scratch *scratch;
    lyt_arena *arena;
    lyt_buf json;
    lyt_verdict verdict;
    lyt_delicate_plain plain;
};

/* For who reads little at a time: some 8 MB less, and new words cost more often. As above. */
LYT_MUST_USE lyt_status lyt_session_new_small(lyt_session **out, const lyt_classifier *classifier,
                                              lyt_error *err);

/* A classifier of a pack that outlives it. */
LYT_MUST_USE lyt_status lyt_classifier_of_pack(lyt_classifier **out, const lyt_pack *pack,
                                               const lyt_alloc *alloc, lyt_error *err);

/* NULL for a model alone. Lives with the classifier. */
const lyt_pack *lyt_classifier_pack(const lyt_classifier *classifier);
const lyt_model *lyt_classifier_model(const lyt_classifier *classifier);

/*
 * The languages that the session reads without spelling, since their dictionary is not on
 * this machine: bit i for language i of the lexis. For whoever can tell somebody.
 */
uint32_t lyt_session_unspelled(const lyt_session *session);
/* "sv", and the name of its dictionary: "sv_SE". */
const char *lyt_session_code(const lyt_session *session, lyt_language language);
const char *lyt_session_dictionary(const lyt_session *session, lyt_language language);

/*
 * Which failures there are, and what they and the message are called: a verdict without evidence,
 * place, time and words of health; a failure has its span only where a word of danger may lie in
 * it. For who judges many at a time and shows none. As lyt_classify().
 */
LYT_MUST_USE lyt_status lyt_classify_bare(lyt_session *session, const lyt_message *message,
                                          const lyt_verdict **out, lyt_error *err);

/*
 * A message taken apart and scored; all in the session's arena. Of several sentences: heard[0] is
 * the message by itself, the others are its sentences, each as if it had come alone; scores are
 * those of whichever is surest.
 */
typedef struct lyt_judged {
    lyt_text text;
    lyt_fired fired;
    lyt_scores scores;
    const lyt_input *input;   /* what was scored */
    struct lyt_judged *heard; /* n_heard of them; NULL, 0: one sentence */
    size_t n_heard;
} lyt_judged;

/* Errors as lyt_classify(); out is borrowed until the session's next call. */
LYT_MUST_USE lyt_status lyt_session_read(lyt_session *session, const lyt_message *message,
                                         lyt_judged *out, lyt_error *err);

/*
 * What speaks for a label in a message that was read, heaviest first; borrowed as out of
 * lyt_session_read(). LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_session_evidence(lyt_session *session, const lyt_judged *reading,
                                             size_t label, const lyt_evidence **rows, size_t *n);

/*
 * Which scenarios are reported, into said[lyt_pack_scenarios()]: those at their threshold or
 * above, where it is plain that something failed: the mean of the log-odds of that and of the
 * best scenario against its threshold. The best one then from two fifths of its threshold on,
 * since that something is wrong is often plainer than what. A message with bad words is plainer,
 * one that sets aside what it tells of must be. Severity 4 is asked for its threshold and that
 * anything failed is not improbable. Of several sentences each is judged as if it had come alone,
 * and all of them together: what any of these reports. A scenario on trial (shadow) is only told at
 * its threshold and takes no other's place; one of rules alone is heard by them. scenarios: of
 * lyt_pack_at().
 */
void lyt_pack_decide(const lyt_pack *pack, const lyt_scenario *scenarios, const lyt_judged *reading,
                     bool *said);

/*
 * Whether a message of which nothing is reported came near to it, by the same mean: a person should
 * read it. False without a pack.
 */
bool lyt_is_close_call(const lyt_pack *pack, const lyt_message *message, const lyt_judged *reading);

/*
 * The scenarios as they count for the message: with the thresholds of the bands that its score is
 * in. The same where there is none; else in the arena. NULL: lyt_arena_status().
 */
const lyt_scenario *lyt_scored_scenarios(const lyt_pack *pack, const lyt_scenario *scenarios,
                                         const lyt_message *message, lyt_arena *arena);

/*
 * A lesson: that exactly these labels are right for a message, scenarios of the pack or labels
 * of the model; none of them: that nothing failed. lessons are of the session's model.
 * LYT_ENOTFOUND: no such label; otherwise as lyt_classify() and lyt_lessons_learn().
 */
LYT_MUST_USE lyt_status lyt_session_learn(lyt_session *session, lyt_lessons *lessons, lyt_str id,
                                          const lyt_message *message, const lyt_str *labels,
                                          size_t n_labels, lyt_error *err);

/*
 * The same classifier with these lessons; it shares all else, and the other outlives it.
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_classifier_teach(lyt_classifier **out, const lyt_classifier *classifier,
                                             const lyt_lessons *lessons, lyt_error *err);

/* The version without what was taught. */
uint64_t lyt_classifier_base(const lyt_classifier *classifier);
/* What was taught, to be taught elsewhere; lives with the classifier. Empty where nothing was. */
lyt_str lyt_classifier_lessons(const lyt_classifier *classifier);
/*
 * The same again, elsewhere: `classifier` with the lessons of another one of the same base, whose
 * version it then has. It shares all else, and `classifier` outlives it. LYT_EFORMAT: they are
 * not of such a one. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_classifier_teach_again(lyt_classifier **out,
                                                   const lyt_classifier *classifier,
                                                   lyt_str lessons, lyt_error *err);

#endif
