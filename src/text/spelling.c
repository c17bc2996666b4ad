#include "spelling.h"

#include <string.h>

#include "letters.h"
#include "utf8.h"

/*
 * Candidates of the dictionaries are made, not searched for: every word one letter
 * away is asked for, a batch at a time, so that the tables' memory is fetched side by side.
 */
enum { batch_max = 64 };

typedef struct candidate {
    char bytes[lyt_spelling_bytes_max];
    uint8_t len;
    uint64_t key[lyt_languages_max];
} candidate;

typedef struct search {
    const lyt_wordbook *book;
    lyt_str word;
    candidate batch[batch_max];
    size_t n;
    lyt_language language;
    lyt_letters spelt;
    int limit;
    int best_score;
    lyt_spelling best;
} search;

/* The middle of what a rank of a table stands for. */
static uint32_t count_of(unsigned rank)
{
    static const uint32_t counts[8] = {0, 1, 2, 6, 14, 36, 110, 300};

    return counts[rank & 7];
}

/* *abroad: no word of the message's language. */
static unsigned text_rank(const search *s, const candidate *c, bool *abroad)
{
    unsigned best = 0;

    *abroad = lyt_wordbook_at(s->book, s->language) != NULL;
    for (int language = 0; language < lyt_languages_max; language++) {
        const lyt_words *words = lyt_wordbook_at(s->book, language);
        lyt_word_info info = words ? lyt_words_fetched(words, c->key[language]) : 0;
        unsigned rank = lyt_words_text_rank(info);

        if (!(info & LYT_WORDS_WORD) || info & LYT_WORDS_NAME || !rank)
            continue;
        *abroad &= language != s->language;
        best = rank > best ? rank : best;
    }
    return best;
}

static void judge(search *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const candidate *c = &s->batch[i];
        lyt_str text = {c->bytes, c->len};
        bool abroad;
        unsigned rank = text_rank(s, c, &abroad);
        lyt_letters spelt;
        int slip, score;

        if (!rank || !lyt_letters_spell(text, &spelt))
            continue;
        slip = lyt_letters_slip(&s->spelt, &spelt, s->limit);
        score = lyt_vocab_score(slip, count_of(rank)) + (abroad ? lyt_vocab_abroad : 0);
        if (slip > s->limit || (s->best.len && score >= s->best_score) ||
            lyt_letters_turn_meaning(s->word, text, NULL, NULL))
            continue;
        s->best_score = score;
        memcpy(s->best.bytes, c->bytes, c->len);
        s->best.len = c->len;
    }
    s->n = 0;
}

/* The word with `cut` bytes at `at` replaced by `letters`. */
static void propose(search *s, size_t at, size_t cut, lyt_str letters)
{
    candidate *c = &s->batch[s->n];
    size_t len = s->word.len - cut + letters.len;

    if (len > sizeof c->bytes || len == 0)
        return;
    memcpy(c->bytes, s->word.ptr, at);
    if (letters.len)
        memcpy(c->bytes + at, letters.ptr, letters.len);
    memcpy(c->bytes + at + letters.len, s->word.ptr + at + cut, s->word.len - at - cut);
    c->len = (uint8_t)len;
    for (int language = 0; language < lyt_languages_max; language++) {
        const lyt_words *words = lyt_wordbook_at(s->book, language);

        if (words)
            c->key[language] = lyt_words_fetch(words, (lyt_str){c->bytes, len});
    }
    if (++s->n == batch_max)
        judge(s);
}

static void propose_at(search *s, size_t at, size_t size)
{
    static const char *const letters[] = {
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q",
        "r", "s", "t", "u", "v", "w", "x", "y", "z", "æ", "ø", "å", "ä", "ö", "ü", "é",
    };

    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        lyt_str letter = lyt_str_of(letters[i]);

        propose(s, at, 0, letter);
        if (size)
            propose(s, at, size, letter);
    }
}

/* ae, oe, aa for æ, ø, å: one at a time, which is no slip of a single letter, and all. */
static void propose_marks(search *s)
{
    static const char *const marks[][2] = {{"ae", "æ"}, {"oe", "ø"}, {"aa", "å"}};
    candidate all = {.len = 0};
    size_t n = 0;

    for (size_t at = 0; at < s->word.len;) {
        lyt_str rest = lyt_str_slice(s->word, at, s->word.len), letter = lyt_str_slice(rest, 0, 1);
        size_t cut = 1;

        for (size_t i = 0; i < 3; i++)
            if (lyt_str_begins(rest, lyt_str_of(marks[i][0]))) {
                letter = lyt_str_of(marks[i][1]);
                cut = 2;
                propose(s, at, cut, letter);
                n++;
                break;
            }
        if (all.len + letter.len > sizeof all.bytes)
            return;
        memcpy(all.bytes + all.len, letter.ptr, letter.len);
        all.len = (uint8_t)(all.len + letter.len);
        at += cut;
    }
    if (n > 1)
        propose(s, 0, s->word.len, (lyt_str){all.bytes, all.len});
}

static void search_tables(search *s)
{
    lyt_str word = s->word;

    for (size_t at = 0; at < word.len;) {
        size_t next = at, after;
        char swapped[8];

        (void)lyt_letters_next(word, &next);
        propose(s, at, next - at, (lyt_str){NULL, 0});
        propose_at(s, at, next - at);
        after = next;
        if (next < word.len) {
            (void)lyt_letters_next(word, &after);
            memcpy(swapped, word.ptr + next, after - next);
            memcpy(swapped + (after - next), word.ptr + at, next - at);
            propose(s, at, after - at, (lyt_str){swapped, after - at});
        }
        at = next;
    }
    propose_at(s, word.len, 0);
    propose_marks(s);
    judge(s);
}

lyt_spelling lyt_spelling_find(const lyt_wordbook *book, const lyt_vocab *vocab,
                               lyt_language language, lyt_str word)
{
    search s = {.book = book, .word = word, .language = language};
    lyt_str known = {NULL, 0};

    if (!lyt_letters_spell(word, &s.spelt) || s.spelt.n < lyt_spelling_letters_min ||
        lyt_letters_has_digit(word))
        return s.best;
    s.limit = lyt_letters_slip_limit(s.spelt.n);
    if (vocab)
        known = lyt_vocab_nearest(vocab, word, lyt_wordbook_at(book, language), &s.best_score);
    if (known.len && known.len <= sizeof s.best.bytes) {
        memcpy(s.best.bytes, known.ptr, known.len);
        s.best.len = (uint8_t)known.len;
    }
    if (book)
        search_tables(&s);
    s.best.respelt = lyt_letters_respelt(word, (lyt_str){s.best.bytes, s.best.len});
    return s.best;
}
