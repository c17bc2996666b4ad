#include "lessons.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "modelview.h"
#include "utf8.h"

typedef struct lesson {
    char *id;
    uint64_t identity;
    uint8_t *truth; /* n_labels */
    double *base;   /* n_outputs */
    lyt_taught_term *terms;
    size_t n_terms;
} lesson;

struct lyt_lessons {
    const lyt_alloc *alloc;
    const lyt_model *model;
    size_t n_labels, n_outputs; /* of lyt_taught */
    lesson *items;              /* by id */
    size_t n, cap;
};

/*
 * What is right is said with odds of e^3, more than any rule above the model asks (a pleased
 * message needs .9), what is wrong with as much against it. Of one label a
 * message the right one has the margin that training aims at, nearly, and odds of e^3 over
 * each other, or what the threshold asks more.
 */
static const double logit_right = 3, margin_right = 0.8, odds_right = 3, odds_most = 8;

size_t lyt_modelview_taught_outputs(const lyt_model *model)
{
    const lyt_model_head *head = model->head;

    return head->is_multi ? head->n_labels + 1 : head->n_outputs - head->is_closed;
}

static void clear(const lyt_lessons *lessons, lesson *l)
{
    lyt_mem_free(lessons->alloc, l->id);
    lyt_mem_free(lessons->alloc, l->truth);
    lyt_mem_free(lessons->alloc, l->base);
    lyt_mem_free(lessons->alloc, l->terms);
}

void lyt_lessons_free(lyt_lessons *lessons)
{
    if (!lessons)
        return;
    for (size_t i = 0; i < lessons->n; i++)
        clear(lessons, &lessons->items[i]);
    lyt_mem_free(lessons->alloc, lessons->items);
    lyt_mem_free(lessons->alloc, lessons);
}

size_t lyt_lessons_count(const lyt_lessons *lessons)
{
    return lessons->n;
}

lyt_str lyt_lessons_id(const lyt_lessons *lessons, size_t index)
{
    return lyt_str_of(lessons->items[index].id);
}

