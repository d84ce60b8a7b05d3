#include "CImageCodecs.h"
#include "buffer.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// An honest progressive file has about ten scans; each one walks all blocks, however few bytes it takes.
enum { SCAN_LIMIT = 64 };

// libjpeg's error manager with a way out. Lives in the caller's frame, outside setjmp's reach.
typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf exit;
    char *message;
    int status;
} jpeg_failure;

static void fail(j_common_ptr codec) {
    jpeg_failure *failure = (jpeg_failure *)codec->err;
    char text[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, text);
    codec_set_message(failure->message, text);
    if (codec->err->msg_code == JERR_OUT_OF_MEMORY) failure->status = CODEC_OUT_OF_MEMORY;
    longjmp(failure->exit, 1);
}

static void fail_with(j_common_ptr codec, int status, const char *text) {
    jpeg_failure *failure = (jpeg_failure *)codec->err;
    codec_set_message(failure->message, text);
    failure->status = status;
    longjmp(failure->exit, 1);
}

// The library goes on after damaged data with a warning and a gray rest; a network must not be fed that.
static void fail_on_damage(j_common_ptr codec, int level) {
    if (level >= 0) return;
    int code = codec->err->msg_code;
    if (code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
    // Bytes between the last pixel and the end harm nothing; well-known data sets have such files.
    if (code == JWRN_EXTRANEOUS_DATA && codec->err->msg_parm.i[1] == JPEG_EOI) return;
    fail(codec);
}

static void print_nothing(j_common_ptr codec) { (void)codec; }

static void limit_scans(j_common_ptr codec) {
    if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > SCAN_LIMIT) {
        fail_with(codec, CODEC_UNSUPPORTED, "the picture has more than 64 progressive scans");
    }
}

static struct jpeg_error_mgr *set_failure(jpeg_failure *failure, int status, char *message) {
    jpeg_std_error(&failure->manager);
    failure->manager.error_exit = fail;
    failure->manager.emit_message = fail_on_damage;
    failure->manager.output_message = print_nothing;
    failure->message = message;
    failure->status = status;
    return &failure->manager;
}

static void open_reader(j_decompress_ptr reader, const uint8_t *bytes, size_t count) {
    jpeg_mem_src(reader, bytes, count);
    jpeg_read_header(reader, TRUE);
    if (reader->arith_code) {
        fail_with((j_common_ptr)reader, CODEC_UNSUPPORTED, "arithmetic coding is not read");
    }
    if (reader->jpeg_color_space == JCS_UNKNOWN) {
        fail_with((j_common_ptr)reader, CODEC_UNSUPPORTED, "the colour space is unknown");
    }
}

int codec_jpeg_header(const uint8_t *bytes, size_t count, codec_header *header, char *message) {
    struct jpeg_decompress_struct reader = {0};
    jpeg_failure failure;
    reader.err = set_failure(&failure, CODEC_DAMAGED, message);
    if (setjmp(failure.exit)) goto done;
    jpeg_create_decompress(&reader);
    open_reader(&reader, bytes, count);
    header->width = reader.image_width;
    header->height = reader.image_height;
    header->channels = reader.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    header->has_alpha = 0;
    // Huffman coding spends at least one bit on the mean of each block of 8 by 8.
    uint64_t blocks = 0;
    for (int component = 0; component < reader.num_components; component++) {
        jpeg_component_info *info = &reader.comp_info[component];
        blocks += (uint64_t)info->width_in_blocks * info->height_in_blocks;
    }
    header->least_bytes = blocks / 8;
    failure.status = CODEC_OK;
done:
    jpeg_destroy_decompress(&reader);
    return failure.status;
}

// Round(a * b / 255), exactly.
static inline int scaled(int a, int b) {
    int product = a * b + 128;
    return (product + (product >> 8)) >> 8;
}

// Inverted CMYK, as Adobe writes it and Pillow assumes, to RGB as Pillow does.
static void write_rgb(const uint8_t *cmyk, uint8_t *rgb, size_t width) {
    for (size_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
        int light = cmyk[3];
        for (int channel = 0; channel < 3; channel++) {
            rgb[channel] = (uint8_t)(light - scaled(255 - cmyk[channel], light));
        }
    }
}

