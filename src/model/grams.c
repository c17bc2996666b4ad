#include "grams.h"

#include <math.h>
#include <string.h>

#include "bytes.h"
#include "hash.h"
#include "mem.h"
#include "modelview.h"

/* Each word lies in one of two records. */
enum {
    records_min = 1 << 8,
    features_per_record = 4,
    word_bytes_max = 20,
    line_bytes = 64,
};

struct lyt_gram_record {
    uint64_t hash;
    uint32_t message; /* that used it last; 0 for a free record */
    float square;
    uint8_t len;  /* of the word */
    bool is_some; /* whether training met anything of it */
    char word[word_bytes_max];
    float sum[]; /* stride */
};

static size_t stride_of(const lyt_grams *grams)
{
    return grams->table.stride;
}

static const uint8_t *row_at(const lyt_grams *grams, uint32_t row)
{
    return lyt_row_at(&grams->table, row);
}

static lyt_gram_record *record_at(const lyt_grams *grams, size_t index)
{
    return (void *)(grams->records + index * grams->record_bytes);
}

lyt_status lyt_grams_init(lyt_grams *grams, const lyt_alloc *alloc, const lyt_model *model,
                          size_t records_bytes_max)
{
    *grams = (lyt_grams){.alloc = alloc,
                         .model = model,
                         .table = {model->rows, model->head->stride},
                         .add_rows = lyt_rows_best(),
                         .add_sums = lyt_sums_best()};
    grams->record_bytes = sizeof(lyt_gram_record) + stride_of(grams) * sizeof(float);
    grams->record_bytes = (grams->record_bytes + line_bytes - 1) / line_bytes * line_bytes;
    grams->n_records = records_min;
    /* a model of few features has few words */
    while (grams->n_records < model->head->n_features / features_per_record &&
           2 * grams->n_records * grams->record_bytes <= records_bytes_max)
        grams->n_records *= 2;
    grams->records = lyt_mem_array(alloc, grams->n_records, grams->record_bytes);
    grams->part = lyt_mem_array(alloc, stride_of(grams), sizeof *grams->part);
    grams->whole = lyt_mem_array(alloc, stride_of(grams), sizeof *grams->whole);
    return grams->records && grams->part && grams->whole ? LYT_OK : LYT_ENOMEM;
}

void lyt_grams_deinit(lyt_grams *grams)
{
    lyt_mem_free(grams->alloc, grams->records);
    lyt_mem_free(grams->alloc, grams->words);
    lyt_mem_free(grams->alloc, grams->loose);
    lyt_mem_free(grams->alloc, grams->sums);
    lyt_mem_free(grams->alloc, grams->keys);
    lyt_mem_free(grams->alloc, grams->rows);
    lyt_mem_free(grams->alloc, grams->x);
    lyt_mem_free(grams->alloc, grams->clause_factors);
    lyt_mem_free(grams->alloc, grams->part);
    lyt_mem_free(grams->alloc, grams->whole);
    *grams = (lyt_grams){.alloc = grams->alloc};
}

/* Rows of the word's grams that training met; *n how many. */
static lyt_status find_rows(lyt_grams *grams, lyt_str word, size_t *n)
{
    const size_t room = lyt_feature_grams_room(word);
    const unsigned shift = 64 - grams->model->head->hash_bits;
    size_t n_keys;

    if (lyt_mem_grow(grams->alloc, &grams->keys, &grams->cap_keys, room, sizeof *grams->keys) ||
        lyt_mem_grow(grams->alloc, &grams->rows, &grams->cap_rows, room, sizeof *grams->rows) ||
        lyt_mem_grow(grams->alloc, &grams->x, &grams->cap_x, room, sizeof *grams->x))
        return LYT_ENOMEM;
    n_keys = lyt_feature_grams(word, grams->keys);
    *n = 0;
    for (size_t i = 0; i < n_keys; i++) {
        grams->rows[*n] = (uint32_t)(lyt_feature_hash(LYT_GROUP_CHAR, grams->keys[i]) >> shift);
        *n += lyt_modelview_knows(grams->model, grams->rows[*n]);
    }
    for (size_t i = 0; i < *n; i++)
        __builtin_prefetch(row_at(grams, grams->rows[i]));
    return LYT_OK;
}

