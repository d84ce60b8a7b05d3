"""Reference values for Deep Dream and style transfer, by PyTorch in double precision.

Made with torch 2.15.0 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/dream_and_style.py
It reads colour.json and colour.safetensors (of visualization.py) under Tests/FeatureVisualizationTests/Golden, and writes
dream_and_style.safetensors there: images, given shifts, and for each dream the image and objectives of every octave; for
each style transfer the losses and the gradient at the start.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import safetensors_file
import torch_network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/FeatureVisualizationTests/Golden"

MEAN = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64)[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64)[:, None, None]

RATIO, OCTAVES, ITERATIONS, STEP = 1.4, 3, 4, 6.0


def network():
    description = json.loads((FOLDER / "colour.json").read_text())
    arrays = safetensors_file.read(FOLDER / "colour.safetensors")
    weights = {name[len("weight/"):]: torch.tensor(array.copy(), dtype=torch.float64)
               for name, array in arrays.items() if name.startswith("weight/")}
    return lambda image: torch_network.run(description, weights, ((image - MEAN) / STD)[None])


def resized(image, size):
    return F.interpolate(image[None], size=size, mode="bilinear", align_corners=False)[0]


def dream(run, image, layer, channels, shifts):
    height, width = image.shape[1:]
    sizes = [(round(height / RATIO**k), round(width / RATIO**k)) for k in reversed(range(OCTAVES))]
    bases = [image]
    for size in reversed(sizes[:-1]):
        bases.insert(0, resized(bases[0], size))
    results, objectives, detail = [], [], None
    for octave, (size, base) in enumerate(zip(sizes, bases)):
        now = base if detail is None else (base + resized(detail, size)).clamp(0, 1)
        values = []
        for iteration in range(ITERATIONS):
            moved = tuple(int(x) for x in shifts[octave, iteration])
            seen = torch.roll(now, moved, dims=(1, 2)).requires_grad_(True)
            activation = run(seen)[layer][0]
            if channels is not None:
                activation = activation[channels]
            objective = 0.5 * (activation**2).sum()
            gradient, = torch.autograd.grad(objective, seen)
            gradient = torch.roll(gradient, (-moved[0], -moved[1]), dims=(1, 2))
            now = (now + STEP / 255 / gradient.abs().mean() * gradient).clamp(0, 1).detach()
            values.append(objective.item())
        detail = now - base
        results.append(now.numpy())
        objectives.append(values)
    return results, np.array(objectives)


def gram(activation):
    flat = activation.reshape(activation.shape[0], -1)
    return flat @ flat.T / activation.numel()


def style(run, content, painting, content_layers, style_layers, variation):
    with torch.no_grad():
        kept, taken = run(content), run(painting)
    start = torch.logit(content.clamp(0.01, 0.99)).requires_grad_(True)
    image = torch.sigmoid(start)
    seen = run(image)

    def loss(weight, found, target):
        return weight * ((found - target) ** 2).mean() / (target**2).mean()

    terms = [loss(weight, seen[layer][0], kept[layer][0]) for layer, weight in content_layers]
    terms += [loss(weight, gram(seen[layer][0]), gram(taken[layer][0])) for layer, weight in style_layers]
    terms.append(variation * ((image[:, :, 1:] - image[:, :, :-1]).abs().mean()
                              + (image[:, 1:] - image[:, :-1]).abs().mean()))
    gradient, = torch.autograd.grad(sum(terms), start)
    return np.array([term.item() for term in terms]), gradient.numpy()


def main():
    random, run = np.random.default_rng(320), network()
    images = random.uniform(size=(2, 3, 24, 20)).astype(np.float32)
    painting = random.uniform(size=(3, 18, 26)).astype(np.float32)
    shifts = random.integers(-30, 31, size=(OCTAVES, ITERATIONS, 2))
    arrays = {"images": images, "painting": painting, "shifts": shifts}
    content = torch.tensor(images[0], dtype=torch.float64)
    for name, layer, channels, moves in [
        ("still", "relu2", None, np.zeros_like(shifts)), ("shifted", "relu2", None, shifts),
        ("channels", "conv2", [1, 5], shifts),
    ]:
        results, objectives = dream(run, content, layer, channels, moves)
        arrays |= {f"dream/{name}/octave{octave}": image for octave, image in enumerate(results)}
        arrays[f"dream/{name}/objective"] = objectives
    for name, layers in [("both", ([("relu1", 2.0)], [("relu1", 3.0), ("relu2", 40.0)])),
                         ("style", ([], [("conv2", 10.0)]))]:
        terms, gradient = style(run, content, torch.tensor(painting, dtype=torch.float64), *layers, 0.5)
        arrays |= {f"style/{name}/terms": terms, f"style/{name}/gradient": gradient}
    safetensors_file.write(
        FOLDER / "dream_and_style.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


main()
