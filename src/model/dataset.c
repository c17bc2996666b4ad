#include "dataset.h"

#include <math.h>

#include "hash.h"
#include "mem.h"

enum {
    bits_min = 16,
    bits_max = 18,
    rows_per_feature = 2,
    tf_max = UINT16_MAX,
    report_every = 256,
    /* rarity in steps of 1/20: 1 + ln(1 + N) reaches 12.7 at 120,000 messages, and is cut there */
    codes_per_unit = 20,
};

static const size_t arena_cap = (size_t)64 << 20;

/* How many messages have a feature. hash 0: a free slot. */
typedef struct known {
    uint64_t hash;
    uint32_t messages;
    uint32_t group;
} known;

typedef struct counter {
    const lyt_alloc *alloc;
    known *slots;
    size_t n, cap; /* cap: a power of two */
} counter;

/* A feature of a message, before anybody knows how many others have it. */
typedef struct raw {
    uint64_t hash;
    uint16_t tf;
    uint16_t group;
} raw;

typedef struct building {
    lyt_dataset *set;
    const lyt_train_options *options;
    lyt_arena *arena;
    lyt_features features;
    lyt_vector vector;
    counter counter;
    raw *raws;
    size_t n_raws, cap_raws, cap_hits;
    size_t *first_raw;
    lyt_error *err;
} building;

static known *slot_of(const counter *c, uint64_t hash)
{
    size_t at = (size_t)hash & (c->cap - 1);

    while (c->slots[at].hash && c->slots[at].hash != hash)
        at = (at + 1) & (c->cap - 1);
    return &c->slots[at];
}

static lyt_status counter_grow(counter *c)
{
    const size_t cap = c->cap ? c->cap * 2 : 4096;
    counter bigger = {c->alloc, lyt_mem_array(c->alloc, cap, sizeof *bigger.slots), c->n, cap};

    if (!bigger.slots)
        return LYT_ENOMEM;
    for (size_t i = 0; i < c->cap; i++) {
        if (c->slots[i].hash)
            *slot_of(&bigger, c->slots[i].hash) = c->slots[i];
    }
    lyt_mem_free(c->alloc, c->slots);
    *c = bigger;
    return LYT_OK;
}

static lyt_status counter_add(counter *c, uint64_t hash, unsigned group)
{
    known *slot;

    if (2 * c->n >= c->cap && counter_grow(c))
        return LYT_ENOMEM;
    slot = slot_of(c, hash);
    if (!slot->hash) {
        *slot = (known){hash, 0, group};
        c->n++;
    }
    slot->messages++;
    return LYT_OK;
}

static lyt_status take_features(building *b, const lyt_text *text)
{
    if (lyt_features_find(&b->features, text, (1u << LYT_GROUPS) - 1) ||
        lyt_vector_collect(&b->vector, &b->features, 0) ||
        lyt_mem_grow(b->set->alloc, &b->raws, &b->cap_raws, b->n_raws + b->vector.n,
                     sizeof *b->raws))
        return LYT_ENOMEM;
    for (size_t i = 0; i < b->vector.n; i++) {
        const lyt_entry *entry = &b->vector.items[i];
        const uint64_t hash = entry->key ? entry->key : 1;

        if (counter_add(&b->counter, hash, entry->group))
            return LYT_ENOMEM;
        b->raws[b->n_raws++] = (raw){hash, (uint16_t)(entry->tf < tf_max ? entry->tf : tf_max),
                                     (uint16_t)entry->group};
    }
    return LYT_OK;
}

