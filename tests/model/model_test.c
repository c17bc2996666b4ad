#include "modelbed.h"

LYT_SUITE(model);

static lyt_status score_bytes(const lyt_model *model, bed *b, const char *utf8, double *p)
{
    const lyt_text text = bed_text(b, utf8);
    lyt_scratch *scratch;
    lyt_scores scores;
    lyt_status status = lyt_scratch_new(&scratch, NULL, model);

    if (status)
        return status;
    status = lyt_model_score(model, scratch, &(lyt_input){.text = &text}, b->arena, &scores);
    for (size_t k = 0; !status && k < lyt_model_about(model).n_labels; k++)
        p[k] = scores.probability[k];
    lyt_scratch_free(scratch);
    return status;
}

Test(model, learns_several_labels)
{
    static const struct {
        int line;
        const char *text;
        bool cold, noise;
    } rows[] = {
        {__LINE__, "our room is so cold", true, false},
        {__LINE__, "noise from the bar", false, true},
        {__LINE__, "great food, lovely bed", false, false},
    };
    lyt_train_options options;
    lyt_model *model;
    bed b;

    bed_open(&b, bed_lines);
    options = bed_options(&b);
    model = bed_train(&b, &options);
    cr_expect(lyt_model_about(model).is_multi);
    cr_expect_eq(lyt_model_about(model).n_messages, 22);
    cr_expect_eq(lyt_model_about(model).corpus_hash, lyt_corpus_hash(b.corpus));
    cr_expect_eq(lyt_model_about(model).lexis_hash, lyt_lexis_hash(b.lexis));
    cr_assert_eq(lyt_model_about(model).n_labels, 2);
    cr_expect_str_eq(lyt_model_label(model, 0), "cold");
    cr_expect_gt(lyt_vocab_count(lyt_model_vocab(model), LYT_STR("cold")), 3);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double p[2];

        cr_assert_eq(score_bytes(model, &b, rows[i].text, p), LYT_OK);
        cr_expect(p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1);
        if (rows[i].cold || rows[i].noise)
            cr_expect(rows[i].cold ? p[0] > p[1] : p[1] > p[0], "row at line %d: %g %g",
                      rows[i].line, p[0], p[1]);
        else
            cr_expect(p[0] < .4 && p[1] < .4, "row at line %d: %g %g", rows[i].line, p[0], p[1]);
    }
    lyt_model_free(model);
    bed_close(&b);
}

Test(model, one_label_sums_to_one_and_knows_none)
{
    static const char *const texts[] = {"cold room", "noise", "lovely stay", "", "?!", "qwertz"};
    lyt_train_options options;
    lyt_scratch *scratch;
    lyt_model *model;
    bed b;

    bed_open(&b, "__label__a cold room\n__label__a very cold\n__label__b noise\n__label__b loud "
                 "noise\n__label__none lovely\n__label__none lovely stay\n__label__c rare\n");
    options = bed_options(&b);
    model = bed_train(&b, &options);
    cr_expect_not(lyt_model_about(model).is_multi);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const lyt_text text = bed_text(&b, texts[i]);
        lyt_scores scores;
        bool said[3];

        cr_assert_eq(lyt_model_score(model, scratch, &(lyt_input){.text = &text}, b.arena, &scores),
                     LYT_OK);
        cr_expect(fabs(scores.probability[0] + scores.probability[1] + scores.probability[2] +
                       scores.none - 1) < 1e-9);
        lyt_model_decide(model, &scores, said);
        cr_expect_leq(said[0] + said[1] + said[2], 1);
        if (i < 2)
            cr_expect(scores.probability[i] > scores.probability[1 - i], "%s", texts[i]);
    }
    lyt_scratch_free(scratch);
    lyt_model_free(model);
    bed_close(&b);
}

