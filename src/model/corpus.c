#include "corpus.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "kin.h"
#include "mem.h"
#include "utf8.h"

static const lyt_str label_mark = {"__label__", 9};
static const lyt_str none_name = {"none", 4};

/* A corpus larger than this is a mistake, not a corpus. */
static const size_t file_bytes_max = (size_t)512 << 20;

/*
 * A label on its way in: its number and the opinion above it. When a call has read all,
 * an example's labels become two rows of numbers, its failures and then its topics.
 */
enum { opinion_shift = 14, number_mask = (1 << opinion_shift) - 1 };

static const lyt_str moods[] = {{":negative", 9}, {":neutral", 8}, {":positive", 9}};

/* What one call added: a copy of the data, and the label numbers of all its lines. */
typedef struct source {
    char *data;
    uint16_t *numbers;
    size_t n_numbers, cap_numbers;
} source;

struct lyt_corpus {
    const lyt_alloc *alloc;
    char **labels;
    size_t n_labels, cap_labels;
    lyt_example *examples;
    size_t n_examples, cap_examples;
    source *sources;
    size_t n_sources, cap_sources;
    lyt_span *spans; /* of the sources' examples, before doubles are dropped */
    size_t cap_spans;
    bool is_restricted;
    bool is_sealed;
    bool has_opinions;
};

/* One line on its way in. */
typedef struct reader {
    lyt_corpus *corpus;
    source *into;
    const char *name;
    uint32_t line;
    int language;
    bool met_mood;
    lyt_error *err;
} reader;

lyt_status lyt_corpus_new(lyt_corpus **out, const lyt_alloc *alloc)
{
    lyt_corpus *corpus = lyt_mem_new(alloc, sizeof *corpus);

    if (!corpus)
        return LYT_ENOMEM;
    corpus->alloc = alloc;
    *out = corpus;
    return LYT_OK;
}

static void source_drop(lyt_corpus *corpus, source *s)
{
    lyt_mem_free(corpus->alloc, s->data);
    lyt_mem_free(corpus->alloc, s->numbers);
}

void lyt_corpus_free(lyt_corpus *corpus)
{
    if (!corpus)
        return;
    for (size_t i = 0; i < corpus->n_labels; i++)
        lyt_mem_free(corpus->alloc, corpus->labels[i]);
    for (size_t i = 0; i < corpus->n_sources; i++)
        source_drop(corpus, &corpus->sources[i]);
    lyt_mem_free(corpus->alloc, corpus->labels);
    lyt_mem_free(corpus->alloc, corpus->sources);
    lyt_mem_free(corpus->alloc, corpus->spans);
    lyt_mem_free(corpus->alloc, corpus->examples);
    lyt_mem_free(corpus->alloc, corpus);
}

static bool find_label(const lyt_corpus *corpus, lyt_str name, size_t *index)
{
    for (size_t i = 0; i < corpus->n_labels; i++) {
        if (lyt_str_equal(lyt_str_of(corpus->labels[i]), name)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static lyt_status add_label(lyt_corpus *corpus, lyt_str name, size_t *index)
{
    char *copy;

    if (lyt_mem_grow(corpus->alloc, &corpus->labels, &corpus->cap_labels, corpus->n_labels + 1,
                     sizeof *corpus->labels))
        return LYT_ENOMEM;
    copy = lyt_mem_strdup(corpus->alloc, name);
    if (!copy)
        return LYT_ENOMEM;
    *index = corpus->n_labels;
    corpus->labels[corpus->n_labels++] = copy;
    return LYT_OK;
}

static void drop_labels(lyt_corpus *corpus, size_t keep)
{
    while (corpus->n_labels > keep)
        lyt_mem_free(corpus->alloc, corpus->labels[--corpus->n_labels]);
}

lyt_status lyt_corpus_restrict(lyt_corpus *corpus, const char *const *labels, size_t n_labels)
{
    const size_t before = corpus->n_labels;

    if (corpus->is_sealed)
        return LYT_ESTATE;
    for (size_t i = 0; i < n_labels; i++) {
        lyt_str name = lyt_str_of(labels[i]);
        size_t index;
        lyt_status status;

        if (lyt_str_equal(name, none_name) || find_label(corpus, name, &index))
            continue;
        status = corpus->n_labels < lyt_labels_max ? add_label(corpus, name, &index) : LYT_ELIMIT;
        if (status) {
            drop_labels(corpus, before);
            return status;
        }
    }
    corpus->is_restricted = true;
    return LYT_OK;
}

static lyt_status wrong(const reader *r, size_t at, const char *what)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->name, r->line, (uint32_t)at + 1, "%s", what);
}

static lyt_status no_memory(const reader *r)
{
    return lyt_error_at(r->err, LYT_ENOMEM, r->name, r->line, 0, "out of memory");
}

/* Takes ":positive" off a label's name. */
static lyt_opinion take_mood(lyt_str *name, bool *met)
{
    for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) {
        if (lyt_str_ends(*name, moods[i])) {
            name->len -= moods[i].len;
            *met = true;
            return (lyt_opinion)i;
        }
    }
    return LYT_OPINION_FAILURE;
}

