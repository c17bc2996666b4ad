#include "choose.h"
#include "measure.h"
#include "modelbed.h"

LYT_SUITE(labelling);

/*
 * The hotel's own sentences as a pool of which nobody labelled more than a few, most of which tell
 * of no failure, as in what guests write. Who labels a hundred more, chosen, has a better model
 * than who labels a hundred at random.
 */
enum { n_pool = 2500, n_failing = 1000, n_first = 200, n_more = 100, n_seeds = 5, n_draws = 2 };

typedef struct pool {
    bed b;
    size_t order[n_pool]; /* of the corpus; shuffled */
    bool is_labelled[n_pool];
    lyt_arena *words;
    lyt_text texts[n_pool]; /* in order */
    lyt_arena *kept;        /* what they lie in */
} pool;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static const lyt_example *pool_at(const pool *p, size_t i)
{
    return lyt_corpus_at(p->b.corpus, p->order[i]);
}

static void pool_init(pool *p, uint64_t seed)
{
    char path[512];
    size_t n, left[2] = {n_failing, n_pool - n_failing}, of[2] = {0}, taken = 0;

    bed_open(&p->b, "__label__none x\n");
    lyt_corpus_free(p->b.corpus);
    cr_assert_eq(lyt_corpus_new(&p->b.corpus, NULL), LYT_OK);
    snprintf(path, sizeof path, "%s/models/hotel/training/en.txt", testing_data());
    cr_assert_eq(lyt_corpus_read(p->b.corpus, lyt_fs_system(), path, 0, NULL), LYT_OK);
    n = lyt_corpus_size(p->b.corpus);
    for (size_t i = 0; i < n; i++)
        of[lyt_corpus_at(p->b.corpus, i)->n_labels == 0]++;
    cr_assert(of[0] > left[0] && of[1] > left[1]);
    cr_assert_eq(lyt_arena_new(&p->words, NULL, "words", 64 << 20), LYT_OK);
    cr_assert_eq(lyt_arena_new(&p->kept, NULL, "texts", 64 << 20), LYT_OK);
    memset(p->is_labelled, 0, sizeof p->is_labelled);
    /* of those that tell of a failure and of the others, each as likely as another */
    for (size_t i = 0; i < n; i++) {
        const bool is_none = lyt_corpus_at(p->b.corpus, i)->n_labels == 0;

        if (next_random(&seed) % of[is_none]-- < left[is_none]) {
            left[is_none]--;
            p->order[taken++] = i;
        }
    }
    cr_assert_eq(taken, (size_t)n_pool);
    for (size_t i = n_pool - 1; i > 0; i--) {
        size_t other = (size_t)(next_random(&seed) % (i + 1)), kept = p->order[i];

        p->order[i] = p->order[other];
        p->order[other] = kept;
    }
    for (size_t i = 0; i < n_first; i++)
        p->is_labelled[i] = true;
    /* taken apart once, for all models that judge them */
    for (size_t i = 0; i < n_pool; i++)
        cr_assert_eq(
            lyt_text_analyze(p->b.space, NULL, pool_at(p, i)->text, 0, p->kept, &p->texts[i]),
            LYT_OK);
}

static void pool_deinit(pool *p)
{
    lyt_arena_free(p->words);
    lyt_arena_free(p->kept);
    bed_close(&p->b);
}

