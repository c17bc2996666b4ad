#include "rows.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Outputs that are added up side by side: as many as fit in registers. */
enum { lane = 8, block_lanes = 4 };

/* From output k on, at most a block. */
static void add_block(const lyt_row_table *table, const lyt_terms *terms, size_t k, float factor,
                      float *sum)
{
    const size_t left = table->stride - k;
    const size_t n_outputs = left < block_lanes * lane ? left : block_lanes * lane;
    float block[block_lanes * lane] = {0};

    for (size_t i = 0; i < terms->n; i++) {
        const int8_t *weight = (const int8_t *)lyt_row_at(table, terms->rows[i]) + k;
        const float x = terms->x[i];

        for (size_t o = 0; o < n_outputs; o++)
            block[o] += x * (float)weight[o];
    }
    for (size_t o = 0; o < n_outputs; o++)
        sum[k + o] += factor * block[o];
}

void lyt_rows_add_plain(const lyt_row_table *table, const lyt_terms *terms, float factor,
                        float *sum)
{
    for (size_t k = 0; k < table->stride; k += block_lanes * lane)
        add_block(table, terms, k, factor, sum);
}

void lyt_sums_add_plain(const float *const *sums, size_t n, size_t stride, float *total)
{
    for (size_t k = 0; k < stride; k += 4) {
        float four[4] = {0};

        for (size_t i = 0; i < n; i++)
            for (size_t o = 0; o < 4; o++)
                four[o] += sums[i][k + o];
        for (size_t o = 0; o < 4; o++)
            total[k + o] += four[o];
    }
}

#if defined(__x86_64__)

#define WITH_AVX2 __attribute__((target("avx2")))
#define INLINE_AVX2 __attribute__((target("avx2"), always_inline)) static inline

INLINE_AVX2 __m256 eight_of(const uint8_t *row, __m256 x)
{
    const __m128i bytes = _mm_loadl_epi64((const void *)row);

    return _mm256_mul_ps(x, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)));
}

/* The last four outputs of a row, in the lower half. */
INLINE_AVX2 __m256 four_of(const uint8_t *row, __m256 x)
{
    int bytes;

    memcpy(&bytes, row, sizeof bytes);
    return _mm256_mul_ps(x, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi32_si128(bytes))));
}

/* `lanes` times eight outputs, and four behind them where has_four: constants after inlining. */
INLINE_AVX2 void add_lanes(const lyt_row_table *table, const lyt_terms *terms, size_t k,
                           unsigned lanes, unsigned has_four, float factor, float *sum)
{
    const __m256 times = _mm256_set1_ps(factor);
    const uint32_t *const rows = terms->rows;
    const float *const xs = terms->x;
    const size_t n = terms->n, stride = table->stride;
    const uint8_t *const from = table->rows + k;
    __m256 block[block_lanes];

    for (unsigned l = 0; l < block_lanes; l++)
        block[l] = _mm256_setzero_ps();
    for (size_t i = 0; i < n; i++) {
        const uint8_t *const row = from + rows[i] * stride;
        const __m256 x = _mm256_set1_ps(xs[i]);

        for (unsigned l = 0; l < lanes; l++)
            block[l] = _mm256_add_ps(block[l], eight_of(row + l * lane, x));
        if (has_four)
            block[lanes] = _mm256_add_ps(block[lanes], four_of(row + lanes * lane, x));
    }
    sum += k;
    for (unsigned l = 0; l < lanes; l++)
        _mm256_storeu_ps(sum + l * lane, _mm256_add_ps(_mm256_loadu_ps(sum + l * lane),
                                                       _mm256_mul_ps(times, block[l])));
    if (has_four)
        _mm_storeu_ps(sum + lanes * lane,
                      _mm_add_ps(_mm_loadu_ps(sum + lanes * lane),
                                 _mm256_castps256_ps128(_mm256_mul_ps(times, block[lanes]))));
}

/* What is left of a row, less than a block. */
WITH_AVX2 static void add_rest(const lyt_row_table *table, const lyt_terms *terms, size_t k,
                               float factor, float *sum)
{
    switch ((table->stride - k) / 4) {
    case 1:
        add_lanes(table, terms, k, 0, 1, factor, sum);
        return;
    case 2:
        add_lanes(table, terms, k, 1, 0, factor, sum);
        return;
    case 3:
        add_lanes(table, terms, k, 1, 1, factor, sum);
        return;
    case 4:
        add_lanes(table, terms, k, 2, 0, factor, sum);
        return;
    case 5:
        add_lanes(table, terms, k, 2, 1, factor, sum);
        return;
    case 6:
        add_lanes(table, terms, k, 3, 0, factor, sum);
        return;
    case 7:
        add_lanes(table, terms, k, 3, 1, factor, sum);
        return;
    default:
        return;
    }
}

WITH_AVX2 static void add_avx2(const lyt_row_table *table, const lyt_terms *terms, float factor,
                               float *sum)
{
    size_t k = 0;

    for (; table->stride - k >= block_lanes * lane; k += block_lanes * lane)
        add_lanes(table, terms, k, block_lanes, 0, factor, sum);
    add_rest(table, terms, k, factor, sum);
}

/* From output k on, `lanes` times eight. */
INLINE_AVX2 void sum_lanes(const float *const *sums, size_t n, size_t k, unsigned lanes,
                           float *total)
{
    __m256 block[block_lanes];

    for (unsigned l = 0; l < block_lanes; l++)
        block[l] = _mm256_setzero_ps();
    for (size_t i = 0; i < n; i++)
        for (unsigned l = 0; l < lanes; l++)
            block[l] = _mm256_add_ps(block[l], _mm256_loadu_ps(sums[i] + k + l * lane));
    for (unsigned l = 0; l < lanes; l++)
        _mm256_storeu_ps(total + k + l * lane,
                         _mm256_add_ps(_mm256_loadu_ps(total + k + l * lane), block[l]));
}

WITH_AVX2 static void sum_avx2(const float *const *sums, size_t n, size_t stride, float *total)
{
    size_t k = 0;

    for (; stride - k >= 3 * lane; k += 3 * lane)
        sum_lanes(sums, n, k, 3, total);
    for (; stride - k >= lane; k += lane)
        sum_lanes(sums, n, k, 1, total);
    if (k < stride) {
        __m128 four = _mm_setzero_ps();

        for (size_t i = 0; i < n; i++)
            four = _mm_add_ps(four, _mm_loadu_ps(sums[i] + k));
        _mm_storeu_ps(total + k, _mm_add_ps(_mm_loadu_ps(total + k), four));
    }
}

lyt_rows_adder lyt_rows_best(void)
{
    return __builtin_cpu_supports("avx2") ? add_avx2 : lyt_rows_add_plain;
}

lyt_sums_adder lyt_sums_best(void)
{
    return __builtin_cpu_supports("avx2") ? sum_avx2 : lyt_sums_add_plain;
}

#else

lyt_rows_adder lyt_rows_best(void)
{
    return lyt_rows_add_plain;
}

lyt_sums_adder lyt_sums_best(void)
{
    return lyt_sums_add_plain;
}

#endif
