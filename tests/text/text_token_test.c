#include <unicode/ubrk.h>

#include "buf.h"
#include "textbed.h"

LYT_SUITE(text_token);

typedef struct token_row {
    int line;
    const char *message, *tokens; /* as written, | between them */
    const char *kinds;            /* w n p e u m h, as in the enum; NULL: not looked at */
} token_row;

static const token_row rows[] = {
    {__LINE__, "", "", ""},
    {__LINE__, " \t\r\n ", "", ""},
    {__LINE__, "rent", "rent", "w"},
    {__LINE__, "Værelset er koldt", "Værelset|er|koldt", "www"},
    /* the examples of the requirement */
    {__LINE__, "214'eren", "214'eren", "w"},
    {__LINE__, "på 214’eren", "på|214’eren", "ww"},
    {__LINE__, "wi-fi", "wi-fi", "w"},
    {__LINE__, "24/7", "24/7", "n"},
    {__LINE__, "kl. 21.30", "kl|.|21.30", "wpn"},
    {__LINE__, "kl.21.30", "kl|.|21.30", "wpn"},
    {__LINE__, "pc'en", "pc'en", "w"},
    {__LINE__, "fint 😀", "fint|😀", "we"},
    {__LINE__, "va\xC2\xADrelse", "va\xC2\xADrelse", "w"},
    {__LINE__, "va\xCC\x8A\x64", "va\xCC\x8A\x64", "w"},
    /* apostrophes */
    {__LINE__, "isn't", "is|n't", "ww"},
    {__LINE__, "isn’t", "is|n’t", "ww"},
    {__LINE__, "isn´t isn`t", "is|n´t|is|n`t", "wwww"},
    {__LINE__, "ISN'T", "IS|N'T", "ww"},
    {__LINE__, "can't won't", "ca|n't|wo|n't", "wwww"},
    {__LINE__, "isnt dont", "isnt|dont", "ww"},
    {__LINE__, "n't", "n't", "w"},
    {__LINE__, "an'ton", "an'ton", "w"},
    {__LINE__, "4/7n't'o 4n't'o", "4/7|n't'o|4|n't|'|o", "nwwwpw"},
    {__LINE__, "hotel's guests' bags", "hotel's|guests|'|bags", "wwpw"},
    {__LINE__, "'fint' sted", "'|fint|'|sted", "pwpw"},
    {__LINE__, "“fint” sted", "“|fint|”|sted", "pwpw"},
    {__LINE__, "didn ' t", "didn|'|t", "wpw"},
    {__LINE__, "rock'n'roll", "rock'n'roll", "w"},
    /* hyphens */
    {__LINE__, "check-in", "check-in", "w"},
    {__LINE__, "wifi-forbindelse", "wifi-forbindelse", "w"},
    {__LINE__, "214-eren", "214-eren", "w"},
    {__LINE__, "wi‐fi wi‑fi", "wi‐fi|wi‑fi", "ww"},
    {__LINE__, "morgen- og aftensmad", "morgen|-|og|aftensmad", "wpww"},
    {__LINE__, "bad--really", "bad|--|really", "wpw"},
    {__LINE__, "bad - really", "bad|-|really", "wpw"},
    {__LINE__, "bad – really", "bad|–|really", "wpw"},
    {__LINE__, "-rent-", "-|rent|-", "pwp"},
    {__LINE__, "2-3 dage", "2|-|3|dage", "npnw"},
    {__LINE__, "covid-19", "covid-19", "w"},
    {__LINE__, "12-timers", "12-timers", "w"},
    {__LINE__, "room_214", "room_214", "w"},
    /* numbers */
    {__LINE__, "214", "214", "n"},
    {__LINE__, "21:30", "21:30", "n"},
    {__LINE__, "1.500,50", "1.500,50", "n"},
    {__LINE__, "12/5-2026", "12/5|-|2026", "npn"},
    {__LINE__, "kl. 21.", "kl|.|21|.", "wpnp"},
    {__LINE__, "1,2,3,", "1,2,3|,", "np"},
    {__LINE__, "rm214", "rm214", "w"},
    {__LINE__, "10pm 5min 50kr", "10pm|5min|50kr", "www"},
    {__LINE__, "10:30pm", "10:30|pm", "nw"},
    {__LINE__, "3.sal", "3|.|sal", "npw"},
    {__LINE__, "20%", "20|%", "np"},
    {__LINE__, "€20 20€", "€|20|20|€", "pnnp"},
    {__LINE__, "-5", "-|5", "pn"},
    {__LINE__, "20 °C", "20|°C", "nw"},
    {__LINE__, "20° varmt", "20|°|varmt", "npw"},
    {__LINE__, "m² 40 m2", "m²|40|m2", "wnw"},
    {__LINE__, "½ time", "½|time", "nw"},
    {__LINE__, "２１４", "２１４", "n"},
    {__LINE__, "#214", "#|214", "pn"},
    {__LINE__, "2nd b4 gr8", "2nd|b4|gr8", "www"},
    /* full stops */
    {__LINE__, "Rent. Fint.", "Rent|.|Fint|.", "wpwp"},
    {__LINE__, "beach.We", "beach|.|We", "wpw"},
    {__LINE__, "fint.og", "fint|.|og", "wpw"},
    {__LINE__, "ok.I left", "ok|.|I|left", "wpww"},
    {__LINE__, "f.eks. puder", "f.eks|.|puder", "wpw"},
    {__LINE__, "bl.a. m.m.", "bl.a|.|m.m|.", "wpwp"},
    {__LINE__, "9 p.m. U.S.A.", "9|p.m|.|U.S.A|.", "nwpwp"},
    {__LINE__, "rent,fint;ok", "rent|,|fint|;|ok", "wpwpw"},
    {__LINE__, "hvad???", "hvad|???", "wp"},
    {__LINE__, "hvad?!?", "hvad|?|!|?", "wppp"},
    {__LINE__, "nej... ok…", "nej|...|ok|…", "wpwp"},
    {__LINE__, "****", "****", "p"},
    /* pairs of letters */
    {__LINE__, "and/or", "and|/|or", "wpw"},
    {__LINE__, "w/o a/c", "w/o|a/c", "ww"},
    {__LINE__, "B&B", "B&B", "w"},
    {__LINE__, "bed & breakfast", "bed|&|breakfast", "wpw"},
    /* addresses */
    {__LINE__, "http://hotel.dk/a?b=1&c=2", "http://hotel.dk/a?b=1&c=2", "u"},
    {__LINE__, "HTTPS://HOTEL.DK.", "HTTPS://HOTEL.DK|.", "up"},
    {__LINE__, "(se www.hotel.dk/x).", "(|se|www.hotel.dk/x|)|.", "pwupp"},
    {__LINE__, "http://t.co/a_(b)", "http://t.co/a_(b)", "u"},
    {__LINE__, "http:// nej", "http|:|//|nej", "wppw"},
    {__LINE__, "www. nej", "www|.|nej", "wpw"},
    {__LINE__, "booking.com er fin", "booking.com|er|fin", "uww"},
    {__LINE__, "booking.com/a,b, ok", "booking.com/a,b|,|ok", "upw"},
    {__LINE__, "clean.no towels", "clean|.|no|towels", "wpww"},
    {__LINE__, "mail me@hotel.dk.", "mail|me@hotel.dk|.", "wmp"},
    {__LINE__, "a.b+c_d@x-y.co.uk", "a.b+c_d@x-y.co.uk", "m"},
    {__LINE__, "214@hotel.dk", "214@hotel.dk", "m"},
    {__LINE__, "@hotel hej", "@hotel|hej", "mw"},
    {__LINE__, "hej @ hotellet", "hej|@|hotellet", "wpw"},
    {__LINE__, "chk@preboard", "chk|@preboard", "wm"},
    {__LINE__, "#fail #Så_dårligt", "#fail|#Så_dårligt", "hh"},
    {__LINE__, "# fail ##", "#|fail|##", "pwp"},
    {__LINE__, "fish &amp; chips", "fish|&amp;|chips", "wpw"},
    {__LINE__, "a&#39;b &lt;3", "a|&#39;|b|&lt;|3", "wpwpn"},
    {__LINE__, "a &b; c", "a|&|b|;|c", "wpwpw"},
    /* emoticons and emoji */
    {__LINE__, "fint :-) :) ;) :D", "fint|:-)|:)|;)|:D", "weeee"},
    {__LINE__, "øv :( :-( :'( :/", "øv|:(|:-(|:'(|:/", "weeee"},
    {__LINE__, "tak:)", "tak|:)", "we"},
    {__LINE__, "tak:)))))", "tak|:)))))", "we"},
    {__LINE__, "se:(bad)", "se|:|(|bad|)", "wppwp"},
    {__LINE__, "kl:Dag", "kl|:|Dag", "wpw"},
    {__LINE__, "<3 </3 ^^ xD", "<3|</3|^^|xD", "eeee"},
    {__LINE__, "5<30", "5|<|30", "npn"},
    {__LINE__, "😀😀", "😀|😀", "ee"},
    {__LINE__, "👍🏽👩‍💻❤️", "👍🏽|👩‍💻|❤️", "eee"},
    {__LINE__, "🇩🇰🇬🇧", "🇩🇰|🇬🇧", "ee"},
    {__LINE__, "1️⃣ #️⃣ ©️ ©", "1️⃣|#️⃣|©️|©", "eeep"},
    {__LINE__, "fint😀rent", "fint|😀|rent", "wew"},
    /* other scripts */
    {__LINE__, "Привет, мир", "Привет|,|мир", "wpw"},
    {__LINE__, "Ελληνικά hotel", "Ελληνικά|hotel", "ww"},
    {__LINE__, "你好世界", "你好|世界", "ww"},
    {__LINE__, "สวัสดีครับ", "สวัสดี|ครับ", "ww"},
    {__LINE__, "ｗｉ－ｆｉ", "ｗｉ－ｆｉ", "w"},
    {__LINE__, "Zürich garçon Łódź", "Zürich|garçon|Łódź", "www"},
    {__LINE__, "\xCC\x81\xCC\xA3", "\xCC\x81\xCC\xA3", "p"},
    {__LINE__, "a\xC2\xA0\x62", "a|b", "ww"},
};

