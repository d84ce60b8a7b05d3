"""Reference values for FeatureVisualization: Fourier synthesis by NumPy, gradient ascent by PyTorch.

Made with torch 2.15.0, scipy 1.17.1 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/visualization.py
It writes, under Tests/FeatureVisualizationTests/Golden, fourier.safetensors (for several sizes and decays: spectrum,
planes), objectives.safetensors (for several objectives on the colour net: value and gradient, and two steps of
images kept from being alike), transforms.safetensors
(an image and views of it), and for a colour and a gray net NAME.json and NAME.safetensors (weights, start parameters,
and for each way of making an image the objective and image after each of 20 steps of Adam, and the gradient at the
start).
"""

import json
import pathlib

import numpy as np
import scipy.ndimage
import torch

import safetensors_file
import torch_network

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/FeatureVisualizationTests/Golden"

SIZES = [(1, 1, 1.0), (2, 3, 1.0), (5, 4, 1.0), (8, 8, 1.0), (9, 11, 1.0), (13, 6, 1.5), (28, 28, 1.0), (30, 42, 0.85)]

COLOUR = {"name": "colour", "input": [3, 24, 20], "layers": [
    {"name": "conv1", "kind": "convolution", "in_channels": 3, "out_channels": 16, "kernel": 3, "padding": 1},
    {"name": "norm", "kind": "batch_normalization", "channels": 16},
    {"name": "relu1", "kind": "relu"},
    {"name": "pool", "kind": "max_pooling", "kernel": 2},
    {"name": "conv2", "kind": "convolution", "in_channels": 16, "out_channels": 12, "kernel": 3},
    {"name": "relu2", "kind": "relu"},
]}

GRAY = {"name": "gray", "input": [1, 14, 14], "layers": [
    {"name": "conv", "kind": "convolution", "in_channels": 1, "out_channels": 8, "kernel": 5},
    {"name": "relu", "kind": "relu"},
    {"name": "flatten", "kind": "flatten"},
    {"name": "head", "kind": "linear", "in_features": 800, "out_features": 4},
]}

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def weights_of_frequencies(height, width, decay):
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    frequency = np.sqrt(fx**2 + fy**2)
    return np.sqrt(width * height) / np.maximum(frequency, 1 / max(width, height)) ** decay


def fourier(random):
    arrays = {}
    for height, width, decay in SIZES:
        parts = random.normal(size=(2, 2, height, width // 2 + 1)).astype(np.float32)
        spectrum = weights_of_frequencies(height, width, decay) * (parts[:, 0] + 1j * parts[:, 1].astype(np.float64))
        arrays[f"{height}x{width}/{decay}/parameters"] = parts
        arrays[f"{height}x{width}/{decay}/planes"] = np.fft.irfft2(spectrum, s=(height, width)) / 4
    arrays["weights/8x8"] = weights_of_frequencies(8, 8, 1)
    safetensors_file.write(FOLDER / "fourier.safetensors", arrays, {"made_with": f"numpy {np.__version__}"})


def colours(planes):
    root = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], dtype=planes.dtype)
    matrix = root / torch.linalg.norm(root, dim=0).max()
    return torch.einsum("rc,chw->rhw", matrix, planes)


def planes_of(parameters, kind, height, width):
    if kind == "pixel":
        return parameters
    if kind == "laplacian":
        sizes = [(max(1, height >> n), max(1, width >> n)) for n in range(4)]
        levels = torch.split(parameters, [rows * columns for rows, columns in sizes], dim=1)
        return sum(
            torch.nn.functional.interpolate(level.reshape(1, -1, *size), size=(height, width), mode="bilinear")[0]
            for level, size in zip(levels, sizes))
    scale = torch.tensor(weights_of_frequencies(height, width, 1.0), dtype=parameters.dtype)
    return torch.fft.irfft2(scale * torch.complex(parameters[:, 0], parameters[:, 1]), s=(height, width)) / 4


