"""Writes layers.json and networks.json: outputs and gradients of every layer and network.

    python3 make_network_fixtures.py

The networks have millions of parameters, so none is stored: both sides compute parameters,
inputs and output gradients with `formula`, whose every step is exact or one Float32 operation.
From these Float32 numbers on, all is computed in double precision. Gradients are those of
sum(outputGradient * output), with dropout off. Indices are flat and row-major over
[batch, channels, rows, columns] or [batch, values].
"""

import json
import math
import pathlib

import numpy
import torch
from networks import Cell, Conv, ConvPool, ResDense, count, decoder, encoder, named
from torch import nn

BATCH = 3
LATENTS = 10
STORED = 64
INPUT, OUTPUT_GRADIENT, DIRECTION = 1000, 2000, 3000  # formula positions of what is no parameter


def formula(position, shape, scale=1.0):
    """Numbers that look random in [-scale, scale); exact in Float32 when scale is 1."""
    i = numpy.arange(math.prod(shape), dtype=numpy.uint64)
    mask = numpy.uint64(2**32 - 1)
    v = (i * numpy.uint64(2654435761) + numpy.uint64(position * 40503 + 12345)) & mask
    h = ((v ^ (v >> numpy.uint64(15))) * numpy.uint64(2246822519)) & mask
    unit = (h >> numpy.uint64(8)).astype(numpy.float32) / numpy.float32(2**24)
    values = (unit - numpy.float32(0.5)) * numpy.float32(2) * numpy.float32(scale)
    assert values.dtype == numpy.float32
    return values.reshape(shape)


def initial(position, name, shape):
    if name.endswith("norm/weight"):
        return numpy.float32(1) + formula(position, shape, 0.1)
    vector = name.endswith(("/bias", "/log_gain"))
    return formula(position, shape, 0.1 if vector else 1 / math.sqrt(math.prod(shape[1:])))


def double(array):
    return torch.from_numpy(array.astype(numpy.float64))


def rounded(value):
    return float(f"{float(value):.10g}")


