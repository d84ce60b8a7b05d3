#include "layers.h"

#include <string.h>

void ck_frame_write(float *output, const float *input, ck_frame frame) {
    size_t row = frame.width * frame.block;
    memset(output, 0, frame.planes * frame.outer_height * frame.outer_width * frame.block * sizeof(float));
    for (size_t plane = 0; plane < frame.planes; plane++)
        for (size_t y = 0; y < frame.height; y++) {
            size_t target = (plane * frame.outer_height + frame.top + y) * frame.outer_width + frame.left;
            memcpy(output + target * frame.block, input + (plane * frame.height + y) * row, row * sizeof(float));
        }
}

void ck_frame_read(float *input, const float *output, ck_frame frame) {
    size_t row = frame.width * frame.block;
    for (size_t plane = 0; plane < frame.planes; plane++)
        for (size_t y = 0; y < frame.height; y++) {
            size_t source = (plane * frame.outer_height + frame.top + y) * frame.outer_width + frame.left;
            memcpy(input + (plane * frame.height + y) * row, output + source * frame.block, row * sizeof(float));
        }
}

// Where a channel of a sample begins, in maps with channels in blocks.
static size_t plane_start(size_t sample, size_t channel, size_t channels, size_t positions, size_t block) {
    size_t blocks = (channels + block - 1) / block;
    return (sample * blocks + channel / block) * positions * block + channel % block;
}

static size_t padded_count(size_t samples, size_t channels, size_t positions, size_t block) {
    return samples * ((channels + block - 1) / block) * block * positions;
}

void ck_shortcut(float *output, const float *input, ck_shortcut_shape s) {
    size_t inner = s.height * s.width, outer = s.outer_height * s.outer_width;
    memset(output, 0, padded_count(s.samples, s.outer_channels, outer, s.block) * sizeof(float));
    for (size_t n = 0; n < s.samples; n++)
        for (size_t c = 0; c < s.channels; c++) {
            const float *in = input + plane_start(n, c, s.channels, inner, s.block);
            float *out = output + plane_start(n, s.channels_before + c, s.outer_channels, outer, s.block);
            for (size_t y = 0; y < s.outer_height; y++)
                for (size_t x = 0; x < s.outer_width; x++)
                    out[(y * s.outer_width + x) * s.block] =
                        in[(y * s.row_stride * s.width + x * s.column_stride) * s.block];
        }
}

void ck_shortcut_backward(float *input_gradient, const float *output_gradient, ck_shortcut_shape s) {
    size_t inner = s.height * s.width, outer = s.outer_height * s.outer_width;
    memset(input_gradient, 0, padded_count(s.samples, s.channels, inner, s.block) * sizeof(float));
    for (size_t n = 0; n < s.samples; n++)
        for (size_t c = 0; c < s.channels; c++) {
            float *in = input_gradient + plane_start(n, c, s.channels, inner, s.block);
            const float *out =
                output_gradient + plane_start(n, s.channels_before + c, s.outer_channels, outer, s.block);
            for (size_t y = 0; y < s.outer_height; y++)
                for (size_t x = 0; x < s.outer_width; x++)
                    in[(y * s.row_stride * s.width + x * s.column_stride) * s.block] =
                        out[(y * s.outer_width + x) * s.block];
        }
}
