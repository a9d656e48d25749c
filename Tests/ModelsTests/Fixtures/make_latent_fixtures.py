"""Writes latents.json and exact.json: samples, divergences, exact losses and their gradients.

    python3 make_latent_fixtures.py

Inputs are Float32 numbers, stored with all their digits; everything from them on is computed in
double precision with automatic differentiation. Each divergence is also compared with another
way to it, each exact loss with the mean over many samples or over all outcomes.
"""

import json
import pathlib

import numpy
import torch
from scipy import integrate
from torch import distributions

SCALE_BOUND = 5.3
RATE_BOUND, RESIDUAL_BOUND = 5.3, 10.0
EPSILON = 2.0**-23

random = numpy.random.default_rng(2024)


def double(values):
    """Rounds to Float32 first, so that both sides start from the same numbers."""
    array = numpy.asarray(values, dtype=numpy.float32).astype(numpy.float64)
    return torch.from_numpy(array).requires_grad_()


def normal(*shape, scale=1.0):
    return double(random.normal(0, scale, shape))


def softplus(a):
    return torch.logaddexp(a, torch.zeros_like(a))


def below(a, bound):
    return bound - softplus(bound - a)


def symmetric(a, bound):
    return bound * torch.tanh(a / bound)


FUNCTIONS = {
    "none": lambda z: z,
    "relu": torch.relu,
    "softplus": softplus,
    "sigmoid": torch.sigmoid,
    "square": lambda z: z**2,
    "quartic": lambda z: z**4,
    "exp": torch.exp,
}


# Location and scale of the residual families, and their divergences as the model defines them.


def residual(encoded, prior):
    """Posterior location and scale, and the prior's scale, from [batch, 2 latents]."""
    location, log_scale = encoded.chunk(2, 1)
    scale = torch.exp(symmetric(log_scale + prior["logScale"], SCALE_BOUND))
    return location + prior["location"], scale, torch.exp(symmetric(prior["logScale"], SCALE_BOUND))


def gaussian_kl(encoded, prior):
    mean, scale, prior_scale = residual(encoded, prior)
    ratio = scale / prior_scale
    distance = (mean - prior["location"]) / prior_scale
    return 0.5 * (distance**2 + ratio**2 - 2 * torch.log(ratio) - 1)


def laplace_kl(encoded, prior):
    mean, scale, prior_scale = residual(encoded, prior)
    distance = torch.abs(mean - prior["location"])
    ratio = scale / prior_scale
    return ratio * torch.exp(-distance / scale) + distance / prior_scale - torch.log(ratio) - 1


def categorical_logs(encoded, prior):
    """Log-probabilities [batch, variables, categories] of posterior and prior."""
    shape = prior["logits"].shape
    return encoded.view(-1, *shape).log_softmax(-1), prior["logits"].log_softmax(-1)


def categorical_kl(encoded, prior):
    log_p, log_prior = categorical_logs(encoded, prior)
    return (log_p.exp() * (log_p - log_prior)).sum(-1)


def poisson_kl(encoded, prior):
    u = below(encoded, RESIDUAL_BOUND)
    return torch.exp(prior["logRate"]) * (1 + torch.exp(u) * (u - 1))


def poisson_rate(encoded, prior):
    u = below(encoded, RESIDUAL_BOUND)
    return torch.exp(below(prior["logRate"] + u, RATE_BOUND)) + EPSILON


KL = {
    "gaussian": gaussian_kl,
    "laplace": laplace_kl,
    "categorical": categorical_kl,
    "poisson": poisson_kl,
}


