#include "grams.h"

#include <math.h>
#include <string.h>

#include "bytes.h"
#include "hash.h"
#include "mem.h"
#include "modelview.h"

/* Each word lies in one of two records. A word of 20 letters has 57 grams of 3 to 5. */
enum {
    records_min = 1 << 8,
    features_per_record = 4,
    word_bytes_max = 20,
    word_rows_max = 64, /* a multiple of copied_together */
    slots_min = 256,
    slots_per_row = 4,
    short_rows_max = 1024, /* of a message whose rows are compared with each other */
    seen_rows = 1 << 12,
    copied_together = 8,
};
/* Head, sum and rows of most words. */
enum { fetched_bytes = 256, row_bits = 22, tag_max = (1 << (32 - row_bits)) - 1 };

struct lyt_gram_record {
    uint64_t hash;
    double square;
    uint32_t message; /* that used it last; 0 for a free record */
    uint8_t len, n;   /* of word and rows */
    char word[word_bytes_max];
    float sum[]; /* stride; then word_rows_max rows */
};

_Static_assert((int)lyt_hash_bits_max == (int)row_bits, "a key holds any row");

static size_t stride_of(const lyt_grams *grams)
{
    return grams->table.stride;
}

static const uint8_t *row_at(const lyt_grams *grams, uint32_t row)
{
    return lyt_row_at(&grams->table, row);
}

static float idf_of(const lyt_grams *grams, uint32_t row)
{
    return grams->model->head->idf[*row_at(grams, row)];
}

