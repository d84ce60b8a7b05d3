#include "embedding.h"

#include <math.h>

#include "elementary.h"

typedef float pair __attribute__((vector_size(8)));
typedef float quad __attribute__((vector_size(16)));
typedef float octet __attribute__((vector_size(32)));
typedef float lanes16 __attribute__((vector_size(64)));

// Eight planar points, each one 8-byte load, as x0 y0 … x7 y7.
#define LOAD_PAIR(name, slot)                                                                                          \
    pair name;                                                                                                         \
    memcpy(&name, positions + 2 * (size_t)neighbors[slot], sizeof name)
#define LOAD_EIGHT(name, base)                                                                                         \
    lanes16 name;                                                                                                      \
    do {                                                                                                               \
        LOAD_PAIR(a, base);                                                                                            \
        LOAD_PAIR(b, base + 1);                                                                                        \
        LOAD_PAIR(c, base + 2);                                                                                        \
        LOAD_PAIR(d, base + 3);                                                                                        \
        LOAD_PAIR(e, base + 4);                                                                                        \
        LOAD_PAIR(f, base + 5);                                                                                        \
        LOAD_PAIR(g, base + 6);                                                                                        \
        LOAD_PAIR(h, base + 7);                                                                                        \
        quad ab = __builtin_shufflevector(a, b, 0, 1, 2, 3), cd = __builtin_shufflevector(c, d, 0, 1, 2, 3);           \
        quad ef = __builtin_shufflevector(e, f, 0, 1, 2, 3), gh = __builtin_shufflevector(g, h, 0, 1, 2, 3);           \
        octet low = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7);                                           \
        octet high = __builtin_shufflevector(ef, gh, 0, 1, 2, 3, 4, 5, 6, 7);                                          \
        name = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);               \
    } while (0)

static inline __attribute__((always_inline)) float sum_of_lanes(const float *values) {
    float lanes[CK_LANES];
    memcpy(lanes, values, sizeof lanes);
    for (size_t half = CK_LANES / 2; half > 0; half /= 2)
        for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
    return lanes[0];
}

