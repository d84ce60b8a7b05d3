#include "visualization.h"

#include <string.h>

// Stockham's self-sorting form, decimation in frequency (Van Loan, "Computational frameworks for the fast Fourier
// transform", 1992, section 1.7). A pass of radix r takes [r][m][s] to [m][r][s], s growing by r each time; sequences
// lie side by side in the innermost axis, so every inner loop is contiguous.

typedef struct {
    float *real, *imaginary;
} planes;

/// Odd radices up to 7. Elements j and r − j share their products: cosines see their sum, sines their difference.
static inline __attribute__((always_inline)) void pass_of_odd(planes out, planes in, const float *roots, size_t n,
                                                              const size_t radix, size_t m, size_t stride,
                                                              float sign) {
    size_t step = n / (radix * m), far = m * stride;
    const size_t pairs = radix / 2;
    float cosine[9], sine[9], wr[6], wi[6];
    for (size_t k = 0; k < pairs; k++)
        for (size_t j = 0; j < pairs; j++) {
            size_t turn = (j + 1) * (k + 1) % radix * (n / radix);
            cosine[k * pairs + j] = roots[turn];
            sine[k * pairs + j] = sign * roots[n + turn];
        }
    for (size_t p = 0; p < m; p++) {
        for (size_t k = 1; k < radix; k++) {
            wr[k - 1] = roots[k * p * step];
            wi[k - 1] = sign * roots[n + k * p * step];
        }
        const float *restrict xr = in.real + p * stride, *restrict xi = in.imaginary + p * stride;
        float *restrict yr = out.real + p * radix * stride, *restrict yi = out.imaginary + p * radix * stride;
        for (size_t q = 0; q < stride; q++) {
            float sum_r[3], sum_i[3], difference_r[3], difference_i[3];
            float all_r = xr[q], all_i = xi[q];
#pragma clang loop unroll(full)
            for (size_t j = 0; j < pairs; j++) {
                size_t near = (j + 1) * far + q, mirror = (radix - 1 - j) * far + q;
                sum_r[j] = xr[near] + xr[mirror];
                sum_i[j] = xi[near] + xi[mirror];
                difference_r[j] = xr[near] - xr[mirror];
                difference_i[j] = xi[near] - xi[mirror];
                all_r += sum_r[j];
                all_i += sum_i[j];
            }
#pragma clang loop unroll(full)
            for (size_t k = 0; k < pairs; k++) {
                float even_r = xr[q], even_i = xi[q], odd_r = 0, odd_i = 0;
#pragma clang loop unroll(full)
                for (size_t j = 0; j < pairs; j++) {
                    even_r += cosine[k * pairs + j] * sum_r[j];
                    even_i += cosine[k * pairs + j] * sum_i[j];
                    odd_r -= sine[k * pairs + j] * difference_i[j];
                    odd_i += sine[k * pairs + j] * difference_r[j];
                }
                float ar = even_r + odd_r, ai = even_i + odd_i, br = even_r - odd_r, bi = even_i - odd_i;
                size_t other = radix - 2 - k;
                yr[(k + 1) * stride + q] = ar * wr[k] - ai * wi[k];
                yi[(k + 1) * stride + q] = ar * wi[k] + ai * wr[k];
                yr[(other + 1) * stride + q] = br * wr[other] - bi * wi[other];
                yi[(other + 1) * stride + q] = br * wi[other] + bi * wr[other];
            }
            yr[q] = all_r;
            yi[q] = all_i;
        }
    }
}

CK_CLONES static void pass_of_two(planes out, planes in, const float *roots, size_t n, size_t m, size_t stride,
                                  float sign) {
    size_t step = n / (2 * m);
    for (size_t p = 0; p < m; p++) {
        float wr = roots[p * step], wi = sign * roots[n + p * step];
        const float *restrict xr = in.real + p * stride, *restrict xi = in.imaginary + p * stride;
        float *restrict yr = out.real + p * 2 * stride, *restrict yi = out.imaginary + p * 2 * stride;
        for (size_t q = 0; q < stride; q++) {
            float ar = xr[q], ai = xi[q], br = xr[m * stride + q], bi = xi[m * stride + q];
            float dr = ar - br, di = ai - bi;
            yr[q] = ar + br;
            yi[q] = ai + bi;
            yr[stride + q] = dr * wr - di * wi;
            yi[stride + q] = dr * wi + di * wr;
        }
    }
}