static uint32_t *rows_in(const lyt_grams *grams, const lyt_gram_record *record)
{
    return (uint32_t *)(uintptr_t)(record->sum + stride_of(grams));
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
    grams->record_bytes = sizeof(lyt_gram_record) + stride_of(grams) * sizeof(float) +
                          word_rows_max * sizeof(uint32_t);
    grams->record_bytes = (grams->record_bytes + 63) / 64 * 64;
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
    lyt_mem_free(grams->alloc, grams->loose_sums);
    lyt_mem_free(grams->alloc, grams->sums);
    lyt_mem_free(grams->alloc, grams->keys);
    lyt_mem_free(grams->alloc, grams->off_rows);
    lyt_mem_free(grams->alloc, grams->x);
    lyt_mem_free(grams->alloc, grams->flat);
    lyt_mem_free(grams->alloc, grams->doubtful);
    lyt_mem_free(grams->alloc, grams->slots);
    lyt_mem_free(grams->alloc, grams->latest);
    lyt_mem_free(grams->alloc, grams->extras);
    lyt_mem_free(grams->alloc, grams->clause_factors);
    lyt_mem_free(grams->alloc, grams->part);
    lyt_mem_free(grams->alloc, grams->whole);
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

static double squared(float x)
{
    return (double)x * (double)x;
}

/* S and Q of a word's rows. */
static lyt_status weigh_rows(lyt_grams *grams, const uint32_t *rows, size_t n, float *sum,
                             double *square)
{
    if (lyt_mem_grow(grams->alloc, &grams->x, &grams->cap_x, n, sizeof *grams->x))
        return LYT_ENOMEM;
    *square = 0;
    for (size_t i = 0; i < n; i++) {
        const float idf = idf_of(grams, rows[i]);

        grams->x[i] = idf;
        *square += squared(idf);
    }
    memset(sum, 0, stride_of(grams) * sizeof *sum);
    grams->add_rows(&grams->table, &(lyt_terms){rows, grams->x, n}, 1, sum);
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
        memcpy(rows_in(grams, r), grams->loose + grams->n_loose, n * sizeof(uint32_t));
    return LYT_OK;
}

static lyt_status take_loose(lyt_grams *grams, lyt_str word, lyt_gram_word *out)
{
    size_t n;
    lyt_status status = find_rows(grams, word, &n);

    if (status)
        return status;
    out->first = (uint32_t)grams->n_loose;
    out->n = (uint32_t)n;
    grams->n_loose += n;
    grams->n_loose_words += n > 0;
    return LYT_OK;
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
    out->record = r;
    out->sum = r->sum;
    out->square = r->square;
    out->n = r->n;
    return LYT_OK;
}

static const uint32_t *rows_of(const lyt_grams *grams, const lyt_gram_word *word)
{
    return word->record ? rows_in(grams, word->record) : grams->loose + word->first;
}

/* What the words without a record add up to: each time anew. */
static lyt_status weigh_loose(lyt_grams *grams)
{
    const size_t stride = stride_of(grams);
    float *at;

    if (lyt_mem_grow(grams->alloc, &grams->loose_sums, &grams->cap_loose_sums,
                     grams->n_loose_words * stride, sizeof *grams->loose_sums))
        return LYT_ENOMEM;
    at = grams->loose_sums;
    for (size_t i = 0; i < grams->n_words; i++) {
        lyt_gram_word *word = &grams->words[i];

        if (word->record || !word->n)
            continue;
        if (weigh_rows(grams, rows_of(grams, word), word->n, at, &word->square))
            return LYT_ENOMEM;
        word->sum = at;
        at += stride;
    }
    return LYT_OK;
}

static lyt_status make_slots(lyt_grams *grams, size_t n_rows)
{
    const size_t before = grams->cap_slots;
    size_t n = slots_min;

    while (n < slots_per_row * n_rows)
        n *= 2;
    if (lyt_mem_grow(grams->alloc, &grams->slots, &grams->cap_slots, n, sizeof *grams->slots) ||
        lyt_mem_grow(grams->alloc, &grams->latest, &grams->cap_latest, n, sizeof *grams->latest) ||
        lyt_mem_grow(grams->alloc, &grams->extras, &grams->cap_extras, n_rows,
                     sizeof *grams->extras))
        return LYT_ENOMEM;
    if (grams->cap_slots > before)
        memset(grams->slots, 0, grams->cap_slots * sizeof *grams->slots);
    grams->n_slots = n;
    return LYT_OK;
}

/* Where a row stands, or may stand, from its slot on. */
static size_t look_further(const lyt_grams *grams, size_t at, uint32_t key)
{
    const uint32_t tag = grams->tag << row_bits;

    /* keys of the same tag differ in their rows alone */
    while (grams->slots[at] != key && (grams->slots[at] ^ tag) >> row_bits == 0)
        at = (at + 1) & (grams->n_slots - 1);
    return at;
}

static void see_rows(lyt_grams *grams, const uint32_t *rows, size_t n, uint32_t token,
                     uint32_t clause)
{
    const uint32_t tag = grams->tag << row_bits;

    for (size_t k = 0; k < n; k++) {
        const uint32_t key = tag | rows[k];
        const size_t at = look_further(grams, rows[k] & (grams->n_slots - 1), key);

        if (grams->slots[at] == key)
            grams->extras[grams->n_extras++] =
                (lyt_gram_extra){rows[k], token, grams->latest[at] == clause};
        grams->slots[at] = key;
        grams->latest[at] = clause;
    }
}

static lyt_status see_long(lyt_grams *grams, const lyt_text *text, size_t n_rows)
{
    lyt_status status = make_slots(grams, n_rows);

    for (size_t i = 0; i < grams->n_words && !status; i++)
        see_rows(grams, rows_of(grams, &grams->words[i]), grams->words[i].n, (uint32_t)i,
                 text->tokens[i].clause);
    return status;
}

/* The rows of all words, one after the other. */
static void flatten(lyt_grams *grams)
{
    uint32_t *to = grams->flat;

    for (size_t i = 0; i < grams->n_words; i++) {
        const lyt_gram_word *word = &grams->words[i];
        const uint32_t *from = rows_of(grams, word);

        if (!word->record) {
            memcpy(to, from, word->n * sizeof *to);
        } else {
            /* a record has room for more than there are, and the next word goes over it */
            for (size_t k = 0; k < word->n; k += copied_together)
                memcpy(to + k, from + k, copied_together * sizeof *to);
        }
        to += word->n;
    }
}

/*
 * Which rows may have come before: those that find their number taken, each with 1 plus the place
 * of the last that took it in its upper half. Returns how many.
 */
static size_t doubt_rows(const lyt_grams *grams, size_t n_rows)
{
    const uint32_t *const restrict flat = grams->flat;
    uint32_t *const restrict doubtful = grams->doubtful;
    uint16_t taken[seen_rows] = {0};
    size_t n = 0;

    for (size_t i = 0; i < n_rows; i++) {
        uint16_t *const at = &taken[flat[i] % seen_rows];

        doubtful[n] = (uint32_t)i | (uint32_t)*at << 16;
        n += *at != 0;
        *at = (uint16_t)(i + 1);
    }
    return n;
}

/* The last place before `at` that has the same row, which may be `likely`; `at` for none. */
static size_t last_before(const uint32_t *flat, size_t at, size_t likely)
{
    if (flat[likely] == flat[at])
        return likely;
    for (size_t i = likely; i-- > 0;)
        if (flat[i] == flat[at])
            return i;
    return at;
}

static lyt_status see_short(lyt_grams *grams, const lyt_text *text, size_t n_rows)
{
    size_t token = 0, begin = 0, end = 0, clause_begin = 0, n_doubtful;

    if (lyt_mem_grow(grams->alloc, &grams->flat, &grams->cap_flat, n_rows + copied_together,
                     sizeof *grams->flat) ||
        lyt_mem_grow(grams->alloc, &grams->doubtful, &grams->cap_doubtful, n_rows + 1,
                     sizeof *grams->doubtful) ||
        lyt_mem_grow(grams->alloc, &grams->extras, &grams->cap_extras, n_rows,
                     sizeof *grams->extras))
        return LYT_ENOMEM;
    flatten(grams);
    n_doubtful = doubt_rows(grams, n_rows);
    for (size_t i = 0; i < n_doubtful; i++) {
        const size_t at = grams->doubtful[i] & UINT16_MAX;
        const size_t before = last_before(grams->flat, at, (grams->doubtful[i] >> 16) - 1);

        if (before == at)
            continue;
        /* the token that the row is of, and where its clause begins */
        for (; end <= at; token++) {
            begin = end;
            end += grams->words[token].n;
            if (token && text->tokens[token].clause != text->tokens[token - 1].clause)
                clause_begin = begin;
        }
        grams->extras[grams->n_extras++] =
            (lyt_gram_extra){grams->flat[at], (uint32_t)token - 1, before >= clause_begin};
    }
    return LYT_OK;
}

static lyt_status see_words(lyt_grams *grams, const lyt_text *text)
{
    size_t n_rows = 0;

    for (size_t i = 0; i < grams->n_words; i++)
        n_rows += grams->words[i].n;
    return n_rows <= short_rows_max ? see_short(grams, text, n_rows)
                                    : see_long(grams, text, n_rows);
}

static void next_message(lyt_grams *grams)
{
    grams->n_words = grams->n_loose = grams->n_loose_words = grams->n_extras = 0;
    grams->factor = 0;
    if (++grams->tag > tag_max) {
        grams->tag = 1;
        if (grams->slots)
            memset(grams->slots, 0, grams->cap_slots * sizeof *grams->slots);
    }
    if (++grams->message)
        return;
    /* after 2^32 messages the numbers begin anew */
    grams->message = 1;
    for (size_t i = 0; i < grams->n_records; i++)
        record_at(grams, i)->message = 0;
}

/* A stretch of tokens, and their part of the extras. */
typedef struct stretch {
    size_t first, end;
    size_t extra; /* the first that is of its tokens or of later ones */
    double square;
    bool is_clause;
} stretch;

/* Adds up the stretch's words. */
static void add_words(lyt_grams *grams, stretch *s, float *sum)
{
    size_t n = 0;

    s->square = 0;
    for (size_t i = s->first; i < s->end; i++) {
        grams->sums[n] = grams->words[i].sum;
        s->square += grams->words[i].square;
        n += grams->words[i].n > 0;
    }
    grams->add_sums(grams->sums, n, stride_of(grams), sum);
}

/* Takes off what comes again; moves s->extra behind the stretch. */
static void take_off_extras(lyt_grams *grams, stretch *s, float *sum)
{
    size_t n = 0;

    for (; s->extra < grams->n_extras && grams->extras[s->extra].token < s->end; s->extra++) {
        const lyt_gram_extra *extra = &grams->extras[s->extra];
        const float idf = idf_of(grams, extra->row);

        if (s->is_clause && !extra->again_in_clause)
            continue;
        grams->off_rows[n] = extra->row;
        grams->x[n++] = idf;
        s->square -= squared(idf);
    }
    if (n)
        grams->add_rows(&grams->table, &(lyt_terms){grams->off_rows, grams->x, n}, -1, sum);
}

/* What brings it to its length. */
static float factor_of(const lyt_grams *grams, const stretch *s)
{
    return s->square > 0 ? grams->model->head->weights[LYT_GROUP_CHAR] / sqrtf((float)s->square)
                         : 0;
}

static void add_times(float *restrict total, const float *restrict sum, float factor, size_t n)
{
    for (size_t k = 0; k < n; k++)
        total[k] += factor * sum[k];
}

/* All clauses, and their words to grams->whole; the squares of these. */
static double add_clauses(lyt_grams *grams, const lyt_text *text, float *sums)
{
    const size_t stride = stride_of(grams);
    stretch s = {.is_clause = true};
    double square = 0;

    for (size_t c = 0; c < text->n_clauses; c++) {
        s.first = text->clauses[c].first;
        s.end = text->clauses[c].end;
        memset(grams->part, 0, stride * sizeof *grams->part);
        add_words(grams, &s, grams->part);
        add_times(grams->whole, grams->part, 1, stride);
        square += s.square;
        take_off_extras(grams, &s, grams->part);
        grams->clause_factors[c] = factor_of(grams, &s);
        add_times(sums + c * stride, grams->part, grams->clause_factors[c], stride);
    }
    return square;
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

        grams->words[i] = (lyt_gram_word){.record = NULL};
        if (!word.len || word.len > word_bytes_max)
            continue;
        grams->words[i].hash =
            token->hash && word.ptr == token->norm.ptr ? token->hash : lyt_hash_word(word, 0);
        r = (const char *)record_at(grams, (size_t)grams->words[i].hash & (grams->n_records - 1));
        for (size_t at = 0; at < fetched_bytes; at += 64)
            __builtin_prefetch(r + at);
    }
    return LYT_OK;
}

