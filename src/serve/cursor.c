#include "cursor.h"

#include <string.h>

#include "mem.h"

typedef struct pending {
    int64_t seq, due_us;
    uint32_t deliveries, size_bytes;
    bool is_done; /* above one that is not */
    bool is_raised;
    bool is_with; /* the subscriber; else it waits for credit: raised, or its connection was lost */
} pending;

struct lyt_cursor {
    const lyt_alloc *alloc;
    lyt_cursor_limits limits;
    int64_t floor, seen;
    pending *rows;
    size_t n, cap;
    size_t n_out, n_with;
    int64_t bytes_with;
};

enum {
    put_off_ms = 500,
    wait_longest_ms = 600000,
    done_kept = 20000, /* above a stuck one; then it waits for that */
};

lyt_status lyt_cursor_new(lyt_cursor **out, const lyt_alloc *alloc, int64_t floor,
                          const lyt_cursor_limits *limits)
{
    lyt_cursor *c = lyt_mem_new(alloc, sizeof *c);

    if (!c)
        return LYT_ENOMEM;
    c->alloc = alloc;
    c->limits = *limits;
    c->floor = c->seen = floor;
    *out = c;
    return LYT_OK;
}

void lyt_cursor_free(lyt_cursor *c)
{
    if (!c)
        return;
    lyt_mem_free(c->alloc, c->rows);
    lyt_mem_free(c->alloc, c);
}

void lyt_cursor_limit(lyt_cursor *c, const lyt_cursor_limits *limits)
{
    c->limits = *limits;
}

int64_t lyt_cursor_floor(const lyt_cursor *c)
{
    return c->floor;
}

int64_t lyt_cursor_seen(const lyt_cursor *c)
{
    return c->seen;
}

size_t lyt_cursor_out(const lyt_cursor *c)
{
    return c->n_out;
}

static bool is_full(const lyt_cursor *c)
{
    return (int64_t)c->n_with >= c->limits.credit ||
           (c->n_with && c->bytes_with >= c->limits.bytes_max);
}

size_t lyt_cursor_room(const lyt_cursor *c)
{
    /* what waits for credit goes first */
    if (is_full(c) || (int64_t)c->n_out >= c->limits.credit || c->n > done_kept)
        return 0;
    return (size_t)c->limits.credit - c->n_out;
}

