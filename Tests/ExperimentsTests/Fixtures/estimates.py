"""Makes estimates.json: means and 99 % intervals as in Vafaii, Galor & Yates, NeurIPS 2024.

The interval is t times the standard deviation with divisor n over the root of n.
"""
import json

import numpy as np
from scipy import stats

samples = [
    [167.11, 167.24, 167.02, 167.30, 167.19],
    [41.5, 41.7],
    [0.984, 0.979, 0.991],
    list(np.round(np.random.default_rng(7).normal(100, 3, 12), 6)),
]
estimates = []
for sample in samples:
    x = np.array(sample)
    n = len(x)
    interval = stats.t.ppf(0.995, n - 1) * np.std(x) / np.sqrt(n)
    estimates.append({"values": sample, "mean": x.mean(), "interval": interval})
degrees = list(range(1, 41)) + [60, 120, 1000]
quantiles = [{"df": d, "t": stats.t.ppf(0.995, d)} for d in degrees]
with open("estimates.json", "w") as file:
    json.dump({"estimates": estimates, "quantiles": quantiles}, file, indent=1)
    file.write("\n")
