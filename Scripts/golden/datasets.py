"""Writes the small data sets that Tests/DatasetsTests reads, and what must come out of them.

numpy 2.4.6, h5py 3.16, pillow 13.0.0, the rule of torchvision's CenterCrop written out below. Run from the package root:
    python Scripts/golden/datasets.py Tests/DatasetsTests/Golden
Random numbers come from numpy's PCG64 with fixed seeds: the same versions write the same bytes.
"""

import gzip
import io
import json
import pickle
import struct
import sys
import tarfile
from pathlib import Path

import h5py
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
        python = {b"batch_label": b"a", b"labels": records[:, 0].tolist(), b"data": records[:, 1:].copy()}
        write(f"cifar10-python/data_batch_{batch}", pickle.dumps(python, 2 + 2 * batch // 2))
        labels += records[:, 0].tolist()
        pixels.append(records[:, 1:])
    write("cifar10-python/batches.meta", pickle.dumps({"label_names": [f"kind {index}" for index in range(10)]}, 2))
    # As published: entries in another order than that of the batches, in a folder of their own.
    for version, folder, names in [
        ("binary", "cifar10", ["data_batch_2.bin", "data_batch_1.bin"]),
        ("python", "cifar10-python", ["data_batch_2", "batches.meta", "data_batch_1"])]:
        write(f"archives/cifar-10-{version}.tar.gz", archive(f"cifar-10-batches-{version[:3]}", folder, names))
    pixels = np.concatenate(pixels).reshape(-1, 3, 32, 32)
    expected["cifar10"] = {"labels": labels, "last": pixels[-1].ravel().tolist(), **moments(pixels)}

    records = random.integers(0, 256, (2, 3074), "u1")
    records[:, 0] %= 20
    records[:, 1] %= 100
    write("cifar100/test.bin", records.tobytes())
    python = {"fine_labels": records[:, 1].tolist(), "coarse_labels": records[:, 0].tolist(), "data": records[:, 2:]}
    write("cifar100-python/test", pickle.dumps(python, 4))
    expected["cifar100"] = {
        "labels": records[:, 1].tolist(), "superclasses": records[:, 0].tolist(), "first": records[0, 2:].tolist()}


def archive(inner, folder, names):
    """A tar archive, compressed by gzip, without times and owners."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        directory = tarfile.TarInfo(inner)
        directory.type = tarfile.DIRTYPE
        tar.addfile(directory)
        for name in names:
            entry = tarfile.TarInfo(f"{inner}/{name}")
            data = (root / folder / name).read_bytes()
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


def npy(array, version=(1, 0)):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    return buffer.getvalue()


def arrays():
    """The same 6 pictures in colour, 4x5 pixels, in every way of storing them."""
    random = np.random.default_rng(4)
    images = random.integers(0, 256, (6, 4, 5, 3), "u1")
    labels = np.array([2, 0, 1, 2, 2, 0])
    kinds = {
        "u1": images, "u1-fortran": np.asfortranarray(images), "i8-big": images.astype(">i8"),
        "u2-first": images.transpose(0, 3, 1, 2).astype("<u2"), "f4": (images / 255).astype("f4"),
        "f8-big-fortran": np.asfortranarray((images / 255).astype(">f8")), "f2-255": images.astype("f2")}
    for (name, array), version in zip(kinds.items(), [(1, 0), (2, 0), (3, 0), (1, 0), (2, 0), (1, 0), (1, 0)]):
        write(f"arrays/npy/{name}.npy", npy(array, version))
    write("arrays/npy/classes.npy", npy(labels.astype("<i4")[:, None]))
    np.savez(root / "arrays/plain.npz", x_train=images, y_train=labels, x_test=images[:2, ..., 0], y_test=labels[:2])
    np.savez_compressed(root / "arrays/compressed.npz", images=images, labels=labels.astype("u1"))
    with h5py.File(root / "arrays/arrays.h5", "w") as file:
        file["set/pictures"] = images
        file["set/classes"] = labels
        file.create_dataset("chunked", data=(images / 255).astype("f4"), chunks=(4, 4, 5, 3), compression="gzip")
    expected["arrays"] = {"labels": labels.tolist(), "pixels": images.transpose(0, 3, 1, 2).ravel().tolist()}


def resized_and_cropped(image, shorter, crop, longer_side=int):
    """torchvision's Resize (bilinear, antialiased), which cuts the longer side to a whole number; its CenterCrop."""
    width, height = image.size
    longer = longer_side(shorter * max(width, height) / min(width, height))
    size = (shorter, longer) if width <= height else (longer, shorter)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - crop) / 2.0), round((size[1] - crop) / 2.0)
    return image.crop((left, top, left + crop, top + crop))


def image_folder():
    random = np.random.default_rng(3)
    sizes = {"cat/one.png": (20, 14), "cat/two.JPG": (13, 17), "dog/deep/three.png": (16, 16), "eel/four.jpeg": (31, 12)}
    color, rounded, gray = [], [], []
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
        rounded.append(np.asarray(resized_and_cropped(stored.convert("RGB"), 10, 8, round)).transpose(2, 0, 1))
        gray.append(np.asarray(resized_and_cropped(stored.convert("L"), 10, 8))[None])
    expected["folder"] = {
        "color": np.stack(color).ravel().tolist(), "rounded": np.stack(rounded).ravel().tolist(),
        "gray": np.stack(gray).ravel().tolist(), **moments(np.stack(color))}


mnist_like()
cifar_like()
(root / "arrays").mkdir(exist_ok=True)
arrays()
image_folder()
write("expected.json", json.dumps(expected).encode())
