#include "lessonlist.h"

#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "correctionlog.h"
#include "mem.h"

enum { patience_ms = 5000 };

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
    size_t n_entries, cap_entries;
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

static lyt_status take(void *user, const lyt_corrected *what)
{
    lyt_lessonlist *list = user;
    lyt_str *names = lyt_arena_array(list->arena, what->n_scenarios + 1, sizeof *names);

    if (!names)
        return short_of(list);
    for (size_t i = 0; i < what->n_scenarios; i++)
        names[i] = lyt_arena_copy(list->arena, what->scenarios[i]);
    if (lyt_arena_status(list->arena) ||
        lyt_mem_grow(list->alloc, &list->entries, &list->cap_entries, list->n_entries + 1,
                     sizeof *list->entries))
        return short_of(list);
    list->entries[list->n_entries++] =
        (entry){what->feedback, what->seq, names, what->n_scenarios, what->undone};
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
    char id[lyt_lesson_id_bytes];
    lyt_lesson *lesson = &list->lessons[list->n];
    lyt_status status;

    *lesson = (lyt_lesson){.scenarios = e->scenarios, .n_scenarios = e->n_scenarios};
    status = lyt_store_get_feedback(store, e->feedback, take_text, list, list->err);
    if (status == LYT_ENOTFOUND)
        return LYT_OK;
    if (status)
        return status;
    lyt_lesson_id(id, e->feedback);
    lesson->id = lyt_arena_copy(list->arena, lyt_str_of(id));
    if (lyt_arena_status(list->arena))
        return short_of(list);
    list->n += lesson->message.text.len > 0;
    return LYT_OK;
}

static lyt_status read_all(lyt_lessonlist *list, lyt_store *store)
{
    lyt_status status = lyt_corrected_each(store, 0, take, list, list->err);

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
