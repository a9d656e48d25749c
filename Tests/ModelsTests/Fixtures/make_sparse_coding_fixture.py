"""Writes sparse_coding.json: codes by LCA, ISTA and FISTA in double precision, and by coordinate descent.

Needs numpy and scikit-learn. Run in this folder: python3 make_sparse_coding_fixture.py
"""

import json

import numpy
from sklearn.linear_model import Lasso

PIXELS, ELEMENTS, IMAGES = 12, 70, 20
THRESHOLD, TIME_CONSTANT, ITERATIONS = 0.3, 20.0, 60


def numbers(count, offset):
    """Numbers from -1 to 1, by a formula that the tests repeat."""
    i = numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(offset)
    mixed = (i * i * numpy.uint64(2654435761) + i * numpy.uint64(40503)) % numpy.uint64(2**32)
    return (mixed.astype(float) / 2**31 - 1).astype(numpy.float32).astype(float)


def lca(drive, gram):
    potential = numpy.zeros_like(drive)
    for _ in range(ITERATIONS):
        code = numpy.maximum(potential - THRESHOLD, 0)
        inhibition = code @ (gram - numpy.eye(ELEMENTS))
        potential += (drive - potential - inhibition) / TIME_CONSTANT
    return code


def ista(drive, gram, step, iterations=ITERATIONS, momentum=False):
    code = numpy.zeros_like(drive)
    point, t = code, 1.0
    for _ in range(iterations):
        following = numpy.maximum(point + step * (drive - point @ gram) - step * THRESHOLD, 0)
        t_next = (1 + numpy.sqrt(1 + 4 * t * t)) / 2
        point = following + (t - 1) / t_next * (following - code) if momentum else following
        code, t = following, t_next
    return code


def energy(images, dictionary, code):
    errors = images - code @ dictionary.T
    return (0.5 * (errors**2).sum(1) + THRESHOLD * numpy.abs(code).sum(1)).tolist()


images = 2 * numbers(IMAGES * PIXELS, 5).reshape(IMAGES, PIXELS)
dictionary = numbers(PIXELS * ELEMENTS, 1000).reshape(PIXELS, ELEMENTS)
dictionary /= numpy.linalg.norm(dictionary, axis=0)
gram = dictionary.T @ dictionary
drive = images @ dictionary
# The step that power iteration gives, a hundredth below the largest that is safe.
step = 1 / (1.01 * numpy.linalg.eigvalsh(gram)[-1])
best = numpy.array([
    Lasso(alpha=THRESHOLD / PIXELS, positive=True, fit_intercept=False, tol=1e-12, max_iter=10**6)
    .fit(dictionary, image).coef_
    for image in images
])
codes = {
    "lca": lca(drive, gram),
    "ista": ista(drive, gram, step),
    "fista": ista(drive, gram, step, momentum=True),
}
with open("sparse_coding.json", "w") as file:
    json.dump({
        "codes": {name: code.round(7).ravel().tolist() for name, code in codes.items()},
        "energies": {name: energy(images, dictionary, code) for name, code in codes.items()},
        "least_energies": energy(images, dictionary, best),
    }, file)
    file.write("\n")
for name, code in codes.items():
    print(name, (code > 0).mean(), numpy.mean(energy(images, dictionary, code)))
print("best", numpy.mean(energy(images, dictionary, best)))
