#include "layers.h"

CK_CLONES void ck_relu(float *output, const float *input, size_t count, float limit) {
    for (size_t i = 0; i < count; i++) {
        float value = input[i] <= 0 ? 0 : input[i];
        output[i] = value > limit ? limit : value;
    }
}

CK_CLONES static void relu_backward_standard(float *restrict dx, const float *restrict dy, const float *restrict y,
                                             size_t count, float limit) {
    for (size_t i = 0; i < count; i++) dx[i] = ((y[i] > 0) & (y[i] < limit)) ? dy[i] : 0;
}

CK_CLONES static void relu_backward_positive(float *restrict dx, const float *restrict dy, size_t count) {
    for (size_t i = 0; i < count; i++) dx[i] = dy[i] > 0 ? dy[i] : 0;
}

/// What would bring dead values to life, and saturated ones off their limit.
CK_CLONES static void relu_backward_redirected(float *restrict dx, const float *restrict dy, const float *restrict y,
                                               size_t count, float limit) {
    for (size_t i = 0; i < count; i++) {
        int rises = (y[i] <= 0) & (dy[i] > 0), falls = (y[i] >= limit) & (dy[i] < 0);
        dx[i] = (rises | falls) ? dy[i] : 0;
    }
}

CK_CLONES static void relu_backward_guided(float *restrict dx, const float *restrict dy, const float *restrict y,
                                           size_t count, float limit) {
    for (size_t i = 0; i < count; i++) dx[i] = ((y[i] > 0) & (y[i] < limit) & (dy[i] > 0)) ? dy[i] : 0;
}

void ck_relu_backward(float *dx, const float *dy, const float *y, size_t samples, size_t per_sample,
                      ck_relu_rule rule, float limit) {
    size_t count = samples * per_sample;
    switch (rule) {
    case ck_relu_standard: relu_backward_standard(dx, dy, y, count, limit); break;
    case ck_relu_guided: relu_backward_guided(dx, dy, y, count, limit); break;
    case ck_relu_deconvolution: relu_backward_positive(dx, dy, count); break;
    case ck_relu_redirected:
        for (size_t n = 0; n < samples; n++) {
            size_t first = n * per_sample;
            relu_backward_standard(dx + first, dy + first, y + first, per_sample, limit);
            int alive = 0;
            for (size_t i = first; i < first + per_sample && !alive; i++) alive = dx[i] != 0;
            if (!alive) relu_backward_redirected(dx + first, dy + first, y + first, per_sample, limit);
        }
        break;
    }
}

CK_CLONES void ck_add(float *restrict sum, const float *restrict a, const float *restrict b, size_t count) {
    for (size_t i = 0; i < count; i++) sum[i] = a[i] + b[i];
}

CK_CLONES void ck_add_relu(float *restrict sum, const float *restrict a, const float *restrict b, size_t count,
                           float limit) {
    for (size_t i = 0; i < count; i++) {
        float value = a[i] + b[i];
        value = value <= 0 ? 0 : value;
        sum[i] = value > limit ? limit : value;
    }
}

CK_CLONES void ck_multiply(float *restrict product, const float *restrict a, const float *restrict b, size_t count) {
    for (size_t i = 0; i < count; i++) product[i] = a[i] * b[i];
}

void ck_window_average(float *output, const float *input, size_t planes, size_t height, size_t width,
                       const int32_t *top, const int32_t *bottom, size_t rows, const int32_t *left,
                       const int32_t *right, size_t columns, const float *area) {
    for (size_t plane = 0; plane < planes; plane++) {
        const float *in = input + plane * height * width;
        float *out = output + plane * rows * columns;
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                float sum = 0;
                for (int32_t y = top[i]; y < bottom[i]; y++)
                    for (int32_t x = left[j]; x < right[j]; x++) sum += in[(size_t)y * width + (size_t)x];
                out[i * columns + j] = sum / area[i * columns + j];
            }
    }
}

void ck_window_average_backward(float *input_gradient, const float *output_gradient, size_t planes, size_t height,
                                size_t width, const int32_t *top, const int32_t *bottom, size_t rows,
                                const int32_t *left, const int32_t *right, size_t columns, const float *area) {
    for (size_t i = 0; i < planes * height * width; i++) input_gradient[i] = 0;
    for (size_t plane = 0; plane < planes; plane++) {
        float *in = input_gradient + plane * height * width;
        const float *out = output_gradient + plane * rows * columns;
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                float share = out[i * columns + j] / area[i * columns + j];
                for (int32_t y = top[i]; y < bottom[i]; y++)
                    for (int32_t x = left[j]; x < right[j]; x++) in[(size_t)y * width + (size_t)x] += share;
            }
    }
}

CK_CLONES void ck_dropout(float *restrict output, const float *restrict input, size_t count, uint64_t key,
                          float probability) {
    // 32 bits decide, so the probability is met to 2⁻³². Mixing as in SplitMix64.
    uint64_t threshold = (uint64_t)((double)probability * 4294967296.0);
    float scale = 1.0f / (1.0f - probability);
    for (size_t i = 0; i < count; i++) {
        uint64_t z = key + (i + 1) * 0x9E3779B97F4A7C15ull;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        z = (z ^ (z >> 31)) >> 32;
        output[i] = z < threshold ? 0 : input[i] * scale;
    }
}
