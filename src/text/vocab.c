/*
 * The index is the neighbourhood of deletions of how words sound (lyt_letters_sound): a word is
 * filed under its sound and under every form of that which lacks one letter. Two sounds one
 * edit apart share such a form, so an unknown word is looked up under its own forms, and what is
 * found there is weighed letter by letter (lyt_letters_slip).
 *
 *   terms     the words; in byte order once sealed
 *   known     open addressing, hash of a word -> its term
 *   forms     open addressing, hash of a form -> first of its postings
 *   postings  terms of one form side by side, most frequent first, the last one marked
 *
 * Two forms with one hash share their postings; the comparison sorts them out.
 */
#include "vocab.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "hash.h"
#include "letters.h"
#include "mem.h"

enum {
    shortest_corrected = 4,
    shortest_target = shortest_corrected - 1,
    longest = lyt_letters_max,
    word_bytes_max = 64 * 1024,
    weighed_max = 200 /* candidates of a look-up; keeps it bounded when thousands share a form */
};

static const uint32_t last_posting = 1u << 31;
static const uint64_t hash_seed = 0x766f636162;

typedef struct term {
    lyt_str text;
    uint32_t count;
} term;

/* value is an index + 1; 0 marks a free slot */
typedef struct slot {
    uint32_t tag, value;
} slot;

typedef struct table {
    slot *slots;
    size_t cap; /* a power of two, 0 before the first */
    size_t used;
} table;

struct lyt_vocab {
    const lyt_alloc *alloc;
    lyt_arena *texts;
    term *terms;
    size_t n_terms, cap_terms;
    table known, forms;
    uint32_t *postings;
    uint32_t min_count;
    bool sealed;
};

/*
 * What a word that is met all the time may cost whatever its length, and what it must score
 * then: with the limits of length alone "otel", "weue" and "gowod" meant nothing.
 */
enum { slip_of_common = 19, score_of_common = 40 };

/* What the calls of one look-up share. */
typedef struct search {
    const lyt_vocab *vocab;
    lyt_str word;
    lyt_letters spelt;
    const lyt_words *home;
    unsigned weighed;
    int limit;
    int best_score;
    const term *best;
} search;

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
            *free_slot(&wider, lyt_hash_str(terms[old.value - 1].text, hash_seed)) = old;
    }
    wider.used = grown->used;
    lyt_mem_free(alloc, grown->slots);
    *grown = wider;
    return LYT_OK;
}

static term *find_term(const lyt_vocab *vocab, lyt_str word, uint64_t hash)
{
    const table *in = &vocab->known;

    if (!in->cap)
        return NULL;
    for (size_t at = hash & (in->cap - 1); in->slots[at].value; at = (at + 1) & (in->cap - 1)) {
        slot here = in->slots[at];

        if (here.tag == tag_of(hash) && lyt_str_equal(vocab->terms[here.value - 1].text, word))
            return &vocab->terms[here.value - 1];
    }
    return NULL;
}

static const term *find_known(const lyt_vocab *vocab, lyt_str word)
{
    return find_term(vocab, word, lyt_hash_str(word, hash_seed));
}

/* The slot of a form: its own or the free one where it belongs. */
static slot *form_slot(const table *in, uint64_t hash)
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

static lyt_status add_new(lyt_vocab *vocab, lyt_str word, uint32_t count, uint64_t hash)
{
    lyt_status status;
    lyt_str copy;

    if (word.len > word_bytes_max || vocab->n_terms >= last_posting / (longest + 2))
        return LYT_ELIMIT;
    if (!vocab->known.cap)
        status = table_new(&vocab->known, vocab->alloc, 0);
    else if (2 * (vocab->known.used + 1) > vocab->known.cap)
        status = table_double(&vocab->known, vocab->alloc, vocab->terms);
    else
        status = LYT_OK;
    if (!status)
        status = lyt_mem_grow(vocab->alloc, &vocab->terms, &vocab->cap_terms, vocab->n_terms + 1,
                              sizeof *vocab->terms);
    if (status)
        return status;
    copy = lyt_arena_copy(vocab->texts, word);
    if (!copy.ptr)
        return lyt_arena_status(vocab->texts);
    vocab->terms[vocab->n_terms++] = (term){copy, count};
    vocab->known.used++;
    *free_slot(&vocab->known, hash) = (slot){tag_of(hash), (uint32_t)vocab->n_terms};
    return LYT_OK;
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
    hash = lyt_hash_str(word, hash_seed);
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

    out[n++] = lyt_hash64(word->at, bytes + sizeof form[0], hash_seed);
    memcpy(form, word->at + 1, bytes);
    for (size_t i = 0; i < word->n; i++) {
        if (i == 0 || word->at[i] != word->at[i - 1])
            out[n++] = lyt_hash64(form, bytes, hash_seed);
        if (i + 1 < word->n)
            form[i] = word->at[i];
    }
    return n;
}

