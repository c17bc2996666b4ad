#include "stay.h"

#include <string.h>

#include "mem.h"

enum { text_max = 63 };

typedef struct row {
    char id[text_max + 1], guest[text_max + 1], property[text_max + 1], place[text_max + 1];
    int64_t from_us, to_us;
} row;

struct lyt_stays {
    const lyt_alloc *alloc;
    row *rows;
    size_t n, cap;
};

lyt_status lyt_stays_new(lyt_stays **out, const lyt_alloc *alloc)
{
    lyt_stays *stays = lyt_mem_new(alloc, sizeof *stays);

    if (!stays)
        return LYT_ENOMEM;
    stays->alloc = alloc;
    *out = stays;
    return LYT_OK;
}

void lyt_stays_free(lyt_stays *stays)
{
    if (!stays)
        return;
    lyt_mem_free(stays->alloc, stays->rows);
    lyt_mem_free(stays->alloc, stays);
}

static bool copy(char out[text_max + 1], const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (len > text_max)
        return false;
    memset(out, 0, text_max + 1);
    if (len)
        memcpy(out, text, len);
    return true;
}

lyt_status lyt_stays_put(lyt_stays *stays, const lyt_stay *stay)
{
    row fresh = {.from_us = stay->from_us, .to_us = stay->to_us};
    lyt_status status;

    if (!copy(fresh.id, stay->id) || !copy(fresh.guest, stay->guest) ||
        !copy(fresh.property, stay->property) || !copy(fresh.place, stay->place))
        return LYT_ELIMIT;
    if (stay->to_us <= stay->from_us)
        return LYT_EINVAL;
    for (size_t i = 0; i < stays->n; i++) {
        if (strcmp(stays->rows[i].id, fresh.id) != 0)
            continue;
        stays->rows[i] = fresh;
        return LYT_OK;
    }
    status =
        lyt_mem_grow(stays->alloc, &stays->rows, &stays->cap, stays->n + 1, sizeof *stays->rows);
    if (!status)
        stays->rows[stays->n++] = fresh;
    return status;
}

size_t lyt_stays_erase(lyt_stays *stays, const char *guest)
{
    size_t kept = 0, before = stays->n;

    for (size_t i = 0; i < before; i++)
        if (strcmp(stays->rows[i].guest, guest) != 0)
            stays->rows[kept++] = stays->rows[i];
    /* nothing of an erased guest stays behind in memory */
    if (before > kept)
        memset(stays->rows + kept, 0, (before - kept) * sizeof *stays->rows);
    stays->n = kept;
    return before - kept;
}

void lyt_stays_clear(lyt_stays *stays)
{
    stays->n = 0;
}

bool lyt_stays_find(const lyt_stays *stays, lyt_str guest, int64_t at_us, lyt_stay *out)
{
    bool found = false;

    for (size_t i = 0; stays && guest.len && i < stays->n; i++) {
        const row *r = &stays->rows[i];

        if (!lyt_str_equal(lyt_str_of(r->guest), guest) || at_us < r->from_us ||
            at_us >= r->to_us || (found && r->to_us >= out->to_us))
            continue;
        *out = lyt_stays_at(stays, i);
        found = true;
    }
    return found;
}

size_t lyt_stays_size(const lyt_stays *stays)
{
    return stays->n;
}

lyt_stay lyt_stays_at(const lyt_stays *stays, size_t index)
{
    const row *r = &stays->rows[index];

    return (lyt_stay){r->id, r->guest, r->property, r->place, r->from_us, r->to_us};
}
