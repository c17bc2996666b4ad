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
            lyt_buf_add_text(out, " | ");
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
        {__LINE__, "Nice room, but dirty bath; cold food", ""},
        {__LINE__, "Nice room (really). Dirty bath", "Nice room (really). | Dirty bath"},
        {__LINE__, "Vi bor på 3. sal. Larm fra baren.", "Vi bor på 3. sal. | Larm fra baren."},
        {__LINE__, "Nice room. Cold. Dirty bath.", "Nice room. Cold. | Dirty bath."},
        {__LINE__, "Cold. Nice room. Dirty bath.", "Cold. Nice room. | Dirty bath."},
        {__LINE__, "Nice room. 214. Rm 214.", ""},
        {__LINE__, "Cold. The. Room.", ""},
        {__LINE__, "Nice room. Not clean.", "Nice room. | Not clean."},
        {__LINE__, "Nice room. Dirty. The.", ""},
    };
    textbed bed;
    lyt_buf shown;

    textbed_open(&bed, NULL);
    lyt_buf_init(&shown, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sentence *sentences;
        size_t n;

        textbed_read(&bed, NULL, rows[i].message, textbed_en);
        cr_assert_eq(lyt_sentences_find(&bed.text, bed.arena, &sentences, &n), LYT_OK);
        show(&bed.text, sentences, n, &shown);
        cr_expect_str_eq(lyt_buf_str(&shown).len ? shown.data : "", rows[i].shown, "row at line %d",
                         rows[i].line);
    }
    lyt_buf_deinit(&shown);
    textbed_close(&bed);
}
