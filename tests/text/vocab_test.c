#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letters.h"
#include "testing.h"
#include "vocab.h"

LYT_SUITE(vocab);

typedef struct entry {
    const char *word;
    uint32_t count;
} entry;

static const entry hotel[] = {
    {"reception", 40},  {"breakfast", 60}, {"bathroom", 30},    {"room", 200},     {"unclean", 9},
    {"clean", 80},      {"remarkable", 7}, {"venlig", 50},      {"godt", 70},      {"støj", 25},
    {"værelset", 90},   {"rengøring", 35}, {"håndklæder", 22},  {"håndklæde", 11}, {"gård", 6},
    {"gå", 40},         {"towel", 10},     {"towels", 10},      {"tower", 3},      {"wi-fi", 12},
    {"mp3s", 8},        {"bølgeblik", 1},  {"disconnected", 5}, {"connected", 6},  {"possible", 15},
    {"impossible", 14}, {"smørebrød", 4},  {"rare", 1},         {"årsag", 3},      {"nøgle", 20},
    {"nøglekort", 21},  {"utæt", 4},       {"ren", 30},         {"ikkeryger", 4},  {"heating", 44},
};

static lyt_vocab *vocab_of(const entry *entries, size_t n, uint32_t min_count)
{
    lyt_vocab *vocab = NULL;

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(lyt_vocab_add(vocab, lyt_str_of(entries[i].word), entries[i].count), LYT_OK);
    cr_assert_eq(lyt_vocab_seal(vocab, min_count), LYT_OK);
    return vocab;
}

static lyt_str nearest(const lyt_vocab *vocab, lyt_str word)
{
    int score;

    return lyt_vocab_nearest(vocab, word, NULL, &score);
}

static lyt_vocab *hotel_vocab(void)
{
    return vocab_of(hotel, sizeof hotel / sizeof hotel[0], 2);
}

Test(vocab, finds_what_was_meant)
{
    static const struct {
        int line;
        const char *word, *meant; /* NULL: nothing */
    } rows[] = {
        /* one edit of each kind, at the ends and inside */
        {__LINE__, "recieption", "reception"},
        {__LINE__, "brekfast", "breakfast"},
        {__LINE__, "breakfsat", "breakfast"},
        {__LINE__, "braekfast", "breakfast"},
        {__LINE__, "batroom", "bathroom"},
        {__LINE__, "athroom", "bathroom"},
        {__LINE__, "bathroon", "bathroom"},
        {__LINE__, "bathrooms", "bathroom"},
        {__LINE__, "abthroom", "bathroom"},
        {__LINE__, "wifi", "wi-fi"},
        {__LINE__, "roooom", "room"},
        {__LINE__, "rooom", "room"},
        {__LINE__, "nroom", "room"},
        {__LINE__, "noom",
         "room"}, /* the first letter is seldom wrong: of what is met all the time */
        {__LINE__, "hlean", NULL},
        {__LINE__, "nbreakfast", "breakfast"},
        /* letters of two bytes count as one */
        {__LINE__, "rengørning", "rengøring"},
        {__LINE__, "rengoring", "rengøring"},
        {__LINE__, "rengæring", "rengøring"},
        {__LINE__, "håndklæer", "håndklæder"},
        {__LINE__, "hånkdlæde", "håndklæde"},
        {__LINE__, "hnådklæde", "håndklæde"},
        {__LINE__, "nølge", "nøgle"},
        {__LINE__, "støjø", "støj"},
        /* keyboards without æ, ø, å */
        {__LINE__, "vaerelset", "værelset"},
        {__LINE__, "haandklaeder", "håndklæder"},
        {__LINE__, "håndklaeder", "håndklæder"},
        {__LINE__, "stoej", "støj"},
        {__LINE__, "smoerebroed", "smørebrød"},
        {__LINE__, "noeglekort", "nøglekort"},
        {__LINE__, "aarsag", "årsag"},
        {__LINE__, "gaard", "gård"},
        /* slips that go together */
        {__LINE__, "vaerelsett", "værelset"},
        {__LINE__, "rengorning", "rengøring"},
        {__LINE__, "reseption", "reception"},
        /* too much, or too short, or known */
        {__LINE__, "recieptoin", NULL},
        {__LINE__, "brkfst", NULL},
        {__LINE__, "gaa", NULL},
        {__LINE__, "rom", "room"}, /* three letters only for what is met all the time */
        {__LINE__, "cean", "clean"},
        {__LINE__, "tow", NULL},
        {__LINE__, "rin", NULL},
        /* beside or between the two of a double letter */
        {__LINE__, "rodom", "room"},
        {__LINE__, "conected", "connected"},
        {__LINE__, "conpnected", "connected"},
        {__LINE__, "impossibble", "impossible"},
        {__LINE__, "imposysible", "impossible"},
        {__LINE__, "room", NULL},
        {__LINE__, "", NULL},
        {__LINE__, "æøå", NULL},
        /* rarer than asked for: known, not offered */
        {__LINE__, "boelgeblik", NULL},
        {__LINE__, "bølgeblik", NULL},
        {__LINE__, "rarer", NULL},
        {__LINE__, "rare", NULL},
        /* never over a negation */
        {__LINE__, "unremarkable", NULL},
        {__LINE__, "uvenlig", NULL},
        {__LINE__, "ugodt", NULL},
        {__LINE__, "uren", NULL},
        {__LINE__, "uclean", "unclean"},
        {__LINE__, "nclean", "unclean"},
        {__LINE__, "mpossible", "impossible"},
        {__LINE__, "inpossible", "impossible"},
        {__LINE__, "xpossible", "possible"}, /* one slip; "impossible" were two */
        {__LINE__, "isconnected", "disconnected"},
        {__LINE__, "ryger", NULL},
        {__LINE__, "tætt", NULL},
        {__LINE__, "taet", NULL},
        /* digits are names, not words */
        {__LINE__, "mp3ss", NULL},
        {__LINE__, "mpss", NULL},
        {__LINE__, "r0om", NULL},
    };
    lyt_vocab *vocab = hotel_vocab();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_str found = nearest(vocab, lyt_str_of(rows[i].word));

        cr_expect(lyt_str_equal(found, lyt_str_of(rows[i].meant)), "line %d: %s became \"%.*s\"",
                  rows[i].line, rows[i].word, LYT_STR_ARG(found));
        cr_expect_eq(found.ptr != NULL, rows[i].meant != NULL, "line %d", rows[i].line);
    }
    lyt_vocab_free(vocab);
}

