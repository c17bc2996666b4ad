#include "rows.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void lyt_rows_add_plain(const lyt_term *terms, size_t n, size_t stride, double *sum)
{
    for (size_t i = 0; i < n; i++) {
        const int8_t *weight = (const int8_t *)terms[i].row;
        const double x = terms[i].x;

        for (size_t k = 0; k < stride; k++)
            sum[k] += x * weight[k];
    }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static inline __m256d four_weights(const uint8_t *at)
{
    int bytes;

    memcpy(&bytes, at, sizeof bytes);
    return _mm256_cvtepi32_pd(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(bytes)));
}

__attribute__((target("avx2"))) static inline __m256d add_term(__m256d sum, const lyt_term *term,
                                                               size_t k)
{
    return _mm256_add_pd(sum, _mm256_mul_pd(_mm256_set1_pd(term->x), four_weights(term->row + k)));
}

/* Four rows at a time, so that a sum waits less often for its last store. */
__attribute__((target("avx2"))) static void add_avx2(const lyt_term *terms, size_t n, size_t stride,
                                                     double *sum)
{
    for (; n >= 4; n -= 4, terms += 4)
        for (size_t k = 0; k < stride; k += 4) {
            __m256d four = _mm256_loadu_pd(sum + k);

            four = add_term(four, &terms[0], k);
            four = add_term(four, &terms[1], k);
            four = add_term(four, &terms[2], k);
            four = add_term(four, &terms[3], k);
            _mm256_storeu_pd(sum + k, four);
        }
    for (; n > 0; n--, terms++)
        for (size_t k = 0; k < stride; k += 4)
            _mm256_storeu_pd(sum + k, add_term(_mm256_loadu_pd(sum + k), terms, k));
}

lyt_rows_adder lyt_rows_best(void)
{
    return __builtin_cpu_supports("avx2") ? add_avx2 : lyt_rows_add_plain;
}

#else

lyt_rows_adder lyt_rows_best(void)
{
    return lyt_rows_add_plain;
}

#endif