def weights_of(network, random):
    weights = {}
    for key, size in torch_network.parameters(network):
        values = random.normal(size=size) * (1.4 / np.sqrt(np.prod(size[1:])) if len(size) > 1 else 0.1)
        weights[key] = (values + 1 if key in ("norm.weight", "norm.running_var") else values).astype(np.float32)
    return weights


def standardised(image):
    mean, std = torch.tensor(MEAN, dtype=torch.float64), torch.tensor(STD, dtype=torch.float64)
    return (image - mean[:, None, None]) / std[:, None, None]


def ascent(name, network, runs, standardise, random):
    weights = weights_of(network, random)
    arrays = {f"weight/{key}": value for key, value in weights.items()}
    weights = {key: torch.tensor(value, dtype=torch.float64) for key, value in weights.items()}
    channels, height, width = network["input"]
    for kind, layer, channel in runs:
        shape = {
            "fourier": (channels, 2, height, width // 2 + 1), "pixel": (channels, height, width),
            "laplacian": (channels, sum(max(1, height >> n) * max(1, width >> n) for n in range(4))),
        }[kind]
        start = (random.normal(size=shape) * 0.01).astype(np.float32)
        parameters = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([parameters], lr=0.05, maximize=True)
        objectives = []
        for step in range(20):
            planes = planes_of(parameters, kind, height, width)
            image = torch.sigmoid(colours(planes) if channels == 3 else planes)
            seen = standardised(image[None]) if standardise else image[None]
            objective = torch_network.run(network, weights, seen)[layer][0, channel].mean()
            optimizer.zero_grad()
            objective.backward()
            if step == 0:
                gradient = parameters.grad.numpy().copy()
                first = image.detach().numpy()
            objectives.append(objective.item())
            optimizer.step()
        run = f"{kind}/{layer}:{channel}"
        arrays |= {f"{run}/start": start, f"{run}/gradient": gradient, f"{run}/objective": np.array(objectives),
                   f"{run}/image": first}
    (FOLDER / f"{name}.json").write_text(json.dumps(network, indent=1) + "\n")
    safetensors_file.write(FOLDER / f"{name}.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


def transforms(random):
    """Views of one image, with grey around it, by SciPy."""
    image = random.uniform(size=(2, 12, 15)).astype(np.float32)

    def placed(planes, scale, degrees):
        angle = np.radians(degrees)
        middle = (np.array(planes.shape[1:]) - 1) / 2
        y, x = (np.indices(planes.shape[1:]) - middle[:, None, None]) / scale
        places = [x * np.sin(angle) + y * np.cos(angle) + middle[0], x * np.cos(angle) - y * np.sin(angle) + middle[1]]
        return np.stack([scipy.ndimage.map_coordinates(plane, places, order=1, mode="grid-constant", cval=0.5)
                         for plane in planes])

    def blurred(planes, deviation):
        return np.stack([scipy.ndimage.gaussian_filter(plane, deviation, mode="constant", cval=0.5,
                                                       radius=int(np.ceil(3 * deviation))) for plane in planes])

    def padded(planes, margin):
        return np.pad(planes, [(0, 0), (margin, margin), (margin, margin)], constant_values=0.5)

    whole = image.astype(np.float64)
    arrays = {
        "image": image, "pad": padded(whole, 3), "smaller": placed(whole, 0.7, 0), "larger": placed(whole, 1.3, 0),
        "turned": placed(whole, 1, 17), "turned-back": placed(whole, 1, -90), "blurred": blurred(whole, 1.5),
        "little": blurred(whole, 0.4), "much": blurred(whole, 9),
        "all": placed(placed(padded(blurred(whole, 0.8), 2), 1, -33), 1.2, 0)[:, 2:-2, 2:-2],
    }
    safetensors_file.write(FOLDER / "transforms.safetensors", arrays, {"made_with": f"scipy {scipy.__version__}"})


def likeness(activations):
    """Sum of the cosines between the Gram matrices of all ordered pairs of images."""
    flat = activations.flatten(2)
    grams = torch.nn.functional.normalize((flat @ flat.transpose(1, 2)).flatten(1), dim=1)
    return (grams @ grams.T).sum() - (grams * grams).sum()


def diverse_steps(network, weights, start):
    """Two steps of Adam for three images, charged in the mean magnitude of the layer's answers to the start."""
    parameters = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([parameters], lr=0.05, maximize=True)
    values, charges = [], []
    for step in range(3):
        images = torch.sigmoid(torch.stack([colours(planes) for planes in parameters]))
        answer = torch_network.run(network, weights, standardised(images))["relu2"]
        if step == 0:
            scale = answer.detach().abs().mean()
        value, charge = answer[:, 3].mean((1, 2)), 0.5 * scale * likeness(answer)
        values.append(value.detach().numpy())
        charges.append(charge.item())
        optimizer.zero_grad()
        (value.sum() - charge).backward()
        if step < 2:
            optimizer.step()
    return {"steps/values": np.array(values), "steps/charge": np.array(charges),
            "steps/parameters": parameters.detach().numpy()}


def objectives(random):
    """One row of values for each image, and for the pixel parameters of all images the gradient of their sum."""
    network = COLOUR
    weights = {key: torch.tensor(value, dtype=torch.float64)
               for key, value in weights_of(network, np.random.default_rng(301)).items()}
    start = random.normal(size=(3, *network["input"])).astype(np.float32)
    vector = random.normal(size=12).astype(np.float32)
    direction = torch.tensor(vector, dtype=torch.float64)
    cosine = lambda a: torch.nn.functional.cosine_similarity(a, direction[None, :, None, None], dim=1)
    terms = {
        "channel": lambda a: a["relu2"][:, 3].mean((1, 2)),
        "center": lambda a: a["conv2"][:, 5, 5, 4],
        "place": lambda a: a["conv2"][:, 5, 1, 3],
        "layer": lambda a: (a["relu2"] ** 2).mean((1, 2, 3)),
        "direction": lambda a: cosine(a["conv2"]).mean((1, 2)),
        "direction-place": lambda a: cosine(a["conv2"])[:, 2, 7],
        "negative": lambda a: -a["conv2"][:, 5].mean((1, 2)),
        "sum": lambda a: a["conv1"][:, 2].mean((1, 2)) - 0.5 * a["relu2"][:, 3].mean((1, 2))
                         + 2 * (a["relu1"] ** 2).mean((1, 2, 3)),
    }
    arrays = {"start": start, "vector": vector}
    for name, term in terms.items():
        for charge in (0, 7) if name in ("channel", "sum") else (0,):
            parameters = torch.tensor(start, dtype=torch.float64, requires_grad=True)
            images = torch.sigmoid(torch.stack([colours(planes) for planes in parameters]))
            answers = torch_network.run(network, weights, standardised(images))
            values = term(answers)
            alike = likeness(answers["relu2" if name == "channel" else "conv1"])
            (values.sum() - charge * alike).backward()
            run = name + ("/diverse" if charge else "")
            arrays |= {f"{run}/values": values.detach().numpy(), f"{run}/gradient": parameters.grad.numpy(),
                       f"{run}/charge": np.array([charge * alike.item()])}
    arrays |= diverse_steps(network, weights, start)
    safetensors_file.write(FOLDER / "objectives.safetensors", arrays, {"made_with": f"torch {torch.__version__}"})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    fourier(np.random.default_rng(300))
    ascent("colour", COLOUR, [("fourier", "conv2", 5), ("fourier", "relu2", 3), ("pixel", "conv1", 2),
                              ("laplacian", "relu2", 3)], True,
           np.random.default_rng(301))
    ascent("gray", GRAY, [("fourier", "head", 1), ("fourier", "conv", 3), ("pixel", "relu", 0)], False,
           np.random.default_rng(302))
    objectives(np.random.default_rng(303))
    transforms(np.random.default_rng(304))


main()
