#include "grams.h"

#include <math.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "modelview.h"

/* Each word lies in one of two records. A word of 20 letters has 57 grams of 3 to 5. */
enum {
    records_bytes_max = 16 << 20,
    records_min = 1 << 8,
    features_per_record = 4,
    word_bytes_max = 20,
    word_rows_max = 60,
    slots_min = 64,
    slots_per_row = 4
};
enum { fetched_bytes = 384, row_bits = 22, tag_max = (1 << (32 - row_bits)) - 1 };

struct lyt_gram_record {
    uint64_t hash;
    uint32_t message; /* that used it last; 0 for a free record */
    uint32_t token;   /* of that message, the first */
    uint8_t len, n;   /* of word and rows */
    char word[word_bytes_max];
    uint32_t rows[word_rows_max];
    double square;
    double sum[]; /* stride */
};

/* 8 bytes, so that a message's slots stay in the nearest cache. */
struct lyt_gram_slot {
    uint32_t key;   /* tag of the message and row; free when it is of another message */
    uint32_t token; /* that had the row first, or is_repeat and the repeat's number */
};

static const uint32_t is_repeat = UINT32_C(1) << 31;

struct lyt_gram_repeat {
    uint32_t row, tf;
    double less; /* what an occurrence counts less than one alone would, times its idf */
};

struct lyt_gram_occurrence {
    uint32_t repeat, token;
};

_Static_assert((int)lyt_hash_bits_max == (int)row_bits, "a key holds any row");

static size_t stride_of(const lyt_grams *grams)
{
    return grams->model->head->stride;
}

static const uint8_t *row_at(const lyt_grams *grams, uint32_t row)
{
    return grams->model->rows + row * stride_of(grams);
}

static double idf_of(const lyt_grams *grams, uint32_t row)
{
    return (double)grams->model->head->idf[*row_at(grams, row)];
}

static lyt_gram_record *record_at(const lyt_grams *grams, size_t index)
{
    return (void *)(grams->records + index * grams->record_bytes);
}

lyt_status lyt_grams_init(lyt_grams *grams, const lyt_alloc *alloc, const lyt_model *model)
{
    *grams = (lyt_grams){.alloc = alloc, .model = model, .add_rows = lyt_rows_best()};
    grams->record_bytes = sizeof(lyt_gram_record) + stride_of(grams) * sizeof(double);
    grams->record_bytes = (grams->record_bytes + 63) / 64 * 64;
    grams->n_records = records_min;
    /* a model of few features has few words */
    while (grams->n_records < model->head->n_features / features_per_record &&
           2 * grams->n_records * grams->record_bytes <= records_bytes_max)
        grams->n_records *= 2;
    grams->records = lyt_mem_array(alloc, grams->n_records, grams->record_bytes);
    grams->sum = lyt_mem_array(alloc, stride_of(grams), sizeof *grams->sum);
    grams->word = lyt_mem_array(alloc, stride_of(grams), sizeof *grams->word);
    return grams->records && grams->sum && grams->word ? LYT_OK : LYT_ENOMEM;
}

void lyt_grams_deinit(lyt_grams *grams)
{
    lyt_mem_free(grams->alloc, grams->records);
    lyt_mem_free(grams->alloc, grams->words);
    lyt_mem_free(grams->alloc, grams->loose);
    lyt_mem_free(grams->alloc, grams->keys);
    lyt_mem_free(grams->alloc, grams->terms);
    lyt_mem_free(grams->alloc, grams->slots);
    lyt_mem_free(grams->alloc, grams->repeats);
    lyt_mem_free(grams->alloc, grams->occurrences);
    lyt_mem_free(grams->alloc, grams->sum);
    lyt_mem_free(grams->alloc, grams->word);
    *grams = (lyt_grams){.alloc = grams->alloc};
}

