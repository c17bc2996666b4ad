#include <string.h>

#include "modelbed.h"
#include "modelview.h"

LYT_SUITE(rows);

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

Test(rows, every_way_of_adding_gives_the_same_bits)
{
    enum { rows_max = 37, stride_max = 100 };
    uint8_t bytes[rows_max * stride_max];
    lyt_rows_adder best = lyt_rows_best();
    uint32_t seed = 3;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)next_random(&seed);
    for (size_t stride = 4; stride <= stride_max; stride += 4)
        for (size_t n = 0; n <= rows_max; n++) {
            float plain[stride_max] = {0}, fast[stride_max] = {0}, x[rows_max];
            const lyt_row_table table = {bytes, stride};
            const float factor = n % 3 ? 0.7f : 1;
            uint32_t rows[rows_max];
            const lyt_terms terms = {rows, x, n};

            for (size_t i = 0; i < n; i++) {
                rows[i] = (uint32_t)(i * 5 % rows_max);
                x[i] = (float)next_random(&seed) / 3e6f - 2.7f;
            }
            lyt_rows_add_plain(&table, &terms, factor, plain);
            best(&table, &terms, factor, fast);
            cr_assert_eq(memcmp(plain, fast, sizeof plain), 0, "%zu rows of %zu", n, stride);
        }
}

Test(rows, every_way_of_adding_sums_gives_the_same_bits)
{
    enum { sums_max = 9, stride_max = 100 };
    float sums[sums_max][stride_max];
    const float *which[sums_max];
    uint32_t seed = 11;

    for (size_t i = 0; i < sums_max; i++) {
        which[i] = sums[i];
        for (size_t k = 0; k < stride_max; k++)
            sums[i][k] = (float)next_random(&seed) / 3e6f - 2.7f;
    }
    for (size_t stride = 4; stride <= stride_max; stride += 4)
        for (size_t n = 0; n <= sums_max; n++) {
            float plain[stride_max] = {0}, fast[stride_max] = {0};

            lyt_sums_add_plain(which, n, stride, plain);
            lyt_sums_best()(which, n, stride, fast);
            cr_assert_eq(memcmp(plain, fast, sizeof plain), 0, "%zu sums of %zu", n, stride);
            for (size_t k = 0; k < stride; k++) {
                double wanted = 0;

                for (size_t i = 0; i < n; i++)
                    wanted += (double)sums[i][k];
                cr_expect_float_eq((double)fast[k], wanted, 1e-4);
            }
        }
}

/* One vector of all groups, as training counts them, of a clause or of all (SIZE_MAX). */
static void count(const lyt_model *model, const lyt_text *text, size_t clause, lyt_vector *out)
{
    const lyt_model_head *head = model->head;
    const unsigned shift = 64 - head->hash_bits;
    lyt_features features;

    lyt_features_init(&features, NULL);
    cr_assert_eq(lyt_features_find(&features, text, head->groups), LYT_OK);
    cr_assert_eq(lyt_vector_begin(out, features.n), LYT_OK);
    for (size_t i = 0; i < features.n; i++) {
        const lyt_feature *feature = &features.items[i];

        if (clause == SIZE_MAX
                ? feature->first & LYT_FIRST_OF_TEXT
                : feature->clause == clause && (feature->first & LYT_FIRST_OF_CLAUSE))
            lyt_vector_add(out, feature->hash >> shift, lyt_feature_group(feature));
    }
    lyt_vector_weigh(out, &(lyt_weighing){model->rows, head->stride, head->idf, head->weights});
    lyt_features_deinit(&features);
}

static double margin_of(const lyt_model *model, const lyt_vector *vector, size_t output)
{
    double margin = 0;

    for (size_t i = 0; i < vector->n; i++)
        margin += (double)vector->items[i].x *
                  (int8_t)model->rows[vector->items[i].key * model->head->stride + 1 + output];
    return margin * model->outputs[output].scale + model->outputs[output].bias;
}

