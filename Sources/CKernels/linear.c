#include "layers.h"

// A fully connected layer for a few samples: every weight is read once, in the order of the model's own tensor, so the
// speed is that of memory. The lanes are written out, and products are not fused, so bits are the same everywhere.

typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));

enum { LANES = 8, ROWS = 4, SAMPLES = 4 };

#define INLINE static inline __attribute__((always_inline))
#define LOAD(pointer) (*(const lanes *)(pointer))

/// `rows` outputs for `samples` samples, both known to the compiler.
INLINE void tile(float *y, const float *x, const float *weights, size_t inputs, size_t outputs, size_t rows,
                 size_t samples) {
    lanes sums[ROWS][SAMPLES] = {{{0}}};
    size_t whole = inputs / LANES * LANES;
    for (size_t k = 0; k < whole; k += LANES) {
        for (size_t row = 0; row < rows; row++) {
            lanes weight = LOAD(weights + row * inputs + k);
            for (size_t n = 0; n < samples; n++) sums[row][n] += weight * LOAD(x + n * inputs + k);
        }
    }
    for (size_t row = 0; row < rows; row++) {
        for (size_t n = 0; n < samples; n++) {
            float sum = 0;
            for (size_t lane = 0; lane < LANES; lane++) sum += sums[row][n][lane];
            for (size_t k = whole; k < inputs; k++) sum += weights[row * inputs + k] * x[n * inputs + k];
            y[n * outputs + row] = sum;
        }
    }
}

/// `rows` outputs for all samples.
INLINE void band(float *y, const float *x, const float *weights, size_t samples, size_t inputs, size_t outputs,
                 size_t rows) {
    size_t n = 0;
    for (; n + SAMPLES <= samples; n += SAMPLES)
        tile(y + n * outputs, x + n * inputs, weights, inputs, outputs, rows, SAMPLES);
    for (; n < samples; n++) tile(y + n * outputs, x + n * inputs, weights, inputs, outputs, rows, 1);
}

CK_CLONES void ck_linear(float *restrict output, const float *restrict input, const float *restrict weights,
                         const float *restrict bias, size_t samples, size_t inputs, size_t outputs) {
    size_t row = 0;
    for (; row + ROWS <= outputs; row += ROWS)
        band(output + row, input, weights + row * inputs, samples, inputs, outputs, ROWS);
    for (; row < outputs; row++) band(output + row, input, weights + row * inputs, samples, inputs, outputs, 1);
    for (size_t n = 0; n < samples; n++)
        for (size_t o = 0; o < outputs; o++) output[n * outputs + o] += bias[o];
}
