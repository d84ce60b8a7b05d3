"""Reference values for Circuits: expanded weights of a small net by PyTorch, clusters by scikit-learn.

Made with torch 2.15.0, scikit-learn 1.9.1 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/circuits.py
It writes net.json and net.safetensors under Tests/CircuitsTests/Golden: weights, and for pairs of layers the gradient of a
unit in the middle of its map with respect to the earlier layer on zeros, with ReLUs left out and average pooling for max
pooling, cut to where it is not zero; and the height and width of the zeros, the least multiple of the net's that loses
nothing at a border. Points in clumps, their clusters by average linkage of 1 - cosine, and the mean silhouettes.
"""

import json
import pathlib

import numpy as np
import sklearn.cluster
import sklearn.metrics
import torch

import safetensors_file
import torch_network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/CircuitsTests/Golden"
NET = {"name": "net", "input": [3, 28, 24], "layers": [
    {"name": "conv1", "kind": "convolution", "in_channels": 3, "out_channels": 6, "kernel": 3, "padding": 1},
    {"name": "norm1", "kind": "batch_normalization", "channels": 6},
    {"name": "relu1", "kind": "relu"},
    {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "padding": 1},
    {"name": "left", "kind": "convolution", "in_channels": 6, "out_channels": 5, "kernel": 1},
    {"name": "left_relu", "kind": "relu"},
    {"name": "right", "kind": "convolution", "in_channels": 6, "out_channels": 7, "kernel": 3, "padding": 1,
     "inputs": ["pool1"]},
    {"name": "right_relu", "kind": "leaky_relu"},
    {"name": "concat", "kind": "concatenation", "inputs": ["left_relu", "right_relu"]},
    {"name": "conv2", "kind": "convolution", "in_channels": 12, "out_channels": 8, "kernel": [3, 2], "stride": 2,
     "padding": 1, "groups": 2},
    {"name": "relu2", "kind": "relu"},
    {"name": "pool2", "kind": "max_pooling", "kernel": 2},
    {"name": "conv3", "kind": "convolution", "in_channels": 8, "out_channels": 4, "kernel": 3, "padding": 1},
    {"name": "relu3", "kind": "relu"},
    {"name": "flatten", "kind": "flatten"},
    {"name": "head", "kind": "linear", "in_features": 36, "out_features": 5},
]}
# Layer, channel, earlier layer.
QUESTIONS = [("conv3", 1, "input"), ("conv3", 2, "conv1"), ("conv3", 0, "pool1"), ("conv2", 5, "relu1"),
             ("conv2", 1, "concat"), ("conv3", 3, "relu2"), ("relu3", 3, "relu2"), ("head", 4, "relu2")]


def linear(layer):
    if layer["kind"] in ("relu", "leaky_relu"):
        return {**layer, "kind": "dropout"}
    if layer["kind"] == "max_pooling":
        return {**layer, "kind": "average_pooling", "count_include_pad": False}
    return layer


def expanded(weights, layer, channel, upstream, size):
    """The gradient with respect to all of the earlier layer's map."""
    layers = [linear(entry) for entry in NET["layers"]]
    last = [entry["name"] for entry in layers].index(layer)
    zeros = torch.zeros(1, 3, *size, dtype=torch.float64, requires_grad=True)
    values = torch_network.run({**NET, "layers": layers[:last + 1]}, weights, zeros)
    unit = values[layer][0, channel]
    if unit.dim():
        unit = unit[unit.shape[0] // 2, unit.shape[1] // 2]
    return torch.autograd.grad(unit, values[upstream])[0][0].numpy()


def box(gradient):
    rows, columns = np.nonzero(np.abs(gradient).sum(0))
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def clusters(arrays):
    generator = np.random.default_rng(7)
    points = np.concatenate([generator.normal(center, 1.5, (count, 5)) * generator.uniform(0.5, 3, (count, 1))
                             for count, center in zip((9, 7, 6), generator.normal(0, 2, (3, 5)))])
    points = points[generator.permutation(len(points))].astype(np.float32)
    arrays["clusters/points"] = points
    silhouettes = []
    for count in range(2, 7):
        labels = sklearn.cluster.AgglomerativeClustering(count, metric="cosine", linkage="average").fit_predict(points)
        silhouettes.append(sklearn.metrics.silhouette_score(points.astype(np.float64), labels, metric="cosine"))
        arrays[f"clusters/labels/{count}"] = labels
    arrays["clusters/silhouettes"] = np.array(silhouettes)
    print(silhouettes)


def main():
    torch.manual_seed(51)
    arrays = {}
    for name, shape in torch_network.parameters(NET):
        is_spread = name.startswith("norm") and name.split(".")[1] in ("weight", "running_var")
        values = torch.rand(shape) + 0.5 if is_spread else 0.3 * torch.randn(shape)
        arrays[f"weight/{name}"] = values.numpy()
    weights = {name.removeprefix("weight/"): torch.from_numpy(values).double() for name, values in arrays.items()}
    for layer, channel, upstream in QUESTIONS:
        factors = [1] if layer == "head" else [1, 2, 3, 4]
        cuts = []
        for factor in factors:
            size = [28 * factor, 24 * factor]
            gradient = expanded(weights, layer, channel, upstream, size)
            # A vector sees all of the map.
            cut = gradient if layer == "head" else gradient[(slice(None), *box(gradient))]
            cuts.append((size, cut))
        size, cut = next(found for found in cuts if found[1].shape == cuts[-1][1].shape)
        arrays[f"expanded/{layer}/{channel}/{upstream}"] = cut
        arrays[f"size/{layer}/{channel}/{upstream}"] = np.array(size)
        print(layer, channel, upstream, size, cut.shape)
    clusters(arrays)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "net.json").write_text(json.dumps(NET, indent=1) + "\n")
    safetensors_file.write(FOLDER / "net.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


main()
