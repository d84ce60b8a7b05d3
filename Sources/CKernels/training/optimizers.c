#include "training.h"

#include <math.h>

CK_CLONES static void plain_step(float *restrict p, const float *restrict gradient, size_t count, float rate,
                                 float decay) {
    for (size_t i = 0; i < count; i++) p[i] -= rate * (gradient[i] + decay * p[i]);
}

CK_CLONES static void momentum_step(float *restrict p, const float *restrict gradient, float *restrict velocity,
                                    size_t count, float rate, float momentum, float decay) {
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] + decay * p[i];
        velocity[i] = momentum * velocity[i] + g;
        p[i] -= rate * velocity[i];
    }
}

CK_CLONES static void nesterov_step(float *restrict p, const float *restrict gradient, float *restrict velocity,
                                    size_t count, float rate, float momentum, float decay) {
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] + decay * p[i];
        velocity[i] = momentum * velocity[i] + g;
        p[i] -= rate * (g + momentum * velocity[i]);
    }
}

void ck_sgd_step(float *parameter, const float *gradient, float *velocity, size_t count, float learning_rate,
                 float momentum, float weight_decay, int nesterov) {
    if (!velocity)
        plain_step(parameter, gradient, count, learning_rate, weight_decay);
    else if (nesterov)
        nesterov_step(parameter, gradient, velocity, count, learning_rate, momentum, weight_decay);
    else
        momentum_step(parameter, gradient, velocity, count, learning_rate, momentum, weight_decay);
}

CK_CLONES void ck_adam_step(float *restrict parameter, const float *restrict gradient, float *restrict mean,
                            float *restrict square, size_t count, ck_adam_constants k) {
    for (size_t i = 0; i < count; i++) {
        float p = parameter[i] * k.shrinkage;
        float g = gradient[i] + k.weight_decay * p;
        mean[i] += (1 - k.beta1) * (g - mean[i]);
        square[i] = k.beta2 * square[i] + (1 - k.beta2) * (g * g);
        parameter[i] = p - k.step_size * (mean[i] / (sqrtf(square[i]) / k.root_correction + k.epsilon));
    }
}

CK_CLONES double ck_sum_of_squares(const float *x, size_t count) {
    double lanes[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t k = 0; k < 16; k++) lanes[k] += (double)x[i + k] * x[i + k];
    double sum = 0;
    for (; i < count; i++) sum += (double)x[i] * x[i];
    for (size_t k = 0; k < 16; k++) sum += lanes[k];
    return sum;
}