Test(text_token, takes_messages_apart)
{
    textbed bed;
    lyt_buf out, kinds;

    lyt_buf_init(&out, NULL);
    lyt_buf_init(&kinds, NULL);
    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&bed, NULL, rows[i].message, -1);
        lyt_buf_reset(&out);
        lyt_buf_reset(&kinds);
        for (size_t k = 0; k < bed.text.n_tokens; k++) {
            const lyt_token *t = &bed.text.tokens[k];

            if (k > 0)
                lyt_buf_add_char(&out, '|');
            lyt_buf_add(&out, lyt_str_slice(lyt_str_of(rows[i].message), t->start, t->end));
            lyt_buf_add_char(&kinds, "wnpeumh"[t->kind]);
        }
        lyt_buf_add_text(&out, "");
        lyt_buf_add_text(&kinds, "");
        cr_expect_str_eq(out.data ? out.data : "", rows[i].tokens, "line %d: %s", rows[i].line,
                         out.data);
        if (rows[i].kinds)
            cr_expect_str_eq(kinds.data ? kinds.data : "", rows[i].kinds, "line %d: %s",
                             rows[i].line, kinds.data);
    }
    textbed_close(&bed);
    lyt_buf_deinit(&out);
    lyt_buf_deinit(&kinds);
}

