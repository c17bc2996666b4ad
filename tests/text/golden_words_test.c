/*
 * The lists of tests/golden: how compounds are cut, what misspelt words become, what is left
 * alone, and which words share a stem. As a service reads them: with the lexicons of the tree, the
 * tables the build made and the words of the shipped packs' sentences.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "goldbed.h"
#include "insight.h"
#include "spelling.h"

LYT_SUITE(golden_words);

/* Whether the cut is where the line has its marks. */
static bool is_cut_as(lyt_str line, const lyt_compound *compound)
{
    size_t byte = 0, part = 1;

    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != '+')
            byte++;
        else if (part >= compound->n || compound->part[part++].start != byte)
            return false;
    }
    return part == compound->n;
}

Test(golden_words, NL_07_compounds)
{
    goldbed bed;
    size_t right = 0, said = 0, there = 0, n = 0;
    lyt_str line;

    goldbed_open(&bed);
    for (size_t at = 0; goldbed_line(&bed, "compounds.txt", &at, &line);) {
        bool is_compound = lyt_str_find(line, '+', 0) < line.len;
        unsigned work = 100000;
        lyt_insight insight;
        char word[128];

        goldbed_without(line, '+', word);
        lyt_insight_get(bed.space, bed.vocab, bed.da, lyt_str_of(word), LYT_INSIGHT_MEANT, &work,
                        &insight);
        n++;
        there += is_compound;
        said += insight.compound.n > 0;
        right += is_compound && is_cut_as(line, &insight.compound);
        if (is_compound != (insight.compound.n > 0))
            cr_log_info("%.*s: %s", LYT_STR_ARG(line), insight.compound.n ? "cut" : "whole");
    }
    cr_expect_geq(n, 500);
    cr_expect_geq(n - there, 150, "words that stay whole");
    /* F1 = 2 right / (said + there) */
    cr_expect_geq(200 * right, 95 * (said + there), "%zu right of %zu, %zu cut", right, there,
                  said);
    cr_log_info("compounds: %zu rows, %zu to cut, %zu cut, %zu right: F1 %.3f", n, there, said,
                right, 2.0 * (double)right / (double)(said + there));
    goldbed_close(&bed);
}

Test(golden_words, NL_05_misspellings)
{
    goldbed bed;
    size_t right = 0, n = 0;
    lyt_str line;

    goldbed_open(&bed);
    for (size_t at = 0; goldbed_line(&bed, "misspellings.txt", &at, &line);) {
        char code[8], written[64], meant[64];
        lyt_language language;
        const lyt_token *t;
        bool is_right;

        cr_assert_eq(sscanf(line.ptr, "%7s %63s %63s", code, written, meant), 3);
        language = lyt_lexis_find(bed.lexis, lyt_str_of(code));
        goldbed_read(&bed, written, language);
        t = &bed.text.tokens[0];
        /* a lexicon's own spelling, and a letter three times, need no correction */
        is_right = goldbed_same_stem(&bed, language, t->corrected.len ? t->corrected : t->norm,
                                     lyt_str_of(meant));
        n++;
        right += is_right;
        if (!is_right)
            cr_log_info("%s (%s) became %.*s", written, meant, LYT_STR_ARG(t->corrected));
    }
    cr_expect_geq(n, 500);
    cr_expect_geq(100 * right, 95 * n, "%zu of %zu", right, n);
    cr_log_info("misspellings: %zu of %zu right: %.1f %%", right, n,
                100 * (double)right / (double)n);
    goldbed_close(&bed);
}

/* A word of both languages is likely where people say it. */
Test(golden_words, NL_05_a_word_of_another_language_is_not_meant)
{
    static const struct {
        const char *code, *written, *meant;
    } rows[] = {
        {"en", "gogd", "good"}, /* "god" is in the English dictionary, and said in Danish */
        {"da", "gogd", "god"},
    };
    goldbed bed;

    goldbed_open(&bed);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_language language = lyt_lexis_find(bed.lexis, lyt_str_of(rows[i].code));
        const lyt_spelling found =
            lyt_spelling_find(bed.words, bed.vocab, language, lyt_str_of(rows[i].written));

        cr_expect(lyt_str_equal((lyt_str){found.bytes, found.len}, lyt_str_of(rows[i].meant)),
                  "%s: %s became %.*s", rows[i].code, rows[i].written, found.len, found.bytes);
    }
    goldbed_close(&bed);
}

