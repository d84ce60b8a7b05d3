#include "CImageCodecs.h"
#include "buffer.h"

#include <png.h>
#include <string.h>

// Everything a failing call needs to find again after longjmp. Lives in the caller's frame, outside setjmp's reach.
typedef struct {
    const uint8_t *bytes;
    size_t count, position;
    codec_buffer *out;
    char *message;
    int status;
    png_structp png;
    png_infop info;
} png_session;

static void fail(png_structp png, png_const_charp text) {
    png_session *session = png_get_error_ptr(png);
    codec_set_message(session->message, text);
    if (strstr(text, "emory")) session->status = CODEC_OUT_OF_MEMORY;
    png_longjmp(png, 1);
}

// What still arrives here is about metadata; damage is an error (see open_reader).
static void ignore_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take_bytes(png_structp png, png_bytep target, png_size_t count) {
    png_session *session = png_get_io_ptr(png);
    if (count > session->count - session->position) png_error(png, "the data end in the middle of the picture");
    memcpy(target, session->bytes + session->position, count);
    session->position += count;
}

static void put_bytes(png_structp png, png_bytep source, png_size_t count) {
    png_session *session = png_get_io_ptr(png);
    if (!codec_buffer_append(session->out, source, count)) png_error(png, "out of memory");
}

static void flush_nothing(png_structp png) { (void)png; }

static int close_reader(png_session *session) {
    png_destroy_read_struct(&session->png, &session->info, NULL);
    return session->status;
}

// Creates the reader and the information; 0 when memory ran out.
static int create_reader(png_session *session) {
    session->status = CODEC_DAMAGED;
    session->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, session, fail, ignore_warning);
    if (session->png) session->info = png_create_info_struct(session->png);
    if (session->info) return 1;
    codec_set_message(session->message, "out of memory");
    session->status = CODEC_OUT_OF_MEMORY;
    return 0;
}

// Reads up to the first pixels. Call after setjmp.
static void open_reader(png_session *session) {
    png_structp png = session->png;
    png_set_read_fn(png, session, take_bytes);
    png_set_benign_errors(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // Profiles, text and times are skipped, so nothing in them can fail or be inflated.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    // The caller sets the limits, from the header.
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_read_info(png, session->info);
}

int codec_png_header(const uint8_t *bytes, size_t count, codec_header *header, char *message) {
    png_session session = {.bytes = bytes, .count = count, .message = message};
    if (!create_reader(&session)) return close_reader(&session);
    if (setjmp(png_jmpbuf(session.png))) return close_reader(&session);
    open_reader(&session);
    int color = png_get_color_type(session.png, session.info);
    header->width = png_get_image_width(session.png, session.info);
    header->height = png_get_image_height(session.png, session.info);
    header->channels = (color & PNG_COLOR_MASK_COLOR) ? 3 : 1;
    header->has_alpha = (color & PNG_COLOR_MASK_ALPHA) || png_get_valid(session.png, session.info, PNG_INFO_tRNS);
    // Deflate turns at most 1032 bytes into one; each row has a filter byte. (An interlaced file has a few more.)
    uint64_t row_bytes = 1 + ((uint64_t)header->width * png_get_channels(session.png, session.info)
        * png_get_bit_depth(session.png, session.info) + 7) / 8;
    header->least_bytes = row_bytes * header->height / 1032;
    session.status = CODEC_OK;
    return close_reader(&session);
}

static void request_channels(png_structp png, png_infop info, int channels) {
    png_set_strip_16(png);
    png_set_packing(png);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    png_set_expand_gray_1_2_4_to_8(png);
    if (channels >= 3) png_set_gray_to_rgb(png);
    if (channels == 4) {
        if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
        png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    } else {
        png_set_strip_alpha(png);
    }
}

int codec_png_decode(
    const uint8_t *bytes, size_t count, int channels, uint8_t *pixels, size_t pixel_count, char *message) {
    png_session session = {.bytes = bytes, .count = count, .message = message};
    if (!create_reader(&session)) return close_reader(&session);
    if (setjmp(png_jmpbuf(session.png))) return close_reader(&session);
    open_reader(&session);
    png_structp png = session.png;
    request_channels(png, session.info, channels);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, session.info);

    size_t row_bytes = png_get_rowbytes(png, session.info);
    size_t height = png_get_image_height(png, session.info);
    if (row_bytes != (size_t)png_get_image_width(png, session.info) * channels
        || row_bytes * height != pixel_count * channels) {
        png_error(png, "the picture does not have the channels that were asked for");
    }
    for (int pass = 0; pass < passes; pass++) {
        for (size_t row = 0; row < height; row++) png_read_row(png, pixels + row * row_bytes, NULL);
    }
    png_read_end(png, NULL);
    session.status = CODEC_OK;
    return close_reader(&session);
}

int codec_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, codec_buffer *out, char *message) {
    png_session session = {.out = out, .message = message, .status = CODEC_UNSUPPORTED};
    session.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &session, fail, ignore_warning);
    if (session.png) session.info = png_create_info_struct(session.png);
    if (!session.info) {
        codec_set_message(message, "out of memory");
        session.status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    if (setjmp(png_jmpbuf(session.png))) goto done;
    png_set_write_fn(session.png, &session, put_bytes, flush_nothing);
    png_set_user_limits(session.png, 0x7fffffff, 0x7fffffff);
    int color = channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
    png_set_IHDR(
        session.png, session.info, width, height, 8, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    // Measured on plots, enlarged digits and photographs: what more effort saves is not worth twice the time.
    png_set_compression_level(session.png, 3);
    png_set_filter(session.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_write_info(session.png, session.info);
    for (uint32_t row = 0; row < height; row++) {
        png_write_row(session.png, pixels + (size_t)row * width * channels);
    }
    png_write_end(session.png, session.info);
    session.status = CODEC_OK;
done:
    png_destroy_write_struct(&session.png, &session.info);
    if (session.status != CODEC_OK) codec_buffer_free(out);
    return session.status;
}
