#include "whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "json.h"
#include "kind.h"
#include "mem.h"
#include "parallel.h"
#include "verdict_skim.h"

/*
 * Rows are read in batches, judged on all threads in slices of a fixed size, and counted in
 * the order they were read.
 */

enum {
    batch_rows = 1024,
    slice_rows = 64,
    batch_bytes = 256 << 20,
    verdict_bytes = 1 << 20,
    alarms_max = 16, /* of one message */
    example_bytes = 160,
    usual_scale = 10,
};

typedef struct alarms {
    lyt_whatif_alarm items[alarms_max];
    size_t n;
} alarms;

typedef struct row {
    lyt_judged_row in;
    alarms before, after;
    bool unread;
} row;

typedef struct running {
    lyt_whatif *out;
    lyt_arena *arena;
    row *rows;
    size_t n;
    lyt_session *sessions[lyt_threads_max];
    unsigned n_threads;
    lyt_error *err;
} running;

void lyt_whatif_deinit(lyt_whatif *result)
{
    for (size_t i = 0; i < result->n_changes; i++)
        for (size_t j = 0; j < lyt_whatif_examples; j++)
            lyt_buf_deinit(&result->changes[i].text[j]);
    lyt_mem_free(NULL, result->changes);
}

static void copy_name(char out[lyt_whatif_name_bytes], lyt_str name)
{
    size_t n = name.len < lyt_whatif_name_bytes ? name.len : lyt_whatif_name_bytes - 1;

    if (n)
        memcpy(out, name.ptr, n);
    out[n] = '\0';
}

static void add_alarm(alarms *list, lyt_str scenario, lyt_str team, int64_t severity)
{
    lyt_whatif_alarm *alarm = &list->items[list->n];

    if (list->n == alarms_max)
        return;
    copy_name(alarm->scenario, scenario);
    copy_name(alarm->team, team);
    alarm->severity = (int)severity;
    list->n++;
}

/* A verdict of before there were kinds alarmed whatever it was. */
static lyt_kind kind_of(lyt_str name)
{
    for (int i = 0; i < LYT_KINDS; i++)
        if (lyt_str_equal(name, lyt_str_of(lyt_kind_name((lyt_kind)i))))
            return (lyt_kind)i;
    return LYT_KIND_COMPLAINT;
}

/* One that was written otherwise than this Lyt does. */
static bool parse_before(lyt_str verdict, alarms *out)
{
    const lyt_json *failures;
    lyt_json *json = NULL;
    lyt_kind kind;

    if (lyt_json_parse(&json, verdict, verdict_bytes, NULL))
        return false;
    kind = kind_of(lyt_json_text(json, "kind"));
    failures = lyt_json_get(json, "failures");
    for (size_t i = 0; i < lyt_json_len(failures); i++) {
        const lyt_json *failure = lyt_json_at(failures, i);
        int64_t severity = lyt_json_number(failure, "severity");
        bool shadow = false;

        (void)lyt_json_bool(lyt_json_get(failure, "shadow"), &shadow);
        if (lyt_failure_alarms(kind, (int)severity, shadow))
            add_alarm(out, lyt_json_text(failure, "scenario"), lyt_json_text(failure, "team"),
                      severity);
    }
    lyt_json_free(json);
    return true;
}

static bool read_before(lyt_str verdict, alarms *out)
{
    lyt_skimmed failures[lyt_scenarios_max];
    lyt_str name;
    size_t n = 0;
    lyt_kind kind;

    if (!lyt_verdict_skim(verdict, &name, failures, lyt_scenarios_max, &n))
        return parse_before(verdict, out);
    kind = kind_of(name);
    for (size_t i = 0; i < n; i++)
        if (lyt_failure_alarms(kind, failures[i].severity, failures[i].shadow))
            add_alarm(out, failures[i].scenario, failures[i].team, failures[i].severity);
    return true;
}

static const char *hint(lyt_str text)
{
    return text.len ? text.ptr : NULL;
}

