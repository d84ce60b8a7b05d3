"""Pairs the engine with torchvision: logits of eight images, float32, seconds per image by architecture.

Called by `Scripts/benchmarks/networks`. The two run in turn; every figure is the median over the rounds; PyTorch runs with
the same number of threads in both memory formats, and the better one counts.
"""

import json
import statistics
import subprocess
import sys
import time
import warnings

import torch
import torchvision

program, rounds, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
warnings.simplefilter("ignore")


def seconds_per_image(model, x):
    times = []
    with torch.inference_mode():
        for _ in range(6):
            start = time.perf_counter()
            model(x)
            times.append((time.perf_counter() - start) / len(x))
    return statistics.median(times[1:])


print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, medians of {rounds} rounds, seconds per image")
for name in names:
    side = 299 if name == "inception_v3" else 224
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = getattr(torchvision.models, name)(weights=None, **options).eval()
    x = torch.randn(8, 3, side, side)
    ours, theirs = [], {torch.contiguous_format: [], torch.channels_last: []}
    for _ in range(rounds):
        result = json.loads(subprocess.run([program, "network", name], check=True, capture_output=True).stdout)
        torch.set_num_threads(result["threads"])
        ours.append(result["forward"])
        for form, times in theirs.items():
            times.append(seconds_per_image(model.to(memory_format=form), x.to(memory_format=form)))
    own = statistics.median(ours)
    contiguous, last = (statistics.median(times) for times in theirs.values())
    print(f"{name:14} convscope {own:.4f}   PyTorch {contiguous:.4f} contiguous, {last:.4f} channels last   "
          f"{min(contiguous, last) / own:.2f} times faster", flush=True)
