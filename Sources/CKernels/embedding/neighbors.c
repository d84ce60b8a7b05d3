#include "embedding.h"

#include <string.h>

// Hoare's selection with the median of three as pivot; words are distinct, since indices are.
void ck_select_smallest(uint64_t *keys, size_t count, size_t keep) {
    if (keep >= count) return;
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, target = (ptrdiff_t)keep;
    while (low < high) {
        uint64_t a = keys[low], b = keys[low + (high - low) / 2], c = keys[high];
        uint64_t pivot = a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b));
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (keys[i] < pivot) i++;
            while (keys[j] > pivot) j--;
            if (i <= j) {
                uint64_t swapped = keys[i];
                keys[i++] = keys[j];
                keys[j--] = swapped;
            }
        }
        if (target <= j) high = j;
        else if (target >= i) low = i;
        else return;
    }
}

static float distance_of(uint64_t key) {
    uint32_t bits = (uint32_t)(key >> 32);
    float distance;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

static inline __attribute__((always_inline)) void offer(const ck_candidates *candidates, size_t row, float distance,
                                                        int32_t index) {
    if (!(distance <= candidates->thresholds[row])) return;
    uint64_t *keys = candidates->keys + row * (size_t)candidates->capacity;
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    keys[candidates->counts[row]++] = (uint64_t)bits << 32 | (uint32_t)index;
    if (candidates->counts[row] < candidates->capacity) return;
    size_t keep = (size_t)candidates->keep;
    ck_select_smallest(keys, (size_t)candidates->capacity, keep);
    uint64_t largest = 0;
    for (size_t i = 0; i < keep; i++) largest = keys[i] > largest ? keys[i] : largest;
    candidates->counts[row] = candidates->keep;
    candidates->thresholds[row] = distance_of(largest);
}

CK_CLONES void ck_offer_tile(const float *products, size_t row_count, size_t column_count, const float *row_norms,
                             const float *column_norms, int32_t first_row, int32_t first_column, int diagonal,
                             const ck_candidates *rows, const ck_candidates *columns) {
    float distances[CK_LANES];
    for (size_t r = 0; r < row_count; r++) {
        const float *product = products + r * column_count;
        float norm = row_norms[r];
        for (size_t start = diagonal ? (r + 1) / CK_LANES * CK_LANES : 0; start < column_count; start += CK_LANES) {
            size_t width = column_count - start < CK_LANES ? column_count - start : CK_LANES;
            int any = 0;
            if (width == CK_LANES) {
                float threshold = rows->thresholds[r];
                for (size_t l = 0; l < CK_LANES; l++) {
                    float d = norm + column_norms[start + l] + product[start + l];
                    distances[l] = d > 0 ? d : 0;
                    any |= distances[l] <= threshold;
                }
                if (columns) {
                    const float *limits = columns->thresholds + start;
                    for (size_t l = 0; l < CK_LANES; l++) any |= distances[l] <= limits[l];
                }
            } else {
                for (size_t l = 0; l < width; l++) {
                    float d = norm + column_norms[start + l] + product[start + l];
                    distances[l] = d > 0 ? d : 0;
                }
                any = 1;
            }
            if (!any) continue;
            for (size_t l = 0; l < width; l++) {
                size_t c = start + l;
                if (diagonal && c <= r) continue;
                offer(rows, r, distances[l], first_column + (int32_t)c);
                if (columns) offer(columns, c, distances[l], first_row + (int32_t)r);
            }
        }
    }
}

CK_CLONES void ck_squared_distances(const float *query, const float *points, size_t dimensions,
                                    const int32_t *indices, size_t count, double *distances) {
    for (size_t n = 0; n < count; n++) {
        const float *point = points + (size_t)indices[n] * dimensions;
        double lanes[CK_LANES] = {0};
        size_t i = 0;
        for (; i + CK_LANES <= dimensions; i += CK_LANES)
            for (size_t l = 0; l < CK_LANES; l++) {
                double d = (double)query[i + l] - (double)point[i + l];
                lanes[l] += d * d;
            }
        for (size_t l = 0; i < dimensions; i++, l++) {
            double d = (double)query[i] - (double)point[i];
            lanes[l] += d * d;
        }
        for (size_t half = CK_LANES / 2; half > 0; half /= 2)
            for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
        distances[n] = lanes[0];
    }
}