Test(vocab, offers_the_likeliest)
{
    static const entry entries[] = {
        {"lamps", 5}, {"lamp", 5}, {"lump", 9},    {"limp", 9},
        {"damp", 2},  {"løbe", 1}, {"loebes", 50},
    };
    static const struct {
        int line;
        const char *word, *meant;
    } rows[] = {
        {__LINE__, "lxmp", "lamp"},
        {__LINE__, "lampx", "lamps"},
        {__LINE__, "lomp", "limp"},
        {__LINE__, "dxmp", "damp"},
        {__LINE__, "lamsp", "lamps"},
        {__LINE__, "loebe", "løbe"}, /* a keyboard's doing comes before a slip */
    };
    lyt_vocab *vocab = vocab_of(entries, sizeof entries / sizeof entries[0], 0);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_str found = nearest(vocab, lyt_str_of(rows[i].word));

        cr_expect(lyt_str_equal(found, lyt_str_of(rows[i].meant)), "line %d: %s became \"%.*s\"",
                  rows[i].line, rows[i].word, LYT_STR_ARG(found));
    }
    lyt_vocab_free(vocab);
}

Test(vocab, counts_and_lists_in_byte_order)
{
    lyt_vocab *vocab = hotel_vocab();
    lyt_str last = {NULL, 0};
    uint32_t count;

    cr_expect_eq(lyt_vocab_size(vocab), sizeof hotel / sizeof hotel[0]);
    for (size_t i = 0; i < lyt_vocab_size(vocab); i++) {
        lyt_str word = lyt_vocab_word(vocab, i, &count);

        cr_expect_lt(lyt_str_compare(last, word), 0);
        cr_expect_eq(lyt_vocab_count(vocab, word), count);
        last = word;
    }
    for (size_t i = 0; i < sizeof hotel / sizeof hotel[0]; i++)
        cr_expect_eq(lyt_vocab_count(vocab, lyt_str_of(hotel[i].word)), hotel[i].count);
    cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("nothing")), 0);
    cr_expect_null(lyt_vocab_word(vocab, lyt_vocab_size(vocab), &count).ptr);
    cr_expect_eq(count, 0);
    lyt_vocab_free(vocab);
}

