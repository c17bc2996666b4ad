#include "lessonlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "json.h"
#include "mem.h"
#include "store.h"
#include "submission.h"

enum { id_room = 24, scenarios_most = 64, patience_ms = 5000, walk_max = 1000 };

static const size_t texts_max = (size_t)256 << 20;

/* A correction as the log has it; the last one of a message counts. */
typedef struct entry {
    int64_t feedback, seq;
    const lyt_str *scenarios;
    size_t n_scenarios;
    bool undone;
} entry;

struct lyt_lessonlist {
    const lyt_alloc *alloc;
    lyt_arena *arena;
    lyt_lesson *lessons;
    size_t n;
    /* while it is read */
    entry *entries;
    size_t n_entries, cap_entries, n_walked;
    int64_t seq;
    lyt_error *err;
};

void lyt_lessonlist_free(lyt_lessonlist *list)
{
    if (!list)
        return;
    lyt_mem_free(list->alloc, list->entries);
    lyt_arena_free(list->arena);
    lyt_mem_free(list->alloc, list);
}

const lyt_lesson *lyt_lessonlist_items(const lyt_lessonlist *list, size_t *n)
{
    *n = list->n;
    return list->lessons;
}

static lyt_status short_of(const lyt_lessonlist *list)
{
    const lyt_status status = lyt_arena_status(list->arena);

    return lyt_error_set(list->err, status ? status : LYT_ENOMEM, "no memory for corrections");
}

static lyt_status take_scenarios(lyt_lessonlist *list, const lyt_json *names, entry *out)
{
    const size_t n = lyt_json_len(names);
    lyt_str *scenarios = lyt_arena_array(list->arena, n + 1, sizeof *scenarios);

    if (!scenarios)
        return short_of(list);
    for (size_t i = 0; i < n && out->n_scenarios < scenarios_most; i++) {
        lyt_str name;

        if (lyt_json_str(lyt_json_at(names, i), &name))
            scenarios[out->n_scenarios++] = lyt_arena_copy(list->arena, name);
    }
    out->scenarios = scenarios;
    return lyt_arena_status(list->arena) ? short_of(list) : LYT_OK;
}

static lyt_status read_event(void *user, int64_t seq, int64_t at_us, lyt_str topic, lyt_str json)
{
    lyt_lessonlist *list = user;
    entry e = {.seq = seq};
    lyt_json *event = NULL;
    lyt_status status = lyt_json_parse(&event, json, lyt_submission_max, list->err);

    (void)at_us;
    (void)topic;
    if (status)
        return status;
    e.feedback = lyt_json_number(event, "feedback");
    (void)lyt_json_bool(lyt_json_get(event, "undone"), &e.undone);
    status = take_scenarios(list, lyt_json_get(event, "scenarios"), &e);
    lyt_json_free(event);
    if (!status && lyt_mem_grow(list->alloc, &list->entries, &list->cap_entries,
                                list->n_entries + 1, sizeof *list->entries))
        status = short_of(list);
    if (status)
        return status;
    list->entries[list->n_entries++] = e;
    list->n_walked++;
    list->seq = seq;
    return LYT_OK;
}

/* By message, the last correction first. */
static int by_feedback(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->feedback != y->feedback)
        return x->feedback < y->feedback ? -1 : 1;
    return (y->seq > x->seq) - (y->seq < x->seq);
}

static lyt_status take_text(void *user, const lyt_feedback *feedback, lyt_str verdict)
{
    lyt_lessonlist *list = user;
    lyt_message *message = &list->lessons[list->n].message;

    (void)verdict;
    message->text = lyt_arena_copy(list->arena, feedback->text);
    if (feedback->language.len == 2)
        message->language = lyt_arena_copy(list->arena, feedback->language).ptr;
    return lyt_arena_status(list->arena) ? short_of(list) : LYT_OK;
}

static lyt_status add(lyt_lessonlist *list, lyt_store *store, const entry *e)
{
    char id[id_room];
    lyt_lesson *lesson = &list->lessons[list->n];
    lyt_status status;

    *lesson = (lyt_lesson){.scenarios = e->scenarios, .n_scenarios = e->n_scenarios};
    status = lyt_store_get_feedback(store, e->feedback, take_text, list, list->err);
    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    if (status)
        return status;
    snprintf(id, sizeof id, "%019lld", (long long)e->feedback);
    lesson->id = lyt_arena_copy(list->arena, lyt_str_of(id));
    if (lyt_arena_status(list->arena))
        return short_of(list);
    list->n += lesson->message.text.len > 0;
    return LYT_OK;
}

static lyt_status read_all(lyt_lessonlist *list, lyt_store *store)
{
    lyt_status status;

    do {
        list->n_walked = 0;
        status = lyt_store_each_event(store, list->seq, LYT_STR("correction."), walk_max,
                                      read_event, list, list->err);
    } while (!status && list->n_walked == walk_max);
    if (status)
        return status;
    list->lessons = lyt_arena_array(list->arena, list->n_entries + 1, sizeof *list->lessons);
    if (!list->lessons)
        return short_of(list);
    if (list->n_entries)
        qsort(list->entries, list->n_entries, sizeof *list->entries, by_feedback);
    for (size_t i = 0; !status && i < list->n_entries; i++) {
        const entry *e = &list->entries[i];

        if (!e->undone && (i == 0 || e[-1].feedback != e->feedback))
            status = add(list, store, e);
    }
    return status;
}

lyt_status lyt_lessonlist_read(lyt_lessonlist **out, const lyt_alloc *alloc, const char *database,
                               lyt_error *err)
{
    const lyt_store_options options = {
        .alloc = alloc, .path = database, .read_only = true, .busy_ms = patience_ms};
    lyt_lessonlist *list = lyt_mem_new(alloc, sizeof *list);
    lyt_store *store = NULL;
    lyt_status status = LYT_OK;

    if (list) {
        list->alloc = alloc;
        list->err = err;
    }
    if (!list || lyt_arena_new(&list->arena, alloc, "corrections", texts_max)) {
        lyt_lessonlist_free(list);
        return lyt_error_set(err, LYT_ENOMEM, "no memory for corrections");
    }
    if (access(database, F_OK) == 0) {
        status = lyt_store_open(&store, &options, err);
        if (!status)
            status = read_all(list, store);
        lyt_store_close(store);
    }
    if (status) {
        lyt_lessonlist_free(list);
        return status;
    }
    *out = list;
    return LYT_OK;
}