static lyt_status take_label(reader *r, lyt_str name, size_t at, size_t first)
{
    lyt_corpus *corpus = r->corpus;
    source *s = r->into;
    size_t index;
    lyt_opinion opinion = take_mood(&name, &r->met_mood);

    if (!name.len)
        return wrong(r, at, "a mood without a topic; write __label__topic:mood");
    if (name.len > lyt_label_bytes_max)
        return wrong(r, at, "label is longer than 64 bytes");
    if (!find_label(corpus, name, &index)) {
        if (corpus->is_restricted)
            return lyt_error_at(r->err, LYT_EFORMAT, r->name, r->line, (uint32_t)at + 1,
                                "unknown label '%.*s'", LYT_STR_ARG(name));
        if (corpus->n_labels == lyt_labels_max)
            return wrong(r, at, "more than 1024 labels");
        if (add_label(corpus, name, &index))
            return no_memory(r);
    }
    index |= (size_t)opinion << opinion_shift;
    for (size_t i = first; i < s->n_numbers; i++) {
        if (s->numbers[i] == index)
            return LYT_OK;
    }
    if (lyt_mem_grow(corpus->alloc, &s->numbers, &s->cap_numbers, s->n_numbers + 1,
                     sizeof *s->numbers))
        return no_memory(r);
    s->numbers[s->n_numbers++] = (uint16_t)index;
    return LYT_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(lyt_str line, size_t at)
{
    while (at < line.len && is_blank(line.ptr[at]))
        at++;
    return at;
}

/* The labels at the head of a line; *at ends behind them. */
static lyt_status take_labels(reader *r, lyt_str line, size_t *at, bool *is_none)
{
    const size_t first = r->into->n_numbers;
    size_t n = 0;

    *is_none = false;
    for (;;) {
        size_t begin = skip_blanks(line, *at), end = begin;
        lyt_str name;
        lyt_status status;

        if (!lyt_str_begins(lyt_str_slice(line, begin, line.len), label_mark))
            break;
        while (end < line.len && !is_blank(line.ptr[end]))
            end++;
        name = lyt_str_slice(line, begin + label_mark.len, end);
        if (!name.len)
            return wrong(r, begin, "label without a name");
        if (*is_none || (n && lyt_str_equal(name, none_name)))
            return wrong(r, begin, "'none' beside another label");
        if (lyt_str_equal(name, none_name)) {
            *is_none = true;
        } else {
            status = take_label(r, name, begin, first);
            if (status)
                return status;
        }
        n++;
        *at = end;
    }
    return n ? LYT_OK
             : wrong(r, skip_blanks(line, 0), "no label; a line begins with __label__name");
}

static lyt_status take_line(reader *r, lyt_str line)
{
    lyt_corpus *corpus = r->corpus;
    lyt_example *example;
    const size_t first = r->into->n_numbers;
    size_t at = skip_blanks(line, 0), bad;
    bool is_none;
    lyt_str text;
    lyt_status status;

    if (lyt_utf8_check(line, &bad))
        return wrong(r, bad, "not UTF-8, or a NUL");
    if (at == line.len || line.ptr[at] == '#')
        return LYT_OK;
    status = take_labels(r, line, &at, &is_none);
    if (status)
        return status;
    text = lyt_str_trim(lyt_str_slice(line, at, line.len));
    if (!text.len)
        return wrong(r, at, "no text behind the labels");
    if (lyt_mem_grow(corpus->alloc, &corpus->examples, &corpus->cap_examples,
                     corpus->n_examples + 1, sizeof *corpus->examples))
        return no_memory(r);
    example = &corpus->examples[corpus->n_examples++];
    /* where the numbers lie is known when no more are added */
    *example = (lyt_example){
        .text = text, .n_labels = r->into->n_numbers - first, .language = r->language};
    return LYT_OK;
}

static lyt_status take_all(reader *r, lyt_str data)
{
    size_t at = 0;

    if (lyt_str_begins(data, LYT_STR("\xef\xbb\xbf")))
        at = 3;
    while (at < data.len) {
        size_t end = lyt_str_find(data, '\n', at);
        lyt_status status;

        r->line++;
        status = take_line(r, lyt_str_slice(data, at, end));
        if (status)
            return status;
        at = end + 1;
    }
    return LYT_OK;
}

/* An example's tagged numbers become its failures and its topics, each in `into`. */
static void split_opinions(lyt_example *example, const uint16_t *tagged, uint16_t *into)
{
    const size_t n = example->n_labels;
    size_t failures = 0, topics = 0;

    for (size_t i = 0; i < n; i++) {
        if (tagged[i] >> opinion_shift == LYT_OPINION_FAILURE)
            into[failures++] = tagged[i] & number_mask;
        example->is_positive |= tagged[i] >> opinion_shift == LYT_OPINION_POSITIVE;
    }
    for (size_t i = 0; i < n; i++) {
        const uint16_t number = tagged[i] & number_mask;
        size_t j = 0;

        while (j < topics && into[failures + j] != number)
            j++;
        if (j == topics)
            into[failures + topics++] = number;
    }
    example->labels = failures ? into : NULL;
    example->n_labels = failures;
    example->topics = topics ? into + failures : NULL;
    example->n_topics = topics;
}

/* From example `first` on, which are those of the source. */
static lyt_status split_source(lyt_corpus *corpus, source *s, size_t first)
{
    uint16_t *numbers;
    size_t from = 0, to = 0;

    /* not one label in all of it: nothing to split, and no array to point into */
    if (!s->n_numbers)
        return LYT_OK;
    numbers = lyt_mem_array(corpus->alloc, 2 * s->n_numbers, sizeof *numbers);
    if (!numbers)
        return LYT_ENOMEM;
    for (size_t i = first; i < corpus->n_examples; i++) {
        lyt_example *example = &corpus->examples[i];
        const size_t n = example->n_labels;

        split_opinions(example, s->numbers + from, numbers + to);
        from += n;
        to += example->n_labels + example->n_topics;
    }
    lyt_mem_free(corpus->alloc, s->numbers);
    s->numbers = numbers;
    s->n_numbers = s->cap_numbers = to;
    return LYT_OK;
}

lyt_status lyt_corpus_parse(lyt_corpus *corpus, lyt_str data, const char *name, int language,
                            lyt_error *err)
{
    const size_t n_examples = corpus->n_examples, n_labels = corpus->n_labels;
    reader r = {.corpus = corpus, .name = name, .language = language, .err = err};
    source *s;
    lyt_status status;

    if (corpus->is_sealed)
        return lyt_error_set(err, LYT_ESTATE, "the corpus is sealed");
    if (lyt_mem_grow(corpus->alloc, &corpus->sources, &corpus->cap_sources, corpus->n_sources + 1,
                     sizeof *corpus->sources) ||
        lyt_mem_grow(corpus->alloc, &corpus->spans, &corpus->cap_spans, corpus->n_sources + 1,
                     sizeof *corpus->spans))
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    s = &corpus->sources[corpus->n_sources];
    *s = (source){.data = lyt_mem_strdup(corpus->alloc, data)};
    if (!s->data)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    r.into = s;
    status = take_all(&r, (lyt_str){s->data, data.len});
    if (!status && split_source(corpus, s, n_examples))
        status = no_memory(&r);
    if (status) {
        source_drop(corpus, s);
        drop_labels(corpus, n_labels);
        corpus->n_examples = n_examples;
        return status;
    }
    corpus->spans[corpus->n_sources] = (lyt_span){n_examples, corpus->n_examples - n_examples};
    corpus->has_opinions |= r.met_mood;
    corpus->n_sources++;
    return LYT_OK;
}

lyt_status lyt_corpus_read(lyt_corpus *corpus, const lyt_fs *fs, const char *path, int language,
                           lyt_error *err)
{
    lyt_buf data;
    lyt_status status;

    lyt_buf_init(&data, corpus->alloc);
    status = lyt_fs_read(fs, path, file_bytes_max, &data, err);
    if (!status)
        status = lyt_corpus_parse(corpus, lyt_buf_str(&data), path, language, err);
    lyt_buf_deinit(&data);
    return status;
}

size_t lyt_corpus_size(const lyt_corpus *corpus)
{
    return corpus->n_examples;
}

const lyt_example *lyt_corpus_at(const lyt_corpus *corpus, size_t index)
{
    return &corpus->examples[index];
}

size_t lyt_corpus_labels(const lyt_corpus *corpus)
{
    return corpus->n_labels;
}

const char *lyt_corpus_label(const lyt_corpus *corpus, size_t index)
{
    return corpus->labels[index];
}

typedef struct named {
    char *name;
    uint16_t was;
} named;

static int by_name(const void *a, const void *b)
{
    const named *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int by_number(const void *a, const void *b)
{
    const uint16_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static lyt_status sort_labels(lyt_corpus *corpus)
{
    named *names = lyt_mem_array(corpus->alloc, corpus->n_labels, sizeof *names);
    uint16_t *now = lyt_mem_array(corpus->alloc, corpus->n_labels, sizeof *now);

    if (!names || !now) {
        lyt_mem_free(corpus->alloc, names);
        lyt_mem_free(corpus->alloc, now);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < corpus->n_labels; i++)
        names[i] = (named){corpus->labels[i], (uint16_t)i};
    if (corpus->n_labels)
        qsort(names, corpus->n_labels, sizeof *names, by_name);
    for (size_t i = 0; i < corpus->n_labels; i++) {
        corpus->labels[i] = names[i].name;
        now[names[i].was] = (uint16_t)i;
    }
    for (size_t i = 0, at = 0; i < corpus->n_sources; i++) {
        source *s = &corpus->sources[i];
        size_t done = 0;

        for (size_t j = 0; j < s->n_numbers; j++)
            s->numbers[j] = now[s->numbers[j]];
        /* examples lie in the order of their sources */
        for (; done < s->n_numbers; at++) {
            const size_t n = corpus->examples[at].n_labels, m = corpus->examples[at].n_topics;

            if (n)
                qsort(s->numbers + done, n, sizeof *s->numbers, by_number);
            if (m)
                qsort(s->numbers + done + n, m, sizeof *s->numbers, by_number);
            done += n + m;
        }
    }
    lyt_mem_free(corpus->alloc, names);
    lyt_mem_free(corpus->alloc, now);
    return LYT_OK;
}

typedef struct numbered {
    const lyt_example *example;
    size_t index;
    uint64_t hash; /* of the text */
} numbered;

static int by_numbers(const uint16_t *a, size_t n_a, const uint16_t *b, size_t n_b)
{
    int order = (n_a > n_b) - (n_a < n_b);

    for (size_t i = 0; !order && i < n_a; i++)
        order = a[i] - b[i];
    return order;
}

static int by_content(const void *a, const void *b)
{
    const lyt_example *x = ((const numbered *)a)->example, *y = ((const numbered *)b)->example;
    int order = lyt_str_compare(x->text, y->text);

    if (!order)
        order = by_numbers(x->labels, x->n_labels, y->labels, y->n_labels);
    if (!order)
        order = by_numbers(x->topics, x->n_topics, y->topics, y->n_topics);
    return order ? order : x->is_positive - y->is_positive;
}

/* Any order does that puts doubles side by side, the first of them first; most hashes differ. */
static int by_hash_then_index(const void *a, const void *b)
{
    const numbered *x = a, *y = b;
    int order = x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash) : by_content(a, b);

    return order ? order : (x->index > y->index) - (x->index < y->index);
}

void lyt_corpus_drop(lyt_corpus *corpus, const bool *is_dropped)
{
    size_t kept = 0;

    for (size_t i = 0; i < corpus->n_examples; i++) {
        if (!is_dropped[i])
            corpus->examples[kept++] = corpus->examples[i];
    }
    corpus->n_examples = kept;
}

static lyt_status drop_doubles(lyt_corpus *corpus)
{
    const size_t n = corpus->n_examples;
    numbered *sorted = lyt_mem_array(corpus->alloc, n, sizeof *sorted);
    bool *is_double = lyt_mem_array(corpus->alloc, n, sizeof *is_double);

    if (!sorted || !is_double) {
        lyt_mem_free(corpus->alloc, sorted);
        lyt_mem_free(corpus->alloc, is_double);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        sorted[i] = (numbered){&corpus->examples[i], i, lyt_hash_str(corpus->examples[i].text, 0)};
    if (n)
        qsort(sorted, n, sizeof *sorted, by_hash_then_index);
    for (size_t i = 1; i < n; i++)
        is_double[sorted[i].index] =
            sorted[i].hash == sorted[i - 1].hash && by_content(&sorted[i - 1], &sorted[i]) == 0;
    lyt_corpus_drop(corpus, is_double);
    lyt_mem_free(corpus->alloc, sorted);
    lyt_mem_free(corpus->alloc, is_double);
    return LYT_OK;
}

lyt_status lyt_corpus_seal(lyt_corpus *corpus)
{
    lyt_status status;

    if (corpus->is_sealed)
        return LYT_OK;
    status = sort_labels(corpus);
    if (!status) {
        lyt_kin_set(corpus->examples, corpus->spans, corpus->n_sources);
        status = drop_doubles(corpus);
    }
    /* sorting again is harmless, so a seal that failed may be tried again */
    corpus->is_sealed = !status;
    return status;
}

uint64_t lyt_corpus_hash(const lyt_corpus *corpus)
{
    uint64_t hash = lyt_hash_pair(corpus->n_labels, corpus->n_examples);

    for (size_t i = 0; i < corpus->n_labels; i++)
        hash = lyt_hash_pair(hash, lyt_hash_str(lyt_str_of(corpus->labels[i]), 1));
    for (size_t i = 0; i < corpus->n_examples; i++) {
        const lyt_example *example = &corpus->examples[i];

        hash = lyt_hash_pair(hash, lyt_hash_str(example->text, 2));
        hash = lyt_hash_pair(hash, (uint64_t)(example->language + 1));
        for (size_t j = 0; j < example->n_labels; j++)
            hash = lyt_hash_pair(hash, example->labels[j]);
        for (size_t j = 0; j < example->n_topics; j++)
            hash = lyt_hash_pair(hash, example->topics[j]);
        hash = lyt_hash_pair(hash, example->n_labels << 1 | example->is_positive);
    }
    return hash;
}

bool lyt_corpus_is_multi(const lyt_corpus *corpus)
{
    for (size_t i = 0; i < corpus->n_examples; i++) {
        if (corpus->examples[i].n_topics > 1)
            return true;
    }
    return corpus->has_opinions;
}

bool lyt_corpus_has_opinions(const lyt_corpus *corpus)
{
    return corpus->has_opinions;
}