def some(tensor, most):
    """All values, or `most` of them evenly spaced from the first to the last."""
    values = tensor.detach().flatten()
    total = values.numel()
    stored = min(total, most)
    indices = [j * (total - 1) // max(stored - 1, 1) for j in range(stored)]
    return {"indices": indices, "values": [rounded(values[i]) for i in indices]}


def golden(name, prefix, module, input_shape):
    module = module.double().eval()
    pairs = named(module, prefix)
    with torch.no_grad():
        for position, (label, parameter) in enumerate(pairs):
            parameter.copy_(double(initial(position, label, tuple(parameter.shape))))
    x = double(formula(INPUT, (BATCH, *input_shape))).requires_grad_()
    y = module(x)
    (y * double(formula(OUTPUT_GRADIENT, tuple(y.shape)))).sum().backward()
    parameters = []
    for position, (label, parameter) in enumerate(pairs):
        gradient = parameter.grad
        direction = double(formula(DIRECTION + position, tuple(parameter.shape)))
        parameters.append(
            {
                "name": label,
                "shape": list(parameter.shape),
                "gradientNorm": rounded(gradient.norm()),
                "gradientDot": rounded((gradient * direction).sum()),
            }
        )
    per_sample = y.numel() // BATCH
    return {
        "name": name,
        "batch": BATCH,
        "inputShape": list(input_shape),
        "outputShape": list(y.shape[1:]),
        "output": some(y, BATCH * per_sample if per_sample <= STORED else STORED),
        "inputGradient": some(x.grad, STORED),
        "parameters": parameters,
    }


def check_counts():
    """The published models have exactly these numbers of parameters."""

    def sizes(module):
        return {n: count(m) for n, m in module.named_children()}

    def cells(module):
        return [v for n, v in sizes(module).items() if n.startswith("cell")]

    small, large = encoder("conv", 16, 512, True), encoder("conv", 28, 512, True)
    assert sizes(small)["stem"] == sizes(large)["stem"] == 352
    assert cells(small) == [18852, 58308, 74564, 232328, 297608]
    assert cells(large) == cells(small) + [927504, 1189136]
    assert (sizes(small)["pool"], sizes(small)["dense"]) == (262400, 263552)
    assert (sizes(large)["pool"], sizes(large)["dense"]) == (1049088, 1051392)
    assert (sizes(small)["head"], sizes(large)["head"]) == (66048, 131584)
    assert count(small) - 66048 == 1207964 and count(large) - 131584 == 4899132

    small, large = decoder("conv", 16, 10, True), decoder("conv", 28, 10, True)
    assert sizes(small)["input"] == sizes(large)["input"] == 11264
    assert cells(small) == [598800, 330376, 149896, 82756, 37572, 20900, 9572]
    assert cells(large) == cells(small) + [5332, 2484]
    assert (sizes(small)["output"], sizes(large)["output"]) == (34, 18)
    assert count(large) - 11264 == 1237706
    assert count(decoder("linear", 16, 512, False)) == 131072

    def total(family, coding, decoding, side, latents):
        """`coding` and `decoding` are (architecture, bias); a Poisson prior is trainable."""
        outputs = 2 * latents if family == "gaussian" else latents
        both = count(encoder(coding[0], side, outputs, coding[1]))
        both += count(decoder(decoding[0], side, latents, decoding[1]))
        return both + (latents if family == "poisson" else 0)

    conv, linear, mlp = ("conv", True), ("linear", False), ("mlp", False)
    assert total("poisson", linear, linear, 16, 512) == 262656
    assert total("gaussian", linear, linear, 16, 512) == 393216
    assert total("poisson", conv, linear, 16, 512) == 1405596
    assert total("gaussian", conv, linear, 16, 512) == 1471132
    assert total("categorical", conv, linear, 16, 512) == 1405084
    assert total("poisson", conv, linear, 28, 512) == 5432636
    assert total("poisson", conv, conv, 28, 512) == 6794246
    assert total("gaussian", conv, conv, 28, 512) == 6925318
    assert total("poisson", mlp, mlp, 28, 10) == 30158138


def layers():
    yield "layer.conv3x3", "conv", Conv(6, 8, 3, padding=1), (6, 5, 7)
    yield "layer.conv3x3.valid", "conv", Conv(1, 8, 3), (1, 9, 9)
    yield "layer.conv3x3.stride2", "conv", Conv(6, 8, 3, stride=2, padding=1), (6, 13, 13)
    yield "layer.conv1x1.stride2", "conv", Conv(6, 8, 1, stride=2), (6, 13, 13)
    yield "layer.cell.normal", "cell", Cell(16, 16, "normal", 2), (16, 5, 5)
    yield "layer.cell.normal.oneUnit", "cell", Cell(16, 16, "normal", 1), (16, 5, 5)
    yield "layer.cell.down", "cell", Cell(16, 32, "down", 2), (16, 7, 7)
    yield "layer.cell.factorised", "cell", Cell(16, 64, "factorised", 2), (16, 8, 8)
    yield "layer.cell.up", "cell", Cell(32, 16, "up", 1), (32, 4, 4)
    yield "layer.dense", "dense", ResDense(24, 8), (24,)
    yield "layer.pool", "pool", ConvPool(16), (16, 4, 4)


def networks():
    for architecture, side in [("linear", 16), ("mlp", 16), ("conv", 16), ("conv", 28)]:
        for bias in (False, True):
            label = f"{architecture}.{side}.{'bias' if bias else 'plain'}"
            coder = encoder(architecture, side, LATENTS, bias)
            yield f"encoder.{label}", "encoder", coder, (1, side, side)
            coder = decoder(architecture, side, LATENTS, bias)
            yield f"decoder.{label}", "decoder", coder, (LATENTS,)


def write(name, cases):
    lines = [json.dumps(golden(*case), separators=(",", ":")) for case in cases]
    path = pathlib.Path(__file__).with_name(name)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    check_counts()
    write("layers.json", layers())
    write("networks.json", networks())
