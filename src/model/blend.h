/*
 * lyt_blend: the last layer of a model of several labels a message. A failure is a topic
 * spoken of badly: beside the sum of what a label's own scorer says, what says the topic
 * and what says the mood, it takes their conjunction, in the whole text and in its best
 * clause, which no sum can express:
 *
 *   both(t, x) = ln sigmoid(topic_slope t + topic_offset) + ln sigmoid(mood_slope x + mood_offset)
 *   z = w . (label, topic, negative, positive, both, max over clauses of both) + offset[label]
 *
 * A second sum over negative, positive, the largest z and how much all labels leave over
 * says whether anything failed at all. Logistic regression on margins of messages that the
 * scorers had not seen; little data stays near the usual weights.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_BLEND_H
#define LYT_BLEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>

typedef enum lyt_blend_term {
    LYT_BLEND_LABEL,
    LYT_BLEND_TOPIC,
    LYT_BLEND_NEGATIVE,
    LYT_BLEND_POSITIVE,
    LYT_BLEND_BOTH,
    LYT_BLEND_CLAUSE,
    LYT_BLEND_TERMS
} lyt_blend_term;

typedef enum lyt_any_term {
    LYT_ANY_ONE,
    LYT_ANY_NEGATIVE,
    LYT_ANY_POSITIVE,
    LYT_ANY_BEST, /* the largest logit of a label */
    LYT_ANY_REST, /* ln of what is left when no label is true */
    LYT_ANY_TERMS
} lyt_any_term;

typedef struct lyt_blend {
    double topic_slope, topic_offset, mood_slope, mood_offset;
    double weight[LYT_BLEND_TERMS];
    double any[LYT_ANY_TERMS];
    double any_threshold; /* from here on the most probable label is said in any case */
} lyt_blend;

/* Where a message's margins are: row i of `message` at i * n_outputs; clauses of message i
 * are first_clause[i] to first_clause[i + 1], each n_labels topics and the negative behind. */
typedef struct lyt_blend_data {
    const lyt_alloc *alloc;
    size_t n, n_labels, n_outputs, topic, negative, positive;
    bool has_topics;
    const float *message, *clause;
    const size_t *first_clause;
    const uint8_t *truth;      /* like message */
    const uint32_t *positives; /* of each output; a label without any is left out */
} lyt_blend_data;

/* ln sigmoid of the mood of a text or a clause; what lyt_blend_both() takes. */
double lyt_blend_mood(const lyt_blend *blend, double negative);
double lyt_blend_both(const lyt_blend *blend, double topic, double mood);

/* Of a label: its logit by the terms, without the label's offset. */
double lyt_blend_sum(const lyt_blend *blend, const double terms[LYT_BLEND_TERMS]);
double lyt_blend_any(const lyt_blend *blend, const double terms[LYT_ANY_TERMS]);

/*
 * Fits everything of *out and offset[n_labels], and puts the logits of all labels of all
 * messages in logit[n * n_labels] and those of "anything" in any[n]. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_blend_fit(const lyt_blend_data *data, lyt_blend *out, double *offset,
                                      double *logit, double *any);

#endif
