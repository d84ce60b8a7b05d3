"""Compares what units answer to images with PyTorch and NumPy: examples, class means, statistics, hand-made kernels.

Usage: units.py RUN_FOLDER IMAGES.gz. The run folder has stages 'cnn' (a model), 'top' (activations.top), 'units'
(activations.units) and 'kernels' (image.convolve, stride 2, padding 1, maximum of 2x2) of the first images of the IDX file.
Prints what was compared, or ends with what differs. Written for PyTorch 2.15, h5py 3.16 and NumPy 2.4.
"""

import gzip
import json
import pathlib
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

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


def activations(count):
    contract = model["input"]
    mean, std = (np.asarray(contract[key], np.float64).reshape(1, -1, 1, 1) for key in ("mean", "std"))
    inputs = (pixels[:count] / 255 * contract["range"] - mean) / std
    with torch.no_grad():
        values = torch_network.run(model["network"], weights, torch.from_numpy(inputs.astype(np.float32)))
    return {name: value.numpy().reshape(*value.shape[:2], -1) for name, value in values.items() if value.dim() > 1}


def close(ours, theirs, tolerance=1e-4):
    difference = np.abs(ours - theirs).max() / max(1, np.abs(theirs).max())
    assert difference < tolerance, difference


with h5py.File(folder / "top/top.h5") as file:
    labels = file["labels"][...]
    values = activations(len(labels))
    for place, unit in enumerate(file["unit"].asstr()[...]):
        layer, channel = unit.rsplit(":", 1)
        maps = values[layer][:, int(channel)]
        for prefix, extreme in (("", maps.max(1)), ("least_", maps.min(1))):
            count = file[prefix + "samples"].shape[1]
            order = np.sort(extreme)[::-1][:count] if prefix == "" else np.sort(extreme)[:count]
            close(file[prefix + "activation"][place], order)
            samples, (rows, columns) = file[prefix + "samples"][place], file[prefix + "position"][place].T
            width = int(np.sqrt(maps.shape[1]))
            # Where the least activation of a unit is everywhere, it has no place.
            known = rows >= 0
            found = maps[samples[known], (rows * width + columns)[known]]
            assert np.abs(file[prefix + "activation"][place][known] - found).max(initial=0) < 1e-4
        for label in np.unique(labels):
            of_class = np.sort(maps.max(1)[labels == label])[::-1]
            close(file["class_mean"][place, label], of_class.mean())
            close(file["class_mean_of_ten"][place, label], of_class[:10].mean())
    examples = place + 1

with h5py.File(folder / "units/units.h5") as file:
    values = activations(len(file["sample_ids"]))
    levels, dead = file["quantile_levels"][...], 0
    for layer in file.attrs["layers"]:
        group, maps = file[layer], values[layer]
        per_unit = maps.transpose(1, 0, 2).reshape(maps.shape[1], -1)
        close(group["mean"][...], per_unit.mean(1, dtype=np.float64))
        close(group["standard_deviation"][...], per_unit.std(1, dtype=np.float64))
        never = ~(per_unit > 0).any(1)
        states = group["state"].asstr()[...]
        assert ((states == "dead") == never).all(), layer
        dead += never.sum()
        error = group["quantiles"].attrs["relative_error"]
        exact = np.quantile(per_unit, levels, axis=1, method="inverted_cdf").T
        gaps = np.abs(group["quantiles"][...] - exact) - error * np.abs(exact)
        assert gaps.max() < 1e-4 * max(1, np.abs(exact).max()), (layer, gaps.max())
        shares = (maps > 0).any(2).mean(0)
        assert np.abs(group["active_share"][...] - shares).max() < 1.5 / len(maps), layer

with h5py.File(folder / "kernels/maps.h5") as file:
    names = [name for name in file if isinstance(file[name], h5py.Group) and name != "dimensions"]
    images = torch.from_numpy((pixels[: len(file["sample_ids"])] / 255).astype(np.float32))
    for name in names:
        kernel = torch.from_numpy(file[name]["kernel"][...])[None, None]
        before = F.conv2d(images, kernel, stride=2, padding=1)
        for step, theirs in (("before_relu", before), ("after_relu", before.relu()),
                             ("pooled", F.max_pool2d(before.relu(), 2))):
            assert file[name][step].shape == tuple(theirs.shape), (name, step)
            close(file[name][step][...], theirs.numpy(), 1e-5)

print(f"{examples} units with examples, {dead} dead units, {len(names)} kernels")
