"""Seconds of one step of activation maximization for ten filters of VGG16's `features.14`.

Called by `Scripts/benchmarks/maximization`, which builds the program and makes the Python environment. A step makes the
image of each filter from Fourier coefficients with correlated colours, pads, shifts, scales and turns it, runs the network
to the layer and back to the image, and lets Adam change the coefficients. PyTorch does what Lucent 0.1.8 does, ten images
in one batch, in both memory formats, and stops at the layer (Lucent runs the whole network; that is timed too). The
program's time is the difference of a long and a short run of the stage, as the run record times them.
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F

program, size, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
LAYER, COUNT, SHORT = 14, 10, 4
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
COLORS = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
COLORS = COLORS / COLORS.norm(dim=0).max()


def vgg16():
    layers, channels = [], 3
    for repeats, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(repeats):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU()]
            torch.nn.init.kaiming_normal_(layers[-2].weight)
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    return torch.nn.Sequential(*layers)


def affine(images, scale, degrees):
    angle = math.radians(degrees)
    turn = torch.tensor([[math.cos(angle), math.sin(angle), 0], [-math.sin(angle), math.cos(angle), 0]]) / scale
    grid = F.affine_grid(turn.expand(len(images), 2, 3), images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def jitter(images, range_):
    side = images.shape[-1] - range_
    y, x = random.randint(0, range_), random.randint(0, range_)
    return images[..., y:y + side, x:x + side]


def seconds_per_step(model, form, stop):
    model = model.to(memory_format=form)
    frequencies = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    scale = torch.tensor(1 / np.maximum(frequencies, 1 / size), dtype=torch.float32)[..., None] * size
    spectrum = (0.01 * torch.randn(COUNT, 3, *scale.shape[:2], 2)).requires_grad_()
    optimizer = torch.optim.Adam([spectrum], lr=0.05)
    units = torch.arange(COUNT)
    kept = {}
    hook = model[LAYER].register_forward_hook(lambda _, __, output: kept.update(activation=output))

    def step():
        optimizer.zero_grad()
        planes = torch.fft.irfft2(torch.view_as_complex(scale * spectrum), s=(size, size), norm="ortho") / 4
        images = torch.sigmoid(torch.einsum("nchw,dc->ndhw", planes, COLORS))
        view = jitter(F.pad(images, [12] * 4, value=0.5), 8)
        view = affine(view, random.choice([1 + i / 50 for i in range(-5, 6)]), 0)
        view = affine(view, 1, random.choice(list(range(-10, 11)) + 5 * [0]))
        view = jitter(view, 4)
        view = view[..., 6:6 + size, 6:6 + size]
        model[:stop](((view - MEAN) / STD).contiguous(memory_format=form))
        (-kept["activation"][units, units].mean((1, 2)).sum()).backward()
        optimizer.step()

    step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    hook.remove()
    return (time.perf_counter() - start) / steps


torch.manual_seed(1)
torch.set_num_threads(2)
model = vgg16().eval().requires_grad_(False)
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    state = {f"features.{key}": value for key, value in model.state_dict().items()}
    for place, inputs, outputs in ((0, 25088, 4096), (3, 4096, 4096), (6, 4096, 1000)):
        state[f"classifier.{place}.weight"] = torch.zeros(outputs, inputs)
        state[f"classifier.{place}.bias"] = torch.zeros(outputs)
    torch.save(state, folder / "vgg16.pth")
    settings = {"layer": f"features.{LAYER}", "filters": list(range(COUNT)), "size": size, "transforms": "lucid"}
    stages = {"net": {"stage": "model.load",
                      "parameters": {"architecture": "vgg16", "weights": "vgg16.pth", "input": "torchvision"}}}
    for stage, iterations in (("short", SHORT), ("long", SHORT + steps)):
        stages[stage] = {"stage": "filters.maximize", "inputs": {"model": "net"},
                         "parameters": settings | {"iterations": iterations}}
    (folder / "p.json").write_text(json.dumps({"name": "steps", "stages": stages}))
    subprocess.run([program, "run", "p.json", "--threads", "2"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    record = json.loads((folder / "runs/steps/run.json").read_text())["stages"]
    own = (record["long"]["seconds"] - record["short"]["seconds"]) / steps
best = None
for name, form in (("contiguous", torch.contiguous_format), ("channels last", torch.channels_last)):
    seconds = seconds_per_step(model, form, LAYER + 1)
    print(f"PyTorch {torch.__version__}, {name}, to the layer: {seconds:.3f} s")
    best = min(best or seconds, seconds)
whole = seconds_per_step(model, torch.channels_last, len(model))
print(f"PyTorch {torch.__version__}, channels last, all convolutions as Lucent: {whole:.3f} s")
print(f"convscope: {own:.3f} s a step of {COUNT} filters at {size}×{size}, {best / own:.2f} times faster "
      f"({whole / own:.2f} times against all convolutions)")
