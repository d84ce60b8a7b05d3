"""Reference values for what FeatureVisualization optimises images with: optimizers, penalties, pyramid, colours.

Made with torch 2.15.0 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/image_optimization.py
It writes image_optimization.safetensors under Tests/FeatureVisualizationTests/Golden.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import safetensors_file

FILE = pathlib.Path(__file__).resolve().parents[2] / "Tests/FeatureVisualizationTests/Golden/image_optimization.safetensors"

PYRAMIDS = [(1, 1), (5, 3), (13, 9), (24, 20)]


def ascent(random):
    """A concave quadratic, −½ xᵀAx + bᵀx, climbed by SGD and Adam; Rosenbrock's valley, turned over, by L-BFGS."""
    root = random.normal(size=(6, 6))
    matrix, line, start = root @ root.T / 6 + np.eye(6) / 10, random.normal(size=6), random.normal(size=6)
    arrays = {"quadratic/matrix": matrix, "quadratic/line": line, "quadratic/start": start}
    a, b = torch.tensor(matrix), torch.tensor(line)
    for name, make in [
        ("sgd", lambda x: torch.optim.SGD([x], lr=0.05, momentum=0.9, maximize=True)),
        ("adam", lambda x: torch.optim.Adam([x], lr=0.05, maximize=True)),
    ]:
        x = torch.tensor(start, requires_grad=True)
        optimizer, places = make(x), []
        for _ in range(30):
            optimizer.zero_grad()
            (-0.5 * x @ a @ x + b @ x).backward()
            optimizer.step()
            places.append(x.detach().numpy().copy())
        arrays[f"{name}/places"] = np.stack(places)

    values = []
    for steps in range(1, 51):
        x = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
        # PyTorch's own limits would end it early; with one step a call it never leaves the start.
        optimizer = torch.optim.LBFGS([x], lr=1, max_iter=steps, max_eval=10_000, tolerance_grad=0, tolerance_change=0,
                                      history_size=10, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
            loss.backward()
            return loss

        optimizer.step(closure)
        values.append(closure().item())
    return arrays | {"lbfgs/rosenbrock": np.array(values)}


def quasi_newton(random):
    """The direction of BFGS with whole matrices: each pair of step s and fall y updates the inverse Hessian."""
    size, pairs = 6, 4
    bend = random.normal(size=(size, size))
    bend = bend @ bend.T + np.eye(size)
    steps = random.normal(size=(pairs, size))
    falls = steps @ bend
    inverse = np.eye(size) * (steps[-1] @ falls[-1]) / (falls[-1] @ falls[-1])
    for s, y in zip(steps, falls):
        left = np.eye(size) - np.outer(s, y) / (s @ y)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    gradient = random.normal(size=size)
    return {"lbfgs/steps": steps, "lbfgs/falls": falls, "lbfgs/gradient": gradient,
            "lbfgs/direction": inverse @ gradient}


def penalties(random):
    values = random.uniform(size=(3, 9, 7)).astype(np.float32)
    values[0, 2, 3] = values[1, 4, 4] = 0.5
    arrays = {"penalty/image": values}
    window = torch.full((1, 1, 3, 3), 0.5, dtype=torch.float64)
    window[0, 0, 1, 1] = 1

    def blurred(image):
        blur = lambda x: F.conv2d(x[:, None], window, padding=1)[:, 0]
        return blur(image) / blur(torch.ones_like(image))

    formulas = {
        "l1": lambda x: 0.7 * (x - 0.5).abs().mean(),
        "l2": lambda x: 0.7 * ((x - 0.5) ** 2).mean(),
        "total_variation": lambda x: 0.7 * ((x[:, :, 1:] - x[:, :, :-1]).abs().mean()
                                            + (x[:, 1:] - x[:, :-1]).abs().mean()),
        "blur": lambda x: 0.7 * (0.5 * (x - blurred(x).detach()) ** 2).mean(),
    }
    for name, formula in formulas.items():
        image = torch.tensor(values, dtype=torch.float64, requires_grad=True)
        charge = formula(image)
        charge.backward()
        arrays |= {f"penalty/{name}/charge": np.array([charge.item()]), f"penalty/{name}/gradient": image.grad.numpy()}
    return arrays


def pyramid(random):
    arrays = {}
    for height, width in PYRAMIDS:
        levels = [random.normal(size=(2, max(1, height >> n), max(1, width >> n))).astype(np.float32) for n in range(4)]
        planes = sum(F.interpolate(torch.tensor(level, dtype=torch.float64)[None], size=(height, width), mode="bilinear",
                                   align_corners=False)[0] for level in levels)
        name = f"pyramid/{height}x{width}"
        arrays |= {f"{name}/parameters": np.concatenate([level.reshape(2, -1) for level in levels], axis=1),
                   f"{name}/planes": planes.numpy()}
    return arrays


def colours(random):
    mixing = random.normal(size=(3, 3)) * [0.2, 0.1, 0.03]
    images = np.clip(0.5 + np.einsum("rc,nchw->nrhw", mixing, random.normal(size=(4, 3, 8, 6))), 0, 1).astype(np.float32)
    covariance = np.cov(images.astype(np.float64).transpose(1, 0, 2, 3).reshape(3, -1), bias=True)
    u, s, _ = np.linalg.svd(covariance)
    u *= np.sign(u[np.abs(u).argmax(axis=0), range(3)])
    root = u * np.sqrt(s)
    return {"colour/images": images, "colour/covariance": covariance,
            "colour/matrix": root / np.linalg.norm(root, axis=0).max()}


def main():
    random = np.random.default_rng(310)
    arrays = ascent(random) | quasi_newton(random) | penalties(random) | pyramid(random) | colours(random)
    safetensors_file.write(FILE, arrays, {"made_with": f"torch {torch.__version__}, numpy {np.__version__}"})


main()