/* The slots of a word's forms lie far apart: asked for together they take the time of one or two.
 */
static size_t fetch_forms(const table *in, const lyt_letters *word, uint64_t *out)
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

/* Counts the postings of each form into its slot, then turns counts into the end of each run. */
static size_t lay_out(lyt_vocab *vocab, const rank *targets, size_t n)
{
    uint64_t hashes[longest + 1];
    lyt_letters spelt;
    size_t total = 0;

    for (size_t i = 0; i < n; i++) {
        if (!spell_sound(vocab->terms[targets[i].index].text, &spelt))
            continue;
        for (size_t k = fetch_forms(&vocab->forms, &spelt, hashes); k-- > 0;) {
            slot *form = form_slot(&vocab->forms, hashes[k]);

            form->tag = tag_of(hashes[k]);
            form->value++;
        }
    }
    for (size_t i = 0; i < vocab->forms.cap; i++) {
        slot *form = &vocab->forms.slots[i];

        total += form->value;
        form->value = form->value ? (uint32_t)total + 1 : 0;
    }
    return total;
}

/* Backwards from the rarest word, so that each slot ends at the first of its run. */
static void file_postings(lyt_vocab *vocab, const rank *targets, size_t n)
{
    uint64_t hashes[longest + 1];
    lyt_letters spelt;

    for (size_t i = n; i-- > 0;) {
        if (!spell_sound(vocab->terms[targets[i].index].text, &spelt))
            continue;
        for (size_t k = fetch_forms(&vocab->forms, &spelt, hashes); k-- > 0;) {
            slot *form = form_slot(&vocab->forms, hashes[k]);

            form->value--;
            vocab->postings[form->value - 1] |= targets[i].index;
        }
    }
}

static lyt_status build_forms(lyt_vocab *vocab, const rank *targets, size_t n)
{
    size_t n_forms = 0, total;
    lyt_status status;
    lyt_letters spelt;

    for (size_t i = 0; i < n; i++)
        if (spell_sound(vocab->terms[targets[i].index].text, &spelt))
            n_forms += spelt.n + 1;
    status = table_new(&vocab->forms, vocab->alloc, n_forms);
    if (status)
        return status;
    total = lay_out(vocab, targets, n);
    vocab->postings = lyt_mem_array(vocab->alloc, total, sizeof *vocab->postings);
    if (!vocab->postings)
        return LYT_ENOMEM;
    for (const slot *form = vocab->forms.slots; form < vocab->forms.slots + vocab->forms.cap;
         form++)
        if (form->value)
            vocab->postings[form->value - 2] = last_posting;
    file_postings(vocab, targets, n);
    return LYT_OK;
}

lyt_status lyt_vocab_seal(lyt_vocab *vocab, uint32_t min_count)
{
    rank *targets = NULL;
    size_t n = 0;
    lyt_status status;

    if (vocab->sealed)
        return LYT_ESTATE;
    vocab->min_count = min_count;
    if (!vocab->n_terms) {
        vocab->sealed = true;
        return LYT_OK;
    }
    qsort(vocab->terms, vocab->n_terms, sizeof *vocab->terms, by_text);
    memset(vocab->known.slots, 0, vocab->known.cap * sizeof *vocab->known.slots);
    for (size_t i = 0; i < vocab->n_terms; i++) {
        uint64_t hash = lyt_hash_str(vocab->terms[i].text, hash_seed);

        *free_slot(&vocab->known, hash) = (slot){tag_of(hash), (uint32_t)i + 1};
    }
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
    const term *met = find_known(vocab, word);

    return met ? met->count : 0;
}