def check_kl(family, encoded, prior, kl):
    """Against PyTorch's own divergences, and for Laplace against an integral as well."""
    if family == "categorical":
        log_p, log_prior = categorical_logs(encoded, prior)
        laws = [distributions.Categorical(logits=l) for l in (log_p, log_prior.expand_as(log_p))]
    elif family == "poisson":
        # The divergence leaves out the bound and the epsilon of the sampler's rate.
        u = below(encoded, RESIDUAL_BOUND)
        laws = [distributions.Poisson(torch.exp(prior["logRate"] + v)) for v in (u, 0 * u)]
    else:
        law = {"gaussian": distributions.Normal, "laplace": distributions.Laplace}[family]
        mean, scale, prior_scale = residual(encoded, prior)
        center, prior_scale = (v.expand_as(mean) for v in (prior["location"], prior_scale))
        laws = [law(mean, scale), law(center, prior_scale)]
    expected = distributions.kl_divergence(*laws)
    torch.testing.assert_close(kl, expected, rtol=1e-9, atol=1e-9)
    if family == "laplace":
        p, q = laws
        for index in [(0, 0), (1, 1), (2, 2)]:
            mean, width = p.loc[index].item(), p.scale[index].item()

            def integrand(t):
                a = torch.tensor(mean + width * t, dtype=torch.float64)
                log_p = p.log_prob(a)[index]
                return (torch.exp(log_p) * (log_p - q.log_prob(a)[index])).item() * width

            kink = (q.loc[index].item() - mean) / width
            points = [0, kink] if abs(kink) < 60 else [0]
            value = integrate.quad(integrand, -60, 60, points=points, limit=500)[0]
            assert abs(value - kl[index].item()) < 1e-6 * max(1, value), (index, value)


# Writing


def digits(tensor, exact=False):
    """Nested lists are flattened; shapes are stored once, in the case."""
    values = tensor.detach().flatten().tolist()
    # Nine digits bring a Float32 back to the bit.
    return [float(f"{v:.9g}" if exact else f"{v:.11g}") for v in values]


def gradients(loss, leaves):
    """By name; zero where the loss does not depend on the leaf."""
    found = torch.autograd.grad(loss, list(leaves.values()), retain_graph=True, allow_unused=True)
    pairs = zip(leaves.items(), found)
    return {n: digits(torch.zeros_like(v) if g is None else g) for (n, v), g in pairs}


def write(name, cases):
    lines = [json.dumps(case, separators=(",", ":")) for case in cases]
    path = pathlib.Path(__file__).with_name(name)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


# Samples and divergences


def latent_case(name, family, encoded, prior, noise, make, function="none", temperature=1.0):
    """`make` is the sample before the function; `noise` is the only leaf without a gradient."""
    batch = encoded.shape[0]
    leaves = {"encoderOutput": encoded, **prior}
    sample = make(encoded, prior)
    output = FUNCTIONS[function](sample)
    weight = normal(*output.shape)
    kl = KL[family](encoded, prior)
    check_kl(family, encoded, prior, kl)
    return {
        "name": name,
        "family": family,
        "function": function,
        "temperature": temperature,
        "batch": batch,
        "latents": sample[0].numel(),
        "variables": kl[0].numel(),
        "encoderOutput": digits(encoded, exact=True),
        "prior": {n: digits(v, exact=True) for n, v in prior.items()},
        **{n: digits(v, exact=True) for n, v in noise.items()},
        "sample": digits(sample),
        "output": digits(output),
        "outputGradient": digits(weight, exact=True),
        "sampleGradients": gradients((output * weight).sum(), leaves),
        "kl": digits(kl),
        "klGradients": gradients(kl.sum(), leaves),
    }


def residual_inputs(kind):
    """Encoder output and prior; `extreme` has values that the clamp or Float32 might spoil."""
    if kind == "extreme":
        location = double([[0, 1e-4, -3, 50], [-50, 2, 0.5, -0.5], [1, 0, -1e-3, 7]])
        log_scale = double([[0, -20, 20, 1], [5.3, -5.3, 8, -8], [1e-3, 3, -3, 0]])
    else:
        location, log_scale = normal(3, 4), normal(3, 4, scale=0.5)
    encoded = torch.cat([location, log_scale], 1).detach().requires_grad_()
    if kind == "standard":
        prior = {"location": double([0] * 4), "logScale": double([0] * 4)}
    else:
        prior = {"location": normal(4, scale=0.7), "logScale": normal(4, scale=0.4)}
    return encoded, prior