int codec_jpeg_decode(
    const uint8_t *bytes, size_t count, int channels, uint8_t *pixels, size_t pixel_count, char *message) {
    struct jpeg_decompress_struct reader = {0};
    jpeg_failure failure;
    struct jpeg_progress_mgr progress = {.progress_monitor = limit_scans};
    reader.err = set_failure(&failure, CODEC_DAMAGED, message);
    if (setjmp(failure.exit)) goto done;
    jpeg_create_decompress(&reader);
    reader.progress = &progress;
    open_reader(&reader, bytes, count);

    int is_gray = reader.jpeg_color_space == JCS_GRAYSCALE;
    int is_cmyk = reader.jpeg_color_space == JCS_CMYK || reader.jpeg_color_space == JCS_YCCK;
    size_t width = reader.image_width;
    if ((channels == 1 && !is_gray) || width * reader.image_height != pixel_count) {
        fail_with((j_common_ptr)&reader, CODEC_DAMAGED, "the picture does not have the channels that were asked for");
    }
    reader.out_color_space = is_cmyk ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&reader);
    JSAMPARRAY inks = NULL;
    if (is_cmyk) inks = reader.mem->alloc_sarray((j_common_ptr)&reader, JPOOL_IMAGE, (JDIMENSION)(width * 4), 1);
    while (reader.output_scanline < reader.output_height) {
        JSAMPROW row = pixels + reader.output_scanline * width * channels;
        if (is_cmyk) {
            jpeg_read_scanlines(&reader, inks, 1);
            write_rgb(inks[0], row, width);
        } else {
            jpeg_read_scanlines(&reader, &row, 1);
        }
    }
    jpeg_finish_decompress(&reader);
    failure.status = CODEC_OK;
done:
    jpeg_destroy_decompress(&reader);
    return failure.status;
}

// A destination that appends to a codec_buffer, which the caller can free whatever happened.
typedef struct {
    struct jpeg_destination_mgr manager;
    codec_buffer *out;
    uint8_t chunk[16384];
} jpeg_sink;

static void start_chunk(j_compress_ptr writer) {
    jpeg_sink *sink = (jpeg_sink *)writer->dest;
    sink->manager.next_output_byte = sink->chunk;
    sink->manager.free_in_buffer = sizeof sink->chunk;
}

static void append(j_compress_ptr writer, size_t count) {
    jpeg_sink *sink = (jpeg_sink *)writer->dest;
    if (!codec_buffer_append(sink->out, sink->chunk, count)) {
        fail_with((j_common_ptr)writer, CODEC_OUT_OF_MEMORY, "out of memory");
    }
}

static boolean append_full_chunk(j_compress_ptr writer) {
    append(writer, sizeof ((jpeg_sink *)writer->dest)->chunk);
    start_chunk(writer);
    return TRUE;
}

static void append_last_chunk(j_compress_ptr writer) {
    append(writer, sizeof ((jpeg_sink *)writer->dest)->chunk - writer->dest->free_in_buffer);
}

int codec_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, int quality, codec_buffer *out,
    char *message) {
    struct jpeg_compress_struct writer = {0};
    jpeg_failure failure;
    jpeg_sink sink = {
        .manager = {
            .init_destination = start_chunk,
            .empty_output_buffer = append_full_chunk,
            .term_destination = append_last_chunk,
        },
        .out = out,
    };
    writer.err = set_failure(&failure, CODEC_UNSUPPORTED, message);
    if (setjmp(failure.exit)) goto done;
    jpeg_create_compress(&writer);
    writer.dest = &sink.manager;
    writer.image_width = width;
    writer.image_height = height;
    writer.input_components = channels;
    writer.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&writer);
    jpeg_set_quality(&writer, quality, TRUE);
    jpeg_start_compress(&writer, TRUE);
    while (writer.next_scanline < height) {
        JSAMPROW row = (JSAMPROW)pixels + (size_t)writer.next_scanline * width * channels;
        jpeg_write_scanlines(&writer, &row, 1);
    }
    jpeg_finish_compress(&writer);
    failure.status = CODEC_OK;
done:
    jpeg_destroy_compress(&writer);
    if (failure.status != CODEC_OK) codec_buffer_free(out);
    return failure.status;
}
