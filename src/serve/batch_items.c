/* What a batch holds; what becomes of it stands in batch.c. */
#include <string.h>

#include "batch.h"
#include "mem.h"

enum {
    arena_bytes = 64 << 20,
    collect_bytes = 2 << 20, /* events can be six times as long as what they come from */
};

lyt_status lyt_batch_init(lyt_batch *batch, const lyt_alloc *alloc)
{
    memset(batch, 0, sizeof *batch);
    batch->alloc = alloc;
    lyt_buf_init(&batch->topic, alloc);
    lyt_buf_init(&batch->json, alloc);
    batch->done = lyt_mem_new(alloc, sizeof *batch->done);
    if (!batch->done || lyt_arena_new(&batch->arena, alloc, "batch", arena_bytes) ||
        lyt_arena_new(&batch->spare, alloc, "batch", arena_bytes)) {
        lyt_batch_deinit(batch);
        return LYT_ENOMEM;
    }
    return LYT_OK;
}

void lyt_batch_deinit(lyt_batch *batch)
{
    lyt_buf_deinit(&batch->topic);
    lyt_buf_deinit(&batch->json);
    lyt_arena_free(batch->arena);
    lyt_arena_free(batch->spare);
    lyt_mem_free(batch->alloc, batch->items);
    lyt_mem_free(batch->alloc, batch->events);
    lyt_mem_free(batch->alloc, batch->done);
    memset(batch, 0, sizeof *batch);
}

static lyt_item *next_item(lyt_batch *batch)
{
    lyt_item *item;

    if (lyt_mem_grow(batch->alloc, &batch->items, &batch->cap_items, batch->n_items + 1,
                     sizeof *batch->items))
        return NULL;
    item = &batch->items[batch->n_items];
    memset(item, 0, sizeof *item);
    return item;
}

lyt_status lyt_batch_add_order(lyt_batch *batch, lyt_str envelope, lyt_str order)
{
    lyt_item *item = next_item(batch);
    lyt_status status;

    if (!item)
        return LYT_ENOMEM;
    item->kind = LYT_ITEM_ORDER;
    item->envelope = lyt_arena_copy(batch->arena, envelope);
    item->part = lyt_arena_copy(batch->arena, order);
    status = lyt_arena_status(batch->arena);
    if (!status)
        status = lyt_order_get(&item->order, item->part);
    if (!status)
        batch->n_items++;
    return status;
}

lyt_status lyt_batch_add_early(lyt_batch *batch, uint64_t number, lyt_str early)
{
    for (size_t i = batch->n_items; i-- > 0;) {
        lyt_item *item = &batch->items[i];

        if (item->kind != LYT_ITEM_ORDER || !item->early_number || item->early_number != number)
            continue;
        item->early_number = 0;
        item->early = lyt_arena_copy(batch->arena, early);
        return lyt_arena_status(batch->arena);
    }
    return LYT_ENOTFOUND;
}

/* What has a copy of up to two parts of its message. */
static lyt_status add_parts(lyt_batch *batch, lyt_item_kind kind, lyt_str slip, lyt_str part)
{
    lyt_item *item = next_item(batch);
    lyt_status status;

    if (!item)
        return LYT_ENOMEM;
    item->kind = kind;
    item->slip = lyt_arena_copy(batch->arena, slip);
    item->part = lyt_arena_copy(batch->arena, part);
    status = lyt_arena_status(batch->arena);
    if (!status)
        batch->n_items++;
    return status;
}

lyt_status lyt_batch_add_verdict(lyt_batch *batch, lyt_str slip, lyt_str part)
{
    return add_parts(batch, LYT_ITEM_VERDICT, slip, part);
}

lyt_status lyt_batch_add_tick(lyt_batch *batch)
{
    lyt_item *item = next_item(batch);

    if (!item)
        return LYT_ENOMEM;
    item->kind = LYT_ITEM_TICK;
    batch->n_items++;
    return LYT_OK;
}

lyt_status lyt_batch_add_cursor(lyt_batch *batch, lyt_str order)
{
    return add_parts(batch, LYT_ITEM_CURSOR, (lyt_str){NULL, 0}, order);
}

lyt_status lyt_batch_add_outbox(lyt_batch *batch, lyt_str report)
{
    return add_parts(batch, LYT_ITEM_OUTBOX, (lyt_str){NULL, 0}, report);
}

lyt_status lyt_batch_add_health(lyt_batch *batch, lyt_str what, lyt_str note)
{
    return add_parts(batch, LYT_ITEM_HEALTH, what, note);
}

lyt_status lyt_batch_add_digest(lyt_batch *batch, lyt_str rule)
{
    return add_parts(batch, LYT_ITEM_DIGEST, (lyt_str){NULL, 0}, rule);
}

lyt_status lyt_batch_add_step(lyt_batch *batch, int64_t by_us)
{
    lyt_item *item = next_item(batch);

    if (!item)
        return LYT_ENOMEM;
    item->kind = LYT_ITEM_STEP;
    item->by_us = by_us;
    batch->n_items++;
    return LYT_OK;
}

size_t lyt_batch_bytes(const lyt_batch *batch)
{
    return lyt_arena_used(batch->arena);
}

bool lyt_batch_has_room(const lyt_batch *batch, size_t rows_max, size_t bytes_before)
{
    return batch->n_items < rows_max && lyt_arena_used(batch->arena) < bytes_before + collect_bytes;
}

size_t lyt_batch_reset(lyt_batch *batch, bool keep)
{
    lyt_arena *arena = batch->spare;
    size_t n = 0, n_lost = 0;

    for (size_t i = 0; keep && i < batch->n_items; i++) {
        lyt_item item = batch->items[i];

        if (item.kind == LYT_ITEM_ORDER || item.outcome == LYT_ITEM_SKIPPED || item.is_ours)
            continue;
        item.slip = lyt_arena_copy(arena, item.slip);
        item.part = lyt_arena_copy(arena, item.part);
        if (!lyt_arena_status(arena))
            batch->items[n++] = item;
        else
            n_lost += item.kind == LYT_ITEM_VERDICT;
    }
    batch->n_items = n;
    batch->n_events = 0;
    batch->n_outbox = 0;
    lyt_arena_reset(batch->arena);
    batch->spare = batch->arena;
    batch->arena = arena;
    return n_lost;
}
