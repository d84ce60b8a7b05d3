#include "embedding.h"

#include <string.h>

static inline __attribute__((always_inline)) int32_t bits_of_float(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline __attribute__((always_inline)) float float_of_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// x^y for normal x > 0 and |y log2 x| < 126, to about 1e-6, without libm.
static inline __attribute__((always_inline)) float power(float x, float y) {
    int32_t bits = bits_of_float(x);
    // Mantissa into [√½, √2): subtract the exponent that makes it so.
    int32_t exponent = (bits - 0x3F3504F3) >> 23;
    float m = float_of_bits(bits - (int32_t)((uint32_t)exponent << 23));
    float s = (m - 1) / (m + 1), z = s * s;
    float series = 1 + z * (1.0f / 3 + z * (0.2f + z * (1.0f / 7 + z * (1.0f / 9))));
    float t = y * ((float)exponent + 2.88539008f * s * series);
    float shifted = t + 12582912.0f;  // adding 1.5 · 2²³ rounds to a whole number
    float r = (t - (shifted - 12582912.0f)) * 0.693147181f;
    float p = 1 + r * (1 + r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720))))));
    return p * float_of_bits((int32_t)((uint32_t)(bits_of_float(shifted) + 127) << 23));
}

// SplitMix64's finaliser.
static inline __attribute__((always_inline)) uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline __attribute__((always_inline)) float clipped(float value) {
    return value > 4 ? 4 : value < -4 ? -4 : value;
}

// Squares below this are those of equal points; powers of it stay normal numbers for exponents up to 2.
#define NEAREST 1e-18f

enum { LANES = 8 };

static inline __attribute__((always_inline)) void move_all(const ck_umap *map, const ck_umap_step *step, int dimensions,
                                                           const float *positions, const float *others, float *moved,
                                                           size_t first, size_t end) {
    float a = map->a, b = map->b, rate = step->rate;
    for (size_t i = first; i < end; i++) {
        float own[CK_UMAP_DIMENSIONS], difference[CK_UMAP_DIMENSIONS];
        for (int axis = 0; axis < dimensions; axis++) own[axis] = positions[i * (size_t)dimensions + (size_t)axis];
        uint64_t draw = map->keys[i] + 0x9E3779B97F4A7C15u * (((uint64_t)step->epoch * 64 + (uint64_t)step->part) << 20);
        for (int64_t edge = map->starts[i] + step->part; edge < map->starts[i + 1]; edge += step->parts) {
            float share = map->shares[edge];
            if ((int32_t)((float)(step->epoch + 1) * share) == (int32_t)((float)step->epoch * share)) continue;
            const float *other = others + (size_t)map->columns[edge] * (size_t)dimensions;
            // Once for this edge, once for the same edge from the other end, which moves this point too.
            for (int pull = 0; pull < map->pulls; pull++) {
                float square = 0;
                for (int axis = 0; axis < dimensions; axis++) {
                    difference[axis] = own[axis] - other[axis];
                    square += difference[axis] * difference[axis];
                }
                if (square < NEAREST) break;
                float p = power(square, b);
                float factor = -2 * a * b * p / (square * (1 + a * p));
                for (int axis = 0; axis < dimensions; axis++) own[axis] += rate * clipped(factor * difference[axis]);
            }
            // Random points push in groups of lanes, each group from where the last one left the point.
            for (int n = 0; n < map->negatives; n += LANES) {
                float apart[CK_UMAP_DIMENSIONS][LANES], squares[LANES], factors[LANES];
                int count = map->negatives - n < LANES ? map->negatives - n : LANES;
                for (int l = 0; l < LANES; l++) squares[l] = 0;
                for (int l = 0; l < count; l++) {
                    draw += 0x9E3779B97F4A7C15u;
                    size_t random = (size_t)(((mixed(draw) >> 32) * (uint64_t)map->other_count) >> 32);
                    const float *far = others + random * (size_t)dimensions;
                    for (int axis = 0; axis < dimensions; axis++) apart[axis][l] = own[axis] - far[axis];
                }
                for (int axis = 0; axis < dimensions; axis++) {
                    for (int l = count; l < LANES; l++) apart[axis][l] = 0;
                    for (int l = 0; l < LANES; l++) squares[l] += apart[axis][l] * apart[axis][l];
                }
                for (int l = 0; l < LANES; l++) {
                    float square = squares[l] < NEAREST ? NEAREST : squares[l];
                    factors[l] = 2 * map->repulsion * b / ((0.001f + square) * (1 + a * power(square, b)));
                }
                for (int axis = 0; axis < dimensions; axis++) {
                    for (int l = 0; l < LANES; l++) apart[axis][l] = clipped(factors[l] * apart[axis][l]);
                    float sum = ((apart[axis][0] + apart[axis][4]) + (apart[axis][1] + apart[axis][5])) +
                                ((apart[axis][2] + apart[axis][6]) + (apart[axis][3] + apart[axis][7]));
                    own[axis] += rate * sum;
                }
            }
        }
        for (int axis = 0; axis < dimensions; axis++) moved[i * (size_t)dimensions + (size_t)axis] = own[axis];
    }
}

CK_CLONES static void move_in_plane(const ck_umap *map, const ck_umap_step *step, const float *positions,
                                    const float *others, float *moved, size_t first, size_t end) {
    move_all(map, step, 2, positions, others, moved, first, end);
}

CK_CLONES static void move_in_any(const ck_umap *map, const ck_umap_step *step, const float *positions,
                                  const float *others, float *moved, size_t first, size_t end) {
    move_all(map, step, map->dimensions, positions, others, moved, first, end);
}

void ck_umap_move(const ck_umap *map, const ck_umap_step *step, const float *positions, const float *others,
                  float *moved, size_t first, size_t end) {
    if (map->dimensions == 2) move_in_plane(map, step, positions, others, moved, first, end);
    else move_in_any(map, step, positions, others, moved, first, end);
}
