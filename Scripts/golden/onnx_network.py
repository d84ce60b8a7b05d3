"""One of torchvision's networks with random weights as an ONNX file, and what ONNX Runtime and PyTorch compute with it.

Made for torch 2.15.0, torchvision 0.29.2, onnx 1.23.2, onnxscript 0.7.2 and onnxruntime 1.31.1; `ONNXArchitectureTests` runs it:
    python Scripts/golden/onnx_network.py NAME EXPORTER FOLDER
EXPORTER is `torchscript` or `dynamo`. FOLDER receives network.onnx and values.safetensors: the input, the output by ONNX
Runtime, and by PyTorch what modules without weights make, at their first call.
"""

import pathlib
import sys
import warnings

import onnxruntime
import torch
from torch import nn

import safetensors_file
from torchvision_network import randomised, settle


def main():
    name, exporter, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    warnings.simplefilter("ignore")
    torch.manual_seed(7)
    side = 299 if name == "inception_v3" else 224
    x = torch.randn(2, 3, side, side)
    with torch.no_grad():
        model = settle(randomised(name), x)
        for module in model.modules():
            if hasattr(module, "inplace"):
                module.inplace = False
        values = {}

        def hook(key):
            def keep(module, inputs, output):
                values.setdefault(key, output.numpy())
            return keep

        quiet = (nn.ReLU, nn.ReLU6, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d)
        hooks = [m.register_forward_hook(hook(key)) for key, m in model.named_modules() if isinstance(m, quiet)]
        model(x)
        for hook in hooks:
            hook.remove()
        path = folder / "network.onnx"
        if exporter == "dynamo":
            torch.onnx.export(
                model, (x,), path, input_names=["image"], dynamo=True,
                dynamic_shapes=({0: torch.export.Dim("batch")},), external_data=name.startswith("vgg"))
        else:
            torch.onnx.export(
                model, (x,), path, input_names=["image"], dynamo=False, dynamic_axes={"image": {0: "batch"}},
                opset_version=17)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    kept = dict(list(values.items())[:: max(1, len(values) // 8)])
    safetensors_file.write(
        folder / "values.safetensors",
        {"input": x.numpy(), "output": session.run(None, {"image": x.numpy()})[0]}
        | {"layer/" + key: value for key, value in kept.items()})


main()
