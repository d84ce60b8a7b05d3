"""Writes the small ONNX models that Tests/ModelFormatsTests reads, and what ONNX Runtime computes with them.

onnx 1.23.2, onnxruntime 1.31.1, numpy 2.4.6, and for the exported ones torch 2.15.0 with onnxscript 0.7.2. Run from the package root:
    python Scripts/golden/onnx_files.py Tests/ModelFormatsTests/Golden/onnx
Each NAME.onnx comes with NAME.safetensors: `input` (in the engine's order of axes), `output`, and `layer/LAYER` for what
each layer makes, under the name that the layer has in our network. `types.onnx` has only weights of every type.
"""

import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import safetensors_file

FOLDER = pathlib.Path(sys.argv[1])
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64
random = np.random.default_rng(4)


def weights(*shape, scale=None):
    fan_in = int(np.prod(shape[1:])) or 1
    return (random.standard_normal(shape) * (scale or fan_in**-0.5)).astype(np.float32)


class Graph:
    """A graph that grows node by node; a node's output is called as the node, with `_out` behind."""

    def __init__(self, name, shape, opset=17, input_name="image"):
        self.name, self.shape, self.opset, self.end = name, shape, opset, input_name
        self.nodes, self.initializers, self.input = [], [], input_name
        self.channels_last, self.unlike, self.renamed = set(), set(), {}

    def tensor(self, name, value):
        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operation, name, *inputs, **attributes):
        """Appends a node that reads the end, or the values given, and becomes the end."""
        inputs = inputs or (self.end,)
        inputs = [self.end if i is None else i for i in inputs]
        self.nodes.append(helper.make_node(operation, inputs, [name + "_out"], name, **attributes))
        self.end = name + "_out"
        return self.end

    def conv(self, name, filters, channels, kernel, bias=True, source=None, **attributes):
        kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        groups = attributes.get("group", 1)
        inputs = [source, self.tensor(name + "_w", weights(filters, channels // groups, *kernel))]
        if bias:
            inputs.append(self.tensor(name + "_b", weights(filters, scale=0.3)))
        return self.add("Conv", name, *inputs, **attributes)

    def save(self, list_inputs=False, typed=False):
        declared = [helper.make_tensor_value_info(self.input, FLOAT, self.shape)]
        if list_inputs:  # as before IR version 4
            declared = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in self.initializers] + declared
        initializers = self.initializers
        if typed:
            initializers = [
                helper.make_tensor(t.name, t.data_type, t.dims, numpy_helper.to_array(t).flatten()) for t in initializers]
        outputs = [helper.make_tensor_value_info(self.end, FLOAT, None)]
        graph = helper.make_graph(self.nodes, self.name, declared, outputs, initializers)
        opsets = [helper.make_opsetid("", self.opset)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=3 if list_inputs else 8)
        path = FOLDER / f"{self.name}.onnx"
        onnx.save(model, path)
        expect(path, self.channels_last, self.unlike, self.renamed)


def modernized(model):
    """The same with version 9 of the operators: ONNX Runtime has none before 7."""
    model.opset_import[0].version = 9
    initializers = {t.name: t for t in model.graph.initializer}
    for node in model.graph.node:
        attributes = {a.name: a for a in node.attribute}
        for name in ("broadcast", "axis", "is_test"):
            if name in attributes and node.op_type != "Softmax":
                node.attribute.remove(attributes[name])
        if "axis" in attributes and "broadcast" in attributes:
            initializers[node.input[1]].dims.extend([1, 1])
    declared = [i for i in model.graph.input if i.name not in initializers]
    del model.graph.input[:]
    model.graph.input.extend(declared)
    model.ir_version = 8
    return model


def run(path, x):
    """Every value by name."""
    model = onnx.load(path)
    if model.opset_import[0].version < 7:
        model = modernized(model)
    outputs = [o.name for o in model.graph.output]
    for node in model.graph.node:
        for output in node.output:
            if output and output not in outputs:
                model.graph.output.append(helper.make_empty_tensor_value_info(output))
                outputs.append(output)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip(outputs, session.run(outputs, {session.get_inputs()[0].name: x})))


def expect(path, channels_last=(), unlike=(), renamed={}):
    """Runs a model and writes what its named nodes make.

    channels_last: nodes whose maps have the channels last; unlike: nodes that are no layers, or in another order;
    renamed: names of layers by those of nodes.
    """
    model = onnx.load(path)
    names = {t.name for t in model.graph.initializer}
    declared = next(i for i in model.graph.input if i.name not in names)
    sizes = {"height": 7, "width": 6}
    shape = [d.dim_value or sizes.get(d.dim_param, 2) for d in declared.type.tensor_type.shape.dim]
    x = random.standard_normal(shape).astype(np.float32)
    values = run(path, x)
    def engine(value): return np.ascontiguousarray(np.moveaxis(value, -1, 1))
    tensors = {"input": engine(x) if "input" in channels_last else x, "output": values[model.graph.output[0].name]}
    for node in model.graph.node:
        value = values[node.output[0]]
        if node.name in unlike or value.ndim not in (2, 4) or value.dtype != np.float32:
            continue
        if node.name in channels_last:
            value = engine(value)
        tensors["layer/" + renamed.get(node.name, node.name)] = value
    safetensors_file.write(path.with_suffix(".safetensors"), tensors)


def convolutions():
    g = Graph("convolutions", ["batch", 3, 17, 14])
    g.conv("plain", 8, 3, 3, pads=[1, 1, 1, 1])
    g.add("Relu", "relu")
    g.conv("uneven", 6, 8, (3, 2), pads=[0, 1, 2, 0], strides=[2, 1])
    g.conv("upper", 8, 6, 4, auto_pad="SAME_UPPER", strides=[2, 2], bias=False)
    g.unlike.add("upper")
    g.renamed["sum"] = "upper"
    g.add("Add", "sum", g.end, g.tensor("bias", weights(8, 1, 1)))
    g.conv("lower", 8, 8, 2, auto_pad="SAME_LOWER", group=4)
    g.conv("dilated", 9, 8, 3, dilations=[2, 1], pads=[2, 1, 2, 1])
    g.conv("depthwise", 9, 9, 3, group=9, pads=[1, 1, 1, 1], bias=False)
    g.conv("valid", 5, 9, (1, 3), auto_pad="VALID")
    g.save(typed=True)


def pools():
    g = Graph("pools", [1, 4, 19, 15], opset=12)
    g.conv("conv", 8, 4, 3)
    g.add("MaxPool", "max", kernel_shape=[3, 2], strides=[1, 1], pads=[1, 0, 0, 1])
    g.add("MaxPool", "dilated", kernel_shape=[2, 2], strides=[1, 1], dilations=[2, 3])
    g.add("LRN", "lrn", size=5, alpha=0.05, beta=0.7, bias=1.5)
    g.add("AveragePool", "excluding", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
    g.add("AveragePool", "including", kernel_shape=[3, 3], pads=[0, 1, 1, 0], strides=[1, 1], count_include_pad=1)
    g.add("Pad", "pad", None, g.tensor("pads", np.array([0, 0, 1, 2, 0, 0, 0, 3])))
    g.add("MaxPool", "ceiling", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    g.add("AveragePool", "same", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")
    norm = [g.tensor("n" + p, np.abs(weights(8)) + 0.5 if p == "var" else weights(8)) for p in ("s", "b", "mean", "var")]
    g.add("BatchNormalization", "norm", None, *norm, epsilon=1e-3)
    end = g.end
    g.add("GlobalMaxPool", "greatest")
    largest = g.end
    g.add("GlobalAveragePool", "mean", end)
    g.add("Concat", "both", g.end, largest, axis=1)
    g.add("Flatten", "flat")
    g.add("Gemm", "fc", None, g.tensor("w", weights(16, 5)), g.tensor("b", weights(1, 5)), alpha=0.5, beta=2.0)
    g.add("Softmax", "soft")
    g.save()


def activations():
    g = Graph("activations", [1, 3, 8, 9], opset=17)
    stem = g.conv("stem", 12, 3, 3)
    g.add("GlobalAveragePool", "squeeze")
    g.conv("excite", 12, 12, 1)
    gate = g.add("HardSigmoid", "gate", alpha=1 / 6)
    g.unlike.add("gate")
    g.add("Mul", "scaled", gate, stem)
    low, high = g.tensor("zero", np.float32(0)), g.tensor("six", np.float32(1.5))
    g.add("Clip", "relu6", None, low, high)
    g.add("LeakyRelu", "leaky", stem, alpha=0.3)
    g.add("Clip", "clip", None, g.tensor("low", np.float32(-0.1)))
    g.add("Sum", "sum", g.end, "relu6_out", "scaled_out")
    g.add("HardSwish", "hard")
    g.add("Sigmoid", "sigmoid")
    silu = g.add("Mul", "silu", "hard_out", g.end)
    g.add("Tanh", "tanh")
    g.add("Add", "residual", silu, g.end)
    g.add("Sub", "centered", None, g.tensor("mean", weights(12, 1, 1)))
    g.add("Div", "divided", None, g.tensor("deviation", np.abs(weights(1, 12, 1, 1)) + 1))
    g.add("Mul", "factor", g.tensor("factors", np.float32(1.7)), g.end)
    g.add("Sub", "mirrored", g.tensor("one", np.float32(1)), g.end)
    g.add("Identity", "same")
    g.unlike.add("same")
    g.add("Dropout", "dropout")
    g.add("ReduceMean", "mean", axes=[2, 3], keepdims=0)
    g.add("Unsqueeze", "maps", None, g.tensor("axes", np.array([2, 3])))
    g.conv("fc", 7, 12, 1)
    g.add("Squeeze", "vector", None, "axes")
    g.add("LogSoftmax", "log")
    g.save()


def channels_last():
    """As TensorFlow's exporters write: images, and what is flattened, with the channels last."""
    g = Graph("channels_last", ["batch", 10, 9, 3], opset=13, input_name="serving_input")
    g.add("Transpose", "in", perm=[0, 3, 1, 2])
    g.unlike |= {"in", "out", "flat", "flat_sum"}
    g.channels_last |= {"input", "scaled", "relu", "joined"}
    g.conv("conv", 6, 3, 3, pads=[0, 0, 1, 1])
    g.add("Transpose", "out", perm=[0, 2, 3, 1])
    g.add("Mul", "scaled", None, g.tensor("scale", weights(6)))
    g.add("Relu", "relu")
    g.add("Concat", "joined", g.end, "scaled_out", axis=3)
    g.add("Reshape", "flat", None, g.tensor("shape", np.array([-1, 9 * 8 * 12])))
    g.add("Add", "flat_sum", None, g.tensor("offsets", weights(9 * 8 * 12, scale=0.2)))
    g.add("MatMul", "dense", None, g.tensor("dense_w", weights(9 * 8 * 12, 11) * 11**0.5 / 30))
    g.unlike.add("dense")
    g.renamed["dense_sum"] = "dense"
    g.add("Add", "dense_sum", None, g.tensor("dense_b", weights(11)))
    g.add("Relu", "relu2")
    g.add("MatMul", "logits", None, g.tensor("logits_w", weights(11, 4)))
    g.save()


def shapes():
    """The arithmetic that exporters write around a reshape."""
    g = Graph("shapes", ["batch", 2, 6, 6], opset=11)
    conv = g.conv("conv", 4, 2, 3)
    g.add("Shape", "shape")
    g.add("Gather", "size", None, g.tensor("zero", np.array(0)), axis=0)
    g.add("Unsqueeze", "first", axes=[0])
    g.add("Shape", "shape2", conv)
    g.add("Slice", "rest", None, g.tensor("one", np.array([1])), g.tensor("end", np.array([2**63 - 1])))
    g.add("Gather", "channels", None, "zero", axis=0)
    g.add("Gather", "height", "rest_out", g.tensor("two", np.array(-1)), axis=0)
    g.add("Mul", "area", g.end, "height_out")
    g.add("Mul", "features", g.end, "channels_out")
    g.add("Cast", "cast", to=FLOAT)
    g.add("Cast", "cast_back", to=INT)
    g.add("Unsqueeze", "second", axes=[0])
    g.nodes.append(helper.make_node("Constant", [], ["minus"], "minus", value=numpy_helper.from_array(np.array([-1]))))
    g.add("Concat", "target", "first_out", "second_out", axis=0)
    g.unlike |= {"cast"}
    g.add("Reshape", "flat", conv, g.end)
    g.add("Gemm", "fc", None, g.tensor("fc.weight", weights(8, 64)), g.tensor("fc.bias", np.float32(0.25)), transB=1)
    g.add("Concat", "target2", "first_out", "minus", axis=0)
    g.add("Reshape", "again", "fc_out", g.end)
    g.unlike.add("again")
    g.add("Relu", "relu")
    g.add("Reshape", "maps", None, g.tensor("map_shape", np.array([0, 2, 2, 2])))
    g.conv("last", 3, 2, 2)
    g.add("Flatten", "end")
    g.nodes.append(helper.make_node("Identity", ["fc_out"], ["unused"], "unused"))
    g.unlike.add("unused")
    g.save()


def old():
    """Version 6 of the operators: attributes where inputs came later, `broadcast`, initializers among the inputs."""
    g = Graph("old", [1, 3, 9, 9], opset=6)
    g.conv("fire2/squeeze", 8, 3, 3)
    g.renamed["fire2/squeeze"] = "fire2.squeeze"
    g.add("Mul", "scale", None, g.tensor("scales", weights(8)), broadcast=1, axis=1)
    g.add("Add", "shift", None, g.tensor("shifts", weights(8)), broadcast=1, axis=1)
    g.add("Clip", "clip", max=1.0, min=-0.5)
    g.add("Pad", "pad", pads=[0, 0, 1, 1, 0, 0, 1, 1])
    norm = [g.tensor("n" + p, np.abs(weights(8)) + 0.5 if p == "var" else weights(8)) for p in ("s", "b", "mean", "var")]
    g.add("BatchNormalization", "norm", None, *norm, is_test=1)
    g.add("Dropout", "drop", is_test=1, ratio=0.4)
    g.add("AveragePool", "pool", kernel_shape=[3, 3], strides=[3, 3])
    g.add("Reshape", "flat", None, g.tensor("shape", np.array([1, -1])))
    g.add("Gemm", "fc", None, g.tensor("w", weights(72, 6)), g.tensor("b", weights(6)), broadcast=1)
    g.add("Softmax", "soft", axis=1)
    g.save(list_inputs=True)


def types():
    """Weights of every type, raw and listed."""
    values = np.array([[-3, 0, 1.5], [2, 100, 127]])
    kinds = {"float": np.float32, "double": np.float64, "float16": np.float16, "int64": np.int64, "int32": np.int32,
             "int16": np.int16, "int8": np.int8, "uint64": np.uint64, "uint32": np.uint32, "uint16": np.uint16,
             "uint8": np.uint8, "bool": np.bool_}
    tensors, expected = [], {}
    for name, kind in kinds.items():
        array = (np.abs(values) if name.startswith("uint") else values).astype(kind)
        code = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        for way in ("raw", "listed"):
            tensor = numpy_helper.from_array(array, f"{name}_raw")
            if way == "listed":
                tensor = helper.make_tensor(f"{name}_listed", code, array.shape, array.flatten())
            tensors.append(tensor)
            expected[tensor.name] = array.astype(np.float32)
    bits = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    for way in ("raw", "listed"):
        tensor = TensorProto(name=f"bfloat16_{way}", data_type=TensorProto.BFLOAT16, dims=values.shape)
        if way == "raw":
            tensor.raw_data = bits.tobytes()
        else:
            tensor.int32_data.extend(int(b) for b in bits.flatten())
        tensors.append(tensor)
        expected[tensor.name] = (bits.astype(np.uint32) << 16).view(np.float32)
    info = [helper.make_tensor_value_info("x", FLOAT, [1, 3, 4, 4])]
    end = [helper.make_tensor_value_info("y", FLOAT, [1, 3, 4, 4])]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "types", info, end, tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), FOLDER / "types.onnx")
    safetensors_file.write(FOLDER / "types.safetensors", expected)


def external():
    """A model whose numbers are in a file beside it, two tensors in one file."""
    model = onnx.load(FOLDER / "pools.onnx")
    (FOLDER / "weights").mkdir(exist_ok=True)
    (FOLDER / "weights/external.bin").unlink(missing_ok=True)
    onnx.save_model(
        model, FOLDER / "external.onnx", save_as_external_data=True, location="weights/external.bin", size_threshold=100)
    expect(FOLDER / "external.onnx")


def context():
    """Height and width are open; a number for each channel is added to maps; the output is flattened channels last."""
    g = Graph("context", ["batch", 3, "height", "width"])
    maps = g.conv("maps", 5, 3, 3, pads=[1, 1, 1, 1])
    g.add("GlobalAveragePool", "pool")
    numbers = g.conv("numbers", 5, 5, 1)
    g.add("Add", "sum", maps, numbers)
    g.add("Relu", "relu")
    g.add("Transpose", "transpose", perm=[0, 2, 3, 1])
    g.add("Flatten", "flatten")
    g.add("Tanh", "tanh")
    g.unlike |= {"transpose", "flatten", "tanh"}
    g.save()


def exported():
    """A small residual network from both of PyTorch's exporters, with a batch axis left open."""
    import torch

    class Block(torch.nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            self.bn1 = torch.nn.BatchNorm2d(outputs)
            self.relu = torch.nn.ReLU()
            self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = torch.nn.BatchNorm2d(outputs)
            self.downsample = torch.nn.Sequential(
                torch.nn.Conv2d(inputs, outputs, 1, stride, bias=False), torch.nn.BatchNorm2d(outputs))

        def forward(self, x):
            y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            return self.relu(y + self.downsample(x))

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 3), torch.nn.ReLU6(), torch.nn.MaxPool2d(2))
            self.layer1 = torch.nn.Sequential(Block(6, 8, 1), Block(8, 10, 2))
            self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
            self.classifier = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(10, 5))

        def forward(self, x):
            x = self.avgpool(self.layer1(self.features(x)))
            return self.classifier(x.view(x.size(0), -1))

    torch.manual_seed(5)
    net = Net()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for parameter in (module.weight, module.bias, module.running_mean):
                torch.nn.init.normal_(parameter)
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
    net.eval()
    x = torch.randn(2, 3, 16, 14)
    values = {}

    def hook(name):
        def keep(module, inputs, output):
            values["layer/" + name + ("_1" if "layer/" + name in values else "")] = output
        return keep

    # Batch normalizations are folded into convolutions, so that neither has its module's output.
    for name, module in net.named_modules():
        if not list(module.children()) and not isinstance(module, (torch.nn.Conv2d, torch.nn.BatchNorm2d)):
            module.register_forward_hook(hook(name))
    output = net(x)
    tensors = {key: value.detach().numpy().copy() for key, value in values.items()}
    tensors |= {"input": x.numpy(), "output": output.detach().numpy()}
    for handle in list(net.modules()):
        handle._forward_hooks.clear()
    for name, options in {
        "torchscript": dict(dynamo=False, dynamic_axes={"image": {0: "batch"}}, opset_version=17),
        "dynamo": dict(dynamo=True, dynamic_shapes={"x": {0: torch.export.Dim("batch")}}, external_data=False),
    }.items():
        path = FOLDER / f"{name}.onnx"
        try:
            torch.onnx.export(net, (x,), path, input_names=["image"], **options)
        except Exception as problem:
            print(f"{name}: {type(problem).__name__}: {problem}")
            continue
        reference = run(path, x.numpy())
        assert np.allclose(list(reference.values())[0], tensors["output"], atol=1e-5)
        safetensors_file.write(path.with_suffix(".safetensors"), tensors)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (convolutions, pools, activations, channels_last, shapes, old, types, external, exported, context):
        make()
