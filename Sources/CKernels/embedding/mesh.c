#include "embedding.h"

#include <string.h>

typedef float quad __attribute__((vector_size(16)));

// Weights of the cubic B-spline on four nodes, and their derivatives, at fraction t of a cell.
static inline __attribute__((always_inline)) void spline_weights(float t, float *weights) {
    float s = 1 - t;
    weights[0] = s * s * s * (1.0f / 6);
    weights[1] = (4 - 3 * t * t * (1 + s)) * (1.0f / 6);
    weights[2] = (4 - 3 * s * s * (1 + t)) * (1.0f / 6);
    weights[3] = t * t * t * (1.0f / 6);
}

static inline __attribute__((always_inline)) void spline_slopes(float t, float *slopes) {
    float s = 1 - t;
    slopes[0] = -0.5f * s * s;
    slopes[1] = t * (1.5f * t - 2);
    slopes[2] = -s * (1.5f * s - 2);
    slopes[3] = 0.5f * t * t;
}

CK_CLONES void ck_mesh_spread(const ck_mesh *mesh, const float *positions, const int32_t *order, size_t count,
                              float *charges) {
    for (size_t n = 0; n < count; n++) {
        const float *point = positions + 2 * (size_t)order[n];
        float u = (point[0] - mesh->origin_x) * mesh->inverse_spacing;
        float v = (point[1] - mesh->origin_y) * mesh->inverse_spacing;
        size_t column = (size_t)u, row = (size_t)v;
        float across[4], down[4];
        spline_weights(u - (float)column, across);
        spline_weights(v - (float)row, down);
        quad weights;
        memcpy(&weights, across, sizeof weights);
        float *node = charges + row * mesh->stride + column;
        for (size_t r = 0; r < 4; r++, node += mesh->stride) {
            quad value;
            memcpy(&value, node, sizeof value);
            value += weights * down[r];
            memcpy(node, &value, sizeof value);
        }
    }
}

CK_CLONES void ck_mesh_gather(const ck_mesh *mesh, const float *positions, const float *potential, float scale,
                              size_t first, size_t end, float *gradient) {
    for (size_t i = first; i < end; i++) {
        float u = (positions[2 * i] - mesh->origin_x) * mesh->inverse_spacing;
        float v = (positions[2 * i + 1] - mesh->origin_y) * mesh->inverse_spacing;
        size_t column = (size_t)u, row = (size_t)v;
        float across[4], across_slope[4], down[4], down_slope[4];
        spline_weights(u - (float)column, across);
        spline_weights(v - (float)row, down);
        spline_slopes(u - (float)column, across_slope);
        spline_slopes(v - (float)row, down_slope);
        const float *node = potential + row * mesh->stride + column;
        quad along = {0}, steep = {0};
        for (size_t r = 0; r < 4; r++, node += mesh->stride) {
            quad value;
            memcpy(&value, node, sizeof value);
            along += value * down[r];
            steep += value * down_slope[r];
        }
        float slope_x = (along[0] * across_slope[0] + along[1] * across_slope[1]) +
                        (along[2] * across_slope[2] + along[3] * across_slope[3]);
        float slope_y = (steep[0] * across[0] + steep[1] * across[1]) + (steep[2] * across[2] + steep[3] * across[3]);
        gradient[2 * i] -= scale * mesh->inverse_spacing * slope_x;
        gradient[2 * i + 1] -= scale * mesh->inverse_spacing * slope_y;
    }
}

CK_CLONES void ck_mesh_strips(const ck_mesh *mesh, const float *positions, size_t count, int32_t strip_height,
                              int32_t *strips) {
    for (size_t i = 0; i < count; i++)
        strips[i] = (int32_t)((positions[2 * i + 1] - mesh->origin_y) * mesh->inverse_spacing) / strip_height;
}

CK_CLONES void ck_bounds_in_plane(const float *positions, size_t count, float *bounds) {
    float low[CK_LANES], high[CK_LANES];
    for (size_t l = 0; l < CK_LANES; l++) low[l] = high[l] = positions[l % 2];
    size_t end = 2 * count, i = 0;
    for (; i + CK_LANES <= end; i += CK_LANES)
        for (size_t l = 0; l < CK_LANES; l++) {
            float value = positions[i + l];
            low[l] = value < low[l] ? value : low[l];
            high[l] = value > high[l] ? value : high[l];
        }
    for (size_t l = 0; i < end; i++, l++) {
        float value = positions[i];
        low[l] = value < low[l] ? value : low[l];
        high[l] = value > high[l] ? value : high[l];
    }
    for (size_t axis = 0; axis < 2; axis++) {
        bounds[axis] = low[axis];
        bounds[2 + axis] = high[axis];
        for (size_t l = axis; l < CK_LANES; l += 2) {
            bounds[axis] = low[l] < bounds[axis] ? low[l] : bounds[axis];
            bounds[2 + axis] = high[l] > bounds[2 + axis] ? high[l] : bounds[2 + axis];
        }
    }
}
