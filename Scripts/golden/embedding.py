#!/usr/bin/env python3
"""Reference values for Tests/EmbeddingTests, one JSON file.

Versions: numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1. Run: python Scripts/golden/embedding.py
All numbers are of seeded inputs; inputs are stored rounded to 32-bit floats and used in that form.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

assert (np.__version__, scipy.__version__, sklearn.__version__) == ("2.4.6", "1.17.1", "1.9.1")
random = np.random.default_rng(20260801)


def rounded(array):
    return np.asarray(array, dtype=np.float32).astype(np.float64)


def listed(array):
    return np.asarray(array).ravel().tolist()


def matrix(array):
    return {"shape": list(np.shape(array)), "values": listed(array)}


golden = {}

# Nearest neighbours, Euclidean and cosine, of 60 points in 5 clusters.
centers = random.normal(0, 3, (5, 7))
points = rounded(centers[random.integers(0, 5, 60)] + random.normal(0, 1, (60, 7)))
neighbors = {"points": matrix(points), "count": 9}
for metric in ("euclidean", "cosine"):
    distances, indices = NearestNeighbors(n_neighbors=9, metric=metric, algorithm="brute").fit(points).kneighbors()
    neighbors[metric] = {"indices": listed(indices), "distances": listed(distances)}
golden["neighbors"] = neighbors

# Perplexity 3 over 9 neighbours: row widths by bisection, conditional and joint probabilities, all in 64 bits.
perplexity, count = 3.0, 9
distances, indices = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(points).kneighbors()
squares = distances**2


def row_probabilities(precision, row):
    weights = np.exp(-precision * (squares[row] - squares[row, 0]))
    return weights / weights.sum()


def excess_entropy(logarithm, row):
    p = row_probabilities(np.exp(logarithm), row)
    p = p[p > 0]
    return -(p * np.log(p)).sum() - np.log(perplexity)


precisions = np.array([np.exp(brentq(excess_entropy, -15, 10, args=(row,), xtol=1e-14)) for row in range(60)])
conditional = np.zeros((60, 60))
for row in range(60):
    conditional[row, indices[row]] = row_probabilities(precisions[row], row)
joint = (conditional + conditional.T) / 120
golden["affinities"] = {
    "perplexity": perplexity,
    "precisions": listed(precisions),
    "joint": matrix(joint),
}

# Divergence and a quarter of its gradient at random maps of two and three dimensions, with exaggeration 1 and 4.
for dimensions in (2, 3):
    positions = rounded(random.normal(0, 2, (60, dimensions)))
    difference = positions[:, None] - positions[None]
    q = 1 / (1 + (difference**2).sum(2))
    np.fill_diagonal(q, 0)
    Z = q.sum()
    present = joint > 0
    divergence = (joint[present] * np.log(joint[present] * Z / q[present])).sum()
    gradients = {
        str(e): listed((((e * joint - q / Z) * q)[:, :, None] * difference).sum(1)) for e in (1, 4)
    }
    golden[f"map{dimensions}"] = {"positions": matrix(positions), "divergence": divergence, "gradients": gradients}

# Components of matrices of all shapes, one with a large common offset, one of low rank.
shapes = {
    "tall": random.normal(0, 1, (200, 6)) @ random.normal(0, 1, (6, 6)) + 5,
    "wide": random.normal(0, 1, (8, 40)) * np.linspace(2, 0.5, 40),
    "square": random.normal(0, 1, (20, 20)) * np.linspace(3, 1, 20),
    "offset": random.normal(0, 1, (90, 4)) * [4, 3, 2, 1] + 1000,
    "low rank": random.normal(0, 1, (30, 2)) @ random.normal(0, 1, (2, 9)),
    "column": random.normal(3, 2, (25, 1)),
}
golden["pca"] = []
for name, data in shapes.items():
    data = rounded(data)
    components = {"low rank": 2, "wide": 5}.get(name, min(4, *data.shape))
    fit = PCA(components, svd_solver="full").fit(data)
    golden["pca"].append(
        {
            "name": name,
            "points": matrix(data),
            "mean": listed(fit.mean_),
            "components": matrix(fit.components_),
            "variance": listed(fit.explained_variance_),
            "ratio": listed(fit.explained_variance_ratio_),
            "scores": matrix(fit.transform(data)),
            "whitened": matrix(PCA(components, svd_solver="full", whiten=True).fit(data).transform(data)),
        }
    )

# Quality of iris, first two principal components and two unrelated columns as maps.
iris = load_iris()
data = rounded(iris.data + random.normal(0, 1e-3, iris.data.shape))  # no two distances equal
maps = {"components": rounded(PCA(2).fit_transform(data)), "unrelated": rounded(random.normal(0, 1, (150, 2)))}
golden["quality"] = {"points": matrix(data), "labels": iris.target.tolist(), "maps": {}}
near = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(data).kneighbors(return_distance=False)
for name, positions in maps.items():
    close = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(positions).kneighbors(return_distance=False)
    accuracy = {}
    for k in (1, 10):
        votes = iris.target[close[:, :k]]
        accuracy[str(k)] = float(np.mean([np.bincount(v).argmax() == t for v, t in zip(votes, iris.target)]))
    golden["quality"]["maps"][name] = {
        "positions": matrix(positions),
        "trustworthiness": {str(k): trustworthiness(data, positions, n_neighbors=k) for k in (5, 12)},
        "overlap": {str(k): float(np.mean([len(set(a[:k]) & set(b[:k])) / k for a, b in zip(near, close)])) for k in (10, 15)},
        "accuracy": accuracy,
    }

target = Path(__file__).resolve().parents[2] / "Tests/EmbeddingTests/Golden/embedding.json"


def compact(value):
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, dict):
        return {key: compact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [compact(item) for item in value]
    return value


target.write_text(json.dumps(compact(golden), separators=(",", ":")) + "\n")
print(f"{target}: {target.stat().st_size} bytes")
