#pragma once

#include "clones.h"

/// target[i] += scale · source[i]
void ck_add_scaled(float *target, const float *source, float scale, size_t count);
