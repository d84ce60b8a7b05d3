#include "layers.h"

// Batch normalisation with what usually follows it, in as few passes over memory as possible: a ReLU, and max pooling.
//
// Left to itself the compiler vectorises over positions, with gathers; so the lanes over channels are written out. A block
// of 8 or 16 channels is one or two groups of 8 lanes; row-major maps go through the loops for a block of 1.

typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t mask __attribute__((vector_size(32)));
typedef double wide __attribute__((vector_size(64)));
typedef uint8_t bytes __attribute__((vector_size(8), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define LOAD(pointer) (*(const lanes *)(pointer))
#define STORE(pointer, value) (*(lanes *)(pointer) = (value))
#define WHERE(condition, value) ((lanes)((condition) & (mask)(value)))
#define WIDEN(value) __builtin_convertvector(value, wide)

// Calls a loop with the block, and one more choice, known to the compiler.
#define FOR_BLOCK(LOOP, PLAIN, choice, ...)                                                                           \
    do {                                                                                                              \
        if (block == 16) {                                                                                            \
            if (choice) LOOP(__VA_ARGS__, 16, 1); else LOOP(__VA_ARGS__, 16, 0);                                      \
        } else if (block == 8) {                                                                                      \
            if (choice) LOOP(__VA_ARGS__, 8, 1); else LOOP(__VA_ARGS__, 8, 0);                                        \
        } else {                                                                                                      \
            if (choice) PLAIN(__VA_ARGS__, 1); else PLAIN(__VA_ARGS__, 0);                                            \
        }                                                                                                             \
    } while (0)

INLINE void affine_blocks(float *restrict y, const float *restrict x, const float *restrict scale,
                          const float *restrict shift, size_t samples, size_t blocks, size_t positions, size_t block,
                          int relu) {
    for (size_t plane = 0; plane < samples * blocks; plane++) {
        size_t channel = plane % blocks * block, base = plane * positions * block;
        for (size_t k = 0; k < block; k += 8) {
            lanes s = LOAD(scale + channel + k), t = LOAD(shift + channel + k);
            for (size_t i = base + k; i < base + positions * block; i += block) {
                lanes value = LOAD(x + i) * s + t;
                STORE(y + i, relu ? WHERE(~(value <= 0), value) : value);
            }
        }
    }
}

INLINE void affine_plain(float *restrict y, const float *restrict x, const float *restrict scale,
                         const float *restrict shift, size_t samples, size_t channels, size_t positions, int relu) {
    for (size_t plane = 0; plane < samples * channels; plane++) {
        float s = scale[plane % channels], t = shift[plane % channels];
        for (size_t i = plane * positions; i < (plane + 1) * positions; i++) {
            float value = x[i] * s + t;
            y[i] = relu && value <= 0 ? 0 : value;
        }
    }
}

CK_CLONES void ck_channel_affine(float *output, const float *input, const float *scale, const float *shift,
                                 size_t samples, size_t blocks, size_t positions, size_t block, int relu) {
    FOR_BLOCK(affine_blocks, affine_plain, relu, output, input, scale, shift, samples, blocks, positions);
}

INLINE void combine_blocks(float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict a,
                           const float *restrict b, const float *restrict c, const float *restrict scale,
                           const float *restrict shift, size_t samples, size_t blocks, size_t positions, size_t block,
                           int relu) {
    for (size_t plane = 0; plane < samples * blocks; plane++) {
        size_t channel = plane % blocks * block, base = plane * positions * block;
        for (size_t k = 0; k < block; k += 8) {
            lanes ak = LOAD(a + channel + k), bk = LOAD(b + channel + k), ck = LOAD(c + channel + k);
            lanes s = {0}, t = {0};
            if (relu) s = LOAD(scale + channel + k), t = LOAD(shift + channel + k);
            for (size_t i = base + k; i < base + positions * block; i += block) {
                lanes value = LOAD(x + i), gradient = LOAD(dy + i);
                if (relu) gradient = WHERE(value * s + t > 0, gradient);
                STORE(dx + i, gradient * ak + value * bk + ck);
            }
        }
    }
}

INLINE void combine_plain(float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict a,
                          const float *restrict b, const float *restrict c, const float *restrict scale,
                          const float *restrict shift, size_t samples, size_t channels, size_t positions, int relu) {
    for (size_t plane = 0; plane < samples * channels; plane++) {
        size_t k = plane % channels;
        for (size_t i = plane * positions; i < (plane + 1) * positions; i++) {
            float gradient = relu && !(x[i] * scale[k] + shift[k] > 0) ? 0 : dy[i];
            dx[i] = gradient * a[k] + x[i] * b[k] + c[k];
        }
    }
}

CK_CLONES void ck_channel_combine(float *output, const float *gradient, const float *x, const float *a, const float *b,
                                  const float *c, const float *scale, const float *shift, size_t samples,
                                  size_t blocks, size_t positions, size_t block) {
    FOR_BLOCK(combine_blocks, combine_plain, scale != NULL, output, gradient, x, a, b, c, scale, shift, samples, blocks,
              positions);
}

INLINE void products_blocks(double *restrict sum, double *restrict products, const float *restrict dy,
                            const float *restrict x, const float *restrict scale, const float *restrict shift,
                            size_t samples, size_t blocks, size_t positions, size_t block, int relu) {
    for (size_t plane = 0; plane < samples * blocks; plane++) {
        size_t channel = plane % blocks * block, base = plane * positions * block;
        for (size_t k = 0; k < block; k += 8) {
            lanes s = {0}, t = {0};
            if (relu) s = LOAD(scale + channel + k), t = LOAD(shift + channel + k);
            wide total = {0}, product = {0};
            for (size_t i = base + k; i < base + positions * block; i += block) {
                lanes value = LOAD(x + i), gradient = LOAD(dy + i);
                if (relu) gradient = WHERE(value * s + t > 0, gradient);
                total += WIDEN(gradient);
                product += WIDEN(gradient) * WIDEN(value);
            }
            for (size_t j = 0; j < 8; j++) {
                sum[channel + k + j] += total[j];
                products[channel + k + j] += product[j];
            }
        }
    }
}

INLINE void products_plain(double *restrict sum, double *restrict products, const float *restrict dy,
                           const float *restrict x, const float *restrict scale, const float *restrict shift,
                           size_t samples, size_t channels, size_t positions, int relu) {
    for (size_t plane = 0; plane < samples * channels; plane++) {
        size_t k = plane % channels, base = plane * positions, end = base + positions, i = base;
        // Eight partial sums a channel: wide without reassociating anything at compile time.
        double total[8] = {0}, product[8] = {0};
        for (; i < end; i++) {
            float gradient = relu && !(x[i] * scale[k] + shift[k] > 0) ? 0 : dy[i];
            total[(i - base) % 8] += gradient;
            product[(i - base) % 8] += (double)gradient * x[i];
        }
        for (size_t j = 0; j < 8; j++) {
            sum[k] += total[j];
            products[k] += product[j];
        }
    }
}

CK_CLONES void ck_channel_products(double *sum, double *products, const float *gradient, const float *x,
                                   const float *scale, const float *shift, size_t samples, size_t blocks,
                                   size_t positions, size_t block) {
    FOR_BLOCK(products_blocks, products_plain, scale != NULL, sum, products, gradient, x, scale, shift, samples, blocks,
              positions);
}

void ck_channel_sums(double *sum, double *squares, const float *x, size_t samples, size_t blocks, size_t positions,
                     size_t block) {
    ck_channel_products(sum, squares, x, x, NULL, NULL, samples, blocks, positions, block);
}

INLINE void pool_blocks(float *restrict y, float *restrict chosen, uint8_t *restrict place, const float *restrict x,
                        const float *restrict scale, const float *restrict shift, size_t samples, size_t blocks,
                        ck_windows w, size_t block, int unused) {
    (void)unused;
    size_t rows = w.height / w.window_height, columns = w.width / w.window_width;
    for (size_t plane = 0; plane < samples * blocks; plane++) {
        size_t channel = plane % blocks * block;
        for (size_t k = 0; k < block; k += 8) {
            lanes s = LOAD(scale + channel + k), t = LOAD(shift + channel + k);
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++) {
                    const float *first =
                        x + ((plane * w.height + i * w.window_height) * w.width + j * w.window_width) * block + k;
                    lanes best_x = LOAD(first), best = best_x * s + t;
                    mask best_place = {0};
                    int32_t index = 0;
                    for (size_t u = 0; u < w.window_height; u++)
                        for (size_t v = 0; v < w.window_width; v++, index++) {
                            lanes value_x = LOAD(first + (u * w.width + v) * block), value = value_x * s + t;
                            mask better = value > best;
                            best = (lanes)((better & (mask)value) | (~better & (mask)best));
                            best_x = (lanes)((better & (mask)value_x) | (~better & (mask)best_x));
                            best_place = (better & index) | (~better & best_place);
                        }
                    size_t o = ((plane * rows + i) * columns + j) * block + k;
                    STORE(y + o, WHERE(best > 0, best));
                    STORE(chosen + o, best_x);
                    *(bytes *)(place + o) = __builtin_convertvector(best_place, bytes);
                }
        }
    }
}

INLINE void pool_plain(float *restrict y, float *restrict chosen, uint8_t *restrict place, const float *restrict x,
                       const float *restrict scale, const float *restrict shift, size_t samples, size_t channels,
                       ck_windows w, int unused) {
    (void)unused;
    size_t rows = w.height / w.window_height, columns = w.width / w.window_width, o = 0;
    for (size_t plane = 0; plane < samples * channels; plane++)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++, o++) {
                const float *first = x + (plane * w.height + i * w.window_height) * w.width + j * w.window_width;
                float s = scale[plane % channels], t = shift[plane % channels];
                size_t best = 0;
                for (size_t index = 1; index < w.window_height * w.window_width; index++) {
                    size_t here = index / w.window_width * w.width + index % w.window_width;
                    size_t there = best / w.window_width * w.width + best % w.window_width;
                    if (first[here] * s + t > first[there] * s + t) best = index;
                }
                chosen[o] = first[best / w.window_width * w.width + best % w.window_width];
                place[o] = (uint8_t)best;
                y[o] = chosen[o] * s + t > 0 ? chosen[o] * s + t : 0;
            }
}

