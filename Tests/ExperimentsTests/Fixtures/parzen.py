"""Makes parzen.json: densities of Parzen estimators on [0, 1], by NumPy and SciPy.

Written from the description, vectorized: each observation's standard deviation is the greater of the distances to
its neighbours (the ends have one neighbour, a lone observation has 0 and 1), clipped to
[1 / min(100, n + 2), 1]; a normal of mean 0.5 and standard deviation 1 is added; all are truncated to [0, 1] and weigh
the same. Choices: (count + 1) / (n + choices).
"""
import json

import numpy as np
from scipy.stats import truncnorm

rng = np.random.default_rng(3)
continuous = []
for observations in [
    [],
    [0.0],
    [0.3],
    [0.2, 0.9],
    [0.5, 0.5],
    [0.7, 0.1, 0.4, 0.41, 0.42],
    list(np.round(rng.uniform(size=40), 6)),
    list(np.round(rng.beta(2, 60, size=150), 6)),
]:
    order = np.sort(np.array(observations))
    n = len(order)
    if n == 1:
        widths = np.maximum(order, 1 - order)
    else:
        gaps = np.diff(order)
        widths = np.maximum(np.append(gaps, 0), np.insert(gaps, 0, 0)) if n else np.array([])
    sigmas = np.append(np.clip(widths, 1 / min(100, n + 2), 1), 1)
    means = np.append(order, 0.5)
    at = np.array([0, 0.05, 0.25, 0.4, 0.5, 0.77, 0.999])[:, None]
    density = truncnorm.pdf(at, -means / sigmas, (1 - means) / sigmas, means, sigmas).mean(axis=1)
    continuous.append(
        {"observations": observations, "at": list(at[:, 0]), "densities": list(density)})
categorical = []
for count, observations in [(3, []), (4, [0, 0.24, 0.26, 0.999]), (2, [0.5] * 10)]:
    counts = np.bincount(np.floor(np.array(observations) * count).astype(int), minlength=count)
    probabilities = (counts + 1) / (len(observations) + count)
    categorical.append(
        {"count": count, "observations": observations, "probabilities": list(probabilities)})
with open("parzen.json", "w") as file:
    json.dump({"continuous": continuous, "categorical": categorical}, file, indent=1)
    file.write("\n")
