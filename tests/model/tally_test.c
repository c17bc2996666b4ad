#include <math.h>
#include <string.h>

#include "logistic.h"
#include "mem.h"
#include "tally.h"
#include "testing.h"

LYT_SUITE(tally);

enum { row_bits = 6, shift = 64 - row_bits, n_rows = 1 << row_bits, n_most = 400, n_texts = 300 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A table of few rows, so that most occur again; every fifth was never met. */
typedef struct table {
    uint8_t rows[n_rows][4];
    float idf[256], groups[LYT_GROUPS];
    lyt_weighing weighing;
} table;

static void table_init(table *t)
{
    for (size_t r = 0; r < n_rows; r++)
        t->rows[r][0] = (uint8_t)(r % 5 ? 1 + r % 9 : 0);
    for (size_t code = 0; code < 256; code++)
        t->idf[code] = code ? 1 + (float)code / 7 : 0;
    for (size_t g = 0; g < LYT_GROUPS; g++)
        t->groups[g] = 1 + (float)g / 3;
    t->weighing = (lyt_weighing){t->rows[0], sizeof *t->rows, t->idf, t->groups};
}

/* Groups in order, clauses in order within a group; some features lie in no clause. */
static void make_features(lyt_features *f, lyt_tally *tally, uint32_t *state)
{
    f->n = 0;
    for (unsigned g = 0; g < LYT_GROUPS; g++) {
        const size_t n = next_random(state) % (n_most / LYT_GROUPS);
        unsigned clause = 0;

        for (size_t i = 0; i < n; i++) {
            const uint64_t row = next_random(state) % n_rows;
            lyt_feature *feature = &f->items[f->n];

            clause += next_random(state) % 4 == 0;
            *feature = (lyt_feature){
                .hash = row << shift | next_random(state),
                .clause = (uint16_t)(next_random(state) % 5 ? clause : (unsigned)lyt_no_clause),
                .group = (uint8_t)g,
                .is_part = g == LYT_GROUP_STEM && next_random(state) % 3 == 0,
            };
            tally->rows[f->n] = (uint32_t)row | (feature->is_part ? lyt_tally_part : 0);
            tally->clauses[f->n++] = feature->clause;
        }
        tally->ends[g] = f->ends[g] = f->n;
    }
    tally->n = f->n;
}

/* What all occurrences of an entry's row in its group come to. */
static double sum_of(const lyt_tally *tally, const lyt_features *f, const lyt_entry *entry)
{
    double sum = 0;

    for (size_t i = 0; i < f->n; i++)
        if (f->items[i].group == entry->group && tally->rows[i] == entry->key)
            sum += (double)(tally->factor[entry->group] * tally->x[i]);
    return sum;
}

Test(tally, counts_as_the_vector_does)
{
    table t;
    lyt_features f;
    lyt_vector v;
    lyt_tally tally;
    uint32_t state = 1;

    table_init(&t);
    lyt_features_init(&f, NULL);
    lyt_vector_init(&v, NULL);
    lyt_tally_init(&tally, NULL);
    cr_assert_eq(lyt_mem_grow(NULL, &f.items, &f.cap, n_most, sizeof *f.items), LYT_OK);
    cr_assert_eq(lyt_tally_room(&tally, n_most, true), LYT_OK);
    for (int text = 0; text < n_texts; text++) {
        make_features(&f, &tally, &state);
        cr_assert_eq(lyt_vector_collect(&v, &f, shift), LYT_OK);
        lyt_vector_weigh(&v, &t.weighing);
        lyt_tally_weigh(&tally, &t.weighing);
        for (size_t i = 0; i < f.n; i++)
            cr_expect_eq(tally.rows[i], f.items[i].hash >> shift);
        for (size_t i = 0; i < v.n; i++)
            cr_expect(fabs(sum_of(&tally, &f, &v.items[i]) - (double)v.items[i].x) < 1e-5,
                      "text %d, entry %zu: %g", text, i, (double)v.items[i].x);
    }
    lyt_tally_deinit(&tally);
    lyt_vector_deinit(&v);
    lyt_features_deinit(&f);
}

Test(tally, without_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_tally tally;
        lyt_status status;

        lyt_tally_init(&tally, &failing.alloc);
        status = lyt_tally_room(&tally, n_most, true);
        if (failing.asked >= failing.fail_at)
            cr_expect_eq(status, LYT_ENOMEM, "%ld", n);
        lyt_tally_deinit(&tally);
        cr_expect_eq(failing.live, 0);
    }
}

/* What scores a message agrees with the C library to more figures than are shown. */
Test(tally, swift_logistic_functions)
{
    for (double z = -60; z <= 60; z += 0.00731) {
        const double down = z < 0 ? z : -z;

        cr_expect(fabs(lyt_swift_exp(down) / exp(down) - 1) < 2e-11, "e^%g", down);
        cr_expect(fabs(lyt_swift_sigmoid(z) / lyt_sigmoid_of(z) - 1) < 2e-11, "%g", z);
        cr_expect(fabs(lyt_swift_log_sigmoid(z) / lyt_log_sigmoid(z) - 1) < 1e-10, "%g", z);
        cr_expect(fabs(lyt_swift_softplus(z) / lyt_softplus(z) - 1) < 1e-10, "%g", z);
    }
    cr_expect(lyt_swift_exp(-INFINITY) < 1e-300);
    cr_expect(lyt_swift_log_sigmoid(-1e9) <= -1e9);
    cr_expect(lyt_swift_sigmoid(1e9) >= 1 && lyt_swift_sigmoid(-1e9) < 1e-300);
}
