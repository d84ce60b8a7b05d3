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
    # Every activation function, some behind a convolution that takes them in, on whole and on broken blocks of channels.
    "activations": ([3, 9, 8], [
        conv("a", 3, 20, 3, padding=1), layer("leaky", "leaky_relu", slope=0.2),
        conv("b", 20, 16, 3), layer("norm", "batch_normalization", channels=16), layer("limited", "relu", limit=1.5),
        conv("c", 16, 12, 3, padding=1), layer("sigmoid", "sigmoid"),
        conv("d", 12, 14, 3), layer("tanh", "tanh"), layer("product", "multiplication", inputs=["tanh", "d"]),
        conv("e", 14, 9, 1), layer("silu", "silu"), layer("hardswish", "hardswish"),
        conv("f", 9, 16, 3, padding=1), layer("clip", "clip", min=-0.6, max=0.5),
        layer("low", "clip", min=-0.4, inputs=["f"]), layer("sum", "addition", inputs=["clip", "low", "f"]),
        layer("sum_limited", "relu", limit=2), conv("g", 16, 5, 1), layer("last_limited", "relu", limit=1.25),
        layer("flatten", "flatten"), layer("fc", "linear", in_features=100, out_features=7),
        layer("fc_limited", "relu", limit=3), layer("out", "tanh"),
    ]),
    # Padding that differs from side to side.
    "padding": ([5, 11, 10], [
        conv("same", 5, 18, 3, stride=2, padding=[0, 0, 1, 1]), layer("relu", "relu"),
        conv("even", 18, 16, 4, padding=[1, 1, 2, 2]), layer("frame", "zero_padding", padding=[1, 0, 2, 3]),
        layer("counting", "average_pooling", kernel=3, stride=1, padding=[0, 0, 1, 1]),
        layer("max", "max_pooling", kernel=3, stride=2, padding=[2, 0, 1, 1]),
        conv("odd", 16, 7, 3, padding=1), layer("norm", "batch_normalization", channels=7), layer("relu2", "relu"),
        layer("frame_odd", "zero_padding", padding=[0, 2]), conv("winograd", 7, 32, 3, padding=[1, 2, 0, 1]),
        layer("excluding", "average_pooling", kernel=[2, 3], stride=1, padding=[1, 2, 0, 0], count_include_pad=False),
        layer("max2", "max_pooling", kernel=2, padding=[0, 0, 0, 1]),
    ]),
    # Residual blocks with shortcuts that have no weights, a scale, and an inverted residual block.
    "shortcuts": ([3, 9, 8], [
        conv("stem", 3, 8, 3, padding=1, bias=False), layer("stem_norm", "batch_normalization", channels=8),
        layer("stem_relu", "relu"),
        conv("conv1", 8, 16, 3, stride=2, padding=1, bias=False), layer("norm1", "batch_normalization", channels=16),
        layer("short1", "identity_shortcut", stride=2, channels_before=4, channels_after=4, inputs=["stem_relu"]),
        layer("sum1", "addition", inputs=["norm1", "short1"]), layer("relu1", "relu"),
        layer("scale", "channel_scale", channels=16), layer("scale_relu", "relu"),
        conv("conv2", 16, 37, 1, stride=[1, 2], bias=False), layer("norm2", "batch_normalization", channels=37),
        layer("short2", "identity_shortcut", stride=[1, 2], channels_before=20, channels_after=1, inputs=["scale_relu"]),
        layer("sum2", "addition", inputs=["norm2", "short2"]),
        conv("wide", 37, 40, 1, bias=False), layer("wide_norm", "batch_normalization", channels=40),
        layer("wide_relu", "relu", limit=6),
        conv("deep", 40, 40, 3, padding=1, groups=40, bias=False), layer("deep_norm", "batch_normalization", channels=40),
        layer("deep_relu", "relu", limit=0.75), conv("narrow", 40, 37, 1, bias=False),
        layer("narrow_norm", "batch_normalization", channels=37),
        layer("sum3", "addition", inputs=["sum2", "narrow_norm"]),
        layer("global", "adaptive_average_pooling", size=1), layer("flatten", "flatten"),
        layer("scale_vector", "channel_scale", channels=37), layer("fc", "linear", in_features=37, out_features=5),
    ]),
    # Maps times a number for each channel, on whole and on broken blocks of channels; dilated pooling; reshaping.
    "excitation": ([3, 12, 10], [
        conv("stem", 3, 20, 3, padding=1), layer("squeeze", "adaptive_average_pooling", size=1),
        conv("excite", 20, 20, 1), layer("gate", "sigmoid"),
        layer("scaled", "multiplication", inputs=["stem", "gate"]), conv("narrow", 20, 16, 3, padding=1),
        layer("squeeze2", "adaptive_average_pooling", size=1), layer("vector", "flatten"),
        layer("fc1", "linear", in_features=16, out_features=16), layer("gate2", "tanh"),
        layer("scaled2", "multiplication", inputs=["gate2", "narrow"]),
        layer("dilated", "max_pooling", kernel=[3, 2], stride=[1, 2], padding=1, dilation=[2, 3]),
        layer("dilated_ceiling", "max_pooling", kernel=2, stride=2, dilation=[3, 1], ceil_mode=True),
        layer("reshaped", "reshape", channels=24, size=[2, 4]),
        conv("last", 24, 6, 1), layer("flatten", "flatten"),
    ]),
    # Maps plus a number for each channel, a ReLU behind, on whole and on broken blocks of channels; Keras's order.
    "context": ([3, 10, 9], [
        conv("stem", 3, 20, 3, padding=1), layer("squeeze", "adaptive_average_pooling", size=1),
        conv("context", 20, 20, 1), layer("sum", "addition", inputs=["stem", "context"]), layer("relu", "relu"),
        conv("narrow", 20, 16, 3, padding=1), layer("squeeze2", "adaptive_average_pooling", size=1),
        layer("vector", "flatten"), layer("fc", "linear", in_features=16, out_features=16),
        layer("sum2", "addition", inputs=["fc", "narrow"]), layer("relu2", "relu", limit=2),
        conv("odd", 16, 5, 3), layer("flatten", "flatten", channels_last=True),
        layer("fc2", "linear", in_features=280, out_features=60), layer("map", "reshape", channels=5, size=[4, 3]),
        layer("last", "flatten", channels_last=True),
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
