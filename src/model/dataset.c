#include "dataset.h"

#include <math.h>

#include "hash.h"
#include "mem.h"
#include "modelview.h"

enum {
    bits_min = 16,
    bits_max = 18,
    rows_per_feature = 2,
    many_messages = 12000,
    report_every = 256,
    /* rarity in steps of 1/20: 1 + ln(1 + N) reaches 12.7 at 120,000 messages, and is cut there */
    codes_per_unit = 20,
};

static const size_t arena_cap = (size_t)64 << 20;

/* How many messages have a feature. hash 0: a free slot. */
typedef struct known {
    uint64_t hash;
    uint32_t messages;
    uint32_t last; /* the number of the last message that had it, from 1 */
    uint32_t group;
} known;

typedef struct counter {
    const lyt_alloc *alloc;
    known *slots;
    size_t n, cap; /* cap: a power of two */
} counter;

/* An occurrence in a message, before anybody knows how many others have the feature. */
typedef struct raw {
    uint64_t hash;
    uint16_t group;
    uint16_t clause; /* lyt_no_clause: more than one, or the only one */
    uint8_t first;   /* LYT_FIRST_OF_… */
} raw;

typedef struct building {
    lyt_dataset *set;
    const lyt_train_options *options;
    lyt_arena *arena;
    lyt_features features;
    lyt_vector vector;
    counter counter;
    raw *raws;
    size_t n_raws, cap_raws, cap_hits, cap_seen[2];
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

static lyt_status counter_add(counter *c, uint64_t hash, unsigned group, size_t message)
{
    known *slot;

    if (2 * c->n >= c->cap && counter_grow(c))
        return LYT_ENOMEM;
    slot = slot_of(c, hash);
    if (!slot->hash) {
        *slot = (known){hash, 0, 0, group};
        c->n++;
    }
    slot->messages += slot->last != message + 1;
    slot->last = (uint32_t)message + 1;
    return LYT_OK;
}

static lyt_status take_features(building *b, const lyt_text *text, size_t i)
{
    const bool has_clauses = text->n_clauses > 1;

    if (lyt_features_find(&b->features, text, (1u << LYT_GROUPS) - 1) ||
        lyt_mem_grow(b->set->alloc, &b->raws, &b->cap_raws, b->n_raws + b->features.n,
                     sizeof *b->raws))
        return LYT_ENOMEM;
    for (size_t j = 0; j < b->features.n; j++) {
        const lyt_feature *feature = &b->features.items[j];
        const uint64_t hash = feature->hash ? feature->hash : 1;

        if (counter_add(&b->counter, hash, feature->group, i))
            return LYT_ENOMEM;
        b->raws[b->n_raws++] =
            (raw){hash, (uint16_t)lyt_feature_group(feature),
                  has_clauses ? feature->clause : (uint16_t)lyt_no_clause, feature->first};
    }
    b->set->first_clause[i + 1] = b->set->first_clause[i] + (has_clauses ? text->n_clauses : 0);
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
        /* a firm cue is not learned: it has its say behind the scorers */
        if (cues[j].id < b->options->n_cues && cues[j].prior < (float)lyt_cue_firm)
            b->set->hits[b->set->first_hit[i + 1]++] = (lyt_cue_hit){
                cues[j].id,
                cues[j].first < text->n_tokens ? text->tokens[cues[j].first].clause : 0,
                cues[j].value,
            };
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
        status = take_features(b, &text, i);
    if (!status)
        status = take_words(b, &text);
    if (!status)
        status = take_cues(b, &text, i);
    b->first_raw[i + 1] = b->n_raws;
    b->set->fold[i] = (uint32_t)(lyt_hash_pair(example->kin, b->options->seed) >> 32);
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

/*
 * Characters of one message alone teach nothing and fill the table. Where messages are many the
 * same holds of two words in a row; where they are few, most of what is said is said once.
 */
static bool is_kept(const building *b, const known *k)
{
    return k->messages > 1 || (k->group != LYT_GROUP_CHAR &&
                               (k->group != LYT_GROUP_BIGRAM || b->set->n < many_messages));
}

static void choose_bits(building *b)
{
    const lyt_model *prior = b->options->prior;
    unsigned bits = bits_min;

    for (size_t i = 0; i < b->counter.cap; i++)
        b->set->n_features += b->counter.slots[i].hash && is_kept(b, &b->counter.slots[i]);
    /* a word that was never met falls on a row that means something only half the time */
    while (bits < bits_max && b->set->n_features * rows_per_feature > (uint64_t)1 << bits)
        bits++;
    if (prior && bits < prior->head->hash_bits)
        bits = prior->head->hash_bits;
    b->set->hash_bits = b->options->hash_bits ? b->options->hash_bits : bits;
}

/* The vector is the next row. */
static lyt_status end_vector_of(building *b, lyt_seen_rows *rows, size_t *cap)
{
    const lyt_vector *vector = &b->vector;
    size_t at = rows->first[rows->n];

    if (lyt_mem_grow(b->set->alloc, &rows->items, cap, at + vector->n, sizeof *rows->items))
        return LYT_ENOMEM;
    for (size_t i = 0; i < vector->n; i++) {
        const lyt_entry *entry = &vector->items[i];

        rows->items[at++] = (lyt_seen){(uint32_t)entry->key, entry->group, entry->full};
    }
    rows->first[++rows->n] = at;
    return LYT_OK;
}

/* A message, or one clause of it: its occurrences are scattered over the groups. */
static lyt_status place(building *b, size_t i, const size_t *clause, lyt_seen_rows *rows,
                        size_t *cap)
{
    const unsigned shift = 64 - b->set->hash_bits;

    if (lyt_vector_begin(&b->vector, b->first_raw[i + 1] - b->first_raw[i]))
        return LYT_ENOMEM;
    for (size_t j = b->first_raw[i]; j < b->first_raw[i + 1]; j++) {
        const raw *r = &b->raws[j];

        if ((clause ? r->clause == *clause && (r->first & LYT_FIRST_OF_CLAUSE)
                    : r->first & LYT_FIRST_OF_TEXT) &&
            is_kept(b, slot_of(&b->counter, r->hash)))
            lyt_vector_add(&b->vector, r->hash >> shift, r->group);
    }
    return end_vector_of(b, rows, cap);
}

static lyt_status place_message(building *b, size_t i)
{
    lyt_dataset *set = b->set;
    lyt_status status = place(b, i, NULL, &set->messages, &b->cap_seen[0]);

    for (size_t c = 0; c < set->first_clause[i + 1] - set->first_clause[i] && !status; c++)
        status = place(b, i, &c, &set->clauses, &b->cap_seen[1]);
    return status;
}

static lyt_status place_in_rows(building *b)
{
    lyt_dataset *set = b->set;
    lyt_status status = LYT_OK;

    set->messages.first = lyt_mem_array(set->alloc, set->n + 2, sizeof *set->messages.first);
    set->clauses.first =
        lyt_mem_array(set->alloc, set->first_clause[set->n] + 2, sizeof *set->clauses.first);
    if (!set->messages.first || !set->clauses.first)
        return LYT_ENOMEM;
    for (size_t i = 0; !status && i < set->n; i++)
        status = place_message(b, i);
    return status;
}

static lyt_status build(building *b)
{
    lyt_dataset *set = b->set;
    lyt_status status;

    set->first_hit = lyt_mem_array(set->alloc, set->n + 1, sizeof *set->first_hit);
    set->first_clause = lyt_mem_array(set->alloc, set->n + 1, sizeof *set->first_clause);
    set->fold = lyt_mem_array(set->alloc, set->n, sizeof *set->fold);
    b->first_raw = lyt_mem_array(set->alloc, set->n + 1, sizeof *b->first_raw);
    if (!set->first_hit || !set->first_clause || !set->fold || !b->first_raw ||
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
    lyt_mem_free(dataset->alloc, dataset->messages.items);
    lyt_mem_free(dataset->alloc, dataset->messages.first);
    lyt_mem_free(dataset->alloc, dataset->clauses.items);
    lyt_mem_free(dataset->alloc, dataset->clauses.first);
    lyt_mem_free(dataset->alloc, dataset->first_clause);
    lyt_mem_free(dataset->alloc, dataset->hits);
    lyt_mem_free(dataset->alloc, dataset->first_hit);
    lyt_mem_free(dataset->alloc, dataset->fold);
    lyt_mem_free(dataset->alloc, dataset);
}

double lyt_dataset_usual(const lyt_model *prior, unsigned hash_bits, size_t row)
{
    const lyt_model_head *head = prior->head;
    const uint8_t code = prior->rows[(row >> (hash_bits - head->hash_bits)) * head->stride];
    const double all = 1 + (double)head->n_messages;

    return code ? all * exp(-(code - 1) / (double)codes_per_unit) - 1 : 0;
}

/*
 * In how many messages each row is, and among how many: of the corpus, and of what the prior
 * was learned from, whose rows are only there as their rarity.
 */
static double count_rows(const lyt_dataset *set, const lyt_weighed *w, double *messages)
{
    const size_t n_rows = (size_t)1 << set->hash_bits;
    const double n_prior = w->prior ? (double)w->prior->head->n_messages : 0;

    for (size_t i = 0; i < set->messages.first[set->n]; i++) {
        if (w->groups >> set->messages.items[i].group & 1)
            messages[set->messages.items[i].row]++;
    }
    for (size_t r = 0; w->prior && r < n_rows; r++)
        messages[r] += lyt_dataset_usual(w->prior, set->hash_bits, r);
    return (double)set->n + n_prior;
}

/* Rarity of each row: 1 + ln((1 + N) / (1 + messages)), in steps. */
static lyt_status set_codes(const lyt_dataset *set, lyt_weighed *w)
{
    const size_t n_rows = (size_t)1 << set->hash_bits;
    double *messages = lyt_mem_array(set->alloc, n_rows, sizeof *messages);
    double all;

    w->codes = lyt_mem_array(set->alloc, n_rows, 1);
    if (!messages || !w->codes) {
        lyt_mem_free(set->alloc, messages);
        return LYT_ENOMEM;
    }
    all = count_rows(set, w, messages);
    for (size_t r = 0; r < n_rows; r++) {
        double code;

        if (messages[r] <= 0)
            continue;
        code = 1 + codes_per_unit * log((1 + all) / (1 + messages[r]));
        w->codes[r] = (uint8_t)(code < 1 ? 1 : code > 255 ? 255 : code + 0.5);
    }
    for (int code = 1; code < 256; code++)
        w->idf[code] = (float)pow(1 + (double)(code - 1) / codes_per_unit, w->recipe.idf_power);
    lyt_mem_free(set->alloc, messages);
    return LYT_OK;
}

/* Where the rows of a matrix go as they are made. */
typedef struct filling {
    const lyt_dataset *set;
    lyt_weighed *w;
    const lyt_weighing *weighing;
    int which; /* 0 messages, 1 clauses */
    size_t at;
} filling;

static void put_value(filling *f, size_t column, float value)
{
    f->w->col[f->which][f->at] = (uint32_t)column;
    f->w->value[f->which][f->at++] = value;
}

static void put_features(filling *f, const lyt_seen *seen, size_t n)
{
    float square[LYT_GROUPS] = {0}, factor[LYT_GROUPS];

    for (size_t j = 0; j < n; j++) {
        const float x = lyt_vector_rarity(f->weighing, seen[j].row, seen[j].group);

        square[seen[j].group] += x * x * lyt_vector_square(seen[j].group, seen[j].full);
    }
    for (size_t g = 0; g < LYT_GROUPS; g++)
        factor[g] = square[g] > 0 ? f->weighing->groups[g] / sqrtf(square[g]) : 0;
    for (size_t j = 0; j < n; j++) {
        if (f->w->groups >> seen[j].group & 1)
            put_value(f, seen[j].row,
                      lyt_vector_rarity(f->weighing, seen[j].row, seen[j].group) *
                          lyt_vector_times(seen[j].group, seen[j].full) * factor[seen[j].group]);
    }
}

/* Cues of message i, of all its clauses or of one. */
static void put_cues(filling *f, size_t i, size_t clause)
{
    const size_t n_rows = (size_t)1 << f->set->hash_bits;

    for (size_t j = f->set->first_hit[i]; j < f->set->first_hit[i + 1]; j++) {
        if (!f->which || f->set->hits[j].clause == clause)
            put_value(f, n_rows + f->set->hits[j].id, f->set->hits[j].value);
    }
}

/* The topics' columns are filled when all messages are there. */
static void end_vector(filling *f, size_t row)
{
    double square = 0;

    for (size_t c = f->w->topics.n; c > 0; c--)
        put_value(f, f->w->n_columns - 1 - c, 0);
    put_value(f, f->w->n_columns - 1, 1);
    for (size_t j = f->w->row[f->which][row]; j < f->at; j++)
        square += (double)f->w->value[f->which][j] * (double)f->w->value[f->which][j];
    f->w->square[f->which][row] = (float)square;
    f->w->row[f->which][row + 1] = f->at;
}

static void fill(const lyt_dataset *set, lyt_weighed *w)
{
    const lyt_weighing weighing = {w->codes, 1, w->idf, w->weights};
    filling whole = {set, w, &weighing, 0, 0}, part = {set, w, &weighing, 1, 0};

    for (size_t i = 0; i < set->n; i++) {
        const size_t *first = set->messages.first;

        put_features(&whole, set->messages.items + first[i], first[i + 1] - first[i]);
        put_cues(&whole, i, 0);
        end_vector(&whole, i);
        for (size_t c = set->first_clause[i]; c < set->first_clause[i + 1]; c++) {
            first = set->clauses.first;
            put_features(&part, set->clauses.items + first[c], first[c + 1] - first[c]);
            put_cues(&part, i, c - set->first_clause[i]);
            end_vector(&part, c);
        }
    }
}

/* The topics' columns of all rows, whose squares grow by theirs. */
static lyt_status fill_topics(lyt_weighed *w, const lyt_model *model, unsigned hash_bits)
{
    const lyt_matrix *matrices[] = {&w->messages, &w->clauses};
    float *sum;

    if (!w->topics.n)
        return LYT_OK;
    if (lyt_topics_fit(&w->topics, w->alloc, model, hash_bits, &w->messages, w->recipe.topics))
        return LYT_ENOMEM;
    sum = lyt_mem_array(w->alloc, w->topics.n_outputs, sizeof *sum);
    for (int which = 0; sum && which < 2; which++) {
        for (size_t i = 0; i < matrices[which]->n; i++) {
            float *columns = w->value[which] + w->row[which][i + 1] - 1 - w->topics.n;

            lyt_topics_read(&w->topics, matrices[which], i, sum, columns);
            for (size_t c = 0; c < w->topics.n; c++)
                w->square[which][i] += columns[c] * columns[c];
        }
    }
    lyt_mem_free(w->alloc, sum);
    return sum ? LYT_OK : LYT_ENOMEM;
}

static lyt_status matrix_new(lyt_weighed *w, int which, size_t n, size_t most, lyt_matrix *matrix)
{
    w->row[which] = lyt_mem_array(w->alloc, n + 1, sizeof *w->row[which]);
    w->col[which] = lyt_mem_array(w->alloc, most, sizeof *w->col[which]);
    w->value[which] = lyt_mem_array(w->alloc, most, sizeof *w->value[which]);
    w->square[which] = lyt_mem_array(w->alloc, n, sizeof *w->square[which]);
    *matrix = (lyt_matrix){n, w->row[which], w->col[which], w->value[which], w->square[which]};
    return w->row[which] && w->col[which] && w->value[which] && w->square[which] ? LYT_OK
                                                                                 : LYT_ENOMEM;
}

lyt_status lyt_dataset_weigh(const lyt_dataset *dataset, const lyt_recipe *recipe,
                             const lyt_model *prior, const lyt_model *topics, lyt_weighed *out)
{
    const size_t n = dataset->n, n_clauses = dataset->first_clause[n];
    const size_t n_hits = dataset->first_hit[n];
    const size_t n_more = lyt_topics_columns(topics, dataset->hash_bits) + 1;

    *out = (lyt_weighed){.alloc = dataset->alloc, .recipe = *recipe, .prior = prior};
    out->groups = (1u << LYT_GROUPS) - 1;
    for (int g = 0; g < LYT_GROUPS; g++)
        out->weights[g] = 1;
    out->weights[LYT_GROUP_BIGRAM] = (float)recipe->bigram;
    out->weights[LYT_GROUP_POLARITY] = (float)recipe->polarity;
    out->weights[LYT_GROUP_CONCEPT] = (float)recipe->concept;
    out->topics.n = n_more - 1;
    out->n_columns = ((size_t)1 << dataset->hash_bits) + dataset->n_cues + n_more;
    if (matrix_new(out, 0, n, dataset->messages.first[n] + n_hits + n * n_more, &out->messages) ||
        matrix_new(out, 1, n_clauses,
                   dataset->clauses.first[n_clauses] + n_hits + n_clauses * n_more,
                   &out->clauses) ||
        set_codes(dataset, out)) {
        lyt_dataset_unweigh(out);
        return LYT_ENOMEM;
    }
    fill(dataset, out);
    if (fill_topics(out, topics, dataset->hash_bits)) {
        lyt_dataset_unweigh(out);
        return LYT_ENOMEM;
    }
    return LYT_OK;
}

void lyt_dataset_unweigh(lyt_weighed *weighed)
{
    lyt_mem_free(weighed->alloc, weighed->codes);
    lyt_topics_free(&weighed->topics);
    for (int which = 0; which < 2; which++) {
        lyt_mem_free(weighed->alloc, weighed->row[which]);
        lyt_mem_free(weighed->alloc, weighed->col[which]);
        lyt_mem_free(weighed->alloc, weighed->value[which]);
        lyt_mem_free(weighed->alloc, weighed->square[which]);
    }
    *weighed = (lyt_weighed){.alloc = weighed->alloc};
}