/* S and Q of a word, which are 0 where training met nothing of it. */
static lyt_status weigh_word(lyt_grams *grams, lyt_str word, float *sum, float *square,
                             bool *is_some)
{
    size_t n;
    lyt_status status = find_rows(grams, word, &n);

    if (status)
        return status;
    *square = 0;
    *is_some = n > 0;
    memset(sum, 0, stride_of(grams) * sizeof *sum);
    for (size_t i = 0; i < n; i++) {
        const float idf = grams->model->head->idf[*row_at(grams, grams->rows[i])];

        grams->x[i] = idf;
        *square += idf * idf;
    }
    grams->add_rows(&grams->table, &(lyt_terms){grams->rows, grams->x, n}, 1, sum);
    return LYT_OK;
}

/* The word's record, or a free one with hash 0; NULL when this message needs both for others. */
static lyt_gram_record *record_of(const lyt_grams *grams, lyt_str word, uint64_t hash)
{
    const size_t at = (size_t)hash & (grams->n_records - 1);
    lyt_gram_record *first = record_at(grams, at), *second = record_at(grams, at ^ 1), *older;

    for (lyt_gram_record *r = first;; r = second) {
        if (r->message && r->hash == hash && r->len == word.len &&
            lyt_bytes_equal(r->word, word.ptr, word.len))
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
    lyt_status status = weigh_word(grams, word, r->sum, &r->square, &r->is_some);

    if (status)
        return status;
    r->hash = hash;
    r->len = (uint8_t)word.len;
    memcpy(r->word, word.ptr, word.len);
    return LYT_OK;
}

/* Where its sum lies is known when there are no more. */
static lyt_status take_loose(lyt_grams *grams, lyt_str word, lyt_gram_word *out)
{
    const size_t stride = stride_of(grams);
    bool is_some = false;
    lyt_status status = lyt_mem_grow(grams->alloc, &grams->loose, &grams->cap_loose,
                                     (grams->n_loose + 1) * stride, sizeof *grams->loose);

    if (!status)
        status =
            weigh_word(grams, word, grams->loose + grams->n_loose * stride, &out->square, &is_some);
    if (!status && is_some)
        out->loose = (uint32_t)++grams->n_loose;
    return status;
}

static lyt_status take_word(lyt_grams *grams, lyt_str word, lyt_gram_word *out)
{
    lyt_gram_record *r;

    if (!word.len)
        return LYT_OK;
    r = word.len > word_bytes_max ? NULL : record_of(grams, word, out->hash);
    if (!r)
        return take_loose(grams, word, out);
    if (!r->message) {
        lyt_status status = fill_record(grams, word, out->hash, r);

        if (status)
            return status;
    }
    r->message = grams->message;
    out->sum = r->is_some ? r->sum : NULL;
    out->square = r->square;
    return LYT_OK;
}

static void next_message(lyt_grams *grams)
{
    grams->n_words = grams->n_loose = 0;
    grams->factor = 0;
    if (++grams->message)
        return;
    /* after 2^32 messages the numbers begin anew */
    grams->message = 1;
    for (size_t i = 0; i < grams->n_records; i++)
        record_at(grams, i)->message = 0;
}

/* Adds up the words of tokens [first, end) that count in `where`, and the squares of their length.
 */
static float add_words(const lyt_grams *grams, unsigned where, size_t first, size_t end, float *sum)
{
    size_t n = 0;
    float square = 0;

    for (size_t i = first; i < end; i++) {
        const lyt_gram_word *word = &grams->words[i];
        const bool counts = word->sum && (word->first & where);

        grams->sums[n] = word->sum;
        square += counts ? word->square : 0;
        n += counts;
    }
    grams->add_sums(grams->sums, n, stride_of(grams), sum);
    return square;
}

/* What brings it to its length. */
static float factor_of(const lyt_grams *grams, float square)
{
    return square > 0 ? grams->model->head->weights[LYT_GROUP_CHAR] / sqrtf(square) : 0;
}

static void add_clauses(lyt_grams *grams, const lyt_text *text, float *sums)
{
    const size_t stride = stride_of(grams);

    for (size_t c = 0; c < text->n_clauses; c++) {
        float square;

        memset(grams->part, 0, stride * sizeof *grams->part);
        square = add_words(grams, LYT_FIRST_OF_CLAUSE, text->clauses[c].first, text->clauses[c].end,
                           grams->part);
        grams->clause_factors[c] = factor_of(grams, square);
        lyt_sums_add_times(sums + c * stride, grams->part, grams->clause_factors[c], stride);
    }
}

lyt_status lyt_grams_fetch(lyt_grams *grams, const lyt_text *text)
{
    if (lyt_mem_grow(grams->alloc, &grams->words, &grams->cap_words, text->n_tokens,
                     sizeof *grams->words))
        return LYT_ENOMEM;
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *token = &text->tokens[i];
        const lyt_str word = lyt_feature_word(token);
        const char *r;

        grams->words[i] = (lyt_gram_word){.sum = NULL};
        if (!word.len || word.len > word_bytes_max)
            continue;
        grams->words[i].hash =
            token->hash && word.ptr == token->norm.ptr ? token->hash : lyt_hash_word(word, 0);
        r = (const char *)record_at(grams, (size_t)grams->words[i].hash & (grams->n_records - 1));
        for (size_t at = 0; at < grams->record_bytes; at += line_bytes)
            __builtin_prefetch(r + at);
    }
    return LYT_OK;
}

