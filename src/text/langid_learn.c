/*
 * p(row)   (f N + a) / (N + a R): f the row's share of the language's runs (or words),
 *          R how many different ones all languages have, N the runs of the
 *          language with fewest of them, so that much text in one
 *          language does not lend it the runs that nobody has seen
 */
#include <math.h>
#include <string.h>

#include "langid_inner.h"
#include "mem.h"

/* Runs of 2 and of 3 repeat what those of 4 say; a word that is known says most. */
static const double kind_weight[lyt_langid_kinds] = {0.1, 0.4, 1, 3};
static const double smoothing[2] = {0.1, 0.2}; /* of runs, of words */
static const double room = 1.5;                /* rows for each run that was seen */

typedef struct seen {
    uint64_t hash;
    unsigned kind;
    double n[lyt_languages_max];
} seen;

typedef struct learner {
    lyt_langid *langid;
    seen *items;
    size_t n, cap;
    uint32_t *slots; /* number of an item plus 1, 0 empty; never more than half full */
    size_t n_slots;
    double total[2][lyt_languages_max]; /* of runs, of words */
    size_t different[2];
} learner;

static size_t group(unsigned kind)
{
    return kind == lyt_langid_word_kind;
}

static uint32_t *slot_of(const learner *in, uint64_t hash)
{
    size_t at = (size_t)hash & (in->n_slots - 1);

    while (in->slots[at] && in->items[in->slots[at] - 1].hash != hash)
        at = (at + 1) & (in->n_slots - 1);
    return &in->slots[at];
}

static lyt_status grow(learner *in)
{
    enum { first = 1 << 12 };
    size_t wanted = in->n_slots ? in->n_slots * 2 : first;
    uint32_t *slots = lyt_mem_array(in->langid->alloc, wanted, sizeof *slots);

    if (!slots)
        return LYT_ENOMEM;
    lyt_mem_free(in->langid->alloc, in->slots);
    in->slots = slots;
    in->n_slots = wanted;
    for (size_t i = 0; i < in->n; i++)
        *slot_of(in, in->items[i].hash) = (uint32_t)i + 1;
    return LYT_OK;
}

static lyt_status count(learner *in, lyt_langid_run run, size_t language, double weight)
{
    lyt_status status;
    uint32_t *slot;

    if ((in->n + 1) * 2 > in->n_slots) {
        status = grow(in);
        if (status)
            return status;
    }
    slot = slot_of(in, run.hash);
    if (!*slot) {
        status =
            lyt_mem_grow(in->langid->alloc, &in->items, &in->cap, in->n + 1, sizeof *in->items);
        if (status)
            return status;
        in->items[in->n] = (seen){.hash = run.hash, .kind = run.kind};
        *slot = (uint32_t)++in->n;
        in->different[group(run.kind)]++;
    }
    in->items[*slot - 1].n[language] += weight;
    in->total[group(run.kind)][language] += weight;
    return LYT_OK;
}

static lyt_status language_of(lyt_langid *langid, const char *code, size_t *out, lyt_error *err)
{
    if (!lyt_langid_is_code(lyt_str_of(code)))
        return lyt_error_set(err, LYT_EINVAL, "\"%.16s\" is no language code", code ? code : "");
    for (*out = 0; *out < langid->n_languages; ++*out)
        if (strcmp(langid->codes[*out], code) == 0)
            return LYT_OK;
    if (langid->n_languages == lyt_languages_max)
        return lyt_error_set(err, LYT_ELIMIT, "more than %d languages", (int)lyt_languages_max);
    memcpy(langid->codes[langid->n_languages++], code, strlen(code));
    return LYT_OK;
}

static lyt_status read_sample(learner *in, const lyt_langid_sample *sample, lyt_error *err)
{
    double weight = sample->mass > 0 ? sample->mass / (double)(sample->text.len + 1) : 1;
    lyt_langid_run runs[lyt_langid_runs_max];
    lyt_langid_word_letters word;
    lyt_status status = LYT_OK;
    size_t language = SIZE_MAX;

    for (size_t at = 0; !status && lyt_langid_next_word(sample->text, &at, &word);) {
        size_t n = lyt_langid_runs(&word, runs);

        if (language == SIZE_MAX)
            status = language_of(in->langid, sample->code, &language, err);
        for (size_t i = 0; i < n && !status; i++)
            if (!sample->is_list || runs[i].kind != lyt_langid_word_kind)
                status = count(in, runs[i], language, weight);
    }
    return status;
}

