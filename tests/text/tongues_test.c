#include <libstemmer.h>
#include <stdio.h>

#include "stemmers.h"
#include "textbed.h"

LYT_SUITE(tongues);

static const char english[] =
    "the room was not cleaned today and the heating is broken we asked at the reception twice but "
    "nobody came there is no hot water in the shower and the towels were dirty breakfast was cold "
    "when we got there and the queue was very long could you please send someone with a pillow so "
    "the people next door were shouting all night my key does not work any more it is so dirty";
static const char danish[] =
    "værelset var ikke gjort rent i dag og varmen virker ikke vi har spurgt i receptionen to gange "
    "men der kom ingen der er ikke noget varmt vand i bruseren og håndklæderne var beskidte "
    "morgenmaden var kold da vi kom og køen var meget lang kan i sende en op med en pude naboerne "
    "råbte hele natten mit nøglekort virker ikke længere og det er meget beskidt på badet";
static const char norwegian[] =
    "rommet var ikke vasket i dag og varmen virker ikke vi har spurt i resepsjonen to ganger men "
    "det kom ingen det er ikke noe varmt vann i dusjen og håndklærne var skitne frokosten var kald "
    "da vi kom og køen var veldig lang kan dere sende noen opp med en pute naboene ropte hele "
    "natten nøkkelkortet mitt virker ikke lenger og det er veldig skittent på badet";

typedef struct polyglot {
    textbed bed;
    lyt_langid *langid;
} polyglot;

enum { da_first = 1, en_first = 2 };

/* order: 0 as the lexis has them, all alike */
static void polyglot_open(polyglot *p, int order)
{
    static const lyt_language declared[][2] = {
        {textbed_en, textbed_da}, {textbed_da, textbed_en}, {textbed_en, textbed_da}};
    const lyt_langid_sample samples[] = {
        {.code = "nb", .text = lyt_str_of(norwegian)},
        {.code = "en", .text = lyt_str_of(english)},
        {.code = "da", .text = lyt_str_of(danish)},
    };

    cr_assert_eq(lyt_langid_train(&p->langid, NULL, samples, 3, NULL), LYT_OK);
    textbed_open(&p->bed, NULL);
    lyt_textspace_free(p->bed.space);
    cr_assert_eq(lyt_textspace_new(&p->bed.space,
                                   &(lyt_textspace_options){
                                       .lexis = p->bed.lexis,
                                       .langid = p->langid,
                                       .declared = order ? declared[order] : NULL,
                                       .n_declared = order ? 2 : 0,
                                   },
                                   NULL),
                 LYT_OK);
}

static void polyglot_close(polyglot *p)
{
    textbed_close(&p->bed);
    lyt_langid_free(p->langid);
}

/* "da:first clause|en:second" */
static void shown_clauses(const lyt_lexis *lexis, const lyt_text *text, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < text->n_clauses && n < size; i++) {
        const lyt_clause *c = &text->clauses[i];
        lyt_str words = lyt_str_slice(text->original, c->start, c->stop);

        n += (size_t)snprintf(out + n, size - n, "%s%s:%.*s", i ? "|" : "",
                              lyt_lexis_code(lexis, c->language), LYT_STR_ARG(words));
    }
}

