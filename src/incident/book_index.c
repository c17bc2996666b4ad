/*
 * Finding cases without looking at all of them: chains of those that share a guest, a place, a
 * parent …, and which one something is due of first.
 *
 * 1. In a chain the case that was changed last stands first (lyt_case.touched, descending), so
 *    that who looks for what happened lately can stop early.
 * 2. All of it follows from the cases: after an undo the case goes to where it was, which is near
 *    the front, since undoing is in order.
 * 3. Memory is made ready before a case changes, and never needed to go back.
 * 4. A chain is found by a hash of what its cases share; who walks one compares for itself.
 */
#include <string.h>

#include "book_inside.h"
#include "hash.h"
#include "mem.h"

enum { map_first = 64 };
static const uint32_t none = UINT32_MAX;

typedef struct link {
    uint32_t chain; /* where it is in; none: in none */
    uint32_t before, after;
} link;

/* Of a case, by its index. */
struct lyt_book_links {
    link in[LYT_CHAIN_COUNT];
    uint32_t heap_at; /* none: nothing is due of it */
    int64_t due_us;
};

struct lyt_book_chainhead {
    uint64_t key;
    uint32_t first;
    uint32_t n;
};

uint64_t lyt_chain_key(lyt_chain chain, lyt_str text)
{
    return lyt_hash_str(text, (uint64_t)chain + 1);
}

static uint64_t number_key(lyt_chain chain, int64_t number)
{
    return lyt_hash_pair((uint64_t)chain + 1, (uint64_t)number);
}

uint64_t lyt_chain_key_number(lyt_chain chain, int64_t number)
{
    return number_key(chain, number);
}

uint64_t lyt_chain_key_kind(lyt_str property, lyt_str scenario, bool is_drill)
{
    return lyt_hash_pair(lyt_chain_key(LYT_CHAIN_KIND, property),
                         lyt_hash_str(scenario, is_drill ? 1 : 0));
}

uint64_t lyt_chain_key_place(uint64_t kind, lyt_str place, bool is_of_guest)
{
    return lyt_hash_pair(kind, lyt_hash_str(place, !place.len && is_of_guest ? 1 : 0));
}

/* False: it is in no such chain. */
static bool key_of(const lyt_case *c, lyt_chain chain, uint64_t *key)
{
    uint64_t kind;

    switch (chain) {
    case LYT_CHAIN_GUEST:
        *key = lyt_chain_key(chain, lyt_str_of(c->guest));
        return c->guest[0] != 0;
    case LYT_CHAIN_KIND:
    case LYT_CHAIN_PLACE:
        kind = lyt_chain_key_kind(lyt_str_of(c->property), lyt_str_of(c->scenario), c->is_drill);
        *key = chain == LYT_CHAIN_KIND
                   ? kind
                   : lyt_chain_key_place(kind, lyt_str_of(c->place), c->guest[0] != 0);
        return true;
    case LYT_CHAIN_PARENT:
        *key = number_key(chain, c->parent);
        return c->parent != 0;
    case LYT_CHAIN_MERGED:
        *key = number_key(chain, c->merged);
        return c->merged != 0;
    case LYT_CHAIN_TEAM:
        *key = lyt_chain_key(chain, lyt_str_of(c->team));
        return c->team[0] != 0;
    case LYT_CHAIN_OWNER:
        *key = lyt_chain_key(chain, lyt_str_of(c->owner));
        return lyt_case_is_open(c);
    case LYT_CHAIN_DRILL:
        *key = number_key(chain, 1);
        return c->is_drill && lyt_case_is_open(c);
    case LYT_CHAIN_COUNT:
        break;
    }
    return false;
}

/* Where the key's chain stands in the map, or would. */
static size_t slot_of(const lyt_book *book, uint64_t key)
{
    size_t at = (size_t)key & (book->cap_map - 1);

    while (book->map[at] && book->heads[book->map[at] - 1].key != key)
        at = (at + 1) & (book->cap_map - 1);
    return at;
}

static const lyt_book_chainhead *head_of(const lyt_book *book, uint64_t key)
{
    uint32_t found = book->cap_map ? book->map[slot_of(book, key)] : 0;

    return found ? &book->heads[found - 1] : NULL;
}

