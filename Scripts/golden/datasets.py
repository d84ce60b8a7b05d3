"""Writes the small data sets that Tests/DatasetsTests reads, and what must come out of them.

numpy 2.4.6, pillow 13.0.0, the rule of torchvision's CenterCrop written out below. Run from the package root:
    python Scripts/golden/datasets.py Tests/DatasetsTests/Golden
Random numbers come from numpy's PCG64 with fixed seeds: the same versions write the same bytes.
"""

import gzip
import json
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image

root = Path(sys.argv[1])
expected = {}


def idx(array):
    """IDX with unsigned bytes: two zeros, 8, the rank, the lengths in big-endian order, the bytes."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype("u1").tobytes()


def write(path, data):
    path = root / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def moments(images):
    """Mean and standard deviation of each channel of [samples, channels, height, width] bytes, in [0, 1]."""
    scaled = images.astype("f8") / 255
    return {"means": scaled.mean((0, 2, 3)).tolist(), "deviations": scaled.std((0, 2, 3)).tolist()}


def mnist_like():
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (12, 5, 4), "u1")
    labels = random.integers(0, 10, 12, "u1")
    plain = idx(images)
    write("mnist/train-images-idx3-ubyte.gz", gzip.compress(plain, mtime=0))
    write("mnist/train-labels-idx1-ubyte", idx(labels))
    half = len(plain) // 2
    members = gzip.compress(plain[:half], mtime=0) + gzip.compress(plain[half:], mtime=0)
    write("hostile/two-members.gz", members)
    write("hostile/bomb.gz", gzip.compress(plain[:16] + bytes(32 << 20), mtime=0))
    write("hostile/promises-too-much.gz", gzip.compress(struct.pack(">4I", 2051, 2**31, 2**31 - 1, 2), mtime=0))
    write("hostile/implausible.gz", gzip.compress(struct.pack(">4I", 2051, 60000, 28, 28), mtime=0))
    expected["mnist"] = {"labels": labels.tolist(), "pixels": images.ravel().tolist(), **moments(images[:, None])}


def cifar_like():
    random = np.random.default_rng(2)
    labels, pixels = [], []
    for batch, count in [(1, 4), (2, 3)]:
        records = random.integers(0, 256, (count, 3073), "u1")
        records[:, 0] %= 10
        write(f"cifar10/data_batch_{batch}.bin", records.tobytes())
        labels += records[:, 0].tolist()
        pixels.append(records[:, 1:])
    pixels = np.concatenate(pixels).reshape(-1, 3, 32, 32)
    expected["cifar10"] = {"labels": labels, "last": pixels[-1].ravel().tolist(), **moments(pixels)}

    records = random.integers(0, 256, (2, 3074), "u1")
    records[:, 0] %= 20
    records[:, 1] %= 100
    write("cifar100/test.bin", records.tobytes())
    expected["cifar100"] = {"labels": records[:, 1].tolist(), "first": records[0, 2:].tolist()}


def resized_and_cropped(image, shorter, crop):
    """Shorter side to a length (bilinear, antialiased), the longer one rounded; then torchvision's CenterCrop."""
    width, height = image.size
    longer = int(shorter * max(width, height) / min(width, height) + 0.5)
    size = (shorter, longer) if width <= height else (longer, shorter)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - crop) / 2.0), round((size[1] - crop) / 2.0)
    return image.crop((left, top, left + crop, top + crop))


def image_folder():
    random = np.random.default_rng(3)
    sizes = {"cat/one.png": (20, 14), "cat/two.JPG": (13, 17), "dog/deep/three.png": (16, 16), "eel/four.jpeg": (31, 12)}
    color, gray = [], []
    for name, (width, height) in sizes.items():
        coarse = random.integers(0, 256, (4, 4, 3), "u1")
        image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        path = root / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("png"):
            image.save(path)
        else:
            image.save(path, quality=95, subsampling=0)
        stored = Image.open(path)
        color.append(np.asarray(resized_and_cropped(stored.convert("RGB"), 10, 8)).transpose(2, 0, 1))
        gray.append(np.asarray(resized_and_cropped(stored.convert("L"), 10, 8))[None])
    expected["folder"] = {
        "color": np.stack(color).ravel().tolist(), "gray": np.stack(gray).ravel().tolist(), **moments(np.stack(color))}


mnist_like()
cifar_like()
image_folder()
write("expected.json", json.dumps(expected).encode())
