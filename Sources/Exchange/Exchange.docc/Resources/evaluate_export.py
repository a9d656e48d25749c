#!/usr/bin/env python3
"""Computes from an export what `shoal evaluate` computes from the run, with NumPy and h5py.

    shoal export runs/NAME --out model.npz            # or model.safetensors
    python3 evaluate_export.py model.npz runs/prepared/DATA.h5

prints `nelbo`, `mse`, `kl` and `mse_map` of the validation images as JSON: squared errors summed
over pixels, KL in nats, both averaged over images; nelbo = mse + kl. Samples are those of
`shoal evaluate` itself, drawn from the same random numbers. It knows every VAE and network of
Shoal, and is made to be read, not to be fast: thousands of images through `conv` take minutes.
"""
import json
import math
import sys

import h5py
import numpy as np


def load(path):
    """Returns the parameters by name, and what the export says of them, as texts by name."""
    if path.endswith(".npz"):
        members = dict(np.load(path))
        texts = {name: str(x) for name, x in members.items() if x.dtype.kind == "U"}
        return {name: x for name, x in members.items() if name not in texts}, texts
    if not path.endswith(".safetensors"):
        sys.exit(f"{path}: expected a name in .safetensors or .npz")
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


def uniform(words):
    """Returns a number between 0 and 1 for each word, never 0 or 1."""
    return ((words >> np.uint64(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2**-23)


def waiting_times(words):
    """Returns exponential waiting times of rate 1, one for each word."""
    return -np.log(uniform(words))


def words_of(columns, run, images):
    """Returns the four words of every value's counter, [4, images, columns], and which is its own.

    Values k, k + 16, k + 32 and k + 48 of an image have one counter.
    """
    k = np.arange(columns)
    words = philox((k // 64 * 16 + k % 16, 0, images[:, None], run.step), run.key)
    return np.stack(words), k % 64 // 16


def own_words(columns, run, images):
    words, own = words_of(columns, run, images)
    return np.choose(own, words)


def normal_noise(columns, run, images):
    """A pair of numbers from a pair of words (Box & Muller, 1958)."""
    words, own = words_of(columns, run, images)
    first = own // 2 * 2
    radius = np.sqrt(2 * waiting_times(np.choose(first, words)))
    angle = 2 * np.pi * (uniform(np.choose(first + 1, words)) - 0.5)
    return radius * np.where(own % 2, np.sin(angle), np.cos(angle))


def laplace_noise(columns, run, images):
    words = own_words(columns, run, images)
    return waiting_times(words) * np.where(words & np.uint64(1), -1, 1)


def gumbel_noise(columns, run, images):
    return -np.log(waiting_times(own_words(columns, run, images)))


def poisson_counts(rate, run, images, limit):
    """Counts the arrivals before time 1 of a Poisson process each, at most `limit`.

    rate: [batch, latents]; images: the number of each image of the batch.
    """
    time = waiting_times(own_words(rate.shape[1], run, images))
    counts = np.zeros(rate.shape)
    arrivals = 1
    row, latent = np.nonzero(time < rate)
    time = time[row, latent]
    while row.size and arrivals <= limit:
        for word in philox((latent, 1 + (arrivals - 1) // 4, images[row], run.step), run.key):
            counts[row, latent] += time < rate[row, latent]
            time = time + waiting_times(word)
            arrivals += 1
            if arrivals > limit:
                break
        goes_on = time < rate[row, latent]
        row, latent, time = row[goes_on], latent[goes_on], time[goes_on]
    return counts


# Layers: each takes the run, its name and its input, of shape [images, values] or, of a map,
# [images, rows, columns, channels].


def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def softplus(x):
    return np.logaddexp(0, x)


def swish(x):
    return x * sigmoid(x)


def linear(run, name, x):
    y = x @ run[f"{name}.weight"].T
    return y + run[f"{name}.bias"] if f"{name}.bias" in run else y


def residual_dense(run, name, x):
    """norm(x + contract(max(expand(x), 0))), where norm is layer normalisation."""
    x = x + linear(run, f"{name}.contract", np.maximum(linear(run, f"{name}.expand", x), 0))
    x = x - x.mean(axis=1, keepdims=True)
    x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
    return x * run[f"{name}.norm.weight"] + run[f"{name}.norm.bias"]


def convolution(run, name, x, stride=1, padding=0):
    """With a kernel whose norm is exp(log_gain) for each output channel."""
    kernel = run[f"{name}.kernel"]  # [outputs, inputs, rows, columns]
    norm = np.sqrt((kernel**2).sum(axis=(1, 2, 3)))
    factor = np.exp(run[f"{name}.log_gain"]) / (norm + 2.0**-23)
    kernel = kernel * factor[:, None, None, None]
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows, columns = (x.shape[axis] - kernel.shape[axis + 1] + 1 for axis in (1, 2))
    y = run[f"{name}.bias"]
    for i, j in np.ndindex(kernel.shape[2:]):
        y = y + x[:, i:i + rows:stride, j:j + columns:stride] @ kernel[:, :, i, j].T
    return y


def resize(x, side):
    """To other rows and columns, by the nearest of the old ones."""
    at = np.arange(side) * x.shape[1] // side
    return x[:, at][:, :, at]


def convolutional_pool(run, name, x):
    """The mean of each channel plus a convolution over all of the map."""
    return x.mean(axis=(1, 2)) + convolution(run, name, swish(x))[:, 0, 0]


def halving_skip(run, name, x):
    """A convolution to half the resolution, by a stride or, at 16 x 16, of all four phases."""
    if run.side == 28:
        return convolution(run, name, swish(x), stride=2)
    parts = np.split(convolution(run, name, swish(x)), 4, axis=3)
    return np.concatenate([y[:, n // 2::2, n % 2::2] for n, y in enumerate(parts)], axis=3)


def cell(run, name, x):
    """skip(x) + gate·(units of swish and convolution)(x).

    A cell whose skip path convolves doubles the resolution if it has fewer channels than before,
    and else halves it.
    """
    skip, y = x, swish(x)
    doubles = halves = False
    if f"{name}.skip.kernel" in run:
        outputs, inputs = run[f"{name}.skip.kernel"].shape[:2]
        doubles, halves = outputs < inputs, outputs > inputs
    if doubles:
        skip = convolution(run, f"{name}.skip", resize(x, 2 * x.shape[1]))
        y = resize(y, 2 * x.shape[1])
    elif halves:
        skip = halving_skip(run, f"{name}.skip", x)
    y = convolution(run, f"{name}.unit1", y, stride=2 if halves else 1, padding=1)
    if f"{name}.unit2.kernel" in run:
        y = convolution(run, f"{name}.unit2", swish(y), padding=1)
    hidden = np.maximum(linear(run, f"{name}.squeeze", y.mean(axis=(1, 2))), 0)
    return skip + y * sigmoid(linear(run, f"{name}.excite", hidden))[:, None, None]


def cells(run, name, x):
    number = 1
    while f"{name}.cell{number}.unit1.kernel" in run:
        x = cell(run, f"{name}.cell{number}", x)
        if (name, number, run.side) == ("decoder", 7, 28):
            x = resize(x, 14)
        number += 1
    return x


# Networks: an encoder makes values for the latent variables of images, [images, pixels]; a decoder
# makes images of codes.


def linear_encoder(run, x):
    return linear(run, "encoder", x)


def mlp_encoder(run, x):
    return linear(run, "encoder.head", residual_dense(run, "encoder.dense", x))


def conv_encoder(run, x):
    x = x.reshape(-1, run.side, run.side, 1)
    x = convolution(run, "encoder.stem", x, padding=1 if run.side == 16 else 0)
    x = convolutional_pool(run, "encoder.pool", cells(run, "encoder", x))
    return linear(run, "encoder.head", residual_dense(run, "encoder.dense", x))


def linear_decoder(run, z):
    return linear(run, "decoder", z)


def mlp_decoder(run, z):
    x = residual_dense(run, "decoder.dense", swish(linear(run, "decoder.input", z)))
    return linear(run, "decoder.output", swish(x))


def conv_decoder(run, z):
    x = linear(run, "decoder.input", z).reshape(len(z), -1, 2, 2).transpose(0, 2, 3, 1)
    return convolution(run, "decoder.output", cells(run, "decoder", x)).reshape(len(z), -1)


NETWORKS = {
    "encoder": {"linear": linear_encoder, "mlp": mlp_encoder, "conv": conv_encoder},
    "decoder": {"linear": linear_decoder, "mlp": mlp_decoder, "conv": conv_decoder},
}

# Families: each is a function of the run, the encoder's output a, shape [batch, values], and the
# images' numbers. It returns a sample of the code, the code of the mean, and the KL of each image.


def poisson(run, a, images):
    """Posterior rates λ = r·δ against the prior's r; KL = Σ r·(1 − δ + δ ln δ)."""
    a = np.clip(a, -40, 40)
    only = run.choose("model.excitation_only", {"true": True, "false": False})
    u = (softplus(a) if only else a) - softplus(a - 10)
    prior, delta = np.exp(run["latent.log_prior"]), np.exp(u)
    clamp = np.exp(run.number("model.rate_clamp"))
    rate = 1 / (1 / (prior * delta) + 1 / clamp) + 2.0**-23
    kl = (prior * (1 - delta + delta * u)).sum(axis=1)
    limits = {"exact": 2**32 - 1, "truncated": int(run.texts["event_limit"])}
    limit = run.choose("model.evaluation_counts", limits)
    return poisson_counts(rate, run, images, limit), rate, kl


def location_scale(run, a):
    """Returns mean and scale, then distance of means and ratio of scales relative to the prior."""
    bound = run.number("model.scale_clamp")
    location, log_scale = np.split(a, 2, axis=1)
    prior_mean, prior_log_scale = 0, 0
    if run.choose("model.prior.trainable", {"true": True, "false": False}):
        prior_mean, prior_log_scale = run["latent.prior_mean"], run["latent.prior_log_scale"]
    scale = np.exp(bound * np.tanh((log_scale + prior_log_scale) / bound))
    prior_scale = np.exp(bound * np.tanh(prior_log_scale / bound))
    return location + prior_mean, scale, np.abs(location / prior_scale), scale / prior_scale


def gaussian(run, a, images):
    mean, scale, distance, ratio = location_scale(run, a)
    function = run.choose("model.latent_function", FUNCTIONS)
    kl = ((distance**2 + ratio**2 - 1) / 2 - np.log(ratio)).sum(axis=1)
    sample = mean + scale * normal_noise(mean.shape[1], run, images)
    return function(sample), function(mean), kl


def laplace(run, a, images):
    mean, scale, distance, ratio = location_scale(run, a)
    function = run.choose("model.latent_function", FUNCTIONS)
    kl = (ratio * np.exp(-distance / ratio) + distance - np.log(ratio) - 1).sum(axis=1)
    sample = mean + scale * laplace_noise(mean.shape[1], run, images)
    return function(sample), function(mean), kl


def categorical(run, a, images):
    """One-hot codes with probabilities p; KL = Σ p·(ln p − ln π)."""
    shape = (-1, int(run.number("model.latents")), int(run.number("model.categories")))
    prior = np.zeros(shape[1:])
    if run.choose("model.prior.trainable", {"true": True, "false": False}):
        prior = run["latent.prior_logits"]
    log_p, log_prior = (
        x - np.logaddexp.reduce(x, axis=-1, keepdims=True) for x in (a.reshape(shape), prior))
    p = np.exp(log_p)
    chosen = (log_p + gumbel_noise(a.shape[1], run, images).reshape(log_p.shape)).argmax(axis=-1)
    sample = np.eye(shape[2])[chosen]
    kl = (p * (log_p - log_prior)).sum(axis=(1, 2))
    return sample.reshape(a.shape), p.reshape(a.shape), kl


FAMILIES = {
    "poisson": poisson, "gaussian": gaussian, "laplace": laplace, "categorical": categorical,
}
FUNCTIONS = {
    "none": lambda z: z, "relu": lambda z: np.maximum(z, 0), "softplus": softplus,
    "sigmoid": sigmoid, "square": lambda z: z**2, "quartic": lambda z: z**4, "exp": np.exp,
}


class Run:
    """What an export says; run["decoder.weight"] is a parameter in double precision."""

    def __init__(self, path, side):
        self.path, self.side = path, side
        self.parameters, self.texts = load(path)
        self.values = settings(self.texts["configuration"])
        self.step, self.key = int(self.texts["step"]), (int(self.texts["seed"]), EVALUATION)
        self.unread = set(self.parameters)

    def __contains__(self, name):
        return name in self.parameters

    def __getitem__(self, name):
        if name not in self:
            sys.exit(f"{self.path}: there is no parameter {name}")
        self.unread.discard(name)
        return self.parameters[name].astype(float)

    def number(self, key):
        """Returns a number of the configuration."""
        if key not in self.values:
            sys.exit(f"{self.path}: the configuration has no {key}")
        return float(self.values[key])

    def choose(self, key, known):
        """Returns what a table knows for a configuration's value."""
        value = self.values.get(key)
        if value not in known:
            sys.exit(f"{self.path}: {key} is {value}, expected one of {', '.join(known)}")
        return known[value]

    def network(self, part):
        """Returns the function of the encoder or of the decoder."""
        known = NETWORKS[part]
        network = self.choose(
            f"model.{part}", known | {f"{kind}+b": known[kind] for kind in known})
        if network is known["conv"] and self.side not in (16, 28):
            sys.exit(f"{self.path}: conv for images of side {self.side}, expected 16 or 28")
        return network


def evaluate(export, prepared, batch=100):
    with h5py.File(prepared) as file:
        x = file["validation/images"][:].astype(float)  # [images, pixels]
    run = Run(export, math.isqrt(x.shape[1]))
    encode, decode = run.network("encoder"), run.network("decoder")
    family = run.choose("model.family", FAMILIES)
    sums = np.zeros(3)
    for start in range(0, len(x), batch):
        part = x[start:start + batch]
        images = np.arange(start, start + len(part))
        sample, mean, kl = family(run, encode(run, part), images)
        errors = [((part - decode(run, code)) ** 2).sum() for code in (sample, mean)]
        sums += [errors[0], kl.sum(), errors[1]]
        if run.unread:
            sys.exit(f"{export}: unknown parameters {', '.join(sorted(run.unread))}")
    mse, kl, mse_map = sums / len(x)
    return {"nelbo": mse + kl, "mse": mse, "kl": kl, "mse_map": mse_map}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: evaluate_export.py EXPORT PREPARED.h5")
    print(json.dumps(evaluate(*sys.argv[1:]), indent=2))
