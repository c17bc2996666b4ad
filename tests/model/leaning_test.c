#include "leaning.h"

#include "testing.h"

LYT_SUITE(leaning);

/*
 * A prior of 16 rows: the kitchen is spoken of with the words of rows 2 and 6, the reception
 * with those of 4 and 8, and what is bad is row 10.
 */
enum { n_labels = 3, stride = 4, prior_bits = 4, bits = 5, n_rows = 1 << bits, most = 600 };

static uint8_t rows[(1 << prior_bits) * stride];
static const char *names[n_labels] = {"kitchen", "negative", "reception"};
static const lyt_output outputs[n_labels] = {{.scale = .01}, {.scale = .01}, {.scale = .01}};
static const lyt_model_head head = {
    .n_labels = n_labels, .hash_bits = prior_bits, .stride = stride};

static lyt_model prior_of(void)
{
    rows[2 * stride + 1] = rows[6 * stride + 1] = 100;
    rows[4 * stride + 3] = rows[8 * stride + 3] = 100;
    rows[10 * stride + 2] = 100;
    return (lyt_model){.head = &head, .labels = names, .outputs = outputs, .rows = rows};
}

/* Each message is one word and the bias: of the kitchen (true), the reception or nothing. */
typedef struct messages {
    size_t row[most + 1];
    uint32_t col[2 * most];
    float value[2 * most], square[most];
    int8_t y[most];
    lyt_matrix matrix;
} messages;

static messages data;

static void draw(size_t n)
{
    static const uint32_t words[3] = {2 << 1, 4 << 1, 12 << 1};

    for (size_t i = 0; i < n; i++) {
        data.row[i + 1] = 2 * (i + 1);
        data.col[2 * i] = words[i % 3];
        data.col[2 * i + 1] = n_rows;
        data.value[2 * i] = data.value[2 * i + 1] = 1;
        data.y[i] = i % 3 ? -1 : 1;
    }
    data.matrix = (lyt_matrix){n, data.row, data.col, data.value, data.square};
}

/* What the prior adds to the kitchen's words and the reception's that no message has. */
static void lean(size_t n, float w[n_rows + 1])
{
    const lyt_model prior = prior_of();
    lyt_leaning leaning;

    draw(n);
    for (size_t c = 0; c <= n_rows; c++)
        w[c] = 0;
    cr_assert_eq(lyt_leaning_new(&leaning, NULL, &prior, bits, n), LYT_OK);
    cr_expect_eq(leaning.n, 2, "the mood is no topic");
    lyt_leaning_look(&leaning, &data.matrix);
    lyt_leaning_add(&leaning, data.y, w, &w[n_rows]);
    lyt_leaning_free(&leaning);
}

Test(leaning, words_that_no_message_has_are_known_of_the_prior)
{
    float w[n_rows + 1];

    lean(most, w);
    /* both rows of this table that the prior's row stands for */
    cr_expect_gt(w[6 << 1], .2f, "%g", (double)w[6 << 1]);
    cr_expect_eq(w[6 << 1], w[(6 << 1) + 1]);
    cr_expect_lt(w[8 << 1], 0.f, "%g", (double)w[8 << 1]);
    cr_expect_eq(w[10 << 1], 0.f, "moods are told elsewhere");
    /* an average message is as likely as before */
    cr_expect_float_eq((double)(w[n_rows] + (w[2 << 1] + w[4 << 1]) / 3), 0, 1e-5);
}

Test(leaning, few_messages_move_little)
{
    float many[n_rows + 1], few[n_rows + 1];

    lean(most, many);
    lean(9, few);
    cr_expect_gt(few[6 << 1], 0.f);
    cr_expect_lt(few[6 << 1], many[6 << 1] / 10);
}

Test(leaning, what_is_left_out_says_nothing)
{
    const lyt_model prior = prior_of();
    float w[n_rows + 1] = {0};
    lyt_leaning leaning;

    draw(30);
    for (size_t i = 0; i < 30; i++)
        data.y[i] = 0;
    cr_assert_eq(lyt_leaning_new(&leaning, NULL, &prior, bits, 30), LYT_OK);
    lyt_leaning_look(&leaning, &data.matrix);
    lyt_leaning_add(&leaning, data.y, w, &w[n_rows]);
    for (size_t c = 0; c <= n_rows; c++)
        cr_expect_eq(w[c], 0.f);
    lyt_leaning_free(&leaning);
    /* without a prior there is nothing to lean on */
    cr_assert_eq(lyt_leaning_new(&leaning, NULL, NULL, bits, 30), LYT_OK);
    cr_expect_eq(leaning.n, 0);
    lyt_leaning_look(&leaning, &data.matrix);
    lyt_leaning_add(&leaning, data.y, w, &w[n_rows]);
    lyt_leaning_free(&leaning);
}

Test(leaning, survives_running_out_of_memory)
{
    const lyt_model prior = prior_of();
    testing_alloc failing = {.fail_at = 0};

    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_leaning leaning;
        lyt_status status = lyt_leaning_new(&leaning, &failing.alloc, &prior, bits, 9);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        if (!status)
            lyt_leaning_free(&leaning);
    }
}
