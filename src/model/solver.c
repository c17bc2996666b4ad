#include "solver.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "hash.h"
#include "unwatched.h"

/*
 * Most messages of a corpus say nothing about most labels: after a pass they lie far on their
 * side and stay there. They rest until all are asked again (shrinking, Hsieh et al. 2008,
 * section 3.3, with a fixed margin and a fixed rhythm, so that the result is the same everywhere).
 */
enum { all_awake_every = 5 };
static const float rest_margin = 0.15f;

void lyt_matrix_check(const lyt_matrix *matrix, size_t n_columns)
{
    float sum = 0;

    assert(matrix->row[0] == 0);
    for (size_t i = 0; i < matrix->n; i++)
        assert(matrix->row[i] <= matrix->row[i + 1]);
    /* reading them all is the check of how many there are */
    for (size_t j = 0; j < matrix->row[matrix->n]; j++) {
        assert(matrix->col[j] < n_columns);
        sum += matrix->value[j];
    }
    assert(!isnan(sum));
}

uint32_t lyt_solver_random(uint64_t *state, uint32_t n)
{
    *state = lyt_hash_pair(*state, 0x5851f42d4c957f2du);
    return (uint32_t)(((*state >> 32) * n) >> 32);
}

LYT_UNWATCHED double lyt_solver_margin(const lyt_matrix *matrix, size_t row, const float *w)
{
    double sum = 0;

    for (size_t j = matrix->row[row]; j < matrix->row[row + 1]; j++)
        sum += (double)matrix->value[j] * (double)w[matrix->col[j]];
    return sum;
}

/* Unwatched loops over it rely on lyt_matrix_check(). A row of the matrix, taken out of it once. */
typedef struct row {
    const float *value;
    const uint32_t *col;
    size_t n;
} row;

LYT_UNWATCHED static float dot(const row *r, const float *w)
{
    const float *value = r->value;
    const uint32_t *col = r->col;
    const size_t n = r->n;
    float a = 0, b = 0, c = 0, d = 0;
    size_t j = 0;

    /* four sums, for a float addition takes four cycles */
    for (; j + 4 <= n; j += 4) {
        a += value[j] * w[col[j]];
        b += value[j + 1] * w[col[j + 1]];
        c += value[j + 2] * w[col[j + 2]];
        d += value[j + 3] * w[col[j + 3]];
    }
    for (; j < n; j++)
        a += value[j] * w[col[j]];
    return (a + b) + (c + d);
}

LYT_UNWATCHED static void add_to(float *w, const row *r, float move)
{
    const float *value = r->value;
    const uint32_t *col = r->col;
    const size_t n = r->n;

    for (size_t j = 0; j < n; j++)
        w[col[j]] += move * value[j];
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        const uint32_t j = lyt_solver_random(state, (uint32_t)i), kept = order[i - 1];

        order[i - 1] = order[j];
        order[j] = kept;
    }
}

/* True when the row lies so far on its side that the next passes need not ask it. */
static bool step(const lyt_matrix *matrix, size_t i, float y, float diagonal, float *alpha,
                 float *w)
{
    const size_t at = matrix->row[i];
    const row r = {matrix->value + at, matrix->col + at, matrix->row[i + 1] - at};
    const float gradient = y * dot(&r, w) - 1 + *alpha * diagonal;
    const float next = *alpha - gradient / (matrix->square[i] + diagonal);
    const float now = next > 0 ? next : 0, move = (now - *alpha) * y;

    if (move == 0)
        return gradient > rest_margin;
    *alpha = now;
    add_to(w, &r, move);
    return false;
}

static size_t wake_all(const lyt_matrix *matrix, const int8_t *y, lyt_solver_room *room)
{
    size_t n = 0;

    for (size_t i = 0; i < matrix->n; i++)
        if (y[i])
            room->order[n++] = (uint32_t)i;
    return n;
}

void lyt_solver_fit(const lyt_matrix *matrix, const int8_t *y, const lyt_solver_options *options,
                    lyt_solver_room *room, float *w)
{
    const float diagonal = (float)(0.5 / options->c);
    uint64_t state = options->seed;
    size_t n = 0;

    for (size_t i = 0; i < matrix->n; i++)
        room->alpha[i] = 0;
    for (unsigned pass = 0; pass < options->passes; pass++) {
        size_t n_awake = 0;

        if (pass % all_awake_every == 0)
            n = wake_all(matrix, y, room);
        shuffle(room->order, n, &state);
        for (size_t k = 0; k < n; k++) {
            const uint32_t i = room->order[k];

            if (!step(matrix, i, y[i], diagonal, &room->alpha[i], w))
                room->order[n_awake++] = i;
        }
        n = n_awake;
    }
}