Test(vocab, says_what_it_is_not_ready_for)
{
    static const char endless[64 * 1024 + 1];
    lyt_vocab *vocab = NULL;

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("word")), 0);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR(""), 1), LYT_EINVAL);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("word"), 0), LYT_OK);
    cr_expect_eq(lyt_vocab_add(vocab, (lyt_str){endless, sizeof endless}, 1), LYT_ELIMIT);
    cr_expect_eq(lyt_vocab_size(vocab), 0);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("word"), 3), LYT_OK);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("word"), 4), LYT_OK);
    cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("word")), 7);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("word"), UINT32_MAX), LYT_OK);
    cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("word")), UINT32_MAX);
    cr_expect_null(nearest(vocab, LYT_STR("wordy")).ptr);
    cr_expect_null(lyt_vocab_word(vocab, 0, NULL).ptr);
    cr_expect_eq(lyt_vocab_seal(vocab, 1), LYT_OK);
    cr_expect_eq(lyt_vocab_seal(vocab, 1), LYT_ESTATE);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("more"), 1), LYT_ESTATE);
    cr_expect(lyt_str_equal(nearest(vocab, LYT_STR("wordy")), LYT_STR("word")));
    lyt_vocab_free(vocab);

    vocab = NULL;
    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    cr_expect_eq(lyt_vocab_seal(vocab, 1), LYT_OK);
    cr_expect_null(nearest(vocab, LYT_STR("wordy")).ptr);
    cr_expect_eq(lyt_vocab_size(vocab), 0);
    lyt_vocab_free(vocab);
    lyt_vocab_free(NULL);
}

Test(vocab, every_failing_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_vocab *vocab = NULL;
        lyt_status status = lyt_vocab_new(&vocab, &failing.alloc);
        long asked;

        for (size_t i = 0; !status && i < sizeof hotel / sizeof hotel[0]; i++)
            status = lyt_vocab_add(vocab, lyt_str_of(hotel[i].word), hotel[i].count);
        if (!status) {
            status = lyt_vocab_seal(vocab, 2);
            if (status) {
                /* unsealed, and as good as before */
                failing.fail_at = 0;
                cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("room")), 200);
                cr_expect_eq(lyt_vocab_seal(vocab, 2), LYT_OK);
                failing.fail_at = n - 1;
            }
            asked = failing.asked;
            cr_expect(lyt_str_equal(nearest(vocab, LYT_STR("rooom")), LYT_STR("room")));
            cr_expect_eq(failing.asked, asked, "a look-up allocates");
        }
        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        cr_expect_eq(status == LYT_OK, failing.asked < failing.fail_at);
        lyt_vocab_free(vocab);
    }
}

/* As a model's file has them; then one again, and one in between. */
Test(vocab, words_in_byte_order_are_counted_like_others)
{
    static const char *const words[] = {"bar", "bath", "bed", "room"};
    lyt_vocab *vocab = NULL;

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_assert_eq(lyt_vocab_add(vocab, lyt_str_of(words[i]), 10 + i), LYT_OK);
        cr_expect_eq(lyt_vocab_count(vocab, lyt_str_of(words[i])), 10 + i);
        cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("basin")), 0);
    }
    cr_assert_eq(lyt_vocab_add(vocab, LYT_STR("room"), 5), LYT_OK);
    cr_assert_eq(lyt_vocab_add(vocab, LYT_STR("basin"), 7), LYT_OK);
    cr_assert_eq(lyt_vocab_add(vocab, LYT_STR("bar"), 3), LYT_OK);
    for (int sealed = 0; sealed < 2; sealed++) {
        cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("room")), 18);
        cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("basin")), 7);
        cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("bar")), 13);
        cr_expect_eq(lyt_vocab_count(vocab, LYT_STR("bed")), 12);
        cr_expect_eq(lyt_vocab_size(vocab), 5);
        if (!sealed)
            cr_assert_eq(lyt_vocab_seal(vocab, 2), LYT_OK);
    }
    cr_expect(lyt_str_equal(lyt_vocab_word(vocab, 1, NULL), LYT_STR("basin")));
    cr_expect(lyt_str_equal(nearest(vocab, LYT_STR("bsain")), LYT_STR("basin")));
    lyt_vocab_free(vocab);
}

