#include "emerging.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

enum {
    messages_most = 20000,
    before_least = 200,
    in_least = 5,      /* messages with the word */
    senders_least = 4, /* of them */
    topics_most = 32,
    shown_bytes_max = 40,
};

static const int64_t kept_us = (int64_t)30 * 86400 * 1000000;
static const double chance = 0.01, echo = 1.5;
static const double same_messages = 0.5; /* of the rarer of two words: one topic */
static const double one_scenario = 0.6;

/* A stem that was met; its place in the array is its number. */
typedef struct word {
    uint64_t hash;
    char *shown;
    bool is_known;
    /* while looking */
    uint32_t n_in, n_before, n_senders;
    double log_chance;
    int topic; /* -1: none */
} word;

typedef struct message {
    int64_t id, at_us;
    uint64_t sender;
    uint32_t first, n; /* numbers of its words */
    int label;
} message;

struct lyt_emerging {
    const lyt_alloc *alloc;
    word *words;
    size_t n_words, cap_words;
    uint32_t *slots; /* 1 + number of a word by hash; 0: free */
    size_t n_slots;  /* a power of two */
    message *messages;
    size_t n_messages, cap_messages;
    uint32_t *numbers;
    size_t n_numbers, cap_numbers;
    uint32_t *found; /* words that are new, most telling first */
    size_t n_found, cap_found;
    lyt_emerging_topic topics[topics_most];
    size_t n_topics;
};

static void drop_words(lyt_emerging *e)
{
    for (size_t i = 0; i < e->n_words; i++)
        lyt_mem_free(e->alloc, e->words[i].shown);
    e->n_words = 0;
    if (e->slots)
        memset(e->slots, 0, e->n_slots * sizeof *e->slots);
}

void lyt_emerging_free(lyt_emerging *e)
{
    if (!e)
        return;
    drop_words(e);
    lyt_mem_free(e->alloc, e->words);
    lyt_mem_free(e->alloc, e->slots);
    lyt_mem_free(e->alloc, e->messages);
    lyt_mem_free(e->alloc, e->numbers);
    lyt_mem_free(e->alloc, e->found);
    lyt_mem_free(e->alloc, e);
}

lyt_status lyt_emerging_new(lyt_emerging **out, const lyt_alloc *alloc)
{
    lyt_emerging *e = lyt_mem_new(alloc, sizeof *e);

    if (!e)
        return LYT_ENOMEM;
    e->alloc = alloc;
    *out = e;
    return LYT_OK;
}

static size_t slot_of(const lyt_emerging *e, uint64_t hash)
{
    size_t at = (size_t)hash & (e->n_slots - 1);

    while (e->slots[at] && e->words[e->slots[at] - 1].hash != hash)
        at = (at + 1) & (e->n_slots - 1);
    return at;
}

static lyt_status grow_slots(lyt_emerging *e)
{
    const size_t n = e->n_slots ? 2 * e->n_slots : 1024;
    uint32_t *slots = lyt_mem_array(e->alloc, n, sizeof *slots);

    if (!slots)
        return LYT_ENOMEM;
    lyt_mem_free(e->alloc, e->slots);
    e->slots = slots;
    e->n_slots = n;
    for (size_t i = 0; i < e->n_words; i++)
        e->slots[slot_of(e, e->words[i].hash)] = (uint32_t)i + 1;
    return LYT_OK;
}

static lyt_status number_of(lyt_emerging *e, const lyt_emerging_word *w, uint32_t *out)
{
    const uint64_t hash = lyt_hash_str(w->stem, 0);
    lyt_str shown = w->shown;
    size_t at;

    if (2 * (e->n_words + 1) > e->n_slots && grow_slots(e))
        return LYT_ENOMEM;
    at = slot_of(e, hash);
    if (!e->slots[at]) {
        if (lyt_mem_grow(e->alloc, &e->words, &e->cap_words, e->n_words + 1, sizeof *e->words))
            return LYT_ENOMEM;
        if (shown.len > shown_bytes_max)
            shown = w->stem;
        e->words[e->n_words] = (word){.hash = hash, .is_known = w->is_known};
        e->words[e->n_words].shown = lyt_mem_strdup(e->alloc, shown);
        if (!e->words[e->n_words].shown)
            return LYT_ENOMEM;
        e->slots[at] = (uint32_t)++e->n_words;
    }
    *out = e->slots[at] - 1;
    return LYT_OK;
}