def residual_cases():
    variants = [("standard", "none"), ("extreme", "none"), ("extreme", "relu")]
    variants += [("moderate", function) for function in FUNCTIONS]
    for kind, function in variants:
        for family in ("gaussian", "laplace"):
            encoded, prior = residual_inputs(kind)
            if family == "gaussian":
                standard = normal(3, 4)
                noise = {"noise": standard}
            else:
                uniform = random.uniform(-0.5, 0.5, (3, 4))
                uniform[0, 0], uniform[1, 1] = 0, -0.4999
                uniform = double(uniform)
                standard = -torch.sign(uniform) * torch.log1p(-2 * torch.abs(uniform))
                # `noise` is what a scale of 1 makes of `uniform`.
                noise = {"uniform": uniform, "noise": standard}

            def make(encoded, prior):
                mean, scale, _ = residual(encoded, prior)
                return mean + scale * standard.detach()

            name = f"{family}.{kind}.{function}"
            yield latent_case(name, family, encoded, prior, noise, make, function)


def categorical_cases():
    for variables, categories in [(1, 7), (2, 4)]:
        for kind in ("standard", "extreme"):
            for temperature in (1.0, 0.1):
                # Close races, so that gradients are far from 0 at the low temperature too.
                encoded = normal(3, variables * categories, scale=0.3)
                uniform_logit = float(-numpy.log(categories - 1))
                prior = torch.full((variables, categories), uniform_logit)
                uniform = random.uniform(0.3, 0.7, (3, variables, categories))
                if kind == "extreme":
                    prior = normal(variables, categories)
                    encoded = normal(3, variables * categories, scale=2)
                    uniform = random.uniform(0, 1, (3, variables, categories))
                    with torch.no_grad():
                        encoded[0, :3] = torch.tensor([60.0, -60.0, 59.5])
                    # Outside the clamp of the uniform numbers, and at its ends.
                    uniform[1, 0, :4] = 0, EPSILON, 1 - EPSILON, 1e-9
                prior, uniform = double(prior.detach()), double(uniform)
                clamped = uniform.detach().clamp(EPSILON, 1 - EPSILON)

                def make(encoded, prior):
                    logits = categorical_logs(encoded, prior)[0]
                    return ((logits - torch.log(-torch.log(clamped))) / temperature).softmax(-1)

                name = f"categorical.{variables}x{categories}.{kind}.{temperature}"
                noise = {"uniform": uniform}
                prior = {"logits": prior}
                yield latent_case(
                    name, "categorical", encoded, prior, noise, make, temperature=temperature
                )


# Exact losses of a linear decoder


def independent(x, weight, mean, variance):
    """E‖x − Φz‖² for z with independent coordinates."""
    return ((x - mean @ weight.T) ** 2).sum(1) + variance @ weight.square().sum(0)


def categorical_exact(x, weight, p):
    """E‖x − Φz‖² for independent one-hot blocks, p of shape [batch, variables, categories]."""
    blocks = weight.view(weight.shape[0], *p.shape[1:])
    means = torch.einsum("dvk,bvk->bvd", blocks, p)
    norms = torch.einsum("dvk,bvk->b", blocks.square(), p)
    return ((x - means.sum(1)) ** 2).sum(1) + norms - means.square().sum((1, 2))


def exact_reconstruction(name, x, weight, encoded, prior):
    if name == "poisson":
        rate = poisson_rate(encoded, prior)
        return independent(x, weight, rate, rate)
    if name in ("gaussian", "laplace"):
        mean, scale, _ = residual(encoded, prior)
        return independent(x, weight, mean, scale**2 * (1 if name == "gaussian" else 2))
    p = categorical_logs(encoded, prior)[0].exp()
    if name == "categorical.published":
        # The published formula takes the categories for independent.
        return independent(x, weight, p.flatten(1), (p * (1 - p)).flatten(1))
    return categorical_exact(x, weight, p)


