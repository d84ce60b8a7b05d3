"""Seconds to find the nine images that excite each channel of a layer of VGG16 most and least, and agreement of the lists.

Called by `Scripts/benchmarks/activations-top`, which builds the program and makes the Python environment. The whole stage
of the program as its run record times it, with class means, sixteen pictures and the check at the end, against PyTorch
running the layers, taking maximum and minimum of each map in one pass and keeping the best, in both memory formats with its
ReLUs in place and pixels brought to the network's numbers in one pass; the better counts.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import torch

program, count, layer = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SIDE, BATCH, TOP = 224, 8, 9
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
# (bytes / 255 - MEAN) / STD as one product and sum.
SCALE, SHIFT = 1 / (255 * STD), -MEAN / STD


def features():
    layers, channels = [], 3
    for repeats, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(repeats):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU(inplace=True)]
            torch.nn.init.kaiming_normal_(layers[-2].weight)
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    return torch.nn.Sequential(*layers)


def search(model, images, form):
    """Activations and samples of the best of each kind, [channels, TOP]."""
    best = None
    for first in range(0, len(images), BATCH):
        pixels = torch.from_numpy(images[first:first + BATCH]).to(torch.float32, memory_format=form)
        least, greatest = model(torch.addcmul(SHIFT, pixels, SCALE)).flatten(2).aminmax(dim=2)
        samples = torch.arange(first, first + len(least)).repeat(least.shape[1], 1)
        new = [greatest.T, -least.T]
        if best is None:
            best = [(values, samples) for values in new]
        else:
            joined = [(torch.cat([old[0], values], 1), torch.cat([old[1], samples], 1)) for old, values in zip(best, new)]
            best = []
            for values, places in joined:
                top = values.topk(TOP, dim=1)
                best.append((top.values, places.gather(1, top.indices)))
    return [(sign * values, samples) for sign, (values, samples) in zip((1, -1), best)]


with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
    folder = pathlib.Path(folder)
    torch.manual_seed(1)
    torch.set_num_threads(2)
    model = features().eval()
    rest = [(25088, 4096), (4096, 4096), (4096, 1000)]
    state = {f"features.{name}": value for name, value in model.state_dict().items()}
    for place, (inputs, outputs) in zip((0, 3, 6), rest):
        state |= {f"classifier.{place}.weight": torch.zeros(outputs, inputs), f"classifier.{place}.bias": torch.zeros(outputs)}
    torch.save(state, folder / "vgg16.pth")
    coarse = torch.rand(count, 3, 14, 14)
    images = np.concatenate([
        (torch.nn.functional.interpolate(part, SIDE, mode="bicubic").clamp(0, 1) * 255).round().byte().numpy()
        for part in coarse.split(50)])
    np.savez(folder / "images.npz", images=images, labels=np.arange(count) % 10)
    stages = {
        "images": {"stage": "dataset.load", "parameters": {
            "format": "arrays", "path": "images.npz", "images": "images", "labels": "labels"}},
        "net": {"stage": "model.load", "parameters": {"architecture": "vgg16", "weights": "vgg16.pth", "input": "torchvision"}},
        "top": {"stage": "activations.top", "inputs": {"model": "net", "dataset": "images"},
                "parameters": {"layer": f"features.{layer}", "top": TOP, "limit": 16}}}
    (folder / "p.json").write_text(json.dumps({"name": "top", "stages": stages}))
    subprocess.run([program, "run", "p.json", "--threads", "2"], cwd=folder, check=True, capture_output=True)
    own = json.loads((folder / "runs/top/run.json").read_text())["stages"]["top"]["seconds"]
    file = h5py.File(folder / "runs/top/outputs/top/top.h5")
    part, best = model[:layer + 1], None
    for name, form in (("contiguous", torch.contiguous_format), ("channels last", torch.channels_last)):
        formed = part.to(memory_format=form)
        search(formed, images[:BATCH], form)
        start = time.perf_counter()
        found = search(formed, images, form)
        seconds = time.perf_counter() - start
        print(f"PyTorch {torch.__version__}, {name}: {seconds:.1f} s for {count} images")
        best = min(best or seconds, seconds)
    values = file["activation"][...]
    gap = np.abs(values - found[0][0].numpy()).max() / np.abs(values).max()
    same = (file["samples"][...] == found[0][1].numpy()).mean()
    print(f"convscope: {own:.1f} s, {best / own:.2f} times faster; largest relative difference {gap:.1e}, "
          f"{same:.1%} of the places hold the same image")
