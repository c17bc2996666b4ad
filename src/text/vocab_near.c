/*
 * What an unknown word was meant to be: its forms are looked up in the index of vocab.c, and
 * what is found there is weighed letter by letter (lyt_letters_slip).
 */
#include <string.h>

#include "hash.h"
#include "vocab_inner.h"

enum {
    shortest_corrected = 3,
    met_max = 16,     /* the last candidates, which often share more forms than one with the word */
    weighed_max = 200 /* candidates of a look-up; keeps it bounded when thousands share a form */
};

/*
 * What a word that is met all the time may cost whatever its length, and what it must score
 * then: the longer the word, the fewer others are as near to it. With the limits of length
 * alone "otel", "weue" and "gowod" meant nothing, nor did "jhotel" and "bservice".
 */
enum { slip_of_common = 19 };

static int score_of_common(size_t n)
{
    return n <= 5 ? 38 : 80;
}

/* Three letters are only what is left of four, and only of a word that is met all the time. */
enum { letters_few = 3, count_of_few = 128 };

/* What the calls of one look-up share. */
typedef struct search {
    const lyt_vocab *vocab;
    lyt_str word;
    lyt_letters spelt;
    const lyt_vocab_home *home;
    unsigned weighed;
    const lyt_vocab_term *met[met_max];
    int limit;
    int best_score;
    const lyt_vocab_term *best;
} search;

static bool is_known(const void *context, lyt_str word)
{
    return lyt_vocab_find(context, word) != NULL;
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

static bool beats(const search *so_far, const lyt_vocab_term *candidate, int score)
{
    if (!so_far->best || score != so_far->best_score)
        return !so_far->best || score < so_far->best_score;
    if (candidate->count != so_far->best->count)
        return candidate->count > so_far->best->count;
    return candidate < so_far->best;
}

static bool is_near_enough(const search *for_word, const lyt_vocab_term *candidate, size_t n_meant,
                           int slip, int score)
{
    const size_t n = for_word->spelt.n;

    if (slip == 0 || slip > slip_of_common)
        return false;
    if (n <= letters_few)
        return n_meant > n && slip <= for_word->limit && candidate->count >= count_of_few;
    return slip <= for_word->limit || score <= score_of_common(n);
}

/* What lost before, or is the best already, gains nothing by being weighed again. */
static bool is_met(search *for_word, const lyt_vocab_term *candidate)
{
    for (size_t i = 0; i < met_max; i++)
        if (for_word->met[i] == candidate)
            return true;
    for_word->met[for_word->weighed % met_max] = candidate;
    return false;
}

static void weigh(search *for_word, const lyt_vocab_term *candidate)
{
    bool again = is_met(for_word, candidate);
    lyt_letters spelt;
    int slip, score;

    for_word->weighed++;
    if (again || !lyt_letters_spell(candidate->text, &spelt))
        return;
    slip = lyt_letters_slip(&for_word->spelt, &spelt, slip_of_common);
    score = lyt_vocab_score(slip, candidate->count);
    if (for_word->home && !for_word->home->has(for_word->home->context, candidate->text))
        score += lyt_vocab_abroad;
    if (!is_near_enough(for_word, candidate, spelt.n, slip, score) ||
        !beats(for_word, candidate, score) ||
        lyt_letters_turn_meaning(for_word->word, candidate->text, is_known, for_word->vocab))
        return;
    for_word->best = candidate;
    for_word->best_score = score;
}

static void search_form(search *for_word, uint64_t hash)
{
    const lyt_vocab *vocab = for_word->vocab;
    const lyt_vocab_slot *form = lyt_vocab_form(&vocab->forms, hash);
    const uint32_t *posting;

    if (!form->value)
        return;
    posting = &vocab->postings[form->value - 1];
    for (size_t i = 0; for_word->weighed < weighed_max; i++) {
        const lyt_vocab_term *candidate = &vocab->terms[posting[i] & ~lyt_vocab_last_posting];

        /* most frequent first: nothing after this one can be better either */
        if (for_word->best && lyt_vocab_score(0, candidate->count) > for_word->best_score)
            return;
        weigh(for_word, candidate);
        if (posting[i] & lyt_vocab_last_posting)
            return;
    }
}

/* The forms of how a word sounds, or that alone. */
static void search_sound(search *for_word, const lyt_letters *sound, bool with_forms)
{
    const lyt_vocab_table *forms = &for_word->vocab->forms;
    uint64_t hashes[lyt_vocab_longest + 1];
    size_t n;

    if (with_forms) {
        n = lyt_vocab_fetch_forms(forms, sound, hashes);
    } else {
        hashes[0] = lyt_hash64(sound->at, sound->n * sizeof sound->at[0], lyt_vocab_hash_seed);
        n = 1;
    }
    for (size_t i = 0; i < n && for_word->weighed < weighed_max; i++)
        search_form(for_word, hashes[i]);
}

/*
 * A double letter counts once in the index, so a letter too many between its two ("rodoms",
 * "komtmer") would be two edits, and so would one that is missing between two equal ones
 * ("indretnng"): the former are looked up without it, the latter as they stand.
 */
static void search_doubles(search *for_word)
{
    const lyt_letters *spelt = &for_word->spelt;
    bool is_double = false;

    for (size_t i = 1; i < spelt->n; i++) {
        lyt_letters less = {.n = spelt->n - 1}, sound;

        is_double |= spelt->at[i] == spelt->at[i - 1];
        if (i + 1 == spelt->n || spelt->at[i - 1] != spelt->at[i + 1])
            continue;
        memcpy(less.at, spelt->at, i * sizeof less.at[0]);
        memcpy(less.at + i, spelt->at + i + 1, (spelt->n - i - 1) * sizeof less.at[0]);
        (void)lyt_letters_sound(&less, false, &sound);
        search_sound(for_word, &sound, false);
    }
    if (is_double)
        search_sound(for_word, spelt, false);
}

lyt_str lyt_vocab_nearest(const lyt_vocab *vocab, lyt_str word, const lyt_vocab_home *home,
                          int *score)
{
    search for_word = {.vocab = vocab, .word = word, .home = home};
    lyt_letters sound;

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
        search_sound(&for_word, &sound, true);
    }
    if (lyt_letters_sound_apart(&for_word.spelt, &sound))
        search_sound(&for_word, &sound, true);
    search_doubles(&for_word);
    *score = for_word.best_score;
    return for_word.best ? for_word.best->text : (lyt_str){NULL, 0};
}
