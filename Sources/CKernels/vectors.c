#include "vectors.h"

CK_CLONES void ck_add_scaled(float *restrict target, const float *restrict source, float scale, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += scale * source[i];
}
