#include "buf.h"
#include "textbed.h"

LYT_SUITE(text_clause);

/* Clauses between slashes; a negated word has ~ before it, a negator !. */
static void show(const lyt_text *text, lyt_buf *out)
{
    lyt_buf_reset(out);
    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        if (i > 0 && t->clause != t[-1].clause)
            lyt_buf_add_text(out, " / ");
        else if (i > 0)
            lyt_buf_add_char(out, ' ');
        if (t->flags & LYT_TOKEN_NEGATOR)
            lyt_buf_add_char(out, '!');
        if (t->flags & LYT_TOKEN_NEGATED)
            lyt_buf_add_char(out, '~');
        lyt_buf_add(out, t->norm);
    }
}

Test(text_clause, splits_and_negates)
{
    static const struct {
        int line;
        const char *message, *shown;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "Fint. Tak!", "fint . / tak !"},
        {__LINE__, "Fint!? Tak...", "fint ! ? / tak ..."},
        {__LINE__, "a, b; c: d (e) f", "a , / b ; / c : / d ( / e ) / f"},
        {__LINE__, "(fint) ok", "( fint ) / ok"},
        {__LINE__, "første\nanden\r\n\r\ntredje", "første / anden / tredje"},
        {__LINE__, "kl. 21.30 og kl.9", "kl . 21.30 og kl . 9"},
        {__LINE__, "vær. 214 er koldt", "vær . 214 er koldt"},
        {__LINE__, "rm. 214 is cold", "rm . 214 is cold"},
        {__LINE__, "Vi bor på 3. sal. Det er koldt", "vi bor på 3 . sal . / det er koldt"},
        {__LINE__, "Room 214. It is cold", "room 214 . / it is cold"},
        {__LINE__, "fx. håndklæder f.eks. puder", "fx . håndklæder f.eks . puder"},
        {__LINE__, "pls. Help", "pls . / help"},
        {__LINE__, "nice beach.We left", "nice beach . / we left"},
        {__LINE__, "1.500,50 kr. for det", "1.500,50 kr . / for det"},
        {__LINE__, "fint værelse men larm", "fint værelse / men larm"},
        {__LINE__, "Men larm", "men larm"},
        {__LINE__, "fint, men larm", "fint , / men larm"},
        {__LINE__, "R&amp;D &amp; more", "r & d & more"},
        {__LINE__, "ikke rent", "!ikke ~rent"},
        {__LINE__, "det var ikke rent", "det var !ikke ~rent"},
        {__LINE__, "ikke et to tre fire", "!ikke ~et ~to ~tre fire"},
        {__LINE__, "ikke \"helt\" 214 rent nok", "!ikke \" ~helt \" 214 ~rent ~nok"},
        {__LINE__, "ikke rent, men dejligt", "!ikke ~rent , / men dejligt"},
        {__LINE__, "ikke men dejligt", "!ikke / men dejligt"},
        {__LINE__, "ikke. dejligt", "!ikke . / dejligt"},
        {__LINE__, "it isn't bad", "it is !n't ~bad"},
        {__LINE__, "it ISN’T bad", "it is !n't ~bad"},
        {__LINE__, "it isnt bad", "it !isnt ~bad"},
        /* a word of grammar before what is denied is free */
        {__LINE__, "never the bad room here now", "!never ~the ~bad ~room ~here now"},
        {__LINE__, "never the the the bad room now", "!never ~the ~the ~the ~bad room now"},
        {__LINE__, "not bad the room now", "!not ~bad ~the ~room now"},
        {__LINE__, "I don ' t like it", "i don ' !t ~like ~it"},
        {__LINE__, "point ' t bad", "point ' t bad"},
        {__LINE__, "not never bad thing here now", "!not !never ~bad ~thing ~here now"},
        {__LINE__, "hele natten var der ikke", "hele natten var der !ikke"},
        {__LINE__, "uden problemer", "!uden ~problemer"},
        {__LINE__, "房间很脏。没有水", "房间 很 脏 。 / 没有 水"},
    };
    textbed bed;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&bed, NULL, rows[i].message, -1);
        show(&bed.text, &out);
        cr_expect_str_eq(out.data ? out.data : "", rows[i].shown, "line %d: %s", rows[i].line,
                         out.data);
    }
    textbed_close(&bed);
    lyt_buf_deinit(&out);
}

