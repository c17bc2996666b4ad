#include "newton.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "logistic.h"

/* No weight moves further at once: from afar the curve promises too much. */
static const double step_max = 2, step_least = 1e-7;

void lyt_newton_begin(lyt_newton *newton, size_t n)
{
    *newton = (lyt_newton){.n = n};
}

void lyt_newton_hold(lyt_newton *newton, size_t weight, double force, double off)
{
    newton->gradient[weight] += force * off;
    newton->curve[weight][weight] += force;
}

void lyt_newton_add(lyt_newton *newton, const double *terms, double logit, int truth)
{
    const double p = lyt_sigmoid_of(logit), error = p - truth, curve = p * (1 - p);

    for (size_t i = 0; i < newton->n; i++) {
        newton->gradient[i] += error * terms[i];
        for (size_t j = 0; j <= i; j++)
            newton->curve[i][j] += curve * terms[i] * terms[j];
    }
}

void lyt_newton_eliminate(lyt_newton *newton, const double *cross, double gradient, double curve)
{
    for (size_t i = 0; i < newton->n; i++) {
        newton->gradient[i] -= cross[i] * gradient / curve;
        for (size_t j = 0; j <= i; j++)
            newton->curve[i][j] -= cross[i] * cross[j] / curve;
    }
}

/* Cholesky: curve becomes its lower factor. False when it has none. */
static bool factorise(lyt_newton *newton)
{
    for (size_t i = 0; i < newton->n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = newton->curve[i][j];

            for (size_t k = 0; k < j; k++)
                sum -= newton->curve[i][k] * newton->curve[j][k];
            if (i == j && !(sum > 0))
                return false;
            newton->curve[i][j] = i == j ? sqrt(sum) : sum / newton->curve[j][j];
        }
    }
    return true;
}

static void solve(const lyt_newton *newton, double *x)
{
    memcpy(x, newton->gradient, newton->n * sizeof *x);
    for (size_t i = 0; i < newton->n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= newton->curve[i][k] * x[k];
        x[i] /= newton->curve[i][i];
    }
    for (size_t i = newton->n; i-- > 0;) {
        for (size_t k = i + 1; k < newton->n; k++)
            x[i] -= newton->curve[k][i] * x[k];
        x[i] /= newton->curve[i][i];
    }
}

lyt_status lyt_newton_step(lyt_newton *newton, double *weights)
{
    double move[lyt_newton_max], largest = 0, factor;

    if (!factorise(newton))
        return LYT_ESTATE;
    solve(newton, move);
    for (size_t i = 0; i < newton->n; i++)
        largest = fabs(move[i]) > largest ? fabs(move[i]) : largest;
    if (!(largest >= step_least))
        return LYT_ESTATE;
    factor = largest > step_max ? step_max / largest : 1;
    for (size_t i = 0; i < newton->n; i++)
        weights[i] -= factor * move[i];
    return LYT_OK;
}
