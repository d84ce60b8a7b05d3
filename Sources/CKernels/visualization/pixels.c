#include "visualization.h"

#include <math.h>
#include <string.h>

/// 1 / (1 + exp(−x)) without libm, whose results depend on the processor; within 4 units in the last place.
static inline __attribute__((always_inline)) float logistic(float x) {
    // exp(−|x|) = 2^k · exp(r) with |r| <= ln 2 / 2; below −87 the result is 0 or 1 either way.
    float negative = fmaxf(-fabsf(x), -87);
    float shifted = negative * 0x1.715476p+0f + 0x1.8p23f;
    float k = shifted - 0x1.8p23f;
    float r = (negative - k * 0x1.62e4p-1f) - k * 0x1.7f7d1cp-20f;
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1;
    p = p * r + 1;
    int32_t bits = ((int32_t)k + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    float e = p * power;
    return (x < 0 ? e : 1) / (1 + e);
}

CK_CLONES static void replace_by_logistic(float *values, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = logistic(values[i]);
}

CK_CLONES static void mix(float *restrict mixed, const float *restrict raw, const float *restrict row, size_t channels,
                          size_t positions) {
    for (size_t i = 0; i < positions; i++) mixed[i] = row[0] * raw[i];
    for (size_t k = 1; k < channels; k++) {
        const float *restrict plane = raw + k * positions;
        for (size_t i = 0; i < positions; i++) mixed[i] += row[k] * plane[i];
    }
}

void ck_pixels(float *pixels, const float *raw, const float *matrix, size_t channels, size_t positions) {
    if (!matrix) memcpy(pixels, raw, channels * positions * sizeof(float));
    for (size_t c = 0; matrix && c < channels; c++)
        mix(pixels + c * positions, raw, matrix + c * channels, channels, positions);
    replace_by_logistic(pixels, channels * positions);
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
