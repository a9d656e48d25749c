"""Writes evaluation.json: what scikit-learn, SciPy and NumPy make of small made-up data.

Needs numpy, scipy and scikit-learn. Run in this folder: python3 make_evaluation_fixture.py
"""

import itertools
import json

import numpy
from scipy.optimize import curve_fit
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier


def samples(count, features, classes, offset):
    """Overlapping clusters, by a formula that the tests repeat."""
    x = numpy.empty((count, features))
    labels = numpy.empty(count, dtype=int)
    for i in range(count):
        labels[i] = (i * 7 + offset) % classes
        for k in range(features):
            v = i * 131 + k * 57 + offset * 29 + 1
            noise = (v * v * 2654435761 + v * 40503) % 4294967296 / 4294967296
            x[i, k] = numpy.float32(numpy.sin(1.7 * labels[i] * (k + 1)) + 3 * noise - 1.5)
    return x, labels


def conditioning(x, weights, intercept):
    """How far the minimum is, in any coefficient, from where no part of the gradient exceeds 1.

    The largest sum of magnitudes in a row of the inverse Hessian of the mean loss.
    """
    columns = numpy.hstack([x, numpy.ones((len(x), 1))])
    probability = 1 / (1 + numpy.exp(-(x @ weights + intercept)))
    hessian = columns.T @ (columns * (probability * (1 - probability))[:, None])
    hessian += numpy.diag([1.0] * len(weights) + [0.0])
    return numpy.abs(numpy.linalg.inv(hessian / len(x))).sum(axis=1).max()


def logistic():
    x, labels = samples(300, 4, 4, 0)
    held_out, held_out_labels = samples(120, 4, 4, 1)
    problems = []
    for chosen in itertools.combinations(range(3), 2):
        positive = [int(c in chosen) for c in range(4)]
        model = LogisticRegression(tol=1e-10, max_iter=10000)
        model.fit(x, [positive[label] for label in labels])
        problems.append({
            "positive": positive,
            "coefficients": model.coef_[0].tolist() + model.intercept_.tolist(),
            "conditioning": float(conditioning(x, model.coef_[0], model.intercept_[0])),
            "accuracy": model.score(held_out, [positive[label] for label in held_out_labels]),
        })
    return problems


def neighbors():
    x, labels = samples(400, 3, 5, 2)
    model = KNeighborsClassifier(n_neighbors=5, algorithm="brute").fit(x[:200], labels[:200])
    return {
        "accuracy": model.score(x[200:], labels[200:]),
        "predictions": model.predict(x[200:]).tolist(),
    }


def gap_edge(values, edges, run, bound=numpy.inf):
    """The left edge of the topmost bin of the highest run of empty bins."""
    counts, places = numpy.histogram(values, bins=numpy.linspace(values.min(), values.max(), edges))
    top, length = None, 0
    for b in range(len(counts) - 1, -1, -1):
        if places[b + 1] > bound:
            continue
        if counts[b]:
            top, length = None, 0
            continue
        top = b if top is None else top
        length += 1
        if length >= run:
            return places[top]
    return None