CK_CLONES static void pass_of_four(planes out, planes in, const float *roots, size_t n, size_t m, size_t stride,
                                   float sign) {
    size_t step = n / (4 * m);
    for (size_t p = 0; p < m; p++) {
        float w1r = roots[p * step], w1i = sign * roots[n + p * step];
        float w2r = roots[2 * p * step], w2i = sign * roots[n + 2 * p * step];
        float w3r = roots[3 * p * step], w3i = sign * roots[n + 3 * p * step];
        const float *restrict xr = in.real + p * stride, *restrict xi = in.imaginary + p * stride;
        float *restrict yr = out.real + p * 4 * stride, *restrict yi = out.imaginary + p * 4 * stride;
        size_t far = m * stride;
        for (size_t q = 0; q < stride; q++) {
            float ar = xr[q], ai = xi[q], br = xr[far + q], bi = xi[far + q];
            float cr = xr[2 * far + q], ci = xi[2 * far + q], dr = xr[3 * far + q], di = xi[3 * far + q];
            float s0r = ar + cr, s0i = ai + ci, d0r = ar - cr, d0i = ai - ci;
            float s1r = br + dr, s1i = bi + di;
            // The difference times ±i, the quarter turn.
            float d1r = -sign * (bi - di), d1i = sign * (br - dr);
            float t1r = d0r + d1r, t1i = d0i + d1i, t2r = s0r - s1r, t2i = s0i - s1i, t3r = d0r - d1r,
                  t3i = d0i - d1i;
            yr[q] = s0r + s1r;
            yi[q] = s0i + s1i;
            yr[stride + q] = t1r * w1r - t1i * w1i;
            yi[stride + q] = t1r * w1i + t1i * w1r;
            yr[2 * stride + q] = t2r * w2r - t2i * w2i;
            yi[2 * stride + q] = t2r * w2i + t2i * w2r;
            yr[3 * stride + q] = t3r * w3r - t3i * w3i;
            yi[3 * stride + q] = t3r * w3i + t3i * w3r;
        }
    }
}

CK_CLONES static void pass_of_three(planes out, planes in, const float *roots, size_t n, size_t m, size_t stride,
                                    float sign) {
    pass_of_odd(out, in, roots, n, 3, m, stride, sign);
}

CK_CLONES static void pass_of_five(planes out, planes in, const float *roots, size_t n, size_t m, size_t stride,
                                   float sign) {
    pass_of_odd(out, in, roots, n, 5, m, stride, sign);
}

CK_CLONES static void pass_of_seven(planes out, planes in, const float *roots, size_t n, size_t m, size_t stride,
                                    float sign) {
    pass_of_odd(out, in, roots, n, 7, m, stride, sign);
}

/// Larger primes: r² products, each a loop over all lanes.
CK_CLONES static void pass_of_prime(planes out, planes in, const float *roots, size_t n, size_t radix, size_t m,
                                    size_t stride, float sign) {
    size_t step = n / (radix * m);
    for (size_t p = 0; p < m; p++)
        for (size_t k = 0; k < radix; k++) {
            float *restrict yr = out.real + (p * radix + k) * stride;
            float *restrict yi = out.imaginary + (p * radix + k) * stride;
            memset(yr, 0, stride * sizeof(float));
            memset(yi, 0, stride * sizeof(float));
            for (size_t j = 0; j < radix; j++) {
                size_t turn = (j * k * m + p * k) % (radix * m) * step;
                float wr = roots[turn], wi = sign * roots[n + turn];
                const float *restrict xr = in.real + (j * m + p) * stride;
                const float *restrict xi = in.imaginary + (j * m + p) * stride;
                for (size_t q = 0; q < stride; q++) {
                    yr[q] += xr[q] * wr - xi[q] * wi;
                    yi[q] += xr[q] * wi + xi[q] * wr;
                }
            }
        }
}

static size_t next_radix(size_t n) {
    if (n % 4 == 0) return 4;
    for (size_t radix = 2; radix * radix <= n; radix++)
        if (n % radix == 0) return radix;
    return n;
}

