#include "rows.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void lyt_rows_add_plain(const lyt_term *terms, size_t n, size_t stride, float *sum)
{
    for (size_t i = 0; i < n; i++) {
        const int8_t *weight = (const int8_t *)terms[i].row;
        const float x = terms[i].x;

        for (size_t k = 0; k < stride; k++)
            sum[k] += x * (float)weight[k];
    }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void add_eight(const lyt_term *terms, size_t n, size_t k,
                                                      float *sum)
{
    __m256 eight = _mm256_loadu_ps(sum + k);

    for (size_t i = 0; i < n; i++) {
        const __m128i bytes = _mm_loadl_epi64((const void *)(terms[i].row + k));
        const __m256 weight = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));

        eight = _mm256_add_ps(eight, _mm256_mul_ps(_mm256_set1_ps(terms[i].x), weight));
    }
    _mm256_storeu_ps(sum + k, eight);
}

__attribute__((target("avx2"))) static void add_four(const lyt_term *terms, size_t n, size_t k,
                                                     float *sum)
{
    __m128 four = _mm_loadu_ps(sum + k);

    for (size_t i = 0; i < n; i++) {
        int bytes;

        memcpy(&bytes, terms[i].row + k, sizeof bytes);
        four = _mm_add_ps(four,
                          _mm_mul_ps(_mm_set1_ps(terms[i].x),
                                     _mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(bytes)))));
    }
    _mm_storeu_ps(sum + k, four);
}

__attribute__((target("avx2"))) static void add_avx2(const lyt_term *terms, size_t n, size_t stride,
                                                     float *sum)
{
    size_t k = 0;

    for (; k + 8 <= stride; k += 8)
        add_eight(terms, n, k, sum);
    if (k < stride)
        add_four(terms, n, k, sum);
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
