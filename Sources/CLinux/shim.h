#pragma once

// Glibc declares these behind _GNU_SOURCE, which Swift's module of it is built without.

/// Starts writing a file's bytes to the disk without waiting, with `flags` 2.
int sync_file_range(int file, long long offset, long long count, unsigned int flags);

/// As renameat(2), with `flags` 2 for two names that change places.
int renameat2(int from, const char *path, int to, const char *target, unsigned int flags);

// statfs(2), which that module leaves out.
#include <sys/vfs.h>
