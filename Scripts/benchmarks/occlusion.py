"""Seconds of an occlusion map of VGG16 (224×224, window 32, stride 16: 169 windows), and agreement of the maps.

Called by `Scripts/benchmarks/occlusion`, which builds the program and makes the Python environment. The whole stage of the
program, as its run record times it, against PyTorch covering, running and averaging in batches of eight, in both memory
formats, in turn; the better format counts.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import torch

program, count = sys.argv[1], int(sys.argv[2])
SIDE, WINDOW, STRIDE, BATCH = 224, 32, 16, 8
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def vgg16():
    layers, channels = [], 3
    for repeats, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(repeats):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU(inplace=True)]
            torch.nn.init.kaiming_normal_(layers[-2].weight)
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    dropout = torch.nn.Dropout
    return torch.nn.Sequential(collections.OrderedDict(
        features=torch.nn.Sequential(*layers), flatten=torch.nn.Flatten(), classifier=torch.nn.Sequential(
            linear(25088, 4096), relu(True), dropout(), linear(4096, 4096), relu(True), dropout(), linear(4096, 1000))))


def occlusion(model, image, target, form):
    """The map of one image in [0, 1]; windows are covered with the mean colour."""
    starts = [(y, x) for y in range(0, SIDE - WINDOW + STRIDE, STRIDE) for x in range(0, SIDE - WINDOW + STRIDE, STRIDE)]
    normal = (image - MEAN) / STD
    plain = model(normal[None].to(memory_format=form))[0, target]
    sums, covers = torch.zeros(SIDE, SIDE), torch.zeros(SIDE, SIDE)
    for first in range(0, len(starts), BATCH):
        group = starts[first:first + BATCH]
        batch = normal.repeat(len(group), 1, 1, 1)
        for row, (y, x) in enumerate(group):
            batch[row, :, y:y + WINDOW, x:x + WINDOW] = 0
        falls = plain - model(batch.to(memory_format=form))[:, target]
        for (y, x), fall in zip(group, falls):
            sums[y:y + WINDOW, x:x + WINDOW] += fall
            covers[y:y + WINDOW, x:x + WINDOW] += 1
    return sums / covers


with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
    folder = pathlib.Path(folder)
    torch.manual_seed(1)
    torch.set_num_threads(2)
    model = vgg16().eval()
    torch.save(model.state_dict(), folder / "vgg16.pth")
    images = torch.nn.functional.interpolate(torch.rand(count, 3, 14, 14), SIDE, mode="bicubic").clamp(0, 1)
    np.save(folder / "images.npy", images.numpy())
    stage = {"stage": "attribution.occlusion", "inputs": {"model": "net", "dataset": "images"},
             "parameters": {"window": WINDOW, "stride": STRIDE, "pictures": 0}}
    pipeline = {"name": "occlusion", "stages": {
        "images": {"stage": "dataset.load", "parameters": {"format": "npy", "path": "images.npy"}},
        "net": {"stage": "model.load", "parameters": {"architecture": "vgg16", "weights": "vgg16.pth", "input": "torchvision"}},
        "warm": stage | {"parameters": stage["parameters"] | {"samples": [0], "stride": WINDOW}}, "map": stage}}
    (folder / "p.json").write_text(json.dumps(pipeline))
    subprocess.run([program, "run", "p.json", "--threads", "2"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    record = json.loads((folder / "runs/occlusion/run.json").read_text())
    own = record["stages"]["map"]["seconds"] / count
    file = h5py.File(folder / "runs/occlusion/outputs/map/attribution.h5")
    targets = file["target"][...].tolist()
    best = None
    for name, form in (("contiguous", torch.contiguous_format), ("channels last", torch.channels_last)):
        formed = model.to(memory_format=form)
        formed(images[:1].repeat(BATCH, 1, 1, 1).to(memory_format=form))
        start = time.perf_counter()
        maps = [occlusion(formed, image, target, form) for image, target in zip(images, targets)]
        seconds = (time.perf_counter() - start) / count
        print(f"PyTorch {torch.__version__}, {name}: {seconds:.2f} s an image")
        best = min(best or seconds, seconds)
    theirs = torch.stack(maps)
    ours = torch.tensor(file["attribution"][:, 0])
    print(f"convscope: {own:.2f} s an image, {best / own:.2f} times faster; relative L2 difference of the maps "
          f"{float((ours - theirs).norm() / theirs.norm()):.1e}")
