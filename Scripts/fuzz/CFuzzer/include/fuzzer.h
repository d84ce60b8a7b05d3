#pragma once
#include <stddef.h>

/// Counts the memory that the process holds from now on; call it once.
void fuzzer_watch_memory(void);

/// From now on, the process traps when it holds `limit` bytes more than now.
void fuzzer_limit_memory(size_t limit);