typedef struct number_row {
    int line;
    const char *one, *other; /* messages; the second token of each is looked at */
    bool is_same;
} number_row;

static const number_row numbers[] = {
    {__LINE__, "room 214", "room 377", true},
    {__LINE__, "after 95 minutes", "after 85 minutes", true},
    {__LINE__, "at 18.20", "at 21.45", true},
    {__LINE__, "room ２１４", "room 377", true},
    {__LINE__, "after 95 minutes", "after 950 minutes", false},
    {__LINE__, "at 18.20", "at 18:20", false},
    /* one figure is itself, and no word is a number */
    {__LINE__, "after 2 hours", "after 5 hours", false},
    {__LINE__, "after 2 hours", "after 22 hours", false},
    {__LINE__, "the 2nd", "the 3rd", false},
};

/* What a number teaches, it teaches of all that are like it; rules read it as it is written. */
Test(text_token, numbers_of_several_figures_are_alike)
{
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const number_row *row = &numbers[i];
        const char *messages[] = {row->one, row->other};
        uint64_t keys[2];

        for (size_t k = 0; k < 2; k++) {
            textbed_read(&bed, NULL, messages[k], -1);
            cr_assert_gt(bed.text.n_tokens, 1, "line %d", row->line);
            const lyt_token *t = &bed.text.tokens[1];

            keys[k] = t->stem_key ? t->stem_key : lyt_stem_key(t->stem);
            cr_expect(t->kind != LYT_TOKEN_NUMBER || lyt_str_equal(t->stem, t->norm), "line %d",
                      row->line);
        }
        cr_expect_eq(keys[0] == keys[1], row->is_same, "line %d", row->line);
    }
    textbed_close(&bed);
}

