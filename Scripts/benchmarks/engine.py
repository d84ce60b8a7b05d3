"""Pairs the engine with PyTorch on VGG16, batch 8, 224×224, float32: time per image and agreement of the results.

Called by `Scripts/benchmarks/engine`, which builds the program and makes the Python environment. The two run in turn, so
that a machine whose speed drifts treats both alike; every figure is the median over the rounds. PyTorch runs with the
same number of threads in both memory formats, and the better one counts.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import safetensors_file  # noqa: E402
import torch_network  # noqa: E402

program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3


def vgg16_features(last):
    layers, channels, index = [], 3, 0
    for count, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(count):
            layers.append({"name": f"features.{index}", "kind": "convolution", "in_channels": channels,
                           "out_channels": width, "kernel": 3, "padding": 1})
            layers.append({"name": f"features.{index + 1}", "kind": "relu"})
            channels, index = width, index + 2
        layers.append({"name": f"features.{index}", "kind": "max_pooling", "kernel": 2})
        index += 1
    return {"layers": layers[: last + 1]}


def forward(weights, images):
    with torch.no_grad():
        return torch_network.run(vgg16_features(30), weights, images)["features.30"]


def forward_backward(weights, images):
    leaf = images.detach().requires_grad_()
    torch_network.run(vgg16_features(16), weights, leaf)["features.16"][:, 0].mean((1, 2)).sum().backward()
    return leaf.grad


def seconds_per_image(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - start) / 8


def relative(ours, theirs):
    return float((ours.double() - theirs.double()).norm() / theirs.double().norm())


with tempfile.TemporaryDirectory() as folder:
    ours = {"forward": [], "forward_backward": []}
    theirs = {(work, layout): [] for work in ours for layout in ("contiguous", "channels_last")}
    for round_number in range(rounds):
        result = json.loads(subprocess.run([program, folder, "3"], check=True, capture_output=True, text=True).stdout)
        torch.set_num_threads(result["threads"])
        if round_number == 0:
            weights = {k: torch.tensor(v) for k, v in safetensors_file.read(f"{folder}/weights.safetensors").items()}
            results = {k: torch.tensor(v) for k, v in safetensors_file.read(f"{folder}/results.safetensors").items()}
        for work, function in (("forward", forward), ("forward_backward", forward_backward)):
            ours[work].append(result[work])
            for layout, form in (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last)):
                w = {k: v.to(memory_format=form) if v.dim() == 4 else v for k, v in weights.items()}
                x = results["images"].to(memory_format=form)
                function(w, x)
                theirs[work, layout].append(statistics.median(seconds_per_image(function, w, x) for _ in range(3)))
    double = {k: v.double() for k, v in weights.items()}
    exact = forward(double, results["images"].double())
    exact_gradient = forward_backward(double, results["images"].double())
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, medians of {rounds} rounds, seconds per image")
    for work in ours:
        own = statistics.median(ours[work])
        best = {layout: statistics.median(theirs[work, layout]) for layout in ("contiguous", "channels_last")}
        print(f"{work:17} convscope {own:.4f}   PyTorch {best['contiguous']:.4f} contiguous, "
              f"{best['channels_last']:.4f} channels last   {min(best.values()) / own:.2f} times faster")
    print(f"relative L2 difference from PyTorch in double precision: output {relative(results['features.30'], exact):.1e}"
          f" (PyTorch float32: {relative(forward(weights, results['images']), exact):.1e}),"
          f" gradient {relative(results['gradient'], exact_gradient):.1e}"
          f" (PyTorch float32: {relative(forward_backward(weights, results['images']), exact_gradient):.1e})")