/* What a dictionary has may be a slip: a word nobody says, a name, a word of another language. */
Test(golden_words, NL_05_slips_that_make_another_word)
{
    static const struct {
        int line;
        const char *code, *message, *word, *meant;
    } rows[] = {
        {__LINE__, "en", "the hoel was cold", "hoel", "hotel"},
        {__LINE__, "en", "the roo was cold", "roo", "room"},
        {__LINE__, "en", "it is a fact of life", "fact", ""},
        {__LINE__, "da", "der var ingen toiler da vi kom", "toiler", "toilet"},
        {__LINE__, "en", "no towels in the baphroom", "baphroom", "bathroom"},
        {__LINE__, "en", "the stuff was rude", "stuff", ""}, /* said as often as need be */
        {__LINE__, "en", "we asked Hoel for help", "Hoel", ""},
        {__LINE__, "en", "Hoel was rude", "Hoel", ""},
        {__LINE__, "en", "THE HOEL WAS COLD", "HOEL", "hotel"},
        {__LINE__, "da", "min fod gør ondt", "fod", ""},
        {__LINE__, "da", "den årlige fest", "årlige", ""}, /* å is no æ without its mark */
        {__LINE__, "da", "der manglede en fork", "fork", ""},
    };
    const size_t n_rows = sizeof rows / sizeof *rows;
    goldbed bed;

    goldbed_open(&bed);
    /* twice: what is found out is on record then */
    for (size_t k = 0; k < 2 * n_rows; k++) {
        const size_t i = k % n_rows;
        lyt_str found = {"nowhere", 7};

        goldbed_read(&bed, rows[i].message, lyt_lexis_find(bed.lexis, lyt_str_of(rows[i].code)));
        for (size_t t = 0; t < bed.text.n_tokens; t++) {
            const lyt_token *token = &bed.text.tokens[t];

            if (lyt_str_equal(lyt_str_slice(bed.text.original, token->start, token->end),
                              lyt_str_of(rows[i].word)))
                found = token->corrected;
        }
        cr_expect(lyt_str_equal(found, lyt_str_of(rows[i].meant)), "line %d: %s became '%.*s'",
                  rows[i].line, rows[i].word, LYT_STR_ARG(found));
    }
    goldbed_close(&bed);
}

/* What a message may cost is the same whether its words are on record or not. */
Test(golden_words, NL_28_a_word_on_record_is_charged_like_a_new_one)
{
    static const char dear[] = "giraffe walrus pelican gazelle badger otter weasel porcupine "
                               "rhinoceros hippopotamus chinchilla hoel";
    goldbed bed;

    goldbed_open(&bed);
    for (int k = 0; k < 3; k++) {
        goldbed_read(&bed, dear, bed.en);
        cr_expect_eq(bed.text.tokens[bed.text.n_tokens - 1].corrected.len, 0, "time %d", k);
    }
    goldbed_read(&bed, "hoel", bed.en);
    cr_expect(lyt_str_equal(bed.text.tokens[0].corrected, LYT_STR("hotel")));
    goldbed_close(&bed);
}

/* What one model's words settled is asked again where another's are used. */
Test(golden_words, NL_05_a_slip_is_one_by_the_words_in_use)
{
    static const char *const known[] = {"roo", "room"};
    lyt_vocab *vocabs[2];
    goldbed bed;

    goldbed_open(&bed);
    lyt_vocab_free(bed.vocab);
    for (int v = 0; v < 2; v++) {
        cr_assert_eq(lyt_vocab_new(&vocabs[v], NULL), LYT_OK);
        cr_assert_eq(lyt_vocab_add(vocabs[v], lyt_str_of(known[v]), 5000), LYT_OK);
        cr_assert_eq(lyt_vocab_seal(vocabs[v], 2), LYT_OK);
    }
    for (int k = 0; k < 6; k++) {
        bed.vocab = vocabs[k / 2 % 2];
        goldbed_read(&bed, "roo", bed.en);
        cr_expect(lyt_str_equal(bed.text.tokens[0].corrected,
                                k / 2 % 2 ? LYT_STR("room") : (lyt_str){"", 0}),
                  "%d: %.*s", k, LYT_STR_ARG(bed.text.tokens[0].corrected));
    }
    lyt_vocab_free(vocabs[0]);
    bed.vocab = vocabs[1];
    goldbed_close(&bed);
}

