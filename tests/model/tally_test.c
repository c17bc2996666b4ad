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
        /* characters are lyt_grams' */
        const size_t n = g == LYT_GROUP_CHAR ? 0 : next_random(state) % (n_most / LYT_GROUPS);
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
                .first = LYT_FIRST_OF_BOTH,
            };
            tally->rows[f->n] = (uint32_t)row | (feature->is_part ? lyt_tally_part : 0);
            tally->clauses[f->n++] = feature->clause;
        }
        tally->ends[g] = f->ends[g] = f->n;
    }
    tally->n = f->n;
}

/* Whether an occurrence of the row came before i in the group, anywhere or in the clause of i. */
static bool was_there(const lyt_features *f, size_t i, bool in_clause)
{
    for (size_t k = 0; k < i; k++)
        if (f->items[k].group == f->items[i].group &&
            f->items[k].hash >> shift == f->items[i].hash >> shift &&
            (!in_clause || f->items[k].clause == f->items[i].clause))
            return true;
    return false;
}

/* What it counts in its clause by itself; 0 where it is in none, or not the first there. */
static float wanted_apart(const table *t, const lyt_features *f, size_t i)
{
    const lyt_feature *feature = &f->items[i];
    const float light = feature->is_part ? lyt_vector_light : 1;

    return feature->clause == lyt_no_clause || was_there(f, i, true)
               ? 0
               : light * lyt_vector_rarity(&t->weighing, feature->hash >> shift, feature->group);
}

static float wanted_of(const lyt_vector *v, const lyt_feature *feature)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->items[i].group == feature->group && v->items[i].key == feature->hash >> shift)
            return v->items[i].x;
    return -1;
}

static void expect_like_vector(const table *t, const lyt_tally *tally, const lyt_features *f,
                               const lyt_vector *v, bool by_clause)
{
    for (size_t i = 0; i < f->n; i++) {
        const lyt_feature *feature = &f->items[i];
        const float x = was_there(f, i, false) ? 0 : wanted_of(v, feature);
        const float got = tally->factor[feature->group] * tally->x[i];

        cr_expect_eq(tally->rows[i], feature->hash >> shift);
        cr_expect(fabs((double)(got - x)) < 1e-6, "feature %zu: %g, not %g", i, (double)got,
                  (double)x);
        if (by_clause)
            cr_expect(fabs((double)(tally->apart[i] - wanted_apart(t, f, i))) < 1e-6,
                      "feature %zu: %g in its clause", i, (double)tally->apart[i]);
    }
}

/* More texts than there are tags, so that the slots begin anew on the way. */
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
        cr_assert_eq(lyt_tally_weigh(&tally, &t.weighing, text % 2), LYT_OK);
        expect_like_vector(&t, &tally, &f, &v, text % 2);
    }
    lyt_tally_deinit(&tally);
    lyt_vector_deinit(&v);
    lyt_features_deinit(&f);
}

static lyt_token word(const char *stem)
{
    return (lyt_token){.norm = lyt_str_of(stem), .stem = lyt_str_of(stem), .kind = LYT_TOKEN_WORD};
}

/* What training never met is passed over, and what is left stands where it stood. */
Test(tally, finds_what_training_met)
{
    const lyt_token tokens[] = {word("the"),  word("room"), word("was"),  word("cold"),
                                word("and"),  word("the"),  word("room"), word("dark"),
                                word("damp"), word("cold"), word("old"),  word("loud")};
    lyt_clause clause = {.end = 12};
    const lyt_text text = {.tokens = tokens, .n_tokens = 12, .clauses = &clause, .n_clauses = 1};
    const unsigned groups = 1u << LYT_GROUP_STEM | 1u << LYT_GROUP_BIGRAM;
    uint8_t known[n_rows / 8];
    lyt_features f;
    lyt_tally tally;
    table t;
    uint32_t state = 3;

    table_init(&t);
    lyt_features_init(&f, NULL);
    lyt_tally_init(&tally, NULL);
    cr_assert_eq(lyt_features_find(&f, &text, groups), LYT_OK);
    cr_assert_eq(f.n, 12 + 13);
    for (int round = 0; round < 50; round++) {
        size_t n = 0;

        for (size_t i = 0; i < sizeof known; i++)
            known[i] = round ? (uint8_t)next_random(&state) : 0;
        cr_assert_eq(lyt_tally_find(&tally, &text, groups,
                                    &(lyt_tally_rows){{t.rows[0], sizeof *t.rows}, known, shift},
                                    round % 2),
                     LYT_OK);
        for (size_t i = 0; i < f.n; i++) {
            const size_t row = f.items[i].hash >> shift;

            if (!(known[row / 8] >> row % 8 & 1))
                continue;
            cr_assert_lt(n, tally.n);
            cr_expect_eq(tally.rows[n], row);
            cr_expect_eq(lyt_tally_first(tally.places[n]), f.items[i].token);
            cr_expect(round % 2 == 0 || tally.clauses[n] == f.items[i].clause);
            n++;
            cr_expect_leq(n, tally.ends[f.items[i].group]);
        }
        cr_expect_eq(tally.n, n);
        cr_expect_eq(tally.ends[LYT_GROUP_BIGRAM], n);
    }
    lyt_tally_deinit(&tally);
    lyt_features_deinit(&f);
}

Test(tally, without_memory)
{
    testing_alloc failing = {.fail_at = 0};
    table t;

    table_init(&t);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        uint32_t state = 7;
        lyt_tally tally;
        lyt_features f;
        lyt_status status;

        lyt_features_init(&f, NULL);
        cr_assert_eq(lyt_mem_grow(NULL, &f.items, &f.cap, n_most, sizeof *f.items), LYT_OK);
        lyt_tally_init(&tally, &failing.alloc);
        status = lyt_tally_room(&tally, n_most, true);
        if (!status) {
            make_features(&f, &tally, &state);
            status = lyt_tally_weigh(&tally, &t.weighing, true);
        }
        if (failing.asked >= failing.fail_at)
            cr_expect_eq(status, LYT_ENOMEM, "%ld", n);
        lyt_tally_deinit(&tally);
        cr_expect_eq(failing.live, 0);
        lyt_features_deinit(&f);
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
