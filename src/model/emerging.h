/*
 * lyt_emerging: what guests have begun to speak of that no scenario knows: words that many
 * messages of the last days have and few before, together with the words that come with them.
 *
 * A word is new when so many of the last days' messages with it would have been a chance of
 * less than one in a hundred over all words (the upper tail of a Poisson distribution with the
 * rate of the weeks before, raised by half since guests echo one another; Bonferroni over the
 * words of the days). It must stand in at least 5 messages of 4 senders. Words that stand in the
 * same messages are one topic. When three of five of its messages were heard as the same scenario
 * and the model knows the word, it is no new topic but an incident, and is passed over.
 *
 * Lifetime  lyt_emerging_new() to lyt_emerging_free(); topics until the next call.
 * Threads   one at a time.
 * Memory    the last 20,000 messages or 30 days, up to 64 words each: some 6 MB.
 */
#ifndef LYT_EMERGING_H
#define LYT_EMERGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/status.h>
#include <lyt/str.h>

enum {
    lyt_emerging_words_max = 64, /* of a message; more are not looked at */
    lyt_emerging_topic_words = 6,
    lyt_emerging_examples = 3,
};

typedef struct lyt_emerging lyt_emerging;

typedef struct lyt_emerging_word {
    lyt_str stem;  /* its sense: what is counted */
    lyt_str shown; /* as the guest wrote it */
    bool is_known; /* met in training */
} lyt_emerging_word;

typedef struct lyt_emerging_message {
    int64_t id, at_us;              /* at_us ascending */
    uint64_t sender;                /* a hash; 0: not known, and another than all others */
    const lyt_emerging_word *words; /* content words; doubles count once */
    size_t n_words;
    int label; /* of what was reported first; -1 for nothing */
} lyt_emerging_message;

typedef struct lyt_emerging_topic {
    lyt_str words[lyt_emerging_topic_words]; /* as a guest wrote them, most telling first */
    size_t n_words;
    size_t n_messages;                       /* of the last days, with the first word */
    double expected;                         /* so many would have been usual */
    int64_t since_us;                        /* the first of these messages */
    int64_t examples[lyt_emerging_examples]; /* ids, those with most of the words first */
    size_t n_examples;
} lyt_emerging_topic;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_emerging_new(lyt_emerging **out, const lyt_alloc *alloc);
void lyt_emerging_free(lyt_emerging *emerging);

/* LYT_ENOMEM: it is not counted. */
LYT_MUST_USE lyt_status lyt_emerging_add(lyt_emerging *emerging,
                                         const lyt_emerging_message *message);

/*
 * The new topics of the `days_us` before now_us, most telling first. Fewer than 200 messages
 * before those days tell nothing. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_emerging_find(lyt_emerging *emerging, int64_t now_us, int64_t days_us,
                                          const lyt_emerging_topic **out, size_t *n);

#endif
