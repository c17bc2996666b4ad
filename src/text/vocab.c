/*
 * The index is the neighbourhood of deletions of how words sound (lyt_letters_sound): a word is
 * filed under its sound and under every form of that which lacks one letter. Two sounds one
 * edit apart share such a form, so an unknown word is looked up under its own forms
 * (vocab_near.c).
 */
#include "vocab.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "vocab_inner.h"

enum {
    shortest_target = 3,
    longest = lyt_vocab_longest,
    word_bytes_max = 64 * 1024,
};

typedef lyt_vocab_term term;
typedef lyt_vocab_slot slot;
typedef lyt_vocab_table table;

/* ---- tables ---- */

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static lyt_status table_new(table *out, const lyt_alloc *alloc, size_t n)
{
    size_t cap = 16;

    while (cap < n + n / 2)
        cap *= 2;
    out->slots = lyt_mem_array(alloc, cap, sizeof *out->slots);
    if (!out->slots)
        return LYT_ENOMEM;
    out->cap = cap;
    out->used = 0;
    return LYT_OK;
}

static slot *free_slot(const table *in, uint64_t hash)
{
    size_t at = hash & (in->cap - 1);

    while (in->slots[at].value)
        at = (at + 1) & (in->cap - 1);
    return &in->slots[at];
}

static lyt_status table_double(table *grown, const lyt_alloc *alloc, const term *terms)
{
    table wider = {0};
    lyt_status status = table_new(&wider, alloc, grown->cap + grown->cap / 3);

    if (status)
        return status;
    for (size_t i = 0; i < grown->cap; i++) {
        slot old = grown->slots[i];

        if (old.value)
            *free_slot(&wider, lyt_hash_str(terms[old.value - 1].text, lyt_vocab_hash_seed)) = old;
    }
    wider.used = grown->used;
    lyt_mem_free(alloc, grown->slots);
    *grown = wider;
    return LYT_OK;
}