Test(vocab, order_of_adding_does_not_show)
{
    size_t n = sizeof hotel / sizeof hotel[0];
    lyt_vocab *forth = hotel_vocab(), *back = NULL;

    cr_assert_eq(lyt_vocab_new(&back, NULL), LYT_OK);
    for (size_t i = n; i-- > 0;)
        cr_assert_eq(lyt_vocab_add(back, lyt_str_of(hotel[i].word), hotel[i].count), LYT_OK);
    cr_assert_eq(lyt_vocab_seal(back, 2), LYT_OK);
    for (size_t i = 0; i < n; i++) {
        char typo[64];
        lyt_str word = lyt_str_of(hotel[i].word);

        /* the last byte of each doubled, which also breaks the UTF-8 of some */
        snprintf(typo, sizeof typo, "%s%s", hotel[i].word, hotel[i].word + word.len - 1);
        cr_expect(lyt_str_equal(nearest(forth, lyt_str_of(typo)), nearest(back, lyt_str_of(typo))));
        cr_expect(lyt_str_equal(lyt_vocab_word(forth, i, NULL), lyt_vocab_word(back, i, NULL)));
    }
    lyt_vocab_free(forth);
    lyt_vocab_free(back);
}

/* What the index finds is what a walk over all words finds. */
static bool shares_form(const lyt_letters *a, const lyt_letters *b)
{
    for (size_t i = 0; i <= a->n; i++)
        for (size_t j = 0; j <= b->n; j++) {
            /* without letter i of one and j of the other; n: without none */
            size_t at = 0, k = 0, l = 0;
            bool same = a->n - (i < a->n) == b->n - (j < b->n);

            for (; same && at < a->n - (i < a->n); at++, k++, l++) {
                k += k == i;
                l += l == j;
                same = a->at[k] == b->at[l];
            }
            if (same)
                return true;
        }
    return false;
}

/* The candidate's sound, or it without one letter, is all of these letters. */
static bool is_form_of(const lyt_letters *all, const lyt_letters *sound)
{
    for (size_t skip = 0; skip <= sound->n; skip++) {
        bool same = all->n == sound->n - (skip < sound->n);

        for (size_t k = 0; same && k < all->n; k++)
            same = all->at[k] == sound->at[k + (k >= skip)];
        if (same)
            return true;
    }
    return false;
}

/* A double letter was broken up by another, or two equal ones lost what was between them. */
static bool shares_double(const lyt_letters *spelt, const lyt_letters *other_sound)
{
    bool is_double = false;

    for (size_t i = 1; i < spelt->n; i++) {
        lyt_letters less = {.n = 0}, sound;

        is_double |= spelt->at[i] == spelt->at[i - 1];
        if (i + 1 == spelt->n || spelt->at[i - 1] != spelt->at[i + 1])
            continue;
        for (size_t k = 0; k < spelt->n; k++)
            if (k != i)
                less.at[less.n++] = spelt->at[k];
        (void)lyt_letters_sound(&less, false, &sound);
        if (is_form_of(&sound, other_sound))
            return true;
    }
    return is_double && is_form_of(spelt, other_sound);
}

/* Counts are small here: three letters are never enough, and none is met all the time. */
static bool is_near(size_t n, int slip, uint32_t count)
{
    const int score = n <= 5 ? 40 : 80;

    return n > 3 && slip <= 19 &&
           (slip <= lyt_letters_slip_limit(n) || lyt_vocab_score(slip, count) <= score);
}

/* A word of the vocabulary, spelt once for all that are held against it. */
typedef struct spelling {
    lyt_str word;
    uint32_t count;
    lyt_letters spelt, sound;
} spelling;

static spelling *spell_all(const lyt_vocab *vocab)
{
    spelling *all = calloc(lyt_vocab_size(vocab), sizeof *all);

    cr_assert(all);
    for (size_t i = 0; i < lyt_vocab_size(vocab); i++) {
        all[i].word = lyt_vocab_word(vocab, i, &all[i].count);
        cr_assert(lyt_letters_spell(all[i].word, &all[i].spelt));
        (void)lyt_letters_sound(&all[i].spelt, false, &all[i].sound);
    }
    return all;
}