Test(model, training_is_deterministic_and_a_file_is_the_model)
{
    lyt_train_options options;
    lyt_model *first, *second, *loaded;
    char folder[64], path[80];
    lyt_buf bytes;
    double p[2], q[2];
    bed b, c;

    bed_open(&b, bed_lines);
    bed_open(&c, bed_lines);
    options = bed_options(&b);
    first = bed_train(&b, &options);
    options = bed_options(&c);
    second = bed_train(&c, &options);
    cr_expect_eq(lyt_model_about(first).content_hash, lyt_model_about(second).content_hash);
    options.seed++;
    lyt_model_free(second);
    second = bed_train(&c, &options);
    cr_expect_neq(lyt_model_about(first).content_hash, lyt_model_about(second).content_hash);

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/m.lytm", folder);
    cr_assert_eq(lyt_model_save(first, lyt_fs_system(), path, NULL), LYT_OK);
    cr_assert_eq(lyt_model_load(&loaded, NULL, lyt_fs_system(), path, NULL), LYT_OK);
    lyt_buf_init(&bytes, NULL);
    cr_assert_eq(lyt_fs_read(lyt_fs_system(), path, 1 << 24, &bytes, NULL), LYT_OK);
    cr_expect_eq(bytes.len, lyt_model_about(first).size_bytes);
    cr_expect_eq(lyt_model_about(first).content_hash, lyt_model_about(loaded).content_hash);
    cr_expect(lyt_model_about(first).threshold == lyt_model_about(loaded).threshold);
    cr_expect_eq(lyt_vocab_size(lyt_model_vocab(first)), lyt_vocab_size(lyt_model_vocab(loaded)));
    cr_assert_eq(score_bytes(first, &b, "a cold and noisy bar", p), LYT_OK);
    cr_assert_eq(score_bytes(loaded, &b, "a cold and noisy bar", q), LYT_OK);
    cr_expect(p[0] == q[0] && p[1] == q[1]);
    lyt_buf_deinit(&bytes);
    lyt_model_free(first);
    lyt_model_free(second);
    lyt_model_free(loaded);
    testing_folder_remove(folder);
    bed_close(&b);
    bed_close(&c);
}

/* Two rules: the word "smoke" speaks for fire, the word "candle" against it. */
static const lyt_cue rules[] = {
    {.id = 0, .label = 0, .prior = 4, .value = 1, .name = {"rule:smoke", 10}},
    {.id = 1, .label = 0, .prior = -4, .value = 1, .name = {"rule:candle", 11}},
};

static lyt_status find_rules(void *context, const lyt_text *text, lyt_arena *arena,
                             const lyt_cue **out, size_t *n)
{
    lyt_cue *cues = lyt_arena_array(arena, text->n_tokens, sizeof *cues);

    (void)context;
    if (!cues)
        return lyt_arena_status(arena);
    *n = 0;
    for (uint32_t i = 0; i < text->n_tokens; i++) {
        const lyt_str norm = text->tokens[i].norm;
        const int rule = lyt_str_equal(norm, LYT_STR("smoke"))    ? 0
                         : lyt_str_equal(norm, LYT_STR("candle")) ? 1
                                                                  : -1;

        if (rule < 0)
            continue;
        cues[*n] = rules[rule];
        cues[*n].first = i;
        cues[(*n)++].end = i + 1;
    }
    *out = cues;
    return LYT_OK;
}

static lyt_train_options with_rules(const bed *b)
{
    lyt_train_options options = bed_options(b);

    options.cues = rules;
    options.n_cues = 2;
    options.find_cues = find_rules;
    options.is_multi = true;
    return options;
}

static double with_cues(const lyt_model *model, bed *b, const char *utf8)
{
    const lyt_text text = bed_text(b, utf8);
    lyt_input input = {.text = &text};
    lyt_scratch *scratch;
    lyt_scores scores;
    double p;

    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    cr_assert_eq(find_rules(NULL, &text, b->arena, &input.cues, &input.n_cues), LYT_OK);
    cr_assert_eq(lyt_model_score(model, scratch, &input, b->arena, &scores), LYT_OK);
    p = scores.probability[0];
    lyt_scratch_free(scratch);
    return p;
}

