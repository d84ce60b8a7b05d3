"""Compares extracted activations with PyTorch's: the same images, the same weights, every layer.

Usage: extraction.py RUN_FOLDER IMAGES.gz. The run folder has stages 'cnn' (a model) and 'activations' (of all its layers,
for the first images of the IDX file). Prints the number of layers and values compared, or ends with what differs.
Written for PyTorch 2.15, h5py 3.16 and NumPy 2.4.
"""

import gzip
import json
import pathlib
import sys

import h5py
import numpy as np
import torch

import safetensors_file
import torch_network

folder = pathlib.Path(sys.argv[1]) / "outputs"
model = json.loads((folder / "cnn/model.json").read_text())
weights = {
    name: torch.from_numpy(values.copy())
    for name, values in safetensors_file.read(folder / "cnn/model.safetensors").items()
}
with gzip.open(sys.argv[2]) as file:
    pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)

with h5py.File(folder / "activations/activations.h5") as file:
    count = len(file["sample_ids"])
    contract = model["input"]
    assert contract["range"] in (1, 255)
    mean, std = (np.asarray(contract[key], np.float64).reshape(1, -1, 1, 1) for key in ("mean", "std"))
    inputs = (pixels[:count] / 255 * contract["range"] - mean) / std
    with torch.no_grad():
        expected = torch_network.run(model["network"], weights, torch.from_numpy(inputs.astype(np.float32)))
    names = [layer["name"] for layer in model["network"]["layers"]]
    assert list(file.attrs["layers"]) == names, list(file.attrs["layers"])
    values = 0
    for name in names:
        ours, theirs = file[name][...], expected[name].numpy()
        assert ours.shape == theirs.shape, (name, ours.shape, theirs.shape)
        # Float32 sums of up to 1,600 products, relative to the largest activation of the layer.
        difference = np.abs(ours - theirs).max() / max(1, np.abs(theirs).max())
        assert difference < 1e-4, (name, difference)
        values += ours.size
    assert (file["predictions"][...] == expected[names[-1]].numpy().argmax(1)).all()
print(f"{len(names)} layers, {values} values")
