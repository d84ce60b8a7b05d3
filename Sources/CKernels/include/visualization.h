#pragma once

// Loops of image optimisation: Fourier synthesis, colour, and changes of geometry with their adjoints.
//
// Images are planes, [channels][height][width] in row-major order.

#include "clones.h"

/// Discrete Fourier transforms of length n of `lanes` sequences side by side: element k of lane q lies at k · lanes + q.
///
/// Not scaled: X[k] = Σ x[j] exp(∓2πi·jk/n), minus forward, plus with `inverse`. In place; `scratch` holds 2 · n · lanes
/// floats; `roots` holds cos(2πj/n), then sin(2πj/n), for j in 0..<n. Any n; fast when its prime factors are small.
void ck_fourier(float *real, float *imaginary, float *scratch, const float *roots, size_t n, size_t lanes, int inverse);

/// Real rows from half spectra: [rows][width/2 + 1] complex to [rows][width], without scaling.
///
/// Two rows share one complex transform. `work` holds 4 · width · ⌈rows/2⌉ floats.
void ck_rows_from_spectrum(float *output, const float *real, const float *imaginary, float *work, const float *roots,
                           size_t rows, size_t width);

/// Half spectra of real rows: the first width/2 + 1 elements of each row's forward transform.
void ck_spectrum_of_rows(float *real, float *imaginary, const float *input, float *work, const float *roots,
                         size_t rows, size_t width);

/// output[i] = input[i] · scale[i]
void ck_scale_by(float *output, const float *input, const float *scale, size_t count);

/// Pixels in [0, 1]: the logistic function of matrix · raw at each position. `matrix` is [channels][channels] in
/// row-major order, or null for the identity.
void ck_pixels(float *pixels, const float *raw, const float *matrix, size_t channels, size_t positions);

/// Gradient of `ck_pixels` from its result.
void ck_pixels_backward(float *raw_gradient, const float *pixel_gradient, const float *pixels, const float *matrix,
                        size_t channels, size_t positions);

/// An enlargement and rotation about the centre: cosine and sine of the angle over the factor.
typedef struct {
    float cosine, sine;
} ck_turn;

/// Planes enlarged and turned anticlockwise about their centre, sampled bilinearly; `outside` lies around them.
void ck_resample(float *output, const float *input, ck_turn turn, float outside, size_t channels, size_t height,
                 size_t width);

/// Adjoint of the linear part of `ck_resample`; overwrites the input's gradient.
void ck_resample_adjoint(float *input_gradient, const float *output_gradient, ck_turn turn, size_t channels,
                         size_t height, size_t width);
