#pragma once

#include "clones.h"

// One axis of an 8-bit picture resampled: every new sample is a sum of old samples times weights in fixed point with
// 22 bits behind the point, rounded, and cut to 0...255. New sample i uses counts[i] old ones from firsts[i] on, with
// the weights from weights[i * stride] on.

/// Along a row of pixels of 1, 3 or 4 interleaved channels.
void ck_resample_row(
    const uint8_t *source, uint8_t *target, size_t target_length, size_t channels, const int64_t *firsts,
    const int64_t *counts, const int32_t *weights, size_t stride);

/// One new row from `count` old rows, the first at `source`, each of `length` samples and right behind the other.
void ck_resample_column(
    const uint8_t *source, uint8_t *target, size_t length, size_t count, const int32_t *weights);