/* Rows of the word's grams that training met, behind those in `loose`; *n how many. */
static lyt_status find_rows(lyt_grams *grams, lyt_str word, size_t *n)
{
    const size_t room = lyt_feature_grams_room(word);
    const unsigned shift = 64 - grams->model->head->hash_bits;
    uint32_t *rows;
    size_t n_keys;

    if (lyt_mem_grow(grams->alloc, &grams->keys, &grams->cap_keys, room, sizeof *grams->keys) ||
        lyt_mem_grow(grams->alloc, &grams->loose, &grams->cap_loose, grams->n_loose + room,
                     sizeof *grams->loose))
        return LYT_ENOMEM;
    n_keys = lyt_feature_grams(word, grams->keys);
    rows = grams->loose + grams->n_loose;
    *n = 0;
    for (size_t i = 0; i < n_keys; i++) {
        rows[*n] = (uint32_t)(lyt_feature_hash(LYT_GROUP_CHAR, grams->keys[i]) >> shift);
        *n += lyt_modelview_knows(grams->model, rows[*n]);
    }
    for (size_t i = 0; i < *n; i++)
        __builtin_prefetch(row_at(grams, rows[i]));
    return LYT_OK;
}

/* S and Q of a word's rows. */
static lyt_status weigh_rows(lyt_grams *grams, const uint32_t *rows, size_t n, double *sum,
                             double *square)
{
    if (lyt_mem_grow(grams->alloc, &grams->terms, &grams->cap_terms, n, sizeof *grams->terms))
        return LYT_ENOMEM;
    *square = 0;
    for (size_t i = 0; i < n; i++) {
        const double idf = idf_of(grams, rows[i]);

        grams->terms[i] = (lyt_term){row_at(grams, rows[i]), idf};
        *square += idf * idf;
    }
    memset(sum, 0, stride_of(grams) * sizeof *sum);
    grams->add_rows(grams->terms, n, stride_of(grams), sum);
    return LYT_OK;
}

static void add_word(lyt_grams *grams, const double *restrict sum, double square, double *all)
{
    const size_t stride = stride_of(grams);
    double *restrict total = grams->sum;

    for (size_t k = 0; k < stride; k += 4) {
        total[k] += sum[k];
        total[k + 1] += sum[k + 1];
        total[k + 2] += sum[k + 2];
        total[k + 3] += sum[k + 3];
    }
    *all += square;
}

/* The word's record, or a free one with hash 0; NULL when this message needs both for others. */
static lyt_gram_record *record_of(const lyt_grams *grams, lyt_str word, uint64_t hash)
{
    const size_t at = (size_t)hash & (grams->n_records - 1);
    lyt_gram_record *first = record_at(grams, at), *second = record_at(grams, at ^ 1), *older;

    for (lyt_gram_record *r = first;; r = second) {
        if (r->message && r->hash == hash && r->len == word.len &&
            memcmp(r->word, word.ptr, word.len) == 0)
            return r;
        if (r == second)
            break;
    }
    older = second->message < first->message ? second : first;
    if (older->message == grams->message)
        return NULL;
    older->message = 0;
    return older;
}

static lyt_status fill_record(lyt_grams *grams, lyt_str word, uint64_t hash, lyt_gram_record *r)
{
    size_t n;
    lyt_status status = find_rows(grams, word, &n);

    if (!status)
        status = weigh_rows(grams, grams->loose + grams->n_loose, n, r->sum, &r->square);
    if (status)
        return status;
    r->hash = hash;
    r->len = (uint8_t)word.len;
    r->n = (uint8_t)n;
    memcpy(r->word, word.ptr, word.len);
    if (n)
        memcpy(r->rows, grams->loose + grams->n_loose, n * sizeof *r->rows);
    return LYT_OK;
}

static lyt_status add_loose(lyt_grams *grams, lyt_str word, lyt_gram_word *out, double *square)
{
    size_t n;
    double own;
    lyt_status status = find_rows(grams, word, &n);

    if (!status)
        status = weigh_rows(grams, grams->loose + grams->n_loose, n, grams->word, &own);
    if (status)
        return status;
    out->first = (uint32_t)grams->n_loose;
    out->n = (uint32_t)n;
    grams->n_loose += n;
    add_word(grams, grams->word, own, square);
    return LYT_OK;
}