/* There is room for it. */
static uint32_t head_get(lyt_book *book, uint64_t key)
{
    size_t slot = slot_of(book, key);

    if (!book->map[slot]) {
        book->heads[book->n_heads++] = (lyt_book_chainhead){.key = key, .first = none};
        book->map[slot] = (uint32_t)book->n_heads;
    }
    return book->map[slot] - 1;
}

static lyt_status grow_map(lyt_book *book)
{
    size_t need = book->n_heads + LYT_CHAIN_COUNT, cap = book->cap_map ? book->cap_map : map_first;
    uint32_t *map;

    while (cap / 2 < need)
        cap *= 2;
    if (cap == book->cap_map)
        return LYT_OK;
    map = lyt_mem_array(book->alloc, cap, sizeof *map);
    if (!map)
        return LYT_ENOMEM;
    lyt_mem_free(book->alloc, book->map);
    book->map = map;
    book->cap_map = cap;
    for (size_t i = 0; i < book->n_heads; i++)
        map[slot_of(book, book->heads[i].key)] = (uint32_t)i + 1;
    return LYT_OK;
}

lyt_status lyt_book_index_reserve(lyt_book *book)
{
    if (book->n + 1 >= none || book->n_heads + LYT_CHAIN_COUNT >= none)
        return LYT_ELIMIT;
    if (lyt_mem_grow(book->alloc, &book->links, &book->cap_links, book->n + 1,
                     sizeof *book->links) ||
        lyt_mem_grow(book->alloc, &book->heap, &book->cap_heap, book->n + 1, sizeof *book->heap) ||
        lyt_mem_grow(book->alloc, &book->heads, &book->cap_heads, book->n_heads + LYT_CHAIN_COUNT,
                     sizeof *book->heads))
        return LYT_ENOMEM;
    return grow_map(book);
}

void lyt_book_index_free(lyt_book *book)
{
    lyt_mem_free(book->alloc, book->links);
    lyt_mem_free(book->alloc, book->heap);
    lyt_mem_free(book->alloc, book->heads);
    lyt_mem_free(book->alloc, book->map);
}

static void leave(lyt_book *book, uint32_t at, lyt_chain chain)
{
    link *l = &book->links[at].in[chain];

    if (l->chain == none)
        return;
    if (l->before == none)
        book->heads[l->chain].first = l->after;
    else
        book->links[l->before].in[chain].after = l->after;
    if (l->after != none)
        book->links[l->after].in[chain].before = l->before;
    book->heads[l->chain].n--;
    l->chain = none;
}

static void enter(lyt_book *book, uint32_t at, lyt_chain chain, uint32_t into)
{
    lyt_book_chainhead *head = &book->heads[into];
    uint32_t before = none, after = head->first;

    while (after != none && book->cases[after].touched > book->cases[at].touched) {
        before = after;
        after = book->links[after].in[chain].after;
    }
    book->links[at].in[chain] = (link){into, before, after};
    if (before == none)
        head->first = at;
    else
        book->links[before].in[chain].after = at;
    if (after != none)
        book->links[after].in[chain].before = at;
    head->n++;
}

/* ---- what is due first: a heap by time, then number ---- */

int64_t lyt_case_due(const lyt_case *c)
{
    const int64_t timers[] = {c->held_until_us, c->pause_until_us, c->ack_until_us, c->remind_us,
                              c->step_us,       c->stale_us,       c->answer_due_us};
    int64_t due = INT64_MAX;

    if (c->merged)
        return due;
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        due = timers[i] && timers[i] < due ? timers[i] : due;
    for (int kind = 0; !c->paused_at_us && kind < LYT_CLOCK_KIND_COUNT; kind++) {
        const lyt_case_clock *clock = &c->clocks[kind];

        if (!clock->started_us || clock->stopped_us)
            continue;
        if (!clock->is_warned && clock->warn_us < clock->due_us && clock->warn_us &&
            clock->warn_us < due)
            due = clock->warn_us;
        if (!clock->is_missed && clock->due_us && clock->due_us < due)
            due = clock->due_us;
    }
    return due;
}