Test(tongues, NL_02_tell_clause_by_clause)
{
    static const struct {
        int line;
        const char *message, *clauses;
    } rows[] = {
        {__LINE__, "Værelset is so dirty og AC virker ikke",
         "en:Værelset is so dirty|da:og AC virker ikke"},
        {__LINE__, "The room was not cleaned. Vi fik ingen håndklæder.",
         "en:The room was not cleaned.|da:Vi fik ingen håndklæder."},
        {__LINE__, "varmen virker ikke, and nobody came, og køen var lang",
         "da:varmen virker ikke,|en:and nobody came,|da:og køen var lang"},
        {__LINE__, "Værelset var ikke gjort rent", "da:Værelset var ikke gjort rent"},
        {__LINE__, "the towels were dirty all night", "en:the towels were dirty all night"},
        /* a loan word or a name is no clause of its own */
        {__LINE__, "der er ikke noget shower i værelset", "da:der er ikke noget shower i værelset"},
        {__LINE__, "vi kom til Heathrow og der kom ingen",
         "da:vi kom til Heathrow og der kom ingen"},
        {__LINE__, "", ""},
        {__LINE__, "214 !", "und:214 !"},
        /* too little to tell: as the message */
        {__LINE__, "der kom ingen hele natten. 214", "da:der kom ingen hele natten.|da:214"},
    };
    polyglot p;
    char shown[512];

    polyglot_open(&p, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&p.bed, NULL, rows[i].message, -1);
        shown_clauses(p.bed.lexis, &p.bed.text, shown, sizeof shown);
        cr_expect_str_eq(shown, rows[i].clauses, "line %d: %s", rows[i].line, shown);
    }
    polyglot_close(&p);
}

/* Every word gets the stem of its own language. */
Test(tongues, stem_each_stretch_in_its_language)
{
    polyglot p;
    const lyt_text *text;

    polyglot_open(&p, 0);
    textbed_read(&p.bed, NULL, "the towels were shouting all night og naboerne råbte hele natten",
                 -1);
    text = &p.bed.text;
    cr_assert_eq(text->n_tokens, 11);
    cr_expect(lyt_str_equal(text->tokens[3].stem, LYT_STR("shout")));
    cr_expect(lyt_str_equal(text->tokens[7].stem, LYT_STR("nabo")));
    cr_expect(lyt_str_equal(text->tokens[10].stem, LYT_STR("nat")));
    polyglot_close(&p);
}

Test(tongues, what_is_not_declared_is_not_told)
{
    static const struct {
        int line;
        int order;
        const char *message;
        const char *likeliest;
    } rows[] = {
        /* Norwegian is in the table and not in the lexis */
        {__LINE__, 0, "rommet var veldig skittent", "da"},
        {__LINE__, da_first, "rommet var veldig skittent", "da"},
        {__LINE__, en_first, "rommet var veldig skittent", "da"},
        /* where no word tells, the order does */
        {__LINE__, da_first, "qqq", "da"},
        {__LINE__, en_first, "qqq", "en"},
        {__LINE__, da_first, "the room was dirty", "en"},
        {__LINE__, en_first, "der kom ingen", "da"},
        {__LINE__, en_first, "12:30", "und"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        polyglot p;

        polyglot_open(&p, rows[i].order);
        textbed_read(&p.bed, NULL, rows[i].message, -1);
        cr_expect_str_eq(lyt_lexis_code(p.bed.lexis, p.bed.text.likeliest), rows[i].likeliest,
                         "line %d", rows[i].line);
        polyglot_close(&p);
    }
}

Test(tongues, NL_01_few_words_and_close_calls_are_und)
{
    static const struct {
        int line;
        const char *message;
        lyt_language language, likeliest;
    } rows[] = {
        {__LINE__, "der kom ingen", -1, textbed_da},
        {__LINE__, "der kom ingen op", textbed_da, textbed_da},
        {__LINE__, "qqq xxx zzz www", -1, textbed_en}, /* nothing for either */
        {__LINE__, "the room was not cleaned", textbed_en, textbed_en},
        {__LINE__, "the room was", -1, textbed_en},
    };
    polyglot p;

    polyglot_open(&p, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&p.bed, NULL, rows[i].message, -1);
        cr_expect_eq(p.bed.text.language, rows[i].language, "line %d: %d", rows[i].line,
                     p.bed.text.language);
        cr_expect_eq(p.bed.text.likeliest, rows[i].likeliest, "line %d", rows[i].line);
    }
    polyglot_close(&p);
}

