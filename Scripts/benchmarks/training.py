"""Pairs training steps with PyTorch's: forward, backward and update by SGD with momentum, batch 128, float32.

Called by `Scripts/benchmarks/training`, which builds the program and makes the Python environment. The two run in turn, so
that a machine whose speed drifts treats both alike; every figure is the best over the rounds of the median step. PyTorch
runs with the same number of threads in both memory formats, and the better one counts.
"""

import json
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
BATCH, STEPS, THREADS = 128, 20, 2


def cifar10_cnn():
    layers = []
    for inputs, outputs in [(3, 64), (64, 32)]:
        layers += [nn.Conv2d(inputs, outputs, 5), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(800, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 32), nn.ReLU(),
        nn.Dropout(0.2), nn.Linear(32, 10))


def vgg11():
    layers, inputs = [], 3
    for stage in [[64], [128], [256, 256], [512, 512], [512, 512]]:
        for outputs in stage:
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def images_per_second(make, form, steps):
    torch.manual_seed(1)
    network = make().to(memory_format=form)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    images = torch.rand(BATCH, 3, 32, 32).to(memory_format=form)
    labels = torch.arange(BATCH) % 10
    times = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return BATCH / statistics.median(times[2:])


torch.set_num_threads(THREADS)
print(f"torch {torch.__version__}, {THREADS} threads, batch {BATCH}, images per second, best of {rounds} rounds")
for name, make, steps in [("cifar10-cnn", cifar10_cnn, STEPS), ("vgg11", vgg11, STEPS // 4)]:
    ours, theirs = [], {"contiguous": [], "channels last": []}
    for _ in range(rounds):
        command = [program, name, str(BATCH), str(steps), str(THREADS)]
        ours.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["median"])
        theirs["contiguous"].append(images_per_second(make, torch.contiguous_format, steps))
        theirs["channels last"].append(images_per_second(make, torch.channels_last, steps))
    best = {form: max(values) for form, values in theirs.items()}
    print(f"{name:12} convscope {max(ours):.0f}   PyTorch {best['contiguous']:.0f} contiguous, "
          f"{best['channels last']:.0f} channels last   {max(ours) / max(best.values()):.2f} times faster")
