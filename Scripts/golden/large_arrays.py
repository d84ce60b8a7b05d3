"""Writes 11,000 pictures of 3x128x128 bytes in compressed chunks of 16, more than the 512 MB that may be kept of them.

Usage: large_arrays.py FILE. All bytes of picture i are i modulo 251, so that little of it is large on disk. Written for
h5py 3.16 and NumPy 2.4.
"""

import sys

import h5py
import numpy as np

count, shape, chunk = 11_000, (3, 128, 128), 16

with h5py.File(sys.argv[1], "w") as file:
    images = file.create_dataset(
        "images", (count, *shape), "u1", chunks=(chunk, *shape), compression="gzip", compression_opts=1)
    for start in range(0, count, chunk):
        numbers = np.arange(start, min(start + chunk, count)) % 251
        images[start:start + chunk] = np.broadcast_to(numbers[:, None, None, None], (len(numbers), *shape))