static bool judge(lyt_session *session, const lyt_judged_row *in, alarms *out)
{
    lyt_message message = {.text = in->text,
                           .language = hint(in->language),
                           .place = hint(in->place),
                           .property = hint(in->property)};
    const lyt_verdict *verdict = NULL;

    if (!isnan(in->score)) {
        message.score = in->score;
        message.scale = in->scale > 0 ? in->scale : usual_scale;
    }
    if (lyt_classify_bare(session, &message, &verdict, NULL))
        return false;
    for (size_t i = 0; i < verdict->n_failures; i++) {
        const lyt_failure *failure = &verdict->failures[i];

        if (lyt_failure_alarms(verdict->kind, failure->severity, failure->shadow))
            add_alarm(out, lyt_str_of(failure->scenario),
                      lyt_str_of(failure->team ? failure->team : ""), failure->severity);
    }
    return true;
}

static void judge_slice(void *context, unsigned thread, size_t task)
{
    running *r = context;
    size_t end = (task + 1) * slice_rows;

    for (size_t i = task * slice_rows; i < end && i < r->n; i++) {
        row *one = &r->rows[i];

        one->unread = !read_before(one->in.verdict, &one->before) ||
                      !judge(r->sessions[thread], &one->in, &one->after);
    }
}

static bool same_alarm(const lyt_whatif_alarm *a, const lyt_whatif_alarm *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->team, b->team) == 0 &&
           a->severity == b->severity;
}

static lyt_whatif_change *find_change(lyt_whatif *out, lyt_whatif_kind kind,
                                      const lyt_whatif_alarm *before, const lyt_whatif_alarm *after)
{
    lyt_whatif_change *change;

    for (size_t i = 0; i < out->n_changes; i++) {
        change = &out->changes[i];
        if (change->kind == kind && same_alarm(&change->before, before) &&
            same_alarm(&change->after, after))
            return change;
    }
    if (lyt_mem_grow(NULL, &out->changes, &out->cap_changes, out->n_changes + 1,
                     sizeof *out->changes))
        return NULL;
    change = &out->changes[out->n_changes++];
    *change = (lyt_whatif_change){.kind = kind, .before = *before, .after = *after};
    for (size_t i = 0; i < lyt_whatif_examples; i++)
        lyt_buf_init(&change->text[i], NULL);
    return change;
}