/* While words come in byte order there is no table of them. */
static term *search(const lyt_vocab *vocab, lyt_str word)
{
    size_t from = 0, to = vocab->n_terms;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const int order = lyt_str_compare(vocab->terms[middle].text, word);

        if (order == 0)
            return &vocab->terms[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static term *find_term(const lyt_vocab *vocab, lyt_str word, uint64_t hash)
{
    const table *in = &vocab->known;

    if (!in->cap)
        return search(vocab, word);
    for (size_t at = hash & (in->cap - 1); in->slots[at].value; at = (at + 1) & (in->cap - 1)) {
        slot here = in->slots[at];

        if (here.tag == tag_of(hash) && lyt_str_equal(vocab->terms[here.value - 1].text, word))
            return &vocab->terms[here.value - 1];
    }
    return NULL;
}

const lyt_vocab_term *lyt_vocab_find(const lyt_vocab *vocab, lyt_str word)
{
    return find_term(vocab, word, lyt_hash_str(word, lyt_vocab_hash_seed));
}

lyt_vocab_slot *lyt_vocab_form(const lyt_vocab_table *in, uint64_t hash)
{
    size_t at = hash & (in->cap - 1);

    while (in->slots[at].value && in->slots[at].tag != tag_of(hash))
        at = (at + 1) & (in->cap - 1);
    return &in->slots[at];
}

/* ---- filling ---- */

lyt_status lyt_vocab_new(lyt_vocab **out, const lyt_alloc *alloc)
{
    lyt_vocab *vocab = lyt_mem_new(alloc, sizeof *vocab);
    lyt_status status;

    if (!vocab)
        return LYT_ENOMEM;
    vocab->alloc = alloc;
    status = lyt_arena_new(&vocab->texts, alloc, "vocab", SIZE_MAX / 2);
    if (status) {
        lyt_vocab_free(vocab);
        return status;
    }
    *out = vocab;
    return LYT_OK;
}

void lyt_vocab_free(lyt_vocab *vocab)
{
    if (!vocab)
        return;
    lyt_mem_free(vocab->alloc, vocab->postings);
    lyt_mem_free(vocab->alloc, vocab->forms.slots);
    lyt_mem_free(vocab->alloc, vocab->known.slots);
    lyt_mem_free(vocab->alloc, vocab->terms);
    lyt_arena_free(vocab->texts);
    lyt_mem_free(vocab->alloc, vocab);
}

/* Of all terms there are, at most half full. */
static lyt_status new_known(const lyt_vocab *vocab, table *out)
{
    return table_new(out, vocab->alloc, vocab->n_terms + vocab->n_terms / 3 + 1);
}

static void know_all(lyt_vocab *vocab, const table *empty)
{
    lyt_mem_free(vocab->alloc, vocab->known.slots);
    vocab->known = *empty;
    for (size_t i = 0; i < vocab->n_terms; i++) {
        const uint64_t hash = lyt_hash_str(vocab->terms[i].text, lyt_vocab_hash_seed);

        *free_slot(&vocab->known, hash) = (slot){tag_of(hash), (uint32_t)i + 1};
    }
    vocab->known.used = vocab->n_terms;
}

static lyt_status append(lyt_vocab *vocab, lyt_str word, uint32_t count)
{
    lyt_status status;
    lyt_str copy;

    if (word.len > word_bytes_max || vocab->n_terms >= lyt_vocab_last_posting / (longest + 2))
        return LYT_ELIMIT;
    status = lyt_mem_grow(vocab->alloc, &vocab->terms, &vocab->cap_terms, vocab->n_terms + 1,
                          sizeof *vocab->terms);
    if (status)
        return status;
    copy = lyt_arena_copy(vocab->texts, word);
    if (!copy.ptr)
        return lyt_arena_status(vocab->texts);
    vocab->terms[vocab->n_terms++] = (term){copy, count};
    return LYT_OK;
}

static lyt_status add_new(lyt_vocab *vocab, lyt_str word, uint32_t count, uint64_t hash)
{
    lyt_status status = 2 * (vocab->known.used + 1) > vocab->known.cap
                            ? table_double(&vocab->known, vocab->alloc, vocab->terms)
                            : LYT_OK;

    if (!status)
        status = append(vocab, word, count);
    if (status)
        return status;
    vocab->known.used++;
    *free_slot(&vocab->known, hash) = (slot){tag_of(hash), (uint32_t)vocab->n_terms};
    return LYT_OK;
}

/* Whether the word comes after all there are: a model's file has them in that order. */
static bool is_last(const lyt_vocab *vocab, lyt_str word)
{
    return !vocab->n_terms || lyt_str_compare(vocab->terms[vocab->n_terms - 1].text, word) < 0;
}

lyt_status lyt_vocab_add(lyt_vocab *vocab, lyt_str word, uint32_t count)
{
    uint64_t hash;
    term *met;

    if (vocab->sealed)
        return LYT_ESTATE;
    if (!word.len)
        return LYT_EINVAL;
    if (!count)
        return LYT_OK;
    if (!vocab->known.cap) {
        table all;

        if (is_last(vocab, word))
            return append(vocab, word, count);
        if (new_known(vocab, &all))
            return LYT_ENOMEM;
        know_all(vocab, &all);
    }
    hash = lyt_hash_str(word, lyt_vocab_hash_seed);
    met = find_term(vocab, word, hash);
    if (!met)
        return add_new(vocab, word, count, hash);
    met->count = met->count > UINT32_MAX - count ? UINT32_MAX : met->count + count;
    return LYT_OK;
}

/* ---- sealing ---- */

/* How a word sounds; false when it is too long. */
static bool spell_sound(lyt_str word, lyt_letters *out)
{
    lyt_letters spelt;

    if (!lyt_letters_spell(word, &spelt))
        return false;
    (void)lyt_letters_sound(&spelt, false, out);
    return out->n > 0;
}

static int by_text(const void *a, const void *b)
{
    return lyt_str_compare(((const term *)a)->text, ((const term *)b)->text);
}

typedef struct rank {
    uint32_t count, index;
} rank;

static bool before(rank a, rank b)
{
    return a.count != b.count ? a.count > b.count : a.index < b.index;
}

static int by_rank(const void *a, const void *b)
{
    return before(*(const rank *)a, *(const rank *)b) ? -1 : 1;
}

/*
 * Hashes of a word's forms, itself first; at most longest + 1. Leaving out either
 * of two equal neighbours gives one form, taken once.
 */
static size_t hash_forms(const lyt_letters *word, uint64_t *out)
{
    uint32_t form[longest];
    size_t n = 0, bytes = (word->n - 1) * sizeof form[0];

    out[n++] = lyt_hash64(word->at, bytes + sizeof form[0], lyt_vocab_hash_seed);
    memcpy(form, word->at + 1, bytes);
    for (size_t i = 0; i < word->n; i++) {
        if (i == 0 || word->at[i] != word->at[i - 1])
            out[n++] = lyt_hash64(form, bytes, lyt_vocab_hash_seed);
        if (i + 1 < word->n)
            form[i] = word->at[i];
    }
    return n;
}

/* The slots of a word's forms lie far apart: asked for together they take the time of one or two.
 */
size_t lyt_vocab_fetch_forms(const lyt_vocab_table *in, const lyt_letters *word, uint64_t *out)
{
    size_t n = hash_forms(word, out);

    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&in->slots[out[i] & (in->cap - 1)]);
    return n;
}

/* Targets of a correction, most frequent first. */
static lyt_status rank_targets(const lyt_vocab *vocab, uint32_t min_count, rank **out,
                               size_t *n_out)
{
    rank *targets = lyt_mem_array(vocab->alloc, vocab->n_terms, sizeof *targets);
    size_t n = 0;
    lyt_letters spelt;

    if (!targets)
        return LYT_ENOMEM;
    for (size_t i = 0; i < vocab->n_terms; i++) {
        const term *t = &vocab->terms[i];

        if (t->count >= min_count && lyt_letters_spell(t->text, &spelt) &&
            spelt.n >= shortest_target && spelt.n <= lyt_letters_compared_max &&
            !lyt_letters_has_digit(t->text))
            targets[n++] = (rank){t->count, (uint32_t)i};
    }
    qsort(targets, n, sizeof *targets, by_rank);
    *out = targets;
    *n_out = n;
    return LYT_OK;
}

/* Hashes of the forms of one target after another, later the numbers of their slots. */
typedef struct filing {
    uint64_t *forms;
    uint8_t *counts; /* a target */
    size_t n, cap;
} filing;

static lyt_status hash_targets(const lyt_vocab *vocab, const rank *targets, size_t n, filing *out)
{
    lyt_letters spelt;

    out->counts = lyt_mem_array(vocab->alloc, n + 1, sizeof *out->counts);
    if (!out->counts)
        return LYT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        lyt_status status = lyt_mem_grow(vocab->alloc, &out->forms, &out->cap, out->n + longest + 1,
                                         sizeof *out->forms);

        if (status)
            return status;
        if (spell_sound(vocab->terms[targets[i].index].text, &spelt))
            out->counts[i] = (uint8_t)hash_forms(&spelt, out->forms + out->n);
        out->n += out->counts[i];
    }
    return LYT_OK;
}