static lyt_status take_words(lyt_grams *grams, const lyt_text *text)
{
    lyt_status status = LYT_OK;

    next_message(grams);
    for (size_t i = 0; i < text->n_tokens && !status; i++) {
        status = take_word(grams, lyt_feature_word(&text->tokens[i]), &grams->words[i]);
        grams->n_words = i + 1;
    }
    if (!status && grams->n_loose_words)
        status = weigh_loose(grams);
    return status ? status : see_words(grams, text);
}

lyt_status lyt_grams_add(lyt_grams *grams, const lyt_text *text, float *sum, float *clause_sums)
{
    const size_t stride = stride_of(grams);
    stretch all = {.end = text->n_tokens};

    if (take_words(grams, text) ||
        lyt_mem_grow(grams->alloc, &grams->sums, &grams->cap_sums, text->n_tokens,
                     sizeof *grams->sums) ||
        lyt_mem_grow(grams->alloc, &grams->off_rows, &grams->cap_off, grams->n_extras,
                     sizeof *grams->off_rows) ||
        lyt_mem_grow(grams->alloc, &grams->x, &grams->cap_x, grams->n_extras, sizeof *grams->x) ||
        lyt_mem_grow(grams->alloc, &grams->clause_factors, &grams->cap_clause_factors,
                     text->n_clauses, sizeof *grams->clause_factors))
        return LYT_ENOMEM;
    memset(grams->whole, 0, stride * sizeof *grams->whole);
    if (clause_sums)
        all.square = add_clauses(grams, text, clause_sums);
    else
        add_words(grams, &all, grams->whole);
    take_off_extras(grams, &all, grams->whole);
    grams->factor = factor_of(grams, &all);
    add_times(sum, grams->whole, grams->factor, stride);
    return LYT_OK;
}