static size_t place_of(const lyt_cursor *c, int64_t seq)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->rows[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static pending *find(const lyt_cursor *c, int64_t seq)
{
    size_t at = place_of(c, seq);

    return at < c->n && c->rows[at].seq == seq && !c->rows[at].is_done ? &c->rows[at] : NULL;
}

/* Rows that are done go from the front; the floor follows. */
static void settle(lyt_cursor *c)
{
    size_t n_gone = 0;
    int64_t floor = c->seen;

    while (n_gone < c->n && c->rows[n_gone].is_done)
        n_gone++;
    if (n_gone) {
        c->n -= n_gone;
        memmove(c->rows, c->rows + n_gone, c->n * sizeof *c->rows);
    }
    for (size_t i = 0; i < c->n; i++) {
        if (c->rows[i].is_done || c->rows[i].seq <= c->floor)
            continue;
        floor = c->rows[i].seq - 1;
        break;
    }
    if (floor > c->floor)
        c->floor = floor;
}

void lyt_cursor_pass(lyt_cursor *c, int64_t seq)
{
    if (seq <= c->seen)
        return;
    c->seen = seq;
    if (!c->n)
        c->floor = seq;
}

static int64_t wait_us(uint32_t deliveries, int64_t first_ms)
{
    int64_t ms = first_ms;

    for (uint32_t i = 1; i < deliveries && ms < wait_longest_ms; i++)
        ms *= 2;
    if (ms > wait_longest_ms)
        ms = first_ms > wait_longest_ms ? first_ms : wait_longest_ms;
    return ms * 1000;
}

lyt_status lyt_cursor_give(lyt_cursor *c, int64_t seq, size_t size_bytes, int64_t now_us)
{
    lyt_status status = lyt_mem_grow(c->alloc, &c->rows, &c->cap, c->n + 1, sizeof *c->rows);

    if (status)
        return status;
    c->rows[c->n++] = (pending){.seq = seq,
                                .due_us = now_us + wait_us(1, c->limits.wait_ms),
                                .deliveries = 1,
                                .size_bytes = (uint32_t)size_bytes,
                                .is_with = true};
    c->seen = seq;
    c->n_out++;
    c->n_with++;
    c->bytes_with += (int64_t)size_bytes;
    return LYT_OK;
}

lyt_status lyt_cursor_raise(lyt_cursor *c, int64_t seq, int64_t now_us)
{
    size_t at = place_of(c, seq);
    lyt_status status;

    if (at < c->n && c->rows[at].seq == seq)
        return LYT_EEXISTS;
    status = lyt_mem_grow(c->alloc, &c->rows, &c->cap, c->n + 1, sizeof *c->rows);
    if (status)
        return status;
    memmove(c->rows + at + 1, c->rows + at, (c->n - at) * sizeof *c->rows);
    c->n++;
    c->rows[at] = (pending){.seq = seq, .due_us = now_us, .is_raised = true};
    c->n_out++;
    return LYT_OK;
}

static void take_from(lyt_cursor *c, pending *p)
{
    if (!p->is_with)
        return;
    p->is_with = false;
    c->n_with--;
    c->bytes_with -= p->size_bytes;
}

lyt_status lyt_cursor_done(lyt_cursor *c, int64_t seq, bool *was_raised)
{
    pending *p = find(c, seq);

    if (!p)
        return LYT_ENOTFOUND;
    if (was_raised)
        *was_raised = p->is_raised;
    p->is_done = true;
    c->n_out--;
    take_from(c, p);
    settle(c);
    return LYT_OK;
}

lyt_status lyt_cursor_put_off(lyt_cursor *c, int64_t seq, int64_t delay_ms, int64_t now_us)
{
    pending *p = find(c, seq);

    if (!p)
        return LYT_ENOTFOUND;
    p->due_us = now_us + (delay_ms < 0 ? wait_us(p->deliveries, put_off_ms) : delay_ms * 1000);
    return LYT_OK;
}

void lyt_cursor_lose(lyt_cursor *c, int64_t now_us)
{
    bool is_oldest = true;

    for (size_t i = 0; i < c->n; i++) {
        pending *p = &c->rows[i];

        if (p->is_done)
            continue;
        p->due_us = now_us;
        if (!p->is_with)
            continue;
        take_from(c, p);
        if (!is_oldest && p->deliveries)
            p->deliveries--;
        is_oldest = false;
    }
}

static bool is_spent(const lyt_cursor *c, const pending *p)
{
    return p->deliveries >= c->limits.most;
}

/* Until something is done: it cannot go out, and need not to be buried. */
static bool must_wait(const lyt_cursor *c, const pending *p)
{
    return !p->is_with && is_full(c) && !is_spent(c, p);
}

bool lyt_cursor_find_due(const lyt_cursor *c, int64_t now_us, lyt_cursor_due *due)
{
    for (size_t i = 0; i < c->n; i++) {
        const pending *p = &c->rows[i];

        if (p->is_done || p->due_us > now_us || must_wait(c, p))
            continue;
        *due = (lyt_cursor_due){p->seq, p->deliveries, is_spent(c, p)};
        return true;
    }
    return false;
}

void lyt_cursor_again(lyt_cursor *c, int64_t seq, size_t size_bytes, int64_t now_us)
{
    pending *p = find(c, seq);

    if (!p)
        return;
    take_from(c, p);
    p->size_bytes = (uint32_t)size_bytes;
    p->is_with = true;
    c->n_with++;
    c->bytes_with += (int64_t)size_bytes;
    p->deliveries++;
    p->due_us = now_us + wait_us(p->deliveries, c->limits.wait_ms);
}

int64_t lyt_cursor_wake_us(const lyt_cursor *c)
{
    int64_t wake = INT64_MAX;

    for (size_t i = 0; i < c->n; i++)
        if (!c->rows[i].is_done && c->rows[i].due_us < wake && !must_wait(c, &c->rows[i]))
            wake = c->rows[i].due_us;
    return wake;
}
