#include "visualization.h"

#include <math.h>
#include <string.h>

/// Positions of a row that are worked out together.
#define STRETCH 64

/// For each position of a stretch, the places of four neighbours in a plane of the input, and their weights.
typedef struct {
    int32_t index[4][STRETCH];
    float weight[4][STRETCH];
} neighbours;

static inline __attribute__((always_inline)) void find_neighbours(neighbours *found, ck_turn turn, size_t height,
                                                                  size_t width, size_t row, size_t first,
                                                                  size_t count) {
    float middle_row = (float)(height - 1) / 2, middle_column = (float)(width - 1) / 2;
    float down = (float)row - middle_row;
    int32_t last_row = (int32_t)height - 1, last_column = (int32_t)width - 1;
    for (size_t i = 0; i < count; i++) {
        float right = (float)(int32_t)(first + i) - middle_column;
        float y = middle_row + (turn.cosine * down + turn.sine * right);
        float x = middle_column + (turn.cosine * right - turn.sine * down);
        // Far outside is as good as just outside, and keeps the whole numbers in range.
        y = fminf(fmaxf(y, -2), (float)height + 1);
        x = fminf(fmaxf(x, -2), (float)width + 1);
        float top = floorf(y), left = floorf(x);
        float below = y - top, beside = x - left;
        int32_t rows[2] = {(int32_t)top, (int32_t)top + 1}, columns[2] = {(int32_t)left, (int32_t)left + 1};
        float row_weights[2] = {1 - below, below}, column_weights[2] = {1 - beside, beside};
        for (size_t k = 0; k < 4; k++) {
            int32_t r = rows[k / 2], c = columns[k % 2];
            int is_inside = (r >= 0) & (r <= last_row) & (c >= 0) & (c <= last_column);
            found->index[k][i] = is_inside ? r * (int32_t)width + c : 0;
            found->weight[k][i] = is_inside ? row_weights[k / 2] * column_weights[k % 2] : 0;
        }
    }
}

CK_CLONES void ck_resample(float *restrict output, const float *restrict input, ck_turn turn, float outside,
                           size_t channels, size_t height, size_t width) {
    neighbours found;
    for (size_t row = 0; row < height; row++)
        for (size_t first = 0; first < width; first += STRETCH) {
            size_t count = width - first < STRETCH ? width - first : STRETCH;
            find_neighbours(&found, turn, height, width, row, first, count);
            for (size_t c = 0; c < channels; c++) {
                const float *restrict plane = input + c * height * width;
                float *restrict out = output + (c * height + row) * width + first;
                for (size_t i = 0; i < count; i++) {
                    float w0 = found.weight[0][i], w1 = found.weight[1][i], w2 = found.weight[2][i],
                          w3 = found.weight[3][i];
                    out[i] = (w0 * plane[found.index[0][i]] + w1 * plane[found.index[1][i]]) +
                             (w2 * plane[found.index[2][i]] + w3 * plane[found.index[3][i]]) +
                             outside * (1 - ((w0 + w1) + (w2 + w3)));
                }
            }
        }
}

CK_CLONES void ck_resample_adjoint(float *restrict input_gradient, const float *restrict output_gradient, ck_turn turn,
                                   size_t channels, size_t height, size_t width) {
    memset(input_gradient, 0, channels * height * width * sizeof(float));
    neighbours found;
    for (size_t row = 0; row < height; row++)
        for (size_t first = 0; first < width; first += STRETCH) {
            size_t count = width - first < STRETCH ? width - first : STRETCH;
            find_neighbours(&found, turn, height, width, row, first, count);
            for (size_t c = 0; c < channels; c++) {
                float *restrict plane = input_gradient + c * height * width;
                const float *restrict gradient = output_gradient + (c * height + row) * width + first;
                for (size_t i = 0; i < count; i++)
                    for (size_t k = 0; k < 4; k++) plane[found.index[k][i]] += found.weight[k][i] * gradient[i];
            }
        }
}