/* What lyt_tally, lyt_addup and lyt_grams must come to. */
static void expect_counted(const lyt_model *model, const lyt_scratch *scratch, const lyt_text *text,
                           int message)
{
    const size_t n_in_clauses = model->layout.n_in_clauses;
    lyt_vector vector;

    lyt_vector_init(&vector, NULL);
    count(model, text, SIZE_MAX, &vector);
    for (size_t k = 0; k < model->head->n_outputs; k++)
        cr_assert_float_eq(scratch->margin[k], margin_of(model, &vector, k), 1e-4,
                           "message %d, output %zu: %g", message, k, scratch->margin[k]);
    for (size_t c = 0; text->n_clauses > 1 && c < text->n_clauses; c++) {
        count(model, text, c, &vector);
        for (size_t k = 0; k < n_in_clauses; k++)
            cr_assert_float_eq(scratch->clause_margin[c * n_in_clauses + k],
                               margin_of(model, &vector, model->layout.topic + k), 1e-4,
                               "message %d, clause %zu", message, c);
    }
    lyt_vector_deinit(&vector);
}

/* Repeated words, long ones, more different ones than there are records. */
static const char *message_at(int i, char out[2048], uint32_t *seed)
{
    static const char *const fixed[] = {
        "the room was cold all night, cold and freezing",
        "noise noise NOISE noise and more noise",
        "coldcoldcoldcoldcoldcoldcold freezingfreezingfreezing and coldcoldcoldcoldcoldcoldcold",
        "a b c",
        "",
        "not cold, not noisy",
    };
    const int n_fixed = sizeof fixed / sizeof *fixed;

    if (i % 8 < n_fixed)
        return fixed[i % 8];
    for (size_t k = 0; k < 2047; k++)
        out[k] = "abcdeno r,"[next_random(seed) % (i % 16 < 8 ? 9 : 10)];
    out[2047] = '\0';
    return out;
}

Test(rows, what_is_kept_of_words_adds_up_to_what_training_counts)
{
    lyt_train_options options;
    lyt_scratch *scratch;
    lyt_model *model;
    uint32_t seed = 5;
    char room[2048];
    bed b;

    bed_open(&b, bed_lines);
    options = bed_options(&b);
    model = bed_train(&b, &options);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    cr_assert_gt(model->layout.n_in_clauses, 0);
    for (int i = 0; i < 200; i++) {
        const lyt_text text = bed_text(&b, message_at(i, room, &seed));

        cr_assert_eq(lyt_modelview_margins(model, scratch, &(lyt_input){.text = &text}), LYT_OK);
        expect_counted(model, scratch, &text, i);
    }
    lyt_scratch_free(scratch);
    lyt_model_free(model);
    bed_close(&b);
}

/* Who writes a word forty times says by it what three times say; nobody gets an alarm by insisting.
 */
Test(rows, a_word_that_comes_again_says_no_more)
{
    static const char *const words[] = {"the", "room", "street", "night", "water", "noise"};
    lyt_train_options options;
    lyt_scratch *scratch;
    lyt_model *model;
    bed b;

    bed_open(&b, bed_lines);
    options = bed_options(&b);
    model = bed_train(&b, &options);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        double thrice[lyt_outputs_max];

        for (int times = 3; times <= 40; times += 37) {
            char many[512] = "";
            lyt_text text;

            for (int k = 0; k < times; k++)
                strcat(strcat(many, words[i]), " ");
            text = bed_text(&b, many);
            cr_assert_eq(lyt_modelview_margins(model, scratch, &(lyt_input){.text = &text}),
                         LYT_OK);
            for (size_t k = 0; k < model->head->n_outputs; k++) {
                if (times == 3)
                    thrice[k] = scratch->margin[k];
                cr_expect_float_eq(scratch->margin[k], thrice[k], 1e-6, "%s", words[i]);
            }
        }
    }
    lyt_scratch_free(scratch);
    lyt_model_free(model);
    bed_close(&b);
}