/* A model of what is labelled. */
static lyt_model *learn(pool *p, const bool *is_labelled)
{
    lyt_train_options options = bed_options(&p->b);
    lyt_corpus *all = p->b.corpus;
    lyt_model *model;
    lyt_buf lines;

    lyt_buf_init(&lines, NULL);
    for (size_t i = 0; i < n_pool; i++) {
        const lyt_example *example = pool_at(p, i);

        if (!is_labelled[i])
            continue;
        for (size_t k = 0; k < example->n_labels; k++)
            lyt_buf_addf(&lines, "__label__%s ", lyt_corpus_label(all, example->labels[k]));
        if (!example->n_labels)
            lyt_buf_add_text(&lines, "__label__none ");
        lyt_buf_add(&lines, example->text);
        lyt_buf_add_char(&lines, '\n');
    }
    cr_assert_eq(lyt_corpus_new(&p->b.corpus, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_parse(p->b.corpus, lyt_buf_str(&lines), "labelled", 0, NULL), LYT_OK);
    cr_assert_eq(lyt_corpus_seal(p->b.corpus), LYT_OK);
    options.hash_bits = 12;
    options.fixed_recipe = true;
    options.is_multi = true;
    model = bed_train(&p->b, &options);
    lyt_corpus_free(p->b.corpus);
    p->b.corpus = all;
    lyt_buf_deinit(&lines);
    return model;
}

typedef lyt_status (*each_score)(void *user, size_t index, const lyt_text *text,
                                 const lyt_scores *scores, const bool *said);

static void score_all(pool *p, const lyt_model *model, each_score each, void *user)
{
    lyt_scratch *scratch;
    bool *said = lyt_mem_array(NULL, lyt_model_about(model).n_labels + 1, sizeof *said);

    cr_assert_not_null(said);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    for (size_t i = 0; i < n_pool; i++) {
        const lyt_input input = {.text = &p->texts[i]};
        lyt_scores scores;

        lyt_arena_reset(p->b.arena);
        cr_assert_eq(lyt_model_score(model, scratch, &input, p->b.arena, &scores), LYT_OK);
        lyt_model_decide(model, &scores, said);
        cr_assert_eq(each(user, i, input.text, &scores, said), LYT_OK);
    }
    lyt_scratch_free(scratch);
    lyt_mem_free(NULL, said);
}

typedef struct judging {
    pool *p;
    const lyt_model *model;
    lyt_measure *measure;
    const char **names; /* of the corpus */
    size_t n_names;
    bool *truth, *heard;
} judging;

static lyt_status judge_one(void *user, size_t index, const lyt_text *text,
                            const lyt_scores *scores, const bool *said)
{
    judging *j = user;
    const lyt_example *example = pool_at(j->p, index);

    (void)text;
    (void)scores;
    memset(j->truth, 0, j->n_names * sizeof *j->truth);
    memset(j->heard, 0, j->n_names * sizeof *j->heard);
    for (size_t k = 0; k < example->n_labels; k++)
        j->truth[example->labels[k]] = true;
    for (size_t k = 0; k < lyt_model_about(j->model).n_labels; k++)
        for (size_t i = 0; said[k] && i < j->n_names; i++)
            if (strcmp(j->names[i], lyt_model_label(j->model, k)) == 0)
                j->heard[i] = true;
    lyt_measure_add(j->measure, j->truth, j->heard, NULL, 0);
    return LYT_OK;
}

/* On the whole pool, labelled or not, as the requirement has it. */
static double macro_f1(pool *p, const bool *is_labelled)
{
    judging j = {.p = p, .n_names = lyt_corpus_labels(p->b.corpus)};
    lyt_model *model = learn(p, is_labelled);
    double f1;

    j.model = model;
    j.names = lyt_mem_array(NULL, j.n_names, sizeof *j.names);
    j.truth = lyt_mem_array(NULL, j.n_names, sizeof *j.truth);
    j.heard = lyt_mem_array(NULL, j.n_names, sizeof *j.heard);
    cr_assert(j.names && j.truth && j.heard);
    for (size_t i = 0; i < j.n_names; i++)
        j.names[i] = lyt_corpus_label(p->b.corpus, i);
    cr_assert_eq(lyt_measure_new(&j.measure, NULL, j.names, j.n_names, true), LYT_OK);
    score_all(p, model, judge_one, &j);
    f1 = lyt_measure_figures(j.measure).macro_f1;
    lyt_measure_free(j.measure);
    lyt_mem_free(NULL, j.names);
    lyt_mem_free(NULL, j.truth);
    lyt_mem_free(NULL, j.heard);
    lyt_model_free(model);
    return f1;
}

typedef struct asking {
    pool *p;
    size_t n_labels;
    lyt_candidate candidates[n_pool];
    size_t at[n_pool]; /* of a candidate: its place in the pool */
    size_t n;
} asking;

static lyt_status ask_one(void *user, size_t index, const lyt_text *text, const lyt_scores *scores,
                          const bool *said)
{
    asking *a = user;
    lyt_candidate *candidate = &a->candidates[a->n];

    (void)said;
    if (a->p->is_labelled[index])
        return LYT_OK;
    candidate->worth = lyt_worth(scores, a->n_labels);
    a->at[a->n++] = index;
    return lyt_choose_keys(text, NULL, a->p->words, candidate);
}

static void choose_more(pool *p, bool *is_labelled)
{
    lyt_model *model = learn(p, p->is_labelled);
    asking *a = lyt_mem_new(NULL, sizeof *a);
    size_t chosen[n_more], n;

    cr_assert_not_null(a);
    a->p = p;
    a->n_labels = lyt_model_about(model).n_labels;
    score_all(p, model, ask_one, a);
    cr_assert_eq(lyt_choose(a->candidates, a->n, n_more, NULL, chosen, &n), LYT_OK);
    cr_assert_eq(n, (size_t)n_more);
    for (size_t i = 0; i < n; i++) {
        cr_expect_not(is_labelled[a->at[chosen[i]]], "each is asked for once");
        is_labelled[a->at[chosen[i]]] = true;
    }
    lyt_mem_free(NULL, a);
    lyt_model_free(model);
}

/* The mean of two hundreds at random: one alone may be lucky. */
static double macro_f1_at_random(pool *p)
{
    double sum = 0;

    for (size_t draw = 0; draw < n_draws; draw++) {
        bool is_labelled[n_pool];

        memcpy(is_labelled, p->is_labelled, sizeof is_labelled);
        /* the pool is shuffled: the next are as good as any */
        for (size_t i = 0; i < n_more; i++)
            is_labelled[n_first + draw * n_more + i] = true;
        sum += macro_f1(p, is_labelled);
    }
    return sum / n_draws;
}

Test(labelling, NL_26_a_hundred_chosen_labels_beat_a_hundred_at_random)
{
    double gained = 0;
    int n_better = 0;

    for (uint64_t seed = 1; seed <= n_seeds; seed++) {
        bool is_labelled[n_pool];
        double chosen, random;
        pool p;

        pool_init(&p, seed);
        memcpy(is_labelled, p.is_labelled, sizeof is_labelled);
        choose_more(&p, is_labelled);
        chosen = macro_f1(&p, is_labelled);
        random = macro_f1_at_random(&p);
        cr_log_info("seed %d: %.4f chosen, %.4f at random", (int)seed, chosen, random);
        n_better += chosen > random;
        gained += (chosen - random) / n_seeds;
        pool_deinit(&p);
    }
    cr_expect_gt(2 * n_better, n_seeds, "better in %d of %d", n_better, n_seeds);
    cr_expect_geq(gained, .01, "by %.4f in the mean", gained);
}
