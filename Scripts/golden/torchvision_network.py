"""One of torchvision's networks with random weights, and what it computes with them.

Made for torch 2.15.0 and torchvision 0.29.2; `TorchvisionParityTests` runs it:
    python Scripts/golden/torchvision_network.py NAME FOLDER
FOLDER receives weights.safetensors (the state dict), values.safetensors (the input, some inner layers and the output) and
about.json (names of all layers in order, number of parameters, names of the inner layers).
"""

import json
import pathlib
import sys
import warnings

import torch
import torchvision
from torch import fx, nn
from torchvision.models.feature_extraction import NodePathTracer
from torchvision.models.resnet import BasicBlock, Bottleneck

import safetensors_file

INNER_LAYERS = 8
CLASSIFIERS_OF_TRAINING = ("aux1.", "aux2.", "AuxLogits.")


def randomised(name):
    """Weights that keep signals in range; statistics that fit them roughly; factors and offsets that matter."""
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    with torch.device("meta"):  # its own random weights would be thrown away
        model = getattr(torchvision.models, name)(weights=None, **options)
    model.to_empty(device="cpu")
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.2)
            nn.init.normal_(module.bias, std=0.2)
            module.reset_running_stats()
            module.momentum = 1  # the statistics of the one batch that settles them
    # The last factor of a residual branch is small, as training leaves it. With factors around one, a hundred layers
    # multiply rounding until PyTorch's own float32 is 1e-4 away from its float64.
    for module in model.modules():
        if isinstance(module, BasicBlock):
            module.bn2.weight.data *= 0.2
        elif isinstance(module, Bottleneck):
            module.bn3.weight.data *= 0.2
    return model


def settle(model, x):
    normalisations = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    if normalisations:
        model.train()(x)
    for module in normalisations:
        module.running_mean += 0.2 * torch.randn_like(module.running_mean) * module.running_var.sqrt()
        module.running_var *= torch.empty_like(module.running_var).uniform_(0.8, 1.3)
    return model.eval()


class Recorder(fx.Interpreter):
    """Runs a traced network and keeps every value under its layer's name."""

    def __init__(self, model):
        tracer = NodePathTracer()
        graph = tracer.trace(model)
        for node in graph.nodes:
            if "inplace" in node.kwargs:
                node.kwargs = {**node.kwargs, "inplace": False}
        for module in model.modules():
            if hasattr(module, "inplace"):
                module.inplace = False
        super().__init__(fx.GraphModule(model, graph))
        self.names = tracer.node_to_qualname
        self.values = {}

    def run_node(self, node):
        value = super().run_node(node)
        # A concatenation of one value is none.
        if node in self.names and not (node.target is torch.cat and len(node.args[0]) == 1):
            self.values[self.names[node]] = value
        return value


def recorded(name):
    """A network with settled random weights, two random images, and what every layer makes of them."""
    warnings.simplefilter("ignore")
    torch.manual_seed(7)
    side = 299 if name == "inception_v3" else 224
    x = torch.randn(2, 3, side, side)
    with torch.no_grad():
        model = settle(randomised(name), x)
        recorder = Recorder(model)
        recorder.run(x)
    return model, x, recorder


def main():
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    model, x, recorder = recorded(name)
    names = [key for key in recorder.values if key not in ("x", "output")]
    inner = [names[round(k * (len(names) - 1) / INNER_LAYERS)] for k in range(INNER_LAYERS + 1)]
    state = {key: value for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")}
    parameters = sum(p.numel() for key, p in model.named_parameters() if not key.startswith(CLASSIFIERS_OF_TRAINING))
    safetensors_file.write(folder / "weights.safetensors", {key: value.numpy() for key, value in state.items()})
    safetensors_file.write(
        folder / "values.safetensors", {"input": x.numpy()} | {key: recorder.values[key].numpy() for key in inner})
    (folder / "about.json").write_text(json.dumps({"layers": names, "inner": inner, "parameters": parameters}))


if __name__ == "__main__":
    main()