/* Counts the postings of each form into its slot, then turns counts into the end of each run. */
static void lay_out(lyt_vocab *vocab, filing *f)
{
    enum { ahead = 16 }; /* slots lie far apart: so many are asked for before they are needed */
    table *in = &vocab->forms;
    size_t total = 0;

    for (size_t i = 0; i < f->n; i++) {
        slot *form;

        if (i + ahead < f->n)
            __builtin_prefetch(&in->slots[f->forms[i + ahead] & (in->cap - 1)]);
        form = lyt_vocab_form(in, f->forms[i]);
        form->tag = tag_of(f->forms[i]);
        form->value++;
        f->forms[i] = (uint64_t)(form - in->slots);
    }
    for (size_t i = 0; i < in->cap; i++) {
        slot *form = &in->slots[i];

        total += form->value;
        form->value = form->value ? (uint32_t)total + 1 : 0;
    }
}

/* Backwards from the rarest word, so that each slot ends at the first of its run. */
static void file_postings(lyt_vocab *vocab, const rank *targets, size_t n, const filing *f)
{
    size_t at = f->n;

    for (size_t i = n; i-- > 0;)
        for (unsigned k = 0; k < f->counts[i]; k++) {
            slot *form = &vocab->forms.slots[f->forms[--at]];

            form->value--;
            vocab->postings[form->value - 1] |= targets[i].index;
        }
}

