"""Reference values for Training: cross entropy, and several steps of each optimizer, computed by PyTorch.

Made with torch 2.15.0 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/training.py
It writes, under Tests/TrainingTests/Golden, losses.safetensors (logits, and for each variant of the loss its value and
gradient), network.json, and steps.safetensors (start weights, images, labels, and for each optimizer the weights and
running statistics after two epochs of three batches, the last one smaller, with the mean loss of each epoch).
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import safetensors_file
import torch_network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/TrainingTests/Golden"
BATCH = 7

# The convolution has no bias: batch normalisation takes away its influence, and Adam would blow up the rounding of its
# zero gradient to steps of full size.
NETWORK = {"name": "small", "input": [2, 8, 8], "layers": [
    {"name": "conv", "kind": "convolution", "in_channels": 2, "out_channels": 6, "kernel": 3, "padding": 1, "bias": False},
    {"name": "norm", "kind": "batch_normalization", "channels": 6, "momentum": 0.2},
    {"name": "relu", "kind": "relu"},
    {"name": "pool", "kind": "max_pooling", "kernel": 2},
    {"name": "flatten", "kind": "flatten"},
    {"name": "head.0", "kind": "linear", "in_features": 96, "out_features": 12},
    {"name": "head.1", "kind": "relu"},
    {"name": "head.2", "kind": "linear", "in_features": 12, "out_features": 4},
]}

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "sgd-decay": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
    "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam-decay": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "adam-cosine": lambda p: torch.optim.Adam(p, lr=0.01),
}


def losses(random):
    logits = random.normal(size=(9, 5)).astype(np.float32) * 4
    logits[0] += 300  # beyond what a single-precision exponential holds
    logits[1] = [-200, 200, 0, 0, 0]
    labels = random.integers(0, 5, size=9)
    labels[1] = 0
    weights = [0.5, 2, 1, 0.25, 3]
    arrays = {"logits": logits, "labels": labels.astype(np.float32), "class_weights": np.array(weights)}
    for name, smoothing, weight in [
        ("plain", 0, None), ("smoothed", 0.1, None), ("weighted", 0, weights), ("both", 0.2, weights),
    ]:
        leaf = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
        weight = None if weight is None else torch.tensor(weight, dtype=torch.float64)
        loss = F.cross_entropy(leaf, torch.tensor(labels), weight=weight, label_smoothing=smoothing)
        loss.backward()
        arrays[f"{name}/loss"] = loss.detach().numpy().reshape(1)
        arrays[f"{name}/gradient"] = leaf.grad.numpy()
    safetensors_file.write(FOLDER / "losses.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


def steps(random):
    start = {}
    for key, size in torch_network.parameters(NETWORK):
        values = random.normal(size=size) * (0.3 if len(size) > 1 else 0.1)
        if key in ("norm.weight", "norm.running_var"):
            values += 1
        start[key] = values.astype(np.float32)
    images = random.uniform(size=(20, 2, 8, 8)).astype(np.float32)
    labels = random.integers(0, 4, size=20)
    arrays = {f"start/{key}": value for key, value in start.items()}
    arrays |= {"images": images, "labels": labels.astype(np.float32)}
    x, y = torch.tensor(images, dtype=torch.float64), torch.tensor(labels)
    for name, make in OPTIMIZERS.items():
        weights = {key: torch.tensor(value, dtype=torch.float64) for key, value in start.items()}
        leaves = [value.requires_grad_() for key, value in weights.items() if "running" not in key]
        optimizer = make(leaves)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6) if "cosine" in name else None
        epoch_losses = []
        for _ in range(2):
            total = 0
            for first in range(0, 20, BATCH):
                optimizer.zero_grad()
                logits = torch_network.run(NETWORK, weights, x[first : first + BATCH], training=True)["head.2"]
                loss = F.cross_entropy(logits, y[first : first + BATCH])
                loss.backward()
                optimizer.step()
                if schedule:
                    schedule.step()
                total += loss.item() * len(logits)
            epoch_losses.append(total / 20)
        with torch.no_grad():
            logits = torch_network.run(NETWORK, weights, x)["head.2"]
            arrays[f"{name}/evaluation"] = np.array([
                F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).double().mean().item()])
        arrays[f"{name}/losses"] = np.array(epoch_losses)
        arrays |= {f"{name}/after/{key}": value.detach().numpy() for key, value in weights.items()}
    (FOLDER / "network.json").write_text(json.dumps(NETWORK, indent=1) + "\n")
    safetensors_file.write(FOLDER / "steps.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    losses(np.random.default_rng(200))
    steps(np.random.default_rng(201))


main()
