#include "fuzzer.h"

#include <limits.h>
#include <stdio.h>

// Of AddressSanitizer, which installs no headers beside Swift.
int __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);

static _Atomic long held;
static _Atomic long most = LONG_MAX;

static void note_allocation(const volatile void *block, size_t size) {
    if (!block || (held += (long)size) <= most) return;
    // Reporting allocates, too.
    most = LONG_MAX;
    fprintf(stderr, "convscope: %ld bytes are held, the last %zu of them beyond the limit\n", held, size);
    __builtin_trap();
}

static void note_release(const volatile void *block) {
    if (block) held -= (long)__sanitizer_get_allocated_size(block);
}

void fuzzer_watch_memory(void) { __sanitizer_install_malloc_and_free_hooks(note_allocation, note_release); }

void fuzzer_limit_memory(size_t limit) {
    held = 0;
    most = (long)limit;
}