/* Where each word's record should be: asked for early, for records may be far away. */
static void fetch_records(lyt_grams *grams, const lyt_text *text)
{
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_str word = lyt_feature_word(&text->tokens[i]);
        const char *r;

        grams->words[i] = (lyt_gram_word){.same = (uint32_t)i};
        if (!word.len || word.len > word_bytes_max)
            continue;
        grams->words[i].hash = lyt_hash_str(word, 0);
        r = (const char *)record_at(grams, (size_t)grams->words[i].hash & (grams->n_records - 1));
        for (size_t at = 0; at < fetched_bytes; at += 64)
            __builtin_prefetch(r + at);
    }
}

static lyt_status take_word(lyt_grams *grams, lyt_str word, lyt_gram_word *out, double *square)
{
    const uint64_t hash = out->hash;
    lyt_gram_record *r;

    if (!word.len)
        return LYT_OK;
    if (word.len > word_bytes_max)
        return add_loose(grams, word, out, square);
    r = record_of(grams, word, hash);
    if (!r)
        return add_loose(grams, word, out, square);
    if (!r->message) {
        lyt_status status = fill_record(grams, word, hash, r);

        if (status)
            return status;
    }
    if (r->message != grams->message)
        r->token = out->same;
    r->message = grams->message;
    out->record = r;
    out->same = r->token;
    out->n = r->n;
    add_word(grams, r->sum, r->square, square);
    return LYT_OK;
}

static const uint32_t *rows_of(const lyt_grams *grams, const lyt_gram_word *word)
{
    return word->record ? word->record->rows : grams->loose + word->first;
}

static lyt_status make_slots(lyt_grams *grams, size_t n_rows)
{
    const size_t before = grams->cap_slots;
    size_t n = slots_min;

    while (n < slots_per_row * n_rows)
        n *= 2;
    if (lyt_mem_grow(grams->alloc, &grams->slots, &grams->cap_slots, n, sizeof *grams->slots) ||
        lyt_mem_grow(grams->alloc, &grams->repeats, &grams->cap_repeats, n_rows / 2,
                     sizeof *grams->repeats) ||
        lyt_mem_grow(grams->alloc, &grams->occurrences, &grams->cap_occurrences, n_rows,
                     sizeof *grams->occurrences))
        return LYT_ENOMEM;
    if (grams->cap_slots > before)
        memset(grams->slots, 0, grams->cap_slots * sizeof *grams->slots);
    grams->n_slots = n;
    return LYT_OK;
}

static void add_occurrence(lyt_grams *grams, uint32_t repeat, uint32_t token)
{
    grams->repeats[repeat].tf++;
    grams->occurrences[grams->n_occurrences++] = (lyt_gram_occurrence){repeat, token};
}

static void see_again(lyt_grams *grams, lyt_gram_slot *slot, uint32_t row, uint32_t token)
{
    if (!(slot->token & is_repeat)) {
        const uint32_t repeat = (uint32_t)grams->n_repeats++;

        grams->repeats[repeat] = (lyt_gram_repeat){row, 0, 0};
        add_occurrence(grams, repeat, slot->token);
        slot->token = is_repeat | repeat;
    }
    add_occurrence(grams, slot->token & ~is_repeat, token);
}

static void see_rows(lyt_grams *grams, const uint32_t *restrict rows, size_t n, uint32_t token)
{
    lyt_gram_slot *restrict slots = grams->slots;
    const uint32_t tag = grams->tag << row_bits;
    const size_t mask = grams->n_slots - 1;

    for (size_t k = 0; k < n; k++) {
        const uint32_t key = tag | rows[k];
        size_t at = rows[k] & mask;

        /* keys of the same tag differ in their rows alone */
        while (slots[at].key != key && (slots[at].key ^ tag) >> row_bits == 0)
            at = (at + 1) & mask;
        if (slots[at].key == key)
            see_again(grams, &slots[at], rows[k], token);
        else
            slots[at] = (lyt_gram_slot){key, token};
    }
}

static lyt_status count_rows(lyt_grams *grams)
{
    size_t n_rows = 0;
    lyt_status status;

    for (size_t i = 0; i < grams->n_words; i++)
        n_rows += grams->words[i].n;
    status = make_slots(grams, n_rows);
    for (size_t i = 0; i < grams->n_words && !status; i++)
        see_rows(grams, rows_of(grams, &grams->words[i]), grams->words[i].n, (uint32_t)i);
    return status;
}