/* Takes the oldest messages away, and with them the words that only they had. */
static lyt_status forget(lyt_emerging *e, size_t n)
{
    const size_t stay = e->n_messages - n;
    const uint32_t from = stay ? e->messages[n].first : (uint32_t)e->n_numbers;
    word *old = e->words;
    const size_t n_old = e->n_words;
    uint32_t *now = lyt_mem_array(e->alloc, n_old + 1, sizeof *now);
    size_t kept = 0;

    if (!now)
        return LYT_ENOMEM;
    memmove(e->messages, e->messages + n, stay * sizeof *e->messages);
    e->n_messages = stay;
    e->n_numbers -= from;
    memmove(e->numbers, e->numbers + from, e->n_numbers * sizeof *e->numbers);
    for (size_t i = 0; i < stay; i++)
        e->messages[i].first -= from;
    for (size_t i = 0; i < e->n_numbers; i++)
        now[e->numbers[i]] = 1;
    for (size_t i = 0; i < n_old; i++) {
        if (!now[i]) {
            lyt_mem_free(e->alloc, old[i].shown);
            continue;
        }
        old[kept] = old[i];
        now[i] = (uint32_t)kept++;
    }
    for (size_t i = 0; i < e->n_numbers; i++)
        e->numbers[i] = now[e->numbers[i]];
    e->n_words = kept;
    memset(e->slots, 0, e->n_slots * sizeof *e->slots);
    for (size_t i = 0; i < kept; i++)
        e->slots[slot_of(e, e->words[i].hash)] = (uint32_t)i + 1;
    lyt_mem_free(e->alloc, now);
    return LYT_OK;
}

static lyt_status make_room(lyt_emerging *e, int64_t now_us)
{
    size_t old = 0;

    while (old < e->n_messages && e->messages[old].at_us < now_us - kept_us)
        old++;
    if (e->n_messages >= messages_most + messages_most / 4 && old < messages_most / 4)
        old = messages_most / 4;
    /* seldom and much: each time all of it is moved */
    return old >= messages_most / 8 ? forget(e, old) : LYT_OK;
}

