#include "refine.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "utf8.h"

enum { one_in = 5 };

/* So that a guest's text is never read as the labels of a training file. */
static const lyt_str word_joiner = {"\xe2\x81\xa0", 3};

typedef struct refining {
    lyt_pack *pack;
    const lyt_lesson *lessons;
    size_t n;
    const lyt_pack_options *options;
    lyt_arena *arena;
    bool *is_usable;      /* of the lessons */
    uint64_t *held_texts; /* hashes of the lessons held back, ascending */
    uint64_t *texts;      /* of all usable lessons, ascending */
    size_t n_held, n_texts;
    lyt_refined found;
    lyt_error *err;
} refining;

static lyt_status no_memory(const refining *r)
{
    return lyt_error_set(r->err, LYT_ENOMEM, "out of memory");
}

/* A text as it stands in a training file: one line. */
static void add_text(lyt_buf *out, lyt_str text)
{
    text = lyt_str_trim(text);
    if (lyt_str_begins(text, LYT_STR("__label__")))
        lyt_buf_add(out, word_joiner);
    for (size_t i = 0; i < text.len; i++)
        lyt_buf_add_char(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
}

static lyt_status hash_of(const refining *r, lyt_str text, uint64_t *out)
{
    lyt_buf line;
    lyt_status status;

    lyt_buf_init(&line, r->pack->alloc);
    add_text(&line, text);
    status = lyt_buf_status(&line) ? no_memory(r) : LYT_OK;
    *out = lyt_hash_str(lyt_buf_str(&line), 0);
    lyt_buf_deinit(&line);
    return status;
}

static bool is_usable(const refining *r, const lyt_lesson *lesson)
{
    size_t bad;

    if (lyt_utf8_check(lesson->message.text, &bad) || !lyt_str_trim(lesson->message.text).len)
        return false;
    for (size_t i = 0; i < lesson->n_scenarios; i++)
        if (!lyt_pack_find(r->pack, lesson->scenarios[i]))
            return false;
    return true;
}

static int by_hash(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static bool has(const uint64_t *hashes, size_t n, uint64_t hash)
{
    return n && bsearch(&hash, hashes, n, sizeof hash, by_hash);
}

static lyt_status look_at_lessons(refining *r)
{
    r->is_usable = lyt_arena_array(r->arena, r->n + 1, sizeof *r->is_usable);
    r->held_texts = lyt_arena_array(r->arena, r->n + 1, sizeof *r->held_texts);
    r->texts = lyt_arena_array(r->arena, r->n + 1, sizeof *r->texts);
    if (!r->is_usable || !r->held_texts || !r->texts)
        return no_memory(r);
    for (size_t i = 0; i < r->n; i++) {
        r->is_usable[i] = is_usable(r, &r->lessons[i]);
        if (!r->is_usable[i]) {
            r->found.n_skipped++;
            continue;
        }
        if (hash_of(r, r->lessons[i].message.text, &r->texts[r->n_texts]))
            return LYT_ENOMEM;
        if (r->n_texts % one_in == 0)
            r->held_texts[r->n_held++] = r->texts[r->n_texts];
        r->n_texts++;
    }
    r->found.n_lessons = r->n_texts;
    if (r->n_texts)
        qsort(r->texts, r->n_texts, sizeof *r->texts, by_hash);
    if (r->n_held)
        qsort(r->held_texts, r->n_held, sizeof *r->held_texts, by_hash);
    return LYT_OK;
}

static lyt_language language_of(const refining *r, const lyt_lesson *lesson)
{
    return lesson->message.language
               ? lyt_lexis_find(r->pack->lexis, lyt_str_of(lesson->message.language))
               : -1;
}

static void add_line(lyt_buf *out, const lyt_lesson *lesson)
{
    if (!lesson->n_scenarios)
        lyt_buf_add_text(out, "__label__none ");
    for (size_t i = 0; i < lesson->n_scenarios; i++)
        lyt_buf_addf(out, "__label__%.*s ", LYT_STR_ARG(lesson->scenarios[i]));
    add_text(out, lesson->message.text);
    lyt_buf_add_char(out, '\n');
}

/* The lessons of one language are one file. */
static lyt_status add_lessons(const refining *r, lyt_corpus *corpus, lyt_language language)
{
    lyt_status status;
    lyt_buf lines;

    lyt_buf_init(&lines, r->pack->alloc);
    for (size_t i = 0; i < r->n; i++)
        if (r->is_usable[i] && language_of(r, &r->lessons[i]) == language)
            add_line(&lines, &r->lessons[i]);
    status = lyt_buf_status(&lines) ? no_memory(r) : LYT_OK;
    if (!status && lines.len)
        status = lyt_corpus_parse(corpus, lyt_buf_str(&lines), "corrections", language, r->err);
    lyt_buf_deinit(&lines);
    return status;
}

/* The pack's sentences, and with lessons these, too; sealed. */
static lyt_status open_corpus(const refining *r, bool with_lessons, lyt_corpus **out)
{
    lyt_corpus *corpus = NULL;
    lyt_status status = lyt_pack_open_corpus(r->pack, &corpus, r->err);

    for (int i = -1; !status && with_lessons && i < lyt_languages_max; i++)
        status = add_lessons(r, corpus, i);
    if (!status && lyt_corpus_seal(corpus))
        status = no_memory(r);
    if (status)
        lyt_corpus_free(corpus);
    else
        *out = corpus;
    return status;
}

/* What says the same is held back together, be it a sentence or a lesson. */
static bool is_held(const refining *r, const lyt_example *example)
{
    const uint64_t hash = lyt_hash_str(example->text, 0);

    if (has(r->texts, r->n_texts, hash))
        return has(r->held_texts, r->n_held, hash);
    return lyt_hash_pair(example->kin, one_in) % one_in == 0;
}

/* Leaves what is held back (or what is not). */
static lyt_status keep(const refining *r, lyt_corpus *corpus, bool held)
{
    const size_t n = lyt_corpus_size(corpus);
    bool *dropped = lyt_mem_array(r->pack->alloc, n, sizeof *dropped);

    if (!dropped)
        return no_memory(r);
    for (size_t i = 0; i < n; i++)
        dropped[i] = is_held(r, lyt_corpus_at(corpus, i)) != held;
    lyt_corpus_drop(corpus, dropped);
    lyt_mem_free(r->pack->alloc, dropped);
    return LYT_OK;
}

/* Of what is not held back, or of everything. */
static lyt_status train(const refining *r, bool with_lessons, bool all, lyt_model **out)
{
    lyt_corpus *corpus = NULL;
    lyt_status status = open_corpus(r, with_lessons, &corpus);

    if (!status && !all)
        status = keep(r, corpus, false);
    if (!status)
        status = lyt_pack_train(r->pack, corpus, r->options, out, r->err);
    lyt_corpus_free(corpus);
    return status;
}

/* The pack as it would be with a model, for as long as both live. */
static lyt_pack pack_with(const lyt_pack *pack, lyt_model *model)
{
    lyt_pack with = *pack;

    lyt_pack_adopt(&with, model);
    return with;
}

static bool is_right(const lyt_pack *pack, const lyt_corpus *corpus, const lyt_example *example,
                     const bool *said)
{
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        bool truth = false;

        for (size_t j = 0; j < example->n_labels; j++)
            truth |= strcmp(lyt_corpus_label(corpus, example->labels[j]),
                            lyt_pack_scenario(pack, i)->id) == 0;
        if (truth != said[i])
            return false;
    }
    return true;
}

/* right[i]: whether the model says of example i exactly what is true. */
static lyt_status try(const refining *r, lyt_model *model, const lyt_corpus *corpus, bool *right)
{
    const lyt_pack pack = pack_with(r->pack, model);
    lyt_classifier *classifier = NULL;
    lyt_session *session = NULL;
    lyt_status status = lyt_classifier_of_pack(&classifier, &pack, pack.alloc, r->err);

    if (!status)
        status = lyt_session_new(&session, classifier, r->err);
    for (size_t i = 0; !status && i < lyt_corpus_size(corpus); i++) {
        const lyt_example *example = lyt_corpus_at(corpus, i);
        const lyt_message message = {
            .text = example->text,
            .language =
                example->language < 0 ? NULL : lyt_lexis_code(pack.lexis, example->language)};
        bool said[lyt_scenarios_max];
        lyt_judged reading;

        status = lyt_session_read(session, &message, &reading, r->err);
        if (status)
            break;
        lyt_pack_decide(&pack, lyt_pack_scenario(&pack, 0), &reading, said);
        right[i] = is_right(&pack, corpus, example, said);
    }
    lyt_session_free(session);
    lyt_classifier_close(classifier);
    return status;
}

static void count(lyt_refine_score *score, bool before, bool after)
{
    score->n++;
    score->before += before;
    score->after += after;
    score->lost += before && !after;
    score->gained += after && !before;
}

static bool is_worse(const lyt_refine_score *score)
{
    const double lost = (double)score->lost, gained = (double)score->gained;

    return lost > gained && (lost - gained) * (lost - gained) >= 4 * (lost + gained);
}

/* Two models that have not seen what is held back. */
static lyt_status compare(refining *r, lyt_model *before, lyt_model *after)
{
    lyt_corpus *held = NULL;
    bool *was = NULL, *is = NULL;
    lyt_status status = open_corpus(r, true, &held);

    if (!status)
        status = keep(r, held, true);
    if (!status) {
        was = lyt_mem_array(r->pack->alloc, lyt_corpus_size(held), sizeof *was);
        is = lyt_mem_array(r->pack->alloc, lyt_corpus_size(held), sizeof *is);
        status = was && is ? try(r, before, held, was) : no_memory(r);
    }
    if (!status)
        status = try(r, after, held, is);
    for (size_t i = 0; !status && i < lyt_corpus_size(held); i++) {
        const uint64_t hash = lyt_hash_str(lyt_corpus_at(held, i)->text, 0);

        count(has(r->texts, r->n_texts, hash) ? &r->found.lessons : &r->found.sentences, was[i],
              is[i]);
    }
    lyt_mem_free(r->pack->alloc, was);
    lyt_mem_free(r->pack->alloc, is);
    lyt_corpus_free(held);
    return status;
}

static lyt_status learn_and_compare(refining *r)
{
    lyt_model *before = NULL, *after = NULL;
    lyt_status status = train(r, false, false, &before);

    if (!status)
        status = train(r, true, false, &after);
    if (!status)
        status = compare(r, before, after);
    lyt_model_free(before);
    lyt_model_free(after);
    return status;
}

/* The examples that came out wrong, in their order. */
typedef struct faults {
    const lyt_alloc *alloc;
    const lyt_scenario_example **items;
    bool *grave; /* of a scenario of severity 4 */
    size_t n, cap_items, cap_grave;
    lyt_status status;
} faults;

static void note_fault(void *context, const lyt_pack_fault *fault)
{
    faults *f = context;

    if (lyt_mem_grow(f->alloc, &f->items, &f->cap_items, f->n + 1, sizeof *f->items) ||
        lyt_mem_grow(f->alloc, &f->grave, &f->cap_grave, f->n + 1, sizeof *f->grave)) {
        f->status = LYT_ENOMEM;
        return;
    }
    f->items[f->n] = fault->example;
    f->grave[f->n++] = fault->scenario->severity == lyt_severity_max && fault->example->fires;
}

static lyt_status find_faults(const refining *r, const lyt_pack *pack, faults *f, size_t *n)
{
    lyt_pack_checked checked = {0};
    lyt_status status;

    *f = (faults){.alloc = r->pack->alloc};
    status = lyt_pack_check(pack, note_fault, f, &checked, r->err);
    *n = checked.n_examples;
    return !status && f->status ? no_memory(r) : status;
}

static bool among(const faults *f, const lyt_scenario_example *example)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->items[i] == example)
            return true;
    return false;
}

