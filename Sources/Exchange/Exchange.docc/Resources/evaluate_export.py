#!/usr/bin/env python3
"""Computes from an export what `shoal evaluate` computes from the run, with NumPy and h5py.

    shoal export runs/NAME --out model.npz            # or model.safetensors
    python3 evaluate_export.py model.npz runs/prepared/DATA.h5

prints `nelbo`, `mse`, `kl` and `mse_map` of the validation images as JSON: squared errors summed
over pixels, KL in nats, both averaged over images; nelbo = mse + kl. The spikes are those of
`shoal evaluate` itself, drawn from the same random numbers.
"""
import json
import sys

import h5py
import numpy as np


def load(path):
    """Returns the parameters by name, and what the export says of them, as texts by name."""
    if path.endswith(".npz"):
        members = dict(np.load(path))
        texts = {name: str(x) for name, x in members.items() if x.dtype.kind == "U"}
        return {name: x for name, x in members.items() if name not in texts}, texts
    with open(path, "rb") as file:  # what safetensors.numpy.load_file does
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    texts = header.pop("__metadata__")
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
    }, texts


def settings(configuration):
    """Returns the values of a complete configuration as texts by key path: model.family."""
    values, above = {}, []
    for line in configuration.splitlines():
        key, _, value = line.strip().partition(":")
        depth = (len(line) - len(line.lstrip())) // 2
        above = above[:depth] + [key]
        values[".".join(above)] = value.strip().strip("'\"")
    return values


# Random numbers: every one belongs to the run's seed, the step, the image and the latent.

EVALUATION = 5  # the purpose, second word of the key


def philox(counter, key):
    """Philox-4x32-10 (Salmon et al., 2011): four random words of 32 bits for each counter."""
    low, wide = np.uint64(0xFFFFFFFF), np.uint64(32)
    c = [x.astype(np.uint64) for x in np.broadcast_arrays(*map(np.atleast_1d, counter))]
    for turn in range(10):
        k = [np.uint64((word + turn * step) & 0xFFFFFFFF)
             for word, step in zip(key, (0x9E3779B9, 0xBB67AE85))]
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [b >> wide ^ c[1] ^ k[0], b & low, a >> wide ^ c[3] ^ k[1], a & low]
    return c


def waiting_times(words):
    """Returns exponential waiting times of rate 1, one for each word."""
    uniform = ((words >> np.uint64(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2**-23)
    return -np.log(uniform)


def poisson_counts(rate, images, key, step, limit):
    """Counts the arrivals before time 1 of a Poisson process each, at most `limit`.

    rate: [batch, latents]; images: the number of each image of the batch.
    """
    k = np.arange(rate.shape[1])
    words = np.stack(philox((k // 64 * 16 + k % 16, 0, images[:, None], step), key))
    time = waiting_times(np.take_along_axis(words, (k % 64 // 16)[None, None], axis=0)[0])
    counts = np.zeros(rate.shape)
    arrivals = 1
    row, latent = np.nonzero(time < rate)
    time = time[row, latent]
    while row.size and arrivals <= limit:
        for word in philox((latent, 1 + (arrivals - 1) // 4, images[row], step), key):
            counts[row, latent] += time < rate[row, latent]
            time = time + waiting_times(word)
            arrivals += 1
            if arrivals > limit:
                break
        goes_on = time < rate[row, latent]
        row, latent, time = row[goes_on], latent[goes_on], time[goes_on]
    return counts


# Families: each is a function of the encoder's output a, shape [batch, latents], that returns a
# sample of the code, its mean, and the KL of each image.


def softplus(x):
    return np.logaddexp(0, x)


def poisson(a, images, parameters, texts, values):
    """Posterior rates λ = r·δ against the prior's r; KL = Σ r·(1 − δ + δ ln δ)."""
    a = np.clip(a, -40, 40)
    u = (softplus(a) if values["model.excitation_only"] == "true" else a) - softplus(a - 10)
    prior, delta = np.exp(parameters["latent.log_prior"].astype(float)), np.exp(u)
    clamp = np.exp(float(values["model.rate_clamp"]))
    rate = 1 / (1 / (prior * delta) + 1 / clamp) + 2.0**-23
    kl = (prior * (1 - delta + delta * u)).sum(axis=1)
    exact = values["model.evaluation_counts"] == "exact"
    limit = 2**32 - 1 if exact else int(texts["event_limit"])
    key = (int(texts["seed"]), EVALUATION)
    return poisson_counts(rate, images, key, int(texts["step"]), limit), rate, kl


FAMILIES = {"poisson": poisson}


def evaluate(export, prepared):
    parameters, texts = load(export)
    values = settings(texts["configuration"])
    family = FAMILIES[values["model.family"]]
    for part in ("encoder", "decoder"):
        if values[f"model.{part}"] != "linear":
            sys.exit(f"{export}: the {part} is {values[f'model.{part}']}, expected linear")
    encoder = parameters["encoder.weight"].astype(float)  # [latents, pixels]
    decoder = parameters["decoder.weight"].astype(float)  # [pixels, latents]
    with h5py.File(prepared) as file:
        x = file["validation/images"][:].astype(float)  # [images, pixels]
    sums = np.zeros(3)
    for start in range(0, len(x), 250):
        batch = x[start:start + 250]
        images = np.arange(start, start + len(batch))
        sample, mean, kl = family(batch @ encoder.T, images, parameters, texts, values)
        errors = [((batch - code @ decoder.T) ** 2).sum() for code in (sample, mean)]
        sums += [errors[0], kl.sum(), errors[1]]
    mse, kl, mse_map = sums / len(x)
    return {"nelbo": mse + kl, "mse": mse, "kl": kl, "mse_map": mse_map}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: evaluate_export.py EXPORT PREPARED.h5")
    print(json.dumps(evaluate(*sys.argv[1:]), indent=2))
