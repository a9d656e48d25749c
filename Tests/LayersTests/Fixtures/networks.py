"""The encoders and decoders in PyTorch, as a second opinion on the Swift ones.

Modules are registered in the order of the Swift parameter list, so that `named` gives the same
names in the same order. Maps are [batch, channels, rows, columns].
"""

import math

import torch
from torch import nn
from torch.nn import functional

WIDTH = 32  # channels after the stem of the conv encoder


def named(module, prefix):
    """(name, parameter) pairs in the order of the Swift list, as `encoder.cell2.unit1/kernel`."""
    return [("/".join(n.rsplit(".", 1)), p) for n, p in module.named_parameters(prefix=prefix)]


def count(module):
    return sum(p.numel() for p in module.parameters())


class Conv(nn.Module):
    """A convolution whose kernel has norm exp(log_gain) in every output channel."""

    fused = False  # faster, not to the letter: no epsilon, and pixels repeated after the skip

    def __init__(self, inputs, outputs, size, stride=1, padding=0):
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(outputs, inputs, size, size))
        self.bias = nn.Parameter(torch.empty(outputs))
        self.log_gain = nn.Parameter(torch.zeros(outputs))
        self.stride, self.padding = stride, padding
        bound = 1 / math.sqrt(inputs * size * size)
        nn.init.uniform_(self.kernel, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def effective_kernel(self):
        gain = self.log_gain.exp().view(-1, 1, 1, 1)
        if self.fused:
            return torch._weight_norm(self.kernel, gain, 0)
        norm = self.kernel.square().sum((1, 2, 3), keepdim=True).sqrt()
        return gain * self.kernel / (norm + 1.1920929e-7)

    def forward(self, x):
        return functional.conv2d(x, self.effective_kernel(), self.bias, self.stride, self.padding)


class FactorisedConv(Conv):
    """Four 1x1 convolutions of stride 2, each on another of the four pixels of a 2x2 block.

    They share one parameter: normalisation is per output channel, so stacking them is exact.
    """

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 1, stride=2)

    def forward(self, x):
        kernels, biases = self.effective_kernel().chunk(4), self.bias.chunk(4)
        shifts = [(0, 0), (0, 1), (1, 0), (1, 1)]
        maps = [
            functional.conv2d(x[:, :, dy:, dx:], kernel, bias, 2)
            for (dy, dx), kernel, bias in zip(shifts, kernels, biases)
        ]
        return torch.cat(maps, 1)


