#pragma once

// Loops that want wide vectors. Every function is compiled for several instruction sets and chosen by the loader, so
// the package itself stays portable. Contraction into fused multiply-adds is switched off: the same source gives the
// same bits on every path.

#include <stddef.h>
#include <stdint.h>

/// Marks a function that is compiled once per instruction set.
#if defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

