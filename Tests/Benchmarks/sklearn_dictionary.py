"""Learns a dictionary with scikit-learn, and says how long a run of `shoal train` took to get one as good.

Both see the same patches, brought to mean 0 and variance 1, and minimize ½‖x − Φa‖² + λ‖a‖₁ with codes that are not
negative. scikit-learn makes a stated number of steps (MiniBatchDictionaryLearning by coordinate descent), and its
dictionary is judged on the held-out patches, with codes inferred to convergence. The log of the run says when its
energy on these patches was as low: the energy is one of codes after a limited number of iterations, so the converged
objective of its dictionary is no higher; that of its last one is worked out beside it, by the same solver. Seconds
are those of training steps. The log has seconds of the clock: on a busy machine give --cpu-seconds, the processor time
of the whole run; its ratio to the log's seconds, start and end of the program included, is the share that steps had at
most. Train with `training.log_every=1 training.validate_every=1` on one rank and thread. Needs numpy, scikit-learn, h5py.
"""

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import glob
import json
import time
import warnings

import h5py
import numpy
import sklearn
from sklearn.decomposition import MiniBatchDictionaryLearning

parser = argparse.ArgumentParser()
parser.add_argument("--run", required=True, help="the folder of a run with model.family lca, ista or fista")
parser.add_argument("--data", required=True, help="the prepared data of the run, an HDF5 file")
parser.add_argument("--threshold", type=float, default=0.7, help="λ, as the run's model.sparse_coding.threshold")
parser.add_argument("--batches", type=int, default=1500, help="steps of scikit-learn")
parser.add_argument("--batch", type=int, default=32, help="patches of a step")
parser.add_argument("--cpu-seconds", type=float, help="processor time of the whole run, as `time` has it")
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()


def patches(name):
    with h5py.File(options.data) as file:
        images = file[name]["images"][:].astype(numpy.float32)
    images -= images.mean(1, keepdims=True)
    return images / images.std(1, ddof=1, keepdims=True)


def objective(dictionary, images, tolerance=1e-6):
    """The mean of ½‖x − Φa‖² + λ‖a‖₁, with a by FISTA with restarts; the dictionary has shape [pixels, elements]."""
    gram, drive = dictionary.T @ dictionary, images @ dictionary
    rate = 1 / numpy.linalg.eigvalsh(gram)[-1]
    code = numpy.zeros_like(drive)
    point, momentum, before = code, 1.0, numpy.inf
    for turn in range(1, 10_000):
        last, code = code, numpy.maximum(point + rate * (drive - point @ gram - options.threshold), 0)
        following = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        point = code + (momentum - 1) / following * (code - last)
        momentum = following
        if turn % 20 == 0:
            error = images - code @ dictionary.T
            now = (0.5 * (error**2).sum(1) + options.threshold * code.sum(1)).mean(dtype=float)
            if before - now < tolerance * now and before >= now:
                return now
            if now > before:
                point, momentum = code, 1.0
            before = now
    raise SystemExit("the codes do not converge")


def learn(images, elements):
    """scikit-learn's dictionary after the stated steps, and the processor seconds of these."""
    random = numpy.random.default_rng(options.seed)
    start = random.standard_normal((elements, images.shape[1])).astype(numpy.float32)
    start /= numpy.linalg.norm(start, axis=1, keepdims=True)
    learner = MiniBatchDictionaryLearning(
        elements, alpha=options.threshold, batch_size=options.batch, fit_algorithm="cd", positive_code=True,
        dict_init=start, random_state=options.seed)
    begin = time.process_time()
    for _ in range(options.batches):
        learner.partial_fit(images[random.integers(0, len(images), options.batch)])
    return learner.components_.T.astype(numpy.float32), time.process_time() - begin


def progress(run):
    """The seconds of training, without validations, and the energy, at each validation of a run."""
    trained, before, last, points = 0.0, 0.0, None, []
    with open(os.path.join(run, "metrics.jsonl")) as log:
        for line in map(json.loads, log):
            if line["kind"] == "step":
                last = line
            elif line["kind"] == "validation":
                if last is None or last["step"] != line["step"]:
                    raise SystemExit(f"{run}: no step is logged at the validation of step {line['step']}; "
                                     "train with training.log_every=1")
                trained += last["seconds"] - before
                before = line["seconds"]
                points.append((trained, line["energy"], line["step"]))
    return points, before


def own_dictionary(run):
    newest = max(glob.glob(os.path.join(run, "checkpoints", "step-*.h5")))
    with h5py.File(newest) as file:
        return file["parameters/decoder/weight"][:].astype(numpy.float32)


warnings.filterwarnings("ignore", message="Objective did not converge")
training, held_out = patches("train"), patches("validation")
points, whole = progress(options.run)
factor = min(1, options.cpu_seconds / whole) if options.cpu_seconds else 1
own = own_dictionary(options.run)
learned, seconds = learn(training, own.shape[1])
aim = objective(learned, held_out)
print(f"scikit-learn {sklearn.__version__}: objective {aim:.2f} after {options.batches} batches of {options.batch}, "
      f"{seconds:.1f} s of processor time")
print(f"shoal: objective {objective(own, held_out):.2f} of the last dictionary, where the log has "
      f"{points[-1][1]:.2f} after {factor * points[-1][0]:.1f} s")
for trained, energy, step in points:
    if energy <= aim:
        print(f"shoal is as good ({energy:.2f}) after {step} steps, {factor * trained:.1f} s: "
              f"{seconds / (factor * trained):.1f} times as fast")
        break
else:
    print("shoal is not as good in this run")
