"""Writes the HDF5 files that Tests/HDF5FilesTests reads.

h5py 3.16.0 (HDF5 2.0.0), numpy 2.4.6, Python 3.11.7. Run from the package root:
    python Scripts/golden/hdf5.py Tests/HDF5FilesTests/Golden
Nothing is random: the same versions write the same bytes.
"""

import sys
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def fill(file):
    """Every kind of object that a reader meets, small."""
    grid = np.arange(24, dtype="<f4").reshape(4, 3, 2) / 4
    file.create_dataset("plain", data=grid)
    file.create_dataset("packed", data=np.arange(200, dtype="<i4").reshape(50, 4), chunks=(8, 4), compression="gzip",
                        compression_opts=6, shuffle=True, fletcher32=True)
    file.create_dataset("half", data=np.array([0, 1, -2, 0.333251953125, 65504], dtype="<f2"))
    file.create_dataset("big_endian", data=np.array([1.5, -2.25, 1e300], dtype=">f8"))
    file.create_dataset("bytes", data=np.arange(6, dtype="u1").reshape(2, 3), maxshape=(None, 3), chunks=(1, 3))
    file.create_dataset("short", data=np.array([-32768, 0, 32767], dtype="<i2"))
    file.create_dataset("huge", data=np.array([2**64 - 1], dtype="<u8"))
    file.create_dataset("scalar", data=np.int64(-7))
    file.create_dataset("empty", data=np.zeros((0, 5), dtype="<f4"))
    file.create_dataset("null", data=h5py.Empty("<f4"))
    file.create_dataset("words", data=["", "tench", "größer", "魚"], dtype=h5py.string_dtype())
    file.create_dataset("fixed_words", data=np.array([b"cat", b"longer", b""], dtype="S6"))
    file.create_dataset("flags", data=np.array([True, False, True]))
    file.create_dataset("table", data=np.array([(1, 0.5)], dtype=[("index", "<i4"), ("weight", "<f8")]))
    file.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype(np.int32))
    file["ragged"][0] = [1, 2, 3]

    deep = file.create_group("block1/conv")
    deep.create_dataset("weight", data=np.ones((2, 2), dtype="<f4"))
    deep.attrs["trainable"] = True

    for name, value in {
        "text": "größer", "fixed": np.bytes_(b"ascii"), "count": 3, "ratio": 0.1, "yes": np.True_,
        "numbers": np.array([0.5, -1.5]), "integers": np.array([1, -2, 3], dtype="<i2"),
        "matrix": np.array([[1.0, 2.0], [3.0, 4.0]]), "nothing": h5py.Empty("<f4"),
    }.items():
        file.attrs[name] = value
    file.attrs.create("names", ["a", "größer", ""], dtype=h5py.string_dtype())
    file.attrs.create("fixed_names", np.array([b"ab", b"c"], dtype="S2"))
    file.attrs.create("pair", np.array([(1, 0.5)], dtype=[("index", "<i4"), ("weight", "<f8")])[0])

    file["plain"].dims[0].label = "samples"
    file["plain"].dims[1].label = "features"
    file.create_dataset("sample_ids", data=np.arange(4, dtype="<i8"))
    file["sample_ids"].make_scale("samples")
    file["plain"].dims[0].attach_scale(file["sample_ids"])

    file["alias"] = file["plain"]
    file["soft"] = h5py.SoftLink("/block1/conv/weight")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["circle"] = h5py.SoftLink("/circle")
    file["outside"] = h5py.ExternalLink("other.h5", "/secret")
    file["block1/parent"] = file["/"]  # a loop of hard links


with h5py.File(folder / "everything.h5", "w", libver=("earliest", "v110")) as file:
    fill(file)
with h5py.File(folder / "everything-v110.h5", "w", libver=("v110", "v110")) as file:
    fill(file)

with h5py.File(folder / "other.h5", "w", libver=("v108", "v108")) as file:
    file["secret"] = np.array([42.0], dtype="<f4")

with h5py.File(folder / "outward.h5", "w", libver=("v110", "v110")) as file:
    layout = h5py.VirtualLayout(shape=(1,), dtype="<f4")
    layout[:] = h5py.VirtualSource("other.h5", "secret", shape=(1,))
    file.create_virtual_dataset("virtual", layout)
    file.create_dataset("stored_elsewhere", shape=(4,), dtype="u1", external=[("other.h5", 0, 4)])

with h5py.File(folder / "huge-claim.h5", "w", libver=("v108", "v108")) as file:
    file.create_dataset("claimed", shape=(1 << 40, 1 << 10), dtype="<f4", chunks=(1, 1 << 10))
