"""Writes the small PyTorch files that Tests/ModelFormatsTests reads, and what torch reads from them.

torch 2.15.0, numpy 2.4.6. Run from the package root:
    python Scripts/golden/pytorch_files.py Tests/ModelFormatsTests/Golden
`expected.json` has, per file, every tensor's name, type, shape and values as 32-bit floats. The tar file is put
together by hand after what `torch.load` reads, and read back with it.
"""

import argparse
import io
import json
import pickle
import struct
import sys
import tarfile
import zlib
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch

root = Path(sys.argv[1])
root.mkdir(parents=True, exist_ok=True)
expected = {}


def describe(tensor):
    values = tensor.detach().to(torch.float32).reshape(-1).tolist()
    return {"type": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": values}


def expect(name, state):
    expected[name] = {key: describe(value) for key, value in state.items()}


def save(name, value, state=None, **options):
    torch.save(value, root / name, **options)
    expect(name, value if state is None else state)


torch.manual_seed(4)
net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(5, 2))
with torch.no_grad():
    net[1].running_mean.normal_()
state = net.state_dict()

save("zip.pth", state)
save("legacy.pth", state, _use_new_zipfile_serialization=False)
save("protocol4.pth", state, pickle_protocol=4)
save("protocol5.pth", state, pickle_protocol=5)
save("legacy4.pth", state, pickle_protocol=4, _use_new_zipfile_serialization=False)

base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
views = OrderedDict(
    whole=base, row=base[1], transposed=base.permute(2, 0, 1), stepped=base[:, ::2, 1::2],
    repeated=torch.tensor([[1.5], [2.5]]).expand(2, 3), number=torch.tensor(7.25), empty=torch.zeros(0, 3),
    last=base.reshape(-1)[23:], parameter=torch.nn.Parameter(base[0]),
)
save("views.pth", views)
save("views_legacy.pth", views, _use_new_zipfile_serialization=False)

numbers = torch.tensor([[-3, 0, 1], [2, 100, 127]])
types = OrderedDict(
    (str(kind).removeprefix("torch."), numbers.to(kind))
    for kind in [torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8]
)
types["uint8"] = torch.tensor([0, 1, 255], dtype=torch.uint8)
types["bool"] = numbers > 0
types["smallest"] = torch.tensor([2**-24, -(2**-15), 65504, 0.1], dtype=torch.float16)
save("types.pth", types)
save("types_legacy.pth", types, _use_new_zipfile_serialization=False)

optimizer = torch.optim.Adam(net.parameters())
net[2](torch.ones(1, 5)).sum().backward()
optimizer.step()
checkpoint = {
    "epoch": 12, "best": 91.5, "state_dict": {"model." + key: value for key, value in state.items()},
    "optimizer_states": [optimizer.state_dict()], "ema": {"0.bias": state["0.bias"] * 2},
    "hyper_parameters": argparse.Namespace(rate=0.1, folder=Path("runs")), "loss": torch.nn.CrossEntropyLoss(),
    "scale": np.float64(0.5), "table": np.arange(6, dtype="<i4").reshape(2, 3),
}
save("checkpoint.ckpt", checkpoint, checkpoint["state_dict"])

torch.save(net, root / "module.pt")
torch.save({"dense": torch.ones(2), "sparse": torch.eye(3).to_sparse()}, root / "sparse.pth")
save("unsigned.pth", {
    "uint16": torch.tensor([0, 65535], dtype=torch.uint16), "uint32": torch.tensor([[7], [2**31]], dtype=torch.uint32),
    "uint64": torch.tensor([3, 2**63], dtype=torch.uint64)})
unread = {
    "complex": torch.ones(2, 3, dtype=torch.complex64), "quantized": torch.quantize_per_tensor(torch.ones(4), 0.5, 0, torch.qint8),
    "dense": torch.ones(2)}
torch.save(unread, root / "unread.pth")
torch.save(unread, root / "unread_legacy.pth", _use_new_zipfile_serialization=False)


def tar_file(path):
    """A [2, 3] tensor and its transpose in one storage, as PyTorch 0.1 packed them."""
    dump = lambda value: pickle.dumps(value, protocol=2)
    values = np.arange(6, dtype="<f4") + 0.5
    storages = dump(1) + dump((11, "cpu", torch.FloatStorage)) + struct.pack("<q", 6) + values.tobytes() + dump([])
    tensors = dump(2)
    for key, shape, stride in [(21, (2, 3), (3, 1)), (22, (3, 2), (1, 3))]:
        tensors += dump((key, 11, torch.FloatTensor)) + struct.pack("<ii", 2, 0)
        tensors += struct.pack("<2q", *shape) + struct.pack("<2q", *stride) + struct.pack("<q", 0)

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return str(value[1]) if isinstance(value, tuple) and value[:1] == ("tensor",) else None

    file = io.BytesIO()
    Pickler(file, protocol=2).dump(OrderedDict(a=("tensor", 21), b=("tensor", 22)))
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in [("sys_info", dump({})), ("storages", storages), ("tensors", tensors), ("pickle", file.getvalue())]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


tar_file(root / "tar.pth")
try:
    expect("tar.pth", torch.load(root / "tar.pth", weights_only=False))
except Exception as error:
    print("torch no longer reads tar files:", error)
    first = (torch.arange(6) + 0.5).reshape(2, 3)
    expect("tar.pth", {"a": first, "b": first.T})

# The real files, where they lie beside the checkout: of each tensor the CRC-32 of its values as 32-bit floats.
models = Path(__file__).resolve().parents[3] / "shared/data/models"
real = {}
for path in sorted(models.glob("*/*")):
    if path.suffix in {".pth", ".th", ".pt", ".ckpt"}:
        value = torch.load(path, map_location="cpu", weights_only=False)
        value = value.get("state_dict", value)
        real[str(path.relative_to(models))] = {
            key: {"shape": list(tensor.shape), "crc32": zlib.crc32(tensor.float().contiguous().numpy().tobytes())}
            for key, tensor in value.items()
        }
if real:
    (root / "real.json").write_text(json.dumps(real))
(root / "expected.json").write_text(json.dumps(expected))