class Cell(nn.Module):
    """skip(x) + squeeze-and-excite of `units` convolutions; the first changes the resolution."""

    def __init__(self, inputs, outputs, kind, units):
        super().__init__()
        self.kind, self.units = kind, units
        for n in range(units):
            first = n == 0
            stride = 2 if kind in ("down", "factorised") and first else 1
            unit = Conv(inputs if first else outputs, outputs, 3, stride, 1)
            self.add_module(f"unit{n + 1}", unit)
        hidden = max(outputs // 16, 4)
        self.squeeze = nn.Linear(outputs, hidden)
        self.excite = nn.Linear(hidden, outputs)
        if kind == "down":
            self.skip = Conv(inputs, outputs, 1, stride=2)
        elif kind == "factorised":
            self.skip = FactorisedConv(inputs, outputs)
        elif kind == "up":
            self.skip = Conv(inputs, outputs, 1)

    def forward(self, x):
        y = x
        for n in range(self.units):
            y = functional.silu(y)
            if self.kind == "up" and n == 0:
                y = functional.interpolate(y, scale_factor=2, mode="nearest")
            y = getattr(self, f"unit{n + 1}")(y)
        gate = self.excite(functional.relu(self.squeeze(y.mean((2, 3))))).sigmoid()
        return self.shortcut(x) + y * gate[:, :, None, None]

    def shortcut(self, x):
        if self.kind == "normal":
            return x
        if self.kind == "up" and Conv.fused:
            # A 1x1 convolution commutes with repeating pixels; so it has a quarter of the work.
            return functional.interpolate(self.skip(x), scale_factor=2, mode="nearest")
        if self.kind == "up":
            return self.skip(functional.interpolate(x, scale_factor=2, mode="nearest"))
        return self.skip(functional.silu(x))


class ConvPool(Conv):
    """Mean over the 4x4 map plus a convolution over all of it; returns [batch, channels]."""

    def __init__(self, channels):
        super().__init__(channels, channels, 4)

    def forward(self, x):
        return x.mean((2, 3)) + super().forward(functional.silu(x)).flatten(1)


class ResDense(nn.Module):
    """LayerNorm(x + contract(dropout(relu(expand(x)))))."""

    def __init__(self, width, expansion):
        super().__init__()
        self.expand = nn.Linear(width, width * expansion)
        self.contract = nn.Linear(width * expansion, width)
        self.norm = nn.LayerNorm(width, eps=1e-5)

    def forward(self, x):
        hidden = functional.dropout(functional.relu(self.expand(x)), 0.1, self.training)
        return self.norm(x + self.contract(hidden))


class ConvEncoder(nn.Module):
    def __init__(self, side, outputs, bias):
        super().__init__()
        down = {16: "factorised", 28: "down"}[side]
        channels = WIDTH
        self.stem = Conv(1, channels, 3, padding=1 if side == 16 else 0)
        self.add_module("cell1", Cell(channels, channels, "normal", 2))
        self.cells = 1 + 2 * {16: 2, 28: 3}[side]
        for n in range(2, self.cells, 2):
            self.add_module(f"cell{n}", Cell(channels, 2 * channels, down, 2))
            channels *= 2
            self.add_module(f"cell{n + 1}", Cell(channels, channels, "normal", 2))
        self.pool = ConvPool(channels)
        self.dense = ResDense(channels, 8)
        self.head = nn.Linear(channels, outputs, bias)

    def forward(self, x):
        x = self.stem(x)
        for n in range(self.cells):
            x = getattr(self, f"cell{n + 1}")(x)
        return self.head(self.dense(self.pool(x)))


class MLPEncoder(nn.Module):
    def __init__(self, side, outputs, bias):
        super().__init__()
        self.dense = ResDense(side * side, 16)
        self.head = nn.Linear(side * side, outputs, bias)

    def forward(self, x):
        return self.head(self.dense(x.flatten(1)))


class LinearEncoder(nn.Linear):
    def __init__(self, side, outputs, bias):
        super().__init__(side * side, outputs, bias)

    def forward(self, x):
        return super().forward(x.flatten(1))


class ConvDecoder(nn.Module):
    layout = torch.contiguous_format  # of the maps

    def __init__(self, side, latents, bias):
        super().__init__()
        self.side, channels = side, 256
        self.input = nn.Linear(latents, 4 * channels, bias)
        self.add_module("cell1", Cell(channels, channels, "normal", 1))
        self.cells = 1 + 2 * {16: 3, 28: 4}[side]
        for n in range(2, self.cells, 2):
            self.add_module(f"cell{n}", Cell(channels, channels // 2, "up", 1))
            channels //= 2
            self.add_module(f"cell{n + 1}", Cell(channels, channels, "normal", 1))
        self.output = Conv(channels, 1, 1)

    def forward(self, z):
        x = self.input(z).view(-1, 256, 2, 2).contiguous(memory_format=self.layout)
        for n in range(self.cells):
            if n == 7:  # only at 28x28; the map is 16x16 here
                # Output pixel i reads input pixel floor(i * 16 / 14), by integers: no rounding.
                at = torch.arange(14, device=x.device) * 16 // 14
                x = x[:, :, at][:, :, :, at]
            x = getattr(self, f"cell{n + 1}")(x)
        return self.output(x)


class MLPDecoder(nn.Module):
    def __init__(self, side, latents, bias):
        super().__init__()
        self.side = side
        self.input = nn.Linear(latents, side * side, bias)
        self.dense = ResDense(side * side, 8)
        self.output = nn.Linear(side * side, side * side)

    def forward(self, z):
        x = self.dense(functional.silu(self.input(z)))
        return self.output(functional.silu(x)).view(-1, 1, self.side, self.side)


class LinearDecoder(nn.Linear):
    def __init__(self, side, latents, bias):
        super().__init__(latents, side * side, bias)
        self.side = side

    def forward(self, z):
        return super().forward(z).view(-1, 1, self.side, self.side)


def encoder(architecture, side, outputs, bias):
    kinds = {"linear": LinearEncoder, "mlp": MLPEncoder, "conv": ConvEncoder}
    return kinds[architecture](side, outputs, bias)


def decoder(architecture, side, latents, bias):
    kinds = {"linear": LinearDecoder, "mlp": MLPDecoder, "conv": ConvDecoder}
    return kinds[architecture](side, latents, bias)


def initialise(encoder, decoder):
    """Redraws the two layers that do not start as PyTorch would start them."""
    linear = isinstance(decoder, LinearDecoder)
    scale = 0.05 if linear else 0.1
    head = encoder if isinstance(encoder, LinearEncoder) else encoder.head
    for layer in [head, decoder] if linear else [head]:
        nn.init.normal_(layer.weight, 0, scale)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