static double worth_at(const lyt_grams *grams, const lyt_worth *worth, uint32_t row)
{
    return (double)idf_of(grams, row) *
           lyt_worth_of_row(worth, (const int8_t *)row_at(grams, row) + 1);
}

static double worth_of_word(const lyt_worth *worth, const lyt_gram_word *word)
{
    double sum = 0;

    for (size_t i = 0; i < worth->n; i++)
        sum += worth->unit[i] * (double)word->sum[1 + worth->output[i]];
    return sum;
}

void lyt_grams_share(const lyt_grams *grams, const lyt_worth *worth, double *by_token)
{
    for (size_t i = 0; i < grams->n_words; i++)
        if (grams->words[i].n)
            by_token[i] += (double)grams->factor * worth_of_word(worth, &grams->words[i]);
    for (size_t i = 0; i < grams->n_extras; i++)
        by_token[grams->extras[i].token] -=
            (double)grams->factor * worth_at(grams, worth, grams->extras[i].row);
}

void lyt_grams_share_clause(const lyt_grams *grams, const lyt_clause *clause, size_t number,
                            const lyt_worth *worth, double *by_token)
{
    const double factor = (double)grams->clause_factors[number];

    for (size_t i = clause->first; i < clause->end; i++)
        if (grams->words[i].n)
            by_token[i] += factor * worth_of_word(worth, &grams->words[i]);
    for (size_t i = 0; i < grams->n_extras; i++) {
        const lyt_gram_extra *extra = &grams->extras[i];

        if (extra->again_in_clause && extra->token >= clause->first && extra->token < clause->end)
            by_token[extra->token] -= factor * worth_at(grams, worth, extra->row);
    }
}
