"""Reference values for the layers of NeuralNetwork: outputs and gradients computed by PyTorch.

Made with torch 2.15.0 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/network.py
For each small network it writes NAME.json (the network file) and NAME.safetensors (weights, an input, every layer's
output, and the gradients of sum(output · seed) with respect to the input and the weights).
"""

import json
import pathlib

import numpy as np
import torch

import safetensors_file
import torch_network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/NeuralNetworkTests/Golden"


def conv(name, i, o, k, **more):
    return {"name": name, "kind": "convolution", "in_channels": i, "out_channels": o, "kernel": k, **more}


def layer(name, kind, **more):
    return {"name": name, "kind": kind, **more}


NETWORKS = {
    "convolutions": ([3, 13, 11], [
        conv("same", 3, 18, 3, padding=1), layer("relu1", "relu"),
        conv("strided", 18, 20, 3, stride=2, padding=1), layer("relu2", "relu"),
        conv("dilated", 20, 16, 3, padding=2, dilation=2),
        conv("grouped", 16, 24, 3, padding=1, groups=2), layer("relu3", "relu"),
        conv("depthwise", 24, 24, 3, padding=1, groups=24),
        conv("oblong", 24, 10, [1, 3], padding=[0, 1], stride=[2, 1], bias=False),
        conv("pointwise", 10, 7, 1), layer("relu4", "relu"),
        conv("large", 7, 5, 5, padding=2),
    ]),
    "gray": ([1, 16, 16], [
        conv("first", 1, 12, 5), layer("norm", "batch_normalization", channels=12), layer("relu", "relu"),
        layer("pool", "max_pooling", kernel=2), conv("second", 12, 9, 3, bias=False),
        layer("norm2", "batch_normalization", channels=9, epsilon=1e-3), layer("relu2", "relu"),
        layer("pool2", "max_pooling", kernel=2), layer("flatten", "flatten"),
        layer("fc1", "linear", in_features=36, out_features=17), layer("relu3", "relu"),
        layer("drop", "dropout", p=0.2), layer("fc2", "linear", in_features=17, out_features=6),
    ]),
    "pooling": ([4, 11, 9], [
        layer("max", "max_pooling", kernel=3, stride=2, padding=1, ceil_mode=True),
        layer("average", "average_pooling", kernel=2, stride=1, padding=1),
        layer("excluding", "average_pooling", kernel=3, stride=1, padding=1, count_include_pad=False),
        layer("ceiling", "average_pooling", kernel=2, stride=2, padding=1, ceil_mode=True),
        layer("uneven", "adaptive_average_pooling", size=[3, 2]),
    ]),
    "winograd": ([32, 9, 10], [
        conv("a", 32, 48, 3, padding=1), layer("relu", "relu"), conv("b", 48, 32, 3, padding=1),
        layer("relu2", "relu"), layer("global", "adaptive_average_pooling", size=1), layer("flatten", "flatten"),
    ]),
    "residual": ([3, 8, 8], [
        conv("stem", 3, 16, 3, padding=1), layer("stem_norm", "batch_normalization", channels=16),
        layer("stem_relu", "relu"),
        conv("left", 16, 16, 3, padding=1), layer("left_norm", "batch_normalization", channels=16),
        layer("sum", "addition", inputs=["left_norm", "stem_relu"]), layer("sum_relu", "relu"),
        conv("wide", 16, 32, 1), layer("wide_relu", "relu"),
        conv("narrow", 16, 5, 3, padding=1, inputs=["sum_relu"]), layer("narrow_relu", "relu"),
        layer("cat", "concatenation", inputs=["wide_relu", "sum_relu"]),
        layer("cat_odd", "concatenation", inputs=["cat", "narrow_relu"]),
        layer("lrn", "local_response_normalization", size=5, alpha=0.02, beta=0.75, k=2.0),
        layer("even", "adaptive_average_pooling", size=[2, 4]), layer("flatten", "flatten"),
        layer("fc", "linear", in_features=53 * 8, out_features=8, bias=False), layer("log", "log_softmax"),
    ]),
    "probabilities": ([2, 6, 6], [
        conv("conv", 2, 6, 3), layer("norm_first", "batch_normalization", channels=6), layer("soft", "softmax"),
        layer("flatten", "flatten"), layer("fc", "linear", in_features=96, out_features=5),
        layer("norm_last", "batch_normalization", channels=5), layer("out", "softmax"),
    ]),
    # Normalisation, ReLU and pooling, which training computes in one pass: on row-major maps, on blocks of channels with
    # rows and columns that no window covers, and on vectors.
    "pooled": ([3, 23, 20], [
        layer("norm0", "batch_normalization", channels=3), layer("relu0", "relu"), layer("pool0", "max_pooling", kernel=2),
        conv("conv1", 3, 20, 3, padding=1, bias=False), layer("norm1", "batch_normalization", channels=20),
        layer("relu1", "relu"), layer("pool1", "max_pooling", kernel=[2, 3]),
        layer("flatten", "flatten"), {"name": "dense1", "kind": "linear", "in_features": 300, "out_features": 9, "bias": False},
        layer("norm2", "batch_normalization", channels=9), layer("relu2", "relu"),
        {"name": "dense2", "kind": "linear", "in_features": 9, "out_features": 4},
    ]),
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, (name, (shape, layers)) in enumerate(NETWORKS.items()):
        network = {"name": name, "input": shape, "layers": layers}
        random = np.random.default_rng(100 + number)
        weights = {}
        for key, size in torch_network.parameters(network):
            values = random.normal(size=size)
            if key.endswith("running_var"):
                values = np.abs(values) + 0.5
            elif len(size) > 1:
                values *= np.sqrt(2 / np.prod(size[1:]))
            weights[key] = torch.tensor(values, dtype=torch.float32)
        x = torch.tensor(random.normal(size=(4, *shape)), dtype=torch.float32)
        arrays = {f"weight/{key}": value.numpy().copy() for key, value in weights.items()}
        arrays["input"] = x.numpy()
        arrays |= record(network, weights, x, random, training=False, prefix="")
        if any(l["kind"] == "batch_normalization" for l in layers):
            arrays |= record(network, weights, x, random, training=True, prefix="training/")
        (FOLDER / f"{name}.json").write_text(json.dumps(network, indent=1) + "\n")
        safetensors_file.write(FOLDER / f"{name}.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


def record(network, weights, x, random, training, prefix):
    # Double precision: what is left as difference is ours.
    running = {k: v.double() for k, v in weights.items()}
    leaves = {k: v.requires_grad_() for k, v in running.items() if "running" not in k}
    x = x.double().requires_grad_()
    values = torch_network.run(network, running, x, training)
    last = network["layers"][-1]["name"]
    seed = torch.tensor(random.normal(size=values[last].shape), dtype=torch.float32)
    (values[last] * seed).sum().backward()
    arrays = {f"{prefix}seed": seed.numpy(), f"{prefix}gradient/input": x.grad.numpy()}
    for key, value in values.items():
        if key != "input":
            arrays[f"{prefix}output/{key}"] = value.detach().numpy()
    for key, leaf in leaves.items():
        arrays[f"{prefix}gradient/{key}"] = leaf.grad.numpy()
    if training:
        for key, value in running.items():
            if "running" in key:
                arrays[f"{prefix}after/{key}"] = value.numpy()
    return arrays


main()