static lyt_str walked(const lyt_vocab *vocab, const spelling *all, lyt_str word)
{
    lyt_letters spelt, sound;
    lyt_str best = {NULL, 0};
    uint32_t most = 0;
    int least = 0;

    cr_assert(lyt_letters_spell(word, &spelt));
    (void)lyt_letters_sound(&spelt, false, &sound);
    if (lyt_vocab_knows(vocab, word))
        return best;
    for (size_t i = 0; i < lyt_vocab_size(vocab); i++) {
        const spelling *other = &all[i];
        const int slip = lyt_letters_slip(&spelt, &other->spelt, 19);
        const int score = lyt_vocab_score(slip, other->count);

        if (other->word.len < 3 || !is_near(spelt.n, slip, other->count) ||
            (!shares_form(&sound, &other->sound) && !shares_double(&spelt, &other->sound)) ||
            (best.len && (score > least || (score == least && other->count <= most))))
            continue;
        best = other->word;
        most = other->count;
        least = score;
    }
    return best;
}

static lyt_str made_up(uint64_t *state, char out[8])
{
    size_t n = 3 + (*state >> 60) % 4;

    for (size_t i = 0; i < n; i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        out[i] = "bcdf"[*state >> 62];
    }
    return (lyt_str){out, n};
}

Test(vocab, agrees_with_a_walk_over_all_words)
{
    lyt_vocab *vocab = NULL;
    uint64_t state = 1;
    char word[8];
    size_t found = 0;
    spelling *all;

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    for (int i = 0; i < 400; i++) {
        lyt_str made = made_up(&state, word);

        cr_assert_eq(lyt_vocab_add(vocab, made, 1 + (uint32_t)(state >> 61)), LYT_OK);
    }
    cr_assert_eq(lyt_vocab_seal(vocab, 0), LYT_OK);
    all = spell_all(vocab);
    for (int i = 0; i < 2000; i++) {
        lyt_str made = made_up(&state, word), expected = walked(vocab, all, made);

        found += expected.ptr != NULL;
        cr_expect(lyt_str_equal(nearest(vocab, made), expected), "%.*s", LYT_STR_ARG(made));
    }
    cr_expect_gt(found, 500);
    free(all);
    lyt_vocab_free(vocab);
}

Test(vocab, hostile_words)
{
    lyt_vocab *vocab = NULL;
    char word[400], crowd[8];
    lyt_str all = {word, sizeof word};

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    memset(word, 'a', sizeof word);
    cr_expect_eq(lyt_vocab_add(vocab, all, 9), LYT_OK);
    cr_expect_eq(lyt_vocab_add(vocab, lyt_str_slice(all, 0, 40), 9), LYT_OK);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("\xff\xc3\xe2\x82\xf0\x9f"), 9), LYT_OK);
    cr_expect_eq(lyt_vocab_add(vocab, LYT_STR("nul\0word"), 9), LYT_OK);
    /* thousands of words that share one form */
    for (int i = 0; i < 26 * 26 * 26; i++) {
        snprintf(crowd, sizeof crowd, "%c%c%cxyz", 'a' + i / 676, 'a' + i / 26 % 26, 'a' + i % 26);
        cr_expect_eq(lyt_vocab_add(vocab, lyt_str_of(crowd), 1), LYT_OK);
    }
    cr_assert_eq(lyt_vocab_seal(vocab, 0), LYT_OK);
    cr_expect(lyt_str_equal(nearest(vocab, lyt_str_slice(all, 0, 39)), lyt_str_slice(all, 0, 40)));
    cr_expect_null(nearest(vocab, lyt_str_slice(all, 0, 41)).ptr);
    cr_expect_null(nearest(vocab, lyt_str_slice(all, 0, 399)).ptr);
    cr_expect_eq(nearest(vocab, LYT_STR("\xff\xe2\x82\xf0\x9f")).len, 6);
    cr_expect_eq(nearest(vocab, LYT_STR("nul\0wodr")).len, 8);
    cr_expect(lyt_str_equal(nearest(vocab, LYT_STR("abxyz")), LYT_STR("aabxyz")));
    lyt_vocab_free(vocab);
}