static bool has_number(const uint32_t *numbers, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

lyt_status lyt_emerging_add(lyt_emerging *e, const lyt_emerging_message *m)
{
    lyt_status status = make_room(e, m->at_us);
    /* only now: making room moves the numbers that stay */
    const size_t first = e->n_numbers;
    size_t n = 0;

    if (!status)
        status = lyt_mem_grow(e->alloc, &e->messages, &e->cap_messages, e->n_messages + 1,
                              sizeof *e->messages);
    if (!status)
        status = lyt_mem_grow(e->alloc, &e->numbers, &e->cap_numbers,
                              e->n_numbers + lyt_emerging_words_max, sizeof *e->numbers);
    for (size_t i = 0; !status && i < m->n_words && n < lyt_emerging_words_max; i++) {
        uint32_t number = 0;

        status = number_of(e, &m->words[i], &number);
        if (!status && !has_number(e->numbers + first, n, number))
            e->numbers[first + n++] = number;
    }
    if (status)
        return status;
    e->n_numbers += n;
    e->messages[e->n_messages++] = (message){.id = m->id,
                                             .at_us = m->at_us,
                                             .sender = m->sender,
                                             .first = (uint32_t)first,
                                             .n = (uint32_t)n,
                                             .label = m->label};
    return LYT_OK;
}

static const uint32_t *numbers_of(const lyt_emerging *e, const message *m)
{
    return e->numbers + m->first;
}

static bool has_word(const lyt_emerging *e, const message *m, uint32_t number)
{
    return has_number(numbers_of(e, m), m->n, number);
}

/* ln P(X >= k) of a Poisson distribution, k > mean: the first term and a geometric rest. */
static double log_tail(double mean, double k)
{
    return k * log(mean) - mean - lgamma(k + 1) - log(1 - mean / (k + 1));
}

static void count(lyt_emerging *e, size_t split)
{
    for (size_t i = 0; i < e->n_words; i++) {
        e->words[i].n_in = e->words[i].n_before = 0;
        e->words[i].topic = -1;
    }
    for (size_t i = 0; i < e->n_messages; i++) {
        const message *m = &e->messages[i];

        for (uint32_t j = 0; j < m->n; j++) {
            word *w = &e->words[numbers_of(e, m)[j]];

            *(i < split ? &w->n_before : &w->n_in) += 1;
        }
    }
}

/* Senders of the days' messages with a word; four are enough to know. */
static size_t senders(const lyt_emerging *e, size_t split, uint32_t number)
{
    uint64_t met[senders_least];
    size_t n = 0;

    for (size_t i = split; i < e->n_messages && n < senders_least; i++) {
        const message *m = &e->messages[i];
        bool again = false;

        if (!has_word(e, m, number))
            continue;
        for (size_t j = 0; m->sender && j < n; j++)
            again |= met[j] == m->sender;
        if (!again)
            met[n++] = m->sender;
    }
    return n;
}

/* How many messages with the word would be usual in the days. */
static double expected(const lyt_emerging *e, size_t split, const word *w)
{
    return (w->n_before + .5) / (double)(split + 1) * (double)(e->n_messages - split);
}

static lyt_status find_words(lyt_emerging *e, size_t split)
{
    size_t n_in_days = 0;

    e->n_found = 0;
    for (size_t i = 0; i < e->n_words; i++)
        n_in_days += e->words[i].n_in > 0;
    for (size_t i = 0; i < e->n_words; i++) {
        word *w = &e->words[i];
        const double usual = echo * expected(e, split, w);

        if (w->n_in < in_least || w->n_in <= usual)
            continue;
        w->log_chance = log_tail(usual, w->n_in);
        if (w->log_chance + log((double)n_in_days) >= log(chance) ||
            senders(e, split, (uint32_t)i) < senders_least)
            continue;
        if (lyt_mem_grow(e->alloc, &e->found, &e->cap_found, e->n_found + 1, sizeof *e->found))
            return LYT_ENOMEM;
        e->found[e->n_found++] = (uint32_t)i;
    }
    /* the most telling first; of equals the one that was met first. Few: by insertion. */
    for (size_t i = 1; i < e->n_found; i++) {
        const uint32_t moving = e->found[i];
        size_t j = i;

        for (; j && e->words[e->found[j - 1]].log_chance > e->words[moving].log_chance; j--)
            e->found[j] = e->found[j - 1];
        e->found[j] = moving;
    }
    return LYT_OK;
}

/* Whether what is said with the word is heard as one scenario already. */
static bool is_heard(const lyt_emerging *e, size_t split, uint32_t number)
{
    const word *w = &e->words[number];

    for (size_t i = split; w->is_known && i < e->n_messages; i++) {
        const message *m = &e->messages[i];
        size_t same = 0;

        if (m->label < 0 || !has_word(e, m, number))
            continue;
        for (size_t j = split; j < e->n_messages; j++)
            same += e->messages[j].label == m->label && has_word(e, &e->messages[j], number);
        if ((double)same >= one_scenario * w->n_in)
            return true;
    }
    return false;
}

static size_t both(const lyt_emerging *e, size_t split, uint32_t a, uint32_t b)
{
    size_t n = 0;

    for (size_t i = split; i < e->n_messages; i++)
        n += has_word(e, &e->messages[i], a) && has_word(e, &e->messages[i], b);
    return n;
}

static void add_word(lyt_emerging *e, lyt_emerging_topic *topic, uint32_t number)
{
    if (topic->n_words < lyt_emerging_topic_words)
        topic->words[topic->n_words++] = lyt_str_of(e->words[number].shown);
    e->words[number].topic = (int)(topic - e->topics);
}

static size_t words_of_topic(const lyt_emerging *e, const message *m, int topic)
{
    size_t n = 0;

    for (uint32_t i = 0; i < m->n; i++)
        n += e->words[numbers_of(e, m)[i]].topic == topic;
    return n;
}

static void add_example(lyt_emerging_topic *topic, size_t counts[lyt_emerging_examples], int64_t id,
                        size_t n)
{
    size_t at = topic->n_examples;

    while (at && counts[at - 1] < n)
        at--;
    if (at == lyt_emerging_examples)
        return;
    if (topic->n_examples < lyt_emerging_examples)
        topic->n_examples++;
    for (size_t i = topic->n_examples - 1; i > at; i--) {
        counts[i] = counts[i - 1];
        topic->examples[i] = topic->examples[i - 1];
    }
    counts[at] = n;
    topic->examples[at] = id;
}

/* Its messages: when they began, and which have most of its words. */
static void describe(lyt_emerging *e, size_t split, lyt_emerging_topic *topic, uint32_t seed)
{
    size_t counts[lyt_emerging_examples] = {0};

    topic->n_messages = e->words[seed].n_in;
    topic->expected = expected(e, split, &e->words[seed]);
    for (size_t i = split; i < e->n_messages; i++) {
        const message *m = &e->messages[i];

        if (!has_word(e, m, seed))
            continue;
        if (!topic->since_us)
            topic->since_us = m->at_us;
        add_example(topic, counts, m->id, words_of_topic(e, m, (int)(topic - e->topics)));
    }
}

/* Words of what is no new topic are none of their own either. */
static void set_aside(lyt_emerging *e, const lyt_emerging_topic *topic)
{
    for (size_t i = 0; i < e->n_found; i++)
        if (e->words[e->found[i]].topic == (int)(topic - e->topics))
            e->words[e->found[i]].topic = topics_most;
}

/* Words that are new and stand in messages of a topic's first word are of that topic. */
static void gather(lyt_emerging *e, size_t split)
{
    e->n_topics = 0;
    for (size_t i = 0; i < e->n_found; i++) {
        const uint32_t seed = e->found[i];
        lyt_emerging_topic *topic = &e->topics[e->n_topics];

        if (e->words[seed].topic >= 0 || e->n_topics == topics_most)
            continue;
        *topic = (lyt_emerging_topic){.n_words = 0};
        add_word(e, topic, seed);
        for (size_t j = i + 1; j < e->n_found; j++) {
            const uint32_t other = e->found[j];
            const uint32_t n = e->words[other].n_in < e->words[seed].n_in ? e->words[other].n_in
                                                                          : e->words[seed].n_in;

            if (e->words[other].topic < 0 &&
                (double)both(e, split, seed, other) >= same_messages * n)
                add_word(e, topic, other);
        }
        if (is_heard(e, split, seed)) {
            set_aside(e, topic);
            continue;
        }
        describe(e, split, topic, seed);
        e->n_topics++;
    }
}

lyt_status lyt_emerging_find(lyt_emerging *e, int64_t now_us, int64_t days_us,
                             const lyt_emerging_topic **out, size_t *n)
{
    size_t split = 0;
    lyt_status status;

    *out = e->topics;
    *n = 0;
    while (split < e->n_messages && e->messages[split].at_us < now_us - days_us)
        split++;
    if (split < before_least || split == e->n_messages)
        return LYT_OK;
    count(e, split);
    status = find_words(e, split);
    if (status)
        return status;
    gather(e, split);
    *n = e->n_topics;
    return LYT_OK;
}
