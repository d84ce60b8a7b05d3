#include "embedding.h"

#include <string.h>

// Stockham's self-sorting transform, decimation in frequency, on 16 sequences at a time: every scalar of the textbook
// is a vector here, so no radix needs shuffles.

typedef float lanes16 __attribute__((vector_size(64), aligned(64)));

CK_CLONES void ck_transform_lanes(const ck_transform *plan, float *real, float *imaginary, float *work_real,
                                  float *work_imaginary) {
    lanes16 *xr = (lanes16 *)real, *xi = (lanes16 *)imaginary;
    lanes16 *yr = (lanes16 *)work_real, *yi = (lanes16 *)work_imaginary;
    const float *w = plan->twiddles;
    size_t length = (size_t)plan->length, stride = 1;
    for (int32_t stage = 0; stage < plan->stage_count; stage++) {
        size_t radix = (size_t)plan->radices[stage], m = length / radix, jump = stride * m;
        for (size_t p = 0; p < m; p++, w += 2 * (radix - 1)) {
            const lanes16 *ar = xr + stride * p, *ai = xi + stride * p;
            lanes16 *br = yr + stride * radix * p, *bi = yi + stride * radix * p;
            switch (radix) {
            case 2:
                for (size_t q = 0; q < stride; q++) {
                    lanes16 r0 = ar[q], i0 = ai[q], r1 = ar[q + jump], i1 = ai[q + jump];
                    br[q] = r0 + r1;
                    bi[q] = i0 + i1;
                    lanes16 dr = r0 - r1, di = i0 - i1;
                    br[q + stride] = dr * w[0] - di * w[1];
                    bi[q + stride] = dr * w[1] + di * w[0];
                }
                break;
            case 3:
                for (size_t q = 0; q < stride; q++) {
                    lanes16 r0 = ar[q], r1 = ar[q + jump], r2 = ar[q + 2 * jump];
                    lanes16 i0 = ai[q], i1 = ai[q + jump], i2 = ai[q + 2 * jump];
                    lanes16 sr = r1 + r2, si = i1 + i2;
                    lanes16 cr = r0 - 0.5f * sr, ci = i0 - 0.5f * si;
                    lanes16 tr = 0.866025403784438647f * (i1 - i2), ti = 0.866025403784438647f * (r2 - r1);
                    br[q] = r0 + sr;
                    bi[q] = i0 + si;
                    lanes16 ur = cr + tr, ui = ci + ti, vr = cr - tr, vi = ci - ti;
                    br[q + stride] = ur * w[0] - ui * w[1];
                    bi[q + stride] = ur * w[1] + ui * w[0];
                    br[q + 2 * stride] = vr * w[2] - vi * w[3];
                    bi[q + 2 * stride] = vr * w[3] + vi * w[2];
                }
                break;
            case 4:
                for (size_t q = 0; q < stride; q++) {
                    lanes16 r0 = ar[q], r1 = ar[q + jump], r2 = ar[q + 2 * jump], r3 = ar[q + 3 * jump];
                    lanes16 i0 = ai[q], i1 = ai[q + jump], i2 = ai[q + 2 * jump], i3 = ai[q + 3 * jump];
                    lanes16 sr = r0 + r2, si = i0 + i2, tr = r1 + r3, ti = i1 + i3;
                    lanes16 dr = r0 - r2, di = i0 - i2, er = i1 - i3, ei = r3 - r1;
                    br[q] = sr + tr;
                    bi[q] = si + ti;
                    lanes16 ur = dr + er, ui = di + ei, vr = sr - tr, vi = si - ti, zr = dr - er, zi = di - ei;
                    br[q + stride] = ur * w[0] - ui * w[1];
                    bi[q + stride] = ur * w[1] + ui * w[0];
                    br[q + 2 * stride] = vr * w[2] - vi * w[3];
                    bi[q + 2 * stride] = vr * w[3] + vi * w[2];
                    br[q + 3 * stride] = zr * w[4] - zi * w[5];
                    bi[q + 3 * stride] = zr * w[5] + zi * w[4];
                }
                break;
            default:
                for (size_t q = 0; q < stride; q++) {
                    const float c1 = 0.309016994374947424f, c2 = -0.809016994374947424f;
                    const float s1 = 0.951056516295153572f, s2 = 0.587785252292473129f;
                    lanes16 r0 = ar[q], i0 = ai[q];
                    lanes16 pr = ar[q + jump] + ar[q + 4 * jump], pi = ai[q + jump] + ai[q + 4 * jump];
                    lanes16 dr = ar[q + jump] - ar[q + 4 * jump], di = ai[q + jump] - ai[q + 4 * jump];
                    lanes16 tr = ar[q + 2 * jump] + ar[q + 3 * jump], ti = ai[q + 2 * jump] + ai[q + 3 * jump];
                    lanes16 er = ar[q + 2 * jump] - ar[q + 3 * jump], ei = ai[q + 2 * jump] - ai[q + 3 * jump];
                    br[q] = r0 + (pr + tr);
                    bi[q] = i0 + (pi + ti);
                    lanes16 ur = r0 + (c1 * pr + c2 * tr), ui = i0 + (c1 * pi + c2 * ti);
                    lanes16 vr = r0 + (c2 * pr + c1 * tr), vi = i0 + (c2 * pi + c1 * ti);
                    lanes16 gr = s1 * di + s2 * ei, gi = -(s1 * dr + s2 * er);
                    lanes16 hr = s2 * di - s1 * ei, hi = -(s2 * dr - s1 * er);
                    lanes16 or1 = ur + gr, oi1 = ui + gi, or4 = ur - gr, oi4 = ui - gi;
                    lanes16 or2 = vr + hr, oi2 = vi + hi, or3 = vr - hr, oi3 = vi - hi;
                    br[q + stride] = or1 * w[0] - oi1 * w[1];
                    bi[q + stride] = or1 * w[1] + oi1 * w[0];
                    br[q + 2 * stride] = or2 * w[2] - oi2 * w[3];
                    bi[q + 2 * stride] = or2 * w[3] + oi2 * w[2];
                    br[q + 3 * stride] = or3 * w[4] - oi3 * w[5];
                    bi[q + 3 * stride] = or3 * w[5] + oi3 * w[4];
                    br[q + 4 * stride] = or4 * w[6] - oi4 * w[7];
                    bi[q + 4 * stride] = or4 * w[7] + oi4 * w[6];
                }
            }
        }
        length = m;
        stride *= radix;
        lanes16 *swap = xr;
        xr = yr;
        yr = swap;
        swap = xi;
        xi = yi;
        yi = swap;
    }
    if (plan->stage_count % 2 == 1) {
        memcpy(real, xr, (size_t)plan->length * sizeof(lanes16));
        memcpy(imaginary, xi, (size_t)plan->length * sizeof(lanes16));
    }
}

