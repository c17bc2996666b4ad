#include "taught.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

enum { most_passes = 60, codes_per_unit = 20 };
static const uint32_t no_slot = UINT32_MAX;

/* By group: moods of words say nothing about a subject. */
static const float group_weight[LYT_GROUPS] = {1, 0.5f, 0, 0, 0.6f};

/* No lesson pushes harder, so that two that contradict each other end. */
static const double most_force = 24;
static const double close_enough = 1e-3;

void lyt_taught_view_init(lyt_taught_view *view, const lyt_alloc *alloc)
{
    *view = (lyt_taught_view){.alloc = alloc};
}

void lyt_taught_view_deinit(lyt_taught_view *view)
{
    lyt_mem_free(view->alloc, view->terms);
    lyt_mem_free(view->alloc, view->slots);
}

/* 0 for what every message has, 1 for what none has. */
static float rarity_of(const lyt_taught_rarity *r, uint64_t hash)
{
    const uint8_t code = r->codes[(hash >> r->shift) * r->stride];
    const double most = log(1 + (double)r->n_messages);
    const double rarity = code && most > 0 ? (code - 1) / (double)codes_per_unit / most : 1;

    return (float)(rarity > 1 ? 1 : rarity * rarity);
}

/* A power of two, at least twice as many as there are keys. */
static size_t slots_for(size_t n)
{
    size_t slots = 8;

    while (slots < 2 * n)
        slots *= 2;
    return slots;
}

static lyt_status begin(lyt_taught_view *view, size_t n, size_t *mask)
{
    const size_t slots = slots_for(n);

    if (lyt_mem_grow(view->alloc, &view->terms, &view->cap, n + 1, sizeof *view->terms) ||
        lyt_mem_grow(view->alloc, &view->slots, &view->cap_slots, slots, sizeof *view->slots))
        return LYT_ENOMEM;
    memset(view->slots, 0xFF, slots * sizeof *view->slots);
    view->n = 0;
    view->identity = 0;
    *mask = slots - 1;
    return LYT_OK;
}

lyt_status lyt_taught_look(lyt_taught_view *view, const lyt_features *features,
                           const lyt_taught_rarity *rarity)
{
    double square = 0;
    size_t mask;

    if (begin(view, features->n, &mask))
        return LYT_ENOMEM;
    for (size_t i = 0; i < features->n; i++) {
        const lyt_feature *feature = &features->items[i];
        size_t slot = feature->hash & mask;
        float x;

        if (!(group_weight[feature->group] > 0))
            continue;
        while (view->slots[slot] != no_slot && view->terms[view->slots[slot]].key != feature->hash)
            slot = (slot + 1) & mask;
        if (view->slots[slot] != no_slot)
            continue;
        x = group_weight[feature->group] * rarity_of(rarity, feature->hash);
        view->slots[slot] = (uint32_t)view->n;
        view->terms[view->n++] = (lyt_taught_term){
            feature->hash, x, feature->token == lyt_no_token ? feature->other : feature->token};
        view->identity += lyt_hash_pair(feature->hash, 1);
        square += (double)x * (double)x;
    }
    for (size_t i = 0; i < view->n; i++)
        view->terms[i].x = square > 0 ? view->terms[i].x / (float)sqrt(square) : 0;
    return LYT_OK;
}

struct lyt_taught {
    const lyt_alloc *alloc;
    size_t n_outputs, n_keys, mask;
    uint64_t *keys;  /* sorted */
    uint32_t *slots; /* by hash: index of a key */
    float *weights;  /* of each key, n_outputs */
    uint64_t *identities;
    size_t n_identities;
};

void lyt_taught_free(lyt_taught *taught)
{
    if (!taught)
        return;
    lyt_mem_free(taught->alloc, taught->keys);
    lyt_mem_free(taught->alloc, taught->slots);
    lyt_mem_free(taught->alloc, taught->weights);
    lyt_mem_free(taught->alloc, taught->identities);
    lyt_mem_free(taught->alloc, taught);
}