/* Cut at a character. */
static lyt_str cut(lyt_str text)
{
    size_t n = text.len < example_bytes ? text.len : example_bytes;

    while (n < text.len && n && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
        n--;
    return lyt_str_slice(text, 0, n);
}

static lyt_status note(lyt_whatif *out, const row *one, lyt_whatif_kind kind,
                       const lyt_whatif_alarm *before, const lyt_whatif_alarm *after)
{
    static const lyt_whatif_alarm none = {"", "", 0};
    lyt_whatif_change *change =
        find_change(out, kind, before ? before : &none, after ? after : &none);

    if (!change)
        return LYT_ENOMEM;
    if (change->n < lyt_whatif_examples) {
        change->id[change->n] = one->in.id;
        lyt_buf_add(&change->text[change->n], cut(one->in.text));
        if (lyt_buf_status(&change->text[change->n]))
            return LYT_ENOMEM;
    }
    change->n++;
    out->n_of[kind]++;
    return LYT_OK;
}

/* The next alarm from *at on that is not yet accounted for; NULL at the end. */
static const lyt_whatif_alarm *next_left(const alarms *list, const bool *done, size_t *at)
{
    while (*at < list->n && done[*at])
        ++*at;
    return *at < list->n ? &list->items[(*at)++] : NULL;
}

/*
 * The same scenario first; then what was lost and what was gained in the same message are
 * taken for one alarm that goes elsewhere.
 */
static lyt_status compare(lyt_whatif *out, const row *one)
{
    bool lost[alarms_max] = {false}, gained[alarms_max] = {false}; /* accounted for */
    lyt_status status = LYT_OK;
    size_t i = 0, j = 0;

    out->alarms_before += (int64_t)one->before.n;
    out->alarms_after += (int64_t)one->after.n;
    for (size_t a = 0; a < one->before.n; a++)
        for (size_t b = 0; status == LYT_OK && b < one->after.n; b++) {
            const lyt_whatif_alarm *x = &one->before.items[a], *y = &one->after.items[b];

            if (gained[b] || lost[a] || strcmp(x->scenario, y->scenario) != 0)
                continue;
            lost[a] = gained[b] = true;
            if (same_alarm(x, y))
                out->same++;
            else
                status =
                    note(out, one,
                         strcmp(x->team, y->team) != 0 ? LYT_WHATIF_REROUTED : LYT_WHATIF_SEVERITY,
                         x, y);
        }
    while (status == LYT_OK) {
        const lyt_whatif_alarm *x = next_left(&one->before, lost, &i);
        const lyt_whatif_alarm *y = next_left(&one->after, gained, &j);

        if (!x && !y)
            break;
        status = note(out, one,
                      x && y ? LYT_WHATIF_REROUTED
                      : x    ? LYT_WHATIF_LOST
                             : LYT_WHATIF_GAINED,
                      x, y);
    }
    return status;
}

static lyt_status end_batch(running *r)
{
    lyt_status status = LYT_OK;

    lyt_parallel(r->n_threads, (r->n + slice_rows - 1) / slice_rows, judge_slice, r);
    for (size_t i = 0; status == LYT_OK && i < r->n; i++) {
        r->out->messages++;
        if (r->rows[i].unread)
            r->out->unread++;
        else
            status = compare(r->out, &r->rows[i]);
    }
    r->n = 0;
    lyt_arena_reset(r->arena);
    return status;
}

static lyt_status add_row(void *user, const lyt_judged_row *in)
{
    running *r = user;
    row *one = &r->rows[r->n];
    lyt_status status;

    /* the alarms behind the counts are left as they are: 4 KiB a row */
    one->before.n = one->after.n = 0;
    one->unread = false;
    one->in = (lyt_judged_row){
        .id = in->id,
        .received_us = in->received_us,
        .property = lyt_arena_copy(r->arena, in->property),
        .place = lyt_arena_copy(r->arena, in->place),
        .language = lyt_arena_copy(r->arena, in->language),
        .text = lyt_arena_copy(r->arena, in->text),
        .verdict = lyt_arena_copy(r->arena, in->verdict),
        .score = in->score,
        .scale = in->scale,
    };
    status = lyt_arena_status(r->arena);
    if (status == LYT_OK)
        r->n++;
    if (status == LYT_OK &&
        (r->n == batch_rows || lyt_arena_used(r->arena) > (size_t)batch_bytes / 2))
        status = end_batch(r);
    return status;
}

static int by_weight(const void *a, const void *b)
{
    const lyt_whatif_change *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->id[0] < y->id[0] ? -1 : x->id[0] > y->id[0];
}

static lyt_status prepare(running *r, const lyt_classifier *classifier)
{
    lyt_status status = lyt_arena_new(&r->arena, NULL, "whatif", batch_bytes);

    r->rows = calloc(batch_rows, sizeof *r->rows);
    if (status || !r->rows)
        return lyt_error_set(r->err, LYT_ENOMEM, "out of memory");
    r->n_threads = lyt_parallel_threads();
    for (unsigned i = 0; status == LYT_OK && i < r->n_threads; i++)
        status = lyt_session_new(&r->sessions[i], classifier, r->err);
    return status;
}

lyt_status lyt_whatif_run(lyt_whatif *out, lyt_store *store, int64_t since_us,
                          const lyt_classifier *classifier, lyt_error *err)
{
    lyt_whatif result = {.messages = 0};
    running r = {.out = &result, .err = err};
    lyt_status status = prepare(&r, classifier);

    if (status == LYT_OK)
        status = lyt_store_each_judged(store, since_us, 0, add_row, &r, err);
    if (status == LYT_OK && end_batch(&r))
        status = lyt_error_set(err, LYT_ENOMEM, "out of memory");
    for (unsigned i = 0; i < lyt_threads_max; i++)
        lyt_session_free(r.sessions[i]);
    lyt_arena_free(r.arena);
    free(r.rows);
    if (status) {
        lyt_whatif_deinit(&result);
        return status;
    }
    if (result.n_changes)
        qsort(result.changes, result.n_changes, sizeof *result.changes, by_weight);
    *out = result;
    return LYT_OK;
}
