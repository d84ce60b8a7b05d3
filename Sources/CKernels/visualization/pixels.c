#include "visualization.h"

#include "../embedding/elementary.h"

#include <math.h>
#include <string.h>

static inline __attribute__((always_inline)) float logistic(float x) {
    double e = exp_of_negative(-fabs((double)x));
    return (float)((x < 0 ? e : 1) / (1 + e));
}

CK_CLONES static void logistic_of(float *restrict output, const float *restrict input, size_t count) {
    for (size_t i = 0; i < count; i++) output[i] = logistic(input[i]);
}

CK_CLONES static void mixed_colours(float *restrict pixels, const float *restrict raw, const float *restrict row,
                                    size_t channels, size_t positions) {
    for (size_t i = 0; i < positions; i++) {
        float sum = 0;
        for (size_t k = 0; k < channels; k++) sum += row[k] * raw[k * positions + i];
        pixels[i] = logistic(sum);
    }
}

void ck_pixels(float *pixels, const float *raw, const float *matrix, size_t channels, size_t positions) {
    if (!matrix) {
        logistic_of(pixels, raw, channels * positions);
        return;
    }
    for (size_t c = 0; c < channels; c++)
        mixed_colours(pixels + c * positions, raw, matrix + c * channels, channels, positions);
}

CK_CLONES static void slope_of_logistic(float *restrict output, const float *restrict gradient,
                                        const float *restrict pixels, size_t count) {
    for (size_t i = 0; i < count; i++) output[i] = gradient[i] * (pixels[i] * (1 - pixels[i]));
}

CK_CLONES static void add_unmixed(float *restrict raw_gradient, const float *restrict gradient,
                                  const float *restrict pixels, float factor, size_t positions) {
    for (size_t i = 0; i < positions; i++)
        raw_gradient[i] += factor * (gradient[i] * (pixels[i] * (1 - pixels[i])));
}

void ck_pixels_backward(float *raw_gradient, const float *pixel_gradient, const float *pixels, const float *matrix,
                        size_t channels, size_t positions) {
    if (!matrix) {
        slope_of_logistic(raw_gradient, pixel_gradient, pixels, channels * positions);
        return;
    }
    memset(raw_gradient, 0, channels * positions * sizeof(float));
    for (size_t k = 0; k < channels; k++)
        for (size_t c = 0; c < channels; c++)
            add_unmixed(raw_gradient + k * positions, pixel_gradient + c * positions, pixels + c * positions,
                        matrix[c * channels + k], positions);
}

CK_CLONES void ck_resample(float *restrict output, const float *restrict input, const int32_t *restrict index,
                           const float *restrict weight, const float *restrict rest, size_t channels,
                           size_t input_positions, size_t output_positions) {
    for (size_t c = 0; c < channels; c++) {
        const float *plane = input + c * input_positions;
        float *out = output + c * output_positions;
        for (size_t p = 0; p < output_positions; p++) {
            const int32_t *at = index + 4 * p;
            const float *w = weight + 4 * p;
            out[p] = w[0] * plane[at[0]] + w[1] * plane[at[1]] + w[2] * plane[at[2]] + w[3] * plane[at[3]] + rest[p];
        }
    }
}

void ck_resample_adjoint(float *input_gradient, const float *output_gradient, const int32_t *index,
                         const float *weight, size_t channels, size_t input_positions, size_t output_positions) {
    memset(input_gradient, 0, channels * input_positions * sizeof(float));
    for (size_t c = 0; c < channels; c++) {
        float *plane = input_gradient + c * input_positions;
        const float *gradient = output_gradient + c * output_positions;
        for (size_t p = 0; p < output_positions; p++)
            for (size_t k = 0; k < 4; k++) plane[index[4 * p + k]] += weight[4 * p + k] * gradient[p];
    }
}