def check_exact(name, x, weight, encoded, prior, value):
    """The mean of ‖x − Φz‖² over samples of z lies within five standard errors."""
    if name == "poisson":
        law = distributions.Poisson(poisson_rate(encoded, prior))
    elif name in ("gaussian", "laplace"):
        mean, scale, _ = residual(encoded, prior)
        laws = {"gaussian": distributions.Normal, "laplace": distributions.Laplace}
        law = laws[name](mean, scale)
    else:
        law = distributions.OneHotCategorical(logits=categorical_logs(encoded, prior)[0])
    errors = []
    for _ in range(40):
        z = law.sample((10_000,)).flatten(2)
        errors.append(((x - z @ weight.T) ** 2).sum(2))
    errors = torch.cat(errors)
    deviation = (errors.mean(0) - value) / (errors.std(0) / len(errors) ** 0.5)
    if name == "categorical.published":
        assert deviation.abs().max() > 5, "the published formula should be wrong"
    else:
        assert deviation.abs().max() < 5, (name, deviation)
    if name == "categorical":
        # One variable has few outcomes: no need for samples.
        p = categorical_logs(encoded, prior)[0].exp()[:, 0]
        outcomes = ((x[:, :, None] - weight[None]) ** 2).sum(1)
        torch.testing.assert_close((p * outcomes).sum(1), value, rtol=1e-12, atol=1e-12)


def exact_cases():
    pixels, latents, batch, beta = 5, 7, 3, 0.75
    names = ["poisson", "gaussian", "laplace"]
    names += ["categorical", "categorical.published", "categorical.twoVariables"]
    for name in names:
        family = name.split(".")[0]
        if name == "categorical.twoVariables":
            latents = 6
        x, weight = normal(batch, pixels), normal(pixels, latents, scale=0.5)
        if family == "poisson":
            encoded = normal(batch, latents)
            with torch.no_grad():
                encoded[0, :2] = torch.tensor([12.0, -30.0])
            prior = {"logRate": double(random.uniform(-4, 0, latents))}
        elif family == "categorical":
            encoded = normal(batch, latents, scale=1.5)
            variables = 2 if name.endswith("twoVariables") else 1
            prior = {"logits": normal(variables, latents // variables, scale=0.5)}
        else:
            encoded = normal(batch, 2 * latents, scale=0.7)
            with torch.no_grad():
                encoded[0, latents], encoded[1, latents] = 4, -20
            prior = {n: normal(latents, scale=0.3) for n in ("location", "logScale")}
        leaves = {"encoderOutput": encoded, **prior, "decoderWeight": weight}
        reconstruction = exact_reconstruction(name, x, weight, encoded, prior)
        kl = KL[family](encoded, prior)
        check_kl(family, encoded, prior, kl)
        with torch.no_grad():
            check_exact(name, x, weight, encoded, prior, reconstruction)
        kl = kl.sum(1)
        loss = (reconstruction + beta * kl).mean()
        yield {
            "name": name,
            "family": family,
            "batch": batch,
            "pixels": pixels,
            "latents": latents,
            "variables": prior["logits"].shape[0] if family == "categorical" else latents,
            "beta": beta,
            "input": digits(x, exact=True),
            "encoderOutput": digits(encoded, exact=True),
            "decoderWeight": digits(weight, exact=True),
            "prior": {n: digits(v, exact=True) for n, v in prior.items()},
            "reconstruction": digits(reconstruction),
            "kl": digits(kl),
            "loss": float(f"{loss.item():.11g}"),
            "reconstructionGradients": gradients(reconstruction.sum(), leaves),
            "lossGradients": gradients(loss, leaves),
        }


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(2024)
    write("latents.json", [*residual_cases(), *categorical_cases()])
    write("exact.json", exact_cases())
