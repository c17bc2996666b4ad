#include <stdio.h>

#include "sentence.h"

#include "buf.h"
#include "textbed.h"

LYT_SUITE(sentence);

/* Sentences between bars, as they lie in the original. */
static void show(const lyt_text *text, const lyt_sentence *sentences, size_t n, lyt_buf *out)
{
    lyt_buf_reset(out);
    for (size_t i = 0; i < n; i++) {
        const lyt_text *own = &sentences[i].text;

        if (i > 0)
            lyt_buf_add_text(out, sentences[i].is_piece ? " / "
                                  : sentences[i].is_all ? " = "
                                                        : " | ");
        else if (sentences[i].is_piece)
            lyt_buf_add_text(out, "/ ");
        lyt_buf_add(out, lyt_str_slice(text->original, own->tokens[0].start,
                                       own->tokens[own->n_tokens - 1].end));
    }
}

Test(sentence, is_what_can_be_understood_by_itself)
{
    static const struct {
        int line;
        const char *message, *shown;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "...", ""},
        {__LINE__, "Nice clean room", ""},
        {__LINE__, "Nice clean room.", ""},
        {__LINE__, "Nice room. Dirty bath.", "Nice room. | Dirty bath."},
        {__LINE__, "Nice room! Dirty bath? Cold food", "Nice room! | Dirty bath? | Cold food"},
        {__LINE__, "nice room\ndirty bath\r\ncold food", "nice room | dirty bath | cold food"},
        {__LINE__, "Nice room... Dirty bath.", "Nice room... | Dirty bath."},
        {__LINE__, "Nice room… Dirty bath", "Nice room… | Dirty bath"},
        {__LINE__, "... Nice room, dirty bath, cold food", ""},
        {__LINE__, "Nice room, but dirty bath; cold food", ""},
        {__LINE__, "Nice room (really). Dirty bath", "Nice room (really). | Dirty bath"},
        {__LINE__, "Vi bor på 3. sal. Larm fra baren.", "Vi bor på 3. sal. | Larm fra baren."},
        {__LINE__, "Nice room. Cold. Dirty bath.", "Nice room. Cold. | Dirty bath."},
        {__LINE__, "Cold. Nice room. Dirty bath.", "Cold. Nice room. | Dirty bath."},
        {__LINE__, "Nice room. 214. Rm 214.", ""},
        {__LINE__, "Cold. The. Room.", ""},
        {__LINE__, "Nice room. Not clean.", "Nice room. | Not clean."},
        {__LINE__, "Nice room. Dirty. The.", ""},
        /* courtesies are left out, but where they ask or deny */
        {__LINE__, "Thanks", ""},
        {__LINE__, "Good evening, thanks. :)", ""},
        {__LINE__, "Dirty cold bath. Thanks", "Dirty cold bath."},
        {__LINE__, "Good evening, dirty cold bath, thanks", "dirty cold bath,"},
        {__LINE__, "Hello! Cold. Thanks :)", "Cold."},
        /* and all the rest of it together, too */
        {__LINE__, "Dirty bath. Thanks. Cold food. \U0001F64F",
         "Dirty bath. | Cold food. = Dirty bath. Thanks. Cold food."},
        {__LINE__, "Good evening, dirty bath. Cold food. Thanks",
         "dirty bath. | Cold food. = dirty bath. Cold food."},
        {__LINE__, "Dirty bath. Hello?", ""},
        {__LINE__, "Dirty bath. Thanks John Miller", "Dirty bath."},
        {__LINE__, "Dirty bath. Thanks John, Anna", "Dirty bath. | Anna"},
        {__LINE__, "Dirty bath. Hello bad smell", "Dirty bath. | Hello bad smell"},
        {__LINE__, "Dirty bath. No thanks.", "Dirty bath. | No thanks."},
        {__LINE__, "Dirty bath. Good evening the the.", "Dirty bath. | Good evening the the."},
        /* a long sentence is cut where a clause ends, so that each piece says something */
        {__LINE__,
         "Nice big clean room, dirty cold bath, the food was cold and so were we, but what a nice "
         "view of water",
         "/ Nice big clean room, / dirty cold bath, / the food was cold and so were we, / but what "
         "a "
         "nice view of water"},
        {__LINE__,
         "Nice big clean room, dirty bath, the food was cold and so were we, but all of this in a "
         "week of rain. Dirty towels.",
         "Nice big clean room, dirty bath, the food was cold and so were we, but all of this in a "
         "week of rain. | Dirty towels. / Nice big clean room, / dirty bath, the food was cold and "
         "so were we, / but all of this in a week of rain."},
        {__LINE__,
         "Nice big clean room and dirty bath and the food was cold and so were we and all of this "
         "in "
         "one week of rain",
         "/ Nice big clean room and dirty bath and the food / dirty bath and the food was cold and "
         "so were / was cold and so were we and all of this / we and all of this in one week of "
         "rain"},
        /* a window that says nothing is none */
        {__LINE__, "Nice big clean room and dirty bath 1 2 3 4 5 6 7 8 9 10 11 12 13 14",
         "/ Nice big clean room and dirty bath 1 2 3 / dirty bath 1 2 3 4 5 6 7 8"},
    };
    textbed bed;
    lyt_buf shown;

    textbed_open(&bed, NULL);
    lyt_buf_init(&shown, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sentence *sentences;
        size_t n;

        textbed_read(&bed, NULL, rows[i].message, textbed_en);
        cr_assert_eq(lyt_sentences_find(&bed.text, true, bed.arena, &sentences, &n), LYT_OK);
        show(&bed.text, sentences, n, &shown);
        cr_expect_str_eq(lyt_buf_str(&shown).len ? shown.data : "", rows[i].shown,
                         "row at line %d: %s", rows[i].line,
                         lyt_buf_str(&shown).len ? shown.data : "");
    }
    lyt_buf_deinit(&shown);
    textbed_close(&bed);
}