Test(golden_words, NL_06_what_is_right_is_left_alone)
{
    goldbed bed;
    size_t touched = 0, n = 0;
    lyt_str line;

    goldbed_open(&bed);
    for (size_t at = 0; goldbed_line(&bed, "untouched.txt", &at, &line);) {
        lyt_str rest = line;

        while (rest.len) {
            size_t end = lyt_str_find(rest, ' ', 0);
            char word[64], message[80];

            snprintf(word, sizeof word, "%.*s", (int)end, rest.ptr);
            snprintf(message, sizeof message, "x %s", word);
            n++;
            /* alone, and behind another word; in a language that is known, or not */
            for (int way = 0; way < 4; way++) {
                goldbed_read(&bed, way & 1 ? message : word, way & 2 ? bed.da : -1);
                for (size_t i = 0; i < bed.text.n_tokens; i++)
                    if (bed.text.tokens[i].corrected.len) {
                        touched++;
                        cr_log_info("%s became %.*s", word,
                                    LYT_STR_ARG(bed.text.tokens[i].corrected));
                    }
            }
            rest = lyt_str_slice(rest, end + 1, rest.len);
        }
    }
    cr_expect_geq(n, 2000);
    cr_expect_eq(touched, 0, "%zu words were taken for others", touched);
    goldbed_close(&bed);
}

Test(golden_words, NL_04_stems)
{
    goldbed bed;
    size_t n = 0, apart = 0;
    lyt_str line;

    goldbed_open(&bed);
    for (size_t at = 0; goldbed_line(&bed, "stems.txt", &at, &line);) {
        char code[8], a[64], b[64], sign;
        lyt_language language;

        cr_assert_eq(sscanf(line.ptr, "%7s %63s %c %63s", code, a, &sign, b), 4);
        cr_assert(sign == '=' || sign == '/', "%.*s", LYT_STR_ARG(line));
        language = lyt_lexis_find(bed.lexis, lyt_str_of(code));
        n++;
        apart += sign == '/';
        cr_expect_eq(goldbed_same_stem(&bed, language, lyt_str_of(a), lyt_str_of(b)), sign == '=',
                     "%.*s", LYT_STR_ARG(line));
    }
    cr_expect_geq(n, 310);
    cr_expect_geq(apart, 150);
    goldbed_close(&bed);
}

/* Words made of what costs most: long compounds, near misses of everything, noise. */
static size_t nasty_message(int kind, uint64_t seed, char out[1025])
{
    static const char *const pieces[] = {"værelses", "rengørings", "personale", "hoved", "døre",
                                         "støj",     "recepton",   "brekfast",  "bade",  "seng"};
    size_t n = 0;

    for (uint64_t state = seed; n < 950;) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if (kind == 0) {
            n += (size_t)snprintf(out + n, 1025 - n, "%s%c", pieces[state >> 33 & 7],
                                  state >> 60 ? 'e' : ' ');
        } else if (kind == 1) {
            n += (size_t)snprintf(out + n, 1025 - n, "%s%c%s ", pieces[state >> 33 & 7],
                                  (char)('a' + (state >> 40) % 26), pieces[state >> 50 & 7]);
        } else {
            size_t letters = kind == 2 ? 39 : 4 + (state >> 50) % 9;

            for (size_t i = 0; i < letters && n < 1000; i++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                out[n++] = "aeiourstnldk"[(state >> 40) % 12];
            }
            out[n++] = ' ';
        }
    }
    out[n] = '\0';
    return n;
}

/* What is slow is done so often and no more, whatever a message holds. */
Test(golden_words, a_kilobyte_is_bounded_work)
{
    goldbed bed;
    static char message[1025];

    goldbed_open(&bed);
    for (int kind = 0; kind < 4; kind++)
        for (uint64_t seed = 1; seed <= 25; seed++) {
            lyt_text_counts before = lyt_textspace_counts(bed.space), after;

            (void)nasty_message(kind, seed * 7919, message);
            goldbed_read(&bed, message, bed.da);
            after = lyt_textspace_counts(bed.space);
            cr_expect_leq(after.corrections - before.corrections, 10, "kind %d", kind);
            cr_expect_leq(after.splits - before.splits, 250, "kind %d", kind);
        }
    goldbed_close(&bed);
}