static int by_key(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static const float *weights_of(const lyt_taught *t, uint64_t key)
{
    size_t slot = key & t->mask;

    while (t->slots[slot] != no_slot && t->keys[t->slots[slot]] != key)
        slot = (slot + 1) & t->mask;
    return t->slots[slot] == no_slot ? NULL : t->weights + t->slots[slot] * t->n_outputs;
}

static void fill_slots(lyt_taught *t)
{
    memset(t->slots, 0xFF, (t->mask + 1) * sizeof *t->slots);
    for (size_t i = 0; i < t->n_keys; i++) {
        size_t slot = t->keys[i] & t->mask;

        while (t->slots[slot] != no_slot)
            slot = (slot + 1) & t->mask;
        t->slots[slot] = (uint32_t)i;
    }
}

static lyt_status make_table(lyt_taught *t, const lyt_taught_case *cases, size_t n)
{
    size_t most = 0, kept = 0;

    for (size_t i = 0; i < n; i++)
        most += cases[i].n;
    t->keys = lyt_mem_array(t->alloc, most + 1, sizeof *t->keys);
    t->identities = lyt_mem_array(t->alloc, n + 1, sizeof *t->identities);
    if (!t->keys || !t->identities)
        return LYT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        t->identities[t->n_identities++] = cases[i].identity;
        for (size_t j = 0; j < cases[i].n; j++)
            t->keys[t->n_keys++] = cases[i].terms[j].key;
    }
    qsort(t->identities, t->n_identities, sizeof *t->identities, by_key);
    qsort(t->keys, t->n_keys, sizeof *t->keys, by_key);
    for (size_t i = 0; i < t->n_keys; i++)
        if (!kept || t->keys[kept - 1] != t->keys[i])
            t->keys[kept++] = t->keys[i];
    t->n_keys = kept;
    t->mask = slots_for(kept) - 1;
    t->slots = lyt_mem_array(t->alloc, t->mask + 1, sizeof *t->slots);
    t->weights = lyt_mem_array(t->alloc, kept * t->n_outputs + 1, sizeof *t->weights);
    if (!t->slots || !t->weights)
        return LYT_ENOMEM;
    fill_slots(t);
    return LYT_OK;
}

/* Moves one force to where its constraint holds, all others as they are. How far it went. */
static double relax(lyt_taught *t, const lyt_taught_case *c, size_t output, double now,
                    double *force)
{
    const double sign = c->direction[output];
    const double lacking = sign * (c->target[output] - now);
    /* what the model says by itself is outweighed however much it is */
    const double alone = sign * (c->target[output] - c->base[output]);
    const double most = most_force + (alone > 0 ? alone : 0);
    double next = *force + lacking, moved;

    next = next < 0 ? 0 : next > most ? most : next;
    moved = next - *force;
    if (!(fabs(moved) > 0))
        return 0;
    *force = next;
    for (size_t i = 0; i < c->n; i++) {
        float *w = (float *)(uintptr_t)weights_of(t, c->terms[i].key);

        w[output] += (float)(sign * moved) * c->terms[i].x;
    }
    return fabs(moved);
}

static double pass(lyt_taught *t, const lyt_taught_case *cases, size_t n, double *forces,
                   double *delta)
{
    double furthest = 0;

    for (size_t i = 0; i < n; i++) {
        const lyt_taught_case *c = &cases[i];

        memset(delta, 0, t->n_outputs * sizeof *delta);
        for (size_t j = 0; j < c->n; j++) {
            const float *w = weights_of(t, c->terms[j].key);

            for (size_t k = 0; k < t->n_outputs; k++)
                delta[k] += (double)c->terms[j].x * (double)w[k];
        }
        for (size_t k = 0; k < t->n_outputs; k++) {
            const double moved = c->direction[k] ? relax(t, c, k, c->base[k] + delta[k],
                                                         &forces[i * t->n_outputs + k])
                                                 : 0;

            furthest = moved > furthest ? moved : furthest;
        }
    }
    return furthest;
}

lyt_status lyt_taught_solve(lyt_taught **out, const lyt_alloc *alloc, const lyt_taught_case *cases,
                            size_t n, size_t n_outputs)
{
    lyt_taught *t = lyt_mem_new(alloc, sizeof *t);
    double *forces = lyt_mem_array(alloc, n * n_outputs + 1, sizeof *forces);
    double *delta = lyt_mem_array(alloc, n_outputs + 1, sizeof *delta);
    lyt_status status = t && forces && delta ? LYT_OK : LYT_ENOMEM;

    if (t) {
        t->alloc = alloc;
        t->n_outputs = n_outputs;
    }
    if (!status)
        status = make_table(t, cases, n);
    for (int i = 0; !status && i < most_passes; i++)
        if (pass(t, cases, n, forces, delta) < close_enough)
            break;
    lyt_mem_free(alloc, forces);
    lyt_mem_free(alloc, delta);
    if (status)
        lyt_taught_free(t);
    else
        *out = t;
    return status;
}

double lyt_taught_of(const lyt_taught *taught, const lyt_taught_term *term, size_t output)
{
    const float *w = weights_of(taught, term->key);

    return w ? (double)term->x * (double)w[output] : 0;
}

void lyt_taught_add(const lyt_taught *taught, const lyt_taught_view *view, double *delta)
{
    memset(delta, 0, taught->n_outputs * sizeof *delta);
    for (size_t i = 0; i < view->n; i++) {
        const float *w = weights_of(taught, view->terms[i].key);

        for (size_t k = 0; w && k < taught->n_outputs; k++)
            delta[k] += (double)view->terms[i].x * (double)w[k];
    }
}

bool lyt_taught_is_of(const lyt_taught *taught, const lyt_taught_view *view)
{
    return bsearch(&view->identity, taught->identities, taught->n_identities, sizeof view->identity,
                   by_key) != NULL;
}
