#include "lessons.h"

#include "modelbed.h"
#include "modelview.h"

LYT_SUITE(lessons);

static const char single_lines[] = "__label__a cold room\n__label__a very cold\n__label__b noise\n"
                                   "__label__b loud noise\n__label__none lovely\n"
                                   "__label__none lovely stay\n__label__a freezing cold bath\n";
static const char closed_lines[] = "__label__a cold room\n__label__a very cold\n__label__b noise\n"
                                   "__label__b loud noise\n__label__a freezing cold bath\n"
                                   "__label__b noise of the bar\n";

typedef struct school {
    bed b;
    lyt_model *model;
    lyt_lessons *lessons;
    lyt_scratch *scratch;
} school;

static void open_school(school *s, const char *lines)
{
    lyt_train_options options;

    bed_open(&s->b, lines);
    options = bed_options(&s->b);
    s->model = bed_train(&s->b, &options);
    cr_assert_eq(lyt_lessons_new(&s->lessons, NULL, s->model), LYT_OK);
    cr_assert_eq(lyt_scratch_new(&s->scratch, NULL, s->model), LYT_OK);
}

static void close_school(school *s)
{
    lyt_scratch_free(s->scratch);
    lyt_lessons_free(s->lessons);
    lyt_model_free(s->model);
    bed_close(&s->b);
}

/* labels: a letter each of those that are right, 0 the first. */
static lyt_status learn(school *s, const char *id, const char *utf8, const char *labels)
{
    const lyt_text text = bed_text(&s->b, utf8);
    bool truth[8] = {false};

    for (; *labels; labels++)
        truth[*labels - '0'] = true;
    return lyt_lessons_learn(s->lessons, lyt_str_of(id), &(lyt_input){.text = &text}, truth,
                             s->scratch, s->b.arena, NULL);
}

static lyt_model *taught(const school *s)
{
    lyt_model *model = NULL;

    cr_assert_eq(lyt_model_teach(&model, s->model, s->lessons, NULL), LYT_OK);
    return model;
}

static lyt_buf bytes_of(const lyt_model *model)
{
    char folder[64], path[80];
    lyt_buf out;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/m.lytm", folder);
    cr_assert_eq(lyt_model_save(model, lyt_fs_system(), path, NULL), LYT_OK);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &out, NULL), LYT_OK);
    testing_folder_remove(folder);
    return out;
}

static lyt_buf bytes_taught(const school *s)
{
    lyt_model *model = taught(s);
    lyt_buf out = bytes_of(model);

    lyt_model_free(model);
    return out;
}

static bool are_same(lyt_buf *a, lyt_buf *b)
{
    const bool same = lyt_str_equal(lyt_buf_str(a), lyt_buf_str(b));

    lyt_buf_deinit(a);
    lyt_buf_deinit(b);
    return same;
}

/* The probability of each label and, in the last place, of none; what is reported as a string. */
static void ask(school *s, const lyt_model *model, const char *utf8, double *p, char *said)
{
    const lyt_text text = bed_text(&s->b, utf8);
    const size_t n = lyt_model_about(model).n_labels;
    lyt_scores scores;
    bool is_said[8];

    cr_assert_eq(
        lyt_model_score(model, s->scratch, &(lyt_input){.text = &text}, s->b.arena, &scores),
        LYT_OK);
    lyt_model_decide(model, &scores, is_said);
    for (size_t k = 0; k < n; k++) {
        p[k] = scores.probability[k];
        if (is_said[k])
            *said++ = (char)('0' + k);
    }
    p[n] = scores.none;
    *said = '\0';
}