Test(model, NL_19_a_label_without_messages_lives_by_its_cues)
{
    static const char *const labels[] = {"a-fire", "cold", "noise"};
    lyt_train_options options;
    lyt_corpus *corpus;
    lyt_model *model;
    bed b;

    bed_open(&b, bed_lines);
    cr_assert_eq(lyt_corpus_new(&corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_restrict(corpus, labels, 3), LYT_OK);
    for (int with_messages = 0; with_messages < 2; with_messages++) {
        lyt_corpus_free(b.corpus);
        cr_assert_eq(lyt_corpus_new(&b.corpus, NULL), LYT_OK);
        cr_assert_eq(lyt_corpus_restrict(b.corpus, labels, 3), LYT_OK);
        if (with_messages)
            cr_assert_eq(lyt_corpus_parse(b.corpus, lyt_str_of(bed_lines), "bed", 0, NULL), LYT_OK);
        cr_assert_eq(lyt_corpus_seal(b.corpus), LYT_OK);
        options = with_rules(&b);
        model = bed_train(&b, &options);
        cr_expect_eq(lyt_model_about(model).n_cues, 2);
        cr_expect_eq(lyt_model_about(model).cues_hash, lyt_cues_hash(rules, 2));
        cr_expect(with_cues(model, &b, "there is smoke") > .6);
        cr_expect(with_cues(model, &b, "the room was cold") < .2);
        cr_expect(with_cues(model, &b, "smoke of a candle") < .2);
        lyt_model_free(model);
    }
    lyt_corpus_free(corpus);
    bed_close(&b);
}

/* The sentences all say that smoke is nothing; how much a rule of that prior still says. */
static double taught_otherwise(bed *b, float prior)
{
    static const char *const labels[] = {"a-fire", "cold", "noise"};
    lyt_cue firm[2] = {rules[0], rules[1]};
    lyt_train_options options = with_rules(b);
    lyt_model *model;
    double p;

    firm[0].prior = prior;
    options.cues = firm;
    lyt_corpus_free(b->corpus);
    cr_assert_eq(lyt_corpus_new(&b->corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_restrict(b->corpus, labels, 3), LYT_OK);
    cr_assert_eq(lyt_corpus_parse(b->corpus, lyt_str_of(bed_lines), "bed", 0, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_parse(b->corpus,
                                  LYT_STR("__label__a-fire flames in the hall\n"
                                          "__label__a-fire it burns, flames\n"
                                          "__label__a-fire the curtain burns\n"),
                                  "fire", 0, NULL),
                 LYT_OK);
    for (char which = 'a'; which <= 'z'; which++) {
        char line[] = "__label__none smoke and a word?\n";

        line[sizeof line - 3] = which;
        cr_assert_eq(lyt_corpus_parse(b->corpus, lyt_str_of(line), "more", 0, NULL), LYT_OK);
    }
    cr_assert_eq(lyt_corpus_seal(b->corpus), LYT_OK);
    model = bed_train(b, &options);
    p = with_cues(model, b, "there is smoke");
    lyt_model_free(model);
    return p;
}

Test(model, a_firm_cue_is_never_learned_down)
{
    double soft, firm;
    bed b;

    bed_open(&b, bed_lines);
    soft = taught_otherwise(&b, (float)lyt_cue_firm - 0.01f);
    firm = taught_otherwise(&b, (float)lyt_cue_firm);
    cr_expect(firm > soft + .1, "%g and %g", firm, soft);
    bed_close(&b);
}

static bool is_like(const lyt_reason *a, const lyt_reason *b)
{
    return a->token == b->token && a->other == b->other && lyt_reason_cue(a) == lyt_reason_cue(b);
}

/* The rows that people read are sums of these: each word, pair and cue once. */
static void expect_merged(const lyt_reason *all, size_t n_all, const lyt_reason *merged, size_t n,
                          int line)
{
    for (size_t i = 0; i < n; i++) {
        const bool has_words = merged[i].token != UINT32_MAX;
        double sum = 0, heaviest = 0;

        for (size_t k = 0; k < n_all; k++) {
            sum += is_like(&all[k], &merged[i]) ? all[k].weight : 0;
            if (is_like(&all[k], &merged[i]) && fabs(all[k].weight) > heaviest)
                heaviest = fabs(all[k].weight);
        }
        for (size_t k = 0; k < i && has_words; k++)
            cr_expect_not(is_like(&merged[k], &merged[i]), "line %d: row %zu again", line, i);
        if (has_words) {
            cr_expect(fabs(sum - merged[i].weight) < 1e-9, "line %d: row %zu", line, i);
            cr_expect(fabs(heaviest - (double)merged[i].heaviest) < 1e-6, "line %d: row %zu", line,
                      i);
        }
    }
}

static void expect_sum(const lyt_model *model, bed *b, const char *utf8, int line)
{
    const lyt_text text = bed_text(b, utf8);
    lyt_input input = {.text = &text};
    lyt_scratch *scratch;
    lyt_scores scores;

    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    cr_assert_eq(find_rules(NULL, &text, b->arena, &input.cues, &input.n_cues), LYT_OK);
    for (size_t k = 0; k < lyt_model_about(model).n_labels; k++) {
        lyt_reason *rows, *merged;
        double sum = 0, sum_merged = 0;
        size_t n, n_merged;

        cr_assert_eq(lyt_model_explain(model, scratch, &input, k, b->arena, &rows, &n), LYT_OK);
        cr_assert_eq(
            lyt_model_explain_scored(model, scratch, &input, k, b->arena, &merged, &n_merged),
            LYT_OK);
        expect_merged(rows, n, merged, n_merged, line);
        for (size_t i = 0; i < n_merged; i++)
            sum_merged += merged[i].weight;
        cr_assert_eq(lyt_model_score(model, scratch, &input, b->arena, &scores), LYT_OK);
        for (size_t i = 0; i < n; i++) {
            cr_expect(rows[i].token == UINT32_MAX || rows[i].token < text.n_tokens);
            cr_expect(rows[i].other == UINT32_MAX || rows[i].other < text.n_tokens);
            cr_expect(lyt_reason_cue(&rows[i]) == UINT32_MAX ||
                      lyt_reason_cue(&rows[i]) < input.n_cues);
            cr_expect_gt(lyt_reason_name(scratch, &rows[i], &text, b->arena).len, 0);
            sum += rows[i].weight;
        }
        cr_expect(fabs(sum - scores.logit[k]) < 1e-6, "row at line %d, label %zu: %g for %g", line,
                  k, sum, scores.logit[k]);
        cr_expect(fabs(sum_merged - scores.logit[k]) < 1e-6, "line %d, label %zu", line, k);
    }
    lyt_scratch_free(scratch);
}

Test(model, NL_15_reasons_add_up)
{
    static const struct {
        int line;
        const char *text;
    } rows[] = {
        {__LINE__, ""},
        {__LINE__, "cold"},
        {__LINE__, "the room was not cold, not cold at all; lovely!"},
        {__LINE__, "noise noise noise noise, smoke and a candle and smoke"},
        {__LINE__, "words that nobody met: xyzzy plugh"},
    };
    static const char single[] = "__label__a cold room\n__label__a very cold smoke\n__label__b "
                                 "noise\n__label__b loud noise\n__label__none lovely candle\n"
                                 "__label__none lovely stay\n";

    for (int multi = 0; multi < 2; multi++) {
        lyt_train_options options;
        lyt_model *model;
        bed b;

        bed_open(&b, multi ? bed_lines : single);
        options = with_rules(&b);
        options.is_multi = multi;
        model = bed_train(&b, &options);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            expect_sum(model, &b, rows[i].text, rows[i].line);
        lyt_model_free(model);
        bed_close(&b);
    }
}

static bool stop_at_tuning(void *context, const char *stage, double done)
{
    (void)context;
    (void)done;
    return strcmp(stage, "tuning") != 0;
}

Test(model, refuses_what_it_cannot_learn)
{
    static const struct {
        int line;
        const char *lines;
        unsigned bits;
        lyt_status want;
    } rows[] = {
        {__LINE__, "", 0, LYT_EINVAL},
        {__LINE__, "__label__none a\n__label__none b\n", 0, LYT_EINVAL},
        {__LINE__, "__label__a a\n", 0, LYT_EINVAL},
        {__LINE__, "__label__a a\n__label__b b\n", 99, LYT_EINVAL},
        {__LINE__, "__label__a a\n__label__b b\n", 8, LYT_OK},
        {__LINE__, "__label__a a\n__label__a b\n", 8, LYT_OK},
        {__LINE__, "__label__a a\n__label__none b\n", 8, LYT_OK},
        {__LINE__, bed_lines, 8, LYT_ESTATE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_train_options options;
        lyt_model *model = NULL;
        lyt_error err = {0};
        bed b;

        bed_open(&b, rows[i].lines);
        options = bed_options(&b);
        options.hash_bits = rows[i].bits;
        options.progress = stop_at_tuning;
        cr_expect_eq(lyt_model_train(&model, b.corpus, &options, &err), rows[i].want,
                     "row at line %d: %s", rows[i].line, err.text);
        lyt_model_free(model);
        bed_close(&b);
    }
}

/* Every allocation of training, scoring and explaining. */
static lyt_status all_of_it(bed *b, const lyt_alloc *alloc, lyt_model **model,
                            lyt_scratch **scratch)
{
    lyt_train_options options = with_rules(b);
    lyt_scores scores;
    lyt_reason *rows;
    lyt_text text;
    size_t n;
    lyt_status status;

    options.alloc = alloc;
    options.hash_bits = 6;
    status = lyt_model_train(model, b->corpus, &options, NULL);
    if (status)
        return status;
    lyt_arena_reset(b->arena);
    status = lyt_text_analyze(b->space, NULL, LYT_STR("cold and noisy"), 0, b->arena, &text);
    if (!status)
        status = lyt_scratch_new(scratch, alloc, *model);
    if (!status)
        status = lyt_model_score(*model, *scratch, &(lyt_input){.text = &text}, b->arena, &scores);
    if (!status)
        status = lyt_model_explain(*model, *scratch, &(lyt_input){.text = &text}, 0, b->arena,
                                   &rows, &n);
    return status;
}

Test(model, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    bed b;

    bed_open(&b, "__label__a cold\n__label__b noise\n__label__none lovely bed\n");
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_model *model = NULL;
        lyt_scratch *scratch = NULL;
        const lyt_status status = all_of_it(&b, &failing.alloc, &model, &scratch);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK,
                     "allocation %ld: %s", failing.fail_at, lyt_status_name(status));
        lyt_scratch_free(scratch);
        lyt_model_free(model);
    }
    bed_close(&b);
}
