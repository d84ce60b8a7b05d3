#include "include/pictures.h"

enum { BITS = 22, HALF = 1 << (BITS - 1), BLOCK = 64 };

static inline uint8_t sample(int32_t sum) {
    int32_t value = sum >> BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

CK_CLONES void ck_resample_row(
    const uint8_t *source, uint8_t *target, size_t target_length, size_t channels, const int64_t *firsts,
    const int64_t *counts, const int32_t *weights, size_t stride) {
    for (size_t i = 0; i < target_length; i++) {
        const uint8_t *start = source + (size_t)firsts[i] * channels;
        const int32_t *kernel = weights + i * stride;
        size_t count = (size_t)counts[i];
        uint8_t *output = target + i * channels;
        if (channels == 3) {
            // Three sums side by side: the common case runs twice as fast as one channel after the other.
            int32_t red = HALF, green = HALF, blue = HALF;
            for (size_t tap = 0; tap < count; tap++) {
                red += start[tap * 3] * kernel[tap];
                green += start[tap * 3 + 1] * kernel[tap];
                blue += start[tap * 3 + 2] * kernel[tap];
            }
            output[0] = sample(red);
            output[1] = sample(green);
            output[2] = sample(blue);
        } else {
            for (size_t channel = 0; channel < channels; channel++) {
                int32_t sum = HALF;
                for (size_t tap = 0; tap < count; tap++) sum += start[tap * channels + channel] * kernel[tap];
                output[channel] = sample(sum);
            }
        }
    }
}

CK_CLONES void ck_resample_column(
    const uint8_t *source, uint8_t *target, size_t length, size_t count, const int32_t *weights) {
    size_t start = 0;
    for (; start + BLOCK <= length; start += BLOCK) {
        int32_t sums[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) sums[i] = HALF;
        for (size_t row = 0; row < count; row++) {
            const uint8_t *line = source + row * length + start;
            for (size_t i = 0; i < BLOCK; i++) sums[i] += line[i] * weights[row];
        }
        for (size_t i = 0; i < BLOCK; i++) target[start + i] = sample(sums[i]);
    }
    for (; start < length; start++) {
        int32_t sum = HALF;
        for (size_t row = 0; row < count; row++) sum += source[row * length + start] * weights[row];
        target[start] = sample(sum);
    }
}
