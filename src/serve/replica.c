#include "replica.h"

#include <string.h>

#include "cases.h"
#include "mem.h"
#include "store_snapshot.h"

enum { fact_bytes_max = 1 << 20 };

struct lyt_replica {
    const lyt_alloc *alloc;
    const lyt_settings *settings;
    lyt_book *book;
    lyt_finding_row *rows;
    size_t n_rows, cap_rows;
    int64_t last; /* fact */
    lyt_error *err;
};

lyt_status lyt_replica_new(lyt_replica **out, const lyt_alloc *alloc, const lyt_settings *settings)
{
    lyt_replica *r = lyt_mem_new(alloc, sizeof *r);

    if (!r)
        return LYT_ENOMEM;
    r->alloc = alloc;
    r->settings = settings;
    if (lyt_book_new(&r->book, alloc)) {
        lyt_replica_free(r);
        return LYT_ENOMEM;
    }
    *out = r;
    return LYT_OK;
}

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text; /* ours; const for everybody else */
}

static void forget_rows(lyt_replica *r)
{
    for (size_t i = 0; i < r->n_rows; i++) {
        lyt_mem_free(r->alloc, text_of(r->rows[i].trigger));
        lyt_mem_free(r->alloc, text_of(r->rows[i].subject));
    }
    r->n_rows = 0;
}

void lyt_replica_free(lyt_replica *r)
{
    if (!r)
        return;
    forget_rows(r);
    lyt_mem_free(r->alloc, r->rows);
    lyt_book_free(r->book);
    lyt_mem_free(r->alloc, r);
}

static lyt_finding_row *row_of(lyt_replica *r, const lyt_fact *fact)
{
    for (size_t i = r->n_rows; i-- > 0;) {
        lyt_finding_row *row = &r->rows[i];

        if (row->found_us == fact->other && row->severity == fact->number &&
            lyt_str_equal(lyt_str_of(row->trigger), fact->text) &&
            lyt_str_equal(lyt_str_of(row->subject), fact->who))
            return row;
    }
    return NULL;
}

/* A late event moved it: it is one finding all the same. */
static bool move_row(lyt_replica *r, const lyt_fact *fact)
{
    for (size_t i = r->n_rows; i-- > 0;) {
        lyt_finding_row *row = &r->rows[i];

        if (row->found_us != fact->due_us || row->withdrawn_us ||
            !lyt_str_equal(lyt_str_of(row->trigger), fact->text) ||
            !lyt_str_equal(lyt_str_of(row->subject), fact->who))
            continue;
        row->found_us = fact->other;
        row->severity = (int)fact->number;
        return true;
    }
    return false;
}

static lyt_status note_found(lyt_replica *r, const lyt_fact *fact)
{
    lyt_finding_row *row = row_of(r, fact);
    lyt_finding_row fresh = {.incident = fact->incident,
                             .at_us = fact->at_us,
                             .found_us = fact->other,
                             .severity = (int)fact->number,
                             .is_held_out = fact->which != 0};

    if (fact->kind == LYT_FACT_FOUND && fact->due_us && move_row(r, fact))
        return LYT_OK;
    if (fact->kind == LYT_FACT_UNFOUND) {
        if (row)
            row->withdrawn_us = fact->at_us;
        return LYT_OK;
    }
    if (row) { /* it is so after all */
        row->withdrawn_us = 0;
        return LYT_OK;
    }
    if (lyt_mem_grow(r->alloc, &r->rows, &r->cap_rows, r->n_rows + 1, sizeof *r->rows))
        return LYT_ENOMEM;
    fresh.trigger = lyt_mem_strdup(r->alloc, fact->text);
    fresh.subject = lyt_mem_strdup(r->alloc, fact->who);
    if (!fresh.trigger || !fresh.subject) {
        lyt_mem_free(r->alloc, text_of(fresh.trigger));
        lyt_mem_free(r->alloc, text_of(fresh.subject));
        return LYT_ENOMEM;
    }
    r->rows[r->n_rows++] = fresh;
    return LYT_OK;
}

static lyt_status take(void *user, int64_t number, lyt_str text)
{
    lyt_replica *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, r->err);

    if (!status)
        status = lyt_fact_read(&fact, json, r->err);
    if (!status)
        status = lyt_book_fold(r->book, &fact, r->err);
    lyt_book_mark(r->book);
    if (!status && (fact.kind == LYT_FACT_FOUND || fact.kind == LYT_FACT_UNFOUND))
        status = note_found(r, &fact);
    lyt_json_free(json);
    if (!status)
        r->last = number;
    return status;
}

static lyt_status take_found(void *user, lyt_str text)
{
    lyt_replica *r = user;
    lyt_json *json = NULL;
    lyt_fact fact;
    lyt_status status = lyt_json_parse(&json, text, fact_bytes_max, r->err);

    if (!status)
        status = lyt_fact_read(&fact, json, r->err);
    if (!status)
        status = note_found(r, &fact);
    lyt_json_free(json);
    return status;
}

/* The first time the snapshot spares most of the facts; without one they are all read. */
static lyt_status begin(lyt_replica *r, lyt_store *store)
{
    lyt_book *book = NULL;
    int64_t last;
    lyt_status status = lyt_snapshot_read(&book, r->alloc, store, &last);

    if (status == LYT_ENOMEM)
        return lyt_error_set(r->err, status, "no memory for the incidents");
    if (status)
        return LYT_OK;
    status = lyt_store_each_found(store, last, take_found, r, r->err);
    if (status) {
        forget_rows(r);
        lyt_book_free(book);
        return status;
    }
    lyt_book_free(r->book);
    r->book = book;
    r->last = last;
    return LYT_OK;
}

lyt_status lyt_replica_sync(lyt_replica *r, lyt_store *store, lyt_error *err)
{
    lyt_status status = LYT_OK;

    r->err = err;
    if (!r->last)
        status = begin(r, store);
    return status ? status : lyt_store_each_fact_after(store, r->last, take, r, err);
}

const lyt_book *lyt_replica_book(const lyt_replica *r)
{
    return r->book;
}

void lyt_replica_resettle(lyt_replica *r, const lyt_settings *settings)
{
    r->settings = settings;
}

const lyt_settings *lyt_replica_settings(const lyt_replica *r)
{
    return r->settings;
}

size_t lyt_replica_findings(const lyt_replica *r)
{
    return r->n_rows;
}

const lyt_finding_row *lyt_replica_finding(const lyt_replica *r, size_t index)
{
    return index < r->n_rows ? &r->rows[index] : NULL;
}
