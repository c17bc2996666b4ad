#include "lessons.h"
#include "modelbed.h"
#include "sentence.h"

LYT_SUITE(parts);

/* A text as it is scored with its sentences, and without. */
typedef struct parted {
    lyt_text text, own[8];
    lyt_input whole, inputs[8], all;
} parted;

static void part(bed *b, const char *utf8, parted *out)
{
    lyt_sentence *sentences;
    size_t n;

    memset(out, 0, sizeof *out);
    out->text = bed_text(b, utf8);
    cr_assert_eq(lyt_sentences_find(&out->text, false, b->arena, &sentences, &n), LYT_OK);
    cr_assert_leq(n, 8);
    out->whole = (lyt_input){.text = &out->text};
    for (size_t i = 0; i < n; i++) {
        out->own[i] = sentences[i].text;
        out->inputs[i] =
            (lyt_input){.text = &out->own[i], .whole = &out->whole, .first = sentences[i].first};
    }
    out->all = (lyt_input){.text = &out->text, .parts = out->inputs, .n_parts = n};
}

static const char letter[] = "a warm welcome and a good bed. the room was cold all night. "
                             "breakfast was good\nterrible noise from the street. good food";

typedef struct school {
    bed b;
    lyt_model *model;
    lyt_scratch *scratch;
} school;

static void open_school(school *s, const char *lines)
{
    lyt_train_options options;

    bed_open(&s->b, lines);
    options = bed_options(&s->b);
    s->model = bed_train(&s->b, &options);
    cr_assert_eq(lyt_scratch_new(&s->scratch, NULL, s->model), LYT_OK);
}

static void close_school(school *s)
{
    lyt_scratch_free(s->scratch);
    lyt_model_free(s->model);
    bed_close(&s->b);
}

static void expect_same(const lyt_scores *heard, const lyt_scores *alone, size_t n, size_t which)
{
    for (size_t k = 0; k < n; k++) {
        cr_expect(fabs(heard->logit[k] - alone->logit[k]) < 1e-12, "hearing %zu, label %zu", which,
                  k);
        cr_expect(fabs(heard->probability[k] - alone->probability[k]) < 1e-12);
    }
    cr_expect(fabs(heard->none - alone->none) < 1e-12, "hearing %zu", which);
}

Test(parts, score_as_if_they_had_come_alone_and_the_surest_counts)
{
    lyt_scores scores, alone;
    double most[2] = {-INFINITY, -INFINITY}, none = 1;
    parted p;
    school s;

    open_school(&s, bed_lines);
    part(&s.b, letter, &p);
    cr_assert_eq(p.all.n_parts, 5);
    cr_assert_eq(lyt_model_score(s.model, s.scratch, &p.all, s.b.arena, &scores), LYT_OK);
    for (size_t i = 0; i <= p.all.n_parts; i++) {
        const lyt_input *input = i ? &p.inputs[i - 1] : &p.whole;

        cr_assert_eq(lyt_model_score(s.model, s.scratch, input, s.b.arena, &alone), LYT_OK);
        cr_expect_null(alone.heard);
        expect_same(&scores.heard[i], &alone, 2, i);
        for (size_t k = 0; k < 2; k++)
            most[k] = fmax(most[k], alone.logit[k]);
        none = fmin(none, alone.none);
    }
    expect_same(&scores, &(lyt_scores){most, scores.probability, none, false, NULL}, 2, 99);
    /* each of the two failures is as plain as in its own sentence, and plainer than in the letter
     */
    cr_expect(scores.logit[0] > scores.heard[0].logit[0] + 1);
    cr_expect(scores.logit[1] > scores.heard[0].logit[1] + 1);
    close_school(&s);
}

Test(parts, say_less_by_what_they_are_doubted)
{
    lyt_scores alone, doubted;
    double logit[2], none;
    parted p;
    school s;

    open_school(&s, bed_lines);
    part(&s.b, letter, &p);
    cr_assert_eq(lyt_model_score(s.model, s.scratch, &p.inputs[1], s.b.arena, &alone), LYT_OK);
    memcpy(logit, alone.logit, sizeof logit);
    none = alone.none;
    p.inputs[1].doubt = 1;
    cr_assert_eq(lyt_model_score(s.model, s.scratch, &p.inputs[1], s.b.arena, &doubted), LYT_OK);
    for (size_t k = 0; k < 2; k++)
        cr_expect(fabs(doubted.logit[k] - (logit[k] - 1)) < 1e-12);
    for (size_t k = 0; k < 2; k++)
        cr_expect(fabs(doubted.probability[k] - 1 / (1 + exp(-doubted.logit[k]))) < 1e-6);
    cr_expect(fabs(log(doubted.none / (1 - doubted.none)) - log(none / (1 - none)) - 1) < 1e-6);
    close_school(&s);
}

Test(parts, are_nothing_to_a_model_of_one_label)
{
    static const char lines[] =
        "__label__cold the room was cold\n__label__cold so cold in here\n"
        "__label__noise terrible noise\n__label__noise the noise all night\n"
        "__label__none lovely room\n__label__none good food\n";
    lyt_scores with, without;
    double logit;
    parted p;
    school s;

    open_school(&s, lines);
    cr_assert(!lyt_model_is_multi(s.model));
    part(&s.b, letter, &p);
    cr_assert_eq(lyt_model_score(s.model, s.scratch, &p.whole, s.b.arena, &without), LYT_OK);
    logit = without.logit[0];
    cr_assert_eq(lyt_model_score(s.model, s.scratch, &p.all, s.b.arena, &with), LYT_OK);
    cr_expect_null(with.heard);
    cr_expect(with.logit[0] >= logit && with.logit[0] <= logit);
    close_school(&s);
}

