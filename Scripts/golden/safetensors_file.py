"""Writes and reads safetensors files of float32 arrays with nothing but the standard library and NumPy."""

import json
import struct

import numpy as np


def write(path, arrays, metadata=None):
    header, offset, ordered = {}, 0, []
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], dtype="<f4")
        ordered.append(array)
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in ordered:
            file.write(array.data)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = 8 + length
    return {
        name: np.frombuffer(data[body + entry["data_offsets"][0] : body + entry["data_offsets"][1]], "<f4").reshape(
            entry["shape"]
        )
        for name, entry in header.items()
    }