CK_CLONES static void attraction_in_plane(const float *positions, const int64_t *starts, const int32_t *columns,
                                          const float *values, float scale, size_t first, size_t end,
                                          float *gradient) {
    for (size_t i = first; i < end; i++) {
        float x = positions[2 * i], y = positions[2 * i + 1];
        lanes16 sum_x = {0}, sum_y = {0};
        int32_t tail_neighbors[CK_LANES];
        float tail_values[CK_LANES];
        for (int64_t edge = starts[i]; edge < starts[i + 1]; edge += CK_LANES) {
            const int32_t *neighbors = columns + edge;
            const float *affinity = values + edge;
            int64_t left = starts[i + 1] - edge;
            if (left < CK_LANES) {
                for (int64_t l = 0; l < CK_LANES; l++) {
                    tail_neighbors[l] = l < left ? neighbors[l] : (int32_t)i;
                    tail_values[l] = l < left ? affinity[l] : 0;
                }
                neighbors = tail_neighbors;
                affinity = tail_values;
            }
            LOAD_EIGHT(near, 0);
            LOAD_EIGHT(far, 8);
            lanes16 p;
            memcpy(&p, affinity, sizeof p);
            lanes16 dx =
                x - __builtin_shufflevector(near, far, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            lanes16 dy =
                y - __builtin_shufflevector(near, far, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            lanes16 weight = p / (1.0f + (dx * dx + dy * dy));
            sum_x += weight * dx;
            sum_y += weight * dy;
        }
        gradient[2 * i] = scale * sum_of_lanes((const float *)&sum_x);
        gradient[2 * i + 1] = scale * sum_of_lanes((const float *)&sum_y);
    }
}

CK_CLONES static void attraction_in_space(const float *positions, const int64_t *starts, const int32_t *columns,
                                          const float *values, float scale, size_t first, size_t end,
                                          float *gradient) {
    for (size_t i = first; i < end; i++) {
        const float *own = positions + 3 * i;
        float sums[3][CK_LANES] = {{0}};
        for (int64_t edge = starts[i]; edge < starts[i + 1]; edge += CK_LANES) {
            size_t width = starts[i + 1] - edge < CK_LANES ? (size_t)(starts[i + 1] - edge) : CK_LANES;
            for (size_t l = 0; l < width; l++) {
                const float *other = positions + 3 * (size_t)columns[edge + (int64_t)l];
                float dx = own[0] - other[0], dy = own[1] - other[1], dz = own[2] - other[2];
                float weight = values[edge + (int64_t)l] / (1.0f + (dx * dx + dy * dy + dz * dz));
                sums[0][l] += weight * dx;
                sums[1][l] += weight * dy;
                sums[2][l] += weight * dz;
            }
        }
        for (size_t axis = 0; axis < 3; axis++) gradient[3 * i + axis] = scale * sum_of_lanes(sums[axis]);
    }
}

void ck_tsne_attraction(const float *positions, int dimensions, const int64_t *starts, const int32_t *columns,
                        const float *values, float scale, size_t first, size_t end, float *gradient) {
    if (dimensions == 2) attraction_in_plane(positions, starts, columns, values, scale, first, end, gradient);
    else attraction_in_space(positions, starts, columns, values, scale, first, end, gradient);
}

CK_CLONES double ck_tsne_cross_entropy(const float *positions, int dimensions, const int64_t *starts,
                                       const int32_t *columns, const double *values, size_t first, size_t end) {
    enum { LANES = 8 };
    double lanes[LANES] = {0};
    double squares[LANES];
    for (size_t i = first; i < end; i++) {
        const float *own = positions + (size_t)dimensions * i;
        for (int64_t edge = starts[i]; edge < starts[i + 1]; edge += LANES) {
            size_t width = starts[i + 1] - edge < LANES ? (size_t)(starts[i + 1] - edge) : LANES;
            for (size_t l = 0; l < LANES; l++) squares[l] = 0;
            for (size_t l = 0; l < width; l++) {
                const float *other = positions + (size_t)dimensions * (size_t)columns[edge + (int64_t)l];
                for (int axis = 0; axis < dimensions; axis++) {
                    double d = (double)own[axis] - (double)other[axis];
                    squares[l] += d * d;
                }
            }
            for (size_t l = 0; l < LANES; l++) squares[l] = log_of_normal(1 + squares[l]);
            for (size_t l = 0; l < width; l++) lanes[l] += values[edge + (int64_t)l] * squares[l];
        }
    }
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
    return lanes[0];
}

// Sums of at most this many terms per lane are taken in 32 bits before they join a 64-bit sum.
enum { SHORT_SUM = 32 * CK_LANES };

CK_CLONES static double exact_in_plane(const float *axes, size_t padded, size_t first, size_t end, float *force) {
    double normalizer = 0;
    for (size_t i = first; i < end; i++) {
        float x = axes[i], y = axes[padded + i];
        double total = 0, total_x = 0, total_y = 0;
        for (size_t block = 0; block < padded; block += SHORT_SUM) {
            size_t stop = block + SHORT_SUM < padded ? block + SHORT_SUM : padded;
            float z[CK_LANES] = {0}, fx[CK_LANES] = {0}, fy[CK_LANES] = {0};
            for (size_t j = block; j < stop; j += CK_LANES)
                for (size_t l = 0; l < CK_LANES; l++) {
                    float dx = x - axes[j + l], dy = y - axes[padded + j + l];
                    float q = 1.0f / (1.0f + (dx * dx + dy * dy));
                    z[l] += q;
                    fx[l] += q * q * dx;
                    fy[l] += q * q * dy;
                }
            total += (double)sum_of_lanes(z);
            total_x += (double)sum_of_lanes(fx);
            total_y += (double)sum_of_lanes(fy);
        }
        normalizer += total - 1;
        force[2 * i] = (float)total_x;
        force[2 * i + 1] = (float)total_y;
    }
    return normalizer;
}

CK_CLONES static double exact_in_space(const float *axes, size_t padded, size_t first, size_t end, float *force) {
    double normalizer = 0;
    for (size_t i = first; i < end; i++) {
        float x = axes[i], y = axes[padded + i], w = axes[2 * padded + i];
        double total = 0, total_x = 0, total_y = 0, total_w = 0;
        for (size_t block = 0; block < padded; block += SHORT_SUM) {
            size_t stop = block + SHORT_SUM < padded ? block + SHORT_SUM : padded;
            float z[CK_LANES] = {0}, fx[CK_LANES] = {0}, fy[CK_LANES] = {0}, fw[CK_LANES] = {0};
            for (size_t j = block; j < stop; j += CK_LANES)
                for (size_t l = 0; l < CK_LANES; l++) {
                    float dx = x - axes[j + l], dy = y - axes[padded + j + l], dw = w - axes[2 * padded + j + l];
                    float q = 1.0f / (1.0f + (dx * dx + dy * dy + dw * dw));
                    z[l] += q;
                    fx[l] += q * q * dx;
                    fy[l] += q * q * dy;
                    fw[l] += q * q * dw;
                }
            total += (double)sum_of_lanes(z);
            total_x += (double)sum_of_lanes(fx);
            total_y += (double)sum_of_lanes(fy);
            total_w += (double)sum_of_lanes(fw);
        }
        normalizer += total - 1;
        force[3 * i] = (float)total_x;
        force[3 * i + 1] = (float)total_y;
        force[3 * i + 2] = (float)total_w;
    }
    return normalizer;
}

double ck_tsne_exact_repulsion(const float *axes, size_t padded, int dimensions, size_t first, size_t end,
                               float *force) {
    return dimensions == 2 ? exact_in_plane(axes, padded, first, end, force)
                           : exact_in_space(axes, padded, first, end, force);
}

CK_CLONES double ck_tsne_exact_normalizer(const double *axes, size_t padded, int dimensions, size_t first,
                                          size_t end) {
    enum { LANES = 8 };
    double normalizer = 0;
    for (size_t i = first; i < end; i++) {
        double lanes[LANES] = {0};
        for (size_t j = 0; j < padded; j += LANES) {
            double squares[LANES];
            for (size_t l = 0; l < LANES; l++) squares[l] = 1;
            for (int axis = 0; axis < dimensions; axis++) {
                const double *coordinate = axes + (size_t)axis * padded;
                for (size_t l = 0; l < LANES; l++) {
                    double d = coordinate[i] - coordinate[j + l];
                    squares[l] += d * d;
                }
            }
            for (size_t l = 0; l < LANES; l++) lanes[l] += 1 / squares[l];
        }
        for (size_t half = LANES / 2; half > 0; half /= 2)
            for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
        normalizer += lanes[0] - 1;
    }
    return normalizer;
}

static inline __attribute__((always_inline)) float sign_of(float value) {
    return (float)(value > 0) - (float)(value < 0);
}

CK_CLONES void ck_tsne_update(float *positions, float *updates, float *gains, const float *gradient, size_t count,
                              int dimensions, float momentum, float learning_rate, float step_limit, double *sums) {
    size_t width = (size_t)dimensions;
    for (size_t n = 0; n < count * width; n++) {
        float gain = sign_of(updates[n]) != sign_of(gradient[n]) ? gains[n] + 0.2f : gains[n] * 0.8f + 0.01f;
        gains[n] = gain;
        updates[n] = momentum * updates[n] - learning_rate * gain * gradient[n];
    }
    for (size_t i = 0; i < count; i++) {
        float *update = updates + i * width;
        float square = 0;
        for (size_t axis = 0; axis < width; axis++) square += update[axis] * update[axis];
        float shorten = square > step_limit * step_limit ? step_limit / sqrtf(square) : 1;
        for (size_t axis = 0; axis < width; axis++) {
            update[axis] *= shorten;
            positions[i * width + axis] += update[axis];
            sums[axis] += (double)positions[i * width + axis];
        }
    }
}