CK_CLONES void ck_channel_affine_pool(float *output, float *chosen, uint8_t *place, const float *input,
                                      const float *scale, const float *shift, size_t samples, size_t blocks,
                                      ck_windows w, size_t block) {
    if (w.window_height == 2 && w.window_width == 2) {
        w.window_height = w.window_width = 2;  // said once more, so that the compiler unrolls the usual window
        FOR_BLOCK(pool_blocks, pool_plain, 0, output, chosen, place, input, scale, shift, samples, blocks, w);
    } else {
        FOR_BLOCK(pool_blocks, pool_plain, 0, output, chosen, place, input, scale, shift, samples, blocks, w);
    }
}

INLINE void unpool_blocks(float *restrict dx, const float *restrict dy, const float *restrict chosen,
                          const uint8_t *restrict place, const float *restrict x, const float *restrict a,
                          const float *restrict b, const float *restrict c, const float *restrict scale,
                          const float *restrict shift, size_t samples, size_t blocks, ck_windows w, size_t block,
                          int unused) {
    (void)unused;
    size_t rows = w.height / w.window_height, columns = w.width / w.window_width;
    for (size_t plane = 0; plane < samples * blocks; plane++) {
        size_t channel = plane % blocks * block, base = plane * w.height * w.width * block;
        for (size_t k = 0; k < block; k += 8) {
            lanes s = LOAD(scale + channel + k), t = LOAD(shift + channel + k);
            lanes ak = LOAD(a + channel + k), bk = LOAD(b + channel + k), ck = LOAD(c + channel + k);
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++) {
                    size_t o = ((plane * rows + i) * columns + j) * block + k;
                    lanes gradient = WHERE(LOAD(chosen + o) * s + t > 0, LOAD(dy + o)) * ak;
                    mask at = __builtin_convertvector(*(const bytes *)(place + o), mask);
                    size_t first = base + (i * w.window_height * w.width + j * w.window_width) * block + k;
                    int32_t index = 0;
                    for (size_t u = 0; u < w.window_height; u++)
                        for (size_t v = 0; v < w.window_width; v++, index++) {
                            size_t here = first + (u * w.width + v) * block;
                            STORE(dx + here, WHERE(at == index, gradient) + LOAD(x + here) * bk + ck);
                        }
                }
            // What no window covers was in the statistics all the same.
            for (size_t i = 0; i < w.height; i++)
                for (size_t j = i < rows * w.window_height ? columns * w.window_width : 0; j < w.width; j++) {
                    size_t here = base + (i * w.width + j) * block + k;
                    STORE(dx + here, LOAD(x + here) * bk + ck);
                }
        }
    }
}