static lyt_model *taught(school *s, const char *utf8, const bool *truth)
{
    lyt_lessons *lessons;
    lyt_model *model = NULL;
    parted p;

    cr_assert_eq(lyt_lessons_new(&lessons, NULL, s->model), LYT_OK);
    part(&s->b, utf8, &p);
    cr_assert_eq(
        lyt_lessons_learn(lessons, LYT_STR("1"), &p.all, truth, s->scratch, s->b.arena, NULL),
        LYT_OK);
    cr_assert_eq(lyt_model_teach(&model, s->model, lessons, NULL), LYT_OK);
    lyt_lessons_free(lessons);
    return model;
}

Test(parts, NL_17_what_is_taught_of_a_letter_is_right_at_once)
{
    school s;

    open_school(&s, bed_lines);
    for (int which = 0; which < 4; which++) {
        const bool truth[2] = {which & 1, which & 2};
        lyt_model *model = taught(&s, letter, truth);
        lyt_scores scores;
        bool said[2];
        parted p;

        part(&s.b, letter, &p);
        cr_assert_eq(lyt_model_score(model, s.scratch, &p.all, s.b.arena, &scores), LYT_OK);
        cr_expect(scores.is_taught);
        lyt_model_decide(model, &scores, said);
        cr_expect(said[0] == truth[0] && said[1] == truth[1], "lesson %d", which);
        part(&s.b, "good food. the room was cold all night", &p);
        cr_assert_eq(lyt_model_score(model, s.scratch, &p.all, s.b.arena, &scores), LYT_OK);
        cr_expect(!scores.is_taught);
        lyt_model_free(model);
    }
    close_school(&s);
}

Test(parts, NL_15_have_reasons_that_add_up)
{
    lyt_model *models[2];
    school s;

    open_school(&s, bed_lines);
    models[0] = s.model;
    models[1] = taught(&s, letter, (const bool[2]){false, true});
    for (int m = 0; m < 2; m++) {
        parted p;

        part(&s.b, letter, &p);
        for (size_t i = 0; i < p.all.n_parts; i++)
            for (size_t k = 0; k < 2; k++) {
                lyt_reason *rows;
                double sum = 0, logit;
                lyt_scores scores;
                size_t n;

                cr_assert_eq(
                    lyt_model_score(models[m], s.scratch, &p.inputs[i], s.b.arena, &scores),
                    LYT_OK);
                logit = scores.logit[k];
                cr_assert_eq(lyt_model_explain_scored(models[m], s.scratch, &p.inputs[i], k,
                                                      s.b.arena, &rows, &n),
                             LYT_OK);
                for (size_t r = 0; r < n; r++) {
                    sum += rows[r].weight;
                    cr_expect(rows[r].token == UINT32_MAX || rows[r].token < p.own[i].n_tokens);
                }
                cr_expect(fabs(sum - logit) < 1e-6, "model %d, part %zu, label %zu: %g, not %g", m,
                          i, k, sum, logit);
            }
    }
    lyt_model_free(models[1]);
    close_school(&s);
}

Test(parts, need_room_in_the_arena)
{
    lyt_status status = LYT_ELIMIT;
    size_t bytes = 64;
    school s;
    parted p;

    open_school(&s, bed_lines);
    part(&s.b, letter, &p);
    for (; status == LYT_ELIMIT && bytes < 1 << 20; bytes *= 2) {
        lyt_arena *small;
        lyt_scores scores;

        cr_assert_eq(lyt_arena_new(&small, NULL, "small", bytes), LYT_OK);
        status = lyt_model_score(s.model, s.scratch, &p.all, small, &scores);
        lyt_arena_free(small);
        cr_expect(status == LYT_OK || bytes < 1024, "%zu bytes", bytes);
    }
    cr_expect_eq(status, LYT_OK);
    cr_expect_gt(bytes, 128);
    close_school(&s);
}

/* Of the letter by itself, with a lesson and without. */
Test(parts, are_left_so_that_the_letter_can_be_explained)
{
    lyt_model *models[2];
    school s;

    open_school(&s, bed_lines);
    models[0] = s.model;
    models[1] = taught(&s, letter, (const bool[2]){false, true});
    for (size_t i = 0; i < 4; i++) {
        const lyt_model *model = models[i / 2];
        const size_t k = i % 2;
        lyt_reason *rows;
        lyt_scores scores;
        double sum = 0;
        parted p;
        size_t n;

        part(&s.b, letter, &p);
        cr_assert_eq(lyt_model_explain(model, s.scratch, &p.all, k, s.b.arena, &rows, &n), LYT_OK);
        for (size_t r = 0; r < n; r++)
            sum += rows[r].weight;
        cr_assert_eq(lyt_model_score(model, s.scratch, &p.all, s.b.arena, &scores), LYT_OK);
        cr_expect(fabs(sum - scores.heard[0].logit[k]) < 1e-6, "model %zu, label %zu: %g for %g",
                  i / 2, k, sum, scores.heard[0].logit[k]);
    }
    lyt_model_free(models[1]);
    close_school(&s);
}