/* Rows that counted tf times shall count 1 + ln tf. */
static lyt_status mend_repeats(lyt_grams *grams, double *square)
{
    if (lyt_mem_grow(grams->alloc, &grams->terms, &grams->cap_terms, grams->n_repeats,
                     sizeof *grams->terms))
        return LYT_ENOMEM;
    for (size_t i = 0; i < grams->n_repeats; i++) {
        lyt_gram_repeat *repeat = &grams->repeats[i];
        const double idf = idf_of(grams, repeat->row), tf = repeat->tf;
        const double once = lyt_damped(repeat->tf);

        repeat->less = (once / tf - 1) * idf;
        grams->terms[i] = (lyt_term){row_at(grams, repeat->row), (once - tf) * idf};
        *square += (once * once - tf) * idf * idf;
    }
    grams->add_rows(grams->terms, grams->n_repeats, stride_of(grams), grams->sum);
    return LYT_OK;
}

static void next_message(lyt_grams *grams)
{
    grams->n_words = grams->n_loose = grams->n_repeats = grams->n_occurrences = 0;
    grams->factor = 0;
    memset(grams->sum, 0, stride_of(grams) * sizeof *grams->sum);
    if (++grams->tag > tag_max) {
        grams->tag = 1;
        memset(grams->slots, 0, grams->cap_slots * sizeof *grams->slots);
    }
    if (++grams->message)
        return;
    /* after 2^32 messages the numbers begin anew */
    grams->message = 1;
    for (size_t i = 0; i < grams->n_records; i++)
        record_at(grams, i)->message = 0;
}

lyt_status lyt_grams_add(lyt_grams *grams, const lyt_text *text, double *sum)
{
    double square = 0;
    lyt_status status = LYT_OK;

    next_message(grams);
    if (lyt_mem_grow(grams->alloc, &grams->words, &grams->cap_words, text->n_tokens,
                     sizeof *grams->words))
        return LYT_ENOMEM;
    fetch_records(grams, text);
    for (size_t i = 0; i < text->n_tokens && !status; i++) {
        status = take_word(grams, lyt_feature_word(&text->tokens[i]), &grams->words[i], &square);
        grams->n_words = i + 1;
    }
    if (!status)
        status = count_rows(grams);
    if (!status)
        status = mend_repeats(grams, &square);
    if (status)
        return status;
    if (square > 0)
        grams->factor = (double)grams->model->head->weights[LYT_GROUP_CHAR] / sqrt(square);
    for (size_t k = 0, n = stride_of(grams); k < n; k++)
        sum[k] += grams->factor * grams->sum[k];
    return LYT_OK;
}

static int weight_at(const lyt_grams *grams, uint32_t row, size_t output)
{
    return ((const int8_t *)row_at(grams, row))[1 + output];
}

static double loose_share(const lyt_grams *grams, const lyt_gram_word *word, size_t output)
{
    const uint32_t *rows = rows_of(grams, word);
    double sum = 0;

    for (size_t k = 0; k < word->n; k++)
        sum += idf_of(grams, rows[k]) * weight_at(grams, rows[k], output);
    return sum;
}

void lyt_grams_share(const lyt_grams *grams, size_t output, double factor, double *by_token)
{
    factor *= grams->factor;
    for (size_t i = 0; i < grams->n_words; i++) {
        const lyt_gram_word *word = &grams->words[i];

        if (word->same == i && word->n)
            by_token[i] += factor * (word->record ? word->record->sum[1 + output]
                                                  : loose_share(grams, word, output));
    }
    for (size_t i = 0; i < grams->n_occurrences; i++) {
        const lyt_gram_occurrence *o = &grams->occurrences[i];
        const lyt_gram_repeat *repeat = &grams->repeats[o->repeat];

        if (grams->words[o->token].same == o->token)
            by_token[o->token] += factor * repeat->less * weight_at(grams, repeat->row, output);
    }
    for (size_t i = 0; i < grams->n_words; i++)
        by_token[i] = by_token[grams->words[i].same];
}