/* Pieces of many long sentences find room behind all sentences, or are left out. */
Test(sentence, of_many_long_ones_some_are_cut)
{
    static const size_t counts[] = {2, 8, 10, 11, 16, 31, 32, 33};
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        static const char sentence[] =
            "Nice big clean room, dirty cold bath, cold bad dinner, noisy loud street, dirty old "
            "towels, bad hard bed. ";
        char message[sizeof sentence * 33] = "";
        lyt_sentence *sentences;
        size_t n, n_pieces = 0;

        for (size_t k = 0; k < counts[i]; k++)
            strcat(message, sentence);
        textbed_read(&bed, NULL, message, textbed_en);
        cr_assert_eq(lyt_sentences_find(&bed.text, true, bed.arena, &sentences, &n), LYT_OK);
        for (size_t k = 0; k < n; k++) {
            n_pieces += sentences[k].is_piece;
            cr_expect(sentences[k].is_piece || !n_pieces);
        }
        cr_expect_leq(n, lyt_stretches_max, "%zu sentences: %zu", counts[i], n);
        cr_expect_eq(n - n_pieces, counts[i] > lyt_sentences_max ? (counts[i] + 1) / 2 : counts[i]);
        cr_expect_eq(n_pieces,
                     counts[i] > lyt_sentences_max        ? 0
                     : 7 * counts[i] <= lyt_stretches_max ? 6 * counts[i]
                                                          : (lyt_stretches_max - counts[i]) / 6 * 6,
                     "%zu sentences: %zu pieces", counts[i], n_pieces);
    }
    textbed_close(&bed);
}

/* So do windows of many that go on and on. */
Test(sentence, of_many_that_go_on_some_are_heard_by_windows)
{
    static const char sentence[] = "dirty old bath and cold bad dinner and noisy loud street and "
                                   "dirty old towels and bad hard bed\n";
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t count = 1; count <= 33; count++) {
        char message[sizeof sentence * 33] = "";
        lyt_sentence *sentences;
        const size_t room = (lyt_stretches_max - (count > 1 ? count : 0)) / 3;
        size_t n, n_pieces = 0;

        for (size_t k = 0; k < count; k++)
            strcat(message, sentence);
        textbed_read(&bed, NULL, message, textbed_en);
        cr_assert_eq(lyt_sentences_find(&bed.text, true, bed.arena, &sentences, &n), LYT_OK);
        cr_assert_leq(n, lyt_stretches_max);
        for (size_t k = 0; k < n; k++)
            n_pieces += sentences[k].is_piece;
        if (count <= lyt_sentences_max)
            cr_expect_eq(n_pieces, 3 * (count < room ? count : room), "%zu sentences: %zu windows",
                         count, n_pieces);
        else
            cr_expect_eq(n_pieces, 0);
    }
    textbed_close(&bed);
}

/* However long a text is, so many are enough; all of it is in them. */
Test(sentence, of_a_long_text_several_are_taken_together)
{
    static const size_t counts[] = {2, 32, 33, 64, 65, 700};
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char message[32 * 700] = "";
        lyt_sentence *sentences;
        size_t n, at = 0;

        for (size_t k = 0; k < counts[i]; k++)
            at += (size_t)snprintf(message + at, sizeof message - at, "Dirty bath %zu. ", k);
        textbed_read(&bed, NULL, message, textbed_en);
        cr_assert_eq(lyt_sentences_find(&bed.text, true, bed.arena, &sentences, &n), LYT_OK);
        cr_expect_eq(n,
                     (counts[i] + (counts[i] - 1) / lyt_sentences_max) /
                         (1 + (counts[i] - 1) / lyt_sentences_max),
                     "%zu: %zu", counts[i], n);
        cr_expect_leq(n, lyt_sentences_max);
        at = 0;
        for (size_t k = 0; k < n; k++) {
            cr_expect_eq(sentences[k].first, at);
            at = sentences[k].end;
        }
        cr_expect_eq(at, bed.text.n_tokens);
    }
    textbed_close(&bed);
}
