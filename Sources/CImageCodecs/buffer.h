#pragma once

#include "CImageCodecs.h"

// Appends bytes, growing by doubling. Returns 0 when memory ran out; the buffer then is as before.
int codec_buffer_append(codec_buffer *buffer, const uint8_t *bytes, size_t count);

// Copies a message, cut to fit.
void codec_set_message(char *message, const char *text);
