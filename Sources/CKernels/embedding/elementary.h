#pragma once

#include <stdint.h>
#include <string.h>

// Exponential and logarithm without libm, whose results depend on the processor. Both vectorise: no branches, no
// tables. Errors stay within 2 units in the last place.

static inline __attribute__((always_inline)) double double_of_bits(int64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline __attribute__((always_inline)) int64_t bits_of_double(double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Adding this rounds to a whole number, which then stands in the low bits of the sum.
#define ROUNDING_SHIFT 0x1.8p52

/// exp(x) for x <= 0; zero below −708.
static inline __attribute__((always_inline)) double exp_of_negative(double x) {
    double clamped = x < -708 ? -708 : x;
    double shifted = clamped * 0x1.71547652b82fep+0 + ROUNDING_SHIFT;
    double k = shifted - ROUNDING_SHIFT;
    double r = (clamped - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45;
    double p = 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    double power = double_of_bits((int64_t)((uint64_t)(bits_of_double(shifted) + 1023) << 52));
    return x < -708 ? 0 : p * power;
}

/// ln(x) for normal x > 0, by the series of artanh in s = (m − 1) / (m + 1), |s| <= 0.172.
static inline __attribute__((always_inline)) double log_of_normal(double x) {
    int64_t bits = bits_of_double(x);
    // Mantissa into [√½, √2): subtract the exponent that makes it so.
    int64_t exponent = (bits - 0x3FE6A09E667F3BCD) >> 52;
    double m = double_of_bits(bits - (int64_t)((uint64_t)exponent << 52));
    double e = double_of_bits(exponent + bits_of_double(ROUNDING_SHIFT)) - ROUNDING_SHIFT;
    double s = (m - 1) / (m + 1), z = s * s;
    double p = 1.0 / 21;
    p = p * z + 1.0 / 19;
    p = p * z + 1.0 / 17;
    p = p * z + 1.0 / 15;
    p = p * z + 1.0 / 13;
    p = p * z + 1.0 / 11;
    p = p * z + 1.0 / 9;
    p = p * z + 1.0 / 7;
    p = p * z + 1.0 / 5;
    p = p * z + 1.0 / 3;
    return e * 0x1.62e42fefa39efp-1 + (2 * s + 2 * s * (z * p));
}