def dead_by_norm(logs, factor):
    count = len(logs)
    dead = numpy.zeros(count, dtype=bool)
    edge = gap_edge(logs, 10 * count, 2 * count, numpy.median(logs))
    if edge is not None:
        dead |= logs < edge
    counts, places = numpy.histogram(
        logs, bins=numpy.linspace(logs.min(), logs.max(), count // factor))
    after = [b for b in range(1, len(counts)) if counts[b] == 0 and counts[b - 1] > 0]
    before = [b for b in range(len(counts) - 1) if counts[b] == 0 and counts[b + 1] > 0]
    if after:
        dead |= logs < places[after[0]]
    if before:
        dead |= logs > places[before[-1]]
    return dead


def active():
    """Latents of which some are weak, with column norms that follow, and fractions by the rules."""
    random = numpy.random.default_rng(3)
    count = 256
    kl = numpy.exp(numpy.concatenate([random.normal(-7, 0.4, 80), random.normal(-1, 0.8, 176)]))
    norms = numpy.exp(random.normal(1, 0.15, count))
    # The rules by norm spare what lies between two gaps.
    norms[numpy.argsort(kl)[:5]] = numpy.exp([-2, -1.9, -1.95, 2.2, 2.3])
    logs = numpy.log(norms)
    log_kl = numpy.log(numpy.maximum(kl, 2.0 ** -23))
    edge = gap_edge(log_kl, 10 * count, 2 * count)
    by_gap = kl < 3e-4
    if edge is not None:
        by_gap |= log_kl < edge
    alive = ~dead_by_norm(logs, 8)
    prefix = numpy.zeros(count, dtype=bool)
    for k in numpy.argsort(kl):
        if alive[k]:
            break
        prefix[k] = True
    return {
        "kl": kl.tolist(),
        "norms": norms.tolist(),
        "poisson_mnist": float(1 - (kl < 0.01).mean()),
        "gaussian_linear": float(1 - (kl < 0.1).mean()),
        "gaussian_linear_cifar16": float(1 - (kl < 0.085).mean()),
        "categorical": float(1 - dead_by_norm(logs, 2).mean()),
        "poisson_linear": float(1 - (prefix | (kl < 3e-4)).mean()),
        "convolutional": float(1 - by_gap.mean()),
    }


def sigmoid(x, height, middle, steepness, base):
    return height / (1 + numpy.exp(-steepness * (x - middle))) + base


def curve():
    """The published sweep of P-VAEs over beta on van Hateren, and SciPy's fit of it."""
    errors = numpy.array([3.35, 28.73, 52.29, 72.16, 88.55, 102.39, 130.96, 234.5])
    sparsities = numpy.array([.3252, .4024, .5017, .6077, .7083, .7897, .9122, .9971])
    fit, _ = curve_fit(
        sigmoid, errors, sparsities, p0=[0.7, 76, 0.034, 0.27], ftol=1e-14, xtol=1e-14, gtol=1e-14)
    residuals = sigmoid(errors, *fit) - sparsities
    return {
        "errors": errors.tolist(),
        "sparsities": sparsities.tolist(),
        "parameters": fit.tolist(),
        "squares": float((residuals ** 2).sum()),
    }


def gabor(place, row, column, angle, frequency, phase, along, across, amplitude):
    y, x = place // 16 - row, place % 16 - column
    s = -x * numpy.sin(angle) - y * numpy.cos(angle)
    t = x * numpy.cos(angle) - y * numpy.sin(angle)
    envelope = numpy.exp(-0.5 * ((s / across) ** 2 + (t / along) ** 2))
    return amplitude * envelope * numpy.cos(2 * numpy.pi * frequency * s + phase)


def receptive_fields():
    """Gabor functions with noise, and SciPy's fits that begin at what was drawn."""
    random = numpy.random.default_rng(5)
    place = numpy.arange(256)
    fields = []
    for noise in (0.05, 0.15, 0.3, 0.6):
        drawn = [6.5 + random.normal(), 8 + random.normal(), random.uniform(0.1, 3),
                 random.uniform(0.1, 0.3), random.uniform(-2, 2), 3.0, 2.2, 1.0]
        pixels = gabor(place, *drawn) + random.normal(0, noise * 0.5, 256)
        pixels = pixels.astype(numpy.float32).astype(float)
        fit, _ = curve_fit(gabor, place, pixels, p0=drawn, maxfev=20000, ftol=1e-13, xtol=1e-13)
        error = ((gabor(place, *fit) - pixels) ** 2).sum()
        fields.append({
            "pixels": pixels.tolist(),
            "orientation": float(fit[2]),
            "frequency": float(fit[3]),
            "explained": float(1 - error / ((pixels - pixels.mean()) ** 2).sum()),
        })
    return fields


with open("evaluation.json", "w") as file:
    json.dump({
        "logistic": logistic(), "neighbors": neighbors(), "active": active(), "curve": curve(),
        "receptive_fields": receptive_fields(),
    }, file, indent=1)
    file.write("\n")
