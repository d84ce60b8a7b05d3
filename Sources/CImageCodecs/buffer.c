#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int codec_buffer_append(codec_buffer *buffer, const uint8_t *bytes, size_t count) {
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity : 16384;
        while (capacity - buffer->count < count) capacity *= 2;
        uint8_t *grown = realloc(buffer->bytes, capacity);
        if (!grown) return 0;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return 1;
}

void codec_buffer_free(codec_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (codec_buffer){0};
}

void codec_set_message(char *message, const char *text) {
    snprintf(message, CODEC_MESSAGE_SIZE, "%s", text);
}
