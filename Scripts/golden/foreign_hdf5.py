"""Writes the small HDF5 files that Tests/ForeignFilesTests reads, and what h5py reads from them.

h5py 3.16.0 with HDF5 2.0.0, numpy 2.4.6. Run from the package root:
    python Scripts/golden/foreign_hdf5.py Tests/ForeignFilesTests/Golden
`hdf5.json` has, per file, every data set's shape and values (numbers as doubles, or strings), and every attribute that
is text.
"""

import json
import sys
from pathlib import Path

import h5py
import numpy as np

root = Path(sys.argv[1])
root.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(5)


def strings(values):
    return [v.decode() if isinstance(v, bytes) else str(v) for v in np.asarray(values).reshape(-1).tolist()]


def describe(path):
    data, attributes = {}, {}

    def visit(name, item):
        for key, value in item.attrs.items():
            if np.asarray(value).dtype.kind in "SUO":
                attributes[f"{name}@{key}"] = strings(value)
        if isinstance(item, h5py.Dataset):
            if item.dtype.kind in "iufb":
                values = np.asarray(item[()], dtype="f8").reshape(-1).tolist()
            else:
                values = strings(item[()])
            data[name] = {"shape": list(item.shape), "values": values}

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return {"data": data, "attributes": attributes}


def types(file):
    # Groups of no more than eight: beyond, the latest format keeps names in heaps.
    for index, dtype in enumerate(["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "i1", "u1", "<i2", ">i2", ">u2", "<i4", ">u4", "<i8", ">u8"]):
        file[f"types/{index // 6}/{np.dtype(dtype).str[0].replace('|', '=')}{np.dtype(dtype).str[1:]}"] = np.array(
            [1, 2, 100, 0, 7], dtype) - np.array([0 if dtype[-2] == "u" else 50], dtype)
    file["more/half"] = np.array([0, -0.0, 6e-8, 65504, np.float16(1) / 3], "f2")
    file["more/bool"] = np.array([True, False, True])
    file["more/scalar"] = np.float64(2.25)
    file["more/variable"] = np.array(["x", "yyyy", "", "grün"], dtype=h5py.string_dtype())
    file["more/fixed"] = np.array([b"ab", b"c"])
    file["more/empty"] = np.zeros((0, 3), "f4")
    file["more/named"] = np.dtype("<f4")
    file.create_dataset("more/of_named", data=[1.5, 2.5], dtype=file["more/named"])


def layouts(file):
    values = rng.integers(-9, 9, size=(11, 7, 3)).astype("f4")
    file.create_dataset("layouts/contiguous", data=values[:2])
    file.create_dataset("layouts/chunked", data=values, chunks=(4, 3, 2))
    file.create_dataset(
        "layouts/all_filters", data=values, chunks=(4, 7, 3), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("layouts/lzf", data=values, chunks=(8, 7, 3), compression="lzf", shuffle=True)
    file.create_dataset("layouts/one_chunk", data=values[0], chunks=(7, 3), compression="gzip")
    file.create_dataset("layouts/never_written", shape=(5, 4), dtype="f4", chunks=(2, 2))
    resized = file.create_dataset("layouts/resized", data=np.arange(40).reshape(20, 2), chunks=(4, 2), maxshape=(20, 2))
    resized.resize((9, 2))
    space = h5py.h5s.create_simple((3,))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    compact = h5py.h5d.create(file["layouts"].id, b"compact", h5py.h5t.IEEE_F32LE, space, dcpl=plist)
    compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], "f4"))


def attributes(file):
    file.attrs["layer_names"] = np.array([b"conv1", b"dense"], dtype="S21")
    file.attrs["text"] = "héllo"
    file.attrs["list"] = ["a", "bb", "ccc"]
    file["layouts/contiguous"].attrs["note"] = np.bytes_("fixed")


def make(name, **options):
    with h5py.File(root / name, "w", **options) as file:
        types(file)
        layouts(file)
        attributes(file)
        for index in range(20 if options.get("libver") != "latest" else 4):
            file.create_group(f"groups/g{index:02}/deeper")
        file["hard"] = file["layouts"]
        file["groups/soft"] = h5py.SoftLink("/layouts/compact")
        file["outside/link"] = h5py.ExternalLink("other.h5", "/x")


def make_dense():
    """Many links and attributes, which are kept in fractal heaps, so many that B-trees and tables have levels."""
    with h5py.File(root / "dense.h5", "w", libver="v108") as file:
        for index in range(12):
            file[f"layers/features.{index}"] = np.arange(2, dtype="f4") + index
        group = file.create_group("links")
        for index in range(600):
            group[f"link{index:03}"] = h5py.SoftLink(f"/layers/features.{index % 12}")
        group["loop"] = file["/"]
        for index in range(60):
            file.attrs[f"note{index:02}"] = f"{index}" * (1 + index)
        file["layers/features.3"].attrs["number"] = np.array([-1.5, 2.0])
        file["layers/features.3"].attrs["count"] = np.uint8(200)
        file["layers/features.3"].attrs["below"] = np.array([-2, 3], ">i2")


def make_huge():
    """Data sets of many elements that were never written, in a small file."""
    with h5py.File(root / "huge.h5", "w") as file:
        file.create_dataset("images", shape=(1 << 40, 8, 8), chunks=(1 << 10, 8, 8), dtype="f4")
        file.create_dataset("labels", shape=(1 << 40,), chunks=(1,), dtype="u1")
        file.create_dataset("plain", shape=(1 << 40,), dtype="f4")


make("classic.h5")
make("userblock.h5", userblock_size=1024)
make("latest.h5", libver="latest")
make_dense()
make_huge()

expected = {path.name: describe(path) for path in sorted(root.glob("*.h5")) if path.name != "huge.h5"}
(root / "hdf5.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