bool lyt_vocab_knows(const lyt_vocab *vocab, lyt_str word)
{
    const term *met = find_known(vocab, word);

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

static bool is_known(const void *context, lyt_str word)
{
    return find_known(context, word) != NULL;
}

/* Eighths of the binary logarithm. */
static int eighths(uint64_t count)
{
    int bits = 0;

    while (count >> (bits + 1))
        bits++;
    return 8 * bits + (int)((count << 3 >> bits) & 7);
}

/*
 * A slip of 10 tenths is as unlikely as a word is that is met 2^9 times less; the score is minus
 * the logarithm of both, in eighths of a bit. The lowest is the best.
 */
int lyt_vocab_score(int slip, uint32_t count)
{
    return slip * 7 - eighths(count ? count : 1);
}

static bool beats(const search *so_far, const term *candidate, int score)
{
    if (!so_far->best || score != so_far->best_score)
        return !so_far->best || score < so_far->best_score;
    if (candidate->count != so_far->best->count)
        return candidate->count > so_far->best->count;
    return candidate < so_far->best;
}

static void weigh(search *for_word, const term *candidate)
{
    lyt_letters spelt;
    int slip, score;

    for_word->weighed++;
    if (!lyt_letters_spell(candidate->text, &spelt))
        return;
    slip = lyt_letters_slip(&for_word->spelt, &spelt, slip_of_common);
    score = lyt_vocab_score(slip, candidate->count);
    if (for_word->home && !lyt_words_get(for_word->home, candidate->text))
        score += lyt_vocab_abroad;
    /* any one letter may be wrong of a word that is met all the time */
    if (slip == 0 || slip > slip_of_common || (slip > for_word->limit && score > score_of_common) ||
        !beats(for_word, candidate, score) ||
        lyt_letters_turn_meaning(for_word->word, candidate->text, is_known, for_word->vocab))
        return;
    for_word->best = candidate;
    for_word->best_score = score;
}

static void search_form(search *for_word, uint64_t hash)
{
    const lyt_vocab *vocab = for_word->vocab;
    const slot *form = form_slot(&vocab->forms, hash);
    const uint32_t *posting;

    if (!form->value)
        return;
    posting = &vocab->postings[form->value - 1];
    for (size_t i = 0; for_word->weighed < weighed_max; i++) {
        const term *candidate = &vocab->terms[posting[i] & ~last_posting];

        /* most frequent first: nothing after this one can be better either */
        if (for_word->best && lyt_vocab_score(0, candidate->count) > for_word->best_score)
            return;
        weigh(for_word, candidate);
        if (posting[i] & last_posting)
            return;
    }
}

lyt_str lyt_vocab_nearest(const lyt_vocab *vocab, lyt_str word, const lyt_words *home, int *score)
{
    search for_word = {.vocab = vocab, .word = word, .home = home};
    uint64_t hashes[longest + 1];
    lyt_letters sound;
    size_t n;

    *score = 0;
    if (!vocab->sealed || !vocab->forms.cap || !lyt_letters_spell(word, &for_word.spelt) ||
        for_word.spelt.n < shortest_corrected || for_word.spelt.n > lyt_letters_compared_max ||
        lyt_letters_has_digit(word) || lyt_vocab_knows(vocab, word))
        return (lyt_str){NULL, 0};
    for_word.limit = lyt_letters_slip_limit(for_word.spelt.n);
    /* as a poor keyboard's, and as it stands */
    for (int poor = 1; poor >= 0; poor--) {
        if (!lyt_letters_sound(&for_word.spelt, poor, &sound) && poor)
            continue;
        n = fetch_forms(&vocab->forms, &sound, hashes);
        for (size_t i = 0; i < n && for_word.weighed < weighed_max; i++)
            search_form(&for_word, hashes[i]);
    }
    *score = for_word.best_score;
    return for_word.best ? for_word.best->text : (lyt_str){NULL, 0};
}
