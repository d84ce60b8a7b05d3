#include "embedding.h"

#include "elementary.h"

CK_CLONES void ck_gaussian_moments(const double *distances, size_t count, double precision, double *weights,
                                   double *sums) {
    enum { LANES = 8 };
    double lanes[3][LANES] = {{0}};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double d = distances[i + l];
            double w = exp_of_negative(-precision * d);
            weights[i + l] = w;
            lanes[0][l] += w;
            lanes[1][l] += w * d;
            lanes[2][l] += w * d * d;
        }
    for (size_t l = 0; i < count; i++, l++) {
        double d = distances[i];
        double w = exp_of_negative(-precision * d);
        weights[i] = w;
        lanes[0][l] += w;
        lanes[1][l] += w * d;
        lanes[2][l] += w * d * d;
    }
    for (size_t s = 0; s < 3; s++) {
        for (size_t half = LANES / 2; half > 0; half /= 2)
            for (size_t l = 0; l < half; l++) lanes[s][l] += lanes[s][l + half];
        sums[s] = lanes[s][0];
    }
}

double ck_exp(double x) { return x <= 0 ? exp_of_negative(x) : 1 / exp_of_negative(-x); }

double ck_log(double x) { return log_of_normal(x); }