static lyt_status make_forms(lyt_vocab *vocab, const rank *targets, size_t n, filing *f)
{
    lyt_status status = hash_targets(vocab, targets, n, f);

    if (!status)
        status = table_new(&vocab->forms, vocab->alloc, f->n);
    if (status)
        return status;
    vocab->postings = lyt_mem_array(vocab->alloc, f->n + 1, sizeof *vocab->postings);
    if (!vocab->postings)
        return LYT_ENOMEM;
    lay_out(vocab, f);
    for (const slot *form = vocab->forms.slots; form < vocab->forms.slots + vocab->forms.cap;
         form++)
        if (form->value)
            vocab->postings[form->value - 2] = lyt_vocab_last_posting;
    file_postings(vocab, targets, n, f);
    return LYT_OK;
}

static lyt_status build_forms(lyt_vocab *vocab, const rank *targets, size_t n)
{
    filing f = {NULL, NULL, 0, 0};
    const lyt_status status = make_forms(vocab, targets, n, &f);

    lyt_mem_free(vocab->alloc, f.forms);
    lyt_mem_free(vocab->alloc, f.counts);
    return status;
}

lyt_status lyt_vocab_seal(lyt_vocab *vocab, uint32_t min_count)
{
    rank *targets = NULL;
    table known;
    size_t n = 0;
    lyt_status status;

    if (vocab->sealed)
        return LYT_ESTATE;
    vocab->min_count = min_count;
    if (!vocab->n_terms) {
        vocab->sealed = true;
        return LYT_OK;
    }
    status = new_known(vocab, &known);
    if (status)
        return status;
    if (vocab->known.cap)
        qsort(vocab->terms, vocab->n_terms, sizeof *vocab->terms, by_text);
    know_all(vocab, &known);
    status = rank_targets(vocab, min_count, &targets, &n);
    if (!status)
        status = build_forms(vocab, targets, n);
    lyt_mem_free(vocab->alloc, targets);
    if (status) {
        lyt_mem_free(vocab->alloc, vocab->forms.slots);
        lyt_mem_free(vocab->alloc, vocab->postings);
        vocab->forms = (table){0};
        vocab->postings = NULL;
        return status;
    }
    vocab->sealed = true;
    return LYT_OK;
}

/* ---- asking ---- */

uint32_t lyt_vocab_count(const lyt_vocab *vocab, lyt_str word)
{
    const term *met = lyt_vocab_find(vocab, word);

    return met ? met->count : 0;
}

bool lyt_vocab_knows(const lyt_vocab *vocab, lyt_str word)
{
    const term *met = lyt_vocab_find(vocab, word);

    return met && met->count >= vocab->min_count;
}

size_t lyt_vocab_size(const lyt_vocab *vocab)
{
    return vocab->n_terms;
}

lyt_str lyt_vocab_word(const lyt_vocab *vocab, size_t index, uint32_t *count)
{
    term here = {{NULL, 0}, 0};

    if (vocab->sealed && index < vocab->n_terms)
        here = vocab->terms[index];
    if (count)
        *count = here.count;
    return here.text;
}