/* The scores of one item; returns what it tells, all in all. */
static double score(const learner *in, const seen *item, const double fewest[2],
                    int8_t out[lyt_languages_max])
{
    size_t g = group(item->kind), n = in->langid->n_languages;
    double log_p[lyt_languages_max], mean = 0, told = 0;

    for (size_t l = 0; l < n; l++) {
        double total = in->total[g][l];
        double share = total > 0 ? item->n[l] / total : 0;

        log_p[l] = log((share * fewest[g] + smoothing[g]) /
                       (fewest[g] + smoothing[g] * (double)in->different[g]));
        mean += log_p[l] / (double)n;
    }
    for (size_t l = 0; l < n; l++) {
        double value = kind_weight[item->kind] * (log_p[l] - mean);
        double share = in->total[g][l] > 0 ? item->n[l] / in->total[g][l] : 0;

        out[l] = (int8_t)fmax(-127, fmin(127, round(value * lyt_langid_eighths)));
        told = fmax(told, share * fabs(value));
    }
    return told;
}

/* Into its bucket, where the row that tells least gives way. */
static void place(lyt_langid *langid, double *tells, const seen *item,
                  const int8_t scores[lyt_languages_max], double told)
{
    size_t bucket = (size_t)item->hash & (((size_t)1 << langid->bits) - 1);
    double *kept = tells + bucket * lyt_langid_rows;
    uint32_t check = lyt_langid_check(item->hash);
    unsigned char *row;
    size_t least = 0;

    for (size_t i = 1; i < lyt_langid_rows; i++)
        if (kept[i] < kept[least])
            least = i;
    if (told <= kept[least])
        return;
    kept[least] = told;
    row = langid->own + bucket * lyt_langid_bucket_bytes + least * lyt_langid_row_bytes;
    for (size_t i = 0; i < lyt_langid_check_bytes; i++)
        row[i] = (unsigned char)(check >> (8 * i));
    memcpy(row + lyt_langid_check_bytes, scores, lyt_languages_max);
}

static lyt_status fill_table(learner *in)
{
    lyt_langid *langid = in->langid;
    double fewest[2] = {INFINITY, INFINITY};
    double *tells = NULL;
    size_t rows;

    langid->bits = lyt_langid_bits_min;
    while (langid->bits < lyt_langid_bits_max &&
           (double)((size_t)lyt_langid_rows << langid->bits) < room * (double)in->n)
        langid->bits++;
    rows = (size_t)lyt_langid_rows << langid->bits;
    langid->own = lyt_mem_array(langid->alloc, rows, lyt_langid_row_bytes);
    tells = lyt_mem_array(langid->alloc, rows, sizeof *tells);
    if (!langid->own || !tells) {
        lyt_mem_free(langid->alloc, tells);
        return LYT_ENOMEM;
    }
    langid->buckets = langid->own;
    for (size_t g = 0; g < 2; g++)
        for (size_t l = 0; l < langid->n_languages; l++)
            if (in->total[g][l] > 0)
                fewest[g] = fmin(fewest[g], in->total[g][l]);
    for (size_t i = 0; i < in->n; i++) {
        int8_t scores[lyt_languages_max] = {0};
        double told = score(in, &in->items[i], fewest, scores);

        place(langid, tells, &in->items[i], scores, told);
    }
    lyt_mem_free(langid->alloc, tells);
    return LYT_OK;
}

lyt_status lyt_langid_train(lyt_langid **out, const lyt_alloc *alloc,
                            const lyt_langid_sample *samples, size_t n, lyt_error *err)
{
    lyt_langid *langid = lyt_mem_new(alloc, sizeof *langid);
    learner in = {.langid = langid};
    lyt_status status = langid ? LYT_OK : LYT_ENOMEM;

    if (langid)
        langid->alloc = alloc;
    for (size_t i = 0; i < n && !status; i++)
        status = read_sample(&in, &samples[i], err);
    if (!status && !langid->n_languages)
        status = lyt_error_set(err, LYT_EINVAL, "no language has text to learn from");
    if (!status)
        status = fill_table(&in);
    if (status == LYT_ENOMEM)
        (void)lyt_error_set(err, LYT_ENOMEM, "no memory for a language table");
    lyt_mem_free(alloc, in.items);
    lyt_mem_free(alloc, in.slots);
    if (status)
        lyt_langid_free(langid);
    else
        *out = langid;
    return status;
}
