"""Compares the maps of attributions with PyTorch's in double precision, image by image.

Usage: attribution_run.py RUN_FOLDER. For each network NET the run has a model 'NET', the pixels of its images in [0, 1] as
the layer 'pixels' of 'NET-pixels' (activations.extract), and attributions 'NET-METHOD' or 'NET-METHOD-WORD'.
A map may be off by 1e-4 of its norm, or by four times as much as PyTorch's own in single precision of any of the images:
where a ReLU or a maximum hangs on the last digit, no two engines agree. Integrated gradients pass many such decisions on
their way from a flat colour: there the median must keep to that, and every map to 3e-3. Prints how many maps were compared, or ends with what differs.
Written for PyTorch 2.15, h5py 3.16 and NumPy 2.4.
"""

import json
import pathlib
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

import safetensors_file
import torch_network

folder = pathlib.Path(sys.argv[1]) / "outputs"
RULES = {"guided-backprop": "guided", "deconvnet": "deconvnet"}


class Rectifier(torch.autograd.Function):
    rule = "standard"

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        passed = gradient if Rectifier.rule == "standard" else gradient.clamp(min=0)
        return passed if Rectifier.rule == "deconvnet" else passed * (x > 0)


class Functions:
    """torch.nn.functional with ReLUs of our rules."""

    relu = staticmethod(Rectifier.apply)

    def __getattr__(self, name):
        return getattr(F, name)


torch_network.F = Functions()


class Net:
    def __init__(self, name, kind):
        model = json.loads((folder / name / "model.json").read_text())
        self.network, self.contract, self.kind = model["network"], model["input"], kind
        stored = safetensors_file.read(folder / name / "model.safetensors")
        self.weights = {key: torch.from_numpy(values.copy()).to(kind) for key, values in stored.items()}
        self.logits = [layer["name"] for layer in self.network["layers"] if layer["kind"] != "softmax"][-1]

    def column(self, key):
        return torch.tensor(self.contract[key], dtype=torch.double).reshape(1, -1, 1, 1)

    def layers(self, pixels):
        """Every layer's output; pixels are doubles, so that gradients with respect to them are."""
        x = pixels * self.contract["range"]
        x = x.flip(1) if self.contract.get("order") == "BGR" else x
        x = (x - self.column("mean")) / self.column("std")
        return torch_network.run(self.network, self.weights, x.to(self.kind))

    def mean_color(self):
        color = self.column("mean") / self.contract["range"]
        return color.flip(1) if self.contract.get("order") == "BGR" else color

    def score(self, layers, target, kind):
        logits = layers[self.logits].flatten(1).double()
        return (logits if kind == "logit" else logits.softmax(1))[:, target]

    def gradient(self, pixels, target, kind):
        pixels = pixels.clone().requires_grad_()
        self.score(self.layers(pixels), target, kind).sum().backward()
        return pixels.grad

    # Each gives the map of one image, [1, channels, height, width].

    def integrated(self, image, target, options):
        color = self.mean_color().expand_as(image)
        points, shares = np.polynomial.legendre.leggauss(options["steps"])
        # Images on the way have single precision, in whatever precision they are looked at: near a flat colour many
        # decisions hang on their last digit.
        start, way = color.float(), image.float() - color.float()
        looks = [(start + torch.tensor((point + 1) / 2, dtype=torch.float) * way).double() for point in points.tolist()]
        total = sum(share / 2 * self.gradient(look, target, options["score"])
                    for look, share in zip(looks, shares.tolist()))
        return total * (image - color)

    def camera(self, image, target, options):
        layers = self.layers(image.clone().requires_grad_())
        maps = layers[options["layer"]]
        slope, = torch.autograd.grad(self.score(layers, target, options["score"]).sum(), maps)
        coarse = (slope.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu()
        return F.interpolate(coarse, image.shape[2:], mode="bilinear").detach()

    def occlusion(self, image, target, options):
        window, stride = options["window"], options["stride"]
        sums, covers = torch.zeros_like(image[:, :1]), torch.zeros_like(image[:, :1])
        with torch.no_grad():
            plain = self.score(self.layers(image), target, options["score"])
            for top in range(0, image.shape[2] - window + stride, stride):
                for left in range(0, image.shape[3] - window + stride, stride):
                    place = np.s_[:, :, top:top + window, left:left + window]
                    covered = image.clone()
                    covered[place] = self.mean_color()
                    sums[place] += plain - self.score(self.layers(covered), target, options["score"])
                    covers[place] += 1
        return sums / covers

    def map(self, method, image, target, options):
        Rectifier.rule = RULES.get(method, "standard")
        ways = {"integrated-gradients": self.integrated, "grad-cam": self.camera, "occlusion": self.occlusion}
        if method in ways:
            return ways[method](image, target, options)
        return self.gradient(image, target, options["score"])


compared = 0
for place in sorted(folder.glob("*/attribution.h5")):
    with h5py.File(place) as file:
        stage = place.parent.name
        name, method = stage.split("-")[0], file.attrs["stage"].removeprefix("attribution.")
        options = json.loads(file.attrs["parameters"]) | dict(file["attribution"].attrs)
        with h5py.File(folder / f"{name}-pixels/activations.h5") as images:
            pixels = torch.from_numpy(images["pixels"][...]).double()
        double, single = Net(name, torch.double), Net(name, torch.float)
        found, usual = [], 0
        for row, (ours, target) in enumerate(zip(file["attribution"], file["target"])):
            image = pixels[row:row + 1]
            exact, theirs = (net.map(method, image, target, options)[0].double().numpy() for net in (double, single))
            score = double.score(double.layers(image), target, options["score"]).item()
            assert abs(file["score"][row] - score) < 1e-4 * max(1, abs(score)), (stage, row, file["score"][row], score)
            norm = max(np.linalg.norm(exact), 1e-30)  # Grad-CAM may be zero everywhere
            worst = np.unravel_index(np.abs(ours - exact).argmax(), ours.shape)
            found.append((np.linalg.norm(ours - exact) / norm, row, worst, ours[worst], exact[worst]))
            usual = max(usual, np.linalg.norm(theirs - exact) / norm)
        limit, ranked = max(1e-4, 4 * usual), sorted(found, key=lambda entry: entry[0])
        held = len(ranked) // 2 if method == "integrated-gradients" else -1
        assert ranked[held][0] < limit and ranked[-1][0] < max(limit, 3e-3), (stage, usual, ranked[held], ranked[-1])
        compared += len(found)

print(f"{compared} maps")