static void free_faults(faults *f)
{
    lyt_mem_free(f->alloc, f->items);
    lyt_mem_free(f->alloc, f->grave);
}

/* *grave: examples of severity 4 that only the new model misses. */
static lyt_status check_examples(refining *r, lyt_model *model, size_t *grave)
{
    const lyt_pack with = pack_with(r->pack, model);
    lyt_refine_score *score = &r->found.examples;
    faults before, after = {.alloc = r->pack->alloc};
    lyt_status status = find_faults(r, r->pack, &before, &score->n);

    *grave = 0;
    if (!status)
        status = find_faults(r, &with, &after, &score->n);
    for (size_t i = 0; i < after.n; i++) {
        if (among(&before, after.items[i]))
            continue;
        score->lost++;
        *grave += after.grave[i];
    }
    score->before = score->n - before.n;
    score->after = score->n - after.n;
    score->gained = score->after + score->lost - score->before;
    free_faults(&before);
    free_faults(&after);
    return status;
}

static lyt_status learn_all(refining *r)
{
    lyt_model *model = NULL;
    size_t grave = 0;
    lyt_status status = train(r, true, true, &model);

    if (!status)
        status = check_examples(r, model, &grave);
    if (!status && (grave || is_worse(&r->found.examples))) {
        r->found.verdict = LYT_REFINE_EXAMPLES;
    } else if (!status) {
        r->found.verdict = LYT_REFINE_TAKEN;
        r->found.model = model;
        model = NULL;
    }
    lyt_model_free(model);
    return status;
}

static lyt_status refine(refining *r)
{
    lyt_status status = look_at_lessons(r);

    if (status)
        return status;
    if (r->found.n_lessons < lyt_refine_lessons_min) {
        r->found.verdict = LYT_REFINE_FEW;
        return LYT_OK;
    }
    status = learn_and_compare(r);
    if (status)
        return status;
    if (r->found.lessons.after < r->found.lessons.before) {
        r->found.verdict = LYT_REFINE_LESSONS;
        return LYT_OK;
    }
    if (is_worse(&r->found.sentences)) {
        r->found.verdict = LYT_REFINE_SENTENCES;
        return LYT_OK;
    }
    return learn_all(r);
}

lyt_status lyt_refine(lyt_pack *pack, const lyt_lesson *lessons, size_t n,
                      const lyt_pack_options *options, lyt_refined *out, lyt_error *err)
{
    refining r = {.pack = pack, .lessons = lessons, .n = n, .options = options, .err = err};
    lyt_status status = lyt_arena_new(&r.arena, pack->alloc, "refining", (n + 1) * 64 + 65536);

    if (status)
        return lyt_error_set(err, status, "out of memory");
    status = refine(&r);
    lyt_arena_free(r.arena);
    if (!status)
        *out = r.found;
    return status;
}
