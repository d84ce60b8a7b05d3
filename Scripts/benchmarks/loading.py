"""Seconds from a PyTorch file with VGG16's weights to the logits of a first image, and the peak of memory.

Called by `Scripts/benchmarks/loading`. The file holds random weights under torchvision's names and lies in the page cache.
Beside the program, in turn: reading the file into memory as one block, and PyTorch with its mapped loading. Medians.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch

program, rounds = sys.argv[1], int(sys.argv[2])


def vgg16():
    layers, channels = [], 3
    for count, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(count):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU(inplace=True)]
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    linear, relu, dropout = torch.nn.Linear, torch.nn.ReLU, torch.nn.Dropout
    return torch.nn.ModuleDict({
        "features": torch.nn.Sequential(*layers),
        "classifier": torch.nn.Sequential(
            linear(25088, 4096), relu(True), dropout(), linear(4096, 4096), relu(True), dropout(), linear(4096, 1000)),
    })


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
    path = pathlib.Path(folder, "vgg16.pth")
    torch.save(vgg16().state_dict(), path)

    def load_with_pytorch():
        with torch.device("meta"):
            model = vgg16()
        model.load_state_dict(torch.load(path, weights_only=True, mmap=True), assign=True)
        image = torch.full((1, 3, 224, 224), 0.5)
        model["classifier"](model["features"](image).flatten(1))

    read, pytorch, ours = [], [], {"direct": [], "auto": []}
    for _ in range(rounds):
        read.append(timed(path.read_bytes))
        pytorch.append(timed(load_with_pytorch))
        for algorithm, results in ours.items():
            output = subprocess.run(
                [program, "load", path, "vgg16", algorithm], check=True, capture_output=True, text=True)
            results.append(json.loads(output.stdout))

    size = path.stat().st_size
    print(f"reading the file of {size / 1e6:.0f} MB as one block: {statistics.median(read):.2f} s")
    print(f"PyTorch {torch.__version__}, mapped, to the first logits: {statistics.median(pytorch):.2f} s")
    for algorithm, results in ours.items():
        middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
        parts = ", ".join(f"{key} {middle[key]:.3f}" for key in ["open", "read", "check", "prepare", "infer"])
        print(
            f"convscope, algorithm {algorithm}: {middle['total']:.2f} s ({parts}), "
            f"peak memory {middle['peak_kib'] * 1024 / size:.2f} times the weights")
