// PNG (libpng) and JPEG (libjpeg-turbo) between bytes in memory and 8-bit pixels.
//
// Both libraries report errors by longjmp, which must not cross Swift: here every function returns a status and
// writes a message. Whatever a function allocated it has freed when it returns anything but CODEC_OK.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    CODEC_OK = 0,
    // The data contradict their own format; the message says how.
    CODEC_DAMAGED = 1,
    // The data are valid but use a feature that is not read here.
    CODEC_UNSUPPORTED = 2,
    CODEC_OUT_OF_MEMORY = 3,
};

// Bytes that every `message` argument must have room for.
enum { CODEC_MESSAGE_SIZE = 256 };

typedef struct {
    uint32_t width, height;
    // 1 for gray, 3 for everything else; transparency is not counted.
    int channels;
    int has_alpha;
    // No honest file of this size is shorter: the compression of the format ends there.
    uint64_t least_bytes;
} codec_header;

// Encoded bytes; empty (all zero) before a call, to be freed with codec_buffer_free after CODEC_OK.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} codec_buffer;

void codec_buffer_free(codec_buffer *buffer);

// Reads no pixels and allocates nothing that grows with the size the header claims.
int codec_png_header(const uint8_t *bytes, size_t count, codec_header *header, char *message);
int codec_jpeg_header(const uint8_t *bytes, size_t count, codec_header *header, char *message);

// Decodes to interleaved rows of `channels` bytes per pixel into exactly `pixel_count * channels` bytes.
//
// PNG: 1 (only if the header says so), 3, or 4. 16-bit samples keep their high byte; smaller ones are spread over
// 0...255; alpha is removed, not blended, unless 4 channels are asked for. No gamma or profile is applied.
int codec_png_decode(
    const uint8_t *bytes, size_t count, int channels, uint8_t *pixels, size_t pixel_count, char *message);
// JPEG: 1 (only if the header says so) or 3. CMYK and YCCK are taken as inverted, as Adobe writes them.
int codec_jpeg_decode(
    const uint8_t *bytes, size_t count, int channels, uint8_t *pixels, size_t pixel_count, char *message);

// 8-bit PNG of 1, 3 or 4 channels. Same pixels, same bytes: no time and no text is written.
int codec_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, codec_buffer *out, char *message);
// Baseline JPEG of 1 or 3 channels, quality 1...100.
int codec_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, int quality, codec_buffer *out,
    char *message);
