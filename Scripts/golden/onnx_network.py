"""One of torchvision's networks with random weights as an ONNX file, and what ONNX Runtime and PyTorch compute with it.

Made for torch 2.15.0, torchvision 0.29.2, onnx 1.23.2, onnxscript 0.7.2 and onnxruntime 1.31.1; `ONNXArchitectureTests` runs it:
    python Scripts/golden/onnx_network.py NAME EXPORTER FOLDER
EXPORTER is `torchscript` or `dynamo`. FOLDER receives network.onnx and values.safetensors: the input, the output by ONNX
Runtime, and by PyTorch what modules and operations without weights make, under the names that torchvision's
`get_graph_node_names` gives them.
"""

import pathlib
import sys

import onnxruntime
import torch
from torch import nn

import safetensors_file
from torchvision_network import recorded


def main():
    name, exporter, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    model, x, recorder = recorded(name)
    with torch.no_grad():
        # Exporters draw a normalisation into the convolution before it.
        weighted = (nn.Conv2d, nn.BatchNorm2d, nn.Linear, nn.Dropout)
        merged = {key for key, module in model.named_modules() if isinstance(module, weighted)}
        values = {key: value.numpy() for key, value in recorder.values.items() if key not in merged | {"x", "output"}}
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
    kept = dict(list(values.items())[:: max(1, len(values) // 12)])
    safetensors_file.write(
        folder / "values.safetensors",
        {"input": x.numpy(), "output": session.run(None, {"image": x.numpy()})[0]}
        | {"layer/" + key: value for key, value in kept.items()})


main()