void ck_fourier(float *real, float *imaginary, float *scratch, const float *roots, size_t n, size_t lanes,
                int inverse) {
    planes here = {real, imaginary}, there = {scratch, scratch + n * lanes};
    float sign = inverse ? 1 : -1;
    size_t stride = lanes;
    for (size_t rest = n; rest > 1;) {
        size_t radix = next_radix(rest), m = rest / radix;
        switch (radix) {
        case 2: pass_of_two(there, here, roots, n, m, stride, sign); break;
        case 3: pass_of_three(there, here, roots, n, m, stride, sign); break;
        case 4: pass_of_four(there, here, roots, n, m, stride, sign); break;
        case 5: pass_of_five(there, here, roots, n, m, stride, sign); break;
        case 7: pass_of_seven(there, here, roots, n, m, stride, sign); break;
        default: pass_of_prime(there, here, roots, n, radix, m, stride, sign);
        }
        planes swapped = here;
        here = there;
        there = swapped;
        stride *= radix;
        rest = m;
    }
    if (here.real != real) {
        memcpy(real, here.real, n * lanes * sizeof(float));
        memcpy(imaginary, here.imaginary, n * lanes * sizeof(float));
    }
}

// Rows a and b of real numbers with spectra A and B travel as one sequence a + ib with spectrum A + iB. Row q is paired
// with row q + lanes; with an odd number of rows the last lane carries one row only.

void ck_rows_from_spectrum(float *output, const float *real, const float *imaginary, float *work, const float *roots,
                           size_t rows, size_t width) {
    size_t lanes = (rows + 1) / 2, half = width / 2 + 1;
    float *zr = work, *zi = work + width * lanes;
    for (size_t q = 0; q < lanes; q++) {
        int is_paired = q + lanes < rows;
        const float *ar = real + q * half, *ai = imaginary + q * half;
        const float *br = ar + lanes * half, *bi = ai + lanes * half;
        for (size_t k = 0; k < half; k++) {
            // The first and, for even widths, the last element belong to themselves: their imaginary part is void.
            int is_own = k == 0 || 2 * k == width;
            float b_real = is_paired ? br[k] : 0, b_imaginary = is_paired && !is_own ? bi[k] : 0;
            float a_imaginary = is_own ? 0 : ai[k];
            zr[k * lanes + q] = ar[k] - b_imaginary;
            zi[k * lanes + q] = a_imaginary + b_real;
            if (is_own) continue;
            zr[(width - k) * lanes + q] = ar[k] + b_imaginary;
            zi[(width - k) * lanes + q] = b_real - a_imaginary;
        }
    }
    ck_fourier(zr, zi, work + 2 * width * lanes, roots, width, lanes, 1);
    for (size_t q = 0; q < lanes; q++) {
        for (size_t x = 0; x < width; x++) output[q * width + x] = zr[x * lanes + q];
        if (q + lanes < rows)
            for (size_t x = 0; x < width; x++) output[(q + lanes) * width + x] = zi[x * lanes + q];
    }
}

void ck_spectrum_of_rows(float *real, float *imaginary, const float *input, float *work, const float *roots,
                         size_t rows, size_t width) {
    size_t lanes = (rows + 1) / 2, half = width / 2 + 1;
    float *zr = work, *zi = work + width * lanes;
    for (size_t q = 0; q < lanes; q++) {
        for (size_t x = 0; x < width; x++) zr[x * lanes + q] = input[q * width + x];
        for (size_t x = 0; x < width; x++)
            zi[x * lanes + q] = q + lanes < rows ? input[(q + lanes) * width + x] : 0;
    }
    ck_fourier(zr, zi, work + 2 * width * lanes, roots, width, lanes, 0);
    for (size_t q = 0; q < lanes; q++)
        for (size_t k = 0; k < half; k++) {
            size_t mirror = (width - k) % width;
            float kr = zr[k * lanes + q], ki = zi[k * lanes + q];
            float mr = zr[mirror * lanes + q], mi = zi[mirror * lanes + q];
            real[q * half + k] = 0.5f * (kr + mr);
            imaginary[q * half + k] = 0.5f * (ki - mi);
            if (q + lanes >= rows) continue;
            real[(q + lanes) * half + k] = 0.5f * (ki + mi);
            imaginary[(q + lanes) * half + k] = 0.5f * (mr - kr);
        }
}

CK_CLONES void ck_scale_by(float *restrict output, const float *restrict input, const float *restrict scale,
                           size_t count) {
    for (size_t i = 0; i < count; i++) output[i] = input[i] * scale[i];
}