/* Plain words and marks, where Unicode's word breaks and ours must agree. */
Test(text_token, agrees_with_icu_on_plain_text)
{
    static const char *const words[] = {"værelset", "Room",  "214", "støj", "isnt", "pc'en",
                                        "naïve",    "21.30", "a",   "Øl",   "7",    "Çay"};
    static const char *const gaps[] = {" ", ", ", ". ", "! ", " (", ") ", "\n", " - ", "; ", "? "};
    textbed bed;
    UErrorCode code = U_ZERO_ERROR;
    UText *run = NULL;
    UBreakIterator *oracle = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    unsigned seed = 1;
    lyt_buf message;

    cr_assert(U_SUCCESS(code));
    lyt_buf_init(&message, NULL);
    textbed_open(&bed, NULL);
    for (int n = 0; n < 500; n++) {
        int32_t from, to;
        size_t k = 0;

        lyt_buf_reset(&message);
        for (int i = 0; i < 12; i++) {
            seed = seed * 1103515245u + 12345u;
            lyt_buf_add_text(&message, words[(seed >> 16) % (sizeof words / sizeof *words)]);
            seed = seed * 1103515245u + 12345u;
            lyt_buf_add_text(&message, gaps[(seed >> 16) % (sizeof gaps / sizeof *gaps)]);
        }
        textbed_read(&bed, NULL, message.data, -1);
        run = utext_openUTF8(run, message.data, -1, &code);
        ubrk_setUText(oracle, run, &code);
        cr_assert(U_SUCCESS(code));
        from = ubrk_first(oracle);
        while ((to = ubrk_next(oracle)) != UBRK_DONE) {
            if (ubrk_getRuleStatus(oracle) >= UBRK_WORD_NONE_LIMIT) {
                while (k < bed.text.n_tokens && bed.text.tokens[k].kind == LYT_TOKEN_PUNCT)
                    k++;
                cr_assert_lt(k, bed.text.n_tokens, "%s", message.data);
                cr_assert_eq(bed.text.tokens[k].start, (uint32_t)from, "%s", message.data);
                cr_assert_eq(bed.text.tokens[k].end, (uint32_t)to, "%s", message.data);
                k++;
            }
            from = to;
        }
    }
    utext_close(run);
    ubrk_close(oracle);
    textbed_close(&bed);
    lyt_buf_deinit(&message);
}
