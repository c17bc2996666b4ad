/*
 * The logistic function and its relatives, once for all of this room: those of the C library
 * for training, and those that score a message, which must cost little and give the same bits
 * everywhere: polynomials without a branch, right to 2e-11, a thousandth of what anybody is told.
 *
 * Threads   pure functions.
 */
#ifndef LYT_LOGISTIC_H
#define LYT_LOGISTIC_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline double lyt_sigmoid_of(double z)
{
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

/* ln(1 + e^z) without overflow. */
static inline double lyt_softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

/* ln sigmoid(z). */
static inline double lyt_log_sigmoid(double z)
{
    return -lyt_softplus(-z);
}

/*
 * e^x of an x that is not above 0. x = k ln 2 + r, |r| <= ln 2 / 2; Taylor's series of r, two
 * sums side by side.
 */
static inline double lyt_swift_exp(double x)
{
    const double shifter = 0x1.8p52;
    double k, r, r2, even, odd;
    uint64_t bits, result;

    x = x > -700 ? x : -700;
    k = x * 1.4426950408889634 + shifter;
    memcpy(&bits, &k, sizeof bits);
    k -= shifter;
    r = x - k * 0x1.62e42feep-1;
    r -= k * 0x1.a39ef35793c76p-33;
    r2 = r * r;
    even = 1.0 / 40320;
    even = even * r2 + 1.0 / 720;
    even = even * r2 + 1.0 / 24;
    even = even * r2 + 0.5;
    odd = 1.0 / 362880;
    odd = odd * r2 + 1.0 / 5040;
    odd = odd * r2 + 1.0 / 120;
    odd = odd * r2 + 1.0 / 6;
    r = 1 + (r + (r2 * even + r2 * r * odd));
    /* k stands in the low bits of what the shifter made: 2^k goes into the exponent */
    memcpy(&result, &r, sizeof result);
    result += bits << 52;
    memcpy(&r, &result, sizeof r);
    return r;
}

/* ln(1 + u), 0 <= u <= 1: the series of artanh, about 1 or about the root of 2. */
static inline double lyt_swift_log1p(double u)
{
    const bool is_far = u > 0.41421356237309505;
    const double c = is_far ? 1.4142135623730951 : 1, half = is_far ? 0.34657359027997264 : 0;
    /* u - (c - 1), of a root that has more figures than a double */
    const double s = (is_far ? u - 0.41421356237309505 : u) / (u + 1 + c), q = s * s;
    double sum = 2.0 / 11;

    sum = sum * q + 2.0 / 9;
    sum = sum * q + 2.0 / 7;
    sum = sum * q + 2.0 / 5;
    sum = sum * q + 2.0 / 3;
    return half + (s * q * sum + 2 * s);
}

/* ln sigmoid(z), sigmoid(z) and ln(1 + e^z) of any finite z. */
static inline double lyt_swift_log_sigmoid(double z)
{
    return (z < 0 ? z : 0) - lyt_swift_log1p(lyt_swift_exp(-fabs(z)));
}

static inline double lyt_swift_sigmoid(double z)
{
    const double e = lyt_swift_exp(-fabs(z));

    return (z < 0 ? e : 1) / (1 + e);
}

static inline double lyt_swift_softplus(double z)
{
    return (z > 0 ? z : 0) + lyt_swift_log1p(lyt_swift_exp(-fabs(z)));
}

#endif