/* What was read before leaves no trace, however many words the record has forgotten. */
Test(tongues, same_text_same_answer)
{
    static const char message[] = "Værelset is so dirty og AC virker ikke, Heathrow";
    char first[512], again[512], words[64];
    polyglot p;
    double probability;

    polyglot_open(&p, da_first);
    textbed_read(&p.bed, NULL, message, -1);
    shown_clauses(p.bed.lexis, &p.bed.text, first, sizeof first);
    probability = p.bed.text.probability;
    for (int i = 0; i < 9000; i++) {
        snprintf(words, sizeof words, "o%da%do %dværelset%d", i, i * 7, i, i);
        textbed_read(&p.bed, NULL, words, -1);
    }
    textbed_read(&p.bed, NULL, message, -1);
    shown_clauses(p.bed.lexis, &p.bed.text, again, sizeof again);
    cr_expect_str_eq(again, first);
    cr_expect(p.bed.text.probability - probability == 0, "%g", p.bed.text.probability);
    polyglot_close(&p);
}

Test(tongues, long_and_strange_words)
{
    static char message[60000];
    polyglot p;

    polyglot_open(&p, 0);
    for (size_t i = 0; i + 1 < sizeof message; i++)
        message[i] = "abcdefghijklmnopqrstuvwxyz"[i * 7 % 26];
    textbed_read(&p.bed, NULL, message, -1);
    cr_expect(p.bed.text.probability >= 0 && p.bed.text.probability <= 1);
    for (size_t i = 0; i + 1 < sizeof message; i++)
        message[i] = i % 8 ? "the der"[i / 8 % 2 * 4 + i % 3] : ' ';
    textbed_read(&p.bed, NULL, message, -1);
    cr_expect(p.bed.text.n_clauses >= 1);
    polyglot_close(&p);
}

Test(tongues, every_failing_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    polyglot p;

    polyglot_open(&p, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_textspace *space = NULL;
        lyt_arena *arena = NULL;
        lyt_text text;
        lyt_status status = lyt_textspace_new(&space,
                                              &(lyt_textspace_options){.alloc = &failing.alloc,
                                                                       .lexis = p.bed.lexis,
                                                                       .langid = p.langid},
                                              NULL);

        if (!status)
            status = lyt_arena_new(&arena, &failing.alloc, "message", 1 << 20);
        if (!status)
            status = lyt_text_analyze(
                space, NULL, LYT_STR("Værelset is so dirty og AC virker ikke"), -1, arena, &text);
        cr_expect_eq(status, failing.asked < failing.fail_at ? LYT_OK : LYT_ENOMEM);
        lyt_arena_free(arena);
        lyt_textspace_free(space);
    }
    polyglot_close(&p);
}

/* All that libstemmer has, and nothing that it has not. */
Test(tongues, stemmers)
{
    static const char *const codes[] = {"ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr",
                                        "ga", "hi", "hu", "hy", "id", "it", "lt", "nb", "ne", "nl",
                                        "nn", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi"};
    enum { n_codes = sizeof codes / sizeof *codes };

    for (const char **name = sb_stemmer_list(); *name; name++) {
        bool found = strcmp(*name, "porter") == 0; /* English again, older */

        for (size_t i = 0; i < n_codes; i++) {
            const char *stemmer = lyt_stemmer_of(lyt_str_of(codes[i]));

            cr_assert_not_null(stemmer, "%s", codes[i]);
            found |= strcmp(stemmer, *name) == 0;
        }
        cr_expect(found, "no language has the stemmer %s", *name);
    }
    for (size_t i = 0; i < n_codes; i++) {
        struct sb_stemmer *stemmer = sb_stemmer_new(lyt_stemmer_of(lyt_str_of(codes[i])), NULL);

        cr_expect_not_null(stemmer, "%s", codes[i]);
        sb_stemmer_delete(stemmer);
    }
    cr_expect_null(lyt_stemmer_of(LYT_STR("xx")));
    cr_expect_null(lyt_stemmer_of(LYT_STR("")));
    cr_expect_null(lyt_stemmer_of(LYT_STR("dan")));
}