// The four arrays a transform works on, out of one scratch block.
#define SCRATCH_ARRAYS                                                                                                 \
    size_t n = (size_t)shape->plan->length, area = n * CK_LANES;                                                       \
    float *real = scratch, *imaginary = scratch + area, *work_real = scratch + 2 * area,                               \
          *work_imaginary = scratch + 3 * area

CK_CLONES void ck_convolution_forward(const ck_convolution *shape, const float *charges, size_t first,
                                      float *half_real, float *half_imaginary, float *scratch) {
    SCRATCH_ARRAYS;
    // Two real columns make one complex sequence: column `first + l` is its real part, `first + 16 + l` its imaginary.
    for (size_t y = 0; y < shape->rows; y++) {
        const float *row = charges + y * shape->stride + first;
        memcpy(real + y * CK_LANES, row, CK_LANES * sizeof(float));
        memcpy(imaginary + y * CK_LANES, row + CK_LANES, CK_LANES * sizeof(float));
    }
    size_t rest = (n - shape->rows) * CK_LANES * sizeof(float);
    memset(real + shape->rows * CK_LANES, 0, rest);
    memset(imaginary + shape->rows * CK_LANES, 0, rest);
    ck_transform_lanes(shape->plan, real, imaginary, work_real, work_imaginary);
    for (size_t k = 0; k < shape->frequencies; k++) {
        size_t mirror = k == 0 ? 0 : n - k;
        for (size_t l = 0; l < CK_LANES; l++) {
            float a = real[k * CK_LANES + l], b = imaginary[k * CK_LANES + l];
            float c = real[mirror * CK_LANES + l], d = imaginary[mirror * CK_LANES + l];
            size_t left = (first + l) * shape->frequency_stride + k;
            size_t right = (first + CK_LANES + l) * shape->frequency_stride + k;
            half_real[left] = 0.5f * (a + c);
            half_imaginary[left] = 0.5f * (b - d);
            half_real[right] = 0.5f * (b + d);
            half_imaginary[right] = 0.5f * (c - a);
        }
    }
}