static bool is_before(const lyt_book *book, uint32_t a, uint32_t b)
{
    int64_t first = book->links[a].due_us, second = book->links[b].due_us;

    return first != second ? first < second : a < b;
}

static void put(lyt_book *book, size_t slot, uint32_t at)
{
    book->heap[slot] = at;
    book->links[at].heap_at = (uint32_t)slot;
}

static void sift(lyt_book *book, size_t slot)
{
    uint32_t at = book->heap[slot];

    while (slot && is_before(book, at, book->heap[(slot - 1) / 2])) {
        put(book, slot, book->heap[(slot - 1) / 2]);
        slot = (slot - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * slot + 1;

        if (child + 1 < book->n_heap && is_before(book, book->heap[child + 1], book->heap[child]))
            child++;
        if (child >= book->n_heap || !is_before(book, book->heap[child], at))
            break;
        put(book, slot, book->heap[child]);
        slot = child;
    }
    put(book, slot, at);
}

static void set_due(lyt_book *book, uint32_t at, int64_t due_us)
{
    uint32_t slot = book->links[at].heap_at;

    book->links[at].due_us = due_us;
    if (due_us != INT64_MAX) {
        if (slot == none) {
            slot = (uint32_t)book->n_heap++;
            put(book, slot, at);
        }
        sift(book, slot);
        return;
    }
    if (slot == none)
        return;
    book->links[at].heap_at = none;
    if (--book->n_heap == slot)
        return;
    put(book, slot, book->heap[book->n_heap]);
    sift(book, slot);
}

const lyt_case *lyt_book_first_due(const lyt_book *book)
{
    return book->n_heap ? &book->cases[book->heap[0]] : NULL;
}

/* ---- a case came, changed, was put back, or goes ---- */

static void settle(lyt_book *book, uint32_t at, bool is_elsewhere)
{
    for (int chain = 0; chain < LYT_CHAIN_COUNT; chain++) {
        uint64_t key;
        bool is_in = key_of(&book->cases[at], (lyt_chain)chain, &key);
        uint32_t into = is_in ? head_get(book, key) : none;
        const link *l = &book->links[at].in[chain];

        if (l->chain == into && (into == none || (!is_elsewhere && l->before == none)))
            continue;
        leave(book, at, (lyt_chain)chain);
        if (into != none)
            enter(book, at, (lyt_chain)chain, into);
    }
    set_due(book, at, lyt_case_due(&book->cases[at]));
}

void lyt_book_index_absent(lyt_book *book, size_t at)
{
    lyt_book_links *links = &book->links[at];

    for (int chain = 0; chain < LYT_CHAIN_COUNT; chain++)
        links->in[chain].chain = none;
    links->heap_at = none;
}

void lyt_book_index_add(lyt_book *book, size_t at)
{
    lyt_book_index_absent(book, at);
    settle(book, (uint32_t)at, false);
}

void lyt_book_index_changed(lyt_book *book, size_t at)
{
    settle(book, (uint32_t)at, false);
}

void lyt_book_index_undone(lyt_book *book, size_t at)
{
    settle(book, (uint32_t)at, true);
}

void lyt_book_index_remove(lyt_book *book, size_t at)
{
    for (int chain = 0; chain < LYT_CHAIN_COUNT; chain++)
        leave(book, (uint32_t)at, (lyt_chain)chain);
    set_due(book, (uint32_t)at, INT64_MAX);
}

const lyt_case *lyt_book_chain(const lyt_book *book, uint64_t key)
{
    const lyt_book_chainhead *head = head_of(book, key);

    return head && head->first != none ? &book->cases[head->first] : NULL;
}

size_t lyt_book_chain_size(const lyt_book *book, uint64_t key)
{
    const lyt_book_chainhead *head = head_of(book, key);

    return head ? head->n : 0;
}

const lyt_case *lyt_book_chain_next(const lyt_book *book, lyt_chain chain, const lyt_case *c)
{
    uint32_t after = book->links[c->id - 1].in[chain].after;

    return after == none ? NULL : &book->cases[after];
}
