"""Times t-SNE, UMAP or PCA of MNIST's first images against openTSNE, umap-learn or scikit-learn, and judges the maps.

Called by `Scripts/benchmarks/{tsne,umap,pca}`, which build the program and make the Python environment. Both sides start
from raw pixels over 255 and run with two threads, in turn; figures are medians over seeds. The program's time is its
stage's as the run record has it. Maps are judged here, by scikit-learn's exact neighbours and NumPy in 64 bits.
"""

import gzip
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

kind, program, data, count, seeds = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
THREADS = 2


def idx(name, offset):
    return np.frombuffer(gzip.open(data / name).read(), dtype=np.uint8, offset=offset)


def loaded():
    """The first images, of the training and then of the test split, and their labels."""
    images = np.concatenate([idx(f"{split}-images-idx3-ubyte.gz", 16) for split in ("train", "t10k")]).reshape(-1, 784)
    labels = np.concatenate([idx(f"{split}-labels-idx1-ubyte.gz", 8) for split in ("train", "t10k")])
    return images[:count].astype(np.float32) / np.float32(255), labels[:count]


points, labels = loaded()
folder = pathlib.Path(tempfile.mkdtemp(prefix="reductions-"))
np.save(folder / "points.npy", points.reshape(-1, 1, 28, 28))


def ours(stage, **parameters):
    """Seconds of one stage, and its file."""
    pipeline = {"name": "it", "stages": {
        "points": {"stage": "dataset.load", "parameters": {"format": "npy", "path": "points.npy"}},
        "it": {"stage": stage, "inputs": {"points": "points"}, "parameters": parameters}}}
    (folder / "p.json").write_text(json.dumps(pipeline))
    subprocess.run(
        [program, "run", "p.json", "--threads", str(THREADS), "--force", "it"], cwd=folder, check=True, capture_output=True)
    record = json.loads((folder / "runs/it/run.json").read_text())
    return record["stages"]["it"]["seconds"], h5py.File(folder / "runs/it/outputs/it/embedding.h5")


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def neighbors(values, k):
    return NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=THREADS).fit(values).kneighbors(return_distance=False)


def overlap(near, close, k):
    return float(np.mean([len(set(a[:k]) & set(b[:k])) / k for a, b in zip(near, close)]))


def accuracy(close, k=10):
    return float(np.mean([np.bincount(labels[row[:k]], minlength=10).argmax() == label for row, label in zip(close, labels)]))


def divergence(joint, positions):
    """Exact: over stored affinities, with the sum over all pairs."""
    positions = np.asarray(positions, dtype=np.float64)
    joint = joint.tocoo()
    total, squares = 0.0, (positions**2).sum(1)
    for first in range(0, len(positions), 500):
        block = positions[first:first + 500]
        d = np.maximum(squares[first:first + 500, None] + squares - 2 * block @ positions.T, 0)
        total += (1 / (1 + d)).sum()
    total -= len(positions)
    q = 1 / (1 + ((positions[joint.row] - positions[joint.col]) ** 2).sum(1)) / total
    return float((joint.data * np.log(joint.data / q)).sum())


def report(name, seconds, **numbers):
    words = "   ".join(f"{key} {value:.4g}" for key, value in numbers.items())
    print(f"{name:34} {seconds:8.2f} s   {words}", flush=True)


def tsne():
    import openTSNE

    exact = openTSNE.affinity.PerplexityBasedNN(points, perplexity=30, method="exact", n_jobs=THREADS)
    own, theirs, own_steps, their_steps = [], [], [], []
    for seed in range(seeds):
        seconds, file = ours("reduce.tsne", seed=seed)
        start, _ = ours("reduce.tsne", seed=seed, iterations=1)
        own.append((seconds, divergence(exact.P, file["embedding"][...])))
        own_steps.append(seconds - start)
        peer = openTSNE.TSNE(n_jobs=THREADS, random_state=seed)
        seconds, positions = timed(lambda: peer.fit(points))
        theirs.append((seconds, divergence(exact.P, positions)))
        begin = openTSNE.initialization.pca(points, random_state=seed)
        embedding = openTSNE.TSNEEmbedding(begin, exact, n_jobs=THREADS, random_state=seed)
        seconds, _ = timed(lambda: embedding.optimize(250, exaggeration=12, inplace=True).optimize(500, inplace=True))
        their_steps.append(seconds)
    for name, runs in (("convscope, from pixels", own), (f"openTSNE {openTSNE.__version__}, from pixels", theirs)):
        report(name, statistics.median(s for s, _ in runs), KL=statistics.mean(k for _, k in runs))
    report("convscope, 750 iterations alone", statistics.median(own_steps))
    report("openTSNE, 750 iterations alone", statistics.median(their_steps))


def umap():
    import umap as learn

    near = neighbors(points, 50)
    learn.UMAP(random_state=0, n_jobs=1).fit(points[:500])  # compiles
    runs = {"convscope": [], f"umap-learn {learn.__version__}, seeded": [], "umap-learn, any seed, parallel": []}
    for seed in range(seeds):
        seconds, file = ours("reduce.umap", seed=seed)
        maps = [(seconds, file["embedding"][...])]
        maps.append(timed(lambda: learn.UMAP(random_state=seed, n_jobs=1).fit_transform(points)))
        maps.append(timed(lambda: learn.UMAP(n_jobs=THREADS).fit_transform(points)))
        for name, (seconds, positions) in zip(runs, maps):
            close = neighbors(positions, 50)
            radii = np.linalg.norm(positions - np.median(positions, 0), axis=1)
            runs[name].append((
                seconds, overlap(near, close, 15), overlap(near, close, 50), accuracy(close),
                radii.max() / np.quantile(radii, 0.999)))
    for name, values in runs.items():
        seconds, first, second, right, far = (statistics.median(column) for column in zip(*values))
        report(name, seconds, overlap15=first, overlap50=second, accuracy10=right, farthest=far)


def pca():
    own, total = [], []
    for seed in range(seeds):
        seconds, file = ours("reduce.pca", dimensions=50, seed=seed)
        own.append(seconds)
        total.append(file["explained_variance_ratio"][...].sum())
    report("convscope, with reading and writing", statistics.median(own), variance=statistics.median(total))
    for solver in ("covariance_eigh", "randomized", "arpack", "full"):
        runs = [timed(lambda: PCA(50, svd_solver=solver, random_state=s).fit(points)) for s in range(seeds)]
        times = [seconds + timed(lambda: fit.transform(points))[0] for seconds, fit in runs]
        report(f"scikit-learn, {solver}", statistics.median(times), variance=runs[0][1].explained_variance_ratio_.sum())


{"tsne": tsne, "umap": umap, "pca": pca}[kind]()
