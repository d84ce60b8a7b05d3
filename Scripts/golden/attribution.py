"""Reference values for Attribution: what Captum makes of a small net, in double precision.

Made with captum 0.9.0, torch 2.15.0 and numpy 2.4.6 on Python 3.11:
    python Scripts/golden/attribution.py
It writes net.json and net.safetensors under Tests/AttributionTests/Golden: weights, images in [0, 1], and by method the
maps with respect to the pixels (normalisation is the first layer of the network here).
"""

import json
import pathlib

import captum.attr
import numpy as np
import torch
from torch import nn

import safetensors_file

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/AttributionTests/Golden"
NET = {"name": "net", "input": [3, 20, 18], "layers": [
    {"name": "conv1", "kind": "convolution", "in_channels": 3, "out_channels": 8, "kernel": 3, "padding": 1},
    {"name": "norm", "kind": "batch_normalization", "channels": 8},
    {"name": "relu1", "kind": "relu"},
    {"name": "pool", "kind": "max_pooling", "kernel": 2},
    {"name": "conv2", "kind": "convolution", "in_channels": 8, "out_channels": 12, "kernel": 3},
    {"name": "relu2", "kind": "relu"},
    {"name": "flatten", "kind": "flatten"},
    {"name": "head", "kind": "linear", "in_features": 672, "out_features": 5},
]}
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
COUNT, WINDOW, STRIDE, STEPS = 3, 6, 4, 50


class Normalize(nn.Module):
    def forward(self, x):
        return (x - torch.tensor(MEAN).double()[:, None, None]) / torch.tensor(STD).double()[:, None, None]


def network():
    layers = {"normalize": Normalize(), "conv1": nn.Conv2d(3, 8, 3, padding=1), "norm": nn.BatchNorm2d(8),
              "relu1": nn.ReLU(), "pool": nn.MaxPool2d(2), "conv2": nn.Conv2d(8, 12, 3), "relu2": nn.ReLU(),
              "flatten": nn.Flatten(), "head": nn.Linear(672, 5)}
    model = nn.Sequential()
    for name, layer in layers.items():
        model.add_module(name, layer)
    with torch.no_grad():
        model.norm.running_mean.normal_(0, 0.2)
        model.norm.running_var.uniform_(0.5, 1.5)
        model.norm.weight.uniform_(0.5, 1.5)
        model.norm.bias.normal_(0, 0.2)
        model.head.weight.mul_(4)
    return model.eval()


def main():
    torch.manual_seed(310)
    model = network()
    arrays = {f"weight/{key}": value.numpy().astype(np.float32) for key, value in model.state_dict().items()
              if "num_batches" not in key}
    model = model.double()
    images = torch.rand(COUNT, 3, 20, 18)
    arrays["images"] = images.numpy()
    images = images.double()
    logits = model(images)
    predicted = logits.argmax(1)
    softmax = nn.Sequential(model, nn.Softmax(1))
    arrays["logits"] = logits.detach().numpy()
    arrays["probability"] = softmax(images).max(1).values.detach().numpy()

    def unit(x):
        return model[:7](x)[:, 7].mean((1, 2))

    def attribute(name, method, **options):
        arrays[name] = method.attribute(images.clone().requires_grad_(), **options).detach().numpy()

    attribute("saliency", captum.attr.Saliency(model), target=predicted, abs=False)
    attribute("saliency/probability", captum.attr.Saliency(softmax), target=predicted, abs=False)
    attribute("saliency/class", captum.attr.Saliency(model), target=2, abs=False)
    attribute("saliency/unit", captum.attr.Saliency(unit), abs=False)
    attribute("guided", captum.attr.GuidedBackprop(model), target=predicted)
    attribute("deconvnet", captum.attr.Deconvolution(model), target=predicted)
    black = torch.zeros_like(images)
    mean = torch.tensor(MEAN).double()[None, :, None, None].expand_as(images)
    attribute("integrated/black", captum.attr.IntegratedGradients(model), target=predicted, baselines=black, n_steps=STEPS)
    attribute("integrated/mean", captum.attr.IntegratedGradients(softmax), target=predicted, baselines=mean, n_steps=STEPS)
    for layer in ("relu2", "conv1"):
        coarse = captum.attr.LayerGradCam(model, getattr(model, layer)).attribute(images, predicted, relu_attributions=True)
        fine = captum.attr.LayerAttribution.interpolate(coarse, (20, 18), "bilinear")
        arrays[f"grad-cam/{layer}"] = fine.detach().numpy()
    for filling, baseline in (("mean", mean), ("black", black)):
        occluded = captum.attr.Occlusion(model).attribute(
            images, (3, WINDOW, WINDOW), (3, STRIDE, STRIDE), baseline, predicted, perturbations_per_eval=8)
        arrays[f"occlusion/{filling}"] = occluded[:, :1].numpy()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "net.json").write_text(json.dumps(NET, indent=1) + "\n")
    safetensors_file.write(
        FOLDER / "net.safetensors", arrays, {"made_with": f"captum {captum.__version__}, torch {torch.__version__}"})


main()