static lyt_status take_words(building *b, const lyt_text *text)
{
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *token = &text->tokens[i];
        const bool is_word = token->kind == LYT_TOKEN_WORD || token->kind == LYT_TOKEN_HASHTAG;
        lyt_status status =
            is_word && token->norm.len ? lyt_vocab_add(b->set->vocab, token->norm, 1) : LYT_OK;

        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status take_cues(building *b, const lyt_text *text, size_t i)
{
    const lyt_cue *cues = NULL;
    size_t n = 0;
    lyt_status status;

    if (b->options->n_cues && b->options->find_cues) {
        status = b->options->find_cues(b->options->cues_context, text, b->arena, &cues, &n);
        if (status)
            return status;
    }
    if (lyt_mem_grow(b->set->alloc, &b->set->hits, &b->cap_hits, b->set->first_hit[i] + n,
                     sizeof *b->set->hits))
        return LYT_ENOMEM;
    b->set->first_hit[i + 1] = b->set->first_hit[i];
    for (size_t j = 0; j < n; j++) {
        if (cues[j].id < b->options->n_cues)
            b->set->hits[b->set->first_hit[i + 1]++] = (lyt_cue_hit){cues[j].id, cues[j].value};
    }
    return LYT_OK;
}

static lyt_status take_message(building *b, size_t i)
{
    const lyt_example *example = lyt_corpus_at(b->set->corpus, i);
    lyt_text text;
    lyt_status status;

    lyt_arena_reset(b->arena);
    status = lyt_text_analyze(b->options->space, NULL, example->text, example->language, b->arena,
                              &text);
    if (!status)
        status = take_features(b, &text);
    if (!status)
        status = take_words(b, &text);
    if (!status)
        status = take_cues(b, &text, i);
    b->first_raw[i + 1] = b->n_raws;
    b->set->fold[i] =
        (uint32_t)(lyt_hash_pair(lyt_hash_str(example->text, 7), b->options->seed) >> 32);
    return status ? lyt_error_set(b->err, status, "message %zu of the corpus: %s", i + 1,
                                  lyt_status_text(status))
                  : LYT_OK;
}

static lyt_status take_messages(building *b)
{
    const lyt_train_options *options = b->options;

    for (size_t i = 0; i < b->set->n; i++) {
        lyt_status status = take_message(b, i);

        if (status)
            return status;
        if (options->progress && i % report_every == 0 &&
            !options->progress(options->context, "reading", (double)i / (double)b->set->n))
            return lyt_error_set(b->err, LYT_ESTATE, "stopped");
    }
    return LYT_OK;
}

/* Characters and pairs of one message alone teach nothing and fill the table. */
static bool is_kept(const known *k)
{
    return k->messages > 1 || (k->group != LYT_GROUP_CHAR && k->group != LYT_GROUP_PAIR);
}

static void choose_bits(building *b)
{
    unsigned bits = bits_min;

    for (size_t i = 0; i < b->counter.cap; i++)
        b->set->n_features += b->counter.slots[i].hash && is_kept(&b->counter.slots[i]);
    /* a word that was never met falls on a row that means something only half the time */
    while (bits < bits_max && b->set->n_features * rows_per_feature > (uint64_t)1 << bits)
        bits++;
    b->set->hash_bits = b->options->hash_bits ? b->options->hash_bits : bits;
}

static lyt_status place_in_rows(building *b)
{
    lyt_dataset *set = b->set;
    const unsigned shift = 64 - set->hash_bits;
    size_t n = 0;

    set->seen = lyt_mem_array(set->alloc, b->n_raws, sizeof *set->seen);
    if (!set->seen)
        return LYT_ENOMEM;
    for (size_t i = 0; i < set->n; i++) {
        if (lyt_vector_begin(&b->vector, b->first_raw[i + 1] - b->first_raw[i]))
            return LYT_ENOMEM;
        for (size_t j = b->first_raw[i]; j < b->first_raw[i + 1]; j++) {
            const raw *r = &b->raws[j];

            if (is_kept(slot_of(&b->counter, r->hash)))
                (void)lyt_vector_add(&b->vector, r->hash >> shift, r->group, r->tf);
        }
        for (size_t j = 0; j < b->vector.n; j++) {
            const lyt_entry *entry = &b->vector.items[j];

            set->seen[n++] = (lyt_seen){(uint32_t)entry->key,
                                        (uint16_t)(entry->tf < tf_max ? entry->tf : tf_max),
                                        (uint16_t)entry->group};
        }
        set->first_seen[i + 1] = n;
    }
    return LYT_OK;
}

static lyt_status build(building *b)
{
    lyt_dataset *set = b->set;
    lyt_status status;

    set->first_seen = lyt_mem_array(set->alloc, set->n + 1, sizeof *set->first_seen);
    set->first_hit = lyt_mem_array(set->alloc, set->n + 1, sizeof *set->first_hit);
    set->fold = lyt_mem_array(set->alloc, set->n, sizeof *set->fold);
    b->first_raw = lyt_mem_array(set->alloc, set->n + 1, sizeof *b->first_raw);
    if (!set->first_seen || !set->first_hit || !set->fold || !b->first_raw ||
        counter_grow(&b->counter) || lyt_vocab_new(&set->vocab, set->alloc) ||
        lyt_arena_new(&b->arena, set->alloc, "train", arena_cap))
        return lyt_error_set(b->err, LYT_ENOMEM, "out of memory");
    status = take_messages(b);
    if (status)
        return status;
    choose_bits(b);
    status = place_in_rows(b);
    if (!status)
        status = lyt_vocab_seal(set->vocab, 2);
    return status ? lyt_error_set(b->err, status, "out of memory") : LYT_OK;
}

lyt_status lyt_dataset_new(lyt_dataset **out, const lyt_corpus *corpus,
                           const lyt_train_options *options, lyt_error *err)
{
    const lyt_alloc *alloc = options->alloc;
    lyt_dataset *set = lyt_mem_new(alloc, sizeof *set);
    building b = {.set = set, .options = options, .counter = {.alloc = alloc}, .err = err};
    lyt_status status;

    if (!set)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    set->alloc = alloc;
    set->corpus = corpus;
    set->n = lyt_corpus_size(corpus);
    set->n_cues = options->n_cues;
    lyt_features_init(&b.features, alloc);
    lyt_vector_init(&b.vector, alloc);
    status = build(&b);
    lyt_features_deinit(&b.features);
    lyt_vector_deinit(&b.vector);
    lyt_arena_free(b.arena);
    lyt_mem_free(alloc, b.counter.slots);
    lyt_mem_free(alloc, b.raws);
    lyt_mem_free(alloc, b.first_raw);
    if (status) {
        lyt_dataset_free(set);
        return status;
    }
    *out = set;
    return LYT_OK;
}

void lyt_dataset_free(lyt_dataset *dataset)
{
    if (!dataset)
        return;
    lyt_vocab_free(dataset->vocab);
    lyt_mem_free(dataset->alloc, dataset->seen);
    lyt_mem_free(dataset->alloc, dataset->first_seen);
    lyt_mem_free(dataset->alloc, dataset->hits);
    lyt_mem_free(dataset->alloc, dataset->first_hit);
    lyt_mem_free(dataset->alloc, dataset->fold);
    lyt_mem_free(dataset->alloc, dataset);
}

/* Rarity of each row: 1 + ln((1 + N) / (1 + messages)), in steps. */
static lyt_status set_codes(const lyt_dataset *set, lyt_weighed *w)
{
    const size_t n_rows = (size_t)1 << set->hash_bits;
    uint32_t *messages = lyt_mem_array(set->alloc, n_rows, sizeof *messages);

    w->codes = lyt_mem_array(set->alloc, n_rows, 1);
    if (!messages || !w->codes) {
        lyt_mem_free(set->alloc, messages);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < set->first_seen[set->n]; i++) {
        if (w->groups >> set->seen[i].group & 1)
            messages[set->seen[i].row]++;
    }
    for (size_t r = 0; r < n_rows; r++) {
        double code;

        if (!messages[r])
            continue;
        code = 1 + codes_per_unit * log((1 + (double)set->n) / (1 + (double)messages[r]));
        w->codes[r] = (uint8_t)(code < 1 ? 1 : code > 255 ? 255 : code + 0.5);
    }
    for (int code = 1; code < 256; code++)
        w->idf[code] = (float)pow(1 + (double)(code - 1) / codes_per_unit, w->recipe.idf_power);
    lyt_mem_free(set->alloc, messages);
    return LYT_OK;
}

static size_t put_row(const lyt_dataset *set, lyt_weighed *w, const lyt_vector *vector, size_t i)
{
    const size_t n_rows = (size_t)1 << set->hash_bits;
    size_t at = w->row[i];
    double square = 0;

    for (size_t j = 0; j < vector->n; j++) {
        w->col[at] = (uint32_t)vector->items[j].key;
        w->value[at++] = (float)vector->items[j].x;
    }
    for (size_t j = set->first_hit[i]; j < set->first_hit[i + 1]; j++) {
        w->col[at] = (uint32_t)(n_rows + set->hits[j].id);
        w->value[at++] = set->hits[j].value;
    }
    w->col[at] = (uint32_t)(w->n_columns - 1);
    w->value[at++] = 1;
    for (size_t j = w->row[i]; j < at; j++)
        square += (double)w->value[j] * (double)w->value[j];
    w->square[i] = (float)square;
    return at;
}

static lyt_status fill(const lyt_dataset *set, lyt_weighed *w, lyt_vector *vector)
{
    const lyt_weighing weighing = {w->codes, 1, w->idf, w->weights};

    for (size_t i = 0; i < set->n; i++) {
        const size_t first = set->first_seen[i], end = set->first_seen[i + 1];

        if (lyt_vector_begin(vector, end - first))
            return LYT_ENOMEM;
        for (size_t j = first; j < end; j++) {
            if (w->groups >> set->seen[j].group & 1)
                (void)lyt_vector_add(vector, set->seen[j].row, set->seen[j].group, set->seen[j].tf);
        }
        lyt_vector_weigh(vector, &weighing);
        w->row[i + 1] = put_row(set, w, vector, i);
    }
    return LYT_OK;
}

lyt_status lyt_dataset_weigh(const lyt_dataset *dataset, const lyt_recipe *recipe, lyt_weighed *out)
{
    const size_t n = dataset->n;
    const size_t most = dataset->first_seen[n] + dataset->first_hit[n] + n;
    lyt_vector vector;
    lyt_status status = LYT_ENOMEM;

    *out = (lyt_weighed){.alloc = dataset->alloc, .recipe = *recipe};
    out->groups = (1u << LYT_GROUPS) - 1;
    if (!recipe->pairs)
        out->groups &= ~(1u << LYT_GROUP_PAIR);
    for (int g = 0; g < LYT_GROUPS; g++)
        out->weights[g] = g == LYT_GROUP_POLARITY ? (float)recipe->polarity : 1;
    out->n_columns = ((size_t)1 << dataset->hash_bits) + dataset->n_cues + 1;
    out->row = lyt_mem_array(out->alloc, n + 1, sizeof *out->row);
    out->col = lyt_mem_array(out->alloc, most, sizeof *out->col);
    out->value = lyt_mem_array(out->alloc, most, sizeof *out->value);
    out->square = lyt_mem_array(out->alloc, n, sizeof *out->square);
    lyt_vector_init(&vector, out->alloc);
    if (out->row && out->col && out->value && out->square)
        status = set_codes(dataset, out);
    if (!status)
        status = fill(dataset, out, &vector);
    lyt_vector_deinit(&vector);
    if (status) {
        lyt_dataset_unweigh(out);
        return status;
    }
    out->matrix = (lyt_matrix){n, out->row, out->col, out->value, out->square};
    return LYT_OK;
}

void lyt_dataset_unweigh(lyt_weighed *weighed)
{
    lyt_mem_free(weighed->alloc, weighed->codes);
    lyt_mem_free(weighed->alloc, weighed->row);
    lyt_mem_free(weighed->alloc, weighed->col);
    lyt_mem_free(weighed->alloc, weighed->value);
    lyt_mem_free(weighed->alloc, weighed->square);
    *weighed = (lyt_weighed){.alloc = weighed->alloc};
}
