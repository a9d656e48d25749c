"""Times one training step of a Poisson or Gaussian VAE in PyTorch on the CPU.

    python3 torch_step.py --family poisson --encoder conv+b --decoder conv+b --size 28

It is what a careful user of PyTorch would write, to compare the Swift training step with: single
precision, the faster of the two memory layouts, fused weight normalisation, multi-tensor Adamax
and gradient clipping. The step is all of forward, loss, backward, clipping and update on a batch
that already lies in memory. Prints one line of JSON; times are medians over the steps.
"""

import argparse
import importlib.util
import json
import pathlib
import statistics
import time

import torch
from torch import nn

RATE_BOUND, RESIDUAL_BOUND, SCALE_BOUND = 5.3, 10.0, 5.3


def load_networks():
    tests = pathlib.Path(__file__).resolve().parent.parent
    path = tests / "LayersTests" / "Fixtures" / "networks.py"
    spec = importlib.util.spec_from_file_location("networks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


networks = load_networks()


def below(a, bound):
    return bound - nn.functional.softplus(bound - a)


class Poisson(nn.Module):
    """Relaxed spike counts by adding up `events` arrival times, as in the published code."""

    def __init__(self, latents, linear, events):
        super().__init__()
        low, high = -6.0, -4.0 if linear else -2.0
        self.log_rate = nn.Parameter(torch.empty(1, latents).uniform_(low, high))
        self.events = events

    def posterior(self, encoded):
        u = below(encoded, RESIDUAL_BOUND)
        rate = torch.exp(below(self.log_rate + u, RATE_BOUND)) + 1.1920929e-7
        kl = torch.exp(self.log_rate) * (1 + torch.exp(u) * (u - 1))
        return rate, rate, kl.sum(1)

    def sample(self, rate, _, temperature):
        # A third of the time of exponential_(). The sum over intervals has no gradient.
        intervals = torch.rand(self.events, *rate.shape).neg_().log1p_()
        arrivals = intervals.cumsum_(0) * (1 / (temperature * rate))
        return torch.sigmoid(arrivals + 1 / temperature).sum(0)


class Gaussian(nn.Module):
    """Posterior relative to a standard normal prior, which is not trained."""

    def posterior(self, encoded):
        mean, log_scale = encoded.chunk(2, 1)
        log_scale = SCALE_BOUND * torch.tanh(log_scale / SCALE_BOUND)
        variance = torch.exp(2 * log_scale)
        kl = 0.5 * (mean.square() + variance - 2 * log_scale - 1)
        return mean, variance, kl.sum(1)

    def sample(self, mean, variance, _):
        return mean + variance.sqrt() * torch.randn_like(mean)


class Autoencoder(nn.Module):
    def __init__(self, arguments):
        super().__init__()
        poisson = arguments.family == "poisson"
        names = {"lin": "linear", "mlp": "mlp", "conv": "conv"}
        coding, coding_bias = arguments.encoder.removesuffix("+b"), arguments.encoder.endswith("+b")
        decoding, bias = arguments.decoder.removesuffix("+b"), arguments.decoder.endswith("+b")
        outputs = arguments.latents * (1 if poisson else 2)
        self.encoder = networks.encoder(names[coding], arguments.size, outputs, coding_bias)
        self.decoder = networks.decoder(names[decoding], arguments.size, arguments.latents, bias)
        networks.initialise(self.encoder, self.decoder)
        linear = decoding == "lin"
        self.latent = Poisson(arguments.latents, linear, arguments.nexp) if poisson else Gaussian()
        self.exact = arguments.method == "exact"
        self.temperature, self.beta = arguments.temperature, 1.0

    def forward(self, x):
        """Mean loss of the batch: squared error plus divergence, in nats."""
        mean, variance, kl = self.latent.posterior(self.encoder(x))
        z = mean if self.exact else self.latent.sample(mean, variance, self.temperature)
        error = (self.decoder(z) - x).square().sum((1, 2, 3))
        if self.exact:
            error = error + variance @ self.decoder.weight.square().sum(0)
        return (error + self.beta * kl).mean()


def trainer(arguments, channels_last):
    """One training step as a function without arguments."""
    torch.manual_seed(0)
    model = Autoencoder(arguments)
    shape = (arguments.batch, 1, arguments.size, arguments.size)
    x = torch.randn(shape)
    if channels_last:
        # Only maps: the weights are normalised in the usual layout, and the library reorders them.
        x = x.to(memory_format=torch.channels_last)
        model.decoder.layout = torch.channels_last
    parameters = list(model.parameters())
    optimizer = torch.optim.Adamax(parameters, lr=arguments.learning_rate, foreach=True)
    loss_of = torch.compile(model) if arguments.compile else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 500.0, foreach=True)
        optimizer.step()
        return loss.item()

    return step, networks.count(model)


def times(step, count):
    """Seconds on the clock and of the processor for each of `count` calls, and the last loss."""
    seconds, busy = [], []
    for _ in range(count):
        start, start_busy = time.perf_counter(), time.process_time()
        loss = step()
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - start_busy)
    return seconds, busy, loss


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    architectures = ["lin", "lin+b", "mlp", "mlp+b", "conv", "conv+b"]
    parser.add_argument("--family", choices=["poisson", "gaussian"], default="poisson")
    parser.add_argument("--encoder", choices=architectures, default="conv+b")
    parser.add_argument("--decoder", choices=architectures, default="conv+b")
    parser.add_argument("--size", type=int, choices=[16, 28], default=28, help="side of the images")
    parser.add_argument("--latents", type=int, default=10)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--method", choices=["mc", "exact"], default="mc")
    parser.add_argument("--steps", type=int, default=10, help="timed steps")
    parser.add_argument("--nexp", type=int, default=263, help="arrival times drawn per spike count")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--learning-rate", type=float, default=0.002)
    layouts = ["fastest", "contiguous", "channels_last"]
    parser.add_argument("--layout", choices=layouts, default="fastest")
    parser.add_argument("--compile", action="store_true", help="use torch.compile")
    arguments = parser.parse_args()
    if arguments.method == "exact" and arguments.decoder != "lin":
        parser.error("--method exact needs --decoder lin")
    return arguments


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    # Numbers below 1e-38 slow some processors down a hundredfold.
    torch.set_flush_denormal(True)
    networks.Conv.fused = True
    layouts = ["contiguous", "channels_last"]
    has_maps = "conv" in arguments.encoder + arguments.decoder
    if arguments.layout != "fastest" or not has_maps:
        layouts = [arguments.layout if arguments.layout != "fastest" else "contiguous"]
    trials = {}
    for layout in layouts:
        step, parameters = trainer(arguments, layout == "channels_last")
        times(step, 2)  # memory pools and kernels are made in the first steps
        trials[layout] = (min(times(step, 3)[1]) if len(layouts) > 1 else 0, step)
    layout = min(trials, key=lambda name: trials[name][0])
    seconds, busy, loss = times(trials[layout][1], arguments.steps)
    median = statistics.median(seconds)
    report = {
        "milliseconds_per_step": round(1e3 * median, 3),
        "samples_per_second": round(arguments.batch / median, 1),
        "fastest_milliseconds": round(1e3 * min(seconds), 3),
        # All threads together: on a busy machine the better number for one thread.
        "processor_milliseconds": round(1e3 * statistics.median(busy), 3),
        "layout": layout,
        "parameters": parameters,
        "last_loss": round(loss, 3),
        "torch": torch.__version__,
        **{n: v for n, v in vars(arguments).items() if n != "layout"},
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
