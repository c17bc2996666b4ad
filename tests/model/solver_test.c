#include <math.h>

#include "solver.h"
#include "testing.h"

LYT_SUITE(solver);

/* Two columns and a bias; the class is the sign of the first column. */
enum { n_points = 6 };
static const size_t rows[n_points + 1] = {0, 3, 6, 9, 12, 15, 18};
static const uint32_t cols[] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
static const float values[] = {1,  .5f, 1, 2,  -.5f, 1, .8f,  0, 1,
                               -1, .5f, 1, -2, -.5f, 1, -.8f, 0, 1};
static const int8_t y[n_points] = {1, 1, 1, -1, -1, -1};

static lyt_matrix points(float square[n_points])
{
    for (int i = 0; i < n_points; i++) {
        square[i] = 0;
        for (size_t j = rows[i]; j < rows[i + 1]; j++)
            square[i] += values[j] * values[j];
    }
    return (lyt_matrix){n_points, rows, cols, values, square};
}

static void solve(const int8_t *targets, unsigned passes, double c, float w[3])
{
    float square[n_points], alpha[n_points];
    uint32_t order[n_points];
    lyt_matrix matrix = points(square);

    lyt_solver_fit(&matrix, targets, &(lyt_solver_options){c, passes, 3},
                   &(lyt_solver_room){alpha, order}, w);
}

/* ½||w - w0||² + C Σ max(0, 1 - y w·x)² */
static double objective(const float w[3], const float w0[3], double c)
{
    float square[n_points];
    lyt_matrix matrix = points(square);
    double sum = 0;

    for (int k = 0; k < 3; k++)
        sum += (double)(w[k] - w0[k]) * (double)(w[k] - w0[k]) / 2;
    for (size_t i = 0; i < n_points; i++) {
        const double loss = 1 - y[i] * lyt_solver_margin(&matrix, i, w);

        sum += loss > 0 ? c * loss * loss : 0;
    }
    return sum;
}

Test(solver, separates_and_no_step_betters_it)
{
    static const float priors[2][3] = {{0, 0, 0}, {.1f, -.2f, .3f}};
    float square[n_points];
    lyt_matrix matrix = points(square);

    for (int p = 0; p < 2; p++) {
        float w[3] = {priors[p][0], priors[p][1], priors[p][2]};
        double least;

        solve(y, 400, 1, w);
        for (size_t i = 0; i < n_points; i++)
            cr_expect(y[i] * lyt_solver_margin(&matrix, i, w) > 0, "point %zu", i);
        least = objective(w, priors[p], 1);
        for (int k = 0; k < 6; k++) {
            float moved[3] = {w[0], w[1], w[2]};

            moved[k / 2] += k % 2 ? 0.01f : -0.01f;
            cr_expect(objective(moved, priors[p], 1) > least - 1e-7, "prior %d, direction %d", p,
                      k);
        }
    }
}

Test(solver, left_out_points_do_not_count)
{
    static const int8_t some[n_points] = {1, 0, 0, -1, 0, 0}, none[n_points] = {0};
    float w[3] = {0, 0, 0}, untouched[3] = {.5f, .25f, -1};

    solve(some, 100, 1, w);
    /* the second column is equal in both */
    cr_expect(fabsf(w[1]) < 1e-4f);
    cr_expect(w[0] > .5f);
    solve(none, 100, 1, untouched);
    cr_expect(untouched[0] == .5f && untouched[1] == .25f && untouched[2] == -1);
}

Test(solver, same_seed_same_weights)
{
    float a[3] = {0, 0, 0}, b[3] = {0, 0, 0};

    solve(y, 3, .3, a);
    solve(y, 3, .3, b);
    for (int k = 0; k < 3; k++)
        cr_expect(a[k] == b[k]);
}

Test(solver, random_numbers_reach_all_and_stay_below)
{
    unsigned seen[7] = {0};
    uint64_t state = 1;

    for (int i = 0; i < 7000; i++) {
        const uint32_t r = lyt_solver_random(&state, 7);

        cr_assert_lt(r, 7);
        seen[r]++;
    }
    for (int i = 0; i < 7; i++)
        cr_expect(seen[i] > 800 && seen[i] < 1200, "%d: %u", i, seen[i]);
}
