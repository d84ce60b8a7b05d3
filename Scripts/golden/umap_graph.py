#!/usr/bin/env python3
"""Reference values for UMAPTests in Tests/EmbeddingTests, one JSON file.

Versions: numpy 2.4.6, scikit-learn 1.9.1, umap-learn 0.5.12. Run: python Scripts/golden/umap_graph.py
All numbers are of seeded inputs; inputs are stored rounded to 32-bit floats and used in that form.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
import umap
from sklearn.neighbors import NearestNeighbors
from umap.umap_ import find_ab_params, fuzzy_simplicial_set, smooth_knn_dist

assert (np.__version__, sklearn.__version__, umap.__version__) == ("2.4.6", "1.9.1", "0.5.12")
random = np.random.default_rng(20261121)

# 90 points in three overlapping clusters, of which the last five stand where the first five are.
centers = random.normal(0, 1, (3, 6))
points = (centers[np.arange(90) % 3] + random.normal(0, 1, (90, 6))).astype(np.float32)
points[85:] = points[:5]
size = 12
# A point is the first of its own neighbourhood, also where another stands at the same place.
distances, indices = NearestNeighbors(n_neighbors=size - 1, algorithm="brute").fit(points.astype(float)).kneighbors()
distances = np.hstack([np.zeros((90, 1)), distances]).astype(np.float32)
indices = np.hstack([np.arange(90)[:, None], indices])
distances[distances < 1e-6] = 0
widths, nearest = smooth_knn_dist(distances, float(size))
graph, _, _ = fuzzy_simplicial_set(
    points, size, np.random.RandomState(0), "euclidean", knn_indices=indices, knn_dists=distances
)
graph = graph.toarray().astype(float)

degrees = graph.sum(axis=0)
normal = graph / np.sqrt(np.outer(degrees, degrees))
values, vectors = np.linalg.eigh(normal)

golden = {
    "points": {"shape": list(points.shape), "values": points.astype(float).ravel().tolist()},
    "neighborhood": size,
    "nearest": nearest.tolist(),
    "widths": widths.tolist(),
    "graph": {"shape": list(graph.shape), "values": graph.ravel().tolist()},
    "modes": {"shape": [3, 90], "values": vectors[:, -2:-5:-1].T.ravel().tolist()},
    "curves": [
        {"minimum": minimum, "spread": spread, "a": a, "b": b}
        for minimum, spread in [(0.1, 1), (0.001, 1), (0.5, 1), (0.99, 1), (0, 1), (0.3, 2.5), (1, 10)]
        for a, b in [find_ab_params(spread, minimum)]
    ],
}


def compact(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: compact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [compact(item) for item in value]
    return value


golden = compact(json.loads(json.dumps(golden, default=float)))
target = Path(__file__).resolve().parents[2] / "Tests/EmbeddingTests/Golden/umap.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(f"{target}: {target.stat().st_size} bytes; eigenvalues {values[-5:]}; curves {golden['curves']}")
