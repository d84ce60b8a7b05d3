#pragma once

// Layer computations on activations of one batch.
//
// A map lies as [samples][channel blocks][positions][block]: block 1 is PyTorch's NCHW, block 16 the layout that
// convolutions like. Channels are padded with zeros to whole blocks. Vectors are maps with one position.

#include "clones.h"

/// How a ReLU hands its gradient back.
typedef enum {
    /// Where the output is above zero.
    ck_relu_standard,
    /// Where both the output and the gradient are above zero (guided backpropagation).
    ck_relu_guided,
    /// Where the gradient is above zero, whatever the output (deconvolution network).
    ck_relu_deconvolution,
    /// As standard; but a sample whose standard gradient is zero everywhere hands back what would raise its inputs.
    ck_relu_redirected,
} ck_relu_rule;

/// The positive part, at most `limit` (infinity for none); NaN stays NaN. Output and input may be the same.
void ck_relu(float *output, const float *input, size_t count, float limit);

/// Gradient of a ReLU from its output; where the output meets the limit, nothing flows back either. `per_sample` is the
/// number of elements of one sample.
void ck_relu_backward(float *input_gradient, const float *output_gradient, const float *output, size_t samples,
                      size_t per_sample, ck_relu_rule rule, float limit);

void ck_add(float *sum, const float *a, const float *b, size_t count);

/// `ck_add` with `ck_relu` behind it.
void ck_add_relu(float *sum, const float *a, const float *b, size_t count, float limit);

void ck_multiply(float *product, const float *a, const float *b, size_t count);

/// output[samples][outputs] = input[samples][inputs] · weights[outputs][inputs] transposed + bias[outputs].
void ck_linear(float *output, const float *input, const float *weights, const float *bias, size_t samples,
               size_t inputs, size_t outputs);

/// output = input · scale[channel] + shift[channel], with a ReLU behind it if asked for; `scale` and `shift` hold
/// blocks · block values.
void ck_channel_affine(float *output, const float *input, const float *scale, const float *shift, size_t samples,
                       size_t blocks, size_t positions, size_t block, int relu);

/// Adds each channel's sum of x and of x² to `sum` and `squares`, in double precision.
void ck_channel_sums(double *sum, double *squares, const float *x, size_t samples, size_t blocks, size_t positions,
                     size_t block);

/// Adds each channel's sum of g and of g · x to `sum` and `products`. With `scale` and `shift`, g counts only where a
/// ReLU lets x · scale + shift through.
void ck_channel_products(double *sum, double *products, const float *gradient, const float *x, const float *scale,
                         const float *shift, size_t samples, size_t blocks, size_t positions, size_t block);

/// output = g · a[channel] + x · b[channel] + c[channel], where g is the gradient, cut by a ReLU as above if `scale` is
/// given.
void ck_channel_combine(float *output, const float *gradient, const float *x, const float *a, const float *b,
                        const float *c, const float *scale, const float *shift, size_t samples, size_t blocks,
                        size_t positions, size_t block);

/// Windows side by side over a map, from its first row and column on; what is left over belongs to none.
typedef struct {
    size_t height, width, window_height, window_width;
} ck_windows;

/// `ck_channel_affine` with a ReLU, then the maximum over windows of at most 256 positions. `chosen` receives the input
/// at the maximum, `place` its number in the window (the first of equals).
void ck_channel_affine_pool(float *output, float *chosen, uint8_t *place, const float *input, const float *scale,
                            const float *shift, size_t samples, size_t blocks, ck_windows windows, size_t block);

/// `ck_channel_combine` with a gradient that comes back through `ck_channel_affine_pool`.
void ck_channel_combine_unpool(float *output, const float *gradient, const float *chosen, const uint8_t *place,
                               const float *x, const float *a, const float *b, const float *c, const float *scale,
                               const float *shift, size_t samples, size_t blocks, ck_windows windows, size_t block);

/// Mean over windows [top[i], bottom[i]) × [left[j], right[j]) of `count` planes; `area` is what to divide by.
void ck_window_average(float *output, const float *input, size_t planes, size_t height, size_t width,
                       const int32_t *top, const int32_t *bottom, size_t rows, const int32_t *left,
                       const int32_t *right, size_t columns, const float *area);

/// Gradient of `ck_window_average`.
void ck_window_average_backward(float *input_gradient, const float *output_gradient, size_t planes, size_t height,
                                size_t width, const int32_t *top, const int32_t *bottom, size_t rows,
                                const int32_t *left, const int32_t *right, size_t columns, const float *area);

/// Sets elements to zero with the given probability and scales the others by 1 / (1 − probability).
///
/// Element i falls when the mixed bits of (key, i) lie below the threshold; applied to a gradient with the same key it
/// is its own backward pass.
void ck_dropout(float *output, const float *input, size_t count, uint64_t key, float probability);

/// Maps of height × width in larger ones, beginning at row `top` and column `left`.
typedef struct {
    size_t planes, block, height, width, top, left, outer_height, outer_width;
} ck_frame;

/// Writes maps into larger ones that are zero elsewhere.
void ck_frame_write(float *outer, const float *inner, ck_frame frame);

/// Reads maps out of larger ones: the gradient of `ck_frame_write`.
void ck_frame_read(float *inner, const float *outer, ck_frame frame);

/// Every `row_stride`-th row and `column_stride`-th column, behind `channels_before` channels of zeros.
typedef struct {
    size_t samples, channels, height, width, channels_before, outer_channels, outer_height, outer_width, row_stride,
        column_stride, block;
} ck_shortcut_shape;

void ck_shortcut(float *output, const float *input, ck_shortcut_shape shape);

void ck_shortcut_backward(float *input_gradient, const float *output_gradient, ck_shortcut_shape shape);