CK_CLONES void ck_convolution_multiply(const ck_convolution *shape, const float *spectrum, size_t first,
                                       float *half_real, float *half_imaginary, float *scratch) {
    SCRATCH_ARRAYS;
    for (size_t x = 0; x < shape->rows; x++) {
        size_t place = x * shape->frequency_stride + first;
        memcpy(real + x * CK_LANES, half_real + place, CK_LANES * sizeof(float));
        memcpy(imaginary + x * CK_LANES, half_imaginary + place, CK_LANES * sizeof(float));
    }
    size_t rest = (n - shape->rows) * CK_LANES * sizeof(float);
    memset(real + shape->rows * CK_LANES, 0, rest);
    memset(imaginary + shape->rows * CK_LANES, 0, rest);
    ck_transform_lanes(shape->plan, real, imaginary, work_real, work_imaginary);
    for (size_t k = 0; k < n; k++) {
        const float *factor = spectrum + (k <= n - k ? k : n - k) * shape->frequency_stride + first;
        for (size_t l = 0; l < CK_LANES; l++) {
            real[k * CK_LANES + l] *= factor[l];
            imaginary[k * CK_LANES + l] *= factor[l];
        }
    }
    ck_transform_lanes(shape->plan, imaginary, real, work_imaginary, work_real);
    for (size_t x = 0; x < shape->rows; x++) {
        size_t place = x * shape->frequency_stride + first;
        memcpy(half_real + place, real + x * CK_LANES, CK_LANES * sizeof(float));
        memcpy(half_imaginary + place, imaginary + x * CK_LANES, CK_LANES * sizeof(float));
    }
}

CK_CLONES double ck_convolution_inverse(const ck_convolution *shape, const float *half_real,
                                        const float *half_imaginary, const float *charges, size_t first,
                                        float *potential, float *scratch) {
    SCRATCH_ARRAYS;
    for (size_t k = 0; k < shape->frequencies; k++) {
        size_t mirror = k == 0 ? 0 : n - k;
        for (size_t l = 0; l < CK_LANES; l++) {
            size_t left = (first + l) * shape->frequency_stride + k;
            size_t right = (first + CK_LANES + l) * shape->frequency_stride + k;
            float a = half_real[left], b = half_imaginary[left], c = half_real[right], d = half_imaginary[right];
            // Both spectra belong to real columns, so the upper half is the conjugate of the lower. Where a
            // frequency is its own mirror both lines write the same place and the imaginary parts b, d are zero.
            real[mirror * CK_LANES + l] = a + d;
            imaginary[mirror * CK_LANES + l] = c - b;
            real[k * CK_LANES + l] = a - d;
            imaginary[k * CK_LANES + l] = b + c;
        }
    }
    ck_transform_lanes(shape->plan, imaginary, real, work_imaginary, work_real);
    double lanes[2 * CK_LANES] = {0};
    for (size_t y = 0; y < shape->rows; y++) {
        float *row = potential + y * shape->stride + first;
        const float *charge = charges + y * shape->stride + first;
        memcpy(row, real + y * CK_LANES, CK_LANES * sizeof(float));
        memcpy(row + CK_LANES, imaginary + y * CK_LANES, CK_LANES * sizeof(float));
        for (size_t l = 0; l < 2 * CK_LANES; l++) lanes[l] += (double)row[l] * (double)charge[l];
    }
    for (size_t half = CK_LANES; half > 0; half /= 2)
        for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
    return lanes[0];
}
