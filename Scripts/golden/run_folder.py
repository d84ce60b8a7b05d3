"""Reads the run folder of Pipelines/quickstart.json as a user of h5py does, and checks that its numbers fit each other.

Usage: run_folder.py RUN_FOLDER. Prints "fits", or ends with what does not. Written for h5py 3.16 and NumPy 2.4.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

import safetensors_file

folder = pathlib.Path(sys.argv[1])
record = json.loads((folder / "run.json").read_text())


def opened(name):
    return h5py.File(folder / "outputs" / name, "r")


def check_form(file):
    """Attributes, axis names and scales of one file."""
    for name in ("convscope_version", "stage", "parameters", "key", "inputs"):
        assert isinstance(file.attrs[name], str), (file.filename, name)
    json.loads(file.attrs["parameters"]), json.loads(file.attrs["inputs"])

    def visit(path, item):
        if not isinstance(item, h5py.Dataset) or item.is_scale:
            return
        for axis in range(item.ndim):
            dimension = item.dims[axis]
            assert dimension.label and len(dimension) == 1, (file.filename, path, axis)
            assert dimension[0].shape == (item.shape[axis],) and dimension[0].is_scale, (file.filename, path, axis)
            assert dimension.keys() == [dimension.label], (file.filename, path, dimension.keys())

    file.visititems(visit)


names = sorted(str(path.relative_to(folder / "outputs")) for path in (folder / "outputs").glob("*/*.h5"))
assert len(names) == 14, names
for name in names:
    with opened(name) as file:
        check_form(file)
        assert file.attrs["key"] == record["stages"][name.split("/")[0]]["key"], name

dataset = json.loads((folder / "outputs/test/dataset.json").read_text())["description"]
with opened("check/predictions.h5") as file:
    logits = file["logits"][...].astype(np.float64)
    probabilities, labels = file["probabilities"][...], file["labels"][...]
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    # Computed in double precision and rounded once.
    assert np.allclose(probabilities, exponentials / exponentials.sum(1, keepdims=True), rtol=1e-6, atol=1e-9)
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    assert (file["top_classes"][...] == order).all()
    assert (file["top_probabilities"][...] == np.take_along_axis(probabilities, order, 1)).all()
    predicted = order[:, 0]
    confusion = np.zeros((8, 8), int)
    np.add.at(confusion, (labels, predicted), 1)
    assert (file["confusion"][...] == confusion).all()
    assert np.isclose(file.attrs["accuracy"], (labels == predicted).mean())
    assert list(file["labels"].attrs["class_names"]) == dataset["class_names"]
    identifiers = list(file["sample_ids"].asstr())
    assert len(set(identifiers)) == len(labels)

with opened("activations/activations.h5") as file:
    assert file["block1.3"].dtype == np.float32 and file["block1.3"].chunks[1:] == (64, 14, 14)
    assert file["block1.3"][...].min() >= 0, "max pooling of a ReLU"
    assert (file["labels"][...] == labels).all() and list(file["sample_ids"].asstr()) == identifiers
    assert (file["predictions"][...] == predicted).all()
    points = file["fc_layers.4"][...].astype(np.float64)

with opened("pca/embedding.h5") as file:
    mean, components = file["mean"][...], file["components"][...]
    # Scores are float32 products of 32 numbers of about 1.
    assert np.allclose(mean, points.mean(0), atol=1e-5)
    assert np.allclose(file["embedding"][...], (points - mean) @ components.T, atol=1e-4)
    assert np.allclose(components @ components.T, np.eye(2), atol=1e-5)
    variances = np.sort(np.linalg.eigvalsh(np.cov(points.T)))[::-1]
    assert np.allclose(file["explained_variance_ratio"][...], variances[:2] / variances.sum(), rtol=1e-4)
    assert (file["labels"][...] == labels).all()

with opened("tsne/embedding.h5") as file:
    assert np.isfinite(file["embedding"][...]).all() and 0 < file.attrs["kl_divergence"] < 10
    assert (file["labels"][...] == labels).all() and list(file["sample_ids"].asstr()) == identifiers

weights = safetensors_file.read(folder / "outputs/cnn/model.safetensors")
with opened("rank/rank.h5") as file:
    kernels = weights["block2.0.weight"][3].astype(np.float64)
    norms = np.sqrt((kernels**2).sum((1, 2)))
    channels = np.argsort(-norms, kind="stable")[:3]
    assert (file["channel"][...] == channels).all()
    assert np.allclose(file["l2"][...], norms[channels], rtol=1e-6)
    assert (file["kernel"][...] == weights["block2.0.weight"][3][channels]).all()
    excitation = kernels.sum((1, 2)) / np.abs(kernels).sum((1, 2))
    assert np.allclose(file["excitation"][...], excitation[channels], atol=1e-6)
    assert np.allclose(file["positive_fraction"][...], (kernels[channels] > 0).mean((1, 2)))
    assert (file.attrs["layer"], file.attrs["filter"]) == ("block2.0", 3) and file.attrs["upstream_layer"] == "block1.0"
    units = [f"block1.0:{channel}" for channel in channels]

with opened("upstream/images.h5") as file:
    image, objective = file["image"][...], file["objective"][...]
    assert list(file["unit"].asstr()) == units
    assert image.dtype == np.float32 and image.min() >= 0 and image.max() <= 1 and image.std() > 0
    assert objective.shape == (3, 4) and np.isfinite(objective).all()

with opened("cnn/history.h5") as file:
    assert (file["loss"][...] > 0).all() and ((file["accuracy"][...] >= 0) & (file["accuracy"][...] <= 1)).all()

print("fits")