Test(lessons, NL_17_are_right_at_once)
{
    static const struct {
        int line;
        const char *lines, *text, *labels;
    } rows[] = {
        {__LINE__, bed_lines, "lovely room, thank you", "0"},
        {__LINE__, bed_lines, "the room was cold all night", ""},
        {__LINE__, bed_lines, "noise from the bar", "0"},
        {__LINE__, bed_lines, "words nobody ever met: xyzzy plugh", "01"},
        {__LINE__, bed_lines, "xyzzy", "1"},
        {__LINE__, single_lines, "cold room", "1"},
        {__LINE__, single_lines, "lovely stay", "0"},
        {__LINE__, single_lines, "loud noise", ""},
        {__LINE__, single_lines, "plugh", "1"},
        {__LINE__, closed_lines, "loud noise", "0"},
        {__LINE__, closed_lines, "plugh of a dragon", "1"},
        {__LINE__, closed_lines, "very cold", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_model *model;
        char said[9];
        double p[9];
        school s;

        open_school(&s, rows[i].lines);
        cr_assert_eq(learn(&s, "id", rows[i].text, rows[i].labels), LYT_OK);
        model = taught(&s);
        ask(&s, model, rows[i].text, p, said);
        cr_expect_str_eq(said, rows[i].labels, "row at line %d: '%s' %g %g %g", rows[i].line, said,
                         p[0], p[1], p[2]);
        lyt_model_free(model);
        close_school(&s);
    }
}

Test(lessons, move_what_sounds_alike_and_leave_the_rest)
{
    static const char *const alike[] = {"jacuzzi out of order once more",
                                        "jacuzzi without a bubble", "our jacuzzi: no bubbles"};
    static const char *const rest[] = {"noise all night long", "lovely bed, good food",
                                       "great view"};
    double before[9], after[9];
    lyt_model *model;
    char said[9];
    school s;

    open_school(&s, bed_lines);
    learn(&s, "1", "jacuzzi out of order", "0");
    learn(&s, "2", "the jacuzzi has no bubbles", "0");
    learn(&s, "3", "what a pity, the jacuzzi did not work", "0");
    learn(&s, "4", "jacuzzi broken", "0");
    learn(&s, "5", "we paid for a jacuzzi that is dead", "0");
    model = taught(&s);
    for (int i = 0; i < 3; i++) {
        ask(&s, s.model, alike[i], before, said);
        cr_expect_str_eq(said, "", "%s", alike[i]);
        ask(&s, model, alike[i], after, said);
        cr_expect_str_eq(said, "0", "%s: %g", alike[i], after[0]);
        ask(&s, s.model, rest[i], before, said);
        ask(&s, model, rest[i], after, said);
        for (int k = 0; k < 3; k++)
            cr_expect(fabs(before[k] - after[k]) < .05, "%s: %g %g", rest[i], before[k], after[k]);
    }
    lyt_model_free(model);
    close_school(&s);
}

/* Forty of one side and two of the other: the two are right, and so are its own words. */
Test(lessons, of_one_label_do_not_drown_another)
{
    lyt_model *model;
    char said[9];
    double p[9];
    school s;

    open_school(&s, bed_lines);
    for (int i = 0; i < 40; i++) {
        char id[16], text[64];

        snprintf(id, sizeof id, "%02d", i);
        snprintf(text, sizeof text, "the bar %c%c was cold", 'a' + i % 26, 'a' + i / 26);
        cr_assert_eq(learn(&s, id, text, "0"), LYT_OK);
    }
    learn(&s, "x", "a bar full of shouting", "1");
    learn(&s, "y", "shouting all night", "1");
    model = taught(&s);
    ask(&s, model, "a bar full of shouting", p, said);
    cr_expect_str_eq(said, "1");
    ask(&s, model, "terrible noise from the street", p, said);
    cr_expect_str_eq(said, "1");
    ask(&s, model, "much shouting", p, said);
    cr_expect(p[1] > .4 && p[0] < .2, "%g %g", p[0], p[1]);
    lyt_model_free(model);
    close_school(&s);
}

Test(lessons, NL_18_in_any_order_are_the_same_bytes)
{
    lyt_buf one, other;
    school s, t;

    open_school(&s, bed_lines);
    open_school(&t, bed_lines);
    learn(&s, "a", "good food", "0");
    learn(&s, "b", "the bar was noisy", "");
    learn(&s, "c", "plugh", "01");
    learn(&t, "c", "something else", "");
    learn(&t, "b", "the bar was noisy", "");
    learn(&t, "a", "good food", "0");
    learn(&t, "c", "plugh", "01");
    learn(&t, "a", "good food", "0");
    cr_expect_eq(lyt_lessons_count(t.lessons), 3);
    one = bytes_taught(&s);
    other = bytes_taught(&t);
    cr_expect(are_same(&one, &other));
    /* A, B, C without B is A, C; without all it is the model itself */
    cr_expect(lyt_lessons_unlearn(s.lessons, LYT_STR("b")));
    cr_expect_not(lyt_lessons_unlearn(s.lessons, LYT_STR("b")));
    close_school(&t);
    open_school(&t, bed_lines);
    learn(&t, "a", "good food", "0");
    learn(&t, "c", "plugh", "01");
    one = bytes_taught(&s);
    other = bytes_taught(&t);
    cr_expect(are_same(&one, &other));
    cr_expect(lyt_lessons_unlearn(s.lessons, LYT_STR("a")));
    cr_expect(lyt_lessons_unlearn(s.lessons, LYT_STR("c")));
    one = bytes_taught(&s);
    other = bytes_of(s.model);
    cr_expect(are_same(&one, &other));
    close_school(&s);
    close_school(&t);
}

Test(lessons, lie_in_the_file)
{
    char folder[64], path[80], said[9], again[9];
    lyt_model *model, *loaded;
    lyt_buf one, other;
    double p[9], q[9];
    lyt_lessons *lessons;
    school s;

    open_school(&s, bed_lines);
    learn(&s, "a", "good food", "0");
    learn(&s, "æ", "the bar was noisy", "");
    model = taught(&s);
    testing_folder(folder);
    snprintf(path, sizeof path, "%s/m.lytm", folder);
    cr_assert_eq(lyt_model_save(model, lyt_fs_system(), path, NULL), LYT_OK);
    cr_assert_eq(lyt_model_load(&loaded, NULL, lyt_fs_system(), path, NULL), LYT_OK);
    ask(&s, model, "food in the bar", p, said);
    ask(&s, loaded, "food in the bar", q, again);
    cr_expect(p[0] == q[0] && p[1] == q[1] && p[2] == q[2]);
    cr_assert_eq(lyt_lessons_new(&lessons, NULL, loaded), LYT_OK);
    cr_assert_eq(lyt_lessons_count(lessons), 2);
    cr_expect(lyt_str_equal(lyt_lessons_id(lessons, 1), LYT_STR("æ")));
    /* learned on, the lessons of the file stay */
    lyt_lessons_free(s.lessons);
    s.lessons = lessons;
    learn(&s, "c", "plugh", "1");
    learn(&s, "a", "good food", "0");
    lyt_model_free(model);
    cr_assert_eq(lyt_model_teach(&model, loaded, lessons, NULL), LYT_OK);
    ask(&s, model, "plugh", p, said);
    cr_expect_str_eq(said, "1");
    ask(&s, model, "good food", p, said);
    cr_expect_str_eq(said, "0");
    cr_expect(lyt_lessons_unlearn(lessons, LYT_STR("c")));
    one = bytes_of(loaded);
    lyt_model_free(model);
    cr_assert_eq(lyt_model_teach(&model, loaded, lessons, NULL), LYT_OK);
    other = bytes_of(model);
    cr_expect(are_same(&one, &other));
    lyt_model_free(model);
    lyt_model_free(loaded);
    testing_folder_remove(folder);
    close_school(&s);
}

Test(lessons, NL_20_that_contradict_one_another_end)
{
    lyt_model *model;
    char said[9];
    double p[9];
    school s;

    open_school(&s, bed_lines);
    learn(&s, "a", "plugh xyzzy", "0");
    learn(&s, "b", "plugh xyzzy", "");
    model = taught(&s);
    ask(&s, model, "plugh xyzzy", p, said);
    cr_expect(p[0] >= 0 && p[0] <= 1);
    ask(&s, model, "noise all night long", p, said);
    cr_expect_str_eq(said, "1");
    lyt_model_free(model);
    close_school(&s);
}

Test(lessons, bad_ones_are_refused)
{
    char long_id[lyt_lesson_id_max + 2];
    school s;

    memset(long_id, 'x', sizeof long_id - 1);
    long_id[sizeof long_id - 1] = '\0';
    open_school(&s, single_lines);
    cr_expect_eq(learn(&s, "", "cold", "0"), LYT_EINVAL);
    cr_expect_eq(learn(&s, long_id, "cold", "0"), LYT_EINVAL);
    cr_expect_eq(learn(&s, "\xff", "cold", "0"), LYT_EINVAL);
    cr_expect_eq(learn(&s, "id", "cold", "01"), LYT_EINVAL);
    cr_expect_eq(lyt_lessons_count(s.lessons), 0);
    close_school(&s);
}

static const lyt_cue fire = {
    .id = 0, .label = 0, .prior = lyt_cue_firm, .value = 1, .name = {"rule:smoke", 10}, .end = 1};

/* One for each "smoke" that it begins with. */
static lyt_status find_fire(void *context, const lyt_text *text, lyt_arena *arena,
                            const lyt_cue **out, size_t *n)
{
    lyt_cue *cues = lyt_arena_room(arena, text->n_tokens + 1, sizeof *cues);

    (void)context;
    if (!cues)
        return lyt_arena_status(arena);
    *out = cues;
    for (*n = 0; *n < text->n_tokens; ++*n) {
        if (!lyt_str_equal(text->tokens[*n].norm, LYT_STR("smoke")))
            break;
        cues[*n] = fire;
        cues[*n].first = (uint32_t)*n;
        cues[*n].end = (uint32_t)*n + 1;
    }
    return LYT_OK;
}

static double fire_in(school *s, const lyt_model *model, const char *utf8)
{
    const lyt_text text = bed_text(&s->b, utf8);
    lyt_input input = {.text = &text};
    lyt_scores scores;

    cr_assert_eq(find_fire(NULL, &text, s->b.arena, &input.cues, &input.n_cues), LYT_OK);
    cr_assert_eq(lyt_model_score(model, s->scratch, &input, s->b.arena, &scores), LYT_OK);
    return scores.probability[0];
}

/* A school of which a firm cue tells fire. */
static void open_fire_school(school *s)
{
    static const char *const labels[] = {"a-fire", "cold", "noise"};
    lyt_train_options options;

    bed_open(&s->b, bed_lines);
    lyt_corpus_free(s->b.corpus);
    cr_assert_eq(lyt_corpus_new(&s->b.corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_restrict(s->b.corpus, labels, 3), LYT_OK);
    cr_assert_eq(lyt_corpus_parse(s->b.corpus, lyt_str_of(bed_lines), "bed", 0, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_seal(s->b.corpus), LYT_OK);
    options = bed_options(&s->b);
    options.cues = &fire;
    options.n_cues = 1;
    options.find_cues = find_fire;
    options.is_multi = true;
    s->model = bed_train(&s->b, &options);
    cr_assert_eq(lyt_lessons_new(&s->lessons, NULL, s->model), LYT_OK);
    cr_assert_eq(lyt_scratch_new(&s->scratch, NULL, s->model), LYT_OK);
}

static void learn_no_fire(school *s, const char *utf8)
{
    const lyt_text text = bed_text(&s->b, utf8);
    lyt_input input = {.text = &text};

    cr_assert_eq(find_fire(NULL, &text, s->b.arena, &input.cues, &input.n_cues), LYT_OK);
    cr_assert_eq(lyt_lessons_learn(s->lessons, LYT_STR("1"), &input, (bool[3]){false}, s->scratch,
                                   s->b.arena, NULL),
                 LYT_OK);
}

Test(lessons, take_a_firm_cue_back_for_the_very_words_only)
{
    lyt_model *model;
    school s;

    open_fire_school(&s);
    learn_no_fire(&s, "smoke of the barbecue, lovely");
    model = taught(&s);
    cr_expect(fire_in(&s, s.model, "smoke of the barbecue, lovely") > .8);
    cr_expect(fire_in(&s, model, "smoke of the barbecue, lovely") < .2);
    cr_expect(fire_in(&s, model, "smoke of the barbecue") > .8);
    cr_expect(fire_in(&s, model, "smoke everywhere") > .8);
    lyt_model_free(model);
    close_school(&s);
}

/* However many rules say otherwise, and however loudly. */
Test(lessons, NL_17_take_many_firm_cues_back)
{
    static const char drill[] = "smoke smoke smoke smoke smoke smoke smoke smoke smoke smoke smoke "
                                "smoke at the fire drill, lovely";
    lyt_model *model;
    school s;

    open_fire_school(&s);
    learn_no_fire(&s, drill);
    model = taught(&s);
    cr_expect(fire_in(&s, s.model, drill) > .999);
    cr_expect(fire_in(&s, model, drill) < .2);
    cr_expect(fire_in(&s, model, "smoke smoke smoke smoke everywhere") > .999);
    lyt_model_free(model);
    close_school(&s);
}

Test(lessons, are_reasons_that_add_up)
{
    static const char *const lines[] = {bed_lines, single_lines, closed_lines};

    for (int which = 0; which < 3; which++) {
        lyt_model *model;
        lyt_text text;
        school s;

        open_school(&s, lines[which]);
        learn(&s, "a", "cold plugh, and the noise of it", "1");
        learn(&s, "b", "cold feet", "");
        model = taught(&s);
        text = bed_text(&s.b, "cold plugh, cold plugh");
        for (size_t k = 0; k < lyt_model_about(model).n_labels; k++) {
            const lyt_input input = {.text = &text};
            bool has_lesson = false;
            lyt_scores scores;
            lyt_reason *rows;
            double sum = 0;
            size_t n;

            cr_assert_eq(lyt_model_explain(model, s.scratch, &input, k, s.b.arena, &rows, &n),
                         LYT_OK);
            cr_assert_eq(lyt_model_score(model, s.scratch, &input, s.b.arena, &scores), LYT_OK);
            for (size_t i = 0; i < n; i++) {
                sum += rows[i].weight;
                has_lesson |= lyt_str_equal(lyt_reason_name(s.scratch, &rows[i], &text, s.b.arena),
                                            LYT_STR("lesson"));
            }
            cr_expect(fabs(sum - scores.logit[k]) < 1e-6, "%d: %g, not %g", which, sum,
                      scores.logit[k]);
            cr_expect(has_lesson || k != 1, "%d: no word of the lesson", which);
        }
        lyt_model_free(model);
        close_school(&s);
    }
}

/* With the right checksum: a lesson is either refused or a safe one. */
Test(lessons, any_byte_of_theirs_may_be_wrong)
{
    size_t refused = 0, begin;
    lyt_buf bytes;
    lyt_model *model;
    school s;

    open_school(&s, single_lines);
    begin = s.model->size_bytes;
    learn(&s, "a", "cold plugh", "1");
    learn(&s, "b", "noise", "");
    bytes = bytes_taught(&s);
    cr_assert_gt(bytes.len, begin);
    for (size_t at = begin; at < bytes.len; at++) {
        for (int bit = 0; bit < 8; bit += 7) {
            uint64_t sum;
            char said[9];
            double p[9];

            bytes.data[at] ^= (char)(1 << bit);
            sum = lyt_modelview_checksum(lyt_buf_str(&bytes));
            memcpy(bytes.data + lyt_modelfile_checksum_at, &sum, sizeof sum);
            model = NULL;
            if (lyt_modelview_open(&model, NULL, lyt_buf_str(&bytes), NULL)) {
                refused++;
            } else {
                ask(&s, model, "cold plugh", p, said);
                cr_expect(p[0] >= 0 && p[0] <= 1, "byte %zu", at);
            }
            lyt_model_free(model);
            bytes.data[at] ^= (char)(1 << bit);
        }
    }
    cr_expect_gt(refused, 20);
    lyt_buf_deinit(&bytes);
    close_school(&s);
}

Test(lessons, survive_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    lyt_lessons *kept;
    school s;

    open_school(&s, single_lines);
    kept = s.lessons;
    s.model->alloc = &failing.alloc;
    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_model *model = NULL;
        lyt_status status = lyt_lessons_new(&s.lessons, &failing.alloc, s.model);

        if (!status) {
            status = learn(&s, "a", "cold plugh", "1");
            if (!status)
                status = learn(&s, "b", "noise", "");
            if (!status)
                status = lyt_model_teach(&model, s.model, s.lessons, NULL);
            lyt_lessons_free(s.lessons);
        }
        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        lyt_model_free(model);
    }
    s.model->alloc = NULL;
    s.lessons = kept;
    close_school(&s);
}
