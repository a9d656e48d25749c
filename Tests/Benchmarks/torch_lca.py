"""Times a step of dictionary learning by LCA in PyTorch, beside `shoal bench step --config configs/vanhateren-lca.yaml`.

The algorithm is that of `model.family: lca`, written with in-place operations: images are brought to mean 0 and
variance 1, codes are inferred by LCA with one matrix product an iteration, and the dictionary makes a step of
Hebb's rule. Needs torch. Images are standard normal and the dictionary is random, as in `shoal bench`.
"""

import argparse
import statistics
import time

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=1000)
parser.add_argument("--pixels", type=int, default=256)
parser.add_argument("--elements", type=int, default=512)
parser.add_argument("--iterations", type=int, default=100)
parser.add_argument("--threshold", type=float, default=0.7)
parser.add_argument("--time-constant", type=float, default=100)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--steps", type=int, default=5)
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)
torch.manual_seed(0)
dictionary = torch.randn(options.pixels, options.elements)
dictionary /= dictionary.norm(dim=0)


def infer(images):
    drive = images @ dictionary
    inhibition = dictionary.T @ dictionary
    inhibition.diagonal().sub_(1)
    potential = torch.zeros_like(drive)
    target, code = torch.empty_like(drive), torch.empty_like(drive)
    for _ in range(options.iterations):
        torch.sub(potential, options.threshold, out=code).relu_()
        torch.addmm(drive, code, inhibition, alpha=-1, out=target)
        potential.lerp_(target, 1 / options.time_constant)
    return code


def step(images, rate=0.01):
    images = images - images.mean(1, keepdim=True)
    images /= images.std(1, keepdim=True)
    code = infer(images)
    error = images - code @ dictionary.T
    counts = (code != 0).sum(0)
    dictionary.add_(error.T @ code * (rate / (counts + 1)))
    dictionary.div_(dictionary.norm(dim=0))
    return (code != 0).float().mean()


with torch.no_grad():
    times = []
    for turn in range(options.steps + 1):
        batch = torch.randn(options.batch, options.pixels)
        start = time.perf_counter()
        density = step(batch)
        if turn:
            times.append(1000 * (time.perf_counter() - start))
print(f"torch {torch.__version__}, {options.threads} thread(s), threshold {options.threshold}: "
      f"{statistics.median(times):.1f} ms a step, {100 * density:.1f} % of the codes active")