/* The first whose id is not less; whether it is the one. */
static size_t place_of(const lyt_lessons *lessons, lyt_str id, bool *is_there)
{
    size_t low = 0, high = lessons->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (lyt_str_compare(lyt_str_of(lessons->items[middle].id), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *is_there = low < lessons->n && lyt_str_equal(lyt_str_of(lessons->items[low].id), id);
    return low;
}

bool lyt_lessons_unlearn(lyt_lessons *lessons, lyt_str id)
{
    bool is_there;
    const size_t at = place_of(lessons, id, &is_there);

    if (!is_there)
        return false;
    clear(lessons, &lessons->items[at]);
    memmove(&lessons->items[at], &lessons->items[at + 1],
            (lessons->n - at - 1) * sizeof *lessons->items);
    lessons->n--;
    return true;
}

/* Takes over what the lesson owns, also when it fails. */
static lyt_status put(lyt_lessons *lessons, lesson *l)
{
    bool is_there;
    const size_t at = place_of(lessons, lyt_str_of(l->id), &is_there);

    if (is_there) {
        clear(lessons, &lessons->items[at]);
        lessons->items[at] = *l;
        return LYT_OK;
    }
    if (lyt_mem_grow(lessons->alloc, &lessons->items, &lessons->cap, lessons->n + 1,
                     sizeof *lessons->items)) {
        clear(lessons, l);
        return LYT_ENOMEM;
    }
    memmove(&lessons->items[at + 1], &lessons->items[at],
            (lessons->n - at) * sizeof *lessons->items);
    lessons->items[at] = *l;
    lessons->n++;
    return LYT_OK;
}

static lyt_status make_room(const lyt_lessons *lessons, lyt_str id, size_t n_terms, lesson *l)
{
    *l = (lesson){.n_terms = n_terms};
    l->id = lyt_mem_strdup(lessons->alloc, id);
    l->truth = lyt_mem_array(lessons->alloc, lessons->n_labels + 1, sizeof *l->truth);
    l->base = lyt_mem_array(lessons->alloc, lessons->n_outputs + 1, sizeof *l->base);
    l->terms = lyt_mem_array(lessons->alloc, n_terms + 1, sizeof *l->terms);
    if (l->id && l->truth && l->base && l->terms)
        return LYT_OK;
    clear(lessons, l);
    return LYT_ENOMEM;
}

static lyt_status check(const lyt_lessons *lessons, lyt_str id, const bool *truth, lyt_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < lessons->n_labels; i++)
        n += truth[i];
    if (!id.len || id.len > lyt_lesson_id_max || lyt_utf8_check(id, NULL) ||
        lyt_str_find(id, '\0', 0) < id.len)
        return lyt_error_set(err, LYT_EINVAL, "the id of a lesson must have 1 to %d bytes of UTF-8",
                             lyt_lesson_id_max);
    if (n > 1 && !lessons->model->head->is_multi)
        return lyt_error_set(err, LYT_EINVAL, "this model gives a message one label, not %zu", n);
    if (lessons->n >= lyt_lessons_max)
        return lyt_error_set(err, LYT_ELIMIT,
                             "%d lessons are enough: train the model on them instead",
                             lyt_lessons_max);
    return LYT_OK;
}

lyt_status lyt_lessons_learn(lyt_lessons *lessons, lyt_str id, const lyt_input *input,
                             const bool *truth, lyt_scratch *scratch, lyt_arena *arena,
                             lyt_error *err)
{
    lyt_status status = check(lessons, id, truth, err);
    lesson l;

    if (status)
        return status;
    status = lyt_modelview_bare(lessons->model, scratch, input, arena);
    if (status || make_room(lessons, id, scratch->view.n, &l))
        return lyt_error_set(err, status ? status : LYT_ENOMEM, "%s",
                             lyt_status_text(status ? status : LYT_ENOMEM));
    l.identity = scratch->view.identity;
    for (size_t i = 0; i < lessons->n_labels; i++)
        l.truth[i] = truth[i];
    memcpy(l.base, scratch->bare, lessons->n_outputs * sizeof *l.base);
    memcpy(l.terms, scratch->view.terms, l.n_terms * sizeof *l.terms);
    return put(lessons, &l) ? lyt_error_set(err, LYT_ENOMEM, "out of memory") : LYT_OK;
}

/* A lesson as it lies in a file: these, the id, truths, bases, then keys and x of the terms. */
typedef struct lesson_head {
    uint64_t identity;
    uint32_t id_bytes, n_terms;
} lesson_head;

static void add(lyt_buf *out, const void *data, size_t size_bytes)
{
    lyt_buf_add(out, (lyt_str){data, size_bytes});
}

static void encode(const lyt_lessons *lessons, lyt_buf *out)
{
    for (size_t i = 0; i < lessons->n; i++) {
        const lesson *l = &lessons->items[i];
        const lesson_head head = {l->identity, (uint32_t)strlen(l->id), (uint32_t)l->n_terms};

        add(out, &head, sizeof head);
        add(out, l->id, head.id_bytes);
        add(out, l->truth, lessons->n_labels);
        add(out, l->base, lessons->n_outputs * sizeof *l->base);
        for (size_t j = 0; j < l->n_terms; j++) {
            add(out, &l->terms[j].key, sizeof l->terms[j].key);
            add(out, &l->terms[j].x, sizeof l->terms[j].x);
        }
    }
}

/* The next bytes of a blob; false when it is too short. */
static bool take(lyt_str *rest, void *out, size_t size_bytes)
{
    if (rest->len < size_bytes)
        return false;
    memcpy(out, rest->ptr, size_bytes);
    *rest = lyt_str_slice(*rest, size_bytes, rest->len);
    return true;
}

static bool is_sound(const lyt_lessons *lessons, const lesson *l)
{
    size_t n = 0;

    for (size_t i = 0; i < lessons->n_labels; i++) {
        if (l->truth[i] > 1)
            return false;
        n += l->truth[i];
    }
    for (size_t i = 0; i < lessons->n_outputs; i++)
        if (!isfinite(l->base[i]) || fabs(l->base[i]) > 1e9)
            return false;
    for (size_t i = 0; i < l->n_terms; i++)
        if (!(l->terms[i].x >= 0 && l->terms[i].x <= 1))
            return false;
    return lessons->model->head->is_multi || n <= 1;
}

static lyt_status decode_one(lyt_lessons *lessons, lyt_str *rest)
{
    enum { term_bytes = sizeof(uint64_t) + sizeof(float) };
    lesson_head head;
    lyt_str id;
    lesson l;
    bool is_whole;

    if (!take(rest, &head, sizeof head) || !head.id_bytes || head.id_bytes > lyt_lesson_id_max ||
        head.id_bytes > rest->len || head.n_terms > rest->len / term_bytes)
        return LYT_EFORMAT;
    id = lyt_str_slice(*rest, 0, head.id_bytes);
    *rest = lyt_str_slice(*rest, head.id_bytes, rest->len);
    if (lyt_utf8_check(id, NULL) || lyt_str_find(id, '\0', 0) < id.len ||
        (lessons->n && lyt_str_compare(lyt_str_of(lessons->items[lessons->n - 1].id), id) >= 0))
        return LYT_EFORMAT;
    if (make_room(lessons, id, head.n_terms, &l))
        return LYT_ENOMEM;
    l.identity = head.identity;
    is_whole = take(rest, l.truth, lessons->n_labels) &&
               take(rest, l.base, lessons->n_outputs * sizeof *l.base);
    for (size_t j = 0; is_whole && j < l.n_terms; j++)
        is_whole = take(rest, &l.terms[j].key, sizeof l.terms[j].key) &&
                   take(rest, &l.terms[j].x, sizeof l.terms[j].x);
    if (!is_whole || !is_sound(lessons, &l)) {
        clear(lessons, &l);
        return LYT_EFORMAT;
    }
    return put(lessons, &l);
}

static lyt_status begin(lyt_lessons **out, const lyt_alloc *alloc, const lyt_model *model)
{
    lyt_lessons *lessons = lyt_mem_new(alloc, sizeof *lessons);

    if (!lessons)
        return LYT_ENOMEM;
    lessons->alloc = alloc;
    lessons->model = model;
    lessons->n_labels = model->head->n_labels;
    lessons->n_outputs = lyt_modelview_taught_outputs(model);
    *out = lessons;
    return LYT_OK;
}

static lyt_status decode(lyt_lessons *lessons, lyt_str blob)
{
    lyt_status status = LYT_OK;

    while (!status && blob.len)
        status = lessons->n < lyt_lessons_max ? decode_one(lessons, &blob) : LYT_EFORMAT;
    return status;
}

lyt_str lyt_model_lessons(const lyt_model *model)
{
    return model->lessons;
}

lyt_status lyt_lessons_new(lyt_lessons **out, const lyt_alloc *alloc, const lyt_model *model)
{
    return lyt_lessons_read(out, alloc, model, model->lessons);
}

lyt_status lyt_lessons_read(lyt_lessons **out, const lyt_alloc *alloc, const lyt_model *model,
                            lyt_str bytes)
{
    lyt_lessons *lessons;
    lyt_status status = begin(&lessons, alloc, model);

    if (status)
        return status;
    status = decode(lessons, bytes);
    if (status)
        lyt_lessons_free(lessons);
    else
        *out = lessons;
    return status;
}

/* The margin at which an output is so much less likely than the right one. */
static double margin_wrong(const lyt_model_head *head, double added_right, double added)
{
    const double threshold = head->threshold > 0.001 ? head->threshold : 0.001;
    const double asked = fabs(log(threshold / (1.001 - threshold)));
    const double odds = odds_right + (asked < odds_most ? asked : odds_most);
    double z = lyt_curve_at(&head->curve, margin_right) + added_right - added - odds;

    /* never asked to be as good as the right one, however the offset of none speaks for it */
    z = z < -0.7 ? z : -0.7;
    return (-log(expm1(-z)) - head->curve.knee) / head->curve.slope;
}

/* What a lesson asks of each output. */
static void set_targets(const lyt_lessons *lessons, const lesson *l, double *target,
                        int8_t *direction)
{
    const lyt_model_head *head = lessons->model->head;
    const double of_none = head->is_closed ? 0 : head->curve.none;
    bool any = false;

    for (size_t k = 0; k < lessons->n_labels; k++)
        any |= l->truth[k];
    for (size_t k = 0; k < lessons->n_outputs; k++) {
        const bool is_none = k >= lessons->n_labels && !head->is_multi;
        const bool is_true = k < lessons->n_labels ? l->truth[k] : any == (bool)head->is_multi;

        direction[k] = is_true ? 1 : -1;
        if (head->is_multi)
            target[k] = is_true ? logit_right : -logit_right;
        else if (is_true)
            target[k] = margin_right;
        else
            target[k] = margin_wrong(head, any ? 0 : of_none, is_none ? of_none : 0);
        /* out of scope is what no label is near to */
        if (head->is_closed && !any && target[k] > head->curve.none - 0.2)
            target[k] = head->curve.none - 0.2;
    }
}

static lyt_status solve(const lyt_lessons *lessons, lyt_taught **out)
{
    const size_t n = lessons->n, n_outputs = lessons->n_outputs;
    lyt_taught_case *cases = lyt_mem_array(lessons->alloc, n + 1, sizeof *cases);
    double *target = lyt_mem_array(lessons->alloc, n * n_outputs + 1, sizeof *target);
    int8_t *direction = lyt_mem_array(lessons->alloc, n * n_outputs + 1, sizeof *direction);
    lyt_status status = cases && target && direction ? LYT_OK : LYT_ENOMEM;

    for (size_t i = 0; !status && i < n; i++) {
        const lesson *l = &lessons->items[i];

        set_targets(lessons, l, target + i * n_outputs, direction + i * n_outputs);
        cases[i] = (lyt_taught_case){l->terms,
                                     l->n_terms,
                                     l->identity,
                                     l->base,
                                     target + i * n_outputs,
                                     direction + i * n_outputs};
    }
    if (!status)
        status = lyt_taught_solve(out, lessons->alloc, cases, n, n_outputs);
    lyt_mem_free(lessons->alloc, cases);
    lyt_mem_free(lessons->alloc, target);
    lyt_mem_free(lessons->alloc, direction);
    return status;
}

lyt_status lyt_modelview_take_lessons(lyt_model *model)
{
    lyt_lessons *lessons;
    lyt_status status;

    if (!model->lessons.len)
        return LYT_OK;
    status = lyt_lessons_new(&lessons, model->alloc, model);
    if (status)
        return status;
    status = solve(lessons, &model->taught);
    lyt_lessons_free(lessons);
    return status;
}

lyt_status lyt_model_teach(lyt_model **out, const lyt_model *model, const lyt_lessons *lessons,
                           lyt_error *err)
{
    lyt_model *taught = lyt_mem_new(model->alloc, sizeof *taught);
    lyt_status status = taught ? LYT_OK : LYT_ENOMEM;
    lyt_buf blob;

    lyt_buf_init(&blob, model->alloc);
    encode(lessons, &blob);
    if (!status)
        status = lyt_buf_status(&blob);
    if (!status) {
        *taught = *model;
        taught->is_sharing = true;
        taught->taught = NULL;
        taught->lessons = (lyt_str){NULL, blob.len};
        taught->own_lessons = lyt_buf_take(&blob);
        taught->lessons.ptr = taught->own_lessons;
        status = lessons->n ? solve(lessons, &taught->taught) : LYT_OK;
        if (status)
            lyt_model_free(taught);
        else
            *out = taught;
    } else {
        lyt_mem_free(model->alloc, taught);
    }
    lyt_buf_deinit(&blob);
    return status ? lyt_error_set(err, status, "%s", lyt_status_text(status)) : LYT_OK;
}