INLINE void unpool_plain(float *restrict dx, const float *restrict dy, const float *restrict chosen,
                         const uint8_t *restrict place, const float *restrict x, const float *restrict a,
                         const float *restrict b, const float *restrict c, const float *restrict scale,
                         const float *restrict shift, size_t samples, size_t channels, ck_windows w, int unused) {
    (void)unused;
    size_t rows = w.height / w.window_height, columns = w.width / w.window_width, o = 0;
    for (size_t plane = 0; plane < samples * channels; plane++) {
        size_t k = plane % channels, base = plane * w.height * w.width;
        for (size_t i = base; i < base + w.height * w.width; i++) dx[i] = x[i] * b[k] + c[k];
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++, o++) {
                size_t y = i * w.window_height + place[o] / w.window_width;
                size_t here = base + y * w.width + j * w.window_width + place[o] % w.window_width;
                float gradient = chosen[o] * scale[k] + shift[k] > 0 ? dy[o] : 0;
                dx[here] = gradient * a[k] + x[here] * b[k] + c[k];
            }
    }
}

CK_CLONES void ck_channel_combine_unpool(float *output, const float *gradient, const float *chosen,
                                         const uint8_t *place, const float *x, const float *a, const float *b,
                                         const float *c, const float *scale, const float *shift, size_t samples,
                                         size_t blocks, ck_windows w, size_t block) {
    if (w.window_height == 2 && w.window_width == 2) {
        w.window_height = w.window_width = 2;
        FOR_BLOCK(unpool_blocks, unpool_plain, 0, output, gradient, chosen, place, x, a, b, c, scale, shift, samples,
                  blocks, w);
    } else {
        FOR_BLOCK(unpool_blocks, unpool_plain, 0, output, gradient, chosen, place, x, a, b, c, scale, shift, samples,
                  blocks, w);
    }
}