Test(text_clause, sums_polarity_turned_by_negation)
{
    static const struct {
        int line;
        const char *message;
        lyt_language hint;
        int polarity;
        bool has_negator, negative;
    } rows[] = {
        {__LINE__, "rent", textbed_da, 2, false, false},
        {__LINE__, "ikke rent", textbed_da, -2, true, true},
        {__LINE__, "not bad", textbed_en, 2, true, false},
        {__LINE__, "bad", textbed_en, -2, false, true},
        {__LINE__, "it isn't bad", textbed_en, 2, true, false},
        {__LINE__, "isnt clean", textbed_en, -2, true, true},
        {__LINE__, "wasn’t clean", textbed_en, -2, true, true},
        {__LINE__, "don't like it", textbed_en, 0, true, true},
        {__LINE__, "ingen støj", textbed_da, 2, true, false},
        {__LINE__, "støj", textbed_da, -2, false, true},
        {__LINE__, "uden problemer", textbed_da, 1, true, false},
        {__LINE__, "aldrig rent", textbed_da, -2, true, true},
        {__LINE__, "aircon virker ikke", textbed_da, 0, true, true},
        {__LINE__, "aircon virker", textbed_da, 0, false, false},
        {__LINE__, "problems", textbed_en, -1, false, true},
        {__LINE__, "dejligt, men beskidt", textbed_da, 3, false, false},
        {__LINE__, "bad", textbed_da, 0, false, false},
    };
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&bed, NULL, rows[i].message, rows[i].hint);
        cr_assert_geq(bed.text.n_clauses, 1);
        cr_expect_eq(bed.text.clauses[0].polarity, rows[i].polarity, "line %d: %d", rows[i].line,
                     bed.text.clauses[0].polarity);
        cr_expect_eq(bed.text.clauses[0].has_negator, rows[i].has_negator, "line %d", rows[i].line);
        cr_expect_eq(bed.text.clauses[0].negative, rows[i].negative, "line %d", rows[i].line);
    }
    textbed_close(&bed);
}

Test(text_clause, every_token_is_in_exactly_one)
{
    static const char *const messages[] = {
        "Dejligt værelse men larm fra baren, og ikke rent. Tak!",
        "...!?",
        "(",
        "a\n\nb",
        "men men men",
        "kl. kl. kl.",
    };
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t next = 0;

        textbed_read(&bed, NULL, messages[i], -1);
        for (size_t c = 0; c < bed.text.n_clauses; c++) {
            const lyt_clause *clause = &bed.text.clauses[c];

            cr_expect_eq(clause->first, next, "%s", messages[i]);
            cr_expect_gt(clause->end, clause->first);
            cr_expect_eq(clause->start, bed.text.tokens[clause->first].start);
            cr_expect_eq(clause->stop, bed.text.tokens[clause->end - 1].end);
            for (size_t t = clause->first; t < clause->end; t++)
                cr_expect_eq(bed.text.tokens[t].clause, c);
            next = clause->end;
        }
        cr_expect_eq(next, bed.text.n_tokens);
    }
    textbed_close(&bed);
}

/* One letter a clause: q where it is part of a question. */
Test(text_clause, a_question_mark_asks_with_the_whole_sentence)
{
    static const struct {
        int line;
        const char *message, *shown;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "Hvornår lukker baren?", "q"},
        {__LINE__, "Værelset er fint. Hvornår lukker baren?", ".q"},
        {__LINE__, "I have an allergy, can you tell the chef? Thanks.", "qq."},
        {__LINE__, "Really?? It is cold!", "q."},
        {__LINE__, "Is it cold?! We leave", "q."},
        {__LINE__, "der er koldt\nhvornår kommer I?", ".q"},
        {__LINE__, "når er der mad？ Tak", "q."},
        {__LINE__, "cold, wet, loud", "..."},
        {__LINE__, "?", "q"},
        {__LINE__, "? ?", "q"},
        /* what stands before the first word ends nothing */
        {__LINE__, "...is it cold?", "q"},
        {__LINE__, ". can you tell the chef, please? I have an allergy", "qq."},
        {__LINE__, "it is cold\n...is it?", ".q"},
        {__LINE__, "It is cold… Where is the pool?", ".q"},
        {__LINE__, "It is cold。Where is the pool?", ".q"},
    };
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char shown[16] = "";

        textbed_read(&bed, NULL, rows[i].message, -1);
        for (size_t k = 0; k < bed.text.n_clauses; k++)
            strcat(shown, bed.text.clauses[k].question ? "q" : ".");
        cr_expect_str_eq(shown, rows[i].shown, "row at line %d: %s", rows[i].line, shown);
    }
    textbed_close(&bed);
}
