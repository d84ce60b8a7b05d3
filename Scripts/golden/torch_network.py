"""Runs a network file of ours in PyTorch, layer by layer, so that the two can be compared."""

import torch
import torch.nn.functional as F


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def pad(x, layer, value=0.0):
    """The input with its padding around it: a list of four is top, left, bottom, right."""
    padding = layer.get("padding", 0)
    top, left, bottom, right = padding if isinstance(padding, list) and len(padding) == 4 else 2 * pair(padding)
    return F.pad(x, (left, right, top, bottom), value=value)


def is_lopsided(layer):
    return isinstance(layer.get("padding", 0), list) and len(layer["padding"]) == 4


def parameters(network):
    """Full name and shape of every tensor, in order."""
    for layer in network["layers"]:
        name, kind = layer["name"], layer["kind"]
        if kind == "convolution":
            inputs = layer["in_channels"] // layer.get("groups", 1)
            yield f"{name}.weight", (layer["out_channels"], inputs, *pair(layer["kernel"]))
            if layer.get("bias", True):
                yield f"{name}.bias", (layer["out_channels"],)
        elif kind == "linear":
            yield f"{name}.weight", (layer["out_features"], layer["in_features"])
            if layer.get("bias", True):
                yield f"{name}.bias", (layer["out_features"],)
        elif kind == "batch_normalization":
            for part in ("weight", "bias", "running_mean", "running_var"):
                yield f"{name}.{part}", (layer["channels"],)
        elif kind == "channel_scale":
            for part in ("weight", "bias"):
                yield f"{name}.{part}", (layer["channels"],)


def run(network, weights, x, training=False):
    """Every layer's output by name. In training, batch normalisation moves the running statistics in `weights`."""
    values, previous = {"input": x}, "input"
    for layer in network["layers"]:
        name, kind = layer["name"], layer["kind"]
        inputs = [values[source] for source in layer.get("inputs", [previous])]
        a = inputs[0]
        w = lambda part: weights.get(f"{name}.{part}")
        if kind == "convolution":
            out = F.conv2d(pad(a, layer), w("weight"), w("bias"), pair(layer.get("stride", 1)), 0,
                           pair(layer.get("dilation", 1)), layer.get("groups", 1))
        elif kind == "linear":
            out = F.linear(a, w("weight"), w("bias"))
        elif kind == "batch_normalization":
            out = F.batch_norm(a, w("running_mean"), w("running_var"), w("weight"), w("bias"), training,
                               layer.get("momentum", 0.1), layer.get("epsilon", 1e-5))
        elif kind == "relu":
            out = F.hardtanh(a, 0, layer["limit"]) if "limit" in layer else F.relu(a)
        elif kind == "leaky_relu":
            out = F.leaky_relu(a, layer.get("slope", 0.01))
        elif kind == "clip":
            out = torch.clamp(a, layer.get("min"), layer.get("max"))
        elif kind in ("sigmoid", "tanh"):
            out = getattr(torch, kind)(a)
        elif kind in ("silu", "hardswish"):
            out = getattr(F, kind)(a)
        elif kind == "dropout":
            out = a  # compared in inference only
        elif kind == "max_pooling" and is_lopsided(layer):
            out = F.max_pool2d(pad(a, layer, -torch.inf), pair(layer["kernel"]),
                               pair(layer.get("stride", layer["kernel"])))
        elif kind == "average_pooling" and is_lopsided(layer):
            shape = pair(layer["kernel"]), pair(layer.get("stride", layer["kernel"]))
            out = F.avg_pool2d(pad(a, layer), *shape)
            if not layer.get("count_include_pad", True):
                out = out / F.avg_pool2d(pad(torch.ones_like(a), layer), *shape)
        elif kind == "max_pooling":
            out = F.max_pool2d(a, pair(layer["kernel"]), pair(layer.get("stride", layer["kernel"])),
                               pair(layer.get("padding", 0)), pair(layer.get("dilation", 1)),
                               ceil_mode=layer.get("ceil_mode", False))
        elif kind == "average_pooling":
            out = F.avg_pool2d(a, pair(layer["kernel"]), pair(layer.get("stride", layer["kernel"])),
                               pair(layer.get("padding", 0)), layer.get("ceil_mode", False),
                               layer.get("count_include_pad", True))
        elif kind == "adaptive_average_pooling":
            out = F.adaptive_avg_pool2d(a, pair(layer.get("size", 1)))
        elif kind == "flatten":
            out = (a.movedim(1, -1) if layer.get("channels_last") else a).flatten(1)
        elif kind == "reshape":
            out = a.reshape(len(a), layer["channels"], *pair(layer.get("size", 1)))
        elif kind == "concatenation":
            out = torch.cat(inputs, 1)
        elif kind == "zero_padding":
            out = pad(a, layer)
        elif kind == "identity_shortcut":
            rows, columns = pair(layer.get("stride", 1))
            out = F.pad(a[:, :, ::rows, ::columns],
                        (0, 0, 0, 0, layer.get("channels_before", 0), layer.get("channels_after", 0)))
        elif kind == "channel_scale":
            part = [w(p).reshape(1, -1, *[1] * (a.dim() - 2)) for p in ("weight", "bias")]
            out = a * part[0] + part[1]
        elif kind == "multiplication":
            rank = max(x.dim() for x in inputs)
            a, b = (x.reshape(*x.shape, *[1] * (rank - x.dim())) for x in inputs)
            out = a * b
        elif kind == "addition":
            rank = max(x.dim() for x in inputs)
            inputs = [x.reshape(*x.shape, *[1] * (rank - x.dim())) for x in inputs]
            out = sum(inputs[1:], inputs[0])
        elif kind == "softmax":
            out = F.softmax(a, 1)
        elif kind == "log_softmax":
            out = F.log_softmax(a, 1)
        elif kind == "local_response_normalization":
            out = F.local_response_norm(a, layer["size"], layer.get("alpha", 1e-4), layer.get("beta", 0.75),
                                        layer.get("k", 1.0))
        else:
            raise ValueError(f"unknown kind {kind}")
        values[name], previous = out, name
    return values