static lyt_status take_words(lyt_grams *grams, const lyt_text *text)
{
    lyt_status status = LYT_OK;
    lyt_had had = {0};

    next_message(grams);
    for (size_t i = 0; i < text->n_tokens && !status; i++) {
        const lyt_str word = lyt_feature_word(&text->tokens[i]);

        grams->words[i].first = lyt_feature_first(&had, text, i, word);
        status = take_word(grams, word, &grams->words[i]);
        grams->n_words = i + 1;
    }
    for (size_t i = 0; i < grams->n_words && grams->n_loose && !status; i++)
        if (grams->words[i].loose)
            grams->words[i].sum = grams->loose + (grams->words[i].loose - 1) * stride_of(grams);
    return status;
}

lyt_status lyt_grams_add(lyt_grams *grams, const lyt_text *text, float *sum, float *clause_sums)
{
    const size_t stride = stride_of(grams);

    if (take_words(grams, text) ||
        lyt_mem_grow(grams->alloc, &grams->sums, &grams->cap_sums, text->n_tokens,
                     sizeof *grams->sums) ||
        lyt_mem_grow(grams->alloc, &grams->clause_factors, &grams->cap_clause_factors,
                     text->n_clauses, sizeof *grams->clause_factors))
        return LYT_ENOMEM;
    memset(grams->whole, 0, stride * sizeof *grams->whole);
    if (clause_sums)
        add_clauses(grams, text, clause_sums);
    grams->factor =
        factor_of(grams, add_words(grams, LYT_FIRST_OF_TEXT, 0, text->n_tokens, grams->whole));
    lyt_sums_add_times(sum, grams->whole, grams->factor, stride);
    return LYT_OK;
}

static float worth_of_word(const lyt_worth *worth, const float *sum)
{
    float total = 0;

    for (size_t i = 0; i < worth->n; i += 2)
        total += worth->unit[i] * sum[1 + worth->output[i]] +
                 worth->unit[i + 1] * sum[1 + worth->output[i + 1]];
    return total;
}

static void share(const lyt_grams *grams, unsigned where, size_t first, size_t end, float factor,
                  const lyt_worth *worth, float *by_token)
{
    for (size_t i = first; i < end; i++)
        if (grams->words[i].sum && (grams->words[i].first & where))
            by_token[i] += factor * worth_of_word(worth, grams->words[i].sum);
}

void lyt_grams_share(const lyt_grams *grams, const lyt_worth *worth, float *by_token)
{
    share(grams, LYT_FIRST_OF_TEXT, 0, grams->n_words, grams->factor, worth, by_token);
}

void lyt_grams_share_clause(const lyt_grams *grams, const lyt_clause *clause, size_t number,
                            const lyt_worth *worth, float *by_token)
{
    share(grams, LYT_FIRST_OF_CLAUSE, clause->first, clause->end, grams->clause_factors[number],
          worth, by_token);
}
